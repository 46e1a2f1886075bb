"""The App Home: an overview, and a tab for each section. Everything on it is a button."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.posts import Post
from bot.domain.readings import Reading
from handlers.messages import blocks as b

OVERVIEW, PAGE = 3, 8
"""Maximum number of rows of a section on the overview, and on its own tab."""


@dataclass(frozen=True)
class Visit:
    """A view of the Home: who looks, whether they are an admin, and where they are: on a section's tab from row `at`
    on, or on the overview, which has no name."""

    user: str
    manages: bool = False
    tab: str = ""
    at: int = 0

    @property
    def limit(self) -> int:
        """The maximum number of rows of a section."""
        return PAGE if self.tab else OVERVIEW


@dataclass(frozen=True)
class Part:
    """The content of a section: `rows` of `total`, each of a few blocks, or the sentence `none` if there are none;
    buttons in `below`."""

    rows: tuple[tuple[b.Block, ...], ...]
    total: int
    none: str = "ありません。"
    below: tuple[b.Block, ...] = ()


@dataclass(frozen=True)
class Titled:
    """A section's content below its title; `name` is the name of its tab."""

    name: str
    title: str
    part: Part


def view(
    visit: Visit, tabs: Sequence[tuple[str, str]], parts: Sequence[Titled], now: datetime, zone: ZoneInfo
) -> b.Block:
    """The Home of one person. Rows beyond Slack's hundred blocks are left for the next page."""
    room = (b.VIEW - 3) // max(1, len(parts))
    body = [_tabs(visit, tabs), *(block for titled in parts for block in _section(visit, titled, room))]
    body.append(b.context(f"{wording.when(now, zone)} 現在"))
    kept = json.dumps({"tab": visit.tab, "at": visit.at})
    return {"type": "home", "private_metadata": kept, "blocks": body}


def place(shown: b.Block | None) -> tuple[str, int]:
    """The tab and the row that a Home shows; the overview for None, a Home that was never published."""
    kept = json.loads((shown or {}).get("private_metadata") or "{}")
    return kept.get("tab", ""), kept.get("at", 0)


def post_row(post: Post, reading: Reading, zone: ZoneInfo) -> tuple[b.Block, ...]:
    """One post: title, number, time, source, number of findings; a button for its summary."""
    findings = f" · ⚠️ 要確認 {len(reading.findings)}件" if reading.findings else ""
    facts = f"#{post.id} · {wording.when(post.news_at, zone)} · {b.escape(post.source, 60)}{findings}"
    return (b.section(f"*{b.link(post.url, post.title)}*\n{facts}", b.button("要約", "pick_0", {"post": post.id})),)


def _tabs(visit: Visit, tabs: Sequence[tuple[str, str]]) -> b.Block:
    return b.actions(
        *(
            b.button(title, f"home_{name or 'overview'}", {"tab": name}, style="primary" if name == visit.tab else None)
            for name, title in (("", "ホーム"), *tabs)
        )
    )


def _section(visit: Visit, titled: Titled, room: int) -> list[b.Block]:
    part = titled.part
    count = f"　{part.total}件" if part.total else ""
    head = [b.divider(), b.header(f"{titled.title}{count}")]
    rows, used = 0, len(head) + len(part.below) + 1
    shown: list[b.Block] = []
    for row in part.rows:
        if used + len(shown) + len(row) > room:
            break
        rows, shown = rows + 1, [*shown, *row]
    shown = shown or [b.context(part.none)]
    return [*head, *shown, *part.below, *_turns(visit, titled, rows)]


def _turns(visit: Visit, titled: Titled, rows: int) -> list[b.Block]:
    part = titled.part
    if not visit.tab:
        more = b.button(f"すべて見る（{part.total}件）", f"home_{titled.name}", {"tab": titled.name})
        return [b.actions(more)] if rows < part.total else []
    before = b.button("前へ", "home_before", {"tab": visit.tab, "at": max(0, visit.at - PAGE)}) if visit.at else None
    last = visit.at + rows
    after = b.button("次へ", "home_after", {"tab": visit.tab, "at": last}) if last < part.total else None
    return [b.actions(before, after)] if before or after else []
