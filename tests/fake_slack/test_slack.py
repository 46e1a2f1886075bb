"""Slack as it is played for the demo and the tests behaves as Slack does."""

import http.client
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import (
    BOT_USER,
    SLACKBOT,
    Call,
    Fault,
    InlineExecutor,
    Refused,
    Slack,
    SlackMessage,
    signed,
)

SATO, SUZUKI = "U0SATO001", "U0SUZUKI1"
NEWS, REVIEW = "C0AINEWS1", "C0REVIEW1"
TOKEN = "xoxb-newsroom"
START = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "記事12"}},
    {
        "type": "actions",
        "block_id": "review",
        "elements": [
            {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "担当する"}, "value": "12"},
            {
                "type": "static_select",
                "action_id": "snooze",
                "options": [
                    {"text": {"type": "plain_text", "text": "明日"}, "value": "1"},
                    {"text": {"type": "plain_text", "text": "来週"}, "value": "7"},
                ],
            },
        ],
    },
]
SCHEDULE: dict[str, Any] = {
    "type": "modal",
    "callback_id": "schedule",
    "title": {"type": "plain_text", "text": "予約"},
    "submit": {"type": "plain_text", "text": "保存"},
    "blocks": [
        {
            "type": "input",
            "block_id": "time",
            "label": {"type": "plain_text", "text": "時刻"},
            "element": {"type": "timepicker", "action_id": "at", "initial_time": "08:00"},
        },
        {
            "type": "input",
            "block_id": "tags",
            "label": {"type": "plain_text", "text": "タグ"},
            "element": {"type": "plain_text_input", "action_id": "tags"},
        },
        {
            "type": "input",
            "block_id": "days",
            "optional": True,
            "label": {"type": "plain_text", "text": "曜日"},
            "element": {
                "type": "checkboxes",
                "action_id": "days",
                "options": [{"text": {"type": "plain_text", "text": "月"}, "value": "mon"}],
            },
        },
    ],
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[Slack]:
    with Slack(now=clock, token=TOKEN, unfurl_domains=["allforces.jp"]) as playing:
        yield playing


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return WebClient(token=TOKEN, base_url=slack.url, retry_handlers=[])


@pytest.fixture
def app(slack: Slack, client: WebClient) -> App:
    made = App(
        token=TOKEN,
        signing_secret=slack.signing_secret,
        process_before_response=True,
        listener_executor=InlineExecutor(),
        client=client,
    )
    slack.attach(made)
    return made


def bodies_of(register: Callable[..., Any]) -> list[dict[str, Any]]:
    """The bodies that reach a listener registered with `register`, from now on."""
    bodies: list[dict[str, Any]] = []

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        bodies.append(body)

    register(listen)
    return bodies


def heard(app: App, event: str) -> list[dict[str, Any]]:
    """The bodies in which the app gets this event, from now on."""
    return bodies_of(app.event(event))


def post(slack: Slack, app: App, **said: Any) -> SlackMessage:
    answer = app.client.chat_postMessage(channel=NEWS, **said)
    return slack.message(NEWS, answer["ts"])


def texts(messages: list[SlackMessage]) -> list[str]:
    return [message.text for message in messages]


def error_of(failure: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(failure.value.response["error"])


# ---- commands and response_urls
def test_the_ack_of_a_command_is_shown_to_the_person_who_typed_it(slack: Slack, app: App) -> None:
    app.command("/summary")(lambda ack, command: ack(f"要約 {command['text']}"))

    response = slack.command(SATO, "#ai-news", "/summary 3")

    assert response.status == 200
    [shown] = slack.messages(NEWS)
    assert (shown.text, shown.user, shown.ephemeral_to) == ("要約 3", BOT_USER, SATO)
    assert slack.messages(NEWS, seen_by=SUZUKI) == []


def test_an_ack_with_blocks_in_channel_is_shown_to_all(slack: Slack, app: App) -> None:
    app.command("/digest")(lambda ack: ack(text="ダイジェスト", blocks=BUTTONS, response_type="in_channel"))

    slack.command(SATO, NEWS, "/digest 送信")

    [shown] = slack.messages(NEWS)
    assert (shown.text, shown.blocks, shown.ephemeral_to) == ("ダイジェスト", BUTTONS, None)


def test_an_empty_ack_shows_nothing(slack: Slack, app: App) -> None:
    app.command("/digest")(lambda ack: ack())
    slack.command(SATO, NEWS, "/digest")
    assert slack.messages(NEWS) == []


def test_a_command_nobody_answers_is_reported_by_slackbot(slack: Slack, app: App) -> None:
    assert slack.command(SATO, NEWS, "/sumary 3").status == 404
    [shown] = slack.messages(NEWS)
    assert (shown.user, shown.text) == (SLACKBOT, '/sumary failed with the error "dispatch_failed"')


def test_a_lazy_listener_speaks_after_the_ack_and_a_command_has_no_original_to_replace(slack: Slack, app: App) -> None:
    def read(respond: Respond) -> None:
        respond(text="読みました", replace_original=True)

    app.command("/search")(ack=lambda ack: ack("読んでいます…"), lazy=[read])

    slack.command(SATO, NEWS, "/search 量子")

    assert texts(slack.messages(NEWS)) == ["読んでいます…", "読みました"]


def test_a_response_url_replaces_deletes_and_posts(slack: Slack, app: App) -> None:
    @app.action("take")
    def take(ack: Ack, respond: Respond, action: dict[str, Any]) -> None:
        ack()
        respond(text="担当: 佐藤", replace_original=True)
        respond(text="あなただけに")
        respond(text="みなさんに", response_type="in_channel")
        respond(delete_original=True)

    posted = post(slack, app, text="カード", blocks=BUTTONS)
    slack.press(SATO, posted, "take")

    calls = [call.args for call in slack.calls_of("response_url")]
    assert calls[0] == {"text": "担当: 佐藤", "replace_original": True}
    assert [(m.text, m.ephemeral_to) for m in slack.messages(NEWS)] == [("あなただけに", SATO), ("みなさんに", None)]


def test_an_ephemeral_message_is_replaced_in_place(slack: Slack, app: App) -> None:
    app.command("/search")(lambda ack: ack(text="1–5件", blocks=BUTTONS))
    app.action("take")(lambda ack, respond: (ack(), respond(text="6–10件", replace_original=True)))

    slack.command(SATO, NEWS, "/search AI")
    before = slack.messages(NEWS)[0]
    slack.press(SATO, before, "担当する")

    after = slack.message(NEWS, before.ts)
    assert (after.text, after.blocks, after.edited, after.ephemeral_to) == ("6–10件", [], True, SATO)


def test_a_response_url_works_five_times_within_half_an_hour(slack: Slack, app: App, clock: Clock) -> None:
    answers: list[tuple[int, str]] = []

    @app.command("/tag")
    def tag(ack: Ack, respond: Respond) -> None:
        ack()
        answers.extend((answer.status_code, answer.body) for answer in (respond(str(n)) for n in range(6)))

    @app.command("/late")
    def late(ack: Ack, respond: Respond) -> None:
        clock.time += timedelta(minutes=31)
        answer = respond("遅い")
        answers.append((answer.status_code, answer.body))
        ack()

    slack.command(SATO, NEWS, "/tag LLM")
    slack.command(SATO, NEWS, "/late")

    assert texts(slack.messages(NEWS)) == ["0", "1", "2", "3", "4"]
    assert answers[:5] == [(200, "ok")] * 5
    assert answers[5:] == [
        (404, '{"ok": false, "error": "used_url"}'),
        (404, '{"ok": false, "error": "expired_url"}'),
    ]


# ---- what people say
def test_a_message_reaches_the_app_as_slack_writes_it(slack: Slack, app: App) -> None:
    bodies = heard(app, "message")

    slack.say(SATO, "#ai-news", "A & B <!here> https://example.com/?a=1&b=2。どうぞ (https://example.com/b).")

    [body] = bodies
    event = body["event"]
    assert event["text"] == "A &amp; B <!here> <https://example.com/?a=1&amp;b=2>。どうぞ (<https://example.com/b>)."
    assert event["text"] == slack.said.text
    assert (event["ts"], event["event_ts"], body["event_time"]) == ("1769932800.000100",) * 2 + (1769932800,)
    assert (event["user"], event["channel"], event["channel_type"]) == (SATO, NEWS, "channel")
    assert "bot_id" not in event
    assert body["authorizations"][0]["user_id"] == BOT_USER


def test_timestamps_are_unique_and_grow_while_the_clock_stands_still(slack: Slack, clock: Clock) -> None:
    for _ in range(3):
        slack.say(SATO, NEWS, "同じ秒に")
    clock.time -= timedelta(hours=1)
    slack.say(SATO, NEWS, "時計が戻っても")
    stamps = [message.ts for message in slack.messages(NEWS)]
    assert stamps == sorted(set(stamps))


def test_a_file_is_shared_and_downloaded_with_a_token_only(slack: Slack, app: App) -> None:
    bodies = heard(app, "message")
    file = slack.file("記事.md", "---\ntitle: AI\n---\n本文".encode())

    slack.say(SATO, NEWS, "お願いします", files=[file])

    event = bodies[0]["event"]
    assert (event["subtype"], event["files"][0]["user"], event["files"][0]["size"]) == ("file_share", SATO, 24)
    address = event["files"][0]["url_private"]
    with urllib.request.urlopen(address) as answer:
        assert (answer.status, answer.headers.get_content_type()) == (200, "text/html")
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asked) as answer:
        assert (answer.read().decode(), answer.headers.get_content_type()) == (
            "---\ntitle: AI\n---\n本文",
            "text/markdown",
        )


def test_addressing_the_bot_and_linking_its_own_site_send_events_of_their_own(slack: Slack, app: App) -> None:
    heard(app, "message")
    mentions, links = heard(app, "app_mention"), heard(app, "link_shared")

    slack.say(SATO, NEWS, f"<@{BOT_USER}> https://www.allforces.jp/12 https://notallforces.jp/ は？")

    assert [body["event"]["type"] for body in mentions] == ["app_mention"]
    assert [body["event"]["links"] for body in links] == [
        [{"domain": "www.allforces.jp", "url": "https://www.allforces.jp/12"}]
    ]


def test_another_bot_speaks_with_its_bot_id(slack: Slack, app: App) -> None:
    bodies = heard(app, "message")
    slack.say("U0RSSBOT1", NEWS, "新着", bot_id="B0RSSBOT1")
    assert bodies[0]["event"]["bot_id"] == "B0RSSBOT1"


def test_an_edit_and_a_deletion_carry_what_was_there_before(slack: Slack, app: App) -> None:
    slack.say(SATO, NEWS, "まちがい")
    bodies = heard(app, "message")
    slack.edit(SATO, slack.said, "訂正")
    slack.delete(SATO, slack.said)
    changed, deleted = (body["event"] for body in bodies)
    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed",
        "訂正",
        "まちがい",
    )
    assert (deleted["subtype"], deleted["previous_message"]["text"]) == ("message_deleted", "訂正")
    assert slack.messages(NEWS) == []


