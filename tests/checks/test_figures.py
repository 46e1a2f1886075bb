import pytest

from bot.checks import check
from bot.domain.findings import Finding
from bot.japanese import read
from tests.japanese.drafts import draft

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"


def found(body: str, **more: object) -> list[Finding]:
    post = draft(f"{OPENING}\n\n{body}", **more)  # type: ignore[arg-type]
    return [f for f in check(post, read(post)) if f.rule == "unsourced-figure"]


@pytest.mark.parametrize(
    "claim",
    [
        "75%以上の企業が案内の自動化に悩んでいます。",
        "端末を置いた施設では、利用者の8割が満足しています。",
        "九割の来館者、つまりほぼ全員が列に並ばずに済む時代です。九割の利用者は戻りません。",
        "経営者の約65％が人手不足に頭を抱えています。",
        "案内端末の市場は急速に拡大し、2030年には4,200億円に達すると予測されています。",
        "この分野は年平均28%で伸びるでしょう。",
        "電力の消費は従来の2倍になると言われています。",
        "見学の時間が30%減ったというデータもあります。",
        "ある調査では、企業の40%が端末を試しています。",
        "これは、75%以上の企業にとって魅力的です。水族館の発表は来月です。",
    ],
)
def test_a_figure_for_which_nobody_is_named_is_noted(claim: str) -> None:
    [finding] = found(claim)
    assert finding.quote in claim
    assert (finding.severity, finding.paragraph, finding.line) == ("note", 2, 6)


@pytest.mark.parametrize(
    "sourced",
    [
        "ガートナーによると、75%以上の企業が案内の自動化に悩んでいます。",
        "調査会社の潮見総研は先月、案内の実態をまとめた報告書を公表した。75%以上の企業が自動化に悩んでいるという。",
        "75%以上の企業が自動化に悩んでいます。これは潮見総研の調査による数字です。",
        "[潮見総研の資料](https://example.org/report)では、企業の75%が自動化に悩んでいます。",
        "企業の75%が自動化に悩んでいます[^1]。",
        "企業の75%が自動化に悩んでいます（潮見総研調べ）。",
        "観光庁の統計では、利用者の8割が満足しています。",
        "館長は「75%以上の企業が悩んでいる」と話す。",
        "> 75%以上の企業が案内の自動化に悩んでいます。",
        "来館者412人にアンケートをした。利用者の8割が満足していた。",
        "回答した412人の76%が満足していた。",
        "今年度は、利用者の8割が満足する案内を目標にします。",
        "仮に企業の40%が端末を置くと、費用は年に3億円です。",
        "端末の正解率は92%だった。",
        "端末は1台30万円で、月に2%の利息がつく。",
        "従業員の40%を増やす計画だ。",
        "約70%の粗利益率を誇る企業です。",
        "IDCの見通しでは、端末の市場は2030年に4,200億円に達すると予測されています。",
        "```\n75%以上の企業が悩んでいます。\n```",
        "| 75%以上の企業が悩む |",
    ],
)
def test_a_figure_with_a_source_or_of_another_kind_is_left_alone(sourced: str) -> None:
    assert found(sourced) == []


def test_a_source_above_a_list_counts_for_its_items() -> None:
    items = "\n".join(f"- 企業の{n}0%が端末を{n}台置いています" for n in (2, 3, 4))
    assert found(f"潮見総研の調査結果は次の通りです。\n\n{items}") == []
    assert len(found(f"結果は次の通りです。\n\n{items}")) == 3


def test_a_figure_that_is_sourced_once_is_sourced() -> None:
    assert found("ガートナーによると、企業の40%が端末を置く。\n\nでは、その企業の40%はどこにいるのか。") == []


def test_the_figure_of_the_title_and_an_article_about_a_survey_are_left_alone() -> None:
    claim = "企業の40%が端末を置いています。"
    assert len(found(claim)) == 1
    assert found(claim, title="企業の40%が案内端末を置く日") == []
    assert found(claim, title="案内端末の利用、潮見総研が調査") == []


def test_the_same_figure_again_is_counted_and_not_shown_again() -> None:
    [finding] = found("\n\n".join(f"75%以上の企業が第{n}の壁に当たります。" for n in "一二三四"))
    assert (finding.line, finding.message) == (6, "誰の調査や発表による数値か、近くに書かれていません（ほか3か所）。")


def test_at_most_three_figures_are_shown_and_the_rest_are_counted() -> None:
    findings = found("\n\n".join(f"企業の{n}0%が困っています。" for n in range(2, 8)))
    assert [f.line for f in findings] == [6, 8, 10]
    assert ["ほか3か所" in f.message for f in findings] == [False, False, True]
