from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.posts import Draft
from bot.domain.stories import THRESHOLD, Candidate, Member, StoryIndex, lead
from bot.japanese import read
from bot.sources import jekyll
from tests.conftest import SAMPLES
from tests.japanese.drafts import draft
from tests.processor import seconds

DAY = datetime(2026, 2, 1, tzinfo=UTC)


def member(post_id: int, title: str, body: str, days: float = 0) -> Member:
    return of(post_id, DAY + timedelta(days=days), draft(body, title=title))


def of(number: int, at: datetime, post: Draft) -> Member:
    reading = read(post)
    return Member(number, at, reading.headline, reading.terms, frozenset(reading.figures))


def window(*stories: tuple[int, list[Member]]) -> StoryIndex:
    """A window of these stories, by number."""
    found = StoryIndex()
    for number, members in stories:
        for each in members:
            found.add(number, each)
    return found


LLAMA_4 = member(1, "MetaがLlama 4を公開", "MetaはLlama 4を公開しました。Llama 4は1000万トークンを読みます。" * 3)
LLAMA_4_AGAIN = member(
    2, "読み込み長1000万、Llama 4の実力", "Llama 4をMetaが出しました。1000万トークンの文脈が売りです。" * 3, 1
)
LLAMA_5 = member(3, "MetaがLlama 5を公開", "MetaはLlama 5を公開しました。Llama 5は画像も読みます。" * 3, 1)
FISH = member(4, "港の水族館に案内AI", "市立水族館は案内AIを導入し、八言語で質問に答えます。" * 3)


def test_the_same_news_in_other_words_joins_its_story() -> None:
    assert window((7, [FISH]), (8, [LLAMA_4])).story_of(LLAMA_4_AGAIN) == 8


def test_another_version_is_another_story() -> None:
    known = window((8, [LLAMA_4]))
    assert known.closeness(LLAMA_4, LLAMA_5) < THRESHOLD
    assert known.story_of(LLAMA_5) is None


def test_other_news_begins_its_own_story() -> None:
    assert window((8, [LLAMA_4, LLAMA_4_AGAIN])).story_of(FISH) is None
    assert StoryIndex().story_of(FISH) is None


def test_old_news_is_not_joined() -> None:
    later = replace(LLAMA_4_AGAIN, at=DAY + timedelta(days=15))
    assert window((8, [LLAMA_4])).story_of(later) is None


def test_closeness_is_even_and_full_for_the_same_post() -> None:
    known = window((8, [LLAMA_4]), (7, [FISH]))
    assert known.closeness(LLAMA_4, LLAMA_4) > 0.99
    assert known.closeness(LLAMA_4, LLAMA_4_AGAIN) == known.closeness(LLAMA_4_AGAIN, LLAMA_4)
    assert known.closeness(replace(LLAMA_4, terms=(), headline=""), LLAMA_4) < 0.01


@pytest.mark.parametrize(
    ("headline", "versions"),
    [
        ("MetaがLlama 4を公開", {"llama": {"4"}}),
        ("ＧＰＴ-5とGPT-4oを比べる", {"gpt": {"5", "4"}}),
        ("Claude Haiku 4.5が出た", {"haiku": {"4.5"}}),
        ("OpenAI o3の実力", {"openai o": {"3"}}),
        ("CEATEC 2025でAI 3社が競う、Gemini 20%増", {}),
    ],
)
def test_a_headline_names_versions_of_products(headline: str, versions: dict[str, set[str]]) -> None:
    assert replace(LLAMA_4, headline=headline).versions == versions


def test_the_lead_is_clean_then_complete_then_early() -> None:
    clean = Candidate(5, DAY, findings=0, characters=900)
    flawed = Candidate(6, DAY, findings=2, characters=9000)
    longer = Candidate(7, DAY, findings=0, characters=1200)
    later = Candidate(8, DAY + timedelta(days=1), findings=0, characters=1200)
    assert lead([flawed, clean]) == clean
    assert lead([clean, later, longer]) == longer


def samples() -> list[tuple[str, Member]]:
    """The sample newsroom's posts as members, in the order of their files, each with the beginning of its name."""
    site = jekyll.site(SAMPLES, UTC)
    found: list[tuple[str, Member]] = []
    for file in jekyll.posts(SAMPLES):
        post = jekyll.parse(file.read_bytes(), file.name, DAY, site)
        assert post
        found.append((file.stem[:12], of(len(found) + 1, post.published_at, post)))
    return found


def grouped(members: list[tuple[str, Member]]) -> list[list[str]]:
    """The names of each story's members, taken in one after another; stories of one post are left out."""
    known = StoryIndex()
    stories: dict[int, list[str]] = {}
    for name, each in members:
        number = known.story_of(each) or each.post_id
        known.add(number, each)
        stories.setdefault(number, []).append(name)
    return [names for names in stories.values() if len(names) > 1]


