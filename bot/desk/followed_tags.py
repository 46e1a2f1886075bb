"""Followed tags: what a person wants to hear of, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, Protocol

from bot.domain.digests import FOREVER, Schedule
from bot.errors import NotFound

Mute = Literal["today", "week", "forever", "off"]


@dataclass(frozen=True)
class Followed:
    """What came of following a tag or of following it no more. `schedule` is the person's, None where nothing is left;
    not `changed` where all was so before."""

    tag: str
    schedule: Schedule | None
    changed: bool = True


class StoredFollowedTags(Protocol):
    """What is needed of the stored followed tags."""

    def get(self, user: str) -> Schedule | None: ...
    def follow(self, user: str, tag: str, zone: str) -> tuple[Schedule, bool]: ...
    def unfollow(self, user: str, tag: str) -> Schedule | None: ...
    def set_time(self, user: str, at: time, zone: str) -> Schedule | None: ...


class StoredSchedules(Protocol):
    """What is needed of the stored schedules."""

    def pause(self, number: int, until: datetime | None) -> Schedule | None: ...


class FollowedTags:
    """The part of the desk that looks after what people follow. Everybody changes their own alone."""

    def __init__(
        self,
        followed_tags: StoredFollowedTags,
        schedules: StoredSchedules,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._stored_followed_tags = followed_tags
        self._schedules = schedules
        self.now = now

    def get(self, user: str) -> Schedule | None:
        """What a person follows, as their schedule; None for one who follows nothing."""
        return self._stored_followed_tags.get(user)

    def follow(self, user: str, tag: str, zone: str) -> Followed:
        """Follow a tag by its shown name; `zone` is the person's own. Raises WrongUse for too many."""
        schedule, new = self._stored_followed_tags.follow(user, tag, zone)
        return Followed(tag, schedule, new)

    def unfollow(self, user: str, tag: str) -> Followed:
        """Follow a tag no more."""
        return Followed(tag, self._stored_followed_tags.unfollow(user, tag))

    def mute(self, user: str, how: Mute) -> Schedule:
        """Leave a person alone for the rest of today, for a week from today or for good, or write to them again. Raises
        NotFound for one who follows nothing."""
        schedule = self._stored_followed_tags.get(user)
        if schedule is None or schedule.id is None:
            raise _follows_nothing()
        muted = self._schedules.pause(schedule.id, _until(schedule, self.now(), how))
        return muted or schedule

    def set_time(self, user: str, at: time, zone: str) -> Schedule:
        """Write to a person at another hour. Raises NotFound for one who follows nothing."""
        moved = self._stored_followed_tags.set_time(user, at, zone)
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
