"""Posts: read one, read many, store deliveries, withdraw."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update

from bot.domain.intake import SaveResult, SharedPost
from bot.domain.posts import Draft, Post
from bot.domain.readings import Paragraph, Reading
from bot.domain.revisions import Change, Revision
from bot.domain.summaries import SummaryFacts
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.mapping import load_paragraphs, load_posts, load_readings, post_query, to_post
from storage.posts.identity import at_path
from storage.posts.intake import Delivery, check_links, withdraw
from storage.posts.stories import StoryIndexCache
from storage.reviews.reviews import review_of
from storage.slack.outbox import shown as note_shown
from storage.tables import addresses, posts, revisions, showings, sources


class PostStore(StorePart):
    """The part of the Store that keeps posts."""

    _story_index: StoryIndexCache | None = None

    def get(self, post_id: int) -> tuple[Post, Reading] | None:
        """Return a post with its reading; None if no post has the number."""
        with self.reading() as c:
            found, read = load_posts(c, [post_id]), load_readings(c, [post_id])
            return (found[post_id], read[post_id]) if post_id in found and post_id in read else None

    def summary_facts(self, post_id: int) -> SummaryFacts | None:
        """Return what a summary of a post shows; None if no post has the number."""
        with self.reading() as c:
            found, read = load_posts(c, [post_id]).get(post_id), load_readings(c, [post_id]).get(post_id)
            if found is None or read is None:
                return None
            story = (posts.c.story_id == found.story_id, posts.c.withdrawn_at.is_(None), posts.c.id != post_id)
            alike = c.scalar(select(func.count()).select_from(posts).where(*story)) if found.story_id else 0
            text = () if read.ranked else load_paragraphs(c, [post_id]).get(post_id, ())
            return SummaryFacts(found, read, alike or 0, review_of(c, post_id), text[0].text if text else "")

    def at(self, address: str) -> int | None:
        """Return the number of the post at an address (as `bot.domain.posts.address` writes it), a withdrawn one only
        if there is no other; None if there is none."""
        query = (
            select(posts.c.id)
            .join(addresses, addresses.c.post_id == posts.c.id)
            .where(addresses.c.address == address)
            .order_by(posts.c.withdrawn_at.is_not(None), posts.c.id)
        )
        with self.reading() as c:
            return c.scalar(query.limit(1))

    def all(self) -> Iterator[tuple[Post, Reading]]:
        """Yield every post that is not withdrawn with its reading, by number."""
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
        """Return how many posts were news from `start` to before `end`, and one page of them with their readings, the
        newest first."""
        wanted = (posts.c.news_at >= start, posts.c.news_at < end, posts.c.withdrawn_at.is_(None))
        page = post_query().where(*wanted).order_by(posts.c.news_at.desc(), posts.c.id.desc())
        with self.reading() as c:
            total = c.scalar(select(func.count()).select_from(posts).where(*wanted)) or 0
            found = [to_post(row) for row in c.execute(page.limit(limit).offset(offset))]
            read = load_readings(c, [p.id for p in found])
            return total, tuple((p, read[p.id]) for p in found if p.id in read)

    def paragraphs(self, post_ids: Sequence[int]) -> dict[int, tuple[Paragraph, ...]]:
        """Return the cleaned text of posts."""
        with self.reading() as c:
            return load_paragraphs(c, post_ids)

    def revisions(self, post_id: int) -> tuple[Revision, ...]:
        """Return what each edit of a post changed, the newest first; empty if it was never edited."""
        query = select(revisions).where(revisions.c.post_id == post_id).order_by(revisions.c.number.desc())
        with self.reading() as c:
            return tuple(
                Revision(row.post_id, row.number, row.at, tuple(Change(*change) for change in row.changes))
                for row in c.execute(query)
            )

    def known(self, source_id: int) -> dict[str, tuple[str, str | None]]:
        """Return the posts that a source has now: path -> (content hash, url)."""
        query = select(posts.c.path, posts.c.content_hash, posts.c.url).where(
            posts.c.source_id == source_id, posts.c.withdrawn_at.is_(None), posts.c.path.is_not(None)
        )
        with self.reading() as c:
            return {row.path: (row.content_hash, row.url) for row in c.execute(query)}

    def save(
        self,
        source_id: int,
        batch: Sequence[tuple[Draft, Reading]],
        *,
        gone: frozenset[str] = frozenset(),
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> SaveResult:
        """Store a batch in one transaction. `gone` are paths that are no longer there: a new path with the same text as
        one of them, or nearly the same, is that post, renamed. `renamed` maps new paths to old ones if the source knows
        them."""
        with self._delivery(source_id) as (_, delivery):
            return delivery.store(batch, gone, renamed)

    def save_shared(
        self, source_id: int, draft: Draft, reading: Reading, channel: str, ts: str, thread_ts: str | None, user: str
    ) -> SharedPost:
        """Store a post that `user` shared in a Slack message, and record that the message shows it."""
        with self._delivery(source_id) as (c, delivery):
            saved = delivery.store([(draft, reading)])
            number = (saved.new or saved.updated or saved.unchanged)[0]
            if saved.new and user:
                c.execute(update(posts).where(posts.c.id == number).values(shared_by=user))
            if ts:
                serialise(c, Lock.REVIEWS)
                note_shown(c, self.now(), self.notifications, channel, ts, thread_ts, [number])
            return SharedPost(number, bool(saved.new), bool(saved.updated))

    @contextmanager
    def _delivery(self, source_id: int) -> Iterator[tuple[Connection, Delivery]]:
        """One transaction that stores a delivery. Only if it commits is its story index kept for the next one."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            story_index, self._story_index = self._story_index or StoryIndexCache(), None
            delivery = Delivery(c, self.now(), self.notifications, self.rules, source_id, story_index)
            yield c, delivery
        self._story_index = delivery.story_index

    def forget_message(self, channel: str, ts: str, address: str) -> int:
        """Forget what a deleted message showed, and withdraw the posts that only its text or its files brought: those
        known by addresses below `address`. Return how many were withdrawn."""
        its = addresses.c.address.startswith(f"{address}/", autoescape=True)
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            alone = list(c.scalars(_brought_only_by(its)))
            c.execute(delete(addresses).where(its))
            c.execute(delete(showings).where(showings.c.channel == channel, showings.c.ts == ts))
            withdraw(c, self.now(), self.notifications, self.rules, alone)
            return len(alone)

    def finish(self, source_id: int, gone: frozenset[str] = frozenset(), *, whole: bool = True) -> int:
        """Finish reading a source: withdraw the posts at the paths `gone`, check links, and if the `whole` source was
        read, end its first contact. Return how many posts were withdrawn."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)  # or a link to a post that is stored meanwhile would be found dead and stay so
            now = self.now()
            rows = [row for path in gone if (row := at_path(c, source_id, path)) is not None]
            withdrawn = sorted({row.id for row in rows if row.withdrawn_at is None})
            withdraw(c, now, self.notifications, self.rules, withdrawn)
            check_links(c, now, self.notifications, self.rules, source_id)
            source = update(sources).where(sources.c.id == source_id)
            if whole:
                c.execute(source.where(sources.c.first_contact_at.is_(None)).values(first_contact_at=now))
            c.execute(source.values(checked_at=now, succeeded_at=now))
            return len(withdrawn)


def _brought_only_by(its: ColumnElement[bool]) -> Select[Any]:
    """Select the shared posts that have one of these addresses and none of another Slack message."""
    other = addresses.c.address.startswith("slack:") & ~its
    return (
        select(posts.c.id)
        .join(sources, sources.c.id == posts.c.source_id)
        .where(
            sources.c.kind.in_(("file", "paste")),
            posts.c.withdrawn_at.is_(None),
            posts.c.id.in_(select(addresses.c.post_id).where(its)),
            posts.c.id.not_in(select(addresses.c.post_id).where(other)),
        )
    )
