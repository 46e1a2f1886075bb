"""What a digest is decided by, gathered: the posts with all the rules look at, and what the channel was told before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, func, literal, or_, select, union

from bot.domain.digests import Considered, Schedule, Told, window
from bot.domain.findings import Finding
from bot.japanese.tags import fold
from storage.mapping import post_query, to_finding, to_post
from storage.posts.tags import joined_tags
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

TOLD = ("approved", "sent")
"""The states of digests that count as told."""
_STANDING = (findings.c.severity == "block", ~findings.c.dismissed)


@dataclass(frozen=True)
class Gathered:
    """Everything that decides: see bot.domain.digests.select for what each part is."""

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
    wanted = union(
        select(posts.c.id).where(posts.c.news_at > start, posts.c.news_at <= end),
        _held_and_free(schedule, slot),
        *(select(literal(number)) for number in also),
    )
    rows = c.execute(_considered(wanted)).all()
    blocking, defects = _blocking(c, wanted), _defects(c, wanted)
    borne, before = _borne(c, schedule, wanted), _before(c, schedule, slot, wanted)
    cleared = frozenset(c.scalars(_cleared().where(reviews.c.post_id.in_(wanted))))
    considered = tuple(
        Considered(
            post=to_post(row),
            source_id=row.source_id,
            ai_score=row.ai_score,
            tags=borne.get(row.id, frozenset()),
            blocking=tuple(blocking.get(row.id, ())),
            cleared=row.id in cleared,
            carried=before.get((row.id, False)),
            held_before=(row.id, True) in before,
            findings=defects.get(row.id, 0),
            characters=row.characters,
        )
        for row in rows
    )
    return Gathered(considered, _leads(c, wanted), _told_stories(c, schedule, slot, wanted))


def _mine(schedule: Schedule, slot: datetime) -> tuple[Any, ...]:
    return digests.c.schedule_id == schedule.id, digests.c.slot < slot, digests.c.state.in_(TOLD)


def _held_and_free(schedule: Schedule, slot: datetime) -> Select[Any]:
    """Posts that an earlier digest held and none has carried since, where nothing blocks them any more or their review
    ended well: those that still block were named once and need not be looked at again."""
    told = select(digests.c.id).where(*_mine(schedule, slot))
    post_id = digest_posts.c.post_id
    since = digest_posts.alias()
    blocks = exists().where(findings.c.post_id == post_id, *_STANDING)
    return select(post_id).where(
        digest_posts.c.place == "held",
        digest_posts.c.digest_id.in_(told),
        or_(~blocks, post_id.in_(_cleared())),
        ~exists().where(since.c.post_id == post_id, since.c.place != "held", since.c.digest_id.in_(told)),
    )


def _considered(wanted: Any) -> Select[Any]:
    query = post_query().add_columns(posts.c.source_id, readings.c.ai_score, readings.c.characters)
    return query.join(readings, readings.c.post_id == posts.c.id).where(posts.c.id.in_(wanted)).order_by(posts.c.id)


def _before(c: Connection, schedule: Schedule, slot: datetime, wanted: Any) -> dict[tuple[int, bool], datetime]:
    """The newest slot before this one that held a post (True) or told or counted it (False)."""
    places = select(digest_posts.c.post_id, digest_posts.c.place, digest_posts.c.digest_id)
    found = c.execute(places.where(digest_posts.c.post_id.in_(wanted))).all()
    # by hand, since SQLite would begin with all the schedule's digests
    told = select(digests.c.id, digests.c.slot).where(*_mine(schedule, slot))
    slots = {row.id: row.slot for row in c.execute(told.where(digests.c.id.in_({row.digest_id for row in found})))}
    before: dict[tuple[int, bool], datetime] = {}
    for row in found:
        if row.digest_id in slots:
            key = row.post_id, row.place == "held"
            before[key] = max(slots[row.digest_id], before.get(key, slots[row.digest_id]))
    return before


def _cleared() -> Select[Any]:
    """Posts whose last review ended 問題なし, with no edit since."""
    later = reviews.alias()
    return select(reviews.c.post_id).where(
        reviews.c.decision == "fine",
        ~exists().where(later.c.post_id == reviews.c.post_id, later.c.id > reviews.c.id),
        ~exists().where(revisions.c.post_id == reviews.c.post_id, revisions.c.at > reviews.c.closed_at),
    )


def _defects(c: Connection, wanted: Any) -> dict[int, int]:
    query = select(findings.c.post_id, func.count().label("count")).where(
        findings.c.post_id.in_(wanted), ~findings.c.dismissed
    )
    return {row.post_id: row[1] for row in c.execute(query.group_by(findings.c.post_id))}


def _blocking(c: Connection, wanted: Any) -> dict[int, list[Finding]]:
    query = select(findings).where(findings.c.post_id.in_(wanted), *_STANDING)
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
