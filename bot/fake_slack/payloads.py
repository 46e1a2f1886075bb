"""The payloads that Slack sends when a person acts, as Slack writes them, and their signature."""

import json
import re
import time
from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from slack_bolt import BoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.fake_slack.workspace import (
    APP,
    BOT_USER,
    DOMAIN,
    TEAM,
    Json,
    SlackMessage,
    Workspace,
)

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_TOKEN = "verification-token-nobody-checks"
# Text that stays (a mention, a link with its label), and URLs that become links, without trailing punctuation.
# Captured, so that `split` returns them at the odd positions.
_ENDS = r"\s<>|、。「」『』（）"
_LINKED = re.compile(rf"(<[@#!][^<>\s]+>|<(?:https?|mailto):[^<>]+>|https?://[^{_ENDS}]*[^{_ENDS}.,;:!?)])")


def headers(body: str, secret: str, content_type: str = FORM, timestamp: int | None = None) -> dict[str, str]:
    """The headers Slack sends with the body, signed with the secret at the given time (now, by the real clock, by
    default)."""
    at = int(time.time()) if timestamp is None else timestamp
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(at), body=body)
    return {"Content-Type": content_type, "X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": signature or ""}


def signed(body: str, secret: str, content_type: str = FORM, timestamp: int | None = None) -> BoltRequest:
    """The request Bolt gets for the body. A wrong secret or an old timestamp makes one that Bolt must reject."""
    return BoltRequest(body=body, headers=dict(headers(body, secret, content_type, timestamp)))


