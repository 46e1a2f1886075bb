"""What the editorial checks find in a folder of posts, what they cost, and how many cut endings they catch.

    uv run python benchmarks/checks.py DIR [--sample RULE [--n 30] [--seed N]]

Prints each rule's findings and posts, the cost of all checks beside tokenising the same posts, the recall of
`cut-ending` on the endings judged by eye in labels/endings.tsv, that of `generator-talk` on labels/talk.txt,
and that of defects which a naive search finds too.
--sample prints random findings of one rule with their surroundings instead, to be judged by eye. `ok` means that the
checks cost less than tokenising, that all the naive search finds is found, and that at least 95 % of the cut endings
are (in a folder that holds labelled posts).
"""

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from _stored_posts import drafts_in
from rich.console import Console
from rich.table import Table

from bot.checks import RULES, check, comparable
from bot.checks.corpus import among
from bot.domain.cross_post import CrossPostContext
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese import read
from bot.japanese.tokens import tokens

LABELS = Path(__file__).parent / "labels" / "endings.tsv"
TALK, INNOCENT = LABELS.with_name("talk.txt"), LABELS.with_name("talk-innocent.txt")
"""Sentences of a text about its own making, and innocent ones that come close. Every second one, from the first on, was
tuned on; the others were not."""
AROUND, BESIDE, LEAST, ROUNDS = 2, 160, 0.95, 3
LONG = 60
_LINKS = re.compile(r"\[[^\[\]]*\]\([^()]*\)")

Post = tuple[Draft, Reading, CrossPostContext]


def main() -> int:
    """Run it; 0 where the targets are met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--sample", metavar="RULE")
    options.add_argument("--n", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    posts = posts_of(chosen.folder)
    found = [(post[0], finding) for post in posts for finding in check(*post)]
    if chosen.sample:
        mine = [(draft, finding) for draft, finding in found if finding.rule == chosen.sample]
        for draft, finding in random.Random(chosen.seed).sample(mine, min(chosen.n, len(mine))):
            show(draft, finding)
        return 0
    return report(posts, found)


def posts_of(folder: Path) -> list[Post]:
    """The folder's posts, read once, and what each must know of the rest."""
    pairs = [(draft, comparable(draft, read(draft))) for draft in drafts_in(folder)]
    return [(*pair, others) for pair, others in zip(pairs, among(pairs), strict=True)]


def show(draft: Draft, finding: Finding) -> None:
    """One finding between the lines of its file."""
    print(f"\n━━ {Path(draft.file or '').name}:{finding.line} ¶{finding.paragraph} 「{finding.quote}」")
    lines = draft.raw.splitlines()
    first = max(0, finding.line - 1 - AROUND)
    for number, line in enumerate(lines[first : finding.line + AROUND], first + 1):
        at = max(0, line.find(finding.quote)) if number == finding.line else 0
        start, end = max(0, at - BESIDE), at + len(finding.quote) + BESIDE
        cut = f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
        print(f"{'▶' if number == finding.line else ' '}{number:5} {cut}")


