"""Posts: taken in, read, listed, summarised, found."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from bot.cli import Json, answering, err, isolated, opened, out, output
from bot.cli.output import emit, progress_bar
from bot.desk import Desk
from bot.desk.analysis import PROCESSES, read
from bot.desk.lookup import Choice
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.domain.revisions import sentences
from bot.errors import KawarabanError, NotFound, WrongUse
from bot.japanese import explain_summary
from bot.settings import Settings
from bot.sources import git, jekyll
from bot.wording import when


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


@answering
def import_(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Folders of posts, files, or git repositories (#branch).")
    ],
    as_json: Json = False,
) -> None:
    """Take in folders of posts, or git repositories. Interrupted and run again it ends in the same state."""
    total: dict[str, Any] = {"new": 0, "updated": 0, "unchanged": 0, "removed": 0, "failed": []}
    with opened() as desk, progress_bar(err) as bar:
        for path in paths:
            task = bar.add_task(path, total=None)
            tell = partial(_advance, bar, task)
            try:
                if git.is_repository(path):
                    done = desk.polling.import_repository(path, tell, processes=PROCESSES)
                else:
                    done = desk.intake.import_path(Path(path), tell, processes=PROCESSES)
            except KawarabanError as e:
                total["failed"].append({"path": path, "error": str(e)})
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


@answering
def read_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders of posts, or files.")],
    sentences: Annotated[int, typer.Option(help="How many sentences.", min=1, max=12)] = 3,
    characters: Annotated[int | None, typer.Option(help="As many sentences as fit, instead.", min=1)] = None,
    with_ranking: Annotated[
        bool, typer.Option("--ranking", help="Also the headline and every candidate sentence, with score and reasons.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read files: summary, tags, findings. Uses no database."""
    zone, failed = Settings().zone, list[tuple[str, str]]()
    for path in paths:
        files = list[tuple[jekyll.Site, Path]]()
        with isolated(str(path), failed):
            site = jekyll.site(path, zone)
            files = [(site, file) for file in jekyll.posts(path)]
        for site, file in files:
            if (found := _reading_of(site, file, failed)) is None:
                continue
            candidates = explain_summary(found[0]) if with_ranking else None
            if as_json:
                more = {} if candidates is None else output.ranking(found[1], candidates)
                emit(output.reading(*found, sentences, characters) | more)
            else:
                output.print_reading(out, *found, sentences, characters, zone)
                if candidates is not None:
                    output.print_ranking(out, found[1], candidates)
    for name, why in failed:
        err.print(f"{name}: {why}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1 if failed else 0)


def _reading_of(site: jekyll.Site, file: Path, failed: list[tuple[str, str]]) -> tuple[Draft, Reading] | None:
    """A file with its reading; None if it is no post, or if it cannot be read: then `failed` says why."""
    found = None
    with isolated(str(file), failed):
        draft = site.draft(file, output.now())
        found = (draft, read(draft)) if draft else None
    return found


@answering
def posts(
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="One post alone.")] = None,
    revisions: Annotated[bool, typer.Option("--revisions", help="What the edits of post N changed.")] = False,
    as_json: Json = False,
) -> None:
    """Every stored post, in the order of numbers; or one, with what its edits changed."""
    if revisions and number is None:
        raise WrongUse("--revisions には記事の番号を添えてください。例: kawaraban posts 12 --revisions")
    with opened() as desk:
        if revisions and number is not None:
            _revisions(desk, number, as_json)
            return
        table = Table("#", "日付", "題名", "タグ", "要確認")
        for post, reading in desk.lookup.posts() if number is None else [desk.lookup.post(number)]:
            if as_json:
                emit(output.post(post, reading))
            else:
                names = "、".join(t.name for t in reading.tags[:3])
                day = post.published_at.astimezone(desk.zone).strftime("%Y-%m-%d")
                table.add_row(str(post.id), day, post.title, names, str(len(reading.findings) or ""))
        if not as_json:
            out.print(table)


def _revisions(desk: Desk, number: int, as_json: bool) -> None:
    post, _ = desk.lookup.post(number)
    for revision in desk.lookup.revisions(post.id):
        if as_json:
            changes = [{"line": c.line, "before": c.before, "after": c.after} for c in revision.changes]
            emit({"id": post.id, "revision": revision.number, "at": output.moment(revision.at), "changes": changes})
            continue
        out.print(Text(f"第{revision.number}版　{when(revision.at, desk.zone)}", style="bold"))
        for change in revision.changes:
            out.print(Text(f"  {change.line}行目", style="dim"))
            for sign, text in sentences(change):
                if sign != "=" and text.strip():
                    out.print(Text(f"  {sign} {text.strip()}", style="red" if sign == "-" else "green"))


@answering
def summary(
    ref: Annotated[list[str], typer.Argument(metavar="REF", help="12, a URL, or words; then a number of sentences.")],
    as_json: Json = False,
) -> None:
    """A post's summary, as /summary shows it."""
    with opened() as desk:
        found = desk.lookup.summary(" ".join(ref))
        if isinstance(found, Choice) and not found.posts:
            raise NotFound(f"「{found.asked}」に当たる記事はありません。kawaraban search か posts でお探しください。")
        if as_json:
            for row in output.found(found, desk):
                emit(row)
        else:
            output.print_found(out, found, desk.zone)
        raise typer.Exit(1 if isinstance(found, Choice) else 0)


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
                for own in desk.lookup.aliases():
                    emit(output.alias(own))
            else:
                output.print_aliases(out, desk.lookup.aliases())
        elif alias is not None or no_alias is not None:
            done = (
                desk.lookup.merge_tags(alias, wanted) if alias is not None else desk.lookup.unmerge_tags(no_alias or "")
            )
            if as_json:
                emit(output.joined(done))
            else:
                output.print_joined(out, done)
        elif wanted:
            page = desk.lookup.tag(wanted)
            if as_json:
                emit(output.tag_page(page))
            else:
                output.print_tag_page(out, page, desk.zone)
        elif as_json:
            for count in desk.lookup.tag_counts():
                emit(output.tag(count))
        else:
            output.print_tags(out, desk.lookup.tags(limit=50))


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
        for story in desk.lookup.stories(first and first.date(), last and last.date()):
            if as_json:
                emit(output.story(story))
            else:
                output.print_story(out, story, desk.zone)


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
        hits = desk.lookup.search(" ".join(query), limit=limit)
        if as_json:
            for row in output.hits(hits, desk):
                emit(row)
        else:
            output.print_hits(out, hits, desk.zone)
