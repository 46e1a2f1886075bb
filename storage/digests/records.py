"""Digests as they were decided: read back, and put into the outbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from bot.domain.digests import (
    SENTENCES,
    Digest,
    Entry,
    HeldPost,
    Removed,
    ReviewMark,
)
from bot.domain.digests.digest_messages import digest_messages
from bot.domain.findings import Finding
from bot.domain.posts import Post
from bot.domain.readings import Reading, Sentence
from storage.digests.schedules import to_schedule
from storage.mapping import load_posts, load_readings
from storage.slack import outbox
from storage.tables import (
    digest_posts,
    digests,
    reviews,
    schedules,
    sources,
    stories,
)


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
    spoken_for = [r for r in placed if r.place in ("lead", "same") and r.removed_by is None]
    shown = [r.post_id for r in placed if r.place in ("lead", "held")]
    found, read = load_posts(c, shown), load_readings(c, shown)
    leads = [r for r in spoken_for if r.place == "lead"]
    under_review = marks(c, [r.post_id for r in leads], since=row.claimed_at)
    successors = _successors(c, [found[r.post_id] for r in leads])
    return Digest(
        schedule=to_schedule(row),
        slot=row.slot,
        entries=tuple(
            replace(
                entry(found[r.post_id], read[r.post_id], r.others, r.follow_up),
                review=under_review.get(r.post_id, ""),
                corrected_at=r.corrected_at,
                instead=successors.get(r.post_id),
            )
            for r in leads
        ),
        held=tuple(
            HeldPost(found[r.post_id], blocking)
            for r in placed
            if r.place == "held" and (blocking := _blocking(read[r.post_id]))  # mended since: nothing to name
        ),
        left_out=tuple(r.post_id for r in placed if r.place == "left out"),
        covered=tuple(r.post_id for r in spoken_for),
        **sources_checked(c),
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
    """Write a digest and its replies to the outbox, in the caller's transaction."""
    for message in digest_messages(digest_id, digest):
        outbox.add(c, now, message)


def entry(post: Post, reading: Reading, others: int, follow_up: bool) -> Entry:
    """An entry of a digest: the lead's own words."""
    return Entry(post, reading.summary(SENTENCES), reading.tags, others, follow_up)


def told(post: Post, sentences: Sequence[Sentence]) -> str:
    """A mark of what an entry says of its post: another one says something else."""
    words = [post.title, post.url or "", *(s.text for s in sentences), "withdrawn" if post.withdrawn_at else ""]
    return sha256("\0".join(words).encode()).hexdigest()[:16]


def marks(c: Connection, post_ids: Sequence[int], since: datetime | None = None) -> dict[int, ReviewMark]:
    """What entries say of the reviews of their posts: that one is open, or that one which was closed after `since` had
    the post fixed. Posts of which there is nothing to say are left out."""
    query = select(reviews.c.post_id, reviews.c.closed_at, reviews.c.decision).where(reviews.c.post_id.in_(post_ids))
    found: dict[int, ReviewMark] = {}
    for row in c.execute(query.order_by(reviews.c.id)):
        fixed = row.decision == "fixed" and since is not None and row.closed_at is not None and row.closed_at > since
        found[row.post_id] = "open" if row.closed_at is None else "fixed" if fixed else ""
    return {post_id: mark for post_id, mark in found.items() if mark}


def _successors(c: Connection, leads: Sequence[Post]) -> dict[int, Post]:
    """For posts that were withdrawn: the one that tells their story now, where there is one."""
    gone = {p.id: p.story_id for p in leads if p.withdrawn_at is not None and p.story_id is not None}
    if not gone:
        return {}
    query = select(stories.c.id, stories.c.lead_post_id).where(stories.c.id.in_(gone.values()))
    heads = {row.id: row.lead_post_id for row in c.execute(query)}
    found = {p.id: p for p in load_posts(c, filter(None, heads.values())).values() if p.withdrawn_at is None}
    return {n: found[heads[story]] for n, story in gone.items() if heads.get(story) in found}


def sources_checked(c: Connection) -> dict[str, Any]:
    """How the sources that are followed fare, as a Digest keeps it: how many are well, how many fail, and when one was
    read last."""
    fails = func.coalesce(func.sum(case((sources.c.error != "", 1), else_=0)), 0)
    query = select(func.count(), fails, func.max(sources.c.checked_at))
    followed = sources.c.checked_at.is_not(None), sources.c.state == "active"
    count, failing, checked = c.execute(query.select_from(sources).where(*followed)).one()
    return {"sources": int(count - failing), "failing": int(failing), "last_checked": checked}


def _blocking(reading: Reading) -> tuple[Finding, ...]:
    return tuple(f for f in reading.findings if f.severity == "block")
