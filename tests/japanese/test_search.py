from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.readings import Paragraph
from bot.errors import WrongUse
from bot.japanese import read
from bot.japanese.search import (
    Passage,
    Query,
    folded_words,
    nearer,
    parse_query,
    passage,
    spellings,
    worth,
)
from tests.japanese.drafts import draft


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GPT-4o", ["gpt", "4", "o"]),
        ("gpt4o", ["gpt", "4", "o"]),
        ("ＧＰＴ　４ｏ", ["gpt", "4", "o"]),
        ("C++とC#", ["c++", "と", "c#"]),
        ("Llama 4", ["llama", "4"]),
        ("量子コンピューター", ["量子", "コンピュータ"]),
        ("ﾃﾞｰﾀ、“引用”。", ["データ", "引用"]),
        ("!?「」", []),
    ],
)
def test_text_is_folded_to_words(text: str, words: list[str]) -> None:
    assert folded_words(text) == words


@given(st.text(max_size=80))
def test_words_can_be_stored_as_they_are(text: str) -> None:
    for word in folded_words(text):
        assert 0 < len(word) <= 64
        assert not set(word) & set(" \t\n\"'　")


def test_the_index_and_a_query_spell_alike() -> None:
    body = f" {read(draft('新しいＧＰＴ‐４ｏとサーバー、C++を試す。')).search.body} "
    for typed in ("gpt4o", "サーバ", "c++", "ｻｰﾊﾞｰ"):
        (phrase,) = parse_query(typed).phrases
        assert f" {' '.join(phrase)} " in body


def test_katakana_is_cut_alike_whatever_stands_around_it() -> None:
    alone = folded_words("レジリエンス")
    for text in ("レジリエンス", "組織のレジリエンスを高める", "AIレジリエンスとは"):
        assert f" {' '.join(alone)} " in f" {' '.join(folded_words(text))} "


@pytest.mark.parametrize(
    ("phrase", "alike"),
    [
        (("量子",), [("量子",)]),
        (("gpt", "4", "o"), [("gpt", "4", "o")]),
        (("業", "界", "ai"), [("業", "界", "ai"), ("業界", "ai")]),
        (tuple("一二三四五"), [tuple("一二三四五")]),
    ],
)
def test_a_phrase_is_also_looked_for_as_it_may_have_been_cut(
    phrase: tuple[str, ...], alike: list[tuple[str, ...]]
) -> None:
    assert list(spellings(phrase)) == alike


@pytest.mark.parametrize(
    ("typed", "usual"),
    [("アンソロピック", "Anthropic"), ("エヌビディア", "NVIDIA"), ("クロード", "Claude"), ("クロード4", "Claude 4")],
)
def test_a_name_is_also_looked_for_under_its_other_names(typed: str, usual: str) -> None:
    [phrase] = parse_query(typed).phrases
    assert tuple(folded_words(usual)) in spellings(phrase)
    text = f"きのう{usual}が話題になった。"
    found = passage([Paragraph(text, 1, 1)], parse_query(typed))
    assert [found.text[start:end] for start, end in found.matches] == [usual]
    assert worth(1.0, usual, timedelta(0), parse_query(typed)) == worth(
        1.0, usual, timedelta(0), parse_query(f'"{usual}"')
    )


def test_a_miss_is_loosened_step_by_step() -> None:
    steps = list(nearer(parse_query('"規制の量子" GPT-4o')))
    assert [(step.phrases, step.begun, every) for step, every in steps] == [
        ((("規制",), ("量子",), ("gpt", "4", "o")), False, True),
        ((("規制", "の", "量子"), ("gpt", "4", "o"), ("規制",), ("量子",)), False, False),
        ((("規制",), ("量子",), ("gpt", "4", "o")), True, False),
    ]


def test_the_worth_of_a_hit_grows_with_its_title_and_fades_gently_with_age() -> None:
    query, year = parse_query("量子 規制"), timedelta(days=365.25)
    assert worth(1.0, "港の話", timedelta(), query) == 1.0
    assert worth(1.0, "量子の話", timedelta(), query) == pytest.approx(1.5 * 1.5)
    assert worth(2.0, "量子規制", timedelta(days=-3), query) == pytest.approx(8.0)
    assert worth(1.0, "港の話", year, query) == pytest.approx(0.9)
    assert worth(1.0, "港の話", 9 * year, query) == worth(1.0, "港の話", 5 * year, query)


