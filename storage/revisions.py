"""Revisions: what each edit changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.posts import Draft
from bot.revision import Change, Revision, changes
from storage.engine import Door
from storage.tables import revisions


class Revisions(Door):
    """The part of the Store that knows how posts were edited."""

    def revisions(self, post_id: int) -> tuple[Revision, ...]:
        """What each edit of a post changed, the newest first; empty for one that was never edited."""
        query = select(revisions).where(revisions.c.post_id == post_id).order_by(revisions.c.number.desc())
        with self.reading() as c:
            return tuple(
                Revision(row.post_id, row.number, row.at, tuple(Change(*change) for change in row.changes))
                for row in c.execute(query)
            )


def keep(c: Connection, row: Any, draft: Draft, now: datetime) -> None:
    """Note what `draft` changes in the post of `row`, whose next revision it becomes."""
    made = [[change.line, change.before, change.after] for change in changes(row.raw, draft.raw)]
    c.execute(insert(revisions).values(post_id=row.id, number=row.revision + 1, at=now, changes=made))
