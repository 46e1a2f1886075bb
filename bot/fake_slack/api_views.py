"""The methods of the Web API for modals and the App Home."""

from datetime import timedelta
from typing import Any

from bot.fake_slack.api_arguments import Args, checked_blocks
from bot.fake_slack.controls import filled_in, with_ids
from bot.fake_slack.workspace import (
    APP,
    BOT_ID,
    TEAM,
    Json,
    Refused,
    Workspace,
)


def new_view(workspace: Workspace, given: Any, *, above: Json | None = None, instead_of: Json | None = None) -> Json:
    """Store a view as Slack does: with its identifiers, and the values of its inputs in `state`."""
    if not isinstance(given, dict) or given.get("type") not in ("modal", "home"):
        raise Refused("invalid_arguments")
    blocks = with_ids(checked_blocks(given.get("blocks") or [], most=100))
    number = instead_of["id"] if instead_of else workspace.next_id("V")
    beneath = instead_of["previous_view_id"] if instead_of else above and above["id"]
    neighbour = instead_of or above
    view = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        **given,
        "id": number,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT_ID,
        "blocks": blocks,
        "state": {"values": filled_in(blocks, {})},
        "hash": workspace.next_ts(),
        "root_view_id": neighbour["root_view_id"] if neighbour else number,
        "previous_view_id": beneath,
    }
    workspace.views[number] = view
    return view


def _person_of(workspace: Workspace, args: Args) -> str:
    trigger = args.get("trigger_id")
    if trigger not in workspace.triggers:
        raise Refused("invalid_trigger_id")
    user, given_at = workspace.triggers[trigger]
    if not user:
        raise Refused("exchanged_trigger_id")
    if workspace.now() - given_at > timedelta(seconds=3):
        raise Refused("expired_trigger_id")
    workspace.triggers[trigger] = ("", given_at)
    return user


def _fresh(old: Json | None, args: Args) -> None:
    if old and args.get("hash") and args["hash"] != old["hash"]:
        raise Refused("hash_conflict")


def _open(workspace: Workspace, args: Args) -> Json:
    user = _person_of(workspace, args)
    view = new_view(workspace, args.get("view"))
    workspace.open_views[user] = [view["id"]]
    return {"view": view}


def _push(workspace: Workspace, args: Args) -> Json:
    user = _person_of(workspace, args)
    stack = workspace.open_views.get(user)
    if not stack:
        raise Refused("not_found")
    if len(stack) == 3:
        raise Refused("push_limit_reached")
    view = new_view(workspace, args.get("view"), above=workspace.views[stack[-1]])
    stack.append(view["id"])
    return {"view": view}


def _update(workspace: Workspace, args: Args) -> Json:
    name = args.get("external_id")
    named = [view for view in workspace.views.values() if name and view["external_id"] == name]
    old = named[-1] if named else workspace.views.get(args.get("view_id") or "")
    if old is None:
        raise Refused("not_found")
    _fresh(old, args)
    return {"view": new_view(workspace, args.get("view"), instead_of=old)}


def _publish(workspace: Workspace, args: Args) -> Json:
    user = args.get("user_id")
    if user not in workspace.people:
        raise Refused("user_not_found")
    old = workspace.views.get(workspace.homes.get(user, ""))
    _fresh(old, args)
    view = new_view(workspace, args.get("view"), instead_of=old)
    workspace.homes[user] = view["id"]
    return {"view": view}


VIEWS = {"views.open": _open, "views.push": _push, "views.update": _update, "views.publish": _publish}
