import pytest

from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

TEXT = "市立水族館は案内端末を入り口に置き、来た人の質問に八つの言語で答えている。" * 12


def found(rule: str, body: str = "", **more: object) -> list[str]:
    post = draft(f"{TEXT}\n\n{body}", **more)  # type: ignore[arg-type]
    return [f.message for f in check(post, read(post), only=frozenset({rule}))]


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("2031年、水族館に案内端末", "端末は来春に増える。"),
        ("水族館の来館者が45%増", "来館者は大きく増えた。"),
        ("案内端末で答えの速さが7倍に", "答えは速くなった。"),
        ("案内端末に3億円", "費用は2億円である。"),
    ],
)
def test_a_figure_of_the_title_that_the_text_does_not_have_is_found(title: str, body: str) -> None:
    assert len(found("title-mismatch", body, title=title)) == 1


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("2031年、水族館に案内端末", "端末は2031年に増える。"),
        ("水族館の来館者が45%増", "来館者は４５％増えた。"),
        ("案内端末で答えの速さが2倍に", "速さは倍増した。"),
        ("案内端末に3,200万円", "費用は3200万円である。"),
        ("開館5年目の水族館", "節目の年である。"),
        ("水族館に案内端末", "三台ある。"),
    ],
)
def test_a_figure_that_the_text_has_is_none(title: str, body: str) -> None:
    assert found("title-mismatch", body, title=title) == []


@pytest.mark.parametrize("sums", ["1億ドル（約15億円）", "200万ドル（約30億円）", "3億ユーロ（約48億円）"])
def test_a_conversion_off_by_ten_is_found(sums: str) -> None:
    assert len(found("wrong-conversion", f"費用は{sums}に上る。")) == 1


@pytest.mark.parametrize(
    "sums", ["1億ドル（約150億円）", "2億3,000万ドル（約350億円）", "1億2000万ユーロ（約190億円）", "3ドル"]
)
def test_a_conversion_at_a_rate_that_may_be_is_none(sums: str) -> None:
    assert found("wrong-conversion", f"費用は{sums}に上る。") == []


@pytest.mark.parametrize("day", ["2026年1月17日（日）", "2026/1/17(月)", "2026年2月1日（土曜日）"])
def test_a_day_of_another_weekday_is_found(day: str) -> None:
    assert len(found("wrong-weekday", f"開館は{day}。")) == 1


@pytest.mark.parametrize(
    "day", ["2026年1月17日（土）", "2026/1/18(日)", "2026年2月30日（月）", "1月17日", "17日（土）"]
)
def test_a_day_of_its_weekday_is_none(day: str) -> None:
    assert found("wrong-weekday", f"開館は{day}。") == []
