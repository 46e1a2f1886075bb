"""What a rule of the editorial desk is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.cross_post import CrossPostContext
from bot.domain.findings import Finding, Severity
from bot.domain.posts import Draft
from bot.domain.readings import Reading


@dataclass(frozen=True)
class RuleHit:
    """One place where a rule applies. `quote` is verbatim; `paragraph` is None outside the article's text.

    `more` counts further places that are not hits of their own; `message` says why in place of the rule's sentence.
    """

    quote: str
    paragraph: int | None
    line: int
    more: int = 0
    message: str = ""


@dataclass(frozen=True)
class Rule:
    """One editorial rule: scripts and files know it by its `name`, editors by its `title`.

    `doc` says what it looks for, `message` why a hit matters, `remedy` what ends it. A rule reads one post (`find`) or
    holds it against others (`compare`). One that is not `on` runs only when named.
    """

    name: str
    title: str
    severity: Severity
    doc: str
    message: str
    remedy: str
    find: Callable[[Draft, Reading], Iterable[RuleHit]] | None = None
    compare: Callable[[Draft, Reading, CrossPostContext], Iterable[RuleHit]] | None = None
    on: bool = True

    def findings(self, draft: Draft, reading: Reading, others: CrossPostContext | None = None) -> tuple[Finding, ...]:
        """The rule's hits as findings, in the order of the file; without `others` nothing is compared."""
        hits = list(self.find(draft, reading)) if self.find else []
        if self.compare and others:
            hits += self.compare(draft, reading, others)
        return tuple(
            Finding(self.name, self.severity, hit.quote, hit.paragraph, hit.line, self._why(hit), self.remedy)
            for hit in sorted(hits, key=lambda hit: hit.line)
        )

    def _why(self, hit: RuleHit) -> str:
        why = hit.message or self.message
        return f"{why.removesuffix('。')}（ほか{hit.more}か所）。" if hit.more else why


def grouped(hits: Sequence[RuleHit]) -> Iterator[RuleHit]:
    """The first hit, with the count of the rest."""
    for hit in hits[:1]:
        yield replace(hit, more=len(hits) - 1)


def fewest(kinds: Iterable[list[RuleHit]], limit: int) -> Iterator[RuleHit]:
    """The first hit of each kind, at most `limit`; the last one counts the rest."""
    shown = [replace(hits[0], more=len(hits) - 1) for hits in kinds]
    left = sum(1 + hit.more for hit in shown[limit:])
    for number, hit in enumerate(shown[:limit], 1):
        yield replace(hit, more=hit.more + left) if number == limit else hit
