"""Drafts of digests: looked at, changed, sent by somebody's word, or overtaken."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.digests import Digest, Schedule
from bot.domain.digests.digest import Move
from bot.domain.outbox_messages import DigestDraft, DraftReminder, draft_key
from storage.digests.records import load_digest, write_messages
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.slack import outbox
from storage.tables import digest_posts, digests


class DraftStore(StorePart):
    """The part of the Store that follows a digest from its draft to its channel."""

    def approve(self, digest_id: int, by: str) -> tuple[Digest, bool]:
        """Let a draft go out: at its slot, or at once where that has passed. Returns the digest, and whether this call
        decided it: somebody may have before, or a later digest may have overtaken it."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            now = self.now()
            draft = load_digest(c, digest_id)
            if draft.state != "draft":
                return draft, False
            values = {"state": "approved", "decided_by": by, "decided_at": now}
            c.execute(update(digests).where(digests.c.id == digest_id).values(values))
            if draft.slot <= now:
                _send(c, now, draft)
            outbox.refresh(c, now, draft_key(digest_id))
            return load_digest(c, digest_id), True

    def edit(self, digest_id: int, post_id: int, move: Move, *, edits: int, by: str) -> tuple[Digest, bool]:
        """Change a draft: move the story led by this post, leave it out, or put it back. `edits` is what the person
        saw; where the draft has changed since, or is none any more, nothing is done and the second value is False."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            draft = load_digest(c, digest_id)
            if draft.state != "draft" or draft.edits != edits or not _edit(c, draft, post_id, move, by):
                return draft, False
            c.execute(update(digests).where(digests.c.id == digest_id).values(edits=edits + 1, edited_by=by))
            outbox.refresh(c, self.now(), draft_key(digest_id))
            return load_digest(c, digest_id), True

    def release(self) -> list[Digest]:
        """Send the approved digests whose slot has come."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            now = self.now()
            due = select(digests.c.id).where(digests.c.state == "approved", digests.c.slot <= now)
            released = [load_digest(c, number) for number in c.scalars(due.order_by(digests.c.id)).all()]
            for digest in released:
                _send(c, now, digest)
            return released

    def remind(self) -> int:
        """Say once, in its thread, that a draft still waits though its slot has come. Returns how many it was said
        of."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            now = self.now()
            waiting = digests.c.state == "draft", digests.c.slot <= now, digests.c.reminded_at.is_(None)
            numbers = c.scalars(update(digests).where(*waiting).values(reminded_at=now).returning(digests.c.id)).all()
            for number in numbers:
                outbox.add(c, now, DraftReminder(number).to(outbox.channel_of(c, draft_key(number))))
            return len(numbers)


def write_draft(c: Connection, now: datetime, digest_id: int, channel: str) -> None:
    """Write a draft to the outbox for approval, in the caller's transaction."""
    outbox.add(c, now, DigestDraft(digest_id).to(channel))


def supersede(c: Connection, now: datetime, schedule: Schedule, digest_id: int) -> None:
    """A digest was decided: drafts of the schedule that still wait are overtaken, since it has their posts."""
    query = (
        update(digests)
        .where(digests.c.schedule_id == schedule.id, digests.c.state == "draft", digests.c.id != digest_id)
        .values(state="skipped")
        .returning(digests.c.id)
    )
    for number in c.scalars(query).all():
        outbox.refresh(c, now, draft_key(number))


def _send(c: Connection, now: datetime, digest: Digest) -> None:
    assert digest.id is not None
    c.execute(update(digests).where(digests.c.id == digest.id).values(state="sent"))
    if digest.entries or digest.held or digest.schedule.quiet == "line":
        write_messages(c, now, digest.id, digest)
    outbox.refresh(c, now, draft_key(digest.id))


def _edit(c: Connection, draft: Digest, post_id: int, move: Move, by: str) -> bool:
    """Do one move; False where there is no such story, or it cannot go further."""
    places: Any = c.execute(
        select(digest_posts.c.post_id, digest_posts.c.position, digest_posts.c.removed_by)
        .where(digest_posts.c.digest_id == draft.id, digest_posts.c.place == "lead")
        .order_by(digest_posts.c.position)
    ).all()
    mine = next((place for place in places if place.post_id == post_id), None)
    if mine is None:
        return False
    of_draft = digest_posts.c.digest_id == draft.id, digest_posts.c.place.in_(("lead", "same"))
    story = update(digest_posts).where(*of_draft, digest_posts.c.position == mine.position)
    if move in ("out", "back"):
        if (mine.removed_by is not None) == (move == "out"):
            return False
        c.execute(story.values(removed_by=by if move == "out" else None))
        return True
    standing = [place for place in places if place.removed_by is None]
    beside = standing.index(mine) + (-1 if move == "up" else 1) if mine in standing else -1
    if not 0 <= beside < len(standing):
        return False
    other = standing[beside].position
    c.execute(story.values(position=0))
    c.execute(update(digest_posts).where(*of_draft, digest_posts.c.position == other).values(position=mine.position))
    c.execute(update(digest_posts).where(*of_draft, digest_posts.c.position == 0).values(position=other))
    return True
