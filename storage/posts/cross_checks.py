"""What posts are held against each other by, and what that finds: near-copies, other figures, dead links."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bot.checks import check
from bot.checks.corpus import dead_link_test
from bot.checks.cross_post_context import Copy, CrossPostContext
from bot.domain.findings import Finding
from bot.domain.posts import Draft, address
from bot.domain.readings import Claim, Link, Reading, SearchText
from storage.mapping import load_paragraphs, load_readings
from storage.posts.stories import copies
from storage.tables import (
    addresses,
    claims,
    links,
    posts,
    readings,
    sources,
)

EARLIER = frozenset({"near-copy", "conflicting-figure"})
"""The rules that hold a post against those taken in before it."""
LINKS = frozenset({"dead-link"})
"""The rule that is judged at the end of a delivery: a link may lead to a post that comes later in it."""
AGAIN = 50
"""Newer posts that are compared again where an older one was changed, the newest first."""
_AT_ONCE = 500
T = TypeVar("T")


class ComparedValues(NamedTuple):
    """By what a post is held against others."""

    signature: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()


def keep(c: Connection, post_id: int, draft: Draft, reading: Reading) -> None:
    """Write what other posts will be held against. Only the links of a folder's post can be judged: of other sources
    the desk does not have every post."""
    if reading.claims:
        c.execute(insert(claims), [{"post_id": post_id, "place": n, **asdict(x)} for n, x in enumerate(reading.claims)])
    if draft.path is not None and reading.links:
        c.execute(insert(links), [_link_values(post_id, n, link) for n, link in enumerate(reading.links)])


def held(c: Connection, post_id: int) -> ComparedValues:
    """What was kept of a post."""
    signature = c.scalar(select(readings.c.signature).where(readings.c.post_id == post_id))
    rows = c.execute(select(claims).where(claims.c.post_id == post_id).order_by(claims.c.place))
    return ComparedValues(tuple(signature or ()), tuple(_claim(row) for row in rows))


def forget(c: Connection, post_id: int) -> None:
    """Take away what was kept of a post."""
    for table in (claims, links):
        c.execute(delete(table).where(table.c.post_id == post_id))


def compared(c: Connection, post_id: int, draft: Draft, reading: Reading) -> tuple[Finding, ...]:
    """What the rules of EARLIER find in a post."""
    theirs = _claims(c, post_id, {claim.key for claim in reading.claims}) if reading.claims else ()
    near = copies(c, reading.signature, before=post_id)
    if not theirs and not near:
        return ()
    titles = select(posts.c.id, posts.c.title).where(posts.c.id.in_([number for number, _ in near]))
    titled = {row.id: row.title for row in c.execute(titles)} if near else {}
    alike = tuple(Copy(f"#{number}", titled[number], share) for number, share in near)
    return check(draft, reading, CrossPostContext(theirs, alike), EARLIER)


def compared_again(c: Connection, post_id: int) -> tuple[Finding, ...]:
    """The same for a post as it is stored."""
    row = c.execute(select(posts).where(posts.c.id == post_id)).one()
    draft = Draft(title=row.title, raw=row.raw, published_at=row.published_at, path=row.path, url=row.url)
    reading = load_readings(c, [post_id])[post_id]
    text = load_paragraphs(c, [post_id])[post_id]
    return compared(c, post_id, draft, replace(reading, paragraphs=text, claims=held(c, post_id).claims))


def newer(c: Connection, post_id: int, before: ComparedValues, after: ComparedValues) -> tuple[int, ...]:
    """The newer posts to be compared again since this one was held against them `before` and is now `after`."""
    again: set[int] = set()
    said, says = ({(x.key, x.value, x.figure, x.quote) for x in held.claims} for held in (before, after))
    if keys := {key for key, *_ in said ^ says}:
        query = select(claims.c.post_id).where(claims.c.key.in_(keys), claims.c.post_id > post_id)
        again.update(c.scalars(query.order_by(claims.c.post_id.desc()).limit(AGAIN)))
    if before.signature != after.signature:
        for signature in (before.signature, after.signature):
            again.update(number for number, _ in copies(c, signature, after=post_id))
    return tuple(sorted(again, reverse=True)[:AGAIN])


# ---- links
def mark_links_unchecked(c: Connection, at: Iterable[str]) -> None:
    """Posts came to stand at these addresses, or stand there no longer: the links to them are to be judged."""
    for some in _some(at):
        c.execute(update(links).where(links.c.address.in_(some), links.c.judged).values(judged=False))


def check_links(c: Connection, among: ColumnElement[bool]) -> tuple[tuple[int, tuple[Finding, ...]], ...]:
    """Judge what links are not judged yet in the posts `among`, of a folder that was read whole: what `dead-link` finds
    in each of them."""
    waiting = select(links.c.post_id).join(posts, posts.c.id == links.c.post_id)
    waiting = waiting.join(sources, sources.c.id == posts.c.source_id).where(~links.c.judged, among)
    numbers = sorted(set(c.scalars(waiting)))
    found: list[tuple[int, tuple[Finding, ...]]] = []
    for some in _some(numbers):
        query = select(links, posts.c.url, posts.c.title, posts.c.published_at).join(posts)
        rows = c.execute(query.where(links.c.post_id.in_(some)).order_by(links.c.post_id, links.c.place)).all()
        alive = _alive(c, {row.address for row in rows})
        by_post = groupby(rows, lambda row: int(row.post_id))
        found += [(number, _dead(list(group), alive)) for number, group in by_post]
        c.execute(update(links).where(links.c.post_id.in_(some)).values(judged=True))
    return tuple(found)


def _alive(c: Connection, at: set[str]) -> set[str]:
    """Those of the addresses at which a post stands."""
    alive: set[str] = set()
    for some in _some(at):
        query = select(addresses.c.address).join(posts, posts.c.id == addresses.c.post_id)
        alive.update(c.scalars(query.where(addresses.c.address.in_(some), posts.c.withdrawn_at.is_(None))))
    return alive


def _dead(rows: list[Row[Any]], alive: set[str]) -> tuple[Finding, ...]:
    post = rows[0]
    linked = tuple(Link(row.address, row.quote, row.paragraph, row.line) for row in rows)
    own = {address(post.url)} if post.url else set()
    # of a whole folder every post is known; what has another shape than this post's address is another kind of page
    dead = dead_link_test(own | {link.to for link in linked if link.to in alive}, (), whole=True)
    reading = Reading((), (), (), (), SearchText("", "", ""), (), 0, 1, links=linked)
    draft = Draft(title=post.title, raw="", published_at=post.published_at, url=post.url)
    return check(draft, reading, CrossPostContext(dead=dead), LINKS)


# ---- rows
def _claims(c: Connection, post_id: int, keys: set[str]) -> tuple[tuple[str, Claim], ...]:
    """What the posts before this one claim of the same things."""
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
    """The values a few hundred at a time: a statement takes no more."""
    every = list(values)
    yield from (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
