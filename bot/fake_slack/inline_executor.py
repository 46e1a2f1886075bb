"""An executor that lets no work go on behind one's back."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class InlineExecutor(Executor):
    """Runs what it is given at once, in the thread that gives it: nothing is at work any more when `submit` returns.

    Between `held` and the end of its block the work waits, and runs in order when the block ends. So the lazy listeners
    of Bolt (`App(listener_executor=Inline(), process_before_response=True)`) speak after the ack, as they do in Slack.
    """

    def __init__(self) -> None:
        self._thread = threading.local()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Run `fn`, now or when the block of `held` ends; its result or exception is in the future."""
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
        """Let what this thread submits wait until the block ends."""
        outer = getattr(self._thread, "waiting", None)
        waiting: list[Callable[[], Any]] = []
        self._thread.waiting = waiting
        try:
            yield
        finally:
            self._thread.waiting = outer
            for run in waiting:
                run()
