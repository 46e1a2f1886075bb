"""Lists of reviews: which, in which order, and how they went."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.review_query import NOBODY, ReviewFilter
from bot.domain.review_stats import PersonActivity, ReviewTimeline
from bot.domain.reviews import CLOSED, WAITING, Action, ReviewCommand
from tests.conftest import ANNA, BEN, NEWS, Clock, StoredDesk
from tests.storage.articles import newsroom, publish

BLOCKING = "\n---END---\n"


@pytest.fixture(autouse=True)
def published(desk: StoredDesk, tmp_path: Path) -> None:
    """Six posts; the fourth ends with the generator's end marker."""
    folder = newsroom(tmp_path / "desk", 6)
    publish(folder, 4, tail=BLOCKING)
    desk.intake.import_path(folder)


def opened(desk: StoredDesk, clock: Clock, *posts: int) -> None:
    """Reviews 1, 2, … of these posts, opened an hour apart."""
    for post in posts:
        desk.reviews.flag_by_button(post, ANNA, NEWS, None)
        clock.forward(hours=1)


def does(desk: StoredDesk, review: int, action: Action, user: str = BEN, **more: object) -> None:
    desk.reviews.act(review, ReviewCommand(action=action, user=user, via="button", **more))  # type: ignore[arg-type]


def listed(desk: StoredDesk, wanted: ReviewFilter) -> list[int]:
    return [row.review.id for row in desk.store.review_queue.page(wanted).rows]


def test_the_queue_lists_what_waits_the_oldest_first_with_post_and_findings(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 3, 4, 5)
    page = desk.store.review_queue.page(ReviewFilter(), limit=2)
    assert [(row.review, row.post) for row in page.rows] == [desk.reviews.get(1)[:2], desk.reviews.get(2)[:2]]
    assert [[f.rule for f in row.findings if f.severity == "block"] for row in page.rows] == [[], ["end-marker"]]
    assert (page.total, page.offset) == (3, 0)
    assert [row.review.id for row in desk.store.review_queue.page(ReviewFilter(), 2, 2).rows] == [3]


def test_a_list_can_be_of_one_state_one_owner_or_nobodys(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 1, 2, 3, 4, 5, 6)
    does(desk, 2, "take")
    does(desk, 3, "take", ANNA)
    does(desk, 4, "snooze", until=clock() + timedelta(days=1))
    does(desk, 5, "fixed")
    does(desk, 6, "dismiss")
    assert listed(desk, ReviewFilter()) == [1, 2, 3]
    assert listed(desk, ReviewFilter(states=("open",))) == [1]
    assert listed(desk, ReviewFilter(states=("snoozed",))) == [4]
    assert listed(desk, ReviewFilter(states=WAITING)) == [1, 2, 3, 4]
    assert listed(desk, ReviewFilter(states=WAITING, owner=BEN)) == [2, 4]
    assert listed(desk, ReviewFilter(owner=NOBODY)) == [1]
    assert listed(desk, ReviewFilter(states=CLOSED, order="newest")) == [6, 5]


def test_a_list_can_be_of_what_is_old_or_weighs_and_be_ordered_by_it(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 1, 4, 2)
    assert listed(desk, ReviewFilter(age=timedelta(hours=2))) == [1, 2]
    assert listed(desk, ReviewFilter(severity="block")) == [2]
    assert listed(desk, ReviewFilter(order="severity"))[0] == 2
    assert listed(desk, ReviewFilter(order="newest")) == [3, 2, 1]


def test_the_stamp_of_a_list_changes_with_what_is_listed_and_with_nothing_else(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 1, 2)
    before = desk.store.review_queue.page(ReviewFilter()).stamp
    does(desk, 1, "note", note="あとで見ます")
    clock.forward(hours=3)
    assert desk.store.review_queue.page(ReviewFilter(), 1, 1).stamp == before
    does(desk, 1, "fine")
    assert desk.store.review_queue.page(ReviewFilter()).stamp != before


def test_the_newest_review_of_a_post_is_found_open_or_closed(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 1)
    does(desk, 1, "fine")
    assert desk.reviews.latest(1) == desk.store.reviews.get(1)
    opened(desk, clock, 1)
    assert desk.reviews.latest(1) == desk.store.reviews.get(2)
    assert desk.reviews.latest(2) is None


def test_how_reviews_went_is_told_of_those_open_or_closed_since_then(desk: StoredDesk, clock: Clock) -> None:
    begun = clock()
    opened(desk, clock, 1, 2, 3)
    does(desk, 1, "take")
    does(desk, 1, "release")
    clock.forward(hours=1)
    does(desk, 1, "take", ANNA)
    does(desk, 1, "fixed", ANNA)
    clock.forward(days=9)
    does(desk, 2, "dismiss")
    hour = timedelta(hours=1)
    first = ReviewTimeline(begun, begun + 3 * hour, begun + 4 * hour, "resolved")
    others = (
        ReviewTimeline(begun + hour, None, clock(), "dismissed"),
        ReviewTimeline(begun + 2 * hour, None, None, "open"),
    )
    assert desk.store.audit_log.timelines(begun) == (first, *others)
    assert desk.store.audit_log.timelines(clock()) == others


def test_what_everybody_did_is_counted_who_did_most_first(desk: StoredDesk, clock: Clock) -> None:
    opened(desk, clock, 1, 2, 3)
    desk.reviews.flag_by_button(1, BEN, NEWS, None)
    for review in (1, 2, 3):
        does(desk, review, "take")
    does(desk, 1, "fine")
    does(desk, 2, "dismiss", ANNA)
    assert desk.reminders.activity() == (
        PersonActivity(BEN, flagged=1, taken=3, decided=1),
        PersonActivity(ANNA, flagged=3, decided=1),
    )
    clock.forward(days=31)
    assert desk.reminders.activity() == ()
