"""Flags: 🚩 put up or taken down, and the 「レビューに回す」 button."""

import re
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk import Desk
from bot.desk.reviews import Ask, Reaction
from handlers.lookup import BESIDE, REPLACE
from handlers.messages import blocks, review
from handlers.people import People
from handlers.sender import Sender

_URL = re.compile(r"https?://[^\s|>\"]+")


def flag(ack: Ack, event: dict[str, Any], body: dict[str, Any], *, desk: Desk, people: People) -> None:
    """🚩 on a message whose post is known: the review is decided before the event is acknowledged."""
    reaction = _reaction(event, body, desk, people)
    if reaction is not None:
        desk.react(reaction)
    ack()


def follow(
    event: dict[str, Any], body: dict[str, Any], client: WebClient, *, desk: Desk, people: People, sender: Sender
) -> None:
    """After the acknowledgement: look at a message not seen before, ask which post was meant, say what was decided."""
    reaction = _reaction(event, body, desk, people)
    if reaction is None:
        return
    if desk.meaning(reaction.emoji) == "flag" and not desk.knows(reaction.channel, reaction.ts):
        _look_at(reaction, client, desk)
    answer = desk.react(reaction)  # where the post was known this is done already, but for Ask, which keeps nothing
    if isinstance(answer, Ask):
        at = {"channel": reaction.channel, "ts": reaction.ts, "emoji": reaction.emoji, "event_ts": reaction.event_ts}
        client.chat_postEphemeral(channel=reaction.channel, user=reaction.user, **review.ask(answer.posts, at))
    sender.deliver()


def flag_one(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, sender: Sender) -> None:
    """The person who reacted chose which of the message's posts they meant."""
    value = blocks.value_of(action)
    user = body["user"]["id"]
    reaction = Reaction(
        channel=value["channel"], ts=value["ts"], user=user, emoji=value["emoji"], stands=True,
        event_ts=value["event_ts"], event_id=f"asked:{user}:{value['event_ts']}",
    )  # fmt: skip
    change = desk.react(reaction, value["post"])
    _tell(respond, value["post"], change, desk, REPLACE)
    sender.deliver()


def flag_by_button(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, sender: Sender
) -> None:
    """「レビューに回す」 was pressed: the person is answered, and the message's thread (or the channel) is told."""
    post_id, shown = blocks.value_of(action)["post"], body.get("message") or {}
    thread_ts = None if body["container"].get("is_ephemeral") else shown.get("thread_ts") or shown.get("ts")
    change = desk.flag_by_button(post_id, body["user"]["id"], body["channel"]["id"], thread_ts)
    _tell(respond, post_id, change, desk, BESIDE)
    sender.deliver()


def _tell(respond: Respond, post_id: int, change: Any, desk: Desk, how: dict[str, Any]) -> None:
    post, _ = desk.post(post_id)
    respond(**review.flagged(change, desk.store.open_review(post_id), post), **how)


def _reaction(event: dict[str, Any], body: dict[str, Any], desk: Desk, people: People) -> Reaction | None:
    """The reaction, where it means something and a person put it under a message."""
    item = event.get("item") or {}
    if item.get("type") != "message" or desk.meaning(event.get("reaction", "")) is None:
        return None
    if not event.get("user") or people.is_bot(event["user"]):
        return None
    return Reaction(
        channel=item["channel"],
        ts=item["ts"],
        user=event["user"],
        emoji=event["reaction"],
        stands=event["type"] == "reaction_added",
        event_ts=event["event_ts"],
        event_id=body["event_id"],
    )


def _look_at(reaction: Reaction, client: WebClient, desk: Desk) -> None:
    """Find out which posts a message shows that was there before the bot knew of it."""
    found = client.conversations_replies(channel=reaction.channel, ts=reaction.ts, limit=1, inclusive=True)
    for message in found.get("messages") or []:
        if message.get("ts") == reaction.ts:
            urls = _URL.findall(f"{message.get('text', '')} {message.get('blocks') or ''}")
            urls = [u.rstrip("')}],").replace("&amp;", "&") for u in urls]
            desk.note_shown(reaction.channel, reaction.ts, message.get("thread_ts"), urls)
