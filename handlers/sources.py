"""/source: what posts come from, managed by admins."""

import unicodedata
from typing import Any, cast

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.desk import Desk
from bot.errors import NotReady, WrongUse
from bot.source import Kind, State
from handlers.errors import reply_to
from handlers.lookup import BESIDE, REPLACE
from handlers.messages import about, blocks
from handlers.messages import sources as messages
from handlers.messages.blocks import Message
from handlers.messages.home import Part, Visit
from handlers.people import People
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
_STATES: dict[str, State] = {"pause": "paused", "resume": "active", "remove": "removed"}
SLOW = ("add", "poll")


def source(ack: Ack, command: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """Answer `/source` with every source and its health; change one where an admin asks. What takes longer is only
    begun: `follow` ends it."""
    verb, rest = _parsed(command.get("text") or "")
    if verb == "help":
        ack(**about.command_help("/source"))
    elif verb == "list":
        ack(**messages.listing(desk.sources(), desk.zone, manages=_manages(command["user_id"], people)))
    elif verb == "held":
        number = _number(rest) if rest else None
        ack(**messages.asides(desk.asides(number), desk.source(number) if number else None, desk.zone))
    else:
        people.must(command["user_id"], "manage")
        if verb == "add" and not rest:
            client.views_open(trigger_id=command["trigger_id"], view=messages.form(command["channel_id"]))
            ack()
        elif verb in SLOW:
            ack(**about.working("ソースを確認しています"))
        else:
            ack(**_changed(verb, _number(rest), desk))


def follow(command: dict[str, Any], respond: Respond, *, desk: Desk, sender: Sender) -> None:
    """After the acknowledgement of `/source 追加` and `/source 確認`: look, and say what was found."""
    verb, rest = _parsed(command.get("text") or "")
    if verb in SLOW and rest:
        respond(**(_added(*_what(rest), command["user_id"], desk) if verb == "add" else _polled(_number(rest), desk)))
        sender.deliver()


def press(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People) -> None:
    """停止, 再開, 削除 or もう一度取り込む was pressed."""
    people.must(body["user"]["id"], "manage")
    verb = action["action_id"].removeprefix("source_")
    changed = _changed(verb, blocks.value_of(action)["source"], desk)
    if not _at_home(body):  # it is published again by itself
        respond(**changed, **BESIDE)


def poll(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People, sender: Sender
) -> None:
    """今すぐ確認 was pressed."""
    people.must(body["user"]["id"], "manage")
    respond(**about.working("ソースを確認しています"), **BESIDE)
    respond(**_polled(blocks.value_of(action)["source"], desk), **BESIDE)
    sender.deliver()


def page(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People) -> None:
    """前へ or 次へ under the list."""
    manages = _manages(body["user"]["id"], people)
    at = blocks.value_of(action)["at"]
    respond(**messages.listing(desk.sources(), desk.zone, at=at, manages=manages), **REPLACE)


def ask(body: dict[str, Any], client: WebClient, *, people: People) -> None:
    """追加 was pressed: the modal opens."""
    people.must(body["user"]["id"], "manage")
    channel = (body.get("channel") or {}).get("id", "")
    client.views_open(trigger_id=body["trigger_id"], view=messages.form(channel))


def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any], *, people: People) -> None:
    """The modal was sent: what is no address is said in it at once."""
    people.must(body["user"]["id"], "manage")
    url, _ = _filled_in(view)
    if "://" not in url:
        ack(response_action="errors", errors={"url": "https:// で始まるURLを入力してください。"})
        return
    ack()


def add(body: dict[str, Any], view: dict[str, Any], client: WebClient, *, desk: Desk, sender: Sender) -> None:
    """After the modal was sent: add the source and tell the person what was found, where they asked or in private."""
    url, kind = _filled_in(view)
    if "://" not in url:
        return
    user, channel = body["user"]["id"], view.get("private_metadata")
    try:
        answer = _added(url, kind, user, desk)
    except Exception as e:
        answer = reply_to(e)
    if channel:
        client.chat_postEphemeral(channel=channel, user=user, **answer)
    else:
        client.chat_postMessage(channel=client.conversations_open(users=user)["channel"]["id"], **answer)
    sender.deliver()


def section(desk: Desk, visit: Visit) -> Part:
    """The sources on an admin's Home."""
    every = desk.sources()
    rows = tuple(messages.row(s, desk.zone) for s in every[visit.at : visit.at + visit.limit])
    add = blocks.actions(blocks.button("追加", "source_add", style="primary"))
    return Part(rows, len(every), "ソースはまだありません。", (add,))


def _manages(user: str, people: People) -> bool:
    try:
        return people.may(user, "manage")
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


def _changed(verb: str, number: int, desk: Desk) -> Message:
    if verb == "retry":
        return messages.retried(desk.source(number), desk.retry_asides(number))
    return messages.turned(desk.turn_source(number, _STATES[verb]))


def _added(where: str, kind: Kind | None, user: str, desk: Desk) -> Message:
    added, new = desk.add_source(where, kind, by=user)
    if not new:
        return messages.added(added, None, desk.zone)
    try:
        _, poll = desk.poll_source(added.id)
    except NotReady:  # a clock was faster; it tells the person what it finds
        return messages.begun(added)
    return messages.added(desk.source(added.id), poll, desk.zone)


def _polled(number: int, desk: Desk) -> Message:
    _, poll = desk.poll_source(number)
    return messages.looked(desk.source(number), poll, desk.zone)


def _filled_in(view: dict[str, Any]) -> tuple[str, Kind | None]:
    values = view["state"]["values"]
    kind = values["kind"]["kind"]["selected_option"]["value"]
    return (values["url"]["url"]["value"] or "").strip(), None if kind == "auto" else cast("Kind", kind)


def _at_home(body: dict[str, Any]) -> bool:
    return (body.get("view") or {}).get("type") == "home"
