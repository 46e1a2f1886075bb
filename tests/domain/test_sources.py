"""How a source is doing, and which route a post belongs to."""

import itertools

import pytest

from bot.domain.sources import (
    PATIENCE,
    Kind,
    Poll,
    Source,
    SourceState,
    may_replace,
    state_after,
)

FEED = Source(id=1, kind="feed", location="https://news.example/feed.xml", name="港の新聞")
FAILED = Poll(error="配信元が応答しません (503)。")


@pytest.mark.parametrize(
    ("state", "failures", "poll", "after"),
    [
        ("active", 0, Poll(), ("active", 0)),
        ("active", 0, FAILED, ("active", 1)),
        ("active", PATIENCE - 1, FAILED, ("failing", PATIENCE)),
        ("failing", PATIENCE, FAILED, ("failing", PATIENCE + 1)),
        ("failing", 9, Poll(new=1), ("active", 0)),
        ("active", 0, Poll(error="配信元がなくなりました (410)。", gone=True), ("gone", 1)),
        ("gone", 1, Poll(), ("active", 0)),
    ],
)
def test_what_a_look_at_a_source_makes_of_its_state(
    state: SourceState, failures: int, poll: Poll, after: tuple[SourceState, int]
) -> None:
    source = Source(id=1, kind="feed", location=FEED.location, name=FEED.name, state=state, failures=failures)
    assert state_after(source, poll) == after


def test_a_file_edits_what_a_feed_brought_and_a_feed_what_people_shared_but_never_the_other_way() -> None:
    order: list[Kind] = ["link", "page", "feed", "jekyll"]
    for below, above in itertools.combinations(order, 2):
        assert may_replace(above, below, same_source=False)
        assert not may_replace(below, above, same_source=False)


@pytest.mark.parametrize(("kind", "same", "may"), [("feed", True, True), ("feed", False, False), ("file", False, True)])
def test_two_feeds_do_not_take_a_post_from_each_other_but_people_may_share_it_anew(
    kind: Kind, same: bool, may: bool
) -> None:
    assert may_replace(kind, kind, same_source=same) == may
