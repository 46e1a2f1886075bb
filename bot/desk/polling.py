"""Looking at sources that are due: what is new there comes in, and how it went is noted."""

import hashlib
import logging
import random
import time
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.desk.analysis import BATCH, read_all
from bot.desk.folder_import import ImportResult
from bot.desk.intake import Fetch, Intake
from bot.domain.posts import Draft
from bot.domain.sources import EVERY, LEASE, Poll, Source, SourceState, state_after
from bot.errors import KawarabanError, NotFound, StoreBusy, Unfetchable
from bot.settings import Settings
from bot.sources import backoff, feed, git, jekyll, page

PAGES = 20
"""Articles fetched at one look because the feed has only their beginning; the others come with the next."""
_LOST = "フォルダーに記事が1本もありません。保存済みの記事はそのままです。場所やマウントを確認してください。"
_CUT_OFF = "フィードが途中で切れています。読めた記事は取り込みました。次の取得で読み直します。"
_OUR_FAULT = "瓦版側の不具合で確認できませんでした。管理者がログを確認します。"
log = logging.getLogger(__name__)


YOUNG = timedelta(days=2)
Delivered = tuple[str, str, Draft]
"""An entry's key, its content hash as the feed has it ("": to be tried again), and the post."""


class StoredSources(Protocol):
    """What is needed of the stored sources."""

    def ensure(self, kind: str, location: str, name: str) -> int: ...
    def claim_due(self, gap: timedelta, number: int | None = None) -> Source | None: ...
    def renew_lease(self, source: Source) -> Source | None: ...
    def record_poll(
        self,
        source: Source,
        poll: Poll,
        after: tuple[SourceState, int],
        next_poll_at: datetime | None,
        *,
        tell: Collection[str] = ...,
        admins: str = "",
    ) -> bool: ...
    def entries(self, source_id: int) -> dict[str, tuple[str, str]]: ...
    def record_entries(
        self, source_id: int, noted: Sequence[tuple[str, str, str]], gone: Collection[str] = ...
    ) -> None: ...


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def finish(self, source_id: int, gone: frozenset[str] = ..., *, whole: bool = True) -> int: ...


class LeaseLost(Exception):
    """Another clock has taken the source over: this look ends."""


@dataclass
class Lease:
    """A look under way."""

    sources: StoredSources
    source: Source
    now: Callable[[], datetime]

    def renew_if_due(self) -> None:
        """Ask for more time where half of it is used. Raises Overtaken."""
        until = self.source.claimed_until
        if until is None or until - self.now() > LEASE / 2:
            return
        held = self.sources.renew_lease(self.source)
        if held is None:
            raise LeaseLost
        self.source = held


