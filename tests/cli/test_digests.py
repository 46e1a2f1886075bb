"""`kawaraban digest …`: plans, previews and reasons from a shell."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_cli import kawaraban, rows, sentence
from tests.storage.articles import newsroom, publish

AT = "2026-02-01T08:00"


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with three posts of one morning, one of them with an end marker."""
    monkeypatch.chdir(tmp_path)
    folder = newsroom(tmp_path / "desk")
    for number in (1, 112):
        publish(folder, number, day=31)
    publish(folder, 223, day=31, tail="\n---END---\n")
    assert kawaraban("import", "desk").exit_code == 0


def added(*options: str) -> dict[str, Any]:
    [row] = rows("digest", "add", "--channel", "C0AINEWS1", *options)
    return row


def test_a_schedule_is_made_listed_changed_stopped_and_taken_away() -> None:
    made = added(
        "--at", "8:00 17時半", "--days", "平日", "--tag", "生成AI", "--tag", "図書館", "--limit", "5", "--no-holidays",
        "--quiet", "nothing", "--name", "平日の二便", "--all",
    )  # fmt: skip
    following = made.pop("next")
    assert made == {
        "id": 1, "channel": "C0AINEWS1", "name": "平日の二便", "times": ["08:00", "17:30"],
        "weekdays": [0, 1, 2, 3, 4], "on_holidays": False, "zone": "Asia/Tokyo", "limit": 5, "ai_only": False,
        "tags": ["生成AI", "図書館"], "sources": [], "categories": [], "quiet": "nothing", "draft_minutes": 0,
        "paused": False,
    }  # fmt: skip
    assert len(following) == 3
    assert rows("digest", "list") == [{**made, "next": following}]
    [changed] = rows("digest", "add", "--change", "1", "--limit", "7", "--tag", "")
    assert changed == {**made, "limit": 7, "tags": [], "next": following}
    [stopped] = rows("digest", "pause", "1")
    assert (stopped["paused"], stopped["next"]) == (True, [])
    [going] = rows("digest", "resume", "1")
    assert (going["paused"], len(going["next"])) == (False, 3)
    assert [row["id"] for row in rows("digest", "remove", "1")] == [1]
    assert rows("digest", "list") == []


def test_people_read_tables_and_sentences() -> None:
    added()
    assert "毎日 8:00（Asia/Tokyo）" in kawaraban("digest", "list").stdout
    said = kawaraban("digest", "pause", "1").stdout
    assert said == "予定 1（C0AINEWS1）を停止しました。\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "25:00"], "「25:00」を時刻として読み取れません。「8:00」や「8:00 17:30」の形で書いてください。"),
        (["--days", "朝"], "「朝」を曜日として読み取れません。「平日」「月・水・金」「月-金」の形で書いてください。"),
        (["--zone", "tokyo"], "「tokyo」というタイムゾーンはありません。「Asia/Tokyo」でしょうか。"),
        (["--limit", "0"], "件数は1から20までの数で書いてください。"),
        (["--source", "9"], "番号9のソースはありません。"),
        (["--quiet", "loud"], "新着のない日は「line」か「nothing」を選んでください。"),
        (["--draft", "30"], "下書きの送り先がありません。管理者が「KAWARABAN_REVIEW_CHANNEL」を設定してください。"),
    ],
)
def test_a_schedule_that_cannot_be_is_told_why(options: list[str], said: str) -> None:
    assert sentence("digest", "add", "--channel", "C0AINEWS1", *options, code=1) == said
    assert rows("digest", "list") == []


def test_a_number_that_is_none_and_a_missing_channel_are_named() -> None:
    said = "予定 3 はありません。「/digest 一覧」で番号を確認できます。"
    assert sentence("digest", "pause", "3", code=1) == said
    assert "--channel" in sentence("digest", "add", code=1)


def test_why_shows_each_rule_and_the_outcome() -> None:
    *steps, outcome = rows("digest", "why", "1", "--at", AT)
    assert [(s["rule"], s["passed"]) for s in steps] == [
        (rule, True)
        for rule in ("withdrawn", "window", "carried", "source", "tags", "categories", "ai", "hold", "story", "rank",
                     "limit")
    ]  # fmt: skip
    assert steps[1]["seen"] == {
        "news_at": "2026-01-31T00:00:00Z", "start": "2026-01-30T23:00:00Z", "until": "2026-01-31T23:00:00Z",
        "held_before": False,
    }  # fmt: skip
    ai = steps[6]["seen"]
    assert [(r["place"], "生成AI" in r["terms"]) for r in ai["reasons"][:2]] == [("題名", True), ("タグ", True)]
    assert ai["score"] == round(min(1, sum(r["score"] for r in ai["reasons"])), 3)
    assert (outcome["id"], outcome["slot"], outcome["passed"], outcome["told"]) == (1, "2026-01-31T23:00:00Z", True, [])


def test_why_names_the_finding_that_holds_a_post() -> None:
    *steps, outcome = rows("digest", "why", "3", "--at", AT)
    [failed] = [s for s in steps if not s["passed"]]
    assert (failed["rule"], [f["rule"] for f in failed["seen"]["blocking"]]) == ("hold", ["end-marker"])
    assert outcome["passed"] is False
    assert kawaraban("digest", "why", "3", "--at", AT).stdout.splitlines()[0] == (
        f"#3「{outcome['title']}」は、2月1日(日) 8:00 のダイジェストに載りません（保留）。"
    )


def test_why_agrees_with_the_preview() -> None:
    [digest] = rows("digest", "preview", "--at", AT)
    shown = {post["id"] for story in digest["stories"] for post in story["posts"]}
    passed = {n for n in (1, 2, 3) if rows("digest", "why", str(n), "--at", AT)[-1]["passed"]}
    assert shown == passed == {1, 2}


def test_why_of_what_is_not_stored_says_so() -> None:
    assert kawaraban("digest", "why", "どこにもない話").exit_code == 1


def test_a_preview_of_a_schedule_by_its_number() -> None:
    added("--limit", "1")
    added("--tag", "図書館")
    assert [len(rows("digest", "preview", "--at", AT, "--schedule", n)[0]["stories"]) for n in ("1", "2")] == [1, 1]
