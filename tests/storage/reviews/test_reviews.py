"""Flags open one review for a post, and the last one taken away withdraws it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.reactions import Ask, NotSeen, Reaction
from bot.domain.reviews import (
    Action,
    Flag,
    Outcome,
    Review,
    ReviewCommand,
    ReviewEvent,
    ReviewState,
)
from storage.store import Store
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Clock, StoredDesk
from tests.storage.articles import newsroom
from tests.storage.rush import together

FLAG = "triangular_flag_on_post"
_NEXT = iter(range(1, 100_000))


@pytest.fixture(autouse=True)
def shown(desk: StoredDesk, tmp_path: Path) -> None:
    """Post 1 in one message, post 2 in another of another channel, both in a third."""
    desk.intake.import_path(newsroom(tmp_path / "desk", 2))
    desk.store.messages.show(NEWS, "1.1", None, (1,))
    desk.store.messages.show(REVIEW, "2.2", "2.0", (1,))
    desk.store.messages.show(NEWS, "3.3", None, (1, 2))


def reaction(
    stands: bool, at: float, user: str = ANNA, channel: str = NEWS, ts: str = "1.1", event: str = ""
) -> Reaction:
    return Reaction(channel, ts, user, f"{FLAG}::skin-tone-3", stands, f"{at:.6f}", event or f"Ev{next(_NEXT)}")


def test_the_first_flag_opens_a_review_the_second_joins_it(desk: StoredDesk, clock: Clock) -> None:
    opened = clock()
    first = ReviewEvent(action="flag", state="open", at=opened, user=ANNA, via="flag", channel=NEWS, ts="1.1", id=1)
    one = Review(
        id=1, post_id=1, state="open", opened_at=opened, opened_by=ANNA, opened_via="flag",
        history=(first,),
    )  # fmt: skip
    assert desk.reviews.react(reaction(True, 1)) == Outcome(one, first, opened=True)
    assert desk.store.reviews.current(1) == desk.store.reviews.get(1) == one
    clock.forward(minutes=1)
    second = ReviewEvent(action="flag", state="open", at=clock(), user=BEN, via="flag", channel=REVIEW, ts="2.2", id=2)
    both = replace(one, history=(first, second))
    assert desk.reviews.react(reaction(True, 2, BEN, REVIEW, "2.2")) == Outcome(both, second)
    assert desk.store.reviews.get(1) == both
    assert (one.flags, both.flags) == ((Flag(ANNA, opened),), (Flag(ANNA, opened), Flag(BEN, clock())))


def test_only_the_last_flag_taken_away_withdraws_the_review(desk: StoredDesk, clock: Clock) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(reaction(True, 2, BEN))
    first = desk.reviews.react(reaction(False, 3))
    assert isinstance(first, Outcome)
    assert (first.review.state, first.review.flags, first.withdrawn) == ("open", (Flag(BEN, clock()),), False)
    last = desk.reviews.react(reaction(False, 4, BEN))
    assert isinstance(last, Outcome)
    assert (last.review.state, last.review.flags, last.withdrawn) == ("withdrawn", (), True)
    assert (last.review.decided_by, last.review.closed_at) == (BEN, clock())
    assert desk.store.reviews.current(1) is None
    again = desk.reviews.react(reaction(True, 5))
    assert isinstance(again, Outcome)
    assert (again.review.id, again.opened) == (2, True)


def test_a_person_who_flagged_under_two_messages_takes_away_both(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(reaction(True, 2, channel=REVIEW, ts="2.2"))
    assert desk.reviews.react(reaction(False, 3)) is None  # they still flag it elsewhere
    review = desk.store.reviews.current(1)
    assert review is not None
    assert [f.user for f in review.flags] == [ANNA]
    last = desk.reviews.react(reaction(False, 4, channel=REVIEW, ts="2.2"))
    assert isinstance(last, Outcome)
    assert last.withdrawn


def test_taken_away_before_it_was_put_up_ends_with_no_review(desk: StoredDesk) -> None:
    assert desk.reviews.react(reaction(False, 2)) is None
    assert desk.reviews.react(reaction(True, 1)) is None
    assert desk.store.reviews.current(1) is None
    assert isinstance(desk.reviews.react(reaction(True, 3)), Outcome)


def test_a_removal_that_changes_nothing_still_outdoes_what_comes_late(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(reaction(False, 2))
    assert desk.reviews.react(reaction(False, 4)) is None  # it overtook the flag of 3
    assert desk.reviews.react(reaction(True, 3)) is None
    assert desk.store.reviews.current(1) is None


def test_times_of_events_are_compared_as_numbers(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 9.5))
    assert desk.reviews.react(reaction(False, 10.25)) is not None
    assert desk.store.reviews.current(1) is None


def test_an_event_delivered_again_changes_nothing(desk: StoredDesk) -> None:
    assert isinstance(desk.reviews.react(reaction(True, 1, event="EvA")), Outcome)
    assert desk.reviews.react(reaction(True, 1, event="EvA")) is None
    desk.reviews.react(reaction(False, 2, event="EvB"))
    assert desk.reviews.react(reaction(True, 1, event="EvA")) is None
    assert desk.reviews.react(reaction(False, 2, event="EvB")) is None
    assert desk.store.reviews.current(1) is None


def test_a_flag_on_several_posts_is_asked_about_and_taken_from_the_one_it_was_put_on(desk: StoredDesk) -> None:
    asked = desk.reviews.react(reaction(True, 1, ts="3.3"))
    assert isinstance(asked, Ask)
    assert [p.id for p in asked.posts] == [1, 2]
    assert isinstance(desk.reviews.react(reaction(True, 1, ts="3.3"), post_id=2), Outcome)
    assert (desk.store.reviews.current(1), desk.store.reviews.current(2) is None) == (None, False)
    assert desk.reviews.react(reaction(False, 2, ts="3.3")) is not None
    assert desk.store.reviews.current(2) is None


def test_a_message_that_shows_nothing_and_other_emoji_open_nothing(desk: StoredDesk) -> None:
    assert desk.reviews.react(reaction(True, 1, ts="9.9")) == NotSeen()
    emoji = (FLAG, f":{FLAG}:", f"{FLAG}::skin-tone-2", "eyes", "white_check_mark", "+1")
    assert [desk.reviews.meaning(name) for name in emoji] == [
        "flag", "flag", "flag", "take", "fixed", None
    ]  # fmt: skip


def test_eight_flags_at_once_open_one_review(store: Store, desk: StoredDesk) -> None:
    users = iter(f"U{n}" for n in range(8))
    changes = together(lambda: desk.reviews.react(reaction(True, 1, next(users))))
    assert sum(isinstance(c, Outcome) and c.opened for c in changes) == 1
    review = store.reviews.current(1)
    assert review is not None
    assert (review.id, sorted(f.user for f in review.flags)) == (1, [f"U{n}" for n in range(8)])
    assert store.health.counts()["reviews_open"] == 1


def test_one_flag_delivered_eight_times_at_once_counts_once(store: Store, desk: StoredDesk) -> None:
    changes = together(lambda: desk.reviews.react(reaction(True, 1, event="EvA")))
    assert sum(c is not None for c in changes) == 1
    review = store.reviews.current(1)
    assert review is not None
    assert isinstance(review.opened_at, datetime)
    assert len(review.flags) == 1


# ---- what becomes of a review
def act(desk: StoredDesk, action: Action, user: str = ANNA, *, event: str = "", **more: Any) -> Outcome:
    change = desk.reviews.act(
        1, ReviewCommand(action=action, user=user, via="button", channel=REVIEW, ts="9.9", **more), event
    )
    assert change is not None
    return change


def state_of(desk: StoredDesk, review_id: int = 1) -> tuple[ReviewState, str | None]:
    review = desk.store.reviews.get(review_id)
    assert review is not None
    return review.state, review.owner


def test_every_step_is_written_with_who_when_and_from_where(desk: StoredDesk, clock: Clock) -> None:
    desk.reviews.react(reaction(True, 1))
    start = clock()
    until = start + timedelta(hours=20)
    did: list[tuple[Action, str, dict[str, Any]]] = [
        ("take", ANNA, {}), ("hand over", ANNA, {"to": BEN}), ("snooze", BEN, {"until": until}), ("wake", "", {}),
        ("note", BEN, {"note": "出典を確認中"}), ("fixed", BEN, {}),
    ]  # fmt: skip
    for action, user, more in did:
        clock.forward(minutes=1)
        act(desk, action, user, **more)
    review = desk.store.reviews.get(1)
    assert review is not None
    at = [start + timedelta(minutes=n) for n in range(7)]
    states: list[ReviewState] = ["taken", "taken", "snoozed", "taken", "taken", "resolved"]
    assert review.history[1:] == tuple(
        ReviewEvent(action=a, state=s, at=at[n], user=u, via="button", channel=REVIEW, ts="9.9", id=n + 1, **more)
        for n, ((a, u, more), s) in enumerate(zip(did, states, strict=True), 1)
    )
    assert (review.owner, review.taken_at, review.decision, review.decided_by, review.closed_at) == (
        BEN, at[2], "fixed", BEN, at[6]
    )  # fmt: skip
    assert desk.store.reviews.current(1) is None


def test_the_store_keeps_what_the_events_made_of_a_review(desk: StoredDesk, clock: Clock) -> None:
    desk.reviews.react(reaction(True, 1))
    for action in ("take", "snooze", "undo", "release", "fine", "undo", "dismiss"):
        clock.forward(minutes=1)
        change = act(desk, action, until=clock() + timedelta(hours=1) if action == "snooze" else None)
        assert change.review == desk.store.reviews.get(1)
    assert state_of(desk) == ("dismissed", None)


def test_who_takes_second_is_told_who_was_first(desk: StoredDesk, clock: Clock) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "take")
    taken = clock()
    clock.forward(minutes=2)
    second = act(desk, "take", BEN)
    assert (second.why, second.event, second.review.owner, second.review.taken_at) == ("owned", None, ANNA, taken)


def test_who_decides_second_is_told_who_decided(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "fine")
    second = act(desk, "dismiss", BEN)
    assert (second.why, second.event, second.review.decided_by, second.review.decision) == (
        "closed",
        None,
        ANNA,
        "fine",
    )


def test_a_press_delivered_again_does_nothing_and_tells_nobody(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "take", event="press-1")
    assert desk.reviews.act(1, ReviewCommand(action="take", user=ANNA, via="button"), "press-1") is None


def test_a_decision_is_not_taken_back_once_the_post_is_under_review_again(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "dismiss")
    desk.reviews.react(reaction(True, 2, BEN))
    assert act(desk, "undo").why == "again"
    assert (state_of(desk), state_of(desk, 2)) == (("dismissed", None), ("open", None))


def test_a_flag_of_an_earlier_review_does_not_hold_the_next_one_open(desk: StoredDesk, clock: Clock) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "fine")
    clock.forward(minutes=1)
    desk.reviews.react(reaction(True, 2, BEN))
    assert state_of(desk, 2) == ("open", None)
    desk.reviews.react(reaction(False, 3, BEN))
    assert state_of(desk, 2) == ("withdrawn", None)


def test_the_button_opens_another_review_after_the_first_was_decided(desk: StoredDesk, clock: Clock) -> None:
    assert desk.reviews.flag_by_button(1, ANNA, NEWS, None) is not None
    act(desk, "fine")
    clock.forward(minutes=1)
    again = desk.reviews.flag_by_button(1, ANNA, NEWS, None)
    assert again is not None
    assert (again.opened, again.review.id, [f.user for f in again.review.flags]) == (True, 2, [ANNA])
    clock.forward(minutes=1)
    assert desk.reviews.flag_by_button(1, ANNA, NEWS, None) is None


def test_the_last_flag_does_not_withdraw_what_somebody_has(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    act(desk, "take", BEN)
    desk.reviews.react(reaction(False, 2))
    assert state_of(desk) == ("taken", BEN)


# ---- signs: 👀 takes, ✅ resolves
def sign(emoji: str, stands: bool, at: float, user: str = ANNA, ts: str = "1.1") -> Reaction:
    return Reaction(NEWS, ts, user, emoji, stands, f"{at:.6f}", f"Ev{next(_NEXT)}")


def test_eyes_take_and_taken_away_release(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(sign("eyes", True, 2, BEN))
    assert state_of(desk) == ("taken", BEN)
    desk.reviews.react(sign("eyes", False, 3, BEN))
    assert state_of(desk) == ("open", None)


def test_eyes_of_another_are_refused_and_taking_them_away_releases_nothing(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(sign("eyes", True, 2))
    refused = desk.reviews.react(sign("eyes", True, 3, BEN))
    assert isinstance(refused, Outcome)
    assert refused.why == "owned"
    desk.reviews.react(sign("eyes", False, 4, BEN))
    assert state_of(desk) == ("taken", ANNA)


def test_a_check_mark_resolves_as_fixed_and_taken_away_undoes_it(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(sign("eyes", True, 2))
    desk.reviews.react(sign("white_check_mark", True, 3, BEN))
    assert state_of(desk) == ("resolved", ANNA)
    desk.reviews.react(sign("white_check_mark", False, 4, BEN))
    assert state_of(desk) == ("taken", ANNA)


def test_a_check_mark_taken_away_after_something_followed_undoes_nothing(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(sign("white_check_mark", True, 2))
    act(desk, "undo", BEN)
    act(desk, "fixed", BEN)
    assert desk.reviews.react(sign("white_check_mark", False, 3)) is None
    assert state_of(desk) == ("resolved", None)


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark"])
def test_a_sign_taken_away_before_it_was_put_up_does_nothing(desk: StoredDesk, emoji: str) -> None:
    desk.reviews.react(reaction(True, 1))
    assert desk.reviews.react(sign(emoji, False, 3)) is None
    assert desk.reviews.react(sign(emoji, True, 2)) is None
    assert state_of(desk) == ("open", None)


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark"])
def test_a_sign_on_a_post_that_is_under_no_review_means_nothing(desk: StoredDesk, emoji: str) -> None:
    assert desk.reviews.react(sign(emoji, True, 1)) is None
    assert desk.store.reviews.get(1) is None


def test_a_sign_on_several_posts_is_meant_for_the_one_under_review(desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    desk.reviews.react(sign("eyes", True, 2, BEN, ts="3.3"))
    assert state_of(desk) == ("taken", BEN)
    desk.reviews.react(reaction(True, 3, ts="3.3"), post_id=2)
    asked = desk.reviews.react(sign("white_check_mark", True, 4, ts="3.3"))
    assert isinstance(asked, Ask)
    assert [p.id for p in asked.posts] == [1, 2]
    desk.reviews.react(sign("eyes", False, 5, BEN, ts="3.3"))
    assert (state_of(desk), state_of(desk, 2)) == (("open", None), ("open", None))


# ---- at once
def test_eight_people_who_take_at_once_are_one_owner_and_seven_who_are_told(store: Store, desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    users = iter(f"U{n}" for n in range(8))
    changes = together(lambda: act(desk, "take", next(users)))
    assert sorted(c.why or "" for c in changes) == ["", *["owned"] * 7]
    assert state_of(desk) == ("taken", next(c.event.user for c in changes if c.event))


def test_eight_decisions_at_once_are_one(store: Store, desk: StoredDesk) -> None:
    desk.reviews.react(reaction(True, 1))
    actions: Iterator[Action] = iter(["fixed", "fine", "dismiss", "fixed", "fine", "dismiss", "fixed", "fine"])
    changes = together(lambda: act(desk, next(actions)))
    assert sorted(c.why or "" for c in changes) == ["", *["closed"] * 7]
    review = desk.store.reviews.get(1)
    assert review is not None
    assert len(review.history) == 2
