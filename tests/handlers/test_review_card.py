"""The review card: posted once, kept up to date, and pressed by whoever may."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.reviews import Action
from bot.fake_slack import BOT_USER, InlineExecutor, SlackMessage
from bot.runtime.app import build
from handlers.messages import review_answers, review_card
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Office
from tests.handlers.articles import number, on_sqlite
from tests.handlers.test_flags import Deaf

TIRED = "U0TANAKA1"
FLAG, EYES, CHECK = "triangular_flag_on_post", "eyes", "white_check_mark"


@pytest.fixture
def bureau(office: Office) -> Iterator[Office]:
    """The newsroom with a channel for its reviews."""
    settings = office.newsroom.settings.model_copy(update={"review_channel": REVIEW})
    newsroom = build(settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.slack.attach(newsroom.app)
    yield Office(newsroom, office.slack, office.clock)
    newsroom.close()


def said(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def flagged(office: Office) -> SlackMessage:
    """A reply of the digest with a flag of ANNA's."""
    reply = office.morning()[1]
    office.flags(reply)
    return reply


def the_card(office: Office) -> SlackMessage:
    return next(m for m in office.slack.messages(REVIEW) if m.metadata and m.thread_ts is None)


def whole(office: Office) -> dict[str, Any]:
    """The card as it must be now."""
    return review_card.card(office.newsroom.desk.reviews.card(1), office.newsroom.desk.zone)


def history(office: Office) -> list[SlackMessage]:
    return office.slack.thread(REVIEW, the_card(office).ts)[1:]


def line(office: Office, action: Action) -> dict[str, Any]:
    case, _, _ = office.newsroom.desk.reviews.get(1)
    return review_card.line([e for e in case.history if e.action == action][-1], office.newsroom.desk.zone)


def notice(office: Office) -> SlackMessage:
    return next(m for m in reversed(office.slack.messages(NEWS)) if m.metadata)


def marks(office: Office, message: SlackMessage) -> list[str]:
    """The bot's own reactions under the message as it stands now."""
    now = office.slack.message(message.channel, message.ts)
    return [emoji for emoji, people in now.reactions.items() if BOT_USER in people]


def alone(office: Office, channel: str, user: str) -> list[str]:
    return [m.text for m in office.slack.messages(channel) if m.ephemeral_to == user]


def state(office: Office) -> tuple[str, str | None]:
    case, _, _ = office.newsroom.desk.reviews.get(1)
    return case.state, case.owner


# ---- where it is said
def test_a_flag_puts_the_card_into_the_review_channel_and_a_line_under_what_was_flagged(bureau: Office) -> None:
    reply = flagged(bureau)
    desk = bureau.newsroom.desk
    case, post, _ = desk.reviews.get(1)
    assert post.id == number(bureau, reply)
    assert [said(m) for m in bureau.slack.messages(REVIEW)] == [whole(bureau)]
    told = notice(bureau)
    assert (said(told), told.thread_ts) == (review_card.notice(case, post, ANNA, desk.zone), reply.thread_ts)


def test_the_state_stands_as_the_bots_own_emoji_under_every_message_that_shows_the_post(bureau: Office) -> None:
    reply = flagged(bureau)
    everywhere = [reply, the_card(bureau), notice(bureau)]
    assert [marks(bureau, m) for m in everywhere] == [[FLAG]] * 3
    for press, emoji in (("担当する", [EYES]), ("修正済み", [CHECK]), ("元に戻す", [EYES]), ("却下", [])):
        bureau.presses(the_card(bureau), press)
        assert [marks(bureau, m) for m in everywhere] == [emoji] * 3
    parent = bureau.slack.message(NEWS, str(reply.thread_ts))
    assert marks(bureau, parent) == []  # it shows other posts too


def test_a_message_that_shows_the_post_later_has_the_emoji_from_the_beginning(bureau: Office) -> None:
    reply = flagged(bureau)
    bureau.presses(the_card(bureau), "担当する")
    bureau.presses(bureau.types(f"/summary {number(bureau, reply)}", BEN), "share", BEN)
    assert marks(bureau, notice(bureau)) == [EYES]


