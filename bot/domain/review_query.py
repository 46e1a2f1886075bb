"""The review queue: which reviews are listed, and in which order. Pure rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from bot.domain.findings import SEVERITIES, Finding, Severity
from bot.domain.posts import Post
from bot.domain.reviews import CLOSED, WAITING, Review, ReviewState
from bot.errors import WrongUse

Order = Literal["oldest", "newest", "severity"]
NOBODY = ""
NAMED = 10
"""Maximum number of reviews listed in one reminder or handover; the rest are counted."""


@dataclass(frozen=True)
class ReviewFilter:
    """A filter for the list of reviews; every condition must hold.

    `owner` is a Slack user or NOBODY. `severity` is the minimum severity of the post's worst active finding, `age` the
    minimum time since the review was opened.
    """

    states: tuple[ReviewState, ...] = ("open", "taken")
    owner: str | None = None
    severity: Severity | None = None
    age: timedelta | None = None
    order: Order = "oldest"


@dataclass(frozen=True)
class ReviewListItem:
    """A review in a list, with its post and the active findings, worst first."""

    review: Review
    post: Post
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ReviewPage:
    """A page of the reviews that match `asked`: `rows` from `offset` on, of `total`. `stamp` changes when other reviews
    are listed, or in another order."""

    asked: str
    total: int
    offset: int
    rows: tuple[ReviewListItem, ...]
    stamp: int = 0


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
_STATES: Mapping[str, tuple[ReviewState, ...]] = {
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


def parse_filter(asked: str, me: str) -> ReviewFilter | None:
    """Parse the words typed after `/review` by `me` into a filter; None if they name a post instead of a list.

    `me` is empty in a shell, where the person is unknown. Raises WrongUse for a part that cannot be parsed.
    """
    found = ReviewFilter()
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


# ---- the morning
