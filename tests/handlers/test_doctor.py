"""What is examined, what is found, and the remedy."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk import WebClient
from typer.testing import CliRunner

from bot.__main__ import app
from bot.domain.outbox_messages import SharedSummary
from bot.fake_slack import BOT_USER, Fault, Slack
from bot.settings import Settings
from handlers.doctor import STILL, STUCK, examine
from handlers.manifest import SCOPES as NEEDED
from handlers.messages import doctor
from handlers.messages.doctor import Check
from storage.store import Store
from tests.conftest import (
    ANNA,
    NEWS,
    REVIEW,
    Clock,
    Office,
    desk_on,
    no_network,
)
from tests.handlers.articles import on_sqlite

INVITE = "そのチャンネルで /invite @kawaraban を実行してください。"
MANIFEST = "「kawaraban manifest」の内容をアプリ設定に貼り、ワークスペースへ再インストールしてください。"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack(token="xoxb-1", scopes=NEEDED) as slack:
        yield slack


def found(store: Store, clock: Clock, slack: Slack, **settings: Any) -> dict[str, Check]:
    given: dict[str, Any] = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", **settings}
    chosen = Settings(_env_file=None, slack_api_url=slack.url, **given)
    desk = desk_on(store, chosen, now=clock, fetch=no_network)
    client = WebClient(token=chosen.slack_bot_token, base_url=slack.url, retry_handlers=[])
    return {check.check: check for check in examine(desk, store.health, client)}


def wrong(checks: dict[str, Check]) -> list[Check]:
    return [check for check in checks.values() if not check.ok]


def test_where_everything_is_right_every_check_says_so(store: Store, clock: Clock, slack: Slack) -> None:
    store.health.record_tick()
    checks = found(store, clock, slack, digest_channel=NEWS, review_channel=REVIEW)
    assert wrong(checks) == []
    assert list(checks) == [
        "database", "clock", "outbox", "dictionary", "time-zone", "connection", "bot-token", "scopes", "machine-clock",
        f"channel:{NEWS}", f"channel:{REVIEW}",
    ]  # fmt: skip
    assert checks["bot-token"].detail == "Newsroom の @kawaraban"
    assert checks[f"channel:{REVIEW}"].detail == "レビュー: #review"
    assert checks["time-zone"].detail == "Asia/Tokyo、いま 2月1日(日) 7:59"
    assert checks["dictionary"].detail.endswith("／を／学ぶ")


@pytest.mark.both_engines
def test_an_empty_database_is_to_be_migrated(database: str, tmp_path: Path, clock: Clock, slack: Slack) -> None:
    store = Store.at(f"sqlite:///{tmp_path / 'empty.db'}", clock)
    assert found(store, clock, slack)["database"].remedy == "「kawaraban migrate」を実行してください。"
    store.close()


@on_sqlite
@pytest.mark.both_engines
def test_a_database_that_cannot_be_reached_is_named(store: Store, clock: Clock, slack: Slack) -> None:
    away = Store.at("postgresql+psycopg://nobody@127.0.0.1:1/nothing", clock)
    check = found(away, clock, slack)["database"]
    assert (check.ok, check.remedy) == (False, "DATABASE_URL と、データベースが動いているかを確認してください。")


def test_a_clock_that_stands_still_is_noticed(store: Store, clock: Clock, slack: Slack) -> None:
    assert found(store, clock, slack)["clock"].detail == "まだ一度も動いていません。"
    store.health.record_tick()
    clock.at += STILL
    assert found(store, clock, slack)["clock"].ok
    clock.forward(minutes=28)
    store.health.record_tick()
    clock.forward(minutes=30)
    check = found(store, clock, slack)["clock"]
    assert (check.ok, check.detail) == (False, "最後に動いたのは 2月1日(日) 8:29（30分前）")


def test_a_message_that_waits_too_long_is_noticed_with_its_reason(store: Store, clock: Clock, slack: Slack) -> None:
    store.outbox.add(SharedSummary(1, 3, ANNA).to(NEWS, "k"))
    clock.at += STUCK
    assert found(store, clock, slack)["outbox"] == Check("outbox", True, "送信待ち 1件")
    letter = store.outbox.claim_next()
    assert letter is not None
    store.outbox.postpone(letter, 1, "not_in_channel", delivery_unknown=False)
    clock.at += timedelta(minutes=5)
    check = found(store, clock, slack)["outbox"]
    assert (check.ok, check.detail) == (False, f"15分前から送信できていません（{NEWS} not_in_channel）。待ち 1件")


@on_sqlite
def test_missing_tokens_are_named_and_slack_is_not_asked(store: Store, clock: Clock, slack: Slack) -> None:
    checks = found(store, clock, slack, slack_bot_token="", slack_signing_secret="")
    assert {c.check for c in wrong(checks)} == {"bot-token", "connection", "clock"}
    assert slack.calls == []


@on_sqlite
def test_a_token_that_slack_refuses_is_named(store: Store, clock: Clock, slack: Slack) -> None:
    check = found(store, clock, slack, slack_bot_token="xoxb-other")["bot-token"]
    assert (check.ok, check.detail) == (False, "Slackの答え: invalid_auth")


@on_sqlite
def test_a_missing_scope_is_named(store: Store, clock: Clock) -> None:
    with Slack(token="xoxb-1", scopes=set(NEEDED) - {"reactions:write", "users:read"}) as slack:
        check = found(store, clock, slack)["scopes"]
    assert check == Check("scopes", False, "足りない権限: reactions:write, users:read", MANIFEST)


@on_sqlite
def test_a_channel_without_the_bot_or_that_does_not_exist_is_named(store: Store, clock: Clock, slack: Slack) -> None:
    slack.leave(BOT_USER, REVIEW)
    checks = found(store, clock, slack, review_channel=REVIEW, digest_channel="ai-news")
    assert checks[f"channel:{REVIEW}"] == Check(
        f"channel:{REVIEW}", False, "レビュー: #review に瓦版がいません。", INVITE
    )
    assert (checks["channel:ai-news"].ok, checks["channel:ai-news"].detail) == (
        False, "ダイジェスト: Slackの答え: channel_not_found",
    )  # fmt: skip


@on_sqlite
def test_an_app_token_is_tried(store: Store, clock: Clock, slack: Slack) -> None:
    check = found(store, clock, slack, slack_app_token="xapp-1")["app-token"]
    assert (check.ok, check.remedy) == (False, "SLACK_APP_TOKEN（xapp-…、権限 connections:write）を確認してください。")


@on_sqlite
def test_slack_that_is_away_is_named(store: Store, clock: Clock, slack: Slack) -> None:
    slack.fault("auth.test", Fault.drop_before())
    assert found(store, clock, slack)["bot-token"].detail.startswith("Slackに接続できません")


# ---- where it is asked for
@on_sqlite
@pytest.mark.parametrize("typed", ["診断", "doctor", "　診断　"])
def test_an_editor_asks_for_it_in_slack(office: Office, typed: str) -> None:
    office.newsroom.tick()
    office.types(f"/kawaraban {typed}")
    answer = [m for m in office.slack.messages(NEWS) if m.ephemeral_to == ANNA]
    client = office.newsroom.sender.client
    told = doctor.report([*examine(office.newsroom.desk, office.newsroom.store.health, client)])
    assert [m.text for m in answer] == ["診断しています…", told["text"]]


def test_the_command_line_prints_a_row_for_each_check_and_exits_1_where_one_is_wrong(
    stocked: str, slack: Slack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"DATABASE_URL": stocked, "SLACK_API_URL": slack.url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": ""}
    result = CliRunner().invoke(app, ["doctor", "--json"], env=given | {"SLACK_SIGNING_SECRET": "s"})
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset({"check", "ok", "detail", "remedy"})}
    assert ([row["check"] for row in rows if not row["ok"]], result.exit_code) == (["clock"], 1)
    assert all(row["remedy"] for row in rows if not row["ok"])
    told = CliRunner().invoke(app, ["doctor"], env=given)
    assert told.exit_code == 1
    assert told.stdout.splitlines()[0].startswith("✅ データベース: ")


@on_sqlite
def test_a_machine_whose_clock_is_wrong_is_noticed(
    store: Store, clock: Clock, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # in the one module alone: Slack, played here too, keeps the right time
    monkeypatch.setattr("handlers.doctor.time", SimpleNamespace(time=lambda: time.time() + 600))
    check = found(store, clock, slack)["machine-clock"]
    assert not check.ok
    assert 598 <= int(check.detail.removeprefix("Slackと").partition("秒")[0]) <= 602
