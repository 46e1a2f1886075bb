"""The clock: one interval tick. What is due is read from the database, so any number of clocks may run."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

log = logging.getLogger(__name__)
SECONDS = 15


def make_scheduler(tick: Callable[[], None], *, blocking: bool, seconds: float = SECONDS) -> BaseScheduler:
    """A clock that calls `tick` every `seconds`, first at once; not yet started.

    A tick that fails is logged and the next comes all the same; a slow one is never doubled.
    """
    scheduler: BaseScheduler = BlockingScheduler(timezone="UTC") if blocking else BackgroundScheduler(timezone="UTC")

    def safely() -> None:
        try:
            tick()
        except Exception:
            log.exception("the clock's tick failed; the next one comes in %s seconds", seconds)

    scheduler.add_job(
        safely,
        "interval",
        seconds=seconds,
        next_run_time=datetime.now(UTC),  # one job: a second one for the first tick would run beside it
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    return scheduler
