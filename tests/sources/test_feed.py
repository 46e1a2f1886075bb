"""Feeds, as they are found in the wild."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources.feed import (
    ENTRIES,
    Feed,
    FeedEntry,
    completed,
    is_feed,
    is_whole,
    parse,
)
from bot.sources.fetch import fetch
from bot.sources.web_page import WebPage
from tests.processor import seconds
from tests.sources import zoo

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
URL = "https://news.example/feed"


def read(text: str | bytes, url: str = URL, content_type: str = "application/xml") -> Feed:
    return parse(text.encode() if isinstance(text, str) else text, content_type, url, NOW, TOKYO)


def rss(*items: str, link: str = zoo.SITE) -> Feed:
    channel = f"<title>港の新聞</title><link>{link}</link>{''.join(f'<item>{i}</item>' for i in items)}"
    return read(
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{channel}</channel></rss>'
    )


# ---- the zoo
def test_the_zoo_is_large() -> None:
    names = [a.name for a in zoo.FEEDS] + [name for name, _, _ in zoo.OTHERS]
    assert len(names) == len(set(names)) >= 80


@pytest.mark.parametrize("animal", zoo.FEEDS, ids=lambda a: a.name)
def test_every_feed_of_the_zoo_is_read(animal: zoo.Animal, httpserver: HTTPServer) -> None:
    answer = Response(animal.data, headers={"Content-Type": animal.content_type, **animal.headers})
    httpserver.expect_request("/feed").respond_with_response(answer)
    page = fetch(httpserver.url_for("/feed"), ("localhost",))
    assert is_feed(page)
    feed = parse(page.data, page.content_type, page.url, NOW, TOKYO)
    count = 1 if "second" in animal.missing else 2
    texts = zoo.TEXTS if "text" not in animal.missing else tuple("\n\n".join([t] * 8) for t in zoo.TEXTS)
    times = zoo.TIMES if "time" not in animal.missing else (NOW.isoformat(),) * 2
    assert [(d.title, d.raw, d.url, d.published_at.isoformat()) for d in feed.drafts] == [
        (zoo.TITLES[n], f"# {zoo.TITLES[n]}\n\n{texts[n]}\n", zoo.LINKS[n], times[n]) for n in range(count)
    ]
    assert {d.dated_by for d in feed.drafts} == {"arrival" if "time" in animal.missing else "feed"}
    assert {e.whole for e in feed.entries} == {"whole" not in animal.missing}
    assert (feed.title, feed.home, feed.failed) == ("港の新聞", zoo.SITE, animal.failed)


@pytest.mark.parametrize(("name", "data", "sentence"), zoo.OTHERS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_no_feed_says_so(name: str, data: bytes, sentence: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request(f"/{name}").respond_with_data(data)
    page = fetch(httpserver.url_for(f"/{name}"), ("localhost",))
    with pytest.raises(Unreadable) as refused:
        parse(page.data, page.content_type, page.url, NOW, TOKYO)
    assert str(refused.value) == sentence


def test_a_feed_without_entries_is_one() -> None:
    assert rss() == Feed("港の新聞", zoo.SITE, ())


def test_a_feed_over_the_limit_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read(b"<rss>" + b" " * 5_000_000)
    assert str(refused.value) == "フィードが大きすぎます（上限5MB）。件数を減らすよう配信元に伝えてください。"


@pytest.mark.parametrize("sign", ["<a:b/>", "&"])
def test_a_feed_that_is_nothing_but_signs_is_refused(sign: str) -> None:
    with pytest.raises(Unreadable) as refused:
        rss(f"<title>{sign * 300_000}</title>")
    assert str(refused.value) == (
        "フィードの作りが複雑すぎるため、読み取れません。件数を減らすよう配信元に伝えてください。"
    )


def test_the_first_entries_of_a_feed_without_end_are_read() -> None:
    feed = rss(*(f"<title>{n}</title><link>/{n}</link>" for n in range(ENTRIES + 9)))
    assert [d.title for d in feed.drafts] == [str(n) for n in range(ENTRIES)]
    assert feed.failed == ()


def test_a_link_that_is_there_and_empty_is_none() -> None:
    made = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/"><title>港</title>'
        '<link rel="alternate"/><link rel="alternateo" href="x"/><entry><title>題</title><link/></entry></feed>'
    )
    assert [(d.title, d.url) for d in made.drafts] == [("題", None)]


@pytest.mark.parametrize("sign", ["<![CDATA[", "…", " ", "\n", "・・・", "&lt;rt&gt;", "&lt;br&gt;", "[", "@a"])
def test_a_sign_that_is_repeated_without_end_is_read_in_time(sign: str) -> None:
    text = sign * 30_000
    item = f"<title>{text}題</title><link>/a{text}b</link><author>{text}x</author><description>{text}文</description>"
    assert seconds(lambda: rss(item)) < 5
    assert seconds(lambda: rss(f"<title>題</title><description>{text}")) < 5


def test_a_tag_without_end_does_no_harm() -> None:
    assert "題" in [
        d.title for d in rss("<title>題</title><link>/a</link>", "<title>x</title><p" + "a=" * 20_000).drafts
    ]


# ---- which post an entry is
def only(feed: Feed) -> FeedEntry:
    (entry,) = feed.entries
    return entry


def test_an_entry_answers_to_every_form_it_has() -> None:
    entry = only(
        read(
            '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>港</title>'
            "<link>https://news.example/</link><item><title>題</title><link>https://feeds.example/~r/1</link>"
            "<feedburner:origLink>https://news.example/2026/minato/?utm_source=rss</feedburner:origLink>"
            '<guid isPermaLink="false">https://news.example/?p=12</guid></item></channel></rss>'
        )
    )
    assert entry.key == "https://news.example/?p=12"
    assert entry.draft.url == "https://feeds.example/~r/1"
    assert entry.draft.addresses == {"feeds.example/~r/1", "news.example/2026/minato", "news.example?p=12"}


@pytest.mark.parametrize(
    ("guid", "known_as"),
    [
        ("https://news.example/a", set()),
        ("12", {"news.example/feed#12"}),
        ("http://localhost/?p=12", {"news.example/feed#http://localhost/?p=12"}),
        ("tag:news.example,2026:a", {"tag:news.example,2026:a"}),
        ("urn:uuid:1225c695", {"urn:uuid:1225c695"}),
    ],
)
def test_a_guid_that_is_the_same_elsewhere_counts_in_its_own_feed_alone(guid: str, known_as: set[str]) -> None:
    made = only(rss(f"<title>題</title><link>https://news.example/a</link><guid>{guid}</guid>")).draft
    assert made.addresses == {"news.example/a", *known_as}


def test_a_changed_link_or_guid_is_still_the_same_post() -> None:
    first, moved, renamed = (
        only(rss(f"<title>題</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>")).draft.addresses
        for link, guid in (("/a", "1"), ("/b", "1"), ("/b", "2"))
    )
    assert first & moved
    assert moved & renamed
    assert not first & renamed


def test_a_link_that_every_entry_has_names_none_of_them() -> None:
    feed = rss(
        "<title>一</title><link>https://news.example/</link>",
        "<title>二</title><link>https://news.example/top</link><guid isPermaLink='false'>2</guid>",
        "<title>三</title><link>https://news.example/top</link><guid isPermaLink='false'>3</guid>",
    )
    first, *others = feed.drafts
    assert [d.addresses for d in others] == [{"news.example/feed#2"}, {"news.example/feed#3"}]
    assert [a.startswith("news.example/feed#") for a in first.addresses] == [True]  # its title's


def test_the_same_entry_twice_is_one_and_two_with_one_key_are_two() -> None:
    feed = rss(*(f"<title>{t}</title><guid isPermaLink='false'>1</guid>" for t in ("一", "一", "二")))
    assert [e.draft.title for e in feed.entries] == ["一", "二"]
    assert len({e.key for e in feed.entries} | {"1"}) == 3


def test_a_key_is_the_same_at_every_poll_and_fits_everywhere() -> None:
    text = f"<title>題</title><guid isPermaLink='false'>{'x' * 5000}</guid>"
    assert only(rss(text)).key == only(rss(text)).key
    assert len(only(rss(text)).key) == 64
    untold = only(rss("<title>題</title><description>本文</description>"))
    assert untold.key == only(rss("<title>題</title><description>本文、直した</description>")).key
    assert untold.draft.addresses


def test_the_words_decide_whether_an_entry_changed_and_the_hour_does_not() -> None:
    text = "<title>{}</title><link>/a</link><description>本文</description><pubDate>{}</pubDate>"
    same, later, renamed = (
        only(rss(text.format(*v))).draft.content_hash for v in (("題", ""), ("題", "2026-01-15"), ("新しい題", ""))
    )
    assert same == later != renamed


# ---- its words
@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("&lt;b&gt;AI&lt;/b&gt;と海", "AIと海"), ("AI &amp;amp; 海", "AI & 海"), ("A &lt; B", "A < B"),
        ("型 List&lt;T&gt; の話", "型 List<T> の話"), ("<![CDATA[海<br/>山]]>", "海山"), (" 海\n の ", "海 の"),
        ("&lt;ruby&gt;港&lt;rt&gt;みなと&lt;/rt&gt;&lt;/ruby&gt;", "港"), ("あ" * 400, "あ" * 299 + "…"),
    ],
)  # fmt: skip
def test_a_title_is_one_line_of_text(written: str, title: str) -> None:
    assert only(rss(f"<title>{written}</title><link>/a</link>")).draft.title == title


def test_what_has_no_title_is_called_by_its_first_words() -> None:
    first = only(rss("<description>港に船が着いた。積み荷は氷。</description><link>/a</link>")).draft
    assert (first.title, first.raw) == ("港に船が着いた。", "# 港に船が着いた。\n\n港に船が着いた。積み荷は氷。\n")
    assert only(rss("<link>/a</link>")).draft.title == "https://news.example/a"


def test_author_tags_and_summary_are_kept() -> None:
    made = only(
        rss(
            "<title>題</title><link>/a</link><author>desk@news.example (宮里航)</author><category>AI</category>"
            "<category>&lt;b&gt;海&lt;/b&gt;</category><category>AI</category><description>港の案内。…</description>"
            f"<content:encoded><![CDATA[{zoo.HTML[0]}]]></content:encoded>"
        )
    ).draft
    assert (made.author, made.tags, made.description) == ("宮里航", ("AI", "海"), "港の案内。")
    assert only(rss("<title>題</title><author>desk@news.example</author>")).draft.author is None


# ---- whether all of it is there
LONG = "港の朝市は十四日、冷蔵の棚を入れ替えた。" * 30
SHORT = "港の朝市は十四日、冷蔵の棚を入れ替えた。" * 6


@pytest.mark.parametrize(
    ("content", "summary", "whole"),
    [
        (SHORT, "", True), (SHORT, LONG, True), ("", LONG, True), (SHORT, SHORT, True),
        ("", SHORT, False), ("", "", False), ("短い。", "", False), ("", LONG + "…", False), (SHORT + "[…]", "", False),
        (SHORT + "...", "", False), (SHORT + "続きを読む", "", False), (SHORT + "続きを見る →", "", False),
        (SHORT + "Read more »", "", False), (SHORT + "Continue reading 港の朝市", "", False),
        (SHORT + "（了）", "", True), (SHORT + "もっと見る場所があった。", "", True),
    ],
)  # fmt: skip
def test_whether_a_feed_has_the_article_or_an_excerpt(content: str, summary: str, whole: bool) -> None:
    assert is_whole(content, summary) == whole


def test_an_excerpt_is_completed_by_its_page_and_stays_the_feeds_post() -> None:
    excerpt = only(rss("<title>題</title><link>/a</link><pubDate>2026-01-15</pubDate><guid>9</guid>")).draft
    page = Draft(
        title="題｜港の新聞",
        raw=LONG,
        published_at=NOW,
        dated_by="page",
        url="https://news.example/2026/a",
        addresses=frozenset({"news.example/2026/a"}),
        author="宮里航",
        tags=("海",),
        description="案内。",
    )
    made = completed(excerpt, page)
    assert (made.title, made.raw, made.dated_by) == ("題", f"# 題\n\n{LONG}\n", "feed")
    assert made.published_at == datetime(2026, 1, 14, 15, tzinfo=UTC)
    assert made.url == "https://news.example/a"
    assert made.addresses == {"news.example/a", "news.example/feed#9", "news.example/2026/a"}
    assert (made.author, made.tags, made.description) == ("宮里航", ("海",), "案内。")
    undated = only(rss("<title>題</title><link>/a</link>")).draft
    assert (completed(undated, page).published_at, completed(undated, page).dated_by) == (NOW, "page")
    assert completed(replace(excerpt, raw=LONG * 2), page).raw == LONG * 2


# ---- what is a feed
@pytest.mark.parametrize("animal", zoo.OTHERS, ids=lambda a: a[0])
def test_what_is_no_feed_is_not_taken_for_one(animal: tuple[str, bytes, str]) -> None:
    assert is_feed(WebPage(URL, animal[1], "")) == animal[0].startswith("json-")


# ---- anything at all
_BITS = st.sampled_from([
    "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<entry>", "</entry>", "<guid>", "<![CDATA[",
    "]]>", "<!--", "-->", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "&", "&#0;", "&#xd800;", "http://[::1", "//[",
    "\0", "<content:encoded>", "<description>", "<p>港", "<pubDate>", "2026-13-99", "Thu, 99 Foo 2026", "<dc:date>",
    "<link href='x:y' rel='alternate'/>", "<category term='\ud800'/>", "</channel>", "</rss>", "港の朝市", "\x1b$B",
])  # fmt: skip
_SHELLS = st.sampled_from(["<rss version='2.0'><channel>{}", "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>",
                           "<rdf:RDF xmlns='http://purl.org/rss/1.0/'>{}", "{}"])  # fmt: skip


_NAMES = st.sampled_from(["id", "url", "title", "content_html", "authors", "tags", "items", "date_published", "name"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(_NAMES, v)
)


@given(
    st.one_of(
        st.binary(),
        st.tuples(_SHELLS, st.lists(_BITS, max_size=25)).map(
            lambda t: t[0].replace("{}", "".join(t[1])).encode("utf-8", "replace")
        ),
        _VALUES.map(lambda v: json.dumps({"version": "https://jsonfeed.org/version/1", "items": [v, v]}).encode()),
    ),
    st.sampled_from(["", "text/xml; charset=euc-jp", "text/xml; charset=\0", "application/json"]),
)
def test_any_bytes_make_a_feed_or_a_refusal(data: bytes, content_type: str) -> None:
    try:
        feed = read(data, content_type=content_type)
    except Unreadable:
        return
    for entry in feed.entries:
        made = entry.draft
        text = made.title + made.raw + (made.author or "") + "".join(made.tags) + "".join(made.addresses) + entry.key
        assert "\0" not in text.encode().decode()
