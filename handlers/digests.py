"""/digest: look at the next one, send what is new now, plan them, and ask why."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.desk import Desk
from bot.desk.lookup import Choice, folded
from bot.errors import WrongUse
from handlers import schedules as plans
from handlers.about import asks_for_help
from handlers.messages import about, lookup, schedules, why
from handlers.messages import digest as messages
from handlers.messages.blocks import Message
from handlers.people import People

Answer = Callable[[Desk, dict[str, Any], str], Message]


def digest(ack: Ack, command: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """Answer `/digest 確認` and its kin; what changes something is for admins."""
    if asks_for_help(command):
        ack(**about.command_help("/digest"))
        return
    word, _, rest = folded(command["text"]).partition(" ")
    name = _NAMES.get(word.lower())
    if name is None:
        raise WrongUse(f"「{word}」は使えません。「/digest ヘルプ」で使い方を確認できます。")
    if name in _MANAGING:
        people.must(command["user_id"], "manage")
    if name in ("schedule", "change"):
        number = None if name == "schedule" else _number(word, rest)
        plans.open_form(client, command["trigger_id"], desk, command["channel_id"], number)
        ack()
    else:
        ack(**_ANSWERS[name](desk, command, rest))


def _preview(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    return messages.digest(desk.preview_digest(command["channel_id"], number=_number("確認", rest) if rest else None))


def _send(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    number = _number("送信", rest) if rest else None
    return messages.sent(desk.send_digest(command["channel_id"], number=number, by=command["user_id"]))


def _list(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    return schedules.listing(desk.schedules(), desk.store.source_names())


def _pause(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    return plans.paused(desk, _number("停止", rest))


def _resume(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    return plans.resumed(desk, _number("再開", rest))


def _remove(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    return schedules.removed(desk.remove_schedule(_number("削除", rest)))


def _why(desk: Desk, command: dict[str, Any], rest: str) -> Message:
    if not rest:
        raise WrongUse("どの記事かを書いてください。「/digest なぜ 12」のように、番号、URL、語で指定できます。")
    answer = desk.why(rest, command["channel_id"])
    return lookup.choice(answer, desk.zone) if isinstance(answer, Choice) else why.why(answer)


_NAMES = {
    "確認": "preview", "送信": "send", "予約": "schedule", "一覧": "list", "変更": "change", "停止": "pause",
    "再開": "resume", "削除": "remove", "なぜ": "why",
}  # fmt: skip
_NAMES |= {name: name for name in _NAMES.values()}
_MANAGING = {"send", "schedule", "change", "pause", "resume", "remove"}
_ANSWERS: dict[str, Answer] = {
    "preview": _preview, "send": _send, "list": _list, "pause": _pause, "resume": _resume, "remove": _remove,
    "why": _why,
}  # fmt: skip


def _number(word: str, rest: str) -> int:
    if not (number := re.fullmatch(r"#?(\d{1,9})", rest.strip())):
        raise WrongUse(f"予定の番号を書いてください（「/digest {word} 2」）。番号は「/digest 一覧」で確認できます。")
    return int(number[1])
