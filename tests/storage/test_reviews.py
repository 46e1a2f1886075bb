"""Flags open one review for a post, and the last one taken away withdraws it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from bot.desk.reviews import Ask, Reaction
from bot.review import Act, Action, Change, Event, Flag, Review, State
from storage.store import Store
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Clock
from tests.storage.articles import newsroom
from tests.storage.rush import together

FLAG = "triangular_flag_on_post"
_NEXT = iter(range(1, 100_000))


@pytest.fixture(autouse=True)
def shown(desk: Desk, tmp_path: Path) -> None:
    """Post 1 in one message, post 2 in another of another channel, both in a third."""
    desk.import_path(newsroom(tmp_path / "desk", 2))
    desk.store.show(NEWS, "1.1", None, (1,))
    desk.store.show(REVIEW, "2.2", "2.0", (1,))
    desk.store.show(NEWS, "3.3", None, (1, 2))


def reaction(
    stands: bool, at: float, user: str = ANNA, channel: str = NEWS, ts: str = "1.1", event: str = ""
) -> Reaction:
    return Reaction(channel, ts, user, f"{FLAG}::skin-tone-3", stands, f"{at:.6f}", event or f"Ev{next(_NEXT)}")


def test_the_first_flag_opens_a_review_the_second_joins_it(desk: Desk, clock: Clock) -> None:
    opened = clock()
    first = Event(action="flag", state="open", at=opened, user=ANNA, via="flag", channel=NEWS, ts="1.1", id=1)
    one = Review(
        id=1, post_id=1, state="open", opened_at=opened, opened_by=ANNA, opened_via="flag",
        history=(first,),
    )  # fmt: skip
    assert desk.react(reaction(True, 1)) == Change(one, first, opened=True)
    assert desk.store.open_review(1) == desk.store.review(1) == one
    clock.forward(minutes=1)
    second = Event(action="flag", state="open", at=clock(), user=BEN, via="flag", channel=REVIEW, ts="2.2", id=2)
    both = replace(one, history=(first, second))
    assert desk.react(reaction(True, 2, BEN, REVIEW, "2.2")) == Change(both, second)
    assert desk.store.review(1) == both
    assert (one.flags, both.flags) == ((Flag(ANNA, opened),), (Flag(ANNA, opened), Flag(BEN, clock())))


def test_only_the_last_flag_taken_away_withdraws_the_review(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    desk.react(reaction(True, 2, BEN))
    first = desk.react(reaction(False, 3))
    assert isinstance(first, Change)
    assert (first.review.state, first.review.flags, first.withdrawn) == ("open", (Flag(BEN, clock()),), False)
    last = desk.react(reaction(False, 4, BEN))
    assert isinstance(last, Change)
    assert (last.review.state, last.review.flags, last.withdrawn) == ("withdrawn", (), True)
    assert (last.review.decided_by, last.review.closed_at) == (BEN, clock())
    assert desk.store.open_review(1) is None
    again = desk.react(reaction(True, 5))
    assert isinstance(again, Change)
    assert (again.review.id, again.opened) == (2, True)


def test_a_person_who_flagged_under_two_messages_takes_away_both(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(reaction(True, 2, channel=REVIEW, ts="2.2"))
    assert desk.react(reaction(False, 3)) is None  # they still flag it elsewhere
    review = desk.store.open_review(1)
    assert review is not None
    assert [f.user for f in review.flags] == [ANNA]
    last = desk.react(reaction(False, 4, channel=REVIEW, ts="2.2"))
    assert isinstance(last, Change)
    assert last.withdrawn


def test_taken_away_before_it_was_put_up_ends_with_no_review(desk: Desk) -> None:
    assert desk.react(reaction(False, 2)) is None
    assert desk.react(reaction(True, 1)) is None
    assert desk.store.open_review(1) is None
    assert isinstance(desk.react(reaction(True, 3)), Change)


def test_a_removal_that_changes_nothing_still_outdoes_what_comes_late(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(reaction(False, 2))
    assert desk.react(reaction(False, 4)) is None  # it overtook the flag of 3
    assert desk.react(reaction(True, 3)) is None
    assert desk.store.open_review(1) is None


def test_times_of_events_are_compared_as_numbers(desk: Desk) -> None:
    desk.react(reaction(True, 9.5))
    assert desk.react(reaction(False, 10.25)) is not None
    assert desk.store.open_review(1) is None


def test_an_event_delivered_again_changes_nothing(desk: Desk) -> None:
    assert isinstance(desk.react(reaction(True, 1, event="EvA")), Change)
    assert desk.react(reaction(True, 1, event="EvA")) is None
    desk.react(reaction(False, 2, event="EvB"))
    assert desk.react(reaction(True, 1, event="EvA")) is None
    assert desk.react(reaction(False, 2, event="EvB")) is None
    assert desk.store.open_review(1) is None


def test_a_flag_on_several_posts_is_asked_about_and_taken_from_the_one_it_was_put_on(desk: Desk) -> None:
    asked = desk.react(reaction(True, 1, ts="3.3"))
    assert isinstance(asked, Ask)
    assert [p.id for p in asked.posts] == [1, 2]
    assert isinstance(desk.react(reaction(True, 1, ts="3.3"), post_id=2), Change)
    assert (desk.store.open_review(1), desk.store.open_review(2) is None) == (None, False)
    assert desk.react(reaction(False, 2, ts="3.3")) is not None
    assert desk.store.open_review(2) is None


def test_a_message_that_shows_nothing_and_other_emoji_open_nothing(desk: Desk) -> None:
    assert desk.react(reaction(True, 1, ts="9.9")) is None
    assert [desk.meaning(e) for e in (FLAG, f":{FLAG}:", f"{FLAG}::skin-tone-2", "eyes", "white_check_mark", "+1")] == [
        "flag", "flag", "flag", "take", "fixed", None
    ]  # fmt: skip


def test_eight_flags_at_once_open_one_review(store: Store, desk: Desk) -> None:
    users = iter(f"U{n}" for n in range(8))
    changes = together(lambda: desk.react(reaction(True, 1, next(users))))
    assert sum(isinstance(c, Change) and c.opened for c in changes) == 1
    review = store.open_review(1)
    assert review is not None
    assert (review.id, sorted(f.user for f in review.flags)) == (1, [f"U{n}" for n in range(8)])
    assert store.counts()["reviews_open"] == 1


def test_one_flag_delivered_eight_times_at_once_counts_once(store: Store, desk: Desk) -> None:
    changes = together(lambda: desk.react(reaction(True, 1, event="EvA")))
    assert sum(c is not None for c in changes) == 1
    review = store.open_review(1)
    assert review is not None
    assert isinstance(review.opened_at, datetime)
    assert len(review.flags) == 1


# ---- what becomes of a review
def act(desk: Desk, action: Action, user: str = ANNA, *, event: str = "", **more: Any) -> Change:
    change = desk.act(1, Act(action=action, user=user, via="button", channel=REVIEW, ts="9.9", **more), event)
    assert change is not None
    return change


def state_of(desk: Desk, review_id: int = 1) -> tuple[State, str | None]:
    review = desk.store.review(review_id)
    assert review is not None
    return review.state, review.owner


def test_every_step_is_written_with_who_when_and_from_where(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    start = clock()
    until = start + timedelta(hours=20)
    did: list[tuple[Action, str, dict[str, Any]]] = [
        ("take", ANNA, {}), ("hand over", ANNA, {"to": BEN}), ("snooze", BEN, {"until": until}), ("wake", "", {}),
        ("note", BEN, {"note": "出典を確認中"}), ("fixed", BEN, {}),
    ]  # fmt: skip
    for action, user, more in did:
        clock.forward(minutes=1)
        act(desk, action, user, **more)
    review = desk.store.review(1)
    assert review is not None
    at = [start + timedelta(minutes=n) for n in range(7)]
    states: list[State] = ["taken", "taken", "snoozed", "taken", "taken", "resolved"]
    assert review.history[1:] == tuple(
        Event(action=a, state=s, at=at[n], user=u, via="button", channel=REVIEW, ts="9.9", id=n + 1, **more)
        for n, ((a, u, more), s) in enumerate(zip(did, states, strict=True), 1)
    )
    assert (review.owner, review.taken_at, review.decision, review.decided_by, review.closed_at) == (
        BEN, at[2], "fixed", BEN, at[6]
    )  # fmt: skip
    assert desk.store.open_review(1) is None


def test_the_store_keeps_what_the_events_made_of_a_review(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    for action in ("take", "snooze", "undo", "release", "fine", "undo", "dismiss"):
        clock.forward(minutes=1)
        change = act(desk, action, until=clock() + timedelta(hours=1) if action == "snooze" else None)
        assert change.review == desk.store.review(1)
    assert state_of(desk) == ("dismissed", None)


def test_who_takes_second_is_told_who_was_first(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    act(desk, "take")
    taken = clock()
    clock.forward(minutes=2)
    second = act(desk, "take", BEN)
    assert (second.why, second.event, second.review.owner, second.review.taken_at) == ("owned", None, ANNA, taken)


def test_who_decides_second_is_told_who_decided(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    act(desk, "fine")
    second = act(desk, "dismiss", BEN)
    assert (second.why, second.event, second.review.decided_by, second.review.decision) == (
        "closed",
        None,
        ANNA,
        "fine",
    )


def test_a_press_delivered_again_does_nothing_and_tells_nobody(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    act(desk, "take", event="press-1")
    assert desk.act(1, Act(action="take", user=ANNA, via="button"), "press-1") is None


def test_a_decision_is_not_taken_back_once_the_post_is_under_review_again(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    act(desk, "dismiss")
    desk.react(reaction(True, 2, BEN))
    assert act(desk, "undo").why == "again"
    assert (state_of(desk), state_of(desk, 2)) == (("dismissed", None), ("open", None))


def test_a_flag_of_an_earlier_review_does_not_hold_the_next_one_open(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    act(desk, "fine")
    clock.forward(minutes=1)
    desk.react(reaction(True, 2, BEN))
    assert state_of(desk, 2) == ("open", None)
    desk.react(reaction(False, 3, BEN))
    assert state_of(desk, 2) == ("withdrawn", None)


def test_the_button_opens_another_review_after_the_first_was_decided(desk: Desk, clock: Clock) -> None:
    assert desk.flag_by_button(1, ANNA, NEWS, None) is not None
    act(desk, "fine")
    clock.forward(minutes=1)
    again = desk.flag_by_button(1, ANNA, NEWS, None)
    assert again is not None
    assert (again.opened, again.review.id, [f.user for f in again.review.flags]) == (True, 2, [ANNA])
    clock.forward(minutes=1)
    assert desk.flag_by_button(1, ANNA, NEWS, None) is None


def test_the_last_flag_does_not_withdraw_what_somebody_has(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    act(desk, "take", BEN)
    desk.react(reaction(False, 2))
    assert state_of(desk) == ("taken", BEN)


# ---- signs: 👀 takes, ✅ resolves
def sign(emoji: str, stands: bool, at: float, user: str = ANNA, ts: str = "1.1") -> Reaction:
    return Reaction(NEWS, ts, user, emoji, stands, f"{at:.6f}", f"Ev{next(_NEXT)}")


def test_eyes_take_and_taken_away_release(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(sign("eyes", True, 2, BEN))
    assert state_of(desk) == ("taken", BEN)
    desk.react(sign("eyes", False, 3, BEN))
    assert state_of(desk) == ("open", None)


def test_eyes_of_another_are_refused_and_taking_them_away_releases_nothing(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(sign("eyes", True, 2))
    refused = desk.react(sign("eyes", True, 3, BEN))
    assert isinstance(refused, Change)
    assert refused.why == "owned"
    desk.react(sign("eyes", False, 4, BEN))
    assert state_of(desk) == ("taken", ANNA)


def test_a_check_mark_resolves_as_fixed_and_taken_away_undoes_it(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(sign("eyes", True, 2))
    desk.react(sign("white_check_mark", True, 3, BEN))
    assert state_of(desk) == ("resolved", ANNA)
    desk.react(sign("white_check_mark", False, 4, BEN))
    assert state_of(desk) == ("taken", ANNA)


def test_a_check_mark_taken_away_after_something_followed_undoes_nothing(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(sign("white_check_mark", True, 2))
    act(desk, "undo", BEN)
    act(desk, "fixed", BEN)
    assert desk.react(sign("white_check_mark", False, 3)) is None
    assert state_of(desk) == ("resolved", None)


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark"])
def test_a_sign_taken_away_before_it_was_put_up_does_nothing(desk: Desk, emoji: str) -> None:
    desk.react(reaction(True, 1))
    assert desk.react(sign(emoji, False, 3)) is None
    assert desk.react(sign(emoji, True, 2)) is None
    assert state_of(desk) == ("open", None)


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark"])
def test_a_sign_on_a_post_that_is_under_no_review_means_nothing(desk: Desk, emoji: str) -> None:
    assert desk.react(sign(emoji, True, 1)) is None
    assert desk.store.review(1) is None


def test_a_sign_on_several_posts_is_meant_for_the_one_under_review(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(sign("eyes", True, 2, BEN, ts="3.3"))
    assert state_of(desk) == ("taken", BEN)
    desk.react(reaction(True, 3, ts="3.3"), post_id=2)
    asked = desk.react(sign("white_check_mark", True, 4, ts="3.3"))
    assert isinstance(asked, Ask)
    assert [p.id for p in asked.posts] == [1, 2]
    desk.react(sign("eyes", False, 5, BEN, ts="3.3"))
    assert (state_of(desk), state_of(desk, 2)) == (("open", None), ("open", None))


# ---- at once
def test_eight_people_who_take_at_once_are_one_owner_and_seven_who_are_told(store: Store, desk: Desk) -> None:
    desk.react(reaction(True, 1))
    users = iter(f"U{n}" for n in range(8))
    changes = together(lambda: act(desk, "take", next(users)))
    assert sorted(c.why or "" for c in changes) == ["", *["owned"] * 7]
    assert state_of(desk) == ("taken", next(c.event.user for c in changes if c.event))


def test_eight_decisions_at_once_are_one(store: Store, desk: Desk) -> None:
    desk.react(reaction(True, 1))
    actions: Iterator[Action] = iter(["fixed", "fine", "dismiss", "fixed", "fine", "dismiss", "fixed", "fine"])
    changes = together(lambda: act(desk, next(actions)))
    assert sorted(c.why or "" for c in changes) == ["", *["closed"] * 7]
    review = desk.store.review(1)
    assert review is not None
    assert len(review.history) == 2
