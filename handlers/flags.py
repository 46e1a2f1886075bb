"""Flags: an emoji put up or taken away, the 「レビューに回す」 button and the shortcut of that name."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, BoltContext, Respond
from slack_sdk import WebClient

from bot.desk.lookup import Lookup
from bot.desk.reviews import Reviews
from bot.domain.reactions import Ask, NotSeen, Reaction
from bot.domain.reviews import Outcome
from handlers.messages import blocks, review_answers
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE, way
from handlers.sender import Sender

_LEFT = "kawaraban_left"
"""Under this key of Bolt's context `flag` leaves to `follow` what is left to do."""
_URL = re.compile(r"https?://[^\s|>\"]+")


def flag(
    ack: Ack,
    event: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    *,
    reviews: Reviews,
    permissions: Permissions,
) -> None:
    """Do what an emoji on a message means before the event is acknowledged, and leave the rest to `follow`."""
    reaction = _reaction(event, body, reviews, permissions)
    if reaction is not None:
        context[_LEFT] = _left(reaction, reviews.react(reaction), reviews)
    ack()


def follow(context: BoltContext, client: WebClient, *, reviews: Reviews, sender: Sender) -> None:
    """After the acknowledgement: look at a message not seen before, answer the person, send what was decided."""
    left = context.get(_LEFT)
    if left is None:
        return
    if "look" in left:
        reaction = Reaction(**left["look"])
        left = _left(reaction, reviews.react(reaction), reviews) if _look(reaction, client, reviews) else {}
    if "answer" in left:
        client.chat_postEphemeral(**left["answer"])
    sender.deliver()


def flag_one(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    lookup: Lookup,
    reviews: Reviews,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """Flag the post that the person chose who had reacted to a message with several, or used the shortcut on it."""
    value, user = blocks.value_of(action), body["user"]["id"]
    if "emoji" not in value:
        thread_ts = value["thread_ts"]
        change = reviews.flag_by_button(value["post"], user, value["channel"], thread_ts, via="shortcut")
    else:
        if reviews.meaning(value["emoji"]) != "flag":
            permissions.must(user, "decide")
        reaction = Reaction(
            channel=value["channel"], ts=value["ts"], user=user, emoji=value["emoji"], stands=True,
            event_ts=value["event_ts"], event_id=f"asked:{user}:{value['event_ts']}",
        )  # fmt: skip
        answer = reviews.react(reaction, value["post"])
        change = answer if isinstance(answer, Outcome) else None
    _tell(respond, value["post"], change, lookup, reviews, IN_PLACE)
    sender.deliver()


def flag_by_button(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, lookup: Lookup, reviews: Reviews, sender: Sender
) -> None:
    """Flag a post by 「レビューに回す」: answer the person, and tell the message's thread, or else the channel."""
    post_id, shown = blocks.value_of(action)["post"], body.get("message") or {}
    alone = body["container"].get("is_ephemeral")
    thread_ts = None if alone else shown.get("thread_ts") or shown.get("ts")
    channel, via = (body.get("channel") or {}).get("id", ""), way(body)
    change = reviews.flag_by_button(post_id, body["user"]["id"], channel, thread_ts, via=via)
    _tell(respond, post_id, change, lookup, reviews, EPHEMERAL)
    sender.deliver()


def flag_by_shortcut(
    body: dict[str, Any], respond: Respond, *, lookup: Lookup, reviews: Reviews, sender: Sender
) -> None:
    """Flag the post of a message by 「レビューに回す」 in the message's menu."""
    channel, message, user = body["channel"]["id"], body["message"], body["user"]["id"]
    posts = reviews.shown(channel, message["ts"])
    if not posts and _note_shown(channel, message, reviews):
        posts = reviews.shown(channel, message["ts"])
    thread_ts = message.get("thread_ts") or message["ts"]
    if len(posts) != 1:
        at = {"channel": channel, "thread_ts": thread_ts}
        respond(**(review_answers.ask(posts, at) if posts else review_answers.nothing_shown()), **EPHEMERAL)
        return
    change = reviews.flag_by_button(posts[0].id, user, channel, thread_ts, via="shortcut")
    _tell(respond, posts[0].id, change, lookup, reviews, EPHEMERAL)
    sender.deliver()


def _left(reaction: Reaction, answer: Outcome | Ask | NotSeen | None, reviews: Reviews) -> dict[str, Any]:
    """Return what is left to do after a reaction: `look` at its message, or send the person an `answer`.

    Plain data: Bolt copies its context for lazy listeners, and drops what it cannot copy.
    """
    if isinstance(answer, NotSeen):
        return {"look": vars(reaction)}
    if isinstance(answer, Ask):
        at = {"channel": reaction.channel, "ts": reaction.ts, "emoji": reaction.emoji, "event_ts": reaction.event_ts}
        message = review_answers.ask(answer.posts, at, answer.means)
    elif answer is not None and answer.why:
        message = review_answers.refused(answer, reviews.now())
    else:
        return {}
    return {"answer": {"channel": reaction.channel, "user": reaction.user, **message}}


def _tell(
    respond: Respond, post_id: int, change: Outcome | None, lookup: Lookup, reviews: Reviews, how: dict[str, Any]
) -> None:
    post, _ = lookup.post(post_id)
    if change is not None and change.why:
        respond(**review_answers.refused(change, lookup.now()), **how)
    else:
        respond(**review_answers.flagged(change, reviews.current(post_id), post), **how)


def _reaction(
    event: dict[str, Any], body: dict[str, Any], reviews: Reviews, permissions: Permissions
) -> Reaction | None:
    """Return the reaction if it means something, a person put it under a message, and may do what it means.

    None for any other. Raises NotAllowed.
    """
    item, means = event.get("item") or {}, reviews.meaning(event.get("reaction", ""))
    if item.get("type") != "message" or means is None or not event.get("user"):
        return None
    reaction = Reaction(
        channel=item["channel"],
        ts=item["ts"],
        user=event["user"],
        emoji=event["reaction"],
        stands=event["type"] == "reaction_added",
        event_ts=event["event_ts"],
        event_id=body["event_id"],
    )
    if means != "flag" and not reviews.may_concern(reaction):
        return None
    if permissions.is_bot(reaction.user):
        return None
    if means != "flag" and reaction.stands:
        permissions.must(reaction.user, "decide")
    return reaction


def _look(reaction: Reaction, client: WebClient, reviews: Reviews) -> bool:
    """Read a reaction's message in Slack. Return whether it shows stored posts."""
    found = client.conversations_replies(channel=reaction.channel, ts=reaction.ts, limit=1, inclusive=True)
    messages = [message for message in found.get("messages") or [] if message.get("ts") == reaction.ts]
    return any(_note_shown(reaction.channel, message, reviews) for message in messages)


def _note_shown(channel: str, message: Mapping[str, Any], reviews: Reviews) -> bool:
    """Record which posts a message shows that was posted before the bot knew of it. Return whether it shows any."""
    urls = _URL.findall(f"{message.get('text', '')} {message.get('blocks') or ''}")
    urls = [u.rstrip("')}],").replace("&amp;", "&") for u in urls]
    return reviews.note_shown(channel, message["ts"], message.get("thread_ts"), urls)
