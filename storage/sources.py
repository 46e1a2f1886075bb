"""Sources: who is to be looked at now, how they are doing, what they were last seen to hold."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, or_, select, update

from bot.domain.outbox_messages import BacklogRegistered, EntriesRejected, SourceStateChanged
from bot.domain.sources import (
    LEASE,
    Kind,
    Poll,
    RejectedEntry,
    Source,
    SourceState,
)
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.slack import outbox
from storage.tables import entries, posts, sources

_LOOKED_AT = ("active", "failing")
_PLACE = 600
_FIELDS = [c.name for c in sources.c if c.name not in ("host", "every")]


class SourceStore(StorePart):
    """The part of the Store that manages sources and lets clocks share the looking."""

    def all(self) -> tuple[Source, ...]:
        """Every source that was not removed, in the order of numbers, with its counts."""
        with self.reading() as c:
            return _load(c, sources.c.state != "removed")

    def get(self, number: int) -> Source | None:
        """One source, removed ones too; None where there is no such number."""
        with self.reading() as c:
            return next(iter(_load(c, sources.c.id == number)), None)

    def names(self) -> dict[int, str]:
        """The name of every source by its number: what a schedule may choose from."""
        query = select(sources.c.id, sources.c.name).order_by(sources.c.id)
        with self.reading() as c:
            return {row.id: row.name for row in c.execute(query)}

    def ensure(self, kind: str, location: str, name: str) -> int:
        """The number of a source, which is made where it is not known yet."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            known = c.scalar(select(sources.c.id).where(sources.c.kind == kind, sources.c.location == location))
            if known is not None:
                return int(known)
            return add(c, sources, kind=kind, location=location, name=name)

    def add(
        self, kind: Kind, location: str, name: str, *, host: str | None, every: timedelta, by: str
    ) -> tuple[Source, bool]:
        """Let the clock look at a source from now on. Returns it, and False where that was so before.

        One that was removed begins anew: what came meanwhile is its backlog.
        """
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            wanted = {"state": "active", "every": int(every.total_seconds()), "host": host, "next_poll_at": self.now()}
            row = c.execute(select(sources).where(sources.c.kind == kind, sources.c.location == location)).first()
            if row is None:
                number = add(c, sources, kind=kind, location=location, name=name, added_by=by, **wanted)
                return _one(c, number), True
            if row.state == "removed":
                wanted |= {"first_contact_at": None, "etag": "", "modified": "", "failures": 0, "error": ""}
                wanted |= {"added_by": by}
            elif row.next_poll_at is not None or row.state == "paused":
                return _one(c, row.id), False
            c.execute(update(sources).where(sources.c.id == row.id).values(wanted))
            return _one(c, row.id), True

    def set_state(self, number: int, state: SourceState, every: timedelta) -> Source | None:
        """Pause, resume or remove a source; its posts stay. None where there is no such source."""
        values: dict[str, Any] = {"state": state}
        if state == "active":
            values |= {"next_poll_at": self.now(), "failures": 0, "error": "", "every": int(every.total_seconds())}
        with self.writing() as c:
            here = (sources.c.id == number, sources.c.state != "removed")
            if c.execute(update(sources).where(*here).values(values)).rowcount == 0:
                return None
            if state == "removed":
                c.execute(delete(entries).where(entries.c.source_id == number))
            return _one(c, number)

    def request_poll(self, number: int, gap: timedelta) -> bool:
        """Let a source be looked at as soon as a clock is free, but not within `gap` of the last look; False where the
        clock does not look at it."""
        looked_at = (sources.c.state.in_(_LOOKED_AT), sources.c.next_poll_at.is_not(None))
        with self.writing() as c:
            now = self.now()
            row = c.execute(select(sources.c.checked_at).where(sources.c.id == number, *looked_at)).first()
            if row is None:
                return False
            soon = max(now, row.checked_at + gap) if row.checked_at else now
            c.execute(update(sources).where(sources.c.id == number).values(next_poll_at=soon))
            return True

    def claim_due(self, gap: timedelta, number: int | None = None) -> Source | None:
        """Claim the source that has been due for longest, or the one that somebody asks for; None where there is none,
        or another clock is at it.

        No two sources of one host are claimed at once, nor within `gap` of each other.
        """
        with self.writing() as c:
            serialise(c, Lock.POLLS)
            now = self.now()
            free = or_(sources.c.claimed_until.is_(None), sources.c.claimed_until <= now)
            if number is not None:
                wanted = [sources.c.id == number, sources.c.state != "removed"]
            else:
                beside = sources.alias()
                busy = select(beside.c.id).where(
                    beside.c.host == sources.c.host,
                    beside.c.id != sources.c.id,
                    or_(beside.c.claimed_until > now, beside.c.checked_at > now - gap),
                )
                wanted = [sources.c.next_poll_at <= now, sources.c.state.in_(_LOOKED_AT), ~busy.exists()]
            first = select(sources.c.id).where(free, *wanted).order_by(sources.c.next_poll_at, sources.c.id).limit(1)
            found = c.scalar(first.with_for_update(skip_locked=True))
            if found is None:
                return None
            c.execute(update(sources).where(sources.c.id == found).values(claimed_until=now + LEASE))
            return _one(c, found)

    def renew_lease(self, source: Source) -> Source | None:
        """Ask for more time; None where another clock has taken the source over meanwhile."""
        until = self.now() + LEASE
        with self.writing() as c:
            mine = (sources.c.id == source.id, sources.c.claimed_until == source.claimed_until)
            held = c.execute(update(sources).where(*mine).values(claimed_until=until)).rowcount
        return replace(source, claimed_until=until) if held else None

    def record_poll(
        self,
        source: Source,
        poll: Poll,
        after: tuple[SourceState, int],
        next_poll_at: datetime | None,
        *,
        tell: Collection[str] = (),
        admins: str = "",
    ) -> bool:
        """Note how a look went and give the claim back; False where another clock has taken the source over.

        `tell` hear that the backlog is registered, the channel `admins` of a change of state, both through the outbox.
        A pause, a removal or a wish for another look that came meanwhile stands.
        """
        state, failures = after
        with self.writing() as c:
            row = c.execute(select(sources).where(sources.c.id == source.id).with_for_update()).one()
            if row.claimed_until != source.claimed_until:
                return False
            now = self.now()
            values = _noted(row, poll, now) | {"failures": failures, "claimed_until": None}
            if row.state in (*_LOOKED_AT, "gone"):
                values["state"] = state
            if row.next_poll_at == source.next_poll_at:
                values["next_poll_at"] = next_poll_at
            if poll.moved_to and not _taken(c, row.kind, poll.moved_to):
                values["location"] = poll.moved_to
            if poll.new:
                newest = select(func.max(posts.c.news_at)).where(posts.c.source_id == source.id)
                values["last_post_at"] = c.scalar(newest)
            c.execute(update(sources).where(sources.c.id == source.id).values(values))
            if poll.retry_after and row.host:
                _leave_alone(c, row.host, now + timedelta(seconds=poll.retry_after))
            if admins and state != row.state and "state" in values:
                changed = SourceStateChanged(source.id, state, row.state, poll.error)
                outbox.add(c, now, changed.to(admins, now))
            aside = select(func.count()).where(entries.c.source_id == source.id, entries.c.reason != "")
            if admins and (c.scalar(aside) or 0) > source.aside:
                outbox.add(c, now, EntriesRejected(source.id).to(admins, now))
            if source.first_contact_at is None and row.first_contact_at is not None:
                held = c.scalar(select(func.count()).where(posts.c.source_id == source.id)) or 0
                for channel in tell:
                    outbox.add(c, now, BacklogRegistered(source.id, held).to(channel, now))
            return True

    # ---- what a source was last seen to hold
    def entries(self, source_id: int) -> dict[str, tuple[str, str]]:
        """What a source holds by place: the content hash it was last delivered with, and why it is set aside."""
        query = select(entries).where(entries.c.source_id == source_id)
        with self.reading() as c:
            return {row.place: (row.content_hash, row.reason) for row in c.execute(query)}

    def record_entries(self, source_id: int, noted: Sequence[tuple[str, str, str]], gone: Collection[str] = ()) -> None:
        """Note entries as they were delivered and forget the `gone`. Of each its place, its content hash, and why it is
        set aside, empty where it was taken in."""
        rows = {place_of(p): {"content_hash": h, "reason": r} for p, h, r in noted}
        with self.writing() as c:
            of_source = delete(entries).where(entries.c.source_id == source_id)
            stale = [place_of(p) for p in gone] + list(rows)
            for start in range(0, len(stale), 500):
                c.execute(of_source.where(entries.c.place.in_(stale[start : start + 500])))
            if rows:
                at = {"source_id": source_id, "at": self.now()}
                c.execute(insert(entries), [{"place": place, **values, **at} for place, values in rows.items()])

    def rejected(self, source_id: int | None = None) -> tuple[RejectedEntry, ...]:
        """The posts that are set aside, the newest first."""
        query = select(entries).join(sources).where(entries.c.reason != "", sources.c.state != "removed")
        if source_id is not None:
            query = query.where(entries.c.source_id == source_id)
        with self.reading() as c:
            rows = c.execute(query.order_by(entries.c.at.desc(), entries.c.place))
            return tuple(RejectedEntry(row.source_id, row.place, row.reason, row.at) for row in rows)

    def retry_rejected(self, source_id: int) -> int:
        """Let what a source has set aside be tried once more at its next look; how many there were."""
        with self.writing() as c:
            aside = (entries.c.source_id == source_id, entries.c.reason != "")
            tried = c.execute(delete(entries).where(*aside)).rowcount
            c.execute(update(sources).where(sources.c.id == source_id).values(etag="", modified=""))
            return tried


