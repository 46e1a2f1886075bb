"""A day of flags and reviews, played by a seed: what people do, what goes wrong, and whether all agrees at the end.

Eight people flag, take, decide, note and change their minds, on every message that shows a post, by emoji, button,
menu and modal, two of them at once now and then. Posts are edited meanwhile. Slack delivers twice, in the wrong order,
late; it refuses, breaks off and answers 500. The bot is killed between any two steps, before a transaction or before a
call of Slack's, and started again.
"""

import random
import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from bot.domain.reviews import Review, after, emoji_name
from bot.fake_slack import (
    BOT_USER,
    Fault,
    InlineExecutor,
    Refused,
    Slack,
    SlackMessage,
)
from bot.fake_slack.delivery import Sent
from bot.runtime.app import Newsroom, build
from bot.runtime.desk import notification_settings
from bot.settings import Settings
from handlers.messages import review_card
from storage.engine import reading
from storage.reviews.reviews import load_reviews
from storage.store import Store
from storage.tables import outbox, reactions, reviews, showings

ROOT = Path(__file__).parents[2]
NEWS, REVIEW = "C0AINEWS1", "C0REVIEW1"
PEOPLE = {f"U0DESK{n:03}": f"記者{n}" for n in range(1, 9)}
FLAG, EYES, CHECK = "triangular_flag_on_post", "eyes", "white_check_mark"
BLANK = "取材に応じたのは〇〇（担当者の名前を入れてください）だ。\n"
BUTTONS = ("review_take", "review_release", "review_fixed", "review_fine", "review_dismiss", "review_undo")
FAULTY = ("chat.postMessage", "chat.update", "reactions.add", "reactions.remove", "conversations.replies")


class Killed(BaseException):
    """The process dies here: nothing catches it."""


@dataclass
class Day:
    """The day as it goes: `done` counts what happened."""

    slack: Slack
    settings: Settings
    clock: "Clock"
    folder: Path
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    newsroom: Newsroom = field(init=False)
    fate: random.Random = field(default_factory=random.Random)
    posts: int = 0
    lives: int = 0
    mortal: bool = False

    def __post_init__(self) -> None:
        self.start()

    # ---- the bot's life
    def start(self) -> None:
        """A new process on the same store."""
        self.newsroom = build(self.settings, now=self.clock, executor=InlineExecutor(), pace=0)
        client = self.newsroom.app.client
        call = client.api_call

        def mortally(*args: Any, **more: Any) -> Any:
            self._perhaps_die()
            return call(*args, **more)

        client.api_call = mortally  # type: ignore[method-assign]
        sqlalchemy_event.listen(self.newsroom.store.engine, "begin", lambda _: self._perhaps_die())
        self.slack.attach(self.newsroom.app)

    def lives_through(self, what: Callable[[], Any]) -> bool:
        """Whether the bot lived through it; where it did not, another one is started."""
        self.mortal = True
        try:
            what()
            return True
        except Killed:
            self.done["killed"] += 1
            return False
        finally:
            self.mortal = False
            if self.lives < 0:
                self.newsroom.close()
                self.start()
                self.lives = 0

    def _perhaps_die(self) -> None:
        if self.lives < 0:
            raise Killed  # a dead process does nothing more
        if self.mortal and threading.current_thread() is threading.main_thread() and self.fate.random() < 0.004:
            self.lives = -1
            raise Killed

    def tick(self) -> None:
        """A minute later the clock ticks."""
        self.clock.at += timedelta(seconds=self.rng.randint(1, 90))
        self.lives_through(self.newsroom.tick)

    # ---- what people do
    def act(self, what: Callable[[], Any]) -> None:
        """Somebody does something. What Slack did not hear to be received it sends again, until it is."""
        self.clock.at += timedelta(seconds=self.rng.randint(1, 20))
        before = len(self.slack.sent)
        with suppress(Refused, LookupError):  # what is not to be done on this screen, a person cannot do
            if self.lives_through(what):
                return
        for sent in self.slack.sent[before:]:
            while sent.content_type.startswith("application/json"):  # events; a press is not repeated by Slack
                self.done["sent again"] += 1
                if self.lives_through(lambda sent=sent: self.slack.redeliver(sent)):  # type: ignore[misc]
                    break

    def anybody(self) -> str:
        return self.rng.choice(list(PEOPLE))

    def shown(self) -> list[SlackMessage]:
        """The messages that show exactly one post."""
        with reading(self.newsroom.store.engine) as c:
            rows = c.execute(select(showings.c.channel, showings.c.ts)).all()
        counts = Counter((row.channel, row.ts) for row in rows)
        there = [m for channel in (NEWS, REVIEW) for m in self.slack.messages(channel) if m.ephemeral_to is None]
        return [m for m in there if counts[m.channel, m.ts] == 1]

    def cards(self) -> list[SlackMessage]:
        return [m for m in self.slack.messages(REVIEW) if key_of(m).endswith(":card")]