def test_where_the_bot_is_not_it_hears_nothing_and_may_not_speak(slack: Slack, app: App, client: WebClient) -> None:
    bodies = heard(app, "message")
    slack.leave(BOT_USER, NEWS)
    assert slack.say(SATO, NEWS, "内緒").status == 204
    assert bodies == []
    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=NEWS, text="聞こえますか")
    assert error_of(failure) == "not_in_channel"
    joined = heard(app, "member_joined_channel")
    slack.join(BOT_USER, NEWS)
    assert joined[0]["event"]["user"] == BOT_USER


# ---- reactions
def test_reactions_change_the_message_and_reach_the_app(slack: Slack, app: App, client: WebClient) -> None:
    added, removed = heard(app, "reaction_added"), heard(app, "reaction_removed")
    slack.say(SATO, NEWS, "記事")
    ts = slack.said.ts

    slack.react(SUZUKI, NEWS, ts, "flag")
    slack.react(SATO, NEWS, ts, "flag")
    assert slack.said.reactions == {"flag": (SUZUKI, SATO)}
    slack.unreact(SUZUKI, NEWS, ts, "flag")

    assert slack.said.reactions == {"flag": (SATO,)}
    event = added[0]["event"]
    assert (event["user"], event["reaction"], event["item_user"]) == (SUZUKI, "flag", SATO)
    assert event["item"] == {"type": "message", "channel": NEWS, "ts": ts}
    assert removed[0]["event"]["event_ts"] > added[1]["event"]["event_ts"] > event["event_ts"]
    shown = client.reactions_get(channel=NEWS, timestamp=ts)["message"]["reactions"]
    assert shown == [{"name": "flag", "users": [SATO], "count": 1}]


