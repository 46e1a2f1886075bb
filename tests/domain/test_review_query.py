"""Which reviews are asked for in which words, and what the weeks come to."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.review_query import NOBODY, ReviewFilter, parse_filter
from bot.domain.review_stats import ReviewTimeline, Week, weeks
from bot.domain.reviews import CLOSED, WAITING
from bot.errors import WrongUse

ANNA, BEN = "U0SATO001", "U0SUZUKI1"
TOKYO = ZoneInfo("Asia/Tokyo")

ASKED = {
    "": ReviewFilter(),
    "一覧": ReviewFilter(),
    "queue": ReviewFilter(),
    "自分": ReviewFilter(states=WAITING, owner=ANNA),
    "Mine": ReviewFilter(states=WAITING, owner=ANNA),
    "自分 状態:対応中": ReviewFilter(states=("taken",), owner=ANNA),
    "未対応": ReviewFilter(states=("open",)),
    "taken": ReviewFilter(states=("taken",)),
    "スヌーズ": ReviewFilter(states=("snoozed",)),
    "すべて": ReviewFilter(states=WAITING),
    "済み": ReviewFilter(states=CLOSED, order="newest"),
    "担当なし": ReviewFilter(owner=NOBODY),
    "state:dismissed": ReviewFilter(states=("dismissed",)),
    f"担当:<@{BEN}|suzuki>": ReviewFilter(owner=BEN),
    f"担当:<@{BEN}>": ReviewFilter(owner=BEN),
    f"owner:{BEN}": ReviewFilter(owner=BEN),
    "owner:me": ReviewFilter(owner=ANNA),
    "担当:なし": ReviewFilter(owner=NOBODY),
    "重さ:止める": ReviewFilter(severity="block"),
    "severity:Warn": ReviewFilter(severity="warn"),
    "古さ:3日": ReviewFilter(age=timedelta(days=3)),
    "古さ:12時間以上": ReviewFilter(age=timedelta(hours=12)),
    "age:2w": ReviewFilter(age=timedelta(weeks=2)),
    "age:36h": ReviewFilter(age=timedelta(hours=36)),
    "順:重さ": ReviewFilter(order="severity"),
    "order:newest": ReviewFilter(order="newest"),
    "未対応 重さ:注意 古さ:1週間 順:新しい": ReviewFilter(
        states=("open",), severity="warn", age=timedelta(weeks=1), order="newest"
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_for_in_words(asked: str) -> None:
    assert parse_filter(asked, ANNA) == ASKED[asked]


@pytest.mark.parametrize("asked", ["12", "#12", "https://example.com/a", "量子 規制", "媒体:瓦版", "自分史"])
def test_what_is_no_list_is_a_post(asked: str) -> None:
    assert parse_filter(asked, ANNA) is None


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("状態:謎", "状態「謎」は使えません。未対応、対応中、スヌーズ、解決、却下、取り下げのどれかを書いてください。"),
        ("重さ:重い", "重さ「重い」は使えません。止める、注意、参考のどれかを書いてください。"),
        ("順:", "順「」は使えません。古い、新しい、重さのどれかを書いてください。"),
        ("古さ:昨日", "古さは「古さ:12時間」「古さ:3日」「古さ:2週間」の形で書いてください。"),
        ("担当:佐藤", "担当は「担当:@名前」「担当:自分」「担当:なし」の形で書いてください。"),
        ("自分 12", "「12」は一覧の条件として読み取れません。例:「/review 自分 重さ:止める 古さ:3日」"),
    ],
)
def test_a_condition_that_cannot_be_read_is_explained(asked: str, sentence: str) -> None:
    with pytest.raises(WrongUse) as wrong:
        parse_filter(asked, ANNA)
    assert str(wrong.value) == sentence


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_the_weeks_count_by_the_newsrooms_calendar_and_take_medians_of_what_happened_in_them() -> None:
    courses = [
        ReviewTimeline(at(18, 14), None, None, "open"),  # Sunday 23:00 in Tokyo: the week before
        ReviewTimeline(at(18, 16), at(19, 1), at(20, 16), "resolved"),  # Monday 1:00
        ReviewTimeline(at(19, 0), at(19, 1), at(19, 4), "dismissed"),
        ReviewTimeline(at(19, 0), at(26, 0), None, "taken"),
        ReviewTimeline(at(20, 0), None, at(20, 1), "withdrawn"),
        ReviewTimeline(at(20, 0), None, at(20, 2), "resolved"),
    ]
    assert weeks(courses, TOKYO, at(27), 3) == (
        Week(date(2026, 1, 12), 1, 0, 0, None, None),
        Week(date(2026, 1, 19), 5, 3, 1, timedelta(hours=5), timedelta(hours=4)),
        Week(date(2026, 1, 26), 0, 0, 0, timedelta(days=7), None),
    )
