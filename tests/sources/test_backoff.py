"""How often a source is asked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.backoff import LONGEST, SHORTEST, host, next_poll

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
TEN = timedelta(minutes=10)


def minutes(**said: float) -> float:
    values = {"failures": 0, "retry_after": None, "jitter": 0.5, **said}
    return (next_poll(NOW, TEN, **values) - NOW) / timedelta(minutes=1)  # type: ignore[arg-type]


def test_a_source_that_answers_is_asked_again_after_its_interval_not_all_at_once() -> None:
    assert [minutes(jitter=0), minutes(jitter=0.5), minutes(jitter=1)] == [9.5, 10, 10.5]


def test_each_failure_doubles_the_wait_up_to_a_day() -> None:
    assert [minutes(failures=n, jitter=0) for n in (1, 2, 3, 4, 9, 5000)] == [10, 20, 40, 80, 1440, 1440]
    assert [minutes(failures=1, jitter=jitter) for jitter in (0, 0.5, 1)] == [10, 12.5, 15]


def test_who_is_asked_weekly_is_not_asked_daily_because_it_fails() -> None:
    week = timedelta(days=7)
    assert next_poll(NOW, week, failures=3, jitter=0) == NOW + week


def test_the_other_side_is_not_asked_before_it_said() -> None:
    assert [minutes(failures=1, retry_after=s, jitter=0) for s in (0, 60, 3600)] == [10, 10, 60]
    assert minutes(retry_after=1800) == 30
    assert minutes(failures=1, retry_after=9e9, jitter=0) == 1440


@given(
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.integers(0, 10_000),
    st.none() | st.floats(0, 1e12),
    st.floats(0, 1),
)
def test_the_next_time_always_comes(every: timedelta, failures: int, retry_after: float | None, jitter: float) -> None:
    wait = next_poll(NOW, every, failures=failures, retry_after=retry_after, jitter=jitter) - NOW
    assert SHORTEST <= wait <= max(LONGEST, every) * 1.5


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://News.Example:8443/feed", "news.example"), ("http://news.example./", "news.example"),
        ("/var/posts", ""), ("https://[::1", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_source_is_polite_to_the_host_it_asks(url: str, name: str) -> None:
    assert host(url) == name