def test_the_bot_gives_and_takes_back_each_emoji_once(slack: Slack, client: WebClient) -> None:
    slack.say(SATO, NEWS, "記事")
    where = {"channel": NEWS, "timestamp": slack.said.ts}
    client.reactions_add(name="newspaper", **where)
    with pytest.raises(SlackApiError) as twice:
        client.reactions_add(name="newspaper", **where)
    client.reactions_remove(name="newspaper", **where)
    with pytest.raises(SlackApiError) as gone:
        client.reactions_remove(name="newspaper", **where)
    assert (error_of(twice), error_of(gone), slack.said.reactions) == ("already_reacted", "no_reaction", {})
    with pytest.raises(Refused, match="no_reaction"):
        slack.unreact(SATO, NEWS, slack.said.ts, "flag")


# ---- controls and views
def test_pressing_a_button_and_choosing_an_option(slack: Slack, app: App) -> None:
    pressed = bodies_of(app.action({"block_id": "review"}))
    card = post(slack, app, text="カード", blocks=BUTTONS)
    slack.press(SUZUKI, card, 0)
    slack.press(SUZUKI, card, "take", "12")
    slack.press(SUZUKI, card, "担当する")
    slack.press(SUZUKI, card, "snooze", "来週")

    first, chosen = pressed[0], pressed[3]["actions"][0]
    button = {
        "type": "button",
        "action_id": "take",
        "block_id": "review",
        "value": "12",
        "text": {"type": "plain_text", "text": "担当する"},
    }
    assert [
        {key: value for key, value in body["actions"][0].items() if key != "action_ts"} for body in pressed[:3]
    ] == [button] * 3
    assert chosen["selected_option"] == {"text": {"type": "plain_text", "text": "来週"}, "value": "7"}
    assert first["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": NEWS,
        "is_ephemeral": False,
    }
    assert first["message"]["blocks"][0]["block_id"] == "b1"  # Slack names the blocks that have no name
    assert first["user"]["id"] == SUZUKI
    with pytest.raises(LookupError, match=r"no control 'close'.*take 担当する, snooze"):
        slack.press(SATO, card, "close")


