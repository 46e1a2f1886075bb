"""Intake: a folder of files, or a file, a text or a link shared in Slack; and reading stored posts again."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bot import checks
from bot.checks import Rule
from bot.desk.analysis import OUR_FAULT, ReadDraft, in_batches, read, read_all
from bot.desk.folder_import import FolderImport, ImportResult
from bot.desk.restored_draft import restored
from bot.domain.intake import SaveResult, SharedPost, StalePost
from bot.domain.posts import Draft, Post, address, unwrapped
from bot.domain.readings import Paragraph, Reading
from bot.domain.sources import Kind
from bot.errors import KawarabanError, StoreBusy, Unreadable
from bot.japanese import Reason, explain_ai_score
from bot.settings import Settings
from bot.sources import jekyll, page
from bot.sources.web_page import WebPage

AGAIN, SECONDS = 50, 0.7
"""How many stored posts are read again at a time, and after how long no further one is begun."""
MANY = 200
"""From this many new files on, other processes read them: those take a second or two to start."""
NOTHING_RENAMED: Mapping[str, str] = {}

Fetch = Callable[..., WebPage]
"""bot.sources.fetch with the desk's private hosts: takes an address, and `etag` and `modified` if known."""
_Place = tuple[str, str, str | None, str]
"""A message's channel, ts and thread, and who wrote it."""
log = logging.getLogger(__name__)


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def get(self, post_id: int) -> tuple[Post, Reading] | None: ...
    def at(self, address: str) -> int | None: ...
    def paragraphs(self, post_ids: Sequence[int]) -> dict[int, tuple[Paragraph, ...]]: ...
    def known(self, source_id: int) -> dict[str, tuple[str, str | None]]: ...
    def save(
        self,
        source_id: int,
        batch: Sequence[tuple[Draft, Reading]],
        *,
        gone: frozenset[str] = ...,
        renamed: Mapping[str, str] = ...,
    ) -> SaveResult: ...
    def save_shared(
        self, source_id: int, draft: Draft, reading: Reading, channel: str, ts: str, thread_ts: str | None, user: str
    ) -> SharedPost: ...
    def forget_message(self, channel: str, ts: str, address: str) -> int: ...
    def finish(self, source_id: int, gone: frozenset[str] = ..., *, whole: bool = True) -> int: ...


class StoredSources(Protocol):
    """What is needed of the stored sources."""

    def ensure(self, kind: str, location: str, name: str) -> int: ...
    def entries(self, source_id: int) -> dict[str, tuple[str, str]]: ...
    def record_entries(
        self, source_id: int, noted: Sequence[tuple[str, str, str]], gone: Collection[str] = ...
    ) -> None: ...


class StoredMessages(Protocol):
    """What is needed of the stored messages."""

    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None: ...


class StoredReprocessing(Protocol):
    """What is needed of the stored reprocessing."""

    def stale(self, limit: int) -> tuple[StalePost, ...]: ...
    def drafts(self, after: int, limit: int) -> tuple[StalePost, ...]: ...
    def replace(self, post: StalePost, reading: Reading | None) -> bool: ...


