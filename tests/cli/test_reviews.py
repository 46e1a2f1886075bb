"""`kawaraban review`, as scripts use it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli import review_rows
from tests.storage.articles import newsroom, publish

ANNA, BEN = "U0SATO001", "U0SUZUKI1"
FINDING = {"path", "rule", "severity", "quote", "paragraph", "line", "message", "remedy"}


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three posts, the third with a title that a spreadsheet would run and the generator's end marker."""
    monkeypatch.chdir(tmp_path)
    folder = newsroom(tmp_path / "desk", 2)
    file = publish(folder, 3, tail="\n---END---\n")
    file.write_text(file.read_text().replace("title: ", 'title: "=HYPERLINK(0)、').replace("第3号", '第3号"'))
    assert kawaraban("import", "desk").exit_code == 0


def kawaraban(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def rows(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
    result = kawaraban(*arguments, "--json")
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def review(*arguments: str) -> dict[str, Any]:
    (row,) = rows("review", *arguments)
    return row


def sentence(*arguments: str, code: int) -> str:
    result = kawaraban(*arguments)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr.strip()


@pytest.fixture
def flagged() -> None:
    for post in ("1", "2", "3"):
        review("flag", post, "--by", ANNA)


@pytest.mark.usefixtures("flagged")
def test_the_queue_is_listed_a_row_for_each_review() -> None:
    listed = rows("review", "list")
    assert [(row["id"], row["post"], row["state"], row["owner"]) for row in listed] == [
        (1, 1, "open", None), (2, 2, "open", None), (3, 3, "open", None)
    ]  # fmt: skip
    assert {frozenset(row) for row in listed} == {frozenset({"id", "post", "state", "owner", "opened_at", "findings"})}
    assert {frozenset(f) for f in listed[2]["findings"]} == {frozenset(FINDING)}
    assert listed[2]["findings"][0]["rule"] == "end-marker"
    assert listed[0]["opened_at"].endswith("Z")


@pytest.mark.usefixtures("flagged")
def test_a_list_takes_the_words_of_the_slash_command() -> None:
    review("take", "2", "--by", BEN)
    assert [row["id"] for row in rows("review", "list", f"owner:{BEN}")] == [2]
    assert [row["id"] for row in rows("review", "list", "状態:未対応", "重さ:止める")] == [3]
    assert sentence("review", "list", "mine", code=2) == (
        "端末では「自分」は使えません。「担当:U0123ABCD」の形で書いてください。"
    )
    assert sentence("review", "list", "12", code=2) == (
        "一覧の条件として読み取れません。例: kawaraban review list 状態:未対応 重さ:止める"
    )


@pytest.mark.usefixtures("flagged")
def test_a_review_is_taken_handed_over_and_decided_from_the_shell() -> None:
    assert review("take", "1", "--by", ANNA)["owner"] == ANNA
    assert review("hand", "1", "--to", BEN)["owner"] == BEN
    assert review("note", "1", "出典を", "確認")["state"] == "taken"
    assert review("resolve", "1", "--fine")["state"] == "resolved"
    assert review("undo", "1")["state"] == "taken"
    assert review("release", "1")["owner"] is None
    assert review("snooze", "1", "--by", ANNA, "--until", "2099-01-01T09:00")["state"] == "snoozed"
    assert review("dismiss", "2", "--by", BEN)["state"] == "dismissed"
    assert review("resolve", "3")["state"] == "resolved"
    history = review("show", "1")["history"]
    assert [(step["action"], step["via"], step["user"], step["to"], step["note"]) for step in history][:4] == [
        ("flag", "terminal", ANNA, None, None), ("take", "terminal", ANNA, None, None),
        ("hand over", "terminal", None, BEN, None), ("note", "terminal", None, None, "出典を 確認"),
    ]  # fmt: skip


@pytest.mark.usefixtures("flagged")
def test_who_comes_second_is_told_who_was_first() -> None:
    review("take", "1", "--by", ANNA)
    assert sentence("review", "take", "1", "--by", BEN, code=1) == f"すでに {ANNA} さんが担当しています（たった今）"
    review("resolve", "2", "--by", ANNA)
    assert sentence("review", "dismiss", "2", code=1) == f"すでに {ANNA} さんが「修正済み」にしています（たった今）"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("take", "1", "--by", "佐藤"), 2,
         "「佐藤」はSlackのユーザーIDではありません。U0123ABCD の形で指定してください。"),
        (("resolve", "99"), 1, "レビュー #99 はありません。「/review」で一覧できます。"),
        (("flag", "99", "--by", ANNA), 1,
         "「99」が1本の記事に決まりません。kawaraban search で番号を確かめてください。"),
        (("snooze", "1", "--by", ANNA, "--until", "昨日"), 2,
         "「昨日」まで延ばせません。2026-02-03T09:00 の形で、これからの時刻を指定してください。"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("flagged")
def test_what_cannot_be_done_is_said_in_a_sentence(arguments: tuple[str, ...], code: int, said: str) -> None:
    assert sentence("review", *arguments, code=code) == said


# ---- spreadsheets
def sheet(*arguments: str) -> list[dict[str, str]]:
    result = kawaraban(*arguments, "--csv")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    return [*csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"), newline=""))]


@pytest.mark.usefixtures("flagged")
def test_the_queue_as_a_spreadsheet_runs_no_formula() -> None:
    review("take", "3", "--by", BEN)
    lines = sheet("review", "list")
    assert tuple(lines[0]) == review_rows.REVIEW
    assert lines[2]["title"].startswith("'=HYPERLINK(0)、")
    assert (lines[2]["owner"], lines[2]["worst"], lines[2]["flags"], lines[0]["owner"]) == (BEN, "block", "1", "")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "＝1", "－1", "  =1"])
def test_every_sign_that_begins_a_formula_is_guarded(cell: str) -> None:
    assert review_rows._cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["題名", "1-2", -1, None, 3.5, "a=b"])
