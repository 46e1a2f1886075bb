"""Followed tags: what a person wants to hear of, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from bot.desk.store import Store
from bot.digest import FOREVER, Schedule
from bot.errors import NotFound

Mute = Literal["today", "week", "forever", "off"]


@dataclass(frozen=True)
class Followed:
    """What came of following a tag or of following it no more. `schedule` is the person's, None where nothing is left;
    not `changed` where all was so before."""

    tag: str
    schedule: Schedule | None
    changed: bool = True


class FollowDesk:
    """The part of the desk that looks after what people follow. Everybody changes their own alone."""

    store: Store
    now: Callable[[], datetime]

    def follower(self, user: str) -> Schedule | None:
        """What a person follows, as their schedule; None for one who follows nothing."""
        return self.store.follower(user)

    def follow(self, user: str, tag: str, zone: str) -> Followed:
        """Follow a tag by its shown name; `zone` is the person's own. Raises WrongUse for too many."""
        schedule, new = self.store.follow(user, tag, zone)
        return Followed(tag, schedule, new)

    def unfollow(self, user: str, tag: str) -> Followed:
        """Follow a tag no more."""
        return Followed(tag, self.store.unfollow(user, tag))

    def mute(self, user: str, how: Mute) -> Schedule:
        """Leave a person alone for the rest of today, for a week from today or for good, or write to them again. Raises
        NotFound for one who follows nothing."""
        schedule = self.store.follower(user)
        if schedule is None or schedule.id is None:
            raise _follows_nothing()
        muted = self.store.pause_schedule(schedule.id, _until(schedule, self.now(), how))
        return muted or schedule

    def follow_at(self, user: str, at: time, zone: str) -> Schedule:
        """Write to a person at another hour. Raises NotFound for one who follows nothing."""
        moved = self.store.follow_at(user, at, zone)
        if moved is None:
            raise _follows_nothing()
        return moved


def _until(schedule: Schedule, now: datetime, how: Mute) -> datetime | None:
    if how in ("off", "forever"):
        return FOREVER if how == "forever" else None
    last_day = now.astimezone(schedule.tz).date() + timedelta(days=0 if how == "today" else 6)
    midnight = datetime.combine(last_day + timedelta(days=1), time(), schedule.tz)
    return midnight.astimezone(now.tzinfo) - timedelta(microseconds=1)  # an hour at midnight is the next day's


def _follows_nothing() -> NotFound:
    return NotFound("フォローしているタグはありません。「/tag LLM」などの答えにある「フォローする」で始められます。")
