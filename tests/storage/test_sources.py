"""Which source is looked at next, by whom, and what is noted afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest

from bot.domain.sources import LEASE, Poll, Source, SourceState, state_after
from storage.store import Store
from tests.conftest import Clock

GAP = timedelta(seconds=2)


def add(store: Store, number: int, host: str | None = None) -> Source:
    where = f"https://{host or f'{number}.example'}/{number}.xml"
    every = timedelta(minutes=15)
    return store.sources.add("feed", where, f"便り{number}", host=host or f"{number}.example", every=every, by="")[0]


def claimed(store: Store) -> Iterator[Source]:
    while (source := store.sources.claim_due(GAP)) is not None:
        yield source


def note(store: Store, source: Source, clock: Clock, **poll: object) -> bool:
    done = Poll(**poll)  # type: ignore[arg-type]
    return store.sources.record_poll(source, done, state_after(source, done), clock.at + timedelta(minutes=15))


def test_each_source_that_is_due_is_claimed_once_the_longest_waiting_first(store: Store, clock: Clock) -> None:
    first = add(store, 1)
    clock.forward(seconds=5)
    second = add(store, 2)
    assert [s.id for s in claimed(store)] == [first.id, second.id]
    assert list(claimed(store)) == []


def test_eight_clocks_at_once_claim_each_of_forty_sources_once(store: Store) -> None:
    for n in range(40):
        add(store, n)
    taken: list[int] = []
    threads = [Thread(target=lambda: taken.extend(s.id for s in claimed(store))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [s.id for s in store.sources.all()]


def test_the_claim_of_a_clock_that_was_killed_runs_out(store: Store, clock: Clock) -> None:
    source = add(store, 1)
    (mine,) = claimed(store)
    clock.at += LEASE - timedelta(seconds=1)
    assert list(claimed(store)) == []
    clock.forward(seconds=1)
    (theirs,) = claimed(store)
    assert theirs.id == source.id
    assert store.sources.renew_lease(mine) is None
    assert not note(store, mine, clock, new=3)
    assert note(store, theirs, clock)
    after = store.sources.get(source.id)
    assert after is not None
    assert (after.succeeded_at, after.claimed_until) == (clock.at, None)


def test_a_clock_that_goes_on_keeps_its_claim(store: Store, clock: Clock) -> None:
    add(store, 1)
    (mine,) = claimed(store)
    clock.at += LEASE - timedelta(seconds=1)
    held = store.sources.renew_lease(mine)
    assert held is not None
    clock.at += LEASE - timedelta(seconds=1)
    assert list(claimed(store)) == []
    assert note(store, held, clock)


def test_two_sources_of_one_host_are_looked_at_one_after_the_other_with_a_pause(store: Store, clock: Clock) -> None:
    first, second, other = add(store, 1, "a.example"), add(store, 2, "a.example"), add(store, 3)
    mine, elsewhere = claimed(store)
    assert (mine.id, elsewhere.id) == (first.id, other.id)
    note(store, mine, clock)
    assert list(claimed(store)) == []
    clock.at += GAP
    assert [s.id for s in claimed(store)] == [second.id]


def test_who_asks_to_be_left_alone_is_for_all_its_sources(store: Store, clock: Clock) -> None:
    add(store, 1, "a.example"), add(store, 2, "a.example"), add(store, 3)
    mine, elsewhere = claimed(store)
    wait, limited = 3600.0, "配信元が取得の回数を制限しています (429)。"
    done = Poll(error=limited, retry_after=wait)
    store.sources.record_poll(mine, done, state_after(mine, done), clock.at + timedelta(seconds=wait))
    note(store, elsewhere, clock)
    clock.forward(minutes=59)
    assert [s.id for s in claimed(store)] == [3]
    clock.forward(minutes=1)
    assert [s.id for s in claimed(store)] == [1]


def test_a_wish_for_a_look_that_comes_during_one_is_not_lost(store: Store, clock: Clock) -> None:
    source = add(store, 1)
    (mine,) = claimed(store)
    clock.forward(seconds=20)
    assert store.sources.request_poll(source.id, GAP)
    note(store, mine, clock)
    clock.at += GAP
    assert [s.id for s in claimed(store)] == [source.id]


@pytest.mark.parametrize("state", ["paused", "removed"])
def test_what_was_paused_or_removed_during_a_look_stays_so(store: Store, clock: Clock, state: SourceState) -> None:
    source = add(store, 1)
    (mine,) = claimed(store)
    store.sources.set_state(source.id, state, timedelta(minutes=15))
    note(store, mine, clock, new=2)
    after = store.sources.get(source.id)
    assert after is not None
    assert after.state == state
    clock.forward(hours=1)
    assert list(claimed(store)) == []


def test_a_look_that_somebody_asks_for_waits_for_no_time_but_for_another_look(store: Store, clock: Clock) -> None:
    source = add(store, 1)
    (mine,) = claimed(store)
    assert store.sources.claim_due(GAP, source.id) is None
    note(store, mine, clock)
    asked = store.sources.claim_due(GAP, source.id)
    assert asked is not None
    assert asked.id == source.id


def test_a_source_that_moved_for_good_is_asked_at_its_new_place(store: Store, clock: Clock) -> None:
    source, other = add(store, 1), add(store, 2)
    mine, theirs = claimed(store)
    note(store, mine, clock, moved_to="https://new.example/1.xml", name="新しい便り")
    note(store, theirs, clock, moved_to="https://new.example/1.xml")
    moved, stayed = store.sources.get(source.id), store.sources.get(other.id)
    assert moved is not None
    assert stayed is not None
    assert (moved.location, moved.name) == ("https://new.example/1.xml", "新しい便り")
    assert stayed.location == other.location


def test_a_place_of_any_length_is_noted_and_found_again(store: Store) -> None:
    source = add(store, 1)
    long, other = "あ" * 3_000 + "1", "あ" * 3_000 + "2"
    store.sources.record_entries(source.id, [(long, "h1", "理由"), (other, "h2", "")])
    assert [reason for _, reason in store.sources.entries(source.id).values()] == ["理由", ""]
    store.sources.record_entries(source.id, [(long, "h3", "")])
    assert sorted(h for h, _ in store.sources.entries(source.id).values()) == ["h2", "h3"]
    store.sources.record_entries(source.id, [], [long, other])
    assert store.sources.entries(source.id) == {}


@pytest.mark.parametrize("times", [1, 2])
def test_adding_a_source_again_changes_nothing(store: Store, times: int) -> None:
    sources = [add(store, 1) for _ in range(times)]
    assert store.sources.all() == tuple(sources[:1])
