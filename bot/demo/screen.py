"""Slack on the terminal: the channel as one person sees it, and the numbers of its buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.demo.blocks import DIM, Blocks, emoji, stacked
from bot.demo.mrkdwn import Flow, mrkdwn, plain
from bot.demo.newsroom import CHANNEL, PEOPLE, DemoNewsroom, is_digest
from bot.fake_slack import BOT_USER, SLACKBOT, SlackMessage

ONLY_YOU = "👁  あなただけに表示されています"
_BOT, _PERSON, _PRIVATE = Style(color="bright_red"), Style(color="bright_blue"), Style(color="bright_black")
_NAMES = {BOT_USER: "瓦版", SLACKBOT: "Slackbot"} | PEOPLE
_DAYS = "月火水木金土日"


@dataclass(frozen=True)
class Control:
    """A button or menu on the screen, and its message."""

    message: SlackMessage
    control: dict[str, Any]


class Screen:
    """Draws the fake Slack, and nothing else. `controls` are the buttons drawn last, numbered from 1."""

    def __init__(self, console: Console, newsroom: DemoNewsroom) -> None:
        self.console = console
        self.newsroom = newsroom
        self.controls: list[Control] = []
        self._drawn: dict[str, SlackMessage] = {}
        self._fresh: list[Control] = []
        self._names = {user: f"@{name}" for user, name in _NAMES.items()} | {
            channel: f"#{name}" for channel, name in newsroom.slack.channels.items()
        }

    # ---- drawing
    def news(self, person: str) -> None:
        """The messages that are new or changed since the last time, as this person sees them."""
        everything = {m.ts: m for m in self.newsroom.slack.messages(CHANNEL)}
        changed = [m for ts, m in everything.items() if m != self._drawn.get(ts)]
        digests = {m.ts for m in changed if m.ts not in self._drawn and is_digest(m)}  # one line for the thread
        seen = [m for m in changed if m.ephemeral_to in (None, person) and not (m.is_reply and m.thread_ts in digests)]
        self._draw(self._one(m, everything) for m in seen)

    def channel(self, person: str, last: int = 4) -> None:
        """The channel's last messages, each thread as one line."""
        seen = [m for m in self.newsroom.slack.messages(CHANNEL, seen_by=person) if not m.is_reply]
        self.heading()
        self._draw(self._whole(m) for m in seen[-last:])

    def thread(self, parent: SlackMessage, *, briefly: bool = False, last: int | None = None) -> None:
        """A message and its thread, or only the `last` replies; if brief, the first line of each and the buttons."""
        _, *replies = self.newsroom.slack.thread(CHANNEL, parent.ts)
        shown = [_brief(m) if briefly and m.blocks else m for m in replies if m.ephemeral_to is None]
        shown = shown[-last:] if last else shown
        above = Text(f"🧵 スレッド　{_first_line(parent)}", DIM)
        self._draw([above, *(self._reply(m) for m in shown)])

    def modal(self, person: str) -> None:
        """The modal open for this person; nothing if there is none."""
        view = self.newsroom.slack.modal(person)
        if view is None:
            return
        parts = Blocks(self._names, lambda control: 0).drawn(view["blocks"], "")
        body = stacked([Text(f"🪟 {plain(view['title']['text'])}", "bold"), *parts])
        self.console.print(_Barred(body, "┃ ", "┃ ", _PRIVATE))
        self.console.print()
        if "submit" in view:
            self.line(f"「send 文」 で 「{view['submit']['text']}」 を押します。", "dim")

    def heading(self) -> None:
        """The channel's name and the time."""
        local = self.newsroom.clock().astimezone(self.newsroom.zone)
        day = f"{local.month}月{local.day}日({_DAYS[local.weekday()]}) {local.hour}:{local.minute:02}"
        self.console.rule(Text(f" #ai-news　{day} ", "bold"), style="red", align="left")
        self.console.print()

    def line(self, text: str, style: str = "") -> None:
        """One line by the demo itself."""
        self.console.print(Flow(Text(plain(text), style)))
        self.console.print()

    def typed(self, person: str, words: str) -> None:
        """A person's action, as the prompt shows it."""
        self.console.print(Text(f"{PEOPLE[person]}› ", "bold bright_blue").append(words, "default"))
        self.console.print()

    # ---- details
    def _draw(self, parts: Iterable[RenderableType]) -> None:
        for part in parts:
            self.console.print(part)
            self.console.print()
        self._drawn = {m.ts: m for m in self.newsroom.slack.messages(CHANNEL)}
        self.controls, self._fresh = self._fresh or self.controls, []

    def _one(self, message: SlackMessage, everything: dict[str, SlackMessage]) -> RenderableType:
        before = self._drawn.get(message.ts)
        if before is not None and replace(before, reactions=message.reactions) == message:
            where = Text(f"{_first_line(message)}　", DIM, no_wrap=True, overflow="ellipsis")
            return where + (self._reactions(message) or Text("リアクションが外れました", DIM))
        if not message.is_reply:
            return self._whole(message)
        parent = everything[message.thread_ts or ""]
        return stacked([Text(f"🧵 スレッド　{_first_line(parent)}", DIM), self._reply(message)])

    def _reply(self, message: SlackMessage) -> RenderableType:
        return _Barred(self._whole(message), "  ↳ ", "    ", DIM)

    def _whole(self, message: SlackMessage) -> RenderableType:
        blocks = Blocks(self._names, lambda control: self._number(message, control))
        parts: list[RenderableType] = [self._author(message), *blocks.drawn(message.blocks, message.text)]
        parts += [Text(f"📎 {plain(file['name'])}", "bold") for file in message.files]
        if message.reactions:
            parts.append(self._reactions(message))
        if replies := len(self.newsroom.slack.thread(CHANNEL, message.ts)) - 1:
            parts.append(Text(f"💬 {replies}件の返信", Style(color="bright_blue")))
        style = _PRIVATE if message.ephemeral_to else _BOT if message.bot_id else _PERSON
        return _Barred(stacked(parts), "▎ ", "▎ ", style)

    def _author(self, message: SlackMessage) -> Text:
        at = datetime.fromtimestamp(float(message.ts), self.newsroom.zone)
        shown = Text(_NAMES.get(message.user, message.user), "bold")
        if message.bot_id:
            shown.append(" ").append("アプリ", "dim")
        shown.append(f"  {at.hour}:{at.minute:02}", DIM)
        if message.edited:
            shown.append("（編集済み）", DIM)
        return shown.append(f"  {ONLY_YOU}", "dim italic") if message.ephemeral_to else shown

    def _reactions(self, message: SlackMessage) -> Text:
        given = [Text(f"{emoji(name)} {len(users)}", "bold yellow") for name, users in message.reactions.items()]
        return Text("  ").join(given)

    def _number(self, message: SlackMessage, control: dict[str, Any]) -> int:
        self._fresh.append(Control(message, control))
        return len(self._fresh)


class _Barred:
    """A drawing behind a prefix: one before its first line, another before all others."""

    def __init__(self, body: RenderableType, first: str, others: str, style: Style) -> None:
        self._body, self._marks, self._style = body, (first, others), style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first, others = self._marks
        inner = options.update(width=max(10, options.max_width - len(first)))
        for number, line in enumerate(console.render_lines(self._body, inner, pad=False)):
            yield Segment(others if number else first, self._style)
            yield from line
            yield Segment.line()


def _brief(message: SlackMessage) -> SlackMessage:
    """The first line of the message's first block, and its buttons."""
    head, *rest = message.blocks
    if head["type"] == "section":
        text = head["text"]["text"].split("\n")[0]
        head = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return replace(message, blocks=[head, *(b for b in rest if b["type"] in ("actions", "section"))])


def _first_line(message: SlackMessage) -> str:
    names: Sequence[str] = [file["name"] for file in message.files]
    text = mrkdwn(message.text, {}).plain.split("\n")[0] or " ".join(names)
    return text if len(text) <= 40 else text[:39] + "…"
