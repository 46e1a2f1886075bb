"""What the checks found: shown, said to be 誤検知, and taken back."""

from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk.checks import Checks
from bot.desk.lookup import Lookup
from bot.errors import Unreadable
from handlers.intake import downloaded
from handlers.message_content import carried, pasted_post, written
from handlers.messages import blocks, findings
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL
from handlers.sender import Sender


def show(action: dict[str, Any], respond: Respond, *, checks: Checks) -> None:
    """「要確認 3件」 was pressed: all findings of the post, for the asker alone."""
    respond(**findings.listing(checks.findings(blocks.value_of(action)["post"])), **EPHEMERAL)


def ask(body: dict[str, Any], client: WebClient) -> None:
    """校閲する without a message: the modal opens into which a draft is pasted."""
    client.views_open(trigger_id=body["trigger_id"], view=findings.form())


def pasted(ack: Ack, view: dict[str, Any], *, checks: Checks) -> None:
    """A draft was pasted into the modal: the findings take its place."""
    text = view["state"]["values"]["draft"]["draft"]["value"] or ""
    try:
        ack(response_action="update", view=findings.result(checks.examine(text.encode("utf-8", "replace"))))
    except Unreadable as e:
        ack(response_action="errors", errors={"draft": str(e)[:2_000]})


def examine(body: dict[str, Any], client: WebClient, respond: Respond, *, lookup: Lookup, checks: Checks) -> None:
    """校閲する on a message: the findings of the posts it shows, of its Markdown files, or of its text."""
    message, channel = body["message"], body["channel"]["id"]
    shown = lookup.shown_in(channel, message["ts"])
    files = carried({**message, "bot_id": None, "subtype": None}).files
    if len(shown) == 1:
        respond(**findings.listing(checks.findings(shown[0])), **EPHEMERAL)
    elif shown:
        respond(**findings.which([checks.findings(number) for number in shown]), **EPHEMERAL)
    elif files:
        for file in files:
            respond(**findings.examined(checks.examine(downloaded(file, client), file["name"])), **EPHEMERAL)
    elif text := pasted_post(message.get("text") or "") or written(message.get("text") or "").strip():
        respond(**findings.examined(checks.examine(text.encode("utf-8", "replace"))), **EPHEMERAL)
    else:
        respond(**findings.nothing_to_check(), **EPHEMERAL)


def dismiss(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    checks: Checks,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """「誤検知」 was pressed on a finding."""
    user, value = body["user"]["id"], blocks.value_of(action)
    permissions.must(user, "decide")
    silenced = checks.dismiss(value["post"], value["rule"], value["quote"], user)
    respond(**findings.silenced(value["post"], silenced), **EPHEMERAL)
    sender.deliver()


def restore(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    checks: Checks,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """「元に戻す」 was pressed after a 誤検知."""
    permissions.must(body["user"]["id"], "decide")
    value = blocks.value_of(action)
    respond(**findings.restored(value["post"], checks.restore(value["post"], value["rule"])), **EPHEMERAL)
    sender.deliver()
