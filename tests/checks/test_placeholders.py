import time

import pytest

from bot.checks import check
from bot.checks.placeholders import placeholders
from bot.japanese import read
from tests.japanese.drafts import draft

ENOUGH = "".join(f"水槽{n}には案内端末が置かれ、質問に答えます。" for n in range(12))


def found(body: str, rule: str, **more: object) -> list[tuple[str, int | None, int]]:
    post = draft(f"{ENOUGH}\n\n{body}", **more)  # type: ignore[arg-type]
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == rule]


@pytest.mark.parametrize(
    "line",
    [
        "筆者は水族館の〇〇です。",
        "筆者は〇〇（筆者名を記入してください）です。",
        "発表したのは[企業名]です。",
        "費用は【金額を入力してください】でした。",
        "{{会社名}}は導入を決めました。",
        "[TODO: 数字を確かめる]",
        "【要追記】",
        "費用はXX円でした。",
        "館長は●●氏です。",
    ],
)
def test_an_unfilled_place_blocks(line: str) -> None:
    assert found(line, "placeholder") == [(line, 2, 6)]


@pytest.mark.parametrize(
    "line",
    [
        "「〇〇さん、こんにちは」と端末は話しかけます。",
        "導入率のような目標（例：〇〇%の達成）を掲げます。",
        "例えば〇〇の水槽はどこか、と尋ねられます。",
        "答えは〇〇です」といった返事を端末がします。",
        "ここに新しい水槽が入ります。",
        "詳しくは[リンク](https://example.org)へ。[注1] [1] [^2]",
        "- [ ] 水温を確かめる",
        "二〇〇〇年に開館しました。",
        "```\n[企業名]\n```",
        "設定は`[企業名]`と書きます。",
        "{{ site.url }}",
        "開館は20XX年の見込みです。",
        "XXXLの服と、XX染色体の話です。",
        "「費用はXX円」という掲示です。",
        "詳しくは[製品名][1]へ。",
        "料金は変わります【要確認】。",
        "伏せ字には○や×を使います。",
        "ご意見は窓口に入れてください。",
    ],
)
def test_a_legitimate_use_is_no_placeholder(line: str) -> None:
    assert found(line, "placeholder") == []


def test_a_placeholder_in_the_front_matter_has_its_line_and_no_paragraph() -> None:
    excerpt = "[企業名]が発表しました。"
    hits = found("", "placeholder", front=f"author: 編集部\nexcerpt: {excerpt}\n", excerpt=excerpt)
    assert hits == [(excerpt, None, 4)]


def test_a_placeholder_is_quoted_with_a_little_of_its_sentence() -> None:
    before, after = (
        "港町の水族館がこの春から館内の全部の階で使い始めた案内端末は、",
        "が八年をかけて作り、言葉を選ぶ速さが売りだと説明しています。",
    )
    [(quoted, _, _)] = found(f"短い前置きです。{before}[企業名]{after}", "placeholder")
    assert quoted == f"{before[-20:]}[企業名]{after[:20]}"


@pytest.mark.parametrize(
    "sign", ["〇〇", "〇〇、", "〇〇（", "[", "[企業名]", "（名前を入れてください）", "X", "{{", "「〇〇", "〇〇」"]
)
def test_an_endless_line_takes_no_time(sign: str) -> None:
    post = draft(f"{ENOUGH}\n\n{sign * 100_000}。")
    reading = read(draft(ENOUGH))
    began = time.perf_counter()
    list(placeholders(post, reading))
    assert time.perf_counter() - began < 3
