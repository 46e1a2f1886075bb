"""Search: the posts that match a query, best first."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, select

from bot.domain.posts import Post
from bot.japanese.search import Query, worth
from bot.japanese.tags import fold
from storage.engine import StorePart
from storage.mapping import load_posts, post_query, to_post
from storage.posts import search_index
from storage.posts.tags import resolve_alias
from storage.tables import (
    post_tags,
    posts,
    reviews,
    sources,
)

BLOCK = 25  # so many hits at a time are ordered by more than the index knows


class SearchStore(StorePart):
    """The part of the Store that searches."""

    def find(
        self, query: Query, *, zone: ZoneInfo, limit: int, offset: int = 0, every: bool = True
    ) -> tuple[int, tuple[tuple[Post, float], ...]]:
        """Return how many posts match a query, and one page of them with their scores, best first.

        With `every` off one matching phrase is enough. A query without words lists newest first, score 0. The index
        ranks; each BLOCK of its hits is then sorted by `worth`, so that pages continue each other.
        """
        first, last = offset // BLOCK * BLOCK, -(-(offset + limit) // BLOCK) * BLOCK
        with self.reading() as c:
            if not query.phrases:
                return _listed(c, _filters(query, zone), limit, offset)
            filters = _filters(query, zone)
            among = _posts().where(*filters) if filters else None
            total, hits = search_index.best(c, query, every=every, limit=last - first, offset=first, among=among)
            ranked = _by_worth(query, hits, self.now())[offset - first : offset - first + limit]
            rows = c.execute(_SHOWN, {"ids": [number for number, _ in ranked]})
            found = {post.id: post for post in map(to_post, rows)}
            return total, tuple((found[number], round(score, 4)) for number, score in ranked)


_SHOWN = post_query().where(posts.c.id.in_(bindparam("ids", expanding=True)))  # made once: making it costs


def _posts() -> Select[Any]:
    return select(posts.c.id).join(sources, sources.c.id == posts.c.source_id)


def _listed(
    c: Connection, filters: list[ColumnElement[bool]], limit: int, offset: int
) -> tuple[int, tuple[tuple[Post, float], ...]]:
    wanted = _posts().where(posts.c.withdrawn_at.is_(None), *filters)
    total = c.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    numbers = list(c.scalars(wanted.order_by(posts.c.news_at.desc(), posts.c.id.desc()).limit(limit).offset(offset)))
    found = load_posts(c, numbers)
    return total, tuple((found[number], 0.0) for number in numbers)


def _by_worth(query: Query, hits: Sequence[search_index.IndexHit], now: datetime) -> list[tuple[int, float]]:
    """Sort the hits by `worth`, block by block."""
    weighed = [(hit.post_id, worth(hit.rank, hit.title, now - hit.published_at, query)) for hit in hits]
    blocks = (weighed[at : at + BLOCK] for at in range(0, len(weighed), BLOCK))
    return [hit for block in blocks for hit in sorted(block, key=lambda hit: (-hit[1], -hit[0]))]


def _filters(query: Query, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        exists().where(post_tags.c.post_id == posts.c.id, post_tags.c.key == resolve_alias(fold(tag)))
        for tag in query.tags
    ]
    wanted += [posts.c.author.contains(author, autoescape=True) for author in query.authors]
    wanted += [sources.c.name.contains(source, autoescape=True) for source in query.sources]
    if query.period is not None:
        first, last = query.period
        start = datetime.combine(max(first, _FIRST_DAY), time(), zone)
        end = datetime.combine(min(last, _LAST_DAY) + timedelta(days=1), time(), zone)
        wanted += [posts.c.published_at >= start, posts.c.published_at < end]
    if query.states:
        wanted.append(exists().where(reviews.c.post_id == posts.c.id, reviews.c.closed_at.is_(None)))
    return wanted


_FIRST_DAY, _LAST_DAY = datetime(1970, 1, 2).date(), datetime(9998, 12, 30).date()  # noqa: DTZ001