def test_of_an_ephemeral_message_the_app_gets_the_place_but_not_the_content(slack: Slack, app: App) -> None:
    app.command("/search")(lambda ack: ack(text="結果", blocks=BUTTONS))
    bodies = bodies_of(app.action("take"))
    slack.command(SATO, NEWS, "/search AI")
    slack.press(SATO, slack.messages(NEWS)[0], "take")
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]


def open_schedule(slack: Slack, app: App) -> dict[str, Any]:
    app.command("/digest")(
        lambda ack, client, command: (ack(), client.views_open(trigger_id=command["trigger_id"], view=SCHEDULE))
    )
    slack.command(SATO, NEWS, "/digest 予約")
    view = slack.modal(SATO)
    assert view is not None
    return view


def test_a_modal_is_filled_in_and_submitted(slack: Slack, app: App) -> None:
    bodies = bodies_of(app.view("schedule"))
    view = open_schedule(slack, app)

    with pytest.raises(ValueError, match="required, but empty: tags"):
        slack.submit(SATO, view)
    slack.submit(SATO, view, {"tags": "LLM", "days": ["月"]})

    assert [body["view"]["state"]["values"] for body in bodies] == [
        {
            "time": {"at": {"type": "timepicker", "selected_time": "08:00"}},
            "tags": {"tags": {"type": "plain_text_input", "value": "LLM"}},
            "days": {
                "days": {
                    "type": "checkboxes",
                    "selected_options": [{"text": {"type": "plain_text", "text": "月"}, "value": "mon"}],
                }
            },
        }
    ]
    assert slack.modal(SATO) is None


