import pytest

from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

SENTENCE = "市立水族館は案内端末を入り口に置き、来た人の質問に八つの言語で答えている。"


def found(rule: str, body: str, **more: object) -> list[tuple[str, int]]:
    post = draft(body, **more)  # type: ignore[arg-type]
    return [(f.quote, f.line) for f in check(post, read(post), only=frozenset({rule}))]


@pytest.mark.parametrize(
    "line",
    [
        "既存の記事でも触れたように、餌の時間は三回ある。",
        "既存記事でも紹介しましたが、魚の名は館が決める。",
        "## 端末の仕組み（続き）",
        "前回の続きです。",
    ],
)
def test_a_seam_of_a_text_that_was_extended_is_found(line: str) -> None:
    assert len(found("stitched-text", f"{SENTENCE}\n\n{line}\n\n{SENTENCE}")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "既存の記事を学習に使うことへの反発もある。",
        "職員は「既存の記事でも触れたように」と読み上げた。",
        "前回の続きから再生する機能もある。",
        "既存の記事でも触れたように、[餌の時間](/a/)は三回ある。",
        "## 続きを読む",
    ],
)
def test_what_joins_no_pieces_is_no_seam(line: str) -> None:
    assert found("stitched-text", f"{SENTENCE}\n\n{line}\n\n{SENTENCE}") == []


def test_seams_are_one_finding_with_their_count() -> None:
    body = "\n\n".join(["既存の記事でも触れたように、餌は三回だ。"] * 3)
    post = draft(body)
    [finding] = check(post, read(post), only=frozenset({"stitched-text"}))
    assert finding.message.endswith("（ほか2か所）。")


def test_an_article_that_begins_anew_below_its_footer_is_found() -> None:
    prose = "\n\n".join(f"{number}番目の水槽では、{SENTENCE * 3}" for number in range(8))
    footer = "## 関連記事\n\n- [水槽の話](/a/)"
    assert found("second-draft", f"{prose}\n\n{footer}\n\n{prose}") != []
    assert found("second-draft", f"{prose}\n\n{footer}") == []
    assert found("second-draft", f"{prose}\n\n{footer}\n\n当社は展示の相談を受けています。") == []


def paragraphs(*odd: str) -> str:
    whole = [f"{number}番目の水槽では、{SENTENCE}{SENTENCE}" for number in range(6)]
    return "\n\n".join([*whole[:3], *odd, *whole[3:]])


@pytest.mark.parametrize("end", ["館長は次の展示について、これまで", "来た人の多くは、端末の答えを読み上げ"])
def test_a_paragraph_that_stops_in_the_middle_of_the_article_is_found(end: str) -> None:
    [(quoted, _)] = found("cut-passage", paragraphs(SENTENCE * 2 + end))
    assert quoted.endswith(end)


@pytest.mark.parametrize(
    "passage",
    [
        SENTENCE + "言語は次のとおりだ：",
        SENTENCE + "言語は次のとおり\n\n- 日本語\n- 英語",
        f"- {SENTENCE}餌の時間\n- {SENTENCE}魚の名前",
        SENTENCE + "館長は「また来てほしい」",
        SENTENCE,
    ],
)
def test_what_leads_on_or_is_whole_is_not_cut(passage: str) -> None:
    hits = found("cut-passage", paragraphs(passage))
    assert hits == [] or "また来てほしい" in passage
