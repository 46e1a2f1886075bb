"""A post's page without its boilerplate: cleaned paragraphs with their places in the raw file, headings kept apart.

Markdown is cut by lines, not by CommonMark: drafts hold `**「重要」**な` (no emphasis to CommonMark) and a rule right
below a paragraph (a heading to CommonMark), and a line cutter reads both as they were meant.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.domain.posts import Draft, with_newlines
from bot.domain.readings import Paragraph
from bot.japanese.spelling import spelling

HEADING_LENGTH = 80
FOOTER_PROSE = 600
"""A footer with more prose than this below it ends no article: only its own section is left out."""

_OPENER = re.compile(
    r"<!--|<(?P<tag>script|style|pre|svg|iframe)\b|\{%\s*(?P<liquid>highlight|raw)\b|^(?P<fence>`{3,}|~{3,})[^\n`]*$",
    re.M | re.I,
)
_LIQUID = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{:[^{}\n]*\}")
_HEADING = re.compile(r"(?:#{2,6}\s*|#\s+)(.*)$")
_BOLD_LINE = re.compile(r"(\*\*|__)((?:(?!\1).)+)\1$")
_RULE = re.compile(r"(?:[-*_=]\s*){3,}$")
_END_MARKER = re.compile(r"[-—*=_\s]*END[-—*=_\s]*$")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_FENCE = re.compile(r"(?:`{3,}|~{3,})\w*$")
_DEFINITION = re.compile(r"\[[^\]]+\]:\s")
# Every repeat is bounded: a line of a hundred thousand brackets must not take minutes.
_LINK = re.compile(
    r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,300})\]"
    r"\((?:[^()\s]|\([^()\n]{0,200}\)){0,2000}(?:\s+\"[^\"\n]{0,300}\")?\)"
)
_IMAGE = re.compile(r"!" + _LINK.pattern)
_URL = re.compile(r"<?https?://[^\s<>「」、。]+>?")
_NOTE = re.compile(r"\[\^[^\[\]]+\]")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_MARKS = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|~~|`+")
_EMPHASIS = re.compile(r"(?<![*\\])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?!\*)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>])")
_PROSE_END = re.compile(r"[！!．.)）」』]$|[\U0001f300-\U0001faff]$")
_SENTENCE_END = re.compile(r"[。！？!?]")
_FOOTER = re.compile(
    r"(?:関連(?:記事|リンク|書籍|コンテンツ|投稿|商品)|(?:あわ|合わ|併)せて読みたい|この記事に関連する.*"
    r"|(?:おすすめ|オススメ)の?(?:記事|書籍|本).*|次に読みたい.*|related (?:posts|articles|reading).*)[：:]?$",
    re.I,
)
_CONTENTS = re.compile(r"(?:この記事の)?(?:目次|もくじ|contents|table of contents)[：:]?$", re.I)
_SALES = re.compile(r"consulting-cta|utm_medium=cta|amazon\.[a-z.]+/|[?&]tag=|amzn\.to/|アフィリエイトリンク|a8\.net")


@dataclass(frozen=True)
class Heading:
    """A heading of the article; `before` is the number of the paragraph that follows it."""

    text: str
    line: int
    before: int


@dataclass(frozen=True)
class CleanedMarkdown:
    """The article itself. `headline` is the title as the body repeats it (often fuller), empty where it does not.

    `asides` are table rows: searched like the rest, but no prose.
    """

    headline: str
    headings: tuple[Heading, ...]
    paragraphs: tuple[Paragraph, ...]
    asides: tuple[str, ...]


class _Block(NamedTuple):
    kind: Literal["heading", "paragraph", "aside", "link", "end"]
    text: str
    line: int
    sales: bool = False


def page(draft: Draft) -> CleanedMarkdown:
    """Read a draft's body as an article: boilerplate out, inline marks out, raw line numbers kept."""
    blocks = _without_boilerplate(list(_blocks(draft.body, draft.body_line)))
    headline, blocks = _without_title(blocks, draft.title)
    headings: list[Heading] = []
    paragraphs: list[Paragraph] = []
    for block in blocks:
        if block.kind == "heading":
            headings.append(Heading(block.text, block.line, len(paragraphs) + 1))
        elif block.kind == "paragraph":
            paragraphs.append(Paragraph(block.text, len(paragraphs) + 1, block.line))
    asides = tuple(block.text for block in blocks if block.kind == "aside")
    return CleanedMarkdown(headline, tuple(headings), tuple(paragraphs), asides)


