"""Time zones as people and programs write them: offsets, abbreviations, names of places."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_MINUTES = {
    "Z": 0, "UTC": 0, "UT": 0, "GMT": 0, "WET": 0, "協定世界時": 0, "グリニッジ標準時": 0,
    "JST": 540, "日本標準時": 540, "日本時間": 540, "KST": 540, "大韓民国標準時": 540,
    "CET": 60, "MET": 60, "CEST": 120, "MEST": 120, "BST": 60, "WEST": 60, "EET": 120, "EEST": 180, "MSK": 180,
    "SAST": 120, "GST": 240, "PKT": 300, "IST": 330, "ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480, "MYT": 480,
    "PHT": 480, "AWST": 480, "中国標準時": 480, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
    "BRT": -180, "ART": -180,
}  # fmt: skip
"""What RFC 822 and, where it is silent, most writers mean. An abbreviation that names a season means it all year."""
_BY_DATE = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AET": "Australia/Sydney", "NZT": "Pacific/Auckland", "太平洋時間": "America/Los_Angeles",
    "東部時間": "America/New_York",
}  # fmt: skip
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s?([+-])(\d{1,2})(?::?([0-5]\d))?(?::?[0-5]\d)?")
_PLACE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][\w+-]*){1,2}")

_IN_JAPANESE = "|".join(name for name in (*_MINUTES, *_BY_DATE) if not name.isascii())

ZONE = (
    r"(?:(?:GMT|UTC|Z)?\s?[+-](?:\d{1,2}:[0-5]\d(?::[0-5]\d)?|\d{1,2}[0-5]\d|\d{1,2})(?![\d./:年-])"
    rf"|{_PLACE.pattern}|[A-Z]{{1,5}}(?![A-Za-z])|{_IN_JAPANESE})"
)
"""Whatever may be a zone behind a time; `zone_of` says whether it is one."""


def zone_of(written: str) -> tzinfo | None:
    """The zone that a piece of a date names; None if it names none that is known.

    A zone without a season (ET, PT, Asia/Tokyo) has the offset of the date that it is used with.
    """
    if found := _OFFSET.fullmatch(written):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 24 * 60 else None
    if (minutes_east := _MINUTES.get(written.upper())) is not None:
        return timezone(timedelta(minutes=minutes_east)) if minutes_east else UTC
    name = _BY_DATE.get(written.upper()) or (written if _PLACE.fullmatch(written) else "")
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def in_utc(local: datetime, zone: tzinfo) -> datetime | None:
    """A wall clock's time in a zone, in UTC; None at the calendar's ends."""
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
