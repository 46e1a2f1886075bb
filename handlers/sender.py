"""The one sender: posts and edits what the outbox holds, at Slack's pace, and looks into the channel when in doubt."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from http.client import HTTPException
from threading import Lock
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.outbox import OutboxMessage, OwnReaction, UnknownMessage
from bot.domain.outbox_messages import AnyMessage, MessageGivenUp, PersonalDigest, SharedSummary, WeeklyChart
from bot.errors import NotFound
from handlers.messages.blocks import Message
from handlers.renderers import Rendered

log = logging.getLogger(__name__)
EVENT = "kawaraban_message"
PACE = 1.05
"""Seconds between two messages to one channel: Slack takes about one a second."""
EDITS = 1.2
"""How many times as long the pause before an edit or a reaction is: Slack takes 50 of them a minute."""
SETTLED = 20.0
"""Seconds after which a call that was not answered is taken to have come to its end at Slack."""
LOOK_BACK = 86_400.0
"""How many seconds before a message was written its search begins: Slack's clock need not be ours."""
GIVE_UP = 100
"""Tries after which a message that Slack keeps refusing is given up; with the waits between them, some eight hours."""
LONGEST_WAIT = 300.0
BUG_TRIES = 5
"""Tries after which a message is given up that our own code cannot make."""
_SCOPE = "metadata.message:read"
_NEVER = ("invalid_blocks", "invalid_blocks_format", "no_text", "msg_too_long", "msg_blocks_too_long", "is_archived",
          "cannot_reply_to_message", "thread_not_found", "metadata_too_large", "restricted_action",
          "message_not_found", "cant_update_message", "edit_window_closed", "user_not_found", "users_not_found",
          "user_disabled", "user_not_visible", "cannot_dm_bot")  # fmt: skip
_OPTIONAL = (SharedSummary, WeeklyChart, OwnReaction)
"""What is given up at the first refusal: nobody waits for it, and a channel must not wait behind it."""
_UNREPORTED = (MessageGivenUp, SharedSummary, PersonalDigest)
"""What the administrators do not hear of when it is given up: it concerns one person, or is itself such a report."""
_NO_ANSWER = (SlackClientError, HTTPException, OSError)


class DeliveryUnknown(Exception):
    """A message was handed to Slack, and whether it was posted is not known."""


class CannotVerify(Exception):
    """The channel cannot be looked into: what stands there is shown without the keys."""


class Outbox(Protocol):
    """What is needed of the stored outbox."""

    def claim_next(self) -> OutboxMessage | None: ...
    def mark_sent_and_claim(
        self, message: OutboxMessage, ts: str, shows: Sequence[int] = ..., place: str = ...
    ) -> tuple[str, OutboxMessage | None]: ...
    def postpone(self, message: OutboxMessage, seconds: float, error: str, *, delivery_unknown: bool) -> None: ...
    def give_up(self, message: OutboxMessage, error: str, tell: str = ...) -> None: ...
    def failure(self, key: str) -> str | None: ...
    def blocked_reason(self, channel: str) -> str | None: ...


