"""A web page as a post: its article, and what it says of itself."""

import re
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from bot.domain.posts import TAG_LIMIT, Draft, absolute, address
from bot.errors import Unreadable
from bot.sources.dates import parse_date
from bot.sources.encodings import decode_loosely
from bot.sources.markup import tree
from bot.sources.page_body import article
from bot.sources.page_metadata import facts, kept
from bot.sources.web_page import WebPage

TAGS = 20
TITLE_LIMIT = 300
_FEED = re.compile(r"application/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|json)")
_CHARSET = re.compile(r"charset=[\"']?([\w.-]+)", re.I)
_META = re.compile(r"<meta[^>]{0,200}?charset=[\"']?([\w.-]+)|<\?xml[^>]{0,200}?encoding=[\"']([\w.-]+)", re.I)
# what else an address may answer, by its first bytes and by what it calls itself
_SIGNS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"PK\x03\x04", "圧縮ファイル"),
)
_KINDS = (
    (r"application/pdf", "PDF"), (r"image/", "画像"), (r"video/", "動画"), (r"audio/", "音声"),
    (r"application/(?:[\w.-]+\+)?json", "JSON"), (r"application/(?:rss|atom|rdf)\+xml", "フィード"),
    (r"application/(?:zip|x-|octet-stream|vnd\.|msword)", "ファイル"),
)  # fmt: skip
_MOBILE = re.compile(r"^(?:www|m|sp|amp|mobile)\.(?=[^.]+\.)")


def parse(page: WebPage, now: datetime, zone: tzinfo) -> Draft:
    """Make a draft of a page. Its `raw` is the article's text in Markdown. Raises Unreadable with the reason."""
    html = _html(page)
    said = kept(facts(html, page.url))
    text = article(html, said)
    url = _own_address(page, said.url)
    published = next((d for written in said.dates if (d := parse_date(written, zone))), None)
    title = " ".join(said.title.split()) or page.url
    return Draft(
        title=title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…",
        raw=text,
        published_at=published or now,
        dated_by="page" if published else "arrival",
        url=url,
        addresses=frozenset({address(url), address(page.url)}),
        author=" ".join(said.author.split())[:TAG_LIMIT] or None,
        tags=tuple(dict.fromkeys(t for tag in said.tags if 0 < len(t := tag.strip()) <= TAG_LIMIT))[:TAGS],
        description=" ".join(said.description.split()),
    )


def feeds(page: WebPage) -> tuple[str, ...]:
    """The addresses of the feeds that a web page announces, in its order. Empty if it announces none."""
    try:
        html = _html(page)
    except Unreadable:
        return ()
    links = html.xpath("//link[contains(concat(' ', normalize-space(@rel), ' '), ' alternate ')][@type][@href]")
    links = [a for a in links if _FEED.fullmatch(a.get("type").partition(";")[0].strip().lower())]
    return tuple(dict.fromkeys(u for a in links if (u := absolute(page.url, a.get("href")))))


def _html(page: WebPage) -> Any:
    named = next((name for kind, name in _KINDS if re.match(kind, page.content_type, re.I)), "")
    if what := next((name for sign, name in _SIGNS if page.data.startswith(sign)), named):
        raise Unreadable(f"ウェブページではなく{what}のため、取り込めません。記事のURLを共有してください。")
    declared = [m[1] for m in (_CHARSET.search(page.content_type),) if m]
    if inside := _META.search(page.data[:4_096].decode("ascii", "replace")):
        declared.append(inside[1] or inside[2])
    return tree(decode_loosely(page.data, *declared))


def _own_address(page: WebPage, named: str) -> str:
    """The address a page gives itself; its own if that is no address, another site's (no page may pass for one of
    somebody else's), or the front page's."""
    url = absolute(page.url, named)
    if url is None or _site(url) != _site(page.url):
        return page.url
    front = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    return page.url if front and urlsplit(page.url).path not in ("", "/") else url


def _site(url: str) -> str:
    return _MOBILE.sub("", (urlsplit(url).hostname or "").rstrip("."))
