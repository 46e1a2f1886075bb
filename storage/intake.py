"""Taking posts in: who is who, what is new, what changed, what is gone."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.desk.store import Saved
from bot.japanese.tags import fold
from bot.posts import Draft, news_at
from bot.readings import Reading
from storage import revisions, search
from storage.engine import NEWS, Door, add, serialise
from storage.rows import finding_values, post_values, reading_values
from storage.seen import once, show
from storage.stories import Shelf, choose_lead, keep_sketch
from storage.tables import addresses, findings, post_tags, posts, readings, sketches, sources
from storage.tags import joined_tags


class Intake(Door):
    """The part of the Store that takes posts in."""

    _shelf: Shelf | None = None

    def source(self, kind: str, location: str, name: str) -> int:
        """The number of a source, which is made where it is not known yet."""
        with self.writing() as c:
            serialise(c, NEWS)
            known = c.scalar(select(sources.c.id).where(sources.c.kind == kind, sources.c.location == location))
            if known is not None:
                return int(known)
            return add(c, sources, kind=kind, location=location, name=name)

    def known(self, source_id: int) -> dict[str, tuple[str, str | None]]:
        """The posts a source has now: path -> (content hash, url)."""
        query = select(posts.c.path, posts.c.content_hash, posts.c.url).where(
            posts.c.source_id == source_id, posts.c.withdrawn_at.is_(None), posts.c.path.is_not(None)
        )
        with self.reading() as c:
            return {row.path: (row.content_hash, row.url) for row in c.execute(query)}

    def save(
        self, source_id: int, batch: Sequence[tuple[Draft, Reading]], *, gone: frozenset[str] = frozenset()
    ) -> Saved:
        """Take a batch in, whole or not at all. `gone` are paths no longer there: a new path with the content of one
        of them is that post, renamed."""
        with self.writing() as c:
            serialise(c, NEWS)
            saved, shelf = self._take(c, source_id, batch, gone)
        self._shelf = shelf
        return saved

    def save_shared(
        self,
        source_id: int,
        draft: Draft,
        reading: Reading,
        *,
        channel: str,
        ts: str,
        thread_ts: str | None,
        event_id: str,
    ) -> tuple[int, bool] | None:
        """Take in a post that a Slack message brought, and note that the message shows it.

        Returns its number and whether it is new; None where this event was dealt with before.
        """
        with self.writing() as c:
            serialise(c, NEWS)
            if not once(c, event_id, self.now()):
                return None
            saved, shelf = self._take(c, source_id, [(draft, reading)], frozenset())
            number = (saved.new or saved.updated or saved.unchanged)[0]
            if ts:
                show(c, channel, ts, thread_ts, [number])
        self._shelf = shelf
        return number, bool(saved.new)

    def finish(self, source_id: int, gone: frozenset[str] = frozenset(), *, whole: bool = True) -> int:
        """A source was read: withdraw what is gone, and where the `whole` of it was read end the first contact. Returns
        how many were withdrawn."""
        with self.writing() as c:
            now = self.now()
            withdrawn: list[int] = []
            for path in gone:
                row = _at_path(c, source_id, path)
                if row is not None and row.withdrawn_at is None:
                    c.execute(update(posts).where(posts.c.id == row.id).values(withdrawn_at=now))
                    withdrawn.append(row.id)
            _follow(c, now, withdrawn=withdrawn)
            if whole:
                c.execute(
                    update(sources)
                    .where(sources.c.id == source_id, sources.c.first_contact_at.is_(None))
                    .values(first_contact_at=now)
                )
            c.execute(update(sources).where(sources.c.id == source_id).values(checked_at=now))
            return len(withdrawn)

    def _take(
        self, c: Connection, source_id: int, batch: Sequence[tuple[Draft, Reading]], gone: frozenset[str]
    ) -> tuple[Saved, Shelf]:
        saved = Saved()
        shelf, self._shelf = self._shelf or Shelf(), None
        now = self.now()
        first_contact = c.scalar(select(sources.c.first_contact_at).where(sources.c.id == source_id)) is None
        joined = joined_tags(c)
        for draft, reading in batch:
            row = _known(c, source_id, draft, gone)
            if row is None:
                values = post_values(draft) | {
                    "source_id": source_id,
                    "first_seen_at": now,
                    "news_at": news_at(draft.published_at, now, first_contact=first_contact),
                    "revision": 1,
                }
                number = add(c, posts, **values)
                _write_reading(c, number, draft, reading, joined)
                shelf.place(c, number, draft.published_at, reading)
                saved.new.append(number)
            elif row.path is not None and draft.path is None and not row.withdrawn_at:
                saved.unchanged.append(row.id)  # a link or a copy of what a folder keeps: the folder's is the post
            elif (row.path, row.content_hash, row.url) == (
                draft.path,
                draft.content_hash,
                draft.url,
            ) and not row.withdrawn_at:
                saved.unchanged.append(row.id)
            else:
                values = post_values(draft) | {"source_id": source_id, "revision": row.revision + 1}
                revisions.keep(c, row, draft, now)
                c.execute(update(posts).where(posts.c.id == row.id).values(values))
                replace_reading(c, row.id, draft, reading, joined)
                shelf = Shelf()
                saved.updated.append(row.id)
        _follow(c, now, edited=saved.updated)
        return saved, shelf


def _follow(c: Connection, now: datetime, *, edited: Sequence[int] = (), withdrawn: Sequence[int] = ()) -> None:
    """What else changes with posts that have a new revision or are gone: once a batch, in the storing transaction."""
    for post_id in withdrawn:
        search.forget(c, post_id)
        choose_lead(c, post_id)


def _known(c: Connection, source_id: int, draft: Draft, gone: frozenset[str]) -> Any:
    """The stored post that a draft is. In a folder a post is its path; elsewhere its address or its very words."""
    if draft.path is not None:
        row = _at_path(c, source_id, draft.path)
        if row is None and gone:
            renamed = _select().where(
                posts.c.source_id == source_id, posts.c.path.in_(gone), posts.c.content_hash == draft.content_hash
            )
            row = c.execute(renamed.order_by(posts.c.id)).first()
        if row is not None:
            return row
    found = _select().join(addresses, addresses.c.post_id == posts.c.id).where(addresses.c.address.in_(draft.addresses))
    same = _select().where(posts.c.content_hash == draft.content_hash)
    if draft.path is not None:  # only a post that came another way may be joined: two files are two posts
        found, same = found.where(posts.c.path.is_(None)), same.where(posts.c.path.is_(None))
    in_order = (posts.c.withdrawn_at.is_not(None), posts.c.id)  # a withdrawn one only where there is no other
    return c.execute(found.order_by(*in_order)).first() or c.execute(same.order_by(*in_order)).first()


def _select() -> Any:
    return select(
        posts.c.id, posts.c.path, posts.c.content_hash, posts.c.url, posts.c.revision, posts.c.raw, posts.c.withdrawn_at
    )


def _at_path(c: Connection, source_id: int, path: str) -> Any:
    path = unicodedata.normalize("NFC", path)
    return c.execute(_select().where(posts.c.source_id == source_id, posts.c.path == path)).first()


def _fits(address: str) -> bool:
    """Whether an index can hold an address: PostgreSQL's take at most some 2,700 bytes."""
    return len(address.encode()) <= 2_000