def test_the_card_is_posted_once_and_edited_in_place(bureau: Office) -> None:
    reply = flagged(bureau)
    for user in (BEN, TIRED):
        bureau.flags(reply, user)
    bureau.presses(the_card(bureau), "担当する")
    bureau.presses(the_card(bureau), "問題なし", BEN)
    posted = [c for c in bureau.slack.calls_of("chat.postMessage") if "review:1:card" in str(c.args["metadata"])]
    assert len(posted) == 1
    assert said(the_card(bureau)) == whole(bureau)
    assert [said(m) for m in history(bureau)] == [line(bureau, "take"), line(bureau, "fine")]
    case, post, _ = bureau.newsroom.desk.reviews.get(1)
    assert said(notice(bureau)) == review_card.notice(case, post, ANNA, bureau.newsroom.desk.zone)


def test_without_a_review_channel_the_card_and_its_history_stand_where_the_post_was_flagged(office: Office) -> None:
    reply = flagged(office)
    posted = notice(office)
    assert (said(posted), posted.thread_ts) == (whole(office), reply.thread_ts)
    office.presses(posted, "担当する", BEN)
    told = office.slack.messages(NEWS)[-1]
    assert (said(told), told.thread_ts) == (line(office, "take"), reply.thread_ts)
    assert said(office.slack.message(NEWS, posted.ts)) == whole(office)


# ---- what is pressed
@pytest.mark.parametrize(
    ("button", "action", "left"),
    [
        ("担当する", "take", ("taken", BEN)),
        ("修正済み", "fixed", ("resolved", None)),
        ("問題なし", "fine", ("resolved", None)),
        ("却下", "dismiss", ("dismissed", None)),
    ],
)
def test_each_button_does_what_it_says_and_the_thread_tells(
    bureau: Office, button: str, action: Action, left: tuple[str, str | None]
) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), button, BEN)
    assert state(bureau) == left
    assert [said(m) for m in history(bureau)] == [line(bureau, action)]
    assert said(the_card(bureau)) == whole(bureau)
    assert alone(bureau, REVIEW, BEN) == []


def test_the_owner_can_let_go(bureau: Office) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), "担当する", BEN)
    bureau.presses(the_card(bureau), "担当を外れる", BEN)
    assert (state(bureau), said(the_card(bureau))) == (("open", None), whole(bureau))


@pytest.mark.both_engines
def test_the_second_to_take_is_told_who_was_first_and_when(bureau: Office) -> None:
    flagged(bureau)
    stale = the_card(bureau)
    bureau.presses(stale, "担当する", ANNA)
    bureau.clock.forward(minutes=2)
    assert bureau.slack.press(BEN, _as_it_was(bureau, stale), "担当する").status == 200
    assert alone(bureau, REVIEW, BEN) == [f"すでに<@{ANNA}>さんが担当しています（2分前）"]
    assert len(history(bureau)) == 1
    assert state(bureau) == ("taken", ANNA)


def _as_it_was(office: Office, stale: SlackMessage) -> SlackMessage:
    """The card as it still stands on the screen of somebody whose Slack lags behind."""
    with office.slack._lock:
        return office.slack._workspace.keep(stale)


@pytest.mark.both_engines
def test_a_press_delivered_twice_does_nothing_more(bureau: Office) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), "担当する", BEN)
    press = bureau.slack.sent[-1]
    there = bureau.slack.messages(REVIEW)
    assert bureau.slack.redeliver(press).status == 200
    assert (bureau.slack.messages(REVIEW), state(bureau)) == (there, ("taken", BEN))


@pytest.mark.parametrize(
    ("label", "hours"), [("1時間", 1), ("今日の夕方", 10), ("明日の朝", 25), ("来週", 25)]
)  # on a Sunday, at eight
def test_a_snooze_ends_when_its_name_says(bureau: Office, label: str, hours: int) -> None:
    flagged(bureau)
    bureau.slack.press(BEN, the_card(bureau), "review_snooze", label)
    case, _, _ = bureau.newsroom.desk.reviews.get(1)
    assert (case.state, case.owner, case.snoozed_until) == (
        "snoozed", BEN, bureau.clock() + timedelta(hours=hours)
    )  # fmt: skip
    assert [said(m) for m in history(bureau)] == [line(bureau, "snooze")]
    assert said(the_card(bureau)) == whole(bureau)


def test_a_note_is_written_in_a_modal_and_stands_in_the_history(bureau: Office) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), "メモ", BEN)
    modal = bureau.slack.modal(BEN)
    assert modal is not None
    assert bureau.slack.submit(BEN, modal, {"note": "出典を <確認> 中です"}).status == 200
    assert bureau.slack.modal(BEN) is None
    (told,) = history(bureau)
    text = f"<@{BEN}> メモ: 出典を &lt;確認&gt; 中です"
    assert said(told) == {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}
    assert said(the_card(bureau)) == whole(bureau)
    case, _, _ = bureau.newsroom.desk.reviews.get(1)
    assert [(e.action, e.user, e.channel, e.ts) for e in case.history[1:]] == [
        ("note", BEN, REVIEW, the_card(bureau).ts)
    ]


