"""/summary, /tag, /search and the buttons under their answers."""

import re
from typing import Any

from slack_bolt import Ack, Respond

from bot.desk import Desk
from bot.desk.lookup import TagPage, folded
from bot.errors import NotFound
from handlers.about import asks_for_help
from handlers.messages import about, blocks, lookup
from handlers.messages.blocks import Message
from handlers.people import People

REPLACE: dict[str, Any] = {"replace_original": True}
_ALIASES = re.compile(r"(?:別名|alias)(?:\s+(.+))?", re.I)
BESIDE: dict[str, Any] = {"replace_original": False, "response_type": "ephemeral"}


def summary(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Answer `/summary 12` with the stored summary."""
    if asks_for_help(command):
        ack(**about.command_help("/summary"))
        return
    ack(**lookup.found(desk.summary(command["text"]), desk.zone))


def tag(ack: Ack, command: dict[str, Any], *, desk: Desk, people: People) -> None:
    """Answer `/tag` with the tags of the last 30 days, `/tag LLM` with that tag, `/tag 別名` with our aliases."""
    name = folded(command.get("text", ""))
    if asks_for_help(command, empty=False):
        ack(**about.command_help("/tag"))
    elif aliases := _ALIASES.fullmatch(name):
        ack(**_aliases(aliases[1], command["user_id"], desk, people))
    elif name:
        ack(**_tag_page(desk.tag(name), command["user_id"], desk))
    else:
        ack(**lookup.tag_table(desk.tags()))


def _tag_page(page: TagPage, user: str, desk: Desk) -> Message:
    schedule = desk.follower(user)
    return lookup.tag_page(page, desk.zone, followed=schedule is not None and page.count.name in schedule.tags)


def _aliases(change: str | None, user: str, desk: Desk, people: People) -> Message:
    if change is None:
        return lookup.aliases(desk.aliases(), desk.zone)
    people.must(user, "manage")
    return lookup.alias_changed(desk.change_alias(change, user))


def search(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Answer `/search 量子` with the first page of hits."""
    if asks_for_help(command):
        ack(**about.command_help("/search"))
        return
    ack(**lookup.hits(desk.search(command["text"]), desk.zone))


def page(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """前へ or 次へ: show that page in place, unless the list has changed since."""
    value = blocks.value_of(action)
    try:
        total, message = _page(value, body["user"]["id"], desk)
    except NotFound:  # the last post of that tag is gone
        total, message = 0, lookup.stale()
    respond(**(message if total == value["total"] else lookup.stale()), **REPLACE)


def _page(value: dict[str, Any], user: str, desk: Desk) -> tuple[int, Message]:
    if value["of"] == "search":
        hits = desk.search(value["q"], value["at"])
        return hits.total, lookup.hits(hits, desk.zone)
    if value["of"] == "tag":
        tag_page = desk.tag(value["q"], value["at"])
        return tag_page.count.posts, _tag_page(tag_page, user, desk)
    table = desk.tags(value["at"])
    return table.total, lookup.tag_table(table)


def pick(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """A post was chosen from a list: its summary, beside the list."""
    chosen = desk.summary_of(blocks.value_of(action)["post"])
    respond(**lookup.summary(chosen, desk.zone), **BESIDE)


def story(action: dict[str, Any], respond: Respond, *, desk: Desk) -> None:
    """同じ話題: the posts of the story, for the asker alone."""
    respond(**lookup.story(desk.story(blocks.value_of(action)["post"]), desk.zone), **BESIDE)
