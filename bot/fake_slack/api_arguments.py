"""How Slack parses the arguments of a call, and the error codes with which it refuses them."""

import base64
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from bot.fake_slack.workspace import Json, Refused, SlackMessage

Args = Mapping[str, Any]
T = TypeVar("T")

_LONGEST = {"section": 3000, "header": 150}


def flag(args: Args, name: str) -> bool:
    """Whether the argument is true, in any notation that clients use."""
    return str(args.get(name, "")).lower() in ("1", "true")


def checked_blocks(blocks: Any, most: int = 50) -> list[Json]:
    """Return the blocks if Slack accepts them; only those limits are checked that a bot's input can exceed."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if len(blocks) > most or not all(isinstance(block, dict) and _takes(block) for block in blocks):
        raise Refused("invalid_blocks")
    return blocks


def _takes(block: Json) -> bool:
    text = block.get("text")
    length = len(text.get("text", "")) if isinstance(text, dict) else 1
    return "type" in block and 0 < length <= _LONGEST.get(block["type"], 40_000)


def content(args: Args) -> Json:
    """The content of a message: text, blocks and attachments, at least one of them."""
    said = {
        "text": args.get("text") or "",
        "blocks": checked_blocks(args.get("blocks") or []),
        "attachments": args.get("attachments") or [],
    }
    if not any(said.values()):
        raise Refused("no_text")
    return said


def metadata(args: Args) -> Json | None:
    """The metadata of a message; None if there is none, or if it is empty, which removes it."""
    given = args.get("metadata") or None
    if given is not None and (not isinstance(given, dict) or not {"event_type", "event_payload"} <= set(given)):
        raise Refused("invalid_metadata_format")
    return given


def between(messages: Iterable[SlackMessage], args: Args) -> list[SlackMessage]:
    """The messages after `oldest` and before `latest`; including both ends with `inclusive`."""
    try:
        oldest, latest = Decimal(args.get("oldest") or 0), Decimal(args.get("latest") or "Infinity")
    except InvalidOperation:
        raise Refused("invalid_ts_oldest") from None
    if flag(args, "inclusive"):
        return [m for m in messages if oldest <= Decimal(m.ts) <= latest]
    return [m for m in messages if oldest < Decimal(m.ts) < latest]


def page(messages: list[T], args: Args, usual: int) -> tuple[list[T], Json]:
    """Return the page that `cursor` and `limit` ask for, and the fields of the answer about the rest."""
    try:
        start = int(base64.b64decode(args.get("cursor") or "").decode().removeprefix("next:") or 0)
        limit = min(int(args.get("limit") or usual), 999)
    except ValueError:
        raise Refused("invalid_cursor") from None
    rest = start + limit < len(messages)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    return messages[start : start + limit], {"has_more": rest, "response_metadata": {"next_cursor": cursor}}
