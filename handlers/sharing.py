"""「チャンネルに共有」: what one person asked for becomes a message for all."""

from itertools import count
from typing import Any

from slack_bolt import Respond

from bot.desk.reviews import Reviews
from bot.errors import NotReady
from handlers.messages import blocks, help
from handlers.replies import EPHEMERAL
from handlers.sender import Sender

_INVITE = "このチャンネルに瓦版がいません。/invite @kawaraban を実行してから、もう一度お試しください。"
_REMEDIES = {"not_in_channel": _INVITE, "channel_not_found": _INVITE}


def share(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, reviews: Reviews, sender: Sender) -> None:
    """Put the summary into the channel it was asked in, once, however often the button is pressed.

    Where Slack refused it, pressing again is another try.
    """
    value = blocks.value_of(action)
    channel, user = body["channel"]["id"], body["user"]["id"]
    shown = f"share:{channel}:{user}:{body['container']['message_ts']}:{value['post']}"
    key = next(k for k in (f"{shown}:{n}" for n in count(1)) if not sender.failure(k))
    if not reviews.share(key, channel, value["post"], max(1, value["sentences"]), user):
        respond(**help.shared_before(), **EPHEMERAL)
        return
    sender.deliver()
    if reason := sender.failure(key):
        raise NotReady(_REMEDIES.get(reason, f"Slackがこのチャンネルへの投稿を受け付けません（{reason}）。"))
    if (waits_for := sender.blocked_reason(channel)) is not None:
        raise NotReady(_REMEDIES.get(waits_for, "先に送る投稿を待っています。順に送信されます。"))
