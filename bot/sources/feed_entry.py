"""What a feed's entry is, whatever format brought it: which post, its words, its time, and whether it is all there."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from bot.domain.posts import TAG_LIMIT, Draft, absolute, address, is_openable
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
"""Identifiers that are the same for nobody else in the world."""


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

    `whole` is False where the feed has only an excerpt, or less: the article is on the page at `draft.url`.
    """

    key: str
    draft: Draft
    whole: bool


@dataclass(frozen=True)
class FeedContext:
    """What an entry needs to know of its feed. `shared` are addresses that name none of its entries."""

    url: str
    home: str | None
    shared: frozenset[str]
    now: datetime
    zone: tzinfo


def entry(item: FeedItem, feed: FeedContext) -> FeedEntry:
    """Make a post of an item. Raises Unreadable for one that has nothing to make it of."""
    content, summary = markdown(item.content), markdown(item.summary)
    text = content if len(content) >= len(summary) else summary
    title = _title(item, text)
    links = [u for link in (item.link, *item.other_links) if (u := absolute(feed.home or feed.url, _unbroken(link)))]
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
        addresses=_addresses(item, links, feed),
        author=plain(item.author)[:TAG_LIMIT] or None,
        tags=tuple(dict.fromkeys(t for tag in item.tags if 0 < len(t := plain(tag)) <= TAG_LIMIT))[:TAGS],
        description=_description(summary, text),
    )
    return FeedEntry(_key(item, links, title, text), draft, is_whole(content, summary))


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


def shared_links(items: Sequence[FeedItem], home: str | None) -> frozenset[str]:
    """The addresses that name no entry: those that stand at several with different titles, and the site's own."""
    titles = Counter(address(link) for link, _ in {(i.link.strip(), plain(i.title)) for i in items if i.link.strip()})
    return frozenset(link for link, n in titles.items() if n > 1) | ({address(home)} if home else set())


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


def _addresses(item: FeedItem, links: Sequence[str], feed: FeedContext) -> frozenset[str]:
    """Every form in which this entry may come again."""
    names = {a for link in links if (a := address(link)) not in feed.shared}
    if key := item.key.strip():
        hosts = {urlsplit(u).hostname for u in (*links, feed.home or feed.url)}
        if is_openable(key) and urlsplit(key).hostname in hosts:
            names |= {address(key)} - feed.shared
        elif _NAMED.match(key):
            names.add(_short(key))
        else:  # a number, or an address of elsewhere (a test server's, a copied template's): only this feed's word
            names.add(f"{address(feed.url)}#{_short(key)}")
    return frozenset(names)


def _key(item: FeedItem, links: Sequence[str], title: str, text: str) -> str:
    return _short(item.key.strip() or (f"{links[0]}" if links else "") or f"{title}\n{text}")


def _short(key: str) -> str:
    return key if len(key) <= KEY_LIMIT else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _description(summary: str, text: str) -> str:
    # an excerpt that is the whole text describes nothing
    if not summary or summary == text:
        return ""
    return " ".join((summary[:-_TAIL] + _CUT.sub("", summary[-_TAIL:])).split())[: 2 * TITLE_LIMIT]
