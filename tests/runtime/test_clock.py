"""The clock ticks on, whatever a tick does."""

import time
from threading import Event, Lock

import pytest

from bot.runtime.clock import make_scheduler


def test_ticks_begin_at_once_and_a_failing_one_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks, enough = [], Event()

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 3:
            enough.set()
        raise RuntimeError("the database is away")

    clock = make_scheduler(tick, blocking=False, seconds=0.1)
    begun = time.monotonic()
    clock.start()
    assert enough.wait(5)
    clock.shutdown()
    assert ticks[0] - begun < 0.09
    assert caplog.text.count("the clock's tick failed") >= 3


def test_a_slow_tick_is_never_doubled() -> None:
    busy, doubled, done = Lock(), [], []

    def tick() -> None:
        if not busy.acquire(blocking=False):
            doubled.append(1)
            return
        time.sleep(0.12)
        busy.release()
        done.append(1)

    clock = make_scheduler(tick, blocking=False, seconds=0.05)
    clock.start()
    time.sleep(0.6)
    clock.shutdown()
    assert (doubled, len(done) >= 2) == ([], True)


def test_an_unstarted_clock_does_not_tick() -> None:
    ticks: list[int] = []
    make_scheduler(lambda: ticks.append(1), blocking=True, seconds=0.01)
    time.sleep(0.05)
    assert ticks == []
