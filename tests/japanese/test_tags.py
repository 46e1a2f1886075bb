import pytest

from bot.japanese import fold, read
from bot.readings import Tag
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
    assert len(tags("。".join(f"Alpha{c}社のBeta{c}" * 4 for c in "ABCDEFGHIJKL"), "一", "二")) == 12
