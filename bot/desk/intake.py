"""Taking posts in: a folder of files, a file or a link that somebody shares. And reading again what was taken in."""

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import islice, starmap
from pathlib import Path
from threading import Thread

from bot import checks, japanese
from bot.desk.store import Outdated, Saved, Store
from bot.errors import KawarabanError, StoreBusy, Unreadable
from bot.posts import Draft, address
from bot.readings import Reading
from bot.settings import Settings
from bot.sources import jekyll, page
from bot.sources.fetch import Page

BATCH = 25
"""Files in one transaction: a stop in the middle loses at most the reading of so many."""
AGAIN, SECONDS = 50, 0.7
"""How many stored posts are read again at a time, and for how long no longer a next one is begun."""
FILES = ("jekyll", "file")
"""The kinds of source whose posts are files: `raw` begins with the front matter. A page's is its text alone."""
MANY = 200
"""New files from which on reading is shared out among processes: they take a second or two to start."""
PROCESSES = min(4, os.cpu_count() or 1)
"""What the command line reads a large folder with."""

Fetch = Callable[[str], Page]
_Batch = list[Draft | None]
_Read = list[tuple[Draft, Reading]]
log = logging.getLogger(__name__)


@dataclass
class Imported:
    """How an import went. `failed` lists each file that could not be read with its reason; the rest went on."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def count(self, saved: Saved) -> None:
        """Add what became of a batch."""
        self.new += len(saved.new)
        self.updated += len(saved.updated)
        self.unchanged += len(saved.unchanged)


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

    def import_path(
        self, path: Path, progress: Callable[[int, int], None] = lambda done, total: None, *, processes: int = 1
    ) -> Imported:
        """Take in a folder of posts or one file. `progress` is told (files done, files in all).

        With more `processes` than one, MANY new files are read by so many others: for programs with a main module that
        does nothing when it is imported, since each begins with importing it.

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
        many = len(paths - known.keys()) >= MANY
        with closing(_in_batches(drafts, processes if many else 1)) as batches:
            for files_read, changed in batches:
                if changed:
                    result.count(self.store.save(source, changed, gone=gone))
                done += files_read
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

    def reread(self, limit: int = AGAIN, seconds: float = SECONDS) -> int:
        """Read stored posts again whose reading was made by older rules (readings.VERSION), the last taken in first:
        at most `limit`, and no further one once `seconds` are over. Returns how many had their turn, 0 where all are
        up to date.

        A re-reading is no revision and no news. A post that cannot be read keeps its old reading and is not tried again
        by the same rules; the log has the reason.
        """
        until = time.monotonic() + seconds
        done = 0
        for post in self.store.outdated(limit):
            if done and time.monotonic() > until:
                break
            try:
                reading = read(_restored(post, self.now(), self.settings.zone))
                self.store.reread(post, reading)
            except StoreBusy:
                raise
            except Exception:
                log.exception("post %d cannot be read again and keeps its old reading", post.post_id)
                self.store.reread(post, None)
            done += 1
        return done

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


def _restored(post: Outdated, now: datetime, zone: tzinfo) -> Draft:
    """The draft a stored post was read from: what its row holds is the row's, the rest of a file's front matter is read
    once more. A page's description was not kept. Raises Unreadable."""
    if post.kind not in FILES:
        return post.draft
    data = post.draft.raw.encode("utf-8-sig")  # its mark keeps the bytes from being taken for another encoding's
    again = jekyll.parse(data, Path(post.draft.path or "shared.md").name, now, jekyll.Site(Path(), "", zone=zone))
    if again is None:
        raise Unreadable("この投稿は「published: false」です。")
    return replace(
        post.draft,
        body_line=again.body_line,
        tags=again.tags,
        description=again.description,
        reading_minutes=again.reading_minutes,
    )


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


def _in_batches(drafts: Iterator[Draft | None], processes: int) -> Generator[tuple[int, _Read]]:
    """The drafts in batches, in their order: of how many files, and the new ones with their readings.

    They are read here, or where other processes are wanted and can be started, by those a few batches ahead.
    """
    batches = iter(lambda: list(islice(drafts, BATCH)), [])
    pool = _readers(processes) if processes > 1 else None
    if pool is None:
        yield from (_with_readings(batch, None) for batch in batches)
        return
    ahead: deque[tuple[_Batch, Future[list[Reading]] | None]] = deque()
    try:
        for batch in batches:
            ahead.append((batch, _submitted(pool, batch)))
            if len(ahead) > 2 * processes:
                yield _with_readings(*ahead.popleft())
        yield from starmap(_with_readings, ahead)
    finally:
        pool.shutdown(cancel_futures=True)


def _with_readings(batch: _Batch, reading: "Future[list[Reading]] | None") -> tuple[int, _Read]:
    new = [draft for draft in batch if draft is not None]
    try:
        readings = reading.result() if reading else _read_all(new)
    except (OSError, RuntimeError):  # the process that read them is no more
        readings = _read_all(new)
    return len(batch), list(zip(new, readings, strict=True))


def _read_all(drafts: list[Draft]) -> list[Reading]:
    return [read(draft) for draft in drafts]


def _readers(processes: int) -> ProcessPoolExecutor | None:
    # spawned, not forked: this process may have threads, and has the database open
    try:
        return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _become_a_reader)
    except (OSError, ImportError, NotImplementedError):  # a system without semaphores
        return None


def _submitted(pool: ProcessPoolExecutor, batch: _Batch) -> "Future[list[Reading]] | None":
    try:
        return pool.submit(_read_all, [draft for draft in batch if draft is not None])
    except (OSError, RuntimeError):  # no process can be started, or one was killed
        return None


def _become_a_reader() -> None:
    """End as the importing process does: Ctrl-C is its to answer, and where it is killed nobody else would end this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
