"""The ranked extractive summary: the article's own sentences, best first.

What may never be shown is left out (sentence_filters.py). The others get the grade that a desk chief would probably
give them, 0 to 3: a linear sum over a few traits that a reader can check by eye (sentence_traits.py), in the manner of
Edmundson, "New Methods in Automatic Extracting" (1969). Its weights are a ridge regression over graded sentences
(benchmarks/fit_summaries.py writes summary_weights.yaml). Then sentences are taken greedily, none that says again what
a better one has said, as in Carbonell and Goldstein's MMR (1998), and none without the one it points back to.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.domain.readings import RANKED, Sentence
from bot.japanese.article import Article
from bot.japanese.sentence_filters import TALKS, points_back, unfit
from bot.japanese.sentence_traits import TRAITS, Candidate, Surroundings, content_words, looks_like_a_name, personal
from bot.japanese.tokens import Tokens
from bot.japanese.vocabulary import parsed

FILE = Path(__file__).with_name("summary_weights.yaml")
CANDIDATES = 1_000
ALIKE = 0.5
REPEATS = 0.7
OPENING = 12
"""Sentences from the start among which the facts of an article without a good sentence are looked for."""
PLAIN = 3
"""How many of them a plain article shows: one that does not talk to its reader. Its sentences are facts even without a
figure, so `opening_floor` is its floor."""
FEW_NAMES = 2
_CHATTY = 6


@dataclass(frozen=True)
class Weights:
    """What `benchmarks/fit_summaries.py` found.

    A sentence's score is `base` and what each trait adds. One that scores less than `floor` is shown only if it is one
    of the opening's best and scores at least `opening_floor`.
    """

    base: float
    floor: float
    opening_floor: float
    traits: Mapping[str, float]


@dataclass(frozen=True)
class Scored:
    """A candidate with the grade it would probably get; `adds` is what each trait adds to it, in their order."""

    sentence: Sentence
    score: float
    adds: tuple[float, ...]

    @property
    def reasons(self) -> tuple[tuple[str, float], ...]:
        """The traits it has, each with what it adds, the weightiest first."""
        told = [(name, round(add, 3)) for name, add in zip(TRAITS, self.adds, strict=True) if abs(add) >= 0.005]
        return tuple(sorted(told, key=lambda each: -abs(each[1])))


@cache
def weights() -> Weights:
    """The weights file, read once when first asked for."""
    return Weights(**parsed(FILE))


def ranked(article: Article) -> tuple[Sentence, ...]:
    """Return at most RANKED sentences, best first, no two alike; empty if no sentence is worth showing."""
    return choose(ranking(article), article)


def ranking(article: Article) -> tuple[Scored, ...]:
    """Score every sentence that may be shown, best first."""
    known = weights()
    scored = (_scored(each, known) for each in candidates(article))
    return tuple(sorted(scored, key=lambda each: (-each.score, each.sentence.place)))


def candidates(article: Article) -> list[Candidate]:
    """Return the sentences that may be shown with all that their traits are read from, in the article's order."""
    sentences = article.sentences[:CANDIDATES]
    reasons = [unfit(sentence, words) for sentence, words in sentences]
    around = _surroundings(article, chatty=_is_chatty(article))
    paragraphs: dict[int, bool] = {}
    found: list[Candidate] = []
    for (sentence, words), reason in zip(sentences, reasons, strict=True):
        if reason:
            continue
        number = sentence.paragraph
        if number not in paragraphs:
            paragraphs[number] = personal(article.page.paragraphs[number - 1].text)
        found.append(Candidate(sentence, words, paragraphs[number], around))
    return found


def choose(ranking: Sequence[Scored], article: Article) -> tuple[Sentence, ...]:
    """Choose from a ranking (best first) what a summary may show, best first, at most RANKED.

    Nothing below the floor, nothing that a better sentence or the title has said. A sentence that points back comes
    only after the one before it, and only if that one is good too. If nothing reaches the floor, the best of the
    opening is taken, of an article that talks to its reader a single one.
    """
    known, plain = weights(), not _is_chatty(article)
    floor = known.opening_floor if plain else known.floor
    if chosen := _chosen([each for each in ranking if each.score >= floor], article):
        return chosen
    opening = [each for each in ranking if each.sentence.place < OPENING]
    if plain:
        return _chosen(opening, article)[:PLAIN]
    return _chosen([each for each in opening if each.score >= known.opening_floor], article)[:1]


def _chosen(good: Sequence[Scored], article: Article) -> tuple[Sentence, ...]:
    said = _Said([article.title.text, article.page.headline])
    by_place = {each.sentence.place: each.sentence for each in good}
    for each in good:
        for sentence in _with_antecedent(each.sentence, by_place, said):
            said.add(sentence)
        if len(said.chosen) >= RANKED:
            break
    return tuple(said.chosen[:RANKED])


def _with_antecedent(sentence: Sentence, good: Mapping[int, Sentence], said: "_Said") -> Iterator[Sentence]:
    """The sentence, after the one before it if it points back to that; nothing if that one is not good itself."""
    if not said.is_new(sentence):
        return
    if points_back(sentence.text):
        previous = good.get(sentence.place - 1)
        if previous is None or previous.paragraph != sentence.paragraph:
            return
        if previous not in said.chosen:
            if points_back(previous.text) or not said.is_new(previous):
                return
            yield previous
    yield sentence


class _Said:
    """What was chosen, and what it says: its letter pairs."""

    def __init__(self, titles: Sequence[str]) -> None:
        self.chosen: list[Sentence] = []
        self._titles = [_pairs_of(title) for title in titles]
        self._said: list[set[str]] = []

    def is_new(self, sentence: Sentence) -> bool:
        """Return whether neither the title nor a chosen sentence has said it."""
        pairs = _pairs_of(sentence.text)
        if any(len(pairs & title) > REPEATS * len(pairs) for title in self._titles):
            return False
        return all(len(pairs & other) <= ALIKE * min(len(pairs), len(other)) for other in self._said)

    def add(self, sentence: Sentence) -> None:
        """Choose a sentence."""
        self.chosen.append(sentence)
        self._said.append(_pairs_of(sentence.text))


def _pairs_of(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _scored(each: Candidate, known: Weights) -> Scored:
    adds = tuple([known.traits[name] * trait(each) for name, trait in TRAITS.items()])
    return Scored(each.sentence, round(known.base + sum(adds), 4), adds)


def _is_chatty(article: Article) -> bool:
    """Whether an article opens by talking to its reader or of its writer."""
    return any(unfit(sentence, words) in TALKS for sentence, words in article.sentences[:_CHATTY])


def _surroundings(article: Article, *, chatty: bool) -> Surroundings:
    counts = Counter([word for _, words in article.sentences for word in _nouns(words)])
    return Surroundings(
        _names(article.title.tokens) | _names(article.headline.tokens),
        {word: math.log1p(count) / 4 for word, count in counts.items() if len(word) > 1},
        len(article.sentences),
        chatty,
    )


def _nouns(words: Tokens) -> list[str]:
    return [word for word, pos in zip(words.surfaces, words.poses, strict=True) if pos == "名詞"]


def _names(words: Tokens) -> frozenset[str]:
    """The names of a title; of one with hardly any its nouns."""
    telling = content_words(words)
    rows = [(word, kind) for word, kind in zip(words.surfaces, words.kinds, strict=True) if word in telling]
    names = frozenset(word for word, kind in rows if looks_like_a_name(word, kind))
    return names if len(names) >= FEW_NAMES else names | (telling & frozenset(_nouns(words)))
