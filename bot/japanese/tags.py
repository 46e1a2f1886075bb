"""Tags: the author's, joined through the vocabulary, and those the text itself speaks of, by how much it does."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from bot.domain.tags import Tag, by_weight
from bot.japanese.article import Article
from bot.japanese.names import is_figure, is_latin_name, joined
from bot.japanese.normalisation import folded_words
from bot.japanese.spelling import spelling
from bot.japanese.vocabulary import stopwords, vocabulary

MOST = 12
_FEWEST = 3
_IN_TITLE, _IN_HEADING = 6.0, 2.0
_SURE = 7.0
"""What being known must add, so that an entry counts that is named once in passing."""
_ENTRIES = {
    "AI": (1.0, 7.0), "製品": (1.5, 7.0), "AI企業": (1.2, 7.0), "企業": (1.2, 7.0), "技術": (1.2, 7.0),
    "関連": (0.5, 4.0),
}  # fmt: skip
_OTHER_ENTRY = (1.2, 4.0)
"""What one mention of an entry weighs by the vocabulary's section, and what its being known adds."""
_NAME, _NOUN = 0.85, 0.55
"""What one mention of a name in Latin letters and of another joined noun weighs."""
_BROAD = {"AI", "スタートアップ"}
"""Entries that tell no post from another."""
_BROAD_WORTH = 0.05
SURE, LONG = 13.0, 5_000
"""The weight (a score of .66) from which on nearly nine in ten tags of a text of `LONG` characters are worth keeping. A
shorter text names little in passing: its tags need in proportion less.
"""
_KATAKANA = re.compile(r"[ァ-ヴー・]+$")
_NO_NAME = re.compile(r"[\d,.]+ ?(?:[mb]illion|thousand|percent)|.*(?:\d[億万倍]|[一-龠]\d\d|[ぁ-ん]$)|AI\d")
_AI_BEFORE = re.compile(r"(?:生成)?AI(?=[^\x00-\x7f]{4})")


def fold(name: str) -> str:
    """The key under which tags are looked up: equal for spellings and aliases of one thing (LLM = 大規模言語モデル)."""
    entry = vocabulary().entry(name)
    return spelling(entry.name if entry else name)


def tags(article: Article, author: tuple[str, ...], names: Counter[str], mentions: Counter[str]) -> tuple[Tag, ...]:
    """Return the author's tags and what the text speaks of, at most 12 in all, best first.

    An author's tag that the text never names comes last, with a score of 0. `names` are the text's compounds,
    `mentions` the vocabulary's entries found in it, both with their counts.
    """
    text = f" {' '.join(article.title.folded)} {' '.join(article.body)} "
    spoken = {fold(name): (name, weight) for name, weight in _spoken_of(article, names, mentions, text)}
    least = SURE * min(1.0, sum(len(words.text) for words in article.paragraphs) / LONG)
    found: dict[str, tuple[float, Tag]] = {}
    for name in author:
        if (key := fold(name)) and key not in found and len(found) < MOST:
            count = _count(name, text)
            weight = max(spoken[key][1] if key in spoken else 0.0, count * _plain(name)) if count else 0.0
            found[key] = weight, Tag(name.strip(), "author", round(_score(weight), 3), count > 0)
    for key, (name, weight) in spoken.items():
        if len(found) >= MOST or weight < least:
            break
        found.setdefault(key, (weight, Tag(name, "text", round(_score(weight), 3), True)))
    return tuple(sorted((tag for _, tag in found.values()), key=by_weight))


def _plain(name: str) -> float:
    """What one mention of an author's tag weighs by itself; a word that tells no post from another hardly weighs."""
    entry = vocabulary().entry(name)
    return _BROAD_WORTH if entry and entry.name in _BROAD else _NOUN


def _count(name: str, text: str) -> int:
    """How often the text mentions `name` or one of its aliases."""
    entry = vocabulary().entry(name)
    phrases = entry.phrases if entry else (tuple(folded_words(name)),)
    return sum(text.count(f" {' '.join(phrase)} ") for phrase in phrases if phrase)


