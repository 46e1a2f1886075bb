from bot.japanese import read
from tests.japanese.drafts import draft


def texts(body: str) -> list[tuple[int, str]]:
    return [(p.line, p.text) for p in read(draft(body)).paragraphs]


def test_paragraphs_know_their_line_in_the_raw_file() -> None:
    assert texts("\n一つめの段落です。\n\n## 見出し\n\n二つめです。\n同じ段落の行です。\n") == [
        (5, "一つめの段落です。"),
        (9, "二つめです。\n同じ段落の行です。"),
    ]


def test_the_title_repeated_is_not_the_article() -> None:
    assert texts("# 港町の水族館、案内AIを導入\n\n館長が発表しました。") == [(6, "館長が発表しました。")]
    assert texts("港町の水族館が案内AIを導入へ\n\n館長が発表しました。") == [(6, "館長が発表しました。")]


def test_code_comments_and_diagrams_are_not_the_article() -> None:
    body = (
        "```python\nprint('読まない。')\n```\n<!-- 下書きのメモ。\n二行め。 -->\n```mermaid\ngraph\n```\n本文です。\n"
    )
    assert texts(body) == [(12, "本文です。")]


def test_an_unclosed_fence_hides_nothing() -> None:
    assert texts("```\n閉じ忘れても本文は読みます。") == [(5, "閉じ忘れても本文は読みます。")]


def test_everything_below_the_related_posts_is_left_out() -> None:
    body = "本文です。\n\n---\n\n## 関連記事\n\n- [別の記事](/a/)\n\n## ご相談はこちら\n\nお気軽にどうぞ。\n"
    assert texts(body) == [(4, "本文です。")]


def test_text_appended_below_a_footer_is_still_the_article() -> None:
    more = "水槽の前で案内役の端末が質問に答えます。" * 40
    assert [line for line, _ in texts(f"本文です。\n\n## 関連記事\n\n- [別の記事](/a/)\n\n## 続報\n\n{more}\n")] == [
        4,
        12,
    ]


def test_a_sales_section_is_left_out() -> None:
    sale = "よく売れている本です。\n\n[見る](https://www.amazon.co.jp/dp/1/?tag=x-22)"
    body = f"本文です。\n\n## 書店から\n\n{sale}\n\n## 次の話題\n\n続きです。"
    assert texts(body) == [(4, "本文です。"), (14, "続きです。")]


def test_list_items_are_paragraphs_and_link_lists_are_not() -> None:
    assert texts("- 入館の待ち時間が減りました。\n- [出典](https://example.org)\n1. 案内の人手を夜に回せます。") == [
        (4, "入館の待ち時間が減りました。"),
        (6, "案内の人手を夜に回せます。"),
    ]


def test_marks_links_and_images_are_read_as_a_reader_sees_them() -> None:
    body = "![図](a.png)これは**「重要」**な[発表](https://example.org/a_(b))です[^1]。`code`と*強調*。"
    assert texts(body) == [(4, "これは「重要」な発表です。codeと強調。")]


def test_a_rule_directly_below_a_paragraph_makes_no_heading_of_it() -> None:
    assert texts("最後の段落です。\n---\n") == [(4, "最後の段落です。")]


def test_table_rows_are_searched_but_are_no_paragraphs() -> None:
    reading = read(draft("| 水槽 | 端末 |\n|---|---|\n| 回遊魚 | 三台 |\n"))
    assert reading.paragraphs == ()
    assert "回遊 魚" in reading.search.body
