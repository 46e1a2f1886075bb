"""The ranked extractive summary: the article's own sentences, best first.

A linear score over a few traits a reader can check by eye, in the manner of Edmundson, "New Methods in Automatic
Extracting" (1969): cue phrases, title, place, and key words; then greedy choice against repetition as in Carbonell and
Goldstein's MMR (1998). The weights were fitted by ridge regression (benchmarks say how well they do).
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from bot.domain.readings import RANKED, Sentence
from bot.japanese.article import Article
from bot.japanese.tokens import Tokens

SHORTEST, LONGEST = 15, 130
CANDIDATES = 400
LIKELY = 60
"""How many sentences, the best by their words, are looked at for signs such as chatter."""
ALIKE = 0.5
REPEATS = 0.7
Pair = tuple[str, str]
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞"}
_ANNOUNCES = re.compile(
    r"(?:本記事|この記事|本稿|今回|ここ|本レポート).*(?:解説|紹介|お伝え|見てい|紐解|探|掘り下げ|整理|考察|比較|分析|まとめ|考え)"
)
_TELLS = re.compile(r"(?:解説|紹介|お伝え)(?:し|する|いた)")
_NUMBER = re.compile(r"\d")
_DATE = re.compile(r"\d+月|\d{4}年")
_DECISION = re.compile(
    r"(?:発表|公開|発売|提供|導入|採用|開始|着手|締結|提携|合意|買収|出資|投資|調達|採択|可決|承認|施行|設立|創設|開設|受注|認可|提訴|禁止|廃止|撤退)"
    r"(?:し(?:た|ました|て)|する(?:と|こと)|され|を(?:決|発表|開始))"
)
_CHATTER = re.compile(
    r"私(?![立的鉄法有費])|(?:僕|俺|筆者)(?:は|も|が|の|ら|自身|たち)|正直|個人的|皆さん|みなさん|あなた|君|(?:よ|ね|な|さ)。$|いやはや"
    r"|肌で感じ|思い出|楽しみ|驚い|驚き"
)
_QUESTION = re.compile(r"(?:[？?]|か。|かな。)[」』）)]*$")
_CALL = re.compile(r"(?:ください|ましょう|ませんか|いかがでしょう|お問い合わせ|ご相談|方々?へ[：:]|ご指定の|ご要望)")
_POINTER = re.compile(
    r"(?:それ|その|そこ|これ|この(?!記事)|こんな|そんな|ここ|あの|あれ|そう|こう|しかし|また|さらに|だが|だから|でも|ただ|一方|つまり|そして|なぜなら"
    r"|では|さて|もちろん|とはいえ|例えば|たとえば|特に|まず|次に|最後に|加えて|同様に|具体的に|実際|彼らの?|むしろ|すなわち|ところが|なお"
    r"|確かに|最終的に|同時に|結局|要するに|言い換え|逆に|とりわけ|中でも|当時|同社|同氏|前述|上記|したがって|ゆえに|従って|他方|しかも|もっとも)"
)
_HEDGE = re.compile(
    r"(?:かもしれ(?:ません|ない)|(?:例外|他人事|過言|夢物語)では(?:ありません|ない).*"
    r"|(?<!れば)と思(?:い|って|う).*|感じ(?:て|ます|る|ました).*|実感し.*|見て(?:います|きました))。$"
    r"|単(?:なる|に).*(?:ません|ない|以上の|超え|まら)|可能性を秘め"
)


@dataclass(frozen=True)
class _Key:
    """What the article's words weigh: headline, title and headings with their word pairs, and how often words come."""

    headline: frozenset[Pair]
    title: frozenset[Pair]
    title_words: frozenset[str]
    headings: frozenset[Pair]
    heading_words: frozenset[str]
    weights: dict[str, float]