def _spoken_of(article: Article, names: Counter[str], mentions: Counter[str], text: str) -> list[tuple[str, float]]:
    """What the text speaks of by weight, heaviest first; of two names, one in the other, mostly the heavier."""
    title = spelling(f"{article.title.text}\n{article.headline.text}")
    headings = spelling("\n".join(heading.text for heading in article.headings))
    weights = {fold(name): (name, weight) for name, weight in _known(article, mentions)}
    nouns = ((name, count * _worth(name)) for name, count in _nouns(names).items() if _is_tag(name, count, title))
    for name, weight in (*nouns, *_titles(article, title, text)):
        key = spelling(name)
        placed = weight * (_IN_TITLE if key in title else _IN_HEADING if key in headings else 1.0)
        if placed >= _FEWEST:
            known, most = weights.get(fold(name), (name, 0.0))
            weights[fold(name)] = known, max(placed, most)
    ranked = sorted(weights.values(), key=lambda each: (-each[1], each[0]))
    return list(_apart(ranked, names, title))


def _known(article: Article, mentions: Counter[str]) -> Iterator[tuple[str, float]]:
    """The vocabulary's entries with their weights. One named in passing counts only if it is of AI or its makers."""
    find = vocabulary().mentions
    title = {*find(article.title.folded), *find(article.headline.folded)}
    headings = {name for heading in article.headings for name in find(heading.folded)}
    for name, count in mentions.items():
        each, known = _entry(name)
        if name in _BROAD or (count == 1 and known < _SURE and name not in title and name not in headings):
            continue
        yield name, count * each * (_IN_TITLE if name in title else _IN_HEADING if name in headings else 1.0) + known


def _nouns(names: Counter[str]) -> Counter[str]:
    """The joined nouns, also where AI stands before them: AI設備保全 speaks of 設備保全."""
    counts = names.copy()
    for name, count in names.items():
        if before := _AI_BEFORE.match(name):
            counts[name[before.end() :]] += count
    return counts


def _titles(article: Article, title: str, text: str) -> Iterator[tuple[str, float]]:
    """Nouns of the title, joined in every way, that the text takes up; often and long ones are heavier."""
    for name, words in dict([*joined(article.title.tokens), *joined(article.headline.tokens)]).items():
        if vocabulary().entry(name) or not _is_tag(name, _FEWEST, title):
            continue
        if (count := text.count(f" {' '.join(folded_words(name))} ")) >= _FEWEST:
            yield name, count * (1 + words / 10) * _NOUN


def _apart(ranked: list[tuple[str, float]], names: Counter[str], title: str) -> Iterator[tuple[str, float]]:
    """Leave out names that hold, or are held by, a heavier one.

    The vocabulary's entries stay, versions of a product (`Llama 4`), and of the title's names one that holds a single
    heavier one, and one that also stands by itself in the text.
    """
    before: list[str] = []
    for name, weight in ranked:
        key = spelling(name)
        held = any(key in other for other in before) and not (key in title and name in names)
        holds = sum(other in key and not key.removeprefix(other)[:1].isdigit() for other in before)
        if vocabulary().entry(name) or not (held or holds > (key in title)):
            before.append(key)
            yield name, weight


def _entry(name: str) -> tuple[float, float]:
    entry = vocabulary().entry(name)
    return _ENTRIES.get(entry.section, _OTHER_ENTRY) if entry else _OTHER_ENTRY


def _worth(name: str) -> float:
    return _NAME if is_latin_name(name) else _NOUN


def _is_tag(name: str, count: int, title: str) -> bool:
    """Whether a noun of the text may be a tag; everyday words only where the title has them."""
    if count < _FEWEST or not 2 < len(name) <= 30 or is_figure(name) or _NO_NAME.match(name) or stopwords().stop(name):
        return False
    if is_latin_name(name):
        return True
    if len(name) == 3 or spelling(name) in title:
        return len(name) > 3
    return not name.endswith(stopwords().ends_in_titles) and not _KATAKANA.match(name)


def _score(weight: float) -> float:
    """0 for nothing, 0.5 near eight mentions, 1 never quite."""
    return 1 - math.exp(-weight / 12)
