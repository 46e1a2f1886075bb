"""What a digest is decided by, gathered: the posts with all the rules look at, and what the channel was told before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, literal, select, union

from bot.digest import Considered, Schedule, Told, window
from bot.japanese.tags import fold
from bot.readings import Finding
from storage.rows import post_query, to_finding, to_post
from storage.tables import (
    digest_posts,
    digests,
    findings,
    post_tags,
    posts,
    readings,
    reviews,
    revisions,
    schedules,
    stories,
)
from storage.tags import joined_tags

TOLD = ("approved", "sent")
"""The states of digests that count as told."""


@dataclass(frozen=True)
class Gathered:
    """Everything that decides: see bot.digest.select for what each part is."""

    posts: tuple[Considered, ...]
    leads: dict[int, int | None]
    told: frozenset[int]


def last_told(c: Connection, schedule: Schedule, slot: datetime) -> tuple[datetime, datetime] | None:
    """The slot of the newest digest before `slot` that counts as told, and where it ended.

    Where none does, but some were decided and never sent: where the first of them began. None for the very first.
    """
    query = select(digests.c.slot, digests.c.until).order_by(digests.c.slot.desc()).limit(1)
    row = c.execute(query.where(*_mine(schedule, slot))).first()
    if row is not None:
        return row.slot, row.until
    first = c.scalar(
        select(func.min(digests.c.until)).where(digests.c.schedule_id == schedule.id, digests.c.slot < slot)
    )
    return None if first is None else (begun := window(first, None)[0], begun)


def told_of(c: Connection, schedule: Schedule, post_id: int) -> tuple[Told, ...]:
    """The digests of a schedule that have a post, those that were never sent aside, oldest first."""
    query = (
        select(digests, digest_posts.c.place, digest_posts.c.position, digest_posts.c.removed_by)
        .join(digest_posts, digest_posts.c.digest_id == digests.c.id)
        .where(digests.c.schedule_id == schedule.id, digests.c.state != "skipped", digest_posts.c.post_id == post_id)
        .order_by(digests.c.slot)
    )
    return tuple(
        Told(row.id, row.slot, row.until, row.state, row.place, row.position, row.removed_by or "")
        for row in c.execute(query)
    )


def passed_over(c: Connection, schedule: Schedule, news_at: datetime) -> tuple[datetime, datetime] | None:
    """Slot and end of the first digest told that reached up to a time; None where the next one will be the first."""
    query = select(digests.c.slot, digests.c.until).where(
        digests.c.schedule_id == schedule.id, digests.c.state.in_(TOLD), digests.c.until >= news_at
    )
    row = c.execute(query.order_by(digests.c.slot).limit(1)).first()
    return None if row is None else (row.slot, row.until)


def gather(
    c: Connection, schedule: Schedule, slot: datetime, span: tuple[datetime, datetime], also: Iterable[int] = ()
) -> Gathered:
    """What may be due at `slot` of the news in `span` (without its beginning), and what earlier digests held. `also`
    are posts that are looked at in any case."""
    start, end = span
    before = select(digests.c.id).where(*_mine(schedule, slot))
    wanted = union(
        select(posts.c.id).where(posts.c.news_at > start, posts.c.news_at <= end),
        select(digest_posts.c.post_id).where(digest_posts.c.place == "held", digest_posts.c.digest_id.in_(before)),
        *(select(literal(number)) for number in also),
    )
    rows = c.execute(_considered(schedule, before, wanted).order_by(posts.c.id)).all()
    blocking = _blocking(c, wanted)
    borne = _borne(c, schedule, wanted)
    considered = tuple(_to_considered(row, blocking.get(row.id, ()), borne.get(row.id, frozenset())) for row in rows)
    groups = {each.post.story_id for each in considered if each.post.story_id is not None}
    return Gathered(considered, _leads(c, wanted), _told_stories(c, schedule, slot, wanted) & groups)


def _mine(schedule: Schedule, slot: datetime) -> tuple[Any, ...]:
    return digests.c.schedule_id == schedule.id, digests.c.slot < slot, digests.c.state.in_(TOLD)


def _considered(schedule: Schedule, before: Select[Any], wanted: Any) -> Select[Any]:
    mine = digest_posts.c.digest_id.in_(before), digest_posts.c.post_id == posts.c.id
    carried = (
        select(func.max(digests.c.slot))
        .join(digest_posts, digest_posts.c.digest_id == digests.c.id)
        .where(*mine, digest_posts.c.place != "held")
    )
    held = exists().where(*mine, digest_posts.c.place == "held")
    defects = select(func.count()).where(findings.c.post_id == posts.c.id, ~findings.c.dismissed)
    later = reviews.alias()
    cleared = exists().where(
        reviews.c.post_id == posts.c.id,
        reviews.c.decision == "fine",
        ~exists().where(later.c.post_id == posts.c.id, later.c.id > reviews.c.id),
        ~exists().where(revisions.c.post_id == posts.c.id, revisions.c.at > reviews.c.closed_at),
    )
    return (
        post_query()
        .add_columns(
            posts.c.source_id,
            readings.c.ai_score,
            readings.c.characters,
            carried.scalar_subquery().label("carried"),
            held.label("held_before"),
            cleared.label("cleared"),
            defects.scalar_subquery().label("defects"),
        )
        .join(readings, readings.c.post_id == posts.c.id)
        .where(posts.c.id.in_(wanted))
    )


def _to_considered(row: Row[Any], blocking: Sequence[Finding], borne: frozenset[str]) -> Considered:
    return Considered(
        post=to_post(row),
        source_id=row.source_id,
        ai_score=row.ai_score,
        tags=borne,
        blocking=tuple(blocking),
        cleared=bool(row.cleared),
        carried=row.carried,
        held_before=bool(row.held_before),
        findings=row.defects,
        characters=row.characters,
    )


def _blocking(c: Connection, wanted: Any) -> dict[int, list[Finding]]:
    standing = (findings.c.severity == "block", ~findings.c.dismissed)
    query = select(findings).where(findings.c.post_id.in_(wanted), *standing)
    found: dict[int, list[Finding]] = {}
    for row in c.execute(query.order_by(findings.c.id)):
        found.setdefault(row.post_id, []).append(to_finding(row))
    return found


def _borne(c: Connection, schedule: Schedule, wanted: Any) -> dict[int, frozenset[str]]:
    """Which of the schedule's tags each post bears, by any of their names."""
    if not schedule.tags:
        return {}
    joined = joined_tags(c)
    names = {joined.get(key, key): name for name in schedule.tags for key in [fold(name)]}
    query = select(post_tags.c.post_id, post_tags.c.key)
    found: dict[int, set[str]] = {}
    for row in c.execute(query.where(post_tags.c.key.in_(names), post_tags.c.post_id.in_(wanted))):
        found.setdefault(row.post_id, set()).add(names[row.key])
    return {number: frozenset(borne) for number, borne in found.items()}


def _leads(c: Connection, wanted: Any) -> dict[int, int | None]:
    groups = select(posts.c.story_id).where(posts.c.id.in_(wanted), posts.c.story_id.is_not(None))
    query = select(stories.c.id, stories.c.lead_post_id).where(stories.c.id.in_(groups))
    return {row.id: row.lead_post_id for row in c.execute(query)}


def _told_stories(c: Connection, schedule: Schedule, slot: datetime, wanted: Any) -> frozenset[int]:
    """The stories that an earlier digest of the channel carried, whichever of its schedules sent it."""
    groups = select(posts.c.story_id).where(posts.c.id.in_(wanted), posts.c.story_id.is_not(None))
    query = (
        select(posts.c.story_id)
        .distinct()
        .join(digest_posts, digest_posts.c.post_id == posts.c.id)
        .join(digests, digests.c.id == digest_posts.c.digest_id)
        .join(schedules, schedules.c.id == digests.c.schedule_id)
        .where(posts.c.story_id.in_(groups), digest_posts.c.place == "lead", digest_posts.c.removed_by.is_(None))
        .where(digests.c.slot < slot, digests.c.state.in_(TOLD), schedules.c.channel == schedule.channel)
    )
    return frozenset(c.scalars(query))
