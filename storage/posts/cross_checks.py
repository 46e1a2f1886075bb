"""Data for comparing posts with each other, and the findings that result.

The rules themselves are handed in as `rules` (bot.domain.cross_post.CrossPostRules).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bot.domain.cross_post import Copy, CrossPostContext, CrossPostRules
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.domain.readings import Claim, Link, Reading
from storage.mapping import load_paragraphs, load_readings
from storage.posts import findings
from storage.posts.stories import copies
from storage.tables import (
    addresses,
    claims,
    links,
    posts,
    readings,
    sources,
)

AGAIN = 50
"""Newer posts that are compared again when an older one changes, the newest first."""
_AT_ONCE = 500
T = TypeVar("T")


class ComparedValues(NamedTuple):
    """The values of a post that other posts are compared with."""

    signature: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()


NOTHING = ComparedValues()
"""Those of a post that is withdrawn."""


def write(c: Connection, post_id: int, draft: Draft, reading: Reading) -> None:
    """Insert the claims and links of a post that has none yet. Only links of a folder's post are kept: of other sources
    not every post is stored, so nobody can tell whether a link is dead."""
    if reading.claims:
        c.execute(insert(claims), [{"post_id": post_id, "place": n, **asdict(x)} for n, x in enumerate(reading.claims)])
    if draft.path is not None and reading.links:
        c.execute(insert(links), [_link_values(post_id, n, link) for n, link in enumerate(reading.links)])


def load(c: Connection, post_id: int) -> ComparedValues:
    """Return the stored values of a post."""
    signature = c.scalar(select(readings.c.signature).where(readings.c.post_id == post_id))
    rows = c.execute(select(claims).where(claims.c.post_id == post_id).order_by(claims.c.place))
    return ComparedValues(tuple(signature or ()), tuple(_claim(row) for row in rows))


def forget(c: Connection, post_id: int) -> None:
    """Delete the claims and links of a post."""
    for table in (claims, links):
        c.execute(delete(table).where(table.c.post_id == post_id))


# ---- earlier posts
def load_context(c: Connection, post_id: int, reading: Reading) -> CrossPostContext:
    """Return what is to be known of the posts taken in before this one: what they claim of the same things, and those
    of which it is a near-copy."""
    theirs = _claims(c, post_id, {claim.key for claim in reading.claims}) if reading.claims else ()
    near = copies(c, reading.signature, before=post_id)
    titles = select(posts.c.id, posts.c.title).where(posts.c.id.in_([number for number, _ in near]))
    titled = {row.id: row.title for row in c.execute(titles)} if near else {}
    return CrossPostContext(theirs, tuple(Copy(f"#{number}", titled[number], share) for number, share in near))


def compare_newer(
    c: Connection, rules: CrossPostRules, post_id: int, before: ComparedValues, after: ComparedValues
) -> None:
    """Compare the newer posts again that this post's change from `before` to `after` concerns, at most AGAIN."""
    for number in _newer(c, post_id, before, after):
        draft, reading = _stored(c, number)
        findings.replace(c, number, rules.earlier, rules.compare(draft, reading, load_context(c, number, reading)))


def _newer(c: Connection, post_id: int, before: ComparedValues, after: ComparedValues) -> tuple[int, ...]:
    again: set[int] = set()
    said, says = ({(x.key, x.value, x.figure, x.quote) for x in values.claims} for values in (before, after))
    if keys := {key for key, *_ in said ^ says}:
        query = select(claims.c.post_id).where(claims.c.key.in_(keys), claims.c.post_id > post_id)
        again.update(c.scalars(query.order_by(claims.c.post_id.desc()).limit(AGAIN)))
    if before.signature != after.signature:
        for signature in (before.signature, after.signature):
            again.update(number for number, _ in copies(c, signature, after=post_id))
    return tuple(sorted(again, reverse=True)[:AGAIN])


def _stored(c: Connection, post_id: int) -> tuple[Draft, Reading]:
    """Return a stored post as the rules that compare posts need it."""
    row = c.execute(select(posts).where(posts.c.id == post_id)).one()
    draft = Draft(title=row.title, raw=row.raw, published_at=row.published_at, path=row.path, url=row.url)
    reading, text = load_readings(c, [post_id])[post_id], load_paragraphs(c, [post_id])[post_id]
    return draft, replace(reading, paragraphs=text, claims=load(c, post_id).claims)


# ---- links
def mark_links_unchecked(c: Connection, at: Iterable[str]) -> None:
    """Have the links to these addresses checked again: a post has appeared there or disappeared."""
    for some in _some(at):
        c.execute(update(links).where(links.c.address.in_(some), links.c.judged).values(judged=False))


def check_links(
    c: Connection, rules: CrossPostRules, among: ColumnElement[bool]
) -> list[tuple[int, tuple[Finding, ...]]]:
    """Check the unchecked links of the posts `among`, of a folder that was read whole. Return each of these posts with
    the findings in its links that are active and new or more severe."""
    waiting = select(links.c.post_id).join(posts, posts.c.id == links.c.post_id)
    waiting = waiting.join(sources, sources.c.id == posts.c.source_id).where(~links.c.judged, among)
    checked: list[tuple[int, tuple[Finding, ...]]] = []
    for some in _some(sorted(set(c.scalars(waiting)))):
        query = select(links, posts.c.url, posts.c.title, posts.c.published_at).join(posts)
        rows = c.execute(query.where(links.c.post_id.in_(some)).order_by(links.c.post_id, links.c.place)).all()
        alive = _alive(c, {row.address for row in rows})
        for number, group in groupby(rows, lambda row: int(row.post_id)):
            found = rules.check_links(*_linked(list(group)), alive)
            checked.append((number, findings.replace(c, number, rules.links, found)))
        c.execute(update(links).where(links.c.post_id.in_(some)).values(judged=True))
    return checked


def _alive(c: Connection, at: set[str]) -> set[str]:
    """Return those of the addresses at which a post stands."""
    alive: set[str] = set()
    for some in _some(at):
        query = select(addresses.c.address).join(posts, posts.c.id == addresses.c.post_id)
        alive.update(c.scalars(query.where(addresses.c.address.in_(some), posts.c.withdrawn_at.is_(None))))
    return alive


def _linked(rows: list[Row[Any]]) -> tuple[Draft, tuple[Link, ...]]:
    """Return a stored post, as far as checking its links needs it, with its links."""
    draft = Draft(title=rows[0].title, raw="", published_at=rows[0].published_at, url=rows[0].url)
    return draft, tuple(Link(row.address, row.quote, row.paragraph, row.line) for row in rows)


# ---- rows
def _claims(c: Connection, post_id: int, keys: set[str]) -> tuple[tuple[str, Claim], ...]:
    """Return what posts before this one claim of the things that `keys` stand for, each with its post's label."""
    query = select(claims).join(posts, posts.c.id == claims.c.post_id)
    earlier = query.where(claims.c.key.in_(keys), claims.c.post_id < post_id, posts.c.withdrawn_at.is_(None))
    rows = c.execute(earlier.order_by(claims.c.post_id, claims.c.place))
    return tuple((f"#{row.post_id}", _claim(row)) for row in rows)


def _claim(row: Row[Any]) -> Claim:
    return Claim(row.key, row.name, row.value, row.figure, row.quote, row.paragraph, row.line)


def _link_values(post_id: int, place: int, link: Link) -> dict[str, Any]:
    values = {"address": link.to, "quote": link.quote, "paragraph": link.paragraph, "line": link.line}
    return {"post_id": post_id, "place": place, **values}


def _some(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the values some hundreds at a time: a statement takes no more."""
    every = list(values)
    yield from (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
