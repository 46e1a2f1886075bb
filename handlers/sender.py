"""The one sender: posts what the outbox holds, at Slack's pace, and looks into the channel when in doubt."""

import logging
import time
from collections.abc import Callable
from http.client import HTTPException
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk import Desk, Letter
from bot.errors import NotFound
from handlers.messages import digest, lookup, review
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
          "cannot_reply_to_message", "thread_not_found", "metadata_too_large", "restricted_action")  # fmt: skip


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
            message, shows = self._message(letter)
            ts = self._look(letter) if letter.doubtful else None
            ts = ts or self._post(letter, message)
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
        self.desk.store.sent(letter, ts, shows)
        return True

    def _message(self, letter: Letter) -> tuple[Message, tuple[int, ...]]:
        """The letter's blocks, made now from what the store says now, and the posts they show."""
        desk, ids = self.desk, letter.ids
        if letter.kind == "digest":
            whole = desk.store.digest(ids["digest"])
            return digest.digest(whole), tuple(e.post.id for e in whole.entries)
        if letter.kind == "entry":
            return digest.entry(desk.store.digest(ids["digest"]), ids["post"]), (ids["post"],)
        if letter.kind == "held":
            whole = desk.store.digest(ids["digest"])
            if not whole.held:
                raise NotFound("every held post was mended before the digest went out: there is none to name")
            return digest.held(whole), tuple(h.post.id for h in whole.held)
        if letter.kind == "shared":
            summary = desk.summary_of(ids["post"], ids["sentences"])
            return lookup.shared(summary, ids["user"], desk.zone), (ids["post"],)
        case, post, reading = desk.review(ids["review"])
        if letter.kind == "review-opened":
            return review.opened(case, post, reading, ids["user"], desk.zone), (post.id,)
        return review.withdrawn(case, post), (post.id,)

    def _post(self, letter: Letter, message: Message) -> str:
        wait = self._posted.get(letter.channel, -self.pace) + self.pace - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._posted[letter.channel] = self._monotonic()
        answer = self.client.chat_postMessage(
            channel=letter.channel,
            thread_ts=letter.thread_ts,
            metadata={"event_type": EVENT, "event_payload": {"key": letter.key}},
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return str(answer["ts"])

    def _look(self, letter: Letter) -> str | None:
        """The ts of the message with this letter's key, where an earlier try reached the channel after all."""
        since = f"{letter.since.timestamp() - 300:.6f}"
        cursor: str | None = None
        while True:
            wanted: dict[str, Any] = {"limit": 200, "cursor": cursor, "include_all_metadata": True, "oldest": since}
            if letter.thread_ts:
                page = self.client.conversations_replies(channel=letter.channel, ts=letter.thread_ts, **wanted)
            else:
                page = self.client.conversations_history(channel=letter.channel, **wanted)
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
        elif code in _NEVER or letter.kind == "shared" or letter.attempts >= GIVE_UP:
            log.error("Slack will not take %s: %s", letter.key, code)
            self.desk.store.give_up(letter, code)
        else:  # a missing invitation, scope or token: an operator mends it, and nothing is lost until then
            log.error("Slack refuses %s: %s; it is tried again", letter.key, code)
            self.desk.store.postpone(letter, _wait(letter), code, doubtful=False)


def _wait(letter: Letter) -> float:
    """Seconds to the next try: 2, 4, 8 … at most five minutes."""
    return min(LONGEST_WAIT, 2.0 ** min(letter.attempts, 10))
