"""The digest as it would be posted, or sent now."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli import Json, answering, opened, out, output, stop
from bot.cli.output import emit
from bot.desk import Desk
from bot.desk.lookup import Choice
from bot.errors import NotReady, WrongUse
from bot.runtime.desk import prepare
from bot.settings import Settings
from bot.sources.dates import parse_date

Channel = Annotated[str, typer.Option("--channel", help="The channel's id; the newsroom's own by default.")]
At = Annotated[str, typer.Option(help="As it would be at this time, e.g. 2026-02-01T08:00.")]
Number = Annotated[int | None, typer.Option("--schedule", help="A schedule's number, where a channel has several.")]


@answering
def preview(
    channel: Channel = "",
    at: At = "",
    schedule: Number = None,
    as_json: Json = False,
) -> None:
    """The digest as it would be posted; marks nothing."""
    with opened() as desk:
        shown = desk.digests.preview(channel, _moment(at, desk), number=schedule, unscheduled=True)
        if as_json:
            emit(output.digest(shown, desk))
        else:
            output.print_digest(out, shown)


@answering
def why(
    ref: Annotated[str, typer.Argument(help="A post: its number, address, or words.")],
    channel: Channel = "",
    at: At = "",
    schedule: Number = None,
    as_json: Json = False,
) -> None:
    """Why a post is in a digest, or is not: every rule with what it saw."""
    with opened() as desk:
        answer = desk.digests.why(ref, channel, _moment(at, desk), number=schedule, unscheduled=True)
        if as_json:
            for row in output.found(answer, desk) if isinstance(answer, Choice) else output.why(answer):
                emit(row)
        elif isinstance(answer, Choice):
            output.print_found(out, answer, desk.zone)
        else:
            output.print_why(out, answer)
        raise typer.Exit(1 if isinstance(answer, Choice) else 0)


def _moment(at: str, desk: Desk) -> datetime | None:
    if not at:
        return None
    if (moment := parse_date(at, desk.zone)) is None:
        raise WrongUse(f"時刻「{at}」を読み取れません。2026-02-01T08:00 の形で指定してください。")
    return moment


@answering
def send(channel: Channel = "", schedule: Number = None) -> None:
    """Send now what came since the last digest."""
    from bot.runtime import processes
    from bot.runtime.app import build

    chosen = Settings()
    processes.need(chosen, "SLACK_BOT_TOKEN")
    prepare(chosen)
    newsroom = build(chosen)
    wanted = newsroom.desk.digests.schedule_for(channel, schedule).channel
    if channel and wanted != channel:
        raise NotReady(f"{channel} にはダイジェストの予定がありません。「kawaraban digest list」で確認してください。")
    sent = newsroom.desk.digests.send(channel, number=schedule)
    newsroom.sender.deliver()
    problem = newsroom.store.outbox.blocked_reason(wanted)
    newsroom.close()
    if problem is not None:
        stop(f"まだ送信できていません（{problem or '別の処理が送信中です'}）。clock または run が続けて送信します。", 1)
    out.print(
        "新しい記事はありません。" if sent is None else f"{len(sent.entries)}件の話題を送信しました。", highlight=False
    )
