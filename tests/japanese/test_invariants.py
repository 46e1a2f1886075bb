"""What holds for every text whatever: sentences are the article's own, paragraphs stay in their places, nothing breaks
and nothing takes for ever."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checks import check
from bot.domain.posts import Draft
from bot.japanese import read
from bot.japanese.article import article
from bot.japanese.markdown import cleaned, visible_lines
from tests.japanese.drafts import draft
from tests.processor import seconds

MEGABYTE = 1_000_000
ODD = (
    "😀🎉", "👨‍👩‍👧‍👦", "👍🏽", "🇯🇵", "❤️", "ｱｲｳｶﾞﾊﾟｰ｡｢ﾆﾎﾝ｣", "ＡＩ１２", "か\u3099き\u309a", "é̀̂", "ſ", "ß", "İ", "ﷺ",
    "𠮷野家", "שלום עולם", "مرحبا", "\u202eאב\u202c", "\u200f", "\u200b", "\ufeff", "\ud800", "\x00", "\x1b[0m", "\x85",
    "\u2028",
)  # fmt: skip
MARKDOWN = (
    "水槽に新顔が来た。", "館長は「よく食べる。毎朝だ」と話す。", "費用は3億円だった！", "本当か？", "（注: 編集部）",
    "GPT-4oとC++を試す。", "**「重要」**な", "*強く*", "[案内](https://a.example/x_(1))", "![図](a.png)", "`code`",
    "<b>太字</b>", "&amp;", "{% raw %}", "{:.lead}", "\\*", "[^1]", "https://a.example/?q=1!", "-->", "、", "。", "「",
    "」", " ", "\u3000",
)  # fmt: skip
PIECES = st.one_of(st.sampled_from([*ODD, *MARKDOWN]), st.text(alphabet=st.characters(codec=None), max_size=8))
LINES = st.lists(PIECES, max_size=8).map("".join)
STARTS = st.sampled_from(
    ["", "", "", "# ", "## ", "- ", "1. ", "> ", "|", "    ", "```", "---", "<!-- ", "目次", "関連記事"]
)
BODIES = st.lists(st.tuples(STARTS, LINES).map("".join), max_size=12).map("\n".join)
PROSE = st.lists(st.text(alphabet="水族館AI9ｱ。！？「」、😀ש", min_size=1, max_size=60), max_size=6).map("\n\n".join)


@settings(deadline=None, max_examples=200)
@given(BODIES)
def test_sentences_are_the_articles_own_words_in_its_order(body: str) -> None:
    whole = article(draft(body))
    # a newline that only wraps a line is in no sentence, so that both are compared without blanks
    paragraphs = ["".join(paragraph.text.split()) for paragraph in whole.page.paragraphs]
    sentences = [sentence for sentence, _ in whole.sentences]
    assert [sentence.place for sentence in sentences] == list(range(len(sentences)))
    at, number = 0, 1
    for sentence in sentences:
        if sentence.paragraph != number:
            assert sentence.paragraph > number
            at, number = 0, sentence.paragraph
        own = "".join(sentence.text.split())
        assert own
        assert paragraphs[number - 1][at : at + len(own)] == own
        at += len(own)


@settings(deadline=None, max_examples=100)
@given(BODIES, st.integers(1, 12), st.integers(0, 400))
def test_a_summary_is_sentences_of_the_article_in_its_order(body: str, count: int, characters: int) -> None:
    post = draft(body)
    reading = read(post)
    own = {sentence for sentence, _ in article(post).sentences}
    for summary in (reading.summary(count), reading.summary(characters=characters)):
        assert set(summary) <= own
        assert list(summary) == sorted(summary, key=lambda s: s.place)
        assert len({s.place for s in summary}) == len(summary)
    assert len(reading.summary(count)) <= count
    assert sum(len(s.text) for s in reading.summary(characters=characters)) <= characters


@settings(deadline=None, max_examples=200)
@given(BODIES)
def test_paragraphs_are_numbered_and_stand_where_they_say(body: str) -> None:
    post = draft(body)
    seen = dict(visible_lines(post.body, post.body_line))  # comments and code are blank lines there
    paragraphs = article(post).page.paragraphs
    assert [p.number for p in paragraphs] == list(range(1, len(paragraphs) + 1))
    places = [p.line for p in paragraphs]
    assert places == sorted(set(places))
    for paragraph in paragraphs:
        for offset, text in enumerate(paragraph.text.split("\n")):
            raw = seen[paragraph.line + offset]
            assert text in cleaned(raw) or text in cleaned(raw.lstrip().lstrip("> "))
    for sentence, _ in article(post).sentences:
        assert sentence.line in seen
        assert paragraphs[sentence.paragraph - 1].line <= sentence.line


@settings(deadline=None, max_examples=100)
@given(BODIES)
def test_what_is_hidden_leaves_its_lines_behind(body: str) -> None:
    assert len(list(visible_lines(body, 1))) == len(re.split("\r\n|\r|\n", body))


@settings(deadline=None, max_examples=60)
@given(BODIES)
def test_reading_twice_gives_the_same(body: str) -> None:
    post = draft(body)
    reading = read(post)
    assert read(post) == reading
    assert check(post, reading) == check(post, read(post))


@settings(deadline=None, max_examples=100)
@given(PROSE)
def test_cleaned_prose_is_clean(body: str) -> None:
    once = [p.text for p in article(draft(body, title="別の題")).page.paragraphs]
    again = [p.text for p in article(draft("\n\n".join(once), title="別の題")).page.paragraphs]
    assert again == once


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_odd_letters_break_nothing_and_stay_as_they_are(odd: str) -> None:
    text = f"水槽に{odd}が来た。館長は{odd}と話した。"
    reading = read(draft(text, title=f"港の{odd}", tags=(odd, "水族館")))
    check(draft(text), reading)
    kept = "".join(p.text for p in reading.paragraphs)
    assert kept == text
    for sentence in reading.ranked:
        assert sentence.text in kept


# ---- time
PROSE_UNIT = "水槽に新顔が来た。館長は「よく食べる」と話す。"


def cost(post: Draft) -> float:
    """The processor seconds that it takes to read and check a post."""
    return seconds(lambda: check(post, read(post)))


@pytest.mark.parametrize("unit", [PROSE_UNIT, "あ", "a", "😀", "「"], ids=["prose", "kana", "latin", "emoji", "quotes"])
def test_a_megabyte_in_one_line_is_read(unit: str) -> None:
    body = unit * (MEGABYTE // len(unit.encode()))
    post = draft(body)
    assert cost(post) < 60
    assert "".join(p.text for p in read(draft(body[:20_000])).paragraphs) == body[:20_000]


@pytest.mark.parametrize(
    "line",
    [
        "[", "![", "[a](", "(", "[^", "{%", "{:", "<", "<a", "<!--", "**", "*a ", "__a", "`", "~~", "\\", "|a", "http://a",
        "&", "「あ。", "！", "ア", "ｶﾞ", "שלום ", "\u202e", "か\u3099", "7", "1.5", "AI", "GPT-4o ", "👨‍👩‍👧",
        "- ", "> ", "=", "#", "\u3000",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "## a"], ids=["line", "heading"])
def test_no_line_takes_time_that_grows_with_its_square(line: str, before: str) -> None:
    assert cost(draft(f"{before}{line * (100_000 // len(line.encode()))}b")) < 6