def replace_reading(c: Connection, post_id: int, draft: Draft, reading: Reading, joined: Mapping[str, str]) -> None:
    """Write a post's reading in place of the old one, and choose the lead of its story anew."""
    for table in (readings, post_tags, findings, addresses, sketches):
        c.execute(delete(table).where(table.c.post_id == post_id))
    search.forget(c, post_id)
    _write_reading(c, post_id, draft, reading, joined)
    choose_lead(c, post_id)


def _write_reading(c: Connection, post_id: int, draft: Draft, reading: Reading, joined: Mapping[str, str]) -> None:
    # `joined` has the tags that the desk's own aliases mean
    c.execute(insert(readings), {"post_id": post_id, **reading_values(reading)})
    tags: Mapping[str, dict[str, Any]] = {
        joined.get(key, key): {"name": t.name, "origin": t.origin, "score": t.score, "in_text": t.in_text}
        for t in reversed(reading.tags)
        if (key := fold(t.name))
    }
    if tags:
        c.execute(insert(post_tags), [{"post_id": post_id, "key": key, **values} for key, values in tags.items()])
    if reading.findings:
        c.execute(insert(findings), [{"post_id": post_id, **finding_values(f)} for f in reading.findings])
    if kept := sorted(a for a in draft.addresses if _fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in kept])
    keep_sketch(c, post_id, reading.signature)
    search.index_new(c, [(post_id, reading.search)])
