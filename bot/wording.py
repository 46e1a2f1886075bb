"""Words that the shell and Slack share: times and spans of time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = "月火水木金土日"


def when(time: datetime, zone: ZoneInfo) -> str:
    """Format a time as the newsroom reads it: 2月1日(日) 8:00."""
    local = time.astimezone(zone)
    return f"{day(local, zone)} {local.hour}:{local.minute:02}"


def day(time: datetime, zone: ZoneInfo) -> str:
    """Format a date as the newsroom reads it: 2月1日(日)."""
    local = time.astimezone(zone)
    return f"{local.month}月{local.day}日({_DAYS[local.weekday()]})"


def lasted(span: timedelta) -> str:
    """Format a duration in its two largest units: 25分, 3時間10分, 2日5時間."""
    minutes = max(0, int(span.total_seconds())) // 60
    days, hours, minutes = minutes // 1_440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}日{hours}時間" if hours else f"{days}日"
    if hours:
        return f"{hours}時間{minutes}分" if minutes else f"{hours}時間"
    return f"{minutes}分"


def ago(span: timedelta) -> str:
    """Format the time since something in its largest unit: たった今, 2分前, 3時間前, 4日前."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "たった今"
    if minutes < 60:
        return f"{minutes}分前"
    return f"{minutes // 60}時間前" if minutes < 1_440 else f"{minutes // 1_440}日前"
