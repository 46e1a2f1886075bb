"""What it costs to take a post in, beside nothing but cutting its text into words.

    uv run python benchmarks/intake.py DIR [--posts 200]

Takes a folder of posts. Each batch is first only tokenised (`[w.surface for w in tagger(text)]` over the body as it
lies in the file: the floor), then taken in for good: parsed, cleaned, read, checked, put into its story, indexed and
written to a throwaway SQLite store. Prints a table and one JSON line; `ok` means at most three times the floor.
"""

import sys

sys.path.pop(0)  # this folder: it holds a file http.py, which would stand in for the standard library's

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import fugashi  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from bot.desk import Desk
from bot.settings import Settings
from bot.sources import jekyll
from bot.sources.fetch import fetch
from storage.store import Store

BATCH = 25


def main() -> int:
    """Run it; 0 where the target is met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--posts", type=int, default=200)
    chosen = options.parse_args()
    files = list(jekyll.posts(chosen.folder))
    files = files[:: max(1, len(files) // chosen.posts)][: chosen.posts]
    if not files:
        sys.exit(f"no posts in {chosen.folder}")
    return report(len(files), *measure(files))


def measure(files: list[Path]) -> tuple[list[float], list[float], int, list[int]]:
    """Seconds of the floor and of the intake for each batch, the characters in all, and the memory after each batch."""
    tagger = fugashi.Tagger()
    floor, intake, memory, characters = [], [], [], 0
    with newsroom() as (desk, folder):
        for number, start in enumerate(range(0, len(files), BATCH)):
            texts = []
            (place := folder / str(number)).mkdir()
            for file in files[start : start + BATCH]:
                shutil.copy(file, place)
                if draft := jekyll.Site(folder, "").draft(place / file.name, datetime.now(UTC)):
                    texts.append(draft.body)
            characters += sum(map(len, texts))
            floor.append(seconds(lambda texts=texts: [[w.surface for w in tagger(text)] for text in texts]))  # type: ignore[misc]
            intake.append(seconds(lambda place=place: desk.import_path(place)))  # type: ignore[misc]
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return floor, intake, characters, memory


@contextmanager
def newsroom() -> Iterator[tuple[Desk, Path]]:
    """An empty desk, warm, and the folder of posts it takes in."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "_posts"
        folder.mkdir()
        store = Store.at(f"sqlite:///{place}/kawaraban.db", lambda: datetime.now(UTC))
        store.migrate()
        desk = Desk(store, Settings(kawaraban_data=Path(place)), now=lambda: datetime.now(UTC), fetch=fetch)
        warm = "---\ntitle: 準備\n---\n辞書と語彙を先に読み込んでおく。\n"
        (folder / "2020-01-01-warm.md").write_text(warm, encoding="utf-8")
        desk.import_path(folder)
        yield desk, folder
        store.close()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(posts: int, floor: list[float], intake: list[float], characters: int, memory: list[int]) -> int:
    """The table, the JSON line, the exit code."""
    ratio = round(sum(intake) / sum(floor), 2)
    table = Table("", "ms a post", "characters a second", title=f"Taking in {posts} posts, {characters:,} characters")
    for name, times in (("bare tokenising", floor), ("kawaraban import", intake)):
        table.add_row(name, f"{sum(times) / posts * 1000:.1f}", f"{characters / sum(times):,.0f}")
    Console().print(table)
    figures = {
        "posts": posts,
        "floor_ms": round(sum(floor) / posts * 1000, 1),
        "intake_ms": round(sum(intake) / posts * 1000, 1),
        "ratio": ratio,
        "memory_mb": memory[-1],
        "memory_mb_half_way": memory[len(memory) // 2],
        "ok": ratio <= 3,
    }
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
