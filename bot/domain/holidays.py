"""Public holidays of Japan by law, with substitute holidays (from the library jpholiday)."""

from datetime import date

import jpholiday

_SATURDAY = 5


def is_holiday(day: date) -> bool:
    """Whether it is a public holiday of Japan, including substitute holidays; an ordinary Sunday is not one."""
    return jpholiday.is_holiday(day)


def is_working_day(day: date) -> bool:
    """Whether it is a working day in Japan: Monday to Friday, and not a public holiday."""
    return day.weekday() < _SATURDAY and not is_holiday(day)
