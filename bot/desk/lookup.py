"""Look-ups: a post by number, address or words, tags, a search."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.posts import Post, address
from bot.domain.readings import Paragraph, Reading, Sentence
from bot.domain.reviews import Review
from bot.domain.revisions import Revision
from bot.domain.stories import Story
from bot.domain.summaries import SummaryFacts
from bot.domain.tags import Alias, AliasChange, TagCount
from bot.errors import NotFound, WrongUse
from bot.japanese.passages import Passage, passage
from bot.japanese.search import Query, nearer, parse_query
from bot.japanese.tags import fold
from bot.japanese.vocabulary import vocabulary

PAGE = 5
CANDIDATES = 5
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(9998, 12, 30)  # so that every zone can say them
_NUMBER = re.compile(r"#?(\d{1,9})")
_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
_MESSAGE = re.compile(r"https?://[^/]+/archives/([A-Z0-9]+)/p(\d{10})(\d{6})")
_REMOVED = re.compile(r"(?:削除|remove)\s+(.+)", re.I)
_NEWS = r"(?:記事|ニュース|情報)"
_PLEASE = (
    r"(?:教えて|探して|見せて|調べて|知りたい(?:です)?|ありますか|ある|何ですか|ください|下さい|"
    r"くれますか|お願いします)"
)
_POLITE = re.compile(
    rf"(?:(?:について|に関する|に関して|の)の?{_NEWS}?[をはが]?(?:って)?{_PLEASE}*"
    rf"|{_NEWS}?[をはが]?(?:って)?{_PLEASE}+)?[。?!、 ]*$"
)
_LENGTH = re.compile(r"^(?P<ref>#?\d+|https?://\S+)\s+(?P<plain>\d{1,3})$|^(?P<any>.+?)\s+(?P<marked>\d{1,3})文$")


@dataclass(frozen=True)
class Summary:
    """A post with what `/summary` shows. `alike` counts the other posts of its story; `review` is its open one; `lead`
    is the first paragraph of a post that is too short to summarise."""

    post: Post
    reading: Reading
    sentences: tuple[Sentence, ...]
    alike: int
    review: Review | None
    lead: str = ""


@dataclass(frozen=True)
class Choice:
    """The posts that may be meant, if what was asked for is not one post; `near` if none matched and these come close.

    `url` is the address that was asked for if no stored post has it.
    """

    asked: str
    posts: tuple[Post, ...]
    near: bool = False
    url: str | None = None


@dataclass(frozen=True)
class SearchHit:
    """A post found by a search, with the passage that shows why."""

    post: Post
    score: float
    passage: Passage


@dataclass(frozen=True)
class SearchHits:
    """One page of a search from `offset` on. `near` where no post held every word as asked and these hold some."""

    asked: str
    total: int
    offset: int
    hits: tuple[SearchHit, ...]
    near: bool = False


@dataclass(frozen=True)
class TagPage:
    """One tag: its counts, one page of its posts from `offset` on, tags often beside it, its other names."""

    count: TagCount
    offset: int
    posts: tuple[Post, ...]
    related: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class TagTable:
    """One page of all tags from `offset` on, the busiest of the last 30 days first; `total` counts them all."""

    total: int
    offset: int
    tags: tuple[TagCount, ...]


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def get(self, post_id: int) -> tuple[Post, Reading] | None: ...
    def summary_facts(self, post_id: int) -> SummaryFacts | None: ...
    def at(self, address: str) -> int | None: ...
    def all(self) -> Iterator[tuple[Post, Reading]]: ...
    def news(
        self, start: datetime, end: datetime, limit: int, offset: int = 0
    ) -> tuple[int, tuple[tuple[Post, Reading], ...]]: ...
    def paragraphs(self, post_ids: Sequence[int]) -> dict[int, tuple[Paragraph, ...]]: ...
    def revisions(self, post_id: int) -> tuple[Revision, ...]: ...


class StoredSearch(Protocol):
    """What is needed of the stored search."""

    def find(
        self, query: Query, *, zone: ZoneInfo, limit: int, offset: int = 0, every: bool = True
    ) -> tuple[int, tuple[tuple[Post, float], ...]]: ...


class StoredStories(Protocol):
    """What is needed of the stored stories."""

    def get(self, story_id: int) -> Story: ...
    def between(self, start: datetime, end: datetime) -> tuple[Story, ...]: ...


class StoredTags(Protocol):
    """What is needed of the stored tags."""

    def counts(self, until: datetime, key: str | None = None) -> tuple[TagCount, ...]: ...
    def posts(self, key: str, limit: int, offset: int = 0) -> tuple[Post, ...]: ...
    def related(self, key: str, limit: int = 6) -> tuple[str, ...]: ...
    def aliases(self, key: str | None = None) -> tuple[Alias, ...]: ...
    def merge(self, name: str, into: str, by: str) -> AliasChange: ...
    def unmerge(self, name: str) -> AliasChange: ...


class StoredMessages(Protocol):
    """What is needed of the stored messages."""

    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]: ...


class Lookup:
    """The part of the desk that finds things."""

    def __init__(
        self,
        posts: StoredPosts,
        search: StoredSearch,
        stories: StoredStories,
        tags: StoredTags,
        messages: StoredMessages,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._posts = posts
        self._search = search
        self._stories = stories
        self._tags = tags
        self._messages = messages
        self.zone = zone
        self.now = now

    def summary(self, typed: str) -> Summary | Choice:
        """Return the summary of the post that `typed` names (`12`, `#12`, a URL, a link to a Slack message, words),
        with as many sentences as it asks for (`12 5`, `量子 5文`), three otherwise; the candidates if it names none or
        several. Raises WrongUse for a length outside 1–10.
        """
        ref, count = _with_length(folded(typed))
        if (number := _NUMBER.fullmatch(ref)) and (facts := self._posts.summary_facts(int(number[1]))):
            return _summary(facts, count)
        found = self.find(ref)
        if isinstance(found, Choice):
            return found
        return self.summary_of(found, count)

    def summary_of(self, post_id: int, sentences: int = 3) -> Summary:
        """Return the summary of a post by its number. Raises NotFound if there is none."""
        facts = self._posts.summary_facts(post_id)
        if facts is None:
            raise _not_found(post_id)
        return _summary(facts, sentences)

    def post(self, post_id: int) -> tuple[Post, Reading]:
        """Return a post by its number. Raises NotFound if there is none."""
        found = self._posts.get(post_id)
        if found is None:
            raise _not_found(post_id)
        return found

    def at(self, url: str) -> int | None:
        """Return the number of the post at this address; None if no stored post answers to it."""
        return self._posts.at(address(url))

    def posts(self) -> Iterator[tuple[Post, Reading]]:
        """Yield every post that is not withdrawn, in the order of numbers."""
        return self._posts.all()

    def revisions(self, post_id: int) -> tuple[Revision, ...]:
        """Return what each edit of a post changed, the newest first."""
        return self._posts.revisions(post_id)

    def shown_in(self, channel: str, ts: str) -> tuple[int, ...]:
        """Return the numbers of the posts that a Slack message shows, as far as known."""
        return self._messages.shown(channel, ts)[0]

    def tag_counts(self) -> tuple[TagCount, ...]:
        """Return every tag with its counts."""
        return self._tags.counts(self.now())

    def today(self, limit: int, offset: int = 0) -> tuple[int, tuple[tuple[Post, Reading], ...]]:
        """How many posts are news of today in the newsroom's zone, and one page of them, the newest first."""
        start = datetime.combine(self.now().astimezone(self.zone).date(), time(), self.zone)
        return self._posts.news(start, start + timedelta(days=1), limit, offset)

    def find(self, ref: str) -> int | Choice:
        """Return the number of the post that `ref` names, or the candidates."""
        if number := _NUMBER.fullmatch(ref):
            if self._posts.get(int(number[1])) is not None:
                return int(number[1])
            if ref.startswith("#"):
                return Choice(ref, ())
        if message := _MESSAGE.match(ref):
            shown, _ = self._messages.shown(message[1], f"{message[2]}.{message[3]}")
            return shown[0] if len(shown) == 1 else Choice(ref, self._posts_of(shown))
        if re.match(r"https?://", ref):
            stored = self._posts.at(address(ref))
            return stored if stored is not None else Choice(ref, (), url=ref)
        return self._by_words(ref)

    def search(self, typed: str, offset: int = 0, limit: int = PAGE) -> SearchHits:
        """A page of the posts that hold every word, or if there is none of those that come near it.

        Raises WrongUse for a filter that cannot be read.
        """
        asked = folded(typed)
        query = parse_query(asked)
        total, found = self._search.find(query, zone=self.zone, limit=limit, offset=offset)
        near = False
        for loose, every in nearer(query) if query.phrases and not total else ():
            near, query = True, loose
            total, found = self._search.find(query, zone=self.zone, limit=limit, offset=offset, every=every)
            if total:
                break
        texts = self._posts.paragraphs([post.id for post, _ in found])
        hits = tuple(SearchHit(post, score, passage(texts.get(post.id, ()), query)) for post, score in found)
        return SearchHits(asked, total, offset, hits, near and bool(hits))

    def tags(self, offset: int = 0, limit: int = 15) -> TagTable:
        """A page of the tags of the last 30 days."""
        current = [t for t in self._tags.counts(self.now()) if t.days30]
        return TagTable(len(current), offset, tuple(current[offset : offset + limit]))

    def tag(self, name: str, offset: int = 0, limit: int = PAGE) -> TagPage:
        """One tag by any of its names. Raises NotFound, with tags spelt alike, where no post bears it."""
        name = _tag_name(name)
        key = fold(name)
        counts = self._tags.counts(self.now(), key)
        if not counts:
            alike = [
                t.name for t in self._tags.counts(self.now()) if key and (key in fold(t.name) or fold(t.name) in key)
            ]
            hint = f"近いタグ: {'、'.join(alike[:5])}。" if alike else ""
            raise NotFound(f"タグ「{name}」の付いた記事はありません。{hint}「/search {name}」で本文を探せます。")
        posts = self._tags.posts(key, limit, offset)
        entry = vocabulary().entry(counts[0].name)
        names = (*(alias.name for alias in self._tags.aliases(key)), *((entry.name, *entry.aliases) if entry else ()))
        others = tuple(n for n in names if n != counts[0].name)
        return TagPage(counts[0], offset, posts, self._tags.related(key), others)

    def aliases(self) -> tuple[Alias, ...]:
        """The desk's own names for tags, beside the vocabulary's."""
        return self._tags.aliases()

    def merge_tags(self, name: str, into: str, by: str = "") -> AliasChange:
        """Let `name` mean the tag `into` from now on, in stored posts too. Raises WrongUse where that cannot be."""
        return self._tags.merge(_tag_name(name), _tag_name(into), by)

    def unmerge_tags(self, name: str) -> AliasChange:
        """Take one of the desk's aliases away. Raises NotFound where it is none."""
        return self._tags.unmerge(_tag_name(name))

    def change_alias(self, typed: str, by: str) -> AliasChange:
        """Do what stands after `/tag 別名`: `大規模LM = LLM` joins, `削除 大規模LM` parts. Raises WrongUse else."""
        name, joins, into = folded(typed).partition("=")
        removed = _REMOVED.match(name)
        if joins and name.strip() and into.strip() and "=" not in into:
            return self.merge_tags(name, into, by)
        if removed and not joins:
            return self.unmerge_tags(removed[1])
        raise WrongUse(
            "別名は「/tag 別名 大規模LM = LLM」の形で書いてください。外すときは「/tag 別名 削除 大規模LM」です。"
        )

    def story(self, post_id: int) -> Story:
        """The posts of the story a post belongs to."""
        post, _ = self.post(post_id)
        if post.story_id is None:
            return Story(post.id, (post,))
        return self._stories.get(post.story_id)

    def stories(self, first: date | None = None, last: date | None = None) -> tuple[Story, ...]:
        """The posts published from the day `first` to the day `last`, both included, by story; None leaves a side open.
        The story with the oldest post comes first, and so within a story."""
        start = datetime.combine(max(first or date.min, _FIRST_DAY), time(), self.zone)
        end = datetime.combine(min(last or date.max, _LAST_DAY) + timedelta(days=1), time(), self.zone)
        return self._stories.between(start, end)

    def _posts_of(self, ids: tuple[int, ...]) -> tuple[Post, ...]:
        return tuple(found[0] for i in ids if (found := self._posts.get(i)))

    def _by_words(self, words: str) -> int | Choice:
        hits = self.search(words, limit=CANDIDATES)
        posts = tuple(hit.post for hit in hits.hits)
        if len(posts) == 1 and not hits.near:
            return posts[0].id
        titled = [p for p in posts if folded(p.title) == words]
        return titled[0].id if len(titled) == 1 else Choice(words, posts, near=hits.near or not posts)


def folded(typed: str) -> str:
    """What somebody typed in Slack, in one form: links bare, full-width signs narrow, blanks single."""
    text = unicodedata.normalize("NFKC", _LINK.sub(r"\1", typed))
    return " ".join(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())


def question(said: str) -> str:
    """The words to search for in what somebody asks a colleague: 「量子計算について教えてください。」 is 量子計算."""
    return _POLITE.sub("", folded(said)).strip()


def _summary(facts: SummaryFacts, sentences: int) -> Summary:
    return Summary(
        post=facts.post,
        reading=facts.reading,
        sentences=facts.reading.summary(sentences),
        alike=facts.alike,
        review=facts.review,
        lead=facts.lead,
    )


def _not_found(post_id: int) -> NotFound:
    return NotFound(f"#{post_id} の記事はありません。「/search 語」で探せます。")


def _tag_name(typed: str) -> str:
    return folded(typed).lstrip("# ")


def _with_length(typed: str) -> tuple[str, int]:
    found = _LENGTH.match(typed)
    if not found:
        return typed, 3
    count = int(found["plain"] or found["marked"])
    if not 1 <= count <= 10:
        raise WrongUse("文数は1から10の間で指定してください。例:「/summary 12 5」")
    return found["ref"] or found["any"], count