class Intake:
    """The part of the desk that takes posts in and reads stored ones again."""

    def __init__(
        self,
        posts: StoredPosts,
        sources: StoredSources,
        messages: StoredMessages,
        reprocessing: StoredReprocessing,
        *,
        settings: Settings,
        now: Callable[[], datetime],
        fetch: Fetch,
        rules: tuple[Rule, ...],
    ) -> None:
        self._posts = posts
        self._sources = sources
        self._messages = messages
        self._reprocessing = reprocessing
        self.settings = settings
        self.now = now
        self._fetch = fetch
        self.rules = rules
        self.zone = settings.zone

    def import_path(
        self, path: Path, progress: Callable[[int, int], None] = lambda done, total: None, *, processes: int = 1
    ) -> ImportResult:
        """Import a folder of posts or one file. `progress` is called with (files done, files in all).

        With more than one of `processes`, MANY new files are read by that many others. Each of them imports the
        program's main module, which must do nothing when imported.

        A broken file never stops the others. Raises NotFound for a path that does not exist, Unreadable for a broken
        _config.yml. An import that is interrupted anywhere and run again ends in the same state.
        """
        site = jekyll.site(path, self.settings.zone)
        source = self._sources.ensure("jekyll", str(site.root), site.name)
        return self.take_in_folder(source, site, path, progress, processes=processes, again=True)

    def take_in_folder(
        self,
        source: int,
        site: jekyll.Site,
        path: Path,
        progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        processes: int = 1,
        again: bool = False,
        renamed: Mapping[str, str] = NOTHING_RENAMED,
    ) -> ImportResult:
        """Import what is under `path` as the posts of a source; see `import_path`.

        A file that was rejected before is tried only if its text has changed, or `again`. `renamed` maps new paths to
        old ones.
        """
        files = list(jekyll.posts(path))
        known, seen = self._posts.known(source), self._sources.entries(source)
        paths = {jekyll.path_in(site, f) for f in files}
        scope = jekyll.path_in(site, path)
        gone = frozenset(p for p in known if p not in paths and (scope == "." or p.startswith(f"{scope}/")))
        folder = FolderImport(site, known, {} if again else seen)
        workers = processes if len(paths - known.keys()) >= MANY else 1
        self._store_folder(source, folder, files, progress, workers, gone=gone, renamed=renamed)
        folder.result.removed = self._posts.finish(source, gone | folder.unpublished, whole=path.is_dir())
        fixed = {p for p, (_, reason) in seen.items() if reason and (p in paths or scope == ".")} - folder.aside.keys()
        if folder.aside or fixed:
            self._sources.record_entries(source, [(p, *why) for p, why in folder.aside.items()], fixed)
        return folder.result

    def _store_folder(
        self,
        source: int,
        folder: FolderImport,
        files: list[Path],
        progress: Callable[[int, int], None],
        workers: int,
        **how: Any,
    ) -> None:
        """Read the new and changed files in as many `workers`, and store them batch by batch."""
        done = 0
        drafts = folder.drafts(files, self.now())
        with closing(in_batches(drafts, workers, partial(read_all, rules=self.rules))) as batches:
            for files_read, changed in batches:
                saved, failed = self.store_batch(source, changed, **how)
                folder.result.count(saved)
                for draft, reason in failed:
                    folder.set_aside(draft, reason)
                done += files_read
                progress(done, len(files))

    def store_batch(
        self, source: int, batch: Sequence[ReadDraft], **how: Any
    ) -> tuple[SaveResult, list[tuple[Draft, str]]]:
        """Store a batch. Return with it each draft that could not be read or stored, and the reason."""
        saved, failed = (
            SaveResult(),
            [(draft, str(reading)) for draft, reading in batch if isinstance(reading, Unreadable)],
        )
        good = [(draft, reading) for draft, reading in batch if isinstance(reading, Reading)]
        try:
            return (self._posts.save(source, good, **how) if good else saved), failed
        except StoreBusy:
            raise
        except Exception:
            log.exception("%d posts cannot be stored", len(good))
        if len(good) == 1:
            return saved, [*failed, (good[0][0], OUR_FAULT)]
        for one in good:
            done, left_out = self.store_batch(source, [one], **how)
            saved = saved + done
            failed += left_out
        return saved, failed

    def take_in_file(
        self, data: bytes, name: str, *, channel: str, ts: str, thread_ts: str | None = None, user: str = ""
    ) -> SharedPost:
        """Take in a Markdown file shared in a message. Raises Unreadable with the reason."""
        return self._take_in_front_matter("file", data, name, (channel, ts, thread_ts, user))

    def take_in_pasted(
        self, text: str, *, channel: str, ts: str, thread_ts: str | None = None, user: str = ""
    ) -> SharedPost:
        """Take in a post that was pasted as a message, front matter included; an edit of the message is a revision of
        it. Raises Unreadable with the reason."""
        data = text.encode("utf-8", "replace")
        return self._take_in_front_matter("paste", data, "pasted.md", (channel, ts, thread_ts, user))

    def take_in_link(
        self, url: str, *, channel: str, ts: str, thread_ts: str | None = None, user: str = ""
    ) -> SharedPost:
        """Take in the page behind a link. If it is stored already, only record that this message shows it.

        Raises Unfetchable or Unreadable with the reason.
        """
        known = self._posts.at(address(url))
        if known is not None:
            if ts:
                self._messages.show(channel, ts, thread_ts, (known,))
            return SharedPost(known, False)
        draft = page.parse(self._fetch(unwrapped(url)), self.now(), self.settings.zone)
        return self._shared("link", draft, (channel, ts, thread_ts, user))

    def watches(self, channel: str) -> bool:
        """Whether posts shared in this channel are taken in."""
        watched = self.settings.watched_channels
        return not watched or channel in watched

    def forget_message(self, channel: str, ts: str) -> int:
        """Forget a deleted message: withdraw the posts that only its text or its files brought. Return how many."""
        return self._posts.forget_message(channel, ts, _message_address(channel, ts))

    def reprocess(self, limit: int = AGAIN, seconds: float = SECONDS) -> int:
        """Read stored posts again that older rules read (readings.VERSION), the last taken in first: at most `limit`,
        and no further one after `seconds`. Return how many were tried, 0 if all are up to date.

        It makes no revision and no news. A post that cannot be read keeps its old reading and is not tried again by the
        same rules; the log has the reason.
        """
        until = time.monotonic() + seconds
        done = 0
        for post in self._reprocessing.stale(limit):
            if done and time.monotonic() > until:
                break
            try:
                reading = read(restored(post, self.now(), self.settings.zone), self.rules)
                self._reprocessing.replace(post, reading)
            except StoreBusy:
                raise
            except Exception:
                log.exception("post %d cannot be read again and keeps its old reading", post.post_id)
                self._reprocessing.replace(post, None)
            done += 1
        return done

    def _take_in_front_matter(self, kind: Kind, data: bytes, name: str, place: _Place) -> SharedPost:
        draft = jekyll.parse(data, name, self.now(), jekyll.Site(Path(), "Slack", zone=self.settings.zone))
        if draft is None:
            raise KawarabanError(
                "この投稿は「published: false」のため取り込みませんでした。公開後にもう一度共有してください。"
            )
        channel, ts, *_ = place
        here = {f"{_message_address(channel, ts)}/{name}"} if ts else set()
        return self._shared(kind, replace(draft, addresses=draft.addresses | here), place)

    def stored(self) -> Iterator[tuple[int, Draft, Reading]]:
        """Yield every stored post by number, as it was taken in, with a `comparable` reading.

        A post that can no longer be parsed (its front matter, say) comes as its row has it.
        """
        last = 0
        while some := self._reprocessing.drafts(last, AGAIN):
            texts = self._posts.paragraphs([post.post_id for post in some])
            for post in some:
                last = post.post_id
                found = self._posts.get(last)
                if found is None:
                    continue
                try:
                    draft = restored(post, self.now(), self.settings.zone)
                except Unreadable:
                    draft = post.draft
                yield last, draft, checks.comparable(draft, replace(found[1], paragraphs=texts.get(last, ())))

    def ai_reasons(self, post_id: int) -> tuple[Reason, ...]:
        """Return the reasons for a post's AI score, place by place; none if the post can no longer be parsed."""
        try:
            found = [post for post in self._reprocessing.drafts(post_id - 1, 1) if post.post_id == post_id]
            return tuple(
                reason for post in found for reason in explain_ai_score(restored(post, self.now(), self.settings.zone))
            )
        except Unreadable:
            return ()

    def _shared(self, kind: Kind, draft: Draft, place: _Place) -> SharedPost:
        # shared posts are news at once: there is no backlog to keep quiet about
        source = self._sources.ensure(kind, "slack", "Slackでの共有")
        self._posts.finish(source)
        return self._posts.save_shared(source, draft, read(draft, self.rules), *place)


def _message_address(channel: str, ts: str) -> str:
    """Return the prefix of the addresses of posts that a message brought; a file's name follows."""
    return f"slack:{channel}/{ts}"
