"""The App Home: what waits for the person who looks at it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk import WebClient

from bot.desk import Desk
from bot.errors import NotReady
from handlers.messages import blocks, home
from handlers.messages.home import Part, Titled, Visit
from handlers.people import People


@dataclass(frozen=True)
class Section:
    """A part of the Home with a tab of its own; `part` makes it for a visit. Some are for admins alone."""

    name: str
    title: str
    part: Callable[[Desk, Visit], Part]
    admins: bool = False


def today(desk: Desk, visit: Visit) -> Part:
    """The posts that are today's news, newest first."""
    total, found = desk.today(visit.limit, visit.at)
    rows = tuple(home.post_row(post, reading, desk.zone) for post, reading in found)
    return Part(rows, total, "今日の記事はまだありません。")


SECTIONS: tuple[Section, ...] = (Section("today", "今日の記事", today),)
"""What the Home shows, in this order."""


def opened(event: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """Somebody came to the app's own place: show their Home as it is now, where they left it."""
    if event.get("tab") == "home":  # it comes for the tab of messages too
        _publish(event["user"], event.get("view"), client, desk, people)


def turn(action: dict[str, Any], body: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """A tab, 前へ or 次へ was pressed."""
    value = blocks.value_of(action)
    _publish(body["user"]["id"], None, client, desk, people, tab=value["tab"], at=value.get("at", 0))


def again(body: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """Something was pressed; where it was on a Home, show that as it is afterwards."""
    if (body.get("view") or {}).get("type") == "home":
        _publish(body["user"]["id"], body["view"], client, desk, people)


def _publish(
    user: str, shown: dict[str, Any] | None, client: WebClient, desk: Desk, people: People, **place: Any
) -> None:
    visit = replace(home.visit_of(user, _manages(user, people), shown), **place)
    client.views_publish(user_id=user, view=view(desk, visit))


def view(desk: Desk, visit: Visit) -> blocks.Block:
    """One person's Home. A tab that is not theirs, or is no more, is the overview."""
    theirs = [section for section in SECTIONS if visit.manages or not section.admins]
    chosen = [section for section in theirs if section.name == visit.tab]
    if not chosen:
        visit = replace(visit, tab="", at=0)
    parts = [Titled(s.name, s.title, s.part(desk, visit)) for s in chosen or theirs]
    return home.view(visit, [(s.name, s.title) for s in theirs], parts, desk.now(), desk.zone)


def _manages(user: str, people: People) -> bool:
    try:
        return people.may(user, "manage")
    except NotReady:  # Slack cannot be asked: the Home comes without the admins' sections
        return False
