import pytest

from bot.checks import check
from bot.domain.findings import Finding
from bot.japanese import read
from tests.japanese.drafts import draft

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"


def tagged(*tags: str, body: str = "", front: str = "", **more: object) -> list[tuple[str, int, str]]:
    front = front or f"author: 編集部\ntags: [{', '.join(tags)}]\n"
    post = draft(f"{OPENING}\n\n{body}", front=front, tags=tags, **more)  # type: ignore[arg-type]
    return [(f.quote, f.line, f.message) for f in check(post, read(post)) if f.rule == "tag-not-in-text"]


def test_a_tag_the_text_never_speaks_of_is_noted_with_its_line() -> None:
    why = "題名にも本文にもこのタグに当たる言葉が見当たりません。"
    assert tagged("半導体") == [("半導体", 4, why)]
    listed = "tags:\n- 水族館\n- 半導体\n"
    assert tagged("水族館", "半導体", front=listed) == [("半導体", 5, why)]


@pytest.mark.parametrize(
    ("tag", "body"),
    [
        ("水族館", ""),
        ("音声AI", "来館者の音声を聞き取る。"),
        ("推論最適化", "端末の中での推論は速い。"),
        ("案内ロードマップ", "次の二年のロードマップも公表した。"),
        ("大規模言語モデル", "中身はLLMだ。"),
        ("Amazon", "AWSの上で動く。"),
        ("OpenAI", "中身はChatGPTだ。"),
        ("AI規制", "法律の審議も進む。"),
        ("漁業", "漁業者も使う。"),
        ("お知らせ", ""),
        ("導入事例", ""),
        ("AI技術ガイド", ""),
        ("インタビュー", ""),
    ],
)
def test_a_part_a_product_or_the_kind_of_post_is_enough_for_a_tag(tag: str, body: str) -> None:
    assert tagged(tag, body=body) == []


def test_a_tag_in_the_title_alone_is_spoken_of() -> None:
    assert tagged("半導体", title="港町の水族館、半導体を展示") == []


def test_at_most_three_tags_are_shown_and_the_rest_counted() -> None:
    shown = tagged("半導体", "宇宙", "農業", "金融", "NVIDIA")
    assert [tag for tag, _, _ in shown] == ["NVIDIA", "半導体", "宇宙"]
    assert ["ほか2か所" in why for _, _, why in shown] == [False, False, True]


def timed(minutes: int | None, characters: int, extra: str = "") -> list[Finding]:
    body = "案内端末が答える。" * (characters // 9)
    post = draft(f"{body}\n\n{extra}", front=f"reading_time: {minutes}\n", reading_minutes=minutes)
    return [f for f in check(post, read(post)) if f.rule == "reading-time"]


def test_a_reading_time_far_too_short_is_noted_with_both_figures() -> None:
    [finding] = timed(4, 9000)
    assert (finding.quote, finding.paragraph, finding.line) == ("reading_time: 4", None, 3)
    assert finding.message == "読了時間は4分とありますが、本文の長さからは18分ほどと見込まれます。"


def test_a_reading_time_far_too_long_is_noted() -> None:
    assert [f.quote for f in timed(20, 1800)] == ["reading_time: 20"]


@pytest.mark.parametrize(
    ("minutes", "characters"), [(None, 9000), (9, 9000), (18, 9000), (30, 9000), (1, 1300), (3, 500)]
)
def test_a_reading_time_that_somebody_may_need_is_left_alone(minutes: int | None, characters: int) -> None:
    assert timed(minutes, characters) == []


def test_tables_and_code_take_time_too() -> None:
    table = "\n".join("| 水槽 | 端末 | 言語 | 餌の時間 | 係員 |" for _ in range(200))
    assert timed(20, 1800, table) == []
