"""Followed tags: following, the hour, being left alone; in answers, in the DM and on the App Home."""

from datetime import time
from typing import Any

from slack_bolt import Respond

from bot.desk import Desk
from handlers.lookup import BESIDE
from handlers.messages import blocks, following
from handlers.messages.home import Part, Visit
from handlers.people import People


def follow(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People) -> None:
    """「フォローする」 was pressed."""
    user = body["user"]["id"]
    told = desk.follow(user, blocks.value_of(action)["tag"], people.zone(user))
    _say(body, respond, following.followed(told))


def unfollow(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """「フォローをやめる」 was pressed."""
    _say(body, respond, following.followed(desk.unfollow(body["user"]["id"], blocks.value_of(action)["tag"])))


def mute(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """「今日は休む」, 「1週間休む」, 「無期限に休む」 or 「再開する」 was pressed."""
    _say(body, respond, following.muted(desk.mute(body["user"]["id"], blocks.value_of(action)["mute"])))


def follow_at(action: dict[str, Any], body: dict[str, Any], *, desk: Desk, people: People) -> None:
    """Another hour was chosen on the App Home."""
    user = body["user"]["id"]
    desk.follow_at(user, time.fromisoformat(action["selected_time"]), people.zone(user))


def my_tags(desk: Desk, visit: Visit) -> Part:
    """The tags somebody follows, their hour, and how to be left alone."""
    schedule = desk.follower(visit.user)
    if schedule is None:
        return Part((), 0, "フォロー中のタグはありません。「/tag LLM」などの答えにある「フォローする」で始められます。")
    shown = schedule.tags[visit.at : visit.at + visit.limit]
    below = following.controls(schedule, desk.now(), desk.zone)
    return Part(tuple(following.tag_row(tag) for tag in shown), len(schedule.tags), below=below)


def _say(body: dict[str, Any], respond: Respond, message: blocks.Message) -> None:
    if (body.get("view") or {}).get("type") != "home":  # the Home itself shows what has changed
        respond(**message, **BESIDE)
