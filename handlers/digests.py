"""/digest: look at the next one, send what is new now, plan them, and ask why."""

import re
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.desk.digests import Digests
from bot.desk.lookup import Choice, folded
from bot.desk.schedules import Schedules
from bot.errors import WrongUse
from handlers import schedules as plans
from handlers.help import asks_for_help
from handlers.messages import digest as messages
from handlers.messages import digest_trace, help
from handlers.messages import lookup as lookup_messages
from handlers.messages import schedules as schedules_messages
from handlers.messages.blocks import Message
from handlers.permissions import Permissions


def digest(
    ack: Ack,
    command: dict[str, Any],
    client: WebClient,
    *,
    schedules: Schedules,
    digests: Digests,
    permissions: Permissions,
) -> None:
    """Answer `/digest 確認` and its kin; what changes something is for admins."""
    if asks_for_help(command):
        ack(**help.command_help("/digest"))
        return
    word, _, rest = folded(command["text"]).partition(" ")
    name = _NAMES.get(word.lower())
    if name is None:
        raise WrongUse(f"「{word}」は使えません。「/digest ヘルプ」で使い方を確認できます。")
    if name in _MANAGING:
        permissions.must(command["user_id"], "manage")
    if name in ("schedule", "change"):
        number = None if name == "schedule" else _number(word, rest)
        plans.open_form(client, command["trigger_id"], schedules, command["channel_id"], number)
        ack()
    else:
        ack(**_answer(name, command, rest, schedules, digests))


def _answer(name: str, command: dict[str, Any], rest: str, schedules: Schedules, digests: Digests) -> Message:
    channel = command["channel_id"]
    match name:
        case "preview":
            return messages.digest(digests.preview(channel, number=_number("確認", rest) if rest else None))
        case "send":
            number = _number("送信", rest) if rest else None
            return messages.sent(digests.send(channel, number=number, by=command["user_id"]))
        case "pause":
            return plans.paused(schedules, _number("停止", rest))
        case "resume":
            return plans.resumed(schedules, _number("再開", rest))
        case "remove":
            return schedules_messages.removed(schedules.remove(_number("削除", rest)))
        case "why":
            return _why(rest, channel, digests)
        case _:
            return schedules_messages.listing(schedules.all(), schedules.source_names())


def _why(rest: str, channel: str, digests: Digests) -> Message:
    if not rest:
        raise WrongUse("どの記事かを書いてください。「/digest なぜ 12」のように、番号、URL、語で指定できます。")
    answer = digests.why(rest, channel)
    return lookup_messages.choice(answer, digests.zone) if isinstance(answer, Choice) else digest_trace.why(answer)


_NAMES = {
    "確認": "preview", "送信": "send", "予約": "schedule", "一覧": "list", "変更": "change", "停止": "pause",
    "再開": "resume", "削除": "remove", "なぜ": "why",
}  # fmt: skip
_NAMES |= {name: name for name in _NAMES.values()}
_MANAGING = {"send", "schedule", "change", "pause", "resume", "remove"}


def _number(word: str, rest: str) -> int:
    if not (number := re.fullmatch(r"#?(\d{1,9})", rest.strip())):
        raise WrongUse(f"予定の番号を書いてください（「/digest {word} 2」）。番号は「/digest 一覧」で確認できます。")
    return int(number[1])
