"""The article's own voice: the writer as "I", and the words of advertising."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.checks.quoting import quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Paragraph, Reading

FIRST_PERSON = ("私", "僕", "俺", "わたし", "ぼく", "おれ", "筆者")
"""What a house that bans the first person bans; 私たち is everybody and stays."""
HYPE = (
    "革命的", "驚異的", "計り知れない", "計り知れません", "究極の", "史上最強", "最強の", "唯一無二", "前代未聞",
    "未曾有の", "桁違い", "とてつもない", "度肝を抜", "夢のような", "魔法のよう", "無限の可能性", "無限大",
    "ゲームチェンジャー", "ゲームチェンジング", "常識を覆す", "世界を一変", "未来を切り拓く", "歴史を塗り替え",
    "歴史的な転換点", "破壊的イノベーション", "神ツール", "凄まじい", "異次元", "誰でも簡単", "驚くほど",
    "信じられないほど", "目を見張る", "息をのむ",
)  # fmt: skip
LOUD = ("圧倒的", "爆発的", "衝撃的", "劇的に", "飛躍的に", "世界を変える")
"""Loud words that may also be plain: they count towards the tone and are not shown."""
FEWEST = 5
"""Words of advertising from which on it is the post's tone, not a figure of speech."""
APART = 1000
"""Characters of text for each of them, at most."""
_DENIED = re.compile(
    r"(?:では?|じゃ)(?:な[いくか]|あり(?:え)?ません)|とは(?:言え|限ら|思え|いえ)|わけでは|[のだろうです]か[。？]|[？?]|過ぎな|すぎな|かどうか"
)
_REACH = 40
_QUOTES = 300
_Said = tuple[Paragraph, re.Match[str]]


def first_person(draft: Draft, reading: Reading, words: Sequence[str] = FIRST_PERSON) -> Iterator[RuleHit]:
    """Where the writer says "I" outside quotation marks: one hit a post, the first, with the count of the rest."""
    said = list(_said(draft, reading, _persons(tuple(words))))
    if said:
        yield _hit(said[0], len(said) - 1)


def hype(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Words of advertising in the article's own voice where they are its tone: five or more, one in 1,000 characters.

    Not in quotation marks, denied or asked about. One hit a post, with the count of the rest.
    """
    said = [each for each in _said(draft, reading, _HYPE) if not _DENIED.search(_after(*each))]
    length = sum(len(paragraph.text) for paragraph in reading.paragraphs)
    shown = next((each for each in said if each[1][0] in HYPE), None)
    if shown and len(said) >= max(FEWEST, length / APART):
        yield _hit(shown, len(said) - 1)


def _said(draft: Draft, reading: Reading, words: re.Pattern[str]) -> Iterator[_Said]:
    """Where the article itself says one of `words`: not in quotation marks, not in a block quotation."""
    for paragraph in reading.paragraphs:
        found = [word for word in words.finditer(paragraph.text) if not _within_quotes(paragraph.text, word.start())]
        if found and not "".join(draft.lines[paragraph.line - 1 : paragraph.line]).lstrip().startswith(">"):
            yield from ((paragraph, word) for word in found)


def _hit(said: _Said, more: int) -> RuleHit:
    paragraph, word = said
    line = paragraph.line + paragraph.text.count("\n", 0, word.start())
    return RuleHit(quote(paragraph.text, *word.span()), paragraph.number, line, more)


def _after(paragraph: Paragraph, word: re.Match[str]) -> str:
    return paragraph.text[word.end() : word.end() + _REACH].split("。")[0] + "。"


def _within_quotes(text: str, at: int) -> bool:
    before = text[max(0, at - _QUOTES) : at]
    return any(before.count(o) > before.count(c) for o, c in ("「」", "『』", "“”"))


@lru_cache(maxsize=8)
def _persons(words: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<![一-龠々])(?:{said})(?=(?:自身)?(?:[はがもをにのとへ、]|から|より|個人|なり))")


_HYPE = re.compile("|".join(map(re.escape, HYPE + LOUD)))
