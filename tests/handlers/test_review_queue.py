"""/review: the queue, one review, and the numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.review_stats import PersonActivity
from bot.domain.reviews import Action, ReviewCommand
from bot.fake_slack import BOT_USER, SlackMessage
from handlers.messages import (
    help,
    lookup,
    reminders,
    review_answers,
    review_queue,
    review_stats,
)
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import on_sqlite


def said(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def flag(office: Office, *posts: int, user: str = ANNA) -> None:
    """Reviews of these posts, opened an hour apart."""
    for post in posts:
        office.newsroom.desk.reviews.flag_by_button(post, user, "", None)
        office.clock.forward(hours=1)


def does(office: Office, number: int, action: Action, user: str = BEN, **more: Any) -> None:
    office.newsroom.desk.reviews.act(number, ReviewCommand(action=action, user=user, via="button", **more))


def page(office: Office, asked: str = "", at: int = 0, user: str = ANNA) -> dict[str, Any]:
    desk = office.newsroom.desk
    found = desk.reviews.queue(asked, user, review_queue.PAGE, at)
    assert found is not None
    return review_queue.page(found, desk.now(), desk.zone, user)


def one(office: Office, number: int) -> dict[str, Any]:
    return review_queue.one(office.newsroom.desk.reviews.card(number), office.newsroom.desk.zone)


def test_the_queue_is_listed_for_the_asker_the_oldest_first(office: Office) -> None:
    flag(office, 3, 5)
    answer = office.types("/review")
    assert (said(answer), answer.ephemeral_to) == (page(office), ANNA)
    assert answer.text.splitlines()[0] == "レビュー　全2件"
    assert [line.split(" ")[0] for line in answer.text.splitlines()[1:]] == ["#3", "#5"]


@on_sqlite
def test_an_empty_queue_says_so(office: Office) -> None:
    assert office.types("/review").text == "レビュー待ちの記事はありません。"
    assert office.types("/review 自分").text == "当てはまるレビューはありません（自分）。"


@pytest.mark.parametrize("typed", ["自分", "mine", "　自分　"])
def test_ones_own_are_listed_with_the_buttons_to_decide_them(office: Office, typed: str) -> None:
    flag(office, 3, 5)
    does(office, 2, "take", ANNA)
    answer = office.types(f"/review {typed}")
    assert said(answer) == page(office, typed.strip())
    assert [e["text"]["text"] for e in answer.blocks[2]["elements"]] == ["修正済み", "問題なし", "開く", "全文を開く"]
    assert office.types(f"/review {typed}", BEN).text == f"当てはまるレビューはありません（{typed.strip()}）。"


@on_sqlite
@pytest.mark.parametrize("typed", ["状態：対応中", "taken", f"担当:<@{BEN}|suzuki>", "　ｏｗｎｅｒ：" + BEN])
def test_full_width_signs_and_mentions_are_read(office: Office, typed: str) -> None:
    flag(office, 3, 5)
    does(office, 2, "take")
    assert [line.split(" ")[0] for line in office.types(f"/review {typed}").text.splitlines()[1:]] == ["#5"]


def test_pages_turn_in_place_and_a_list_that_is_no_longer_true_says_so(office: Office) -> None:
    flag(office, *range(1, 13))
    answer = office.types("/review 古さ:0日")
    office.slack.press(ANNA, answer, "次へ")
    assert said(office.slack.message(NEWS, answer.ts)) == page(office, "古さ:0日", 5)
    office.slack.press(ANNA, office.slack.message(NEWS, answer.ts), "次へ")
    office.slack.press(ANNA, office.slack.message(NEWS, answer.ts), "前へ")
    assert said(office.slack.message(NEWS, answer.ts)) == page(office, "古さ:0日", 5)
    does(office, 12, "dismiss")
    office.slack.press(ANNA, office.slack.message(NEWS, answer.ts), "前へ")
    assert said(office.slack.message(NEWS, answer.ts)) == lookup.stale()


@on_sqlite
def test_a_condition_that_cannot_be_read_is_explained(office: Office) -> None:
    answer = office.types("/review 重さ:重い")
    assert answer.text == "重さ「重い」は使えません。止める、注意、参考のどれかを書いてください。"


# ---- one review
@pytest.mark.parametrize("ref", ["3", "#3", "https://example.com/2026/01/13/2-sakuragawa-shishin/"])
def test_a_post_is_answered_with_its_review(office: Office, ref: str) -> None:
    flag(office, 3)
    assert said(office.types(f"/review {ref}")) == one(office, 1)


def test_the_newest_review_is_shown_even_if_it_is_over(office: Office) -> None:
    flag(office, 3)
    does(office, 1, "fine")
    assert said(office.types("/review 3")) == one(office, 1)
    flag(office, 3)
    assert said(office.types("/review 3")) == one(office, 2)


@on_sqlite
def test_a_post_that_never_was_under_review_offers_to_flag_it(office: Office) -> None:
    answer = office.types("/review 3")
    assert said(answer) == review_queue.none_of(office.newsroom.desk.lookup.post(3)[0])
    office.slack.press(ANNA, answer, "レビューに回す")
    assert office.newsroom.store.health.counts()["reviews_open"] == 1


@on_sqlite
@pytest.mark.parametrize("typed", ["回す 3", "flag #3"])
def test_a_post_can_be_flagged_by_the_command(office: Office, typed: str) -> None:
    office.types(f"/review {typed}")
    case = office.newsroom.store.reviews.current(3)
    assert case is not None
    assert (case.opened_by, case.opened_via) == (ANNA, "command")
    assert alone(office) == "レビュー #1 を開きました（#3）。"


@on_sqlite
def test_of_several_posts_one_is_chosen(office: Office) -> None:
    flag(office, 3)
    answer = office.types("/review 量子")
    found = office.newsroom.desk.lookup.find("量子")
    assert not isinstance(found, int)
    assert said(answer) == lookup.choice(found, office.newsroom.desk.zone, "レビュー", "review_of")
    office.slack.press(ANNA, answer, "review_of_0")
    first = found.posts[0]
    assert said(office.slack.messages(NEWS)[-1]) == review_queue.none_of(first)


@on_sqlite
def test_a_review_opens_from_the_list_beside_it(office: Office) -> None:
    flag(office, 3)
    answer = office.types("/review")
    office.slack.press(BEN, answer, "開く")
    opened = office.slack.messages(NEWS)[-1]
    assert (said(opened), opened.ephemeral_to) == (one(office, 1), BEN)
    assert said(office.slack.message(NEWS, answer.ts)) == said(answer)


# ---- the numbers, the handover, the help
@on_sqlite
@pytest.mark.parametrize("typed", ["統計", "stats"])
def test_the_numbers_of_the_desk_are_told_week_by_week(office: Office, typed: str) -> None:
    flag(office, 3, 5, 7)
    does(office, 1, "take")
    does(office, 1, "fixed")
    desk = office.newsroom.desk
    answer = office.types(f"/review {typed}")
    assert said(answer) == review_stats.weeks(desk.reminders.weeks(), desk.reminders.activity())
    assert answer.text.splitlines()[:2] == [
        "レビューの統計（8週間）", "1/26の週: 新規 3件・判断 1件、担当まで 3時間、判断まで 3時間"
    ]  # fmt: skip
    assert answer.blocks[-1]["text"]["text"] == f"*直近30日*\n<@{ANNA}>　🚩 3件\n<@{BEN}>　担当 1件・判断 1件"


@on_sqlite
@pytest.mark.parametrize("typed", ["引き継ぎ", "handover"])
def test_the_handover_can_be_asked_for_at_any_time(office: Office, typed: str) -> None:
    flag(office, 3, 5)
    desk = office.newsroom.desk
    assert said(office.types(f"/review {typed}")) == reminders.handover(
        desk.reminders.handover(), desk.now(), desk.zone
    )


@on_sqlite
@pytest.mark.parametrize("typed", ["ヘルプ", "help", "？"])
def test_the_command_explains_itself(office: Office, typed: str) -> None:
    assert said(office.types(f"/review {typed}")) == help.command_help("/review")


# ---- the morning
@pytest.mark.both_engines
def test_on_monday_morning_the_desk_hands_over_and_each_owner_is_reminded_once(office: Office) -> None:
    flag(office, 3, 5, 7)
    does(office, 1, "take")
    does(office, 2, "fixed", ANNA)
    office.clock.at = monday = datetime(2026, 2, 2, 0, 5, tzinfo=UTC)  # 9:05 in Tokyo
    for _ in range(3):
        office.newsroom.tick()
        office.clock.forward(minutes=10)
    office.clock.at = monday
    desk = office.newsroom.desk
    day = "review-reminder:2026-02-02"
    public = [m for m in office.slack.messages(NEWS) if m.metadata and key(m).startswith(day)]
    (direct,) = office.slack.messages(office.slack.direct(BEN))
    told = office.newsroom.store.reminders.handover(datetime(2026, 1, 30, 0, 0, tzinfo=UTC), monday)
    assert [key(m) for m in public] == [day]
    assert public[0].text.splitlines() == [
        "レビューの引き継ぎ 2月2日(月) 9:05",
        f"1月30日(金) 9:00から: 新規 3件、担当 1件（<@{BEN}> 1件）、終了 1件",
        f"残り: 担当なし 1件、対応中 1件（<@{BEN}> 1件）",
    ]
    assert said(public[0]) == reminders.handover(told, desk.now(), desk.zone)
    mine = desk.reviews.queue("taken", BEN, 10)
    assert mine is not None
    assert (key(direct), said(direct)) == (f"{day}:{BEN}", reminders.reminder(mine, BEN, desk.now(), desk.zone))


def key(message: SlackMessage) -> str:
    return str((message.metadata or {})["event_payload"]["key"])


@on_sqlite
def test_the_list_opens_from_the_handover_and_from_a_reminder(office: Office) -> None:
    flag(office, 3, 5)
    handed = office.types("/review 引き継ぎ")
    office.slack.press(ANNA, handed, "一覧を開く")
    assert said(office.slack.messages(NEWS)[-1]) == page(office)


def test_an_owner_is_told_when_a_snooze_is_over(office: Office) -> None:
    flag(office, 3)
    does(office, 1, "snooze", until=office.clock() + timedelta(hours=1))
    office.clock.forward(hours=1)
    office.newsroom.tick()
    (direct,) = office.slack.messages(office.slack.direct(BEN))
    case, post, _ = office.newsroom.desk.reviews.get(1)
    assert said(direct) == reminders.woken(case, post)
    office.slack.press(BEN, direct, "開く")
    assert said(office.slack.messages(direct.channel)[-1]) == one(office, 1)


# ---- what a flag is answered with
@on_sqlite
def test_flagging_a_post_twice_says_where_it_stands(office: Office) -> None:
    flag(office, 3)
    desk = office.newsroom.desk
    office.types("/review 回す 3", BEN)
    assert (
        alone(office)
        == review_answers.flagged(None, office.newsroom.store.reviews.current(3), desk.lookup.post(3)[0])["text"]
    )


def alone(office: Office) -> str:
    """The newest answer that one person alone sees."""
    return [m.text for m in office.slack.messages(NEWS) if m.ephemeral_to][-1]


# ---- handing over
def test_a_review_is_handed_over_and_its_new_owner_is_told(office: Office) -> None:
    flag(office, 3)
    shown = office.types("/review 3")
    office.slack.press(ANNA, shown, "review_hand", BEN)
    case = office.newsroom.store.reviews.get(1)
    assert case is not None
    assert (case.owner, case.state, case.history[-1].user) == (BEN, "taken", ANNA)
    assert alone(office) == f"レビュー #1: <@{ANNA}> 担当を <@{BEN}> に引き継ぎました"
    (direct,) = office.slack.messages(office.slack.direct(BEN))
    assert direct.text.startswith(f"<@{ANNA}> さんがレビュー #1 の担当をあなたに引き継ぎました。")


@on_sqlite
def test_a_review_is_not_handed_to_a_bot(office: Office) -> None:
    flag(office, 3)
    office.slack.press(ANNA, office.types("/review 3"), "review_hand", BOT_USER)
    assert alone(office) == "引き継げるのは、レビュー用チャンネルのメンバーです。招待してから、もう一度お選びください。"
    assert office.newsroom.store.reviews.get(1).owner is None  # type: ignore[union-attr]


@on_sqlite
def test_a_review_that_is_over_is_not_handed_over(office: Office) -> None:
    flag(office, 3)
    shown = office.types("/review 3")
    does(office, 1, "fine")
    office.slack.press(ANNA, shown, "review_hand", BEN)
    assert alone(office) == f"すでに<@{BEN}>さんが「問題なし」にしています（たった今）"


@on_sqlite
def test_a_review_opened_from_home_follows_what_is_pressed_in_it(office: Office) -> None:
    flag(office, 3)
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "開く")
    office.slack.press(ANNA, office.slack.modal(ANNA) or {}, "担当する")
    told = [block.get("text", {}).get("text") for block in (office.slack.modal(ANNA) or {})["blocks"]]
    assert told[0] == "👀 レビュー #1　対応中"
    assert office.newsroom.store.reviews.get(1).owner == ANNA  # type: ignore[union-attr]
    titles = [b["text"]["text"] for b in (office.slack.home_view(ANNA) or {})["blocks"] if b["type"] == "header"]
    assert titles[0] == "自分のレビュー　1件"


@on_sqlite
def test_who_sent_a_digest_is_on_record(office: Office) -> None:
    office.types("/digest 送信", ANNA)
    (sent,) = office.newsroom.store.audit_log.entries(
        datetime(2026, 1, 1, tzinfo=UTC), office.clock() + timedelta(seconds=1)
    )
    assert (sent.user, sent.action, sent.digest) == (ANNA, "send", 1)
    assert office.newsroom.desk.reminders.activity() == (PersonActivity(ANNA, sent=1),)
