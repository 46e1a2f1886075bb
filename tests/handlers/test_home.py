"""The App Home: what waits for the person who looks at it."""

from typing import Any

import pytest

from bot.domain.reviews import Action, ReviewCommand
from bot.fake_slack import Fault
from handlers import home as handler
from handlers.messages import (
    help,
    home,
    lookup,
    modal,
    review_queue,
    review_stats,
)
from handlers.messages.home import Visit
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import article, on_sqlite, share

SHOWN = ("type", "blocks", "private_metadata")


def shown(office: Office, user: str = ANNA) -> dict[str, Any]:
    """What the person's Home shows."""
    view = office.slack.home_view(user)
    assert view is not None
    return {key: view[key] for key in SHOWN} | {"blocks": [bare(block) for block in view["blocks"]]}


def bare(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "block_id"}


def home_of(office: Office, visit: Visit) -> dict[str, Any]:
    return handler.view(office.newsroom.desk, visit)


def in_front(office: Office, user: str = ANNA) -> list[dict[str, Any]]:
    """The blocks of the modal the person looks at."""
    view = office.slack.modal(user)
    assert view is not None
    return [bare(block) for block in view["blocks"]]


def titles(view: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]


def share_some(office: Office, count: int) -> None:
    office.clock.forward(hours=2)
    for n in range(count):
        share(office, article(f"霧島研究所、要約モデル「こだま」第{n}版を公開"), f"2026-02-01-{n}-kodama.md")


def test_whoever_opens_the_home_sees_it_as_it_is(office: Office) -> None:
    share_some(office, 2)
    assert office.slack.home(ANNA).status == 200
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))
    assert "今日の記事　2件" in titles(shown(office))


@on_sqlite
def test_the_tab_of_messages_is_no_home(office: Office) -> None:
    assert office.slack.home(ANNA, tab="messages").status == 200
    assert office.slack.home_view(ANNA) is None


@on_sqlite
def test_a_tab_shows_its_section_alone_page_by_page_and_is_kept_when_the_home_is_opened_again(office: Office) -> None:
    share_some(office, home.PAGE + 2)
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, f"すべて見る（{home.PAGE + 2}件）")
    assert shown(office) == home_of(office, Visit(ANNA, manages=True, tab="today"))
    assert titles(shown(office)) == [f"今日の記事　{home.PAGE + 2}件"]
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "次へ")
    second = home_of(office, Visit(ANNA, manages=True, tab="today", at=home.PAGE))
    assert shown(office) == second
    office.slack.home(ANNA)
    assert shown(office) == second
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "前へ")
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "ホーム")
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))


@on_sqlite
def test_a_summary_asked_for_at_home_opens_in_a_modal_and_the_home_is_shown_afresh(office: Office) -> None:
    share_some(office, 1)
    office.slack.home(ANNA)
    office.clock.forward(minutes=5)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "要約")
    desk = office.newsroom.desk
    (post, _), *_ = desk.lookup.today(1)[1]
    assert in_front(office) == modal.of_message(lookup.summary(desk.lookup.summary_of(post.id), desk.zone))["blocks"]
    assert shown(office)["blocks"][-1]["elements"][0]["text"] == "2月1日(日) 10:04 現在"


@on_sqlite
def test_a_button_in_a_modal_is_answered_in_one_above_it_and_the_fourth_in_place(office: Office) -> None:
    share_some(office, 2)
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "要約")
    summary = office.slack.modal(ANNA) or {}
    for _ in range(3):
        office.slack.press(ANNA, summary, "同じ話題 1本")
    assert [len(office.slack.calls_of(f"views.{how}")) for how in ("open", "push", "update")] == [1, 3, 1]
    desk = office.newsroom.desk
    (post, _), *_ = desk.lookup.today(1)[1]
    assert in_front(office) == modal.of_message(lookup.story(desk.lookup.story(post.id), desk.zone))["blocks"]


@on_sqlite
def test_what_went_wrong_at_home_is_said_in_a_modal(office: Office) -> None:
    share_some(office, 1)
    office.slack.home(ANNA)
    view = office.slack.home_view(ANNA) or {}
    (row,) = [b for b in view["blocks"] if b.get("accessory", {}).get("type") == "button"]
    row["accessory"]["value"] = '{"post":999}'
    office.slack.press(ANNA, view, "要約")
    sentence = "#999 の記事はありません。「/search 語」で探せます。"
    assert in_front(office) == modal.of_message(help.failure(sentence))["blocks"]


@on_sqlite
def test_while_slack_does_not_say_who_is_an_admin_the_home_comes_without_their_sections(office: Office) -> None:
    office.slack.fault("users.info", Fault.server_error())
    office.slack.home(ANNA)
    assert shown(office) == home_of(office, Visit(ANNA))


@on_sqlite
def test_everybody_has_a_home_of_their_own(office: Office) -> None:
    office.slack.home(ANNA)
    office.slack.home(BEN)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "今日の記事")
    assert shown(office, BEN) == home_of(office, Visit(BEN))
    assert office.slack.messages(NEWS) == []


@on_sqlite
@pytest.mark.parametrize("tab", ["nowhere", "sources"])
def test_a_tab_that_is_not_theirs_is_the_overview(office: Office, tab: str) -> None:
    assert home_of(office, Visit(BEN, tab=tab, at=40)) == home_of(office, Visit(BEN))


# ---- the queue at home, and what changes meanwhile
def flag(office: Office, *posts: int) -> None:
    for post in posts:
        office.newsroom.desk.reviews.flag_by_button(post, ANNA, "", None)


