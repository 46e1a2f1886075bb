"""What the bot is about to say: each message once, in its order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.digests import Digest, Schedule
from bot.domain.outbox import OutboxMessage, OwnReaction
from bot.domain.outbox_messages import DigestEntry, DigestMessage, SharedSummary
from storage.engine import writing
from storage.slack.outbox import LEASE, add, react, refresh
from storage.store import Store
from tests.conftest import NEWS, REVIEW, Clock, StoredDesk
from tests.storage.articles import newsroom
from tests.storage.rush import processes, together

SHARED = SharedSummary(post_id=1, sentences=3, user="U1")


def say(store: Store, *keys: str, channel: str = NEWS) -> None:
    for key in keys:
        assert store.outbox.add(SHARED.to(channel, key))


def claimed(store: Store) -> OutboxMessage:
    found = store.outbox.claim_next()
    assert found is not None
    return found


def test_a_message_is_decided_once(store: Store, clock: Clock) -> None:
    assert store.outbox.add(SHARED.to(NEWS, "share:1"))
    assert not store.outbox.add(SharedSummary(2, 3, "U1").to(NEWS, "share:1"))
    assert store.outbox.claim_next() == OutboxMessage(
        1, "share:1", NEWS, None, SHARED, attempts=1, delivery_unknown=False, since=clock()
    )


def test_messages_leave_a_channel_one_after_the_other(store: Store) -> None:
    say(store, "a", "b")
    say(store, "x", channel=REVIEW)
    first = claimed(store)
    assert (first.key, claimed(store).key) == ("a", "x")
    assert store.outbox.claim_next() is None
    store.outbox.mark_sent(first, "1.1")
    assert claimed(store).key == "b"


@pytest.fixture
def digest(desk: StoredDesk, store: Store, tmp_path: Path) -> Digest:
    """A digest that was decided, with one entry: a parent and its reply."""
    desk.intake.import_path(newsroom(tmp_path / "desk", 2))
    decided = store.digests.claim(store.schedules.put(Schedule(NEWS)), datetime(2026, 1, 3, 12, tzinfo=UTC))
    assert decided is not None
    assert [e.post.id for e in decided.entries] == [2]
    return decided


@pytest.mark.usefixtures("digest")
def test_a_reply_follows_its_parent_into_the_parents_thread(store: Store) -> None:
    parent = claimed(store)
    assert (parent.payload, parent.thread_ts, store.outbox.claim_next()) == (DigestMessage(1), None, None)
    store.outbox.mark_sent(parent, "77.1", shows=[2, 1, 2])
    assert store.messages.shown(NEWS, "77.1") == ((1, 2), None)
    reply = claimed(store)
    assert (reply.payload, reply.thread_ts) == (DigestEntry(1, 2), "77.1")
    store.outbox.mark_sent(reply, "78.1", shows=[2])
    assert store.messages.shown(NEWS, "78.1") == ((2,), "77.1")


def test_a_sender_that_died_is_followed_in_doubt(store: Store, clock: Clock) -> None:
    say(store, "a")
    first = claimed(store)
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert store.outbox.claim_next() is None
    clock.forward(seconds=1)
    second = claimed(store)
    assert (second.id, second.attempts, second.delivery_unknown, second.since) == (first.id, 2, True, first.since)
    store.outbox.mark_sent(second, "1.1")
    clock.forward(days=1)
    assert store.outbox.claim_next() is None


@pytest.mark.parametrize("delivery_unknown", [True, False])
def test_a_message_that_was_put_off_waits_and_holds_back_the_rest_of_its_channel(
    delivery_unknown: bool, store: Store, clock: Clock
) -> None:
    say(store, "a", "b")
    store.outbox.postpone(claimed(store), 30, "ratelimited", delivery_unknown=delivery_unknown)
    clock.forward(seconds=29)
    assert store.outbox.claim_next() is None
    clock.forward(seconds=1)
    again = claimed(store)
    assert (again.key, again.attempts, again.delivery_unknown) == ("a", 2, delivery_unknown)
    store.outbox.postpone(again, 1, "ratelimited", delivery_unknown=False)
    clock.forward(seconds=1)
    assert claimed(store).delivery_unknown is delivery_unknown, "a doubt stays until somebody has looked"


@pytest.mark.usefixtures("digest")
def test_giving_up_takes_the_replies_along_and_lets_the_next_through(store: Store) -> None:
    say(store, "after")
    store.outbox.give_up(claimed(store), "is_archived")
    assert [store.outbox.failure(key) for key in ("digest:1", "digest:1:2", "after")] == [
        "is_archived",
        "is_archived",
        None,
    ]
    assert claimed(store).key == "after"
    assert store.health.counts()["outbox_failed"] == 2


def test_eight_threads_take_each_message_once(store: Store) -> None:
    keys = [f"k{n}" for n in range(24)]
    for n, key in enumerate(keys):
        say(store, key, channel=f"C{n % 6}")

    def send() -> list[str]:
        sent = []
        while (found := store.outbox.claim_next()) is not None:
            store.outbox.mark_sent(found, f"{found.id}.1")
            sent.append(found.key)
        return sent

    taken = [key for keys in together(send) for key in keys]
    while (rest := store.outbox.claim_next()) is not None:
        store.outbox.mark_sent(rest, f"{rest.id}.1")
        taken.append(rest.key)
    assert sorted(taken) == sorted(keys)


SEND = """
import sys
from datetime import UTC, datetime
from storage.store import Store
now = datetime.fromisoformat(sys.argv[2])
store = Store.at(sys.argv[1], lambda: now)
store.health.counts()
print("ready", flush=True)
sys.stdin.readline()
while (message := store.outbox.claim_next()) is not None:
    print(message.key)
    store.outbox.mark_sent(message, f"{message.id}.1")
