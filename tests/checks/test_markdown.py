import pytest

from bot.checks import check
from bot.checks.markdown import unbalanced_markdown
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"


def found(body: str) -> list[tuple[str, int]]:
    post = draft(f"{OPENING}\n\n{body}\n\n来月には屋外にも置く。")
    return [(f.quote, f.line) for f in check(post, read(post)) if f.rule == "unbalanced-markdown"]


@pytest.mark.parametrize(
    ("body", "quoted", "line"),
    [
        ("端末は**声で答える。", "端末は**声で答える。", 6),
        ("**今後の予定", "**今後の予定", 6),
        ("**", "**", 6),
        ("一行目は**太字**だ。\n二行目は**開いたまま。", "二行目は**開いたまま。", 7),
        ("声で答える端末** これは閉じるだけ。", "声で答える端末** これは閉じるだけ。", 6),
        ("- 一つ目は**太字**\n- 二つ目は**開いたまま", "- 二つ目は**開いたまま", 7),
        ("呼び出しは`askと書く。", "呼び出しは`askと書く。", 6),
        ("詳しくは[水族館](https://example.org/aへ。", "詳しくは[水族館](https://example.org/aへ。", 6),
        ("```python\nask('鯛')", "```python", 6),
        ("1. 手順\n   ```\n   ask('鯛')", "```", 7),
    ],
)
def test_what_is_opened_and_not_closed_warns(body: str, quoted: str, line: int) -> None:
    assert found(body) == [(quoted, line)]


@pytest.mark.parametrize(
    "body",
    [
        "端末は**声で**答え、**文字も**出す。",
        "**一行目から\n二行目まで太字**だ。",
        "**「声」**を使う。***とても***速い。",
        "***\n\n---\n\n* * *",
        "`**kwargs`と書く。関数には**kwargsを渡す。2**10は1024だ。",
        "```\n**太字ではない\n`これも\n```",
        "~~~\n```\n~~~",
        "1. 手順\n   ```\n   a ** b\n   ```\n2. 次",
        "伏せ字は****1234と***だ。",
        "記号は\\*\\*と\\`で書ける。",
        "[水族館](https://example.org/a_(b))と[注]と配列[0](仮)。",
        "<!-- **控え -->\n\n| **列** | 値 |\n|---|---|",
        "> **引用**だ。",
    ],
)
def test_what_is_closed_or_no_markdown_is_left_alone(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize("sign", ["**", "** ", "`", "``` ", "[a](http:", "*", "[", "a**b", "- "])
def test_an_endless_line_takes_no_time(sign: str) -> None:
    post = draft(f"{OPENING}\n\nx{sign * 300_000}")
    reading = read(draft(OPENING))
    assert seconds(lambda: list(unbalanced_markdown(post, reading))) < 10


def test_stars_in_html_code_and_a_fence_in_a_quotation_are_balanced() -> None:
    for body in ("空の値は<code>**nil</code>で表す。", "> 例：\n>\n> ```yaml\n> a: 1\n> ```"):
        post = draft(f"市立水族館は案内端末を置いた。\n\n{body}")
        assert [f for f in check(post, read(post)) if f.rule == "unbalanced-markdown"] == []
