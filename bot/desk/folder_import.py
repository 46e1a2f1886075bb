"""A folder on its way in: what became of its files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.domain.intake import SaveResult
from bot.domain.posts import Draft
from bot.errors import KawarabanError
from bot.sources import jekyll


@dataclass
class ImportResult:
    """How an import went. `failed` lists each file that could not be read with its reason; the rest went on. `later` is
    when the first of the posts is due that are not out yet, None where there is none."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    later: datetime | None = None

    def count(self, saved: SaveResult) -> None:
        """Add what became of a batch."""
        self.new += len(saved.new)
        self.updated += len(saved.updated)
        self.unchanged += len(saved.unchanged)


class FolderImport:
    """A folder on its way in: what became of its files, which of them are no posts, and which are set aside."""

    def __init__(
        self, site: jekyll.Site, known: Mapping[str, tuple[str, str | None]], seen: Mapping[str, tuple[str, str]]
    ) -> None:
        self.result = ImportResult()
        self.unpublished: set[str] = set()
        self.aside: dict[str, tuple[str, str]] = {}  # path -> (content hash, reason)
        self._site, self._known, self._seen = site, known, seen

    def drafts(self, files: list[Path], now: datetime) -> Iterator[Draft | None]:
        """One draft for each file that is new or changed, None for each other."""
        for file in files:
            yield self._draft(file, now)

    def set_aside(self, draft: Draft, reason: str) -> None:
        """Note that a draft cannot be taken in."""
        self._set_aside(
            draft.path or draft.url or draft.title, draft.file or draft.url or "", draft.content_hash, reason
        )

    def _draft(self, file: Path, now: datetime) -> Draft | None:
        path = jekyll.path_in(self._site, file)
        try:
            draft = self._site.draft(file, now)
        except KawarabanError as e:
            self._set_aside(path, str(file), "", str(e))
            return None
        if draft is None or not self._site.is_out(draft, now):
            self.unpublished.add(path)
            if draft is not None and (self.result.later is None or draft.published_at < self.result.later):
                self.result.later = draft.published_at
            return None
        if self._known.get(path) == (draft.content_hash, draft.url):
            self.result.unchanged += 1
            return None
        tried, reason = self._seen.get(path, ("", ""))
        if reason and tried == draft.content_hash:
            self._set_aside(path, str(file), tried, reason)
            return None
        return draft

    def _set_aside(self, place: str, file: str, content_hash: str, reason: str) -> None:
        self.aside[place.encode("utf-8", "replace").decode()] = content_hash, reason
        self.result.failed.append((file.encode("utf-8", "replace").decode(), reason))
