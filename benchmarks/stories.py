"""How well posts are grouped into stories, beside titles alone and plain TF-IDF; how surely near-copies are found.

    uv run python benchmarks/stories.py DIR [--labels FILE] [--stored 100000] [--show]

Takes a folder of posts into a throwaway store in the order of their publication and asks:

- stories: labels/stories.tsv names the story of every post of two fortnights, as a reader of all of them told it (`-`
  stands alone). The weights in bot/domain/stories.py were fitted on the first; the second is the report. B-cubed
  precision and recall (Bagga and Baldwin, 1998) over every post, and over pairs. The peers group in the same order by
  the mean of the three closest members: by the letter pairs of titles, and by the TF-IDF cosine of all nouns, each with
  the threshold that is best on the first fortnight. --show lists what was grouped wrongly.
- copies: every post with 30 % of its sentences left out, the rest shuffled, and one sentence in ten edited, must be
  found again in the store by its sketch; and no post may be taken for the copy of another. Pairs that are found are
  listed: they count as false unless their texts share nine of ten words.
- time: what one new post costs to join or found a story, in a store of the folder's posts and in one of 100,000 (30 a
  day, made of the folder's own), medians of the storing's part that deals with stories.

Prints tables and one JSON line; `ok` means that every target is met. Without labels for the folder's posts only copies
and time are measured.
"""

import argparse
import json
import math
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from _grouping import Grouping, b_cubed, by_likeness, cosine, harmonic, mistakes
from _stored_posts import drafts_in, store_at
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from bot.desk.analysis import read
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.article import article
from bot.japanese.similarity import sketch
from storage.engine import add, reading, writing
from storage.mapping import post_values, reading_values
from storage.posts.stories import StoryIndexCache, copies
from storage.store import Store
from storage.tables import posts, readings, stories

LABELS = Path(__file__).parent / "labels" / "stories.tsv"
PRECISION, RECALL, PAIRS, COPIES, MILLISECONDS = 0.90, 0.90, 0.75, 0.99, 10
SEED, CUT, EDITED, A_DAY = 7, 0.3, 0.1, 30


@dataclass(frozen=True)
class Post:
    """One post of the folder."""

    name: str
    draft: Draft
    reading: Reading


def main() -> int:
    """Run it; 0 where every target is met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--labels", type=Path, default=LABELS)
    options.add_argument("--stored", type=int, default=100_000)
    options.add_argument("--show", action="store_true")
    chosen = options.parse_args()
    found = posts_of(chosen.folder)
    if not found:
        sys.exit(f"no posts in {chosen.folder}")
    figures = {**story_figures(found, fortnights(chosen.labels, found), chosen.show), **copy_figures(found)}
    figures |= time_figures(found, chosen.stored)
    print(json.dumps(figures | {"ok": is_met(figures)}))
    return 0 if is_met(figures) else 1


def posts_of(folder: Path) -> list[Post]:
    """The folder's posts, in the order of their publication."""
    drafts = [draft for draft in drafts_in(folder) if draft.file]
    found = (Post(Path(draft.file or "").name, draft, read(draft)) for draft in drafts)
    return sorted(found, key=lambda post: (post.draft.published_at, post.name))


def fortnights(file: Path, found: Sequence[Post]) -> list[dict[str, str]]:
    """The labels of the folder's posts, by fortnight; a post that stands alone has its own name as story."""
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line]
    labels = {name: name if story == "-" else story for name, story in lines}
    days = [post.draft.published_at for post in found if post.name in labels]
    if not days:
        return []
    middle = min(days).replace(hour=0, minute=0, second=0) + timedelta(days=14)
    halves: list[dict[str, str]] = [{}, {}]
    for post in found:
        if post.name in labels:
            halves[post.name[:10] >= f"{middle:%Y-%m-%d}"][post.name] = labels[post.name]
    return halves


