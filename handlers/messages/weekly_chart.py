"""The trend of tags as an image. The only user of matplotlib, which comes with the extra `charts`."""

from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO

from bot.domain.weekly_report import Lookback, Trend

_COLOURS = ("#0b6e99", "#d9730d", "#448361", "#9065b0", "#c14c8a", "#787774")
_MARKS = "osD^vP"


def available() -> bool:
    """Whether images can be drawn here."""
    return bool(find_spec("matplotlib") and find_spec("matplotlib_fontja"))


def draw(lookback: Lookback) -> bytes:
    """A PNG with the weekly counts of each tag, labelled in Japanese at the ends of the lines."""
    import matplotlib_fontja  # noqa: F401  # before anything is drawn, or Japanese comes out as boxes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    # a Figure of its own: pyplot keeps one for the whole process, and several threads may draw
    figure = Figure(figsize=(9, 4.8), dpi=160, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(lookback.weeks))
    ends = _apart(
        [t.counts[-1] for t in lookback.trends], most=max((max(t.counts) for t in lookback.trends), default=1)
    )
    for number, (trend, end) in enumerate(zip(lookback.trends, ends, strict=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        axes.plot(places, trend.counts, color=colour, linewidth=2, marker=_MARKS[number % len(_MARKS)], markersize=5)
        label = f"{_short(trend.tag)}  {trend.counts[-1]}本"
        axes.annotate(label, (places[-1], end), (10, 0), textcoords="offset points", va="center", color=colour)
    axes.set_xticks(list(places), [f"{day.month}/{day.day}" for day in lookback.weeks])
    axes.set_xlim(-0.3, len(lookback.weeks) - 0.7 + 1.6)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title("タグの推移（週ごとの記事数）", loc="left", fontsize=13)
    axes.set_xlabel("週の初日（月曜日）")
    axes.grid(axis="y", color="#e3e2e0")
    axes.spines[["top", "right"]].set_visible(False)
    picture = BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def in_words(trends: Sequence[Trend]) -> str:
    """The alternative text of the image."""
    each = "、".join(f"{t.tag} {'→'.join(map(str, t.counts))}" for t in trends)
    return f"週ごとのタグの記事数の折れ線グラフ。古い週から順に、{each}。"[:1_000]


def _apart(values: Sequence[int], most: int) -> list[float]:
    """The positions of the labels at the ends of the lines: at their values, moved up if two would overlap."""
    room = max(most, 1) / 14
    placed: list[tuple[float, int]] = []
    for place, value in sorted(enumerate(values), key=lambda each: each[1]):
        placed.append((max(float(value), placed[-1][0] + room) if placed else float(value), place))
    return [at for at, _ in sorted(placed, key=lambda each: each[1])]


def _short(tag: str) -> str:
    return tag if len(tag) <= 14 else tag[:13] + "…"
