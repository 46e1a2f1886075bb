"""Answering what editors ask: one post, a story, a search."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, select
from sqlalchemy.exc import OperationalError

from bot.errors import StoreBusy
from bot.japanese.search import Query, worth
from bot.japanese.tags import fold
from bot.posts import Post
from bot.readings import Paragraph, Reading
from bot.stories import Story
from storage import search
from storage.engine import Door
from storage.rows import load_paragraphs, load_posts, load_readings, post_query, to_post
from storage.tables import addresses, outbox, post_tags, posts, reviews, sources, stories
from storage.tags import meant

BLOCK = 25  # so many hits at a time are ordered by more than the index knows


class Lookups(Door):
    """The part of the Store that only reads."""

    def post(self, post_id: int) -> tuple[Post, Reading] | None:
        """A post with its reading; None where no post has the number."""
        with self.reading() as c:
            found, read = load_posts(c, [post_id]), load_readings(c, [post_id])
            return (found[post_id], read[post_id]) if post_id in found and post_id in read else None

    def post_at(self, address: str) -> int | None:
        """The number of the post that answers to an address (as `bot.posts.address` writes it): a withdrawn one only
        where there is no other."""
        query = (
            select(posts.c.id)
            .join(addresses, addresses.c.post_id == posts.c.id)
            .where(addresses.c.address == address)
            .order_by(posts.c.withdrawn_at.is_not(None), posts.c.id)
        )
        with self.reading() as c:
            return c.scalar(query.limit(1))

    def posts(self) -> Iterator[tuple[Post, Reading]]:
        """Every post that is not withdrawn, in the order of numbers."""
        last = 0
        while True:
            with self.reading() as c:
                query = post_query().where(posts.c.id > last, posts.c.withdrawn_at.is_(None)).order_by(posts.c.id)
                page = [to_post(row) for row in c.execute(query.limit(200))]
                read = load_readings(c, [p.id for p in page])
            if not page:
                return
            yield from ((p, read[p.id]) for p in page if p.id in read)
            last = page[-1].id

    def news(
        self, start: datetime, end: datetime, limit: int, offset: int = 0
    ) -> tuple[int, tuple[tuple[Post, Reading], ...]]:
        """How many posts were news from `start` to before `end`, and one page of them with their readings, the newest
        first."""
        wanted = (posts.c.news_at >= start, posts.c.news_at < end, posts.c.withdrawn_at.is_(None))
        page = post_query().where(*wanted).order_by(posts.c.news_at.desc(), posts.c.id.desc())
        with self.reading() as c:
            total = c.scalar(select(func.count()).select_from(posts).where(*wanted)) or 0
            found = [to_post(row) for row in c.execute(page.limit(limit).offset(offset))]
            read = load_readings(c, [p.id for p in found])
            return total, tuple((p, read[p.id]) for p in found if p.id in read)

    def paragraphs(self, post_ids: Sequence[int]) -> dict[int, tuple[Paragraph, ...]]:
        """The cleaned text of posts."""
        with self.reading() as c:
            return load_paragraphs(c, post_ids)

    def story(self, story_id: int) -> Story:
        """A story with its posts, newest first."""
        with self.reading() as c:
            lead = c.scalar(select(stories.c.lead_post_id).where(stories.c.id == story_id))
            query = post_query().where(posts.c.story_id == story_id, posts.c.withdrawn_at.is_(None))
            rows = c.execute(query.order_by(posts.c.published_at.desc(), posts.c.id))
            return Story(lead, tuple(to_post(row) for row in rows))

    def stories(self, start: datetime, end: datetime) -> tuple[Story, ...]:
        """The posts published from `start` to before `end`, by story, each oldest first. The lead is the story's own
        where it is among them, else the oldest."""
        wanted = (posts.c.published_at >= start, posts.c.published_at < end, posts.c.withdrawn_at.is_(None))
        query = post_query().add_columns(stories.c.lead_post_id).join(stories, stories.c.id == posts.c.story_id)
        told: dict[int, list[Post]] = {}
        leads: dict[int, int] = {}
        with self.reading() as c:
            for row in c.execute(query.where(*wanted).order_by(posts.c.published_at, posts.c.id)):
                told.setdefault(row.story_id, []).append(to_post(row))
                leads[row.story_id] = row.lead_post_id
        return tuple(
            Story(leads[story] if leads[story] in {post.id for post in found} else found[0].id, tuple(found))
            for story, found in told.items()
        )

    def story_sizes(self, story_ids: Sequence[int]) -> dict[int, int]:
        """How many posts each of these stories has."""
        query = (
            select(posts.c.story_id, func.count())
            .where(posts.c.story_id.in_(story_ids), posts.c.withdrawn_at.is_(None))
            .group_by(posts.c.story_id)
        )
        with self.reading() as c:
            return {row[0]: row[1] for row in c.execute(query)}

    def search(
        self, query: Query, *, zone: ZoneInfo, limit: int, offset: int = 0, every: bool = True
    ) -> tuple[int, tuple[tuple[Post, float], ...]]:
        """How many posts answer to a query, and one page of them with their scores, best first.

        With `every` off a post need only hold one of the phrases. A query without words lists newest first, score 0.
        The index ranks; each BLOCK of its hits is then put in the order of `worth`, so that pages follow on.
        """
        first, last = offset // BLOCK * BLOCK, -(-(offset + limit) // BLOCK) * BLOCK
        with self.reading() as c:
            if not query.phrases:
                return _listed(c, _filters(query, zone), limit, offset)
            filters = _filters(query, zone)
            among = _posts().where(*filters) if filters else None
            total, hits = search.best(c, query, every=every, limit=last - first, offset=first, among=among)
            ranked = _by_worth(query, hits, self.now())[offset - first : offset - first + limit]
            rows = c.execute(_SHOWN, {"ids": [number for number, _ in ranked]})
            found = {post.id: post for post in map(to_post, rows)}
            return total, tuple((found[number], round(score, 4)) for number, score in ranked)

    def counts(self) -> dict[str, int]:
        """What the store holds: posts, sources, stories, open reviews, messages waiting and given up."""
        with self.reading() as c:
            return {
                "posts": _count(c, posts.c.withdrawn_at.is_(None)),
                "sources": _count(c, sources.c.id > 0),
                "stories": _count(c, stories.c.id > 0),
                "reviews_open": _count(c, reviews.c.closed_at.is_(None)),
                "outbox_waiting": _count(c, outbox.c.state.in_(("pending", "sending"))),
                "outbox_failed": _count(c, outbox.c.state == "failed"),
            }

    def answers(self) -> bool:
        """Whether the database answers at all."""
        try:
            with self.reading() as c:
                return c.scalar(select(1)) == 1
        except (OperationalError, StoreBusy):
            return False


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


def _by_worth(query: Query, hits: Sequence[search.Hit], now: datetime) -> list[tuple[int, float]]:
    """The hits in the order of their worth, block by block."""
    weighed = [(hit.post_id, worth(hit.rank, hit.title, now - hit.published_at, query)) for hit in hits]
    blocks = (weighed[at : at + BLOCK] for at in range(0, len(weighed), BLOCK))
    return [hit for block in blocks for hit in sorted(block, key=lambda hit: (-hit[1], -hit[0]))]


def _filters(query: Query, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        exists().where(post_tags.c.post_id == posts.c.id, post_tags.c.key == meant(fold(tag))) for tag in query.tags
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


def _count(c: Connection, condition: ColumnElement[bool]) -> int:
    return c.scalar(select(func.count()).where(condition)) or 0