# ---- stories
def story_figures(found: list[Post], halves: list[dict[str, str]], show: bool) -> dict[str, object]:
    """Print how well each way of grouping does on each fortnight, and return it."""
    if not halves:
        return {}
    table = Table("", "", "precision", "recall", "pairs: precision", "recall", title="Stories, B-cubed")
    figures: dict[str, object] = {}
    for name, group in ways(found, halves[0]):
        for part, truth in zip(("first fortnight", "second fortnight"), halves, strict=True):
            scores = b_cubed(group([post for post in found if post.name in truth]), truth)
            table.add_row(name, part, *(f"{score:.3f}" for score in scores))
            figures[f"{name}, {part}"] = [round(score, 3) for score in scores]
            if show and name == "kawaraban":
                print(*mistakes(group([post for post in found if post.name in truth]), truth), sep="\n")
    Console().print(table)
    return {"stories": figures}


def ways(found: list[Post], tuned_on: dict[str, str]) -> Iterator[tuple[str, Callable[[list[Post]], Grouping]]]:
    """Ours and the peers."""
    yield "kawaraban", by_kawaraban
    texts = {post.name: article(post.draft) for post in found}
    titles = {n: Counter(t[i : i + 2] for i in range(len(t) - 1)) for n, a in texts.items() if (t := a.title.text)}
    nouns = {
        n: Counter(
            t.surface for w in (a.title, *a.paragraphs) for t in w.tokens if t.pos == "名詞" and len(t.surface) > 1
        )
        for n, a in texts.items()
    }
    for name, bags in (("titles alone", titles), ("TF-IDF nouns", nouns)):
        alike = cosine(bags, weighted=name != "titles alone")
        times = {post.name: post.draft.published_at for post in found}
        tuned = {n: at for n, at in times.items() if n in tuned_on}
        least = max(
            (number / 50 for number in range(2, 45)),
            key=lambda level: harmonic(b_cubed(by_likeness(tuned, alike, level), tuned_on)),
        )
        yield name, partial(grouped_by, alike, least)


def by_kawaraban(found: list[Post]) -> Grouping:
    """Take the posts into a store one by one."""
    with store() as (at, number_of):
        for post in found:
            number_of(post)
        with reading(at.engine) as c:
            rows = c.execute(select(posts.c.file, posts.c.story_id))
            return {row.file: row.story_id for row in rows}


def grouped_by(alike: Callable[[str, str], float], least: float, some: list[Post]) -> Grouping:
    """Group posts by a likeness."""
    return by_likeness({post.name: post.draft.published_at for post in some}, alike, least)


# ---- near-copies
def copy_figures(found: list[Post]) -> dict[str, object]:
    """Print and return how many near-copies are found, and which pairs of posts are taken for one."""
    chance = random.Random(SEED)
    with store() as (at, number_of):
        numbers = {number_of(post): post for post in found}
        with reading(at.engine) as c:
            long = {number: post for number, post in numbers.items() if len(post.reading.paragraphs) > 3}
            hits = sum(number in dict(copies(c, edited(post, chance))) for number, post in long.items())
            pairs = {
                (other, number): share
                for number, post in numbers.items()
                for other, share in copies(c, post.reading.signature, before=number)
            }
    false = [pair for pair in pairs if not same_words(numbers[pair[0]], numbers[pair[1]])]
    table = Table("near-copies", "found", "of", title="30 % of the sentences cut, shuffled, one in ten edited")
    table.add_row("kawaraban", str(hits), str(len(long)))
    table.add_row("pairs among the posts", str(len(pairs)), f"{len(false)} false")
    Console().print(table)
    return {"copies": round(hits / max(1, len(long)), 4), "copy_pairs": len(pairs), "false_copies": len(false)}


