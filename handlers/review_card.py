"""The review card: what is pressed on it, and the notes written on it."""

from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk.reviews import Reviews
from bot.domain.reviews import Action, ReviewCommand, snoozed_until
from handlers.messages import blocks, review_answers, review_card, review_queue
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE, way
from handlers.sender import Sender

BUTTON_ACTIONS: dict[str, Action] = {
    "review_take": "take",
    "review_release": "release",
    "review_fixed": "fixed",
    "review_fine": "fine",
    "review_dismiss": "dismiss",
    "review_snooze": "snooze",
    "review_undo": "undo",
}
"""What each button and menu does to its review."""


def press(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    reviews: Reviews,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """A button of a review was pressed, on its card or in a list. The card follows by itself; the person is answered
    where they came second, and where they pressed something else than the card."""
    value, user = blocks.value_of(action), body["user"]["id"]
    permissions.must(user, "decide")
    channel, ts = _place(body)
    until = snoozed_until(value["for"], reviews.now(), reviews.zone) if "for" in value else None
    deed, via = BUTTON_ACTIONS[action["action_id"]], way(body)
    act = ReviewCommand(action=deed, user=user, via=via, channel=channel, ts=ts, until=until)
    change = reviews.act(value["review"], act, f"press:{user}:{action['action_ts']}")
    sender.deliver()
    if change is None:  # this very press came twice
        return
    if change.event is None:
        respond(**review_answers.refused(change, reviews.now()), **EPHEMERAL)
    elif (body.get("view") or {}).get("type") == "modal":
        respond(**review_queue.one(reviews.card(change.review.id), reviews.zone), **IN_PLACE)
    elif via == "button" and not reviews.is_card(channel, ts):
        respond(**review_answers.done(change, reviews.zone), **EPHEMERAL)


def write(
    action: dict[str, Any], body: dict[str, Any], client: WebClient, *, reviews: Reviews, permissions: Permissions
) -> None:
    """メモ was pressed: open the modal in which it is written."""
    permissions.must(body["user"]["id"], "decide")
    case, post, _ = reviews.get(blocks.value_of(action)["review"])
    opened = client.views_push if (body.get("view") or {}).get("type") == "modal" else client.views_open
    channel, ts = _place(body)
    view = review_card.note(case, post, {"via": way(body), "channel": channel, "ts": ts})
    opened(trigger_id=body["trigger_id"], view=view)


def noted(ack: Ack, body: dict[str, Any], view: dict[str, Any], *, reviews: Reviews, permissions: Permissions) -> None:
    """The note was written: it stands in the history before the modal closes."""
    words = (view["state"]["values"]["note"]["note"].get("value") or "").strip()
    if not words:
        ack(response_action="errors", errors={"note": "メモを書いてください。"})
        return
    permissions.must(body["user"]["id"], "decide")
    at = blocks.unpacked(view["private_metadata"])
    act = ReviewCommand(
        action="note", user=body["user"]["id"], via=at["via"], channel=at["channel"], ts=at["ts"], note=words
    )  # fmt: skip
    reviews.act(at["review"], act, f"note:{view['id']}")
    ack()


def _place(body: dict[str, Any]) -> tuple[str, str]:
    """The channel and ts of the message that was pressed, empty where it is none."""
    return (body.get("channel") or {}).get("id", ""), (body.get("container") or {}).get("message_ts", "")
