import pytest

from bot.checks import check
from bot.checks.placeholders import placeholders
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

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
        "筆者は〇〇大学の教授です。",
        "〇〇株式会社は新しい端末を発表した。",
        "株式会社○○は新しい端末を発表した。",
        "△△社が開発した端末を導入した。",
        "◯◯氏は「便利だ」と話す。",
        "××株式会社が発表した。",
        "□□研究所によると、費用は半分になった。",
        "発表は〇月〇日に行われた。",
        "2025年〇月に開館する。",
        "20XX年XX月に開館する。",
        "費用は〇〇万円だった。",
        "費用はXXX万円だった。",
        "導入率はXX%に達した。",
        "[会社名]が発表した。",
        "［企業名］が発表した。",
        "【企業名】が発表した。",
        "〔企業名〕が発表した。",
        "＜企業名＞が発表した。",
        "<企業名>が発表した。",
        "[ここに企業名]が発表した。",
        "[ここに写真を挿入]",
        "（ここに図を挿入）",
        "（ここに画像を入れる）",
        "【ここに具体例を追加】",
        "[具体的な企業名]が発表した。",
        "[具体的な数値]%の改善が見られた。",
        "[要出典]",
        "（要確認：数値）",
        "[出典を追加]",
        "[リンクを挿入]",
        "[URLを挿入してください]",
        "【画像挿入】",
        "{company_name}が発表した。",
        "{企業名}が発表した。",
        "{{company}}が発表した。",
        "{{ company_name }}が発表した。",
        "${company}が発表した。",
        "%COMPANY%が発表した。",
        "[Company Name] announced the new terminal.",
        "[Insert company name here] announced it.",
        "[INSERT DATE] is the date.",
        "[Your Name]",
        "Dear [Name],",
        "[Name] said it was useful.",
        "[DATE]に発表した。",
        "[XX]社が発表した。",
        "<INSERT IMAGE>",
        "TODO: 数値を確認",
        "XXX社が発表した。",
        "A社（実名を入れる）が発表した。",
        "（あなたの名前を入れてください）",
        "（社名を記入）",
        "（日付を入れる）",
        "（金額）円だった。",
        "Lorem ipsum dolor sit amet.",
        "ここに本文が入ります。",
        "この部分に具体的な事例を入れてください。",
        "※ここに出典を記載",
        "___が発表した。",
        "＿＿＿＿が発表した。",
        "____年に開館した。",
        "**[タイトル]**",
        "# [タイトルを入力]",
        "見出し：〇〇",
    ],
)
def test_a_blank_of_any_shape_blocks(line: str) -> None:
    assert [line_ for _, _, line_ in found(line, "placeholder")] == [6]


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
        "〇〇ハラスメントという言葉は年々増えています。",
        "〇〇とは何か、と問うだけでは足りません。",
        "いわゆる〇〇離れの議論も同じです。",
        "〇〇という名の端末は各地にあります。",
        "【写真：水族館提供】",
        "【企業名】市立水族館",
        "費用は2,000万円×3年分です。",
        "評価は〇が三つ、×が二つでした。",
        "左の欄に、ここに書くと消える文字が出ます。",
        "検索の画面にURLを入力してください。",
        "{% include footer.html %} {{ page.title }} {{ content }}",
        "`{company_name}`と`${product}`は差し替えます。",
        "文字列の a___b と __init__ の話です。",
        "【画像】水族館の朝",
        "TODOリストを毎朝作ります。",
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
    assert seconds(lambda: list(placeholders(post, reading))) < 10


@pytest.mark.parametrize(
    "line",
    [
        "右下の[詳細]をクリックすると、水温が出る。",
        "上の[タイトル]欄に魚の名を書く。",
        "| 月額 | 〇〇円 |",
    ],
)
def test_the_name_of_a_button_and_an_amount_in_a_table_are_no_blanks(line: str) -> None:
    post = draft(f"市立水族館は案内端末を置いた。\n\n{line}")
    assert [f for f in check(post, read(post)) if f.rule == "placeholder"] == []
