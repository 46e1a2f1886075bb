"""What a page says of itself: JSON-LD, Open Graph, meta elements, <time>, and where a page puts its date and title."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.posts import absolute, address
from bot.sources.encodings import clean
from bot.sources.markup import plain

NODES = 500
"""Of one page's JSON-LD."""
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Blog|SocialMediaPosting)$")
_WEAK = re.compile(r"(?:WebPage|WebSite|CreativeWork)$")
_METAS = {
    "og:title": "title", "twitter:title": "title", "article:published_time": "published", "datepublished": "published",
    "date": "published", "pubdate": "published", "publishdate": "published", "dc.date": "published",
    "dc.date.issued": "published", "dcterms.created": "published", "parsely-pub-date": "published",
    "og:url": "url", "og:site_name": "site", "author": "author", "article:author": "author", "dc.creator": "author",
    "parsely-author": "author", "og:description": "description", "description": "description",
    "twitter:description": "description",
}  # fmt: skip
_TAGS = ("article:tag", "news_keywords", "parsely-tags", "keywords")
_TIMES = (
    "//*[@itemprop='datePublished']", "//time[@pubdate]",
    "//time[contains(@class, 'publish') or contains(@class, 'entry-date')]",
    "//article//time[@datetime]", "//main//time[@datetime]", "//header//time[@datetime]", "//time[@datetime]",
    "//*[self::p or self::div or self::span or self::li or self::small or self::td or self::dd or self::time]"
    "[contains(@class, 'date') or contains(@class, 'time') or contains(@class, 'publish') or contains(@class, 'meta')]",
    "//small|//h1/following-sibling::*[position() < 4]//span|//h1/following-sibling::*[position() < 3]|//div[@align]",
)  # fmt: skip
_EXPLICIT = _TIMES[:3]
_DAY = r"(?:20\d\d|令和\s*\d{1,2})\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*\(.\))?(?:\s*\d{1,2}[:時]\d{2}分?)?"
_SHORT, _LABEL = 80, 16
"""Characters of a line that shows dates, and of the words before a date that say what it is."""
_LABELS = ("span", "dt", "th", "b", "strong", "label", "small", "em", "i")
_UPDATED = re.compile(r"更新|修正|改訂|改定|訂正|updated?|modified|revised", re.I)
_PUBLISHED = re.compile(r"公開|投稿|掲載|配信|発表|発行|初出|publish|posted|issued|created", re.I)
_ELSEWHEN = re.compile(
    r"開催|会期|日時|期間|期限|締切|締め切り|〆切|発売|開演|開場|受付|申込|応募|予約|実施|放送|上映|本日|今日|現在|取材|撮影"
    r"|event|deadline|schedule|venue|until|today",
    re.I,
)
_IN_PATH = re.compile(r"/(20\d\d)/?(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])(?=[/\-_.?]|\d{0,6}(?:[/.]|$)|$)")
_BY = re.compile(r"^(?:by|著者|筆者|文|作成者|投稿者)\s*[:：/]?\s*", re.I)
_SEPARATORS = re.compile(r"\s*(?:[|｜»：:]|\s[-–—]\s|&raquo;)\s*")


@dataclass(frozen=True, kw_only=True)
class PageMetadata:
    """What a page says of itself; "" and () for what it does not say. `dates` are candidates, the best first.

    `free` is whether anybody may read it, None if it does not say. `body` is the article as JSON-LD holds it.
    """

    title: str = ""
    site: str = ""
    author: str = ""
    dates: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    url: str = ""
    body: str = ""
    free: bool | None = None


def facts(html: Any, url: str) -> PageMetadata:
    """What the page at `url` says of itself: the most explicit source of each fact counts."""
    nodes = list(_nodes(html))
    named = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    canonical = next(iter(html.xpath("//link[translate(@rel, 'CANOL', 'canol')='canonical']/@href")), "")
    article = _article(nodes, {a for link in (url, canonical) if (a := _address(url, link))})
    meta = _metas(html)
    site = meta.get("site", "") or _site(nodes, article, named)
    author = _author(article.get("author") or article.get("creator"), named)
    written = (_word(article, "datePublished"), meta.get("published", ""), *_times(html), _word(article, "dateCreated"))
    return PageMetadata(
        title=_title(html, _word(article, "headline") or meta.get("title", ""), site),
        site=site,
        author=author or _no_address(meta.get("author", "")) or _byline(html),
        dates=tuple(d for d in (*written, _path_date(url)) if d),
        tags=tuple(_tags(article.get("keywords")) or _meta_tags(html) or _linked_tags(html)),
        description=meta.get("description", "") or _word(article, "description"),
        url=str(canonical).strip() or meta.get("url", ""),
        body=_word(article, "articleBody"),
        free=_free(article),
    )


