"""Which findings the newsroom is alerted to: those that are new or more severe, unless their rule fires too often."""

import re
from collections.abc import Collection, Sequence

from bot.domain.findings import MASK, SEVERITIES, Finding
from bot.domain.outbox_messages import FindingsAlert

TOO_OFTEN = 0.2
"""A rule that hits a larger share of a week's posts is demoted: its alerts become a weekly count."""
FEWEST = 10
"""With fewer posts in a week, no rule is demoted and none is promoted again."""
LOUD = ("block", "warn")
"""The severities that alert; notes are shown on request."""


def new_or_worse(found: Sequence[Finding], before: Sequence[Finding], text: str | None = None) -> tuple[Finding, ...]:
    """Return findings that are new, or more severe than before the edit.

    `text` is the text before the edit if older rules read it: a finding whose quotation is in it is not new.
    """
    known: dict[tuple[str, str], int] = {}
    for finding in before:
        key = finding.rule, finding.quote
        known[key] = min(known.get(key, len(SEVERITIES)), _rank(finding))
    return tuple(
        finding
        for finding in found
        if known.get((finding.rule, finding.quote), len(SEVERITIES)) > _rank(finding)
        and not (text is not None and _holds(text, finding.quote))
    )


def is_loud(finding: Finding) -> bool:
    """Whether a new finding of this severity alerts."""
    return finding.severity in LOUD


def may_be_demoted(finding: Finding) -> bool:
    """Whether the finding's rule may be demoted to a weekly count. Blocking rules are never demoted."""
    return finding.severity != "block"


def too_often(hits: int, posts: int) -> bool:
    """Whether a rule with hits in `hits` of a week's `posts` is demoted to a weekly count."""
    return posts >= FEWEST and hits > TOO_OFTEN * posts


def is_quiet_again(hits: int, posts: int) -> bool:
    """Whether a demoted rule that hit so few of a week's posts alerts one by one again."""
    return posts >= FEWEST and not too_often(hits, posts)


def alert(post_id: int, revision: int, fresh: Sequence[Finding], demoted: Collection[str] = ()) -> FindingsAlert | None:
    """Return the alert about new or worse findings in a revision of a post; None if none of them alerts. `demoted` are
    rules that are counted weekly instead."""
    named = tuple((f.rule, f.quote) for f in fresh if is_loud(f) and f.rule not in demoted)
    return FindingsAlert(post_id, revision, named) if named else None


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _holds(text: str, quote: str) -> bool:
    if MASK not in quote:
        return bool(quote) and quote in text
    return re.search("".join("." if sign == MASK else re.escape(sign) for sign in quote), text) is not None
