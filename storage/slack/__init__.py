"""Slack: the outbox, the inbox, processed events, App Home views."""
