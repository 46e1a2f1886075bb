"""A web page: its article, and what it says of itself in JSON-LD, Open Graph and meta elements."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from lxml.etree import ParserError
from readability import Document

from bot.errors import Unreadable
from bot.posts import TAG_LIMIT, Draft, absolute, address
from bot.sources.dates import parse_date
from bot.sources.fetch import Page

_BLOCKS = {"p": "", "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "blockquote": "> ", "pre": ""}
_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "TechArticle", "Report")
_FEED = re.compile(r"application/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|json)")
_LEAST = 80


def parse(page: Page, now: datetime, zone: tzinfo) -> Draft:
    """Make a draft of a page. Its `raw` is the article's text in Markdown. Raises Unreadable with the reason."""
    if page.content_type and not re.search(r"html|xml|text/plain", page.content_type):
        raise Unreadable("ウェブページではないため、取り込めません（記事のURLを共有してください）。")
    try:
        html = lxml.html.fromstring(_decoded(page))
        article = _article_text(html)
    except (ParserError, ValueError, RecursionError) as e:
        raise Unreadable("ページの中身を読み取れません。記事のURLか確認してください。") from e
    said = _said(html)
    if len(article) < _LEAST:
        raise Unreadable(
            "本文が見つかりません（会員限定か、画面上で読み込まれるページです）。記事の本文を貼り付けてください。"
        )
    title = said.get("title") or "".join(html.xpath("//title//text()")).strip() or page.url
    url = _own_address(page, said.get("url", ""))
    published = parse_date(re.sub(r"\.\d+", "", said.get("published", "")), zone)
    return Draft(
        title=" ".join(title.split()),
        raw=article,
        published_at=published or now,
        dated_by="page" if published else "arrival",
        url=url,
        addresses=frozenset({address(url), address(page.url)}),
        author=said.get("author") or None,
        tags=tuple(t.strip() for t in said.get("tags", "").split("\n") if 0 < len(t.strip()) <= TAG_LIMIT)[:20],
        description=said.get("description", ""),
    )


def feeds(page: Page) -> tuple[str, ...]:
    """The addresses of the feeds that a web page announces, in its order. Empty where it announces none."""
    try:
        html = lxml.html.fromstring(_decoded(page))
    except (ParserError, ValueError, RecursionError):
        return ()
    links = html.xpath("//link[contains(concat(' ', normalize-space(@rel), ' '), ' alternate ')][@type][@href]")
    links = [a for a in links if _FEED.fullmatch(a.get("type").partition(";")[0].strip().lower())]
    return tuple(dict.fromkeys(u for a in links if (u := absolute(page.url, a.get("href")))))


def _own_address(page: Page, named: str) -> str:
    """The address a page gives itself; its own where that is no address, or another site's: no page may pass for one of
    somebody else's."""
    url = absolute(page.url, named)
    if url is None:
        return page.url
    hosts = {(urlsplit(u).hostname or "").removeprefix("www.") for u in (url, page.url)}
    return url if len(hosts) == 1 else page.url


def _decoded(page: Page) -> str:
    declared = re.search(r"charset=[\"']?([\w-]+)", page.content_type) or re.search(
        rb"<meta[^>]+charset=[\"']?([\w-]+)", page.data[:4096], re.I
    )
    name = declared[1] if declared else "utf-8"
    name = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    if name.lower() in ("shift_jis", "sjis", "x-sjis"):
        name = "cp932"  # what calls itself Shift_JIS on the web holds Windows' characters
    try:
        text = page.data.decode(name, "replace")
    except LookupError:
        text = page.data.decode("utf-8", "replace")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))


def _article_text(html: Any) -> str:
    summary = Document(lxml.html.tostring(html, encoding="unicode")).summary(html_partial=True)
    lines: list[str] = []
    for element in lxml.html.fromstring(summary).iter():
        if element.tag in _BLOCKS and not any(a.tag in _BLOCKS for a in element.iterancestors()):
            text = " ".join(element.text_content().split())
            if text:
                lines.append(_BLOCKS[element.tag] + text)
    return "\n\n".join(lines)


def _said(html: Any) -> dict[str, str]:
    """What the page says of itself: the most explicit source of each fact wins."""
    said: dict[str, str] = {}
    for item in _json_ld(html):
        if any(t in _ARTICLES for t in _several(item.get("@type"))):
            said.setdefault("title", str(item.get("headline") or ""))
            said.setdefault("published", str(item.get("datePublished") or ""))
            said.setdefault("author", _name(item.get("author")))
            keywords = item.get("keywords")
            said.setdefault("tags", "\n".join(_several(keywords)) if isinstance(keywords, list) else _commas(keywords))
    metas = [(m.get("property") or m.get("name") or "", m.get("content") or "") for m in html.xpath("//meta[@content]")]
    names = {
        "og:title": "title", "article:published_time": "published", "og:url": "url", "author": "author",
        "og:description": "description", "description": "description",
    }  # fmt: skip
    for key, value in metas:
        if key.lower() in names and value.strip():
            _fill(said, names[key.lower()], value.strip())
    _fill(said, "tags", "\n".join(v for k, v in metas if k == "article:tag"))
    _fill(said, "tags", "\n".join(_commas(v) for k, v in metas if k.lower() == "keywords"))
    canonical = html.xpath("//link[@rel='canonical']/@href")
    if canonical:
        said["url"] = str(canonical[0])
    # JSON can write what no database keeps: halves of a character, and NUL
    return {key: value.encode("utf-8", "replace").decode().replace("\0", "") for key, value in said.items()}


def _fill(said: dict[str, str], key: str, value: str) -> None:
    if not said.get(key):
        said[key] = value


def _json_ld(html: Any) -> Iterator[dict[str, Any]]:
    for script in html.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict):
                graph = item.get("@graph")
                yield from (i for i in (graph if isinstance(graph, list) else [item]) if isinstance(i, dict))


def _several(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []


def _commas(value: Any) -> str:
    return "\n".join(re.split(r"[,、，]", value)) if isinstance(value, str) else ""


def _name(author: Any) -> str:
    first = author[0] if isinstance(author, list) and author else author
    return str(first.get("name") or "") if isinstance(first, dict) else str(first or "")