def test_a_modal_stays_open_with_errors_and_changes_with_update(slack: Slack, app: App) -> None:
    answers: Iterator[dict[str, Any]] = iter(
        [
            {"response_action": "errors", "errors": {"tags": "タグがありません"}},
            {"response_action": "update", "view": SCHEDULE | {"private_metadata": "2"}},
            {"response_action": "push", "view": SCHEDULE | {"private_metadata": "3"}},
            {"response_action": "clear"},
        ]
    )
    app.view("schedule")(lambda ack: ack(**next(answers)))
    view = open_schedule(slack, app)
    seen = []
    for _ in range(4):
        slack.submit(SATO, view, {"tags": "LLM"})
        top = slack.modal(SATO)
        seen.append(top and (top["private_metadata"], top["previous_view_id"]))
        view = top or view
    first = view["root_view_id"]
    assert seen == [("", None), ("2", None), ("3", first), None]


def test_a_trigger_opens_one_view_within_three_seconds(slack: Slack, app: App, clock: Clock) -> None:
    errors: list[str] = []

    @app.shortcut("check")
    def check(ack: Ack, client: WebClient, shortcut: dict[str, Any]) -> None:
        for late in (timedelta(0), timedelta(0), timedelta(seconds=4)):
            clock.time += late
            try:
                client.views_open(trigger_id=shortcut["trigger_id"], view=SCHEDULE)
            except SlackApiError as error:
                errors.append(error.response["error"])
        ack()

    slack.shortcut(SATO, "check")
    assert errors == ["exchanged_trigger_id", "exchanged_trigger_id"]

    @app.shortcut("late")
    def late(ack: Ack, client: WebClient, shortcut: dict[str, Any]) -> None:
        clock.time += timedelta(seconds=4)
        with pytest.raises(SlackApiError) as failure:
            client.views_open(trigger_id=shortcut["trigger_id"], view=SCHEDULE)
        errors.append(error_of(failure))
        ack()

    slack.shortcut(SATO, "late")
    assert errors[2:] == ["expired_trigger_id"]


def test_a_message_shortcut_carries_the_message(slack: Slack, app: App) -> None:
    bodies = bodies_of(app.shortcut("summarise"))
    slack.say(SATO, NEWS, "記事")
    slack.shortcut(SUZUKI, "summarise", slack.said)
    assert (bodies[0]["type"], bodies[0]["message"]["text"], bodies[0]["message_ts"]) == (
        "message_action",
        "記事",
        slack.said.ts,
    )


def test_the_home_is_published_and_its_buttons_work(slack: Slack, app: App) -> None:
    pressed = bodies_of(app.action("take"))

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    slack.home(SATO, tab="messages")
    assert slack.home_view(SATO) is None
    slack.home(SATO)
    view = slack.home_view(SATO)
    assert view is not None
    slack.press(SATO, view, "take")
    assert [body["container"] for body in pressed] == [{"type": "view", "view_id": view["id"]}]


# ---- the Web API
def test_what_is_posted_is_kept_and_recorded(slack: Slack, client: WebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"key": "d1"}}
    answer = client.chat_postMessage(channel="#ai-news", text="本日", blocks=BUTTONS, metadata=metadata)
    [message] = slack.messages(NEWS)
    assert (answer["channel"], answer["ts"], answer["message"]["text"]) == (NEWS, message.ts, "本日")
    assert (message.text, message.blocks, message.metadata, message.user) == ("本日", BUTTONS, metadata, BOT_USER)
    sent = {"channel": "#ai-news", "text": "本日", "blocks": BUTTONS, "metadata": metadata}
    assert slack.calls_of("chat.postMessage") == [Call("chat.postMessage", sent)]


