"""Looking at sources that are due: what is new there comes in, and how it went is noted."""

import hashlib
import logging
import random
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.batches import BATCH, read_all
from bot.desk.intake import Fetch, IntakeDesk
from bot.desk.store import Store
from bot.desk.tray import Imported
from bot.errors import KawarabanError, NotFound, StoreBusy, Unfetchable
from bot.posts import Draft
from bot.settings import Settings
from bot.source import EVERY, LEASE, Poll, Source, state_after
from bot.sources import feed, git, jekyll, pace, page

PAGES = 20
"""Articles fetched at one look because the feed has only their beginning; the others come with the next."""
_LOST = "フォルダーに記事が1本もありません。保存済みの記事はそのままです。場所やマウントを確認してください。"
_OUR_FAULT = "瓦版側の不具合で確認できませんでした。管理者がログを確認します。"
log = logging.getLogger(__name__)


YOUNG = timedelta(days=2)
Delivered = tuple[str, str, Draft]
"""An entry's key, its content hash as the feed has it ("": to be tried again), and the post."""


class Overtaken(Exception):
    """Another clock has taken the source over: this look ends."""


@dataclass
class Claim:
    """A look under way."""

    store: Store
    source: Source
    now: Callable[[], datetime]

    def hold(self) -> None:
        """Ask for more time where half of it is used. Raises Overtaken."""
        until = self.source.claimed_until
        if until is None or until - self.now() > LEASE / 2:
            return
        held = self.store.hold_poll(self.source)
        if held is None:
            raise Overtaken
        self.source = held


