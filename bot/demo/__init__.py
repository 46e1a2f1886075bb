"""The newsroom in a terminal: the real bot against the fake Slack. `demo` is `kawaraban demo`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from bot.demo.mrkdwn import Flow, plain
from bot.demo.newsroom import ANNA, DemoNewsroom, opened
from bot.demo.prompt import Prompt
from bot.demo.screen import Screen
from bot.demo.start_time import folder, morning
from bot.demo.tour import Tour
from bot.desk.folder_import import ImportResult
from bot.errors import KawarabanError

WIDTH = 100  # without a terminal


def demo(posts: Path | None = None, console: Console | None = None, stdin: TextIO = sys.stdin) -> int:
    """Show the newsroom with the samples or the folder `posts`: a prompt on a terminal, otherwise a tour.

    Returns the exit code: 0, or 1 if no post can be read.
    """
    console = console or _console()
    try:
        path = posts if posts is not None else folder()
        at, zone = morning(path, datetime.now(UTC))
        with opened(at, zone) as newsroom:
            screen = Screen(console, newsroom)
            _welcome(console, newsroom, screen, path)
            newsroom.strike()
            screen.line("◆ 朝8時です。時計がダイジェストを #ai-news に届けます。", "bold yellow")
            screen.heading()
            screen.news(ANNA)
            if stdin.isatty():
                Prompt(newsroom, screen).run(stdin)
            else:
                Tour(newsroom, screen).run()
    except KawarabanError as error:
        console.print(Flow(Text(plain(str(error)))))
        return 1
    except KeyboardInterrupt:
        console.print()
    return 0


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def _welcome(console: Console, newsroom: DemoNewsroom, screen: Screen, path: Path) -> None:
    console.print(
        "[bold bright_red]瓦版 Kawaraban[/]  編集部のデモです。Slackのトークンは要らず、あとに何も残しません。"
    )
    console.print()
    taken = _take_in(console, newsroom, path)
    findings = sum(len(reading.findings) for _, reading in newsroom.bot.store.posts.all())
    screen.line(f"{taken.new}本の記事を読み、要確認を{findings}件見つけました。")
    for file, reason in taken.failed:
        screen.line(f"読めなかったファイル {Path(file).name}: {reason}", "yellow")


def _take_in(console: Console, newsroom: DemoNewsroom, path: Path) -> ImportResult:
    columns = (TextColumn("{task.description}"), BarColumn(complete_style="red"), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("記事の取り込み", total=None)
        return newsroom.take_in(path, lambda done, total: bar.update(task, completed=done, total=total))
