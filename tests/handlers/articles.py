"""Posts of the tests' own, shared as people share them."""

import pytest

from bot.fake_slack import SlackMessage
from tests.conftest import ANNA, NEWS, Office

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"])
"""For what no database can change."""
TEXT = (
    "霧島研究所は30日、生成AIで議事録を要約する大規模言語モデル「こだま」を公開した。学習に使った議事録は県内12町村の8年分で、"
    "個人名はあらかじめ伏せてある。\n\n"
    "こだまは1時間の会議を約400字にまとめる。町村の職員が書いた要約と比べる試験では、決定事項の漏れが100件に3件だった。\n\n"
    "研究所は4月から町村に無償で配り、誤りの報告を受け付ける。報告された誤りは四半期ごとに公表し、直した版を改めて配るという。\n"
)


def article(title: str, *, text: str = TEXT, tags: str = "LLM, 自治体", front: str = "") -> bytes:
    """A Markdown file as the desk writes it."""
    return f"---\ntitle: {title}\ndate: 2026-01-31 12:00:00 +0900\ntags: [{tags}]\n{front}---\n\n{text}".encode()


def share(office: Office, data: bytes, name: str = "2026-01-31-kodama.md", user: str = ANNA) -> SlackMessage:
    """Say something with the file attached; the message as it then stands."""
    office.slack.say(user, NEWS, "新着です", files=[office.slack.file(name, data)])
    return office.slack.said


def number(office: Office, message: SlackMessage) -> int:
    """The number of the one post that a message shows."""
    (shown,) = office.newsroom.store.messages.shown(message.channel, message.ts)[0]
    return shown


def shown_everywhere(office: Office) -> list[SlackMessage]:
    """Everything that stands in Slack, as everybody together sees it."""
    return [m for channel in office.slack.channels for m in office.slack.messages(channel)]
