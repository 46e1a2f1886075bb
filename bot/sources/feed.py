"""Feeds: RSS 2.0 and its older kin, RSS 1.0, Atom and JSON Feed, as they are found in the wild. Bytes -> drafts."""

import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.posts import Draft, absolute, is_openable
from bot.errors import Unreadable
from bot.sources.encodings import clean, decode_loosely
from bot.sources.feed_entry import (
    FeedContext,
    FeedEntry,
    FeedItem,
    completed,
    entry,
    is_whole,
    shared_names,
)
from bot.sources.markup import plain
from bot.sources.web_page import SIZE_LIMIT, WebPage

__all__ = ["Feed", "FeedEntry", "completed", "is_feed", "is_whole", "parse"]
ENTRIES = 2_000
"""Of one feed; what stands behind them is left for a feed that is shorter."""
ELEMENTS, REFERENCES, TAG_LENGTH = 150_000, 250_000, 10_000
"""Of one feed, outside of CDATA: what has more is read for longer, and in more memory, than any newsroom's feed is."""
_XML = re.compile(r"<(?:[a-zA-Z][\w-]{0,30}:)?(?:rss|feed|RDF|channel)[\s>]")
_BEGINNING = re.compile(r"<\?xml[\s>]|<(?:[a-zA-Z][\w-]{0,30}:)?(?:rss|feed|RDF)[\s>]")
_SPACE = "\ufeff\ufffd \t\r\n"
_JSON = re.compile(r"\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org\\?/version")
_JSON_VERSION = re.compile(r"https?://jsonfeed\.org/version")
_END = re.compile(r"</(?:[a-zA-Z][\w-]{0,30}:)?(?:rss|feed|RDF|channel)\s*>")
_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding=[\"']([\w.-]+)[\"'][^>]{0,200}?\?>")
_CHARSET = re.compile(r"charset=[\"']?([\w.-]+)", re.I)
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#x[0-9a-f]{1,6};|[a-z][a-z0-9]{1,31};)", re.I)
_ENTITY = re.compile(r"&([a-z][a-z0-9]{1,31});", re.I)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_ENDLESS_TAG = re.compile(rf"<(?=[^<>]{{{TAG_LENGTH}}})")
_OPENING = re.compile(r"<(?:[a-zA-Z][\w-]{0,30}:)?(?:item|entry)[\s>]")
_CLOSING = re.compile(r"</(?:[a-zA-Z][\w-]{0,30}:)?(?:item|entry)\s*>")
_CAPTION = re.compile(r"<(media:(?:description|title|text|credit|keywords)|itunes:(?:summary|subtitle|title))(?=[\s>])")
_OWN_WORDS = re.compile(r"<(?:(?!media:|itunes:)[a-zA-Z][\w-]{0,30}:)?(?:description|summary|content|encoded)[\s>]")
_Items = tuple[str, str, list[FeedItem], list[tuple[str, str]], bool]
"""A feed's title and address, its items, those that cannot be read, and whether it breaks off."""
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")


