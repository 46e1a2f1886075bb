"""Stored stories: a new post joins one or starts one; and near-copies, found by their sketches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    func,
    insert,
    select,
    union_all,
    update,
)

from bot.domain import stories as rules
from bot.domain.posts import Post
from bot.domain.readings import Reading
from bot.domain.stories import Candidate, Member, Story, StoryIndex
from bot.japanese.similarity import COPY, bands, overlap
from storage.engine import StorePart, add
from storage.mapping import post_query, to_post
from storage.tables import (
    findings,
    posts,
    readings,
    sketches,
    stories,
)

REACH = timedelta(days=7)
"""An index serves posts published up to this long before or after the one it was made for."""
MOST = 1_500
"""Posts in an index on either side, the nearest: twice what the busiest newsroom publishes in that time."""


class StoryIndexCache:
    """The stories of some weeks, kept from one delivery to the next: only posts stored since are loaded.

    It may lag behind edits of other processes, which shifts a similarity slightly and nothing else. After a
    transaction that used it rolls back, drop it.
    """

    def __init__(self) -> None:
        self._index = StoryIndex()
        self._around: datetime | None = None
        self._seen = 0

    def place(self, c: Connection, number: int, at: datetime, reading: Reading) -> None:
        """Add the newest post to its story, or start one, and choose the story's lead again."""
        self._catch_up(c, number, at)
        member = Member(number, at, reading.headline, reading.terms, frozenset(reading.figures))
        story = self._index.story_of(member)
        if story is None:
            story = add(c, stories, lead_post_id=number)
        self._index.add(story, member)
        c.execute(update(posts).where(posts.c.id == number).values(story_id=story))
        choose_lead(c, number)

    def _catch_up(self, c: Connection, number: int, at: datetime) -> None:
        if self._around is None or abs(at - self._around) > REACH:
            self._index, self._around, self._seen = StoryIndex(), at, 0
        nearby = _nearby(self._around, above=self._seen, below=number)
        for row in c.execute(_TOLD.where(posts.c.id.in_(nearby)).order_by(posts.c.id)):
            self._index.add(row.story_id, _member(row))
        self._seen = number


def choose_lead(c: Connection, post_id: int) -> None:
    """Choose the lead of a post's story again, among posts that are not withdrawn if there are any."""
    story = select(posts.c.story_id).where(posts.c.id == post_id).scalar_subquery()
    rows = c.execute(_CANDIDATES.where(posts.c.story_id == story)).all()
    if rows:
        standing = [row for row in rows if row.withdrawn_at is None] or rows
        lead = rules.lead(Candidate(row.id, row.published_at, row.defects, row.characters) for row in standing)
        c.execute(update(stories).where(stories.c.id == rows[0].story_id).values(lead_post_id=lead.post_id))


def store_sketch(c: Connection, post_id: int, signature: tuple[int, ...]) -> None:
    """Insert the bands by which near-copies of a post are found."""
    if found := bands(signature):
        c.execute(insert(sketches), [{"band": band, "post_id": post_id} for band in set(found)])


def copies(
    c: Connection, signature: tuple[int, ...], *, before: int | None = None, after: int | None = None
) -> list[tuple[int, float]]:
    """Return the stored posts of which a text is a near-copy, with the share of text in common (0–1), the nearest
    first: all, or those taken in `before` or `after` the post of that number."""
    wanted = bands(signature)
    query = (
        select(readings.c.post_id, readings.c.signature)
        .where(readings.c.post_id.in_(select(sketches.c.post_id).where(sketches.c.band.in_(wanted))))
        .join(posts, posts.c.id == readings.c.post_id)
        .where(posts.c.withdrawn_at.is_(None))
    )
    query = query.where(posts.c.id < before) if before is not None else query
    query = query.where(posts.c.id > after) if after is not None else query
    shares = ((row.post_id, overlap(signature, tuple(row.signature))) for row in c.execute(query)) if wanted else ()
    return sorted(((post, share) for post, share in shares if share >= COPY), key=lambda each: (-each[1], each[0]))


def _nearby(around: datetime, *, above: int, below: int) -> CompoundSelect[Any]:
    """Select the posts that an index holds, of those between two numbers."""
    span = rules.WINDOW + REACH
    told = select(posts.c.id).where(posts.c.id > above, posts.c.id < below, posts.c.story_id.is_not(None))
    before = told.where(posts.c.published_at.between(around - span, around)).order_by(posts.c.published_at.desc())
    after = told.where(posts.c.published_at > around, posts.c.published_at <= around + span)
    nearest = (before.limit(MOST), after.order_by(posts.c.published_at).limit(MOST))
    return union_all(*(select(each.subquery().c.id) for each in nearest))


_OF_POSTS = posts.join(readings, readings.c.post_id == posts.c.id)
_STANDING = (findings.c.post_id == posts.c.id, ~findings.c.dismissed)
_DEFECTS = select(func.count()).where(*_STANDING).scalar_subquery().label("defects")
_CANDIDATES: Select[Any] = select(
    posts.c.id, posts.c.published_at, posts.c.story_id, posts.c.withdrawn_at, readings.c.characters, _DEFECTS
).select_from(_OF_POSTS)
_TOLD: Select[Any] = select(
    posts.c.id, posts.c.published_at, posts.c.story_id, readings.c.terms, readings.c.headline, readings.c.figures
).select_from(_OF_POSTS)


def _member(row: Row[Any]) -> Member:
    terms = tuple((term, weight) for term, weight in row.terms)
    return Member(row.id, row.published_at, row.headline, terms, frozenset(row.figures))


class StoryStore(StorePart):
    """The part of the Store that knows which posts are about the same thing."""

    def get(self, story_id: int) -> Story:
        """Return a story with its posts, newest first."""
        with self.reading() as c:
            lead = c.scalar(select(stories.c.lead_post_id).where(stories.c.id == story_id))
            query = post_query().where(posts.c.story_id == story_id, posts.c.withdrawn_at.is_(None))
            rows = c.execute(query.order_by(posts.c.published_at.desc(), posts.c.id))
            return Story(lead, tuple(to_post(row) for row in rows))

    def between(self, start: datetime, end: datetime) -> tuple[Story, ...]:
        """Return the posts published from `start` to before `end`, by story, each oldest first. The lead is the
        story's own if it is among them, else the oldest."""
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

    def sizes(self, story_ids: Sequence[int]) -> dict[int, int]:
        """Return how many posts each of these stories has."""
        query = (
            select(posts.c.story_id, func.count())
            .where(posts.c.story_id.in_(story_ids), posts.c.withdrawn_at.is_(None))
            .group_by(posts.c.story_id)
        )
        with self.reading() as c:
            return {row[0]: row[1] for row in c.execute(query)}
