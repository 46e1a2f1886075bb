"""Taking posts in: a folder of files, a file or a link that somebody shares. And reading again what was taken in."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bot import checks
from bot.checks import Rule
from bot.desk.analysis import OUR_FAULT, ReadDraft, in_batches, read, read_all
from bot.desk.folder_import import FolderImport, ImportResult
from bot.domain.intake import SaveResult, SharedPost, StalePost
from bot.domain.posts import Draft, Post, address
from bot.domain.readings import Paragraph, Reading
from bot.domain.sources import Kind
from bot.errors import KawarabanError, StoreBusy, Unreadable
from bot.japanese import Reason, explain_ai_score
from bot.settings import Settings
from bot.sources import jekyll, page
from bot.sources.fetch import WebPage

AGAIN, SECONDS = 50, 0.7
"""How many stored posts are read again at a time, and for how long no longer a next one is begun."""
FILES = ("jekyll", "git", "file", "paste")
"""The kinds of source whose posts are files: `raw` begins with the front matter. A page's is its text alone."""
MANY = 200
"""New files from which on reading is shared out among processes: they take a second or two to start."""
NOTHING_RENAMED: Mapping[str, str] = {}

Fetch = Callable[..., WebPage]
"""bot.sources.fetch with the desk's private hosts: an address, and where known etag and modified."""
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
    """The part of the desk that takes posts in."""

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
        """Take in a folder of posts or one file. `progress` is told (files done, files in all).

        With more `processes` than one, MANY new files are read by so many others: for programs with a main module that
        does nothing when it is imported, since each begins with importing it.

        One broken file never stops the others. Raises NotFound for a path that does not exist, Unreadable for a broken
        _config.yml. Interrupted anywhere and run again it ends in the same state.
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
        """Take in what lies under `path` as the posts of a source; see `import_path`.

        What was set aside before is tried only where its words have changed, or `again`. `renamed` says which old path
        each new one had.
        """
        files = list(jekyll.posts(path))
        known, seen = self._posts.known(source), self._sources.entries(source)
        paths = {jekyll.path_in(site, f) for f in files}
        scope = jekyll.path_in(site, path)
        gone = frozenset(p for p in known if p not in paths and (scope == "." or p.startswith(f"{scope}/")))
        tray = FolderImport(site, known, {} if again else seen)
        drafts = tray.drafts(files, self.now())
        done = 0
        many = len(paths - known.keys()) >= MANY
        with closing(in_batches(drafts, processes if many else 1, partial(read_all, rules=self.rules))) as batches:
            for files_read, changed in batches:
                saved, failed = self.store_batch(source, changed, gone=gone, renamed=renamed)
                tray.result.count(saved)
                for draft, reason in failed:
                    tray.set_aside(draft, reason)
                done += files_read
                progress(done, len(files))
        tray.result.removed = self._posts.finish(source, gone | tray.unpublished, whole=path.is_dir())
        mended = {p for p, (_, reason) in seen.items() if reason and (p in paths or scope == ".")} - tray.aside.keys()
        if tray.aside or mended:
            self._sources.record_entries(source, [(p, *why) for p, why in tray.aside.items()], mended)
        return tray.result

    def store_batch(
        self, source: int, batch: Sequence[ReadDraft], **how: Any
    ) -> tuple[SaveResult, list[tuple[Draft, str]]]:
        """Store a batch. What cannot be read or stored is left out, alone, and comes back with the reason."""
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
        """Take in a post that was pasted as a message, front matter and all; the same message with other words is a
        revision of it. Raises Unreadable with the reason."""
        data = text.encode("utf-8", "replace")
        return self._take_in_front_matter("paste", data, "pasted.md", (channel, ts, thread_ts, user))

    def take_in_link(
        self, url: str, *, channel: str, ts: str, thread_ts: str | None = None, user: str = ""
    ) -> SharedPost:
        """Take in the page behind a link; one that is stored already is only noted as shown by this message.

        Raises Unfetchable or Unreadable with the reason.
        """
        known = self._posts.at(address(url))
        if known is not None:
            if ts:
                self._messages.show(channel, ts, thread_ts, (known,))
            return SharedPost(known, False)
        draft = page.parse(self._fetch(url), self.now(), self.settings.zone)
        return self._shared("link", draft, (channel, ts, thread_ts, user))

    def watches(self, channel: str) -> bool:
        """Whether what is shared in this channel is taken in."""
        watched = self.settings.kawaraban_watched_channels
        return not watched or channel in watched

    def forget_message(self, channel: str, ts: str) -> int:
        """A message was deleted: it shows no post any more, and what only its file or its own words brought is
        withdrawn. How many were."""
        return self._posts.forget_message(channel, ts, _message_address(channel, ts))

    def reprocess(self, limit: int = AGAIN, seconds: float = SECONDS) -> int:
        """Read stored posts again whose reading was made by older rules (readings.VERSION), the last taken in first:
        at most `limit`, and no further one once `seconds` are over. Returns how many had their turn, 0 where all are
        up to date.

        A re-reading is no revision and no news. A post that cannot be read keeps its old reading and is not tried again
        by the same rules; the log has the reason.
        """
        until = time.monotonic() + seconds
        done = 0
        for post in self._reprocessing.stale(limit):
            if done and time.monotonic() > until:
                break
            try:
                reading = read(_restored(post, self.now(), self.settings.zone), self.rules)
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
        """Every stored post by its number, as it was taken in, with its reading and what it is held against others by.

        What can no longer be taken apart (its front matter, say) comes as its row has it.
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
                    draft = _restored(post, self.now(), self.settings.zone)
                except Unreadable:
                    draft = post.draft
                yield last, draft, checks.comparable(draft, replace(found[1], paragraphs=texts.get(last, ())))

    def ai_reasons(self, post_id: int) -> tuple[Reason, ...]:
        """Why a post's AI score is what it is, place by place; empty where it can no longer be taken apart."""
        try:
            found = [post for post in self._reprocessing.drafts(post_id - 1, 1) if post.post_id == post_id]
            return tuple(
                reason for post in found for reason in explain_ai_score(_restored(post, self.now(), self.settings.zone))
            )
        except Unreadable:
            return ()

    def _shared(self, kind: Kind, draft: Draft, place: _Place) -> SharedPost:
        # what people share is new the moment they share it: there is no backlog to keep quiet about
        source = self._sources.ensure(kind, "slack", "Slackでの共有")
        self._posts.finish(source)
        return self._posts.save_shared(source, draft, read(draft, self.rules), *place)


def _message_address(channel: str, ts: str) -> str:
    """What the address of a post begins with that a message brought; its file's name follows."""
    return f"slack:{channel}/{ts}"


def _restored(post: StalePost, now: datetime, zone: tzinfo) -> Draft:
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