def act(office: Office, number: int, action: Action, user: str = BEN) -> None:
    office.newsroom.desk.reviews.act(number, ReviewCommand(action=action, user=user, via="button"))


def test_ones_own_reviews_and_the_queue_stand_at_home_with_their_buttons(office: Office) -> None:
    flag(office, 3, 5, 7, 8)
    act(office, 1, "take", ANNA)
    office.slack.home(ANNA)
    assert titles(shown(office))[:2] == ["自分のレビュー　1件", "レビュー待ち　4件"]
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "レビュー待ち")
    buttons = [[e["text"]["text"] for e in b["elements"]] for b in shown(office)["blocks"] if b["type"] == "actions"]
    assert buttons[1:] == [
        ["修正済み", "問題なし", "開く", "全文を開く"],
        *[["担当する", "開く", "全文を開く"]] * 3,
        [*review_queue.LISTS],
    ]


@on_sqlite
@pytest.mark.parametrize("name", review_queue.LISTS)
def test_other_lists_open_from_home_in_a_modal_and_turn_their_pages_there(office: Office, name: str) -> None:
    flag(office, *range(1, 14))
    for number in range(1, 14):
        act(office, number, "fine" if name == "済み" else "note")
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "レビュー待ち")
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, name)
    desk = office.newsroom.desk
    for at in (0, 5):
        page = desk.reviews.queue(review_queue.LISTS[name], ANNA, review_queue.PAGE, at)
        assert page is not None
        assert in_front(office) == modal.of_message(review_queue.page(page, desk.now(), desk.zone, ANNA))["blocks"]
        if page.total > 5 and not at:
            office.slack.press(ANNA, office.slack.modal(ANNA) or {}, "次へ")
        elif not page.total:
            break


@pytest.mark.both_engines
def test_a_home_that_is_looked_at_shows_what_others_did_at_the_next_tick(office: Office) -> None:
    flag(office, 3)
    office.slack.home(ANNA)
    office.slack.home(BEN)
    act(office, 1, "take", BEN)
    office.newsroom.tick()
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))
    assert shown(office, BEN) == home_of(office, Visit(BEN))
    published = len(office.slack.calls_of("views.publish"))
    office.newsroom.tick()
    assert len(office.slack.calls_of("views.publish")) == published


@on_sqlite
def test_a_home_nobody_has_looked_at_for_an_hour_is_left_alone(office: Office) -> None:
    office.slack.home(ANNA)
    office.clock.forward(minutes=61)
    flag(office, 3)
    office.newsroom.homes.refresh()
    assert len(office.slack.calls_of("views.publish")) == 1


@on_sqlite
def test_a_new_post_is_at_home_at_the_next_tick_on_the_tab_that_is_open(office: Office) -> None:
    office.slack.home(ANNA)
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "今日の記事")
    share_some(office, 0)
    share(office, article("霧島研究所、要約モデルを公開"), "2026-02-01-a.md")
    office.slack.home(ANNA)
    share(office, article("霧島研究所、要約モデルを改訂"), "2026-02-01-b.md")
    office.newsroom.homes.refresh()
    assert titles(shown(office)) == ["今日の記事　2件"]


@on_sqlite
def test_what_a_person_does_elsewhere_is_at_their_home_at_once(office: Office) -> None:
    answer = office.types("/summary 3")
    office.slack.home(ANNA)
    office.slack.press(ANNA, answer, "レビューに回す")
    assert titles(shown(office))[1] == "レビュー待ち　1件"


@on_sqlite
@pytest.mark.both_engines
def test_somebody_whose_home_cannot_be_shown_is_left_alone_until_they_come_again(office: Office) -> None:
    flag(office, 3)
    office.slack.home(ANNA)
    act(office, 1, "take")
    office.slack.fault("views.publish", Fault.refuse("user_not_found"))
    office.newsroom.homes.refresh()
    assert office.newsroom.store.home_views.outdated() == ()
    office.slack.home(ANNA)
    act(office, 1, "fine")
    office.newsroom.homes.refresh()
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))


@on_sqlite
def test_the_numbers_stand_at_home_in_short_and_on_their_tab_in_full(office: Office) -> None:
    flag(office, 3)
    office.slack.home(ANNA)
    assert titles(shown(office))[-1] == "レビューの統計"
    office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "レビューの統計")
    desk = office.newsroom.desk
    assert (
        shown(office)["blocks"][3:-1]
        == review_stats.weeks(desk.reminders.weeks(), desk.reminders.activity())["blocks"][1:]
    )


@on_sqlite
def test_a_schedule_that_was_paused_elsewhere_is_at_an_admins_home_at_the_next_tick(office: Office) -> None:
    office.slack.home(ANNA)
    published = len(office.slack.calls_of("views.publish"))
    office.types("/digest 停止 1")
    office.newsroom.homes.refresh()
    office.newsroom.homes.refresh()
    assert len(office.slack.calls_of("views.publish")) == published + 1
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))


@on_sqlite
@pytest.mark.parametrize("fault", [Fault.rate_limited(), Fault.server_error(), Fault.drop_before()])
def test_while_slack_is_away_a_home_waits_for_the_next_tick(office: Office, fault: Fault) -> None:
    flag(office, 3)
    office.slack.home(ANNA)
    act(office, 1, "take")
    office.slack.fault("views.publish", fault)
    assert [office.newsroom.homes.refresh() for _ in range(3)] == [0, 1, 0]
    assert shown(office) == home_of(office, Visit(ANNA, manages=True))
