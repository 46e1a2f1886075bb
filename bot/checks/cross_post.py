"""Rules that compare posts: a near-copy, another figure for the same thing, a link to a post that is not there."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bot.checks.quoting import QUOTE_LENGTH, body_lines, paragraph_lines
from bot.checks.rule import RuleHit, fewest
from bot.domain.cross_post import CrossPostContext
from bot.domain.posts import Draft, address
from bot.domain.readings import Claim, Link, Reading
from bot.japanese.similarity import COPY

SAME = 0.05
"""Relative difference up to which two figures count as one, rounded."""
MOST_FIGURES = 3
MOST_LINKS = 5
_QUOTED = 60
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]\n]{0,300})\]\(\s*<?(?P<to>[^()\s<>]{1,2000})>?[^()\n]{0,300}\)")


def near_copies(draft: Draft, reading: Reading, others: CrossPostContext) -> Iterator[RuleHit]:
    """Find the older post whose text is most like this one's; further near-copies are counted."""
    near = sorted((copy for copy in others.copies if copy.share >= COPY), key=lambda copy: -copy.share)
    for copy in near[:1]:
        why = f"{copy.label}「{copy.title}」と本文のおよそ{copy.share:.0%}が重なっています。"
        words, number, line = "", None, draft.body_line
        for first in reading.paragraphs[:1]:
            words, number, line = first.text.split("\n")[0][:QUOTE_LENGTH], first.number, first.line
        yield RuleHit(words, number, line, len(near) - 1, why)


def conflicting_figures(draft: Draft, reading: Reading, others: CrossPostContext) -> Iterator[RuleHit]:
    """Find figures for which other posts give another, and quote both. One hit for each thing measured, at most 3.

    If as many other posts agree with a figure as disagree, the others are the odd ones. If the post itself gives
    different figures for one thing, that thing is not compared.
    """
    known: dict[str, list[tuple[str, Claim]]] = {}
    for label, claim in others.claims:
        known.setdefault(claim.key, []).append((label, claim))
    ours: dict[str, list[Claim]] = {}
    for claim in reading.claims if known else ():
        ours.setdefault(claim.key, []).append(claim)
    yield from fewest(
        [[hit] for key, mine in ours.items() if key in known and (hit := _conflict(mine, known[key]))], MOST_FIGURES
    )


def _conflict(mine: list[Claim], theirs: list[tuple[str, Claim]]) -> RuleHit | None:
    claim = mine[0]
    if any(not _same(claim, other) for other in mine):
        return None
    agreeing = {label for label, other in theirs if _same(claim, other)}
    odd = [(label, other) for label, other in theirs if label not in agreeing]
    if not odd or len(agreeing) >= len({label for label, _ in odd}):
        return None
    label, other = odd[0]
    theirs_say = f"{label}では{other.figure}（{_short(other.quote)}）"
    why = f"{claim.name}が、この記事では{claim.figure}、{theirs_say}となっています。"
    return RuleHit(claim.quote, claim.paragraph, claim.line, message=why)


def _same(one: Claim, other: Claim) -> bool:
    return abs(one.value - other.value) <= SAME * max(abs(one.value), abs(other.value))


def _short(quote: str) -> str:
    words = quote.rstrip("。")
    return f"「{words if len(words) <= _QUOTED else words[:_QUOTED] + '…'}」"


def dead_links(draft: Draft, reading: Reading, others: CrossPostContext) -> Iterator[RuleHit]:
    """Find links to posts of this site that are not there, footer included; each address once, at most 5."""
    found: dict[str, list[RuleHit]] = {}
    for link in reading.links:
        if others.dead(link.to):
            found.setdefault(link.to, []).append(RuleHit(link.quote, link.paragraph, link.line))
    yield from fewest(list(found.values()), MOST_LINKS)


def links(draft: Draft, reading: Reading) -> tuple[Link, ...]:
    """Return a post's links to its own site, in the order of the file, footer included; none if it has no url."""
    if not draft.url or "](" not in draft.raw:
        return ()
    return tuple(_links(draft, draft.url, reading))


def _links(draft: Draft, url: str, reading: Reading) -> Iterator[Link]:
    host = address(urljoin(url, "/"))
    numbers: dict[int, int] = {}
    for number, line in body_lines(draft):
        if "](" not in line:
            continue
        for link in _LINK.finditer(line):
            to = address(_absolute(url, link["to"]))
            if to.startswith(f"{host}/"):
                numbers = numbers or paragraph_lines(reading)
                yield Link(to, link[0][:QUOTE_LENGTH], numbers.get(number), number)


def _absolute(url: str, to: str) -> str:
    try:
        return urljoin(url, to)
    except ValueError:  # http://[ is no address
        return to
