"""Who the bot is in its workspace: known before an event comes, and never asked for while Slack waits."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

log = logging.getLogger(__name__)


class Identity(Authorize):
    """The bot's token and ids, for Bolt's `authorize=`.

    Bolt's own authorisation asks Slack at the first event; if Slack fails then, it answers 200 with an apology in
    English and the event is lost. This one answers from what it knows: from auth.test (`refresh`, called aside), or
    from the events themselves, which name the bot they were sent to (`learn`).
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._bot_id = ""
        self._bot_user_id = ""

    def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: Any
    ) -> AuthorizeResult:
        """Return what Bolt needs to know of the bot; asks nobody."""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=self._bot_id or None,
            bot_user_id=self._bot_user_id or None,
            bot_token=self._client.token or "",
        )

    def learn(self, body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        """Middleware before the authorisation: remember the bot's user from a signed event, if it is not known yet."""
        if not self._bot_user_id:
            sent_to = [a for a in body.get("authorizations") or () if isinstance(a, dict) and a.get("is_bot")]
            self._bot_user_id = str(sent_to[0].get("user_id") or "") if len(sent_to) == 1 else ""
        return next()

    def refresh(self) -> bool:
        """Ask Slack who the bot is; False, and what was known stays, if Slack does not say."""
        try:
            told = self._client.auth_test()
        except (SlackClientError, OSError) as e:
            log.warning("auth.test: %s", e)
            return False
        self._bot_user_id, self._bot_id = str(told.get("user_id") or ""), str(told.get("bot_id") or "")
        return True

    @property
    def is_complete(self) -> bool:
        """Whether Slack has said who the bot is."""
        return bool(self._bot_id and self._bot_user_id)
