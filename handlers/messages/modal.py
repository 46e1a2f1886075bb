"""A message as a modal, for places without a channel to answer in."""

from handlers.messages import blocks as b

TITLE = "瓦版"
FIND = "find_posts"
_CHANNEL_ONLY = {"share"}  # buttons that need a channel


def of_message(message: b.Message) -> b.Block:
    """The modal that shows a message, without buttons that need a channel."""
    return modal(TITLE, [kept for block in message["blocks"] if (kept := _kept(block))])


def modal(title: str, body: list[b.Block], **more: object) -> b.Block:
    """A modal with a title of at most 24 characters; `more` are Slack's own fields (`submit`, `callback_id` …)."""
    words = {"title": b.words(title[:24]), "close": b.words("閉じる")}
    return {"type": "modal", **words, "blocks": body[: b.VIEW], **more}


def find(answer: b.Message | None = None) -> b.Block:
    """The search modal, with the hits below the input."""
    words = {
        "type": "input",
        "block_id": FIND,
        "label": b.words("語、タグ:… 著者:… 媒体:… 期間:2026-01"),
        "element": {"type": "plain_text_input", "action_id": FIND, "max_length": 300, "focus_on_load": True},
    }
    found = of_message(answer)["blocks"] if answer else []
    return modal("記事を探す", [words, *found], callback_id=FIND, submit=b.words("探す"))


def _kept(block: b.Block) -> b.Block | None:
    if block["type"] != "actions":
        return block
    buttons = [button for button in block["elements"] if button["action_id"] not in _CHANNEL_ONLY]
    return {**block, "elements": buttons} if buttons else None
