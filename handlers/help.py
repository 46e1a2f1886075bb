"""/kawaraban, and what every command does when it is asked for help."""

import unicodedata
from importlib.metadata import version
from typing import Any

from slack_bolt import Ack

from bot.desk.checks import Checks
from bot.desk.lookup import folded
from handlers import doctor
from handlers.messages import findings, help


def kawaraban(ack: Ack, command: dict[str, Any], *, health: doctor.StoredHealth, checks: Checks) -> None:
    """Answer `/kawaraban` with every command and how flags work, `/kawaraban ルール` with how each check does."""
    if folded(command.get("text") or "").lower() in ("ルール", "rules"):
        ack(**findings.records(checks.records()))
        return
    if doctor.asked_for(command):
        ack(**help.working("診断しています"))
        return
    ack(**help.overview(version("kawaraban"), health.counts()["posts"]))


def asks_for_help(command: dict[str, Any], *, empty: bool = True) -> bool:
    """Whether a command was typed with ヘルプ or help, or (where `empty` counts as asking) with nothing."""
    text = unicodedata.normalize("NFKC", command.get("text") or "").strip().lower()
    return text in ("ヘルプ", "help", "?") or (empty and not text)
