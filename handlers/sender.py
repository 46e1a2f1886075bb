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

from bot.domain.outbox import GIVEN_UP, REACTION, OutboxMessage
from bot.errors import NotFound
from handlers.messages.blocks import Message
from handlers.renderers import Rendered

log = logging.getLogger(__name__)
EVENT = "kawaraban_message"
PACE = 1.05
"""Seconds between two messages to one channel: Slack takes about one a second."""
EDITS = 1.2
"""An edit or a reaction takes so many times as long a rest: Slack takes 50 of them a minute."""
SETTLED = 20.0
"""Seconds after which a call that was not answered is taken to have come to its end at Slack."""
LOOK_BACK = 86_400.0
"""Seconds before a message was decided from which on it is looked for: Slack's clock need not be ours."""
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
_OPTIONAL = ("shared", "weekly-chart", REACTION)
"""Kinds that are given up at the first refusal: nobody waits for them, and a channel must not wait behind them."""
_UNHEARD = (SlackClientError, HTTPException, OSError)


class DeliveryUnknown(Exception):
    """A message was handed to Slack, and whether it was posted is not known."""


class CannotVerify(Exception):
    """The channel cannot be looked into: what stands there is shown without the keys."""


class Outbox(Protocol):
    """What is needed of the stored outbox."""

    def claim_next(self) -> OutboxMessage | None: ...
    def mark_sent(self, letter: OutboxMessage, ts: str, shows: Sequence[int] = ..., place: str = ...) -> str: ...
    def postpone(self, letter: OutboxMessage, seconds: float, error: str, *, doubtful: bool) -> None: ...
    def give_up(self, letter: OutboxMessage, error: str, tell: str = ...) -> None: ...
    def failure(self, key: str) -> str | None: ...
    def blocked_reason(self, channel: str) -> str | None: ...


