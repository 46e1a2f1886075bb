"""変更点: what the edits of a post changed."""

from typing import Any

from slack_bolt import Respond

from bot.desk.lookup import Lookup
from handlers.messages import blocks
from handlers.messages import revisions as messages
from handlers.replies import EPHEMERAL


def changes(action: dict[str, Any], respond: Respond, *, lookup: Lookup) -> None:
    """変更点 was pressed: the newest edits, for the asker alone."""
    post_id = blocks.value_of(action)["post"]
    post, _ = lookup.post(post_id)
    respond(**messages.changes(post, lookup.revisions(post_id), lookup.zone), **EPHEMERAL)
