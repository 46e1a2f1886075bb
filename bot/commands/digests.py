"""The digest as it would be posted, or sent now."""

from typing import Annotated

import typer

from bot import output, running
from bot.app import build, prepare
from bot.commands import Json, answering, opened, out, stop
from bot.errors import NotReady, WrongUse
from bot.output import emit
from bot.settings import Settings
from bot.sources.dates import parse_date

Channel = Annotated[str, typer.Option("--channel", help="The channel's id; the newsroom's own by default.")]


@answering
def preview(
    channel: Channel = "",
    at: Annotated[str, typer.Option(help="As it would be at this time, e.g. 2026-02-01T08:00.")] = "",
    as_json: Json = False,
) -> None:
    """The digest as it would be posted; marks nothing."""
    with opened() as desk:
        moment = None
        if at and (moment := parse_date(at, desk.zone)) is None:
            raise WrongUse(f"時刻「{at}」を読み取れません。2026-02-01T08:00 の形で指定してください。")
        shown = desk.preview_digest(channel, moment, unscheduled=True)
        if as_json:
            emit(output.digest(shown, desk))
        else:
            output.print_digest(out, shown)


@answering
def send(channel: Channel = "") -> None:
    """Send now what came since the last digest."""
    chosen = Settings()
    running.need(chosen, "SLACK_BOT_TOKEN")
    prepare(chosen)
    newsroom = build(chosen)
    if channel and newsroom.desk.schedule(channel).channel != channel:
        raise NotReady(f"{channel} にはダイジェストの予定がありません。KAWARABAN_DIGEST_CHANNEL を確認してください。")
    sent = newsroom.desk.send_digest(channel)
    newsroom.sender.deliver()
    problem = newsroom.store.held_up(newsroom.desk.schedule(channel).channel)
    newsroom.close()
    if problem is not None:
        stop(f"まだ送信できていません（{problem or '別の処理が送信中です'}）。clock または run が続けて送信します。", 1)
    out.print(
        "新しい記事はありません。" if sent is None else f"{len(sent.entries)}件の話題を送信しました。", highlight=False
    )
