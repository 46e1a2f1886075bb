"""Digests that are out already follow what becomes of their posts: edited in place, never deleted.

`corrected` is for edits and withdrawals, `show_review` for what a review comes to; both in the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.domain.digests import SENTENCES
from bot.domain.outbox_messages import digest_key, entry_key, held_key
from storage.digests.records import told
from storage.mapping import load_posts, load_readings
from storage.slack import outbox
from storage.tables import digest_posts, digests
from storage.tables import outbox as messages

FOLLOWED = timedelta(days=7)
"""For how long after its slot a digest follows its posts. Later nobody reads it any more."""


def corrected(c: Connection, now: datetime, post_ids: Sequence[int]) -> None:
    """These posts were edited or withdrawn. Where a digest told something else of one, its message and the reply are
    edited in place and say when; where it named one as held, they are made anew. A digest that is not out yet is made
    from the new words anyway."""
    if not post_ids:
        return
    rows = c.execute(_following(now).where(digest_posts.c.post_id.in_(list(post_ids)))).all()
    leads = {row.post_id for row in rows if row.place == "lead"}
    found, read = (load_posts(c, leads), load_readings(c, leads)) if leads else ({}, {})
    for row in rows:
        parent = digest_key(row.digest_id)
        if row.place == "held":
            outbox.refresh(c, now, parent)
            outbox.refresh(c, now, held_key(row.digest_id))
            continue
        words = told(found[row.post_id], read[row.post_id].summary(SENTENCES))
        if words == row.told:
            continue
        this = (digest_posts.c.digest_id == row.digest_id) & (digest_posts.c.post_id == row.post_id)
        values = {"told": words} | ({"corrected_at": now} if _is_out(c, parent) else {})
        c.execute(update(digest_posts).where(this).values(values))
        outbox.refresh(c, now, parent)
        outbox.refresh(c, now, entry_key(row.digest_id, row.post_id))


def show_review(c: Connection, now: datetime, post_id: int) -> None:
    """A review of this post was opened or has come to something: its entries show so."""
    for row in c.execute(_following(now).where(digest_posts.c.post_id == post_id, digest_posts.c.place == "lead")):
        outbox.refresh(c, now, digest_key(row.digest_id))
        outbox.refresh(c, now, entry_key(row.digest_id, post_id))


def _following(now: datetime) -> Select[Any]:
    return (
        select(digest_posts.c.digest_id, digest_posts.c.post_id, digest_posts.c.place, digest_posts.c.told)
        .join(digests, digests.c.id == digest_posts.c.digest_id)
        .where(
            digests.c.slot > now - FOLLOWED,
            digests.c.state != "skipped",
            digest_posts.c.place.in_(("lead", "held")),
            digest_posts.c.removed_by.is_(None),
        )
        .order_by(digest_posts.c.digest_id, digest_posts.c.position)
    )


def _is_out(c: Connection, key: str) -> bool:
    return c.scalar(select(messages.c.state).where(messages.c.key == key)) in ("sending", "sent")