def test_words_quotes_and_filters_are_told_apart() -> None:
    typed = '量子　「案内 AI」 タグ：LLM tag:"生成 AI" 著者:編集部 媒体:本紙 状態:レビュー中 期間:2025-12'
    assert parse_query(typed) == Query(
        phrases=(("量子",), ("案内", "ai")),
        tags=("LLM", "生成 AI"),
        authors=("編集部",),
        sources=("本紙",),
        states=("レビュー中",),
        period=(date(2025, 12, 1), date(2025, 12, 31)),
        words="量子 「案内 AI」",
    )


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2025", (date(2025, 1, 1), date(2025, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2025-12-01", (date(2025, 12, 1), date(2025, 12, 1))),
        ("2025-12-01..2025-12-31", (date(2025, 12, 1), date(2025, 12, 31))),
        ("2025-12..", (date(2025, 12, 1), date.max)),
        ("..", (date.min, date.max)),
        ("9999-12", (date(9999, 12, 1), date.max)),
    ],
)
def test_periods_are_days_from_to(typed: str, period: tuple[date, date]) -> None:
    assert parse_query(f"期間:{typed}").period == period


@pytest.mark.parametrize("typed", ["期間:きのう", "期間:2025-13", "期間:2025-12-01..2025-11-01", "タグ: LLM"])
def test_a_filter_that_cannot_be_read_says_how_it_is_written(typed: str) -> None:
    with pytest.raises(WrongUse, match="2025-12"):
        parse_query(typed)


@given(st.text(alphabet='量AI:タグ期間「」"“” 　。0', max_size=30))
def test_a_search_is_read_or_refused_in_words(typed: str) -> None:
    with suppress(WrongUse):
        parse_query(typed)


def test_the_passage_holds_the_most_words_and_marks_them() -> None:
    paragraphs = [
        Paragraph("量子の話題です。", 1, 4),
        Paragraph("前置き。" * 40 + "量子計算機とGPT-4oを並べて試しました。" + "後書き。" * 40, 2, 6),
    ]
    found = passage(paragraphs, parse_query("量子 gpt4o"))
    assert found.paragraph == 2
    assert [found.text[start:end] for start, end in found.matches] == ["量子", "GPT-4o"]
    assert found.text[0] == found.text[-1] == "…"
    assert len(found.text) <= 122


def test_words_that_stand_far_apart_are_shown_in_pieces() -> None:
    paragraphs = [
        Paragraph("前置きがある。" * 20 + "量子の話。" + "続きがある。" * 40, 1, 1),
        Paragraph("前置きがある。" * 20 + "暗号の話と規制の話。" + "続きがある。" * 40, 2, 3),
    ]
    found = passage(paragraphs, parse_query("規制 暗号 量子"))
    assert [found.text[start:end] for start, end in found.matches] == ["量子", "暗号", "規制"]
    assert (found.paragraph, found.text.count(" … "), found.text[0], found.text[-1]) == (1, 1, "…", "…")
    assert len(found.text) <= 2 * 48 + 5


def test_a_word_within_another_counts_as_shown_and_is_marked_once() -> None:
    found = passage([Paragraph("量子暗号の話。" + "続き。" * 90 + "量子の話。", 1, 1)], parse_query("量子暗号 量子"))
    assert (found.matches, " … " in found.text) == (((0, 4),), False)


@given(
    st.lists(st.text(alphabet="量子暗号AI規制。 、\nー", max_size=200), max_size=4),
    st.text(alphabet="量子暗号AI規制 ", max_size=12),
)
def test_every_match_of_a_passage_is_a_place_in_its_text(texts: list[str], typed: str) -> None:
    found = passage([Paragraph(text, n, n) for n, text in enumerate(texts, 1)], parse_query(typed))
    ends = [0, *(place for match in found.matches for place in match)]
    assert ends == sorted(ends)
    assert all(found.text[start:end].strip() for start, end in found.matches)
    assert ends[-1] <= len(found.text) <= 4 * 48 + 11


def test_a_latin_word_is_not_marked_within_another() -> None:
    found = passage([Paragraph("AIRとAIは別です。", 1, 1)], parse_query("ai"))
    assert found.matches == ((4, 6),)


def test_a_post_without_the_words_shows_its_beginning() -> None:
    assert passage([Paragraph("始まりです。", 1, 1)], parse_query("量子")) == Passage("始まりです。", (), 1)
    assert passage([], parse_query("量子")) == Passage("", (), None)
