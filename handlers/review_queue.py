"""/review: the queue, one review, and what is done to it from there."""

import re
from typing import Any

from slack_bolt import Ack, Respond

from bot.desk.lookup import Choice, Lookup, folded
from bot.desk.reminders import Reminders
from bot.desk.reviews import Reviews
from bot.domain.reviews import ReviewCommand
from bot.errors import WrongUse
from handlers.help import asks_for_help
from handlers.messages import (
    blocks,
    help,
    review_answers,
    review_queue,
    review_stats,
)
from handlers.messages import (
    lookup as lookup_messages,
)
from handlers.messages import (
    reminders as reminders_messages,
)
from handlers.messages.blocks import Message
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE, way
from handlers.sender import Sender

_NUMBERS, _HANDOVER = ("統計", "stats"), ("引き継ぎ", "handover")
_FLAG = re.compile(r"(?:回す|flag)\s+(.+)", re.I)


def command(ack: Ack, command: dict[str, Any], *, lookup: Lookup, reviews: Reviews, reminders: Reminders) -> None:
    """Answer `/review` with the queue, `/review 自分` with one's own, `/review 12` with the review of that post."""
    if asks_for_help(command, empty=False):
        ack(**help.command_help("/review"))
        return
    asked, user = folded(command.get("text", "")), command["user_id"]
    flagged = _FLAG.fullmatch(asked)
    if flagged:
        ack(**_flagged(flagged[1], user, command["channel_id"], lookup, reviews))
    elif asked.lower() in _NUMBERS:
        ack(**review_stats.weeks(reminders.weeks(), reminders.activity()))
    elif asked.lower() in _HANDOVER:
        ack(**reminders_messages.handover(reminders.handover(), lookup.now(), lookup.zone))
    elif (page := reviews.queue(asked, user, review_queue.PAGE)) is not None:
        ack(**review_queue.page(page, lookup.now(), lookup.zone, user))
    else:
        ack(**_of_post(asked, lookup, reviews))


def turn(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, reviews: Reviews) -> None:
    """前へ or 次へ: show that page in place, unless the list has changed since."""
    value = blocks.value_of(action)
    user = body["user"]["id"]
    page = reviews.queue(value["q"], user, review_queue.PAGE, value["at"])
    fresh = page is not None and page.stamp == value["is"]
    respond(
        **(review_queue.page(page, reviews.now(), reviews.zone, user) if page and fresh else lookup_messages.stale()),
        **IN_PLACE,
    )


def list_(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, reviews: Reviews) -> None:
    """一覧を開く: the list from its beginning, for who asked."""
    user = body["user"]["id"]
    if page := reviews.queue(blocks.value_of(action)["q"], user, review_queue.PAGE):
        respond(**review_queue.page(page, reviews.now(), reviews.zone, user), **EPHEMERAL)


def show(action: dict[str, Any], respond: Respond, *, lookup: Lookup, reviews: Reviews) -> None:
    """開く, or a post chosen among several: its review, beside the list."""
    respond(**_review(blocks.value_of(action)["post"], lookup, reviews), **EPHEMERAL)


def hand(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    reviews: Reviews,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """Somebody was chosen to have the review from now on; they are told in a message of their own."""
    user, to = body["user"]["id"], action["selected_user"]
    permissions.must(user, "decide")
    if permissions.is_bot(to) or not permissions.may(to, "decide"):
        raise WrongUse("引き継げるのは、レビュー用チャンネルのメンバーです。招待してから、もう一度お選びください。")
    number = int(action["block_id"].partition(":")[2])
    act = ReviewCommand(action="hand over", user=user, via=way(body), to=to)
    change = reviews.act(number, act, f"hand:{user}:{action['action_ts']}")
    sender.deliver()
    if change is not None:  # None where this very choice came twice
        done = (
            review_answers.done(change, reviews.zone) if change.event else review_answers.refused(change, reviews.now())
        )
        respond(**done, **EPHEMERAL)


def _of_post(ref: str, lookup: Lookup, reviews: Reviews) -> Message:
    found = lookup.find(ref)
    if isinstance(found, Choice):
        return lookup_messages.choice(found, lookup.zone, "レビュー", "review_of")
    return _review(found, lookup, reviews)


def _flagged(ref: str, user: str, channel: str, lookup: Lookup, reviews: Reviews) -> Message:
    found = lookup.find(ref)
    if isinstance(found, Choice):
        return lookup_messages.choice(found, lookup.zone, "レビュー", "review_of")
    change = reviews.flag_by_button(found, user, channel, None, via="command")
    return review_answers.flagged(change, reviews.current(found), lookup.post(found)[0])


def _review(post_id: int, lookup: Lookup, reviews: Reviews) -> Message:
    case = reviews.latest(post_id)
    if case is None:
        return review_queue.none_of(lookup.post(post_id)[0])
    return review_queue.one(reviews.card(case.id), lookup.zone)
