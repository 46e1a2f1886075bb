"""/digest: look at the next one, or send what is new now."""

import unicodedata
from typing import Any

from slack_bolt import Ack

from bot.desk import Desk
from bot.errors import WrongUse
from handlers.about import asks_for_help
from handlers.messages import about
from handlers.messages import digest as messages


def digest(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Answer `/digest 確認` with the very payload that would go out, `/digest 送信` by deciding to send it."""
    if asks_for_help(command):
        ack(**about.command_help("/digest"))
        return
    word = unicodedata.normalize("NFKC", command["text"]).split()[0].lower()
    if word in ("確認", "preview"):
        ack(**messages.digest(desk.preview_digest(command["channel_id"])))
    elif word in ("送信", "send"):
        ack(**messages.sent(desk.send_digest(command["channel_id"])))
    else:
        raise WrongUse(f"「{word}」は使えません。「/digest 確認」または「/digest 送信」と入力してください。")