def place_of(place: str) -> str:
    """A place as an index can hold it: one that is too long keeps its beginning and a mark of the rest."""
    if len(place) <= _PLACE:
        return place
    return f"{place[: _PLACE - 17]}~{hashlib.sha256(place.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _load(c: Connection, condition: Any) -> tuple[Source, ...]:
    held = select(func.count()).where(posts.c.source_id == sources.c.id, posts.c.withdrawn_at.is_(None))
    aside = select(func.count()).where(entries.c.source_id == sources.c.id, entries.c.reason != "")
    counts = (held.scalar_subquery().label("posts"), aside.scalar_subquery().label("aside"))
    rows = c.execute(select(sources, *counts).where(condition).order_by(sources.c.id))
    return tuple(_source(row) for row in rows)


def _one(c: Connection, number: int) -> Source:
    (source,) = _load(c, sources.c.id == number)
    return source


def _source(row: Row[Any]) -> Source:
    known = {name: row._mapping[name] for name in _FIELDS}
    return Source(**known, every=timedelta(seconds=row.every), posts=row.posts, aside=row.aside)


def _noted(row: Row[Any], poll: Poll, now: datetime) -> dict[str, Any]:
    if poll.error:
        return {"checked_at": now, "error": poll.error}
    known = {"etag": poll.etag, "modified": poll.modified, "name": poll.name or row.name}
    return {"checked_at": now, "succeeded_at": now, "error": "", **known}


def _taken(c: Connection, kind: str, location: str) -> bool:
    there = select(sources.c.id).where(sources.c.kind == kind, sources.c.location == location)
    return c.scalar(there) is not None


def _leave_alone(c: Connection, host: str, until: datetime) -> None:
    later = case((sources.c.next_poll_at < until, until), else_=sources.c.next_poll_at)
    waiting = (sources.c.host == host, sources.c.next_poll_at.is_not(None), sources.c.claimed_until.is_(None))
    c.execute(update(sources).where(*waiting).values(next_poll_at=later))
