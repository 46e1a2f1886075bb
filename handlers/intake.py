"""What people share in a channel: links and Markdown files become posts."""

import re
from collections.abc import Collection
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.desk.intake import Taken
from bot.errors import KawarabanError, Unreadable
from bot.sources.fetch import fetch_from_slack
from bot.sources.jekyll import FILE_LIMIT
from handlers.errors import reply_to
from handlers.lookup import REPLACE
from handlers.messages import about, blocks
from handlers.messages.blocks import Message

TAKEN_IN, FAILED = "newspaper", "warning"
LINKS = 5
_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
_SLACK = re.compile(r"https?://[^/]*\bslack\.com/")


def message(event: dict[str, Any], body: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """A message was posted: take in its Markdown files and links. 📰 tells of success, ⚠️ and a private note of failure.

    Bots, edits and messages that carry neither are passed over.
    """
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return
    files = [f for f in event.get("files") or [] if str(f.get("name", "")).lower().endswith((".md", ".markdown"))]
    links = [u for u in dict.fromkeys(_LINK.findall(event.get("text") or "")) if not _SLACK.match(u)][:LINKS]
    place = {"channel": event["channel"], "ts": event["ts"], "thread_ts": event.get("thread_ts")}
    before, _ = desk.store.shown(place["channel"], place["ts"])  # a redelivered message's own posts are no news
    outcomes = [_take_in(f, body, client, desk, place) for f in files]
    outcomes += [_follow(u, n, body, desk, place) for n, u in enumerate(links)]
    if any(isinstance(o, Taken) for o in outcomes):
        _mark(client, place, TAKEN_IN)
    if any(isinstance(o, KawarabanError) for o in outcomes):
        _mark(client, place, FAILED)
    notes = [note for outcome in outcomes if (note := _note(outcome, before, desk))]
    for note in notes:  # for the sharer's eyes only: what failed, or that it was there before
        client.chat_postEphemeral(channel=place["channel"], user=event["user"], thread_ts=place["thread_ts"], **note)


def take_in(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """「取り込む」 was pressed under an address that is not stored yet."""
    url = blocks.value_of(action)["url"]
    respond(**about.working("記事を取り込んでいます"), **REPLACE)
    try:
        taken = desk.take_in_link(url, channel="", ts="")
    except Exception as e:
        respond(**reply_to(e), **REPLACE)  # in place of the line that says it is under way
        return
    if taken is not None:
        post, _ = desk.post(taken.post_id)
        respond(**about.taken_in(post.id, post.title, taken.new), **REPLACE)


def _note(outcome: Taken | KawarabanError | None, before: Collection[int], desk: Desk) -> Message | None:
    if isinstance(outcome, KawarabanError):
        return reply_to(outcome)
    if outcome is None or outcome.new or outcome.post_id in before:
        return None
    post, _ = desk.post(outcome.post_id)
    return about.known(post, desk.zone)


def _take_in(
    file: dict[str, Any], body: dict[str, Any], client: WebClient, desk: Desk, place: dict[str, Any]
) -> Taken | KawarabanError | None:
    try:
        if int(file.get("size") or 0) > FILE_LIMIT:
            raise Unreadable(f"「{file['name']}」は大きすぎます（上限{FILE_LIMIT // 1_000_000}MB）。")
        data = fetch_from_slack(file["url_private"], str(client.token), client.base_url)
        return desk.take_in_file(data, file["name"], event_id=f"{body['event_id']}:{file['id']}", **place)
    except KawarabanError as e:
        return e


def _follow(
    url: str, number: int, body: dict[str, Any], desk: Desk, place: dict[str, Any]
) -> Taken | KawarabanError | None:
    try:
        return desk.take_in_link(url.replace("&amp;", "&"), event_id=f"{body['event_id']}:{number}", **place)
    except KawarabanError as e:
        return e


def _mark(client: WebClient, place: dict[str, Any], emoji: str) -> None:
    try:
        client.reactions_add(channel=place["channel"], timestamp=place["ts"], name=emoji)
    except SlackApiError as e:
        if e.response.get("error") != "already_reacted":  # a redelivered message has it already
            raise
