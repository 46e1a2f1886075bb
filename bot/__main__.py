"""The command line on one screen: what an editor can ask in Slack, and what runs the bot.

Names and helps stand here so that `--help` imports no command: a module of bot/cli/ is imported when a command of its
own is used. A test compares the helps with the docstrings of the commands.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

app = typer.Typer(
    name="kawaraban",
    help="The newsroom's Slack bot that reads Japanese.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class LazyCommand(TyperCommand):
    """A command that knows its name and help. Its callback imports and returns the function that it runs."""

    def load(self) -> TyperCommand:
        """Import the command itself, with its arguments and options."""
        assert self.callback is not None
        alone = typer.Typer(add_completion=False)
        alone.command(self.name)(self.callback())
        command = typer.main.get_command(alone)
        assert isinstance(command, TyperCommand)
        return command

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Import the command and parse its arguments."""
        return self.load().make_context(*args, **extra)


def commands(of: typer.Typer, module: str) -> Callable[[str, str], None]:
    """Return what adds a command of a module of bot/cli/, by its name and help. Its function has the command's name,
    with an underscore behind it if Python has another use for that name."""

    def add(name: str, help: str) -> None:
        def imported() -> Callable[..., None]:
            found = vars(import_module(f"bot.cli.{module}"))
            function: Callable[..., None] = found.get(f"{name}_") or found[name]
            return function

        of.command(name, cls=LazyCommand, help=help)(imported)

    return add


def group(name: str, help: str) -> typer.Typer:
    """Add a command with commands of its own."""
    commands = typer.Typer(help=help, no_args_is_help=True)
    app.add_typer(commands, name=name)
    return commands


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("kawaraban"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The options that come before a command."""


# the newsroom in a terminal, and what runs
processes = commands(app, "processes")
processes("demo", "The newsroom in a terminal: no tokens, no server, a throwaway database.")
processes("run", "The bot for a small desk: Socket Mode and the clock in one process; migrates by itself.")
processes("web", "Answer Slack over HTTP: POST /slack/events, GET /healthz, GET /metrics.")
processes("clock", "Send the digests that are due and whatever waits in the outbox, for ever. Any number may run.")
processes("migrate", "Bring the database to its newest shape. Safe from several processes at once.")
processes("manifest", "Print the Slack app manifest.")
processes("doctor", "Everything that must be right, each thing that is not with its remedy; exit 1 where there is one.")

# posts
posts, checks = commands(app, "posts"), commands(app, "check")
posts("import", "Take in folders of posts, or git repositories. Interrupted and run again it ends in the same state.")
posts("read", "Read files: summary, tags, findings. Uses no database.")
checks(
    "check",
    "What the checks find in files, as a linter says it. Exits 1 where a finding blocks or a file cannot be read.",
)
posts("posts", "Every stored post, in the order of numbers; or one, with what its edits changed.")
posts("summary", "A post's summary, as /summary shows it.")
posts("tag", "Tags with their counts, or one tag with its latest posts; the desk's own aliases of tags.")
posts("stories", "Posts grouped into stories, the oldest first.")
posts("search", "Find posts, best first.")

# sources
source = group("source", "Where posts come from.")
sources = commands(source, "sources")
sources(
    "add", "Let the clock look at a source from now on, and look once at once. Its backlog is registered in silence."
)
sources("list", "Every source with its health, and what is set aside.")
sources("pause", "Look at it no longer, until it is resumed.")
sources("resume", "Look at it again.")
sources("remove", "Take it off the list. Its posts stay.")
sources("poll", "Look at sources now. Exits 1 where one could not be looked at.")
sources("retry", "Try what it has set aside once more, now.")

# digests
digest = group("digest", "Digests: as they would be posted, sent now, planned, explained.")
digests, schedules = commands(digest, "digests"), commands(digest, "schedules")
digests("preview", "The digest as it would be posted; marks nothing.")
digests("send", "Send now what came since the last digest.")
digests("why", "Why a post is in a digest, or is not: every rule with what it saw.")
schedules("list", "Every schedule with its number and next times.")
schedules(
    "add",
    "Make a schedule, or change one: then what is not named stays, and an empty --tag or --category "
    "takes the filter\naway.",
)
schedules("pause", "Stop a schedule.")
schedules("resume", "Let a stopped schedule go on; what it missed is not made up for.")
schedules("remove", "Take a schedule away; what it sent stays known.")

# reviews
review = group("review", "The review queue, what is done to it, and who did what.")
reviews = commands(review, "reviews")
reviews("list", "The queue, oldest first, or the reviews that are asked for in the words of /review.")
reviews("show", "One review with its history.")
reviews("flag", "Put a post under review.")
reviews("take", "Make the user of --by the owner, unless somebody is.")
reviews("hand", "Hand a review over to somebody else, whoever has it.")
reviews("release", "Let nobody have it.")
reviews("resolve", "Decide: the post was mended, or with --fine nothing was wrong with it.")
reviews("dismiss", "Decide: the flag was a mistake.")
reviews("snooze", "Put a review off; it comes back to its owner, or to the user of --by where nobody has it.")
reviews("note", "Write a note into the history.")
reviews("undo", "Take the last step back.")
reviews("log", "Who flagged, took, decided and sent, oldest first.")
reviews("stats", "The last eight weeks: how many reviews, and the median times to take and to decide them.")


def main() -> None:
    """The entry point of the `kawaraban` script."""
    app()


if __name__ == "__main__":
    main()