def typed(text: str) -> str:
    """A typed message as Slack stores it: `&`, `<`, `>` escaped, URLs as `<https://…>`.

    Text that already is `<…>` (a mention, a link with its label) stays.
    """
    parts = _LINKED.split(text)
    return "".join(_escaped(part) if number % 2 == 0 else _linked(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"&(?!(?:amp|lt|gt);)", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _linked(part: str) -> str:
    return part if part.startswith("<") else f"<{_escaped(part)}>"


def links(text: str) -> list[str]:
    """The URLs in the text of a message, unescaped."""
    return [found.replace("&amp;", "&") for found in re.findall(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>", text)]


# ---- events
def event(workspace: Workspace, inner: Json) -> str:
    """The body of an event: its envelope, with a new event_id."""
    return json.dumps(
        {
            "token": _TOKEN,
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": inner,
            "type": "event_callback",
            "event_id": workspace.next_id("Ev"),
            "event_time": int(float(inner["event_ts"])),
            "authorizations": [_authorization()],
            "is_ext_shared_channel": False,
            "event_context": workspace.next_id("4-"),
        },
        ensure_ascii=False,
    )


def _authorization() -> Json:
    who = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER}
    return who | {"is_bot": True, "is_enterprise_install": False}


def _channel_type(workspace: Workspace, channel: str) -> str:
    return "im" if channel in workspace.direct else "channel"


def message(workspace: Workspace, said: SlackMessage) -> Json:
    """The `message` event for a new message."""
    place = {"channel": said.channel, "channel_type": _channel_type(workspace, said.channel), "event_ts": said.ts}
    return workspace.shown(said) | place | ({} if said.bot_id else {"client_msg_id": workspace.next_id("client-")})


def of_message(workspace: Workspace, said: SlackMessage, unfurl_domains: Collection[str]) -> list[Json]:
    """All events for a new message: `message`, `app_mention` for the bot, `link_shared` for its unfurl domains."""
    own = [url for url in links(said.text) if _under(url.split("/")[2], unfurl_domains)]
    mentions = [app_mention(workspace, said)] if f"<@{BOT_USER}>" in said.text else []
    shared = [link_shared(workspace, said, own)] if own else []
    return [message(workspace, said), *mentions, *shared]


def _under(host: str, domains: Collection[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def app_mention(workspace: Workspace, said: SlackMessage) -> Json:
    """The `app_mention` event that accompanies `message` if the bot is mentioned."""
    return workspace.shown(said) | {"type": "app_mention", "channel": said.channel, "event_ts": said.ts}


def link_shared(workspace: Workspace, said: SlackMessage, urls: Sequence[str]) -> Json:
    """The `link_shared` event for the links of a message under the app's unfurl domains."""
    shared = [{"domain": url.split("/")[2], "url": url} for url in urls]
    thread = {"thread_ts": said.thread_ts} if said.thread_ts else {}
    known = {"unfurl_id": f"{said.channel}.{said.ts}", "source": "conversations_history", "is_bot_user_member": True}
    place = {"channel": said.channel, "user": said.user, "message_ts": said.ts, "event_ts": workspace.next_ts()}
    return {"type": "link_shared", "links": shared} | place | known | thread


def message_altered(workspace: Workspace, before: SlackMessage, after: SlackMessage | None) -> Json:
    """The `message` event for an edited message, or a deleted one if `after` is None."""
    ts = workspace.next_ts()
    place = {"channel": before.channel, "channel_type": _channel_type(workspace, before.channel), "hidden": True}
    body: Json = {"type": "message", "ts": ts, "event_ts": ts, "previous_message": workspace.shown(before)} | place
    if after is None:
        return body | {"subtype": "message_deleted", "deleted_ts": before.ts}
    return body | {"subtype": "message_changed", "message": workspace.shown(after)}


def reaction(workspace: Workspace, kind: str, user: str, on: SlackMessage, emoji: str) -> Json:
    """The `reaction_added` or `reaction_removed` event."""
    item = {"type": "message", "channel": on.channel, "ts": on.ts}
    who = {"user": user, "reaction": emoji, "item": item, "item_user": on.user}
    return {"type": kind, "event_ts": workspace.next_ts()} | who


def member(workspace: Workspace, kind: str, user: str, channel: str) -> Json:
    """The `member_joined_channel` or `member_left_channel` event."""
    place = {"channel": channel, "channel_type": "C", "team": TEAM}
    return {"type": kind, "user": user, "event_ts": workspace.next_ts()} | place


def app_home_opened(workspace: Workspace, user: str, tab: str) -> Json:
    """The `app_home_opened` event; its tab is home or messages."""
    where = {"user": user, "channel": workspace.direct_channel(user), "tab": tab, "event_ts": workspace.next_ts()}
    published = {"view": workspace.views[workspace.homes[user]]} if user in workspace.homes else {}
    return {"type": "app_home_opened"} | where | published


# ---- commands and interactions
def command(workspace: Workspace, user: str, channel: str, line: str) -> str:
    """The body of a slash command typed as `line`, such as `/summary 12`."""
    name, _, text = line.partition(" ")
    where = {"channel_id": channel, "channel_name": workspace.channel_name(channel)}
    who = {"user_id": user, "user_name": workspace.people[user], "team_id": TEAM, "team_domain": DOMAIN}
    what = {"token": _TOKEN, "command": name, "text": text.strip(), "api_app_id": APP, "is_enterprise_install": "false"}
    back = {
        "response_url": workspace.response_url("commands", user, channel, None),
        "trigger_id": workspace.trigger(user),
    }
    return urlencode(what | where | who | back)


def _interaction(workspace: Workspace, kind: str, user: str, more: Json) -> str:
    name = workspace.people[user]
    who = {"id": user, "username": name, "name": name, "team_id": TEAM}
    body = {"type": kind, "user": who, "team": {"id": TEAM, "domain": DOMAIN}, "api_app_id": APP, "token": _TOKEN}
    rest = {"trigger_id": workspace.trigger(user), "enterprise": None, "is_enterprise_install": False}
    return urlencode({"payload": json.dumps(body | rest | more, ensure_ascii=False)})


def message_actions(workspace: Workspace, user: str, on: SlackMessage, action: Json) -> str:
    """`block_actions` for a control of a message; for an ephemeral one Slack sends only its position, not its
    content."""
    place = {"type": "message", "message_ts": on.ts, "channel_id": on.channel, "is_ephemeral": bool(on.ephemeral_to)}
    body: Json = {
        "container": place | ({"thread_ts": on.thread_ts} if on.thread_ts else {}),
        "channel": {"id": on.channel, "name": workspace.channel_name(on.channel)},
        "state": {"values": {}},
        "response_url": workspace.response_url("actions", user, on.channel, on),
        "actions": [action | {"action_ts": workspace.next_ts()}],
    }
    shown = {} if on.ephemeral_to else {"message": workspace.shown(on)}
    return _interaction(workspace, "block_actions", user, body | shown)


def view_actions(workspace: Workspace, user: str, view: Json, action: Json) -> str:
    """`block_actions` for a control of a modal or of the App Home."""
    container = {"type": "view", "view_id": view["id"]}
    filled = view["state"]["values"].setdefault(action["block_id"], {}) if action["type"] != "button" else {}
    filled[action["action_id"]] = {key: value for key, value in action.items() if not key.endswith("_id")}
    body = {"container": container, "view": view, "actions": [action | {"action_ts": workspace.next_ts()}]}
    return _interaction(workspace, "block_actions", user, body)


def view_submission(workspace: Workspace, user: str, view: Json) -> str:
    """`view_submission` for a filled-in modal."""
    return _interaction(workspace, "view_submission", user, {"view": view, "response_urls": []})


def shortcut(workspace: Workspace, user: str, callback_id: str, on: SlackMessage | None) -> str:
    """A shortcut: `message_action` on a message, otherwise a global `shortcut`."""
    body: Json = {"callback_id": callback_id, "action_ts": workspace.next_ts()}
    if on is None:
        return _interaction(workspace, "shortcut", user, body)
    body |= {"channel": {"id": on.channel, "name": workspace.channel_name(on.channel)}, "message_ts": on.ts}
    body |= {"message": workspace.shown(on), "response_url": workspace.response_url("actions", user, on.channel, on)}
    return _interaction(workspace, "message_action", user, body)
