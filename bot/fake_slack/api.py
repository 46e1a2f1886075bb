"""The methods of Slack's Web API that the bot uses: arguments in, answer out, or Refused with Slack's error code.

This module has messages, reactions and conversations; api_views.py has modals and the App Home, api_directory.py the
app, people, channels and files.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.fake_slack.api_arguments import (
    Args,
    between,
    content,
    flag,
    metadata,
    page,
)
from bot.fake_slack.api_directory import DIRECTORY
from bot.fake_slack.api_views import VIEWS
from bot.fake_slack.workspace import (
    BOT_ID,
    BOT_USER,
    Json,
    Refused,
    SlackMessage,
    Workspace,
)


def answer(workspace: Workspace, method: str, args: Args) -> Json:
    """Return Slack's answer to the call, computed as one step."""
    if method not in METHODS:
        return {"ok": False, "error": "unknown_method", "req_method": method}
    with workspace.lock:
        try:
            return {"ok": True} | METHODS[method](workspace, args)
        except Refused as refused:
            return {"ok": False, "error": refused.error} | refused.more


# ---- chat
def _post(workspace: Workspace, args: Args) -> Json:
    given = args.get("channel")
    if given in workspace.people:
        channel = workspace.direct_channel(given)
    else:
        channel = workspace.channel_with_bot(given, by_name=True)
    thread_ts = args.get("thread_ts") or None
    posted = workspace.post(
        channel,
        BOT_USER,
        bot_id=BOT_ID,
        thread_ts=thread_ts,
        subtype="thread_broadcast" if thread_ts and flag(args, "reply_broadcast") else None,
        metadata=metadata(args),
        **content(args),
    )
    return {"channel": channel, "ts": posted.ts, "message": workspace.shown(posted, metadata=True)}


def _post_ephemeral(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel_with_bot(args.get("channel"), by_name=True)
    user = args.get("user")
    if user not in workspace.members[channel]:
        raise Refused("user_not_in_channel")
    thread_ts = args.get("thread_ts") or None
    said = content(args)
    posted = workspace.post(channel, BOT_USER, bot_id=BOT_ID, thread_ts=thread_ts, ephemeral_to=user, **said)
    return {"message_ts": posted.ts}


def _own(workspace: Workspace, args: Args, refusal: str) -> SlackMessage:
    message = workspace.find(workspace.channel_with_bot(args.get("channel")), args.get("ts"))
    if message.bot_id != BOT_ID:
        raise Refused(refusal)
    return message


def _update(workspace: Workspace, args: Args) -> Json:
    message = _own(workspace, args, "cant_update_message")
    before: Json = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments}
    given = {name: args[name] for name in before if name in args}
    if "text" in given and "blocks" not in given:
        before["blocks"] = []  # text alone removes the blocks; otherwise fields not given are kept
    said = content(before | given)
    kept = metadata(args) if "metadata" in args else message.metadata
    changed = workspace.keep(replace(message, edited_ts=workspace.next_ts(), metadata=kept, **said))
    shown = workspace.shown(changed, metadata=True)
    return {"channel": changed.channel, "ts": changed.ts, "text": changed.text, "message": shown}


def _delete(workspace: Workspace, args: Args) -> Json:
    message = workspace.keep(replace(_own(workspace, args, "cant_delete_message"), deleted=True))
    return {"channel": message.channel, "ts": message.ts}


def _permalink(workspace: Workspace, args: Args) -> Json:
    message = workspace.find(workspace.channel(args.get("channel")), args.get("message_ts"))
    return {"channel": message.channel, "permalink": workspace.permalink(message)}


def _unfurl(workspace: Workspace, args: Args) -> Json:
    known = args.get("unfurl_id")
    channel, ts = known.split(".", 1) if known else (args.get("channel"), args.get("ts"))
    unfurls = args.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refused("missing_unfurls")
    try:
        message = workspace.find(workspace.channel(channel), ts)
    except Refused:
        raise Refused("cannot_find_message") from None
    if not all(url.replace("&", "&amp;") in message.text for url in unfurls):
        raise Refused("cannot_unfurl_url")
    workspace.keep(replace(message, unfurls=message.unfurls | unfurls))
    return {}


# ---- conversations
def _history(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel_with_bot(args.get("channel"))
    main = [m for m in workspace.public(channel) if not m.is_reply or m.subtype == "thread_broadcast"]
    found = between(main, args)
    # With `oldest` alone Slack starts with the messages closest to it, otherwise with the newest.
    forward = bool(args.get("oldest")) and not args.get("latest")
    part, more = page(found if forward else found[::-1], args, 100)
    newest_first = part[::-1] if forward else part
    shown = [workspace.shown(m, metadata=flag(args, "include_all_metadata")) for m in newest_first]
    return {"messages": shown, "pin_count": 0} | more


def _replies(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel_with_bot(args.get("channel"))
    try:
        message = workspace.find(channel, args.get("ts"))
    except Refused:
        raise Refused("thread_not_found") from None
    part, more = page(between(workspace.replies(message), args), args, 1000)
    first = [] if args.get("cursor") else [message]  # always on the first page, whatever the bounds
    shown = [workspace.shown(m, metadata=flag(args, "include_all_metadata")) for m in first + part]
    return {"messages": shown} | more


# ---- reactions
def _emoji(args: Args) -> str:
    name = str(args.get("name") or "").strip(":")
    if not name:
        raise Refused("invalid_name")
    return name


def _react(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel_with_bot(args.get("channel"))
    workspace.react(BOT_USER, channel, args.get("timestamp"), _emoji(args))
    return {}


def _unreact(workspace: Workspace, args: Args) -> Json:
    channel = workspace.channel_with_bot(args.get("channel"))
    workspace.unreact(BOT_USER, channel, args.get("timestamp"), _emoji(args))
    return {}


def _reactions(workspace: Workspace, args: Args) -> Json:
    message = workspace.find(workspace.channel_with_bot(args.get("channel")), args.get("timestamp"))
    return {"type": "message", "channel": message.channel, "message": workspace.shown(message)}


METHODS: dict[str, Callable[[Workspace, Args], Json]] = {
    **DIRECTORY,
    **VIEWS,
    "chat.postMessage": _post,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.getPermalink": _permalink,
    "chat.unfurl": _unfurl,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "reactions.add": _react,
    "reactions.remove": _unreact,
    "reactions.get": _reactions,
}
