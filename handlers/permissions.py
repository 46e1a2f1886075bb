"""Who is a person, and who may do what. Slack says, and is asked again after a minute."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import NotAllowed, NotReady
from bot.settings import Settings, known_zone

log = logging.getLogger(__name__)
Permission = Literal["decide", "manage"]
"""What not everybody may do: take and decide reviews; change sources, schedules, rules and tag aliases."""
SECONDS = 1.2
"""How long one question may take with all its pages: Slack waits three seconds for the answer to what a person did."""
FRESH, YOUNG = 60.0, 5.0
"""Seconds for which a yes, and for which a no, is not asked again: who was just invited need not wait."""
PAGE = 999
NAMED = 3
_SENTENCES = {
    "decide": "レビューの担当と判断は、レビュー用チャンネルのメンバーが行います。",
    "manage": "この設定は、管理者が変更します。",
}


class Permissions:
    """Asks Slack who somebody is, and remembers it for a while.

    Everybody flags. Members of KAWARABAN_REVIEW_CHANNEL decide; where none is set, everybody. Those in KAWARABAN_ADMINS
    and the workspace's own admins and owners manage. Where Slack cannot be asked, what it said last holds, and with
    nothing said before nobody may: a change can be tried again.
    """

    def __init__(
        self, client: WebClient, settings: Settings, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._settings = settings
        self._monotonic = monotonic
        self._told: dict[str, tuple[float, Any]] = {}  # a question -> when it was answered, and what with

    def is_bot(self, user: str) -> bool:
        """Whether this user is a bot. Whoever cannot be asked about counts as a person: a flag is not lost."""
        return self._is_bot(user, self._monotonic() + SECONDS)

    def zone(self, user: str) -> str:
        """The time zone of this person, by its name; the newsroom's where Slack cannot say."""
        question = f"person:{user}"
        try:
            told = (
                self._told[question][1] if question in self._told else self._person(user, self._monotonic() + SECONDS)
            )
            return known_zone(str(told.get("tz") or ""))
        except (SlackClientError, OSError, ValueError) as e:
            log.info("the time zone of %s: %s", user, e)
            return self._settings.timezone

    def may(self, user: str, deed: Permission) -> bool:
        """Whether this person may do that. Raises NotReady where Slack cannot be asked."""
        if deed == "decide":
            nobody_special = not self._settings.review_channel
            return nobody_special or self._says_yes("members", self._members, lambda members: user in members)
        named = user in self._settings.admins
        return named or self._says_yes(f"person:{user}", lambda until: self._person(user, until), _is_admin)

    def must(self, user: str, deed: Permission) -> None:
        """Raises NotAllowed, naming whom to ask, where this person may not do that; NotReady where nobody can say."""
        if not self.may(user, deed):
            raise NotAllowed(_SENTENCES[deed], self._whom_to_ask(deed, self._monotonic() + SECONDS))

    def _says_yes(self, question: str, ask: Callable[[float], Any], holds: Callable[[Any], bool]) -> bool:
        now = self._monotonic()
        at, told = self._told.get(question, (now - FRESH, None))
        if told is not None and now - at < (FRESH if holds(told) else YOUNG):
            return holds(told)
        try:
            told = ask(now + SECONDS)
        except (SlackClientError, OSError) as e:
            log.warning("who may do what (%s): %s", question, e)
            if told is None:
                raise NotReady(_remedy(e)) from e
        else:
            self._told[question] = self._monotonic(), told
        return holds(told)

    def _whom_to_ask(self, deed: Permission, until: float) -> tuple[str, ...]:
        """At most three people who may; none where they cannot be found in time."""
        try:
            if deed == "decide":
                known = self._told["members"][1]
                return tuple(_first(NAMED, (user for user in known if not self._is_bot(user, until))))
            return self._settings.admins[:NAMED] or tuple(_first(NAMED, self._admins(until)))
        except (SlackClientError, OSError) as e:
            log.info("whom to ask: %s", e)
            return ()

    # ---- what Slack is asked
    def _is_bot(self, user: str, until: float) -> bool:
        question = f"bot:{user}"
        if question not in self._told:  # a bot stays one
            try:
                told = self._person(user, until)
            except (SlackClientError, OSError) as e:
                log.info("users.info for %s: %s", user, e)
                return False
            self._told[question] = self._monotonic(), bool(told.get("is_bot")) or user == "USLACKBOT"
        return bool(self._told[question][1])

    def _person(self, user: str, until: float) -> dict[str, Any]:
        told: dict[str, Any] = self._in_time(until).users_info(user=user)["user"]
        return told

    def _members(self, until: float) -> tuple[str, ...]:
        channel = self._settings.review_channel
        pages = self._pages(lambda client, **more: client.conversations_members(channel=channel, **more), until)
        return tuple(user for page in pages for user in page["members"])

    def _admins(self, until: float) -> Iterator[str]:
        pages = self._pages(lambda client, **more: client.users_list(**more), until)
        return (person["id"] for page in pages for person in page["members"] if _is_admin(person))

    def _pages(self, ask: Callable[..., Any], until: float) -> Iterator[Any]:
        cursor = None
        while cursor != "":
            page = ask(self._in_time(until), limit=PAGE, cursor=cursor)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _in_time(self, until: float) -> WebClient:
        """A client that gives up when the question has taken too long."""
        left = until - self._monotonic()
        if left <= 0:
            raise TimeoutError("Slack takes too long")
        # urllib takes parts of a second
        return WebClient(token=self._client.token, base_url=self._client.base_url, timeout=left, retry_handlers=[])  # type: ignore[arg-type]


def _is_admin(person: dict[str, Any]) -> bool:
    ranks = ("is_admin", "is_owner", "is_primary_owner")
    return any(person.get(rank) for rank in ranks) and not person.get("deleted")


def _first(count: int, people: Iterator[str]) -> list[str]:
    return [user for user, _ in zip(people, range(count), strict=False)]


def _remedy(error: Exception) -> str:
    code = str(error.response.get("error")) if isinstance(error, SlackApiError) else ""
    if code == "missing_scope":
        return (
            "瓦版にメンバーを確認する権限がないため、変更していません。"
            "管理者がアプリの権限（channels:read、groups:read、users:read）を確認してください。"
        )
    if code in ("channel_not_found", "not_in_channel"):
        return (
            "レビュー用チャンネルが見つからないため、変更していません。"
            "管理者が KAWARABAN_REVIEW_CHANNEL と、そのチャンネルへの瓦版の招待を確認してください。"
        )
    return "Slackにメンバーを確認できないため、変更していません。少し待ってからもう一度お試しください。"
