"""What must be right for the newsroom to work, each with its remedy."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import wording
from bot.desk import Desk
from bot.desk.lookup import folded
from bot.domain.health import Health
from bot.errors import KawarabanError
from bot.japanese.tokens import tokens
from bot.settings import Settings
from handlers.manifest import SCOPES
from handlers.messages import doctor
from handlers.messages.doctor import Check

log = logging.getLogger(__name__)
STILL = timedelta(minutes=2)
"""How long after its last tick the clock counts as standing still."""
STUCK = timedelta(minutes=10)
"""How long a message may wait for its turn."""
SKEW = 120.0
"""Seconds by which this machine's clock may differ from Slack's; at 300 signatures are refused."""
_MANIFEST = "「kawaraban manifest」の内容をアプリ設定に貼り、ワークスペースへ再インストールしてください。"


class StoredHealth(Protocol):
    """What is needed of the store's health."""

    def check(self) -> Health: ...
    def counts(self) -> dict[str, int]: ...


def diagnose(command: dict[str, Any], respond: Respond, client: WebClient, *, desk: Desk, health: StoredHealth) -> None:
    """After the acknowledgement of `/kawaraban 診断`: examine everything and tell who asked."""
    if asked_for(command):
        respond(**doctor.report([*examine(desk, health, client)]), response_type="ephemeral")


def asked_for(command: dict[str, Any]) -> bool:
    """Whether `/kawaraban` was typed with 診断."""
    return folded(command.get("text") or "").lower() in ("診断", "doctor")


def examine(desk: Desk, health: StoredHealth, client: WebClient) -> Iterator[Check]:
    """Every check there is, in the order in which things depend on each other. Changes nothing."""
    stored = [*_store(desk, health)]
    yield from stored
    yield _attempt("dictionary", _dictionary, "「uv sync」で unidic-lite を入れ直してください。")
    yield Check("time-zone", True, f"{desk.zone.key}、いま {wording.when(desk.now(), desk.zone)}")
    yield _way_in(desk)
    if not desk.settings.slack_bot_token:
        yield Check("bot-token", False, "SLACK_BOT_TOKEN がありません。", "xoxb- で始まるトークンを設定してください。")
        return
    plans = [plan.channel for plan in desk.schedules.standing() if not plan.is_personal] if stored[0].ok else []
    yield from _slack(desk.settings, client, plans)


def _attempt(check: str, work: Callable[[], str], remedy: str) -> Check:
    try:
        return Check(check, True, work())
    except Exception as e:
        log.info("%s: %s", check, e)
        return Check(check, False, str(e) or repr(e), remedy)


# ---- without Slack
def _store(desk: Desk, stored: StoredHealth) -> Iterator[Check]:
    try:
        health = stored.check()
    except KawarabanError as e:
        yield Check("database", False, str(e), "DATABASE_URL と、データベースが動いているかを確認してください。")
        return
    current = health.revision == health.newest
    shape = health.revision or "空"
    remedy = "" if current else "「kawaraban migrate」を実行してください。"
    yield Check("database", current, f"{health.engine}、形 {shape}（必要な形 {health.newest}）", remedy)
    if current:
        yield _clock(health, desk)
        yield _outbox(health, desk)


def _clock(health: Health, desk: Desk) -> Check:
    remedy = "「kawaraban run」または「kawaraban clock」を動かしてください。ダイジェストと通知はここから出ます。"
    if health.ticked_at is None:
        return Check("clock", False, "まだ一度も動いていません。", remedy)
    since = desk.now() - health.ticked_at
    detail = f"最後に動いたのは {wording.when(health.ticked_at, desk.zone)}（{wording.ago(since)}）"
    return Check("clock", since <= STILL, detail, "" if since <= STILL else remedy)


def _outbox(health: Health, desk: Desk) -> Check:
    if health.waits_since is None or desk.now() - health.waits_since <= STUCK:
        return Check("outbox", True, f"送信待ち {health.waiting}件")
    since = wording.ago(desk.now() - health.waits_since)
    remedy = "そのチャンネルで「/invite @kawaraban」を実行し、clock が動いているか確認してください。"
    return Check(
        "outbox", False, f"{since}から送信できていません（{health.waits_for}）。待ち {health.waiting}件", remedy
    )