class Polling:
    """Poll sources. `jitter` spreads polls; `sleep` waits between two requests to one host."""

    def __init__(
        self,
        sources: StoredSources,
        posts: StoredPosts,
        intake: Intake,
        *,
        settings: Settings,
        now: Callable[[], datetime],
        fetch: Fetch,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sources = sources
        self._posts = posts
        self._intake = intake
        self.settings = settings
        self.now = now
        self._fetch = fetch
        self._jitter = jitter
        self.sleep = sleep
        self.zone = settings.zone

    def claim_due(self) -> Source | None:
        """The source that has been due for longest, claimed for this clock; None where none is due."""
        return self._sources.claim_due(backoff.GAP)

    def import_repository(
        self, location: str, progress: Callable[[int, int], None] = lambda done, total: None, *, processes: int = 1
    ) -> ImportResult:
        """Take in a branch (`#branch`) of a git repository once: an https address, or a path for who may name one.

        See `import_path`. Raises Unfetchable with the reason, NotReady where there is no git.
        """
        location = location if "://" in location else str(Path(location).absolute())  # as the list of sources names it
        checkout = self._checkout(location)
        site = jekyll.site(checkout.folder, self.zone)
        name = Path(location.partition("#")[0]).name.removesuffix(".git").removesuffix(".bundle")
        source = self._sources.ensure("git", location, name)
        return self._intake.take_in_folder(source, site, site.root, progress, processes=processes, again=True)

    def poll_next(self) -> tuple[Source, Poll] | None:
        """Look at the source that has been due for longest; None where none is."""
        source = self.claim_due()
        return None if source is None else (source, self.poll(source, tell=(source.added_by,)))

    def poll(self, source: Source, *, tell: Sequence[str] = ()) -> Poll:
        """Look at a claimed source. A failure is noted in words, and the source is looked at again later.

        At first contact `tell`, where they are Slack's users, hear through the outbox how many posts were registered.
        """
        look = {"jekyll": self._folder, "git": self._git, "feed": self._feed, "page": self._page}
        lease = Lease(self._sources, source, self.now)
        try:
            poll = look[source.kind](lease)
        except LeaseLost:
            return Poll()
        except StoreBusy:
            raise  # the claim ends by itself, and the look is made again
        except Unfetchable as e:
            poll = Poll(error=e.what, gone=e.gone, retry_after=e.retry_after)
        except KawarabanError as e:
            poll = Poll(error=str(e))
        except Exception:
            log.exception("source %d (%s) cannot be looked at", source.id, source.location)
            poll = Poll(error=_OUR_FAULT)
        self._note(lease.source, poll, [user for user in tell if user.startswith(("U", "W"))])
        return poll

    def _note(self, source: Source, poll: Poll, tell: Sequence[str]) -> None:
        state, failures = state_after(source, poll)
        every = source.every or EVERY[source.kind]
        again = backoff.next_poll(
            self.now(), every, failures=failures, retry_after=poll.retry_after, jitter=self._jitter()
        )
        # what the clock leaves alone stays so, though somebody asked for one look; what was gone is back
        left_alone = source.next_poll_at is None and source.state != "gone"
        next_poll_at = None if state == "gone" or left_alone else again
        admins = self.settings.admin_channel
        self._sources.record_poll(source, poll, (state, failures), next_poll_at, tell=tell, admins=admins)

    # ---- each kind of source
    def _folder(self, lease: Lease) -> Poll:
        root = Path(lease.source.location)
        site = jekyll.site(root, self.zone)
        mark = _mark(root)
        if self._is_as_it_was(mark, lease.source):
            return Poll(etag=lease.source.etag, unchanged=lease.source.posts)
        taken = self._site(lease, site)
        return _poll(taken, etag=_dated(mark, taken), name=site.name)

    def _git(self, lease: Lease) -> Poll:
        checkout = self._checkout(lease.source.location)
        before = lease.source.etag.partition(" ")[0]
        if self._is_as_it_was(checkout.commit, lease.source):
            return Poll(etag=lease.source.etag, unchanged=lease.source.posts)
        renamed = {_nfc(new): _nfc(old) for old, new in git.renames(checkout.folder, before, checkout.commit).items()}
        site = jekyll.site(checkout.folder, self.zone)
        taken = self._site(lease, site, renamed)
        return _poll(taken, etag=_dated(checkout.commit, taken))

    def _checkout(self, location: str) -> git.Checkout:
        where, _, branch = location.partition("#")
        kept = git.mirror(self.settings.data, where, branch)
        private = self.settings.private_hosts
        return git.update(where, branch, kept, private_hosts=private, local="://" not in where)

    def _is_as_it_was(self, mark: str, source: Source) -> bool:
        """Whether a folder or commit was looked at before, and no post of it has come out since."""
        before, _, later = source.etag.partition(" ")
        return before == mark and (not later or self.now().timestamp() < float(later))

    def _site(self, lease: Lease, site: jekyll.Site, renamed: dict[str, str] | None = None) -> ImportResult:
        source = lease.source
        if source.posts and next(jekyll.posts(site.root), None) is None:
            raise NotFound(_LOST)  # a folder that is not mounted is none whose posts were all withdrawn
        return self._intake.take_in_folder(
            source.id, site, site.root, lambda done, total: lease.renew_if_due(), renamed=renamed or {}
        )

    def _page(self, lease: Lease) -> Poll:
        source = lease.source
        answer = self._fetch(source.location, etag=source.etag, modified=source.modified)
        if answer.unchanged:
            return Poll(etag=source.etag, modified=source.modified, unchanged=source.posts)
        draft = page.parse(answer, self.now(), self.zone)
        taken = self._take_in(lease, [(source.location, draft.content_hash, draft)])
        self._posts.finish(source.id)
        return _poll(taken, etag=answer.etag, modified=answer.modified, moved_to=answer.moved_to, name=draft.title)

    def _feed(self, lease: Lease) -> Poll:
        source = lease.source
        answer = self._fetch(source.location, etag=source.etag, modified=source.modified)
        if answer.unchanged:
            return Poll(etag=source.etag, modified=source.modified, unchanged=source.posts)
        found = feed.parse(answer.data, answer.content_type, answer.url, self.now(), self.zone)
        seen = self._sources.entries(source.id)
        fresh = [e for e in found.entries if seen.get(e.key, ("", ""))[0] != e.draft.content_hash]
        beginnings = [e for e in fresh if not e.whole and e.draft.url]
        later = beginnings[PAGES:]
        delivered = [self._delivered(lease, e, complete=e in beginnings) for e in fresh if e not in later]
        taken = self._take_in(lease, delivered)
        taken.unchanged += len(found.entries) - len(fresh)
        self._note_unreadable(source, found, seen, taken)
        self._posts.finish(source.id, whole=not later and not found.cut_off)
        if found.cut_off:
            return _poll(taken, moved_to=answer.moved_to, error=_CUT_OFF)
        # while something is still to be fetched, the feed must answer in full next time
        done = not later and all(content_hash for _, content_hash, _ in delivered)
        ways = {"etag": answer.etag, "modified": answer.modified} if done else {}
        return _poll(taken, moved_to=answer.moved_to, name=found.title, **ways)

    def _delivered(self, lease: Lease, entry: feed.FeedEntry, *, complete: bool) -> Delivered:
        """An entry, with the whole article from its page where the feed has only the beginning. A page that does not
        answer today is tried again for two days; until then, and after that, the beginning is the post."""
        draft = entry.draft
        if not complete:
            return entry.key, draft.content_hash, draft
        lease.renew_if_due()
        self.sleep(backoff.GAP.total_seconds())
        try:
            article = page.parse(self._fetch(str(draft.url)), self.now(), self.zone)
        except Unfetchable as e:
            again = e.passing and self.now() - draft.published_at < YOUNG
            return entry.key, "" if again else draft.content_hash, draft
        except KawarabanError:
            return entry.key, draft.content_hash, draft
        return entry.key, draft.content_hash, feed.completed(draft, article)

    def _take_in(self, lease: Lease, delivered: Sequence[Delivered]) -> ImportResult:
        """Store what a feed or a page delivered that is new or changed; what cannot be stored is set aside."""
        result = ImportResult()
        for start in range(0, len(delivered), BATCH):
            batch = delivered[start : start + BATCH]
            drafts = [draft for _, _, draft in batch]
            lease.renew_if_due()
            saved, failed = self._intake.store_batch(
                lease.source.id, list(zip(drafts, read_all(drafts, self._intake.rules), strict=True))
            )
            result.count(saved)
            reasons = {id(draft): reason for draft, reason in failed}
            result.failed += [(key, reasons[id(draft)]) for key, _, draft in batch if id(draft) in reasons]
            noted = [(key, content_hash, reasons.get(id(draft), "")) for key, content_hash, draft in batch]
            self._sources.record_entries(lease.source.id, noted)
        return result

    def _note_unreadable(
        self, source: Source, found: feed.Feed, seen: dict[str, tuple[str, str]], taken: ImportResult
    ) -> None:
        taken.failed += found.failed
        news = [(key, "", reason) for key, reason in found.failed if seen.get(key) != ("", reason)]
        there = {e.key for e in found.entries} | {key for key, _ in found.failed}
        gone = [key for key, (_, reason) in seen.items() if reason and key not in there]
        if news or gone:
            self._sources.record_entries(source.id, news, gone)


def _poll(taken: ImportResult, **more: Any) -> Poll:
    aside = len(taken.failed)
    return Poll(
        new=taken.new, updated=taken.updated, unchanged=taken.unchanged, removed=taken.removed, aside=aside, **more
    )


def _dated(mark: str, taken: ImportResult) -> str:
    """The mark of a folder or commit, and when the first of its posts is due that are not out yet."""
    return f"{mark} {taken.later.timestamp()}" if taken.later else mark


def _mark(root: Path) -> str:
    """What a folder looks like from outside: other than before where a post or the site's settings were touched."""
    mark = hashlib.sha256()
    for file in (root / "_config.yml", *jekyll.posts(root)):
        try:
            looks = file.stat()
        except OSError:
            continue
        mark.update(f"{file}\0{looks.st_mtime_ns}\0{looks.st_size}\n".encode("utf-8", "surrogateescape"))
    return mark.hexdigest()


def _nfc(path: str) -> str:
    return unicodedata.normalize("NFC", path)