def edited(post: Post, chance: random.Random) -> tuple[int, ...]:
    """The sketch of a post with sentences cut, shuffled and edited."""
    whole = "\n".join(paragraph.text for paragraph in post.reading.paragraphs)
    sentences = [s for s in re.split(r"(?<=[。！？\n])", whole) if s.strip()]
    kept = chance.sample(sentences, math.ceil(len(sentences) * (1 - CUT)))
    return sketch("".join(s[: len(s) // 2] + s[len(s) // 2 + 2 :] if chance.random() < EDITED else s for s in kept))


def same_words(one: Post, other: Post) -> bool:
    """Whether two texts share nine of ten words of the shorter."""
    ours, theirs = (Counter(post.reading.search.body.split()) for post in (one, other))
    return (ours & theirs).total() >= 0.9 * min(ours.total(), theirs.total())


# ---- time
def time_figures(found: list[Post], stored: int) -> dict[str, object]:
    """Print and return the milliseconds one new post takes to find its story, in a small store and a big one."""
    table = Table("posts in the store", "first post after a start", "every other", title="ms to join or found a story")
    figures: dict[str, object] = {}
    for size in (len(found), stored):
        with store() as (at, number_of):
            for post in found[-100:-60]:
                number_of(post)
            fill(at, found, size)
            cold, warm = joining(at, found[-60:])
        figures[str(size)] = {"first": round(cold, 1), "others": round(warm, 1)}
        table.add_row(f"{size:,}", f"{cold:.1f}", f"{warm:.1f}")
    Console().print(table)
    return {"join_ms": figures}


def joining(at: Store, found: Sequence[Post]) -> tuple[float, float]:
    """The milliseconds that posts, one delivery after another, take to find their place among the stories: the first
    and the median of the others."""
    shelf, spent = StoryIndexCache(), []
    for post in found:
        row = post_values(post.draft) | {"path": f"new/{post.name}", "source_id": 1, "news_at": post.draft.published_at}
        with writing(at.engine) as c:
            number = add(c, posts, **row, first_seen_at=datetime.now(UTC), revision=1)
            c.execute(insert(readings).values(post_id=number, **reading_values(post.reading)))
            began = time.perf_counter()
            shelf.place(c, number, post.draft.published_at, post.reading)
            spent.append((time.perf_counter() - began) * 1000)
    return spent[0], statistics.median(spent[1:])


def fill(at: Store, found: list[Post], size: int) -> None:
    """Bring a store to `size` posts, 30 a day back from the newest, each a story of its own."""
    last = found[-1].draft.published_at
    now = datetime.now(UTC)
    with writing(at.engine) as c:
        for start in range(0, max(0, size - 100), 1_000):
            batch = [(number, found[number % len(found)]) for number in range(start, min(size - 100, start + 1_000))]
            rows = [
                post_values(replace(post.draft, raw="", path=f"made/{number}", url=None))
                | {
                    "id": 1_000 + number,
                    "published_at": last - timedelta(days=number / A_DAY),
                    "story_id": 1_000 + number,
                }
                | {"source_id": 1, "news_at": now, "first_seen_at": now, "revision": 1}
                for number, post in batch
            ]
            c.execute(insert(stories), [{"id": row["id"], "lead_post_id": row["id"]} for row in rows])
            c.execute(insert(posts), rows)
            light = [(1_000 + n, replace(p.reading, paragraphs=(), ranked=(), signature=())) for n, p in batch]
            c.execute(insert(readings), [{"post_id": n, **reading_values(reading)} for n, reading in light])


@contextmanager
def store() -> Iterator[tuple[Store, Callable[[Post], int]]]:
    """A throwaway store, and what takes a post into it and gives its number."""
    with tempfile.TemporaryDirectory() as place:
        at = store_at(f"sqlite:///{place}/kawaraban.db")
        source = at.sources.ensure("jekyll", place, "benchmark")
        yield at, lambda post: at.posts.save(source, [(replace(post.draft, file=post.name), post.reading)]).new[0]
        at.close()


def is_met(figures: Mapping[str, object]) -> bool:
    """Whether every target that could be measured is met."""
    grouped = figures.get("stories")
    met = True
    if isinstance(grouped, dict):
        ours: Iterable[list[float]] = (scores for name, scores in grouped.items() if name.startswith("kawaraban"))
        met = all(p >= PRECISION and r >= RECALL and pairs >= PAIRS for p, r, pairs, _ in ours)
    spent = figures["join_ms"]
    assert isinstance(spent, dict)
    quick = all(each["others"] <= MILLISECONDS for each in spent.values())
    return met and quick and float(str(figures["copies"])) >= COPIES and figures["false_copies"] == 0


if __name__ == "__main__":
    sys.exit(main())
