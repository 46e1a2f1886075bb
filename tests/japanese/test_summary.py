import pytest

from bot.desk import analysis
from bot.japanese import explain_summary, read
from bot.japanese.sentence_traits import TRAITS
from bot.japanese.summary import weights
from tests.japanese.drafts import draft

FACT = "市立水族館は案内AIを全館に導入し、来館者の質問に八つの言語で答える。"
AIM = "本記事では、水族館が案内AIを導入した理由と費用を解説します。"
PLAIN = "水槽の掃除は毎朝六時に始まり、餌の準備には三人が当たっている。"


def best(*sentences: str, title: str = "市立水族館、案内AIを導入") -> list[str]:
    return [s.text for s in read(draft("\n\n".join(sentences), title=title)).ranked]


def test_a_fact_is_shown_and_what_only_announces_the_article_is_not() -> None:
    shown = best(PLAIN, AIM, PLAIN.replace("毎朝六時", "夕方"), FACT)
    assert shown[0] == FACT
    assert AIM not in shown


def test_a_greeting_is_no_summary() -> None:
    greeting = "皆さん、こんにちは、水族館の案内AIが導入されて私は驚いています。"
    assert best(greeting, FACT, PLAIN)[0] == FACT


def test_a_question_to_the_reader_is_no_summary() -> None:
    question = "市立水族館の案内AIは、来館者の質問にどう答えるのでしょうか。"
    assert best(question, FACT, PLAIN)[0] == FACT


def test_nothing_is_said_twice() -> None:
    again = FACT.replace("全館", "館内の全域")
    assert len({FACT, again} & set(best(FACT, again, PLAIN))) == 1


def test_the_title_is_no_summary_of_itself() -> None:
    assert "市立水族館、案内AIを導入しました。" not in best("市立水族館、案内AIを導入しました。" + FACT, PLAIN)


def test_only_whole_sentences_of_prose_are_chosen() -> None:
    assert best("市立水族館の案内AIの導入について", "## 市立水族館の案内AI", FACT) == [FACT]


def test_a_post_too_short_has_no_summary() -> None:
    assert best("準備中です。") == []


def test_neither_excerpt_nor_description_is_read() -> None:
    bare = draft(f"{PLAIN}\n\n{FACT}")
    told = draft(f"{PLAIN}\n\n{FACT}", excerpt=PLAIN, description=PLAIN)
    assert read(bare).ranked == read(told).ranked


def test_a_sentence_that_points_back_loses_to_one_that_stands_alone() -> None:
    pointing = "しかし、" + FACT.replace("全館", "分館")
    assert best(PLAIN, pointing, FACT)[0] == FACT


def test_a_call_to_the_reader_is_no_summary() -> None:
    call = "市立水族館の案内AIの導入について、まずはお問い合わせください。"
    assert best(call, FACT, PLAIN)[0] == FACT


def test_what_only_may_be_loses_to_a_fact() -> None:
    guess = "市立水族館が導入した案内AIは、来館者の質問に答えるだけではないのかもしれません。"
    assert best(guess, FACT, PLAIN)[0] == FACT


HELLO = "皆さん、こんにちは。"
COST = "市立水族館によると、案内AIの費用は2026年度に1,200万円で、来館者は前の年より8%増えた。"


@pytest.mark.parametrize(
    "never",
    [
        "案内AIの費用：市立水族館によると、2026年度は1,200万円である。",
        "案内AIの費用はどこから 市立水族館によると、2026年度は1,200万円である。",
        "市立水族館が2026年度に1,200万円で案内AIを導入したという話。",
        "市立水族館が2026年度に払う1,200万円は高いのでしょうか？",
        "市立水族館が1,200万円で導入した案内AIを、皆さんも2026年に試せる。",
        "市立水族館が1,200万円で導入した案内AIを、私は2026年に試した。",
        "市立水族館が1,200万円で導入した案内AIを、2026年にぜひ試してください。",
        "市立水族館は2026年度に[金額]で案内AIを導入し、来館者は8%増えた。",
        "ご指定の構成に沿って、市立水族館の2026年度の費用1,200万円をまとめた。",
        "市立水族館が2026年度に1,200万円で導入した案内AIの",
    ],
)
def test_what_no_digest_may_show_is_no_candidate(never: str) -> None:
    scored = explain_summary(draft(f"{never}\n\n{COST}", title="市立水族館、案内AIを導入"))
    assert [each.sentence.text for each in scored] == [COST]


def test_one_good_sentence_stands_alone() -> None:
    assert best(HELLO, COST, PLAIN) == [COST]


def test_a_sentence_that_needs_the_one_before_it_comes_after_it() -> None:
    needs = "彼らは2027年度に1,500万円をかけ、案内AIを八つの分館に導入する計画を発表した。"
    assert best(HELLO, COST + needs)[:2] == [COST, needs]
    assert best(HELLO, PLAIN + needs, COST) == [COST]


def test_of_an_article_that_talks_and_says_nothing_at_most_one_sentence_is_shown() -> None:
    talk = [
        "水族館の案内AIは、これからの時代を大きく変えていく可能性を秘めている。",
        PLAIN,
        "海の生きものの未来は明るい。",
    ]
    assert len(best(HELLO, *talk)) <= 1


def test_a_news_flash_begins_with_its_news() -> None:
    flash = [
        "港町の市立水族館は1日、案内AIを全館に導入したと発表した。",
        "開発したのは地元の情報会社で、費用は1,200万円。",
        "館長は会見で、休日の待ち時間を三割減らしたいと述べた。",
    ]
    assert best("".join(flash))[0] == flash[0]


def test_sentences_of_wrapped_lines_are_whole() -> None:
    wrapped = "市立水族館によると、案内AIの費用は2026年度に\n1,200万円で、来館者は前の年より8%増えた。"
    assert best(wrapped) == [COST]


def test_a_sentence_that_a_blocking_finding_quotes_is_not_shown() -> None:
    hole = "〇〇水族館によると、案内AIの費用は2026年度に1,200万円で、来館者は前の年より8%増えた。"
    reading = analysis.read(draft(f"{FACT}\n\n{hole}\n\n{PLAIN}"))
    assert any(f.severity == "block" and f.quote in hole for f in reading.findings)
    assert hole not in [s.text for s in reading.ranked]


def test_every_candidate_has_its_score_and_reasons() -> None:
    scored = explain_summary(draft(f"{PLAIN}\n\n{COST}"))
    assert [each.sentence.text for each in scored] == [COST, PLAIN]
    assert [each.score for each in scored] == sorted((each.score for each in scored), reverse=True)
    assert tuple(name for name, adds in scored[0].reasons if name in ("金額・割合・数量", "出どころ") and adds > 0) == (
        "金額・割合・数量",
        "出どころ",
    )


def test_every_trait_has_its_weight() -> None:
    assert list(weights().traits) == list(TRAITS)
