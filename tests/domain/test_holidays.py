"""The days on which Japan does not work."""

from datetime import date

import pytest

from bot.domain.holidays import is_holiday, is_working_day


@pytest.mark.parametrize(
    ("day", "holiday", "working"),
    [
        (date(2026, 1, 1), True, False),
        (date(2026, 5, 6), True, False),  # stands in for the holiday that fell on a Sunday
        (date(2026, 9, 22), True, False),  # between two holidays
        (date(2026, 11, 27), False, True),
        (date(2026, 11, 28), False, False),  # a Saturday
        (date(2026, 11, 29), False, False),
        (date(2026, 12, 31), False, True),  # a custom, not a law
    ],
)
def test_a_working_day_is_no_weekend_and_no_holiday(day: date, holiday: bool, working: bool) -> None:
    assert (is_holiday(day), is_working_day(day)) == (holiday, working)
