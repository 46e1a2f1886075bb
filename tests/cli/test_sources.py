"""kawaraban source …, and what the edits of a post changed."""

from pathlib import Path

import pytest

from tests.cli.test_cli import kawaraban, rows, sentence
from tests.storage.articles import newsroom, publish

SOURCE = {
    "id", "kind", "url", "name", "state", "posts", "last_success", "last_post", "failures", "error", "next_poll",
    "aside",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with three posts in desk/."""
    monkeypatch.chdir(tmp_path)
    return newsroom(tmp_path / "desk", 3)


def test_a_folder_is_added_looked_at_and_listed(folder: Path) -> None:
    (added,) = rows("source", "add", "desk")
    assert set(added) == SOURCE
    assert (added["kind"], added["url"], added["state"], added["posts"]) == ("jekyll", str(folder), "active", 3)
    assert rows("source", "list") == [added]
    assert kawaraban("source", "add", "desk").stdout == "ソース 1「港の新聞」は登録済みです（正常）。\n"


def test_people_are_told_that_the_backlog_is_silent(folder: Path) -> None:
    assert kawaraban("source", "add", "desk").stdout == (
        "ソース 1「港の新聞」（フォルダー）の3本を登録しました。以後の新着から通知します。\n"
    )


def test_a_look_says_what_it_brought_and_what_was_set_aside(folder: Path) -> None:
    rows("source", "add", "desk")
    publish(folder, 4)
    (folder / "_posts" / "2026-01-09-broken.md").write_text("---\ntitle: x\n\nbody")
    assert rows("source", "poll", "1") == [
        {"id": 1, "new": 1, "updated": 0, "unchanged": 3, "removed": 0, "aside": 1, "error": None}
    ]
    (listed,) = rows("source", "list")
    assert [(a["path"], a["error"]) for a in listed["aside"]] == [
        ("_posts/2026-01-09-broken.md", "フロントマターが「---」で閉じられていません。閉じる行を加えてください。")
    ]
    (folder / "_posts" / "2026-01-09-broken.md").unlink()
    assert rows("source", "retry", "1")[0]["aside"] == 0


def test_a_source_is_paused_resumed_and_removed(folder: Path) -> None:
    rows("source", "add", "desk")
    states = [rows("source", verb, "1")[0]["state"] for verb in ("pause", "resume", "remove")]
    assert (states, rows("source", "list"), len(rows("posts"))) == (["paused", "active", "removed"], [], 3)


def test_what_fails_is_said_and_exits_with_one(folder: Path) -> None:
    rows("source", "add", "desk")
    folder.rename(folder.parent / "away")
    (look,) = rows("source", "poll", "1", code=1)
    assert look["error"] == f"「{folder}」が見つかりません。パスを確認してください。"
    assert sentence("source", "poll", "9", code=1) == "ソース 9 はありません。番号は「/source」で確認できます。"
    wrong = "種類「video」は使えません。jekyll、git、feed、page のいずれかを指定してください。"
    assert sentence("source", "add", "desk", "--kind", "video", code=2) == wrong


def test_the_edits_of_a_post_are_told_sentence_by_sentence(folder: Path) -> None:
    rows("source", "add", "desk")
    publish(folder, 1, tail="\n追って、羅針盤を据えた。\n")
    rows("source", "poll", "1")
    (edit,) = rows("posts", "1", "--revisions")
    assert (edit["id"], edit["revision"], edit["changes"]) == (
        1, 2, [{"line": 14, "before": "", "after": "追って、羅針盤を据えた。"}]
    )  # fmt: skip
    assert "+ 追って、羅針盤を据えた。" in kawaraban("posts", "1", "--revisions").stdout
    assert [post["id"] for post in rows("posts", "1")] == [1]
    wrong = "--revisions には記事の番号を添えてください。例: kawaraban posts 12 --revisions"
    assert sentence("posts", "--revisions", code=2) == wrong