def test_form_and_json_calls_are_the_same_call(slack: Slack, client: WebClient) -> None:
    form = {"channel": NEWS, "text": "本日", "blocks": json.dumps(BUTTONS)}
    client.api_call("chat.postMessage", params=form)
    client.api_call("chat.postMessage", json={"channel": NEWS, "text": "本日", "blocks": BUTTONS})
    first, second = slack.calls_of("chat.postMessage")
    assert first == second


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "あ"}, "channel_not_found"),
        ("chat.postMessage", {"channel": NEWS}, "no_text"),
        ("chat.postMessage", {"channel": NEWS, "blocks": BUTTONS * 26}, "invalid_blocks"),
        (
            "chat.postMessage",
            {"channel": NEWS, "text": "あ", "metadata": {"event_type": "x"}},
            "invalid_metadata_format",
        ),
        ("chat.postEphemeral", {"channel": NEWS, "user": "U0NOBODY1", "text": "あ"}, "user_not_in_channel"),
        ("chat.update", {"channel": NEWS, "ts": "1.000100", "text": "あ"}, "message_not_found"),
        ("chat.delete", {"channel": NEWS, "ts": "1.000100"}, "message_not_found"),
        ("chat.getPermalink", {"channel": NEWS, "message_ts": "1.000100"}, "message_not_found"),
        ("conversations.history", {"channel": SATO}, "channel_not_found"),
        ("conversations.replies", {"channel": NEWS, "ts": "1.000100"}, "thread_not_found"),
        ("users.info", {"user": "U0NOBODY1"}, "user_not_found"),
        ("files.info", {"file": "F0"}, "file_not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": SCHEDULE}, "invalid_trigger_id"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.shout", {}, "unknown_method"),
    ],
)
def test_slack_refuses_with_its_own_codes(client: WebClient, method: str, args: dict[str, Any], error: str) -> None:
    with pytest.raises(SlackApiError) as failure:
        client.api_call(method, json=args)
    assert error_of(failure) == error


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), (None, "not_authed")])
def test_another_token_is_turned_away(slack: Slack, token: str | None, error: str) -> None:
    with pytest.raises(SlackApiError) as failure:
        WebClient(token=token, base_url=slack.url).auth_test()
    assert error_of(failure) == error


