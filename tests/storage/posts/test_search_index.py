"""Searching, on either engine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.reactions import Reaction
from bot.errors import WrongUse
from bot.japanese.search import parse_query
from bot.settings import Settings
from storage.store import Store
from tests.conftest import ANNA, NEWS, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom, publish

Search = Callable[..., list[str]]
TEXTS = {
    "kaze": ("風の便り", "量子の暗号が届いた。国の規制は来年からだ。", "tags: [量子, 政策]\nauthor: 宮里航\n"),
    "nami": (
        "波の便り",
        "GPT-4oを使った案内板が立った。AI規制とは関わりがない。",
        "tags: [生成AI]\nauthor: 鈴木 100%\n",
    ),
    "hoshi": ("星の便り", "C++で書いた観測の道具が公開された。C言語の版もある。", "tags: [C++]\nauthor: 田中\n"),
    "yuki": ("雪の便り", "サーバーの冷却に雪を使う。詳しくは O'Reilly の本にある。", "tags: [データセンター]\n"),
}


@pytest.fixture
def small(desk: StoredDesk, tmp_path: Path) -> StoredDesk:
    """A desk with four short posts."""
    folder = newsroom(tmp_path / "desk") / "_posts"
    folder.mkdir()
    for day, (name, (title, body, front)) in enumerate(TEXTS.items(), 10):
        (folder / f"2026-01-{day}-{name}.md").write_text(f"---\ntitle: {title}\n{front}---\n{body}\n")
    desk.intake.import_path(folder)
    return desk


def names(desk: StoredDesk, typed: str) -> list[str]:
    hits = desk.lookup.search(typed, limit=100)
    assert hits.total == len(hits.hits)
    found = sorted(str(h.post.path)[len("_posts/2026-01-10-") : -3] for h in hits.hits)
    return [*found, *(["(near)"] if hits.near else [])]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("量子", ["kaze"]), ("風", ["kaze"]), ("便り", ["hoshi", "kaze", "nami", "yuki"]),
        ("規制", ["kaze", "nami"]), ("AI 規制", ["nami"]), ("ＡＩ　規制", ["nami"]), ("ai規制", ["nami"]),
        ("gpt4o", ["nami"]), ("GPT-4o", ["nami"]), ("ＧＰＴ－４ｏ", ["nami"]), ("GPT 4o", ["nami"]),
        ("C++", ["hoshi"]), ("c++", ["hoshi"]), ("サーバ", ["yuki"]), ("サーバー", ["yuki"]),
        ('"量子の暗号"', ["kaze"]), ("「量子の暗号」", ["kaze"]), ('"暗号の量子"', ["kaze", "(near)"]),
        ("量子 GPT-4o", ["kaze", "nami", "(near)"]), ("鯨", []),
        ("タグ:量子", ["kaze"]), ("タグ：量子", ["kaze"]), ("tag:c++", ["hoshi"]), ("タグ:量子 タグ:政策", ["kaze"]),
        ("タグ:量子 規制", ["kaze"]), ("タグ:生成AI 量子", []), ("著者:宮里", ["kaze"]), ("著者:100%", ["nami"]),
        ("著者:%", ["nami"]), ("著者:_", []), ("媒体:港の新聞 雪", ["yuki"]), ("媒体:山", []),
        ("期間:2026-01-11", ["nami"]), ("期間:2026-01-10..2026-01-11 便り", ["kaze", "nami"]),
        ("期間:2026-01", ["hoshi", "kaze", "nami", "yuki"]), ("期間:..2026-01-10", ["kaze"]), ("期間:2025", []),
        ("状態:レビュー中", []), ("", ["hoshi", "kaze", "nami", "yuki"]),
    ],
)  # fmt: skip
def test_a_search_finds_what_an_editor_means(typed: str, found: list[str], small: StoredDesk) -> None:
    assert names(small, typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "'", '"', '""', "*", "量*", "(", ")", "(量子", "AND", "量子 AND", "NOT 量子", "OR", "NEAR(量子 暗号)", ":",
        "title:量子", "\\", "\\'", "量子\\", "'; DROP TABLE posts; --", "%", "_", "&", "|", "<->", "量子:*", "-量子",
        "^量子", "{", "}", "\x01", "\u200b", "𠮷", "👍🏽", "量子" * 500, "量 " * 1_500,
        " ".join(f"w{n}" for n in range(800)),
        "!", "タグ:'\"\\", "著者:'\"",
    ],
)  # fmt: skip
def test_no_sign_in_a_search_does_harm(typed: str, small: StoredDesk) -> None:
    small.lookup.search(typed)
    assert names(small, "量子") == ["kaze"]


@pytest.mark.parametrize("typed", ["期間:昨日", "期間:2026-13", "期間:2026-02-01..2026-01-01", "タグ:", "期間: 2026"])
def test_a_filter_that_cannot_be_read_is_said(typed: str, small: StoredDesk) -> None:
    with pytest.raises(WrongUse, match="。"):
        small.lookup.search(typed)


def test_the_state_filter_finds_posts_under_review(small: StoredDesk) -> None:
    small.reviews.react(Reaction(NEWS, "1.1", ANNA, "triangular_flag_on_post", True, "1.2", "Ev1"), 2)
    assert names(small, "状態:レビュー中") == ["nami"]


def test_a_title_weighs_more_than_a_text(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1, tail="\n望遠鏡。\n")
    for number in range(2, 9):
        publish(folder, number)
    file = publish(folder, 9)
    file.write_text(file.read_text().replace("title: ", "title: 望遠鏡と"))
    desk.intake.import_path(folder)
    hits = desk.lookup.search("望遠鏡").hits
    assert [h.post.title.startswith("望遠鏡") for h in hits] == [True, False]
    assert hits[0].score > hits[1].score > 0
    assert hits[1].passage.text[slice(*hits[1].passage.matches[0])] == "望遠鏡"


def test_pages_of_a_search_follow_one_another_without_gap_or_double(stocked: str, clock: Clock) -> None:
    store = Store.at(stocked, clock)
    desk = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    for typed in ("AI", "期間:2026-01", "市 社"):
        whole = desk.lookup.search(typed, limit=1_000)
        paged = [h for n in range(0, whole.total, 3) for h in desk.lookup.search(typed, offset=n, limit=3).hits]
        assert [(h.post.id, h.score) for h in paged] == [(h.post.id, h.score) for h in whole.hits]
        assert len({h.post.id for h in whole.hits}) == whole.total
    assert desk.lookup.search("AI", offset=10_000).hits == ()
    store.close()


def test_of_two_posts_alike_the_newer_comes_first_if_not_by_much(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    for number, month in ((1, "2025-01"), (2, "2026-01")):
        file = publish(folder, 1, tail="\n望遠鏡。\n")
        text = file.read_text().replace("2026-01", month)
        (file.parent / f"{month}-02-{number}.md").write_text(text)
        file.unlink()
    desk.intake.import_path(folder)
    newer, older = desk.lookup.search("望遠鏡").hits
    assert newer.post.published_at > older.post.published_at
    assert older.score == pytest.approx(newer.score * 0.9, rel=0.01)


def test_a_title_that_holds_all_the_words_comes_before_titles_that_hold_one(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    for number, title in enumerate(("望遠鏡、望遠鏡、また望遠鏡", "灯台と望遠鏡", "灯台、灯台、また灯台"), 1):
        file = publish(folder, number, tail="\n灯台の望遠鏡。\n")
        file.write_text(file.read_text().replace("title: ", f"title: {title} "))
    desk.intake.import_path(folder)
    assert desk.lookup.search("灯台 望遠鏡").hits[0].post.title.startswith("灯台と望遠鏡")


def test_the_order_within_a_block_does_not_depend_on_the_page(
    stocked: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.posts.search.BLOCK", 4)
    store = Store.at(stocked, clock)
    query, zone = parse_query("AI"), Settings(_env_file=None).zone
    total, whole = store.search.find(query, zone=zone, limit=1_000)
    assert total == len(whole) > 8
    for size in (1, 3, 5):
        paged = [
            hit for at in range(0, total, size) for hit in store.search.find(query, zone=zone, limit=size, offset=at)[1]
        ]
        assert paged == list(whole)
    assert store.search.find(query, zone=zone, limit=5, offset=total + 1) == (total, ())
    store.close()


def test_a_tag_is_found_by_its_words(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    file = publish(folder, 1)
    file.write_text(file.read_text().replace("tags: [", "tags: [海底 GPT-4o 望遠鏡, "))
    desk.intake.import_path(folder)
    for typed in ("海底", "gpt4o 望遠鏡", "望遠鏡"):
        assert (desk.lookup.search(typed).total, desk.lookup.search(typed).near) == (1, False)


def test_a_katakana_word_is_found_whatever_stands_around_it(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1, tail="\n組織のレジリエンスを高める。サイバーレジリエンス法の話。\n")
    publish(folder, 2, tail="\nシンガポールとパナソニックのリスキリング。\n")
    desk.intake.import_path(folder)
    for typed in ("レジリエンス", "サイバーレジリエンス", "シンガポール", "パナソニック", "リスキリング"):
        assert (desk.lookup.search(typed).total, desk.lookup.search(typed).near) == (1, False), typed


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("案内板AI規制", ["nami"]), ('"規制 量子"', ["kaze"]), ("量子鯨", ["kaze"]), ("Reill", ["yuki"]),
        ("GPT-5x", []),
    ],
)  # fmt: skip
def test_a_miss_falls_back_to_near_words_and_says_so(typed: str, found: list[str], small: StoredDesk) -> None:
    assert names(small, typed) == [*found, *(["(near)"] if found else [])]


def test_a_withdrawn_post_is_not_found(small: StoredDesk, tmp_path: Path) -> None:
    (tmp_path / "desk" / "_posts" / "2026-01-10-kaze.md").unlink()
    small.intake.import_path(tmp_path / "desk")
    for typed in ("量子", "タグ:量子", "期間:2026-01-10"):
        assert names(small, typed) == []
