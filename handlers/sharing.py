"""「チャンネルに共有」: what one person asked for becomes a message for all."""

from typing import Any

from slack_bolt import Respond

from bot.desk import Desk
from bot.errors import NotReady
from handlers.lookup import BESIDE
from handlers.messages import about, blocks
from handlers.sender import Sender


def share(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, sender: Sender) -> None:
    """Put the summary into the channel it was asked in, once, however often the button is pressed."""
    value = blocks.value_of(action)
    channel, user = body["channel"]["id"], body["user"]["id"]
    key = f"share:{channel}:{user}:{body['container']['message_ts']}:{value['post']}"
    if not desk.share(key, channel, value["post"], max(1, value["sentences"]), user):
        respond(**about.working("共有済みです"), **BESIDE)
        return
    sender.deliver()
    if desk.store.failed(key):
        raise NotReady("このチャンネルに瓦版がいません。/invite @kawaraban を実行してから、もう一度お試しください。")
