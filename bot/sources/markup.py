"""HTML as the Markdown that the rest of the house reads."""

import html
import re
from collections.abc import Iterator
from typing import Any

from bot.errors import Unreadable

ELEMENTS = 200_000
"""Of one page. What has more is a page that never ends, and would be read for ten seconds."""
_PREFIXES = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "#### ", "h6": "#### ", "li": "- ", "dt": "- "}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "fieldset", "figure",
    "footer", "form", "header", "hr", "html", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "td",
    "th", "tr", "ul", *_PREFIXES,
}  # fmt: skip
_HIDDEN = {
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "video", "audio", "head", "title",
    "textarea", "select", "button", "figcaption", "rp", "rt",  # the reading above a word is not read twice
}  # fmt: skip
_INLINE = re.compile(
    r"</?(?:a|b|big|br|code|em|font|i|img|mark|p|q|ruby|rb|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.I
)
_READING = re.compile(r"<(r[pt])\b[^<>]*>[^<>]*</\1>", re.I)
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAPPED = re.compile(rf"(?<={_WIDE})[ \t]*\n\s*(?={_WIDE})")
_BREAK = "\v"


def tree(text: str) -> Any:
    """HTML, however broken, as lxml's tree. Raises Unreadable if there is nothing in it, or no end of it."""
    if text.count("<") > ELEMENTS:
        raise Unreadable("ページの作りが複雑すぎるため、読み取れません。記事の本文を貼り付けてください。")
    import lxml.html  # not before there is HTML

    try:
        # an XML declaration with an encoding is refused by lxml where the text is decoded already
        return lxml.html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (lxml.etree.LxmlError, ValueError, RecursionError) as e:
        raise Unreadable("ページの中身を読み取れません。記事のURLか確認してください。") from e


def markdown(text: str) -> str:
    """A piece of HTML as Markdown paragraphs, headings, lists, quotations, tables and code; links as their words."""
    return markdown_of(tree(f"<div>{text}</div>")) if text.strip() else ""


def markdown_of(element: Any) -> str:
    """An element of a tree as Markdown."""
    return "\n\n".join(_Lines().read(element))


def plain(text: str) -> str:
    """One line of text, such as a title, that may hold markup and entities though it should not."""
    text = _INLINE.sub("", _READING.sub("", text))
    return " ".join(html.unescape(text).split())


class _Lines:
    """Blocks of Markdown as a walk through a tree fills them."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.words: list[str] = []
        self.prefix = ""
        self.quoted = 0
        self.tables: list[bool] = []

    def read(self, element: Any) -> list[str]:
        from lxml.etree import iterwalk

        hidden: Any = None
        for event, e in iterwalk(element, events=("start", "end", "comment", "pi")):
            if event == "start" and hidden is None:
                if e.tag in _HIDDEN:
                    hidden = e
                    continue
                self._begin(e)
                self.words.append(e.text or "")
            elif event == "end" and hidden is None:
                self._end(e)
            if hidden is e and event == "end":
                hidden = None
            if event != "start" and hidden is None and e is not element:
                self.words.append(e.tail or "")
        self._flush()
        return self.done

    def _begin(self, e: Any) -> None:
        if e.tag == "br":
            self.words.append(_BREAK)
        elif e.tag in ("td", "th") and self.tables and self.tables[-1]:
            self.words.append(" | " if "".join(self.words).strip() else "")
        elif e.tag in _BLOCKS:
            self._flush()
            self.prefix = _PREFIXES.get(e.tag, self.prefix)
            self.quoted += e.tag == "blockquote"
            if e.tag == "table":
                self.tables.append(not e.xpath(".//table|.//p|.//div|.//ul|.//h2|.//h3|.//section"))

    def _end(self, e: Any) -> None:
        if e.tag == "pre":
            self._code()
        elif e.tag in ("td", "th") and self.tables and self.tables[-1]:
            return
        elif e.tag in _BLOCKS:
            self._flush(row=e.tag == "tr" and bool(self.tables) and self.tables[-1])
            self.prefix = ""
            self.quoted -= e.tag == "blockquote"
            if e.tag == "table" and self.tables:
                self.tables.pop()

    def _code(self) -> None:
        code = "".join(self.words).replace(_BREAK, "\n").strip("\n")
        self.words, self.prefix = [], ""
        if code.strip():
            self.done.append(f"```\n{code.replace('```', '')}\n```")

    def _flush(self, *, row: bool = False) -> None:
        paragraphs = list(_paragraphs("".join(self.words)))
        self.words = []
        for text in paragraphs:
            line = f"| {text} |" if row else self.prefix + text
            self.done.append("> " * bool(self.quoted) + line)
            self.prefix = ""


def _paragraphs(text: str) -> Iterator[str]:
    # two breaks end a paragraph, as most Japanese blogs write it; one ends a line
    for part in re.split(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*", text):
        lines = [" ".join(_WRAPPED.sub("", line).split()) for line in part.split(_BREAK)]
        if joined := "\n".join(line for line in lines if line):
            yield joined
