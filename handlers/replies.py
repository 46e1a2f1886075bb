"""Ways to answer a press: in place, beside it, or in a modal where Slack gives no response_url."""

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.reviews import Via
from handlers.messages import modal

IN_PLACE: dict[str, Any] = {"replace_original": True}
"""Replace the message that was pressed."""
EPHEMERAL: dict[str, Any] = {"replace_original": False, "response_type": "ephemeral"}
"""Add a message that only the person who pressed sees."""


def way(body: Mapping[str, Any]) -> Via:
    """From where a control was pressed: the App Home, or anything else."""
    return "home" if (body.get("view") or {}).get("type") == "home" else "button"


class InView:
    """Answers as Bolt's `respond` does: what replaces is shown in the modal that was pressed, what stands beside it in
    one above. On the App Home, which is published and never replaced, an answer opens a modal."""

    def __init__(self, client: WebClient, body: dict[str, Any]) -> None:
        self._client = client
        self._body = body
        self._shown = ""  # the modal that answers

    def __call__(
        self, text: str = "", blocks: list[dict[str, Any]] | None = None, *, replace_original: bool = False, **_: Any
    ) -> None:
        """Show a message. A second one takes the first one's place."""
        pressed, answer = self._body["view"], {"text": text, "blocks": blocks or []}
        searching = replace_original and pressed.get("callback_id") == modal.FIND
        view = modal.find(answer) if searching else modal.of_message(answer)
        is_modal = pressed["type"] == "modal"
        if self._shown or (is_modal and replace_original):
            self._client.views_update(view_id=self._shown or pressed["id"], view=view)
        elif is_modal:
            self._shown = self._above(pressed["id"], view)
        else:
            self._shown = self._client.views_open(trigger_id=self._body["trigger_id"], view=view)["view"]["id"]

    def _above(self, beneath: str, view: dict[str, Any]) -> str:
        try:
            return str(self._client.views_push(trigger_id=self._body["trigger_id"], view=view)["view"]["id"])
        except SlackApiError as e:
            if e.response.get("error") != "push_limit_reached":  # Slack stacks three at the most
                raise
            return str(self._client.views_update(view_id=beneath, view=view)["view"]["id"])
