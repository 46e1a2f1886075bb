"""Taking posts in: what is new, what changed, what is gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.domain.findings import Finding
from bot.domain.outbox import NotificationSettings
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.tags import fold
from storage.mapping import reading_values
from storage.posts import cross_checks, findings, search_index
from storage.posts.identity import (
    fits,
)
from storage.posts.stories import choose_lead, store_sketch
from storage.reviews import reviews
from storage.slack.digest_corrections import corrected
from storage.tables import (
    addresses,
    post_tags,
    posts,
    readings,
    sketches,
    sources,
)
from storage.tables import findings as findings_table


def _follow(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    *,
    edited: Mapping[int, tuple[Finding, ...]] = MappingProxyType({}),
    withdrawn: Sequence[int] = (),
) -> None:
    """What else changes with posts that have a new revision or are gone: once a batch, in the storing transaction.
    `edited` has the findings that stood before."""
    for post_id in withdrawn:
        search_index.forget(c, post_id)
        choose_lead(c, post_id)
        _compare_newer(c, post_id, cross_checks.held(c, post_id), cross_checks.ComparedValues())
    cross_checks.mark_links_unchecked(c, _addresses(c, withdrawn))
    if edited or withdrawn:
        reviews.follow(c, now, notifications, before=edited, withdrawn=withdrawn)
        corrected(c, now, [*edited, *withdrawn])


def _judge_links(c: Connection, now: datetime, notifications: NotificationSettings, source_id: int) -> None:
    """All of a delivery is in: where its links lead can be known now."""
    quiet = c.scalar(select(sources.c.first_contact_at).where(sources.c.id == source_id)) is None
    for number, found in cross_checks.check_links(c, (posts.c.source_id == source_id) & posts.c.withdrawn_at.is_(None)):
        fresh = findings.replace(c, number, cross_checks.LINKS, found)
        if fresh and not quiet:
            revision = c.scalar(select(posts.c.revision).where(posts.c.id == number)) or 1
            findings.arrived(c, now, notifications, number, revision, fresh)


def replace_reading(
    c: Connection,
    post_id: int,
    draft: Draft,
    reading: Reading,
    joined: Mapping[str, str],
    before: findings.Earlier,
) -> tuple[Finding, ...]:
    """Write a post's reading in place of the old one, choose the lead of its story anew, and compare what came after it
    again. Of what is found, what stands and is new or worse than `before`."""
    was = cross_checks.held(c, post_id)
    for table in (readings, post_tags, findings_table, addresses, sketches):
        c.execute(delete(table).where(table.c.post_id == post_id))
    cross_checks.forget(c, post_id)
    search_index.forget(c, post_id)
    fresh = _write_reading(c, post_id, draft, reading, joined, before)
    choose_lead(c, post_id)
    _compare_newer(c, post_id, was, cross_checks.ComparedValues(reading.signature, reading.claims))
    return fresh


def _compare_newer(
    c: Connection, post_id: int, was: cross_checks.ComparedValues, now: cross_checks.ComparedValues
) -> None:
    for number in cross_checks.newer(c, post_id, was, now):
        findings.replace(c, number, cross_checks.EARLIER, cross_checks.compared_again(c, number))


def _addresses(c: Connection, ids: Sequence[int]) -> set[str]:
    """Where these posts stand."""
    return set(c.scalars(select(addresses.c.address).where(addresses.c.post_id.in_(ids)))) if ids else set()


def _write_reading(
    c: Connection,
    post_id: int,
    draft: Draft,
    reading: Reading,
    joined: Mapping[str, str],
    before: findings.Earlier | None = None,
) -> tuple[Finding, ...]:
    # `joined` has the tags that the desk's own aliases mean
    c.execute(insert(readings), {"post_id": post_id, **reading_values(reading)})
    tags: Mapping[str, dict[str, Any]] = {
        joined.get(key, key): {"name": t.name, "origin": t.origin, "score": t.score, "in_text": t.in_text}
        for t in reversed(reading.tags)
        if (key := fold(t.name))
    }
    if tags:
        c.execute(insert(post_tags), [{"post_id": post_id, "key": key, **values} for key, values in tags.items()])
    if kept := sorted(a for a in draft.addresses if fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in kept])
    store_sketch(c, post_id, reading.signature)
    search_index.index_new(c, [(post_id, reading.search)])
    cross_checks.keep(c, post_id, draft, reading)
    found = (*reading.findings, *cross_checks.compared(c, post_id, draft, reading))
    if before:  # what a link was known to be, until it is judged again
        at = {link.quote for link in reading.links}
        found += tuple(f for f in before.findings if f.rule in cross_checks.LINKS and f.quote in at)
    return findings.write(c, post_id, found, before)
