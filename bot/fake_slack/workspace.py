"""A Slack workspace in memory: its members, its messages, and the modals open on each person's screen.

It has the state and the rules that apply to every actor. api.py has what the bot may call, slack.py what people do.
Callers hold `lock`: the bot's threads and the people act at the same time.
"""

import itertools
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.fake_slack.controls import with_ids

Json = dict[str, Any]

TEAM, DOMAIN, APP = "T0NEWSDSK", "newsroom", "A0KAWARAB"
BOT_USER, BOT_ID, BOT_NAME = "U0KAWARAB", "B0KAWARAB", "kawaraban"
SLACKBOT = "USLACKBOT"


class Refused(ValueError):
    """Slack refuses: `error` is its code, `more` are further fields of the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


@dataclass(frozen=True, kw_only=True)
class SlackMessage:
    """One version of a message; a change makes a new one.

    `blocks` are as sent. `bot_id` is set if an app posted it, `ephemeral_to` if only one person sees it. `reactions`
    maps an emoji's name to the people who added it, in order; `unfurls` maps a link to the content given to
    chat.unfurl.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Json, ...] = ()
    subtype: str | None = None
    bot_id: str | None = None
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    deleted: bool = False
    unfurls: Json = field(default_factory=dict)

    @property
    def edited(self) -> bool:
        """Whether the message was edited."""
        return self.edited_ts is not None

    @property
    def is_reply(self) -> bool:
        """Whether it is a reply in a thread."""
        return self.thread_ts not in (None, self.ts)


@dataclass
class ResponseUrl:
    """A response_url, with which an app may answer one interaction at most five times within half an hour.

    `origin` is the message the control was on; None for a command, whose answers replace nothing.
    """

    user: str
    channel: str
    origin: SlackMessage | None
    made_at: datetime
    uses: int = 0


