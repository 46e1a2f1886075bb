"""/kawaraban, and what every command does when it is asked for help."""

import unicodedata
from importlib.metadata import version
from typing import Any

from slack_bolt import Ack

from bot.desk import Desk
from bot.desk.lookup import folded
from handlers import doctor
from handlers.messages import about, findings


def kawaraban(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Answer `/kawaraban` with every command and how flags work, `/kawaraban ルール` with how each check does."""
    if folded(command.get("text") or "").lower() in ("ルール", "rules"):
        ack(**findings.records(desk.records()))
        return
    if doctor.asked_for(command):
        ack(**about.working("診断しています"))
        return
    ack(**about.overview(version("kawaraban"), desk.store.counts()["posts"]))


def asks_for_help(command: dict[str, Any], *, empty: bool = True) -> bool:
    """Whether a command was typed with ヘルプ or help, or (where `empty` counts as asking) with nothing."""
    text = unicodedata.normalize("NFKC", command.get("text") or "").strip().lower()
    return text in ("ヘルプ", "help", "?") or (empty and not text)
