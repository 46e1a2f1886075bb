"""What a rule of the editorial desk is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.posts import Draft
from bot.readings import Finding, Reading, Severity


@dataclass(frozen=True)
class Hit:
    """One place where a rule applies. `quote` is verbatim; `paragraph` is None outside the article's text."""

    quote: str
    paragraph: int | None
    line: int


@dataclass(frozen=True)
class Rule:
    """One editorial rule: `doc` says what it looks for, `message` why a hit matters, `remedy` what ends it."""

    name: str
    severity: Severity
    doc: str
    message: str
    remedy: str
    find: Callable[[Draft, Reading], Iterable[Hit]]

    def findings(self, draft: Draft, reading: Reading) -> tuple[Finding, ...]:
        """The rule's hits as findings, in the order of the file."""
        hits = sorted(self.find(draft, reading), key=lambda hit: hit.line)
        return tuple(
            Finding(self.name, self.severity, hit.quote, hit.paragraph, hit.line, self.message, self.remedy)
            for hit in hits
        )
