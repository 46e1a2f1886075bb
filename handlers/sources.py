"""/source: what posts come from, managed by admins."""

import unicodedata
from typing import Any, cast

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk.sources import Sources
from bot.domain.sources import Kind, SourceState
from bot.errors import NotReady, WrongUse
from handlers.errors import reply_to
from handlers.messages import blocks, help
from handlers.messages import sources as messages
from handlers.messages.blocks import Message
from handlers.messages.home import Part, Visit
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL, IN_PLACE
from handlers.sender import Sender

_VERBS = {
    **dict.fromkeys(("追加", "add"), "add"),
    **dict.fromkeys(("停止", "pause"), "pause"),
    **dict.fromkeys(("再開", "resume"), "resume"),
    **dict.fromkeys(("削除", "remove"), "remove"),
    **dict.fromkeys(("確認", "poll"), "poll"),
    **dict.fromkeys(("保留", "held"), "held"),
    **dict.fromkeys(("再試行", "retry"), "retry"),
    **dict.fromkeys(("一覧", "list"), "list"),
}
_KINDS: dict[str, Kind] = {
    "フィード": "feed", "feed": "feed", "git": "git", "ページ": "page", "page": "page"
}  # fmt: skip
_STATES: dict[str, SourceState] = {"pause": "paused", "resume": "active", "remove": "removed"}
SLOW = ("add", "poll")


def source(ack: Ack, command: dict[str, Any], client: WebClient, *, sources: Sources, permissions: Permissions) -> None:
    """Answer `/source` with every source and its health; change one where an admin asks. What takes longer is only
    begun: `follow` ends it."""
    verb, rest = _parsed(command.get("text") or "")
    if verb == "help":
        ack(**help.command_help("/source"))
    elif verb == "list":
        ack(**messages.listing(sources.all(), sources.zone, manages=_manages(command["user_id"], permissions)))
    elif verb == "held":
        number = _number(rest) if rest else None
        ack(**messages.asides(sources.rejected(number), sources.get(number) if number else None, sources.zone))
    else:
        permissions.must(command["user_id"], "manage")
        if verb == "add" and not rest:
            client.views_open(trigger_id=command["trigger_id"], view=messages.form(command["channel_id"]))
            ack()
        elif verb in SLOW:
            ack(**help.working("ソースを確認しています"))
        else:
            ack(**_changed(verb, _number(rest), sources))


def follow(command: dict[str, Any], respond: Respond, *, sources: Sources, sender: Sender) -> None:
    """After the acknowledgement of `/source 追加` and `/source 確認`: look, and say what was found."""
    verb, rest = _parsed(command.get("text") or "")
    if verb in SLOW and rest:
        respond(
            **(_added(*_what(rest), command["user_id"], sources) if verb == "add" else _polled(_number(rest), sources))
        )
        sender.deliver()


def press(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, sources: Sources, permissions: Permissions
) -> None:
    """停止, 再開, 削除 or もう一度取り込む was pressed."""
    permissions.must(body["user"]["id"], "manage")
    verb = action["action_id"].removeprefix("source_")
    changed = _changed(verb, blocks.value_of(action)["source"], sources)
    if not _at_home(body):  # it is published again by itself
        respond(**changed, **EPHEMERAL)


def poll(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    *,
    sources: Sources,
    permissions: Permissions,
    sender: Sender,
) -> None:
    """今すぐ確認 was pressed."""
    permissions.must(body["user"]["id"], "manage")
    respond(**help.working("ソースを確認しています"), **EPHEMERAL)
    respond(**_polled(blocks.value_of(action)["source"], sources), **EPHEMERAL)
    sender.deliver()


def page(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, sources: Sources, permissions: Permissions
) -> None:
    """前へ or 次へ under the list."""
    manages = _manages(body["user"]["id"], permissions)
    at = blocks.value_of(action)["at"]
    respond(**messages.listing(sources.all(), sources.zone, at=at, manages=manages), **IN_PLACE)


def ask(body: dict[str, Any], client: WebClient, *, permissions: Permissions) -> None:
    """追加 was pressed: the modal opens."""
    permissions.must(body["user"]["id"], "manage")
    channel = (body.get("channel") or {}).get("id", "")
    client.views_open(trigger_id=body["trigger_id"], view=messages.form(channel))


