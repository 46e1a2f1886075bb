"""`kawaraban check`: the findings of files, as a linter shows them."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import checks, japanese
from bot.checks import RULES, CrossPostContext, Rule, house_rules
from bot.checks.corpus import among
from bot.cli import answering, isolated, output
from bot.domain.findings import SEVERITIES, Finding
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.errors import WrongUse
from bot.runtime.desk import build_desk, prepare
from bot.settings import Settings
from bot.sources import jekyll
from handlers.messages.findings import notice, share

QUOTE = 60
"""Characters of a quotation that people are shown."""
STYLES = {"block": "bold red", "warn": "yellow", "note": "cyan"}
_Read = tuple[Draft, Reading]
_Found = dict[str, tuple[Finding, ...]]


@answering
def check(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="Folders of posts, or files.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only this rule, on or off; may be given again.")] = None,
    severity: Annotated[str, typer.Option(help="This severity and worse: block, warn or note.")] = "note",
    rules: Annotated[Path | None, typer.Option(help="The house's own rules, a YAML file.")] = None,
    store: Annotated[bool, typer.Option("--store", help="Hold the files against the stored posts too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="How many posts each house rule would hit: stored ones, or those of PATH.")
    ] = False,
    stats: Annotated[bool, typer.Option("--stats", help="How each rule does on the stored posts.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """What the checks find in files, as a linter says it. Exits 1 where a finding blocks or a file cannot be read."""
    settings, err = Settings(), Console(stderr=True)
    if stats:
        _show_records(settings, as_json)
        return
    file = rules or (Path(settings.rules) if settings.rules else None)
    known = house_rules.rules(file) if file else RULES
    only, worth = _asked(rule or (), known), _worth(severity)
    if dry_run and file is None:
        raise WrongUse("--dry-run には規則のファイルが必要です。例: kawaraban check --rules house.yml --dry-run")
    if not paths and not dry_run:
        raise WrongUse("検査するファイルかフォルダーを指定してください。例: kawaraban check _posts")
    given = _given(paths or (), settings, err)
    stored = _stored(settings) if store or not paths else []
    if dry_run:
        _tell(given.failed, err)
        tried = [rule for rule in known if rule not in RULES and (not only or rule.name in only)]
        _show_reach(tried, given.posts if paths else stored, as_json)
        raise typer.Exit(1 if given.failed else 0)
    found = dict[str, tuple[Finding, ...]]()
    for (draft, reading), others in zip(given.posts, _others(given.posts, stored), strict=True):
        with isolated(draft.file or "", given.failed):
            every = checks.check(draft, reading, others, only, known)
            found[draft.file or ""] = tuple(f for f in every if f.severity in worth)
    _tell(given.failed, err)
    if as_json:
        _emit(found)
    else:
        _show(found, len(given.failed))
    blocking = any(f.severity == "block" for findings in found.values() for f in findings)
    raise typer.Exit(1 if blocking or given.failed else 0)


def _asked(names: Sequence[str], known: Sequence[Rule]) -> frozenset[str]:
    """The names of rules somebody asked for. Raises WrongUse with the nearest where one is not known."""
    every = [rule.name for rule in known]
    for name in names:
        if name not in every:
            near = difflib.get_close_matches(name, every, 3, 0.5) or every
            raise WrongUse(f"規則「{name}」はありません。近い名前: {'、'.join(near)}")
    return frozenset(names)


def _worth(severity: str) -> frozenset[str]:
    """That severity and the worse ones."""
    if severity not in SEVERITIES:
        raise WrongUse(f"重さ「{severity}」はありません。{'、'.join(SEVERITIES)} のどれかを指定してください。")
    return frozenset(SEVERITIES[: SEVERITIES.index(severity) + 1])


@dataclass
class _Given:
    """The files that were given, each once: read, or with the reason why not."""

    posts: list[_Read] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def _given(paths: Sequence[Path], settings: Settings, err: Console) -> _Given:
    given = _Given()
    files: dict[Path, tuple[jekyll.Site, Path]] = {}
    for path in paths:
        with isolated(_printable(path), given.failed):
            site = jekyll.site(path, settings.zone)
            for file in jekyll.posts(path):
                files.setdefault(file.absolute(), (site, file))
    with output.progress_bar(err) as bar:
        for site, file in bar.track(files.values(), len(files), description="記事を読んでいます"):
            with isolated(_printable(file), given.failed):
                if draft := site.draft(file, output.now()):
                    given.posts.append((draft, checks.comparable(draft, japanese.read(draft))))
    return given


def _tell(failed: Sequence[tuple[str, str]], err: Console) -> None:
    for path, why in failed:
        err.print(f"{path}: {why}", style="red", markup=False, highlight=False, soft_wrap=True)


def _printable(path: Path) -> str:
    return str(path).encode("utf-8", "replace").decode()


def _stored(settings: Settings) -> list[_Read]:
    """The stored posts; their `path` is their number (#12)."""
    prepare(settings)
    store, desk = build_desk(settings)
    try:
        return [(replace(draft, path=f"#{number}"), reading) for number, draft, reading in desk.intake.stored()]
    finally:
        store.close()


def _others(posts: Sequence[_Read], stored: Sequence[_Read]) -> tuple[CrossPostContext, ...]:
    """What each of the posts must know of the others and of the stored ones that are not among them."""
    ours = {each for draft, _ in posts for each in (draft.file, draft.url) if each}
    rest = [each for each in stored if not {each[0].file, each[0].url} & ours]
    return among([*posts, *rest])[: len(posts)]


def _by_line(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.line)


def _emit(found: _Found) -> None:
    for path, findings in found.items():
        for finding in _by_line(findings):
            row = output.finding(finding, path)
            output.emit({key: row[key] for key in row if key != "remedy"})


# ---- for people
def _show(found: _Found, failed: int) -> None:
    """The findings by file and line, what would end those of each rule, and their count."""
    out = Console(soft_wrap=True, highlight=False)
    for path, findings in found.items():
        for f in _by_line(findings):
            words = " ".join(f.quote.split())
            quoted = f"  「{words[:QUOTE]}{'…' if len(words) > QUOTE else ''}」" if words else ""
            place, severity = (f"{path}:{f.line}", "bold"), (f.severity, STYLES[f.severity])
            out.print(Text.assemble(place, "  ", severity, f"  {f.rule}{quoted}\n    {f.message}"))
        if findings:
            out.print()
    every = [f for findings in found.values() for f in _by_line(findings)]
    if every:
        out.print(Text("直し方", style="bold"))
        for rule, remedy in dict.fromkeys((f.rule, f.remedy) for f in every):
            out.print(Text(f"    {rule}: {remedy}"))
        out.print()
    counts = Counter(f.severity for f in every)
    said = (
        f"要確認{len(every)}件（{'、'.join(f'{s} {counts[s]}' for s in SEVERITIES)}）"
        if every
        else "要確認はありません"
    )
    unread = f"。読めなかったもの{failed}件" if failed else ""
    out.print(Text(f"{len(found)}本を検査しました。{said}{unread}。"))


def _show_reach(rules: Sequence[Rule], posts: Sequence[_Read], as_json: bool) -> None:
    """How many and which posts each rule would hit."""
    out = Console(soft_wrap=True, highlight=False)
    table = Table("規則", "重さ", "記事")
    reach = {rule: [_label(draft) for draft, reading in posts if rule.findings(draft, reading)] for rule in rules}
    for rule, paths in reach.items():
        if as_json:
            output.emit({"rule": rule.name, "posts": len(paths), "paths": paths})
        table.add_row(rule.name, Text(rule.severity, style=STYLES[rule.severity]), f"{len(paths)}本")
    if as_json:
        return
    out.print(table)
    for rule, paths in reach.items():
        if paths:
            out.print(Text(rule.name, style="bold"))
            for path in paths:
                out.print(Text(f"    {path}"))
    out.print(Text(f"記事{len(posts)}本で試しました。何も変更していません。"))


def _show_records(settings: Settings, as_json: bool) -> None:
    """How each rule does: its hits, how many of them were dismissed, and what that makes."""
    prepare(settings)
    store, desk = build_desk(settings)
    try:
        records = desk.checks.records()
    finally:
        store.close()
    table = Table("規則", "重さ", "該当", "誤検知", "適合率", "通知")
    for r in records:
        if as_json:
            output.emit(output.record(r))
        severity = Text(r.severity, style=STYLES[r.severity])
        table.add_row(r.rule, severity, f"{r.hits}本", f"{r.dismissed}本", share(r), notice(r))
    if not as_json:
        Console(soft_wrap=True, highlight=False).print(table)


def _label(draft: Draft) -> str:
    return draft.file or draft.url or draft.path or draft.title
