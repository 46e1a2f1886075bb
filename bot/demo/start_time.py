"""The posts that the demo shows, and the morning they belong to."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.digests import Schedule, slots
from bot.domain.posts import Draft
from bot.errors import KawarabanError, NotFound, Unreadable
from bot.sources import jekyll

TOKYO = ZoneInfo("Asia/Tokyo")
_PLACES = (Path(__file__).parent / "samples", Path(__file__).parents[2] / "samples")
_BELIEVABLE = range(1990, 2100)  # years of plausible dates


def folder() -> Path:
    """The sample posts: beside the installed package, or at the top of a checkout. Raises NotFound."""
    found = next((place for place in _PLACES if place.is_dir()), None)
    if found is None:
        raise NotFound("見本の記事が見つかりません。「kawaraban demo --posts フォルダー」 と入力してください。")
    return found


def morning(path: Path, now: datetime) -> tuple[datetime, ZoneInfo]:
    """8:00 after the newest post under `path`, in UTC, and the time zone of that 8:00.

    Raises NotFound if the path does not exist, Unreadable if nothing in it can be read as a post.
    """
    try:
        site = jekyll.site(path, TOKYO)
        zone = site.zone if isinstance(site.zone, ZoneInfo) else TOKYO
        drafts = [draft for file in jekyll.posts(path) if (draft := _draft(site, file, now))]
    except OSError as e:
        raise Unreadable(f"「{path}」を開けません（{e.strerror}）。読み取り権限を確認してください。") from e
    if not drafts:
        raise Unreadable(
            f"「{path}」に読める記事がありません。"
            "「2026-01-31-題.md」 のようなMarkdownの記事が入ったフォルダーを指定してください。"
        )
    dated = [d.published_at for d in drafts if d.dated_by != "arrival" and d.published_at.year in _BELIEVABLE]
    newest = max(dated, default=now)
    return slots(Schedule("", zone=zone.key), newest - timedelta(microseconds=1), 1)[0], zone


def _draft(site: jekyll.Site, file: Path, now: datetime) -> Draft | None:
    """Parse a file; None if it is withdrawn or broken (intake reports why)."""
    try:
        return site.draft(file, now)
    except KawarabanError:
        return None
