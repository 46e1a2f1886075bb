"""Dates as newsrooms, feeds and pages write them."""

import email.utils
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

YEARS = range(1900, 2200)
"""A date outside is a slip of the pen, and near the calendar's ends no zone can be reckoned with."""
_LIMIT = 100
_ZONE = r"Z|UTC|GMT|JST|[+-]\d{2}:?\d{2}"
_DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    rf"(?:[T\s]+(\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:[.,]\d+)?)?\s*({_ZONE})?)?$"
)
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:T?(\d{{2}})(\d{{2}})(\d{{2}})?({_ZONE})?)?$")
_JAPANESE = re.compile(
    r"(?:(\d{4})|(令和|平成|昭和)(\d{1,2}|元))年\s*(\d{1,2})月\s*(\d{1,2})日\s*(?:\(.\)\s*)?"
    r"(?:(午前|午後)?\s*(\d{1,2})[時:](?:(\d{1,2})(?:分|:(\d{2}))?)?)?$"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_SECONDS = re.compile(r"\d{9,10}$")


def parse_date(text: str, zone: tzinfo) -> datetime | None:
    """The aware UTC time of a date: ISO 8601, RFC 822, 「2026年1月15日 8時30分」 and what lies near them.

    `zone` where it names none, None where it is no date.
    """
    text = unicodedata.normalize("NFKC", text[:_LIMIT]).strip()
    if found := _DATE.match(text) or _COMPACT.match(text):
        offset = _offset(found[7]) if found[7] else zone
        return _time([int(g or 0) for g in found.groups()[:6]], offset) if offset else None
    if found := _JAPANESE.match(text):
        return _japanese(found, zone)
    if _SECONDS.match(text):
        return datetime.fromtimestamp(int(text), UTC)
    return _english(text, zone)


def _time(parts: list[int], zone: tzinfo) -> datetime | None:
    if parts[0] not in YEARS:
        return None
    year, month, day, hour, minute, second = parts
    try:
        # 24:00 is the next day's midnight, and a leap second the second before it
        later = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
        hour = 0 if later else hour
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC) + later
    except (ValueError, OverflowError):
        return None


def _japanese(found: re.Match[str], zone: tzinfo) -> datetime | None:
    year, era, of_era, month, day, half, hour, minute, second = found.groups()
    if not year:
        year = _ERAS[era] + (1 if of_era == "元" else int(of_era))
    hour = int(hour or 0) + (12 if half == "午後" and int(hour or 0) < 12 else 0)
    return _time([int(year), int(month), int(day), hour, int(minute or 0), int(second or 0)], zone)


def _english(text: str, zone: tzinfo) -> datetime | None:
    """RFC 822 as feeds write it, and as browsers do: `Thu Jan 15 2026 08:00:00 GMT+0900 (日本標準時)`."""
    if not re.search(r"[A-Za-z]{3}.*\d", text):
        return None
    text = re.sub(r"\(.*$", "", text).strip()
    text = re.sub(r"\b(?:GMT|UTC)(?=[+-]\d)", "", text)
    text = re.sub(r"([+-])(\d):?(\d{2})$", r"\g<1>0\2\3", re.sub(r"([+-]\d{2}):(\d{2})$", r"\1\2", text))
    text = re.sub(r"\bJST$", "+0900", text)
    text = re.sub(r"\bSept\b", "Sep", text)
    text = re.sub(r"^(?:[A-Za-z]+,?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})\b", r"\2 \1 \3", text)
    try:
        parsed = email.utils.parsedate_tz(text if ":" in text else f"{text} 00:00:00")
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None:
        return None
    offset = parsed[9]
    named = offset is not None and not (offset == 0 and not re.search(r"[+-]0000$|\b(?:GMT|UTC?|Z)$", text))
    if named and abs(offset or 0) >= 24 * 3600:
        return None
    return _time(list(parsed[:6]), timezone(timedelta(seconds=offset or 0)) if named else zone)


def _offset(written: str) -> tzinfo | None:
    if written in ("Z", "UTC", "GMT"):
        return UTC
    if written == "JST":
        return timezone(timedelta(hours=9))
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes)) if minutes < 24 * 60 else None
