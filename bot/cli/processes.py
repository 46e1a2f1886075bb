"""What runs for as long as it is wanted, and what must be done before it can."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli import Json, answering, err, out
from bot.cli.output import emit
from bot.runtime.desk import build_desk, prepare
from bot.settings import Settings


@answering
def demo(
    posts: Annotated[Path | None, typer.Option(help="A folder of your own posts instead of the samples.")] = None,
) -> None:
    """The newsroom in a terminal: no tokens, no server, a throwaway database."""
    from bot.demo import demo as play

    raise typer.Exit(play(posts))


@answering
def run() -> None:
    """The bot for a small desk: Socket Mode and the clock in one process; migrates by itself."""
    from bot.runtime import processes

    processes.run(Settings())


@answering
def web(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.", min=1, max=65535)] = 3000,
    workers: Annotated[int, typer.Option(envvar="WEB_CONCURRENCY", help="Processes.", min=1)] = 1,
    threads: Annotated[int, typer.Option(help="Threads in each process.", min=1)] = 16,
) -> None:
    """Answer Slack over HTTP: POST /slack/events, GET /healthz, GET /metrics."""
    from bot.runtime import processes

    processes.web(Settings(), port=port, workers=workers, threads=threads)


@answering
def clock() -> None:
    """Send the digests that are due and whatever waits in the outbox, for ever. Any number may run."""
    from bot.runtime import processes

    processes.clock(Settings())


@answering
def migrate() -> None:
    """Bring the database to its newest shape. Safe from several processes at once."""
    err.print(f"データベースは最新です（{prepare(Settings(), migrate=True)}）。", markup=False)


@answering
def doctor(as_json: Json = False) -> None:
    """Everything that must be right, each thing that is not with its remedy; exit 1 where there is one."""
    from bot.runtime.app import client_of
    from handlers.doctor import examine
    from handlers.messages.doctor import line

    chosen = Settings()
    store, desk = build_desk(chosen)
    checks = [*examine(desk, store.health, client_of(chosen))]
    for check in checks:
        if as_json:
            emit(asdict(check))
        else:
            out.print(Text(line(check), style="" if check.ok else "bold"))
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


@answering
def manifest(
    url: Annotated[str, typer.Option(help="https://… where `kawaraban web` is reached; without it: Socket Mode.")] = "",
) -> None:
    """Print the Slack app manifest."""
    from handlers.manifest import manifest as made

    sys.stdout.write(json.dumps(made(url, Settings().unfurl_domains), ensure_ascii=False, indent=2) + "\n")
