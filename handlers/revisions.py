"""変更点: what the edits of a post changed."""

from typing import Any

from slack_bolt import Respond

from bot.desk import Desk
from handlers.lookup import BESIDE
from handlers.messages import blocks
from handlers.messages import revisions as messages


def changes(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """変更点 was pressed: the newest edits, for the asker alone."""
    post_id = blocks.value_of(action)["post"]
    post, _ = desk.post(post_id)
    respond(**messages.changes(post, desk.store.revisions(post_id), desk.zone), **BESIDE)
