"""Schedules, what is due, and the claim that lets one digest out once."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from bot.digest import SENTENCES as DIGEST_SENTENCES
from bot.digest import Digest, Entry, Held, Schedule, compose, window
from bot.readings import Finding, Reading
from storage import outbox
from storage.engine import NEWS, Door, add, serialise
from storage.rows import load_posts, load_readings
from storage.tables import digest_posts, digests, posts, schedules, sources, stories


class Digests(Door):
    """The part of the Store that knows what each channel was told."""

    def put_schedule(self, schedule: Schedule) -> Schedule:
        """Make or change the channel's schedule. When its time moves, only slots from now on count."""
        with self.writing() as c:
            serialise(c, NEWS)
            values = {
                "at": schedule.at.strftime("%H:%M"), "zone": schedule.zone, "limit": schedule.limit,
                "ai_only": schedule.ai_only,
            }  # fmt: skip
            row = c.execute(select(schedules).where(schedules.c.channel == schedule.channel)).first()
            if row is None:
                c.execute(insert(schedules).values(channel=schedule.channel, since=self.now(), **values))
            elif any(row._mapping[k] != v for k, v in values.items()):
                moved = {"since": self.now()} if (row.at, row.zone) != (values["at"], values["zone"]) else {}
                c.execute(update(schedules).where(schedules.c.id == row.id).values(**values, **moved))
            return _schedule(c.execute(select(schedules).where(schedules.c.channel == schedule.channel)).one())

    def schedules(self) -> tuple[tuple[Schedule, datetime], ...]:
        """Every schedule with the time from which on its slots count."""
        with self.reading() as c:
            return tuple((_schedule(row), row.since) for row in c.execute(select(schedules).order_by(schedules.c.id)))

    def preview_digest(self, schedule: Schedule, slot: datetime, *, previous: datetime | None = None) -> Digest:
        """The digest as it would be at `slot`; marks nothing. `previous` is a slot that is taken to have been sent."""
        with self.reading() as c:
            return _compose(c, schedule, slot, previous)

    def claim_digest(self, schedule: Schedule, slot: datetime, *, even_empty: bool = True) -> Digest | None:
        """Claim (schedule, slot), and in the same transaction decide the digest and write its messages to the outbox.

        None where the slot is taken already, or with `even_empty` off where nothing is due: then it stays free.
        """
        with self.writing() as c:
            serialise(c, NEWS)
            newest = c.scalar(select(func.max(digests.c.slot)).where(digests.c.schedule_id == schedule.id))
            if newest is not None and newest >= slot:
                return None
            digest = _compose(c, schedule, slot)
            if not digest.entries and not even_empty:
                return None
            number = add(c, digests, schedule_id=schedule.id, slot=slot, claimed_at=self.now())
            _write_posts(c, number, digest)
            _write_messages(c, self.now(), number, digest)
            return digest

    def is_sent(self, schedule: Schedule, slot: datetime) -> bool:
        """Whether this slot, or a later one, was claimed."""
        with self.reading() as c:
            newest = c.scalar(select(func.max(digests.c.slot)).where(digests.c.schedule_id == schedule.id))
            return newest is not None and newest >= slot

    def digest(self, digest_id: int) -> Digest:
        """A digest that was claimed, as it was decided then."""
        with self.reading() as c:
            row = c.execute(select(digests.c.slot, schedules).join(schedules).where(digests.c.id == digest_id)).one()
            placed = c.execute(
                select(digest_posts).where(digest_posts.c.digest_id == digest_id).order_by(digest_posts.c.position)
            ).all()
            shown = [r.post_id for r in placed if r.place in ("lead", "held")]
            found, read = load_posts(c, shown), load_readings(c, shown)
            entries = tuple(
                Entry(
                    found[r.post_id],
                    read[r.post_id].summary(DIGEST_SENTENCES),
                    read[r.post_id].tags,
                    r.others,
                    r.follow_up,
                )
                for r in placed
                if r.place == "lead"
            )
            held = tuple(
                Held(found[r.post_id], blocking)
                for r in placed
                if r.place == "held" and (blocking := _blocking(read[r.post_id]))  # mended since: nothing to name
            )
            count, checked = _sources(c)
            return Digest(
                schedule=_schedule(row),
                slot=row.slot,
                entries=entries,
                held=held,
                left_out=tuple(r.post_id for r in placed if r.place == "left out"),
                covered=tuple(r.post_id for r in placed if r.place in ("lead", "same")),
                sources=count,
                last_checked=checked,
            )


