"""What a feed's entry is, whatever format brought it: which post, its words, its time, and whether it is all there."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from bot.domain.posts import TAG_LIMIT, Draft, absolute, address, is_openable, unwrapped
from bot.errors import Unreadable
from bot.sources.dates import parse_date
from bot.sources.markup import markdown, plain

TITLE_LIMIT = 300
TAGS = 20
KEY_LIMIT = 300
ENOUGH = 500
"""Characters from which on a text that its feed calls a summary is taken for the article."""
LEAST = 80
"""Characters under which even what a feed calls the content is not."""
_CUT = re.compile(
    r"(?:\[?(?:…|\.{3}|‥|・{3})+\]?|続きを(?:読む|見る|表示)|もっと(?:読む|見る)|全文(?:を(?:読む|見る)|はこちら|表示)"
    r"|(?:read|see) (?:more|the full (?:article|story))|continue reading.{0,100})[\s>»→．。.)）\]]*$",
    re.I,
)
_TAIL = 200
"""Characters at a text's end in which it may say that it goes on elsewhere."""
_NAMED = re.compile(r"(?:tag|urn|doi):", re.I)
"""Identifiers that no one else in the world uses."""
_MEANINGLESS = re.compile(
    r"(?:urn:uuid:|uuid:)?[0\W_]*|true|false|yes|no|null|nil|none|undefined|nan|n/?a|guid|id|post|item|entry|"
    r"\[object object\]",
    re.I,
)
"""What a program writes for an identifier that it does not have."""


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """An entry as its feed wrote it, with nothing judged. Texts are HTML; what is missing is empty."""

    key: str = ""
    link: str = ""
    other_links: Sequence[str] = ()
    title: str = ""
    content: str = ""
    summary: str = ""
    dates: Sequence[str] = ()
    author: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class FeedEntry:
    """One post of a feed. `key` is what the feed itself calls it, the same at every poll.

    `whole` is False if the feed has only an excerpt, or less: the article is on the page at `draft.url`.
    """

    key: str
    draft: Draft
    whole: bool


@dataclass(frozen=True)
class FeedContext:
    """What an entry needs to know of its feed. `shared` is what tells none of its entries from the others."""

    url: str
    home: str | None
    shared: "SharedNames"
    now: datetime
    zone: tzinfo


@dataclass(frozen=True)
class SharedNames:
    """Addresses of links, guids and heads (`_head`) that several entries of a feed have, so that they name none."""

    links: frozenset[str]
    keys: frozenset[str]
    heads: frozenset[str]


def entry(item: FeedItem, feed: FeedContext) -> FeedEntry:
    """Make a post of an item. Raises Unreadable for one that has nothing to make it of."""
    content, summary = markdown(item.content), markdown(item.summary)
    text = content if len(content) >= len(summary) else summary
    title = _title(item, text)
    written = (absolute(feed.home or feed.url, _unbroken(link)) for link in (item.link, *item.other_links))
    links = [unwrapped(link) for link in written if link]
    url = links[0] if links else None
    if not title and not url and not text:
        raise Unreadable("題名も本文もURLもない項目のため、取り込めません。")
    published = next((d for written in item.dates if (d := parse_date(written, feed.zone))), None)
    draft = Draft(
        title=title or (url or ""),
        raw=f"# {title}\n\n{text}".rstrip() + "\n" if title else text,
        published_at=published or feed.now,
        dated_by="feed" if published else "arrival",
        url=url,
        addresses=_addresses(item, links, feed, title),
        author=plain(item.author)[:TAG_LIMIT] or None,
        tags=tuple(dict.fromkeys(t for tag in item.tags if 0 < len(t := plain(tag)) <= TAG_LIMIT))[:TAGS],
        description=_description(summary, text),
    )
    return FeedEntry(_key(item, links, feed, f"{title}\n{text}"), draft, is_whole(content, summary))


def is_whole(content: str, summary: str) -> bool:
    """Whether an entry's text is the article, by what its feed calls the content and what it calls the summary."""
    text = content if len(content) >= len(summary) else summary
    if len(text) < LEAST or _CUT.search(text[-_TAIL:]):
        return False
    return text is content or len(text) >= ENOUGH


