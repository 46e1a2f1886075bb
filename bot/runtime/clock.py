"""The clock: a job for each kind of work. What is due is read from the database, so any number of clocks may run."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

log = logging.getLogger(__name__)
SECONDS = 15.0


@dataclass(frozen=True)
class Job:
    """One kind of work, done every so many `seconds`."""

    name: str
    run: Callable[[], object]
    seconds: float = SECONDS


def make_scheduler(jobs: Sequence[Job], *, blocking: bool, seconds: float | None = None) -> BaseScheduler:
    """A clock that does every job at its interval, first at once; not yet started. `seconds` overrides the intervals.

    Each job has a thread of its own: one that hangs delays no other. A job that fails is logged and comes again all the
    same; a slow one is never doubled.
    """
    threads = {"default": ThreadPoolExecutor(len(jobs))}
    kind = BlockingScheduler if blocking else BackgroundScheduler
    scheduler: BaseScheduler = kind(timezone="UTC", executors=threads)
    for job in jobs:
        scheduler.add_job(
            _guarded(job),
            "interval",
            seconds=seconds or job.seconds,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            id=job.name,
        )
    return scheduler


def _guarded(job: Job) -> Callable[[], None]:
    def run() -> None:
        try:
            job.run()
        except Exception:
            log.exception("the clock's job %s failed; it comes again in %s seconds", job.name, job.seconds)

    return run
