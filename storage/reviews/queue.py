"""Lists of reviews, and how they went."""

import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from bot.domain.findings import SEVERITIES
from bot.domain.review_query import NOBODY, ReviewFilter, ReviewListItem, ReviewPage
from storage.engine import StorePart
from storage.mapping import load_findings, load_posts
from storage.reviews.reviews import load_reviews
from storage.tables import findings, reviews

_RANK = case({severity: rank for rank, severity in enumerate(SEVERITIES)}, value=findings.c.severity)
_WORST = (
    select(findings.c.post_id, func.min(_RANK).label("rank"))
    .where(~findings.c.dismissed)
    .group_by(findings.c.post_id)
    .subquery()
)


class ReviewQueue(StorePart):
    """The part of the Store that lists reviews."""

    def page(self, wanted: ReviewFilter, limit: int | None = None, offset: int = 0) -> ReviewPage:
        """A page of the reviews that are wanted, with their posts and standing findings; all without a limit."""
        with self.reading() as c:
            numbers = listed(c, wanted, self.now())
            rows = queued(c, numbers[offset : None if limit is None else offset + limit])
        return ReviewPage("", len(numbers), offset, rows, zlib.crc32(repr(numbers).encode()))

    def latest(self, post_id: int) -> int | None:
        """The number of the newest review of a post, open or closed; None where it never was under review."""
        with self.reading() as c:
            number: int | None = c.scalar(select(func.max(reviews.c.id)).where(reviews.c.post_id == post_id))
            return number


def listed(c: Connection, wanted: ReviewFilter, now: datetime) -> list[int]:
    """The numbers of the reviews that are wanted, in their order."""
    query = select(reviews.c.id).outerjoin(_WORST, _WORST.c.post_id == reviews.c.post_id)
    return list(c.scalars(query.where(*_conditions(wanted, now)).order_by(*_order(wanted))))


def queued(c: Connection, numbers: Sequence[int]) -> tuple[ReviewListItem, ...]:
    """The reviews of these numbers as they stand in a list, in their order."""
    found = load_reviews(c, numbers)
    about = [review.post_id for review in found]
    posts, found_in = load_posts(c, about), load_findings(c, about)
    return tuple(ReviewListItem(r, posts[r.post_id], found_in.get(r.post_id, ())) for r in found if r.post_id in posts)


def _conditions(wanted: ReviewFilter, now: datetime) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [reviews.c.state.in_(wanted.states)]
    if wanted.owner is not None:
        nobody = reviews.c.owner.is_(None)
        conditions.append(nobody if wanted.owner == NOBODY else reviews.c.owner == wanted.owner)
    if wanted.severity is not None:
        conditions.append(_WORST.c.rank <= SEVERITIES.index(wanted.severity))
    if wanted.age is not None:
        conditions.append(reviews.c.opened_at <= now - wanted.age)
    return conditions


def _order(wanted: ReviewFilter) -> Sequence[ColumnElement[object]]:
    if wanted.order == "newest":
        return func.coalesce(reviews.c.closed_at, reviews.c.opened_at).desc(), reviews.c.id.desc()
    oldest = (reviews.c.opened_at, reviews.c.id)
    if wanted.order == "severity":
        return func.coalesce(_WORST.c.rank, len(SEVERITIES)), *oldest
    return oldest
