"""Elements of Block Kit. External text is escaped here and nowhere else; limits are applied after escaping."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

Block = dict[str, Any]
Message = dict[str, Any]

BLOCKS = 50
VIEW = 100
SECTION = 3_000
HEADER = 150
VALUE = 2_000
TEXT = 3_500
MESSAGE = 13_000
"""Characters in all blocks that Slack accepts in one message (about 13,200)."""
ADDRESS = 1_000
"""Longer URLs are not linked, so that a section always has room for a link and its label."""
_LINK = re.compile(r"<(https?://[^<>|]+)\|")


def escape(text: str, limit: int = SECTION) -> str:
    """Escape external text so that mrkdwn shows it literally, at most `limit` characters once escaped."""
    return _fitting(text, limit, _inert)


def plain(text: str, limit: int = TEXT) -> str:
    """Plain text for a message's `text`, for notifications and screen readers: no links, no mentions."""
    return _fitting(text, limit, _entities)


def _fitting(text: str, limit: int, escaped: Callable[[str], str]) -> str:
    if len(whole := escaped(text)) <= limit:
        return whole
    cut = text[: limit - 1]
    while len(escaped(cut)) > limit - 1:
        cut = cut[: -max(1, (len(escaped(cut)) - limit) // 5)]
    return escaped(cut) + "…"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inert(text: str) -> str:
    # mrkdwn formats only next to a space or the line's end; a word joiner next to the character keeps it literal
    return re.sub(r"[*_~`]", "\u2060\\g<0>\u2060", _entities(text))


def link(url: str | None, text: str, limit: int = 300) -> str:
    """A link, or the text alone if the URL is not usable."""
    label = escape(text.replace("\n", " "), limit) or "（無題）"
    address = re.sub(r"[\s<>|]", lambda sign: quote(sign[0]), url or "")  # `<@…` in it would mention somebody
    if not address.startswith(("http://", "https://")) or len(address) > ADDRESS:
        return label
    return f"<{address}|{label}>"


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A paragraph of already escaped mrkdwn."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn[:SECTION]}}
    return block | {"accessory": accessory} if accessory else block


def context(*mrkdwn: str) -> Block:
    """Small grey text, already escaped; at most ten elements."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": m[:SECTION]} for m in mrkdwn if m][:10]}


def words(text: str) -> Block:
    """Our own plain text, such as a label or a title."""
    return {"type": "plain_text", "text": text, "emoji": True}


def header(text: str) -> Block:
    """A headline. Slack shows it as plain text, so nothing is escaped."""
    return {"type": "header", "text": words(_shortened(text, HEADER))}


def divider() -> Block:
    """A divider."""
    return {"type": "divider"}


def button(text: str, action: str, value: Any = None, *, url: str | None = None, style: str | None = None) -> Block:
    """A button. `value` travels as JSON; see `value_of`."""
    block: Block = {
        "type": "button",
        "text": words(_shortened(text, 75)),
        "action_id": action,
    }
    if value is not None:
        block["value"] = packed(value)
    if url:
        block["url"] = url
    if style:
        block["style"] = style
    return block


def choice(text: str, action: str, options: Mapping[str, Any]) -> Block:
    """A menu of a few options, each with its label and value; `text` is the placeholder."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": words(_shortened(text, 150)),
        "options": [{"text": words(_shortened(label, 75)), "value": packed(value)} for label, value in options.items()],
    }


def overflow(action: str, options: Mapping[str, Any]) -> Block:
    """An overflow menu (three dots) of at most five options, each with its label and value."""
    chosen = [{"text": words(label), "value": packed(value)} for label, value in options.items()]
    return {"type": "overflow", "action_id": action, "options": chosen[:5]}


def packed(value: Any) -> str:
    """The value of a control or a view, as the text that Slack stores; see `value_of`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Any:
    """Decode the text of `packed`."""
    return json.loads(text)


def value_of(action: Mapping[str, Any]) -> Any:
    """The value of a clicked button or a chosen option; None if it has none."""
    value = (action.get("selected_option") or action).get("value")
    return unpacked(value) if value else None


def actions(*buttons: Block | None) -> Block:
    """A row of buttons; None is omitted."""
    return {"type": "actions", "elements": [b for b in buttons if b is not None][:25]}


def cell(text: str) -> Block:
    """A table cell: plain text, so nothing is escaped."""
    return {"type": "raw_text", "text": text[:300] or "–"}


def openable(url: str | None) -> Block | None:
    """The button that opens the article; None if it has no URL."""
    if not url or not url.startswith(("http://", "https://")) or len(url) > 3_000:
        return None
    return button("全文を開く", "open", url=url)


def rich(*pieces: tuple[str, bool]) -> Block:
    """A line of text with parts in bold, shown literally.

    mrkdwn's `*` is not bold between Japanese letters, so matches inside a sentence use rich text.
    """
    elements = [
        {"type": "text", "text": text, **({"style": {"bold": True}} if bold else {})} for text, bold in pieces if text
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def marked(text: str, matches: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The parts of `text` for `rich`, those inside `matches` bold."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in matches:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*pieces, (text[at:], False)]


def message(text: str, blocks: Sequence[Block], room: int = MESSAGE) -> Message:
    """A whole message. `text` is for notifications and screen readers; blocks beyond Slack's limit are dropped, which
    callers prevent by counting. If everything is longer than `room`, the longest URLs are removed and their labels
    stay."""
    return {"text": plain(text) or "瓦版", "blocks": _fitted(list(blocks)[:BLOCKS], room)}


def ours(text: str, *blocks: Block) -> Message:
    """A message of our own text only, which may mention people and channels; without blocks the text is shown."""
    return {"text": text, "blocks": list(blocks) or [section(text)]}


def _fitted(blocks: list[Block], room: int) -> list[Block]:
    said = json.dumps(blocks, ensure_ascii=False)
    for address in sorted(set(_LINK.findall(said)), key=len, reverse=True):
        if size(blocks) <= room:
            break
        said = re.sub(rf"<{re.escape(address)}\|([^<>]*)>", r"\1", said)
        blocks = json.loads(said)
    return blocks


def size(part: Any) -> int:
    """The approximate number of characters Slack counts: all texts in these blocks, with the URLs of links."""
    if isinstance(part, Mapping):
        return sum(len(v) if k == "text" and isinstance(v, str) else size(v) for k, v in part.items())
    return sum(size(p) for p in part) if isinstance(part, list) else 0


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
