"""Pages in the shapes that Japanese publishing systems give them. The article is ours, what is around it is typical."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources.page import parse
from bot.sources.web_page import WebPage

FOLDER = Path(__file__).parent / "cms"
ARTICLE = (FOLDER / "article.txt").read_text().strip()
TITLE = "水族館、八つの言葉で答える案内AI"
URL = "https://news.example/x/1"
MINUTE, DAY = datetime(2026, 1, 15, 1, 30, tzinfo=UTC), datetime(2026, 1, 14, 15, tzinfo=UTC)


def read(name: str) -> Draft:
    page = WebPage(URL, (FOLDER / f"{name}.html").read_bytes(), "text/html")
    return parse(page, datetime(2026, 2, 1, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("name", "author", "published", "tags", "url"),
    [
        ("amp", "宮里航", MINUTE, (), "https://www.news.example/2026/01/aquarium/"),
        ("hatena_blog", "minato", MINUTE, ("AI", "水族館"), "https://news.example/entry/2026/01/15/103000"),
        ("jekyll_minima", "宮里航", MINUTE, (), "https://news.example/2026/01/15/aquarium/"),
        ("movable_type", "宮里航", MINUTE, (), URL),
        ("nextjs_json_ld_body", "港の新聞", MINUTE, ("AI", "水族館"), URL),
        ("nextjs_ssr", None, DAY, (), URL),
        ("note_free", "宮里航", MINUTE, ("AI", "水族館"), "https://news.example/miyazato/n/n1"),
        ("portal_euc", None, MINUTE, (), URL),
        ("press_release_table", None, DAY, (), URL),
        ("wordpress_classic_br", None, DAY, ("AI", "水族館"), URL),
        ("wordpress_yoast", "宮里航", MINUTE, ("AI", "水族館"), "https://news.example/2026/01/aquarium/"),
        ("zenn_like", None, MINUTE, (), "https://news.example/miyazato/articles/1"),
    ],
)
def test_an_article_is_read_whole_and_nothing_around_it(
    name: str, author: str | None, published: datetime, tags: tuple[str, ...], url: str
) -> None:
    made = read(name)
    behind = {
        "press_release_table": "\n\n| お問い合わせ | 広報室 電話 000-0000-0000 |",
        "zenn_like": '\n\n```\nprint("魚")\n```',
    }.get(name, "")
    title = "プレスリリース：" * (name == "press_release_table") + TITLE
    assert (made.title, made.raw) == (title, ARTICLE + behind)
    assert (made.author, made.published_at, made.dated_by, made.tags, made.url) == (
        author,
        published,
        "page",
        tags,
        url,
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("note_paid", "会員限定または有料の記事のため、本文を読み取れません。記事の本文を貼り付けてください。"),
        (
            "newspaper_members",
            "会員限定または有料の記事のため、本文を読み取れません。記事の本文を貼り付けてください。",
        ),
        ("spa_shell", "画面上で組み立てられるページのため、本文がありません。記事の本文を貼り付けてください。"),
        ("soft_404", "ページが見つかりません（配信元がエラーのページを返しました）。URLを確認してください。"),
        ("listing", "記事ではなく一覧のページのようです。記事そのもののURLを共有してください。"),
        ("robot_check", "配信元が自動の取得を断っています。記事の本文を貼り付けてください。"),
    ],
)
def test_what_is_no_article_says_what_it_is(name: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(name)
    assert str(refused.value) == sentence
