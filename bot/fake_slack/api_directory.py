"""The methods of the Web API for the app itself, people, channels and files."""

import mimetypes
from pathlib import PurePosixPath
from urllib.parse import quote

from bot.fake_slack.api_arguments import Args, page
from bot.fake_slack.workspace import (
    APP,
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    DOMAIN,
    TEAM,
    Json,
    Refused,
    Workspace,
)

_ALL = {"response_metadata": {"next_cursor": ""}}


def new_file(workspace: Workspace, name: str, content: bytes, mimetype: str, user: str) -> Json:
    """Store the file, and return its file object; its `url_private` is on the fake server."""
    number = workspace.next_id("F")
    address = f"{workspace.root}/files/{number}/{quote(name)}"
    at = int(workspace.now().timestamp())
    workspace.contents[number] = content
    workspace.files[number] = {
        "id": number,
        "created": at,
        "timestamp": at,
        "name": name,
        "title": name,
        "user": user,
        "user_team": TEAM,
        "size": len(content),
        "mimetype": mimetype,
        "filetype": PurePosixPath(name).suffix.lstrip(".") or "text",
        "mode": "snippet" if mimetype.startswith("text/") else "hosted",
        "file_access": "visible",
        "is_external": False,
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": f"https://slack-files.com/{TEAM}-{number}",
    }
    return workspace.files[number]


def _nothing(workspace: Workspace, args: Args) -> Json:
    return {"args": dict(args)}


def _who_am_i(workspace: Workspace, args: Args) -> Json:
    who = {"url": f"https://{DOMAIN}.slack.com/", "team": "Newsroom", "user": BOT_NAME, "team_id": TEAM}
    return who | {"user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}


def _bot(workspace: Workspace, args: Args) -> Json:
    if args.get("bot", BOT_ID) != BOT_ID:
        raise Refused("bot_not_found")
    return {"bot": {"id": BOT_ID, "deleted": False, "name": BOT_NAME, "app_id": APP, "user_id": BOT_USER, "icons": {}}}


def _socket(workspace: Workspace, args: Args) -> Json:
    raise Refused("not_allowed_token_type")  # no Socket Mode here: events go through attach()


# ---- people
def _person(workspace: Workspace, user: str) -> Json:
    name = BOT_NAME if user == BOT_USER else workspace.people[user]
    return {
        "id": user,
        "team_id": TEAM,
        "name": name,
        "real_name": name,
        "profile": {"real_name": name, "display_name": name, "team": TEAM},
        "tz": "Asia/Tokyo",
        "tz_label": "Japan Standard Time",
        "tz_offset": 32400,
        "locale": "ja-JP",
        "is_admin": user in workspace.admins,
        "is_owner": False,
        "is_restricted": False,
        "is_bot": user == BOT_USER,
        "deleted": False,
        "updated": 1,
    }


def _user(workspace: Workspace, args: Args) -> Json:
    user = args.get("user")
    if user != BOT_USER and user not in workspace.people:
        raise Refused("user_not_found")
    return {"user": _person(workspace, user)}


def _users(workspace: Workspace, args: Args) -> Json:
    return {"members": [_person(workspace, user) for user in (*workspace.people, BOT_USER)]} | _ALL


# ---- channels
def _place(workspace: Workspace, channel: str) -> Json:
    if channel in workspace.direct:
        return {"id": channel, "created": 1, "is_im": True, "user": workspace.direct[channel], "is_archived": False}
    members = workspace.members[channel]
    return {
        "id": channel,
        "name": workspace.channels[channel],
        "name_normalized": workspace.channels[channel],
        "created": 1,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_member": BOT_USER in members,
        "num_members": len(members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _channel(workspace: Workspace, args: Args) -> Json:
    return {"channel": _place(workspace, workspace.channel(args.get("channel")))}


def _members(workspace: Workspace, args: Args) -> Json:
    part, more = page(workspace.members[workspace.channel(args.get("channel"))], args, 100)
    return {"members": part, "response_metadata": more["response_metadata"]}


def _channels(workspace: Workspace, args: Args) -> Json:
    kinds = str(args.get("types") or "public_channel").split(",")
    listed = [*workspace.channels] if "public_channel" in kinds else []
    listed += [*workspace.direct] if "im" in kinds else []
    return {"channels": [_place(workspace, channel) for channel in listed]} | _ALL


def _own_channels(workspace: Workspace, args: Args) -> Json:
    places: list[Json] = _channels(workspace, args)["channels"]
    return {"channels": [place for place in places if place.get("is_member", True)]} | _ALL


def _open(workspace: Workspace, args: Args) -> Json:
    known = workspace.direct.get(args.get("channel") or "")
    users = [known] if known else str(args.get("users") or "").split(",")
    if len(users) > 1:
        raise Refused("not_supported")  # group conversations are not implemented
    channel = workspace.direct_channel(users[0])
    return {"channel": _place(workspace, channel) if args.get("return_im") else {"id": channel}}


def _join(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel(args.get("channel"))
    if channel in workspace.direct:
        raise Refused("method_not_supported_for_channel_type")
    there = BOT_USER in workspace.members[channel]
    if not there:
        workspace.members[channel].append(BOT_USER)
    return {"channel": _place(workspace, channel)} | ({"warning": "already_in_channel"} if there else {})


# ---- files
def _file(workspace: Workspace, args: Args) -> Json:
    if args.get("file") not in workspace.files:
        raise Refused("file_not_found")
    return {"file": workspace.files[args["file"]], "comments": []} | _ALL


def _upload_url(workspace: Workspace, args: Args) -> Json:
    name = str(args.get("filename") or "")
    if not name or not int(args.get("length") or 0):
        raise Refused("invalid_arguments")
    made = new_file(workspace, name, b"", mimetypes.guess_type(name)[0] or "application/octet-stream", BOT_USER)
    return {"upload_url": f"{workspace.root}/upload/{made['id']}", "file_id": made["id"]}


def _complete_upload(workspace: Workspace, args: Args) -> Json:
    uploaded = []
    for item in args.get("files") or []:
        if item["id"] not in workspace.files:
            raise Refused("file_not_found")
        workspace.files[item["id"]]["title"] = item.get("title") or workspace.files[item["id"]]["name"]
        uploaded.append(workspace.files[item["id"]])
    for given in filter(None, (args.get("channel_id") or args.get("channels") or "").split(",")):
        workspace.post(
            workspace.channel_with_bot(given),
            BOT_USER,
            bot_id=BOT_ID,
            subtype="file_share",
            text=args.get("initial_comment") or "",
            thread_ts=args.get("thread_ts") or None,
            files=tuple(uploaded),
        )
    return {"files": uploaded}


DIRECTORY = {
    "api.test": _nothing,
    "auth.test": _who_am_i,
    "bots.info": _bot,
    "apps.connections.open": _socket,
    "users.info": _user,
    "users.list": _users,
    "users.conversations": _own_channels,
    "conversations.info": _channel,
    "conversations.members": _members,
    "conversations.list": _channels,
    "conversations.open": _open,
    "conversations.join": _join,
    "files.info": _file,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _complete_upload,
}
