"""Questions outside the slash commands: the shortcut 記事を探す, and a mention of the bot."""

import re
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.desk.lookup import Lookup, folded, question
from handlers.errors import reply_to
from handlers.messages import help, modal
from handlers.messages import lookup as lookup_messages
from handlers.messages.blocks import Message

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def open_search(body: dict[str, Any], client: WebClient) -> None:
    """記事を探す: open the modal in which one searches."""
    client.views_open(trigger_id=body["trigger_id"], view=modal.find())


def search(ack: Ack, view: dict[str, Any], *, lookup: Lookup) -> None:
    """探す: the hits stand in the same modal, under the words, ready for other words."""
    words = view["state"]["values"][modal.FIND][modal.FIND].get("value") or ""
    ack(response_action="update", view=modal.find(_hits(words, lookup)))


def mentioned(event: dict[str, Any], client: WebClient, *, lookup: Lookup) -> None:
    """The bot was asked something: who asked gets what /search would find; with no words, what the bot can do."""
    asked = question(_MENTION.sub(" ", event.get("text") or ""))
    answer = _hits(asked, lookup) if asked else help.command_help("/search")
    where = {"channel": event["channel"], "thread_ts": event.get("thread_ts")}
    client.chat_postEphemeral(user=event["user"], **where, **answer)


def _hits(words: str, lookup: Lookup) -> Message:
    try:
        return lookup_messages.hits(lookup.search(folded(words)), lookup.zone)
    except Exception as e:  # a filter that cannot be read is explained where the hits would stand
        return reply_to(e)
