"""Whatever Slack may send is signed, reaches its listener, and changes what Slack shows."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from pytest_httpserver import HTTPServer
from slack_bolt import BoltRequest, BoltResponse

from bot.domain.digests import Schedule, slots
from bot.fake_slack import (
    BOT_USER,
    FORM,
    JSON,
    Sent,
    SlackMessage,
    headers,
    signed,
)
from handlers import manifest
from handlers.messages import help, lookup
from tests.conftest import ANNA, BEN, NEWS, ROOT, Office
from tests.handlers.articles import (
    TEXT,
    article,
    number,
    on_sqlite,
    share,
    shown_everywhere,
)

DEFECTIVE = "/summary 9"
FLAG = "triangular_flag_on_post"


class Deed(NamedTuple):
    """What a person does. It comes after whatever it takes to be able to do it."""

    do: Callable[[], BoltResponse]


def the_digest(office: Office) -> SlackMessage:
    return office.morning()[0]


def types(line: str) -> Callable[[Office, str], Deed]:
    return lambda office, site: Deed(lambda: office.slack.command(ANNA, NEWS, line))


def presses(line: str, button: str) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        answer = office.types(line.format(site=site))
        return Deed(lambda: office.slack.press(ANNA, answer, button))

    return prepare


def presses_same_story(office: Office, site: str) -> Deed:
    share(office, article("議事録を要約するモデル「こだま」、霧島研究所が公開"), "2026-01-31-a.md")
    second = share(office, article("霧島研究所の要約モデル「こだま」を町村に無償で配布"), "2026-01-31-b.md")
    answer = office.types(f"/summary {number(office, second)}")
    return Deed(lambda: office.slack.press(ANNA, answer, "story"))


def says_which_post(office: Office, site: str) -> Deed:
    office.flags(the_digest(office))
    question = office.slack.messages(NEWS)[-1]
    return Deed(lambda: office.slack.press(ANNA, question, "flag_one_1"))


def puts_up_a_flag(office: Office, site: str) -> Deed:
    reply = office.morning()[1]
    return Deed(lambda: office.flags(reply))


def takes_a_flag_down(office: Office, site: str) -> Deed:
    reply = office.morning()[2]
    office.flags(reply)
    return Deed(lambda: office.unflags(reply))


def asks_for_the_summary_of_a_message(office: Office, site: str) -> Deed:
    office.slack.say(ANNA, NEWS, f"{site} です")
    return Deed(lambda: office.slack.shortcut(ANNA, "summarise", office.slack.said))


def presses_on_sources(button: str, sources: int = 1) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        for n in range(sources):
            office.newsroom.store.sources.add(
                "page", f"{site}?{n}", "こだま", host=None, every=timedelta(hours=1), by=ANNA
            )
        answer = office.types("/source")
        return Deed(lambda: office.slack.press(ANNA, answer, button))

    return prepare


def sends_the_form_for_a_source(office: Office, site: str) -> Deed:
    office.slack.command(ANNA, NEWS, "/source 追加")
    modal = office.slack.modal(ANNA)
    assert modal is not None
    return Deed(lambda: office.slack.submit(ANNA, modal, {"url": site, "kind": "ページ"}))


def presses_changes(office: Office, site: str) -> Deed:
    office.slack.say(ANNA, NEWS, article("こだまを公開").decode())
    said = office.slack.said
    office.slack.edit(ANNA, said, article("こだまの公開を延期").decode())
    answer = office.types(f"/summary {number(office, said)}")
    return Deed(lambda: office.slack.press(ANNA, answer, "変更点"))


def shares_a_link_of_the_house(office: Office, site: str) -> Deed:
    office.slack.unfurl_domains = ("example.com",)
    link = "https://example.com/2026/01/13/2-sakuragawa-shishin/"
    return Deed(lambda: office.slack.say(ANNA, NEWS, link))


def shares_a_link(office: Office, site: str) -> Deed:
    return Deed(lambda: office.slack.say(ANNA, NEWS, f"{site} です"))


def presses_on_the_card(button: str) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        office.presses(office.types("/summary 5"), "flag")
        cards = [m for m in office.slack.messages(NEWS) if ":card" in str(m.metadata)]
        return Deed(lambda: office.slack.press(ANNA, cards[-1], button))

    return prepare


def writes_a_note(office: Office, site: str) -> Deed:
    presses_on_the_card("メモ")(office, site).do()
    return Deed(lambda: office.slack.submit(ANNA, office.slack.modal(ANNA) or {}, {"note": "出典を確認中です"}))


def uses_the_shortcut(office: Office, site: str) -> Deed:
    message = share(office, article("霧島研究所、要約モデルを公開"))
    return Deed(lambda: office.slack.shortcut(ANNA, "review_message", message))


def presses_a_tab(office: Office, site: str) -> Deed:
    office.slack.home(ANNA)
    return Deed(lambda: office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, "今日の記事"))


def says_it_is_none(office: Office, site: str) -> Deed:
    found = office.presses(office.types(DEFECTIVE), "findings")
    return Deed(lambda: office.slack.press(ANNA, found, "dismiss_0"))


def checks_a_message(office: Office, site: str) -> Deed:
    office.slack.say(ANNA, NEWS, "発表したのは[企業名]です。")
    return Deed(lambda: office.slack.shortcut(ANNA, "check_message", office.slack.said))


def pastes_a_draft(office: Office, site: str) -> Deed:
    office.slack.shortcut(ANNA, "check_draft")
    form = office.slack.modal(ANNA)
    assert form
    return Deed(lambda: office.slack.submit(ANNA, form, {"draft": "発表したのは[企業名]です。"}))


def takes_that_back(office: Office, site: str) -> Deed:
    said = office.presses(office.presses(office.types(DEFECTIVE), "findings"), "dismiss_0")
    return Deed(lambda: office.slack.press(ANNA, said, "restore_0"))


def turns_the_queue(office: Office, site: str) -> Deed:
    for post in range(1, 8):
        office.newsroom.desk.reviews.flag_by_button(post, ANNA, "", None)
    answer = office.types("/review")
    return Deed(lambda: office.slack.press(ANNA, answer, "queue_after"))


def searches_in_the_modal(office: Office, site: str) -> Deed:
    office.slack.shortcut(ANNA, "find_posts")
    return Deed(lambda: office.slack.submit(ANNA, office.slack.modal(ANNA) or {}, {"find_posts": "量子"}))


def hands_over(office: Office, site: str) -> Deed:
    office.newsroom.desk.reviews.flag_by_button(3, ANNA, "", None)
    shown = office.types("/review 3")
    return Deed(lambda: office.slack.press(ANNA, shown, "review_hand", BEN))


def presses_in_the_queue(button: str) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        office.newsroom.desk.reviews.flag_by_button(3, ANNA, "", None)
        answer = office.types("/review")
        return Deed(lambda: office.slack.press(ANNA, answer, button))

    return prepare


def the_draft(office: Office) -> SlackMessage:
    store = office.newsroom.store
    number = store.schedules.add(Schedule(NEWS, ai_only=False, draft_minutes=30), ANNA).id
    schedule = next(s for s in store.schedules.all() if s.id == number)
    office.clock.at = slots(schedule, office.clock())[0] - timedelta(minutes=20)
    share(office, article(f"霧島研究所、要約モデル「こだま」第{number}版を公開"), f"2026-01-31-{number}.md")
    office.clock.forward(hours=24)
    office.newsroom.tick()
    return next(m for m in reversed(office.slack.messages(NEWS)) if m.text.startswith("*下書き*"))


def sends_a_draft(office: Office, site: str) -> Deed:
    draft = the_draft(office)
    return Deed(lambda: office.slack.press(ANNA, draft, "draft_send"))


def moves_an_entry(office: Office, site: str) -> Deed:
    draft = the_draft(office)
    return Deed(lambda: office.slack.press(ANNA, draft, "draft_move", "外す"))


def chooses_beside_a_schedule(what: str) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        listing = office.types("/digest 一覧")
        return Deed(lambda: office.slack.press(ANNA, listing, "schedule_menu", what))

    return prepare


def presses_on_the_home(button: str, value: str | None = None) -> Callable[[Office, str], Deed]:
    def prepare(office: Office, site: str) -> Deed:
        if office.newsroom.desk.followed_tags.get(ANNA) is None:
            office.newsroom.desk.followed_tags.follow(ANNA, "LLM", "Asia/Tokyo")
        office.slack.home(ANNA)
        return Deed(lambda: office.slack.press(ANNA, office.slack.home_view(ANNA) or {}, button, value))

    return prepare


def takes_a_schedule_away(office: Office, site: str) -> Deed:
    chooses_beside_a_schedule("削除")(office, site).do()
    sure = office.slack.messages(NEWS)[-1]
    return Deed(lambda: office.slack.press(ANNA, sure, "schedule_remove"))


def plans(office: Office) -> Any:
    office.slack.command(ANNA, NEWS, "/digest 予約")
    return office.slack.modal(ANNA)


def changes_a_time(office: Office, site: str) -> Deed:
    view = plans(office)
    return Deed(lambda: office.slack.press(ANNA, view, "plan_times", "7:30"))


def sends_a_plan(office: Office, site: str) -> Deed:
    view = plans(office)
    return Deed(lambda: office.slack.submit(ANNA, view, {"times": "7:30"}))


DEEDS: dict[str, Callable[[Office, str], Deed]] = {
    "/summary": types("/summary 3"),
    "/tag": types("/tag"),
    "/search": types("/search 量子"),
    "/review": types("/review 3"),
    "次へ in /review": turns_the_queue,
    "開く": presses_in_the_queue("開く"),
    "担当を引き継ぐ": hands_over,
    "一覧を開く": presses("/review 引き継ぎ", "一覧を開く"),
    "/digest": types("/digest 送信"),
    "/source": types("/source"),
    "/kawaraban": types("/kawaraban"),
    "チャンネルに共有": presses("/summary 3", "share"),
    "レビューに回す": presses("/summary 3", "flag"),
    "この記事": says_which_post,
    "同じ話題": presses_same_story,
    "要約": presses("/summary 量子", "pick_1"),
    "次へ": presses("/search AI", "page_after"),
    "要確認": presses(DEFECTIVE, "findings"),
    "誤検知": says_it_is_none,
    "元に戻す": takes_that_back,
    "校閲する on a message": checks_a_message,
    "校閲する": lambda office, site: Deed(lambda: office.slack.shortcut(ANNA, "check_draft")),
    "a draft": pastes_a_draft,
    "フォローする": presses("/tag LLM", "follow"),
    "another hour": presses_on_the_home("follow_at", "18:30"),
    "今日は休む": presses_on_the_home("mute_today"),
    "フォローをやめる": presses_on_the_home("unfollow"),
    "取り込む": presses("/summary {site}", "take_in"),
    "担当する": presses_on_the_card("担当する"),
    "メモ": presses_on_the_card("メモ"),
    "残す": writes_a_note,
    "レビューに回す in the menu": uses_the_shortcut,
    "全文を開く": presses("/summary 3", "open"),
    "送信": sends_a_draft,
    "外す": moves_an_entry,
    "予定を追加": presses("/digest 一覧", "schedule_new"),
    "停止": chooses_beside_a_schedule("停止"),
    "削除する": takes_a_schedule_away,
    "時刻": changes_a_time,
    "予約する": sends_a_plan,
    "記事を探す": lambda office, site: Deed(lambda: office.slack.shortcut(ANNA, "find_posts")),
    "探す": searches_in_the_modal,
    "a mention": lambda office, site: Deed(lambda: office.slack.say(ANNA, NEWS, f"<@{BOT_USER}> 量子")),
    "the App Home": lambda office, site: Deed(lambda: office.slack.home(ANNA)),
    "a tab of it": presses_a_tab,
    "🚩": puts_up_a_flag,
    "🚩 away": takes_a_flag_down,
    "変更点": presses_changes,
    "追加": presses_on_sources("source_add"),
    "今すぐ確認": presses_on_sources("source_poll"),
    "ソースの停止": presses_on_sources("source_pause"),
    "ソースの次へ": presses_on_sources("source_page_after", sources=9),
    "ソースを追加": sends_the_form_for_a_source,
    "a link": shares_a_link,
    "a link that unfurls": shares_a_link_of_the_house,
    "要約する": asks_for_the_summary_of_a_message,
}
UNSEEN = {"全文を開く"}  # Slack opens the address itself; the app only says that it heard


@pytest.fixture
def site(httpserver: HTTPServer) -> str:
    """The address of an article that is not stored."""
    page = f"<html><head><title>こだまを公開</title></head><body><article>{TEXT * 3}</article></body></html>"
    httpserver.expect_request("/kodama/").respond_with_data(page, content_type="text/html; charset=utf-8")
    return httpserver.url_for("/kodama/")


@pytest.mark.parametrize("name", DEEDS)
def test_each_deed_is_answered_and_seen(office: Office, site: str, name: str) -> None:
    deed = DEEDS[name](office, site)
    before, on_screen = shown_everywhere(office), screen(office)
    response = deed.do()
    changed = [m for m in shown_everywhere(office) if m not in before]
    by_the_bot = [m for m in changed if m.bot_id or "newspaper" in m.reactions]
    assert (response.status, bool(by_the_bot) or screen(office) != on_screen) == (200, name not in UNSEEN)


def screen(office: Office) -> tuple[Any, Any]:
    """What ANNA has before her besides the channels."""
    return office.slack.home_view(ANNA), office.slack.modal(ANNA)


@on_sqlite
def test_no_listener_is_left_out_of_the_deeds(office: Office, site: str) -> None:
    sent: list[Sent] = []
    for prepare in DEEDS.values():
        prepare(office, site).do()
        sent.append(office.slack.sent[-1])
    unheard = [listener for listener in office.newsroom.app._listeners if not any(hears(listener, s) for s in sent)]
    assert unheard == []


def hears(listener: Any, sent: Sent) -> bool:
    request = signed(sent.body, "any", sent.content_type)
    return bool(listener.matches(req=request, resp=BoltResponse(status=404)))


FORGERIES: dict[str, Callable[[Sent, str], dict[str, str]]] = {
    "with another secret": lambda sent, secret: headers(sent.body, "guessed", sent.content_type),
    "signed for another body": lambda sent, secret: headers(sent.body + " ", secret, sent.content_type),
    "six minutes old": lambda sent, secret: headers(sent.body, secret, sent.content_type, int(time.time()) - 360),
    "six minutes ahead": lambda sent, secret: headers(sent.body, secret, sent.content_type, int(time.time()) + 360),
    "without a signature": lambda sent, secret: {
        k: v for k, v in headers(sent.body, secret, sent.content_type).items() if k != "X-Slack-Signature"
    },
    "without a timestamp": lambda sent, secret: {
        k: v for k, v in headers(sent.body, secret, sent.content_type).items() if k != "X-Slack-Request-Timestamp"
    },
    "bare": lambda sent, secret: {"Content-Type": sent.content_type},
}


@on_sqlite
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_request_not_signed_by_slack_is_turned_away_and_nothing_happens(office: Office, forgery: str) -> None:
    reply = office.morning()[1]
    item = {"type": "message", "channel": NEWS, "ts": reply.ts}
    reaction = {"type": "reaction_added", "user": ANNA, "reaction": FLAG, "item": item, "event_ts": "1769900401.1"}
    wanted = [
        Sent(json.dumps({"type": "event_callback", "event_id": "Ev1", "event": reaction}), JSON),
        Sent(urlencode({"command": "/digest", "text": "送信", "channel_id": NEWS, "user_id": ANNA}), FORM),
    ]
    share(office, article("霧島研究所、要約モデルを公開"))  # 送信 would find something to send
    before = office.newsroom.store.health.counts(), office.slack.calls, shown_everywhere(office)
    answers = [
        office.newsroom.app.dispatch(
            BoltRequest(body=sent.body, headers=dict(FORGERIES[forgery](sent, office.slack.signing_secret)))
        )
        for sent in wanted
    ]
    assert [answer.status for answer in answers] == [401, 401]
    assert (office.newsroom.store.health.counts(), office.slack.calls, shown_everywhere(office)) == before


@on_sqlite
def test_the_forged_requests_would_have_worked_if_slack_had_signed_them(office: Office) -> None:
    reply = office.morning()[1]
    item = {"type": "message", "channel": NEWS, "ts": reply.ts}
    reaction = {"type": "reaction_added", "user": ANNA, "reaction": FLAG, "item": item, "event_ts": "1769900401.1"}
    body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": reaction})
    office.newsroom.app.dispatch(signed(body, office.slack.signing_secret, JSON))
    assert office.newsroom.store.health.counts()["reviews_open"] == 1


@on_sqlite
@pytest.mark.parametrize("asked", ["payload", "payload=1", "payload 量子"])
def test_a_search_for_payload_is_a_search(office: Office, asked: str) -> None:
    found = office.newsroom.desk.lookup.search(asked)
    assert found.asked == asked
    assert office.types(f"/search {asked}").text == lookup.hits(found, office.newsroom.desk.zone)["text"]


def test_the_manifest_in_the_repository_is_the_one_the_app_needs() -> None:
    assert json.loads((ROOT / "manifest.json").read_text()) == manifest.manifest()


@on_sqlite
def test_manifest_help_and_registration_name_the_same_commands(office: Office) -> None:
    declared = [c["command"] for c in manifest.manifest()["features"]["slash_commands"]]
    heard = [c for c in declared if any(hears(x, typed(c)) for x in office.newsroom.app._listeners)]
    commands = [x for x in office.newsroom.app._listeners if any(hears(x, typed(c)) for c in declared)]
    assert declared == heard == list(help.HELP)
    assert len(commands) == len(declared)


@on_sqlite
def test_every_shortcut_of_the_manifest_is_heard(office: Office) -> None:
    kinds = {"message": "message_action", "global": "shortcut"}
    bodies = [
        Sent(urlencode({"payload": json.dumps({"type": kinds[s["type"]], "callback_id": s["callback_id"]})}), FORM)
        for s in manifest.manifest()["features"]["shortcuts"]
    ]
    assert [any(hears(x, body) for x in office.newsroom.app._listeners) for body in bodies] == [True] * len(bodies)


def typed(command: str) -> Sent:
    return Sent(urlencode({"command": command, "text": ""}), FORM)


@on_sqlite
def test_every_event_the_app_hears_is_subscribed_to_and_every_other_is_not(office: Office) -> None:
    every = [
        "message", "reaction_added", "reaction_removed", "app_mention", "app_home_opened", "link_shared", "file_shared",
        "member_joined_channel", "channel_archive", "app_uninstalled", "team_join",
    ]  # fmt: skip
    heard = {e for e in every if any(hears(x, happened(e)) for x in office.newsroom.app._listeners)}
    subscribed = {e.split(".")[0] for e in manifest.manifest()["settings"]["event_subscriptions"]["bot_events"]}
    assert heard == subscribed == {
        "app_home_opened", "app_mention", "link_shared", "message", "reaction_added", "reaction_removed"
    }  # fmt: skip


def happened(event: str) -> Sent:
    return Sent(json.dumps({"type": "event_callback", "event": {"type": event}}), JSON)


def test_over_http_slack_is_told_where_to_call_and_socket_mode_is_off() -> None:
    at = "https://kawaraban.example.com/slack/events"
    made = manifest.manifest("https://kawaraban.example.com/")
    places = [c["url"] for c in made["features"]["slash_commands"]]
    settings = made["settings"]
    places += [settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]]
    assert (set(places), settings["socket_mode_enabled"]) == ({at}, False)
