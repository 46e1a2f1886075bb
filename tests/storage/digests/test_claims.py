"""What is due is decided once, whoever asks."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.digests import Digest, Schedule
from bot.domain.outbox_messages import DigestMessage
from bot.domain.reviews import Action, ReviewCommand
from storage.store import Store
from tests.conftest import ANNA, NEWS, Clock, StoredDesk
from tests.storage.articles import newsroom, publish
from tests.storage.rush import processes, together

SLOT = datetime(2026, 1, 31, 23, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(desk: StoredDesk, tmp_path: Path) -> Path:
    """A folder with one old post and one of the last day, taken in."""
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1, day=30)
    publish(folder, 2, day=31)
    desk.intake.import_path(folder)
    return folder


@pytest.fixture
def schedule(store: Store) -> Schedule:
    """Every morning at eight."""
    return store.schedules.put(Schedule(NEWS))


def told(digest: Digest | None) -> list[int]:
    """The numbers of the posts that a digest speaks for; they grow in the order the tests take them in."""
    assert digest is not None
    return sorted(digest.covered)


def claim(store: Store, schedule: Schedule, days: int = 0) -> Digest:
    digest = store.digests.claim(schedule, SLOT + days * DAY)
    assert digest is not None
    return digest


# ---- the window
@pytest.mark.usefixtures("folder")
def test_the_first_digest_takes_the_last_day(store: Store, schedule: Schedule) -> None:
    assert told(claim(store, schedule)) == [2]


def test_a_digest_takes_everything_since_the_last_one_that_was_sent(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock
) -> None:
    claim(store, schedule)
    clock.at = SLOT
    for day, number in ((0, 113), (1, 224), (2, 335)):
        clock.at = SLOT + day * DAY + timedelta(seconds=1)
        publish(folder, number, day=31)
        desk.intake.import_path(folder)
    # news at the slot's very moment belongs to it
    clock.at = SLOT + 3 * DAY
    publish(folder, 446, day=31)
    desk.intake.import_path(folder)
    clock.forward(seconds=1)
    publish(folder, 557, day=31)
    desk.intake.import_path(folder)
    assert told(claim(store, schedule, days=3)) == [3, 4, 5, 6]
    assert told(claim(store, schedule, days=4)) == [7]


# ---- once
@pytest.mark.usefixtures("folder")
def test_eight_threads_claim_one_digest_once(store: Store, schedule: Schedule) -> None:
    claims = together(lambda: store.digests.claim(schedule, SLOT))
    assert [told(d) for d in claims if d is not None] == [[2]]
    assert store.health.counts()["outbox_waiting"] == 2
    assert store.digests.claim(schedule, SLOT) is None
    assert store.digests.claim(schedule, SLOT - DAY) is None


CLAIM = """
import sys
from datetime import UTC, datetime, timedelta
from storage.store import Store
store = Store.at(sys.argv[1], lambda: datetime.now(UTC))
[schedule] = store.schedules.all()
print("ready", flush=True)
sys.stdin.readline()
slots = [datetime(2026, 1, 31, 23, tzinfo=UTC) + timedelta(days=day) for day in range(5)]
print(sum(store.digests.claim(schedule, slot) is not None for slot in slots))
"""


@pytest.mark.usefixtures("folder", "schedule")
def test_several_processes_claim_each_digest_once(store: Store, database: str) -> None:
    assert sum(map(int, processes(CLAIM, database, times=3))) == 5
    assert store.health.counts()["outbox_waiting"] == 5 + 1, "five digests, and one entry"
    assert store.digests.preview(store.schedules.all()[0], SLOT + 9 * DAY).entries == ()


@pytest.mark.usefixtures("folder")
def test_a_digest_is_kept_as_it_was_decided(store: Store, schedule: Schedule) -> None:
    decided = claim(store, schedule)
    letter = store.outbox.claim_next()
    assert letter is not None
    assert (letter.payload, letter.channel) == (DigestMessage(1), NEWS)
    assert store.digests.get(1) == decided


@pytest.mark.usefixtures("folder")
def test_a_preview_is_the_digest_and_marks_nothing(store: Store, schedule: Schedule) -> None:
    seen = store.digests.preview(schedule, SLOT)
    assert store.digests.preview(schedule, SLOT) == seen
    assert store.health.counts()["outbox_waiting"] == 0
    assert claim(store, schedule) == seen


def test_a_preview_of_a_later_time_takes_the_slots_before_as_sent(
    desk: StoredDesk, folder: Path, schedule: Schedule
) -> None:
    publish(folder, 113, day=29)
    assert desk.digests.preview(NEWS).slot == SLOT
    assert told(desk.digests.preview(NEWS, SLOT - DAY)) == [1]
    assert told(desk.digests.preview(NEWS, SLOT + DAY)) == []
    assert told(desk.digests.preview("C0OTHER", unscheduled=True)) == [2]
    assert desk.store.schedules.all()[0] == schedule


# ---- what does not go out
def test_a_held_post_is_named_once_and_comes_back_when_it_is_mended(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock
) -> None:
    publish(folder, 113, day=31, tail="\n---END---\n")
    desk.intake.import_path(folder)
    first = claim(store, schedule)
    assert (told(first), [h.findings[0].rule for h in first.held]) == ([2], ["end-marker"])
    second = claim(store, schedule, days=1)
    assert (second.entries, second.held) == ((), ())
    clock.forward(days=1)
    publish(folder, 113, day=31)
    desk.intake.import_path(folder)
    assert told(claim(store, schedule, days=2)) == [3]
    assert told(claim(store, schedule, days=3)) == []


def test_what_was_over_the_limit_does_not_come_back(stocked: str, clock: Clock) -> None:
    store = Store.at(stocked, clock)
    narrow = store.schedules.put(Schedule(NEWS, limit=1))
    whole = store.digests.preview(replace(narrow, limit=20), SLOT)
    first = claim(store, narrow)
    assert len(first.entries) == 1
    assert first.left_out
    assert sorted(first.covered + first.left_out) == sorted(whole.covered)
    assert told(claim(store, narrow, days=1)) == []
    store.close()


def test_a_story_that_was_told_before_is_a_follow_up(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock
) -> None:
    assert [e.follow_up for e in claim(store, schedule).entries] == [False]
    clock.at = SLOT + timedelta(hours=1)
    again = publish(folder, 2, day=29)
    again.write_text(again.read_text().replace("第2号", "第2号の続き"))
    desk.intake.import_path(folder)
    assert [(e.post.title[-3:], e.follow_up) for e in claim(store, schedule, days=1).entries] == [("の続き", True)]


def test_a_withdrawn_post_is_not_told(store: Store, desk: StoredDesk, schedule: Schedule, folder: Path) -> None:
    next((folder / "_posts").glob("*-2.md")).unlink()
    desk.intake.import_path(folder)
    assert told(claim(store, schedule)) == []


@pytest.mark.usefixtures("folder")
def test_a_day_with_nothing_is_said_by_the_clock_and_not_on_request(store: Store, schedule: Schedule) -> None:
    claim(store, schedule)
    assert store.digests.claim(schedule, SLOT + DAY, even_empty=False) is None
    empty = claim(store, schedule, days=1)
    assert (empty.entries, empty.sources, empty.last_checked) == ((), 1, store.posts.now())


# ---- schedules
def test_a_schedule_counts_from_when_it_was_made_or_moved(store: Store, clock: Clock) -> None:
    made = store.schedules.put(Schedule(NEWS))
    start = clock()
    clock.forward(hours=1)
    assert store.schedules.put(Schedule(NEWS)) == made
    assert store.schedules.put(Schedule(NEWS, limit=3)) == replace(made, limit=3)
    assert made.since == start
    assert store.schedules.all() == (replace(made, limit=3),)
    store.schedules.put(Schedule(NEWS, times=(time(7, 30),), limit=3))
    assert store.schedules.all() == (replace(made, times=(time(7, 30),), limit=3, since=clock()),)


def test_the_clock_sends_a_due_digest_once_and_lets_go_what_is_half_a_day_late(
    desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.digests.due() == []
    clock.forward(minutes=1)
    assert [told(d) for d in desk.digests.due()] == [[2]]
    assert desk.digests.due() == []
    clock.at = SLOT + DAY + timedelta(hours=12, minutes=1)
    publish(folder, 113, day=31)
    desk.intake.import_path(folder)
    with caplog.at_level(logging.WARNING):
        assert desk.digests.due() == []
    assert "was missed" in caplog.text
    clock.at = SLOT + 2 * DAY + timedelta(hours=12)
    assert [(d.slot, told(d)) for d in desk.digests.due()] == [(SLOT + 2 * DAY, [3])]
    assert schedule.channel == NEWS


def test_a_digest_sent_by_hand_and_the_clocks_share_the_news(
    desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock
) -> None:
    clock.at = SLOT - timedelta(hours=2)
    assert (schedule.channel, folder.name) == (NEWS, "desk")
    assert told(desk.digests.send()) == [2]
    assert desk.digests.send() is None
    clock.at = SLOT
    assert [told(d) for d in desk.digests.due()] == [] or [[]]
    assert desk.digests.send() is None


# ---- holding, and what ends it
def review(store: Store, post: int, action: Action) -> None:
    """Somebody flags the post, and that is done to its review."""
    change = store.reactions.flag(post, user=ANNA, emoji="button", stands=True, channel=NEWS, ts="", event_ts="1.0")
    assert change is not None
    store.reviews.act(change.review.id, ReviewCommand(action=action, user=ANNA, via="button"))


@pytest.mark.parametrize(("action", "comes_back"), [("fine", True), ("fixed", False), ("dismiss", False)])
def test_a_held_post_comes_back_once_its_review_ends_well(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path, action: Action, comes_back: bool
) -> None:
    publish(folder, 113, day=31, tail="\n---END---\n")
    desk.intake.import_path(folder)
    assert [h.post.id for h in claim(store, schedule).held] == [3]
    review(store, 3, action)
    assert told(claim(store, schedule, days=1)) == ([3] if comes_back else [])
    assert told(claim(store, schedule, days=2)) == []


def test_an_edit_after_a_good_review_is_judged_anew(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path, clock: Clock
) -> None:
    publish(folder, 113, day=31, tail="\n---END---\n")
    desk.intake.import_path(folder)
    claim(store, schedule)
    review(store, 3, "fine")
    clock.forward(hours=1)
    publish(folder, 113, day=31, tail="\n〇〇町村\n\n---END---\n")
    desk.intake.import_path(folder)
    assert told(claim(store, schedule, days=1)) == []


# ---- several schedules
def test_each_schedule_of_a_channel_remembers_what_it_sent_itself(store: Store, folder: Path) -> None:
    assert folder.name == "desk"
    morning, evening = (store.schedules.add(Schedule(NEWS, name=name), ANNA) for name in ("朝", "夕"))
    assert (told(claim(store, morning)), told(claim(store, evening))) == ([2], [2])


def test_a_story_that_any_schedule_of_the_channel_told_is_a_follow_up(
    store: Store, desk: StoredDesk, folder: Path, clock: Clock
) -> None:
    here, elsewhere = store.schedules.add(Schedule(NEWS), ANNA), store.schedules.add(Schedule("C0OTHER01"), ANNA)
    other = store.schedules.add(Schedule(NEWS, name="夕"), ANNA)
    claim(store, here)
    clock.at = SLOT + timedelta(hours=1)
    again = publish(folder, 2, day=29)
    again.write_text(again.read_text().replace("第2号", "第2号の続き"))
    desk.intake.import_path(folder)
    follow_ups = [[e.follow_up for e in claim(store, s, days=1).entries] for s in (other, elsewhere)]
    assert follow_ups == [[True], [False]]


def test_a_filter_by_tag_takes_every_name_of_the_tag(store: Store, folder: Path) -> None:
    assert folder.name == "desk"
    by_alias = store.schedules.add(Schedule(NEWS, tags=("ジェネレーティブAI",), ai_only=False), ANNA)
    by_other = store.schedules.add(Schedule(NEWS, tags=("量子",), ai_only=False), ANNA)
    assert (told(claim(store, by_alias)), told(claim(store, by_other))) == ([2], [])


# ---- why
def failed(store: Store, schedule: Schedule, post: int, upcoming: datetime = SLOT + DAY) -> list[str]:
    return [step.rule for step in store.digests.explain(schedule, post, upcoming).steps if not step.passed]


@pytest.mark.usefixtures("folder")
def test_why_answers_for_the_digest_that_has_the_post(store: Store, schedule: Schedule) -> None:
    claim(store, schedule)
    claim(store, schedule, days=1)
    why = store.digests.explain(schedule, 2, SLOT + 2 * DAY)
    assert (why.slot, why.passed) == (SLOT, True)
    assert [(t.digest, t.place, t.position, t.state) for t in why.told] == [(1, "lead", 1, "sent")]


@pytest.mark.usefixtures("folder")
def test_why_answers_for_the_digest_that_passed_a_post_over(store: Store, schedule: Schedule) -> None:
    claim(store, schedule)
    why = store.digests.explain(schedule, 1, SLOT + DAY)
    assert (why.slot, why.told, failed(store, schedule, 1)) == (SLOT, (), ["window"])


def test_why_of_a_held_post_answers_for_the_next_digest(
    store: Store, desk: StoredDesk, schedule: Schedule, folder: Path
) -> None:
    publish(folder, 113, day=31, tail="\n---END---\n")
    desk.intake.import_path(folder)
    claim(store, schedule)
    why = store.digests.explain(schedule, 3, SLOT + DAY)
    assert (why.slot, [t.place for t in why.told]) == (SLOT + DAY, ["held"])
    assert failed(store, schedule, 3) == ["hold"]


def test_why_agrees_with_what_goes_out(stocked: str, clock: Clock) -> None:
    store = Store.at(stocked, clock)
    schedule = store.schedules.put(Schedule(NEWS, limit=2))
    whys = {post.id: store.digests.explain(schedule, post.id, SLOT).passed for post, _ in store.posts.all()}
    assert {number for number, passed in whys.items() if passed} == set(claim(store, schedule).covered)
    store.close()
