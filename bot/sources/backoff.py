"""How often sources are asked: politely, and less often while nobody answers. Nothing here makes a request."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

GAP = timedelta(seconds=2)
"""Between two requests to one host."""
LONGEST = timedelta(days=1)
SHORTEST = timedelta(minutes=1)


def host(url: str) -> str:
    """The host that a source is asked from, "" for one that is no web address (a folder)."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".") if "://" in url else ""
    except ValueError:
        return ""


def next_poll(
    now: datetime, every: timedelta, *, failures: int = 0, retry_after: float | None = None, jitter: float
) -> datetime:
    """When a source is asked again after `failures` in a row (0: it answered).

    Twice as long after each failure, at most LONGEST; never sooner than the other side asked for (`retry_after`
    seconds, believed up to LONGEST). `jitter` from 0 to 1 spreads sources that would all come at once: a tenth around
    the interval, up to a half more after failures.
    """
    if failures <= 0:
        wait = every * (0.95 + 0.1 * jitter)
    else:
        longest = max(LONGEST, every)  # who is asked once a week is not asked daily because it failed
        wait = min(every * 2 ** min(failures - 1, 20), longest) * (1 + 0.5 * jitter)
    asked = timedelta(seconds=min(retry_after or 0, LONGEST.total_seconds()))
    return now + max(wait, asked, SHORTEST)
