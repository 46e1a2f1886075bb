"""The full-text index: text tokenised by us, indexed as it is by SQLite's FTS5 or PostgreSQL's tsvector.

Neither engine's own tokenizer finds words of two Japanese characters; both find whatever we call a token.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    REAL,
    ColumnElement,
    Connection,
    Integer,
    Select,
    TableClause,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from bot.domain.readings import SearchText
from bot.japanese.search import Query, spellings
from storage.tables import posts

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
    """Index a post, in place of what the index has of it."""
    forget(connection, post_id)
    index_new(connection, [(post_id, search)])


def index_new(connection: Connection, found: Sequence[tuple[int, SearchText]]) -> None:
    """Index posts that are not in the index yet."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO post_search (rowid, title, tags, body) VALUES (:id, :title, :tags, :body)"),
            [{"id": post_id, "title": s.title, "tags": s.tags, "body": s.body} for post_id, s in found],
        )
    else:
        connection.execute(
            text("INSERT INTO post_search (post_id, words) VALUES (:id, CAST(:words AS tsvector))"),
            [{"id": post_id, "words": _vector(s)} for post_id, s in found],
        )


def forget(connection: Connection, post_id: int) -> None:
    """Delete a post from the index."""
    key = "rowid" if connection.dialect.name == "sqlite" else "post_id"
    connection.execute(text(f"DELETE FROM post_search WHERE {key} = :id"), {"id": post_id})


class IndexHit(NamedTuple):
    """A post that matches a query. `rank` is the index's own; more is better."""

    post_id: int
    title: str
    published_at: datetime
    rank: float


def best(
    connection: Connection, query: Query, *, every: bool, limit: int, offset: int, among: Select[Any] | None = None
) -> tuple[int, list[IndexHit]]:
    """Return how many posts match a query's phrases (with `every` off any of them), and the best from `offset` on.

    `among` selects the numbers of the posts to search; None searches all. Withdrawn posts are not in the index.
    """
    dialect = connection.dialect.name
    counting, ranking = _statements(dialect) if among is None else _made(dialect, among)
    wanted = {"wanted": words(dialect, query, every=every)}
    rows = connection.execute(ranking, {**wanted, "most": limit, "past": offset}).all()
    total = rows[0].total if rows else (connection.scalar(counting, wanted) or 0) if offset else 0
    return total, [IndexHit(row.id, row.title, row.published_at, -float(row.rank)) for row in rows]


@cache
def _statements(dialect: str) -> tuple[Select[Any], Select[Any]]:
    return _made(dialect, None)


def _made(dialect: str, among: Select[Any] | None) -> tuple[Select[Any], Select[Any]]:
    """Return the statement that counts, and the one that ranks and counts in one pass over the index."""
    place, number, matches, rank = (_in_sqlite if dialect == "sqlite" else _in_postgresql)()
    matching = select(number.label("id"), rank.label("rank")).select_from(place).where(matches)
    counting = select(func.count()).select_from(place).where(matches)
    if among is not None:
        matching, counting = matching.where(number.in_(among)), counting.where(number.in_(among))
    hits = matching.cte("hits").prefix_with("MATERIALIZED")
    in_order = select(hits).order_by(hits.c.rank, hits.c.id.desc())
    top = in_order.limit(bindparam("most", type_=Integer)).offset(bindparam("past", type_=Integer)).subquery()
    total = select(func.count()).select_from(hits).scalar_subquery().label("total")
    ranking = select(top, total, posts.c.title, posts.c.published_at).join(posts, posts.c.id == top.c.id)
    return counting, ranking.order_by(top.c.rank, top.c.id.desc())


_Parts = tuple[TableClause, ColumnElement[int], ColumnElement[bool], ColumnElement[float]]


def _in_sqlite() -> _Parts:
    """Return the index, its column of post numbers, the condition to match, and the rank (less is better)."""
    place = table("post_search", column("rowid", Integer))
    whole: ColumnElement[Any] = literal_column("post_search")
    return place, place.c.rowid, whole.op("MATCH")(bindparam("wanted")), func.bm25(whole, *WEIGHTS.values())


def _in_postgresql() -> _Parts:
    place = table("post_search", column("post_id", Integer), column("words"))
    asked = cast(bindparam("wanted"), TSQUERY)
    most = max(WEIGHTS.values())
    weights = [WEIGHTS[name] / most for name in ("body", "body", "tags", "title")]  # of D, C, B, A
    rank = func.ts_rank(cast(weights, ARRAY(REAL)), place.c.words, asked, _BY_LENGTH)
    return place, place.c.post_id, place.c.words.op("@@")(asked), -rank


def words(dialect: str, query: Query, *, every: bool = True) -> str:
    """Return a query's phrases in the engine's syntax, each token quoted so that it means only itself."""
    lite = dialect == "sqlite"
    written = _phrase_of_sqlite if lite else _phrase_of_postgresql
    phrases = []
    for phrase in query.phrases:
        alike = [written(words, query.begun) for words in spellings(phrase)]
        phrases.append(alike[0] if len(alike) == 1 else f"({(' OR ' if lite else ' | ').join(alike)})")
    return {(True, True): " AND ", (True, False): " OR ", (False, True): " & ", (False, False): " | "}[
        lite, every
    ].join(phrases)


def _phrase_of_sqlite(phrase: Sequence[str], begun: bool) -> str:
    return '"' + " ".join(phrase).replace('"', "") + '"' + "*" * begun


def _phrase_of_postgresql(phrase: Sequence[str], begun: bool) -> str:
    return "(" + " <-> ".join(map(_quoted, phrase)) + ":*" * begun + ")"


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
