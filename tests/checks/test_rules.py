import pytest

from bot.checks import RULES, check
from bot.japanese import read
from bot.readings import SEVERITIES
from tests.japanese.drafts import draft

ENOUGH = "".join(f"水槽{n}には案内端末が置かれ、質問に答えます。" for n in range(12))
LONG = (
    "案内端末は来館者の声を聞き取り、魚の名前や餌の時間を八つの言語で答え、"
    "館内の混み具合まで伝えるので、窓口の列は夏休みの間も短いままでした。"
)


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
    ],
)
def test_a_legitimate_use_is_no_placeholder(line: str) -> None:
    assert found(line, "placeholder") == []


def test_a_placeholder_in_the_front_matter_has_its_line_and_no_paragraph() -> None:
    excerpt = "[企業名]が発表しました。"
    hits = found("", "placeholder", front=f"author: 編集部\nexcerpt: {excerpt}\n", excerpt=excerpt)
    assert hits == [(excerpt, None, 4)]


def test_an_end_marker_blocks_but_not_in_code() -> None:
    assert found("終わりです。\n\n---END---", "end-marker") == [("---END---", 2, 8)]
    assert found("```\n---END---\n```\n\n印は `---END---` と書きます。", "end-marker") == []


def test_a_post_with_hardly_a_word_blocks() -> None:
    short = draft("## 見出し\n\n準備中です。")
    nothing = draft("")
    assert [(f.rule, f.quote, f.line) for f in check(short, read(short))] == [("empty-body", "準備中です。", 6)]
    assert [(f.rule, f.paragraph, f.line) for f in check(nothing, read(nothing))] == [("empty-body", None, 4)]


def test_a_short_article_that_is_whole_does_not_block() -> None:
    whole = draft(
        "市立水族館は4日、案内端末を12台に増やした。声で尋ねると魚の名前を答える。館長は「迷う人が減った」と話す。\n\n"
        "費用は年に180万円。来月は屋外の池と売店の前にも置く。"
    )
    listed = draft("\n".join(f"- 水槽{n}の端末と餌の時間と魚の名前" for n in range(6)))
    assert [f.rule for f in check(whole, read(whole))] == []
    assert [f.rule for f in check(listed, read(listed))] == ["empty-body"]


def test_a_placeholder_is_quoted_with_a_little_of_its_sentence() -> None:
    before, after = (
        "港町の水族館がこの春から館内の全部の階で使い始めた案内端末は、",
        "が八年をかけて作り、言葉を選ぶ速さが売りだと説明しています。",
    )
    [(quoted, _, _)] = found(f"短い前置きです。{before}[企業名]{after}", "placeholder")
    assert quoted == f"{before[-20:]}[企業名]{after[:20]}"


def test_a_repeated_paragraph_is_found_where_it_stands_again() -> None:
    assert found(f"{LONG}\n\n間の段落です。\n\n{LONG}", "repeated-passage") == [(LONG, 4, 10)]


def test_a_long_sentence_repeated_within_another_paragraph_is_found() -> None:
    assert found(f"{LONG}\n\n前の文です。\nまた。{LONG}", "repeated-passage") == [(LONG, 3, 9)]


def test_a_short_refrain_is_no_repeat() -> None:
    assert found("また来ます。\n\nまた来ます。", "repeated-passage") == []


def test_a_run_of_repeats_is_one_finding() -> None:
    other = LONG.replace("端末", "係員")
    assert len(found(f"{LONG}\n\n{other}\n\n間です。\n\n{LONG}\n\n{other}", "repeated-passage")) == 1


def test_an_excerpt_that_is_the_title_warns() -> None:
    title = "港町の水族館、案内AIを導入"
    front = f"excerpt: {title}。\n"
    assert found("", "excerpt-is-title", front=front, excerpt=f"{title}。") == [(f"{title}。", None, 3)]
    assert found("", "excerpt-is-title", excerpt=f"{title}した理由を館長に聞きました。") == []


def test_findings_come_worst_first_and_speak_calmly() -> None:
    post = draft(f"{LONG}\n\n{LONG}\n\n---END---\n\n{ENOUGH}")
    findings = check(post, read(post))
    assert [f.rule for f in findings] == ["end-marker", "repeated-passage"]
    assert [SEVERITIES.index(f.severity) for f in findings] == [0, 1]
    for rule in RULES:
        for said in (rule.message, rule.remedy):
            assert said.endswith(("です。", "ます。", "ません。", "ください。"))
            assert said.count("。") == 1
            assert "！" not in said
            assert "誤り" not in said
