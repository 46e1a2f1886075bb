"""Planning digests: the modal, the menu beside each schedule, and what becomes of both."""

import logging
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk.schedules import Planned, Schedules, Unplanned
from bot.domain.digests import ScheduleForm, form_of
from handlers.messages import blocks, modal
from handlers.messages import schedules as schedules_messages
from handlers.messages.blocks import Message
from handlers.messages.home import Part, Visit
from handlers.permissions import Permissions
from handlers.replies import EPHEMERAL

log = logging.getLogger(__name__)


def open_form(client: WebClient, trigger_id: str, schedules: Schedules, channel: str, number: int | None) -> None:
    """Open the modal for a new schedule, or for the one of a number. Raises NotFound."""
    plan = schedules.new_form(channel) if number is None else form_of(schedules.get(number))
    client.views_open(trigger_id=trigger_id, view=_form(plan, number, schedules))


def section(schedules: Schedules, visit: Visit) -> Part:
    """The schedules on an admin's Home, each with its menu."""
    planned, names = schedules.all(), schedules.source_names()
    rows = tuple((schedules_messages.row(each, names),) for each in planned[visit.at : visit.at + visit.limit])
    add = blocks.actions(blocks.button("予定を追加", schedules_messages.NEW))
    return Part(rows, len(planned), "ダイジェストの予定はまだありません。", below=(add,))


def new(body: dict[str, Any], client: WebClient, *, schedules: Schedules, permissions: Permissions) -> None:
    """「予定を追加」 was pressed, in a list or on the Home."""
    permissions.must(body["user"]["id"], "manage")
    channel = (body.get("channel") or {}).get("id") or schedules.settings.digest_channel
    open_form(client, body["trigger_id"], schedules, channel, None)


def replan(body: dict[str, Any], client: WebClient, *, schedules: Schedules) -> None:
    """Something in the modal changed: show the next times that it means now."""
    plan, number = schedules_messages.plan_of_view(body["view"])
    try:
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=_form(plan, number, schedules))
    except SlackApiError as e:
        if e.response.get("error") not in ("hash_conflict", "not_found"):  # the person was faster, or is gone
            raise


def submit(
    ack: Ack,
    body: dict[str, Any],
    view: dict[str, Any],
    client: WebClient,
    *,
    schedules: Schedules,
    permissions: Permissions,
) -> None:
    """The modal was sent: the schedule is made or changed, or each field says what is wrong with it."""
    user = body["user"]["id"]
    permissions.must(user, "manage")
    plan, number = schedules_messages.plan_of_view(view)
    try:
        planned = schedules.save(plan, user, number)
    except Unplanned as e:
        ack(response_action="errors", errors=dict(e.faults))
        return
    what = "変更" if number else "登録"
    said = schedules_messages.done(planned, what, invited=_is_there(client, planned.schedule.channel))
    ack(response_action="update", view=modal.of_message(said))


def menu(
    action: dict[str, Any],
    body: dict[str, Any],
    respond: Respond,
    client: WebClient,
    *,
    schedules: Schedules,
    permissions: Permissions,
) -> None:
    """Something was chosen from the menu beside a schedule."""
    permissions.must(body["user"]["id"], "manage")
    value = blocks.value_of(action)
    number, do = value["schedule"], value["do"]
    if do == "change":
        open_form(client, body["trigger_id"], schedules, "", number)
    elif do == "remove":
        respond(**schedules_messages.sure(schedules.get(number), schedules.source_names()), **EPHEMERAL)
    else:
        respond(**(paused(schedules, number) if do == "pause" else resumed(schedules, number)), **EPHEMERAL)


def remove(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, *, schedules: Schedules, permissions: Permissions
) -> None:
    """「削除する」 was pressed."""
    permissions.must(body["user"]["id"], "manage")
    gone = schedules.remove(blocks.value_of(action)["schedule"])
    respond(**schedules_messages.removed(gone), replace_original=True)


def paused(schedules: Schedules, number: int) -> Message:
    """Stop a schedule: what is said of it. Raises NotFound."""
    planned, changed = schedules.pause(number)
    return schedules_messages.done(planned, "停止") if changed else schedules_messages.unchanged(planned)


def resumed(schedules: Schedules, number: int) -> Message:
    """Let a schedule go on: what is said of it. Raises NotFound."""
    planned, changed = schedules.resume(number)
    return schedules_messages.done(planned, "再開") if changed else schedules_messages.unchanged(planned)


def _form(plan: ScheduleForm, number: int | None, schedules: Schedules) -> blocks.Block:
    following: Planned | str
    try:
        following = schedules.parse(plan, number)
    except Unplanned as e:
        following = str(e)
    return schedules_messages.form(plan, number, following, schedules.source_names())


def _is_there(client: WebClient, channel: str) -> bool:
    """Whether the bot is in the channel; where Slack does not say, it is taken to be."""
    try:
        told: dict[str, Any] = client.conversations_info(channel=channel)["channel"]
        return bool(told.get("is_member", True))
    except SlackApiError as e:
        return bool(e.response.get("error") != "channel_not_found")
    except (SlackClientError, OSError) as e:
        log.info("conversations.info for %s: %s", channel, e)
        return True
