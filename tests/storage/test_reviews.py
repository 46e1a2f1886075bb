"""Flags open one review for a post, and the last one taken away withdraws it."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.desk.reviews import Ask, Reaction
from bot.review import Change, Flag, Review
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
    one = Review(1, 1, "open", clock(), (Flag(ANNA, FLAG, clock()),))
    assert desk.react(reaction(True, 1)) == Change(one, opened=True)
    assert desk.store.open_review(1) == desk.store.review(1) == one
    opened = clock()
    clock.forward(minutes=1)
    both = Review(1, 1, "open", opened, (Flag(ANNA, FLAG, opened), Flag(BEN, FLAG, clock())))
    assert desk.react(reaction(True, 2, BEN, REVIEW, "2.2")) == Change(both)


def test_only_the_last_flag_taken_away_withdraws_the_review(desk: Desk, clock: Clock) -> None:
    desk.react(reaction(True, 1))
    desk.react(reaction(True, 2, BEN))
    assert desk.react(reaction(False, 3)) == Change(Review(1, 1, "open", clock(), (Flag(BEN, FLAG, clock()),)))
    assert desk.react(reaction(False, 4, BEN)) == Change(Review(1, 1, "withdrawn", clock()), withdrawn=True)
    assert desk.store.open_review(1) is None
    again = desk.react(reaction(True, 5))
    assert isinstance(again, Change)
    assert (again.review.id, again.opened) == (2, True)


def test_a_person_who_flagged_under_two_messages_takes_away_both(desk: Desk) -> None:
    desk.react(reaction(True, 1))
    desk.react(reaction(True, 2, channel=REVIEW, ts="2.2"))
    first = desk.react(reaction(False, 3))
    assert isinstance(first, Change)
    assert (first.review.state, [f.user for f in first.review.flags]) == ("open", [ANNA])
    last = desk.react(reaction(False, 4, channel=REVIEW, ts="2.2"))
    assert isinstance(last, Change)
    assert last.withdrawn


def test_taken_away_before_it_was_put_up_ends_with_no_review(desk: Desk) -> None:
    assert desk.react(reaction(False, 2)) is None
    assert desk.react(reaction(True, 1)) is None
    assert desk.store.open_review(1) is None
    assert isinstance(desk.react(reaction(True, 3)), Change)


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
    assert [desk.is_flag(e) for e in (FLAG, f":{FLAG}:", f"{FLAG}::skin-tone-2", "eyes")] == [True, True, True, False]


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
