"""Stores for the search's benchmark: one with a folder's posts, one with many posts made of theirs."""

import random
import sys
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import Desk
from bot.desk.analysis import read
from bot.domain.posts import Draft
from bot.domain.readings import SearchText
from bot.errors import KawarabanError
from bot.japanese.normalisation import folded_words
from bot.runtime.desk import desk_on
from bot.settings import Settings
from bot.sources import jekyll
from bot.sources.web_page import WebPage
from storage.engine import writing
from storage.mapping import post_values
from storage.posts import search_index
from storage.store import Store
from storage.tables import posts

SEED, CHARACTERS, BATCH = 11, 1_500, 2_000


@dataclass(frozen=True)
class Posts:
    """The folder's posts in a store: numbers to drafts, to folded text (title with raw, and paragraphs alone)."""

    store: Store
    desk: Desk
    drafts: dict[int, Draft]
    tags: dict[int, tuple[str, ...]]
    raw: dict[int, str]
    prose: dict[int, str]


def database(server: Any, name: str) -> str:
    """The URL of a new database."""
    server.psql(f"CREATE DATABASE {name};")
    uri: str = server.get_uri()
    return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


def store_at(url: str) -> Store:
    """An empty store of the newest shape."""
    store = Store.at(url, partial(datetime.now, UTC), rules=CROSS_POST_RULES)
    store.migrate()
    return store


@cache
def drafts_of(folder: Path) -> tuple[tuple[Draft, Any], ...]:
    """The folder's posts with their readings."""
    found = tuple((draft, read(draft)) for draft in drafts_in(folder))
    return found or sys.exit(f"no posts in {folder}")


def drafts_in(folder: Path) -> list[Draft]:
    """The folder's posts as they lie there; a broken file is left out, with a line on stderr."""
    site, drafts = jekyll.site(folder, Settings().zone), []
    for file in jekyll.posts(folder):
        try:
            draft = site.draft(file, datetime.now(UTC))
        except KawarabanError as e:
            print(f"{file}: {e}", file=sys.stderr)
            continue
        if draft:
            drafts.append(draft)
    return drafts


def taken_in(url: str, folder: Path) -> Posts:
    """The folder's posts in a store of their own."""
    store = store_at(url)
    read_posts = drafts_of(folder)
    saved = store.posts.save(store.sources.ensure("jekyll", str(folder), "benchmark"), read_posts)
    numbered = dict(zip(saved.new, read_posts, strict=True))
    drafts = {number: draft for number, (draft, _) in numbered.items()}
    return Posts(
        store,
        desk_on(store, Settings(), now=store.posts.now, fetch=no_network),
        drafts,
        {number: tuple(tag.name for tag in reading.tags) for number, (_, reading) in numbered.items()},
        {number: f"{d.title}\n{d.body}" for number, d in drafts.items()},
        {n: even("\n".join(p.text for p in reading.paragraphs)) for n, (_, reading) in numbered.items()},
    )


def no_network(url: str) -> WebPage:
    """What a benchmark that needs no network gets for an address."""
    raise AssertionError(url)


def even(written: str) -> str:
    """Folded for comparing as characters, by nothing of ours."""
    return unicodedata.normalize("NFKC", written).lower()


def fill(store: Store, held: Posts, count: int) -> None:
    """`count` posts of the folder's titles and tags over its sentences, dealt anew with a seed. Not read: their search
    text is put together from words that were folded once. PostgreSQL's index is built at the end, which is faster."""
    source = store.sources.ensure("jekyll", "made", "benchmark")
    chance = random.Random(SEED)
    some = [s for s in sentences_of(held) if 10 < len(s) < 300] or [draft.title for draft in held.drafts.values()]
    folded = {s: " ".join(folded_words(s)) for s in some}
    sentences = list(folded)
    titles = {n: " ".join(folded_words(draft.title)) for n, draft in held.drafts.items()}
    tags = {n: " ".join(folded_words(" ".join(names))) for n, names in held.tags.items()}
    numbers = list(held.drafts)
    indexed_apart(store, "DROP INDEX ix_post_search_words")
    for first in range(1, count + 1, BATCH):
        rows, words = [], []
        for number in range(first, min(first + BATCH, count + 1)):
            n = numbers[number % len(numbers)]
            dealt = deal(sentences, chance)
            rows.append(another(held.drafts[n], number, "".join(dealt)) | {"id": number, "source_id": source})
            words.append((number, SearchText(titles[n], tags[n], " ".join(folded[s] for s in dealt))))
        with writing(store.engine) as c:
            c.execute(insert(posts), rows)
            search_index.index_new(c, words)
    indexed_apart(store, search_index.POSTGRESQL_INDEX[1], "VACUUM ANALYZE")


def indexed_apart(store: Store, *statements: str) -> None:
    """Run statements about PostgreSQL's index; FTS5's is its table."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        for statement in statements if c.dialect.name == "postgresql" else ():
            c.execute(text(statement))


def sentences_of(held: Posts) -> list[str]:
    """Every sentence of the posts' prose, as characters."""
    return [f"{part}。" for n in held.prose for part in held.prose[n].replace("\n", "。").split("。") if part]


def deal(sentences: list[str], chance: random.Random) -> list[str]:
    """Sentences of some 1,500 characters together."""
    dealt: list[str] = []
    length = 0
    while length < CHARACTERS:
        dealt.append(chance.choice(sentences))
        length += len(dealt[-1])
    return dealt


def another(draft: Draft, number: int, body: str) -> dict[str, Any]:
    """The row of a made post, one a quarter of an hour back from now."""
    published = datetime.now(UTC) - timedelta(minutes=15 * number)
    made = replace(draft, raw=body, path=f"{number}.md", url=f"https://example.com/{number}/", published_at=published)
    return post_values(made) | {"first_seen_at": published, "news_at": published, "revision": 1}
