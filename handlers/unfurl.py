"""Links to stored posts, shown with their summary, tags and state."""

from typing import Any

from slack_sdk import WebClient

from bot.desk import Desk
from bot.posts import address
from handlers.messages import lookup

SENTENCES = 2


def unfurl(event: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """Links of the newsroom's own domains were posted, or are about to be: those that are stored unfurl."""
    found = {link["url"]: desk.store.post_at(address(link["url"])) for link in event["links"]}
    unfurls = {
        url: lookup.unfurled(desk.summary_of(number, SENTENCES), desk.zone)
        for url, number in found.items()
        if number is not None
    }
    if not unfurls:
        return
    if event.get("source") == "composer":  # not posted yet: Slack knows it by another name
        client.chat_unfurl(unfurl_id=event["unfurl_id"], source="composer", unfurls=unfurls)
    else:
        client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=unfurls)
