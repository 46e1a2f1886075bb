"""The checks: what stands of a post's findings, what people say of them, and how each rule does."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from bot.checks import Rule, title
from bot.desk.analysis import read
from bot.domain.findings import Finding, RuleCount, Severity, Silenced
from bot.domain.posts import Post
from bot.domain.readings import Reading
from bot.errors import NotFound, Unreadable
from bot.settings import Settings
from bot.sources import jekyll

WHOLE = frozenset({"empty-body"})
"""Rules that only a whole article can be held to."""
_PUBLISHED = re.compile(rb"(?m)^published[ \t]*:.*$")
WEEKLY_AT = time(9)
"""When on Monday the newsroom hears of rules that come too often, in its own time zone."""


@dataclass(frozen=True)
class PostFindings:
    """What stands of a post's findings, worst first, and the rules that are silent for it after a 誤検知."""

    post: Post
    standing: tuple[Finding, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Examined:
    """What was found in a draft that is not stored, worst first; `characters` of its file were read."""

    findings: tuple[Finding, ...]
    characters: int


@dataclass(frozen=True)
class Record:
    """How a rule does on the stored posts: in how many it found something (`hits`, once or still), for how many of them
    somebody said 誤検知, and whether its alerts are a weekly count (`demoted`)."""

    rule: str
    title: str
    severity: Severity
    doc: str
    on: bool
    hits: int
    dismissed: int
    demoted: bool

    @property
    def precision(self) -> float | None:
        """The share of its hits that nobody dismissed; None before it hit."""
        return 1 - self.dismissed / self.hits if self.hits else None


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def get(self, post_id: int) -> tuple[Post, Reading] | None: ...


class StoredFindings(Protocol):
    """What is needed of the stored findings."""

    def dismiss(self, post_id: int, rule: str, quote: str, by: str) -> Silenced | None: ...
    def restore(self, post_id: int, rule: str) -> Silenced: ...
    def silent_rules(self, post_id: int) -> tuple[str, ...]: ...
    def rule_counts(self) -> dict[str, RuleCount]: ...
    def announce_weekly_rules(self, key: str, since: datetime) -> bool: ...
    def sync_house_rules(self, wording: str) -> int: ...


class Checks:
    """The part of the desk that answers for the checks."""

    def __init__(
        self,
        posts: StoredPosts,
        findings: StoredFindings,
        *,
        settings: Settings,
        now: Callable[[], datetime],
        rules: tuple[Rule, ...],
    ) -> None:
        self._posts = posts
        self._findings = findings
        self.settings = settings
        self.now = now
        self._rules = rules
        self.zone = settings.zone

    def sync_house_rules(self) -> int:
        """Where the house's rules are other than before, let the clock read every stored post again; how many."""
        file = self.settings.rules
        return self._findings.sync_house_rules(hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else "")

    def announce_weekly_rules(self) -> bool:
        """On Monday at nine decide the weekly count of the rules that come too often to be told one by one. False where
        it was decided, or there is none."""
        local = self.now().astimezone(self.zone)
        monday = datetime.combine(local.date() - timedelta(days=local.weekday()), WEEKLY_AT, self.zone)
        year, number, _ = local.isocalendar()
        return local >= monday and self._findings.announce_weekly_rules(f"rules:{year}-W{number:02}", monday)

    def findings(self, post_id: int) -> PostFindings:
        """A post's findings. Raises NotFound where there is no such post."""
        found = self._posts.get(post_id)
        if found is None:
            raise NotFound(f"#{post_id} の記事はありません。「/search 語」で探せます。")
        post, reading = found
        return PostFindings(post, reading.findings, self._findings.silent_rules(post_id))

    def examine(self, data: bytes, name: str = "draft.md") -> Examined:
        """Check a draft: a file with front matter, or a piece of text without, of which nobody expects a whole article.

        Nothing is stored, and nothing compared with stored posts. Raises Unreadable with the reason.
        """
        site = jekyll.Site(Path(), "", zone=self.zone)
        # not published yet: that is what is asked about
        draft = jekyll.parse(data, name, self.now(), site) or jekyll.parse(
            _PUBLISHED.sub(b"", data), name, self.now(), site
        )
        if draft is None:
            raise Unreadable("この原稿は記事として読み取れません。フロントマターを確認してください。")
        piece = draft.body_line == 1
        reading = read(draft, self._rules)
        found = tuple(f for f in reading.findings if not (piece and f.rule in WHOLE))
        return Examined(found, len(draft.raw))

    def dismiss(self, post_id: int, rule: str, quote: str, by: str) -> Silenced:
        """Somebody says 誤検知 on a finding. Raises NotFound where the post has it no more."""
        silenced = self._findings.dismiss(post_id, rule, quote, by)
        if silenced is None:
            raise NotFound(
                f"この指摘（{title(rule)}）は、#{post_id} にはもうありません。記事が直された可能性があります。"
            )
        return silenced

    def restore(self, post_id: int, rule: str) -> Silenced:
        """Take the 誤検知 on a rule for a post back."""
        return self._findings.restore(post_id, rule)

    def records(self) -> tuple[Record, ...]:
        """How each rule does, in the order of the rules; the house's come last."""
        counts = self._findings.rule_counts()
        return tuple(
            Record(rule.name, rule.title, rule.severity, rule.doc, rule.on, count.hits, count.dismissed, count.demoted)
            for rule in self._rules
            for count in [counts.get(rule.name, RuleCount())]
        )
