"""Endings that stop in mid-sentence: of the article, and before each end marker of the generator."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.checks.leftovers import end_marker
from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Paragraph, Reading

MOSTLY = 0.8
"""The share of an article's paragraphs that must end their sentences, before a last one without a full stop is odd."""
PROSE = 40
"""Characters from which on a paragraph is prose and shows how the article ends its sentences."""

# what may follow the last word
_AFTER = re.compile(r"(?:\s|\[\d{1,3}\])+$")
_TERMINAL = re.compile(r"・{2,}$|[。．！？!?…‥♪→.)\u2600-\u27BF\uFE0F\U0001F000-\U0001FAFF]$")
_BRACKETED = re.compile(r"(?:（[^（）]{0,300}）|\([^()]{0,300}\)|【[^【】]{0,300}】|\[[^\[\]]{0,300}\])$")
_QUOTED = re.compile(
    r"(?:「[^「」]{0,500}(?:「[^「」]{0,200}」[^「」]{0,300})*」|『[^『』]{0,500}』|“[^“”]{0,500}”|\"[^\"]{0,500}\")$"
)
_SPEAKS = re.compile(r"(?:^|[は：:、。，—―]|曰く|いわく)\s*$")
_LEFT_OPEN = re.compile(r"「[^「」]{0,300}$|『[^『』]{0,300}$|（[^（）]{0,300}$")
_MID_PHRASE = re.compile(
    r"(?:[、，・「『（(＝+/／]|[をへ]|という|といった|における|による|のような|として|について|に対して|によって"
    r"|(?:^|[。、\s])(?:この|その|こうした|そして|しかし|また|さらに|例えば|たとえば|特に|もし))$"
)
_ANNOUNCES = re.compile(r"[：:]$")
_LABEL = re.compile(
    r"(?:※|[*＊]\s?\d|注[：:\d]|出典|参考|引用|(?:写真|画像|文|取材|編集|著者|筆者|監修|協力|提供|構成)[：:＝=・／/]|©|\(c\)|[#＃]\S|https?://|TEL|電話"
    r"|(?:以上|了|完)$|[^。、：:]{1,14}[：:][^。]{1,40}$|.{0,60}https?://\S{1,300}$|[^。]{0,40}\d{2,4}-\d{2,4}-\d{3,4}$|[^\s@]{1,60}@\S+$)",
    re.I,
)
_SIGNED = re.compile(r"(?:編集部|記者|ライター|編集長|通信員|特派員|つづく|続く|おわり|終わり|おしまい|こちら|参照)$")
LABEL_LENGTH = 100
SIGNATURE_LENGTH = 30
_LINKS = re.compile(r"\]\([^()]{0,500}\)[*_\s→>）)|]*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s*(.*?)[\s#]*$")
_FOOTER = re.compile(r"関連|読みたい|おすすめ|オススメ|目次|related", re.I)
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_MARK_ALONE = re.compile(r"\s*(?:#{1,6}|\*{1,2}|[-+•]|\d{1,3}\.|>|「|『|（)\s*$")


class _Ending(NamedTuple):
    """The last paragraph of a part, its last line as cleaned and as in the file, and what follows it in the part."""

    paragraph: Paragraph
    text: str
    raw: str
    line: int
    below: list[tuple[int, str]]


