"""The fake Slack: the workspace behind a URL, and the people acting in it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from slack_bolt import App, BoltResponse

from bot.fake_slack import payloads
from bot.fake_slack.ack import ack_of_command, ack_of_view
from bot.fake_slack.api import METHODS
from bot.fake_slack.api_directory import new_file
from bot.fake_slack.controls import filled_in, pressed, still_empty
from bot.fake_slack.delivery import Delivery, Sent
from bot.fake_slack.server import OFF_THE_WEB_API, Call, Fault, SlackServer
from bot.fake_slack.workspace import Json, Refused, SlackMessage, Workspace

PEOPLE = {"U0SATO001": "佐藤", "U0SUZUKI1": "鈴木", "U0TANAKA1": "田中"}
CHANNELS = {"C0AINEWS1": "ai-news", "C0REVIEW1": "review", "C0GENERAL": "general"}
EVENTS = frozenset(
    {"message", "reaction_added", "reaction_removed", "app_mention", "app_home_opened", "link_shared"}
    | {"member_joined_channel", "member_left_channel"}
)
SCOPES = (
    *("app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands"),
    *("files:read", "files:write", "groups:history", "groups:read", "im:history", "im:write"),
    *("links:read", "links:write"),
    *("metadata.message:read", "reactions:read", "reactions:write", "users:read"),
)


class Slack:
    """A workspace on loopback, ready once constructed; `close` it, or use it in a `with`.

    What people do (say, react, press, …) is sent to the attached app, signed, and Slack's reaction to the answer is
    applied. Each of these methods returns the app's response: a 204 if Slack sends nothing, as for events the app does
    not subscribe to or of a channel without the bot. The bot's own actions are not sent back to it, since Bolt ignores
    them. Channels may be named (`#ai-news`). Raises Refused if Slack would not let the person act.

    `now` provides the timestamps and what expires by them; signatures use the real time. With `token`, every other one
    is refused. Links under `unfurl_domains` send `link_shared`.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        signing_secret: str = "signing-secret",
        token: str | None = None,
        people: Mapping[str, str] | None = None,
        channels: Mapping[str, str] | None = None,
        admins: Collection[str] = (),
        events: Collection[str] = EVENTS,
        unfurl_domains: Collection[str] = (),
        scopes: Iterable[str] = SCOPES,
    ) -> None:
        self.signing_secret = signing_secret
        self.unfurl_domains = unfurl_domains
        who, where = PEOPLE if people is None else people, CHANNELS if channels is None else channels
        self._workspace = Workspace(now=now, people=who, channels=where, admins=admins)
        self._lock = self._workspace.lock
        self._delivery = Delivery(self._workspace, signing_secret, events)
        self._loopback = SlackServer(self._workspace, token, tuple(scopes))
        self._said = ("", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._loopback.close()

    @property
    def url(self) -> str:
        """The base_url for a WebClient."""
        return f"{self._workspace.root}/api/"

    def attach(self, app: App) -> None:
        """Send people's actions to this app from now on."""
        self._delivery.app = app

    # ---- what can be seen
    @property
    def people(self) -> dict[str, str]:
        """Everybody's name by id, except the bot's."""
        return dict(self._workspace.people)

    @property
    def channels(self) -> dict[str, str]:
        """Every channel's name by id, except direct conversations."""
        return dict(self._workspace.channels)

    @property
    def calls(self) -> list[Call]:
        """Every call that reached Slack so far, in order, including those that met a fault."""
        with self._lock:
            return list(self._loopback.calls)

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def sent(self) -> list[Sent]:
        """Every body sent to the app so far, in order."""
        return list(self._delivery.sent)

    def fault(self, method: str, *faults: Fault) -> None:
        """Make the next calls of the method (also response_url, url_private, upload_url) meet these faults, one
        each."""
        if method not in METHODS and method not in OFF_THE_WEB_API:
            raise LookupError(f"{method} is never called")
        with self._lock:
            self._loopback.faults[method].extend(faults)

    def messages(self, channel: str, *, seen_by: str | None = None) -> list[SlackMessage]:
        """The messages in the channel, oldest first, with replies and ephemeral messages: all of them, or what one
        person sees."""
        with self._lock:
            there = self._workspace.messages(self._workspace.channel(channel, by_name=True))
        return [m for m in there if seen_by is None or m.ephemeral_to in (None, seen_by)]

    def thread(self, channel: str, ts: str) -> list[SlackMessage]:
        """The message and its thread, oldest first."""
        return [m for m in self.messages(channel) if ts in (m.ts, m.thread_ts)]

    def message(self, channel: str, ts: str) -> SlackMessage:
        """The current version of the message. Raises LookupError if there is none."""
        for message in self.messages(channel):
            if message.ts == ts:
                return message
        raise LookupError(f"no message {ts} in {channel}")

    @property
    def said(self) -> SlackMessage:
        """The current version of a person's last message. Raises LookupError if there is none."""
        return self.message(*self._said)

    def permalink(self, message: SlackMessage) -> str:
        """The permalink of the message."""
        return self._workspace.permalink(message)

    def direct(self, user: str) -> str:
        """The id of the direct conversation between the bot and this person."""
        with self._lock:
            return self._workspace.direct_channel(user)

    def modal(self, user: str) -> Json | None:
        """The modal open for this person, with its id and the values of its inputs; None if there is none."""
        with self._lock:
            stack = self._workspace.open_views.get(user)
            return self._workspace.views[stack[-1]] if stack else None

    def home_view(self, user: str) -> Json | None:
        """The App Home published for this person; None if there is none."""
        with self._lock:
            return self._workspace.views.get(self._workspace.homes.get(user, ""))

    # ---- what people do in a conversation
    def file(self, name: str, content: bytes, mimetype: str = "text/markdown") -> Json:
        """Upload a file, and return its file object, ready to be shared. Its url_private requires a token."""
        with self._lock:
            return new_file(self._workspace, name, content, mimetype, user="")

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        files: Sequence[Json] = (),
        thread_ts: str | None = None,
        bot_id: str | None = None,
    ) -> BoltResponse:
        """Post what a person typed, or another app with `bot_id`; `said` is then the message.

        The response is the one to `message`; the events for a mention of the bot and for links follow.
        """
        work = self._workspace
        with self._lock:
            place = work.channel(channel, by_name=True)
            for file in files:
                file["user"] = user
            said = work.post(
                place,
                user,
                text=payloads.typed(text),
                files=tuple(files),
                subtype="file_share" if files else None,
                thread_ts=thread_ts,
                bot_id=bot_id,
            )
            self._said = (said.channel, said.ts)
            first, *others = payloads.of_message(work, said, self.unfurl_domains)
        response = self._delivery.event(first, place)
        for event in others:
            self._delivery.event(event, place)
        return response

    def edit(self, user: str, message: SlackMessage, text: str) -> BoltResponse:
        """Edit the person's message. With the same text, send what Slack sends after unfurling a link."""
        with self._lock:
            before = self._own(user, message, "cant_update_message")
            changed = replace(before, text=payloads.typed(text), edited_ts=self._workspace.next_ts())
            event = payloads.message_altered(self._workspace, before, self._workspace.keep(changed))
        return self._delivery.event(event, message.channel)

    def delete(self, user: str, message: SlackMessage) -> BoltResponse:
        """Delete the person's message."""
        with self._lock:
            before = self._own(user, message, "cant_delete_message")
            self._workspace.keep(replace(before, deleted=True))
            event = payloads.message_altered(self._workspace, before, None)
        return self._delivery.event(event, message.channel)

    def _own(self, user: str, message: SlackMessage, refusal: str) -> SlackMessage:
        if message.user != user:
            raise Refused(refusal)
        return self._workspace.find(message.channel, message.ts)

    def react(self, user: str, channel: str, ts: str, emoji: str) -> BoltResponse:
        """Add a reaction to the message (`flag`, `thumbsup::skin-tone-3`)."""
        with self._lock:
            place = self._workspace.channel(channel, by_name=True)
            on = self._workspace.react(user, place, ts, emoji)
            event = payloads.reaction(self._workspace, "reaction_added", user, on, emoji)
        return self._delivery.event(event, place)

    def unreact(self, user: str, channel: str, ts: str, emoji: str) -> BoltResponse:
        """Remove the reaction."""
        with self._lock:
            place = self._workspace.channel(channel, by_name=True)
            on = self._workspace.unreact(user, place, ts, emoji)
            event = payloads.reaction(self._workspace, "reaction_removed", user, on, emoji)
        return self._delivery.event(event, place)

    def join(self, user: str, channel: str) -> BoltResponse:
        """Add the person to the channel; BOT_USER is the bot, as with `/invite`."""
        with self._lock:
            place = self._workspace.channel(channel, by_name=True)
            if user not in self._workspace.members[place]:
                self._workspace.members[place].append(user)
            event = payloads.member(self._workspace, "member_joined_channel", user, place)
        return self._delivery.event(event, place)

    def leave(self, user: str, channel: str) -> BoltResponse:
        """Remove the person from the channel; without the bot (BOT_USER) no more of its events are sent."""
        with self._lock:
            place = self._workspace.channel(channel, by_name=True)
            self._workspace.members[place].remove(user)
            event = payloads.member(self._workspace, "member_left_channel", user, place)
        return self._delivery.event(event, place)

    # ---- how people use the app
    def command(self, user: str, channel: str, line: str) -> BoltResponse:
        """Type a slash command such as `/summary 3`. The ack is shown to the person, or to everybody if it says so."""
        work = self._workspace
        with self._lock:
            place = work.channel(channel, by_name=True)
            body = payloads.command(work, user, place, line)
        name = line.split(" ")[0]
        return self._delivery.interaction(body, lambda response: ack_of_command(work, user, place, name, response))

    def press(self, user: str, on: SlackMessage | Json, which: str | int, value: Any = None) -> BoltResponse:
        """Use a control of the current version of a message, modal or App Home: by action_id, label or position.

        `value` is the choice (an option by value or label), or selects among several controls with one action_id.
        """
        work = self._workspace
        with self._lock:
            if isinstance(on, SlackMessage):
                current = work.on_screen(on)
                body = payloads.message_actions(work, user, current, pressed(current.blocks, which, value))
            else:
                view = work.views[on["id"]]
                body = payloads.view_actions(work, user, view, pressed(view["blocks"], which, value))
        return self._delivery.interaction(body)

    def submit(self, user: str, view: Json, values: Mapping[str, Any] | None = None) -> BoltResponse:
        """Submit a modal: `values` by action_id or block_id (options by value or label), the other inputs unchanged.

        Raises ValueError if a required input stays empty: Slack does not submit that.
        """
        work = self._workspace
        with self._lock:
            current = work.views[view["id"]]
            state = filled_in(current["blocks"], values or {})
            if empty := still_empty(current["blocks"], state):
                raise ValueError(f"required, but empty: {', '.join(empty)}")
            body = payloads.view_submission(work, user, current | {"state": {"values": state}})
        return self._delivery.interaction(body, lambda response: ack_of_view(work, user, current, response))

    def shortcut(self, user: str, callback_id: str, message: SlackMessage | None = None) -> BoltResponse:
        """Use a shortcut: on a message, or a global one."""
        with self._lock:
            on = None if message is None else self._workspace.on_screen(message)
            body = payloads.shortcut(self._workspace, user, callback_id, on)
        return self._delivery.interaction(body)

    def home(self, user: str, tab: str = "home") -> BoltResponse:
        """Open the app's own page on this tab (home or messages)."""
        with self._lock:
            event = payloads.app_home_opened(self._workspace, user, tab)
        return self._delivery.event(event, None)

    def redeliver(self, sent: Sent | None = None, *, number: int = 1, reason: str = "http_timeout") -> BoltResponse:
        """Send a body again (the last one by default), as Slack does without an ack: same event_id."""
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        return self._delivery.dispatch(sent or self._delivery.sent[-1], again)