def ranked(article: Article) -> tuple[Sentence, ...]:
    """At most RANKED sentences, best first, no two alike; empty where the post has no sentence to summarise it."""
    candidates = [each for each in article.sentences[:CANDIDATES] if _is_prose(each[0])]
    candidates = [each for each in candidates if not _QUESTION.search(each[0].text)] or candidates
    key = _key(article)
    by_words = [(_weighed(WORDS, _words(*each, key)), *each) for each in candidates]
    by_words.sort(key=lambda each: -each[0])
    scored = [(score + _weighed(SIGNS, _signs(each)), each, words) for score, each, words in by_words[:LIKELY]]
    scored.sort(key=lambda each: (-each[0], each[1].place))
    return _apart(scored, [_pairs_of(article.title.text), _pairs_of(article.page.headline)])


def _is_prose(sentence: Sentence) -> bool:
    text = sentence.text
    return SHORTEST <= len(text) <= LONGEST and text[-1] in "。！？」" and not ("\ufffd" in text or text[0] in "-#")


def _apart(scored: list[tuple[float, Sentence, Tokens]], titles: list[set[str]]) -> tuple[Sentence, ...]:
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
    counts = Counter([word for _, words in article.sentences for word, pos in _with_pos(words) if pos == "名詞"])
    title_words = _telling(article.title.tokens)
    return _Key(
        frozenset(_pairs(article.headline.tokens)),
        frozenset(_pairs(article.title.tokens)),
        frozenset(title_words),
        frozenset(chain.from_iterable(_pairs(heading.tokens) for heading in article.headings)),
        frozenset(chain.from_iterable(_telling(heading.tokens) for heading in article.headings)) - title_words,
        {word: math.log1p(count) / 4 for word, count in counts.items()},
    )


def _pairs(words: Tokens) -> set[Pair]:
    return set(pairwise(words.surfaces))


def _telling(words: Tokens) -> set[str]:
    return {word for word, pos in _with_pos(words) if pos in _CONTENT and len(word) > 1}


def _with_pos(words: Tokens) -> Iterator[tuple[str, str]]:
    return zip(words.surfaces, words.poses, strict=True)


def _weighed(weights: dict[str, float], traits: tuple[float, ...]) -> float:
    return sum([weight * trait for weight, trait in zip(weights.values(), traits, strict=True)])


def _words(sentence: Sentence, words: Tokens, key: _Key) -> tuple[float, ...]:
    place, pairs, telling = sentence.place, _pairs(words), _telling(words)
    every, many = max(1, len(pairs)), max(1, len(telling))
    return (
        len(pairs & key.headline) / max(1, len(key.headline)),
        len(pairs & key.title) / every,
        len(telling & key.title_words) / max(1, len(key.title_words)),
        len(pairs & key.headings) / every,
        len(telling & key.heading_words) / 4,
        sum([key.weights.get(word, 0.0) for word in telling]) / many,
        1 / (1 + place / 5) - 1 / (3 + 3 * place),
    )


def _signs(sentence: Sentence) -> tuple[float, ...]:
    text = sentence.text
    return (
        bool(_ANNOUNCES.search(text)) / (1 + sentence.place / 15),
        bool(_TELLS.search(text)),
        bool(_NUMBER.search(text)) + bool(_DATE.search(text)) + bool(_DECISION.search(text)),
        bool(_CHATTER.search(text)),
        bool(_CALL.search(text)),
        bool(_POINTER.match(text)),
        bool(_HEDGE.search(text)),
        text[-1] == "」" or text[0] == "「",
    )


WORDS: dict[str, float] = {
    "share of the headline's pairs": 30,
    "pairs from the title": 35,
    "share of the title's words": 8,
    "pairs from the headings": 5,
    "words the headings have and the title has not": 3,
    "frequent words": 2,
    "near the start, but not the very first": 6,
}
SIGNS: dict[str, float] = {
    "announces what the article tells, near the start": 5,
    "says that something is explained": 6,
    "a number, a date, a decision": 0.5,
    "chatter": -10,
    "call to the reader": -8,
    "points backwards": -4,
    "says only what may be, is felt or is not": -4,
    "quotation": -3,
}
"""What each trait, in the order of _words and of _signs, adds to a sentence's score."""
