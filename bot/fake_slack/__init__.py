"""A fake Slack on loopback: for the demo, and as the recording Slack of the tests.

with Slack() as slack:
    app = App(token="xoxb-1", signing_secret=slack.signing_secret, process_before_response=True,
              listener_executor=InlineExecutor(), client=WebClient(token="xoxb-1", base_url=slack.url))
    slack.attach(app)
    slack.command("U0SATO001", "#ai-news", "/summary 3")
    assert slack.messages("#ai-news")[-1].ephemeral_to == "U0SATO001"
"""

from bot.fake_slack.delivery import Sent
from bot.fake_slack.inline_executor import InlineExecutor
from bot.fake_slack.payloads import FORM, JSON, headers, signed
from bot.fake_slack.server import Call, Fault
from bot.fake_slack.slack import CHANNELS, EVENTS, PEOPLE, SCOPES, Slack
from bot.fake_slack.workspace import (
    APP,
    BOT_ID,
    BOT_USER,
    SLACKBOT,
    TEAM,
    Refused,
    SlackMessage,
)

__all__ = [
    "APP",
    "BOT_ID",
    "BOT_USER",
    "CHANNELS",
    "EVENTS",
    "FORM",
    "JSON",
    "PEOPLE",
    "SCOPES",
    "SLACKBOT",
    "TEAM",
    "Call",
    "Fault",
    "InlineExecutor",
    "Refused",
    "Sent",
    "Slack",
    "SlackMessage",
    "headers",
    "signed",
]
