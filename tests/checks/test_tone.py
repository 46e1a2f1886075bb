import pytest

from bot.checks import check
from bot.checks.tone import first_person
from bot.domain.findings import Finding
from bot.japanese import read
from tests.japanese.drafts import draft

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"
ONLY = frozenset({"first-person"})


def person(body: str) -> list[Finding]:
    post = draft(f"{OPENING}\n\n{body}")
    return list(check(post, read(post), only=ONLY))


def test_the_first_person_is_found_once_with_the_count_of_the_rest() -> None:
    [finding] = person("端末を見た。私は驚いた。\n\n筆者も尋ねてみた。私の声は届いた。")
    assert (finding.quote, finding.severity, finding.paragraph, finding.line) == ("私は驚いた。", "warn", 2, 6)
    assert finding.message.endswith("（ほか2か所）。")


def test_the_first_person_is_looked_for_only_where_somebody_asks() -> None:
    post = draft(f"{OPENING}\n\n私は驚いた。")
    assert "first-person" not in [f.rule for f in check(post, read(post))]


@pytest.mark.parametrize(
    "said",
    [
        "館長は「私は反対だった」と話す。",
        "> 私は反対だった。",
        "私たちの暮らしは変わる。",
        "市の私立学校も使う。",
        "公私の別を守る。",
        "私的な利用は断る。",
        "「迷う人が減った。私は嬉しい。列も短い」と館長。",
        "```\n私は端末です。\n```",
    ],
)
def test_others_speaking_and_other_words_are_no_first_person(said: str) -> None:
    assert person(said) == []


def test_a_house_names_its_own_words() -> None:
    post = draft(f"{OPENING}\n\n私は驚いた。当方は知らない。")
    assert [hit.quote for hit in first_person(post, read(post), ("当方",))] == ["当方は知らない。"]


def hyped(body: str) -> list[Finding]:
    post = draft(f"{OPENING}\n\n{body}")
    return [f for f in check(post, read(post)) if f.rule == "hype"]


LOUD = [
    "この端末は圧倒的な速さで答える。",
    "まさに驚異的な進化だ。",
    "館内のゲームチェンジャーになる。",
    "効果は計り知れない。",
    "唯一無二の体験が待つ。",
]


def test_a_text_in_the_tone_of_advertising_is_noted_once_at_a_word_that_is_surely_one() -> None:
    [finding] = hyped("\n\n".join(LOUD))
    assert (finding.quote, finding.severity, finding.paragraph, finding.line) == (LOUD[1], "note", 3, 8)
    assert finding.message == "宣伝めいた強い言葉が地の文に続いています（ほか4か所）。"


def test_a_strong_word_now_and_then_is_no_tone() -> None:
    assert hyped("\n\n".join(LOUD[:4])) == []
    plain = "端末は魚の名前を答え、係員は餌の時間に水槽を回り、迷った人を出口まで送る。" * 180
    assert hyped("\n\n".join([*LOUD, plain])) == []


@pytest.mark.parametrize(
    "mild",
    [
        "館長は「{}」と話す。",
        "> {}",
        "{}とは限らない。",
        "{}と言えるのか。",
        "{}わけではない。",
    ],
)
def test_what_is_quoted_denied_or_asked_is_no_hype(mild: str) -> None:
    words = ("驚異的", "前代未聞", "唯一無二", "桁違い", "異次元", "無限大")
    assert len(hyped("\n\n".join(f"{word}だ。" for word in words))) == 1
    assert hyped("\n\n".join(mild.format(word) for word in words)) == []


def test_plainly_loud_words_alone_are_not_shown() -> None:
    assert hyped("\n\n".join("来館者が爆発的に増えた。" for _ in range(9))) == []
