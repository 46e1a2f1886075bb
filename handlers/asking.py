"""Questions outside the slash commands: the shortcut 記事を探す, and a mention of the bot."""

import re
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.desk import Desk
from bot.desk.lookup import folded, question
from handlers.errors import reply_to
from handlers.messages import about, lookup, modal
from handlers.messages.blocks import Message

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def open_search(body: dict[str, Any], client: WebClient) -> None:
    """記事を探す: open the modal in which one searches."""
    client.views_open(trigger_id=body["trigger_id"], view=modal.find())


def search(ack: Ack, view: dict[str, Any], *, desk: Desk) -> None:
    """探す: the hits stand in the same modal, under the words, ready for other words."""
    words = view["state"]["values"][modal.FIND][modal.FIND].get("value") or ""
    ack(response_action="update", view=modal.find(_hits(words, desk)))


def mentioned(event: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """The bot was asked something: who asked gets what /search would find; with no words, what the bot can do."""
    asked = question(_MENTION.sub(" ", event.get("text") or ""))
    answer = _hits(asked, desk) if asked else about.command_help("/search")
    where = {"channel": event["channel"], "thread_ts": event.get("thread_ts")}
    client.chat_postEphemeral(user=event["user"], **where, **answer)


def _hits(words: str, desk: Desk) -> Message:
    try:
        return lookup.hits(desk.search(folded(words)), desk.zone)
    except Exception as e:  # a filter that cannot be read is explained where the hits would stand
        return reply_to(e)
