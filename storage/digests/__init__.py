"""Digests: claims, drafts, schedules, followed tags, the weekly report."""
