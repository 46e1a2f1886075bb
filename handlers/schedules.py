"""Planning digests: the modal, the menu beside each schedule, and what becomes of both."""

import logging
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk import Desk
from bot.desk.schedules import Planned, Unplanned
from bot.digest import Plan, plan_of
from handlers.lookup import BESIDE
from handlers.messages import blocks, modal, schedules
from handlers.messages.blocks import Message
from handlers.messages.home import Part, Visit
from handlers.people import People

log = logging.getLogger(__name__)


def open_form(client: WebClient, trigger_id: str, desk: Desk, channel: str, number: int | None) -> None:
    """Open the modal for a new schedule, or for the one of a number. Raises NotFound."""
    plan = desk.new_plan(channel) if number is None else plan_of(desk.schedule_of(number))
    client.views_open(trigger_id=trigger_id, view=_form(plan, number, desk))


def section(desk: Desk, visit: Visit) -> Part:
    """The schedules on an admin's Home, each with its menu."""
    planned, names = desk.schedules(), desk.store.source_names()
    rows = tuple((schedules.row(each, names),) for each in planned[visit.at : visit.at + visit.limit])
    add = blocks.actions(blocks.button("予定を追加", schedules.NEW))
    return Part(rows, len(planned), "ダイジェストの予定はまだありません。", below=(add,))


def new(body: dict[str, Any], client: WebClient, *, desk: Desk, people: People) -> None:
    """「予定を追加」 was pressed, in a list or on the Home."""
    people.must(body["user"]["id"], "manage")
    channel = (body.get("channel") or {}).get("id") or desk.settings.kawaraban_digest_channel
    open_form(client, body["trigger_id"], desk, channel, None)


def replan(body: dict[str, Any], client: WebClient, *, desk: Desk) -> None:
    """Something in the modal changed: show the next times that it means now."""
    plan, number = schedules.plan_of_view(body["view"])
    try:
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=_form(plan, number, desk))
    except SlackApiError as e:
        if e.response.get("error") not in ("hash_conflict", "not_found"):  # the person was faster, or is gone
            raise


def submit(
    ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, *, desk: Desk, people: People
) -> None:
    """The modal was sent: the schedule is made or changed, or each field says what is wrong with it."""
    user = body["user"]["id"]
    people.must(user, "manage")
    plan, number = schedules.plan_of_view(view)
    try:
        planned = desk.put_plan(plan, user, number)
    except Unplanned as e:
        ack(response_action="errors", errors=dict(e.faults))
        return
    what = "変更" if number else "登録"
    said = schedules.done(planned, what, invited=_is_there(client, planned.schedule.channel))
    ack(response_action="update", view=modal.of_message(said))


def menu(
    action: dict[str, Any], body: dict[str, Any], respond: Respond, client: WebClient, *, desk: Desk, people: People
) -> None:
    """Something was chosen from the menu beside a schedule."""
    people.must(body["user"]["id"], "manage")
    value = blocks.value_of(action)
    number, do = value["schedule"], value["do"]
    if do == "change":
        open_form(client, body["trigger_id"], desk, "", number)
    elif do == "remove":
        respond(**schedules.sure(desk.schedule_of(number), desk.store.source_names()), **BESIDE)
    else:
        respond(**(paused if do == "pause" else resumed)(desk, number), **BESIDE)


def remove(action: dict[str, Any], body: dict[str, Any], respond: Respond, *, desk: Desk, people: People) -> None:
    """「削除する」 was pressed."""
    people.must(body["user"]["id"], "manage")
    gone = desk.remove_schedule(blocks.value_of(action)["schedule"])
    respond(**schedules.removed(gone), replace_original=True)


def paused(desk: Desk, number: int) -> Message:
    """Stop a schedule: what is said of it. Raises NotFound."""
    planned, changed = desk.pause_schedule(number)
    return schedules.done(planned, "停止") if changed else schedules.unchanged(planned)


def resumed(desk: Desk, number: int) -> Message:
    """Let a schedule go on: what is said of it. Raises NotFound."""
    planned, changed = desk.resume_schedule(number)
    return schedules.done(planned, "再開") if changed else schedules.unchanged(planned)


def _form(plan: Plan, number: int | None, desk: Desk) -> blocks.Block:
    following: Planned | str
    try:
        following = desk.read_plan(plan, number)
    except Unplanned as e:
        following = str(e)
    return schedules.form(plan, number, following, desk.store.source_names())


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
