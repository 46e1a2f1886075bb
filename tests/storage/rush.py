"""Many at once."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """The same program in so many processes that begin their work at the same moment; what each printed.

    The program prints a line when it is ready, and goes on when it can read one.
    """
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(times)
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
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
