"""Drafts of digests: 送信, ✅, 外す and 順番."""

from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient

from bot.desk.digests import Digests
from bot.desk.reviews import Reviews
from handlers.messages import blocks, draft
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL
from handlers.sender import Sender


def send(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    digests: Digests,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """Send a draft by 「送信」. If it was decided before, tell the person by whom."""
    user = body["user"]["id"]
    permissions.must(user, "decide")
    digest, decided = digests.approve(blocks.value_of(action)["digest"], user)
    if not decided:
        respond(**draft.too_late(digest, digests.now()), **EPHEMERAL)
    sender.deliver()


def move(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    digests: Digests,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """Move a story of a draft, leave it out, or put it back."""
    user, value = body["user"]["id"], blocks.value_of(action)
    permissions.must(user, "decide")
    digest, done = digests.edit(value["digest"], value["post"], value["move"], edits=value["edits"], by=user)
    if not done:
        respond(**draft.too_late(digest, digests.now()), **EPHEMERAL)
    sender.deliver()


def approve(
    event: dict[str, Any], client: WebClient, *, digests: Digests, reviews: Reviews, permissions: Permissions
) -> None:
    """Send a draft by ✅, like the button. Other emoji cost no look into the database."""
    item = event.get("item") or {}
    if event["type"] != "reaction_added" or reviews.meaning(event.get("reaction", "")) != "fixed":
        return
    draft_id = digests.draft_at(item.get("channel", ""), item.get("ts", ""))
    if draft_id is None or permissions.is_bot(event["user"]):
        return
    permissions.must(event["user"], "decide")
    digest, decided = digests.approve(draft_id, event["user"])
    if not decided and digest.decided_by != event["user"]:
        told = draft.too_late(digest, digests.now())
        client.chat_postEphemeral(channel=item["channel"], user=event["user"], **told)
