"""The weekly report: review statistics and the trend of tags, which an image in the thread shows too."""

from datetime import timedelta
from typing import Any

from bot import wording
from bot.domain.weekly_report import Lookback
from handlers.messages import blocks as b
from handlers.messages import lookup, weekly_chart
from handlers.messages.review_stats import bars


def told(k: Lookback, *, chart: bool) -> b.Message:
    """The message. `chart` if an image follows in its thread."""
    last = k.weeks[-1]
    head = f"週間レポート {_day(last)}〜{_day(last + timedelta(days=6))}"
    lines = [
        f"記事　{k.posts[-1]}本（前の週比 {lookup.change(k.posts[-1] - k.posts[-2])}）",
        f"🚩 新しいレビュー　{k.desk.opened}件",
        f"判断したレビュー　{k.desk.decided}件" + (f"（取り下げ {k.desk.withdrawn}件）" if k.desk.withdrawn else ""),
        f"判断までの時間　{'–' if k.desk.to_close is None else wording.lasted(k.desk.to_close)}（中央値）",
    ]
    rows = [[t.tag, f"{t.counts[-1]}本", lookup.change(t.counts[-1] - t.counts[-2]), bars(t.counts)] for t in k.trends]
    table = [[["タグ", "この週", "前の週比", f"{len(k.weeks)}週間"], *rows]] if rows else []
    said = [head, *lines, *(f"{tag} {count}（{difference}）" for tag, count, difference, _ in rows)]
    body = [b.header(head), b.section("\n".join(lines)), *(_table(each) for each in table)]
    if chart and rows:
        body.append(b.context("タグの推移の図は、このメッセージのスレッドにあります。"))
    return b.message("\n".join(said), body)


def picture(k: Lookback) -> dict[str, Any]:
    """The image for the thread: its title, alternative text and PNG."""
    last = k.weeks[-1]
    return {
        "title": f"タグの推移 {_day(last)}の週まで",
        "alt_txt": weekly_chart.in_words(k.trends),
        "content": weekly_chart.draw(k),
    }


def _day(day: Any) -> str:
    return f"{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"


def _table(rows: list[list[str]]) -> b.Block:
    cells = [[{"type": "raw_text", "text": text[:300] or "–"} for text in row] for row in rows]
    right = {"align": "right"}
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}, right, right, {}]}
