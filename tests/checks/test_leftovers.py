import pytest

from bot.checks import check
from bot.checks.leftovers import empty_body, end_markers
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

ENOUGH = "".join(f"水槽{n}には案内端末が置かれ、質問に答えます。" for n in range(12))


def found(body: str, rule: str, **more: object) -> list[tuple[str, int | None, int]]:
    post = draft(f"{ENOUGH}\n\n{body}", **more)  # type: ignore[arg-type]
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == rule]


@pytest.mark.parametrize(
    "mark",
    [
        *(
            "---END---",
            "--- END ---",
            "---END OF ARTICLE---",
            "---END",
            "[END]",
            "=== END ===",
            "<|im_end|>",
            "【END】",
        ),
        *("<END>", "<|endoftext|>", "</s>", "[/INST]", "<|im_start|>assistant", "###END###", "*** END ***", "[EOF]"),
        *("END_OF_ARTICLE", "[END_OF_TEXT]", "ーーーENDーーー", "――END――", "---終わり---", "---終了---", "---以上---"),
        *(
            "EOF",
            "---FIN---",
            "[記事終わり]",
            "【記事ここまで】",
            "---ここまで---",
            "// END",
            "[[END]]",
            "{{END}}",
            "<eos>",
        ),
        *("<end_of_turn>", "<think>", "---START---", "---BEGIN---", "[BEGIN ARTICLE]"),
    ],
)
def test_an_end_marker_blocks(mark: str) -> None:
    body = f"終わりです。\n\n{mark}\n\n続きます。\n\n{mark}"
    assert [(quoted, line) for quoted, _, line in found(body, "end-marker")] == [(mark, 8), (mark, 12)]


def test_an_end_marker_belongs_to_the_paragraph_before_it() -> None:
    assert found("終わりです。\n\n---END---", "end-marker") == [("---END---", 2, 8)]


@pytest.mark.parametrize(
    "line",
    [
        "```\n---END---\n```",
        "印は `---END---` と書きます。",
        "コマンドには--end-dateを付けます。",
        "The end.",
        "END",
        "# END-TO-ENDの試験",
        "トークン <|im_end|> は区切りです。",
        "[END]の札がある水槽",
        "記号は <|endoftext|> や </s> と書きます。",
        "（了）",
        "【完】",
        "（終わり）",
        "以上",
        "思考の過程は <think> という札で囲まれます。",
        "-----BEGIN CERTIFICATE-----",
        "ここまで",
        "START",
        "- 終了",
        "---",
    ],
)
def test_an_end_marker_in_code_or_in_a_sentence_is_none(line: str) -> None:
    assert found(line, "end-marker") == []


def test_a_post_with_hardly_a_word_blocks() -> None:
    short = draft("## 見出し\n\n準備中です。")
    nothing = draft("")
    assert [(h.quote, h.line) for h in empty_body(short, read(short))] == [("準備中です。", 6)]
    assert [(h.paragraph, h.line) for h in empty_body(nothing, read(nothing))] == [(None, 4)]


def test_a_short_article_that_is_whole_does_not_block() -> None:
    whole = draft(
        "市立水族館は4日、案内端末を12台に増やした。声で尋ねると魚の名前を答える。館長は「迷う人が減った」と話す。\n\n"
        "費用は年に180万円。来月は屋外の池と売店の前にも置く。"
    )
    listed = draft("\n".join(f"- 水槽{n}の端末と餌の時間と魚の名前" for n in range(6)))
    assert list(empty_body(whole, read(whole))) == []
    assert len(list(empty_body(listed, read(listed)))) == 1


@pytest.mark.parametrize("sign", ["-", "END", "-END", "[", "- "])
def test_an_endless_line_takes_no_time(sign: str) -> None:
    post = draft(f"{ENOUGH}\n\n{sign * 300_000}")
    reading = read(draft(ENOUGH))
    assert seconds(lambda: list(end_markers(post, reading))) < 10


def test_a_flash_of_whole_sentences_is_a_post() -> None:
    for body in (
        "港の市場は17日、朝の競りを一時止めた。",
        "16日の記事で館名に誤りがありました。おわびして訂正します。",
    ):
        post = draft(body)
        assert [f for f in check(post, read(post)) if f.rule == "empty-body"] == []
