"""What the fault run plays: a Slack that goes wrong by plan, and clocks that may be killed at any moment.

Each runs in a process of its own. All of them live in one time that runs `SPEED` times as fast as the wall's, so that
waits, leases and timeouts of minutes pass in seconds and keep their proportions.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.fake_slack import Fault, InlineExecutor, Slack, SlackMessage
from bot.runtime.app import SLACK_SECONDS, build
from bot.runtime.clock import make_scheduler
from bot.settings import Settings

SPEED = 20.0
BEGINNING = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
READER, THEIRS = "U0SATO001", "D0SATO001"
"""Somebody who follows the one tag of all posts, and their direct messages."""
PLANNED = 40_000
TIMEOUT = SLACK_SECONDS / SPEED
"""Seconds of the wall that a clock waits for Slack's answer."""


@dataclass(frozen=True)
class Fast:
    """The run's time: `begun` is the wall's second at which it was BEGINNING."""

    begun: float
    skew: float = 0.0

    def __call__(self) -> datetime:
        return BEGINNING + timedelta(seconds=(time.time() - self.begun) * SPEED + self.skew)


@dataclass(frozen=True)
class Said:
    """A message as it stands in Slack when all is over."""

    channel: str
    ts: str
    thread_ts: str | None
    key: str


def trouble(rng: random.Random, method: str) -> Fault:
    """What the plan lets one call meet; two of three meet nothing."""
    fine = Fault(done=True)
    if method != "chat.postMessage":
        return rng.choice([fine] * 12 + [Fault.rate_limited(2), Fault.server_error(), Fault.drop_before()])
    return rng.choice(
        [fine] * 20
        + [Fault.rate_limited(rng.randint(1, 5)), Fault.rate_limited(30), Fault.server_error()]
        + [Fault.error_after(), Fault.drop_before(), Fault.drop_after(), Fault.refuse("internal_error")]
        + [Fault.slow(TIMEOUT * 1.5), Fault.lagging(TIMEOUT * rng.uniform(0.5, 1.3))]
    )


def play_slack(talk: Connection, seed: int, channels: dict[str, str], begun: float, skew: float) -> None:
    """Play Slack until told to end, then hand over what stands in its channels. Its clock is `skew` seconds off."""
    rng = random.Random(seed)
    with Slack(now=Fast(begun, skew), token="xoxb-1", channels=channels) as slack:
        for method in ("chat.postMessage", "conversations.history", "conversations.replies"):
            slack.fault(method, *(trouble(rng, method) for _ in range(PLANNED)))
        talk.send(slack.url)
        over = threading.Event()
        threading.Thread(target=_chatter, args=(slack, sorted(channels), over), daemon=True).start()
        talk.recv()
        over.set()
        places = [*sorted(channels), slack.direct(READER)]
        said = [_said(m) for place in places for m in slack.messages(place) if m.metadata]
        talk.send((said, {m: len(slack.calls_of(m)) for m in {c.method for c in slack.calls}}))


def _said(message: SlackMessage) -> Said:
    assert message.metadata is not None
    return Said(message.channel, message.ts, message.thread_ts, message.metadata["event_payload"]["key"])


def _chatter(slack: Slack, channels: list[str], over: threading.Event) -> None:
    """People talk meanwhile, so that a look into the history has pages to turn."""
    for n in range(1_000_000):
        if over.wait(0.2):
            return
        slack.say(READER, channels[n % len(channels)], f"雑談 {n}")


def keep_time(url: str, slack_url: str, calendar: str, begun: float, log: str) -> None:
    """Be a clock, as `kawaraban clock` is one, until killed. `calendar` is the file that holds what day it is."""
    logging.basicConfig(filename=log, level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(message)s")
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-1",
        slack_api_url=slack_url,
        database_url=url,
    )
    newsroom = build(settings, now=Fast(begun), executor=InlineExecutor(), pace=0)
    desk = newsroom.desk
    for part in (desk.digests, desk.reminders, desk.weekly_report, desk.checks):  # what day it is, for who decides
        part.now = today(Path(calendar))
    newsroom.sender.client.timeout = TIMEOUT  # type: ignore[assignment]
    make_scheduler(newsroom.jobs(), blocking=True, seconds=0.05).start()


def today(calendar: Path) -> Callable[[], datetime]:
    """The day that the calendar shows, half a minute past eight in Tokyo."""
    return lambda: eight(int(calendar.read_text())) + timedelta(seconds=30)


def eight(day: int) -> datetime:
    """Eight o'clock in Tokyo on a day of the run, counted from 0."""
    return datetime(2026, 3, 2, 23, tzinfo=UTC) + timedelta(days=day)


def paper(folder: Path, days: int, a_day: int) -> None:
    """A Jekyll folder with so many posts for each day of the run, no two of them on one thing."""
    (folder / "_posts").mkdir(parents=True)
    (folder / "_config.yml").write_text("title: 港の新聞\nurl: https://news.example\ntimezone: Asia/Tokyo\n")
    for number in range(days * a_day):
        at = eight(number // a_day) + timedelta(hours=9 - 2, minutes=number % a_day)
        file = folder / "_posts" / f"{at:%Y-%m-%d}-{number}.md"
        front = f"title: {_subject(number)}\ndate: {at:%Y-%m-%d %H:%M:%S} +0900\ntags: [生成AI]\n"
        file.write_text(f"---\n{front}---\n\n{_text(number)}")


_PLACES = ["港", "駅前", "山手", "川沿い", "北町", "南台", "西口", "東浜", "湖畔", "丘上"]
_TOPICS = (
    (
        "{}の図書館、蔵書案内に生成AI",
        "{}の図書館は蔵書の案内に大規模言語モデルを使う。読みたい本の筋を話すと、棚の番号を答える",
    ),
    (
        "{}の果樹園で収穫ロボットが稼働",
        "{}の果樹園で、機械学習で熟れ具合を見分ける収穫ロボットが動き出した。傷んだりんごは半分に減った",
    ),
    (
        "{}の病院、画像診断AIの試験を開始",
        "{}の病院は胸部の画像診断に深層学習のAIを試す。医師の見落としを減らすのが狙いだ",
    ),
    (
        "{}市が生成AIの利用指針を改定",
        "{}市は職員の生成AI利用指針を改め、個人情報の入力を禁じた。違反は四半期ごとに公表する",
    ),
)


def _subject(n: int) -> str:
    return _TOPICS[n % len(_TOPICS)][0].format(_PLACES[n // len(_TOPICS) % 10])


def _text(n: int) -> str:
    first = _TOPICS[n % len(_TOPICS)][1].format(_PLACES[n // len(_TOPICS) % 10])
    costs = f"費用は{n + 30}万円で、準備には{n + 10}日をかけた。"
    return f"{first}。{costs}\n\n{_subject(n)}したのは、この地域では{n + 2}例目になる。\n"


def metrics_of(calls: dict[str, Any]) -> str:
    """The calls that Slack met, in one line."""
    return ", ".join(f"{method} {count}" for method, count in sorted(calls.items()))
