"""How good and how fast summaries are, against descriptions that editors wrote, beside lead, title and LexRank.

    uv run python benchmarks/summaries.py DIR

A post counts when its `description` is an editor's own: at least 50 characters, no Markdown, neither its start nor its
end copied from the body; without any nothing is judged. Overlap F1 on our tokens: R1 words, R2 word pairs, N1 content
words the title has not; at most 130 characters. `ok` means R1 >= .43, R2 >= .165, N1 >= .135, prose only, and ten times
as fast as sumy where installed.
"""

import importlib
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from _stored_posts import drafts_in
from rich.console import Console
from rich.table import Table

from bot.domain.posts import Draft
from bot.domain.readings import Sentence, summarise
from bot.japanese.article import Article, article
from bot.japanese.summary import CANDIDATES, ranked
from bot.japanese.tokens import Token, tokens

CHARACTERS = 130
TARGETS = {"R1": 0.43, "R2": 0.165, "N1": 0.135}
TIMES_SUMY = 10
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞"}
Ranker = Callable[[Article], list[Sentence]]


@dataclass(frozen=True)
class Case:
    """A post with the description its editor wrote."""

    article: Article
    title: str
    description: str


def main() -> int:
    """Run it; 0 where the targets are met."""
    cases = described(Path(sys.argv[1]))
    if not cases:
        print(f"no post in {sys.argv[1]} has a description that an editor wrote: nothing to measure summaries by")
        print(json.dumps({"posts": 0, "ok": None}))
        return 0
    methods: dict[str, Ranker] = {"title": lambda post: [], "lead": lead, "LexRank (ours)": lexrank}
    if sumy := sumy_lexrank():
        methods["LexRank (sumy)"] = sumy
    methods["kawaraban"] = lambda post: list(ranked(post))
    table = Table("", "half", *TARGETS, "ms a post", title=f"{len(cases)} descriptions, {CHARACTERS} characters")
    figures = {name: measured(name, method, cases, table) for name, method in methods.items()}
    if not sumy:
        table.add_row("LexRank (sumy)", "not installed", "", "", "", "")
    Console().print(table)
    return report(figures, len(cases))


def described(folder: Path) -> list[Case]:
    """The posts with an editor's own description, by file name."""
    drafts = drafts_in(folder)
    return [Case(article(draft), draft.title, text) for draft in drafts if (text := own_description(draft))]


def own_description(draft: Draft) -> str:
    """The description, empty where it is short or a copy."""
    text = draft.description or ""
    flat, body = re.sub(r"\s", "", text), re.sub(r"\s", "", draft.body)
    copied = flat[:25] in body or flat[10:35] in body or flat[-28:-3] in body
    return "" if len(flat) < 50 or "##" in text or copied else text


def lead(post: Article) -> list[Sentence]:
    """The first sentences of prose."""
    return [sentence for sentence, _ in prose(post)]


def prose(post: Article) -> list[tuple[Sentence, Sequence[Token]]]:
    """The sentences everybody chooses from."""
    return [
        each for each in post.sentences[:CANDIDATES] if 15 <= len(each[0].text) <= 130 and each[0].text[-1] in "。！？"
    ]


def lexrank(post: Article) -> list[Sentence]:
    """Continuous LexRank (Erkan and Radev, 2004) in our own lines: cosine of tf-idf, damping .85, 30 rounds."""
    chosen = prose(post)
    bags = [Counter(t.surface for t in words if t.pos in _CONTENT) for _, words in chosen]
    spread = Counter(word for bag in bags for word in bag)
    vectors = [{w: n * math.log(len(bags) / spread[w]) for w, n in bag.items()} for bag in bags]
    norms = [math.sqrt(sum(x * x for x in v.values())) or 1.0 for v in vectors]
    rows = [
        [sum(x * b[w] for w, x in a.items() if w in b) / (n * m) for b, m in zip(vectors, norms, strict=True)]
        for a, n in zip(vectors, norms, strict=True)
    ]
    rows = [[x / (sum(row) or 1.0) for x in row] for row in rows]
    scores = [1.0] * len(rows)
    for _ in range(30):
        new = [0.15] * len(rows)
        for score, row in zip(scores, rows, strict=True):
            for at, share in enumerate(row):
                new[at] += 0.85 * score * share
        scores = new
    order = sorted(range(len(chosen)), key=lambda at: -scores[at])
    return [chosen[at][0] for at in order]


