"""The queue: which reviews are listed, in which order, and what the weeks came to. Pure rules."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.errors import WrongUse
from bot.posts import Post
from bot.readings import SEVERITIES, Finding, Severity
from bot.review import CLOSED, WAITING, Review, State

Order = Literal["oldest", "newest", "severity"]
NOBODY = ""
NAMED = 10
"""Reviews that one message of the morning names; the rest are counted."""


@dataclass(frozen=True)
class Wanted:
    """Which reviews are listed: those for which everything given holds.

    `owner` is a Slack user or NOBODY; `severity` the least that the post's worst standing finding has; `age` how long
    ago the review was opened at least.
    """

    states: tuple[State, ...] = ("open", "taken")
    owner: str | None = None
    severity: Severity | None = None
    age: timedelta | None = None
    order: Order = "oldest"


@dataclass(frozen=True)
class Queued:
    """A review as it stands in a list: with its post and the findings that stand, the worst first."""

    review: Review
    post: Post
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Page:
    """A page of the reviews that were `asked` for: `rows` from `offset` on, of `total`. `stamp` is another one as soon
    as other reviews are listed, or in another order."""

    asked: str
    total: int
    offset: int
    rows: tuple[Queued, ...]
    stamp: int = 0


@dataclass(frozen=True)
class Course:
    """How one review went: when it was opened, first taken and closed, and how it stands. None: not yet."""

    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    state: State


@dataclass(frozen=True)
class Week:
    """What one week came to, from Monday `first` on. `to_take` and `to_close` are medians over the reviews that were
    first taken, and decided, in that week, counted from their opening; None where there was none."""

    first: date
    opened: int
    decided: int
    withdrawn: int
    to_take: timedelta | None
    to_close: timedelta | None


@dataclass(frozen=True)
class Deeds:
    """What one person did: posts they flagged, reviews they took and decided, digests they sent."""

    user: str
    flagged: int = 0
    taken: int = 0
    decided: int = 0
    sent: int = 0


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One thing that was done, for the record: to a review of a post, or a digest that a person sent (`digest`).

    `user` is empty where the bot itself or the command line did it; `via` tells them apart. See bot.review.Act.
    """

    at: datetime
    user: str
    action: str
    via: str = ""
    review: int | None = None
    post: int | None = None
    digest: int | None = None
    state: str = ""
    to: str = ""
    until: datetime | None = None
    note: str = ""


# ---- what is asked for
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "一覧": {}, "queue": {}, "list": {},
    "すべて": {"states": WAITING}, "all": {"states": WAITING},
    "未対応": {"states": ("open",)}, "open": {"states": ("open",)},
    "対応中": {"states": ("taken",)}, "taken": {"states": ("taken",)},
    "スヌーズ": {"states": ("snoozed",)}, "snoozed": {"states": ("snoozed",)},
    "済み": {"states": CLOSED, "order": "newest"}, "closed": {"states": CLOSED, "order": "newest"},
    "担当なし": {"owner": NOBODY}, "unowned": {"owner": NOBODY},
}  # fmt: skip
_MINE = ("自分", "mine")
_STATES: Mapping[str, tuple[State, ...]] = {
    word: given["states"] for word, given in _WORDS.items() if "states" in given
} | {"解決": ("resolved",), "resolved": ("resolved",), "却下": ("dismissed",), "dismissed": ("dismissed",),
     "取り下げ": ("withdrawn",), "withdrawn": ("withdrawn",)}  # fmt: skip
_SEVERITIES: Mapping[str, Severity] = {"止める": "block", "注意": "warn", "参考": "note", **{s: s for s in SEVERITIES}}
_ORDERS: Mapping[str, Order] = {
    "古い": "oldest", "oldest": "oldest", "新しい": "newest", "newest": "newest", "重さ": "severity",
    "severity": "severity",
}  # fmt: skip
_NOBODY = ("なし", "none")
_USER = re.compile(r"<?@?([UW][A-Z0-9]{5,})(?:\|[^>]*)?>?")
_AGE = re.compile(r"(\d{1,4})(時間|日|週間?|h|d|w)(?:以上)?")
_UNITS = {"時": "hours", "h": "hours", "日": "days", "d": "days", "週": "weeks", "w": "weeks"}