def _blocking(reading: Reading) -> tuple[Finding, ...]:
    return tuple(f for f in reading.findings if f.severity == "block")


def _compose(c: Connection, schedule: Schedule, slot: datetime, assumed: datetime | None = None) -> Digest:
    mine: Select[Any] = select(digests.c.id).where(digests.c.schedule_id == schedule.id, digests.c.slot < slot)
    sent = c.scalar(select(func.max(digests.c.slot)).where(digests.c.schedule_id == schedule.id, digests.c.slot < slot))
    previous = max((s for s in (sent, assumed) if s is not None), default=None)
    start, end = window(slot, previous)
    placed = c.execute(
        select(digest_posts.c.post_id, digest_posts.c.place).where(digest_posts.c.digest_id.in_(mine))
    ).all()
    held_before = {r.post_id for r in placed if r.place == "held"}
    over = {r.post_id for r in placed if r.place != "held"}
    due = set(
        c.scalars(
            select(posts.c.id).where(posts.c.news_at > start, posts.c.news_at <= end, posts.c.withdrawn_at.is_(None))
        )
    )
    ids = sorted((due | held_before) - over)
    found, read = load_posts(c, ids), load_readings(c, ids)
    groups = {p.story_id for p in found.values() if p.story_id is not None}
    leads = {r.id: r.lead_post_id for r in c.execute(select(stories).where(stories.c.id.in_(groups)))}
    told = set(
        c.scalars(
            select(posts.c.story_id)
            .join(digest_posts, digest_posts.c.post_id == posts.c.id)
            .where(digest_posts.c.digest_id.in_(mine), digest_posts.c.place == "lead", posts.c.story_id.in_(groups))
        )
    )
    count, checked = _sources(c)
    pairs = [(found[i], read[i]) for i in ids if found[i].withdrawn_at is None and i in read]
    return compose(
        schedule, slot, pairs, leads=leads, told=told, held_before=held_before, sources=count, last_checked=checked
    )


def _write_posts(c: Connection, digest_id: int, digest: Digest) -> None:
    leads = {e.post.id: (n, e) for n, e in enumerate(digest.entries, 1)}
    rows: list[dict[str, Any]] = []

    def add(post_id: int, place: str, position: int, others: int = 0, follow_up: bool = False) -> None:
        rows.append(
            {
                "digest_id": digest_id,
                "post_id": post_id,
                "place": place,
                "position": position,
                "others": others,
                "follow_up": follow_up,
            }
        )

    for post_id in digest.covered:
        if post_id in leads:
            position, entry = leads[post_id]
            add(post_id, "lead", position, entry.others, entry.follow_up)
        else:
            add(post_id, "same", 0)
    for position, held in enumerate(digest.held, 1):
        add(held.post.id, "held", position)
    for position, post_id in enumerate(digest.left_out, 1):
        add(post_id, "left out", position)
    if rows:
        c.execute(insert(digest_posts), rows)


def _write_messages(c: Connection, now: datetime, digest_id: int, digest: Digest) -> None:
    parent = f"digest:{digest_id}"
    channel = digest.schedule.channel
    outbox.write(c, now, key=parent, channel=channel, kind="digest", ids={"digest": digest_id})
    replies: Sequence[tuple[str, str, dict[str, int]]] = [
        (f"{parent}:{e.post.id}", "entry", {"digest": digest_id, "post": e.post.id}) for e in digest.entries
    ]
    if digest.held:
        replies = [*replies, (f"{parent}:held", "held", {"digest": digest_id})]
    for key, kind, ids in replies:
        outbox.write(c, now, key=key, parent_key=parent, channel=channel, kind=kind, ids=ids)


def _sources(c: Connection) -> tuple[int, datetime | None]:
    row = c.execute(
        select(func.count(sources.c.id), func.max(sources.c.checked_at)).where(sources.c.checked_at.is_not(None))
    )
    count, checked = row.one()
    return int(count), checked


def _schedule(row: Row[Any]) -> Schedule:
    hour, minute = row.at.split(":")
    values = row._mapping
    return Schedule(row.channel, time(int(hour), int(minute)), row.zone, values["limit"], row.ai_only, values["id"])
