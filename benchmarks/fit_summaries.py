"""How good the sentences are that a digest shows, by grades given by reading; and the fit of the ranker's weights.

    uv run python benchmarks/fit_summaries.py DIR GRADES [--write]

GRADES has one JSON object a line: {"file": "…", "sentences": [{"text": "…", "grade": 0-3}, …]}, of posts in DIR. A
ridge regression over the traits (bot/japanese/sentence_traits.py) is fitted to the grades, and judged by the posts it
was not fitted on (ten folds by post, three shuffles): of the two sentences that the product would take from the graded
ones, the mean grade, the posts with a good one (2 or 3), with a useless one (0), and with a good first one. The traits
were chosen on the even half. Lead and LexRank choose from the same sentences. --write fits on all and writes
bot/japanese/summary_weights.yaml. `ok` means a mean of 1.75, good in 87 % and useless in 5 % of posts, the first one
good in 72 %.
"""

import sys

sys.path.append(sys.path.pop(0))  # this folder goes last: its http.py would stand in for the standard library's http

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import yaml
from _stored_posts import drafts_in
from rich.console import Console
from rich.table import Table
from summaries import lexrank

from bot.domain.readings import Sentence
from bot.japanese import summary
from bot.japanese.article import Article, article
from bot.japanese.sentence_traits import TRAITS

RIDGE, FOLDS, SHUFFLES, SHOWN = 24.0, 10, 3, 2
FLOOR, OPENING_FLOOR = 1.5, 1.2
FIXED = {"淡々とした記事の書き出し": 0.3}
"""Not fitted: nearly all graded posts talk to their reader, and a news flash has its news in the first sentence."""
TARGETS = {"mean": 1.75, "good": 0.87, "useless": 0.05, "first": 0.72}
Weights = summary.Weights


@dataclass(frozen=True)
class Case:
    """A post whose sentences were graded: those that may be shown, with their traits."""

    article: Article
    sentences: tuple[Sentence, ...]
    traits: np.ndarray
    grades: dict[Sentence, int]

    @property
    def seen(self) -> np.ndarray:
        """The grades of `sentences`."""
        return np.array([self.grades[sentence] for sentence in self.sentences], dtype=float)