@dataclass(frozen=True)
class Feed:
    """A feed as it is now. `home` is the site's address, None if it names none.

    `failed` lists each entry that cannot be read, with its reason; the others are there all the same. `cut_off` is
    whether the document breaks off in the middle of an entry, so that nobody knows what else it holds.
    """

    title: str
    home: str | None
    entries: tuple[FeedEntry, ...]
    failed: tuple[tuple[str, str], ...] = ()
    cut_off: bool = False

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The entries' posts, in the feed's order."""
        return tuple(e.draft for e in self.entries)


def is_feed(page: WebPage) -> bool:
    """Whether what an address answered is a feed, whatever it calls itself."""
    start = decode_loosely(page.data[:4_000]).lstrip(_SPACE)
    if not start.startswith("{"):
        return start.startswith("<") and bool(_XML.search(start))
    text = decode_loosely(page.data).lstrip(_SPACE)
    try:
        return _is_json_feed(json.loads(text))
    except (ValueError, RecursionError):
        return bool(_JSON.search(text))  # a broken one is a feed all the same


def parse(data: bytes, content_type: str, url: str, now: datetime, zone: tzinfo) -> Feed:
    """Read a feed that came from `url`. `now` is the date of last resort, `zone` that of dates without one.

    Raises Unreadable if it is no feed, or breaks off before its first entry.
    """
    if len(data) > SIZE_LIMIT:
        raise Unreadable(
            f"フィードが大きすぎます（上限{SIZE_LIMIT // 1_000_000}MB）。件数を減らすよう配信元に伝えてください。"
        )
    named = [m[1] for m in (_CHARSET.search(content_type),) if m]
    inside = _DECLARED.search(data[:400].decode("ascii", "replace"))
    # a document's own word counts more than its server's
    text = decode_loosely(data, *([inside[1]] if inside else []), *named).lstrip(_SPACE)
    title, home, items, failed, cut_off = _json_items(text) if text.startswith("{") else _xml_items(text)
    site = absolute(url, home)
    around = FeedContext(url, site, shared_names(items, url, site), now, zone)
    return replace(_feed(plain(title) or url, items[:ENTRIES], around, failed), cut_off=cut_off)


def _feed(title: str, items: Iterable[FeedItem], around: FeedContext, failed: list[tuple[str, str]]) -> Feed:
    entries: dict[str, FeedEntry] = {}
    for number, item in enumerate(items, 1):
        try:
            made = entry(item, around)
        except Unreadable as e:
            failed.append((plain(item.title) or f"{number}番目の項目", str(e)))
            continue
        # of two versions of one entry the last counts, in whatever order the feed has them
        entries[made.key] = max(entries.get(made.key, made), made, key=_version)
    return Feed(title, around.home, tuple(entries.values()), tuple(failed))


def _version(entry: FeedEntry) -> tuple[datetime, str]:
    return entry.draft.published_at, entry.draft.raw


# ---- XML
def _xml_items(text: str) -> "_Items":
    if not _XML.search(text[:20_000]):
        raise _no_feed(text)
    # a server's warnings may stand before it
    text = text[found.start() :] if (found := _BEGINNING.search(text[:20_000])) else text
    if len(ends := [m.end() for m in _CLOSING.finditer(text)]) > ENTRIES:
        text = text[: ends[ENTRIES - 1]] + text[ends[-1] :]
    import feedparser  # not before there is a feed

    # bytes in a file object: feedparser takes other things for names of files and addresses, and opens them
    parsed = feedparser.parse(
        io.BytesIO(_repaired(_without_captions(text)).encode()),
        resolve_relative_uris=False,
        sanitize_html=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    if not parsed.version and not parsed.entries:
        raise _no_feed(text)
    failed: list[tuple[str, str]] = []
    entries = list(parsed.entries)
    cut_off = len(_OPENING.findall(text)) > len(_CLOSING.findall(text)) and not _END.search(text)
    if not entries and not _END.search(text) and not text.rstrip().endswith("/>"):
        raise Unreadable("フィードが途中で切れています。次の取得で読み直します。続く場合は配信元に伝えてください。")
    if entries and len(_OPENING.findall(text)) > len(_CLOSING.findall(text)):
        cut = entries.pop()
        failed.append(
            (
                plain(_said(cut, "title")) or "最後の項目",
                "配信が途中で切れているため、この項目は取り込みませんでした。次の取得で読み直します。",
            )
        )
    return _said(parsed.feed, "title"), _said(parsed.feed, "link"), [_xml_item(e) for e in entries], failed, cut_off


def _xml_item(e: Any) -> FeedItem:
    key, link = _said(e, "id"), _said(e, "link")
    if link == key and not is_openable(key):  # feedparser takes any guid for a link if there is no other
        link = ""
    alternates = [_said(a, "href") for a in e.get("links", ()) if a.get("rel") == "alternate"]
    contents = [_html(c) for c in e.get("content", ())]
    several = e.get("authors", ())
    return FeedItem(
        key=key,
        link=link or (key if is_openable(key) else ""),
        other_links=[o for o in (_said(e, "feedburner_origlink"), *alternates) if o and o != link],
        title=_said(e, "title"),
        content=max(contents, key=len, default=""),
        summary=_html(e.get("summary_detail") or {}),
        # by dict's own get: feedparser's answers for one date with another
        dates=[str(d) for name in ("published", "created", "updated") if (d := dict.get(e, name))],
        author=_people([_said(a, "name") for a in several] if len(several) > 1 else [_said(e, "author")]),
        tags=[_said(t, "label") or _said(t, "term") for t in e.get("tags", ())],
    )


def _people(names: Iterable[str]) -> str:
    # RSS wants an address there, and a name behind it
    return "、".join(dict.fromkeys(who for name in names if (who := _MAIL.sub("", name).strip(" ()<>"))))


def _without_captions(text: str) -> str:
    """The document without captions of pictures and sounds if the entry has words of its own: feedparser takes both
    for the same."""
    if not _CAPTION.search(text):
        return text
    parts = re.split(r"(?<=</item>)|(?<=</entry>)", text)
    return "".join(_without_caption(part) if _OWN_WORDS.search(part) else part for part in parts)


def _without_caption(item: str) -> str:
    kept, at = [], 0
    while found := _CAPTION.search(item, at):
        kept.append(item[at : found.start()])
        close, end = f"{item}>".index(">", found.end()), item.find(f"</{found[1]}>", found.end())
        # of an empty element, or one that never ends, the beginning alone goes
        at = close + 1 if end < 0 or item[close - 1] == "/" else end + len(found[1]) + 3
    return "".join(kept) + item[at:]


def _said(e: Any, name: str) -> str:
    # feedparser knows None where an element is there and empty
    return str(e.get(name) or "")


def _html(detail: Any) -> str:
    value = detail.get("value") or ""
    return value if "html" in (detail.get("type") or "html") else _as_html(value)


def _as_html(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _repaired(text: str) -> str:
    """The document without what XML forbids and feeds hold all the same; no entity of its own is ever expanded."""
    parts = list(_parts(text))
    outside = [_ENDLESS_TAG.sub("&lt;", part) for part in parts[::2]]
    if sum(p.count("<") for p in outside) > ELEMENTS or sum(p.count("&") for p in outside) > REFERENCES:
        raise Unreadable("フィードの作りが複雑すぎるため、読み取れません。件数を減らすよう配信元に伝えてください。")
    parts[::2] = [_BARE.sub("&amp;", _ENTITY.sub(_entity, part)) for part in outside]
    return "".join(parts)


def _parts(text: str) -> Iterator[str]:
    """What is outside of CDATA and what is inside, by turns; without going back over what was never closed."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        yield text[at:start]
        yield text[start : end + 3]
        at = end + 3
    yield text[at:]