class Sender:
    """Posts messages of the outbox. Any number of senders may run: each message is claimed in the database.

    `client` must not retry by itself after a lost connection: that would post twice.
    """

    def __init__(
        self,
        outbox: Outbox,
        render: Callable[[AnyMessage], Rendered],
        client: WebClient,
        *,
        admin_channel: str = "",
        pace: float = PACE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._outbox = outbox
        self._render = render
        self.admin_channel = admin_channel
        self.client = client
        self.pace = pace
        self._sleep = sleep
        self._direct: dict[str, str] = {}
        self._one = Lock()
        self._wanted = False

    def deliver(self) -> int:
        """Send everything that may go out now, in order, and return how many messages this call posted.

        While another thread is sending it returns at once: that thread sends what this one came for.
        """
        count = 0
        self._wanted = True
        while self._wanted and self._one.acquire(blocking=False):
            try:
                self._wanted = False
                message = self._outbox.claim_next()
                while message is not None:
                    posted, message = self._send(message)
                    count += posted
            finally:
                self._one.release()
        return count

    def failure(self, key: str) -> str | None:
        """Return why a message was given up; None if it was not."""
        return self._outbox.failure(key)

    def blocked_reason(self, channel: str) -> str | None:
        """Return why the channel's next message has not gone out, "" if it was not tried; None if nothing waits."""
        return self._outbox.blocked_reason(channel)

    def _send(self, message: OutboxMessage) -> tuple[bool, OutboxMessage | None]:
        """Send one message. Return whether this call posted it, and the message that was claimed after it."""
        try:
            channel = self._conversation(message.channel)
            found, shows = self._done(message, channel)
        except NotFound as e:
            self._outbox.give_up(message, str(e))
        except SlackApiError as e:
            self._refused(message, e)
        except _NO_ANSWER as e:  # of a look, an edit or a reaction: asking again does no harm
            log.warning("no answer about %s: %s", message.key, e)
            self._outbox.postpone(message, _wait(message), str(e), delivery_unknown=False)
        except DeliveryUnknown as e:
            log.warning("no answer to %s: %s", message.key, e)
            self._outbox.postpone(message, max(SETTLED, _wait(message)), str(e), delivery_unknown=True)
        except CannotVerify as e:
            log.error("%s is in doubt and cannot be looked for: %s", message.key, e)
            if message.attempts >= GIVE_UP:
                self._give_up(message, str(e))
            else:
                self._outbox.postpone(message, LONGEST_WAIT, str(e), delivery_unknown=True)
        except Exception as e:
            self._fail_on_bug(message, e)
        else:
            stands, following = self._outbox.mark_sent_and_claim(message, found[0], shows, channel)
            self._take_back(message, channel, {*found} - {stands})
            return message.is_post, following
        return False, self._outbox.claim_next()

    def _done(self, message: OutboxMessage, channel: str) -> tuple[Sequence[str], tuple[int, ...]]:
        """Post, edit or react, unless an earlier try did. Return where the message is, several ts if it was posted more
        than once, and the posts that it shows."""
        if isinstance(message.payload, OwnReaction):
            self._react(message, message.payload, channel)
            return [message.payload.ts], ()
        if isinstance(message.payload, UnknownMessage):
            raise TypeError(f"this version cannot read a message of the kind {message.payload.kind}")
        content, shows = self._render(message.payload)
        if message.edits_ts is not None:
            self._in_turn(message)
            self.client.chat_update(channel=channel, ts=message.edits_ts, **content)
            return [message.edits_ts], shows
        found = self._look(message, channel) if message.delivery_unknown else []
        return found or self._post(message, channel, content), shows

    def _conversation(self, channel: str) -> str:
        """The channel, or for a person the conversation with them: only that can be looked into and edited."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            self._direct[channel] = self.client.conversations_open(users=channel)["channel"]["id"]
        return self._direct[channel]

    def _react(self, message: OutboxMessage, reaction: OwnReaction, channel: str) -> None:
        change = self.client.reactions_add if reaction.stands else self.client.reactions_remove
        self._in_turn(message)
        try:
            change(channel=channel, timestamp=reaction.ts, name=reaction.emoji)
        except SlackApiError as e:
            if e.response.get("error") not in ("already_reacted", "no_reaction"):  # then it is as it should be
                raise

    def _in_turn(self, message: OutboxMessage) -> None:
        """Wait until something may be sent to the channel again, no matter which sender was the last."""
        if message.since_last_send is None:
            return
        wait = self.pace * (1 if message.is_post else EDITS) - max(0.0, message.since_last_send)
        if wait > 0:
            self._sleep(wait)

    def _post(self, message: OutboxMessage, channel: str, content: Message) -> list[str]:
        self._in_turn(message)
        try:
            if "file" in content:
                return self._share(message, channel, content["file"])
            answer = self.client.chat_postMessage(
                channel=channel,
                thread_ts=message.thread_ts,
                metadata={"event_type": EVENT, "event_payload": {"key": message.key}},
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
            return [str(answer["ts"])]
        except _NO_ANSWER as e:
            if isinstance(e, SlackApiError) and not _failed(e):
                raise
            if found := self._glance(message, channel):
                return found
            raise DeliveryUnknown(str(e)) from e

    def _share(self, message: OutboxMessage, channel: str, file: dict[str, Any]) -> list[str]:
        """Post a picture into the message's thread. Slack takes no metadata with a file, and does not say where it is
        posted: it is recognised by its name, which is made of the key."""
        self.client.files_upload_v2(channel=channel, thread_ts=message.thread_ts, filename=_file_name(message), **file)
        found = self._glance(message, channel)
        if not found:
            raise DeliveryUnknown("the file is not to be seen in its thread yet")
        return found

    def _glance(self, message: OutboxMessage, channel: str) -> list[str]:
        """Look at once, as most of what was not answered is there; the next try looks again."""
        try:
            return self._look(message, channel)
        except (*_NO_ANSWER, CannotVerify):
            return []

    def _look(self, message: OutboxMessage, channel: str) -> list[str]:
        """Return where the message is, if an earlier try reached the channel after all, the oldest ts first. Raises
        CannotVerify."""
        return sorted(str(m["ts"]) for m in self._messages(message, channel) if _is(m, message))

    def _messages(self, message: OutboxMessage, channel: str) -> Iterator[dict[str, Any]]:
        """Yield what is posted where the message belongs: its thread, or the channel since the day before it was
        written. Raises CannotVerify."""
        wanted: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True}
        ask = self.client.conversations_replies if message.thread_ts else self.client.conversations_history
        if message.thread_ts:
            wanted["ts"] = message.thread_ts
        else:
            wanted["oldest"] = f"{message.since.timestamp() - LOOK_BACK:.6f}"
        cursor: str | None = ""
        while cursor is not None:
            page = ask(**wanted, cursor=cursor or None)
            scopes = {name.lower(): value for name, value in page.headers.items()}.get("x-oauth-scopes", _SCOPE)
            if _SCOPE not in scopes:
                raise CannotVerify(f"missing_scope: {_SCOPE}")
            yield from page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None

    def _take_back(self, message: OutboxMessage, channel: str, doubles: Set[str]) -> None:
        """Delete duplicates: two senders were at one message, or Slack was slow to show the first."""
        for ts in doubles:
            log.warning("%s is there already; the one of %s is deleted", message.key, ts)
            try:
                self.client.chat_delete(channel=channel, ts=ts)
            except _NO_ANSWER as e:
                log.error("%s is there twice, once at %s: %s", message.key, ts, e)

    def _fail_on_bug(self, message: OutboxMessage, error: Exception) -> None:
        """A bug: one message that cannot be rendered must not block its channel."""
        log.exception("cannot send %s", message.key, exc_info=error)
        if message.attempts >= BUG_TRIES:
            self._give_up(message, repr(error))
        else:
            self._outbox.postpone(message, _wait(message), repr(error), delivery_unknown=True)

    def _refused(self, message: OutboxMessage, error: SlackApiError) -> None:
        response = error.response
        code = str(response.get("error"))
        if response.status_code == 429 or code == "ratelimited":
            headers = {name.lower(): value for name, value in response.headers.items()}
            wait = float(headers.get("retry-after", 1))
            self._outbox.postpone(message, wait, code, delivery_unknown=False)
        elif _failed(error):
            log.warning("Slack failed on %s: %s", message.key, code)
            self._outbox.postpone(message, _wait(message), code, delivery_unknown=False)
        elif code in _NEVER or isinstance(message.payload, _OPTIONAL) or message.attempts >= GIVE_UP:
            log.error("Slack will not take %s: %s", message.key, code)
            self._give_up(message, code)
        else:  # a missing invitation, scope or token: an operator fixes it, and nothing is lost until then
            log.error("Slack refuses %s: %s; it is tried again", message.key, code)
            self._outbox.postpone(message, _wait(message), code, delivery_unknown=False)

    def _give_up(self, message: OutboxMessage, error: str) -> None:
        """Give a message up, and tell the administrators if a channel misses something by it."""
        missed = message.is_post and not isinstance(message.payload, _UNREPORTED)
        self._outbox.give_up(message, error, self.admin_channel if missed else "")


def _wait(message: OutboxMessage) -> float:
    """Seconds to the next try: 2, 4, 8 … at most five minutes."""
    return min(LONGEST_WAIT, 2.0 ** min(message.attempts, 10))


def _failed(error: SlackApiError) -> bool:
    """Whether Slack itself failed, so that what was asked may be done or not."""
    code = error.response.get("error")
    return error.response.status_code >= 500 or code in ("internal_error", "fatal_error", "service_unavailable")


def _is(posted: Mapping[str, Any], message: OutboxMessage) -> bool:
    """Whether what is posted is this message. Raises CannotVerify."""
    return _key(posted) == message.key or any(f.get("name") == _file_name(message) for f in posted.get("files") or [])


def _file_name(message: OutboxMessage) -> str:
    return re.sub(r"[^\w-]", "-", message.key) + ".png"


def _key(posted: Mapping[str, Any]) -> str | None:
    """Return the key of a posted message of ours; None for anybody else's. Raises CannotVerify."""
    metadata = posted.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    if "key" not in (metadata.get("event_payload") or {}):
        raise CannotVerify("the metadata of our own messages come without their payload")
    return str(metadata["event_payload"]["key"])
