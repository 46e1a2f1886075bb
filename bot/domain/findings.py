"""Findings: defects that rules found in a post, and how editors rate the rules."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn", "note"]


SEVERITIES: tuple[Severity, ...] = ("block", "warn", "note")
"""From the most to the least severe."""
MASK = "●"
"""Stands in a quotation for each character that must not be repeated."""


@dataclass(frozen=True)
class Finding:
    """A defect that a rule found. `paragraph` is None in the front matter; `line` counts from 1 in the raw file."""

    rule: str
    severity: Severity
    quote: str
    paragraph: int | None
    line: int
    message: str
    remedy: str


@dataclass(frozen=True)
class Silenced:
    """A rule was silenced for a post, or restored. `findings` counts the findings affected; `changed` is False if
    nothing changed."""

    rule: str
    findings: int
    changed: bool = True


@dataclass(frozen=True)
class RuleCount:
    """The number of posts in which a rule found something, the number in which it was dismissed, and whether the rule
    is demoted to a weekly count."""

    hits: int = 0
    dismissed: int = 0
    demoted: bool = False
