"""Sources, managed: added, paused, resumed, removed, and looked at when somebody asks."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from bot.desk.intake import Fetch
from bot.desk.polling import Polling
from bot.domain.sources import (
    EVERY,
    Kind,
    Poll,
    RejectedEntry,
    Source,
    SourceState,
)
from bot.errors import NotFound, NotReady, WrongUse
from bot.settings import Settings
from bot.sources import backoff, feed, git, jekyll, page

_FORGES = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_NONE = "ソース {} はありません。番号は「/source」で確認できます。"


class StoredSources(Protocol):
    """What is needed of the stored sources."""

    def all(self) -> tuple[Source, ...]: ...
    def get(self, number: int) -> Source | None: ...
    def add(
        self, kind: Kind, location: str, name: str, *, host: str | None, every: timedelta, by: str
    ) -> tuple[Source, bool]: ...
    def set_state(self, number: int, state: SourceState, every: timedelta) -> Source | None: ...
    def request_poll(self, number: int, gap: timedelta) -> bool: ...
    def claim_due(self, gap: timedelta, number: int | None = None) -> Source | None: ...
    def rejected(self, source_id: int | None = None) -> tuple[RejectedEntry, ...]: ...
    def retry_rejected(self, source_id: int) -> int: ...


class Sources:
    """The part of the desk that manages sources."""

    def __init__(
        self,
        sources: StoredSources,
        polling: Polling,
        *,
        settings: Settings,
        now: Callable[[], datetime],
        fetch: Fetch,
    ) -> None:
        self._stored_sources = sources
        self._polling = polling
        self.settings = settings
        self.now = now
        self._fetch = fetch
        self.zone = settings.zone

    def add(self, where: str, kind: Kind | None = None, *, by: str = "", local: bool = False) -> tuple[Source, bool]:
        """Let the clock look at a folder, git repository, feed or page from now on; False where it does already.

        What it is is found out where `kind` is None. Folders of this machine are for who may name them (`local`).
        Raises WrongUse, NotFound, Unfetchable or Unreadable.
        """
        where = where.strip()
        if "://" not in where:
            if not local:
                raise WrongUse(
                    "ソースは https:// で始まるURLで指定してください。"
                    "サーバーのフォルダーは「kawaraban source add フォルダー」で登録します。"
                )
            kind, where, name = _folder(where, kind, self.zone)
        elif kind == "git" or (kind is None and _is_repository(where)):
            kind, name = "git", _repository_name(where)
        else:
            kind, where, name = self._look(where, kind)
        return self._stored_sources.add(kind, where, name, host=backoff.host(where) or None, every=EVERY[kind], by=by)

    def all(self) -> tuple[Source, ...]:
        """Every source that was not removed."""
        return self._stored_sources.all()

    def get(self, number: int) -> Source:
        """One source. Raises NotFound."""
        source = self._stored_sources.get(number)
        if source is None or source.state == "removed":
            raise NotFound(_NONE.format(number))
        return source

    def rejected(self, number: int | None = None) -> tuple[RejectedEntry, ...]:
        """The posts that are set aside, of one source or of all."""
        return self._stored_sources.rejected(number)

    def set_state(self, number: int, state: SourceState) -> Source:
        """Pause, resume or remove a source. Its posts stay. Raises NotFound, WrongUse for one that comes by itself."""
        source = self.get(number)
        if source.kind not in EVERY:
            raise WrongUse(f"「{source.name}」はSlackでの共有から届くため、停止や削除はできません。")
        turned = self._stored_sources.set_state(number, state, source.every or EVERY[source.kind])
        if turned is None:
            raise NotFound(_NONE.format(number))
        if state == "removed" and source.kind == "git":
            where, _, branch = source.location.partition("#")
            shutil.rmtree(git.mirror(self.settings.data, where, branch), ignore_errors=True)
        return turned

    def retry_rejected(self, number: int) -> int:
        """Let what a source has set aside be tried once more, at once; how many there were. Raises NotFound."""
        self.get(number)
        tried = self._stored_sources.retry_rejected(number)
        self._stored_sources.request_poll(number, timedelta(0))
        return tried

    def request_poll(self, number: int) -> bool:
        """Let the clock look at a source as soon as it is free; False where it does not look at it."""
        return self._stored_sources.request_poll(number, backoff.GAP)

    def poll_now(self, number: int) -> tuple[Source, Poll]:
        """Look at a source now, though it is not due. Raises NotFound, WrongUse, NotReady where a clock is at it."""
        source = self.get(number)
        if source.kind not in EVERY:
            raise WrongUse(f"「{source.name}」はSlackでの共有から届くため、確認は要りません。")
        claimed = self._stored_sources.claim_due(backoff.GAP, number)
        if claimed is None:
            raise NotReady(f"「{source.name}」はいま確認しているところです。少し待ってから「/source」をご覧ください。")
        return claimed, self._polling.poll(claimed)

    def _look(self, where: str, kind: Kind | None) -> tuple[Kind, str, str]:
        """What an address is, where it is now, and what it calls itself."""
        answer = self._fetch(where)
        here = answer.moved_to or where
        if kind != "page" and not feed.is_feed(answer) and (feeds := page.feeds(answer)):
            here = feeds[0]
            answer = self._fetch(here)
        if kind == "feed" or (kind is None and feed.is_feed(answer)):
            found = feed.parse(answer.data, answer.content_type, answer.url, self.now(), self.zone)
            return "feed", here, found.title
        return "page", here, page.parse(answer, self.now(), self.zone).title


def _folder(where: str, kind: Kind | None, zone: tzinfo) -> tuple[Kind, str, str]:
    path, _, branch = where.partition("#")
    if kind == "git" or (kind is None and (branch or git.is_repository(path))):
        root = Path(path).absolute()
        if not root.exists():
            raise NotFound(f"「{path}」が見つかりません。パスを確認してください。")
        return "git", f"{root}#{branch}" if branch else str(root), root.name.removesuffix(".git")
    if kind not in (None, "jekyll"):
        raise WrongUse(f"「{where}」はURLではありません。https:// で始まるURLを指定してください。")
    site = jekyll.site(Path(where), zone)
    return "jekyll", str(site.root), site.name


def _is_repository(where: str) -> bool:
    parts = urlsplit(where)
    names = [name for name in parts.path.split("/") if name]
    return parts.path.rstrip("/").endswith(".git") or (parts.hostname in _FORGES and len(names) == 2)


def _repository_name(where: str) -> str:
    return where.partition("#")[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
