from collections import Counter

import pytest
import yaml

from bot.domain.tags import Tag
from bot.japanese import fold, read
from bot.japanese.names import joined
from bot.japanese.spelling import spelling
from bot.japanese.tokens import tokens
from bot.japanese.vocabulary import FILE, STOPWORDS, stopwords
from tests.japanese.drafts import draft


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LLM", "大規模言語モデル"),
        ("LLM", "ｌｌｍ"),
        ("ラージランゲージモデル", "llms"),
        ("コンピューター", "コンピュータ"),
        ("GPT-4o", "gpt 4o"),
        ("NVIDIA", "エヌビディア"),
        ("AIエージェント", "AI エージェント"),
    ],
)
def test_spellings_and_aliases_are_one_tag(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Llama 4", "Llama 5"), ("C", "C++"), ("C#", "C++"), ("AI", "生成AI")])
def test_different_things_are_different_tags(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def tags(body: str, *author: str) -> dict[str, Tag]:
    return {tag.name: tag for tag in read(draft(body, tags=author)).tags}


def test_the_authors_tags_stay_and_join_through_aliases() -> None:
    found = tags("大規模言語モデルの話です。", "LLM", "大規模言語モデル", "著作権")
    assert [name for name, tag in found.items() if tag.origin == "author"] == ["LLM", "著作権"]
    assert (found["LLM"].in_text, found["著作権"].in_text) == (True, False)


def test_names_products_and_joined_nouns_are_found_in_the_text() -> None:
    found = tags("量子コンピュータとGPT-5、そしてLlama 4を比べます。GPT-5は速い。" * 4)
    assert {"量子コンピュータ", "GPT-5", "Llama 4"} <= set(found)
    assert all(tag.origin == "text" and tag.in_text and 0 < tag.score <= 1 for tag in found.values())


def test_a_post_has_at_most_twelve_tags() -> None:
    assert len(tags("。".join(f"Alpha{c}がBeta{c}を" * 4 for c in "ABCDEFGHIJKL"), "一", "二")) == 12


def test_of_two_names_where_one_holds_the_other_one_stays() -> None:
    found = tags("量子鯨が来た。量子鯨観測所が開いた。" * 5)
    assert len({"量子鯨", "量子鯨観測所"} & set(found)) <= 1


def test_everyday_words_are_no_tags() -> None:
    assert not tags("課題とメリット、スピード、意思決定、取り組み、業務改善を話す。KPIとPDCAも。" * 6)


def test_what_the_vocabulary_knows_comes_before_nouns_that_are_named_more_often() -> None:
    found = list(tags("潮位予報網の朝は早い。" * 6 + "GPT-4oとNVIDIAの話もした。"))
    assert (set(found[:2]), found[2:]) == ({"GPT-4o", "NVIDIA"}, ["潮位予報網"])


def test_a_trade_named_once_in_passing_is_no_tag_but_a_maker_of_ai_is() -> None:
    assert list(tags("製造業の話とAnthropicの話を聞いた。")) == ["Anthropic"]
    assert set(tags("# 製造業と暮らし\n\n製造業の話とAnthropicの話を聞いた。")) == {"製造業", "Anthropic"}


def test_a_noun_counts_also_where_only_ai_stands_before_it() -> None:
    assert "潮位予報" in tags("AI潮位予報を始めた。生成AI潮位予報も試す。潮位予報は当たる。" * 3)


@pytest.mark.parametrize(("title", "whole", "half"), [
    ("県のAIチャットボット", "AIチャットボット", "AIチャット"),
    ("港のオープンソース鯨", "オープンソース鯨", "ソース鯨"),
    ("AI持続可能性と潮位予報", "潮位予報", "AI持続"),
])  # fmt: skip
def test_no_join_of_a_title_is_half_a_word(title: str, whole: str, half: str) -> None:
    names = {name for name, _ in joined(tokens(title))}
    assert (whole in names, half in names) == (True, False)


def test_a_word_that_makes_no_tag_stands_once_in_its_list() -> None:
    lists = yaml.safe_load(STOPWORDS.read_text(encoding="utf-8"))
    assert {name: [w for w, n in Counter(words).items() if n > 1] for name, words in lists.items()} == {
        "ends": [], "ends_in_titles": [], "begins": [], "holds": [], "names": []
    }  # fmt: skip
    assert all(isinstance(word, str) and word for words in lists.values() for word in words)


@pytest.mark.parametrize(("name", "stops"), [
    ("業務改善", True), ("最新調査", True), ("技術的負債", True), ("KPI", True),
    ("潮位予報", False), ("AI投資", False),
])  # fmt: skip
def test_words_end_begin_fill_or_are_no_tag(name: str, stops: bool) -> None:
    assert stopwords().stop(name) is stops


def test_a_trade_and_an_institution_are_one_tag_under_all_their_names() -> None:
    assert fold("経産省") == fold("METI") == fold("経済産業省")
    assert fold("EU AI Act") == fold("ＥＵ　ＡＩ法")


def test_the_vocabulary_has_no_name_twice() -> None:
    sections = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    names = [
        (spelling(each), name)
        for groups in sections.values()
        for name, others in groups.items()
        for each in (name, *others)
    ]
    assert len({key for key, _ in names}) == len(set(names))
    assert sum(map(len, sections.values())) >= 150


def test_tags_come_by_how_much_the_text_is_about_them_not_in_the_authors_order() -> None:
    body = "NVIDIAは港の市場に端末を置いた。" * 9 + "OpenAIも見に来た。OpenAIの話も聞いた。"
    assert list(tags(body, "鯨", "OpenAI", "NVIDIA"))[:2] == ["NVIDIA", "OpenAI"]
    assert list(tags(body, "鯨", "OpenAI", "NVIDIA"))[-1] == "鯨"


def test_a_long_text_names_much_in_passing() -> None:
    filler = "港の市場では朝早くから人が働き、昼には店が閉まる。" * 220
    assert "Anthropic" not in tags(f"Anthropicの話を聞いた。{filler}")
