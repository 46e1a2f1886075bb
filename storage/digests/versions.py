"""Whether a digest still says what it said when it was loaded."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.digests.records import sources_checked
from storage.tables import (
    digest_posts,
    digests,
    findings,
    post_tags,
    posts,
    readings,
    review_events,
    reviews,
    schedules,
    stories,
)


def digest_version(c: Connection, digest_id: int) -> str:
    """Return a version that changes with anything that `load_digest` reads, without loading its posts and readings.

    Read it before the digest: a change in between makes the version old, not the digest. Raises NoResultFound if no
    digest has the number.
    """
    digest = c.execute(select(digests, schedules).join(schedules).where(digests.c.id == digest_id)).one()
    placed = select(digest_posts).where(digest_posts.c.digest_id == digest_id)
    rows = c.execute(placed.order_by(digest_posts.c.position, digest_posts.c.post_id)).all()
    shown = sorted({row.post_id for row in rows if row.place in ("lead", "held")})
    told = [c.execute(query).all() for query in (_posts(shown), _tags(shown), _blocking(shown))]
    return sha256(repr((digest, rows, told, sources_checked(c))).encode()).hexdigest()


def _posts(ids: list[int]) -> Select[Any]:
    """Select for each post what changes with its text, its story's lead and its reviews."""
    lead = posts.alias()
    events = review_events.join(reviews, reviews.c.id == review_events.c.review_id)
    newest_event = select(func.max(review_events.c.id)).select_from(events).where(reviews.c.post_id == posts.c.id)
    return (
        select(
            posts.c.id, posts.c.revision, posts.c.withdrawn_at, readings.c.version, newest_event.scalar_subquery(),
            lead.c.id, lead.c.revision, lead.c.withdrawn_at,
        )
        .join(readings, readings.c.post_id == posts.c.id)
        .outerjoin(stories, stories.c.id == posts.c.story_id)
        .outerjoin(lead, lead.c.id == stories.c.lead_post_id)
        .where(posts.c.id.in_(ids))
        .order_by(posts.c.id)
    )  # fmt: skip


def _tags(ids: list[int]) -> Select[Any]:
    query = select(post_tags.c.post_id, post_tags.c.name, post_tags.c.origin, post_tags.c.score)
    return query.where(post_tags.c.post_id.in_(ids)).order_by(post_tags.c.post_id, post_tags.c.name)


def _blocking(ids: list[int]) -> Select[Any]:
    query = select(findings).where(findings.c.post_id.in_(ids), findings.c.severity == "block", ~findings.c.dismissed)
    return query.order_by(findings.c.id)
