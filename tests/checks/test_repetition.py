import pytest

from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

LONG = (
    "案内端末は来館者の声を聞き取り、魚の名前や餌の時間を八つの言語で答え、"
    "館内の混み具合まで伝えるので、窓口の列は夏休みの間も短いままでした。"
)
FOOTER = "---\n\n## 関連記事\n\n- [港の博物館も端末を導入](/2026/01/02/museum/)"


def found(body: str) -> list[tuple[str, int | None, int]]:
    post = draft(body)
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == "repeated-passage"]


def test_a_repeated_paragraph_is_found_where_it_stands_again() -> None:
    assert found(f"{LONG}\n\n間の段落です。\n\n{LONG}") == [(LONG, 3, 8)]


def test_a_long_sentence_repeated_within_another_paragraph_is_found() -> None:
    assert found(f"{LONG}\n\n前の文です。\nまた。{LONG}") == [(LONG, 2, 7)]


@pytest.mark.parametrize("mark", ["- ", "3. ", "> ", "* **", "・"])
def test_a_repeat_counts_in_lists_and_quotations_too(mark: str) -> None:
    end = "**" if mark.endswith("**") else ""
    assert len(found(f"{LONG}\n\n{mark}{LONG}{end}")) == 1


def test_a_second_draft_below_the_footer_is_found_and_has_no_paragraph() -> None:
    assert found(f"{LONG}\n\n{FOOTER}\n\n---\n\n{LONG}") == [(LONG, None, 14)]


def test_a_run_of_repeats_is_one_finding_though_short_lines_lie_in_it() -> None:
    other = LONG.replace("端末", "係員")
    once = f"{LONG}\n\nまた来ます。\n\n{other}"
    assert found(f"{once}\n\n間の段落です。\n\n{once}") == [(LONG, 5, 12)]


def test_two_repeats_apart_are_two_findings() -> None:
    other = LONG.replace("端末", "係員")
    assert len(found(f"{LONG}\n\n{other}\n\n{LONG}\n\n間の段落です。\n\n{other}")) == 2


@pytest.mark.parametrize(
    "again",
    [
        "また来ます。",
        LONG.replace("八つ", "九つ"),
        f"```\n{LONG}\n```",
        f"| {LONG} |",
        f"## {LONG}",
        f"<!-- {LONG} -->",
    ],
)
def test_refrains_other_words_code_and_tables_are_no_repeats(again: str) -> None:
    assert found(f"{LONG}\n\n{again}\n\n間の段落です。\n\n{again if again == 'また来ます。' else ''}") == []


def test_a_list_of_links_that_stands_twice_is_no_repeat() -> None:
    links = "港の施設: " + " | ".join(f"[第{n}水槽の案内](/tanks/{n}/)" for n in range(9))
    assert found(f"{LONG}\n\n{links}\n\n間の段落です。\n\n{links}") == []
