"""The newsroom of the demo: the real bot, the fake Slack, three people, and a clock set to a morning."""

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.fixtures import House
from bot.desk.analysis import PROCESSES
from bot.desk.folder_import import ImportResult
from bot.errors import NotFound
from bot.fake_slack import InlineExecutor, Slack, SlackMessage
from bot.runtime import app
from bot.settings import Settings
from storage.store import Store

TOKEN = "xoxb-demo"
CHANNEL = "C0AINEWS1"
ANNA, BEN, CHIKA = "U0SATO001", "U0SUZUKI1", "U0TANAKA1"
PEOPLE = {ANNA: "佐藤アンナ", BEN: "鈴木ベン", CHIKA: "田中千佳"}
SHORT = {"anna": ANNA, "ben": BEN, "chika": CHIKA}
FLAG = "triangular_flag_on_post"
_STEP = timedelta(minutes=1)


class DemoSettings(Settings):
    """Settings passed by the demo alone: neither the environment nor a `.env` is read."""

    @classmethod
    def settings_customise_sources(cls, settings_cls: Any, init_settings: Any, *_: Any, **__: Any) -> tuple[Any, ...]:
        """pydantic-settings' hook: only the arguments passed."""
        return (init_settings,)


@dataclass
class Clock:
    """A clock that stands still until a person acts."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


@dataclass
class DemoNewsroom:
    """People act in it as they do in Slack; each action takes a minute, and then the bot's clock ticks."""

    slack: Slack
    bot: app.Newsroom
    clock: Clock
    morning: datetime
    house: House

    @property
    def zone(self) -> ZoneInfo:
        """The newsroom's time zone."""
        return self.bot.settings.zone

    def take_in(self, path: Path, progress: Callable[[int, int], None]) -> ImportResult:
        """Import the posts, two minutes before the digest is due."""
        self.clock.time = self.morning - timedelta(minutes=2)
        return self.bot.desk.intake.import_path(path, progress, processes=PROCESSES)

    def strike(self) -> None:
        """Set the time to 8:00 and tick."""
        self.clock.time = self.morning
        self.bot.tick()

    # ---- what people do
    def command(self, person: str, line: str) -> int:
        """Type a slash command; return the status of the bot's answer, 404 for an unknown command."""
        with self._minute():
            return self.slack.command(person, CHANNEL, line).status

    def press(self, person: str, on: SlackMessage, control: dict[str, Any], value: str | None = None) -> None:
        """Press a button, or choose `value` in a menu. Raises LookupError if the message no longer has it."""
        with self._minute():
            self.slack.press(person, on, control["action_id"], value or control.get("value"))

    def send(self, person: str, view: dict[str, Any], words: str) -> None:
        """Submit an open modal with this text in its first field, the others unchanged. Raises ValueError if a required
        field stays empty."""
        fields = [block["element"] for block in view["blocks"] if block["type"] == "input"]
        typed = [field["action_id"] for field in fields if field["type"] == "plain_text_input"]
        with self._minute():
            self.slack.submit(person, view, {typed[0]: words} if typed and words else {})

    def say(self, person: str, text: str, *files: tuple[str, bytes]) -> SlackMessage:
        """Post in the channel, with files; return the message as it is afterwards."""
        with self._minute():
            self.slack.say(person, CHANNEL, text, files=[self.slack.file(*file) for file in files])
        return self.slack.said

    def flag(self, person: str, post_id: int) -> SlackMessage:
        """Add 🚩 to a message that shows only this post; if there is none, a colleague shares it first.

        Raises NotFound if there is no such post, Refused if the person has already flagged it.
        """
        self.bot.desk.lookup.post(post_id)
        on = next(iter(self.showing(post_id)), None) or self._shared_by_a_colleague(person, post_id)
        with self._minute():
            self.slack.react(person, CHANNEL, on.ts, FLAG)
        return on

    def unflag(self, person: str, post_id: int) -> None:
        """Remove the person's 🚩 from every message of this post. Raises NotFound if there is none."""
        flagged = [m for m in self.showing(post_id) if person in m.reactions.get(FLAG, ())]
        if not flagged:
            raise NotFound(f"#{post_id} に{PEOPLE[person]}さんの🚩は付いていません。")
        with self._minute():
            for message in flagged:
                self.slack.unreact(person, CHANNEL, message.ts, FLAG)

    # ---- what can be seen
    def showing(self, post_id: int) -> list[SlackMessage]:
        """The public messages that show this post and no other, oldest first."""
        messages = (m for m in self.slack.messages(CHANNEL) if m.ephemeral_to is None)
        return [m for m in messages if self.bot.store.messages.shown(CHANNEL, m.ts)[0] == (post_id,)]

    def digest(self) -> SlackMessage | None:
        """The newest digest in the channel; None before the first."""
        return next((m for m in self.messages() if is_digest(m)), None)

    def messages(self) -> list[SlackMessage]:
        """The public messages in the channel itself, newest first."""
        public = [m for m in self.slack.messages(CHANNEL) if m.ephemeral_to is None and not m.is_reply]
        return public[::-1]

    def _shared_by_a_colleague(self, person: str, post_id: int) -> SlackMessage:
        colleague = BEN if person != BEN else CHIKA
        post, _ = self.bot.desk.lookup.post(post_id)
        if post.url:
            said = self.say(colleague, post.url)
            if self.bot.store.messages.shown(CHANNEL, said.ts)[0] == (post_id,):
                return said
        self.command(colleague, f"/summary {post_id}")  # a post without a URL is shared by its summary
        answer = self.slack.messages(CHANNEL)[-1]
        with self._minute():
            self.slack.press(colleague, answer, "share")
        return self.showing(post_id)[0]

    @contextmanager
    def _minute(self) -> Iterator[None]:
        self.clock.time += _STEP
        yield
        self.bot.tick()