class Sender:
    """Posts letters of the outbox. Any number of senders may run: each letter is claimed in the database.

    `client` must not retry by itself after a lost connection: that would post twice.
    """

    def __init__(
        self,
        outbox: Outbox,
        render: Callable[[str, Mapping[str, Any]], Rendered],
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
                while (letter := self._outbox.claim_next()) is not None:
                    count += self._send(letter)
            finally:
                self._one.release()
        return count

    def failure(self, key: str) -> str | None:
        """Return why a message was given up; None if it was not."""
        return self._outbox.failure(key)

    def blocked_reason(self, channel: str) -> str | None:
        """Return why the channel's next message has not gone out, "" if it was not tried; None if nothing waits."""
        return self._outbox.blocked_reason(channel)

    def _send(self, letter: OutboxMessage) -> bool:
        try:
            channel = self._conversation(letter.channel)
            found, shows = self._done(letter, channel)
        except NotFound as e:
            self._outbox.give_up(letter, str(e))
        except SlackApiError as e:
            self._refused(letter, e)
        except _UNHEARD as e:  # of a look, an edit or a reaction: asking again does no harm
            log.warning("no answer about %s: %s", letter.key, e)
            self._outbox.postpone(letter, _wait(letter), str(e), doubtful=False)
        except DeliveryUnknown as e:
            log.warning("no answer to %s: %s", letter.key, e)
            self._outbox.postpone(letter, max(SETTLED, _wait(letter)), str(e), doubtful=True)
        except CannotVerify as e:
            log.error("%s is in doubt and cannot be looked for: %s", letter.key, e)
            if letter.attempts >= GIVE_UP:
                self._give_up(letter, str(e))
            else:
                self._outbox.postpone(letter, LONGEST_WAIT, str(e), doubtful=True)
        except Exception as e:
            self._fail_on_bug(letter, e)
        else:
            stands = self._outbox.mark_sent(letter, found[0], shows, channel)
            self._take_back(letter, channel, {*found} - {stands})
            return letter.edits is None and letter.kind != REACTION
        return False

    def _done(self, letter: OutboxMessage, channel: str) -> tuple[Sequence[str], tuple[int, ...]]:
        """Do what the letter says, unless it is done already: where the message stands (twice, where two senders were
        at it), and the posts it shows."""
        if letter.kind == REACTION:
            self._react(letter, channel)
            return [letter.ids["ts"]], ()
        message, shows = self._render(letter.kind, letter.ids)
        if letter.edits is not None:
            self._in_turn(letter)
            self.client.chat_update(channel=channel, ts=letter.edits, **message)
            return [letter.edits], shows
        found = self._look(letter, channel) if letter.doubtful else []
        return found or self._post(letter, channel, message), shows

    def _conversation(self, channel: str) -> str:
        """The channel, or for a person the conversation with them: only that can be looked into and edited."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            self._direct[channel] = self.client.conversations_open(users=channel)["channel"]["id"]
        return self._direct[channel]

    def _react(self, letter: OutboxMessage, channel: str) -> None:
        change = self.client.reactions_add if letter.ids["stands"] else self.client.reactions_remove
        self._in_turn(letter)
        try:
            change(channel=channel, timestamp=letter.ids["ts"], name=letter.ids["emoji"])
        except SlackApiError as e:
            if e.response.get("error") not in ("already_reacted", "no_reaction"):  # then it is as it should be
                raise

    def _in_turn(self, letter: OutboxMessage) -> None:
        """Wait until the channel may be told something again, whoever told it something last."""
        post = letter.edits is None and letter.kind != REACTION
        wait = 0.0 if letter.rested is None else self.pace * (1 if post else EDITS) - max(0.0, letter.rested)
        if wait > 0:
            self._sleep(wait)

    def _post(self, letter: OutboxMessage, channel: str, message: Message) -> list[str]:
        self._in_turn(letter)
        try:
            if "file" in message:
                return self._share(letter, channel, message["file"])
            answer = self.client.chat_postMessage(
                channel=channel,
                thread_ts=letter.thread_ts,
                metadata={"event_type": EVENT, "event_payload": {"key": letter.key}},
                unfurl_links=False,
                unfurl_media=False,
                **message,
            )
            return [str(answer["ts"])]
        except _UNHEARD as e:
            if isinstance(e, SlackApiError) and not _failed(e):
                raise
            if found := self._glance(letter, channel):
                return found
            raise DeliveryUnknown(str(e)) from e

    def _share(self, letter: OutboxMessage, channel: str, file: dict[str, Any]) -> list[str]:
        """Put a picture into the letter's thread. Slack takes no metadata with a file, and does not say where it
        stands: it is known by its name, which is made of the key."""
        self.client.files_upload_v2(channel=channel, thread_ts=letter.thread_ts, filename=_file_name(letter), **file)
        found = self._glance(letter, channel)
        if not found:
            raise DeliveryUnknown("the file is not to be seen in its thread yet")
        return found

    def _glance(self, letter: OutboxMessage, channel: str) -> list[str]:
        """Look at once, as most of what was not answered stands there; whoever comes later looks again."""
        try:
            return self._look(letter, channel)
        except (*_UNHEARD, CannotVerify):
            return []

    def _look(self, letter: OutboxMessage, channel: str) -> list[str]:
        """Where the message with this letter's key stands, if an earlier try reached the channel after all; the oldest
        first, should it stand there twice. Raises Blind."""
        return sorted(str(m["ts"]) for m in self._messages(letter, channel) if _is(m, letter))

    def _messages(self, letter: OutboxMessage, channel: str) -> Iterator[dict[str, Any]]:
        """What stands where the letter belongs: its thread, or the channel since the day before it was decided."""
        wanted: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True}
        ask = self.client.conversations_replies if letter.thread_ts else self.client.conversations_history
        if letter.thread_ts:
            wanted["ts"] = letter.thread_ts
        else:
            wanted["oldest"] = f"{letter.since.timestamp() - LOOK_BACK:.6f}"
        cursor: str | None = ""
        while cursor is not None:
            page = ask(**wanted, cursor=cursor or None)
            scopes = {name.lower(): value for name, value in page.headers.items()}.get("x-oauth-scopes", _SCOPE)
            if _SCOPE not in scopes:
                raise CannotVerify(f"missing_scope: {_SCOPE}")
            yield from page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None

    def _take_back(self, letter: OutboxMessage, channel: str, doubles: Set[str]) -> None:
        """Delete what stands a second time: two senders were at one letter, or Slack was slow to show the first."""
        for ts in doubles:
            log.warning("%s stands there already; the one of %s is taken back", letter.key, ts)
            try:
                self.client.chat_delete(channel=channel, ts=ts)
            except _UNHEARD as e:
                log.error("%s stands twice, once at %s: %s", letter.key, ts, e)

    def _fail_on_bug(self, letter: OutboxMessage, error: Exception) -> None:
        """A bug: one message that cannot be made must not hold its channel back for ever."""
        log.exception("cannot send %s", letter.key, exc_info=error)
        if letter.attempts >= BUG_TRIES:
            self._give_up(letter, repr(error))
        else:
            self._outbox.postpone(letter, _wait(letter), repr(error), doubtful=True)

    def _refused(self, letter: OutboxMessage, error: SlackApiError) -> None:
        response = error.response
        code = str(response.get("error"))
        if response.status_code == 429 or code == "ratelimited":
            headers = {name.lower(): value for name, value in response.headers.items()}
            wait = float(headers.get("retry-after", 1))
            self._outbox.postpone(letter, wait, code, doubtful=False)
        elif _failed(error):
            log.warning("Slack failed on %s: %s", letter.key, code)
            self._outbox.postpone(letter, _wait(letter), code, doubtful=False)
        elif code in _NEVER or letter.kind in _OPTIONAL or letter.attempts >= GIVE_UP:
            log.error("Slack will not take %s: %s", letter.key, code)
            self._give_up(letter, code)
        else:  # a missing invitation, scope or token: an operator mends it, and nothing is lost until then
            log.error("Slack refuses %s: %s; it is tried again", letter.key, code)
            self._outbox.postpone(letter, _wait(letter), code, doubtful=False)

    def _give_up(self, letter: OutboxMessage, error: str) -> None:
        """Give a letter up, and let the administrators know where a channel misses something by it."""
        missed = letter.edits is None and letter.kind not in (REACTION, GIVEN_UP, "shared", "personal")
        self._outbox.give_up(letter, error, self.admin_channel if missed else "")


def _wait(letter: OutboxMessage) -> float:
    """Seconds to the next try: 2, 4, 8 … at most five minutes."""
    return min(LONGEST_WAIT, 2.0 ** min(letter.attempts, 10))


def _failed(error: SlackApiError) -> bool:
    """Whether Slack itself failed, so that what was asked may be done or not."""
    code = error.response.get("error")
    return error.response.status_code >= 500 or code in ("internal_error", "fatal_error", "service_unavailable")


def _is(message: Mapping[str, Any], letter: OutboxMessage) -> bool:
    """Whether a message is this letter. Raises Blind."""
    return _key(message) == letter.key or any(f.get("name") == _file_name(letter) for f in message.get("files") or [])


def _file_name(letter: OutboxMessage) -> str:
    return re.sub(r"[^\w-]", "-", letter.key) + ".png"


def _key(message: Mapping[str, Any]) -> str | None:
    """The key of a letter that a message is; None for one of anybody else's. Raises Blind."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    if "key" not in (metadata.get("event_payload") or {}):
        raise CannotVerify("the metadata of our own messages come without their payload")
    return str(metadata["event_payload"]["key"])