def wanted(asked: str, me: str) -> Wanted | None:
    """Which reviews the words after `/review` ask for, typed by `me`; None where they are no list but a post.

    `me` is empty in a shell, where nobody is known.
    Raises WrongUse for a part that cannot be read.
    """
    found = Wanted()
    for number, word in enumerate(asked.split()):
        given = _given(word, me)
        if given is None:
            if number == 0:
                return None
            raise WrongUse(f"「{word}」は一覧の条件として読み取れません。例:「/review 自分 重さ:止める 古さ:3日」")
        found = replace(found, **given)
    return found


def _given(word: str, me: str) -> Mapping[str, Any] | None:
    plain = word.lower()
    if plain in _MINE:
        return {"owner": _known(me), "states": WAITING}
    if plain in _WORDS:
        return _WORDS[plain]
    key, colon, value = word.partition(":")
    if not colon or key.lower() not in _READ:
        return None
    return _READ[key.lower()](value, me)


def _state(value: str, _: str) -> Mapping[str, Any]:
    return {"states": _one_of(value, _STATES, "状態", "未対応、対応中、スヌーズ、解決、却下、取り下げ")}


def _severity(value: str, _: str) -> Mapping[str, Any]:
    return {"severity": _one_of(value, _SEVERITIES, "重さ", "止める、注意、参考")}


def _order(value: str, _: str) -> Mapping[str, Any]:
    return {"order": _one_of(value, _ORDERS, "順", "古い、新しい、重さ")}


def _owner(value: str, me: str) -> Mapping[str, Any]:
    if value.lower() in (*_MINE, "me"):
        return {"owner": _known(me)}
    if value.lower() in _NOBODY:
        return {"owner": NOBODY}
    if user := _USER.fullmatch(value):
        return {"owner": user[1]}
    raise WrongUse("担当は「担当:@名前」「担当:自分」「担当:なし」の形で書いてください。")


def _known(me: str) -> str:
    if not me:
        raise WrongUse("端末では「自分」は使えません。「担当:U0123ABCD」の形で書いてください。")
    return me


def _age(value: str, _: str) -> Mapping[str, Any]:
    if not (age := _AGE.fullmatch(value)):
        raise WrongUse("古さは「古さ:12時間」「古さ:3日」「古さ:2週間」の形で書いてください。")
    return {"age": timedelta(**{_UNITS[age[2][0]]: int(age[1])})}


def _one_of(value: str, known: Mapping[str, Any], name: str, names: str) -> Any:
    if value.lower() not in known:
        raise WrongUse(f"{name}「{value}」は使えません。{names}のどれかを書いてください。")
    return known[value.lower()]


_READ = {
    "状態": _state, "state": _state, "重さ": _severity, "severity": _severity, "順": _order, "order": _order,
    "担当": _owner, "owner": _owner, "古さ": _age, "age": _age,
}  # fmt: skip


# ---- what the weeks came to
def weeks(courses: Iterable[Course], zone: ZoneInfo, now: datetime, count: int = 8) -> tuple[Week, ...]:
    """The last `count` weeks up to this one, the oldest first, by the newsroom's calendar."""
    courses = tuple(courses)
    this = monday(now, zone)
    return tuple(_week(courses, this - timedelta(weeks=back), zone) for back in range(count - 1, -1, -1))


def monday(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the week in which that moment lies."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _week(courses: tuple[Course, ...], first: date, zone: ZoneInfo) -> Week:
    taken = [c.taken_at - c.opened_at for c in courses if c.taken_at and monday(c.taken_at, zone) == first]
    closed = [c for c in courses if c.closed_at and monday(c.closed_at, zone) == first]
    decided = [c.closed_at - c.opened_at for c in closed if c.closed_at and c.state != "withdrawn"]
    return Week(
        first=first,
        opened=sum(monday(c.opened_at, zone) == first for c in courses),
        decided=len(decided),
        withdrawn=len(closed) - len(decided),
        to_take=_median(taken),
        to_close=_median(decided),
    )


def _median(spans: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


# ---- the morning
@dataclass(frozen=True)
class Handover:
    """What became of the reviews from `since` until `until`, and what is left.

    `opened` and `by_checks` count those opened, and those of them that the checks opened; `taken` counts reviews by who
    took them; `closed` are those closed, in that order. `owned` counts the reviews in work by their owner, `unowned`
    are those nobody has, oldest first; `snoozed` counts the rest. Of either at most NAMED are named.
    """

    since: datetime
    until: datetime
    opened: int
    by_checks: int
    taken: Mapping[str, int]
    closed: Page
    owned: Mapping[str, int]
    unowned: Page
    snoozed: int

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.opened or self.taken or self.closed.total or self.owned or self.unowned.total)
