import pytest

from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

TEXT = "市立水族館は案内端末を入り口に置き、来た人の質問に八つの言語で答えている。"


def found(rule: str, body: str) -> list[str]:
    post = draft(f"{TEXT}\n\n{body}")
    return [f.quote for f in check(post, read(post), only=frozenset({rule}))]


@pytest.mark.parametrize(
    "line",
    [
        "端末には某生成AI企業のモデルを使う。",
        "某半導体企業のGeminiも候補に挙がった。",
        "この仕組みは、より75%以上の館に広がる。",
        "75%以上の企業が夢を追い、去っていった。",
    ],
)
def test_a_name_or_amount_under_a_mask_is_found(line: str) -> None:
    assert len(found("masked-name", line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "県の調査では、75%以上の企業が端末を使う。",
        "館長は「某生成AI企業とは言えない」と笑った。",
        "前年より75%以上の伸びである。",
        "某大学の学生が手伝う。",
        "82%以上の企業が答えた。",
    ],
)
def test_what_a_writer_leaves_unnamed_or_sources_is_none(line: str) -> None:
    assert found("masked-name", line) == []


@pytest.mark.parametrize(
    "line",
    [
        "端末\ufffdは八台ある。",
        "一気通сам貫で進む。",
        "シリコンババレーの会社が作った。",
        "アクアリリウムとアクアリウムとアクアリウム。",
    ],
)
def test_broken_characters_are_found(line: str) -> None:
    assert len(found("garbled-text", line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "係数はαとβで表す。",
        "（ﾟДﾟ）と書いた人もいる。",
        "ココナッツの木もある。",
        "韓国語の 안녕 も読める。",
        "цирк（サーカス）の話。",
    ],
)
def test_letters_that_belong_there_are_none(line: str) -> None:
    assert found("garbled-text", line) == []
