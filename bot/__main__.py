"""The command line on one screen: what an editor can ask in Slack, and what runs the bot."""

import typer

from bot.cli import (
    check,
    digests,
    posts,
    processes,
    reviews,
    schedules,
    sources,
)

app = typer.Typer(
    name="kawaraban",
    help="The newsroom's Slack bot that reads Japanese.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def group(name: str, help: str) -> typer.Typer:
    """A command with commands of its own."""
    commands = typer.Typer(help=help, no_args_is_help=True)
    app.add_typer(commands, name=name)
    return commands


# the newsroom in a terminal
app.command()(processes.demo)

# running
app.command()(processes.run)
app.command()(processes.web)
app.command()(processes.clock)
app.command()(processes.migrate)
app.command()(processes.manifest)
app.command()(processes.doctor)

# posts
app.command("import")(posts.import_)
app.command("read")(posts.read_)
app.command()(check.check)
app.command()(posts.posts)
app.command()(posts.summary)
app.command()(posts.tag)
app.command()(posts.stories)
app.command()(posts.search)

# sources
source = group("source", "Where posts come from.")
source.command("add")(sources.add)
source.command("list")(sources.list_)
source.command("pause")(sources.pause)
source.command("resume")(sources.resume)
source.command("remove")(sources.remove)
source.command("poll")(sources.poll)
source.command("retry")(sources.retry)

# digests
digest = group("digest", "Digests: as they would be posted, sent now, planned, explained.")
digest.command("preview")(digests.preview)
digest.command("send")(digests.send)
digest.command("why")(digests.why)
digest.command("list")(schedules.list_)
digest.command("add")(schedules.add)
digest.command("pause")(schedules.pause)
digest.command("resume")(schedules.resume)
digest.command("remove")(schedules.remove)

# reviews
review = group("review", "The review queue, what is done to it, and who did what.")
review.command("list")(reviews.list_)
review.command()(reviews.show)
review.command()(reviews.flag)
review.command()(reviews.take)
review.command()(reviews.hand)
review.command()(reviews.release)
review.command()(reviews.resolve)
review.command()(reviews.dismiss)
review.command()(reviews.snooze)
review.command()(reviews.note)
review.command()(reviews.undo)
review.command()(reviews.log)
review.command()(reviews.stats)


def main() -> None:
    """The entry point of the `kawaraban` script."""
    app()


if __name__ == "__main__":
    main()
