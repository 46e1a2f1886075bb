"""Links to stored posts, shown with their summary, tags and state."""

from typing import Any

from slack_sdk import WebClient

from bot.desk.lookup import Lookup
from handlers.messages import lookup as lookup_messages

SENTENCES = 2


def unfurl(event: dict[str, Any], client: WebClient, *, lookup: Lookup) -> None:
    """Links of the newsroom's own domains were posted, or are about to be: those that are stored unfurl."""
    found = {link["url"]: lookup.at(link["url"]) for link in event["links"]}
    unfurls = {
        url: lookup_messages.unfurled(lookup.summary_of(number, SENTENCES), lookup.zone)
        for url, number in found.items()
        if number is not None
    }
    if not unfurls:
        return
    if event.get("source") == "composer":  # not posted yet: Slack knows it by another name
        client.chat_unfurl(unfurl_id=event["unfurl_id"], source="composer", unfurls=unfurls)
    else:
        client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=unfurls)
