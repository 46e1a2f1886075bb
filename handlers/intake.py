"""What people share in a channel: links, Markdown files and pasted posts become posts."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk.intake import Intake
from bot.desk.lookup import Lookup
from bot.domain.intake import InboxEvent, SharedPost
from bot.errors import StoreBusy, Unfetchable, Unreadable
from bot.sources.fetch import fetch_from_slack
from bot.sources.jekyll import FILE_LIMIT
from handlers.errors import reply_to
from handlers.message_content import Carried, carried
from handlers.messages import blocks, help
from handlers.messages import intake as intake_messages
from handlers.messages import lookup as lookup_messages
from handlers.messages.blocks import Message
from handlers.replies import EPHEMERAL, IN_PLACE

TAKEN_IN, FAILED = "newspaper", "warning"
TRIES = 3
AGAIN = 600.0
"""Seconds until a link is tried again whose site did not answer."""
SHORTLY = 30.0
log = logging.getLogger(__name__)
MessagePlace = dict[str, Any]
"""The channel, ts and thread_ts of a message, and who wrote it."""
Outcome = SharedPost | Exception
Outcomes = dict[str, Outcome]
"""What became of each file, link or pasted post of a message."""


class Inbox(Protocol):
    """What is needed of the stored inbox."""

    def receive(self, event_id: str, channel: str, ts: str, event: dict[str, Any]) -> bool: ...
    def claim_next(self) -> InboxEvent | None: ...
    def mark_done(self, received: InboxEvent) -> None: ...
    def defer(self, received: InboxEvent, seconds: float, told: list[str]) -> None: ...


def receive(ack: Ack, event: dict[str, Any], body: dict[str, Any], *, inbox: Inbox, intake: Intake) -> None:
    """A message was posted, edited or deleted. What may concern us is in the inbox before Slack hears that we know."""
    about_message = _about(event)
    if about_message is not None and intake.watches(event["channel"]):
        inbox.receive(body["event_id"], event["channel"], about_message, event)
    ack()


def work_off(client: WebClient, *, inbox: Inbox, lookup: Lookup, intake: Intake) -> None:
    """Deal with what is in the inbox. What fails for reasons that may pass is dealt with again later."""
    while (received := inbox.claim_next()) is not None:
        try:
            _deal_with(received, client, inbox, lookup, intake)
        except Exception as e:
            log.exception("event %s failed", received.event_id)
            if received.attempts >= TRIES and not isinstance(e, StoreBusy):
                inbox.mark_done(received)
            else:
                inbox.defer(received, SHORTLY, received.event.get("told", []))


def take_in(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, lookup: Lookup, intake: Intake) -> None:
    """「取り込む」 was pressed under an address that is not stored yet."""
    url = blocks.value_of(action)["url"]
    respond(**help.working("記事を取り込んでいます"), **IN_PLACE)
    try:
        taken = intake.take_in_link(url, channel="", ts="", user=body["user"]["id"])
    except Exception as e:
        respond(**reply_to(e), **IN_PLACE)  # in place of the line that says it is under way
        return
    post, _ = lookup.post(taken.post_id)
    respond(**help.taken_in(post.id, post.title, taken.new), **IN_PLACE)


def summarise(body: dict[str, Any], client: WebClient, respond: Respond, *, lookup: Lookup, intake: Intake) -> None:
    """要約する on a message: the summary of the post it shows, for the asker alone; what is not stored is taken in."""
    message, channel = body["message"], body["channel"]["id"]
    shown = lookup.shown_in(channel, message["ts"])
    outcomes: Outcomes = {}
    if not shown:
        load = carried({**message, "bot_id": None, "subtype": None})
        if not load:
            respond(**intake_messages.nothing_there(), **EPHEMERAL)
            return
        respond(**help.working("記事を読んでいます"), **EPHEMERAL)
        outcomes = _take_all(load, _place(channel, message["ts"], message), client, intake)
        shown = tuple(dict.fromkeys(o.post_id for o in outcomes.values() if isinstance(o, SharedPost)))
    for failed in (o for o in outcomes.values() if isinstance(o, Exception)):
        respond(**reply_to(failed), **EPHEMERAL)
    if len(shown) == 1:
        respond(**lookup_messages.summary(lookup.summary_of(shown[0]), lookup.zone), **EPHEMERAL)
    elif shown:
        respond(**intake_messages.which([lookup.post(number)[0] for number in shown]), **EPHEMERAL)


# ---- one event
def _place(channel: str, ts: str, message: dict[str, Any]) -> MessagePlace:
    return {"channel": channel, "ts": ts, "thread_ts": message.get("thread_ts"), "user": message.get("user", "")}


def _about(event: dict[str, Any]) -> str | None:
    """The message that an event is about, where it may concern us; None for all the talk that carries nothing."""
    subtype, before = event.get("subtype"), event.get("previous_message") or {}
    after = event.get("message") or {}
    if subtype == "message_deleted" or after.get("subtype") == "tombstone":  # what is left where a thread stands below
        return before.get("ts") if carried(before) else None
    if subtype == "message_changed":
        return after.get("ts") if carried(after, before) else None
    return event.get("ts") if carried(event) else None


def _deal_with(received: InboxEvent, client: WebClient, inbox: Inbox, lookup: Lookup, intake: Intake) -> None:
    event = received.event
    message = event.get("message") or event
    if received.outdated:
        pass  # the message is gone, or says something else by now: there is nothing left to do
    elif event.get("subtype") == "message_deleted" or message.get("subtype") == "tombstone":
        intake.forget_message(received.channel, received.ts)
    else:
        _take_in_message(received, message, client, inbox, lookup, intake)
        return
    inbox.mark_done(received)


def _take_in_message(
    received: InboxEvent, message: dict[str, Any], client: WebClient, inbox: Inbox, lookup: Lookup, intake: Intake
) -> None:
    place = _place(received.channel, received.ts, message)
    before = lookup.shown_in(place["channel"], place["ts"])  # its own posts are no news to who shared them
    load = carried(message, received.event.get("previous_message"))
    outcomes = _take_all(load, place, client, intake)
    again = received.attempts < TRIES and any(map(_may_pass, outcomes.values()))
    _mark(client, place, outcomes, received.attempts)
    told = list(received.event.get("told", []))
    notes: dict[str, Message] = {}
    for what, outcome in outcomes.items():
        later = again and _may_pass(outcome)
        key = f"later {what}" if later else what  # that it failed for good is told once more
        if key not in told and (note := _note(outcome, later, before, lookup)):
            notes[key] = note
    if load.left_out and "left out" not in told:
        notes["left out"] = intake_messages.left_out(len(load.links), load.left_out)
    for note in notes.values():  # for the sharer's eyes only: what failed, or that it was there before
        client.chat_postEphemeral(channel=place["channel"], user=message["user"], thread_ts=place["thread_ts"], **note)
    if again:
        wait = max((getattr(o, "retry_after", None) or AGAIN for o in outcomes.values()), default=AGAIN)
        inbox.defer(received, wait, [*told, *notes])
    else:
        inbox.mark_done(received)


def _take_all(load: Carried, place: MessagePlace, client: WebClient, intake: Intake) -> Outcomes:
    outcomes: Outcomes = {}
    for file in load.files:
        outcomes[f"file {file['id']}"] = _tried(partial(_file, file, place, client, intake))
    if load.pasted:
        outcomes["pasted"] = _tried(partial(intake.take_in_pasted, load.pasted, **place))
    for url in load.links:
        outcomes[url] = _tried(partial(intake.take_in_link, url, **place))
    return outcomes


def _tried(take_in: Callable[[], SharedPost]) -> Outcome:
    try:
        return take_in()
    except (StoreBusy, SlackClientError):
        raise  # nothing is known yet: the whole message is dealt with again
    except Exception as e:
        return e


def downloaded(file: dict[str, Any], client: WebClient) -> bytes:
    """The bytes of a file that a message carries. Raises Unreadable for one that is too large."""
    if int(file.get("size") or 0) > FILE_LIMIT:
        raise Unreadable(f"「{file['name']}」は大きすぎます（上限{FILE_LIMIT // 1_000_000}MB）。")
    return fetch_from_slack(file["url_private"], str(client.token), client.base_url)


def _file(file: dict[str, Any], place: MessagePlace, client: WebClient, intake: Intake) -> SharedPost:
    return intake.take_in_file(downloaded(file, client), file["name"], **place)


def _may_pass(outcome: Outcome) -> bool:
    """Whether the same may succeed later: the other side did not answer, or is busy."""
    return isinstance(outcome, Unfetchable) and outcome.passing


def _note(outcome: Outcome, again: bool, before: tuple[int, ...], lookup: Lookup) -> Message | None:
    if isinstance(outcome, Unfetchable) and again:
        return reply_to(Unfetchable(outcome.what, "10分後に自動で再試行します。"))
    if isinstance(outcome, Exception):
        return reply_to(outcome)
    if outcome.new or outcome.edited or outcome.post_id in before:
        return None
    post, _ = lookup.post(outcome.post_id)
    return help.known(post, lookup.zone)


def _mark(client: WebClient, place: MessagePlace, outcomes: Outcomes, attempts: int) -> None:
    """📰 where something came in, ⚠️ as long as something has not."""
    failed = any(isinstance(o, Exception) for o in outcomes.values())
    if any(isinstance(o, SharedPost) for o in outcomes.values()):
        _react(client.reactions_add, place, TAKEN_IN)
    if failed:
        _react(client.reactions_add, place, FAILED)
    elif attempts > 1:
        _react(client.reactions_remove, place, FAILED)


def _react(change: Callable[..., Any], place: MessagePlace, emoji: str) -> None:
    try:
        change(channel=place["channel"], timestamp=place["ts"], name=emoji)
    except SlackApiError as e:
        if e.response.get("error") not in ("already_reacted", "no_reaction", "message_not_found"):
            raise
