"""Schedules are made, changed, stopped and taken away, by the settings and by hand."""

from dataclasses import replace
from datetime import time, timedelta

from bot.domain.digests import FOREVER, Schedule
from storage.store import Store
from tests.conftest import ANNA, NEWS, Clock

FULL = Schedule(
    "C0OTHER01", times=(time(8), time(17, 30)), zone="Europe/London", limit=5, ai_only=False, weekdays=(0, 4),
    on_holidays=False, tags=("LLM", "規制"), sources=(1, 2), categories=("技術",), quiet="nothing", draft_minutes=30,
    name="週の始めと終わり",
)  # fmt: skip


def test_a_schedule_comes_back_as_it_was_made(store: Store) -> None:
    made = store.schedules.add(FULL, ANNA)
    assert made == replace(FULL, id=made.id, since=store.posts.now())
    assert store.schedules.all() == (made,)


def test_a_channel_may_have_several_schedules(store: Store) -> None:
    store.schedules.put(Schedule(NEWS))
    store.schedules.add(Schedule(NEWS, times=(time(17),)), ANNA)
    store.schedules.add(Schedule(NEWS, times=(time(17),)), ANNA)
    assert [(s.id, s.channel, s.by_settings) for s in store.schedules.all()] == [
        (1, NEWS, True), (2, NEWS, False), (3, NEWS, False)
    ]  # fmt: skip


def test_only_a_change_of_the_times_begins_a_schedule_anew(store: Store, clock: Clock) -> None:
    made = store.schedules.add(FULL, ANNA)
    clock.forward(hours=1)
    narrower = replace(made, limit=3, tags=(), name="短く")
    assert store.schedules.change(narrower) == narrower
    later = replace(narrower, times=(time(9),))
    assert store.schedules.change(later) == replace(later, since=clock())
    clock.forward(hours=1)
    fridays = replace(later, weekdays=(4,))
    assert store.schedules.change(fridays) == replace(fridays, since=clock())


def test_the_channel_of_a_schedule_stays(store: Store) -> None:
    made = store.schedules.add(FULL, ANNA)
    assert store.schedules.change(replace(made, channel=NEWS)) == made
    assert store.schedules.change(replace(made, id=99)) is None


def test_a_stopped_schedule_goes_on_from_when_it_is_let_go(store: Store, clock: Clock) -> None:
    made = store.schedules.add(FULL, ANNA)
    assert made.id is not None
    assert store.schedules.pause(made.id, FOREVER) == replace(made, paused_until=FOREVER)
    assert store.schedules.all() == (replace(made, paused_until=FOREVER),)
    clock.forward(days=3)
    assert store.schedules.pause(made.id, None) == replace(made, since=clock())
    assert store.schedules.pause(99, None) is None


def test_a_pause_with_an_end_goes_on_from_that_end(store: Store, clock: Clock) -> None:
    made = store.schedules.add(FULL, ANNA)
    assert made.id is not None
    end = clock() + timedelta(days=1)
    store.schedules.pause(made.id, end)
    clock.forward(days=3)
    assert store.schedules.pause(made.id, None) == replace(made, since=end)


def test_a_schedule_taken_away_is_gone_once(store: Store) -> None:
    made = store.schedules.add(FULL, ANNA)
    assert made.id is not None
    assert store.schedules.remove(made.id) == made
    assert store.schedules.all() == ()
    assert store.schedules.remove(made.id) is None


# ---- the settings' own
def test_the_settings_keep_what_was_changed_by_hand_until_they_say_something_new(store: Store) -> None:
    made = store.schedules.put(Schedule(NEWS))
    changed = store.schedules.change(replace(made, limit=3, draft_minutes=30))
    assert store.schedules.put(Schedule(NEWS)) == changed
    assert store.schedules.put(Schedule(NEWS, limit=7)) == replace(made, limit=7, draft_minutes=30)


def test_the_settings_bring_a_schedule_back_only_when_they_say_something_new(store: Store) -> None:
    made = store.schedules.put(Schedule(NEWS))
    assert made.id is not None
    store.schedules.remove(made.id)
    store.schedules.put(Schedule(NEWS))
    assert store.schedules.all() == ()
    again = store.schedules.put(Schedule(NEWS, limit=7))
    assert store.schedules.all() == (again,) == (replace(made, limit=7),)


def test_the_settings_leave_others_schedules_alone(store: Store) -> None:
    theirs = store.schedules.add(Schedule(NEWS, limit=3), ANNA)
    ours = store.schedules.put(Schedule(NEWS))
    assert store.schedules.all() == (theirs, ours)