def test_the_app_learns_who_it_is_and_what_it_may(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (BOT_USER, "T0NEWSDSK")
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")
    assert client.bots_info(bot=answer["bot_id"])["bot"]["user_id"] == BOT_USER


def test_an_update_keeps_what_is_not_given_but_text_alone_takes_the_blocks(slack: Slack, app: App) -> None:
    metadata = {"event_type": "card", "event_payload": {}}
    card = post(slack, app, text="カード", blocks=BUTTONS, metadata=metadata)
    app.client.api_call("chat.update", json={"channel": NEWS, "ts": card.ts, "blocks": BUTTONS[:1]})
    blocks_only = slack.message(NEWS, card.ts)
    app.client.chat_update(channel=NEWS, ts=card.ts, text="済")
    text_only = slack.message(NEWS, card.ts)
    assert (blocks_only.text, blocks_only.blocks, blocks_only.metadata) == ("カード", BUTTONS[:1], metadata)
    assert (text_only.text, text_only.blocks, text_only.metadata) == ("済", [], metadata)
    assert (card.edited, text_only.edited) == (False, True)


def test_what_others_said_the_bot_can_neither_change_nor_delete(slack: Slack, client: WebClient) -> None:
    slack.say(SATO, NEWS, "私の記事")
    with pytest.raises(SlackApiError) as update:
        client.chat_update(channel=NEWS, ts=slack.said.ts, text="直しました")
    with pytest.raises(SlackApiError) as delete:
        client.chat_delete(channel=NEWS, ts=slack.said.ts)
    assert (error_of(update), error_of(delete)) == ("cant_update_message", "cant_delete_message")


def test_history_is_newest_first_without_replies_and_with_metadata_only_when_asked(slack: Slack, app: App) -> None:
    parent = post(slack, app, text="親", metadata={"event_type": "digest", "event_payload": {"key": "d1"}})
    post(slack, app, text="返信", thread_ts=parent.ts)
    post(slack, app, text="全員にも", thread_ts=parent.ts, reply_broadcast=True)
    app.client.chat_postEphemeral(channel=NEWS, user=SATO, text="佐藤だけ")
    slack.say(SATO, NEWS, "最新")

    plain = app.client.conversations_history(channel=NEWS)["messages"]
    full = app.client.conversations_history(channel=NEWS, include_all_metadata=True)["messages"]

    assert [m["text"] for m in plain] == ["最新", "全員にも", "親"]
    assert [m.get("metadata") for m in plain] == [None, None, None]
    assert full[2]["metadata"] == parent.metadata
    assert (full[2]["reply_count"], full[2]["thread_ts"]) == (2, parent.ts)
    replies = app.client.conversations_replies(channel=NEWS, ts=parent.ts)["messages"]
    assert [m["text"] for m in replies] == ["親", "返信", "全員にも"]
    assert texts(slack.thread(NEWS, parent.ts)) == ["親", "返信", "全員にも"]


def test_history_has_bounds_and_pages(slack: Slack, client: WebClient) -> None:
    stamps = []
    for n in range(5):
        slack.say(SATO, NEWS, str(n))
        stamps.append(slack.said.ts)

    def read(**args: Any) -> list[str]:
        return [m["text"] for m in client.conversations_history(channel=NEWS, **args)["messages"]]

    assert read(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert read(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    assert read(oldest=stamps[0], limit=2) == ["2", "1"]  # the ones closest to oldest
    pages = [[m["text"] for m in page["messages"]] for page in client.conversations_history(channel=NEWS, limit=2)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_a_direct_message_opens_its_channel(slack: Slack, client: WebClient, app: App) -> None:
    answer = client.chat_postMessage(channel=SATO, text="あなたの件数")
    assert answer["channel"] == client.conversations_open(users=SATO)["channel"]["id"] == slack.direct(SATO)
    bodies = heard(app, "message")
    slack.say(SATO, slack.direct(SATO), "了解")
    assert bodies[0]["event"]["channel_type"] == "im"


def test_people_and_places_are_described(slack: Slack, client: WebClient) -> None:
    slack.leave(SUZUKI, REVIEW)
    assert client.users_info(user=SATO)["user"]["profile"]["display_name"] == "佐藤"
    assert client.conversations_members(channel=REVIEW)["members"] == [BOT_USER, SATO, "U0TANAKA1"]
    assert client.conversations_info(channel=REVIEW)["channel"]["name"] == "review"
    listed = client.conversations_list()["channels"]
    assert [(place["name"], place["is_member"]) for place in listed][:2] == [("ai-news", True), ("review", True)]
    assert client.conversations_join(channel=NEWS)["warning"] == "already_in_channel"
    assert [person["is_bot"] for person in client.users_list()["members"]] == [False, False, False, True]


def test_links_are_unfurled_where_they_stand(slack: Slack, client: WebClient) -> None:
    address = "https://allforces.jp/?p=1&q=2"
    slack.say(SATO, NEWS, address)
    client.chat_unfurl(channel=NEWS, ts=slack.said.ts, unfurls={address: {"blocks": BUTTONS[:1]}})
    assert slack.said.unfurls == {address: {"blocks": BUTTONS[:1]}}
    with pytest.raises(SlackApiError) as failure:
        client.chat_unfurl(channel=NEWS, ts=slack.said.ts, unfurls={"https://other.jp/": {"blocks": []}})
    assert error_of(failure) == "cannot_unfurl_url"


def test_a_chart_is_uploaded_into_a_thread(slack: Slack, app: App) -> None:
    parent = post(slack, app, text="週報")
    app.client.files_upload_v2(channel=NEWS, thread_ts=parent.ts, filename="tags.png", content=b"\x89PNG", title="推移")
    shared = slack.thread(NEWS, parent.ts)[1]
    assert [(file["title"], file["mimetype"], file["size"]) for file in shared.files] == [("推移", "image/png", 4)]


def test_a_permalink_leads_to_the_message(slack: Slack, app: App) -> None:
    parent = post(slack, app, text="親")
    reply = post(slack, app, text="返信", thread_ts=parent.ts)
    digits = reply.ts.replace(".", "")
    expected = f"https://newsroom.slack.com/archives/{NEWS}/p{digits}?thread_ts={parent.ts}&cid={NEWS}"
    assert app.client.chat_getPermalink(channel=NEWS, message_ts=reply.ts)["permalink"] == expected
    assert slack.permalink(reply) == expected


# ---- when things go wrong
def test_a_rate_limit_says_how_long_to_wait_and_the_next_call_goes_through(slack: Slack, client: WebClient) -> None:
    slack.fault("chat.postMessage", Fault.rate_limited(30))
    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=NEWS, text="早すぎ")
    client.chat_postMessage(channel=NEWS, text="一度だけ")
    answer = failure.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "30")
    assert len(slack.calls_of("chat.postMessage")) == 2
    assert texts(slack.messages(NEWS)) == ["一度だけ"]


def test_a_server_error_does_nothing(slack: Slack, client: WebClient) -> None:
    slack.fault("chat.postMessage", Fault.server_error())
    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=NEWS, text="届かない")
    assert failure.value.response.status_code == 500
    assert slack.messages(NEWS) == []


@pytest.mark.parametrize(("fault", "done"), [(Fault.drop_before(), []), (Fault.drop_after(), ["届いた？"])])
def test_a_lost_connection_leaves_the_client_in_doubt(
    slack: Slack, client: WebClient, fault: Fault, done: list[str]
) -> None:
    slack.fault("chat.postMessage", fault)
    with pytest.raises(http.client.RemoteDisconnected):
        client.chat_postMessage(channel=NEWS, text="届いた？")
    assert texts(slack.messages(NEWS)) == done


def test_a_slow_answer_comes_too_late_for_what_was_done(slack: Slack) -> None:
    impatient = WebClient(token=TOKEN, base_url=slack.url, timeout=0.05, retry_handlers=[])  # type: ignore[arg-type]
    slack.fault("chat.postMessage", Fault.slow(0.15))
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=NEWS, text="届いた")
    assert texts(slack.messages(NEWS)) == ["届いた"]


