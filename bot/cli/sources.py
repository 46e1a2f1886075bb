"""Sources: added, listed, paused, resumed, removed, looked at."""

from collections.abc import Sequence
from typing import Annotated, cast
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from bot.cli import Json, answering, opened, out
from bot.cli.output import Row, emit, moment
from bot.domain.sources import (
    EVERY,
    Kind,
    Poll,
    RejectedEntry,
    Source,
    SourceState,
)
from bot.errors import WrongUse
from handlers.messages import sources as messages

Number = Annotated[int, typer.Argument(metavar="N", help="The source's number; see `kawaraban source list`.")]


@answering
def add(
    where: Annotated[str, typer.Argument(metavar="WHERE", help="A folder, a git repository (#branch), a URL.")],
    kind: Annotated[str, typer.Option(help=f"{', '.join(EVERY)}; found out by default.")] = "",
    as_json: Json = False,
) -> None:
    """Let the clock look at a source from now on, and look once at once. Its backlog is registered in silence."""
    if kind and kind not in EVERY:
        raise WrongUse(f"種類「{kind}」は使えません。{'、'.join(EVERY)} のいずれかを指定してください。")
    with opened() as desk:
        source, new = desk.sources.add(where, cast("Kind", kind) or None, local=True)
        poll = desk.sources.poll_now(source.id)[1] if new else None
        source = desk.sources.get(source.id)
        if as_json:
            emit(_row(source, desk.sources.rejected(source.id)))
        else:
            out.print(Text(messages.added_sentence(source, poll, desk.zone)))
        raise typer.Exit(1 if poll and poll.error else 0)


@answering
def list_(as_json: Json = False) -> None:
    """Every source with its health, and what is set aside."""
    with opened() as desk:
        asides = desk.sources.rejected()
        for source in desk.sources.all():
            its = [a for a in asides if a.source_id == source.id]
            if as_json:
                emit(_row(source, its))
            else:
                _print(source, its, desk.zone)


@answering
def pause(number: Number, as_json: Json = False) -> None:
    """Look at it no longer, until it is resumed."""
    _turn(number, "paused", as_json)


@answering
def resume(number: Number, as_json: Json = False) -> None:
    """Look at it again."""
    _turn(number, "active", as_json)


@answering
def remove(number: Number, as_json: Json = False) -> None:
    """Take it off the list. Its posts stay."""
    _turn(number, "removed", as_json)


@answering
def retry(number: Number, as_json: Json = False) -> None:
    """Try what it has set aside once more, now."""
    with opened() as desk:
        desk.sources.retry_rejected(number)
    poll([number], as_json)


@answering
def poll(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[N…]", help="Which; by default all that are due.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at sources now. Exits 1 where one could not be looked at."""
    failed = False
    with opened() as desk:
        looks = (desk.sources.poll_now(n) for n in numbers) if numbers else iter(desk.polling.poll_next, None)
        for look in looks:
            source, done = look
            failed = failed or bool(done.error)
            if as_json:
                emit(_look(source, done))
            else:
                out.print(Text(messages.looked_sentence(desk.sources.get(source.id), done, desk.zone)))
    raise typer.Exit(1 if failed else 0)


def _turn(number: int, state: SourceState, as_json: bool) -> None:
    with opened() as desk:
        source = desk.sources.set_state(number, state)
        if as_json:
            emit(_row(source, ()))
        else:
            out.print(Text(messages.turned_sentence(source)))


def _row(s: Source, asides: Sequence[RejectedEntry]) -> Row:
    return {
        "id": s.id,
        "kind": s.kind,
        "url": s.location,
        "name": s.name,
        "state": s.state,
        "posts": s.posts,
        "last_success": s.succeeded_at and moment(s.succeeded_at),
        "last_post": s.last_post_at and moment(s.last_post_at),
        "failures": s.failures,
        "error": s.error or None,
        "next_poll": s.next_poll_at and moment(s.next_poll_at),
        "aside": [{"path": a.place, "error": a.reason, "since": moment(a.at)} for a in asides],
    }


def _look(s: Source, p: Poll) -> Row:
    counts = {"new": p.new, "updated": p.updated, "unchanged": p.unchanged, "removed": p.removed, "aside": p.aside}
    return {"id": s.id, **counts, "error": p.error or None}


def _print(s: Source, asides: Sequence[RejectedEntry], zone: ZoneInfo) -> None:
    trouble = f"\n   {s.error}（連続{s.failures}回）" if s.error else ""
    where = f"{messages.KINDS[s.kind]}　{messages.shown_location(s)}"
    out.print(Text(f"{s.id:>2} {s.name}　{where}\n   {messages.health(s, zone)}{trouble}"))
    for aside in asides:
        out.print(Text(f"   取り込めませんでした: {aside.place}　{aside.reason}", style="yellow"))
