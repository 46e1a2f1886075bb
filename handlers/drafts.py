"""Drafts of digests: 送信, ✅, 外す and 順番."""

from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient

from bot.desk import Desk
from handlers.lookup import BESIDE
from handlers.messages import blocks, draft
from handlers.people import People
from handlers.sender import Sender


def send(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """「送信」 was pressed: the draft goes out; who comes second is told who was first."""
    user = body["user"]["id"]
    people.must(user, "decide")
    digest, decided = desk.store.approve_digest(blocks.value_of(action)["digest"], user)
    if not decided:
        respond(**draft.too_late(digest, desk.now()), **BESIDE)
    sender.deliver()


def move(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """A story was moved, left out or put back."""
    user, value = body["user"]["id"], blocks.value_of(action)
    people.must(user, "decide")
    digest, done = desk.store.edit_digest(value["digest"], value["post"], value["move"], edits=value["edits"], by=user)
    if not done:
        respond(**draft.too_late(digest, desk.now()), **BESIDE)
    sender.deliver()


def approve(event: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """✅ on a draft sends it, like the button."""
    item = event.get("item") or {}
    if event["type"] != "reaction_added" or desk.meaning(event.get("reaction", "")) != "fixed":
        return
    letter = desk.store.letter_at(item.get("channel", ""), item.get("ts", ""))
    if letter is None or letter.kind != "draft" or people.is_bot(event["user"]):
        return
    people.must(event["user"], "decide")
    digest, decided = desk.store.approve_digest(letter.ids["digest"], event["user"])
    if not decided and digest.decided_by != event["user"]:
        told = draft.too_late(digest, desk.now())
        client.chat_postEphemeral(channel=item["channel"], user=event["user"], **told)
