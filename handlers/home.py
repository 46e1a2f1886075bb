"""The App Home: what waits for the person who looks at it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk import Desk
from bot.errors import NotReady
from handlers import schedules, sources
from handlers.followed_tags import my_tags
from handlers.messages import blocks, home, review_stats
from handlers.messages import review_queue as messages
from handlers.messages.home import Part, Titled, Visit
from handlers.permissions import Permissions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Section:
    """A part of the Home with a tab of its own; `part` makes it for a visit. Some are for admins alone."""

    name: str
    title: str
    part: Callable[[Desk, Visit], Part]
    admins: bool = False


def mine(desk: Desk, visit: Visit) -> Part:
    """The reviews this person has, oldest first."""
    return _queue(desk, visit, "自分", "担当中のレビューはありません。")


def queue(desk: Desk, visit: Visit) -> Part:
    """The reviews nobody has decided, oldest first; on its own tab with buttons to other lists."""
    part = _queue(desk, visit, "", "レビュー待ちの記事はありません。")
    return replace(part, below=(messages.lists(),)) if visit.tab else part


def today(desk: Desk, visit: Visit) -> Part:
    """The posts that are today's news, newest first."""
    total, found = desk.lookup.today(visit.limit, visit.at)
    rows = tuple(home.post_row(post, reading, desk.zone) for post, reading in found)
    return Part(rows, total, "今日の記事はまだありません。")


def numbers(desk: Desk, visit: Visit) -> Part:
    """What the weeks came to; on its own tab each week, and what everybody did."""
    told = review_stats.weeks(desk.reminders.weeks(), desk.reminders.activity())["blocks"][1:]
    return Part(tuple((block,) for block in (told if visit.tab else told[:1])), 0)


def _queue(desk: Desk, visit: Visit, asked: str, none: str) -> Part:
    found = desk.reviews.queue(asked, visit.user, visit.limit, visit.at)
    assert found is not None  # both are lists
    rows = tuple(messages.row(q, desk.now(), desk.zone, visit.user) for q in found.rows)
    return Part(rows, found.total, none)


SECTIONS: tuple[Section, ...] = (
    Section("mine", "自分のレビュー", mine),
    Section("queue", "レビュー待ち", queue),
    Section("today", "今日の記事", today),
    Section("tags", "マイタグ", lambda desk, visit: my_tags(desk.lookup, desk.followed_tags, visit)),
    Section("sources", "ソース", lambda desk, visit: sources.section(desk.sources, visit), admins=True),
    Section(
        "schedules", "ダイジェストの予定", lambda desk, visit: schedules.section(desk.schedules, visit), admins=True
    ),
    Section("numbers", "レビューの統計", numbers),
)
"""What the Home shows, in this order."""


class HomeViews(Protocol):
    """What is needed of the stored App Home views."""

    def version(self) -> str: ...
    def record(self, user: str, tab: str, at: int, version: str, *, seen: bool) -> None: ...
    def outdated(self, user: str | None = ..., limit: int = ...) -> tuple[tuple[str, str, int], ...]: ...
    def forget(self, user: str) -> None: ...


class HomePublisher:
    """Publishes people's Homes, and keeps those up to date that are looked at."""

    def __init__(self, desk: Desk, home_views: HomeViews, client: WebClient, permissions: Permissions) -> None:
        self._desk = desk
        self._client = client
        self._permissions = permissions
        self._home_views = home_views

    def publish(self, user: str, tab: str, at: int, *, seen: bool = True) -> None:
        """Show a person's Home at this tab and row; `seen` where they look at it just now."""
        stamp = self._home_views.version()  # before the view is made: what changes meanwhile makes it old
        visit = Visit(user, self._manages(user), tab, at)
        self._client.views_publish(user_id=user, view=view(self._desk, visit))
        self._home_views.record(user, tab, at, stamp, seen=seen)

    def refresh(self, user: str | None = None) -> int:
        """Show Homes anew that show what is no longer true, everybody's or one person's, and return how many."""
        shown = 0
        for who, tab, at in self._home_views.outdated(user):
            try:
                self.publish(who, tab, at, seen=False)
                shown += 1
            except (SlackClientError, OSError) as e:
                log.info("the Home of %s: %s", who, e)
                if not isinstance(e, SlackApiError) or e.response.status_code != 200:
                    break  # Slack is away or has had enough: the next tick is another try
                self._home_views.forget(who)  # the person has gone: opening it shows it anew
        return shown

    def _manages(self, user: str) -> bool:
        try:
            return self._permissions.may(user, "manage")
        except NotReady:  # Slack cannot be asked: the Home comes without the admins' sections
            return False


def opened(event: dict[str, Any], *, homes: HomePublisher) -> None:
    """Somebody came to the app's own place: show their Home as it is now, where they left it."""
    if event.get("tab") == "home":  # it comes for the tab of messages too
        homes.publish(event["user"], *home.place(event.get("view")))


def turn(action: dict[str, Any], body: dict[str, Any], *, homes: HomePublisher) -> None:
    """A tab, 前へ or 次へ was pressed."""
    value = blocks.value_of(action)
    homes.publish(body["user"]["id"], value["tab"], value.get("at", 0))


def again(body: dict[str, Any], *, homes: HomePublisher) -> None:
    """Something was pressed: show the person's Home as it is afterwards, where they look at it."""
    if (body.get("view") or {}).get("type") == "home":
        homes.publish(body["user"]["id"], *home.place(body["view"]))
    else:
        homes.refresh(body["user"]["id"])


def view(desk: Desk, visit: Visit) -> blocks.Block:
    """One person's Home. A tab that is not theirs, or is no more, is the overview."""
    theirs = [section for section in SECTIONS if visit.manages or not section.admins]
    chosen = [section for section in theirs if section.name == visit.tab]
    if not chosen:
        visit = replace(visit, tab="", at=0)
    parts = [Titled(s.name, s.title, s.part(desk, visit)) for s in chosen or theirs]
    return home.view(visit, [(s.name, s.title) for s in theirs], parts, desk.now(), desk.zone)
