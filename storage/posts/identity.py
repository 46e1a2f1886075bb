"""Who is who: the stored post that a delivered draft is, and whether the delivery may edit it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.domain.sources import SHARED, may_replace
from bot.japanese.similarity import bands, overlap
from storage.tables import addresses, posts, readings, sketches, sources

RENAMED, SAID_TO_BE = 0.9, 0.8
"""The overlap of two texts from which on a new file is taken for one that is gone, edited while it was renamed; and
where git says so too."""


def known_as(
    c: Connection, source_id: int, draft: Draft, reading: Reading, gone: frozenset[str], renamed: Mapping[str, str]
) -> Any:
    """The stored post that a draft is. In a folder a post is its path; elsewhere its address or its very words."""
    if draft.path is not None:
        row = at_path(c, source_id, draft.path)
        if row is None and draft.path in renamed:
            row = _said_to_be(c, source_id, renamed[draft.path], reading)
        if row is None and gone:
            row = _moved(c, source_id, draft, reading, gone)
        if row is not None:
            return row
    found = _select().join(addresses, addresses.c.post_id == posts.c.id).where(addresses.c.address.in_(draft.addresses))
    same = _select().where(posts.c.content_hash == draft.content_hash)
    if draft.path is not None:  # only a post that came another way may be joined: two files of a source are two posts
        elsewhere = posts.c.path.is_(None) | ((posts.c.path == draft.path) & (posts.c.source_id != source_id))
        found, same = found.where(elsewhere), same.where(elsewhere)
    in_order = (posts.c.withdrawn_at.is_not(None), posts.c.id)  # a withdrawn one only where there is no other
    return c.execute(found.order_by(*in_order)).first() or c.execute(same.order_by(*in_order)).first()


def _said_to_be(c: Connection, source_id: int, path: str, reading: Reading) -> Any:
    """The post at the old path of a new one, where its words bear it out: git takes half a text for a rename, and one
    post may be deleted while another on the same story comes."""
    row = at_path(c, source_id, path)
    if row is None:
        return None
    signature = c.scalar(select(readings.c.signature).where(readings.c.post_id == row.id)) or ()
    return row if overlap(tuple(signature), reading.signature) >= SAID_TO_BE else None


def _moved(c: Connection, source_id: int, draft: Draft, reading: Reading, gone: frozenset[str]) -> Any:
    """The post whose file is gone and whose words a new file has: all of them, or nearly."""
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
    """Whether a draft says nothing new of the post."""
    return (row.path, row.content_hash, row.url) == (draft.path, draft.content_hash, draft.url)


def may_edit(c: Connection, source: Any, row: Any, draft: Draft) -> bool:
    """Whether a delivery of this source edits that post: see bot.domain.sources.

    A source that is not polled any more, or that was only imported once, holds nothing; the same words under another
    address are no edit if a person shared them.
    """
    if draft.path is None and source.kind in SHARED and row.content_hash == draft.content_hash:
        return False
    theirs = c.execute(select(sources).where(sources.c.id == row.source_id)).one()
    looked_at = theirs.state in ("active", "failing") and (theirs.kind in SHARED or theirs.next_poll_at is not None)
    return may_replace(source.kind, theirs.kind, same_source=source.id == row.source_id or not looked_at)


def join_addresses(c: Connection, post_id: int, draft: Draft) -> None:
    """Let a post answer to the addresses too under which another route brought it."""
    known = set(c.scalars(select(addresses.c.address).where(addresses.c.post_id == post_id)))
    if new := sorted(a for a in draft.addresses - known if fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in new])


def also_at(c: Connection, row: Any, draft: Draft) -> Draft:
    """The draft, with every address its post had where that is no file: a feed that renames its entry must not bring it
    anew."""
    if row.path is not None:
        return draft
    before = c.scalars(select(addresses.c.address).where(addresses.c.post_id == row.id))
    return replace(draft, addresses=draft.addresses | frozenset(before))


def _select() -> Any:
    return select(
        *(posts.c.id, posts.c.source_id, posts.c.path, posts.c.content_hash, posts.c.url),
        *(posts.c.revision, posts.c.raw, posts.c.withdrawn_at),
    )


def at_path(c: Connection, source_id: int, path: str) -> Any:
    """The post that a source has, or had, at this path."""
    path = unicodedata.normalize("NFC", path)
    return c.execute(_select().where(posts.c.source_id == source_id, posts.c.path == path)).first()


def fits(address: str) -> bool:
    """Whether an index can hold an address: PostgreSQL's take at most some 2,700 bytes."""
    return len(address.encode()) <= 2_000