def test_what_is_no_formula_stays(cell: Any) -> None:
    assert review_rows._cell(cell) == cell


@pytest.mark.usefixtures("flagged")
def test_the_record_tells_who_did_what_in_order() -> None:
    review("take", "1", "--by", BEN)
    review("resolve", "1", "--by", BEN)
    told = [(row["user"], row["action"], row["review"], row["post"], row["state"]) for row in rows("review", "log")]
    assert told == [
        (ANNA, "flag", 1, 1, "open"), (ANNA, "flag", 2, 2, "open"), (ANNA, "flag", 3, 3, "open"),
        (BEN, "take", 1, 1, "taken"), (BEN, "fixed", 1, 1, "resolved"),
    ]  # fmt: skip
    lines = sheet("review", "log")
    assert [line["action"] for line in lines] == ["flag", "flag", "flag", "take", "fixed"]


@pytest.mark.usefixtures("flagged")
def test_the_weeks_are_told_with_their_medians_in_minutes() -> None:
    review("take", "1", "--by", BEN)
    review("resolve", "1", "--by", BEN)
    told = rows("review", "stats")
    assert len(told) == 8
    assert set(told[-1]) == set(review_rows.WEEK)
    assert (told[-1]["opened"], told[-1]["decided"], told[-1]["withdrawn"]) == (3, 1, 0)
    assert 0 <= told[-1]["minutes_to_take"] < 1
    assert told[0]["minutes_to_take"] is None
    assert len(sheet("review", "stats")) == 8


@pytest.mark.parametrize("command", [["list"], ["show", "1"], ["log"], ["stats"]])
@pytest.mark.usefixtures("flagged")
def test_people_get_words(command: list[str]) -> None:
    result = kawaraban("review", *command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip()


def test_an_empty_queue_prints_nothing_for_scripts() -> None:
    assert rows("review", "list") == []
