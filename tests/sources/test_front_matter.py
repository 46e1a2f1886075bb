"""Front matter of Jekyll, Hugo, Zenn, Qiita and others: what is a post, when it came out, who wrote it."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources import jekyll

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BODY = "町は十七日、渡し船の予約を音声でも受け始めた。\n"


def read(front: str, name: str = "ferry.md", encoding: str = "utf-8", fence: str = "---") -> Draft | None:
    text = (
        f"{fence}\ntitle: 渡し船\n{front}\n{fence}\n{BODY}" if fence == "---" else f"{fence}\n{front}\n{fence}\n{BODY}"
    )
    return jekyll.parse(text.encode(encoding), name, NOW, jekyll.Site(Path(), "港", zone=ZoneInfo("Asia/Tokyo")))


def made(front: str, name: str = "ferry.md", encoding: str = "utf-8", fence: str = "---") -> Draft:
    draft = read(front, name, encoding, fence)
    assert draft is not None
    return draft


@pytest.mark.parametrize("word", ["no", "No", "NO", "off", "Off", "false", "False", "FALSE"])
def test_what_yaml_calls_false_is_not_published(word: str) -> None:
    assert read(f"published: {word}") is None


@pytest.mark.parametrize(
    "front", ["draft: true", "draft: yes", "private: true", "ignorePublish: true", "status: draft"]
)
def test_a_draft_is_no_post(front: str) -> None:
    assert read(front) is None


@pytest.mark.parametrize(
    "front", ["published: true", "published: yes", "published: now", "draft: false", "draft: no", "status: published"]
)
def test_anything_else_is_one(front: str) -> None:
    assert made(front).title == "渡し船"


@pytest.mark.parametrize(
    "front",
    [
        "date: 2026-01-17 20:07",
        "published_at: 2026-01-17 20:07",
        "created_at: '2026-01-17T20:07:00+09:00'\nupdated_at: '2026-01-20T08:00:00+09:00'",
        "publishDate: 2026-01-17T11:07:00Z",
        "pubDate: Sat, 17 Jan 2026 20:07:00 +0900",
        "published_at: 2026-01-17 20:07\ncreated_at: 2026-01-10",
        "date: いつか\npublished_at: 2026-01-17 20:07",
        "date: 0001-01-01\nlastmod: 2026-01-17T20:07:00+09:00",
    ],
)
def test_a_post_is_dated_in_the_words_of_its_program(front: str) -> None:
    draft = made(front)
    assert (draft.published_at, draft.dated_by) == (datetime(2026, 1, 17, 11, 7, tzinfo=UTC), "front matter")


@pytest.mark.parametrize("name", ["2026-01-17-ferry.md", "2026-01-17-ferry/index.md"])
def test_the_day_in_the_name_counts_before_an_update(name: str) -> None:
    draft = made("updated_at: 2026-01-20", name)
    assert (draft.published_at, draft.dated_by) == (datetime(2026, 1, 16, 15, tzinfo=UTC), "file name")


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ('topics: ["音声案内", "船"]', ("音声案内", "船")),
        ("tags:\n- name: 音声案内\n  versions: []\n- name: 船", ("音声案内", "船")),
        ("tags: 音声案内, 船", ("音声案内", "船")),
        ("tags: [R&amp;D, 船]", ("R&D", "船")),
        ("topics: []", ()),
    ],
)
def test_tags_in_the_words_of_its_program(front: str, tags: tuple[str, ...]) -> None:
    assert made(front).tags == tags


@pytest.mark.parametrize(
    ("front", "author"),
    [
        ("author: 宮里航", "宮里航"),
        ("author: [宮里航, 潮見]", "宮里航、潮見"),
        ("authors:\n- 宮里航\n- 潮見", "宮里航、潮見"),
        ("authors:\n- name: 宮里航\n  url: /a\n- name: 潮見", "宮里航、潮見"),
        ("author:\n  name: 宮里航", "宮里航"),
        ("author: ''\nauthors: [潮見]", "潮見"),
        ("author: null", None),
    ],
)
def test_every_author_is_named(front: str, author: str | None) -> None:
    assert made(front).author == author


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("音声&amp;文字", "音声&文字"),
        ("&#12391;&#x3059;", "です"),
        ("A&lt;B", "A<B"),
        ("R&D", "R&D"),
        ("?a=1&copy=2", "?a=1&copy=2"),
    ],
)
def test_entities_in_a_title_are_characters(written: str, title: str) -> None:
    assert made(f'title: "{written}"').title == title


TOML = 'title = "渡し船"\ndate = 2026-01-17T20:07:00+09:00\nweight = 3\ntags = ["船"]\n[[authors]]\nname = "宮里航"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_toml_between_plus_signs(encoding: str, end: str) -> None:
    text = f"+++\n{TOML}\n+++\n{BODY}".replace("\n", end)
    site = jekyll.Site(Path(), "港", zone=ZoneInfo("Asia/Tokyo"))
    draft = jekyll.parse(text.encode(encoding), "ferry.md", NOW, site)
    assert draft is not None
    assert (draft.title, draft.tags, draft.author, draft.body_line) == ("渡し船", ("船",), "宮里航", 9)
    assert (draft.published_at, draft.body) == (datetime(2026, 1, 17, 11, 7, tzinfo=UTC), BODY)


def test_a_toml_draft_is_no_post() -> None:
    assert read('title = "渡し船"\ndraft = true', fence="+++") is None


@pytest.mark.parametrize(
    "body", ["{% include lead.html %}\n" + BODY, "{{ page.lead }}\n" + BODY, '{"引用"から始まる段落。\n', "{}\n" + BODY]
)
def test_a_brace_at_the_beginning_is_not_always_json(body: str) -> None:
    draft = jekyll.parse(body.encode(), "2026-01-17-ferry.md", NOW, jekyll.Site(Path(), "港"))
    assert draft is not None
    assert (draft.body_line, draft.body) == (1, body)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("+++\ntitle = \n+++\n", "TOMLとして読めません"),
        ("+++\ntitle = 'a'\n", "で閉じられていません"),
        ("---\ntitle: a\n", "「---」で閉じられていません"),
        ('{"title": "a"\n本文', "JSONとして読めません"),
        ('{"a": ' + "[" * 60_000 + "\n", "JSONとして読めません"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}\n", "入れ子が深すぎます"),
    ],
)
def test_broken_front_matter_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        jekyll.parse(text.encode(), "2026-01-17-ferry.md", NOW, jekyll.Site(Path(), "港"))
