"""Reading drafts, a batch at a time: here, or in other processes where there are many."""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice, starmap
from threading import Thread

from bot import checks, japanese
from bot.checks import Rule
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.domain.readings import Reading, Sentence
from bot.errors import Unreadable

BATCH = 25
"""Files in one transaction: a stop in the middle loses at most the reading of so many."""
PROCESSES = min(4, os.cpu_count() or 1)
"""What the command line reads a large folder with."""
OUR_FAULT = "瓦版側の不具合で読み取れませんでした。管理者がログを確認します。ほかの記事はそのまま取り込んでいます。"
ReadDraft = tuple[Draft, Reading | Unreadable]
Read = list[ReadDraft]
ReadAll = Callable[[list[Draft]], list[Reading | Unreadable]]
_Batch = list[Draft | None]
log = logging.getLogger(__name__)


def read(draft: Draft, rules: Sequence[Rule] = checks.RULES) -> Reading:
    """Read a draft and check it by these rules: everything the bot will ever say about its text alone."""
    reading = checks.comparable(draft, japanese.read(draft))
    findings = checks.check(draft, reading, rules=rules)
    return replace(reading, findings=findings, ranked=_unblocked(reading.ranked, findings))


def _unblocked(ranked: tuple[Sentence, ...], findings: Sequence[Finding]) -> tuple[Sentence, ...]:
    """The sentences that no blocking finding quotes: what must not be published is no summary."""
    quotes = [f.quote.strip("…") for f in findings if f.severity == "block" and f.paragraph is not None]
    return tuple(s for s in ranked if not any(q in s.text or s.text in q for q in quotes if q))


def in_batches(drafts: Iterator[Draft | None], processes: int, read_all: ReadAll) -> Generator[tuple[int, Read]]:
    """The drafts in batches, in their order: of how many files, and the new ones with their readings.

    They are read here, or where other processes are wanted and can be started, by those a few batches ahead.
    """
    batches = iter(lambda: list(islice(drafts, BATCH)), [])
    pool = _readers(processes) if processes > 1 else None
    if pool is None:
        yield from (_with_readings(batch, None, read_all) for batch in batches)
        return
    ahead: deque[tuple[_Batch, Future[list[Reading | Unreadable]] | None, ReadAll]] = deque()
    try:
        for batch in batches:
            ahead.append((batch, _submitted(pool, batch, read_all), read_all))
            if len(ahead) > 2 * processes:
                yield _with_readings(*ahead.popleft())
        yield from starmap(_with_readings, ahead)
    finally:
        pool.shutdown(cancel_futures=True)


def _with_readings(
    batch: _Batch, reading: "Future[list[Reading | Unreadable]] | None", read_all: ReadAll
) -> tuple[int, Read]:
    new = [draft for draft in batch if draft is not None]
    try:
        readings = reading.result() if reading else read_all(new)
    except (OSError, RuntimeError):  # the process that read them is no more
        readings = read_all(new)
    return len(batch), list(zip(new, readings, strict=True))


def read_all(drafts: list[Draft], rules: Sequence[Rule]) -> list[Reading | Unreadable]:
    """The reading of each draft, or why we cannot read it."""
    return [_attempt(draft, rules) for draft in drafts]


def _attempt(draft: Draft, rules: Sequence[Rule]) -> Reading | Unreadable:
    try:
        return read(draft, rules)
    except Exception:
        log.exception("%s cannot be read", draft.path or draft.url)
        return Unreadable(OUR_FAULT)


def _readers(processes: int) -> ProcessPoolExecutor | None:
    # spawned, not forked: this process may have threads, and has the database open
    try:
        return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _become_a_reader)
    except (OSError, ImportError, NotImplementedError):  # a system without semaphores
        return None


def _submitted(
    pool: ProcessPoolExecutor, batch: _Batch, read_all: ReadAll
) -> "Future[list[Reading | Unreadable]] | None":
    try:
        return pool.submit(read_all, [draft for draft in batch if draft is not None])
    except (OSError, RuntimeError):  # no process can be started, or one was killed
        return None


def _become_a_reader() -> None:
    """End as the importing process does: Ctrl-C is its to answer, and where it is killed nobody else would end this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