def cut_endings(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Where the article, or a part before an end marker, stops in mid-sentence, at a bare mark or an empty heading.

    Footers are off. A last line without a full stop counts where the article otherwise sets them; a closing quotation,
    a signature, a link, a list of bare items and what leads to a table or code do not.
    """
    lines = body_lines(draft)
    shown = draft.body.split("\n")
    ends = [number for number, line in lines if end_marker(line)]
    first = draft.body_line
    for stop in (*ends, draft.body_line + len(lines)):
        if ending := _ending(reading, lines, draft.body_line, first, stop):
            hidden = any(shown[number - draft.body_line].strip() and not line.strip() for number, line in ending.below)
            yield from _hits(reading, ending, hidden)
        first = stop + 1


def _ending(reading: Reading, lines: tuple[tuple[int, str], ...], offset: int, first: int, stop: int) -> _Ending | None:
    for paragraph in reversed(reading.paragraphs):
        if first <= paragraph.line < stop:
            line = paragraph.line + paragraph.text.count("\n")
            raw = lines[line - offset][1] if line - offset < len(lines) else ""
            if not _LINKS.search(raw):
                text = paragraph.text.rpartition("\n")[2]
                return _Ending(paragraph, text, raw, line, list(lines[line + 1 - offset : stop - offset]))
    return None


def _hits(reading: Reading, ending: _Ending, hidden: bool) -> Iterator[RuleHit]:
    if bare := _bare_end(ending.below):
        yield RuleHit(quote(bare[1], 0, 1).strip() or bare[1].strip(), paragraph_at(reading, bare[0]), bare[0])
    elif unfinished(ending.text, ending.raw, _closes(reading, ending)) and not _leads_on(ending, hidden):
        at = len(ending.text.rstrip()) - 1
        yield RuleHit(quote(ending.text, at, at + 1), ending.paragraph.number, ending.line)


def _bare_end(below: list[tuple[int, str]]) -> tuple[int, str] | None:
    """An empty heading or a lone mark with which the part ends, before its footer."""
    heading: tuple[int, str] | None = None
    level = 0
    for number, line in below:
        if not line.strip() or _RULE.match(line):
            continue
        found = _HEADING.match(line)
        if not found:
            return (number, line) if _MARK_ALONE.match(line) and not heading else None
        if not found[2] and not heading:
            return number, line
        if _FOOTER.search(found[2]):
            return heading
        if heading and len(found[1]) > level:
            return None
        heading, level = heading or (number, line), len(found[1])
    return heading


def _leads_on(ending: _Ending, hidden: bool) -> bool:
    """Whether a table or code stands right below, or, after a colon, anything at all."""
    following = next((line for _, line in ending.below if line.strip() and not _RULE.match(line)), "")
    if following.lstrip().startswith(("|", "![", "<")):
        return True
    return hidden or bool(_ANNOUNCES.search(ending.text) and following and not _HEADING.match(following))


def _closes(reading: Reading, ending: _Ending) -> bool:
    """Whether the lines that are like the last one end their sentences: the list's other items, else the prose."""
    before = reading.paragraphs[: ending.paragraph.number - 1]
    if _ITEM.match(ending.raw):
        items = [p for p in before[-8:] if ending.line - p.line < 2 * len(before[-8:]) + 8]
        like = [p.text for p in items if len(p.text) >= len(ending.text) // 2][-4:]
        return bool(like) and "。" in ending.text and share_closed(like) >= MOSTLY
    prose = [p.text for p in before[-40:] if len(p.text) >= PROSE and "。" in p.text]
    return share_closed(prose) >= MOSTLY if prose else "。" in ending.text


def share_closed(texts: list[str]) -> float:
    """The share of texts that end their last sentence."""
    return sum(bool(_TERMINAL.search(_AFTER.sub("", text[-20:]))) or text.endswith("」") for text in texts) / len(texts)


def unfinished(text: str, raw: str, closes: bool) -> bool:
    """Whether a last line stops in mid-sentence; `closes` says that lines like it end with a full stop."""
    bare = _AFTER.sub("", text[-1_000:])
    if not bare or _is_label(bare) or raw.lstrip().startswith(">"):
        return False
    if quotation := _QUOTED.search(bare):
        return closes and not _SPEAKS.search(bare[: quotation.start()])
    if bracket := _BRACKETED.search(bare):
        rest = bare[: bracket.start()]
        return bool(rest) and unfinished(rest, "", closes)
    if _TERMINAL.search(bare):
        return False
    return closes or bool(_MID_PHRASE.search(bare) or _LEFT_OPEN.search(bare)) or raw.count("**") % 2 == 1


def _is_label(line: str) -> bool:
    """Whether a line is no sentence by nature: a note, a credit, an address, a signature."""
    if len(line) <= LABEL_LENGTH and _LABEL.match(line):
        return True
    return len(line) <= SIGNATURE_LENGTH and bool(_SIGNED.search(line))
