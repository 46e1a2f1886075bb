"""An executor that runs everything synchronously."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class InlineExecutor(Executor):
    """Runs work at once, in the calling thread: when `submit` returns, the work is done.

    Inside a `held` block work waits, and runs in order when the block ends. So Bolt's lazy listeners
    (`App(listener_executor=InlineExecutor(), process_before_response=True)`) answer after the ack, as they do in Slack.
    """

    def __init__(self) -> None:
        self._thread = threading.local()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Run `fn`, now or when the `held` block ends; its result or exception is in the future."""
        future: Future[_T] = Future()

        def run() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)

        waiting: list[Callable[[], Any]] | None = getattr(self._thread, "waiting", None)
        if waiting is None:
            run()
        else:
            waiting.append(run)
        return future

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what this thread submits until the block ends."""
        outer = getattr(self._thread, "waiting", None)
        waiting: list[Callable[[], Any]] = []
        self._thread.waiting = waiting
        try:
            yield
        finally:
            self._thread.waiting = outer
            for run in waiting:
                run()