"""


def test_several_processes_take_each_message_once(store: Store, database: str, clock: Clock) -> None:
    keys = [f"k{n}" for n in range(30)]
    for n, key in enumerate(keys):
        say(store, key, channel=f"C{n}")
    taken = [key for printed in processes(SEND, database, clock().isoformat(), times=3) for key in printed.split()]
    assert sorted(taken) == sorted(keys)


def refreshed(store: Store, key: str) -> bool:
    with writing(store.engine) as c:
        return refresh(c, store.posts.now(), key)


def test_a_message_that_waits_is_made_when_it_is_sent_and_needs_no_edit(store: Store) -> None:
    say(store, "a")
    assert [refreshed(store, key) for key in ("a", "never said")] == [False, False]
    store.outbox.mark_sent(claimed(store), "1.1")
    assert store.outbox.claim_next() is None


def test_edits_that_wait_become_one_and_know_the_message(store: Store) -> None:
    say(store, "a")
    store.outbox.mark_sent(claimed(store), "1.1")
    assert [refreshed(store, "a") for _ in range(3)] == [True, False, False]
    edit = claimed(store)
    assert (edit.key, edit.payload, edit.edits_ts) == ("a:edit:0", SHARED, "1.1")
    assert refreshed(store, "a"), "what changes while an edit is under way needs another"
    assert store.outbox.claim_next() is None, "one after the other"
    store.outbox.mark_sent(edit, "1.1")
    assert claimed(store).key == "a:edit:1"


def test_a_message_that_changes_while_it_is_sent_is_edited_afterwards(store: Store) -> None:
    say(store, "a")
    under_way = claimed(store)
    assert refreshed(store, "a")
    assert store.outbox.claim_next() is None
    store.outbox.mark_sent(under_way, "1.1")
    assert claimed(store).edits_ts == "1.1"


def test_a_message_that_is_given_up_takes_its_edits_along(store: Store) -> None:
    say(store, "a")
    under_way = claimed(store)
    refreshed(store, "a")
    store.outbox.give_up(under_way, "is_archived")
    assert (store.outbox.claim_next(), refreshed(store, "a")) == (None, False)


def test_a_message_to_a_person_stands_in_their_direct_messages(store: Store) -> None:
    say(store, "a", channel="U1")
    store.outbox.mark_sent(claimed(store), "1.1", [], "D1")
    refreshed(store, "a")
    edit = claimed(store)
    assert (edit.channel, edit.edits_ts) == ("U1", "1.1")
    store.outbox.mark_sent(edit, "1.1", [], "D1")
    found = store.outbox.message_at("D1", "1.1")
    assert found is not None
    assert (found.key, store.outbox.message_at("U1", "1.1"), store.outbox.message_at("D1", "2.2")) == ("a", None, None)


def test_a_reaction_is_decided_once_and_the_last_word_counts(store: Store) -> None:
    def decide(stands: bool, emoji: str = "eyes") -> bool:
        with writing(store.engine) as c:
            return react(c, store.posts.now(), channel=NEWS, ts="1.1", emoji=emoji, stands=stands)

    assert [decide(stands) for stands in (False, True, True)] == [False, True, False]
    first = claimed(store)
    assert first.payload == OwnReaction("1.1", "eyes", True)
    store.outbox.mark_sent(first, "1.1")
    assert store.outbox.message_at(NEWS, "1.1") is None, "a reaction is no message"
    assert [decide(stands) for stands in (False, True, False)] == [True, True, True]
    assert claimed(store).payload == OwnReaction("1.1", "eyes", False)
    assert decide(True, "white_check_mark")


def test_a_message_for_later_waits_and_holds_nobody_up(store: Store, clock: Clock) -> None:
    later = clock.at + timedelta(hours=1)
    with writing(store.engine) as c:
        add(c, store.posts.now(), replace(SHARED.to(NEWS, "later"), not_before=later))
    say(store, "now")
    store.outbox.mark_sent(claimed(store), "1.1")
    assert store.outbox.claim_next() is None
    clock.forward(hours=1)
    assert claimed(store).key == "later"


def test_an_edit_is_not_lost_whichever_comes_first(store: Store) -> None:
    """Who decides an edit while a sender takes the one that waits gets another: no state is left unshown."""
    say(store, "a")
    store.outbox.mark_sent(claimed(store), "1.1")
    decided = together(lambda: [refreshed(store, "a") for _ in range(5)])
    assert sum(sum(each) for each in decided) == 1
