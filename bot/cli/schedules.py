"""Schedules of digests, made and changed from a shell."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from bot.cli import Json, answering, opened, out, output
from bot.cli.output import emit
from bot.desk import Desk
from bot.desk.schedules import Planned
from bot.domain.digests import ScheduleForm, form_of
from bot.errors import NotReady

Number = Annotated[int, typer.Argument(help="The schedule's number, as `digest list` shows it.", min=1)]
Times = Annotated[str | None, typer.Option("--at", help='Times of day: "8:00", "8:00 17:30".')]
Days = Annotated[str | None, typer.Option(help="Weekdays: 毎日, 平日, 月-金, mon,wed.")]
Zone = Annotated[str | None, typer.Option(help="Time zone, such as Asia/Tokyo.")]
Limit = Annotated[int | None, typer.Option(help="Entries at the most.")]
AIOnly = Annotated[bool | None, typer.Option("--ai-only/--all", help="AI articles alone, or all.")]
Holidays = Annotated[bool | None, typer.Option("--holidays/--no-holidays", help="On Japan's public holidays too.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Posts with one of these tags.")]
Sources = Annotated[list[int] | None, typer.Option("--source", help="Posts of one of these sources, by number.")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="Posts of one of these categories.")]
Quiet = Annotated[str | None, typer.Option(help='On a day with nothing: "line" or "nothing".')]
Draft = Annotated[int | None, typer.Option(help="Minutes before, when a draft is shown first; 0: none.")]
Name = Annotated[str | None, typer.Option(help="What the digest is called.")]


@answering
def list_(as_json: Json = False) -> None:
    """Every schedule with its number and next times."""
    with opened() as desk:
        planned, names = desk.schedules.all(), desk.schedules.source_names()
        if as_json:
            for each in planned:
                emit(output.schedule(each))
        else:
            output.print_schedules(out, planned, names)


@answering
def add(
    channel: Annotated[str, typer.Option("--channel", help="The channel's id; the newsroom's own by default.")] = "",
    change: Annotated[int | None, typer.Option(help="Change the schedule of this number instead.")] = None,
    at: Times = None,
    days: Days = None,
    zone: Zone = None,
    limit: Limit = None,
    ai_only: AIOnly = None,
    holidays: Holidays = None,
    tags: Tags = None,
    sources: Sources = None,
    categories: Categories = None,
    quiet: Quiet = None,
    draft: Draft = None,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Make a schedule, or change one: then what is not named stays, and an empty --tag or --category takes the filter
    away."""
    given = {
        "times": at, "weekdays": days, "zone": zone, "limit": limit, "ai_only": ai_only, "on_holidays": holidays,
        "tags": _listed(tags), "sources": sources, "categories": _listed(categories), "quiet": quiet,
        "draft_minutes": draft, "name": name,
    }  # fmt: skip
    with opened() as desk:
        plan = _plan(desk, channel, change)
        named: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
        for number in ("limit", "draft_minutes"):
            named |= {number: str(named[number])} if number in named else {}
        _tell(desk.schedules.save(replace(plan, **named), "", change), "変更" if change else "登録", as_json)


@answering
def pause(number: Number, as_json: Json = False) -> None:
    """Stop a schedule."""
    with opened() as desk:
        _tell(desk.schedules.pause(number)[0], "停止", as_json)


@answering
def resume(number: Number, as_json: Json = False) -> None:
    """Let a stopped schedule go on; what it missed is not made up for."""
    with opened() as desk:
        _tell(desk.schedules.resume(number)[0], "再開", as_json)


@answering
def remove(number: Number, as_json: Json = False) -> None:
    """Take a schedule away; what it sent stays known."""
    with opened() as desk:
        _tell(Planned(desk.schedules.remove(number), ()), "削除", as_json)


def _plan(desk: Desk, channel: str, change: int | None) -> ScheduleForm:
    """What the schedule is so far."""
    if change is not None:
        return form_of(desk.schedules.get(change))
    if not (where := channel or desk.settings.digest_channel):
        raise NotReady("送信先のチャンネルを「--channel C0123456」の形で指定してください。")
    return desk.schedules.new_form(where)


def _listed(names: list[str] | None) -> str | None:
    return None if names is None else "、".join(names)


def _tell(planned: Planned, what: str, as_json: bool) -> None:
    if as_json:
        emit(output.schedule(planned))
    else:
        output.print_schedule_done(out, planned, what)
