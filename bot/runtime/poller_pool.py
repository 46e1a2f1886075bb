"""Threads that look at sources, each for itself: one that hangs delays no other, and the clock not at all."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from threading import Lock

from bot.desk.polling import Polling

log = logging.getLogger(__name__)


class Pollers:
    """At most `threads` looks at a time in this process; the database sees to it that no source has two anywhere.

    `after` is called when a look is over: something may wait in the outbox.
    """

    def __init__(self, polling: Polling, executor: Executor, *, threads: int, after: Callable[[], object]) -> None:
        self._polling = polling
        self._executor = executor
        self._threads = threads
        self._after = after
        self._lock = Lock()
        self._at_work = 0
        self._closed = False

    def wake(self) -> None:
        """Look at whatever is due; returns at once."""
        with self._lock:
            if self._closed or self._at_work >= self._threads:
                return
            self._at_work += 1
        self._executor.submit(self._work)

    def close(self) -> None:
        """Begin no further look; those under way end by themselves."""
        self._closed = True

    def _work(self) -> None:
        try:
            while not self._closed and (source := self._polling.claim_due()) is not None:
                self.wake()  # where one is due there may be more
                poll = self._polling.poll(source, tell=(source.added_by,))
                log.info("source %d: %s", source.id, poll.error or f"{poll.new} new, {poll.updated} updated")
                self._after()
        except Exception:
            log.exception("a look at a source failed; the clock begins another")
        finally:
            with self._lock:
                self._at_work -= 1
