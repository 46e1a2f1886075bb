from bot.japanese import read
from tests.japanese.drafts import draft

FACT = "市立水族館は案内AIを全館に導入し、来館者の質問に八つの言語で答える。"
AIM = "本記事では、水族館が案内AIを導入した理由と費用を解説します。"
PLAIN = "水槽の掃除は毎朝六時に始まり、餌の準備には三人が当たっている。"


def best(*sentences: str, title: str = "市立水族館、案内AIを導入") -> list[str]:
    return [s.text for s in read(draft("\n\n".join(sentences), title=title)).ranked]


def test_what_the_title_and_the_opening_announce_comes_first() -> None:
    assert best(PLAIN, AIM, PLAIN.replace("毎朝六時", "夕方"), FACT)[:2] in ([AIM, FACT], [FACT, AIM])


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
