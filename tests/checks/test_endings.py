from dataclasses import replace

import pytest

from bot.checks import check
from bot.checks.endings import cut_endings
from bot.domain.findings import Finding
from bot.domain.readings import Paragraph
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

ARTICLE = "\n\n".join(
    f"市立水族館は{n}番目の水槽にも案内端末を置き、来館者の質問に答えさせている。迷う人は減ったという。"
    for n in range(1, 6)
)
FOOTER = "\n\n---\n\n## 関連記事\n\n- [港の博物館も端末を導入](/2026/01/02/museum/)\n- [次の](/2026/01/03/next/)\n"


def found(ending: str, below: str = FOOTER) -> list[Finding]:
    post = draft(f"{ARTICLE}\n\n{ending}{below}")
    return [finding for finding in check(post, read(post)) if finding.rule == "cut-ending"]


@pytest.mark.parametrize(
    "ending",
    [
        "来月には屋外の池と売店の前にも置く計画で、館長は",
        "来月には屋外にも置く。費用は市が",
        "来月には屋外の池にも端末を置き、",
        "館長が話すのは、単なる「便利さ",
        "案内端末を単なる「道具」",
        "この",
        "次の目標は、**迷子の",
        "市は国の補助金（来年度分",
        "来月には屋外の池にも端末を置く予定で",
        "担当するのは情報課（旧広報課）",
        "来月には屋外にも端末を置くかもしれませ",
        "端末の声を作ったのは京都のOpen",
    ],
)
def test_an_ending_in_mid_sentence_warns_though_a_footer_follows(ending: str) -> None:
    [finding] = found(ending)
    assert ending.replace("**", "").endswith(finding.quote)
    assert (finding.severity, finding.paragraph, finding.line) == ("warn", 6, 14)


@pytest.mark.parametrize(
    "ending",
    [
        "来月には屋外の池にも置く。",
        "あなたなら何を尋ねますか？",
        "来月には屋外の池にも置く（費用は未定）。",
        "来月には屋外の池にも置く。（山田花子）",
        "（取材・文：山田花子）",
        "館長は「迷う人が減った」",
        "館長は来館者にこう呼びかける。「声をかけてみて」",
        "「声をかけてみてください」",
        "**来月には屋外の池にも置く。**",
        "来月には屋外の池にも置く。[1]",
        "その日が待ち遠しい…",
        "来月が楽しみです🐟",
        "来月が楽しみです。🐟",
        "※料金は二月一日時点のもの",
        "写真：水族館提供",
        "#水族館 #案内端末",
        "詳しくは[水族館の頁](https://example.org/)",
        "館内の端末: [一階](/f1/) | [二階](/f2/) | [三階](/f3/)",
        "水族館前編集部",
        "以上",
        "*See you at the aquarium.*",
    ],
)
def test_what_is_whole_is_left_alone(ending: str) -> None:
    assert found(ending) == []


def test_bare_items_are_a_list_and_a_sentence_that_breaks_off_among_sentences_is_none() -> None:
    assert found("- 一階の大水槽\n- 二階のクラゲ\n- 三階の売店") == []
    whole = (
        "- 一階：大水槽の前に置いた。子どもが並ぶ。\n- 二階：クラゲの前に置いた。静かに答える。\n- 三階：売店に置いた。"
    )
    assert found(whole) == []
    assert [f.line for f in found(whole.removesuffix("売店に置いた。") + "売店に置いた。値段も")] == [16]
    assert [f.quote for f in found("- 一階の大水槽\n- 二階のクラゲを、")] == ["二階のクラゲを、"]


def test_an_article_that_sets_no_full_stops_ends_without_one() -> None:
    post = draft(
        "\n\n".join(f"第{n}水槽の前に新しい端末を置いたら子どもたちが朝から並んだ 声は小さめにした" for n in range(6))
    )
    assert [f for f in check(post, read(post)) if f.rule == "cut-ending"] == []


def test_an_empty_heading_or_a_lone_mark_is_an_ending_that_breaks_off() -> None:
    assert [(f.quote, f.line) for f in found("来月も置く。\n\n### 今後の予定")] == [("### 今後の予定", 16)]
    assert [(f.quote, f.line) for f in found("来月も置く。\n\n**")] == [("**", 16)]
    assert [(f.quote, f.line) for f in found("来月も置く。\n\n##")] == [("##", 16)]
    assert found("来月も置く。\n\n### 料金\n\n| 大人 | 子ども |\n|---|---|\n| 900円 | 400円 |") == []
    assert found("来月も置く。\n\n## 図\n\n![水槽](/a.png)") == []


def test_words_that_lead_to_a_table_an_image_or_code_do_not_break_off() -> None:
    for below in ("| 大人 |\n|---|\n| 900円 |", '```\nask("鯛")\n```', "![端末](/a.png)"):
        assert found(f"料金と呼び出し方は次の通り：\n\n{below}") == []
    assert [f.quote for f in found("料金は次の通り：")] == ["料金は次の通り："]


def test_an_end_marker_ends_a_part_too() -> None:
    cut, whole = "端末は売店の前にも", "端末は売店の前にも置かれる。"
    assert [f.line for f in found(cut, below=f"\n\n---END---\n\n{whole}")] == [14]
    assert found(whole, below=f"\n\n---END---\n\n{whole}\n\n---END---\n") == []
    assert [f.line for f in found(whole, below=f"\n\n---END---\n\n{cut}{FOOTER}")] == [18]


def test_code_and_an_empty_post_have_no_ending() -> None:
    assert found("来月も置く。\n\n```\nfor tank in\n```") == []
    nothing = draft("")
    assert list(cut_endings(nothing, read(nothing))) == []


@pytest.mark.parametrize("sign", ["あ", "「", "（", "、", "**", "「あ", "（あ）", "[a]", "🐟", "a b "])
def test_an_endless_line_takes_no_time(sign: str) -> None:
    post = draft(f"{ARTICLE}\n\n{sign * 300_000}")
    known = read(draft(ARTICLE))
    reading = replace(known, paragraphs=(*known.paragraphs, Paragraph(sign * 300_000, 6, 14)))
    assert seconds(lambda: list(cut_endings(post, reading))) < 10


def test_a_poem_in_a_quotation_and_a_note_below_are_whole() -> None:
    sound = (
        "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前を答える。館長は「迷う人が減った」と話す。"
    )
    for last in ("> 海は広いな\n> 大きいな", "＊1 2026年1月時点", "*2 回答は1,204人"):
        post = draft(f"{sound}\n\n{last}")
        assert [f.rule for f in check(post, read(post)) if f.rule == "cut-ending"] == []


@pytest.mark.parametrize(
    "last",
    [
        "お問い合わせ 00-0000-0000",
        "開館日：2026年4月1日",
        "答えを知るのは魚だけかもしれない・・・",
        "予約はこちら → https://news.example/yoyaku",
    ],
)
def test_a_release_ends_with_a_contact_a_date_dots_or_an_address(last: str) -> None:
    post = draft(
        f"市立水族館は案内端末を置いた。\n\n声で尋ねると魚の名前や餌の時間を八つの言語で答えるようにした。\n\n{last}"
    )
    assert [f for f in check(post, read(post)) if f.rule == "cut-ending"] == []