def visible_lines(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    """The raw lines of a body with their numbers; code blocks, comments and scripts are blank."""
    yield from enumerate(_without_hidden(with_newlines(body)).split("\n"), first_line)


def _without_hidden(body: str) -> str:
    kept: list[str] = []
    at = 0
    unclosed: set[str] = set()  # so that a closing that never comes is looked for once
    for opener in _OPENER.finditer(body):
        closing = _closing(opener)
        if opener.start() < at or closing in unclosed:
            continue
        if end := re.compile(closing, re.M | re.I).search(body, opener.end()):
            hidden = body[opener.start() : end.end()]
            kept += [body[at : opener.start()], "\n" * hidden.count("\n")]
            at = end.end()
        else:
            unclosed.add(closing)
    return "".join(kept) + body[at:]


def _closing(opener: re.Match[str]) -> str:
    if opener["tag"]:
        return rf"</{opener['tag']}\s*>"
    if opener["liquid"]:
        return rf"\{{%\s*end{opener['liquid']}\s*%\}}"
    if opener["fence"]:
        return rf"^{opener['fence']}[`~]*[ \t]*$"
    return "-->"


def cleaned(line: str) -> str:
    """One line of Markdown as a reader sees it: links as their words, images, marks and HTML tags gone."""
    if not re.search(r"[\[\]<*_~`\\&{]", line):
        return line.strip()
    line = _LINK.sub(r"\1", _NOTE.sub("", _IMAGE.sub("", _LIQUID.sub("", line))))
    line = _EMPHASIS.sub(r"\1", _MARKS.sub("", _TAG.sub("", line)))
    return html.unescape(_ESCAPE.sub(r"\1", line)).strip()


def _blocks(body: str, first_line: int) -> Iterator[_Block]:
    """Cut the body into blocks. Consecutive lines of prose are one paragraph that keeps its newlines."""
    prose: list[str] = []
    started = first_line
    for number, raw in visible_lines(body, first_line):
        block = _block(raw, number, bool(prose))
        if block is None and not prose:
            started = number
        if block is None:
            prose.append(cleaned(raw.lstrip().lstrip("> ")))
            continue
        if prose:
            yield _Block("paragraph", "\n".join(prose), started)
            prose = []
        if block.kind == "paragraph" and block.text:  # a list item, whose further lines follow it
            prose, started = [block.text], number
        elif block.text or block.sales:
            yield block
    if prose:
        yield _Block("paragraph", "\n".join(prose), started)


def _block(raw: str, number: int, inside: bool) -> _Block | None:
    """What one line is by itself; None for a line of prose, an `end` block for one that only ends a paragraph."""
    line = raw.strip()
    sales = bool(_SALES.search(line))
    if not line or _RULE.match(line) or _END_MARKER.match(line) or _FENCE.match(line) or _DEFINITION.match(line):
        return _Block("end", "", number)
    if raw.startswith(("    ", "\t")) and not inside and not _SENTENCE_END.search(line) and not _ITEM.match(line):
        return _Block("end", "", number)
    if found := _HEADING.match(line):
        return _Block("heading", cleaned(found[1].rstrip("#")), number, sales)
    if line.startswith("|"):
        cells = [cleaned(cell) for cell in line.strip("|").split("|")]
        return _Block("aside", " ".join(cell for cell in cells if re.search(r"\w", cell)), number)
    item = _ITEM.match(line)
    text = item[1] if item else line
    if not cleaned(_URL.sub("", _LINK.sub("", _IMAGE.sub("", text)))).strip("-→›»:：・ "):
        return _Block("link", cleaned(text), number, sales)
    if not item and (bold := _BOLD_LINE.match(line)) and not inside:
        text = cleaned(bold[2])
        if len(text) <= HEADING_LENGTH and "。" not in text:
            return _Block("heading", text, number)
    if item:
        return _Block("paragraph", cleaned(text), number)
    return _Block("end", "", number, sales) if sales or not cleaned(line) else None


def _without_boilerplate(blocks: list[_Block]) -> list[_Block]:
    """Leave out contents, footers and sales sections; everything below the footer that ends the article goes too."""
    kept: list[_Block] = []
    at = 0
    while at < len(blocks):
        end = next((i for i in range(at + 1, len(blocks)) if blocks[i].kind == "heading"), len(blocks))
        section = blocks[at:end]
        if _is(_FOOTER, section[0]):
            if _prose(blocks[end:]) < FOOTER_PROSE:
                break
        elif not _is(_CONTENTS, section[0]) and not (any(b.sales for b in section) and _prose(section) < FOOTER_PROSE):
            footer = next((i for i, b in enumerate(section) if i and _is(_FOOTER, b)), None)
            kept += section[:footer]
        at = end
    return [block for block in kept if block.kind in ("heading", "paragraph", "aside")]


def _is(pattern: re.Pattern[str], block: _Block) -> bool:
    return block.kind in ("heading", "paragraph") and bool(pattern.match(block.text))


def _prose(blocks: list[_Block]) -> int:
    return sum(len(b.text) for b in blocks if b.kind == "paragraph" and "。" in b.text and not b.sales)


def _without_title(blocks: list[_Block], title: str) -> tuple[str, list[_Block]]:
    """Take out headings that repeat the title, and the first line where it is the headline in its own words."""
    key = spelling(title)
    longest = 4 * len(title)  # only so much of a line can be blanks and quotes
    kept = [b for b in blocks if not key or b.kind == "aside" or len(b.text) > longest or spelling(b.text) != key]
    if len(kept) < len(blocks):
        return title, kept
    prose = kept and kept[0].kind == "paragraph" and _PROSE_END.search(kept[0].text) and title[-1:] != kept[0].text[-1]
    if kept and not prose and kept[0].kind != "aside" and _same_headline(kept[0].text, key):
        return kept[0].text, kept[1:]
    return "", kept


def _same_headline(line: str, title: str) -> bool:
    key = spelling(line)
    if not 8 <= len(key) <= 120 or "\n" in line or "。" in line or len(title) < 8:
        return False
    ours, theirs = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (key, title))
    return len(ours & theirs) >= 0.6 * min(len(ours), len(theirs))
