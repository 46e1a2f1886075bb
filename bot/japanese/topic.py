"""What a post is about: how much it is an AI article, term by term, and the terms by which stories are told apart."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.japanese.article import Article, Words
from bot.japanese.names import compounds, is_figure, is_latin_name
from bot.japanese.normalisation import folded_words
from bot.japanese.spelling import spelling
from bot.japanese.tags import fold
from bot.japanese.tokens import Token
from bot.japanese.vocabulary import vocabulary

TERMS = 40
LEAD_PARAGRAPHS = 6
_LONGEST = 8
_WEIGHTS = {"AI": 1.0, "製品": 1.0, "AI企業": 0.9, "技術": 0.6, "企業": 0.1, "関連": 0.25}
_PLACES = (("題名", 0.35), ("タグ", 0.5), ("分類", 0.15), ("本文", 0.4))
_FEWEST = 2  # mentions that fill a short text: one is in passing


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

    In title, tags and categories the strongest term counts; in the body a term every 300 characters counts in
    full, and never fewer than two.
    """
    places = (_mentioned((title,)), _mentioned(tags), _mentioned(categories))
    reasons = [
        Reason(place, terms, round(most * max((_weight(term) for term in terms), default=0.0), 3))
        for (place, most), terms in zip(_PLACES[:3], places, strict=True)
    ]
    weighted = sum(count * _weight(name) for name, count in body.items())
    density = min(1.0, weighted / max(_FEWEST, characters / 300))
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

    A term weighs by how often the text names it and where: headline, first paragraph, opening. What has the look of a
    name weighs several times as much as another joined noun, and a general word of the trade (AI, LLM, クラウド) a
    fraction. Versions stay with their product (`llama4`), and aliases are one term.
    """
    weights: dict[str, float] = defaultdict(float)
    head = headline(article)
    proper = _Proper.of(article, head)
    repeated = Counter({name: count for name, count in names.items() if count > 1})
    for counts, (as_name, as_noun) in zip((*_places(article, head), repeated), _WORTH, strict=True):
        for name, count in counts.items():
            if _tells(name):
                weights[fold(name)] += (as_name if name in proper else as_noun) * count**0.5
    for name, count in vocabulary().mentions(head.folded).items():
        weights[fold(name)] += 3.0 * count
    for name, count in mentions.items():
        weights[fold(name)] += 0.5 * count**0.5
    for term in weights:
        weights[term] *= _telling(term)
    best = sorted(weights.items(), key=lambda each: (-each[1], each[0]))[:TERMS]
    length = sum(weight * weight for _, weight in best) ** 0.5
    return tuple((term, round(weight / length, 4)) for term, weight in best)


_WORTH = ((4.0, 2.0), (0.8, 0.8), (2.0, 0.6), (0.7, 0.3))
"""What a name and what another noun weighs in the headline, the first paragraph, the opening, and when repeated."""
_TELLING = {"AI": 0.3, "技術": 0.4, "業界": 0.4, "関連": 0.4, "AI企業": 0.7, "企業": 0.8}
_ORGANISATION = re.compile(
    r".(?:ラボ|研究所|大学|電機|製作所|工業|銀行|証券|新聞|通信|運輸|ホールディングス|グループ|ロボティクス|システムズ"
    r"|テクノロジーズ?|法務|協会|財団|機構|[市県町村庁省社])$"
)


def headline(article: Article) -> Words:
    """What the post says it tells: the headline of its body, or a first line that is one, else the title.

    Titles are cut and rewritten for the web; the first line is often the headline as it once was.
    """
    first = article.paragraphs[0] if article.paragraphs else article.title
    if article.headline is not article.title or len(first.text) > _LINE:
        return article.headline
    same = spelling(first.text)[:_BEGINNING] == spelling(_YEAR.sub("", article.title.text))[:_BEGINNING]
    return first if same or not first.text.endswith("。") else article.title


_LINE, _BEGINNING = 90, 6
_YEAR = re.compile(r"20\d\d年")


def figures(article: Article) -> tuple[str, ...]:
    """The amounts that the text names, folded, in its order: `150億ドル`, `1.6tb`; no dates and no small numbers."""
    found: dict[str, None] = {}
    for words in (headline(article), *article.paragraphs):
        for amount in _AMOUNT.findall(words.text):
            figure = unicodedata.normalize("NFKC", amount).lower().replace(",", "")
            if len(figure) >= _FIGURE:
                found[figure] = None
    return tuple(found)[:_FIGURES]


_FIGURE, _FIGURES = 4, 40  # 75% and 3社 are everywhere
_AMOUNT = re.compile(
    r"(?<![A-Za-z\d.])\d[\d.,]{0,30}(?:[兆億千百]万?|万)?(?:[兆億万](?=[^\d])|ドル|円|元|ユーロ|ポンド|ウォン|[件社個基台人%％倍]"
    r"|[GMTgmt][BbWw]|nm)"
)


def _places(article: Article, head: Words) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """The compounds of the headline, the first paragraph and the opening."""
    opening = article.paragraphs[:LEAD_PARAGRAPHS]
    first = compounds(token for words in opening[:1] for token in words.tokens.rows())
    return compounds(head.tokens.rows()), first, compounds(row for words in opening for row in words.tokens.rows())


def _telling(term: str) -> float:
    entry = vocabulary().entry(term)
    return _TELLING.get(entry.section, 1.0) if entry else 1.0


def _tells(name: str) -> bool:
    return is_latin_name(name) or is_figure(name) or len(name) >= 4


@dataclass(frozen=True)
class _Proper:
    """What has the look of a name in one article: of a company, a product, a person."""

    marked: frozenset[str]
    """Compounds that stand alone between 「 and 」, or before the headline's first comma."""
    nouns: frozenset[str]
    """The dictionary's proper nouns."""

    @classmethod
    def of(cls, article: Article, headline: Words) -> "_Proper":
        opening = [token for words in article.paragraphs[:LEAD_PARAGRAPHS] for token in words.tokens]
        head = headline.tokens
        comma = next((at for at, token in enumerate(head) if token.surface == "、"), 0)
        marked = {_only(head[:comma]), *_between_quotes(head), *_between_quotes(opening)} - {""}
        return cls(frozenset(marked), frozenset(t.surface for t in (*head, *opening) if t.kind == "固有名詞"))

    def __contains__(self, name: str) -> bool:
        if name in self.marked:
            return True
        if is_figure(name):
            return False
        return is_latin_name(name) or bool(_ORGANISATION.search(name)) or any(noun in name for noun in self.nouns)


def _between_quotes(words: Sequence[Token]) -> Iterator[str]:
    start: int | None = None
    for at, token in enumerate(words):
        if token.surface in ("「", "『"):
            start = at + 1
        elif token.surface in ("」", "』") and start is not None:
            yield _only(words[start:at])
            start = None


def _only(words: Sequence[Token]) -> str:
    """The one compound that all of the words make, "" where they make none or are a single everyday noun."""
    found = list(compounds(words)) if len(words) <= _LONGEST else []
    if len(found) != 1 or (len(words) == 1 and words[0].kind != "固有名詞" and not words[0].surface.isascii()):
        return ""
    whole = "".join(token.surface for token in words)
    return found[0] if found[0].replace(" ", "") == whole else ""