def _dictionary() -> str:
    words = [token.surface for token in tokens("量子計算機を学ぶ")]
    if "を" not in words:
        raise ValueError(f"日本語を分けられません（{words}）。")
    return "／".join(words)


def _way_in(desk: Desk) -> Check:
    ways = [("Socket Mode", desk.settings.slack_app_token), ("HTTP", desk.settings.slack_signing_secret)]
    there = [name for name, secret in ways if secret]
    remedy = "SLACK_APP_TOKEN（Socket Mode）か SLACK_SIGNING_SECRET（HTTP）を設定してください。"
    return Check("connection", bool(there), "、".join(there) or "受信の方法がありません。", "" if there else remedy)


# ---- what Slack says
def _slack(settings: Settings, client: WebClient, plans: Sequence[str]) -> Iterator[Check]:
    try:
        told = client.auth_test()
    except (SlackClientError, OSError) as e:
        yield Check("bot-token", False, _code(e), "SLACK_BOT_TOKEN（xoxb-…）とネットワークを確認してください。")
        return
    yield Check("bot-token", True, f"{told.get('team')} の @{told.get('user')}")
    headers = {name.lower(): str(value) for name, value in told.headers.items()}
    if "x-oauth-scopes" in headers:
        yield _scopes(headers["x-oauth-scopes"])
    if "date" in headers:
        yield _skew(parsedate_to_datetime(headers["date"]))
    if settings.slack_app_token:
        socket = WebClient(token=settings.slack_app_token, base_url=client.base_url, timeout=client.timeout)
        remedy = "SLACK_APP_TOKEN（xapp-…、権限 connections:write）を確認してください。"
        yield _asked("app-token", lambda: socket.apps_connections_open(app_token=socket.token or ""), remedy)
    for channel, what in _channels(settings, plans):
        yield _channel(client, channel, what)


def _scopes(granted: str) -> Check:
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    detail = f"足りない権限: {', '.join(missing)}" if missing else f"{len(SCOPES)}件すべてあります。"
    return Check("scopes", not missing, detail, _MANIFEST if missing else "")


def _skew(theirs: datetime) -> Check:
    seconds = abs(time.time() - theirs.timestamp())  # of the machine, whatever time the newsroom is told
    if seconds <= SKEW:
        return Check("machine-clock", True, "Slackと合っています。")
    remedy = "このコンピューターの時計を合わせてください（NTP）。5分ずれるとSlackの署名を確認できません。"
    return Check("machine-clock", False, f"Slackと{seconds:.0f}秒ずれています。", remedy)


def _channels(s: Settings, plans: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Every channel that the newsroom needs, with what for; each once."""
    wanted = [(s.digest_channel, "ダイジェスト"), (s.review_channel, "レビュー")]
    wanted += [(s.admin_channel, "管理者への知らせ")]
    wanted += [(channel, "取り込み") for channel in s.watched_channels]
    wanted += [(channel, "ダイジェスト") for channel in plans]
    return [*{channel: (channel, what) for channel, what in reversed(wanted) if channel}.values()][::-1]


def _channel(client: WebClient, channel: str, what: str) -> Check:
    name = f"channel:{channel}"
    try:
        told = client.conversations_info(channel=channel)["channel"]
    except (SlackClientError, OSError) as e:
        remedy = "チャンネルのID（C…、名前ではありません）と、瓦版の招待（/invite @kawaraban）を確認してください。"
        return Check(name, False, f"{what}: {_code(e)}", remedy)
    shown = f"{what}: #{told.get('name', channel)}"
    if told.get("is_archived"):
        return Check(name, False, f"{shown} はアーカイブ済みです。", "別のチャンネルを設定してください。")
    if not told.get("is_member"):
        return Check(
            name, False, f"{shown} に瓦版がいません。", "そのチャンネルで /invite @kawaraban を実行してください。"
        )
    return Check(name, True, shown)


def _asked(check: str, ask: Callable[[], Any], remedy: str) -> Check:
    try:
        ask()
    except (SlackClientError, OSError) as e:
        return Check(check, False, _code(e), remedy)
    return Check(check, True, "Slackが受け付けました。")


def _code(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return f"Slackの答え: {error.response.get('error')}"
    return f"Slackに接続できません（{error}）。"
