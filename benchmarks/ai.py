"""How many posts are rightly told to be AI articles or none, beside asking whether they say "AI".

    uv run python benchmarks/ai.py DIR

AI articles: the folder's own posts, which are taken to be such, and those of samples/. None: the short news of
tests/japanese/not_ai.py, some of which say a word of the trade in passing, and the two samples about something else. A
post is told to be an AI article from a score of .5 on. The peer is the word AI, in whatever width, in title or text.
Prints what is told wrongly with its reasons. `ok` means that 95 % are right on either side.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from _stored_posts import drafts_in
from rich.console import Console
from rich.table import Table

from bot.domain.digests import AI_ARTICLE
from bot.domain.posts import Draft
from bot.japanese import explain_ai_score
from bot.japanese.topic import ai_score
from tests.japanese.not_ai import NOT_AI
from tests.japanese.test_topic import NO_AI_NEWS

ROOT = Path(__file__).parents[1]
LEAST = 0.95
_WORD = re.compile(r"(?<![A-Za-z])AI(?![A-Za-z])")


@dataclass(frozen=True)
class Side:
    """Posts of which it is known whether they are AI articles."""

    name: str
    ai: bool
    drafts: list[Draft]

    def wrong(self, told: Callable[[Draft], bool]) -> list[Draft]:
        """Those that are not told for what they are."""
        return [draft for draft in self.drafts if told(draft) != self.ai]


def main() -> int:
    """Run it; 0 where the target is met."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sides = sides_of(Path(sys.argv[1]))
    methods = {"kawaraban": is_ai_article, "the word AI": says_ai}
    table = Table("", *(f"{side.name} ({len(side.drafts)})" for side in sides), "all", title="Rightly told")
    figures: dict[str, dict[str, float]] = {}
    for name, told in methods.items():
        wrong = [side.wrong(told) for side in sides]
        if name == "kawaraban":
            explain(wrong)
        right = {s.name: share(len(s.drafts) - len(w), len(s.drafts)) for s, w in zip(sides, wrong, strict=True)}
        for ai, both in ((True, "ai"), (False, "none")):
            rows = [(len(s.drafts), len(w)) for s, w in zip(sides, wrong, strict=True) if s.ai == ai]
            right[both] = share(sum(n - bad for n, bad in rows), sum(n for n, _ in rows))
        every = sum(len(side.drafts) for side in sides)
        right["all"] = share(every - sum(map(len, wrong)), every)
        table.add_row(name, *(f"{right[key]:.1%}" for key in (*(side.name for side in sides), "all")))
        figures[name] = right
    Console().print(table)
    ours = figures["kawaraban"]
    ok = ours["ai"] >= LEAST and ours["none"] >= LEAST
    counts = {side.name: len(side.drafts) for side in sides}
    print(json.dumps({"posts": counts, "right": figures, "threshold": AI_ARTICLE, "ok": ok}, ensure_ascii=False))
    return 0 if ok else 1


def sides_of(folder: Path) -> list[Side]:
    """What is told apart; the samples once, where they are the folder."""
    samples = drafts_in(ROOT / "samples")
    news = [draft for draft in samples if not about_something_else(draft)]
    own = [] if folder.resolve() == (ROOT / "samples").resolve() else drafts_in(folder)
    other = [made(*each) for each in NOT_AI] + [draft for draft in samples if about_something_else(draft)]
    return [Side("folder", True, own)] * bool(own) + [Side("samples", True, news), Side("other news", False, other)]


def about_something_else(draft: Draft) -> bool:
    """Whether it is one of the samples that are no AI news."""
    return Path(draft.path or "").name in NO_AI_NEWS


def made(title: str, body: str, tags: tuple[str, ...]) -> Draft:
    """A draft of one of the short news."""
    return Draft(title=title, raw=body, tags=tags, published_at=datetime(2026, 2, 1, tzinfo=UTC))


def is_ai_article(draft: Draft) -> bool:
    """Ours."""
    return ai_score(explain_ai_score(draft)) >= AI_ARTICLE


def says_ai(draft: Draft) -> bool:
    """The peer."""
    return bool(_WORD.search(unicodedata.normalize("NFKC", f"{draft.title}\n{draft.body}")))


def explain(wrong: list[list[Draft]]) -> None:
    """Every post that is told wrongly, with what its score is made of."""
    for draft in (draft for drafts in wrong for draft in drafts):
        reasons = explain_ai_score(draft)
        print(f"{ai_score(reasons):.3f} {draft.title}")
        for reason in reasons:
            if reason.terms:
                print(f"      {reason.place} {reason.score:.3f}: {'、'.join(reason.terms)}")


def share(part: int, whole: int) -> float:
    """A part of the whole, 1 of nothing."""
    return round(part / whole, 4) if whole else 1.0


if __name__ == "__main__":
    sys.exit(main())
