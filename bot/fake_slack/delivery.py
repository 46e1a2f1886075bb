"""Delivery from Slack to the app: a signed request for what happened, and what Slack shows of the answer."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from slack_bolt import App, BoltResponse

from bot.fake_slack import payloads
from bot.fake_slack.inline_executor import InlineExecutor
from bot.fake_slack.workspace import BOT_USER, Json, Workspace

Show = Callable[[BoltResponse], None]


@dataclass(frozen=True)
class Sent:
    """A body as it was sent to the app."""

    body: str
    content_type: str


class Delivery:
    """Dispatches bodies through the attached app, and records each in `sent`."""

    def __init__(self, workspace: Workspace, signing_secret: str, events: Collection[str]) -> None:
        self.app: App | None = None
        self.sent: list[Sent] = []
        self._workspace = workspace
        self._secret = signing_secret
        self._events = events

    def event(self, event: Json, channel: str | None) -> BoltResponse:
        """Send an event if the app subscribes to it and the bot is there to see it; otherwise the response is a 204."""
        there = channel is None or BOT_USER in self._workspace.members[channel]
        if self.app is None or not there or event["type"] not in self._events:
            return BoltResponse(status=204)
        return self.send(Sent(payloads.event(self._workspace, event), payloads.JSON))

    def interaction(self, body: str, show: Show = lambda response: None) -> BoltResponse:
        """Send a command or an interaction; `show` applies the answer before a lazy listener can post."""
        return self.send(Sent(body, payloads.FORM), show)

    def send(self, sent: Sent, show: Show = lambda response: None) -> BoltResponse:
        """Send the body and record it."""
        self.sent.append(sent)
        return self.dispatch(sent, {}, show)

    def dispatch(self, sent: Sent, more_headers: Mapping[str, str], show: Show = lambda response: None) -> BoltResponse:
        """Sign the body now and dispatch it to the app."""
        if self.app is None:
            raise RuntimeError("no app is attached to answer")
        request = payloads.signed(sent.body, self._secret, sent.content_type)
        request.headers.update({name.lower(): [value] for name, value in more_headers.items()})
        with self._lazy_after_ack(self.app):
            response = self.app.dispatch(request)
            with self._workspace.lock:
                show(response)
        return response

    def _lazy_after_ack(self, app: App) -> AbstractContextManager[None]:
        runner = app.listener_runner
        # Without process_before_response Bolt runs the listeners themselves in the executor: they must not wait there.
        if runner.process_before_response and isinstance(runner.listener_executor, InlineExecutor):
            return runner.listener_executor.held()
        return nullcontext()