def kept(said: PageMetadata) -> PageMetadata:
    """The same without what no database keeps: JSON can write halves of a character, and NUL."""
    return replace(
        said,
        title=clean(said.title),
        site=clean(said.site),
        author=clean(said.author),
        dates=tuple(map(clean, said.dates)),
        tags=tuple(map(clean, said.tags)),
        description=clean(said.description),
        url=clean(said.url),
        body=clean(said.body),
    )


# ---- JSON-LD
def _nodes(html: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD that has a type or a name, those inside others too."""
    waiting: list[Any] = []
    for script in html.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"):
        text = re.sub(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|(?://)?\]\]>|;)\s*$", "", script.text_content())
        try:
            waiting.append(json.loads(text, strict=False))  # line breaks inside of strings are common
        except (ValueError, RecursionError):
            continue
    seen = 0
    while waiting and seen < NODES:
        each = waiting.pop(0)
        if isinstance(each, list):
            waiting[:0] = each[:NODES]
        elif isinstance(each, dict):
            seen += 1
            yield each
            waiting += [
                each.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
            ]


def _article(nodes: Iterable[dict[str, Any]], addresses: set[str]) -> dict[str, Any]:
    """The object that is this page's article: one that names this address, or the first of its kind."""
    articles = [n for n in nodes if any(_ARTICLE.search(t) for t in _types(n))]
    own = [n for n in articles if addresses & {address(u) for u in _links(n)}]
    weak = [n for n in nodes if any(_WEAK.search(t) for t in _types(n)) and n.get("datePublished")]
    return next(iter([*own, *articles, *weak]), {})


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)]