def main() -> int:
    """Run it; 0 where the targets are met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("grades", type=Path)
    options.add_argument("--write", action="store_true", help="write the weights fitted on all posts")
    chosen = options.parse_args()
    cases = graded(chosen.folder, chosen.grades)
    if chosen.write:
        write(fitted(cases))
    held_out = [by_others(cases, shuffle) for shuffle in range(SHUFFLES)]
    everything: dict[str, list[list[list[int]]]] = {
        "lead": [[lead(case) for case in cases]],
        "LexRank": [[by_lexrank(case) for case in cases]],
        "kawaraban": held_out,
        "best possible": [[sorted(case.grades.values(), reverse=True)[:SHOWN] for case in cases]],
    }
    table = Table("", "half", *TARGETS, "shown", title=f"{len(cases)} graded posts, {SHOWN} sentences at most")
    figures = {name: reported(name, shuffles, table) for name, shuffles in everything.items()}
    Console().print(table)
    ours = figures["kawaraban"]
    ok = ours["useless"] <= TARGETS["useless"] and all(
        ours[name] >= least for name, least in TARGETS.items() if name != "useless"
    )
    print(json.dumps({"posts": len(cases), **figures, "ok": ok}))
    return 0 if ok else 1


def graded(folder: Path, grades: Path) -> list[Case]:
    """The graded posts, by file name."""
    given = {}
    for line in grades.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        given[row["file"]] = {"".join(s["text"].split()): s["grade"] for s in row["sentences"]}
    drafts = {Path(draft.file).name: draft for draft in drafts_in(folder) if draft.file}
    return [case(article(drafts[name]), given[name]) for name in sorted(given.keys() & drafts.keys())]


def case(post: Article, given: dict[str, int]) -> Case:
    """One post with its grades; of a sentence that stands there twice the first."""
    left = dict(given)
    grades = {s: left.pop(key) for s, _ in post.sentences if (key := "".join(s.text.split())) in left}
    found = [each for each in summary.candidates(post) if each.sentence in grades]
    rows = [[trait(each) for trait in TRAITS.values()] for each in found]
    return Case(post, tuple(each.sentence for each in found), np.array(rows).reshape(-1, len(TRAITS)), grades)


def fitted(cases: Sequence[Case]) -> Weights:
    """Ridge regression of the grades on the traits; the mean is not shrunk."""
    traits, grades = np.concatenate([c.traits for c in cases]), np.concatenate([c.seen for c in cases])
    fixed = np.array([FIXED.get(name, 0.0) for name in TRAITS])
    grades = grades - traits @ fixed
    traits = traits * (fixed == 0)
    mean = traits.mean(axis=0)
    centred = traits - mean
    found = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(len(TRAITS)), centred.T @ (grades - grades.mean()))
    base = float(grades.mean() - mean @ found)
    traits_worth = {name: round(float(worth), 3) for name, worth in zip(TRAITS, found + fixed, strict=True)}
    return Weights(round(base, 3), FLOOR, OPENING_FLOOR, traits_worth)


def by_others(cases: list[Case], shuffle: int) -> list[list[int]]:
    """The grades of what each post would show by weights fitted on other posts."""
    order = np.random.default_rng(shuffle).permutation(len(cases))
    shown: list[list[int]] = [[] for _ in cases]
    for fold in range(FOLDS):
        mine = {int(at) for at in order[fold::FOLDS]}
        weights = fitted([c for at, c in enumerate(cases) if at not in mine])
        for at in mine:
            shown[at] = ours(cases[at], weights)
    return shown


def ours(case: Case, weights: Weights) -> list[int]:
    """The grades of what the product would take from the graded sentences by these weights."""
    with patch.object(summary, "weights", lambda: weights):
        ranking = [each for each in summary.ranking(case.article) if each.sentence in case.grades]
        return [case.grades[sentence] for sentence in summary.choose(ranking, case.article)[:SHOWN]]


def lead(case: Case) -> list[int]:
    """The first graded sentences."""
    return list(case.grades.values())[:SHOWN]


def by_lexrank(case: Case) -> list[int]:
    """The graded sentences that LexRank likes best."""
    only = replace(case.article, sentences=tuple(each for each in case.article.sentences if each[0] in case.grades))
    return [case.grades[sentence] for sentence in lexrank(only)[:SHOWN]]


def reported(name: str, shuffles: list[list[list[int]]], table: Table) -> dict[str, float]:
    """Add a method's rows to the table; return its figures over all posts."""
    for half, part in (("even", slice(0, None, 2)), ("odd", slice(1, None, 2)), ("all", slice(None))):
        posts = [grades for shuffle in shuffles for grades in shuffle[part]]
        every = [grade for grades in posts for grade in grades]
        figures = {
            "mean": sum(every) / max(1, len(every)),
            "good": sum(max(grades, default=0) >= 2 for grades in posts) / len(posts),
            "useless": sum(0 in grades for grades in posts) / len(posts),
            "first": sum(bool(grades) and grades[0] >= 2 for grades in posts) / len(posts),
        }
        shown = len(every) / len(posts)
        table.add_row(name, half, *(f"{figure:.3f}" for figure in figures.values()), f"{shown:.2f}")
    return {key: round(figure, 3) for key, figure in figures.items()} | {"shown": round(shown, 2)}


def write(weights: Weights) -> None:
    """Write the weights where the product reads them."""
    head = (
        "# What each trait of a sentence (sentence_traits.py) adds to the grade, 0-3, that it would probably get.\n"
        "# Written by benchmarks/fit_summaries.py --write; below `floor` no sentence is shown, but the best of the\n"
        "# opening if it has `opening_floor`.\n"
    )
    plain = {"base": weights.base, "floor": weights.floor, "opening_floor": weights.opening_floor}
    text = yaml.safe_dump({**plain, "traits": dict(weights.traits)}, allow_unicode=True, sort_keys=False)
    summary.FILE.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
