from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checks import check
from bot.japanese import explain_ai_score, read
from bot.japanese.tokens import tokens
from tests.japanese.drafts import draft
from tests.processor import seconds

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=300)
MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# 見出し",
            "水槽に新顔が来た。",
            "- 項目です。",
            "",
            "---",
            "```",
            "| a | b |",
            "**強い**言葉。",
            "> 引用。",
            "関連記事",
        ]
    ),
    max_size=25,
).map("\n".join)


@settings(deadline=None, max_examples=60)
@given(st.one_of(ANY_TEXT, MARKDOWN), ANY_TEXT)
def test_whatever_arrives_is_read(body: str, title: str) -> None:
    post = draft(body, title=title)
    reading = read(post)
    check(post, reading)
    assert reading == read(post)
    assert [p.number for p in reading.paragraphs] == list(range(1, len(reading.paragraphs) + 1))
    for sentence in reading.ranked:
        paragraph = reading.paragraphs[sentence.paragraph - 1].text
        assert "".join(sentence.text.split()) in "".join(paragraph.split())
    assert list(reading.summary(3)) == sorted(reading.summary(3), key=lambda s: s.place)


@settings(deadline=None, max_examples=30)
@given(MARKDOWN)
def test_a_paragraph_begins_on_its_line(body: str) -> None:
    post = draft(body)
    raw = post.raw.split("\n")
    for paragraph in read(post).paragraphs:
        first = paragraph.text.split("\n")[0]
        assert first in raw[paragraph.line - 1].replace("*", "")


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "\x00\x01本文\x00です。",
        "😀🎉",
        "ﾊﾝｶｸｶﾅ",
        "مرحبا بالعالم",
        "\ud800壊れた文字。",
        "\ufeff先頭。",
        "---\n---\n",
    ],
)
def test_odd_text_is_read_quietly(odd: str) -> None:
    assert read(draft(odd, title=odd)).minutes == 1


@pytest.mark.parametrize("unit", ["水族館の案内役に新しい仕組みが入りました。", "あ", "「"])
def test_a_megabyte_in_one_line_is_read_in_seconds(unit: str) -> None:
    post = draft(unit * (1_000_000 // len(unit.encode())))
    assert seconds(lambda: check(post, read(post))) < 20


@pytest.mark.parametrize("sign", ["[", "](", "<!--", "![", "*a", "`", "**", "〇", "（", "|", "- "])
def test_a_line_of_signs_takes_time_in_proportion(sign: str) -> None:
    post = draft(sign * 20_000)
    assert seconds(lambda: check(post, read(post))) < 2


def test_tokens_keep_their_places_across_whitespace_and_pieces() -> None:
    text = "  港の\t水族館 \n GPT-4o。" * 900
    found = tokens(text)
    assert all(text[token.start : token.end] == token.surface for token in found)
    assert "".join(token.surface for token in found) == "".join(text.split())


def test_many_threads_read_alike() -> None:
    posts = [draft(f"港の水族館に{n}台めの案内端末が来ました。" * 20) for n in range(40)]
    alone = [read(post) for post in posts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, posts)) == alone


def test_an_ai_article_is_told_from_a_market_report_and_says_why() -> None:
    ai = draft("生成AIの新しいモデルをOpenAIが公開しました。" * 5, title="OpenAI、新モデルを公開", tags=("LLM",))
    fish = draft("朝の市場には秋刀魚が並びました。値は昨日と同じです。" * 5, title="秋刀魚の水揚げ")
    assert read(ai).ai_score >= 0.5 > read(fish).ai_score
    assert [(reason.place, reason.terms) for reason in explain_ai_score(ai)][:2] == [
        ("題名", ("OpenAI",)),
        ("タグ", ("LLM",)),
    ]
