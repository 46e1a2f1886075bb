"""The review statistics: how many reviews, how fast, by whom. The chart is text, so that it is the same everywhere."""

from collections.abc import Sequence
from datetime import timedelta

from bot import wording
from bot.domain.review_stats import PersonActivity, Week
from handlers.messages import blocks as b

PEOPLE = 15
_BARS = "▁▂▃▄▅▆▇█"


def weeks(told: Sequence[Week], deeds: Sequence[PersonActivity]) -> b.Message:
    """The weeks as lines of bars, then each week in words, newest first, then everybody's activity in 30 days."""
    head = f"レビューの統計（{len(told)}週間）"
    lines = [_line(week) for week in reversed(told)]
    body = [b.section(f"*{head}*"), b.section("\n".join(_charts(told))), b.section("\n".join(lines))]
    if deeds:
        rest = [f"ほか{len(deeds) - PEOPLE}人"] if len(deeds) > PEOPLE else []
        body.append(b.section("\n".join(["*直近30日*", *map(_person, deeds[:PEOPLE]), *rest])))
    return b.message("\n".join([head, *lines]), body)


def bars(values: Sequence[float | None]) -> str:
    """One bar per value, proportional to the greatest; None, a missing value, leaves a gap."""
    most = max((v for v in values if v is not None), default=0) or 1
    return "".join("・" if v is None else _BARS[round(v / most * (len(_BARS) - 1))] for v in values)


def _charts(told: Sequence[Week]) -> list[str]:
    this = told[-1]
    return [
        f"{bars([w.opened for w in told])} 新規　今週{this.opened}件・計{sum(w.opened for w in told)}件",
        f"{bars([w.decided for w in told])} 判断　今週{this.decided}件・計{sum(w.decided for w in told)}件",
        f"{bars([_minutes(w.to_take) for w in told])} 担当まで　今週 {_span(this.to_take)}（中央値）",
        f"{bars([_minutes(w.to_close) for w in told])} 判断まで　今週 {_span(this.to_close)}（中央値）",
    ]


def _line(week: Week) -> str:
    withdrawn = f"・取り下げ {week.withdrawn}件" if week.withdrawn else ""
    counts = f"新規 {week.opened}件・判断 {week.decided}件{withdrawn}"
    speed = f"担当まで {_span(week.to_take)}、判断まで {_span(week.to_close)}"
    return f"{week.first.month}/{week.first.day}の週: {counts}、{speed}"


def _person(deeds: PersonActivity) -> str:
    done = (("🚩", deeds.flagged), ("担当", deeds.taken), ("判断", deeds.decided), ("送信", deeds.sent))
    return f"<@{deeds.user}>　" + "・".join(f"{what} {count}件" for what, count in done if count)


def _minutes(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds() / 60


def _span(span: timedelta | None) -> str:
    return "–" if span is None else wording.lasted(span)
