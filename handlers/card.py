"""The review card: what is pressed on it, and the notes written on it."""

from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk import Desk
from bot.review import Act, Action, snoozed_until
from handlers.lookup import BESIDE, REPLACE
from handlers.messages import blocks, card, queue, review
from handlers.people import People
from handlers.sender import Sender
from handlers.views import way

DEEDS: dict[str, Action] = {
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
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """A button of a review was pressed, on its card or in a list. The card follows by itself; the person is answered
    where they came second, and where they pressed something else than the card."""
    value, user = blocks.value_of(action), body["user"]["id"]
    people.must(user, "decide")
    channel, ts = _place(body)
    until = snoozed_until(value["for"], desk.now(), desk.zone) if "for" in value else None
    deed, via = DEEDS[action["action_id"]], way(body)
    act = Act(action=deed, user=user, via=via, channel=channel, ts=ts, until=until)
    change = desk.act(value["review"], act, f"press:{user}:{action['action_ts']}")
    sender.deliver()
    if change is None:  # this very press came twice
        return
    if change.event is None:
        respond(**review.refused(change, desk.now()), **BESIDE)
    elif (body.get("view") or {}).get("type") == "modal":
        respond(**queue.one(desk.card(change.review.id), desk.zone), **REPLACE)
    elif via == "button" and not _is_card(channel, ts, desk):
        respond(**review.done(change, desk.zone), **BESIDE)


def write(action: dict[str, Any], body: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """メモ was pressed: open the modal in which it is written."""
    people.must(body["user"]["id"], "decide")
    case, post, _ = desk.review(blocks.value_of(action)["review"])
    opened = client.views_push if (body.get("view") or {}).get("type") == "modal" else client.views_open
    channel, ts = _place(body)
    view = card.note(case, post, {"via": way(body), "channel": channel, "ts": ts})
    opened(trigger_id=body["trigger_id"], view=view)


def noted(ack: Ack, body: dict[str, Any], view: dict[str, Any], *, desk: Desk, people: People) -> None:
    """The note was written: it stands in the history before the modal closes."""
    words = (view["state"]["values"]["note"]["note"].get("value") or "").strip()
    if not words:
        ack(response_action="errors", errors={"note": "メモを書いてください。"})
        return
    people.must(body["user"]["id"], "decide")
    at = blocks.unpacked(view["private_metadata"])
    act = Act(
        action="note", user=body["user"]["id"], via=at["via"], channel=at["channel"], ts=at["ts"], note=words
    )  # fmt: skip
    desk.act(at["review"], act, f"note:{view['id']}")
    ack()


def _place(body: dict[str, Any]) -> tuple[str, str]:
    """The channel and ts of the message that was pressed, empty where it is none."""
    return (body.get("channel") or {}).get("id", ""), (body.get("container") or {}).get("message_ts", "")


def _is_card(channel: str, ts: str, desk: Desk) -> bool:
    letter = desk.store.letter_at(channel, ts)
    return letter is not None and letter.kind == "review-card"
