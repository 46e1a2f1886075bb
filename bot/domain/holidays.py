"""The days on which Japan does not work, by the law on public holidays with its substitutes (the library jpholiday)."""

from datetime import date

import jpholiday

_SATURDAY = 5


def is_holiday(day: date) -> bool:
    """Whether it is a public holiday of Japan, substitute holidays included; an ordinary Sunday is none."""
    return jpholiday.is_holiday(day)


def is_working_day(day: date) -> bool:
    """Whether an office in Japan works: Monday to Friday, and no public holiday."""
    return day.weekday() < _SATURDAY and not is_holiday(day)
