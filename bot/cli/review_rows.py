"""Reviews, and what was done to them, as rows of --json and as a spreadsheet."""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.cli import output
from bot.cli.output import Row
from bot.domain.review_query import ReviewListItem
from bot.domain.review_stats import AuditEntry, Week
from bot.domain.reviews import ReviewEvent

REVIEW = (
    "id", "post", "title", "url", "state", "decision", "owner", "opened_by", "opened_via", "opened_at", "taken_at",
    "snoozed_until", "closed_at", "decided_by", "flags", "findings", "worst",
)  # fmt: skip
LOGGED = ("at", "user", "action", "via", "review", "post", "digest", "state", "to", "until", "note")
WEEK = ("week", "opened", "decided", "withdrawn", "minutes_to_take", "minutes_to_decide")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def review(q: ReviewListItem) -> Row:
    """A review in a list."""
    r = q.review
    return {
        "id": r.id, "post": q.post.id, "state": r.state, "owner": r.owner, "opened_at": output.moment(r.opened_at),
        "findings": [output.finding(f, q.post.file) for f in q.findings],
    }  # fmt: skip


def whole_review(q: ReviewListItem) -> Row:
    """A review with everything there is to know, and its history."""
    flags = [flag.user for flag in q.review.flags]
    return {**line(q), **review(q), "flags": flags, "history": [event(e) for e in q.review.history]}


def line(q: ReviewListItem) -> Row:
    """A review as one line of a spreadsheet."""
    r = q.review
    return {
        "id": r.id, "post": q.post.id, "title": q.post.title, "url": q.post.url, "state": r.state,
        "decision": r.decision, "owner": r.owner, "opened_by": r.opened_by or None, "opened_via": r.opened_via,
        "opened_at": _moment(r.opened_at), "taken_at": _moment(r.taken_at), "snoozed_until": _moment(r.snoozed_until),
        "closed_at": _moment(r.closed_at), "decided_by": r.decided_by or None, "flags": len(r.flags),
        "findings": len(q.findings), "worst": q.findings[0].severity if q.findings else None,
    }  # fmt: skip


def event(e: ReviewEvent) -> Row:
    """One step in the history of a review."""
    return {
        "at": _moment(e.at), "user": e.user or None, "action": e.action, "via": e.via, "state": e.state,
        "to": e.to or None, "until": _moment(e.until), "note": e.note or None,
    }  # fmt: skip


def logged(one: AuditEntry) -> Row:
    """One thing that was done. An empty field is null."""
    told = {name: getattr(one, name) or None for name in LOGGED}
    return told | {"at": _moment(one.at), "until": _moment(one.until)}


def week(w: Week) -> Row:
    """What one week came to."""
    spans = (None if span is None else round(span.total_seconds() / 60, 1) for span in (w.to_take, w.to_close))
    return dict(zip(WEEK, (w.first.isoformat(), w.opened, w.decided, w.withdrawn, *spans), strict=True))


def sheet(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write CSV to stdout: UTF-8 with a byte order mark, as spreadsheet programs want it to show Japanese.

    What such a program would take for a formula is preceded by an apostrophe, so that a title cannot run anything.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    sys.stdout.buffer.write(written.getvalue().encode("utf-8-sig", "replace"))
    sys.stdout.buffer.flush()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value


def _moment(at: datetime | None) -> str | None:
    return None if at is None else output.moment(at)
