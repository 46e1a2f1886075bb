"""Shapes of feeds beside the plain one: prefixed, sorted, packed, captioned, cut off in the middle."""

import gzip
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources.feed import Feed, is_feed, parse
from bot.sources.fetch import SIZE_LIMIT, WebPage, fetch

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
URL = "https://news.example/feed"
TEXT = "県は堤防の点検に小型機を使い始めた。歩いて三日かかった区間が、半日で終わる。"
NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def read(text: str | bytes) -> Feed:
    data = text.encode() if isinstance(text, str) else text
    assert is_feed(WebPage(URL, data, ""))
    return parse(data, "application/xml", URL, NOW, ZoneInfo("Asia/Tokyo"))


def rss(item: str) -> str:
    return f"<rss {NAMES}><channel><title>港</title><link>https://news.example/</link>{item}</channel></rss>"


def only(text: str) -> Draft:
    (draft,) = read(text).drafts
    return draft


@pytest.mark.parametrize("place", ["first", "last", "after thousands of characters"])
@pytest.mark.parametrize("version", ["1", "1.1"])
def test_a_json_feed_names_its_version_anywhere(place: str, version: str) -> None:
    items = [{"id": str(n), "title": f"第{n}号", "url": f"/{n}", "content_text": TEXT * 9} for n in range(20)]
    named = {"version": f"https://jsonfeed.org/version/{version}"}
    rest = {"home_page_url": "https://news.example/", "items": items, "title": "港"}
    whole = named | rest if place == "first" else rest | named
    text = json.dumps(whole, ensure_ascii=False, sort_keys=place != "first", indent=2 if place == "last" else None)
    assert [d.title for d in read(text).drafts] == [f"第{n}号" for n in range(20)]


@pytest.mark.parametrize("version", [None, 1, "https://other.example/1", ""])
def test_other_json_is_no_feed(version: object) -> None:
    text = json.dumps({"items": [{"version": "https://jsonfeed.org/version/1"}], "version": version})
    assert not is_feed(WebPage(URL, text.encode(), ""))


@pytest.mark.parametrize("prefix", ["atom", "a", "ns0"])
def test_an_atom_feed_may_have_a_prefix(prefix: str) -> None:
    entry = (
        f"<entry><title>点検</title><link href='/a'/><id>urn:x:1</id><updated>2026-01-17T20:07:09+09:00</updated>"
        f"<content type='html'>{TEXT}</content></entry>"
    )
    text = f"<feed><title>港</title>{entry}</feed>"
    for name in ("feed", "entry", "title", "link", "id", "updated", "content"):
        text = text.replace(f"<{name}", f"<{prefix}:{name}").replace(f"</{name}", f"</{prefix}:{name}")
    text = text.replace(f"<{prefix}:feed>", f'<{prefix}:feed xmlns:{prefix}="http://www.w3.org/2005/Atom">')
    draft = only(text)
    assert (draft.title, draft.url, draft.raw) == ("点検", "https://news.example/a", f"# 点検\n\n{TEXT}\n")
    assert draft.published_at == datetime(2026, 1, 17, 11, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("names", "author"),
    [
        ("<dc:creator>宮里航</dc:creator>", "宮里航"),
        ("<dc:creator>宮里航</dc:creator><dc:creator>潮見</dc:creator>", "宮里航、潮見"),
        ("<dc:creator>宮里航</dc:creator><dc:creator>潮見</dc:creator><dc:creator>宮里航</dc:creator>", "宮里航、潮見"),
    ],
)
def test_every_author_is_named(names: str, author: str) -> None:
    assert only(rss(f"<item><title>点検</title><link>/a</link>{names}</item>")).author == author


def test_every_author_of_a_json_feed_is_named() -> None:
    item = {"id": "1", "title": "点検", "authors": [{"name": "宮里航"}, {"url": "/x"}, {"name": "潮見"}]}
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "港", "items": [item]})
    assert only(text).author == "宮里航、潮見"


CAPTIONS = (
    "<media:description>堤防の上を飛ぶ小型機。撮影は十六日の午後。" + "風が強かった。" * 40 + "</media:description>",
    "<media:description type='plain'><![CDATA[写真]]></media:description>",
    "<media:content url='/a'><media:title>写真</media:title><media:description>機</media:description></media:content>",
    "<media:description type='plain'/><media:description>機体</media:description>",
    "<itunes:summary>音声の要約。" + "聞きどころ。" * 60 + "</itunes:summary>",
    "<itunes:subtitle>副題</itunes:subtitle><media:description/>",
    "<media:description/><media:text>文字起こし</media:text>",
)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("words", ["description", "content:encoded"])
@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_caption_is_not_the_article(caption: str, words: str, first: bool) -> None:
    own = f"<{words}><![CDATA[<p>{TEXT}</p>]]></{words}>"
    both = caption + own if first else own + caption
    draft = only(rss(f"<item><title>点検</title><link>/a</link>{both}</item>"))
    assert (draft.title, draft.raw) == ("点検", f"# 点検\n\n{TEXT}\n")


@pytest.mark.parametrize("name", ["media:description", "itunes:summary"])
def test_a_caption_is_the_text_where_there_is_no_other(name: str) -> None:
    draft = only(rss(f"<item><title>点検</title><link>/a</link><{name}>{TEXT}</{name}></item>"))
    assert draft.raw == f"# 点検\n\n{TEXT}\n"


# ---- on the way
@pytest.mark.parametrize("kind", ["application/xml", "application/octet-stream", ""])
def test_a_feed_packed_without_a_word_is_unpacked(kind: str, httpserver: HTTPServer) -> None:
    packed = gzip.compress(rss("<item><title>点検</title></item>").encode())
    httpserver.expect_request("/feed").respond_with_response(Response(packed, headers={"Content-Type": kind}))
    page = fetch(httpserver.url_for("/feed"), ("localhost",))
    assert [d.title for d in read(page.data).drafts] == ["点検"]


def test_what_unfolds_without_end_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(gzip.compress(b"0" * (SIZE_LIMIT + 1)))
    with pytest.raises(Exception, match="ページが大きすぎます"):
        fetch(httpserver.url_for("/feed"), ("localhost",))


# ---- cut off in the middle
ITEMS = "".join(
    f"<item><title>第{n}号</title><link>/{n}</link><description>{TEXT}</description></item>" for n in (1, 2)
)


@pytest.mark.parametrize("end", ["</title>", "<link>/2", "<description>県は堤防", "</description>"])
def test_a_feed_that_breaks_off_in_an_entry_says_so(end: str) -> None:
    whole = rss(ITEMS)
    found = read(whole[: whole.rindex(end) + len(end)])
    assert [d.title for d in found.drafts] == ["第1号"]
    assert found.cut_off
    assert found.title == "港"


def test_a_feed_that_only_lacks_its_last_line_is_whole() -> None:
    found = read(rss(ITEMS).removesuffix("</channel></rss>"))
    assert ([d.title for d in found.drafts], found.cut_off) == (["第1号", "第2号"], False)


@pytest.mark.parametrize("end", ["<title>港", "</title>", "<link>https://news"])
def test_a_feed_that_breaks_off_before_its_entries_is_an_error(end: str) -> None:
    whole = rss(ITEMS)
    with pytest.raises(Unreadable, match="フィードが途中で切れています"):
        read(whole[: whole.index(end) + len(end)])
