"""Questions outside the slash commands."""

from typing import Any

import pytest

from bot.desk.lookup import question
from bot.fake_slack import BOT_USER, SlackMessage
from handlers.messages import help, lookup, modal
from tests.conftest import ANNA, NEWS, Office
from tests.handlers.articles import on_sqlite


def in_front(office: Office) -> dict[str, Any]:
    """The modal ANNA looks at, without what Slack adds."""
    view = office.slack.modal(ANNA)
    assert view is not None
    bare = [{key: value for key, value in block.items() if key != "block_id"} for block in view["blocks"]]
    return {"title": view["title"], "blocks": bare}


def searching(office: Office, words: str, at: int = 0) -> dict[str, Any]:
    made = modal.find(lookup.hits(office.newsroom.desk.lookup.search(words, at), office.newsroom.desk.zone))
    bare = [{key: value for key, value in block.items() if key != "block_id"} for block in made["blocks"]]
    return {"title": made["title"], "blocks": bare}


def searches(office: Office, words: str) -> None:
    office.slack.shortcut(ANNA, "find_posts")
    office.slack.submit(ANNA, office.slack.modal(ANNA) or {}, {"find_posts": words})


def answers(office: Office) -> list[SlackMessage]:
    return [m for m in office.slack.messages(NEWS) if m.ephemeral_to == ANNA]


@on_sqlite
def test_the_shortcut_searches_in_its_own_modal_and_again(office: Office) -> None:
    searches(office, "　量子 ")
    assert in_front(office) == searching(office, "量子")
    office.slack.submit(ANNA, office.slack.modal(ANNA) or {}, {"find_posts": "自治体"})
    assert in_front(office) == searching(office, "自治体")
    assert len(office.slack.calls_of("views.open")) == 1


@on_sqlite
def test_pages_turn_beneath_the_words(office: Office) -> None:
    searches(office, "AI")
    office.slack.press(ANNA, office.slack.modal(ANNA) or {}, "次へ")
    assert in_front(office) == searching(office, "AI", 5)


@on_sqlite
def test_a_filter_that_cannot_be_read_is_explained_in_the_modal(office: Office) -> None:
    searches(office, "期間:昨日")
    said = in_front(office)["blocks"][1]["text"]["text"]
    assert "期間" in said
    assert office.slack.modal(ANNA) is not None


@on_sqlite
@pytest.mark.parametrize("asked", ["量子について教えてください。", "量子", "量子 の記事はありますか？"])
def test_a_mention_with_a_question_is_answered_like_a_search(office: Office, asked: str) -> None:
    office.slack.say(ANNA, NEWS, f"<@{BOT_USER}> {asked}")
    (answer,) = answers(office)
    expected = lookup.hits(office.newsroom.desk.lookup.search("量子"), office.newsroom.desk.zone)
    assert {"text": answer.text, "blocks": answer.blocks} == expected


@on_sqlite
def test_a_mention_in_a_thread_is_answered_there_and_one_without_words_says_how_to_ask(office: Office) -> None:
    office.slack.say(ANNA, NEWS, "これ何だっけ")
    thread = office.slack.said.ts
    office.slack.say(ANNA, NEWS, f"<@{BOT_USER}>", thread_ts=thread)
    (answer,) = answers(office)
    assert (answer.thread_ts, answer.text) == (thread, help.command_help("/search")["text"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("量子計算について教えてください。", "量子計算"),
        ("生成AIの規制に関する記事を探して", "生成AIの規制"),
        ("LLM の記事はありますか？", "LLM"),
        ("桜川県の指針って何ですか", "桜川県の指針"),
        ("昨日のニュースを見せて！", "昨日"),
        ("AIニュース", "AIニュース"),
        ("きのこ", "きのこ"),
        ("タグ:LLM 量子", "タグ:LLM 量子"),
        ("教えて", ""),
    ],
)
def test_what_is_asked_politely_is_searched_for_in_words(said: str, words: str) -> None:
    assert question(said) == words