class PollingDesk(IntakeDesk):
    """The part of the desk that looks at sources. `luck` spreads them, `pause` waits between two pages of one host."""

    store: Store
    settings: Settings
    zone: ZoneInfo
    now: Callable[[], datetime]
    fetch: Fetch
    luck: Callable[[], float] = staticmethod(random.random)
    pause: Callable[[float], None] = staticmethod(time.sleep)

    def claim_poll(self) -> Source | None:
        """The source that has been due for longest, claimed for this clock; None where none is due."""
        return self.store.claim_poll(pace.GAP)

    def import_repository(
        self, location: str, progress: Callable[[int, int], None] = lambda done, total: None, *, processes: int = 1
    ) -> Imported:
        """Take in a branch (`#branch`) of a git repository once: an https address, or a path for who may name one.

        See `import_path`. Raises Unfetchable with the reason, NotReady where there is no git.
        """
        location = location if "://" in location else str(Path(location).absolute())  # as the list of sources names it
        checkout = self._checkout(location)
        site = jekyll.site(checkout.folder, self.zone)
        name = Path(location.partition("#")[0]).name.removesuffix(".git").removesuffix(".bundle")
        source = self.store.source("git", location, name)
        return self.take_in_folder(source, site, site.root, progress, processes=processes, again=True)

    def poll_next(self) -> tuple[Source, Poll] | None:
        """Look at the source that has been due for longest; None where none is."""
        source = self.claim_poll()
        return None if source is None else (source, self.poll(source, tell=(source.added_by,)))

    def poll(self, source: Source, *, tell: Sequence[str] = ()) -> Poll:
        """Look at a claimed source. A failure is noted in words, and the source is looked at again later.

        At first contact `tell`, where they are Slack's users, hear through the outbox how many posts were registered.
        """
        look = {"jekyll": self._folder, "git": self._git, "feed": self._feed, "page": self._page}
        claim = Claim(self.store, source, self.now)
        try:
            poll = look[source.kind](claim)
        except Overtaken:
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
        self._note(claim.source, poll, [user for user in tell if user.startswith(("U", "W"))])
        return poll

    def _note(self, source: Source, poll: Poll, tell: Sequence[str]) -> None:
        state, failures = state_after(source, poll)
        every = source.every or EVERY[source.kind]
        again = pace.next_poll(self.now(), every, failures=failures, retry_after=poll.retry_after, luck=self.luck())
        # what the clock leaves alone stays so, though somebody asked for one look; what was gone is back
        left_alone = source.next_poll_at is None and source.state != "gone"
        next_poll_at = None if state == "gone" or left_alone else again
        admins = self.settings.kawaraban_admin_channel
        self.store.polled(source, poll, (state, failures), next_poll_at, tell=tell, admins=admins)

    # ---- each kind of source
    def _folder(self, claim: Claim) -> Poll:
        root = Path(claim.source.location)
        site = jekyll.site(root, self.zone)
        mark = _mark(root)
        if self._is_as_it_was(mark, claim.source):
            return Poll(etag=claim.source.etag, unchanged=claim.source.posts)
        taken = self._site(claim, site)
        return _poll(taken, etag=_dated(mark, taken), name=site.name)

    def _git(self, claim: Claim) -> Poll:
        checkout = self._checkout(claim.source.location)
        before = claim.source.etag.partition(" ")[0]
        if self._is_as_it_was(checkout.commit, claim.source):
            return Poll(etag=claim.source.etag, unchanged=claim.source.posts)
        renamed = {_nfc(new): _nfc(old) for old, new in git.renames(checkout.folder, before, checkout.commit).items()}
        site = jekyll.site(checkout.folder, self.zone)
        taken = self._site(claim, site, renamed)
        return _poll(taken, etag=_dated(checkout.commit, taken))

    def _checkout(self, location: str) -> git.Checkout:
        where, _, branch = location.partition("#")
        kept = git.mirror(self.settings.kawaraban_data, where, branch)
        private = self.settings.kawaraban_private_hosts
        return git.update(where, branch, kept, private_hosts=private, local="://" not in where)

    def _is_as_it_was(self, mark: str, source: Source) -> bool:
        """Whether a folder or commit was looked at before, and no post of it has come out since."""
        before, _, later = source.etag.partition(" ")
        return before == mark and (not later or self.now().timestamp() < float(later))

    def _site(self, claim: Claim, site: jekyll.Site, renamed: dict[str, str] | None = None) -> Imported:
        source = claim.source
        if source.posts and next(jekyll.posts(site.root), None) is None:
            raise NotFound(_LOST)  # a folder that is not mounted is none whose posts were all withdrawn
        return self.take_in_folder(source.id, site, site.root, lambda done, total: claim.hold(), renamed=renamed or {})

    def _page(self, claim: Claim) -> Poll:
        source = claim.source
        answer = self.fetch(source.location, etag=source.etag, modified=source.modified)
        if answer.unchanged:
            return Poll(etag=source.etag, modified=source.modified, unchanged=source.posts)
        draft = page.parse(answer, self.now(), self.zone)
        taken = self._take_in(claim, [(source.location, draft.content_hash, draft)])
        self.store.finish(source.id)
        return _poll(taken, etag=answer.etag, modified=answer.modified, moved_to=answer.moved_to, name=draft.title)

    def _feed(self, claim: Claim) -> Poll:
        source = claim.source
        answer = self.fetch(source.location, etag=source.etag, modified=source.modified)
        if answer.unchanged:
            return Poll(etag=source.etag, modified=source.modified, unchanged=source.posts)
        found = feed.parse(answer.data, answer.content_type, answer.url, self.now(), self.zone)
        seen = self.store.entries(source.id)
        fresh = [e for e in found.entries if seen.get(e.key, ("", ""))[0] != e.draft.content_hash]
        beginnings = [e for e in fresh if not e.whole and e.draft.url]
        later = beginnings[PAGES:]
        delivered = [self._delivered(claim, e, complete=e in beginnings) for e in fresh if e not in later]
        taken = self._take_in(claim, delivered)
        taken.unchanged += len(found.entries) - len(fresh)
        self._note_unreadable(source, found, seen, taken)
        self.store.finish(source.id, whole=not later)
        # where something is still to be fetched, the feed must answer in full next time
        done = not later and all(content_hash for _, content_hash, _ in delivered)
        ways = {"etag": answer.etag, "modified": answer.modified} if done else {}
        return _poll(taken, moved_to=answer.moved_to, name=found.title, **ways)

    def _delivered(self, claim: Claim, entry: feed.Entry, *, complete: bool) -> Delivered:
        """An entry, with the whole article from its page where the feed has only the beginning. A page that does not
        answer today is tried again for two days; until then, and after that, the beginning is the post."""
        draft = entry.draft
        if not complete:
            return entry.key, draft.content_hash, draft
        claim.hold()
        self.pause(pace.GAP.total_seconds())
        try:
            article = page.parse(self.fetch(str(draft.url)), self.now(), self.zone)
        except Unfetchable as e:
            again = e.passing and self.now() - draft.published_at < YOUNG
            return entry.key, "" if again else draft.content_hash, draft
        except KawarabanError:
            return entry.key, draft.content_hash, draft
        return entry.key, draft.content_hash, feed.completed(draft, article)

    def _take_in(self, claim: Claim, delivered: Sequence[Delivered]) -> Imported:
        """Store what a feed or a page delivered that is new or changed; what cannot be stored is set aside."""
        result = Imported()
        for start in range(0, len(delivered), BATCH):
            batch = delivered[start : start + BATCH]
            drafts = [draft for _, _, draft in batch]
            claim.hold()
            saved, failed = self.keep(claim.source.id, list(zip(drafts, read_all(drafts, self.rules), strict=True)))
            result.count(saved)
            reasons = {id(draft): reason for draft, reason in failed}
            result.failed += [(key, reasons[id(draft)]) for key, _, draft in batch if id(draft) in reasons]
            noted = [(key, content_hash, reasons.get(id(draft), "")) for key, content_hash, draft in batch]
            self.store.note_entries(claim.source.id, noted)
        return result

    def _note_unreadable(
        self, source: Source, found: feed.Feed, seen: dict[str, tuple[str, str]], taken: Imported
    ) -> None:
        taken.failed += found.failed
        news = [(key, "", reason) for key, reason in found.failed if seen.get(key) != ("", reason)]
        there = {e.key for e in found.entries} | {key for key, _ in found.failed}
        gone = [key for key, (_, reason) in seen.items() if reason and key not in there]
        if news or gone:
            self.store.note_entries(source.id, news, gone)


def _poll(taken: Imported, **more: Any) -> Poll:
    aside = len(taken.failed)
    return Poll(
        new=taken.new, updated=taken.updated, unchanged=taken.unchanged, removed=taken.removed, aside=aside, **more
    )


def _dated(mark: str, taken: Imported) -> str:
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
