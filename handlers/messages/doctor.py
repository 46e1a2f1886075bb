"""The health checks and their results."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.messages import blocks as b

CHECKS = {
    "database": "データベース", "clock": "定時の処理", "outbox": "送信待ち", "dictionary": "日本語の辞書",
    "time-zone": "時間帯", "connection": "受信の方法", "bot-token": "ボットのトークン", "app-token": "アプリのトークン",
    "scopes": "権限", "machine-clock": "サーバーの時計", "channel": "チャンネル",
}  # fmt: skip
SHOWN = 30


@dataclass(frozen=True)
class Check:
    """One health check: whether it passed, what it found, and the fix if it failed."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""


def report(checks: Sequence[Check]) -> b.Message:
    """Every check on a line, failures first, each with its fix."""
    wrong = sum(not check.ok for check in checks)
    head = (
        f"診断: {len(checks)}項目のうち{wrong}項目を直してください。"
        if wrong
        else f"診断: {len(checks)}項目すべて正常です。"
    )
    ordered = sorted(checks, key=lambda check: check.ok)
    lines = [line(check) for check in ordered[:SHOWN]]
    rest = [b.context(f"ほか{len(checks) - SHOWN}項目")] if len(checks) > SHOWN else []
    body = [b.section(b.escape(text)) for text in lines]
    return b.message("\n".join([head, *lines]), [b.section(f"*{head}*"), *body, *rest])


def line(check: Check) -> str:
    """One check as text."""
    name = CHECKS.get(check.check.partition(":")[0], check.check)
    remedy = f"\n→ {check.remedy}" if check.remedy else ""
    return f"{'✅' if check.ok else '⚠️'} {name}: {check.detail[:150]}{remedy}"
