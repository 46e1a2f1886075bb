"""The full-text index: text tokenised by us, indexed as it is by SQLite's FTS5 or PostgreSQL's tsvector.

Neither engine's own tokenizer finds words of two Japanese characters; both find whatever we call a token.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    REAL,
    ColumnElement,
    Connection,
    Integer,
    TableClause,
    cast,
    column,
    func,
    literal_column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from bot.readings import SearchText

WEIGHTS = {"title": 8.0, "tags": 5.0, "body": 1.0}
_PLACES = 16_383  # a tsvector knows no later position; words after it are found, phrases are not
_BY_LENGTH = 1  # ts_rank's wish to divide by the logarithm of the document's length
_WORDS = 100_000  # a tsvector holds a megabyte at most

# SQLite: every sign but the quotes belongs to a token; only blanks part tokens
SQLITE_INDEX = """
CREATE VIRTUAL TABLE post_search USING fts5(
  title, tags, body, tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
)"""
POSTGRESQL_INDEX = (
    "CREATE TABLE post_search "
    "(post_id integer PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX ix_post_search_words ON post_search USING gin (words)",
)


def index(connection: Connection, post_id: int, search: SearchText) -> None:
    """Put a post's words into the index, in place of what it had there."""
    forget(connection, post_id)
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO post_search (rowid, title, tags, body) VALUES (:id, :title, :tags, :body)"),
            {"id": post_id, "title": search.title, "tags": search.tags, "body": search.body},
        )
    else:
        connection.execute(
            text("INSERT INTO post_search (post_id, words) VALUES (:id, CAST(:words AS tsvector))"),
            {"id": post_id, "words": _vector(search)},
        )


def forget(connection: Connection, post_id: int) -> None:
    """Take a post out of the index."""
    key = "rowid" if connection.dialect.name == "sqlite" else "post_id"
    connection.execute(text(f"DELETE FROM post_search WHERE {key} = :id"), {"id": post_id})


@dataclass(frozen=True)
class Index:
    """The full-text index as part of a statement: the post's number, what matches, and the rank (smaller is better)."""

    table: TableClause
    post_id: ColumnElement[int]
    matches: ColumnElement[bool]
    rank: ColumnElement[float]


def index_for(dialect: str, phrases: Iterable[Sequence[str]], *, every: bool) -> Index:
    """The index asked for phrases of adjacent tokens: all of them, or with `every` off any of them."""
    wanted = words(dialect, phrases, every=every)
    if dialect == "sqlite":
        fts = table("post_search", column("rowid", Integer))
        whole: ColumnElement[Any] = literal_column("post_search")
        return Index(fts, fts.c.rowid, whole.op("MATCH")(wanted), func.bm25(whole, *WEIGHTS.values()))
    vectors = table("post_search", column("post_id", Integer), column("words"))
    query = cast(wanted, TSQUERY)
    best = max(WEIGHTS.values())
    weights = [WEIGHTS[name] / best for name in ("body", "body", "tags", "title")]  # of D, C, B, A
    rank = func.ts_rank(cast(weights, ARRAY(REAL)), vectors.c.words, query, _BY_LENGTH)
    return Index(vectors, vectors.c.post_id, vectors.c.words.op("@@")(query), -rank)


def words(dialect: str, phrases: Iterable[Sequence[str]], *, every: bool = True) -> str:
    """The engine's query for phrases, each token quoted so that it means only itself."""
    if dialect == "sqlite":
        return (" AND " if every else " OR ").join('"' + " ".join(p).replace('"', "") + '"' for p in phrases)
    return (" & " if every else " | ").join("(" + " <-> ".join(_quoted(t) for t in p) + ")" for p in phrases)


def _vector(search: SearchText) -> str:
    places: dict[str, list[str]] = {}
    at = 0
    for field, weight in ((search.title, "A"), (search.tags, "B"), (search.body, "D")):
        for token in field.split()[:_WORDS]:
            at += 1
            places.setdefault(token, []).append(f"{min(at, _PLACES)}{weight}")
        at += 1  # so that no phrase spans two fields
    return " ".join(f"{_quoted(token)}:{','.join(found[:255])}" for token, found in places.items())


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
