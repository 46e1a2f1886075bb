"""The clock goes on, whatever one of its jobs does."""

from threading import Event

import pytest

from bot.runtime.clock import Job, make_scheduler

PATIENCE = 30
"""Seconds after which a test stops waiting for what never comes."""


def test_jobs_begin_at_once_and_a_failing_one_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    runs, enough = [], Event()

    def fails() -> None:
        runs.append(1)
        if len(runs) == 3:
            enough.set()
        raise RuntimeError("the database is away")

    clock = make_scheduler([Job("fails", fails)], blocking=False, seconds=0.05)
    clock.start()
    assert enough.wait(PATIENCE)
    clock.shutdown()
    assert caplog.text.count("the clock's job fails failed") >= 3


def test_a_job_that_hangs_is_never_doubled_and_delays_no_other() -> None:
    hangs, go_on, others = [], Event(), Event()
    counted: list[int] = []

    def hang() -> None:
        hangs.append(1)
        go_on.wait(PATIENCE)

    def goes_on() -> None:
        counted.append(1)
        if len(counted) == 5:
            others.set()

    clock = make_scheduler([Job("hangs", hang), Job("goes on", goes_on)], blocking=False, seconds=0.05)
    clock.start()
    assert others.wait(PATIENCE)
    assert len(hangs) == 1
    go_on.set()
    clock.shutdown()


def test_an_unstarted_clock_does_nothing() -> None:
    runs: list[int] = []
    make_scheduler([Job("counts", lambda: runs.append(1))], blocking=True, seconds=0.01)
    assert runs == []