def _entity(found: re.Match[str]) -> str:
    if found[1].lower() in _PREDEFINED:
        return f"&{found[1].lower()};"
    character = html.unescape(found[0])
    return character if character != found[0] else f"&amp;{found[1]};"


def _no_feed(text: str) -> Unreadable:
    if re.search(r"<(?:!doctype html|html)\b", text[:2_000], re.I):
        return Unreadable("フィードではなくウェブページです。フィードのURL（RSS、Atom、JSON Feed）を確認してください。")
    if not text:
        return Unreadable("フィードの中身が空です。配信元の設定を確認してください。")
    return Unreadable(
        "フィードとして読み取れません。URLがRSS、Atom、JSON Feedのいずれかを指しているか確認してください。"
    )


# ---- JSON Feed
def _json_items(text: str) -> "_Items":
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise Unreadable("JSON Feedとして読み取れません（JSONの形が壊れています）。配信元に確認してください。") from e
    items = feed.get("items")
    if not _is_json_feed(feed) or not isinstance(items, list):
        raise _no_feed(text)
    made, failed = [], []
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            made.append(_json_item(item))
        else:
            failed.append((f"{number}番目の項目", "JSON Feedの項目の形になっていないため、取り込めません。"))
    return _word(feed.get("title")), _word(feed.get("home_page_url")), made, failed, False


def _is_json_feed(found: Any) -> bool:
    # the version may stand anywhere: some programs sort their keys
    return isinstance(found, dict) and bool(_JSON_VERSION.match(str(found.get("version"))))


def _json_item(item: dict[str, Any]) -> FeedItem:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    tags = item.get("tags")
    return FeedItem(
        key=_word(item.get("id")),
        link=_word(item.get("url")),
        other_links=[_word(item.get("external_url"))],
        title=_word(item.get("title")),
        content=_word(item.get("content_html")) or _as_html(_word(item.get("content_text"))),
        summary=_as_html(_word(item.get("summary"))),
        dates=[_word(item.get("date_published")), _word(item.get("date_modified"))],
        author="、".join(
            dict.fromkeys(n for a in authors or () if isinstance(a, dict) and (n := _word(a.get("name"))))
        ),
        tags=[_word(t) for t in tags] if isinstance(tags, list) else (),
    )


def _word(value: Any) -> str:
    # halves of characters, which JSON can write and no database keeps
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
