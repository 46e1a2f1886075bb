"""The ranked extractive summary: the article's own sentences, best first.

A linear score over a few traits a reader can check by eye, in the manner of Edmundson, "New Methods in Automatic
Extracting" (1969): cue phrases, title, place, and key words; then greedy choice against repetition as in Carbonell and
Goldstein's MMR (1998). The weights were fitted by ridge regression (benchmarks say how well they do).
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from bot.japanese.article import Article
from bot.japanese.tokens import Token
from bot.readings import RANKED, Sentence

SHORTEST, LONGEST = 15, 130
CANDIDATES = 400
ALIKE = 0.5
REPEATS = 0.7
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞"}
_ANNOUNCES = re.compile(
    r"(?:本記事|この記事|本稿|今回|ここ|本レポート).*(?:解説|紹介|お伝え|見てい|紐解|探|掘り下げ|整理|考察|比較|分析|まとめ|考え)"
)
_CHATTER = re.compile(
    r"(?:私|僕|俺)(?:は|も|が|の|自身|たち)|正直|個人的|皆さん|みなさん|あなた|君|(?:よ|ね|な|さ)。$|いやはや|肌で感じ|思い出|楽しみ|驚い|驚き"
)
_QUESTION = re.compile(r"(?:[？?]|か。|かな。)[」』）)]*$")
_CALL = re.compile(r"(?:ください|ましょう|ませんか|いかがでしょう|お問い合わせ|ご相談)")
_POINTER = re.compile(
    r"(?:それ|その|そこ|これ|この(?!記事)|こんな|そんな|ここ|あの|あれ|そう|こう|しかし|また|さらに|だが|だから|でも|ただ|一方|つまり|そして|なぜなら"
    r"|では|さて|もちろん|とはいえ|例えば|たとえば|特に|まず|次に|最後に|加えて|同様に|具体的に|実際|彼らの?|むしろ|すなわち|ところが|なお)"
)


@dataclass(frozen=True)
class _Key:
    """What the article's words weigh: the title's pairs and words, and how often each word comes."""

    title_pairs: frozenset[tuple[str, str]]
    title_words: frozenset[str]
    counts: Counter[str]


def ranked(article: Article) -> tuple[Sentence, ...]:
    """At most RANKED sentences, best first, no two alike; empty where the post has no sentence to summarise it."""
    candidates = [each for each in article.sentences[:CANDIDATES] if _is_prose(each[0])]
    candidates = [each for each in candidates if not _QUESTION.search(each[0].text)] or candidates
    key = _key(article)
    scored = [
        (sum(w * t for w, t in zip(WEIGHTS.values(), _traits(sentence, words, key), strict=True)), sentence, words)
        for sentence, words in candidates
    ]
    scored.sort(key=lambda each: (-each[0], each[1].place))
    return _apart(scored, [_pairs_of(article.title.text), _pairs_of(article.page.headline)])


def _is_prose(sentence: Sentence) -> bool:
    text = sentence.text
    return SHORTEST <= len(text) <= LONGEST and text[-1] in "。！？」" and "\ufffd" not in text


def _apart(scored: list[tuple[float, Sentence, list[Token]]], titles: list[set[str]]) -> tuple[Sentence, ...]:
    """The best sentences that do not say again what a better one, or the title, has said."""
    chosen: list[Sentence] = []
    said: list[set[str]] = []
    for _, sentence, _words in scored:
        pairs = _pairs_of(sentence.text)
        if any(len(pairs & title) > REPEATS * len(pairs) for title in titles):
            continue
        if all(len(pairs & other) <= ALIKE * min(len(pairs), len(other)) for other in said):
            chosen.append(sentence)
            said.append(pairs)
        if len(chosen) == RANKED:
            break
    return tuple(chosen)


def _pairs_of(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _key(article: Article) -> _Key:
    title = [token[0] for token in article.title.tokens]
    counts = Counter(token[0] for _, words in article.sentences for token in words if token[1] == "名詞")
    return _Key(
        frozenset(pairwise(title)),
        frozenset(token[0] for token in article.title.tokens if _tells(token)),
        counts,
    )


def _tells(token: Token) -> bool:
    return token[1] in _CONTENT and len(token[0]) > 1


def _traits(sentence: Sentence, words: list[Token], key: _Key) -> tuple[float, ...]:
    text, place = sentence.text, sentence.place
    surfaces = [token[0] for token in words]
    telling = {token[0] for token in words if token[1] in _CONTENT and len(token[0]) > 1}
    pairs = set(pairwise(surfaces))
    many = max(1, len(telling))
    return (
        float(bool(_ANNOUNCES.search(text))) / (1 + place / 15),
        len(pairs & key.title_pairs) / max(1, len(key.title_pairs)),
        len(pairs & key.title_pairs) / max(1, len(pairs)),
        len(telling & key.title_words) / max(1, len(key.title_words)),
        sum(math.log1p(key.counts[word]) for word in telling) / many / 4,
        1 / (1 + place / 5),
        1 / (1 + place / 30),
        min(1.0, len(text) / 60),
        max(0.0, len(text) - 70) / 60,
        float(bool(_QUESTION.search(text))),
        float(bool(_CHATTER.search(text))),
        float(bool(_CALL.search(text))),
        float(bool(_POINTER.match(text))),
        float(text[-1] == "」" or text[0] == "「"),
    )


WEIGHTS = {
    "announces what the article tells, near the start": 8,
    "share of the title's pairs": 35,
    "pairs from the title": 30,
    "share of the title's words": 8,
    "frequent words": 4,
    "near the start": 8,
    "in the first part": 4,
    "length up to 60": 6,
    "longer than 70": -8,
    "question": -12,
    "chatter": -10,
    "call to the reader": -8,
    "points backwards": -5,
    "quotation": -3,
}
"""What each trait, in the order of _traits, adds to a sentence's score."""
