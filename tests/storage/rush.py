"""Many at once."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Barrier
from typing import TypeVar

from tests.conftest import ROOT

T = TypeVar("T")


def together(work: Callable[[], T], times: int = 8) -> list[T]:
    """The same work in so many threads, begun at the same moment; what each came to."""
    start = Barrier(times)

    def run(_: int) -> T:
        start.wait()
        return work()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def processes(program: str, *arguments: str, times: int = 4) -> list[str]:
    """The same program in so many processes that begin their work at the same moment; what each printed."""
    return race(program, *[arguments] * times)


def race(program: str, *lines: Sequence[str], gate: AbstractContextManager[object] | None = None) -> list[str]:
    """A program in a process for each of these lines of arguments, all beginning their work at the same moment; what
    each printed. The `gate` is closed before they begin and opened after.

    The program prints a line when it is ready, and goes on when it can read one.
    """
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, *line],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in lines
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    with gate or nullcontext():
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
    printed = []
    for process in running:
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
        printed.append(said.strip())
    return printed