def is_digest(message: SlackMessage) -> bool:
    """Whether the message is a digest, not one of its replies."""
    key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
    return key.startswith("digest:") and not message.is_reply


@contextmanager
def opened(morning: datetime, zone: ZoneInfo) -> Iterator[DemoNewsroom]:
    """A newsroom on the evening before that morning, with its digest scheduled. Everything is deleted at the end."""
    clock = Clock(morning - timedelta(hours=12))
    with ExitStack() as stack:
        stack.enter_context(_undisturbed())
        stack.enter_context(_tidy_when_ended())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kawaraban-demo-", ignore_cleanup_errors=True))
        slack = stack.enter_context(
            Slack(now=clock, token=TOKEN, people=PEOPLE, channels={CHANNEL: "ai-news"}, admins=(ANNA,))
        )
        house = stack.enter_context(House((morning - timedelta(minutes=30)).astimezone(zone)))
        settings = DemoSettings(
            slack_bot_token=TOKEN,
            slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.url,
            data=Path(folder),
            timezone=zone.key,
            digest_channel=CHANNEL,
            digest_at=time(8, 0),
            private_hosts=(house.host,),
        )
        _migrated(settings, clock)
        bot = app.build(settings, now=clock, executor=InlineExecutor(), pace=0)
        stack.callback(bot.close)
        slack.attach(bot.app)
        yield DemoNewsroom(slack, bot, clock, morning, house)


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """End the demo on a closed terminal or a `kill` as on `quit`, so that nothing is left behind."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        ends = []  # signals can be caught only there
    before = {end: signal.signal(end, leave) for end in ends}
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


def _migrated(settings: Settings, clock: Clock) -> None:
    store = Store.at(settings.database, clock)
    store.migrate()
    store.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Use no proxy to loopback and log only errors; restore both afterwards."""
    proxies = {name: os.environ.pop(name) for name in list(os.environ) if name.lower().endswith("_proxy")}
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
        os.environ.update(proxies)
