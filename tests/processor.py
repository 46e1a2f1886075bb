"""What work costs the processor. A busy machine delays work; it hardly makes it cost more."""

import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds that a piece of work takes in this thread; waiting costs none."""
    began = time.thread_time()
    work()
    return time.thread_time() - began
