from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.japanese import explain_ai_score, read
from bot.japanese.topic import ai_score
from bot.sources import jekyll
from tests.conftest import SAMPLES
from tests.japanese.drafts import draft
from tests.japanese.not_ai import NOT_AI, SAYS_IT_ONCE

NOW = datetime(2026, 2, 1, tzinfo=UTC)
NO_AI_NEWS = {"2026-01-24-1-henshubu-iten.md", "2026-01-31-6-ekimae-toshokan.md"}
POSTS = sorted((SAMPLES / "_posts").glob("*.md"))


def sample_score(file: Path) -> float:
    found = jekyll.parse(file.read_bytes(), file.name, NOW, jekyll.site(file, UTC))
    assert found
    return read(found).ai_score


@pytest.mark.parametrize("file", POSTS, ids=lambda path: path.stem)
def test_every_sample_is_told_for_what_it_is(file: Path) -> None:
    assert (sample_score(file) >= 0.5) == (file.name not in NO_AI_NEWS)


def test_of_other_news_95_percent_is_no_ai_article() -> None:
    scores = {title: read(draft(body, title=title, tags=tags)).ai_score for title, body, tags in NOT_AI}
    assert len(scores) == len(NOT_AI) >= 105
    wrong = {title: score for title, score in scores.items() if score >= 0.5}
    right = 1 - len(wrong) / len(scores)
    assert right >= 0.95, f"{right:.1%} of {len(scores)} are no AI articles; taken for one: {wrong}"


def test_a_word_of_the_trade_in_passing_makes_no_ai_article() -> None:
    assert len(SAYS_IT_ONCE) >= 20
    reasons = {title: explain_ai_score(draft(body, title=title, tags=tags)) for title, body, tags in SAYS_IT_ONCE}
    silent = [title for title, why in reasons.items() if not ai_score(why)]
    assert not silent, f"no word of the trade is found in {silent}"
    wrong = {title: ai_score(why) for title, why in reasons.items() if ai_score(why) >= 0.5}
    right = 1 - len(wrong) / len(reasons)
    assert right >= 0.95, f"{right:.1%} of {len(reasons)} are no AI articles; taken for one: {wrong}"


def test_of_ai_articles_95_percent_are_told_for_it() -> None:
    scores = {file.stem: sample_score(file) for file in POSTS if file.name not in NO_AI_NEWS}
    assert len(scores) == 26
    wrong = {name: score for name, score in scores.items() if score < 0.5}
    right = 1 - len(wrong) / len(scores)
    assert right >= 0.95, f"{right:.1%} of {len(scores)} are AI articles; not taken for one: {wrong}"


def test_the_score_is_the_sum_of_its_reasons() -> None:
    post = draft(NOT_AI[-1][1], title=NOT_AI[-1][0], tags=("文学",))
    reasons = explain_ai_score(post)
    assert [(reason.place, reason.terms, reason.score) for reason in reasons] == [
        ("題名", (), 0.0),
        ("タグ", (), 0.0),
        ("分類", (), 0.0),
        ("本文", ("AI",), 0.2),
    ]
    assert read(post).ai_score == ai_score(reasons) == 0.2


def weights(title: str, body: str) -> dict[str, float]:
    return dict(read(draft(body, title=title)).terms)


def test_a_name_weighs_more_than_another_noun_of_the_same_headline() -> None:
    found = weights("藤波製作所、検品カメラを発売", "検品カメラ「みはり3」を藤波製作所が発売した。工場で使う。")
    assert found["藤波製作所"] > found["検品カメラ"]
    assert found["みはり3"] > found["検品カメラ"] / 2


def test_a_word_of_the_trade_weighs_little() -> None:
    found = weights("湊ソフト、LLMを公開", "湊ソフトはLLMを公開した。LLMを使う会社は無償で試せる。")
    assert found["湊ソフト"] > found["llm"]


def test_a_single_everyday_word_in_quotes_is_no_name() -> None:
    found = weights("工場の検品を見る", "現場では「エージェント」と「みはり3」を試す。")
    assert found["みはり3"] > found["エジェント"]
