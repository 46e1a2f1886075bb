"""Revisions: what each edit changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from bot.domain.posts import Draft
from bot.domain.revisions import changes
from storage.tables import revisions


def record(c: Connection, row: Any, draft: Draft, now: datetime) -> None:
    """Record what `draft`, the next revision, changes in the post of `row`."""
    made = [[change.line, change.before, change.after] for change in changes(row.raw, draft.raw)]
    c.execute(insert(revisions).values(post_id=row.id, number=row.revision + 1, at=now, changes=made))
