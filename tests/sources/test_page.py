"""A web page, as somebody shares its link."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources.page import feeds, parse
from bot.sources.web_page import WebPage

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


def page(head: str = "", body: str = ARTICLE, content_type: str = "text/html; charset=utf-8") -> WebPage:
    return WebPage(URL, f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), content_type)


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
    assert (made.title, made.author) == ("abc", None)


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
    made = parse(WebPage(URL, html.replace("①髙橋", title).encode(encoding), content_type), NOW, TOKYO)
    assert (made.title, made.raw) == (title, TEXT)


def test_an_xhtml_page_is_read() -> None:
    html = f"<?xml version='1.0' encoding='UTF-8'?><html><head><title>題</title></head><body>{ARTICLE}</body></html>"
    assert parse(WebPage(URL, html.encode(), "application/xhtml+xml"), NOW, TOKYO).raw == TEXT


def test_headings_and_quotations_become_markdown_and_what_surrounds_the_article_is_left_out() -> None:
    menu = "<nav><ul><li><a href='/'>トップ</a></li></ul></nav>"
    paragraphs = ARTICLE.removeprefix("<article>").removesuffix("</article>")
    inside = f"<article><h2>見出し</h2>{paragraphs}<blockquote>案内の精度は九割だと、館は言う。</blockquote></article>"
    made = read("<title>題</title>", f"{menu}{inside}<footer><p>利用規約</p></footer><script>alert(1)</script>")
    assert made.raw == f"## 見出し\n\n{TEXT}\n\n> 案内の精度は九割だと、館は言う。"


def refusal(head: str = "<title>題</title>", body: str = ARTICLE) -> str:
    with pytest.raises(Unreadable) as refused:
        read(head, body)
    return str(refused.value)


SCRIPTED = "画面上で組み立てられるページのため、本文がありません。記事の本文を貼り付けてください。"
MEMBERS = "会員限定または有料の記事のため、本文を読み取れません。記事の本文を貼り付けてください。"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<p>短い。</p>", "本文が見つかりません。記事のURLか確認するか、記事の本文を貼り付けてください。"),
        ("<div id='app'></div><script src='/app.js'></script>", SCRIPTED),
        ("<noscript>JavaScriptを有効にしてください</noscript>", SCRIPTED),
        (f"<p>{PARAGRAPHS[0]}</p><p>この記事は有料会員限定です。</p>", MEMBERS),
        (f"<p>{PARAGRAPHS[0]}</p><p>残り1,024文字</p><a href='/'>会員登録</a>", MEMBERS),
    ],
)
def test_a_page_without_an_article_says_what_it_is_instead(body: str, sentence: str) -> None:
    assert refusal(body=body) == sentence


@pytest.mark.parametrize("free", ["false", '"False"', '"false"'])
def test_a_page_that_says_it_is_not_free_shows_its_lead_alone(free: str) -> None:
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", "isAccessibleForFree": {free}}}</script>'
    assert refusal(f"<title>題</title>{script}") == MEMBERS
    assert read(f"<title>題</title>{script}", ARTICLE * 5).raw.count("港町の水族館") == 5  # shown whole all the same
    assert read(f"<title>題</title>{script.replace(free, 'true')}").raw == TEXT


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("404 Not Found", "<h1>404</h1>" + ARTICLE),
        ("港の新聞", "<h1>お探しのページは見つかりませんでした</h1>" + ARTICLE),
        ("ページが見つかりません｜港の新聞", ARTICLE),
    ],
)
def test_an_error_that_calls_itself_a_page_is_one(title: str, body: str) -> None:
    assert refusal(f"<title>{title}</title>", body) == (
        "ページが見つかりません（配信元がエラーのページを返しました）。URLを確認してください。"
    )


def test_a_page_of_elements_without_end_is_refused() -> None:
    assert refusal(body="<p>港" * 200_001) == (
        "ページの作りが複雑すぎるため、読み取れません。記事の本文を貼り付けてください。"
    )


def test_an_article_about_missing_pages_is_an_article() -> None:
    assert read("<title>404ページの作り方と、見つからない人の導き方</title>", ARTICLE * 8).raw.startswith("港町")


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        ("application/pdf", b"", "PDF"), ("text/html", b"%PDF-1.7", "PDF"), ("image/png", b"", "画像"),
        ("", b"\x89PNG\r\n", "画像"), ("application/json", b"{}", "JSON"), ("application/ld+json", b"{}", "JSON"),
        ("application/rss+xml", b"<rss/>", "フィード"), ("video/mp4", b"", "動画"), ("audio/mpeg", b"", "音声"),
        ("application/zip", b"", "ファイル"), ("text/html", b"PK\x03\x04", "圧縮ファイル"),
        ("application/octet-stream", b"", "ファイル"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_called_by_its_name(kind: str, data: bytes, name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(WebPage(URL, data, kind), NOW, TOKYO)
    assert str(refused.value) == (f"ウェブページではなく{name}のため、取り込めません。記事のURLを共有してください。")


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("/2026/01/minato/", "https://news.example/2026/01/minato/"),
        ("https://www.news.example/a", "https://www.news.example/a"),
        ("https://amp.news.example/a", "https://amp.news.example/a"),
        ("https://evil.example/a", URL), ("https://news.example.evil.example/a", URL), ("https://example/a", URL),
        ("https://blog.news.example/a", URL), ("/", URL), ("https://news.example", URL), ("", URL),
    ],
)  # fmt: skip
def test_a_page_names_its_own_address_on_its_own_site_only(canonical: str, url: str) -> None:
    for head in (f"<link rel=canonical href='{canonical}'>", f"<meta property='og:url' content='{canonical}'>"):
        assert read(f"<title>題</title>{head}").url == url


@pytest.mark.parametrize(
    ("head", "body", "time"),
    [
        ("", "<article><time datetime='2026-01-15T08:00:00+09:00'>先週</time></article>", "2026-01-14T23:00"),
        ("", "<span itemprop='datePublished' content='2026-01-15'></span>", "2026-01-14T15:00"),
        ("", "<div class='post-date'>公開日：2026年1月15日(木) 8:30</div>", "2026-01-14T23:30"),
        ("", "<p class='date'>令和8年1月15日</p>", "2026-01-14T15:00"),
        ("<meta name='pubdate' content='Thu, 15 Jan 2026 08:00:00 +0900'>", "", "2026-01-14T23:00"),
        ("<meta name='date' content='いつか'>", "<p class='date'>2026/1/15</p>", "2026-01-14T15:00"),
        ("", "<aside><time datetime='2026-01-10'>別</time></aside><main><time datetime='2026-01-15'></time></main>",
         "2026-01-14T15:00"),
    ],
)  # fmt: skip
def test_a_page_is_dated_by_what_it_shows(head: str, body: str, time: str) -> None:
    made = parse(page(f"<title>題</title>{head}", body + ARTICLE), NOW, TOKYO)
    assert (made.published_at.isoformat()[:16], made.dated_by) == (time, "page")


def test_a_day_in_the_address_dates_a_page_that_shows_none() -> None:
    for url in ("https://news.example/2026/01/15/minato", "https://news.example/news/20260115/a.html"):
        made = parse(replace(page(), url=url), NOW, TOKYO)
        assert (made.published_at, made.dated_by) == (datetime(2026, 1, 14, 15, tzinfo=UTC), "page")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>水族館の案内AI | 港の新聞</title><meta property='og:site_name' content='港の新聞'>", "水族館の案内AI"),
        ("<title>港の新聞：水族館の案内AI</title><meta property='og:site_name' content='港の 新聞'>", "水族館の案内AI"),
        ("<title>A｜B｜港の新聞</title><meta property='og:site_name' content='港の新聞'>", "A｜B"),
        ("<title>水族館の案内AI | 港の新聞</title>", "水族館の案内AI | 港の新聞"),
        ("<meta property='og:title' content='AI &amp;amp; 海 &lt;b&gt;'><title>x</title>", "AI & 海"),
        ("<title>a</title><svg><title>b</title></svg>", "a"),
    ],
)
def test_a_title_is_the_articles_without_the_sites_name(head: str, title: str) -> None:
    assert read(head).title == title


def test_the_article_of_several_that_names_this_address_is_this_pages() -> None:
    script = """<script type="application/ld+json">
      [{"@type": "NewsArticle", "headline": "ほかの記事", "url": "https://news.example/other"},
       {"@type": "WebPage", "mainEntity": {"@type": "http://schema.org/NewsArticle", "headline": "この\n記事",
        "mainEntityOfPage": {"@id": "/2026/01/minato"}, "author": {"@id": "#p"}, "keywords": "AI、海"}},
       {"@type": "Person", "@id": "#p", "name": ["宮里航", "Miyazato"]}]
      </script>"""
    made = read(script.replace('"/2026', '"https://news.example/2026'))
    assert (made.title, made.author, made.tags) == ("この 記事", "宮里航", ("AI", "海"))


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<meta property='article:author' content='https://social.example/minato'>", None),
        ("<meta name='author' content='desk@news.example'>", None),
        ("<meta name='author' content='宮里航'>", "宮里航"),
        ('<script type="application/ld+json">{"@type":"Article","author":["宮里航",{"name":"鈴木海"}]}</script>',
         "宮里航、鈴木海"),
    ],
)  # fmt: skip
def test_an_author_is_a_name(head: str, author: str | None) -> None:
    assert read(f"<title>題</title>{head}").author == author


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "cp932"), ("utf-8", "euc_jp"), ("shift_jis", "utf-8"), ("iso-8859-1", "cp932"), ("euc-jp", "cp932"),
     ("iso-8859-1", "utf-8"), ("shift_jis", "iso2022_jp"), ("rot13", "utf-8"), ("", "iso2022_jp")],
)  # fmt: skip
def test_a_page_that_names_a_wrong_encoding_is_read_all_the_same(declared: str, encoding: str) -> None:
    html = f"<html><head><meta charset='{declared}'><title>水族館だより</title></head><body>{ARTICLE}</body></html>"
    made = parse(WebPage(URL, html.encode(encoding), "text/html"), NOW, TOKYO)
    assert (made.title, made.raw) == ("水族館だより", TEXT)


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
        made = parse(WebPage(URL, data, "text/html"), NOW, TOKYO)
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
