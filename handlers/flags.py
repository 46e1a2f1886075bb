"""Flags: an emoji put up or taken down, the 「レビューに回す」 button and the shortcut of that name."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk.lookup import Lookup
from bot.desk.reviews import Ask, Reaction, Reviews
from bot.domain.reviews import Outcome
from handlers.messages import blocks, review_answers
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE, way
from handlers.sender import Sender

_URL = re.compile(r"https?://[^\s|>\"]+")


def flag(
    ack: Ack,
    event: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
    *,
    reviews: Reviews,
    permissions: Permissions,
) -> None:
    """An emoji on a message whose post is known: what it means is done before the event is acknowledged."""
    reaction = _reaction(event, body, reviews, permissions)
    if reaction is not None:
        _done(reaction, client, reviews)
    ack()


def follow(
    event: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
    *,
    reviews: Reviews,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """After the acknowledgement: look at a message not seen before, ask which post was meant, say what was decided."""
    reaction = _reaction(event, body, reviews, permissions)
    if reaction is None:
        return
    if not reviews.knows(reaction.channel, reaction.ts):
        found = client.conversations_replies(channel=reaction.channel, ts=reaction.ts, limit=1, inclusive=True)
        for message in found.get("messages") or []:
            if message.get("ts") == reaction.ts:
                _note_shown(reaction.channel, message, reviews)
    answer = _done(reaction, client, reviews)  # where the post was known this is done already, but for Ask
    if isinstance(answer, Ask) and reviews.first(f"ask:{reaction.event_id}"):
        at = {"channel": reaction.channel, "ts": reaction.ts, "emoji": reaction.emoji, "event_ts": reaction.event_ts}
        question = review_answers.ask(answer.posts, at, answer.means)
        client.chat_postEphemeral(channel=reaction.channel, user=reaction.user, **question)
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
    """The person who reacted, or used the shortcut, chose which of the message's posts they meant."""
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
    """「レビューに回す」 was pressed: the person is answered, and the message's thread (or the channel) is told."""
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
    """「レビューに回す」 was chosen in a message's menu."""
    channel, message, user = body["channel"]["id"], body["message"], body["user"]["id"]
    if not reviews.knows(channel, message["ts"]):
        _note_shown(channel, message, reviews)
    posts = reviews.shown(channel, message["ts"])
    thread_ts = message.get("thread_ts") or message["ts"]
    if len(posts) != 1:
        at = {"channel": channel, "thread_ts": thread_ts}
        respond(**(review_answers.ask(posts, at) if posts else review_answers.nothing_shown()), **EPHEMERAL)
        return
    change = reviews.flag_by_button(posts[0].id, user, channel, thread_ts, via="shortcut")
    _tell(respond, posts[0].id, change, lookup, reviews, EPHEMERAL)
    sender.deliver()


def _done(reaction: Reaction, client: WebClient, reviews: Reviews) -> Outcome | Ask | None:
    """Do what the emoji means; who came second is told."""
    answer = reviews.react(reaction)
    if isinstance(answer, Outcome) and answer.why:
        told = review_answers.refused(answer, reviews.now())
        client.chat_postEphemeral(channel=reaction.channel, user=reaction.user, **told)
    return answer


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
    """The reaction, where it means something, a person put it under a message, and they may do what it means."""
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
    if means != "flag" and not reviews.candidates(reaction):
        return None  # 👀 and ✅ are said of many things
    if permissions.is_bot(reaction.user):
        return None
    if means != "flag" and reaction.stands:
        permissions.must(reaction.user, "decide")
    return reaction


def _note_shown(channel: str, message: Mapping[str, Any], reviews: Reviews) -> None:
    """Find out which posts a message shows that was there before the bot knew of it."""
    urls = _URL.findall(f"{message.get('text', '')} {message.get('blocks') or ''}")
    urls = [u.rstrip("')}],").replace("&amp;", "&") for u in urls]
    reviews.note_shown(channel, message["ts"], message.get("thread_ts"), urls)
