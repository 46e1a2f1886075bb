import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.checks import check
from bot.japanese import read
from bot.posts import Draft
from bot.sources import jekyll
from bot.stories import THRESHOLD, Member, Story, Window, closeness, join, lead
from tests.conftest import SAMPLES
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


def samples() -> list[Member]:
    """The sample newsroom's posts as members, in the order of their files."""
    site = jekyll.site(SAMPLES, UTC)
    found: list[Member] = []
    for file in jekyll.posts(SAMPLES):
        post = jekyll.parse(file.read_bytes(), file.name, DAY, site)
        assert post
        found.append(of(len(found) + 1, file.stem[:12], post.published_at, post))
    return found


def of(number: int, name: str, at: datetime, post: Draft) -> Member:
    reading = read(post)
    length = sum(len(paragraph.text) for paragraph in reading.paragraphs)
    return Member(number, name, at, reading.terms, len(check(post, reading)), length)


def grouped(members: list[Member]) -> list[list[str]]:
    """The titles of each story's members, taken in one after another; stories of one post are left out."""
    stories: list[Story] = []
    for each in members:
        number = join(each, stories)
        if number is None:
            stories.append(Story(each.post_id, (each,)))
        else:
            stories = [replace(s, members=(*s.members, each)) if s.id == number else s for s in stories]
    return [[each.title for each in story.members] for story in stories if len(story.members) > 1]


def test_the_samples_tell_three_stories_and_no_other_post_joins_them() -> None:
    assert grouped(samples()) == [
        ["2026-01-14-1", "2026-01-16-1"],
        ["2026-01-21-1", "2026-01-28-1"],
        ["2026-01-30-1", "2026-01-31-1", "2026-01-31-3", "2026-01-31-7"],
    ]


def test_a_town_s_guideline_on_ai_joins_no_story_of_the_samples() -> None:
    body = (
        "松籟町は職員が生成AIを使うときの指針を定めた。個人情報を入力しないこと、出力を人が確かめることを求める。\n\n"
        "町の担当者は「まず議事録の要約から始める」と話す。県内の自治体では6番目の指針になる。"
    )
    post = draft(body, title="松籟町、職員の生成AI利用に指針", tags=("自治体", "生成AI", "ガイドライン"))
    town = of(99, "town", DAY, post)
    members = samples()
    assert grouped([*members, town]) == grouped(members)


def test_two_posts_on_one_unheard_of_product_are_one_story_whatever_their_headlines() -> None:
    announced = "和泉ロボは配膳機「つばくろ」を発売した。和泉ロボの「つばくろ2」は坂を上る。価格は1台92万円。"
    tried = "湯の町の旅館が、和泉ロボの「つばくろ2」を一週間使った。1台92万円の機械は廊下の段差で止まった。"
    first = member(1, "和泉ロボ、坂を上る「つばくろ2」を発売", announced)
    second = member(2, "旅館の廊下は難しい　一週間の記録", tried, 2)
    others = [Story(8, (FISH,)), Story(9, (LLAMA_4,))]
    assert join(second, [Story(7, (first,)), *others]) == 7


def test_one_company_s_other_news_is_another_story() -> None:
    first = member(1, "和泉ロボ、配膳機「つばくろ2」を発売", "和泉ロボは配膳機「つばくろ2」を出した。坂を上る。")
    second = member(2, "和泉ロボ、本社を港に移転", "和泉ロボは本社を港の倉庫に移す。社員は240人。通勤が変わる。", 1)
    assert join(second, [Story(7, (first,)), Story(8, (FISH,)), Story(9, (LLAMA_4,))]) is None


def test_a_name_is_not_made_common_by_its_own_big_story() -> None:
    one = replace(LLAMA_4, terms=(("つばくろ", 0.6), ("和泉ロボ", 0.6)))
    alone = Window([[one], [one], [FISH]])
    big = Window([[one], [one, one, one, one, one], [FISH]])
    assert alone.tells("つばくろ") == big.tells("つばくろ")


def test_joining_among_three_hundred_posts_takes_little_time() -> None:
    def one(number: int) -> Member:
        terms = (("ai", 0.3), ("llm", 0.2), *((f"語{number * k % 900}", 0.15) for k in range(1, 39)))
        return Member(number, "", DAY, terms, 0, 1000)

    stories = [Story(number, (one(number),)) for number in range(1, 301)]
    join(one(301), stories)
    begin = time.perf_counter()
    for number in range(302, 322):
        join(one(number), stories)
    assert (time.perf_counter() - begin) / 20 < 0.02  # ten times what it takes, for slow machines
