"""Taking posts in: a folder of files, a file or a link that somebody shares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from bot import checks, japanese
from bot.desk.store import Store
from bot.errors import KawarabanError
from bot.posts import Draft, address
from bot.readings import Reading
from bot.settings import Settings
from bot.sources import jekyll, page
from bot.sources.fetch import Page

BATCH = 25
"""Files in one transaction: a stop in the middle loses at most the reading of so many."""

Fetch = Callable[[str], Page]


@dataclass
class Imported:
    """How an import went. `failed` lists each file that could not be read with its reason; the rest went on."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """A shared post is in the store under `post_id`; `new` where this sharing brought it."""

    post_id: int
    new: bool


def read(draft: Draft) -> Reading:
    """Read a draft and check it: everything the bot will ever say about its text."""
    reading = japanese.read(draft)
    return replace(reading, findings=checks.check(draft, reading))


class IntakeDesk:
    """The part of the desk that takes posts in."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    fetch: Fetch

    def import_path(self, path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Imported:
        """Take in a folder of posts or one file. `progress` is told (files done, files in all).

        One broken file never stops the others. Raises NotFound for a path that does not exist, Unreadable for a broken
        _config.yml. Interrupted anywhere and run again it ends in the same state.
        """
        site = jekyll.site(path, self.settings.zone)
        files = list(jekyll.posts(path))
        source = self.store.source("jekyll", str(site.root), site.name)
        known = self.store.known(source)
        paths = {jekyll.path_in(site, f) for f in files}
        scope = jekyll.path_in(site, path)
        gone = frozenset(p for p in known if p not in paths and (scope == "." or p.startswith(f"{scope}/")))
        result = Imported()
        unpublished: set[str] = set()
        drafts = _drafts(site, files, known, self.now(), result, unpublished)
        done = 0
        while batch := list(islice(drafts, BATCH)):
            changed = [(draft, read(draft)) for draft in batch if draft is not None]
            if changed:
                saved = self.store.save(source, changed, gone=gone)
                result.new += len(saved.new)
                result.updated += len(saved.updated)
                result.unchanged += len(saved.unchanged)
            done += len(batch)
            progress(done, len(files))
        result.removed = self.store.finish(source, gone | unpublished, whole=path.is_dir())
        return result

    def take_in_file(
        self, data: bytes, name: str, *, channel: str, ts: str, thread_ts: str | None = None, event_id: str = ""
    ) -> Taken | None:
        """Take in a Markdown file shared in a message; None where the event was dealt with before.

        Raises Unreadable with the reason.
        """
        draft = jekyll.parse(data, name, self.now(), jekyll.Site(Path(), "Slack", zone=self.settings.zone))
        if draft is None:
            raise KawarabanError(
                "この投稿は「published: false」のため取り込みませんでした。公開後にもう一度共有してください。"
            )
        source = self._shared_source("file")
        return self._taken(source, draft, channel=channel, ts=ts, thread_ts=thread_ts, event_id=event_id)

    def take_in_link(
        self, url: str, *, channel: str, ts: str, thread_ts: str | None = None, event_id: str = ""
    ) -> Taken | None:
        """Take in the page behind a link; one that is stored already is only noted as shown by this message.

        None where the event was dealt with before. Raises Unfetchable or Unreadable with the reason.
        """
        known = self.store.post_at(address(url))
        if known is not None:
            if ts:
                self.store.show(channel, ts, thread_ts, (known,))
            return Taken(known, False)
        draft = page.parse(self.fetch(url), self.now(), self.settings.zone)
        source = self._shared_source("link")
        return self._taken(source, draft, channel=channel, ts=ts, thread_ts=thread_ts, event_id=event_id)

    def _shared_source(self, kind: str) -> int:
        # what people share is new the moment they share it: there is no backlog to keep quiet about
        source = self.store.source(kind, "slack", "Slackでの共有")
        self.store.finish(source)
        return source

    def _taken(
        self, source: int, draft: Draft, *, channel: str, ts: str, thread_ts: str | None, event_id: str
    ) -> Taken | None:
        saved = self.store.save_shared(
            source, draft, read(draft), channel=channel, ts=ts, thread_ts=thread_ts, event_id=event_id
        )
        return Taken(*saved) if saved else None


def _drafts(
    site: jekyll.Site,
    files: list[Path],
    known: dict[str, tuple[str, str | None]],
    now: datetime,
    result: Imported,
    unpublished: set[str],
) -> Iterator[Draft | None]:
    """One draft for each file that is new or changed, None for each other; what cannot be read goes into `result`, the
    paths of files that are no posts yet, or no longer, into `unpublished`."""
    for file in files:
        try:
            draft = site.draft(file, now)
        except KawarabanError as e:
            result.failed.append((str(file).encode("utf-8", "replace").decode(), str(e)))
            yield None
            continue
        if draft is None:
            unpublished.add(jekyll.path_in(site, file))
        elif known.get(draft.path or "") == (draft.content_hash, draft.url):
            result.unchanged += 1
            draft = None
        yield draft
