"""Followed tags: following, the hour, being left alone; in answers, in the DM and on the App Home."""

from datetime import time
from typing import Any

from slack_bolt import Respond

from bot.desk.followed_tags import FollowedTags
from bot.desk.lookup import Lookup
from handlers.messages import blocks
from handlers.messages import followed_tags as followed_tags_messages
from handlers.messages.home import Part, Visit
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL


def follow(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    followed_tags: FollowedTags,
    permissions: Permissions,
) -> None:
    """「フォローする」 was pressed."""
    user = body["user"]["id"]
    told = followed_tags.follow(user, blocks.value_of(action)["tag"], permissions.zone(user))
    _say(body, respond, followed_tags_messages.followed(told))


def unfollow(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, followed_tags: FollowedTags) -> None:
    """「フォローをやめる」 was pressed."""
    _say(
        body,
        respond,
        followed_tags_messages.followed(followed_tags.unfollow(body["user"]["id"], blocks.value_of(action)["tag"])),
    )


def mute(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, followed_tags: FollowedTags) -> None:
    """「今日は休む」, 「1週間休む」, 「無期限に休む」 or 「再開する」 was pressed."""
    _say(
        body,
        respond,
        followed_tags_messages.muted(followed_tags.mute(body["user"]["id"], blocks.value_of(action)["mute"])),
    )


def follow_at(
    action: dict[str, Any], body: dict[str, Any], *, followed_tags: FollowedTags, permissions: Permissions
) -> None:
    """Another hour was chosen on the App Home."""
    user = body["user"]["id"]
    followed_tags.set_time(user, time.fromisoformat(action["selected_time"]), permissions.zone(user))


def my_tags(lookup: Lookup, followed_tags: FollowedTags, visit: Visit) -> Part:
    """The tags somebody follows, their hour, and how to be left alone."""
    schedule = followed_tags.get(visit.user)
    if schedule is None:
        return Part((), 0, "フォロー中のタグはありません。「/tag LLM」などの答えにある「フォローする」で始められます。")
    shown = schedule.tags[visit.at : visit.at + visit.limit]
    below = followed_tags_messages.controls(schedule, lookup.now(), lookup.zone)
    return Part(tuple(followed_tags_messages.tag_row(tag) for tag in shown), len(schedule.tags), below=below)


def _say(body: dict[str, Any], respond: Respond, message: blocks.Message) -> None:
    if (body.get("view") or {}).get("type") != "home":  # the Home itself shows what has changed
        respond(**message, **EPHEMERAL)