def _links(node: dict[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    inside = page.get("@id") if isinstance(page, dict) else page
    return [u for u in (node.get("url"), node.get("@id"), inside) if isinstance(u, str)]


def _author(value: Any, named: dict[str, dict[str, Any]]) -> str:
    names = []
    for each in value if isinstance(value, list) else [value]:
        who = each if not isinstance(each, dict) else {**named.get(str(each.get("@id")), {}), **each}
        name = _name(who) if isinstance(who, dict) else who
        if isinstance(name, str) and _no_address(name):
            names.append(name.strip())
    return "、".join(dict.fromkeys(names[:5]))


def _name(node: dict[str, Any]) -> Any:
    name = node.get("name")
    return name[0] if isinstance(name, list) and name else name


def _site(nodes: Iterable[dict[str, Any]], article: dict[str, Any], named: dict[str, dict[str, Any]]) -> str:
    publisher = article.get("publisher")
    site = next((_name(n) for n in nodes if "WebSite" in _types(n)), None)
    return next((s for s in (site, _author(publisher, named)) if isinstance(s, str) and s), "")


def _free(article: dict[str, Any]) -> bool | None:
    said = article.get("isAccessibleForFree")
    return None if said is None else str(said).strip().lower() not in ("false", "no", "0")


def _word(node: dict[str, Any], key: str) -> str:
    value = node.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return value.strip() if isinstance(value, str) else ""


# ---- elements
def _metas(html: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in html.xpath("//meta[@content]"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if key in _METAS and meta.get("content").strip():
            found.setdefault(_METAS[key], meta.get("content").strip())
    return found


def _title(html: Any, said: str, site: str) -> str:
    """The title without the site's name that pages put before or behind it."""
    headings = [t for h in html.xpath("//h1|//h2") if (t := " ".join(h.text_content().split()))]
    whole = plain(said) or " ".join("".join(html.xpath("(//head//title|//body//title)[1]//text()")).split())
    inside = [h for h in headings if h in whole and h != site and len(h) > max(5, len(whole) / 3)]
    if inside:
        return max(inside, key=len)
    parts = _SEPARATORS.split(whole)
    if len(parts) > 1 and site:
        of_site = _folded(site)
        if _folded(parts[-1]) == of_site:
            return whole[: whole.rindex(parts[-1])].rstrip(" |｜»：:-–—")
        if _folded(parts[0]) == of_site:
            return whole[len(parts[0]) :].lstrip(" |｜»：:-–—")
    return whole or next(iter(headings), "")


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _times(html: Any) -> Iterator[str]:
    """The dates that a page shows, the best first: the article's before the page's, any before one of an update.

    The day of an event, of a sale or of a deadline is none.
    """
    own, around, updates = list[str](), list[str](), list[str]()
    for path in _TIMES:
        for e in html.xpath(path)[:20]:
            is_own = path in _EXPLICIT or next(e.iterancestors("article", "main"), None) is not None
            for label, written in _labelled(e):
                if _UPDATED.search(label) and not _PUBLISHED.search(label):
                    updates.append(written)
                elif not _ELSEWHEN.search(label):
                    (own if is_own else around).append(written)
    yield from (*own, *around, *updates)


def _labelled(e: Any) -> Iterator[tuple[str, str]]:
    """Each date of an element, behind the words that say what it is the date of."""
    around = f"{e.get('class', '')} {e.get('itemprop', '')}"
    led = _led_by(e)
    text = " ".join(e.text_content().split())
    days = list(re.finditer(_DAY, text)) if len(text) <= _SHORT else []
    if attribute := e.get("datetime") or e.get("content") or "":
        label = text[: days[0].start()][-_LABEL:] if days else text[:_LABEL]
        yield f"{around} {led} {label}", attribute.strip()
        return
    at = 0
    for day in days:
        label = text[at : day.start()][-_LABEL:].strip() or ("" if at else led)
        at = day.end()
        # one that stands in the middle of a sentence is the article's to tell
        yield f"{around} {label}", re.sub(r"(?<=[年月/.\-])\s+|\s+(?=[年月/.\-])", "", day[0])


def _led_by(e: Any) -> str:
    """The words right before an element: a label, not a heading or another date."""
    before, above = e.getprevious(), e.getparent()
    if before is None:
        led = (above.text if above is not None else "") or ""
    elif (before.tail or "").strip():
        led = before.tail
    else:
        led = before.text_content() if before.tag in _LABELS else ""
    led = " ".join(led.split())
    return "" if re.search(r"\d", led) else led[-_LABEL:]


def _path_date(url: str) -> str:
    found = _IN_PATH.search(url)
    return "-".join(found.groups()) if found else ""


def _byline(html: Any) -> str:
    marked = "//*[@itemprop='author' or @rel='author' or contains(concat(' ', @class, ' '), ' author ')]"
    for e in html.xpath(marked)[:5]:
        name = _BY.sub("", " ".join(e.text_content().split()))
        if 0 < len(name) <= 40 and "/" not in name:
            return name
    return ""


def _meta_tags(html: Any) -> list[str]:
    for name in _TAGS:
        metas = html.xpath("//meta[translate(@property, 'ARTICLE', 'article')=$n or @name=$n]/@content", n=name)
        if tags := [t for content in metas for t in _commas(content)]:
            return tags
    return []


def _linked_tags(html: Any) -> list[str]:
    return [
        " ".join(a.text_content().split()).lstrip("#＃")
        for a in html.xpath("//a[@rel='tag' or contains(@href, '/hashtag/')]")
    ]


def _tags(value: Any) -> list[str]:
    if isinstance(value, list):
        return [t.strip() for t in value if isinstance(t, str) and t.strip()]
    return _commas(value) if isinstance(value, str) else []


def _commas(text: str) -> list[str]:
    return [t for part in re.split(r"[,、，]", text) if (t := part.strip())]


def _no_address(name: str) -> str:
    # Facebook wants the author's page here, and some write a mail address
    return "" if re.search(r"://|@|^/", name) else name


def _address(base: str, link: str) -> str:
    url = absolute(base, str(link))
    return address(url) if url else ""
