"""A web page, as somebody shares its link."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Unreadable
from bot.posts import Draft
from bot.sources.fetch import Page
from bot.sources.page import feeds, parse

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
URL = "https://news.example/2026/01/minato?utm_source=x"
PARAGRAPHS = [
    "港町の水族館は案内にAIを使い始めた。八つの言葉で質問に答え、混み具合も教える。開発費は約二千万円という。",
    "館長は「魚の名前を聞かれることがいちばん多い」と話す。答えられない質問は係員に回し、記録して翌月に学ばせる。",
    "来館者の評判はおおむねよい。ただ、音声が聞き取りにくいという声もあり、館内の置き場所を見直している。",
]
ARTICLE = "<article>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</article>"
TEXT = "\n\n".join(PARAGRAPHS)


def page(head: str = "", body: str = ARTICLE, content_type: str = "text/html; charset=utf-8") -> Page:
    return Page(URL, f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), content_type)


def read(head: str = "", body: str = ARTICLE) -> Draft:
    return parse(page(head, body), NOW, TOKYO)


JSON_LD = """<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "headline": "site"},
 {"@type": ["NewsArticle"], "headline": "水族館の案内AI", "datePublished": "2026-01-15T08:00:00.000+09:00",
  "author": [{"@type": "Person", "name": "宮里航"}], "keywords": ["AI", "水族館"]}]}</script>"""
OPEN_GRAPH = """<meta property="og:title" content="OGの題"><meta property="og:description" content="案内。">
<meta property="article:published_time" content="2026-01-16T00:00:00Z"><meta property="article:tag" content="魚">
<meta property="article:tag" content="海"><meta name="author" content="鈴木"><meta name="keywords" content="x">"""


def test_what_a_page_says_in_json_ld_counts_most() -> None:
    assert read(f"<title>t</title>{OPEN_GRAPH}{JSON_LD}<link rel='canonical' href='/2026/01/minato/'>") == Draft(
        title="水族館の案内AI",
        raw=TEXT,
        published_at=datetime(2026, 1, 14, 23, tzinfo=UTC),
        dated_by="page",
        url="https://news.example/2026/01/minato/",
        addresses=frozenset({"news.example/2026/01/minato"}),
        author="宮里航",
        tags=("AI", "水族館"),
        description="案内。",
    )


def test_then_open_graph_counts() -> None:
    assert read(f"<title>t</title>{OPEN_GRAPH}") == Draft(
        title="OGの題",
        raw=TEXT,
        published_at=datetime(2026, 1, 16, tzinfo=UTC),
        dated_by="page",
        url=URL,
        addresses=frozenset({"news.example/2026/01/minato"}),
        author="鈴木",
        tags=("魚", "海"),
        description="案内。",
    )


def test_a_page_that_says_nothing_of_itself_is_dated_by_its_arrival() -> None:
    made = read("<title> 水族館 \n だより </title><meta name='keywords' content='AI、魚,海'>")
    assert (made.title, made.published_at, made.dated_by) == ("水族館 だより", NOW, "arrival")
    assert made.tags == ("AI", "魚", "海")
    assert read().title == URL


@pytest.mark.parametrize("canonical", ["javascript:alert(1)", "https://[::1", "https://a:99999999/", "mailto:a@b.c"])
def test_an_address_nobody_can_open_is_not_believed(canonical: str) -> None:
    made = read(f"<link rel='canonical' href='{canonical}'>")
    assert (made.url, made.addresses) == (URL, frozenset({"news.example/2026/01/minato"}))


@pytest.mark.parametrize("script", ["{", "[1, null]", '"a"', '{"@graph": [1]}', '{"@type": {"a": 1}}', "[" * 5000])
def test_broken_json_ld_does_no_harm(script: str) -> None:
    assert read(f"<title>題</title><script type='application/ld+json'>{script}</script>").title == "題"


def test_what_no_database_keeps_does_not_get_in() -> None:
    script = '{"@type": "Article", "headline": "a\\ud800b\\u0000c", "author": "\\udfff"}'
    made = read(f"<script type='application/ld+json'>{script}</script>")
    assert (made.title, made.author) == ("a?bc", "?")


@pytest.mark.parametrize(
    ("encoding", "head", "content_type"),
    [
        ("cp932", '<meta charset="Shift_JIS">', "text/html"),
        ("cp932", "", "text/html; charset=shift_jis"),
        ("euc_jp", '<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">', "text/html"),
        ("utf-8", '<meta charset="no-such-thing">', "text/html"),
        ("utf-8", "", ""),
    ],
)
def test_a_page_is_read_in_the_encoding_it_names(encoding: str, head: str, content_type: str) -> None:
    html = f"<html><head>{head}<title>①髙橋</title></head><body>{ARTICLE}</body></html>"
    title = "①髙橋" if encoding != "euc_jp" else "高橋"
    made = parse(Page(URL, html.replace("①髙橋", title).encode(encoding), content_type), NOW, TOKYO)
    assert (made.title, made.raw) == (title, TEXT)


def test_an_xhtml_page_is_read() -> None:
    html = f"<?xml version='1.0' encoding='UTF-8'?><html><head><title>題</title></head><body>{ARTICLE}</body></html>"
    assert parse(Page(URL, html.encode(), "application/xhtml+xml"), NOW, TOKYO).raw == TEXT


def test_headings_and_quotations_become_markdown_and_what_surrounds_the_article_is_left_out() -> None:
    menu = "<nav><ul><li><a href='/'>トップ</a></li></ul></nav>"
    paragraphs = ARTICLE.removeprefix("<article>").removesuffix("</article>")
    inside = f"<article><h2>見出し</h2>{paragraphs}<blockquote>案内の精度は九割だと、館は言う。</blockquote></article>"
    made = read("<title>題</title>", f"{menu}{inside}<footer><p>利用規約</p></footer><script>alert(1)</script>")
    assert made.raw == f"## 見出し\n\n{TEXT}\n\n> 案内の精度は九割だと、館は言う。"


@pytest.mark.parametrize(
    "body",
    [
        "<p>短い。</p>",
        "<div id='app'></div><script>render()</script>",
        "<noscript>JavaScriptを有効にしてください</noscript>",
    ],
)
def test_a_page_without_an_article_is_refused(body: str) -> None:
    with pytest.raises(Unreadable, match=r"本文が見つかりません（会員限定か、画面上で読み込まれるページです）。"):
        read("<title>題</title>", body)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json", "video/mp4"])
def test_what_is_no_page_is_refused(kind: str) -> None:
    with pytest.raises(Unreadable, match="ウェブページではないため、取り込めません"):
        parse(page(content_type=kind), NOW, TOKYO)


_BITS = st.sampled_from([
    "<p>", "</p>", "<div>", "<article>", "<!--", "-->", "<table><tr>", "<svg><title>x</title>", "<![CDATA[",
    "<?xml x?>",
    "<meta property=og:title content=x>", "<link rel=canonical href='//['>", "&#0;", "&#xd800;", "<frameset>",
    TEXT, "\0",
    "<script type='application/ld+json'>", '{"@type":"Article","headline":{"a":[1]}}', "</script>", "<base href='x:'>",
])  # fmt: skip


@given(st.one_of(st.binary(), st.lists(_BITS, max_size=12).map(lambda bits: "".join(bits).encode())))
def test_any_bytes_make_a_post_or_a_refusal(data: bytes) -> None:
    try:
        made = parse(Page(URL, data, "text/html"), NOW, TOKYO)
    except Unreadable:
        return
    (made.title + made.raw + (made.url or "")).encode()


def test_a_page_announces_its_feeds() -> None:
    head = (
        "<link rel='alternate' type='application/rss+xml' href='/feed'><link rel='alternate' hreflang='en' href='/en'>"
        "<link rel='Alternate alternate' type='application/atom+xml; charset=utf-8' href='https://news.example/atom'>"
        "<link rel='alternate' type='application/feed+json' href='feed.json'><link rel=alternate type='text/xml'>"
        "<link rel='alternate' type='application/rss+xml' href='//['><link rel='alternate' type='application/rss+xml'>"
        "<link rel='alternate' type='application/atom+xml' href='/atom'>"
        "<link rel='icon' type='image/png' href='/a.png'>"
        "<link rel='alternate' type='application/rss+xml' href='/feed'>"
    )
    assert feeds(page(head)) == (
        "https://news.example/feed",
        "https://news.example/atom",
        "https://news.example/2026/01/feed.json",
    )
    assert feeds(page()) == ()
