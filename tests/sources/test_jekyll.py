"""A desk's Jekyll folder, as it is found in the wild."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts import Draft
from bot.errors import NotFound, Unreadable
from bot.sources.dates import parse_date
from bot.sources.encodings import decode
from bot.sources.front_matter import FRONT_LIMIT, split
from bot.sources.jekyll import (
    CONFIG_LIMIT,
    FILE_LIMIT,
    Site,
    parse,
    posts,
    site,
)
from bot.sources.permalinks import slugified

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
SITE = Site(Path("/desk"), "港の新聞", url="https://news.example", permalink="/:year/:month/:day/:title/", zone=TOKYO)
NO_ADDRESS = replace(SITE, url="")


def draft(text: str, name: str = "2026-01-15-minato.md", at: Site = SITE) -> Draft:
    made = parse(text.encode(), name, NOW, at)
    assert made is not None
    return made


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        parse(data, "2026-01-15-minato.md", NOW, SITE)
    return str(refused.value)


# ---- front matter
def test_a_post_is_read_whole() -> None:
    raw = (
        "---\ntitle: 潮見台の朝\ndate: 2026-01-15 06:05:00 +0900\nauthor: 宮里航\ntags: [量子, LLM]\n"
        "categories: 製品 サービス\nexcerpt: 短い案内。\nreading_time: 4分\n---\n本文です。\n"
    )
    assert draft(raw) == Draft(
        title="潮見台の朝",
        raw=raw,
        published_at=datetime(2026, 1, 14, 21, 5, tzinfo=UTC),
        body_line=10,
        url="https://news.example/2026/01/15/minato/",
        addresses=frozenset({"news.example/2026/01/15/minato"}),
        author="宮里航",
        tags=("量子", "LLM"),
        categories=("製品", "サービス"),
        excerpt="短い案内。",
        reading_minutes=4,
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_neither_a_byte_order_mark_nor_windows_line_endings_hide_the_front_matter(mark: str, ending: str) -> None:
    made = draft(mark + ending.join(["---", "title: 朝刊", "---", "一行目。", "二行目。"]))
    assert (made.title, made.body_line, made.body) == ("朝刊", 4, "一行目。\n二行目。")


def test_the_same_words_have_the_same_hash_whatever_the_line_endings_and_the_kana() -> None:
    text = "---\ntitle: がぎぐ\n---\nバビブ。\n"
    delivered = (text, text.replace("\n", "\r\n"), unicodedata.normalize("NFD", text))
    assert len({draft(t).content_hash for t in delivered}) == 1
    assert draft(text + "追記。").content_hash != draft(text).content_hash


def test_a_file_without_front_matter_is_all_body() -> None:
    assert split("本文だけです。\n") == ({}, 1)
    assert split("") == ({}, 1)
    assert split("---\n---\n本文") == ({}, 3)


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ("---\ntitle: 閉じない\n本文\n", "フロントマターが「---」で閉じられていません"),
        ('---\ntitle: ok\ntags: ["a\nb: c\n---\n', "フロントマターをYAMLとして読めません（5行目）"),
        ("---\ntitle: a\nbad: b: c\n---\n", "フロントマターをYAMLとして読めません（3行目）"),
        ("---\n- 一\n- 二\n---\n", "フロントマターが「項目: 値」の形になっていません"),
        (
            "---\na: " + "[" * 50 + "]" * 50 + "\n---\n",
            "フロントマターをYAMLとして読めません。使えない文字や深い入れ子",
        ),
        ("---\na: " + "[" * 30_000 + "\n---\n", "フロントマターをYAMLとして読めません。使えない文字や深い入れ子"),
        ("---\na: &a [*a]\n---\n", "フロントマターをYAMLとして読めません（2行目）"),
        ("---\na: \x07\n---\n", "フロントマターをYAMLとして読めません。使えない文字"),
        ("---\nx: " + "あ" * FRONT_LIMIT + "\n---\n", "フロントマターが長すぎます（上限64KB）"),
    ],
)
def test_broken_front_matter_is_refused_with_its_place(front: str, why: str) -> None:
    assert refusal(front.encode()).startswith(why)


def test_a_file_over_the_limit_is_refused() -> None:
    assert refusal(b"x" * (FILE_LIMIT + 1)) == "ファイルが大きすぎます（上限5MB）。分割してください。"


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    levels = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 40))
    made = draft(f"---\ntitle: 静か\nx0: &x0 [a]\n{levels}\ntags: *x39\n---\n")
    assert (made.title, made.tags) == ("静か", ())


def test_scalars_stay_as_they_are_written() -> None:
    made = draft("---\ntitle: 007\nauthor: no\nexcerpt: null\ntags: [1.0, yes, '', 1.0]\ncategory: a,b a\n---\n")
    assert (made.title, made.author, made.excerpt) == ("007", "no", "")
    assert (made.tags, made.categories) == (("1.0", "yes"), ("a", "b"))


def test_what_no_database_keeps_is_replaced() -> None:
    made = draft('---\ntitle: "あ\\0い"\n---\n本\0文')
    assert (made.title, made.body) == ("あ\ufffdい", "本\ufffd文")


@pytest.mark.parametrize("value", ["false", "False", '"false"'])
def test_an_unpublished_post_is_no_post(value: str) -> None:
    assert parse(f"---\ntitle: 下書き\npublished: {value}\n---\n".encode(), "a.md", NOW, SITE) is None


def test_a_title_is_looked_for_in_front_matter_then_headings_then_the_file_name() -> None:
    assert draft("---\ntitle: 表題\n---\n# 見出し\n").title == "表題"
    assert draft("---\nlayout: post\n---\n前文\n## 見出し ##\n").title == "見出し"
    assert draft("本文だけ。", name="2026-01-15-minato-no-asa.md").title == "minato no asa"


# ---- times
@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2025-12-12 16:41:50 +0000", "2025-12-12T16:41:50"),
        ("2025-12-12 16:41:50 +09:00", "2025-12-12T07:41:50"),
        ("2025-12-12 16:41:50 +0900", "2025-12-12T07:41:50"),
        ("2025-12-12T16:41:50-0330", "2025-12-12T20:11:50"),
        ("2025-12-12 16:41:50 JST", "2025-12-12T07:41:50"),
        ("2025-12-12 16:41:50 UTC", "2025-12-12T16:41:50"),
        ("2025-12-12T16:41:50.123Z", "2025-12-12T16:41:50"),
        ("2025-12-12T16:41Z", "2025-12-12T16:41:00"),
        ("2025-12-12 16:41:50", "2025-12-12T07:41:50"),
        ("2025-12-12 16:41", "2025-12-12T07:41:00"),
        ("2025/12/12 6:41", "2025-12-11T21:41:00"),
        ("2025-12-12", "2025-12-11T15:00:00"),
        (" 2025-1-2 ", "2025-01-01T15:00:00"),
    ],
)
def test_dates_are_read_as_newsrooms_write_them(written: str, hour: str) -> None:
    assert parse_date(written, TOKYO) == datetime.fromisoformat(hour).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "rubbish",
    [
        "", "明日", "2025", "2025-13-01", "2025-02-30", "2025-12-12 25:00", "2025-12-12 16:41 +99:99", "12/11/2025",
        "2025-12-12 16:41 PDX", "Thu, 15 Jan 99999999999999999999 08:00:00",
        "0001-01-01", "9999-12-31 23:59", "2025-12-12 16:41:50 +0000 頃",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(rubbish: str) -> None:
    assert parse_date(rubbish, TOKYO) is None


@pytest.mark.parametrize(
    ("front", "name", "expected"),
    [
        ("date: 2026-01-10", "2026-01-15-a.md", (datetime(2026, 1, 9, 15, tzinfo=UTC), "front matter")),
        ("date: いつか", "2026-01-15-a.md", (datetime(2026, 1, 14, 15, tzinfo=UTC), "file name")),
        ("x: y", "2026-1-5-a.md", (datetime(2026, 1, 4, 15, tzinfo=UTC), "file name")),
        ("x: y", "2026-02-30-a.md", (NOW, "arrival")),
        ("x: y", "0001-01-01-a.md", (NOW, "arrival")),
        ("date: 9999-12-31 23:00 +0000", "about.md", (NOW, "arrival")),
    ],
)
def test_a_post_is_dated_by_the_best_that_is_known(front: str, name: str, expected: tuple[datetime, str]) -> None:
    made = draft(f"---\n{front}\n---\n", name=name)
    assert (made.published_at, made.dated_by) == expected


# ---- encodings
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "utf-16"],
)
def test_every_encoding_of_a_japanese_desk_is_read(encoding: str) -> None:
    text = "---\ntitle: 量子計算の実機、大学に開放\n---\n料金は１分480円。カタカナと漢字の文です。\n"
    assert decode(text.encode(encoding)) == text


def test_bytes_of_no_encoding_are_refused() -> None:
    assert refusal(b"\x80\xff\xfd\xa0\x81") == "文字コードを判別できません。UTF-8で保存し直してください。"


# ---- addresses
@pytest.mark.parametrize(
    ("style", "front", "path"),
    [
        ("/:categories/:year/:month/:day/:title.html", "", "/%E8%A3%BD%E5%93%81/2026/01/15/minato.html"),
        ("/:categories/:title/", "categories: [A, b]", "/a/b/minato/"),
        ("/:year/:y_day/:title:output_ext", "", "/2026/015/minato.html"),
        ("/:short_year/:i_month/:i_day/:slug", "slug: kaze", "/26/1/15/kaze"),
        ("/:year/:title/", "permalink: /特集/:title/", "/%E7%89%B9%E9%9B%86/minato/"),
        ("/p/:unknown/:title", "", "/p/:unknown/minato"),
    ],
)
def test_a_permalink_is_filled_in(style: str, front: str, path: str) -> None:
    text = f"---\ndate: 2026-01-15 08:00 +0900\n{front or 'category: 製品'}\n---\n"
    assert draft(text, at=replace(SITE, permalink=style)).url == "https://news.example" + path


def test_a_post_answers_under_its_day_in_the_sites_zone_and_under_its_file_names() -> None:
    made = draft("---\ndate: 2026-01-14 20:00:00 +0000\n---\n", name="2026-01-14-minato.md")
    assert made.url == "https://news.example/2026/01/15/minato/"
    assert made.addresses == {"news.example/2026/01/15/minato", "news.example/2026/01/14/minato"}


def test_without_a_sites_address_only_the_canonical_one_counts() -> None:
    canonical = "---\ncanonical_url: https://Elsewhere.example/記事/\n---\n"
    assert draft(canonical, at=NO_ADDRESS).url == "https://Elsewhere.example/記事/"
    assert draft(canonical, at=NO_ADDRESS).addresses == {"elsewhere.example/記事"}
    assert draft(canonical).url == "https://news.example/2026/01/15/minato/"
    assert draft("本文", at=NO_ADDRESS).url is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/relative/", "https://[::1", "https://a:99999999/"])
def test_a_canonical_address_nobody_can_open_is_left_out(url: str) -> None:
    made = draft(f"---\ncanonical_url: '{url}'\n---\n", at=NO_ADDRESS)
    assert (made.url, made.addresses) == (None, frozenset())


@pytest.mark.parametrize(
    ("style", "path"),
    [
        ("date", "/ai/minato/2026/01/04/Kaze_no-asa.html"),
        ("pretty", "/ai/minato/2026/01/04/Kaze_no-asa/"),
        ("ordinal", "/ai/minato/2026/004/Kaze_no-asa.html"),
        ("weekdate", "/ai/minato/2026/W01/Sun/Kaze_no-asa.html"),
        ("none", "/ai/minato/Kaze_no-asa.html"),
        ("/:slugified_categories/:slug", "/ai/minato/kaze-no-asa"),
        ("/:short_month/:long_month/:long_day/:hour:minute:second", "/Jan/January/Sunday/080910"),
        ("/:w_year/:w_day/:title.htm", "/2026/7/Kaze_no-asa.htm"),
        ("/:collection/:path/:name/", "/posts/Kaze_no-asa/kaze-no-asa/"),
        ("/:year_in_review/:titles", "/2026_in_review/Kaze_no-asas"),
    ],
)
def test_every_style_of_jekyll_is_known(style: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text(
        f"url: https://news.example\npermalink: '{style}'\ntimezone: Asia/Tokyo\n", encoding="utf-8"
    )
    front = "---\ndate: 2026-01-04 08:09:10\ncategories: [AI, Minato]\nslug: Kaze_no asa\n---\n"
    name = "2026-01-04-x.md" if ":path" not in style else "2026-01-04-Kaze_no-asa.md"
    expected = "https://news.example" + path.replace("posts/Kaze_no-asa", "posts/2026-01-04-Kaze_no-asa")
    assert draft(front, name=name, at=site(tmp_path, UTC)).url == expected


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("港 の・朝「号外」", "港-の-朝-号外"), ("がぎぐ", "がぎぐ"), ("a..b_c~d", "a..b_c~d"), ("-x-", "x"),
        ("C#とF#", "C-とF"), ("①丸数字", "丸数字"),
    ],
)  # fmt: skip
def test_a_title_in_an_address_is_written_as_jekyll_writes_it(stem: str, title: str) -> None:
    assert slugified(stem, "._~!$&'()+,;=@") == title


def test_a_post_answers_under_the_addresses_it_was_moved_from() -> None:
    front = "---\ndate: 2026-01-15 08:00 +0900\nredirect_from:\n  - /old/minato/\n  - https://before.example/1\n---\n"
    assert draft(front).addresses == {
        "news.example/2026/01/15/minato", "news.example/old/minato", "before.example/1"
    }  # fmt: skip


def test_folders_above_the_posts_are_categories() -> None:
    made = parse("---\ncategory: 製品\n---\n".encode(), "ai/llm/_posts/2026/2026-01-15-a.md", NOW, SITE)
    assert made is not None
    assert made.categories == ("ai", "llm", "製品")
    within = replace(SITE, within="content")
    made = parse(b"", "content/_posts/2026-01-15-a.md", NOW, within)
    assert made is not None
    assert made.categories == ()


# ---- what is no post, or not yet
def test_a_post_of_the_future_is_out_when_its_time_comes() -> None:
    made = draft("---\ndate: 2026-02-02 08:00 +0900\n---\n")
    due = datetime(2026, 2, 1, 23, tzinfo=UTC)
    patient = replace(SITE, future=False)
    assert [patient.is_out(made, due - timedelta(seconds=n)) for n in (1, 0)] == [False, True]
    assert SITE.is_out(made, NOW)


@pytest.mark.parametrize(("written", "future"), [("true", True), ("True", True), ("false", False), ("x", False)])
def test_whether_the_future_is_out_is_the_sites_word(written: str, future: bool, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text(f"future: {written}\n")
    assert site(tmp_path, TOKYO).future == future


def test_what_is_marked_unpublished_is_no_post() -> None:
    for written in ("false", "False", '"false"'):
        assert parse(f"---\npublished: {written}\n---\n".encode(), "2026-01-15-a.md", NOW, SITE) is None
    assert parse(b"---\npublished: true\n---\n", "2026-01-15-a.md", NOW, SITE) is not None


def test_a_collection_with_pages_holds_posts_where_they_are_dated(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text(
        "url: https://news.example\npermalink: pretty\ncollections:\n  news: {output: true}\n"
        "  talks: {output: true, permalink: /t/:year/:name}\n  authors: {output: false}\n"
    )
    texts = {
        "_posts/2026-01-15-a.md": "", "_news/sea/minato.md": "---\ndate: 2026-01-16\n---\n",
        "_news/about.md": "会社案内", "_talks/2026-01-17-kaze.md": "", "README.md": "", "_drafts/b.md": "",
        "_authors/miyazato.md": "---\ndate: 2026-01-16\n---\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = site(tmp_path, TOKYO)
    drafts = [made for file in posts(tmp_path) if (made := found.draft(file, NOW))]
    assert {made.path: made.url for made in drafts} == {
        "_posts/2026-01-15-a.md": "https://news.example/2026/01/15/a/",
        "_news/sea/minato.md": "https://news.example/news/sea/minato/",
        "_talks/2026-01-17-kaze.md": "https://news.example/t/2026/kaze",
    }


def test_what_front_matter_leaves_out_the_site_says(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text(
        "defaults:\n  - scope: {path: ''}\n    values: {author: 編集部, tags: [海]}\n"
        "  - scope: {path: _posts/sea, type: posts}\n    values: {author: 港の班}\n"
        "  - scope: {path: '', type: pages}\n    values: {author: 誰でもない}\n"
        "  - scope: {path: '*/secret/*'}\n    values: {published: false}\n  - nonsense\n"
    )
    found = site(tmp_path, TOKYO)
    paths = ("_posts/2026-01-15-a.md", "_posts/sea/2026-01-15-a.md", "_posts/secret/2026-01-15-a.md")
    made = [parse(b"---\ntitle: a\n---\n", path, NOW, found) for path in paths]
    assert [m and (m.author, m.tags) for m in made] == [("編集部", ("海",)), ("港の班", ("海",)), None]
    own = parse("---\nauthor: 宮里航\n---\n".encode(), paths[1], NOW, found)
    assert own is not None
    assert own.author == "宮里航"


# ---- folders
def test_a_sites_config_is_found_near_the_posts(tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "ai" / "_posts"
    folder.mkdir(parents=True)
    (tmp_path / "desk" / "_config.yml").write_text(
        "title: 港の新聞\nurl: https://news.example/\nbaseurl: /ai/\ntimezone: America/New_York\npermalink: pretty\n"
        "collections: {posts: {permalink: '/:title'}}\n"
    )
    expected = Site(tmp_path / "desk", "港の新聞", "https://news.example/ai", "/:title", NEW_YORK, future=False)
    assert site(folder, TOKYO) == expected
    assert site(tmp_path / "desk", TOKYO) == expected
    (folder.parent / "_config.yml").write_text("url: https://near.example\ntimezone: Nowhere/At_All\n")
    near = site(folder, TOKYO)
    assert (near.root, near.name, near.url, near.zone) == (folder.parent, "ai", "https://near.example", TOKYO)


def test_without_a_config_the_root_is_above_the_posts(tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "_posts" / "2026"
    folder.mkdir(parents=True)
    for path in (folder, folder.parent):
        assert site(path, TOKYO) == Site(tmp_path / "desk", "desk", zone=TOKYO)
    assert site(tmp_path, TOKYO) == Site(tmp_path, tmp_path.name, zone=TOKYO)


def test_a_folder_is_the_same_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "desk" / "_posts").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "_config.yml").write_text("url: https://stranger.example\n")
    assert site(tmp_path / "other" / ".." / "desk" / "_posts", TOKYO) == site(tmp_path / "desk" / "_posts", TOKYO)


def test_a_broken_config_and_a_missing_path_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="が見つかりません。パスを確認してください。"):
        site(tmp_path / "nowhere", TOKYO)
    (tmp_path / "_config.yml").write_text("- a\n")
    with pytest.raises(Unreadable, match="「項目: 値」の形になっていません"):
        site(tmp_path, TOKYO)
    (tmp_path / "_config.yml").write_text("title: [a\n")
    with pytest.raises(Unreadable, match=r"_config.ymlをYAMLとして読めません（2行目）"):
        site(tmp_path, TOKYO)


def test_a_config_that_cannot_be_the_sites_is_said(tmp_path: Path) -> None:
    config = tmp_path / "_config.yml"
    config.write_text("x: " + "a" * CONFIG_LIMIT)
    with pytest.raises(Unreadable) as refused:
        site(tmp_path, TOKYO)
    assert str(refused.value) == f"{config} が大きすぎます（上限500KB）。設定だけを残してください。"
    config.write_text("a: &a [" + "x," * 10 + "]\n" + "".join(f"b{n}: [*a,*a]\n" for n in range(100)))
    assert site(tmp_path, TOKYO).name == tmp_path.name
    config.write_text("")
    assert site(tmp_path, TOKYO).permalink == "/:categories/:year/:month/:day/:title:output_ext"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "desk" / "_posts").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("秘密")
    (tmp_path / "desk" / "inside.md").write_text("本文")
    for name, target in (("a", "secret.md"), ("b", "desk/inside.md")):
        (tmp_path / "desk" / "_posts" / f"2026-01-15-{name}.md").symlink_to(tmp_path / target)
    (tmp_path / "desk" / "_posts" / "2026-01-15-c.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "desk" / "_posts" / "loop").symlink_to(tmp_path / "desk")
    found = site(tmp_path / "desk", TOKYO)
    first, second = posts(tmp_path / "desk")
    with pytest.raises(Unreadable) as refused:
        found.draft(first, NOW)
    assert str(refused.value) == (
        "フォルダーの外を指すリンクのため、取り込みません。ファイルそのものを置いてください。"
    )
    made = found.draft(second, NOW)
    assert made is not None
    assert made.raw == "本文"


def test_what_a_site_excludes_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("exclude: [old/, '*.bak.md', 7]\n")
    for name in (
        "_posts/a.md",
        "old/_posts/b.md",
        "_posts/c.bak.md",
        "vendor/bundle/x/_posts/d.md",
        "older/_posts/e.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("本文")
    assert [f.name for f in posts(tmp_path)] == ["a.md", "e.md"]


def test_only_posts_are_taken_from_a_folder_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = ["README.md", "ai/_posts/2026-01-02-b.md", "_posts/2026-01-01-a.MD", "_posts/2026-01-03-c.markdown"]
    left = ["_posts/note.txt", ".git/_posts/x.md", "_drafts/y.md", "_site/_posts/z.md", "node_modules/m/_posts/w.md"]
    for name in [*files, *left]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("本文")
    assert [f.name for f in posts(tmp_path)] == ["2026-01-01-a.MD", "2026-01-02-b.md", "2026-01-03-c.markdown"]
    assert [f.name for f in posts(tmp_path / "README.md")] == ["README.md"]


def test_a_plain_folder_of_markdown_is_taken_whole(tmp_path: Path) -> None:
    for name in ("b.md", "a.md"):
        (tmp_path / name).write_text("本文")
    assert [f.name for f in posts(tmp_path)] == ["a.md", "b.md"]


def test_a_file_is_known_by_its_path_with_composed_kana(tmp_path: Path) -> None:
    file = tmp_path / "_posts" / unicodedata.normalize("NFD", "2026-01-15-ガイド.md")
    file.parent.mkdir()
    file.write_text("本文", encoding="utf-8")
    made = replace(SITE, root=tmp_path).draft(file, NOW)
    assert made is not None
    assert (made.path, made.file, made.title) == ("_posts/2026-01-15-ガイド.md", str(file), "ガイド")
    assert made.addresses == {"news.example/2026/01/15/ガイド"}


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="ファイルを開けません"):
        replace(SITE, root=tmp_path).draft(tmp_path / "gone.md", NOW)


# ---- anything at all
_FRONT = st.dictionaries(
    st.sampled_from(
        ["title", "date", "tags", "categories", "permalink", "slug", "published", "canonical_url", "x: [&a"]
    ),
    st.one_of(st.text(), st.dates().map(str), st.datetimes(timezones=st.timezones()).map(str), st.binary().map(repr)),
).map(lambda front: "---\n" + "".join(f"{k}: {v}\n" for k, v in front.items()) + "---\n")


@given(
    data=st.one_of(
        st.binary(),
        st.tuples(_FRONT, st.text()).map(lambda t: "".join(t).encode("utf-8", "replace")),
        st.text().map(lambda t: ("\ufeff" + t).encode("utf-16-le", "replace")),
    ),
    name=st.one_of(st.text(), st.from_regex(r"\d{1,4}-\d{1,2}-\d{1,2}-.+\.md")).map(lambda n: n.replace("\0", "")),
    at=st.sampled_from([SITE, NO_ADDRESS]),
)
def test_any_bytes_make_a_post_or_a_refusal(data: bytes, name: str, at: Site) -> None:
    try:
        made = parse(data, name, NOW, at)
    except Unreadable:
        return
    if made is not None:
        assert made.published_at.tzinfo is not None
        assert "\0" not in made.title + made.raw + "".join(made.tags)
        (made.title + made.raw + "".join(made.addresses)).encode()
