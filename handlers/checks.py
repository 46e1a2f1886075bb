"""What the checks found: shown, said to be 誤検知, and taken back."""

from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk import Desk
from bot.errors import Unreadable
from handlers.carried import carried, pasted_post, written
from handlers.intake import downloaded
from handlers.lookup import BESIDE
from handlers.messages import blocks, findings
from handlers.people import People
from handlers.sender import Sender


def show(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """「要確認 3件」 was pressed: all findings of the post, for the asker alone."""
    respond(**findings.listing(desk.findings(blocks.value_of(action)["post"])), **BESIDE)


def ask(body: dict[str, Any], client: WebClient) -> None:
    """校閲する without a message: the modal opens into which a draft is pasted."""
    client.views_open(trigger_id=body["trigger_id"], view=findings.form())


def pasted(ack: Ack, view: dict[str, Any], *, desk: Desk) -> None:
    """A draft was pasted into the modal: the findings take its place."""
    text = view["state"]["values"]["draft"]["draft"]["value"] or ""
    try:
        ack(response_action="update", view=findings.result(desk.examine(text.encode("utf-8", "replace"))))
    except Unreadable as e:
        ack(response_action="errors", errors={"draft": str(e)[:2_000]})


def examine(body: dict[str, Any], client: WebClient, respond: Respond, *, desk: Desk) -> None:
    """校閲する on a message: the findings of the posts it shows, of its Markdown files, or of its text."""
    message, channel = body["message"], body["channel"]["id"]
    shown, _ = desk.store.shown(channel, message["ts"])
    files = carried({**message, "bot_id": None, "subtype": None}).files
    if len(shown) == 1:
        respond(**findings.listing(desk.findings(shown[0])), **BESIDE)
    elif shown:
        respond(**findings.which([desk.findings(number) for number in shown]), **BESIDE)
    elif files:
        for file in files:
            respond(**findings.examined(desk.examine(downloaded(file, client), file["name"])), **BESIDE)
    elif text := pasted_post(message.get("text") or "") or written(message.get("text") or "").strip():
        respond(**findings.examined(desk.examine(text.encode("utf-8", "replace"))), **BESIDE)
    else:
        respond(**findings.nothing_to_check(), **BESIDE)


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
