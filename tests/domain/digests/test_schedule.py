"""When a digest is due: the wall clock at the channel's place, weekdays, holidays, daylight saving."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.digests import (
    FOREVER,
    Schedule,
    decision_time,
    last_slot,
    slots,
    window,
)
from tests.conftest import NEWS

SLOT = datetime(2026, 1, 31, 23, tzinfo=UTC)
DAY = timedelta(days=1)
MORNING_AND_EVENING = (time(8), time(17, 30))
WORKDAYS = (0, 1, 2, 3, 4)


def moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


def utc(*times: str) -> tuple[datetime, ...]:
    return tuple(map(moment, times))


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        ("Asia/Tokyo", time(8), "2026-01-31T22:59", ["2026-01-31T23:00", "2026-02-01T23:00", "2026-02-02T23:00"]),
        ("Asia/Tokyo", time(8), "2026-01-31T23:00", ["2026-02-01T23:00", "2026-02-02T23:00", "2026-02-03T23:00"]),
        ("Asia/Tokyo", time(0), "2026-01-31T14:59", ["2026-01-31T15:00", "2026-02-01T15:00", "2026-02-02T15:00"]),
        # New York springs over 2:30 on 8 March and lives through 1:30 twice on 1 November
        ("America/New_York", time(2, 30), "2026-03-07T08:00",
         ["2026-03-08T07:30", "2026-03-09T06:30", "2026-03-10T06:30"]),
        ("America/New_York", time(1, 30), "2026-10-31T06:00",
         ["2026-11-01T05:30", "2026-11-02T06:30", "2026-11-03T06:30"]),
        # London springs over 1:30 on 29 March, and has 1:30 twice on 25 October
        ("Europe/London", time(1, 30), "2026-03-28T02:00",
         ["2026-03-29T01:30", "2026-03-30T00:30", "2026-03-31T00:30"]),
        ("Europe/London", time(1, 30), "2026-10-24T02:00",
         ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"]),
        ("Europe/London", time(8), "2026-03-28T09:00", ["2026-03-29T07:00", "2026-03-30T07:00", "2026-03-31T07:00"]),
        # Lord Howe moves by half an hour: 2:15 is skipped on 4 October, 1:45 comes twice on 5 April
        ("Australia/Lord_Howe", time(2, 15), "2026-10-02T16:00",
         ["2026-10-03T15:45", "2026-10-04T15:15", "2026-10-05T15:15"]),
        ("Australia/Lord_Howe", time(1, 45), "2026-04-03T15:00",
         ["2026-04-04T14:45", "2026-04-05T15:15", "2026-04-06T15:15"]),
        # Apia slept through 30 December 2011
        ("Pacific/Apia", time(8), "2011-12-29T10:00", ["2011-12-29T18:00", "2011-12-30T18:00", "2011-12-31T18:00"]),
        ("Pacific/Kiritimati", time(23, 59), "2026-01-01T00:00",
         ["2026-01-01T09:59", "2026-01-02T09:59", "2026-01-03T09:59"]),
    ],
)  # fmt: skip
def test_slots_follow_the_wall_clock(zone: str, at: time, after: str, expected: list[str]) -> None:
    schedule = Schedule(NEWS, times=(at,), zone=zone)
    times = utc(*expected)
    assert slots(schedule, moment(after)) == times
    assert last_slot(schedule, times[2]) == times[2]
    assert last_slot(schedule, times[2] - timedelta(seconds=1)) == times[1]


def test_several_times_a_day_come_in_their_order() -> None:
    schedule = Schedule(NEWS, times=MORNING_AND_EVENING[::-1])
    assert slots(schedule, SLOT - timedelta(minutes=1), 4) == utc(
        "2026-01-31T23:00", "2026-02-01T08:30", "2026-02-01T23:00", "2026-02-02T08:30"
    )
    assert last_slot(schedule, SLOT + timedelta(hours=9, minutes=29)) == SLOT


def test_two_times_that_daylight_saving_makes_one_moment_are_one_slot() -> None:
    schedule = Schedule(NEWS, times=(time(2, 30), time(3, 30)), zone="America/New_York")
    assert slots(schedule, moment("2026-03-08T00:00")) == utc(
        "2026-03-08T07:30", "2026-03-09T06:30", "2026-03-09T07:30"
    )


def test_weekdays_are_those_of_the_channels_calendar() -> None:
    # 23:00 UTC on Sunday is Monday morning in Tokyo, and still Sunday in Los Angeles
    tokyo = Schedule(NEWS, weekdays=(0,))
    assert slots(tokyo, moment("2026-02-01T00:00")) == utc("2026-02-01T23:00", "2026-02-08T23:00", "2026-02-15T23:00")
    angeles = Schedule(NEWS, times=(time(15),), zone="America/Los_Angeles", weekdays=(6,))
    assert slots(angeles, moment("2026-02-01T00:00"), 2) == utc("2026-02-01T23:00", "2026-02-08T23:00")


def test_holidays_of_japan_are_left_out_where_that_is_wished() -> None:
    # 3 to 5 May 2026 are holidays and 6 May stands in for the Sunday among them; 2 May is a Saturday
    working = Schedule(NEWS, weekdays=WORKDAYS, on_holidays=False)
    assert slots(working, moment("2026-04-30T00:00")) == utc("2026-04-30T23:00", "2026-05-06T23:00", "2026-05-07T23:00")
    assert last_slot(working, moment("2026-05-06T22:59")) == moment("2026-04-30T23:00")
    always = replace(working, on_holidays=True)
    assert slots(always, moment("2026-05-01T00:00"), 2) == utc("2026-05-03T23:00", "2026-05-04T23:00")


def test_a_schedule_of_no_weekday_has_no_slot_and_does_not_search_for_ever() -> None:
    never = Schedule(NEWS, weekdays=())
    assert (slots(never, SLOT), last_slot(never, SLOT)) == ((), None)


def test_a_draft_is_decided_so_long_before_its_slot() -> None:
    assert decision_time(Schedule(NEWS), SLOT) == SLOT
    assert decision_time(Schedule(NEWS, draft_minutes=30), SLOT) == SLOT - timedelta(minutes=30)


def test_a_slot_takes_what_came_since_the_last_one_or_else_in_a_day() -> None:
    assert window(SLOT, None) == (SLOT - DAY, SLOT)
    assert window(SLOT, SLOT - 3 * DAY) == (SLOT - 3 * DAY, SLOT)


@pytest.mark.parametrize(
    ("since", "paused_until", "counts"),
    [
        (None, None, True),
        (SLOT - DAY, None, True),
        (SLOT, None, False),
        (SLOT - DAY, SLOT, False),
        (SLOT - DAY, SLOT - timedelta(seconds=1), True),
        (SLOT - DAY, FOREVER, False),
    ],
)
def test_a_slot_counts_from_when_the_schedule_was_made_and_once_it_goes_on(
    since: datetime | None, paused_until: datetime | None, counts: bool
) -> None:
    assert Schedule(NEWS, since=since, paused_until=paused_until).counts(SLOT) is counts