@dataclass
class Clock:
    """The day's time; it moves with what people do."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def play(database: str, folder: Path, seed: int, flags: int) -> tuple[Day, list[str]]:
    """Play a day with so many flags on a store of the newest shape; the day, and everything that does not agree."""
    rng = random.Random(seed)
    shutil.copytree(ROOT / "samples", folder)
    clock = Clock(datetime(2026, 1, 31, 13, 0, tzinfo=UTC))
    with Slack(now=clock, token="xoxb-1", people=PEOPLE) as slack:
        settings = Settings(
            _env_file=None, slack_bot_token="xoxb-1", slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.url, database_url=database, digest_channel=NEWS,
            review_channel=REVIEW, digest_limit=20,
        )  # fmt: skip
        day = Day(slack, settings, clock, folder, rng, fate=random.Random(-seed))
        day.posts = day.newsroom.desk.intake.import_path(folder).new
        clock.at = datetime(2026, 1, 31, 23, 0, tzinfo=UTC)
        day.newsroom.tick()
        try:
            _go_through(day, flags)
            _evening(day)
            return day, list(disagreements(day))
        finally:
            day.newsroom.close()


def _go_through(day: Day, flags: int) -> None:
    deeds: dict[Callable[[Day], None], int] = {
        _flag: 22, _unflag: 7, _sign: 8, _unsign: 4, _press: 14, _note: 3, _snooze: 3, _button: 3, _shortcut: 2,
        _at_once: 6, _twice: 10, _wrong_order: 4, _share: 2, _edit: 3, _trouble: 8, Day.tick: 10,
    }  # fmt: skip
    while day.done["flag"] < flags:
        (deed,) = day.rng.choices(list(deeds), list(deeds.values()))
        deed(day)
    for deed in deeds:  # each at least once, however short the day
        deed(day)


def _evening(day: Day) -> None:
    """Nothing goes wrong any more: what waits is said."""
    day.slack._loopback.faults.clear()
    for _ in range(400):
        day.clock.at += timedelta(minutes=3)
        day.newsroom.tick()
        if not day.newsroom.store.health.counts()["outbox_waiting"]:
            return


# ---- what happens
def _flag(day: Day) -> None:
    message, user = day.rng.choice(day.shown()), day.anybody()
    tone = day.rng.choice(["", "::skin-tone-3"])
    if any(user in people for emoji, people in message.reactions.items() if emoji.startswith(FLAG)):
        return
    day.done["flag"] += 1
    day.act(lambda: day.slack.react(user, message.channel, message.ts, FLAG + tone))


def _given(day: Day, *names: str) -> list[tuple[SlackMessage, str, str]]:
    return [
        (m, emoji, user)
        for m in day.shown()
        for emoji, people in m.reactions.items()
        for user in people
        if user != BOT_USER and emoji.split("::")[0] in names
    ]


def _unflag(day: Day) -> None:
    _take_away(day, FLAG)


def _unsign(day: Day) -> None:
    _take_away(day, EYES, CHECK)


def _take_away(day: Day, *names: str) -> None:
    if given := _given(day, *names):
        message, emoji, user = day.rng.choice(given)
        day.done["removal"] += 1
        day.act(lambda: day.slack.unreact(user, message.channel, message.ts, emoji))


def _sign(day: Day) -> None:
    message, user, emoji = day.rng.choice(day.shown()), day.anybody(), day.rng.choice([EYES, EYES, CHECK])
    day.done["sign"] += 1
    day.act(lambda: day.slack.react(user, message.channel, message.ts, emoji))


def _press(day: Day) -> None:
    if cards := day.cards():
        message, user, button = day.rng.choice(cards), day.anybody(), day.rng.choice(BUTTONS)
        day.done["press"] += 1
        day.act(lambda: day.slack.press(user, message, button))


def _snooze(day: Day) -> None:
    if cards := day.cards():
        message, user, label = day.rng.choice(cards), day.anybody(), day.rng.choice(list(review_card.SNOOZE.values()))
        day.act(lambda: day.slack.press(user, message, "review_snooze", label))


def _note(day: Day) -> None:
    if not (cards := day.cards()):
        return
    message, user = day.rng.choice(cards), day.anybody()
    day.act(lambda: day.slack.press(user, message, "review_note"))
    if view := day.slack.modal(user):
        day.done["note"] += 1
        day.act(lambda: day.slack.submit(user, view, {"note": f"確認中です {day.done['note']}"}))


def _button(day: Day) -> None:
    user, post = day.anybody(), day.rng.randint(1, day.posts)
    day.act(lambda: day.slack.command(user, NEWS, f"/summary {post}"))
    answers = [m for m in day.slack.messages(NEWS) if m.ephemeral_to == user and m.blocks]
    if answers:
        day.done["button"] += 1
        day.act(lambda: day.slack.press(user, answers[-1], "flag"))


def _shortcut(day: Day) -> None:
    message, user = day.rng.choice(day.shown()), day.anybody()
    day.done["shortcut"] += 1
    day.act(lambda: day.slack.shortcut(user, "review_message", message))


def _share(day: Day) -> None:
    """A colleague shares a stored post by its address: one more message that shows it."""
    user, post = day.anybody(), day.newsroom.desk.lookup.post(day.rng.randint(1, day.posts))[0]
    day.act(lambda: day.slack.say(user, NEWS, f"これです {post.url}"))


def _at_once(day: Day) -> None:
    """Two people do something about the same review at the very same time."""
    if not (cards := day.cards()):
        return
    message = day.rng.choice(cards)
    two = day.rng.sample(list(PEOPLE), 2)
    buttons = [day.rng.choice(BUTTONS) for _ in two]
    day.done["at once"] += 1
    day.clock.at += timedelta(seconds=5)
    start = threading.Barrier(2)

    def press(user: str, button: str) -> None:
        start.wait()
        with suppress(Refused, LookupError):
            day.slack.press(user, message, button)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(two, buttons, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _twice(day: Day) -> None:
    """Slack delivers something of the last minutes once more."""
    if not day.slack.sent:
        return
    sent = day.rng.choice(day.slack.sent[-40:])
    day.done["delivered twice"] += 1
    day.act(lambda: day.slack.redeliver(sent))


def _wrong_order(day: Day) -> None:
    """Somebody puts an emoji up and takes it down at once; the removal is heard first."""
    message, user, emoji = day.rng.choice(day.shown()), day.anybody(), day.rng.choice([FLAG, EYES, CHECK])
    if user in message.reactions.get(emoji, ()):
        return
    day.done["wrong order"] += 1
    kept: list[Sent] = []
    delivery = day.slack._delivery
    send = delivery.send

    def keep(sent: Sent, show: Any = None) -> BoltResponse:
        kept.append(sent)
        return BoltResponse(status=503)

    delivery.send = keep  # type: ignore[method-assign]
    try:
        day.slack.react(user, message.channel, message.ts, emoji)
        day.slack.unreact(user, message.channel, message.ts, emoji)
    finally:
        delivery.send = send  # type: ignore[method-assign]
    for late in reversed(kept):
        day.act(lambda late=late: send(late))  # type: ignore[misc]


def _edit(day: Day) -> None:
    """A post gets a defect or loses it."""
    file = day.rng.choice(sorted((day.folder / "_posts").glob("*.md")))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(BLANK, "") if BLANK in text else f"{text}\n{BLANK}", encoding="utf-8")
    day.done["edit"] += 1
    while not day.lives_through(lambda: day.newsroom.desk.intake.import_path(day.folder)):
        pass


def _trouble(day: Day) -> None:
    """Something goes wrong with the next call of a kind."""
    kinds = (Fault.rate_limited(3), Fault.server_error(), Fault.error_after(), Fault.drop_before(), Fault.drop_after())
    day.done["fault"] += 1
    day.slack.fault(day.rng.choice(FAULTY), day.rng.choice(kinds))


# ---- whether all agrees
def disagreements(day: Day) -> Iterator[str]:
    """Everything in which the store, the cards, the lines and the emoji do not agree."""
    store = day.newsroom.store
    with reading(store.engine) as c:
        every = load_reviews(c, list(c.scalars(select(reviews.c.id).order_by(reviews.c.id))))
        letters = c.execute(select(outbox).where(outbox.c.edits.is_(None)).order_by(outbox.c.id)).all()
    if waiting := store.health.counts()["outbox_waiting"]:
        yield f"{waiting} letters still wait"
    if failed := [row.key for row in letters if row.state == "failed"]:
        yield f"given up: {failed}"
    said: defaultdict[str, list[SlackMessage]] = defaultdict(list)
    for message in [m for channel in (NEWS, REVIEW) for m in day.slack.messages(channel)]:
        said[key_of(message)].append(message)
    for row in letters:
        if row.kind.startswith("review-") and row.channel in (NEWS, REVIEW) and len(said[row.key]) != 1:
            yield f"{row.key} stands {len(said[row.key])} times"
    flagged_by = {row.key: row.ids["user"] for row in letters if row.kind == "review-notice"}
    for review in every:
        yield from _of_review(day, review, said, flagged_by)
    yield from _emoji(day, every)
    yield from _flags(day)


def _of_review(
    day: Day, review: Review, said: dict[str, list[SlackMessage]], flagged_by: dict[str, str]
) -> Iterator[str]:
    desk, name = day.newsroom.desk, f"review:{review.id}"
    if replayed(review) != review:
        yield f"{name} is not what its events made of it"
    cards = said.get(f"{name}:card", [])
    wanted = review_card.card(desk.reviews.card(review.id), desk.zone)
    if [(m.text, m.blocks) for m in cards] != [(wanted["text"], wanted["blocks"])]:
        yield f"{name}:card does not show what the store says ({len(cards)} of them)"
        return
    thread = [m for m in day.slack.thread(REVIEW, cards[0].ts)[1:] if m.ephemeral_to is None]
    told = [e for e in review.history if f"{name}:line:{e.id}" in said]
    if [m.text for m in thread if key_of(m).startswith(f"{name}:line")] != [
        review_card.line(e, desk.zone)["text"] for e in told
    ]:
        yield f"{name}: the thread is not the history"
    case, post, _ = desk.reviews.get(review.id)
    for key in (key for key in flagged_by if key.startswith(f"{name}:")):
        if [m.blocks for m in said[key]] != [review_card.notice(case, post, flagged_by[key], desk.zone)["blocks"]]:
            yield f"{key} does not show what the store says"


def _emoji(day: Day, every: list[Review]) -> Iterator[str]:
    marks = notification_settings(day.settings).marks
    # the review a post is under, else the one that was closed last
    order = sorted(every, key=lambda r: (r.closed_at is None, r.closed_at or r.opened_at, r.id))
    last = {review.post_id: review for review in order}
    for message in day.shown():
        (post_id,) = day.newsroom.store.messages.shown(message.channel, message.ts)[0]
        review = last.get(post_id)
        mine = {e for e, people in message.reactions.items() if BOT_USER in people and e in marks.values()}
        wanted = {marks[review.state]} if review and review.state in marks else set()
        came_after = review is not None and review.closed_at and float(message.ts) >= review.closed_at.timestamp()
        if mine != wanted and not (came_after and not mine):
            yield f"{message.ts} shows #{post_id} with {mine} instead of {wanted}"


def _flags(day: Day) -> Iterator[str]:
    """Every emoji of a person's that stands in Slack stands in the store, and the other way round."""
    names = {FLAG: "flag", EYES: "take", CHECK: "fixed"}
    there = {(m.ts, user) for m, _, user in _given(day, FLAG)}
    with reading(day.newsroom.store.engine) as c:
        rows = c.execute(select(reactions).where(reactions.c.ts != "", reactions.c.stands)).all()
    alone = {m.ts for m in day.shown()}
    stored = {(row.ts, row.user) for row in rows if names[emoji_name(row.emoji)] == "flag" and row.ts in alone}
    if there != stored:
        yield f"flags that stand in Slack alone: {there - stored}, in the store alone: {stored - there}"


def replayed(review: Review) -> Review:
    """The review as its events alone make it."""
    first, *rest = review.history
    made = Review(
        id=review.id, post_id=review.post_id, state=first.state, opened_at=first.at, opened_by=first.user,
        opened_via=first.via, history=(first,),
    )  # fmt: skip
    for event in rest:
        made = after(made, event)
    return made


def key_of(message: SlackMessage) -> str:
    """The key of a message of the bot's; empty for anybody else's."""
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))


def migrated(database: str) -> str:
    """The URL of a store that has its newest shape."""
    store = Store.at(database, lambda: datetime.now(UTC))
    store.migrate()
    store.close()
    return database
