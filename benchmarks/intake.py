"""What it costs to take a post in, beside nothing but cutting its text into words.

    uv run python benchmarks/intake.py DIR [--posts 200] [--made 2500]

Takes a folder of posts. Each batch is first only tokenised (`[w.surface for w in tagger(text)]` over the body as it
lies in the file: the floor), then taken in for good, in this one process: parsed, cleaned, read, checked, put into its
story, indexed and written to a throwaway SQLite store. Then so many posts are made of the folder's own paragraphs, each
of 15,000 characters, eleven a day, and taken in as one folder, as `kawaraban import` does it.

Prints a table and one JSON line; `ok` means at most three times the floor, made posts in under 90 seconds, and memory
flat: after all of them at most 15 % more is resident, in all processes together, than after the first quarter.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fugashi  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import Desk
from bot.desk.analysis import PROCESSES
from bot.runtime.desk import desk_on
from bot.settings import Settings
from bot.sources import jekyll
from bot.sources.fetch import fetch
from storage.store import Store

BATCH = 25
LENGTH, A_DAY, SEED = 15_000, 11, 5
RATIO, SECONDS, FLAT = 3.0, 90.0, 1.15


@dataclass
class Costs:
    """Seconds of the floor and of the intake for each batch, and of how much they were."""

    posts: int
    characters: int = 0
    floor: list[float] = field(default_factory=list)
    intake: list[float] = field(default_factory=list)


@dataclass
class Rush:
    """How the made posts went: seconds in all, and MB resident after (so many) posts."""

    posts: int
    characters: int = 0
    seconds: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)

    @property
    def first_quarter(self) -> int:
        """MB once a quarter of the posts was in."""
        return next(megabytes for done, megabytes in self.memory if done >= self.posts / 4)

    @property
    def ok(self) -> bool:
        """Whether it was quick enough, and memory flat."""
        return self.seconds < SECONDS and self.memory[-1][1] <= FLAT * self.first_quarter


def main() -> int:
    """Run it; 0 where the target is met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--posts", type=int, default=200)
    options.add_argument("--made", type=int, default=2500, help="0 leaves them out")
    chosen = options.parse_args()
    files = list(jekyll.posts(chosen.folder))
    if not files:
        sys.exit(f"no posts in {chosen.folder}")
    some = files[:: max(1, len(files) // chosen.posts)][: chosen.posts]
    return report(measure(some), rush(files, chosen.made) if chosen.made else None)


def measure(files: list[Path]) -> Costs:
    """The floor and the intake, batch by batch."""
    tagger = fugashi.Tagger()
    costs = Costs(len(files))
    with newsroom() as (desk, folder):
        for number, start in enumerate(range(0, len(files), BATCH)):
            (place := folder / str(number)).mkdir()
            for file in files[start : start + BATCH]:
                shutil.copy(file, place)
            texts = bodies(list(place.iterdir()))
            costs.characters += sum(map(len, texts))
            costs.floor.append(seconds(lambda texts=texts: [[w.surface for w in tagger(text)] for text in texts]))  # type: ignore[misc]
            costs.intake.append(seconds(lambda place=place: desk.intake.import_path(place)))  # type: ignore[misc]
    return costs


def rush(files: list[Path], count: int) -> Rush:
    """Take in a folder of so many made posts."""
    done = Rush(count)
    with newsroom() as (desk, folder):
        (place := folder / "made").mkdir()
        for name, text in made(bodies(files), count):
            done.characters += len(text)
            (place / name).write_text(text, encoding="utf-8")
        tell: Callable[[int, int], None] = lambda n, _: done.memory.append((n, resident()))  # noqa: E731
        done.seconds = seconds(lambda: desk.intake.import_path(place, tell, processes=PROCESSES))
    return done


def bodies(files: list[Path]) -> list[str]:
    """The files' Markdown without front matter."""
    drafts = (jekyll.Site(file.parent, "").draft(file, datetime.now(UTC)) for file in files)
    return [draft.body for draft in drafts if draft]


def made(texts: list[str], count: int) -> Iterator[tuple[str, str]]:
    """Names and texts of `count` different posts: paragraphs of a few of the folder's posts, and sentences in them, in
    another order."""
    chance = random.Random(SEED)
    paragraphs = [[each for each in text.split("\n\n") if each.strip()] for text in texts]
    for number in range(count):
        kept: list[str] = []
        while sum(map(len, kept)) < LENGTH:
            kept += [shuffled(each, chance) for each in chance.choice(paragraphs)]
        chance.shuffle(kept)
        day = date(2026, 1, 1) + timedelta(days=number // A_DAY)
        title = max(chance.choice(kept).split("。"), key=len)[:40].strip("#*- \n").replace('"', "") or "題名"
        front = f'---\ntitle: "{title.replace(chr(92), "")}"\ndate: {day}\ntags: [AI]\n---\n'
        yield f"{day}-{number}.md", front + "\n\n".join(kept)[:LENGTH] + "\n"


def shuffled(paragraph: str, chance: random.Random) -> str:
    """A paragraph of prose with its sentences in another order; lists and tables stay as they are."""
    if "\n" in paragraph or paragraph.count("。") < 2:
        return paragraph
    sentences = [f"{each}。" for each in paragraph.split("。") if each]
    chance.shuffle(sentences)
    return "".join(sentences)


def resident() -> int:
    """MB resident in this process and those it started; 0 where the system does not tell."""
    processes = (os.getpid(), *(child.pid for child in multiprocessing.active_children()))
    places = [Path(f"/proc/{process}/statm") for process in processes]
    pages = sum(int(place.read_text().split()[1]) for place in places if place.exists())
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


@contextmanager
def newsroom() -> Iterator[tuple[Desk, Path]]:
    """An empty desk, warm, and the folder of posts it takes in."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "_posts"
        folder.mkdir()
        store = Store.at(f"sqlite:///{place}/kawaraban.db", lambda: datetime.now(UTC), rules=CROSS_POST_RULES)
        store.migrate()
        desk = desk_on(store, Settings(data=Path(place)), now=lambda: datetime.now(UTC), fetch=fetch)
        warm = "---\ntitle: 準備\n---\n辞書と語彙を先に読み込んでおく。\n"
        (folder / "2020-01-01-warm.md").write_text(warm, encoding="utf-8")
        desk.intake.import_path(folder)
        yield desk, folder
        store.close()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(costs: Costs, made: Rush | None) -> int:
    """The tables, the JSON line, the exit code."""
    posts, spent = costs.posts, sum(costs.intake)
    ratio = round(spent / sum(costs.floor), 2)
    table = Table("", "ms a post", "characters a second", title=f"{posts} posts, {costs.characters:,} characters")
    for name, times in (("bare tokenising", costs.floor), ("taken in", costs.intake)):
        table.add_row(name, f"{sum(times) / posts * 1000:.1f}", f"{costs.characters / sum(times):,.0f}")
    if made:
        name = f"{made.posts:,} made posts, {made.seconds:.0f} seconds"
        table.add_row(name, f"{made.seconds / made.posts * 1000:.1f}", f"{made.characters / made.seconds:,.0f}")
    Console().print(table)
    figures: dict[str, object] = {
        "posts": posts,
        "floor_ms": round(sum(costs.floor) / posts * 1000, 1),
        "intake_ms": round(spent / posts * 1000, 1),
        "ratio": ratio,
        "ok": ratio <= RATIO and (made is None or made.ok),
    }
    if made:
        figures["made"] = {
            "posts": made.posts,
            "characters": made.characters,
            "seconds": round(made.seconds, 1),
            "memory_mb_first_quarter": made.first_quarter,
            "memory_mb": made.memory[-1][1],
            "ok": made.ok,
        }
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
