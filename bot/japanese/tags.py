"""Tags: the author's, joined through the vocabulary, and those the text itself speaks of."""

import math
import re
from collections import Counter

from bot.japanese.article import Article
from bot.japanese.folding import folded_words
from bot.japanese.names import is_figure, is_latin_name
from bot.japanese.spelling import spelling
from bot.japanese.vocabulary import vocabulary
from bot.readings import Tag

MOST = 12
_FEWEST = 3
_COMMON = re.compile(
    r"(?:者|化|性|的|さん|たち|一人ひとり|方|時|後|中|上|下|内|間|側|面|点|力|感|家|層|系|型|等|など|全体|自体|以上|以下|自身|同士"
    r"|可能|必要|重要|関係|問題|課題|場合|変化|進化|時代|業界|世界|社会|企業|会社|皆さん|未来|存在|影響|視点|今回|今後|現場"
    r"|アプローチ|パートナー|リーダーシップ|キーワード|インサイト|イノベーション|ソリューション|プロジェクト)$"
)
"""Words that end no tag: too common to say what a post is about."""


def fold(name: str) -> str:
    """The key under which tags are looked up: equal for spellings and aliases of one thing (LLM = 大規模言語モデル)."""
    entry = vocabulary().entry(name)
    return spelling(entry.name if entry else name)


def tags(article: Article, author: tuple[str, ...], names: Counter[str], mentions: Counter[str]) -> tuple[Tag, ...]:
    """The author's tags in their order, then what the text speaks of, best first; at most 12 in all.

    `names` are the text's compounds, `mentions` the vocabulary's entries found in it, both with their counts.
    """
    text = f" {' '.join(article.title.folded)} {' '.join(article.body)} "
    found: dict[str, Tag] = {}
    for name in author:
        if (key := fold(name)) and key not in found:
            found[key] = Tag(name.strip(), "author", round(_score(_count(name, text)), 3), _count(name, text) > 0)
    for name, score in _spoken_of(article, names, mentions):
        if len(found) >= MOST:
            break
        found.setdefault(fold(name), Tag(name, "text", round(score, 3), True))
    return tuple(found.values())[:MOST]


def _count(name: str, text: str) -> int:
    """How often the text mentions `name` or one of its aliases."""
    entry = vocabulary().entry(name)
    phrases = entry.phrases if entry else (tuple(folded_words(name)),)
    return sum(text.count(f" {' '.join(phrase)} ") for phrase in phrases if phrase)


def _spoken_of(article: Article, names: Counter[str], mentions: Counter[str]) -> list[tuple[str, float]]:
    shown = spelling(article.title.text + article.headline.text)
    counted: dict[str, tuple[str, float]] = {}
    for name, count in [*mentions.items(), *((name, n) for name, n in names.items() if _is_tag(name, n))]:
        key = fold(name)
        weight = count * (3.0 if spelling(name) in shown else 1.0)
        if key not in counted or weight > counted[key][1]:
            counted[key] = name if key not in counted else counted[key][0], weight
    ranked = sorted(counted.values(), key=lambda each: (-each[1], each[0]))
    return [(name, _score(weight)) for name, weight in ranked if weight >= _FEWEST and name != "AI"]


def _is_tag(name: str, count: int) -> bool:
    if count < _FEWEST or is_figure(name) or len(name) > 30:
        return False
    if is_latin_name(name):
        return True
    return len(name) >= 5 and not _COMMON.search(name)


def _score(weight: float) -> float:
    """0 for nothing, 0.5 near eight mentions, 1 never quite."""
    return 1 - math.exp(-weight / 12)
