"""Who is a person and who a bot: Slack sends a bot's reactions as it sends anybody's."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

log = logging.getLogger(__name__)


class People:
    """Asks Slack once for each user. Whoever cannot be asked about counts as a person: a flag is not lost."""

    def __init__(self, client: WebClient) -> None:
        # Slack waits three seconds for the answer to a reaction, so this may not take long
        self._client = WebClient(token=client.token, base_url=client.base_url, timeout=2, retry_handlers=[])
        self._bots: dict[str, bool] = {}

    def is_bot(self, user: str) -> bool:
        """Whether this user is a bot."""
        if user not in self._bots:
            try:
                told = self._client.users_info(user=user)["user"]
            except (SlackClientError, OSError) as e:
                log.info("users.info for %s: %s", user, e)
                return False
            self._bots[user] = bool(told.get("is_bot")) or user == "USLACKBOT"
        return self._bots[user]
