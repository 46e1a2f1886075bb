"""Times and spans as the newsroom reads them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.wording import ago, day, lasted, when

TOKYO = ZoneInfo("Asia/Tokyo")


def test_times_are_in_the_newsrooms_zone() -> None:
    at = datetime(2026, 1, 31, 23, 5, tzinfo=UTC)
    assert (when(at, TOKYO), day(at, TOKYO)) == ("2月1日(日) 8:05", "2月1日(日)")


@pytest.mark.parametrize(
    ("span", "long", "since"),
    [
        (timedelta(seconds=30), "0分", "たった今"),
        (timedelta(minutes=25), "25分", "25分前"),
        (timedelta(hours=3, minutes=10), "3時間10分", "3時間前"),
        (timedelta(hours=3), "3時間", "3時間前"),
        (timedelta(days=2, hours=5), "2日5時間", "2日前"),
        (timedelta(days=4), "4日", "4日前"),
    ],
)
def test_spans(span: timedelta, long: str, since: str) -> None:
    assert (lasted(span), ago(span)) == (long, since)