def test_the_samples_tell_two_stories_and_no_other_post_joins_them() -> None:
    assert grouped(samples()) == [
        ["2026-01-21-1", "2026-01-28-1"],
        ["2026-01-30-1", "2026-01-31-1", "2026-01-31-3", "2026-01-31-7"],
    ]


def test_a_town_s_guideline_on_ai_joins_no_story_of_the_samples() -> None:
    body = (
        "松籟町は職員が生成AIを使うときの指針を定めた。個人情報を入力しないこと、出力を人が確かめることを求める。\n\n"
        "町の担当者は「まず議事録の要約から始める」と話す。県内の自治体では6番目の指針になる。"
    )
    post = draft(body, title="松籟町、職員の生成AI利用に指針", tags=("自治体", "生成AI", "ガイドライン"))
    town = ("town", of(99, DAY, post))
    members = samples()
    assert grouped([*members, town]) == grouped(members)


def test_two_posts_on_one_unheard_of_product_are_one_story_whatever_their_headlines() -> None:
    announced = "和泉ロボは配膳機「つばくろ」を発売した。和泉ロボの「つばくろ2」は坂を上る。価格は1台92万円。"
    tried = "湯の町の旅館が、和泉ロボの「つばくろ2」を一週間使った。1台92万円の機械は廊下の段差で止まった。"
    first = member(1, "和泉ロボ、坂を上る「つばくろ2」を発売", announced)
    second = member(2, "旅館の廊下は難しい　一週間の記録", tried, 2)
    assert window((7, [first]), (8, [FISH]), (9, [LLAMA_4])).story_of(second) == 7


def test_one_company_s_other_news_is_another_story() -> None:
    first = member(1, "和泉ロボ、配膳機「つばくろ2」を発売", "和泉ロボは配膳機「つばくろ2」を出した。坂を上る。")
    second = member(2, "和泉ロボ、本社を港に移転", "和泉ロボは本社を港の倉庫に移す。社員は240人。通勤が変わる。", 1)
    assert window((7, [first]), (8, [FISH]), (9, [LLAMA_4])).story_of(second) is None


def test_a_week_on_one_product_is_one_story_whatever_each_post_tells_of_it() -> None:
    told = [
        ("200の言語で話すLlama 4、少数言語にも光", "Llama 4は200の言語を学んだ。ケチュア語やアイヌ語の文も訳す。"),
        ("速さは前作の2倍、Llama 4の推論を測る", "Llama 4を手元の機械で動かした。1秒に90語を返し、前作の2倍になった。"),
        ("Llama 4、数学の試験で首位に", "Llama 4は数学の試験で首位に立った。採点した大学は出題の漏れを疑っていない。"),
        (
            "教室で使うLlama 4　先生たちの一週間",
            "町の中学校がLlama 4を授業で使った。生徒は答えより質問を書くようになった。",
        ),
    ]
    news = [
        member(n, title, f"Metaの{body}" + "Llama 4は誰でも使える。" * 2, n) for n, (title, body) in enumerate(told, 1)
    ]
    others = [("fish", FISH), *samples()]
    assert grouped([*((f"llama {m.post_id}", replace(m, post_id=900 + m.post_id)) for m in news)]) == [
        ["llama 1", "llama 2", "llama 3", "llama 4"]
    ]
    assert ["llama 1", "llama 2", "llama 3", "llama 4"] in grouped(
        [*others, *((f"llama {m.post_id}", replace(m, post_id=900 + m.post_id)) for m in news)]
    )


def test_a_name_is_not_made_common_by_its_own_big_story() -> None:
    one = replace(LLAMA_4, terms=(("つばくろ二号", 0.6), ("和泉ロボ", 0.6)))
    alone = window((1, [one]), (2, [FISH]))
    big = window((1, [one, one, one, one, one]), (2, [FISH]))
    assert alone.rarity("つばくろ二号") == big.rarity("つばくろ二号") == 1


def test_joining_among_three_hundred_posts_takes_little_time() -> None:
    def one(number: int) -> Member:
        terms = (("ai", 0.3), ("llm", 0.2), *((f"語{number * k % 900}", 0.15) for k in range(1, 39)))
        return Member(number, DAY, f"語{number % 900}の話", terms, frozenset())

    known = window(*((number, [one(number)]) for number in range(1, 301)))
    known.story_of(one(301))
    posts = [one(number) for number in range(302, 322)]
    # some twenty times what it takes, for slow machines
    assert seconds(lambda: [known.story_of(post) for post in posts]) / len(posts) < 0.05
