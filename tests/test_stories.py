from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.japanese import read
from bot.stories import THRESHOLD, Member, Story, closeness, join, lead
from tests.japanese.drafts import draft

DAY = datetime(2026, 2, 1, tzinfo=UTC)


def member(post_id: int, title: str, body: str, days: float = 0) -> Member:
    post = draft(body, title=title)
    return Member(post_id, title, DAY + timedelta(days=days), read(post).terms, 0, len(body))


LLAMA_4 = member(1, "MetaがLlama 4を公開", "MetaはLlama 4を公開しました。Llama 4は1000万トークンを読みます。" * 3)
LLAMA_4_AGAIN = member(
    2, "読み込み長1000万、Llama 4の実力", "Llama 4をMetaが出しました。1000万トークンの文脈が売りです。" * 3, 1
)
LLAMA_5 = member(3, "MetaがLlama 5を公開", "MetaはLlama 5を公開しました。Llama 5は画像も読みます。" * 3, 1)
FISH = member(4, "港の水族館に案内AI", "市立水族館は案内AIを導入し、八言語で質問に答えます。" * 3)


def test_the_same_news_in_other_words_joins_its_story() -> None:
    assert join(LLAMA_4_AGAIN, [Story(7, (FISH,)), Story(8, (LLAMA_4,))]) == 8


def test_another_version_is_another_story() -> None:
    assert closeness(LLAMA_4, LLAMA_5) < THRESHOLD
    assert join(LLAMA_5, [Story(8, (LLAMA_4,))]) is None


def test_other_news_begins_its_own_story() -> None:
    assert join(FISH, [Story(8, (LLAMA_4, LLAMA_4_AGAIN))]) is None
    assert join(FISH, []) is None


def test_old_news_is_not_joined() -> None:
    later = replace(LLAMA_4_AGAIN, at=DAY + timedelta(days=15))
    assert join(later, [Story(8, (LLAMA_4,))]) is None


def test_closeness_is_even_and_full_for_the_same_post() -> None:
    assert closeness(LLAMA_4, LLAMA_4) == pytest.approx(1)
    assert closeness(LLAMA_4, LLAMA_4_AGAIN) == closeness(LLAMA_4_AGAIN, LLAMA_4)
    assert closeness(replace(LLAMA_4, terms=()), LLAMA_4) == 0


def test_the_lead_is_clean_then_complete_then_early() -> None:
    clean = replace(LLAMA_4, post_id=5, findings=0, characters=900)
    flawed = replace(clean, post_id=6, findings=2, characters=9000)
    longer = replace(clean, post_id=7, characters=1200)
    later = replace(longer, post_id=8, at=DAY + timedelta(days=1))
    assert lead([flawed, clean]) == clean
    assert lead([clean, later, longer]) == longer
