"""The command line: what an editor can ask in Slack, and what runs the bot. People read tables, scripts --json."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from bot import checking, output, running
from bot.app import build, build_desk, prepare
from bot.desk import Desk, read
from bot.desk.intake import PROCESSES
from bot.desk.lookup import Choice
from bot.errors import KawarabanError, NotFound, NotReady, Unreadable, WrongUse
from bot.output import emit, progress_bar
from bot.settings import Settings
from bot.sources import jekyll

P = ParamSpec("P")
app = typer.Typer(
    name="kawaraban",
    help="The newsroom's Slack bot that reads Japanese.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
digest_app = typer.Typer(help="The digest as it would be posted, or sent now.", no_args_is_help=True)
app.add_typer(digest_app, name="digest")
out, err = Console(soft_wrap=True), Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else there.")]


def main() -> None:
    """The entry point of the `kawaraban` script."""
    app()


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose failures are one sentence on stderr: exit 2 for wrong use, 1 for what failed."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except WrongUse as e:
            stop(str(e), 2)
        except KawarabanError as e:
            stop(str(e), 1)
        except ValidationError as e:  # of the settings
            wrong = "; ".join(
                f"{'.'.join(map(str, x['loc'])).upper()}: {x['msg']}" for x in e.errors(include_input=False)
            )
            stop(f"設定に誤りがあります。{wrong}。docs/configuration.md をご覧ください。", 2)
        except BrokenPipeError:  # the reader, such as head, has seen enough
            sys.stderr.close()

    return run


def stop(sentence: str, code: int) -> NoReturn:
    """Say why on stderr and leave."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def opened() -> Iterator[Desk]:
    """The desk on the settings' database, made ready where that may be done without being asked (see app.prepare)."""
    chosen = Settings()
    prepare(chosen)
    desk = build_desk(chosen)
    try:
        yield desk
    finally:
        desk.store.close()


# ---- the newsroom in a terminal
@app.command()
@answering
def demo(
    posts: Annotated[Path | None, typer.Option(help="A folder of your own posts instead of the samples.")] = None,
) -> None:
    """The newsroom in a terminal: no tokens, no server, a throwaway database."""
    from bot.demo import demo as play

    raise typer.Exit(play(posts))


# ---- running
@app.command()
@answering
def run() -> None:
    """The bot for a small desk: Socket Mode and the clock in one process; migrates by itself."""
    running.run(Settings())


@app.command()
@answering
def web(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.", min=1, max=65535)] = 3000,
    workers: Annotated[int, typer.Option(envvar="WEB_CONCURRENCY", help="Processes.", min=1)] = 1,
    threads: Annotated[int, typer.Option(help="Threads in each process.", min=1)] = 16,
) -> None:
    """Answer Slack over HTTP: POST /slack/events, GET /healthz, GET /metrics."""
    running.web(Settings(), port=port, workers=workers, threads=threads)


@app.command()
@answering
def clock() -> None:
    """Send the digests that are due and whatever waits in the outbox, for ever. Any number may run."""
    running.clock(Settings())


@app.command()
@answering
def migrate() -> None:
    """Bring the database to its newest shape. Safe from several processes at once."""
    err.print(f"データベースは最新です（{prepare(Settings(), migrate=True)}）。", markup=False)


@app.command()
@answering
def manifest(
    url: Annotated[str, typer.Option(help="https://… where `kawaraban web` is reached; without it: Socket Mode.")] = "",
) -> None:
    """Print the Slack app manifest."""
    from bot.manifest import manifest as made

    sys.stdout.write(json.dumps(made(url), ensure_ascii=False, indent=2) + "\n")


# ---- posts
def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


@app.command("import")
@answering
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders of posts, or files.")],
    as_json: Json = False,
) -> None:
    """Take in folders of posts. Interrupted and run again it ends in the same state."""
    total: dict[str, Any] = {"new": 0, "updated": 0, "unchanged": 0, "removed": 0, "failed": []}
    with opened() as desk, progress_bar(err) as bar:
        for path in paths:
            task = bar.add_task(str(path), total=None)
            try:
                tell = partial(_advance, bar, task)
                done = desk.import_path(path, tell, processes=PROCESSES)
            except KawarabanError as e:
                total["failed"].append({"path": str(path), "error": str(e)})
                continue
            for name in ("new", "updated", "unchanged", "removed"):
                total[name] += getattr(done, name)
            total["failed"] += [{"path": file, "error": why} for file, why in done.failed]
    for failure in total["failed"]:
        err.print(f"{failure['path']}: {failure['error']}", style="red", markup=False, soft_wrap=True)
    if as_json:
        emit(total)
    else:
        out.print(
            f"新規{total['new']}本、更新{total['updated']}本、変更なし{total['unchanged']}本、"
            f"取り下げ{total['removed']}本、失敗{len(total['failed'])}本",
            highlight=False,
        )
    raise typer.Exit(1 if total["failed"] else 0)