def completed(draft: Draft, page: Draft) -> Draft:
    """A feed's excerpt with the article from its page: the feed's title, time and identity, the longer of the texts."""
    body = page.raw if len(page.raw) > len(draft.raw) else ""
    return replace(
        draft,
        raw=f"# {draft.title}\n\n{body.rstrip()}\n" if body else draft.raw,
        published_at=draft.published_at if draft.dated_by == "feed" else page.published_at,
        dated_by=draft.dated_by if draft.dated_by == "feed" else page.dated_by,
        url=draft.url or page.url,
        addresses=draft.addresses | page.addresses,
        author=draft.author or page.author,
        tags=draft.tags or page.tags,
        description=draft.description or page.description,
    )


def shared_names(items: Sequence[FeedItem], url: str, home: str | None) -> SharedNames:
    """What names no entry of the feed at `url`: links and guids that stand at several entries with different titles or
    links, the site's own address and the feed's, and titles with their date that come twice."""
    base = home or url
    told = [(i.key.strip(), address(absolute(base, _unbroken(i.link)) or ""), plain(i.title)) for i in items]
    links = Counter(link for link, _ in {(link, title) for _, link, title in told if link})
    keys = Counter(key for key, *_ in {(key, link, title) for key, link, title in told if key})
    heads = Counter(head for head, _ in {(_head(i), max(i.content, i.summary, key=len)) for i in items})
    return SharedNames(
        _repeated(links) | {address(each) for each in (url, home) if each}, _repeated(keys), _repeated(heads)
    )


def _repeated(counted: "Counter[str]") -> frozenset[str]:
    return frozenset(name for name, number in counted.items() if number > 1)


def _head(item: FeedItem) -> str:
    """An entry's title with its date: what an edit of its text leaves as it was."""
    return "\n".join((plain(item.title), *(date.strip() for date in item.dates[:1])))


def _title(item: FeedItem, text: str) -> str:
    title = plain(item.title)
    if not title and text:  # short messages have none: their first words stand for it
        first = re.sub(r"^[#>|\-\s]+", "", text).split("\n", 1)[0]
        title = re.split(r"(?<=[。！？!?])", first, maxsplit=1)[0]
        title = title if len(title) <= 60 else title[:59] + "…"
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…"


def _unbroken(link: str) -> str:
    # some are wrapped as the text around them is
    return "".join(line.strip() for line in link.splitlines())


def _addresses(item: FeedItem, links: Sequence[str], feed: FeedContext, title: str) -> frozenset[str]:
    """Every form in which this entry may come again."""
    names = {a for link in links if (a := address(link)) not in feed.shared.links}
    if key := _guid(item, feed):
        hosts = {urlsplit(u).hostname for u in (*links, feed.home or feed.url)}
        if is_openable(key) and urlsplit(key).hostname in hosts:
            names.add(address(key))
        elif _NAMED.match(key):
            names.add(_short(key))
        else:  # a number, or an address of elsewhere (a test server's, a copied template's): only this feed's word
            names.add(f"{address(feed.url)}#{_short(key)}")
    if not names and title and (head := _head(item)) not in feed.shared.heads:
        names.add(f"{address(feed.url)}#{_hashed(head if plain(item.title) else title)}")
    return frozenset(names)


def _guid(item: FeedItem, feed: FeedContext) -> str:
    """What the feed calls this entry and no other; "" if it has no such name."""
    key = item.key.strip()
    if _MEANINGLESS.fullmatch(key) or key in feed.shared.keys:
        return ""
    return "" if is_openable(key) and address(key) in feed.shared.links else key


def _key(item: FeedItem, links: Sequence[str], feed: FeedContext, words: str) -> str:
    """The entry's name among the others of its feed: the same at each poll, whatever their order."""
    own = next((link for link in links if address(link) not in feed.shared.links), "")
    if name := _guid(item, feed) or own:
        return _short(name)
    head = _head(item)
    return _hashed(words if head in feed.shared.heads or not plain(item.title) else head)


def _short(key: str) -> str:
    return key if len(key) <= KEY_LIMIT else _hashed(key)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _description(summary: str, text: str) -> str:
    # an excerpt that is the whole text describes nothing
    if not summary or summary == text:
        return ""
    return " ".join((summary[:-_TAIL] + _CUT.sub("", summary[-_TAIL:])).split())[: 2 * TITLE_LIMIT]