@on_sqlite
def test_a_note_of_blanks_is_asked_for_again(bureau: Office) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), "メモ", BEN)
    bureau.slack.submit(BEN, bureau.slack.modal(BEN) or {}, {"note": " 　\n"})
    assert bureau.slack.modal(BEN) is not None
    assert history(bureau) == []


@on_sqlite
@pytest.mark.both_engines
def test_a_note_sent_twice_stands_once(bureau: Office) -> None:
    flagged(bureau)
    bureau.presses(the_card(bureau), "メモ", BEN)
    bureau.slack.submit(BEN, bureau.slack.modal(BEN) or {}, {"note": "確認中"})
    sent = bureau.slack.sent[-1]
    bureau.slack.redeliver(sent)
    assert len(history(bureau)) == 1


# ---- who may
@pytest.mark.parametrize("press", ["担当する", "修正済み", "問題なし", "却下", "メモ"])
def test_who_is_not_in_the_review_channel_decides_nothing_and_is_told_whom_to_ask(office: Office, press: str) -> None:
    settings = office.newsroom.settings.model_copy(update={"review_channel": REVIEW})
    newsroom = build(settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.slack.attach(newsroom.app)
    bureau = Office(newsroom, office.slack, office.clock)
    flagged(bureau)
    office.slack.leave(BEN, REVIEW)
    before = [said(m) for m in office.slack.messages(REVIEW)]
    bureau.presses(the_card(bureau), press, BEN)
    (told,) = alone(bureau, REVIEW, BEN)
    assert told.startswith("レビューの担当と判断は、レビュー用チャンネルのメンバーが行います。")
    assert f"<@{ANNA}>" in told
    assert [said(m) for m in office.slack.messages(REVIEW) if not m.ephemeral_to] == before
    assert (state(bureau), office.slack.modal(BEN)) == (("open", None), None)
    newsroom.close()


@pytest.mark.parametrize("emoji", [EYES, CHECK])
def test_who_is_not_in_the_review_channel_decides_nothing_by_emoji_either(bureau: Office, emoji: str) -> None:
    reply = flagged(bureau)
    bureau.slack.leave(BEN, REVIEW)
    assert bureau.flags(reply, BEN, emoji).status == 200
    (told,) = alone(bureau, NEWS, BEN)
    assert told.startswith("レビューの担当と判断は、レビュー用チャンネルのメンバーが行います。")
    assert state(bureau) == ("open", None)


# ---- 👀 and ✅
@pytest.mark.parametrize("where", ["the reply", "the card", "the line"])
def test_eyes_take_wherever_the_post_is_shown(bureau: Office, where: str) -> None:
    reply = flagged(bureau)
    message = {"the reply": reply, "the card": the_card(bureau), "the line": notice(bureau)}[where]
    bureau.flags(message, BEN, f"{EYES}::skin-tone-2")
    assert (state(bureau), said(the_card(bureau))) == (("taken", BEN), whole(bureau))
    bureau.unflags(message, BEN, f"{EYES}::skin-tone-2")
    assert (state(bureau), said(the_card(bureau))) == (("open", None), whole(bureau))
    assert [said(m) for m in history(bureau)] == [line(bureau, "take"), line(bureau, "release")]


def test_a_check_mark_resolves_and_taken_away_brings_back(bureau: Office) -> None:
    reply = flagged(bureau)
    bureau.flags(reply, BEN, CHECK)
    case, _, _ = bureau.newsroom.desk.reviews.get(1)
    assert (case.state, case.decision, case.decided_by) == ("resolved", "fixed", BEN)
    bureau.unflags(reply, BEN, CHECK)
    assert (state(bureau), said(the_card(bureau))) == (("open", None), whole(bureau))


def test_the_second_with_eyes_is_told_who_was_first(bureau: Office) -> None:
    reply = flagged(bureau)
    bureau.flags(reply, ANNA, EYES)
    bureau.clock.forward(minutes=3)
    bureau.flags(reply, BEN, EYES)
    assert alone(bureau, NEWS, BEN) == [f"すでに<@{ANNA}>さんが担当しています（3分前）"]
    bureau.slack.redeliver(bureau.slack.sent[-1])
    assert len(alone(bureau, NEWS, BEN)) == 1


@pytest.mark.both_engines
def test_removed_that_overtakes_added_ends_without_an_owner(bureau: Office) -> None:
    reply = flagged(bureau)
    app = bureau.newsroom.app
    bureau.slack.attach(Deaf(app))  # type: ignore[arg-type]  # what is sent is lost on the way
    bureau.flags(reply, BEN, EYES)
    bureau.unflags(reply, BEN, EYES)
    added, removed = bureau.slack.sent[-2:]
    bureau.slack.attach(app)
    assert [bureau.slack.redeliver(late).status for late in (removed, added)] == [200, 200]
    assert (state(bureau), history(bureau)) == (("open", None), [])


@on_sqlite
@pytest.mark.parametrize("emoji", [EYES, CHECK])
def test_the_same_emoji_on_anything_else_means_nothing(bureau: Office, emoji: str) -> None:
    parent = bureau.morning()[0]
    bureau.slack.say(BEN, NEWS, "お昼どうしますか")
    calls = [c for c in bureau.slack.calls if c.method != "auth.test"]
    assert [bureau.flags(m, BEN, emoji).status for m in (parent, bureau.slack.said)] == [200, 200]
    assert [c for c in bureau.slack.calls if c.method != "auth.test"] == calls


def test_eyes_on_the_digest_ask_which_of_the_posts_under_review_is_meant(bureau: Office) -> None:
    parent, first, second, *_ = bureau.morning()
    for reply in (first, second):
        bureau.flags(reply)
    bureau.flags(parent, BEN, EYES)
    question = bureau.slack.messages(NEWS)[-1]
    posts = [bureau.newsroom.desk.lookup.post(n)[0] for n in sorted(number(bureau, m) for m in (first, second))]
    assert (question.ephemeral_to, question.text) == (BEN, review_answers.ask(posts, {}, "take")["text"])
    bureau.slack.press(BEN, question, "flag_one_1")
    cases = [bureau.newsroom.store.reviews.current(p.id) for p in posts]
    assert [(c.state, c.owner) for c in cases if c] == [("open", None), ("taken", BEN)]


@pytest.mark.both_engines
def test_a_question_redelivered_is_asked_once(bureau: Office) -> None:
    parent = bureau.morning()[0]
    bureau.flags(parent, BEN)
    bureau.slack.redeliver(bureau.slack.sent[-1])
    assert len(alone(bureau, NEWS, BEN)) == 1


# ---- レビューに回す in a message's menu
def test_the_shortcut_flags_the_post_a_message_shows(bureau: Office) -> None:
    bureau.slack.leave(BOT_USER, NEWS)
    bureau.slack.say(BEN, NEWS, "これです https://example.com/2026/01/13/2-sakuragawa-shishin/ どうでしょう")
    message = bureau.slack.said
    bureau.slack.join(BOT_USER, NEWS)
    assert bureau.slack.shortcut(ANNA, "review_message", message).status == 200
    case, post, _ = bureau.newsroom.desk.reviews.get(1)
    assert (post.id, case.opened_via, [f.user for f in case.flags]) == (3, "shortcut", [ANNA])
    assert said(the_card(bureau)) == whole(bureau)
    assert (said(notice(bureau)), notice(bureau).thread_ts) == (
        review_card.notice(case, post, ANNA, bureau.newsroom.desk.zone), message.ts
    )  # fmt: skip
    assert alone(bureau, NEWS, ANNA) == ["レビュー #1 を開きました（#3）。"]


def test_the_shortcut_on_the_digest_asks_which_post(bureau: Office) -> None:
    parent = bureau.morning()[0]
    bureau.slack.shortcut(ANNA, "review_message", parent)
    question = bureau.slack.messages(NEWS)[-1]
    shown, _ = bureau.newsroom.store.messages.shown(NEWS, parent.ts)
    bureau.slack.press(ANNA, question, "flag_one_1")
    case, post, _ = bureau.newsroom.desk.reviews.get(1)
    assert (post.id, case.opened_via) == (shown[1], "shortcut")


@on_sqlite
def test_the_shortcut_on_a_message_without_a_post_says_what_to_do(bureau: Office) -> None:
    bureau.slack.say(BEN, NEWS, "お昼どうしますか")
    bureau.slack.shortcut(ANNA, "review_message", bureau.slack.said)
    assert alone(bureau, NEWS, ANNA) == [review_answers.nothing_shown()["text"]]
