"""One style and one spelling throughout a post."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

from bot.checks.quoting import quote
from bot.checks.rule import RuleHit, fewest
from bot.domain.posts import Draft
from bot.domain.readings import Paragraph, Reading

POLITE, PLAIN, SHARE = 0.6, 4, 0.06
"""A text is polite if so many of its ended sentences are; plain ones are odd from so many, and from that share, on."""
MOST = 3
_QUOTED = re.compile(r"「[^「」]{0,300}」|『[^『』]{0,300}』|“[^“”]{0,300}”|（[^（）]{0,200}）")
_END = re.compile(r"[。！？]")
_POLITE = (
    "です", "ます", "ました", "でした", "ません", "でしょう", "ましょう", "ください", "ですね", "ますね",
    "ですよ", "ますよ", "ですか", "ますか", "でしょうか",
)  # fmt: skip
_PLAIN = ("である", "だった", "であった", "だろう", "であろう", "なのだ", "のだ", "だ")
_PERSON = {
    name: re.compile(rf"(?<![一-龠々]){name}(?=(?:自身)?(?:[はがもをにの、]|から|より))") for name in ("私", "僕")
}
_WORD = re.compile(r"[ァ-ヴー]{3,20}")
_PAIRS = (
    ("出来ます", "できます"), ("出来る", "できる"), ("様々な", "さまざまな"), ("全ての", "すべての"),
    ("例えば", "たとえば"), ("下さい", "ください"), ("既に", "すでに"), ("殆ど", "ほとんど"),
    ("取組み", "取り組み"), ("インターフェイス", "インターフェース"), ("バーチャル", "ヴァーチャル"),
    ("問合せ", "問い合わせ"), ("引続き", "引き続き"), ("組合せ", "組み合わせ"),
)  # fmt: skip


def mixed_style(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """だ and である in a text of です and ます, from 4 sentences and 6 % on; 私 and 僕 in one text.

    Headings, quotations and brackets do not count. One hit for each kind.
    """
    polite, plain = 0, []
    persons: dict[str, list[RuleHit]] = {name: [] for name in _PERSON}
    for paragraph in reading.paragraphs:
        bare = paragraph.text
        if "「" in bare or "（" in bare or "『" in bare or "“" in bare:
            bare = _QUOTED.sub(lambda quoted: "＿" * len(quoted[0]), bare)
        for end in _END.finditer(bare):
            tail = bare[max(0, end.start() - 6) : end.start()]
            polite += tail.endswith(_POLITE)
            if end[0] == "。" and tail.endswith(_PLAIN) and not tail.endswith(("まだ", "んだ")):
                plain.append(_hit(paragraph, end.start() - 1, end.end()))
        for name, pattern in _PERSON.items():
            persons[name] += (
                [_hit(paragraph, *found.span()) for found in pattern.finditer(bare)] if name in bare else []
            )
    kinds = []
    if len(plain) >= PLAIN and polite >= POLITE * (polite + len(plain)) and len(plain) >= SHARE * (polite + len(plain)):
        kinds.append(plain)
    if persons["私"] and persons["僕"]:
        kinds.append(min(persons.values(), key=len))
    yield from fewest(kinds, MOST)


def mixed_spelling(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """One word in two spellings, サーバ beside サーバー: the rarer one, with the commoner one proposed. At most 3."""
    text = "\n".join(_QUOTED.sub("", paragraph.text) for paragraph in reading.paragraphs)
    words = Counter(_WORD.findall(text))
    forms: dict[str, set[str]] = defaultdict(set)
    for word in words:
        forms[word.rstrip("ー")].add(word)
    pairs = [tuple(sorted(both)) for both in forms.values() if len(both) == 2]
    counts = {pair: (words[pair[0]], words[pair[1]]) for pair in pairs}
    for one, other in _PAIRS:
        if one in text and other in text:
            counts[one, other] = (len(_word(one).findall(text)), len(_word(other).findall(text)))
    kinds = []
    for (one, other), (ours, theirs) in counts.items():
        if ours and theirs:
            rare, common = (one, other) if ours <= theirs else (other, one)
            kinds.append(_written(reading, rare, common))
    yield from fewest((hits for hits in kinds if hits), MOST)


def _written(reading: Reading, rare: str, common: str) -> list[RuleHit]:
    """Where the rarer spelling stands by itself."""
    word = _word(rare)
    why = f"「{rare}」と「{common}」が混ざっています。多いほうは「{common}」です。"
    return [
        _hit(paragraph, *found.span(), why)
        for paragraph in reading.paragraphs
        if rare in paragraph.text
        for found in word.finditer(paragraph.text)
    ]


@lru_cache(maxsize=256)
def _word(written: str) -> re.Pattern[str]:
    """The word by itself: no part of a longer one in katakana, none that begins inside of a compound."""
    if _WORD.fullmatch(written):
        return re.compile(rf"(?<![ァ-ヴー]){re.escape(written)}(?![ァ-ヴー])")
    return re.compile(rf"(?<![一-龠]){re.escape(written)}")


def _hit(paragraph: Paragraph, start: int, end: int, message: str = "") -> RuleHit:
    line = paragraph.line + paragraph.text.count("\n", 0, start)
    return RuleHit(quote(paragraph.text, start, end), paragraph.number, line, message=message)
