"""Tags and their counts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.errors import NotFound
from bot.readings import TagCount
from tests.conftest import Clock
from tests.storage.articles import newsroom

SHORT = "本文は短い。"


@pytest.fixture
def tagged(desk: Desk, tmp_path: Path, clock: Clock) -> Desk:
    """A desk on 31 January with posts that bear tags of their authors."""
    clock.at = datetime(2026, 1, 31, 3, tzinfo=UTC)
    folder = newsroom(tmp_path / "desk") / "_posts"
    folder.mkdir()
    posts = [
        ("2026-01-30", "[帆船, 灯台]"), ("2026-01-29", "[帆船, 灯台]"), ("2026-01-02", "[帆船, 灯台, 潮見]"),
        ("2026-01-01", "[帆船]"), ("2025-12-02", "[灯台]"), ("2025-11-01", "[潮見]"),
    ]  # fmt: skip
    for number, (day, tags) in enumerate(posts):
        text = f"---\ntitle: 便り{number}\ndate: {day} 09:00:00 +0900\ntags: {tags}\n---\n{SHORT}\n"
        (folder / f"{day}-{number}.md").write_text(text)
    desk.import_path(folder)
    return desk


def test_tags_are_counted_over_thirty_days_and_against_the_thirty_before(tagged: Desk) -> None:
    assert tagged.store.tags(tagged.now()) == (
        TagCount("帆船", posts=4, days30=3, change=2),
        TagCount("灯台", posts=4, days30=3, change=3),  # the one of 2 December is three hours too old to count
        TagCount("潮見", posts=2, days30=1, change=1),
    )


def test_the_table_of_tags_is_paged(tagged: Desk) -> None:
    assert [t.name for t in tagged.tags(offset=1, limit=1).tags] == ["灯台"]
    assert tagged.tags(offset=1, limit=1).total == 3


@pytest.mark.parametrize("typed", ["帆船", "#帆船", "＃帆船", "  帆船 "])
def test_a_tag_shows_its_counts_its_newest_posts_and_what_stands_beside_it(typed: str, tagged: Desk) -> None:
    page = tagged.tag(typed, limit=2)
    assert (page.count, page.related) == (TagCount("帆船", posts=4, days30=3, change=2), ("灯台",))
    assert [p.title for p in page.posts] == ["便り0", "便り1"]
    assert [p.title for p in tagged.tag(typed, offset=2, limit=2).posts] == ["便り2", "便り3"]


def test_spellings_of_one_tag_are_counted_together(desk: Desk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk") / "_posts"
    folder.mkdir()
    for number, tag in enumerate(["Ｏｐｅｎ Ｓｈｉｐ", "open ship", "OPEN SHIP"]):
        (folder / f"2026-01-1{number}-{number}.md").write_text(f"---\ntitle: {number}\ntags: ['{tag}']\n---\n{SHORT}\n")
    desk.import_path(folder)
    assert [t.posts for t in desk.store.tags(desk.now())] == [3]
    assert desk.tag("Open Ship").count.posts == 3


def test_an_unknown_tag_is_answered_with_those_spelt_alike(tagged: Desk) -> None:
    with pytest.raises(NotFound) as unknown:
        tagged.tag("帆")
    assert str(unknown.value) == (
        "タグ「帆」の付いた記事はありません。近いタグ: 帆船。「/search 帆」で本文を探せます。"
    )
    for nothing in ("", "#", "'\"", "鯨"):
        with pytest.raises(NotFound):
            tagged.tag(nothing)


def test_withdrawn_posts_count_nowhere(tagged: Desk, tmp_path: Path) -> None:
    for name in ("2026-01-30-0", "2026-01-29-1"):
        (tmp_path / "desk" / "_posts" / f"{name}.md").unlink()
    tagged.import_path(tmp_path / "desk")
    page = tagged.tag("帆船")
    assert (page.count.posts, page.related) == (2, ())
    assert [p.title for p in page.posts] == ["便り2", "便り3"]
