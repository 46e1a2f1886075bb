"""The one sender: posts and edits what the outbox holds, at Slack's pace, and looks into the channel when in doubt."""

import logging
import time
from collections.abc import Callable
from http.client import HTTPException
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk import REACTION, Desk, Letter
from bot.errors import NotFound
from handlers.composers import compose
from handlers.messages.blocks import Message

log = logging.getLogger(__name__)
EVENT = "kawaraban_message"
PACE = 1.05
"""Seconds between two messages to one channel: Slack takes about one a second."""
GIVE_UP = 100
"""Tries after which a message that Slack keeps refusing is given up; with the waits between them, some eight hours."""
LONGEST_WAIT = 300.0
PUZZLED = 5
"""Tries after which a message is given up that our own code cannot make."""
_NEVER = ("invalid_blocks", "invalid_blocks_format", "no_text", "msg_too_long", "msg_blocks_too_long", "is_archived",
          "cannot_reply_to_message", "thread_not_found", "metadata_too_large", "restricted_action",
          "message_not_found", "cant_update_message", "edit_window_closed", "user_not_found",
          "cannot_dm_bot")  # fmt: skip


class Sender:
    """Posts letters of the outbox. Any number of senders may run: each letter is claimed in the database.

    `client` must not retry by itself after a lost connection: that would post twice.
    """

    def __init__(
        self,
        desk: Desk,
        client: WebClient,
        *,
        pace: float = PACE,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.desk = desk
        self.client = client
        self.pace = pace
        self._sleep = sleep
        self._monotonic = monotonic
        self._posted: dict[str, float] = {}
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
                while (letter := self.desk.store.next_letter()) is not None:
                    count += self._send(letter)
            finally:
                self._one.release()
        return count

    def _send(self, letter: Letter) -> bool:
        try:
            channel = self._conversation(letter.channel)
            ts, shows = self._done(letter, channel)
        except NotFound as e:
            self.desk.store.give_up(letter, str(e))
            return False
        except SlackApiError as e:
            self._refused(letter, e)
            return False
        except (SlackClientError, HTTPException, OSError) as e:
            # the connection broke or timed out: it may be there all the same
            log.warning("no answer to %s: %s", letter.key, e)
            self.desk.store.postpone(letter, _wait(letter), str(e), doubtful=True)
            return False
        except Exception as e:
            self._puzzled(letter, e)
            return False
        self.desk.store.sent(letter, ts, shows, channel)
        return letter.edits is None and letter.kind != REACTION

    def _done(self, letter: Letter, channel: str) -> tuple[str, tuple[int, ...]]:
        """Do what the letter says, unless it is done already: the message's ts, and the posts it shows."""
        if letter.kind == REACTION:
            self._react(letter, channel)
            return letter.ids["ts"], ()
        message, shows = compose(self.desk, letter.kind, letter.ids)
        if letter.edits is not None:
            self._in_turn(channel)
            self.client.chat_update(channel=channel, ts=letter.edits, **message)
            return letter.edits, shows
        ts = self._look(letter, channel) if letter.doubtful else None
        return ts or self._post(letter, channel, message), shows

    def _conversation(self, channel: str) -> str:
        """The channel, or for a person the conversation with them: only that can be looked into and edited."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            self._direct[channel] = self.client.conversations_open(users=channel)["channel"]["id"]
        return self._direct[channel]

    def _react(self, letter: Letter, channel: str) -> None:
        change = self.client.reactions_add if letter.ids["stands"] else self.client.reactions_remove
        self._in_turn(channel)
        try:
            change(channel=channel, timestamp=letter.ids["ts"], name=letter.ids["emoji"])
        except SlackApiError as e:
            if e.response.get("error") not in ("already_reacted", "no_reaction"):  # then it is as it should be
                raise

    def _in_turn(self, channel: str) -> None:
        """Wait until the channel may be told something again."""
        wait = self._posted.get(channel, -self.pace) + self.pace - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._posted[channel] = self._monotonic()

    def _post(self, letter: Letter, channel: str, message: Message) -> str:
        self._in_turn(channel)
        answer = self.client.chat_postMessage(
            channel=channel,
            thread_ts=letter.thread_ts,
            metadata={"event_type": EVENT, "event_payload": {"key": letter.key}},
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return str(answer["ts"])

    def _look(self, letter: Letter, channel: str) -> str | None:
        """The ts of the message with this letter's key, where an earlier try reached the channel after all."""
        since = f"{letter.since.timestamp() - 300:.6f}"
        cursor: str | None = None
        while True:
            wanted: dict[str, Any] = {"limit": 200, "cursor": cursor, "include_all_metadata": True, "oldest": since}
            if letter.thread_ts:
                page = self.client.conversations_replies(channel=channel, ts=letter.thread_ts, **wanted)
            else:
                page = self.client.conversations_history(channel=channel, **wanted)
            for message in page.get("messages") or []:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == letter.key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    def _puzzled(self, letter: Letter, error: Exception) -> None:
        """A bug: one message that cannot be made must not hold its channel back for ever."""
        log.exception("cannot send %s", letter.key, exc_info=error)
        if letter.attempts >= PUZZLED:
            self.desk.store.give_up(letter, repr(error))
        else:
            self.desk.store.postpone(letter, _wait(letter), repr(error), doubtful=False)

    def _refused(self, letter: Letter, error: SlackApiError) -> None:
        response = error.response
        code = str(response.get("error"))
        if response.status_code == 429 or code == "ratelimited":
            headers = {name.lower(): value for name, value in response.headers.items()}
            wait = float(headers.get("retry-after", 1))
            self.desk.store.postpone(letter, wait, code, doubtful=False)
        elif response.status_code >= 500 or code in ("internal_error", "fatal_error", "service_unavailable"):
            log.warning("Slack failed on %s: %s", letter.key, code)
            self.desk.store.postpone(letter, _wait(letter), code, doubtful=True)
        elif code in _NEVER or letter.kind in ("shared", REACTION) or letter.attempts >= GIVE_UP:
            log.error("Slack will not take %s: %s", letter.key, code)
            self.desk.store.give_up(letter, code)
        else:  # a missing invitation, scope or token: an operator mends it, and nothing is lost until then
            log.error("Slack refuses %s: %s; it is tried again", letter.key, code)
            self.desk.store.postpone(letter, _wait(letter), code, doubtful=False)


def _wait(letter: Letter) -> float:
    """Seconds to the next try: 2, 4, 8 … at most five minutes."""
    return min(LONGEST_WAIT, 2.0 ** min(letter.attempts, 10))