def test_a_refusal_is_slacks_own_and_faults_are_met_in_turn(slack: Slack, client: WebClient) -> None:
    slack.fault("chat.postMessage", Fault.refuse("missing_scope", needed="chat:write"), Fault.refuse("is_archived"))
    errors = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as failure:
            client.chat_postMessage(channel=NEWS, text="あ")
        errors.append((error_of(failure), failure.value.response.get("needed")))
    client.chat_postMessage(channel=NEWS, text="三度目")
    assert errors == [("missing_scope", "chat:write"), ("is_archived", None)]
    assert texts(slack.messages(NEWS)) == ["三度目"]


def test_a_fault_for_a_method_that_does_not_exist_is_a_mistake(slack: Slack) -> None:
    with pytest.raises(LookupError, match=r"chat\.post_message is never called"):
        slack.fault("chat.post_message", Fault.server_error())


def test_a_response_url_can_fail_too(slack: Slack, app: App) -> None:
    statuses: list[int] = []

    @app.command("/tag")
    def tag(ack: Ack, respond: Respond) -> None:
        ack()
        statuses.append(respond("LLM").status_code)

    slack.fault("response_url", Fault.server_error())
    slack.command(SATO, NEWS, "/tag LLM")
    assert (statuses, slack.messages(NEWS)) == ([500], [])


# ---- signatures and redelivery
def forged(slack: Slack, app: App, *, secret: str | None = None, timestamp: int | None = None) -> BoltResponse:
    last = slack.sent[-1]
    return app.dispatch(signed(last.body, secret or slack.signing_secret, last.content_type, timestamp))


def test_a_wrong_or_old_signature_is_turned_away(slack: Slack, app: App) -> None:
    bodies = heard(app, "message")
    slack.say(SATO, NEWS, "本物")
    assert forged(slack, app).status == 200
    assert forged(slack, app, secret="guessed").status == 401
    assert forged(slack, app, timestamp=int(time.time()) - 3600).status == 401
    assert len(bodies) == 2


def test_a_redelivery_carries_the_same_event_id(slack: Slack, app: App) -> None:
    seen: list[tuple[str, list[str] | None]] = []

    @app.event("message")
    def listen(body: dict[str, Any], request: Any) -> None:
        seen.append((body["event_id"], request.headers.get("x-slack-retry-num")))

    slack.say(SATO, NEWS, "一度目")
    first = slack.sent[-1]
    slack.say(SATO, NEWS, "二度目")
    slack.redeliver()
    slack.redeliver(first, number=2)

    (one, _), (two, _), again, later = seen
    assert one != two
    assert (again, later) == ((two, ["1"]), (one, ["2"]))
    assert texts(slack.messages(NEWS)) == ["一度目", "二度目"]
