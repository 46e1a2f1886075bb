"""What a post is about: how much it is an AI article, term by term, and the terms by which stories are told apart."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from bot.japanese.article import Article
from bot.japanese.folding import folded_words
from bot.japanese.names import compounds, is_figure, is_latin_name
from bot.japanese.tags import fold
from bot.japanese.vocabulary import vocabulary

TERMS = 40
LEAD_PARAGRAPHS = 6
_WEIGHTS = {"AI": 1.0, "製品": 1.0, "AI企業": 0.9, "企業": 0.1, "関連": 0.25}
_PLACES = (("題名", 0.45), ("タグ", 0.25), ("分類", 0.15), ("本文", 0.4))


@dataclass(frozen=True)
class Reason:
    """One step to the AI score: the place, the terms found there, and what they add (0–1)."""

    place: str
    terms: tuple[str, ...]
    score: float


def ai_reasons(
    title: str, tags: tuple[str, ...], categories: tuple[str, ...], body: Counter[str], characters: int
) -> tuple[Reason, ...]:
    """Explain the AI score place by place. `body` counts the vocabulary's entries in `characters` of text.

    In title, tags and categories the strongest term counts; in the body a term every 300 characters counts in full.
    """
    places = (_mentioned((title,)), _mentioned(tags), _mentioned(categories))
    reasons = [
        Reason(place, terms, round(most * max((_weight(term) for term in terms), default=0.0), 3))
        for (place, most), terms in zip(_PLACES[:3], places, strict=True)
    ]
    weighted = sum(count * _weight(name) for name, count in body.items())
    density = min(1.0, weighted / max(1.0, characters / 300))
    top = tuple(name for name, _ in sorted(body.items(), key=lambda each: (-each[1] * _weight(each[0]), each[0]))[:5])
    return (*reasons, Reason(_PLACES[3][0], top, round(_PLACES[3][1] * density, 3)))


def ai_score(reasons: tuple[Reason, ...]) -> float:
    """The sum of the reasons, at most 1. From 0.5 on a post is an AI article."""
    return round(min(1.0, sum(reason.score for reason in reasons)), 3)


def _mentioned(texts: tuple[str, ...]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for text in texts:
        entry = vocabulary().entry(text)
        names.update(dict.fromkeys([entry.name] if entry else vocabulary().mentions(folded_words(text))))
    return tuple(names)


def _weight(name: str) -> float:
    entry = vocabulary().entry(name)
    return _WEIGHTS.get(entry.section, 0.0) if entry else 0.0


def terms(article: Article, names: Counter[str], mentions: Counter[str]) -> tuple[tuple[str, float], ...]:
    """Names, products, figures and vocabulary of the post with weights (sum of squares 1), heaviest first.

    A term weighs by how often the whole text names it, more when the title, headline or opening does; versions stay
    with their product (`llama4`), and aliases are one term.
    """
    opening = compounds(token for words in article.paragraphs[:LEAD_PARAGRAPHS] for token in words.tokens)
    title = compounds(article.headline.tokens)
    weights: dict[str, float] = defaultdict(float)
    for counts, worth in ((title, 4.0), (opening, 1.0)):
        for name, count in counts.items():
            if _tells(name):
                weights[fold(name)] += worth * count**0.5
    for name, count in vocabulary().mentions(article.headline.folded).items():
        weights[fold(name)] += 3.0 * count
    for name, count in mentions.items():
        weights[fold(name)] += 0.5 * count**0.5
    for name, count in names.items():
        if count > 1 and _tells(name):
            weights[fold(name)] += 0.5 * count**0.5
    best = sorted(weights.items(), key=lambda each: (-each[1], each[0]))[:TERMS]
    length = sum(weight * weight for _, weight in best) ** 0.5
    return tuple((term, round(weight / length, 4)) for term, weight in best)


def _tells(name: str) -> bool:
    return is_latin_name(name) or is_figure(name) or len(name) >= 4
