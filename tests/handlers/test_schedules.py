"""Schedules of digests: planned in a modal, listed, stopped, let go on, changed and taken away."""

import json
from datetime import datetime, time
from typing import Any

import pytest

from bot.desk.schedules import Planned
from bot.domain.digests import Schedule, slots
from bot.fake_slack import BOT_USER
from handlers.messages import modal
from handlers.messages import schedules as messages
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Office
from tests.handlers.articles import on_sqlite

Json = dict[str, Any]
NAMES = {1: "瓦版サンプル"}
MANAGES = "この設定は、管理者が変更します。"


def schedule(office: Office, number: int) -> Schedule:
    return next(s for s in office.newsroom.store.schedules.all() if s.id == number)


def planned(office: Office, number: int) -> Planned:
    return next(p for p in office.newsroom.desk.schedules.all() if p.schedule.id == number)


def opened(office: Office, line: str = "/digest 予約", user: str = ANNA) -> Json:
    assert office.slack.command(user, NEWS, line).status == 200
    view = office.slack.modal(user)
    assert view is not None
    return view


def following(view: Json) -> str:
    return str(next(b for b in view["blocks"] if b["block_id"] == "following")["text"]["text"])


def shown(view: Json | None) -> list[str]:
    assert view is not None
    return [b["text"]["text"] for b in view["blocks"] if "text" in b]


# ---- the modal
def test_the_modal_shows_the_next_three_times(office: Office) -> None:
    assert following(opened(office)) == "*次の3回*\n• 2月1日(日) 8:00\n• 2月2日(月) 8:00\n• 2月3日(火) 8:00"


@on_sqlite
def test_the_next_times_follow_what_is_filled_in(office: Office) -> None:
    view = opened(office)
    office.slack.press(ANNA, view, "plan_times", "8時半、17:30")
    office.slack.press(ANNA, view, "plan_weekdays", ["月", "火"])
    changed = office.slack.modal(ANNA)
    assert changed is not None
    assert following(changed) == "*次の3回*\n• 2月2日(月) 8:30\n• 2月2日(月) 17:30\n• 2月3日(火) 8:30"
    office.slack.press(ANNA, view, "plan_zone", "Europe/London")
    assert following(office.slack.modal(ANNA) or {}) == (
        "*次の3回*\n• 2月2日(月) 8:30\n• 2月2日(月) 17:30\n• 2月3日(火) 8:30"
    )


@on_sqlite
def test_a_time_that_cannot_be_read_is_said_where_the_next_times_stand(office: Office) -> None:
    view = opened(office)
    office.slack.press(ANNA, view, "plan_times", "25:00")
    assert following(office.slack.modal(ANNA) or {}) == (
        "⚠️ 「25:00」を時刻として読み取れません。「8:00」や「8:00 17:30」の形で書いてください。"
    )


def test_a_schedule_is_made_as_it_was_filled_in(office: Office) -> None:
    view = opened(office)
    office.slack.submit(
        ANNA, view,
        {
            "name": "週の始め", "channel": REVIEW, "times": "８：００　１７時半", "weekdays": ["月", "水"],
            "on_holidays": [], "zone": "Asia/Seoul", "limit": "5", "ai_only": [], "tags": "#LLM、規制",
            "sources": ["1"], "categories": "技術", "quiet": "nothing", "draft_minutes": "0",
        },
    )  # fmt: skip
    made = schedule(office, 2)
    assert made == Schedule(
        REVIEW, times=(time(8), time(17, 30)), zone="Asia/Seoul", limit=5, ai_only=False, weekdays=(0, 2),
        on_holidays=False, tags=("LLM", "規制"), sources=(1,), categories=("技術",), quiet="nothing",
        name="週の始め", id=2, since=office.clock(),
    )  # fmt: skip
    told = messages.done(Planned(made, slots(made, office.clock())), "登録")
    assert shown(office.slack.modal(ANNA)) == shown(modal.of_message(told))
    assert told["text"] == (
        f"予定 2（<#{REVIEW}>）を登録しました。次は 2月2日(月) 8:00、2月2日(月) 17:30、2月4日(水) 8:00 です。"
    )


@on_sqlite
@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"times": "朝"},
         {"times": "「朝」を時刻として読み取れません。「8:00」や「8:00 17:30」の形で書いてください。"}),
        ({"limit": "21"}, {"limit": "件数は1から20までの数で書いてください。"}),
        ({"draft_minutes": "30"},
         {"draft_minutes": "下書きの送り先がありません。管理者が「KAWARABAN_REVIEW_CHANNEL」を設定してください。"}),
    ],
)  # fmt: skip
def test_each_field_says_what_is_wrong_with_it_and_nothing_is_lost(office: Office, values: Json, faults: Json) -> None:
    view = opened(office)
    response = office.slack.submit(ANNA, view, values)
    assert response.body
    assert json.loads(response.body) == {"response_action": "errors", "errors": faults}
    assert len(office.newsroom.store.schedules.all()) == 1


@on_sqlite
def test_a_channel_without_the_bot_is_named_with_the_remedy(office: Office) -> None:
    view = opened(office)
    office.slack.leave(BOT_USER, REVIEW)
    office.slack.submit(ANNA, view, {"channel": REVIEW})
    assert shown(office.slack.modal(ANNA))[0].splitlines()[1:] == [
        f"<#{REVIEW}> に瓦版がいません。/invite @kawaraban を実行してください。"
    ]


def test_a_schedule_is_changed_in_the_same_modal(office: Office) -> None:
    view = opened(office, "/digest 変更 1")
    assert following(view) == "*次の3回*\n• 2月1日(日) 8:00\n• 2月2日(月) 8:00\n• 2月3日(火) 8:00"
    office.slack.submit(ANNA, view, {"times": "7:30", "limit": "3"})
    changed = schedule(office, 1)
    assert (changed.times, changed.limit, changed.channel) == ((time(7, 30),), 3, NEWS)


