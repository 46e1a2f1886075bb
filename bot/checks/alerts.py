"""Which findings the newsroom is told of: what is new or worse, of a rule that does not cry too often."""

import re
from collections.abc import Collection, Sequence

from bot.checks.house_phrases import MASK
from bot.domain.findings import SEVERITIES, Finding
from bot.domain.outbox_messages import FindingsAlert

TOO_OFTEN = 0.2
"""Share of a week's posts from which on a rule's alerts become a weekly count."""
FEWEST = 10
"""Posts of a week below which their share says nothing."""
LOUD = ("block", "warn")
"""What alerts; a note is for whoever asks."""


def new_or_worse(found: Sequence[Finding], before: Sequence[Finding], text: str | None = None) -> tuple[Finding, ...]:
    """Those of the findings that did not stand before the post was changed, or stood with a milder severity.

    `text` is the earlier text where its findings are those of older rules: what quotes it is as old as it is.
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
    """What blocks alerts however often it comes."""
    return finding.severity != "block"


def too_often(hit: int, posts: int) -> bool:
    """Whether a rule that hit so many of a week's posts is demoted to a weekly count."""
    return posts >= FEWEST and hit > TOO_OFTEN * posts


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
