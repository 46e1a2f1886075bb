"""A review's card, its lines, and what who comes second is told: whole messages, as they go to Slack."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.reviews import ReviewCard
from bot.domain.reviews import (
    Action,
    Outcome,
    Review,
    ReviewCommand,
    ReviewEvent,
    after,
    decide,
)
from handlers.messages import review_answers, review_card
from handlers.messages.blocks import words
from tests.handlers.messages.digests import (
    AT,
    HYPE,
    PLACEHOLDER,
    POST,
    READING,
    REVIEW,
    TOKYO,
    post,
    reading,
)
from tests.handlers.messages.test_messages import (
    OPEN,
    actions,
    button,
    context,
    header,
    section,
)

CARD = '{"review":7}'


def did(action: Action, user: str, **more: Any) -> ReviewCommand:
    return ReviewCommand(action=action, user=user, via="button", **more)


def happened(review: Review, *acts: ReviewCommand) -> Review:
    """The review after these, each a minute after the one before."""
    for number, act in enumerate(acts, len(review.history) or 1):
        state, _ = decide(review, act.action, act.user, act.to)
        assert state is not None
        review = after(review, ReviewEvent(**vars(act), state=state, at=AT + timedelta(minutes=number), id=number + 1))
    return review


def deeds(*, take: bool = True, mended: bool = False) -> dict[str, Any]:
    first = button("担当する", "review_take", value=CARD, style="primary")
    primary = {"style": "primary"} if mended else {}
    return actions(
        *([first] if take else []),
        button("修正済み", "review_fixed", value=CARD, **primary),
        button("問題なし", "review_fine", value=CARD),
        button("却下", "review_dismiss", value=CARD),
    )


def more(*others: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"text": words(label), "value": f'{{"review":7,"for":"{name}"}}'}
        for label, name in (("1時間", "hour"), ("今日の夕方", "evening"), ("明日の朝", "morning"), ("来週", "week"))
    ]
    snooze = {
        "type": "static_select",
        "action_id": "review_snooze",
        "placeholder": words("スヌーズ"),
        "options": options,
    }
    return actions(button("メモ", "review_note", value=CARD), snooze, *others)


LOOK = actions(button("要約", "pick_0", value='{"post":12}'), OPEN)


def test_the_card_of_a_review_that_nobody_has() -> None:
    found = reading(findings=(HYPE, PLACEHOLDER))
    assert review_card.card(ReviewCard(REVIEW, POST, found), TOKYO) == {
        "text": "レビュー #7　未対応\n#12 こだまを公開\n要確認 2件",
        "blocks": [
            header("🚩 レビュー #7　未対応"),
            section("*<https://example.com/kodama/|こだまを公開>*"),
            context("#12 · 霧島新報 · 1月31日(土) 12:05 · 約2分"),
            section("🚩 <@U0SATO001>（1月31日(土) 12:05から）"),
            section("*要確認 2件*"),
            section(
                "🛑 *プレースホルダー* 「〇〇町村」（¶2・8行目）\n埋められていない箇所です。\n→ 置き換えてください。",
                button("誤検知", "dismiss_0", value='{"post":12,"rule":"placeholder","quote":"〇〇町村"}'),
            ),
            section(
                "📝 *宣伝めいた言葉* 「革命的」（3行目）\n誇張の可能性があります。\n→ 言い換えてください。",
                button("誤検知", "dismiss_1", value='{"post":12,"rule":"hype","quote":"革命的"}'),
            ),
            context("1月31日(土) 12:05 <@U0SATO001> 🚩を付けました"),
            deeds(),
            more(),
            LOOK,
        ],
    }


def test_the_card_of_a_review_that_somebody_has_shows_the_story_and_the_history() -> None:
    taken = happened(REVIEW, did("take", "U0SUZUKI1"), did("note", "U0SUZUKI1", note="出典を *確認* 中\nです"))
    alike = tuple(post(n, title=f"同じ話題の{n}") for n in (13, 14, 15, 16))
    assert review_card.card(ReviewCard(taken, POST, READING, alike), TOKYO) == {
        "text": "レビュー #7　対応中\n#12 こだまを公開",
        "blocks": [
            header("👀 レビュー #7　対応中"),
            section("*<https://example.com/kodama/|こだまを公開>*"),
            context("#12 · 霧島新報 · 1月31日(土) 12:05 · 約2分"),
            section("🚩 <@U0SATO001>（1月31日(土) 12:05から）\n担当 <@U0SUZUKI1>（1月31日(土) 12:06から）"),
            section("自動チェックでの要確認はありません。"),
            context(
                "同じ話題 4本\n#13 <https://example.com/kodama/|同じ話題の13>\n"
                "#14 <https://example.com/kodama/|同じ話題の14>\n#15 <https://example.com/kodama/|同じ話題の15>\nほか1本"
            ),
            context(
                "1月31日(土) 12:06 <@U0SUZUKI1> 担当になりました\n"
                "1月31日(土) 12:07 <@U0SUZUKI1> メモ: 出典を \u2060*\u2060確認\u2060*\u2060 中 です"
            ),
            deeds(take=False),
            more(button("担当を外れる", "review_release", value=CARD), button("元に戻す", "review_undo", value=CARD)),
            actions(
                button("要約", "pick_0", value='{"post":12}'),
                button("同じ話題 4本", "story", value='{"post":12}'),
                OPEN,
            ),
        ],
    }


def test_the_card_of_a_decided_review_can_be_taken_back() -> None:
    fine = happened(REVIEW, did("take", "U0SUZUKI1"), did("fine", "U0SATO001"))
    made = review_card.card(ReviewCard(fine, POST, READING), TOKYO)["blocks"]
    assert (made[0], made[3]) == (
        header("✅ レビュー #7　問題なし"),
        section(
            "🚩 <@U0SATO001>（1月31日(土) 12:05から）\n担当 <@U0SUZUKI1>（1月31日(土) 12:06から）\n"
            "*問題なし* <@U0SATO001>（1月31日(土) 12:07）"
        ),
    )
    assert made[-2:] == [
        actions(button("元に戻す", "review_undo", value=CARD), button("メモ", "review_note", value=CARD)), LOOK
    ]  # fmt: skip


def test_the_card_of_a_review_that_the_checks_opened_proposes_what_a_revision_mended() -> None:
    checked = replace(REVIEW, opened_by="", opened_via="checks", history=())
    mended = happened(checked, did("check", ""), did("mending", "", facts={"revision": 2, "gone": 3, "left": 0}))
    made = review_card.card(ReviewCard(mended, post(12, revision=2), READING), TOKYO)["blocks"]
    assert made[3] == section(
        "🤖 自動チェックが開きました（1月31日(土) 12:05から）\n"
        "第2版で要確認の箇所がなくなりました。「修正済み」にできます。"
    )
    assert made[5] == context(
        "1月31日(土) 12:06 自動チェックが止まる箇所を見つけました\n"
        "1月31日(土) 12:07 記事が改訂されました（第2版、解消3件、要確認 残り0件）"
    )
    assert made[6] == deeds(mended=True)
    assert button("変更点", "changes", value='{"post":12}') in made[8]["elements"]


def test_a_snoozed_review_says_until_when() -> None:
    until = AT + timedelta(hours=21)
    snoozed = happened(REVIEW, did("snooze", "U0SUZUKI1", until=until))
    made = review_card.card(ReviewCard(snoozed, POST, READING), TOKYO)["blocks"]
    assert made[3]["text"]["text"].splitlines()[-1] == "💤 2月1日(日) 9:05まで"
    assert made[5] == context("1月31日(土) 12:06 <@U0SUZUKI1> スヌーズしました（2月1日(日) 9:05まで）")


def test_the_line_where_a_post_was_flagged_tells_how_its_review_stands() -> None:
    said = "#12 こだまを公開 のレビュー #7: {}"
    stages: tuple[tuple[tuple[Action, ...], str], ...] = (
        ((), "🚩 未対応（1月31日(土) 12:05）"),
        (("take",), "👀 対応中 <@U0SUZUKI1>（1月31日(土) 12:06）"),
        (("take", "fixed"), "✅ 修正済み <@U0SUZUKI1>（1月31日(土) 12:07）"),
    )
    for steps, text in stages:
        review_ = happened(REVIEW, *(did(step, "U0SUZUKI1") for step in steps))
        assert review_card.notice(review_, POST, "U0SATO001", TOKYO) == {
            "text": said.format(review_card.state(review_)),
            "blocks": [context(f"🚩 <@U0SATO001> #12 のレビュー #7: {text}")],
        }


def test_a_line_of_the_history_says_who_did_what_and_from_where() -> None:
    lines: dict[Action, str] = {
        "take": "<@U0SUZUKI1> 担当になりました（ホームから）",
        "hand over": "<@U0SUZUKI1> 担当を <@U0SATO001> に引き継ぎました（ホームから）",
        "fixed": "<@U0SUZUKI1> 「修正済み」にしました（ホームから）",
        "withdraw": "<@U0SUZUKI1> 最後の🚩を外したため、取り下げました（ホームから）",
    }
    for action, text in lines.items():
        to = "U0SATO001" if action == "hand over" else ""
        event = happened(REVIEW, replace(did(action, "U0SUZUKI1"), via="home", to=to)).history[-1]
        assert review_card.line(event, TOKYO) == {"text": text, "blocks": [section(text)]}


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("take", "take", "すでに<@U0SUZUKI1>さんが担当しています（2分前）"),
        ("fine", "dismiss", "すでに<@U0SUZUKI1>さんが「問題なし」にしています（2分前）"),
        ("withdraw", "take", "すでに<@U0SUZUKI1>さんが「取り下げ」にしています（2分前）"),
    ],
)
def test_who_comes_second_is_told_who_was_first_and_when(first: Action, second: Action, text: str) -> None:
    done = happened(REVIEW, did(first, "U0SUZUKI1"))
    _, why = decide(done, second, "U0SATO001")
    made = review_answers.refused(Outcome(done, why=why), AT + timedelta(minutes=3))
    assert made == {"text": text, "blocks": [section(text)]}
