"""What the checks found: shown, said to be 誤検知, and taken back."""

from typing import Any

from slack_bolt import Respond

from bot.desk import Desk
from handlers.lookup import BESIDE
from handlers.messages import blocks, findings
from handlers.people import People
from handlers.sender import Sender


def show(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """「要確認 3件」 was pressed: all findings of the post, for the asker alone."""
    respond(**findings.listing(desk.findings(blocks.value_of(action)["post"])), **BESIDE)


def dismiss(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """「誤検知」 was pressed on a finding."""
    user, value = body["user"]["id"], blocks.value_of(action)
    people.must(user, "decide")
    silenced = desk.dismiss(value["post"], value["rule"], value["quote"], user)
    respond(**findings.silenced(value["post"], silenced), **BESIDE)
    sender.deliver()


def restore(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """「元に戻す」 was pressed after a 誤検知."""
    people.must(body["user"]["id"], "decide")
    value = blocks.value_of(action)
    respond(**findings.restored(value["post"], desk.restore(value["post"], value["rule"])), **BESIDE)
    sender.deliver()
