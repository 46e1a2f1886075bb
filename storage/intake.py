"""Taking posts in: what is new, what changed, what is gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.desk.store import Saved, Taken, Watch
from bot.japanese.tags import fold
from bot.posts import Draft, news_at
from bot.readings import Finding, Reading
from storage import findings, others, outbox, reviews, revisions, search
from storage.corrections import corrected
from storage.engine import NEWS, REVIEWS, Door, add, serialise
from storage.identity import also_at, at_path, fits, is_same, join_addresses, known_as, may_edit
from storage.rows import load_findings, post_values, reading_values
from storage.stories import Shelf, choose_lead, keep_sketch
from storage.tables import addresses, post_tags, posts, readings, showings, sketches, sources
from storage.tables import findings as findings_table
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
        self,
        source_id: int,
        batch: Sequence[tuple[Draft, Reading]],
        *,
        gone: frozenset[str] = frozenset(),
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> Saved:
        """Take a batch in, whole or not at all. `gone` are paths no longer there: a new path with the words of one of
        them, or nearly, is that post, renamed. `renamed` gives the old path of each new one where the source knows."""
        with self.writing() as c:
            serialise(c, NEWS)
            saved, shelf = self._take(c, source_id, batch, gone, renamed)
        self._shelf = shelf
        return saved

    def save_shared(
        self, source_id: int, draft: Draft, reading: Reading, channel: str, ts: str, thread_ts: str | None, user: str
    ) -> Taken:
        """Take in a post that `user` brought with a Slack message, and note that the message shows it."""
        with self.writing() as c:
            serialise(c, NEWS)
            saved, shelf = self._take(c, source_id, [(draft, reading)])
            number = (saved.new or saved.updated or saved.unchanged)[0]
            if saved.new and user:
                c.execute(update(posts).where(posts.c.id == number).values(shared_by=user))
            if ts:
                serialise(c, REVIEWS)
                outbox.shown(c, self.now(), self.watch, channel, ts, thread_ts, [number])
        self._shelf = shelf
        return Taken(number, bool(saved.new), bool(saved.updated))

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
            serialise(c, NEWS)
            now = self.now()
            withdrawn = list(c.scalars(alone))
            c.execute(delete(addresses).where(its))
            c.execute(delete(showings).where(showings.c.channel == channel, showings.c.ts == ts))
            c.execute(update(posts).where(posts.c.id.in_(withdrawn)).values(withdrawn_at=now))
            _follow(c, now, self.watch, withdrawn=withdrawn)
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
            _follow(c, now, self.watch, withdrawn=withdrawn)
            _judge_links(c, now, self.watch, source_id)
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
    ) -> tuple[Saved, Shelf]:
        saved = Saved()
        shelf, self._shelf = self._shelf or Shelf(), None
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
                    findings.arrived(c, now, self.watch, number, 1, fresh)
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
                revisions.keep(c, row, draft, now)
                c.execute(update(posts).where(posts.c.id == row.id).values(values))
                fresh = replace_reading(c, row.id, also_at(c, row, draft), reading, joined, before)
                shelf = Shelf()
                saved.updated.append(row.id)
                if moved or row.withdrawn_at:
                    others.unjudge(c, moved | draft.addresses)
                findings.edited(c, now, row.id, row.revision)
                if fresh and not first_contact:
                    findings.arrived(c, now, self.watch, row.id, row.revision + 1, fresh)
        if not first_contact:  # a backlog's links are all still to be judged
            others.unjudge(c, _addresses(c, saved.new))
        _follow(c, now, self.watch, edited=stood)
        return saved, shelf


def _follow(
    c: Connection,
    now: datetime,
    watch: Watch,
    *,
    edited: Mapping[int, tuple[Finding, ...]] = MappingProxyType({}),
    withdrawn: Sequence[int] = (),
) -> None:
    """What else changes with posts that have a new revision or are gone: once a batch, in the storing transaction.
    `edited` has the findings that stood before."""
    for post_id in withdrawn:
        search.forget(c, post_id)
        choose_lead(c, post_id)
        _compare_newer(c, post_id, others.held(c, post_id), others.Held())
    others.unjudge(c, _addresses(c, withdrawn))
    if edited or withdrawn:
        reviews.follow(c, now, watch, before=edited, withdrawn=withdrawn)
        corrected(c, now, [*edited, *withdrawn])


def _judge_links(c: Connection, now: datetime, watch: Watch, source_id: int) -> None:
    """All of a delivery is in: where its links lead can be known now."""
    quiet = c.scalar(select(sources.c.first_contact_at).where(sources.c.id == source_id)) is None
    for number, found in others.judged(c, (posts.c.source_id == source_id) & posts.c.withdrawn_at.is_(None)):
        fresh = findings.replace(c, number, others.LINKS, found)
        if fresh and not quiet:
            revision = c.scalar(select(posts.c.revision).where(posts.c.id == number)) or 1
            findings.arrived(c, now, watch, number, revision, fresh)


def replace_reading(
    c: Connection,
    post_id: int,
    draft: Draft,
    reading: Reading,
    joined: Mapping[str, str],
    before: findings.Earlier,
) -> tuple[Finding, ...]:
    """Write a post's reading in place of the old one, choose the lead of its story anew, and compare what came after it
    again. Of what is found, what stands and is new or worse than `before`."""
    was = others.held(c, post_id)
    for table in (readings, post_tags, findings_table, addresses, sketches):
        c.execute(delete(table).where(table.c.post_id == post_id))
    others.forget(c, post_id)
    search.forget(c, post_id)
    fresh = _write_reading(c, post_id, draft, reading, joined, before)
    choose_lead(c, post_id)
    _compare_newer(c, post_id, was, others.Held(reading.signature, reading.claims))
    return fresh


def _compare_newer(c: Connection, post_id: int, was: others.Held, now: others.Held) -> None:
    for number in others.newer(c, post_id, was, now):
        findings.replace(c, number, others.EARLIER, others.compared_again(c, number))


def _addresses(c: Connection, ids: Sequence[int]) -> set[str]:
    """Where these posts stand."""
    return set(c.scalars(select(addresses.c.address).where(addresses.c.post_id.in_(ids)))) if ids else set()


def _write_reading(
    c: Connection,
    post_id: int,
    draft: Draft,
    reading: Reading,
    joined: Mapping[str, str],
    before: findings.Earlier | None = None,
) -> tuple[Finding, ...]:
    # `joined` has the tags that the desk's own aliases mean
    c.execute(insert(readings), {"post_id": post_id, **reading_values(reading)})
    tags: Mapping[str, dict[str, Any]] = {
        joined.get(key, key): {"name": t.name, "origin": t.origin, "score": t.score, "in_text": t.in_text}
        for t in reversed(reading.tags)
        if (key := fold(t.name))
    }
    if tags:
        c.execute(insert(post_tags), [{"post_id": post_id, "key": key, **values} for key, values in tags.items()])
    if kept := sorted(a for a in draft.addresses if fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in kept])
    keep_sketch(c, post_id, reading.signature)
    search.index_new(c, [(post_id, reading.search)])
    others.keep(c, post_id, draft, reading)
    found = (*reading.findings, *others.compared(c, post_id, draft, reading))
    if before:  # what a link was known to be, until it is judged again
        at = {link.quote for link in reading.links}
        found += tuple(f for f in before.findings if f.rule in others.LINKS and f.quote in at)
    return findings.write(c, post_id, found, before)