def cost(posts: list[Post], work: Callable[[Draft, Reading, CrossPostContext], object]) -> float:
    """Milliseconds of processor time a post, the best of three rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for post in posts:
            work(*post)
        best = min(best, time.process_time() - began)
    return best / max(1, len(posts)) * 1000


def checked(draft: Draft, reading: Reading, others: CrossPostContext) -> None:
    """All checks, and what the rules between posts need of this one."""
    check(draft, comparable(draft, reading), others)


def tokenised(draft: Draft, reading: Reading, others: CrossPostContext) -> None:
    """The floor: the body cut into words."""
    tokens(draft.body)


def endings(posts: list[Post]) -> tuple[int, int, int, int]:
    """Of the last endings judged by eye: the cut ones, those of them found, the whole ones, those of them reported."""
    here = {Path(post[0].file or "").name: post for post in posts}
    pairs = [line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines()] if LABELS.exists() else []
    labels = {name: label for name, label in pairs if name in here}
    reported = {name for name in labels if ends_cut(*here[name])}
    cut = {name for name, label in labels.items() if label == "cut"}
    return len(cut), len(cut & reported), len(labels) - len(cut), len(reported - cut)


def ends_cut(draft: Draft, reading: Reading, others: CrossPostContext) -> bool:
    """Whether the very end is reported, not only the end of a part before an end marker."""
    last = reading.paragraphs[-1].line if reading.paragraphs else 0
    return any(finding.rule == "cut-ending" and finding.line >= last for finding in check(draft, reading, others))


def talk() -> dict[str, dict[str, float]]:
    """How `generator-talk` does on the labelled sentences: of each half the share found of those of talk, alone and in
    posts of three of them, and the share reported of the innocent ones, each in a post of its own."""
    figures = {}
    for half, first in (("tuned", 0), ("held out", 1)):
        said = TALK.read_text(encoding="utf-8").splitlines()[first::2]
        plain = INNOCENT.read_text(encoding="utf-8").splitlines()[first::2]
        three = [said[at : at + 3] for at in range(0, len(said) - 2, 3)]
        figures[half] = {
            "sentences": round(sum(is_talk([line]) for line in said) / len(said), 3),
            "posts": round(sum(map(is_talk, three)) / len(three), 3),
            "innocent": round(sum(is_talk([line]) for line in plain) / len(plain), 3),
        }
    return figures


def is_talk(lines: list[str]) -> bool:
    """Whether a post in which the lines stand between others is found."""
    other = "市立水族館は4日、案内端末を12台に増やした。魚の名前や餌の時間を八つの言語で答える。"
    body = "\n\n".join([other, *(part for line in lines for part in (line, other))])
    draft = Draft(title="水族館の案内端末", raw=body, published_at=datetime(2026, 1, 17, tzinfo=UTC))
    return bool(check(draft, read(draft), only=frozenset({"generator-talk"})))


def planted(posts: list[Post]) -> dict[str, dict[str, int]]:
    """What a naive search finds of three defects, and how much of it the rules report: lines with `---END---`, posts in
    which a paragraph of over 60 characters stands twice, links aside, and posts whose excerpt or description is the
    title."""
    there, found = Counter[str](), Counter[str]()
    for draft, reading, _ in posts:
        rules = Counter(finding.rule for finding in check(draft, reading))
        marks = draft.body.count("---END---")
        there["end-marker"] += marks
        found["end-marker"] += min(marks, rules["end-marker"])
        paragraphs = Counter(p.strip() for p in re.split(r"\n\s*\n", draft.body))
        if any(times > 1 and len(_LINKS.sub("", p)) > LONG for p, times in paragraphs.items()):
            there["repeated-passage"] += 1
            found["repeated-passage"] += rules["repeated-passage"] > 0
        if _bare(draft.title) in (_bare(draft.excerpt), _bare(draft.description)):
            there["excerpt-is-title"] += 1
            found["excerpt-is-title"] += rules["excerpt-is-title"] > 0
    return {rule: {"there": count, "found": found[rule]} for rule, count in there.items()}


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def report(posts: list[Post], found: list[tuple[Draft, Finding]]) -> int:
    """The tables, the JSON line, the exit code."""
    hits = Counter(finding.rule for _, finding in found)
    touched = Counter(rule for rule, _ in {(finding.rule, id(draft)) for draft, finding in found})
    table = Table("rule", "severity", "findings", "posts", "% of posts", "µs a post", title=f"{len(posts)} posts")
    for rule in RULES:
        share = f"{touched[rule.name] / max(1, len(posts)):.1%}"
        spent = f"{cost(posts, rule.findings) * 1000:.0f}"
        table.add_row(rule.name, rule.severity, str(hits[rule.name]), str(touched[rule.name]), share, spent)
    Console().print(table)
    checks, floor = cost(posts, checked), cost(posts, tokenised)
    cut, caught, whole, wronged = endings(posts)
    print(f"all checks {checks:.2f} ms a post, tokenising {floor:.2f} ms")
    print(f"cut endings judged by eye: {caught} of {cut} found; whole ones: {wronged} of {whole} reported")
    recall = round(caught / cut, 3) if cut else None
    said = talk()
    for half, shares in said.items():
        print(f"generator-talk, {half}: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    known = planted(posts)
    for name, count in known.items():
        print(f"{name}: {count['found']} of {count['there']} that a naive search finds")
    figures = {
        "posts": len(posts),
        "findings": {rule.name: hits[rule.name] for rule in RULES},
        "touched": {rule.name: touched[rule.name] for rule in RULES},
        "checks_ms": round(checks, 2),
        "tokenising_ms": round(floor, 2),
        "ratio": round(checks / floor, 3) if floor else 0,
        "cut_endings": {"labelled": cut, "found": caught, "recall": recall, "whole": whole, "wronged": wronged},
        "planted": known,
        "talk": said,
        "ok": checks < floor
        and (recall is None or recall >= LEAST)
        and all(count["found"] == count["there"] for count in known.values()),
    }
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