@on_sqlite
def test_only_admins_plan(office: Office) -> None:
    for line in ("/digest 予約", "/digest 停止 1", "/digest 送信", "/digest 削除 1"):
        assert office.types(line, BEN).text.startswith(MANAGES)
    assert [p.paused for p in office.newsroom.desk.schedules.all()] == [False]
    assert office.slack.modal(BEN) is None


# ---- the list
def test_the_list_shows_every_schedule_with_its_number_and_next_time(office: Office) -> None:
    office.newsroom.store.schedules.add(Schedule(REVIEW, times=(time(17),), weekdays=(4,), draft_minutes=30), ANNA)
    answer = office.types("/digest 一覧", BEN)
    assert answer.text == (
        "ダイジェストの予定　2件\n"
        f"1 ダイジェスト {NEWS} 毎日 8:00（Asia/Tokyo） · AI記事のみ · 上限10件 次回 2月1日(日) 8:00\n"
        f"2 ダイジェスト {REVIEW} 金 17:00（Asia/Tokyo） · AI記事のみ · 上限10件 · 30分前に下書き 次回 2月6日(金) 17:00"
    )
    assert answer.blocks == messages.listing(office.newsroom.desk.schedules.all(), NAMES)["blocks"]


@pytest.mark.parametrize(("stop", "go"), [("停止", "再開"), ("pause", "resume"), ("ＰＡＵＳＥ", "ｒｅｓｕｍｅ")])
def test_a_schedule_is_stopped_and_goes_on(office: Office, stop: str, go: str) -> None:
    stopped = office.types(f"/digest {stop} 1")
    assert stopped.text == f"予定 1（<#{NEWS}>）を停止しました。「/digest 再開 1」で再開できます。"
    assert office.types(f"/digest {stop} 1").text == "予定 1 はすでに停止しています。"
    assert office.morning() == []
    assert office.types(f"/digest {go} １").text.startswith(
        f"予定 1（<#{NEWS}>）を再開しました。次は 2月2日(月) 8:00、"
    )
    assert office.types(f"/digest {go} 1").text == "予定 1 はすでに動いています。"
    office.clock.at = datetime.fromisoformat("2026-02-01T23:00:00+00:00")
    office.newsroom.tick()
    assert [m.text.splitlines()[0] for m in office.slack.messages(NEWS) if m.metadata and not m.thread_ts] == [
        "AIニュース ダイジェスト 2月2日(月) 8:00"
    ]


def test_the_menu_beside_a_schedule_does_the_same(office: Office) -> None:
    listing = office.types("/digest 一覧")
    assert office.slack.press(ANNA, listing, "schedule_menu", "停止").status == 200
    assert office.slack.messages(NEWS)[-1].text == messages.done(planned(office, 1), "停止")["text"]
    again = office.types("/digest 一覧")
    office.slack.press(ANNA, again, "schedule_menu", "変更")
    assert (office.slack.modal(ANNA) or {})["title"]["text"] == "予定を変更"


def test_a_schedule_is_taken_away_once_that_is_sure(office: Office) -> None:
    listing = office.types("/digest 一覧")
    office.slack.press(ANNA, listing, "schedule_menu", "削除")
    asked = office.slack.messages(NEWS)[-1]
    assert (asked.text, len(office.newsroom.store.schedules.all())) == (f"予定 1（<#{NEWS}>）を削除しますか。", 1)
    office.slack.press(ANNA, asked, "schedule_remove")
    assert office.newsroom.store.schedules.all() == ()
    assert office.types("/digest 一覧").text == "ダイジェストの予定はまだありません。「/digest 予約」で追加できます。"
    assert office.types("/digest 停止 1").text == "予定 1 はありません。「/digest 一覧」で番号を確認できます。"


@on_sqlite
@pytest.mark.parametrize("line", ["/digest 停止", "/digest 停止 朝", "/digest 変更"])
def test_a_schedule_without_a_number_is_asked_for_it(office: Office, line: str) -> None:
    word = line.split()[1]
    assert office.types(line).text == (
        f"予定の番号を書いてください（「/digest {word} 2」）。番号は「/digest 一覧」で確認できます。"
    )


def test_two_schedules_of_one_channel_each_send_their_own(office: Office) -> None:
    office.newsroom.store.schedules.add(Schedule(NEWS, name="夕方", limit=1), ANNA)
    sent = [m.text.splitlines()[0] for m in office.morning() if m.thread_ts is None]
    assert sent == ["AIニュース ダイジェスト 2月1日(日) 8:00", "夕方 2月1日(日) 8:00"]


# ---- the Home
def test_an_admins_home_has_the_schedules_and_everything_there_is_a_button(office: Office) -> None:
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "ダイジェストの予定")
    view = office.slack.home_view(ANNA) or {}
    row = messages.row(planned(office, 1), NAMES)
    assert [{k: v for k, v in b.items() if k != "block_id"} for b in view["blocks"] if "accessory" in b] == [row]
    office.slack.press(ANNA, view, "schedule_menu", "停止")
    assert [p.paused for p in office.newsroom.desk.schedules.all()] == [True]
    assert "停止中" in str(office.slack.home_view(ANNA))
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "schedule_menu", "変更")
    assert (office.slack.modal(ANNA) or {})["title"]["text"] == "予定を変更"
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "schedule_new")
    assert (office.slack.modal(ANNA) or {})["title"]["text"] == "ダイジェストを予約"


@on_sqlite
def test_nobody_elses_home_has_them(office: Office) -> None:
    office.slack.home(BEN)
    assert "ダイジェストの予定" not in str(office.slack.home_view(BEN))
