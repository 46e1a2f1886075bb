"""Digests as they were decided: read back, and put into the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.digest import SENTENCES, Digest, Entry, Held, Removed
from bot.posts import Post
from bot.readings import Finding, Reading
from storage import outbox
from storage.rows import load_posts, load_readings
from storage.schedules import to_schedule
from storage.tables import digest_posts, digests, schedules, sources


def load_digest(c: Connection, digest_id: int) -> Digest:
    """A digest that was claimed, with its posts as they are now."""
    columns: list[Any] = [column for column in digests.c if column.name != "id"]
    query: Select[Any] = select(*columns, schedules).join(schedules).where(digests.c.id == digest_id)
    row = c.execute(query).one()
    placed = c.execute(
        select(digest_posts)
        .where(digest_posts.c.digest_id == digest_id)
        .order_by(digest_posts.c.position, digest_posts.c.post_id)
    ).all()
    told = [r for r in placed if r.place in ("lead", "same") and r.removed_by is None]
    shown = [r.post_id for r in placed if r.place in ("lead", "held")]
    found, read = load_posts(c, shown), load_readings(c, shown)
    count, checked = sources_checked(c)
    return Digest(
        schedule=to_schedule(row),
        slot=row.slot,
        entries=tuple(
            entry(found[r.post_id], read[r.post_id], r.others, r.follow_up) for r in told if r.place == "lead"
        ),
        held=tuple(
            Held(found[r.post_id], blocking)
            for r in placed
            if r.place == "held" and (blocking := _blocking(read[r.post_id]))  # mended since: nothing to name
        ),
        left_out=tuple(r.post_id for r in placed if r.place == "left out"),
        covered=tuple(r.post_id for r in told),
        sources=count,
        last_checked=checked,
        until=row.until,
        removed=tuple(Removed(found[r.post_id], r.removed_by) for r in placed if r.place == "lead" and r.removed_by),
        id=digest_id,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        edits=row.edits,
        edited_by=row.edited_by,
    )


def write_messages(c: Connection, now: datetime, digest_id: int, digest: Digest) -> None:
    """Put a digest and its replies into the outbox, in the caller's transaction."""
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


def entry(post: Post, reading: Reading, others: int, follow_up: bool) -> Entry:
    """An entry of a digest: the lead's own words."""
    return Entry(post, reading.summary(SENTENCES), reading.tags, others, follow_up)


def sources_checked(c: Connection) -> tuple[int, datetime | None]:
    """How many sources were read, and when the newest was."""
    row = c.execute(
        select(func.count(sources.c.id), func.max(sources.c.checked_at)).where(sources.c.checked_at.is_not(None))
    )
    count, checked = row.one()
    return int(count), checked


def _blocking(reading: Reading) -> tuple[Finding, ...]:
    return tuple(f for f in reading.findings if f.severity == "block")