class Workspace:
    """The state of one workspace; `root` is the URL of the server that plays it."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        people: Mapping[str, str],
        channels: Mapping[str, str],
        admins: Collection[str],
    ) -> None:
        self.lock = threading.RLock()
        self.root = ""
        self.now = now
        self.people = dict(people)
        self.admins = frozenset(admins)
        self.channels = dict(channels)
        self.members = {channel: [BOT_USER, *people] for channel in channels}
        self.direct: dict[str, str] = {}  # direct channel -> the person
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.views: dict[str, Json] = {}
        self.open_views: dict[str, list[str]] = {}  # person -> their open modals, the top one last
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, tuple[str, datetime]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._messages: dict[tuple[str, str], SlackMessage] = {}
        self._last_ts = 0
        self._serials = itertools.count(1)

    def next_ts(self) -> str:
        """A timestamp, close to now, later than every earlier one."""
        self._last_ts = max(int(self.now().timestamp()) * 1_000_000 + 100, self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A new identifier, such as V0000000A."""
        return f"{prefix}{next(self._serials):08X}"

    # ---- channels
    def channel(self, given: str | None, *, by_name: bool = False) -> str:
        """The id of the conversation; also by its name (with or without #) if Slack allows that."""
        if given in self.channels or given in self.direct:
            return str(given)
        names = {name: channel for channel, name in self.channels.items()}
        if by_name and given and given.removeprefix("#") in names:
            return names[given.removeprefix("#")]
        raise Refused("channel_not_found")

    def channel_with_bot(self, given: str | None, *, by_name: bool = False) -> str:
        """The same if the bot is a member; otherwise Refused."""
        channel = self.channel(given, by_name=by_name)
        if BOT_USER not in self.members[channel]:
            raise Refused("not_in_channel")
        return channel

    def direct_channel(self, user: str) -> str:
        """The direct conversation between the bot and this person, opened if it does not exist yet."""
        if user not in self.people:
            raise Refused("user_not_found")
        channel = "D" + user[1:]
        self.direct[channel] = user
        self.members.setdefault(channel, [user, BOT_USER])
        return channel

    def channel_name(self, channel: str) -> str:
        """The conversation's name in payloads."""
        return "directmessage" if channel in self.direct else self.channels[channel]

    # ---- messages
    def post(self, channel: str, user: str, **said: Any) -> SlackMessage:
        """Post a message now; `said` are more fields of the Message. An answer to a reply joins that reply's thread."""
        message = SlackMessage(channel=channel, ts=self.next_ts(), user=user, **said)
        parent = self._messages.get((channel, message.thread_ts or ""))
        if parent is not None and parent.thread_ts is not None:
            message = replace(message, thread_ts=parent.thread_ts)
        return self.keep(message)

    def keep(self, message: SlackMessage) -> SlackMessage:
        """Store this version of the message."""
        self._messages[message.channel, message.ts] = message
        return message

    def find(self, channel: str, ts: str | None) -> SlackMessage:
        """The message with this timestamp that everybody sees; Refused with `message_not_found` if there is none."""
        message = self._messages.get((channel, ts or ""))
        if message is None or message.deleted or message.ephemeral_to is not None:
            raise Refused("message_not_found")
        return message

    def on_screen(self, message: SlackMessage) -> SlackMessage:
        """The current version of the message, also of an ephemeral one; Refused with `message_not_found` if it is
        gone."""
        current = self._messages[message.channel, message.ts]
        if current.deleted:
            raise Refused("message_not_found")
        return current

    def messages(self, channel: str) -> list[SlackMessage]:
        """All messages in the conversation, with replies and ephemeral messages, oldest first."""
        return [m for m in self._messages.values() if m.channel == channel and not m.deleted]

    def public(self, channel: str) -> list[SlackMessage]:
        """The messages that everybody in the conversation sees, oldest first."""
        return [m for m in self.messages(channel) if m.ephemeral_to is None]

    def replies(self, message: SlackMessage) -> list[SlackMessage]:
        """The replies in the message's thread."""
        return [m for m in self.public(message.channel) if m.thread_ts == message.ts and m.is_reply]

    def react(self, user: str, channel: str, ts: str | None, emoji: str) -> SlackMessage:
        """Add the reaction; a person adds each emoji once."""
        message = self.find(channel, ts)
        givers = message.reactions.get(emoji, ())
        if user in givers:
            raise Refused("already_reacted")
        return self.keep(replace(message, reactions={**message.reactions, emoji: (*givers, user)}))

    def unreact(self, user: str, channel: str, ts: str | None, emoji: str) -> SlackMessage:
        """Remove the person's reaction; an emoji without people disappears."""
        message = self.find(channel, ts)
        if user not in message.reactions.get(emoji, ()):
            raise Refused("no_reaction")
        left = tuple(giver for giver in message.reactions[emoji] if giver != user)
        kept = {name: left if name == emoji else givers for name, givers in message.reactions.items()}
        return self.keep(replace(message, reactions={name: givers for name, givers in kept.items() if givers}))

    def permalink(self, message: SlackMessage) -> str:
        """The permalink that opens the message in a browser."""
        address = f"https://{DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else address

    def shown(self, message: SlackMessage, *, metadata: bool = False) -> Json:
        """The message as Slack's API and events show it; with metadata only if asked for."""
        item: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": TEAM}
        if message.bot_id is not None:
            item |= {"bot_id": message.bot_id, "app_id": APP if message.bot_id == BOT_ID else "A0ANOTHER"}
        optional = {"subtype": message.subtype, "thread_ts": message.thread_ts, "attachments": message.attachments}
        item |= {key: value for key, value in optional.items() if value}
        if message.files:
            item |= {"files": list(message.files), "upload": False, "display_as_bot": False}
        if message.blocks:
            item["blocks"] = with_ids(message.blocks)
        if message.reactions:
            item["reactions"] = [{"name": n, "users": [*u], "count": len(u)} for n, u in message.reactions.items()]
        if message.edited_ts:
            item["edited"] = {"user": message.user, "ts": message.edited_ts}
        if metadata and message.metadata:
            item["metadata"] = message.metadata
        return item | self._thread_of(message)

    def _thread_of(self, message: SlackMessage) -> Json:
        if message.is_reply:
            parent = self._messages.get((message.channel, message.thread_ts or ""))
            return {"parent_user_id": parent.user} if parent else {}
        replies = self.replies(message)
        if not replies:
            return {}
        users = list(dict.fromkeys(reply.user for reply in replies))
        counts = {"reply_count": len(replies), "reply_users_count": len(users), "latest_reply": replies[-1].ts}
        return {"thread_ts": message.ts, "reply_users": users, "is_locked": False, "subscribed": False} | counts

    # ---- interactions
    def trigger(self, user: str) -> str:
        """A trigger_id: within three seconds the bot may open one view for this person."""
        trigger = f"{self.next_id('')}.{TEAM}.{self.next_id('')}"
        self.triggers[trigger] = (user, self.now())
        return trigger

    def response_url(self, kind: str, user: str, channel: str, origin: SlackMessage | None) -> str:
        """A response_url for the answers to one interaction; `kind` is commands or actions."""
        key = f"{kind}/{TEAM}/{self.next_id('')}"
        self.response_urls[key] = ResponseUrl(user, channel, origin, self.now())
        return f"{self.root}/{key}"
