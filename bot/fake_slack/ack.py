"""Answers of an app outside the Web API, and what Slack then shows: acks of commands and views, and response_urls."""

import json
from dataclasses import replace
from datetime import timedelta

from slack_bolt import BoltResponse

from bot.fake_slack.api_arguments import content, flag, metadata
from bot.fake_slack.api_views import new_view
from bot.fake_slack.workspace import (
    BOT_ID,
    BOT_USER,
    SLACKBOT,
    Json,
    Refused,
    ResponseUrl,
    Workspace,
)


def ack_of_command(workspace: Workspace, user: str, channel: str, name: str, response: BoltResponse) -> None:
    """Show the content of the ack; if the app failed, Slackbot tells the person."""
    body = _body_of(response)
    try:
        if response.status != 200:
            raise Refused("dispatch_failed")
        if body:
            _say(workspace, user, channel, body)
    except Refused as refused:
        text = f'{name} failed with the error "{refused.error}"'
        workspace.post(channel, SLACKBOT, text=text, ephemeral_to=user)


def ack_of_view(workspace: Workspace, user: str, view: Json, response: BoltResponse) -> None:
    """Apply the ack to the submitted modal: close it or all of them, update it, push one on top, or keep it."""
    body = _body_of(response)
    action = body.get("response_action")
    stack = workspace.open_views.get(user, [])
    if response.status != 200 or action == "errors":
        return
    if action == "clear":
        stack.clear()
    elif action == "update":
        new_view(workspace, body["view"], instead_of=view)
    elif action == "push":
        stack.append(new_view(workspace, body["view"], above=view)["id"])
    elif view["id"] in stack:
        stack.remove(view["id"])


def _body_of(response: BoltResponse) -> Json:
    if not response.body:
        return {}
    try:
        decoded = json.loads(response.body)
    except ValueError:
        decoded = None
    return decoded if isinstance(decoded, dict) else {"text": response.body}


def post_back(workspace: Workspace, key: str, body: Json) -> tuple[int, str]:
    """Apply a post to a response_url; return the HTTP status and the body of the answer."""
    back = workspace.response_urls.get(key)
    if back is None:
        return _refusal("invalid_url")
    if workspace.now() - back.made_at > timedelta(minutes=30):
        return _refusal("expired_url")
    if back.uses == 5:
        return _refusal("used_url")
    back.uses += 1
    try:
        _apply(workspace, back, body)
    except Refused as refused:
        return _refusal(refused.error)
    return 200, "ok"


def _refusal(error: str) -> tuple[int, str]:
    return 404, json.dumps({"ok": False, "error": error})


def _apply(workspace: Workspace, back: ResponseUrl, body: Json) -> None:
    # A command's response_url has no original: Slack posts a new message whatever replace_original says
    # (slackapi/bolt-python#1268, slackapi/bolt-js#2287).
    if back.origin is not None and flag(body, "delete_original"):
        workspace.keep(replace(workspace.on_screen(back.origin), deleted=True))
    elif back.origin is not None and flag(body, "replace_original"):
        original = workspace.on_screen(back.origin)
        workspace.keep(replace(original, edited_ts=workspace.next_ts(), **content(body)))
    else:
        _say(workspace, back.user, back.channel, body)


def _say(workspace: Workspace, user: str, channel: str, body: Json) -> None:
    workspace.post(
        channel,
        BOT_USER,
        bot_id=BOT_ID,
        ephemeral_to=None if body.get("response_type") == "in_channel" else user,
        thread_ts=body.get("thread_ts") or None,
        metadata=metadata(body),
        **content(body),
    )