def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any], *, permissions: Permissions) -> None:
    """The modal was sent: what is no address is said in it at once."""
    permissions.must(body["user"]["id"], "manage")
    url, _ = _filled_in(view)
    if "://" not in url:
        ack(response_action="errors", errors={"url": "https:// で始まるURLを入力してください。"})
        return
    ack()


def add(body: dict[str, Any], view: dict[str, Any], client: WebClient, *, sources: Sources, sender: Sender) -> None:
    """After the modal was sent: add the source and tell the person what was found, where they asked or in private."""
    url, kind = _filled_in(view)
    if "://" not in url:
        return
    user, channel = body["user"]["id"], view.get("private_metadata")
    try:
        answer = _added(url, kind, user, sources)
    except Exception as e:
        answer = reply_to(e)
    if channel:
        client.chat_postEphemeral(channel=channel, user=user, **answer)
    else:
        client.chat_postMessage(channel=client.conversations_open(users=user)["channel"]["id"], **answer)
    sender.deliver()


def section(sources: Sources, visit: Visit) -> Part:
    """The sources on an admin's Home."""
    every = sources.all()
    rows = tuple(messages.row(s, sources.zone) for s in every[visit.at : visit.at + visit.limit])
    add = blocks.actions(blocks.button("追加", "source_add", style="primary"))
    return Part(rows, len(every), "ソースはまだありません。", (add,))


def _manages(user: str, permissions: Permissions) -> bool:
    try:
        return permissions.may(user, "manage")
    except NotReady:  # Slack cannot be asked: the list comes without buttons
        return False


def _parsed(text: str) -> tuple[str, str]:
    """The verb and what follows it, as it was typed."""
    first, _, rest = text.replace("\u3000", " ").strip().partition(" ")
    word = unicodedata.normalize("NFKC", first).lower()
    if word in ("ヘルプ", "help", "?"):
        return "help", ""
    if not word:
        return "list", ""
    if word not in _VERBS:
        raise WrongUse(f"「{first}」は使えません。「/source ヘルプ」で使い方を確認できます。")
    return _VERBS[word], rest.strip()


def _what(rest: str) -> tuple[str, Kind | None]:
    """The address, and the kind where one was named after it."""
    where, _, kind = rest.partition(" ")
    named = unicodedata.normalize("NFKC", kind).strip().lower()
    if named and named not in _KINDS:
        raise WrongUse(f"種類「{kind.strip()}」は使えません。フィード、git、ページのいずれかを指定してください。")
    return where.strip("<>").partition("|")[0], _KINDS.get(named)


def _number(rest: str) -> int:
    digits = unicodedata.normalize("NFKC", rest).strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise WrongUse("ソースの番号を指定してください。番号は「/source」で確認できます。例: /source 停止 3")
    return int(digits)


def _changed(verb: str, number: int, sources: Sources) -> Message:
    if verb == "retry":
        return messages.retried(sources.get(number), sources.retry_rejected(number))
    return messages.turned(sources.set_state(number, _STATES[verb]))


def _added(where: str, kind: Kind | None, user: str, sources: Sources) -> Message:
    added, new = sources.add(where, kind, by=user)
    if not new:
        return messages.added(added, None, sources.zone)
    try:
        _, poll = sources.poll_now(added.id)
    except NotReady:  # a clock was faster; it tells the person what it finds
        return messages.begun(added)
    return messages.added(sources.get(added.id), poll, sources.zone)


def _polled(number: int, sources: Sources) -> Message:
    _, poll = sources.poll_now(number)
    return messages.looked(sources.get(number), poll, sources.zone)


def _filled_in(view: dict[str, Any]) -> tuple[str, Kind | None]:
    values = view["state"]["values"]
    kind = values["kind"]["kind"]["selected_option"]["value"]
    return (values["url"]["url"]["value"] or "").strip(), None if kind == "auto" else cast("Kind", kind)


def _at_home(body: dict[str, Any]) -> bool:
    return (body.get("view") or {}).get("type") == "home"
