"""A schedule as somebody writes it down."""

from dataclasses import replace
from datetime import time

import pytest

from bot.domain.digests import Schedule, ScheduleForm, form_of, format_weekdays, parse_form
from tests.conftest import NEWS

PLAN = ScheduleForm(NEWS)


def read(**fields: object) -> Schedule:
    schedule = parse_form(replace(PLAN, **fields), {1: "港の新聞", 2: "官報"})  # type: ignore[arg-type]
    assert isinstance(schedule, Schedule), schedule
    return schedule


def test_an_untouched_plan_is_the_ordinary_schedule() -> None:
    assert read() == Schedule(NEWS)


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("8:00", [(8, 0)]),
        ("８：００", [(8, 0)]),
        ("8", [(8, 0)]),
        ("8時", [(8, 0)]),
        ("8時半、17時30分", [(8, 0 + 30), (17, 30)]),
        ("17:30 8:00 8:00", [(8, 0), (17, 30)]),
        ("0:00・23:59", [(0, 0), (23, 59)]),
    ],
)
def test_times_are_read_as_people_write_them(written: str, times: list[tuple[int, int]]) -> None:
    assert read(times=written).times == tuple(time(*at) for at in times)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("毎日", (0, 1, 2, 3, 4, 5, 6)),
        ("平日", (0, 1, 2, 3, 4)),
        ("週末", (5, 6)),
        ("月・水・金", (0, 2, 4)),
        ("月水金", (0, 2, 4)),
        ("月曜日, 金曜", (0, 4)),
        ("月-金", (0, 1, 2, 3, 4)),
        ("土〜月", (0, 5, 6)),
        ("mon,wed", (0, 2)),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("weekdays sun", (0, 1, 2, 3, 4, 6)),
    ],
)
def test_weekdays_are_read_as_people_write_them(written: str, days: tuple[int, ...]) -> None:
    assert read(weekdays=written).weekdays == days


def test_lists_are_read_without_their_signs_and_repetitions() -> None:
    assert read(tags="#LLM、 規制,LLM，生成AI").tags == ("LLM", "規制", "生成AI")
    assert read(categories="技術\n研究 開発").categories == ("技術", "研究 開発")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("channel", "", "送信先のチャンネルを選んでください。"),
        ("times", "", "時刻がありません。「8:00」や「8:00 17:30」の形で書いてください。"),
        ("times", "8:00 24:00", "「24:00」を時刻として読み取れません。「8:00」や「8:00 17:30」の形で書いてください。"),
        ("times", " ".join(f"{h}:00" for h in range(13)), "時刻は1日12回までです。"),
        ("weekdays", "", "曜日を1つ以上選んでください。"),
        ("weekdays", "朝", "「朝」を曜日として読み取れません。「平日」「月・水・金」「月-金」の形で書いてください。"),
        ("zone", "london", "「london」というタイムゾーンはありません。「Europe/London」でしょうか。"),
        ("zone", "どこか", "「どこか」というタイムゾーンはありません。「Asia/Tokyo」の形で書いてください。"),
        ("limit", "たくさん", "件数は1から20までの数で書いてください。"),
        ("draft_minutes", "-5", "下書きを出す時間（分）は0から1440までの数で書いてください。"),
        ("sources", (1, 9), "番号9のソースはありません。"),
        ("name", "名" * 61, "名前は60文字までです。"),
    ],
)
def test_what_cannot_be_read_is_said_for_its_field_alone(field: str, value: object, sentence: str) -> None:
    assert parse_form(replace(PLAN, **{field: value}), {1: "港の新聞"}) == {field: sentence}  # type: ignore[arg-type]


def test_every_fault_is_said_at_once() -> None:
    assert set(parse_form(replace(PLAN, times="朝", limit="0", zone="x"))) == {"times", "limit", "zone"}  # type: ignore[arg-type]


def test_a_schedule_is_written_back_as_it_would_be_read() -> None:
    schedule = Schedule(
        NEWS, times=(time(8), time(17, 30)), zone="Europe/London", limit=5, ai_only=False, weekdays=(0, 2),
        on_holidays=False, tags=("LLM", "規制"), sources=(1, 2), categories=("技術",), quiet="nothing",
        draft_minutes=45, name="朝夕",
    )  # fmt: skip
    assert parse_form(form_of(schedule), (1, 2)) == schedule
    assert [format_weekdays(days) for days in ((0, 1, 2, 3, 4, 5, 6), (5, 6), (0, 2))] == ["毎日", "週末", "月・水"]
