"""Match an incoming draft to the stored post it belongs to, and tell whether the delivery may edit that post."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.domain.sources import SHARED, may_replace
from bot.japanese.similarity import bands, overlap
from storage.tables import addresses, posts, readings, sketches, sources

RENAMED, REPORTED_RENAME = 0.9, 0.8
"""The overlap of two texts from which on a new file counts as one that is gone, renamed and edited; and the lower one
that suffices if git reports a rename."""


def find_post(
    c: Connection, source_id: int, draft: Draft, reading: Reading, gone: frozenset[str], renamed: Mapping[str, str]
) -> Any:
    """Return the row of the stored post that a draft belongs to; None if it is new. In a folder a post is known by its
    path, elsewhere by its address or its exact text."""
    if draft.path is not None:
        row = at_path(c, source_id, draft.path)
        if row is None and draft.path in renamed:
            row = _at_old_path(c, source_id, renamed[draft.path], reading)
        if row is None and gone:
            row = _moved(c, source_id, draft, reading, gone)
        if row is not None:
            return row
    found = _select().join(addresses, addresses.c.post_id == posts.c.id).where(addresses.c.address.in_(draft.addresses))
    same = _select().where(posts.c.content_hash == draft.content_hash)
    if draft.path is not None:  # only a post that came another way may be joined: two files of a source are two posts
        elsewhere = posts.c.path.is_(None) | ((posts.c.path == draft.path) & (posts.c.source_id != source_id))
        found, same = found.where(elsewhere), same.where(elsewhere)
    in_order = (posts.c.withdrawn_at.is_not(None), posts.c.id)  # a withdrawn one only if there is no other
    return c.execute(found.order_by(*in_order)).first() or c.execute(same.order_by(*in_order)).first()


def _at_old_path(c: Connection, source_id: int, path: str, reading: Reading) -> Any:
    """Return the post at the old path, if the text is similar enough; git already reports a rename at 50 % similarity,
    and one post may be deleted while another on the same story comes."""
    row = at_path(c, source_id, path)
    if row is None:
        return None
    signature = c.scalar(select(readings.c.signature).where(readings.c.post_id == row.id)) or ()
    return row if overlap(tuple(signature), reading.signature) >= REPORTED_RENAME else None


def _moved(c: Connection, source_id: int, draft: Draft, reading: Reading, gone: frozenset[str]) -> Any:
    """Return the post whose file is gone and whose text a new file has, all of it or nearly."""
    same = _select().where(posts.c.source_id == source_id, posts.c.content_hash == draft.content_hash)
    for row in c.execute(same.order_by(posts.c.id)):
        if row.path in gone:
            return row
    near = (
        _select()
        .add_columns(readings.c.signature)
        .join(readings, readings.c.post_id == posts.c.id)
        .where(
            posts.c.source_id == source_id,
            posts.c.id.in_(select(sketches.c.post_id).where(sketches.c.band.in_(bands(reading.signature)))),
        )
    )
    alike = [(overlap(tuple(row.signature), reading.signature), row) for row in c.execute(near) if row.path in gone]
    best = max(alike, key=lambda found: (found[0], -found[1].id), default=None)
    return best[1] if best and best[0] >= RENAMED else None


def is_same(row: Any, draft: Draft) -> bool:
    """Whether a draft changes nothing in the post."""
    return (row.path, row.content_hash, row.url) == (draft.path, draft.content_hash, draft.url)


def may_edit(c: Connection, source: Any, row: Any, draft: Draft) -> bool:
    """Whether a delivery from this source may edit the post; see bot.domain.sources.may_replace.

    A source that is no longer polled, or was only imported once, does not protect its posts. The same text at another
    address is no edit if a person shared it.
    """
    if draft.path is None and source.kind in SHARED and row.content_hash == draft.content_hash:
        return False
    theirs = c.execute(select(sources).where(sources.c.id == row.source_id)).one()
    looked_at = theirs.state in ("active", "failing") and (theirs.kind in SHARED or theirs.next_poll_at is not None)
    return may_replace(source.kind, theirs.kind, same_source=source.id == row.source_id or not looked_at)


def join_addresses(c: Connection, post_id: int, draft: Draft) -> None:
    """Add the addresses under which another source delivered the post."""
    known = set(c.scalars(select(addresses.c.address).where(addresses.c.post_id == post_id)))
    if new := sorted(a for a in draft.addresses - known if fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in new])


def also_at(c: Connection, row: Any, draft: Draft) -> Draft:
    """Return the draft with the addresses that its post already had, unless the post is a file: a feed that renames an
    entry must not bring it again as a new post."""
    if row.path is not None:
        return draft
    before = c.scalars(select(addresses.c.address).where(addresses.c.post_id == row.id))
    return replace(draft, addresses=draft.addresses | frozenset(before))


def addresses_of(c: Connection, post_ids: Sequence[int]) -> set[str]:
    """Return the addresses at which these posts stand."""
    at = select(addresses.c.address).where(addresses.c.post_id.in_(post_ids))
    return set(c.scalars(at)) if post_ids else set()


def _select() -> Any:
    return select(
        *(posts.c.id, posts.c.source_id, posts.c.path, posts.c.content_hash, posts.c.url),
        *(posts.c.revision, posts.c.raw, posts.c.withdrawn_at),
    )


def at_path(c: Connection, source_id: int, path: str) -> Any:
    """Return the row of the post that a source has, or had, at this path; None if there is none."""
    path = unicodedata.normalize("NFC", path)
    return c.execute(_select().where(posts.c.source_id == source_id, posts.c.path == path)).first()


def fits(address: str) -> bool:
    """Whether an index can hold an address: PostgreSQL's takes about 2,700 bytes at most."""
    return len(address.encode()) <= 2_000
