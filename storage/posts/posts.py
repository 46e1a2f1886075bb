"""Posts: read one, read many, take them in, withdraw them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.findings import Finding
from bot.domain.intake import SaveResult, SharedPost
from bot.domain.posts import Draft, Post, news_at
from bot.domain.readings import Paragraph, Reading
from bot.domain.revisions import Change, Revision
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.mapping import (
    load_findings,
    load_paragraphs,
    load_posts,
    load_readings,
    post_query,
    post_values,
    to_post,
)
from storage.posts import cross_checks, findings
from storage.posts.identity import (
    also_at,
    at_path,
    is_same,
    join_addresses,
    known_as,
    may_edit,
)
from storage.posts.intake import _addresses, _follow, _judge_links, _write_reading, replace_reading
from storage.posts.revisions import keep as keep_revision
from storage.posts.stories import StoryIndexCache
from storage.posts.tags import joined_tags
from storage.slack.outbox import shown as note_shown
from storage.tables import (
    addresses,
    posts,
    revisions,
    showings,
    sources,
)


class PostStore(StorePart):
    """The part of the Store that keeps posts."""

    _shelf: StoryIndexCache | None = None

    def get(self, post_id: int) -> tuple[Post, Reading] | None:
        """A post with its reading; None where no post has the number."""
        with self.reading() as c:
            found, read = load_posts(c, [post_id]), load_readings(c, [post_id])
            return (found[post_id], read[post_id]) if post_id in found and post_id in read else None

    def at(self, address: str) -> int | None:
        """The number of the post that answers to an address (as `bot.domain.posts.address` writes it); a withdrawn
        one only if there is no other."""
        query = (
            select(posts.c.id)
            .join(addresses, addresses.c.post_id == posts.c.id)
            .where(addresses.c.address == address)
            .order_by(posts.c.withdrawn_at.is_not(None), posts.c.id)
        )
        with self.reading() as c:
            return c.scalar(query.limit(1))

    def all(self) -> Iterator[tuple[Post, Reading]]:
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

    def revisions(self, post_id: int) -> tuple[Revision, ...]:
        """What each edit of a post changed, the newest first; empty for one that was never edited."""
        query = select(revisions).where(revisions.c.post_id == post_id).order_by(revisions.c.number.desc())
        with self.reading() as c:
            return tuple(
                Revision(row.post_id, row.number, row.at, tuple(Change(*change) for change in row.changes))
                for row in c.execute(query)
            )

    def known(self, source_id: int) -> dict[str, tuple[str, str | None]]:
        """The posts a source has now: path -> (content hash, url)."""
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
        """Take a batch in, whole or not at all. `gone` are paths no longer there: a new path with the words of one of
        them, or nearly, is that post, renamed. `renamed` gives the old path of each new one where the source knows."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            saved, shelf = self._take(c, source_id, batch, gone, renamed)
        self._shelf = shelf
        return saved

    def save_shared(
        self, source_id: int, draft: Draft, reading: Reading, channel: str, ts: str, thread_ts: str | None, user: str
    ) -> SharedPost:
        """Take in a post that `user` brought with a Slack message, and note that the message shows it."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            saved, shelf = self._take(c, source_id, [(draft, reading)])
            number = (saved.new or saved.updated or saved.unchanged)[0]
            if saved.new and user:
                c.execute(update(posts).where(posts.c.id == number).values(shared_by=user))
            if ts:
                serialise(c, Lock.REVIEWS)
                note_shown(c, self.now(), self.notifications, channel, ts, thread_ts, [number])
        self._shelf = shelf
        return SharedPost(number, bool(saved.new), bool(saved.updated))

    def forget_message(self, channel: str, ts: str, address: str) -> int:
        """A message is gone: it shows nothing any more, and posts are withdrawn that its words or files brought, which
        are known by addresses below `address`, and that came no other way. Returns how many."""
        its = addresses.c.address.startswith(f"{address}/", autoescape=True)
        other = addresses.c.address.startswith("slack:") & ~its
        shared = select(posts.c.id).join(sources, sources.c.id == posts.c.source_id)
        shared = shared.where(sources.c.kind.in_(("file", "paste")), posts.c.withdrawn_at.is_(None))
        alone = shared.where(
            posts.c.id.in_(select(addresses.c.post_id).where(its)),
            posts.c.id.not_in(select(addresses.c.post_id).where(other)),
        )
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            now = self.now()
            withdrawn = list(c.scalars(alone))
            c.execute(delete(addresses).where(its))
            c.execute(delete(showings).where(showings.c.channel == channel, showings.c.ts == ts))
            c.execute(update(posts).where(posts.c.id.in_(withdrawn)).values(withdrawn_at=now))
            _follow(c, now, self.notifications, withdrawn=withdrawn)
            return len(withdrawn)

    def finish(self, source_id: int, gone: frozenset[str] = frozenset(), *, whole: bool = True) -> int:
        """A source was read: withdraw what is gone, and where the `whole` of it was read end the first contact. Returns
        how many were withdrawn."""
        with self.writing() as c:
            now = self.now()
            withdrawn: list[int] = []
            for path in gone:
                row = at_path(c, source_id, path)
                if row is not None and row.withdrawn_at is None:
                    c.execute(update(posts).where(posts.c.id == row.id).values(withdrawn_at=now))
                    withdrawn.append(row.id)
            _follow(c, now, self.notifications, withdrawn=withdrawn)
            _judge_links(c, now, self.notifications, source_id)
            if whole:
                c.execute(
                    update(sources)
                    .where(sources.c.id == source_id, sources.c.first_contact_at.is_(None))
                    .values(first_contact_at=now)
                )
            c.execute(update(sources).where(sources.c.id == source_id).values(checked_at=now, succeeded_at=now))
            return len(withdrawn)

    def _take(
        self,
        c: Connection,
        source_id: int,
        batch: Sequence[tuple[Draft, Reading]],
        gone: frozenset[str] = frozenset(),
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[SaveResult, StoryIndexCache]:
        saved = SaveResult()
        shelf, self._shelf = self._shelf or StoryIndexCache(), None
        now = self.now()
        source = c.execute(select(sources).where(sources.c.id == source_id)).one()
        first_contact = source.first_contact_at is None
        joined = joined_tags(c)
        stood: dict[int, tuple[Finding, ...]] = {}
        for draft, reading in batch:
            row = known_as(c, source_id, draft, reading, gone, renamed)
            if row is None:
                values = post_values(draft) | {
                    "source_id": source_id,
                    "first_seen_at": now,
                    "news_at": news_at(draft.published_at, now, first_contact=first_contact),
                    "revision": 1,
                }
                number = add(c, posts, **values)
                fresh = _write_reading(c, number, draft, reading, joined)
                shelf.place(c, number, draft.published_at, reading)
                saved.new.append(number)
                if fresh and not first_contact:
                    findings.arrived(c, now, self.notifications, number, 1, fresh)
            elif row.withdrawn_at is None and (is_same(row, draft) or not may_edit(c, source, row, draft)):
                if row.path is None:
                    join_addresses(c, row.id, draft)
                elif row.source_id != source_id and draft.path and may_edit(c, source, row, draft):
                    c.execute(update(posts).where(posts.c.id == row.id).values(source_id=source_id))
                saved.unchanged.append(row.id)
            else:
                values = post_values(draft) | {"source_id": source_id, "revision": row.revision + 1}
                before = findings.earlier(c, row.id)
                stood[row.id] = load_findings(c, [row.id]).get(row.id, ())
                moved = _addresses(c, [row.id]) ^ draft.addresses
                keep_revision(c, row, draft, now)
                c.execute(update(posts).where(posts.c.id == row.id).values(values))
                fresh = replace_reading(c, row.id, also_at(c, row, draft), reading, joined, before)
                shelf = StoryIndexCache()
                saved.updated.append(row.id)
                if moved or row.withdrawn_at:
                    cross_checks.mark_links_unchecked(c, moved | draft.addresses)
                findings.edited(c, now, row.id, row.revision)
                if fresh and not first_contact:
                    findings.arrived(c, now, self.notifications, row.id, row.revision + 1, fresh)
        if not first_contact:  # a backlog's links are all still to be judged
            cross_checks.mark_links_unchecked(c, _addresses(c, saved.new))
        _follow(c, now, self.notifications, edited=stood)
        return saved, shelf
