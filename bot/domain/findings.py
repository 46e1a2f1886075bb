"""Findings: what a rule found wrong in a post, and how rules fare with the editors."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn", "note"]


SEVERITIES: tuple[Severity, ...] = ("block", "warn", "note")
"""From the most to the least severe."""
MASK = "●"
"""Stands in a quotation for each character that must not be repeated."""


@dataclass(frozen=True)
class Finding:
    """A defect that a rule found. `paragraph` is None in the front matter; `line` is the raw file's, from 1."""

    rule: str
    severity: Severity
    quote: str
    paragraph: int | None
    line: int
    message: str
    remedy: str


@dataclass(frozen=True)
class Silenced:
    """A rule is silent for a post, or speaks again: so many of its findings are concerned; not `changed` where all was
    so before."""

    rule: str
    findings: int
    changed: bool = True


@dataclass(frozen=True)
class RuleCount:
    """In how many posts a rule found something, for how many it was dismissed, and whether its alerts are a weekly
    count."""

    hits: int = 0
    dismissed: int = 0
    demoted: bool = False