@app.command("read")
@answering
def read_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders of posts, or files.")],
    sentences: Annotated[int, typer.Option(help="How many sentences.", min=1, max=12)] = 3,
    characters: Annotated[int | None, typer.Option(help="As many sentences as fit, instead.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """Read files: summary, tags, findings. Uses no database."""
    zone, failed = Settings().zone, 0
    for path in paths:
        site = jekyll.site(path, zone)
        for file in jekyll.posts(path):
            try:
                draft = site.draft(file, output.now())
            except Unreadable as e:
                err.print(f"{file}: {e}", style="red", markup=False, soft_wrap=True)
                failed += 1
                continue
            if draft is None:
                continue
            reading = read(draft)
            if as_json:
                emit(output.reading(draft, reading, sentences, characters))
            else:
                output.print_reading(out, draft, reading, sentences, characters, zone)
    raise typer.Exit(1 if failed else 0)


app.command("check")(answering(checking.check))


@app.command()
@answering
def posts(as_json: Json = False) -> None:
    """Every stored post, in the order of numbers."""
    with opened() as desk:
        table = Table("#", "日付", "題名", "タグ", "要確認")
        for post, reading in desk.store.posts():
            if as_json:
                emit(output.post(post, reading))
            else:
                names = "、".join(t.name for t in reading.tags[:3])
                day = post.published_at.astimezone(desk.zone).strftime("%Y-%m-%d")
                table.add_row(str(post.id), day, post.title, names, str(len(reading.findings) or ""))
        if not as_json:
            out.print(table)


@app.command()
@answering
def summary(
    ref: Annotated[list[str], typer.Argument(metavar="REF", help="12, a URL, or words; then a number of sentences.")],
    as_json: Json = False,
) -> None:
    """A post's summary, as /summary shows it."""
    with opened() as desk:
        found = desk.summary(" ".join(ref))
        if isinstance(found, Choice) and not found.posts:
            raise NotFound(f"「{found.asked}」に当たる記事はありません。kawaraban search か posts でお探しください。")
        if as_json:
            for row in output.found(found, desk):
                emit(row)
        else:
            output.print_found(out, found, desk.zone)
        raise typer.Exit(1 if isinstance(found, Choice) else 0)


@app.command()
@answering
def tag(
    name: Annotated[list[str] | None, typer.Argument(metavar="[NAME]")] = None,
    alias: Annotated[str | None, typer.Option(help="Let this name mean the tag NAME.")] = None,
    no_alias: Annotated[str | None, typer.Option("--no-alias", help="Take this alias of the desk's away.")] = None,
    aliases: Annotated[bool, typer.Option("--aliases", help="The desk's own aliases.")] = False,
    as_json: Json = False,
) -> None:
    """Tags with their counts, or one tag with its latest posts; the desk's own aliases of tags."""
    wanted = " ".join(name or ())
    if [bool(wanted) and alias is None, alias is not None, no_alias is not None, aliases].count(True) > 1 or (
        alias is not None and not wanted
    ):
        raise WrongUse(
            "--alias にはタグの名前を添え、--no-alias と --aliases は単独で指定してください。"
            "例: kawaraban tag LLM --alias 大規模LM"
        )
    with opened() as desk:
        if aliases:
            if as_json:
                for own in desk.aliases():
                    emit(output.alias(own))
            else:
                output.print_aliases(out, desk.aliases())
        elif alias is not None or no_alias is not None:
            done = desk.join_tags(alias, wanted) if alias is not None else desk.part_tags(no_alias or "")
            if as_json:
                emit(output.joined(done))
            else:
                output.print_joined(out, done)
        elif wanted:
            page = desk.tag(wanted)
            if as_json:
                emit(output.tag_page(page))
            else:
                output.print_tag_page(out, page, desk.zone)
        elif as_json:
            for count in desk.store.tags(desk.now()):
                emit(output.tag(count))
        else:
            output.print_tags(out, desk.tags(limit=50))


@app.command()
@answering
def stories(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="From this day on.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Up to this day, included.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Posts grouped into stories, the oldest first."""
    with opened() as desk:
        for story in desk.stories(first and first.date(), last and last.date()):
            if as_json:
                emit(output.story(story))
            else:
                output.print_story(out, story, desk.zone)


@app.command()
@answering
def search(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help='Words, "phrases", タグ: 著者: 媒体: 期間: 状態:')
    ],
    limit: Annotated[int, typer.Option(help="How many hits.", min=1, max=1000)] = 5,
    as_json: Json = False,
) -> None:
    """Find posts, best first."""
    with opened() as desk:
        hits = desk.search(" ".join(query), limit=limit)
        if as_json:
            for row in output.hits(hits, desk):
                emit(row)
        else:
            output.print_hits(out, hits, desk.zone)


# ---- digests
Channel = Annotated[str, typer.Option("--channel", help="The channel's id; the newsroom's own by default.")]


@digest_app.command("preview")
@answering
def digest_preview(
    channel: Channel = "",
    at: Annotated[str, typer.Option(help="As it would be at this time, e.g. 2026-02-01T08:00.")] = "",
    as_json: Json = False,
) -> None:
    """The digest as it would be posted; marks nothing."""
    with opened() as desk:
        moment = None
        if at and (moment := jekyll.parse_date(at, desk.zone)) is None:
            raise WrongUse(f"時刻「{at}」を読み取れません。2026-02-01T08:00 の形で指定してください。")
        preview = desk.preview_digest(channel, moment, unscheduled=True)
        if as_json:
            emit(output.digest(preview, desk))
        else:
            output.print_digest(out, preview)


@digest_app.command("send")
@answering
def digest_send(channel: Channel = "") -> None:
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


if __name__ == "__main__":
    main()
