"""A month of digests: each day's as `kawaraban digest preview --at` shows it, and each post accounted for.

    uv run python benchmarks/digest_month.py DIR [--month 2025-10] [--at 8:00] [--limit 10] [--show]

Takes a folder of posts into a throwaway store by the command line, and asks it for the digest of every morning of the
month and of the one after it. Every post that was news in that time must be in exactly one of them, as an entry or part
of one, or be named as held back, or counted as left out, or be no AI article. Then the days are really sent, one after
the other: what went out must be what was previewed, message for message. --show prints the days to be read.

Prints a table and one JSON line: days, posts, how many of them went which way, `lost` and `doubled` posts, `different`
days, and `ok`.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner

from bot.__main__ import app
from bot.domain.digests import AI_ARTICLE, Digest, Schedule
from bot.settings import Settings
from handlers.messages import digest as messages
from storage.store import Store

TOKYO = ZoneInfo("Asia/Tokyo")
CHANNEL = "C0AINEWS1"


@dataclass
class Month:
    """What the mornings' previews said, and what became of each post."""

    slots: list[datetime]
    previews: list[dict[str, Any]] = field(default_factory=list)
    told: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    left_out: Counter[int] = field(default_factory=Counter)

    def add(self, preview: dict[str, Any]) -> None:
        """One more morning."""
        self.previews.append(preview)
        self.told.update(post["id"] for story in preview["stories"] for post in story["posts"])
        self.held.update(post["id"] for post in preview["held"])
        self.left_out.update(preview["left_out"])

    def accounted(self, number: int) -> int:
        """In how many ways a post was dealt with; one that was held and mended may come once more."""
        return self.told[number] + self.left_out[number] + (self.held[number] if not self.told[number] else 0)


def mornings(month: str, at: time) -> list[datetime]:
    """Every morning of the month and the first of the next."""
    day = datetime.combine(datetime.strptime(f"{month}-01", "%Y-%m-%d").date(), at, TOKYO)  # noqa: DTZ007
    found = [day]
    while found[-1].month == day.month:
        found.append(found[-1] + timedelta(days=1))
    return found


def kawaraban(*arguments: str) -> dict[str, Any]:
    """What the command line says, its last line of JSON."""
    result = CliRunner().invoke(app, [*arguments, "--json"])
    if result.exit_code:
        sys.exit(result.output)
    last: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return last


def previewed(slots: list[datetime]) -> Month:
    """Every morning's digest, by the command line."""
    month = Month(slots)
    for slot in slots:
        month.add(kawaraban("digest", "preview", "--channel", CHANNEL, "--at", slot.isoformat()))
    return month


def really_sent(store: Store, slots: list[datetime], limit: int) -> list[Digest]:
    """The same mornings, claimed one after the other in the store."""
    schedule = store.schedules.add(Schedule(CHANNEL, times=(slots[0].timetz().replace(tzinfo=None),), limit=limit), "")
    sent = [store.digests.claim(schedule, slot) for slot in slots]
    return [digest for digest in sent if digest is not None]


def same(preview: dict[str, Any], sent: Digest) -> bool:
    """Whether what went out is what was previewed, message for message."""
    replies = [messages.entry(sent, e.post.id) for e in sent.entries] + ([messages.held(sent)] if sent.held else [])
    whole = json.loads(json.dumps({**messages.digest(sent), "replies": replies}))
    return bool(whole == {key: preview[key] for key in ("text", "blocks", "replies")})


def print_day(out: Console, slot: datetime, preview: dict[str, Any]) -> None:
    """One day, as it reads: the message's text, the stories' other posts and each entry's two sentences."""
    out.rule(f"{slot:%m-%d}")
    out.print(preview["text"], markup=False)
    for story, reply in zip(preview["stories"], preview["replies"], strict=False):
        out.print(f"  {reply['blocks'][0]['text']['text']}", markup=False, style="dim")
        for post in story["posts"]:
            if post["id"] != story["lead"]:
                out.print(f"      + {post['title']}", markup=False, style="dim")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--month", default="2025-10")
    parser.add_argument("--at", default="8:00")
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    out = Console(width=160)
    hour, minute = map(int, asked.at.split(":"))
    slots = mornings(asked.month, time(hour, minute))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KAWARABAN_DATA": folder, "KAWARABAN_DIGEST_LIMIT": str(asked.limit), "DATABASE_URL": ""}
        kawaraban("import", str(asked.folder))
        month = previewed(slots)
        store = Store.at(Settings().database, lambda: slots[-1])
        wanted = {
            post.id: reading.ai_score
            for post, reading in store.posts.all()
            if slots[0] - timedelta(days=1) < post.news_at <= slots[-1]
        }
        sent = really_sent(store, slots, asked.limit)
        store.close()
    different = [d.slot.isoformat() for p, d in zip(month.previews, sent, strict=True) if not same(p, d)]
    table = Table("morning", "entries", "posts", "follow-ups", "held", "left out")
    for slot, preview, digest in zip(slots, month.previews, sent, strict=True):
        again = sum(entry.follow_up for entry in digest.entries)
        counts = (len(preview["stories"]), len(digest.covered), again, len(preview["held"]), len(preview["left_out"]))
        table.add_row(f"{slot:%m-%d}", *map(str, counts))
        if asked.show:
            print_day(out, slot, preview)
    out.print(table)
    lost = [n for n, score in wanted.items() if score >= AI_ARTICLE and not month.accounted(n)]
    doubled = [n for n in wanted if month.accounted(n) > 1 or month.held[n] > 1]
    figures = {
        "days": len(slots), "posts": len(wanted), "told": sum(month.told[n] for n in wanted),
        "held": sum(month.held[n] for n in wanted), "left_out": sum(month.left_out[n] for n in wanted),
        "no_ai": sum(score < AI_ARTICLE for score in wanted.values()), "lost": lost, "doubled": doubled,
        "different": different, "ok": bool(wanted) and not (lost or doubled or different),
    }  # fmt: skip
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
