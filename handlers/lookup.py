"""/summary, /tag, /search and the buttons under their answers."""

import re
from typing import Any

from slack_bolt import Ack, Respond

from bot.desk.followed_tags import FollowedTags
from bot.desk.lookup import Lookup, TagPage, folded
from bot.errors import NotFound
from handlers.help import asks_for_help
from handlers.messages import blocks, help
from handlers.messages import lookup as lookup_messages
from handlers.messages.blocks import Message
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE

_ALIASES = re.compile(r"(?:別名|alias)(?:\s+(.+))?", re.I)


def summary(ack: Ack, command: dict[str, Any], *, lookup: Lookup) -> None:
    """Answer `/summary 12` with the stored summary."""
    if asks_for_help(command):
        ack(**help.command_help("/summary"))
        return
    ack(**lookup_messages.found(lookup.summary(command["text"]), lookup.zone))


def tag(
    ack: Ack, command: dict[str, Any], *, lookup: Lookup, followed_tags: FollowedTags, permissions: Permissions
) -> None:
    """Answer `/tag` with the tags of the last 30 days, `/tag LLM` with that tag, `/tag 別名` with our aliases."""
    name = folded(command.get("text", ""))
    if asks_for_help(command, empty=False):
        ack(**help.command_help("/tag"))
    elif aliases := _ALIASES.fullmatch(name):
        ack(**_aliases(aliases[1], command["user_id"], lookup, permissions))
    elif name:
        ack(**_tag_page(lookup.tag(name), command["user_id"], lookup, followed_tags))
    else:
        ack(**lookup_messages.tag_table(lookup.tags()))


def _tag_page(page: TagPage, user: str, lookup: Lookup, followed_tags: FollowedTags) -> Message:
    schedule = followed_tags.get(user)
    return lookup_messages.tag_page(
        page, lookup.zone, followed=schedule is not None and page.count.name in schedule.tags
    )


def _aliases(change: str | None, user: str, lookup: Lookup, permissions: Permissions) -> Message:
    if change is None:
        return lookup_messages.aliases(lookup.aliases(), lookup.zone)
    permissions.must(user, "manage")
    return lookup_messages.alias_changed(lookup.change_alias(change, user))


def search(ack: Ack, command: dict[str, Any], *, lookup: Lookup) -> None:
    """Answer `/search 量子` with the first page of hits."""
    if asks_for_help(command):
        ack(**help.command_help("/search"))
        return
    ack(**lookup_messages.hits(lookup.search(command["text"]), lookup.zone))


def page(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, lookup: Lookup, followed_tags: FollowedTags
) -> None:
    """前へ or 次へ: show that page in place, unless the list has changed since."""
    value = blocks.value_of(action)
    try:
        total, message = _page(value, body["user"]["id"], lookup, followed_tags)
    except NotFound:  # the last post of that tag is gone
        total, message = 0, lookup_messages.stale()
    respond(**(message if total == value["total"] else lookup_messages.stale()), **IN_PLACE)


def _page(value: dict[str, Any], user: str, lookup: Lookup, followed_tags: FollowedTags) -> tuple[int, Message]:
    if value["of"] == "search":
        hits = lookup.search(value["q"], value["at"])
        return hits.total, lookup_messages.hits(hits, lookup.zone)
    if value["of"] == "tag":
        tag_page = lookup.tag(value["q"], value["at"])
        return tag_page.count.posts, _tag_page(tag_page, user, lookup, followed_tags)
    table = lookup.tags(value["at"])
    return table.total, lookup_messages.tag_table(table)


def pick(action: dict[str, Any], respond: Respond, *, lookup: Lookup) -> None:
    """A post was chosen from a list: its summary, beside the list."""
    chosen = lookup.summary_of(blocks.value_of(action)["post"])
    respond(**lookup_messages.summary(chosen, lookup.zone), **EPHEMERAL)


def story(action: dict[str, Any], respond: Respond, *, lookup: Lookup) -> None:
    """同じ話題: the posts of the story, for the asker alone."""
    respond(**lookup_messages.story(lookup.story(blocks.value_of(action)["post"]), lookup.zone), **EPHEMERAL)
