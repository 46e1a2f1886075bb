"""Messages to people who follow tags."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.desk.followed_tags import Followed
from bot.domain.digests import FOREVER, Digest, Schedule
from handlers.messages import blocks as b
from handlers.messages import digest as digests
from handlers.messages import lookup


def personal(d: Digest) -> b.Message:
    """A personal digest: one message, with the buttons to mute it."""
    whole = digests.digest(d, room=b.MESSAGE - 700)
    tags = "　".join(f"#{b.escape(tag, 40)}" for tag in d.schedule.tags[:10])
    rest = f"　ほか{len(d.schedule.tags) - 10}件" if len(d.schedule.tags) > 10 else ""
    return whole | {"blocks": [*whole["blocks"][: b.BLOCKS - 2], b.context(f"フォロー中: {tags}{rest}"), mutes()]}


def mutes() -> b.Block:
    """「今日」, 「1週間」, 「無期限」: one click each."""
    return b.actions(
        b.button("今日は休む", "mute_today", {"mute": "today"}),
        b.button("1週間休む", "mute_week", {"mute": "week"}),
        b.button("無期限に休む", "mute_forever", {"mute": "forever"}),
    )


def followed(f: Followed) -> b.Message:
    """The answer to a person who clicked 「フォローする」 or 「フォローをやめる」."""
    name = f"#{f.tag}"
    if f.schedule is None:
        text = f"{name} のフォローをやめました。フォロー中のタグはありません。"
        return b.message(text, [b.section(b.escape(text))])
    if f.tag not in f.schedule.tags:
        text = f"{name} のフォローをやめました。ほかに{len(f.schedule.tags)}件をフォロー中です。"
        return b.message(text, [b.section(b.escape(text)), b.actions(b.button("元に戻す", "follow", {"tag": f.tag}))])
    begun = f"{name} を" + ("フォローしました。" if f.changed else "すでにフォローしています。")
    text = f"{begun}新着のある日の{clock(f.schedule)}に、DMでお届けします。{state(f.schedule)}"
    return b.message(text, [b.section(b.escape(text)), b.actions(lookup.follow_button(f.tag, True))])


def muted(schedule: Schedule) -> b.Message:
    """The answer to a person who muted the digest or turned it on again."""
    text = state(schedule) or f"お届けを再開しました。新着のある日の{clock(schedule)}に、DMでお届けします。"
    resume = [b.actions(b.button("再開する", "mute_off", {"mute": "off"}))] if schedule.paused_until else []
    return b.message(text, [b.section(text), *resume])


def state(schedule: Schedule) -> str:
    """Until when the digest is muted, as a sentence; empty if it is not."""
    if schedule.paused_until is None:
        return ""
    if schedule.paused_until == FOREVER:
        return "お届けは休止中です。再開するまで送りません。"
    return f"{wording.day(schedule.paused_until, schedule.tz)}までお届けを休みます。"


def clock(schedule: Schedule) -> str:
    """The hour of a personal digest."""
    at = schedule.times[0]
    return f"{at.hour}:{at.minute:02}"


def tag_row(tag: str) -> tuple[b.Block, ...]:
    """One followed tag on the App Home."""
    return (b.section(f"*#{b.escape(tag, 100)}*", b.button("フォローをやめる", "unfollow", {"tag": tag})),)


def controls(schedule: Schedule, now: datetime, zone: ZoneInfo) -> tuple[b.Block, ...]:
    """The controls below a person's tags on the App Home: the hour, and muting."""
    paused = schedule.is_paused(now)
    when = state(schedule) if paused else f"新着のある日の{clock(schedule)}（{schedule.zone}）に、DMでお届けします。"
    at = {"type": "timepicker", "action_id": "follow_at", "initial_time": f"{schedule.times[0]:%H:%M}"}
    hour = b.section(when, at)
    return (hour, b.actions(b.button("再開する", "mute_off", {"mute": "off"})) if paused else mutes())