def sumy_lexrank() -> Ranker | None:
    """sumy's LexRank over the same sentences and tokens, None where sumy is not installed."""
    try:
        summarizer = importlib.import_module("sumy.summarizers.lex_rank").LexRankSummarizer()
        dom = importlib.import_module("sumy.models.dom")
    except ImportError:
        return None

    # It gives its choice in the text's order; its ratings give the order of merit.
    summarizer._get_best_sentences = lambda given, _, ratings: sorted(dict.fromkeys(given), key=lambda s: -ratings[s])

    def rank(post: Article) -> list[Sentence]:
        by_text: dict[str, Sentence] = {}
        made: list[Any] = []
        for sentence, words in prose(post):
            made.append(dom.Sentence(sentence.text, Words([t.surface for t in words if t.pos in _CONTENT])))
            by_text.setdefault(sentence.text, sentence)
        document = dom.ObjectDocumentModel([dom.Paragraph(made)])
        return [by_text[str(sentence)] for sentence in summarizer(document, len(made))]

    return rank


class Words:
    """What sumy asks for words: they are there already, so that it is timed on our tokens."""

    def __init__(self, words: list[str]) -> None:
        self.words = tuple(words)

    def to_words(self, _: str) -> tuple[str, ...]:
        """The words of the sentence."""
        return self.words


def measured(name: str, method: Ranker, cases: list[Case], table: Table) -> dict[str, float]:
    """Score one method, add its rows to the table, give the figures of all posts."""
    began = time.perf_counter()
    orders = [method(case.article) for case in cases]
    spent = (time.perf_counter() - began) / max(1, len(cases)) * 1000
    chosen = [summarise(tuple(order), characters=CHARACTERS) for order in orders]
    said = ["".join(s.text for s in sentences) or case.title for sentences, case in zip(chosen, cases, strict=True)]
    scores = [overlap(text, case) for text, case in zip(said, cases, strict=True)]
    halves = {"all": scores, "even": scores[::2], "odd": scores[1::2]}
    for half, part in halves.items():
        means = [sum(column) / max(1, len(part)) for column in zip(*part, strict=True)]
        table.add_row(name, half, *(f"{mean:.4f}" for mean in means), f"{spent:.1f}" if half == "all" else "")
    means = [sum(column) / max(1, len(scores)) for column in zip(*scores, strict=True)]
    no_prose = sum(any(s.text[-1] not in "。！？!?」』）)" for s in sentences) for sentences in chosen)
    return {**dict(zip(TARGETS, means, strict=True)), "no_prose": no_prose, "ms": spent}


def overlap(text: str, case: Case) -> tuple[float, float, float]:
    """R1, R2 and N1 of a summary."""
    ours, theirs, title = tokens(text[:160]), tokens(case.description), {t.surface for t in tokens(case.title)}
    a, b = [t.surface for t in ours], [t.surface for t in theirs]
    return f1(a, b), f1(pairwise(a), pairwise(b)), f1(new_words(ours, title), new_words(theirs, title))


def new_words(words: Sequence[Token], title: set[str]) -> list[str]:
    """Content words the title has not."""
    return [t.surface for t in words if len(t.surface) > 1 and t.surface not in title and t.pos in _CONTENT]


def f1(ours: Iterable[Hashable], theirs: Iterable[Hashable]) -> float:
    """Overlap of two bags, 0-1."""
    a, b = Counter(ours), Counter(theirs)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def report(figures: dict[str, dict[str, float]], posts: int) -> int:
    """The JSON line and the exit code."""
    ours = figures["kawaraban"]
    faster = {n: round(f["ms"] / ours["ms"], 1) for n, f in figures.items() if n.startswith("LexRank")}
    ok = all(ours[name] >= least for name, least in TARGETS.items()) and not ours["no_prose"]
    ok = ok and faster.get("LexRank (sumy)", TIMES_SUMY) >= TIMES_SUMY
    rounded = {name: {key: round(value, 4) for key, value in f.items()} for name, f in figures.items()}
    print(json.dumps({"posts": posts, **rounded, "times_faster_than": faster, "ok": ok}, ensure_ascii=False))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
