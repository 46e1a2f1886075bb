"""/review: the queue, one review, and what is done to it from there."""

import re
from typing import Any

from slack_bolt import Ack, Respond

from bot.desk import Desk
from bot.desk.lookup import Choice, folded
from bot.errors import WrongUse
from bot.review import Act
from handlers.about import asks_for_help
from handlers.lookup import BESIDE, REPLACE
from handlers.messages import about, blocks, lookup, morning, queue, review, weeks
from handlers.messages.blocks import Message
from handlers.people import People
from handlers.sender import Sender
from handlers.views import way

_NUMBERS, _HANDOVER = ("統計", "stats"), ("引き継ぎ", "handover")
_FLAG = re.compile(r"(?:回す|flag)\s+(.+)", re.I)


def command(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Answer `/review` with the queue, `/review 自分` with one's own, `/review 12` with the review of that post."""
    if asks_for_help(command, empty=False):
        ack(**about.command_help("/review"))
        return
    asked, user = folded(command.get("text", "")), command["user_id"]
    flagged = _FLAG.fullmatch(asked)
    if flagged:
        ack(**_flagged(flagged[1], user, command["channel_id"], desk))
    elif asked.lower() in _NUMBERS:
        ack(**weeks.weeks(desk.weeks(), desk.deeds()))
    elif asked.lower() in _HANDOVER:
        ack(**morning.handover(desk.handover(), desk.now(), desk.zone))
    elif (page := desk.queue(asked, user, queue.PAGE)) is not None:
        ack(**queue.page(page, desk.now(), desk.zone, user))
    else:
        ack(**_of_post(asked, desk))


def turn(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """前へ or 次へ: show that page in place, unless the list has changed since."""
    value = blocks.value_of(action)
    user = body["user"]["id"]
    page = desk.queue(value["q"], user, queue.PAGE, value["at"])
    fresh = page is not None and page.stamp == value["is"]
    respond(**(queue.page(page, desk.now(), desk.zone, user) if page and fresh else lookup.stale()), **REPLACE)


def list_(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """一覧を開く: the list from its beginning, for who asked."""
    user = body["user"]["id"]
    if page := desk.queue(blocks.value_of(action)["q"], user, queue.PAGE):
        respond(**queue.page(page, desk.now(), desk.zone, user), **BESIDE)


def show(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """開く, or a post chosen among several: its review, beside the list."""
    respond(**_review(blocks.value_of(action)["post"], desk), **BESIDE)


def hand(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """Somebody was chosen to have the review from now on; they are told in a message of their own."""
    user, to = body["user"]["id"], action["selected_user"]
    people.must(user, "decide")
    if people.is_bot(to) or not people.may(to, "decide"):
        raise WrongUse("引き継げるのは、レビュー用チャンネルのメンバーです。招待してから、もう一度お選びください。")
    number = int(action["block_id"].partition(":")[2])
    act = Act(action="hand over", user=user, via=way(body), to=to)
    change = desk.act(number, act, f"hand:{user}:{action['action_ts']}")
    sender.deliver()
    if change is not None:  # None where this very choice came twice
        done = review.done(change, desk.zone) if change.event else review.refused(change, desk.now())
        respond(**done, **BESIDE)


def _of_post(ref: str, desk: Desk) -> Message:
    found = desk.find(ref)
    if isinstance(found, Choice):
        return lookup.choice(found, desk.zone, "レビュー", "review_of")
    return _review(found, desk)


def _flagged(ref: str, user: str, channel: str, desk: Desk) -> Message:
    found = desk.find(ref)
    if isinstance(found, Choice):
        return lookup.choice(found, desk.zone, "レビュー", "review_of")
    change = desk.flag_by_button(found, user, channel, None, via="command")
    return review.flagged(change, desk.store.open_review(found), desk.post(found)[0])


def _review(post_id: int, desk: Desk) -> Message:
    case = desk.last_review(post_id)
    if case is None:
        return queue.none_of(desk.post(post_id)[0])
    return queue.one(desk.card(case.id), desk.zone)
