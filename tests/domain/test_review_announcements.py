"""What is written after a review has changed: card, line where it was flagged, history, DM, emoji."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import ReviewCardMessage, ReviewHandedOver, ReviewLine, ReviewNotice
from bot.domain.review_announcements import (
    IN_THREAD,
    Announcement,
    CardEdit,
    CardPlace,
    FlagPlace,
    StateMark,
    announcements,
)
from bot.domain.reviews import Action, Outcome, Review, ReviewEvent, ReviewState

ANNA, BEN = "U0SATO001", "U0SUZUKI1"
NEWS, REVIEW = "C0AINEWS1", "C0REVIEW1"
AT = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)

CARD = ReviewCardMessage(7)
NOTICE = ReviewNotice(7, ANNA)
EDIT = CardEdit(7)
LINE = ReviewLine(7, 4)
IN_NEWS = FlagPlace(NEWS, "5.1")
"""A flag on a message of the news channel."""


def outcome(action: Action, state: ReviewState = "open", to: str = "") -> Outcome:
    event = ReviewEvent(action=action, state=state, at=AT, user=ANNA, via="button", to=to, id=4)
    return Outcome(Review(id=7, post_id=3, state=state, opened_at=AT, history=(event,)), event)


def announced(
    action: Action,
    *,
    state: ReviewState = "open",
    moved: bool = False,
    card: CardPlace | None = None,
    flagged_at: FlagPlace | None = None,
    channel: str = REVIEW,
    to: str = "",
) -> tuple[Announcement, ...]:
    return announcements(
        outcome(action, state, to),
        moved=moved,
        card=card,
        flagged_at=flagged_at,
        settings=NotificationSettings(channel),
    )


@pytest.mark.parametrize(
    ("channel", "flagged_at", "expected"),
    [
        # the newsroom has a review channel: the card goes there, and the thread of the flag is told
        (REVIEW, None, (CARD.to(REVIEW), StateMark(3, "open"))),
        (REVIEW, FlagPlace(NEWS), (CARD.to(REVIEW), StateMark(3, "open"))),
        (REVIEW, IN_NEWS, (CARD.to(REVIEW), NOTICE.to(NEWS, "5.1"), StateMark(3, "open"))),
        (REVIEW, FlagPlace(REVIEW, "5.1"), (CARD.to(REVIEW), NOTICE.to(REVIEW, "5.1"), StateMark(3, "open"))),
        # it has none: the card goes to where the post was flagged, and waits if that is nowhere
        ("", FlagPlace(NEWS), (CARD.to(NEWS), StateMark(3, "open"))),
        ("", IN_NEWS, (CARD.to(NEWS, "5.1"), StateMark(3, "open"))),
        ("", None, (EDIT, StateMark(3, "open"))),
    ],
)
def test_where_the_first_flag_is_announced(
    channel: str, flagged_at: FlagPlace | None, expected: tuple[Announcement, ...]
) -> None:
    assert announced("flag", moved=True, flagged_at=flagged_at, channel=channel) == expected


@pytest.mark.parametrize(
    ("card", "flagged_at", "expected"),
    [
        (CardPlace(REVIEW, ts="8.1"), None, (EDIT,)),
        (CardPlace(REVIEW, ts="8.1"), FlagPlace(NEWS), (EDIT,)),
        (CardPlace(REVIEW, ts="8.1"), IN_NEWS, (NOTICE.to(NEWS, "5.1"), EDIT)),
        (CardPlace(REVIEW), IN_NEWS, (NOTICE.to(NEWS, "5.1"), EDIT)),
        (CardPlace(REVIEW, failed=True), IN_NEWS, (NOTICE.to(NEWS, "5.1"), EDIT)),
        # a flag on the card itself, or in its thread, or in the thread that the card stands in
        (CardPlace(REVIEW, ts="8.1"), FlagPlace(REVIEW, "8.1"), (EDIT,)),
        (CardPlace(NEWS, "5.1", "8.1"), IN_NEWS, (EDIT,)),
        # the same ts in another channel is another message
        (CardPlace(REVIEW, ts="5.1"), IN_NEWS, (NOTICE.to(NEWS, "5.1"), EDIT)),
    ],
)
def test_a_further_flag_is_told_where_it_was_put_up_unless_the_card_is_there(
    card: CardPlace, flagged_at: FlagPlace | None, expected: tuple[Announcement, ...]
) -> None:
    assert announced("flag", card=card, flagged_at=flagged_at) == expected


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (CardPlace(REVIEW, ts="8.1"), (EDIT, LINE.to(REVIEW, None))),
        (CardPlace(REVIEW), (EDIT, LINE.to(REVIEW, None))),
        (CardPlace(NEWS, "5.1", "8.1"), (EDIT, LINE.to(NEWS, "5.1"))),
        # a reply to a card that was given up would wait for it
        (CardPlace(REVIEW, failed=True), (EDIT,)),
    ],
)
def test_the_thread_of_the_card_is_told_what_happened(card: CardPlace, expected: tuple[Announcement, ...]) -> None:
    assert announced("note", card=card) == expected


@pytest.mark.parametrize("action", get_args(Action))
def test_what_the_thread_is_told_and_what_the_card_shows_alone(action: Action) -> None:
    written = announced(action, card=CardPlace(REVIEW, ts="8.1"), to=ANNA)
    alone = action in ("flag", "check", "unflag", "withdraw")
    assert written == ((EDIT,) if alone else (EDIT, LINE.to(REVIEW, None)))
    assert (action in IN_THREAD) is not alone


def test_the_thread_is_told_of_the_withdrawal_that_closes_the_review() -> None:
    written = announced("withdraw", state="withdrawn", moved=True, card=CardPlace(REVIEW, ts="8.1"))
    assert written == (EDIT, LINE.to(REVIEW, None), StateMark(3, "withdrawn"))


@pytest.mark.parametrize(("to", "told"), [(BEN, (ReviewHandedOver(7, 4).to(BEN),)), (ANNA, ())])
def test_the_person_that_a_review_was_handed_to_hears_of_it_unless_they_did_it(
    to: str, told: tuple[Announcement, ...]
) -> None:
    written = announced("hand over", state="taken", moved=True, card=CardPlace(REVIEW, ts="8.1"), to=to)
    assert written == (EDIT, LINE.to(REVIEW, None), *told, StateMark(3, "taken"))


def test_an_action_may_write_the_card_that_the_opening_could_not_place() -> None:
    """The newsroom got a review channel meanwhile: the card has the whole history, the thread begins empty."""
    assert announced("take", state="taken", moved=True) == (CARD.to(REVIEW), StateMark(3, "taken"))
    assert announced("take", state="taken", moved=True, channel="") == (EDIT, StateMark(3, "taken"))


def test_nothing_is_written_if_nothing_changed() -> None:
    refused = replace(outcome("take"), event=None, why="owned")
    assert announcements(refused, moved=False, card=None, flagged_at=IN_NEWS, settings=NotificationSettings()) == ()
