"""What the command line prints: the rows of --json (one object a line), and the same for people."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.desk import Desk
from bot.desk.checks import Record
from bot.desk.lookup import Choice, SearchHits, Summary, TagPage, TagTable
from bot.desk.schedules import Planned
from bot.domain.digests import Digest, DigestTrace
from bot.domain.findings import Finding
from bot.domain.posts import Draft, Post
from bot.domain.readings import Reading, Sentence
from bot.domain.stories import Story
from bot.domain.tags import Alias, AliasChange, TagCount
from bot.japanese import Scored
from bot.wording import when
from handlers.messages import digest as messages
from handlers.messages import digest_trace as reasons
from handlers.messages import schedules
from handlers.messages.lookup import alias_sentence

Row = dict[str, Any]


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


# ---- rows
def emit(row: Row) -> None:
    """One JSON object on one line of stdout."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def moment(time: datetime) -> str:
    """ISO 8601, UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def post(p: Post, reading: Reading) -> Row:
    """A stored post."""
    return {
        **brief(p), "url": p.url, "author": p.author, "source": p.source, "categories": list(p.categories),
        "published_at": moment(p.published_at), "dated_by": p.dated_by, "news_at": moment(p.news_at),
        "revision": p.revision, "story": p.story_id, "minutes": reading.minutes, "ai_score": round(reading.ai_score, 3),
        "tags": [t.name for t in reading.tags], "findings": [finding(f, p.file) for f in reading.findings],
    }  # fmt: skip


def brief(p: Post) -> Row:
    """A stored post, in short."""
    return {"id": p.id, "path": p.file, "title": p.title}


def finding(f: Finding, path: str | None) -> Row:
    """A finding."""
    return {
        "path": path, "rule": f.rule, "severity": f.severity, "quote": f.quote, "paragraph": f.paragraph,
        "line": f.line, "message": f.message, "remedy": f.remedy,
    }  # fmt: skip


def record(r: Record) -> Row:
    """How a rule does."""
    return {
        "rule": r.rule, "severity": r.severity, "on": r.on, "hits": r.hits, "dismissals": r.dismissed,
        "precision": None if r.precision is None else round(r.precision, 3), "demoted": r.demoted,
    }  # fmt: skip


def reading(draft: Draft, r: Reading, sentences: int, characters: int | None) -> Row:
    """What `read` found in a file."""
    return {
        "path": draft.file,
        "title": draft.title,
        "published_at": moment(draft.published_at),
        "summary": [sentence(s) for s in r.summary(sentences, characters)],
        "tags": [{"name": t.name, "origin": t.origin, "score": round(t.score, 3)} for t in r.tags],
        "keywords": [term for term, _ in r.terms],
        "ai_score": round(r.ai_score, 3),
        "findings": [finding(f, draft.file) for f in r.findings],
    }


def ranking(r: Reading, candidates: Sequence[Scored]) -> Row:
    """The headline and every candidate sentence, best first, with what each trait adds to its score."""
    return {
        "headline": r.headline,
        "ranking": [
            {
                **sentence(each.sentence), "score": round(each.score, 3),
                "reasons": [{"trait": trait, "adds": adds} for trait, adds in each.reasons],
            }
            for each in candidates
        ],
    }  # fmt: skip


def sentence(s: Sentence) -> Row:
    """A sentence of a summary."""
    return {"text": s.text, "paragraph": s.paragraph}


def found(f: Summary | Choice, desk: Desk) -> Iterator[Row]:
    """A summary, or a row for each post that may be meant."""
    if isinstance(f, Summary):
        yield {**post(f.post, f.reading), "summary": [sentence(s) for s in f.sentences], "alike": f.alike}
        return
    for candidate in f.posts:
        yield {**post(*desk.lookup.post(candidate.id)), "near": f.near}


def tag(count: TagCount) -> Row:
    """A tag with its counts."""
    return {"name": count.name, "posts": count.posts, "days30": count.days30, "change": count.change}


def tag_page(page: TagPage) -> Row:
    """One tag."""
    latest = [{**brief(p), "published_at": moment(p.published_at)} for p in page.posts]
    return {**tag(page.count), "latest": latest, "related": list(page.related), "aliases": list(page.aliases)}


def story(s: Story) -> Row:
    """A story."""
    return {"lead": s.lead, "posts": [brief(post) for post in s.posts]}


def alias(a: Alias) -> Row:
    """One of the desk's own aliases."""
    return {"name": a.name, "tag": a.tag}


def joined(j: AliasChange) -> Row:
    """What came of joining or parting two tags."""
    return {**alias(j.alias), "posts": j.posts, "changed": j.changed}


def hits(h: SearchHits, desk: Desk) -> Iterator[Row]:
    """The hits in order, each a post; `near` only where no post held every word."""
    for hit in h.hits:
        row = post(*desk.lookup.post(hit.post.id))
        yield {**row, "score": hit.score, "passage": hit.passage.text, **({"near": True} if h.near else {})}


def digest(d: Digest, desk: Desk) -> Row:
    """The digest as it would be posted."""
    replies = [messages.entry(d, e.post.id) for e in d.entries] + ([messages.held(d)] if d.held else [])
    stories: dict[int, list[Row]] = {}
    for number in d.covered:
        covered, _ = desk.lookup.post(number)
        stories.setdefault(covered.story_id or -number, []).append(brief(covered))
    return {
        **messages.digest(d),
        "replies": replies,
        "stories": [{"lead": e.post.id, "posts": stories.get(e.post.story_id or -e.post.id, [])} for e in d.entries],
        "held": [{**brief(h.post), "rules": [f.rule for f in h.findings]} for h in d.held],
        "left_out": list(d.left_out),
    }


def why(w: DigestTrace) -> Iterator[Row]:
    """Every rule that decided about a post, and at last the outcome."""
    for step in w.steps:
        yield {"rule": step.rule, "passed": step.passed, "seen": {k: _plain(v) for k, v in step.seen.items()}}
    told = [{"digest": t.digest, "slot": moment(t.slot), "state": t.state, "place": t.place, "position": t.position,
             "removed_by": t.removed_by} for t in w.told]  # fmt: skip
    yield {**brief(w.post), "channel": w.schedule.channel, "slot": moment(w.slot), "passed": w.passed, "told": told}


def schedule(planned: Planned) -> Row:
    """A schedule with its next times."""
    s = planned.schedule
    return {
        "id": s.id, "channel": s.channel, "name": s.name, "times": [f"{at:%H:%M}" for at in s.times],
        "weekdays": list(s.weekdays), "on_holidays": s.on_holidays, "zone": s.zone, "limit": s.limit,
        "ai_only": s.ai_only, "tags": list(s.tags), "sources": list(s.sources), "categories": list(s.categories),
        "quiet": s.quiet, "draft_minutes": s.draft_minutes, "paused": planned.paused,
        "next": [moment(slot) for slot in planned.next],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """What a rule saw as JSON has it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Finding):
        return finding(value, None)
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else value


# ---- for people
def progress_bar(err: Console) -> Progress:
    """A bar on stderr; silent where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal)


def print_reading(
    out: Console, draft: Draft, r: Reading, sentences: int, characters: int | None, zone: ZoneInfo
) -> None:
    """A file's reading."""
    out.print(Text(draft.title, style="bold"))
    minutes = f"約{r.minutes}分 · AI度 {r.ai_score:.2f}"
    out.print(Text(f"{draft.file} · {when(draft.published_at, zone)} · {minutes}", style="dim"), soft_wrap=True)
    _sentences(out, r.summary(sentences, characters))
    out.print(Text("　".join(f"#{t.name}" for t in r.tags), style="cyan"))
    for f in r.findings:
        style = "red" if f.severity == "block" else "yellow"
        out.print(Text(f"{f.line}行目 {f.rule} [{f.severity}] {f.message}「{f.quote[:60]}」", style=style))
    out.print()


def print_ranking(out: Console, r: Reading, candidates: Sequence[Scored]) -> None:
    """The candidates of a summary with their scores; those that a summary may show are marked."""
    out.print(Text(f"見出し: {r.headline}", style="dim"))
    for each in candidates:
        sentence, mark = each.sentence, "◎" if each.sentence in r.ranked else "　"
        out.print(Text.assemble(f"{mark} {each.score:.2f} ", sentence.text, (f" ¶{sentence.paragraph}", "dim")))
        reasons = "、".join(f"{trait} {adds:+.2f}" for trait, adds in each.reasons)
        out.print(Text(f"        {reasons}", style="dim"))
    out.print()


def print_found(out: Console, f: Summary | Choice, zone: ZoneInfo) -> None:
    """A summary, or what may be meant."""
    if isinstance(f, Choice):
        out.print(Text(f"「{f.asked}」に" + ("近い記事です。" if f.near else "当たる記事です。番号で選んでください。")))
        _posts(out, f.posts, zone)
        return
    p = f.post
    out.print(Text(f"#{p.id} {p.title}", style="bold"))
    out.print(
        Text(" · ".join(x for x in (p.source, when(p.published_at, zone), p.url) if x), style="dim"), soft_wrap=True
    )
    if f.sentences:
        _sentences(out, f.sentences)
    else:
        out.print(Text(f"本文が短いため要約できません。{f.lead}"))
    out.print(Text("　".join(f"#{t.name}" for t in f.reading.tags), style="cyan"))
    for x in f.reading.findings:
        out.print(Text(f"要確認 {x.rule}: {x.message}「{x.quote[:60]}」", style="yellow"))


def print_tags(out: Console, t: TagTable) -> None:
    """The tags of the last 30 days."""
    table = Table("タグ", "30日", "前の30日比", "全期間")
    for count in t.tags:
        table.add_row(count.name, str(count.days30), f"{count.change:+d}", str(count.posts))
    out.print(table)


def print_story(out: Console, s: Story, zone: ZoneInfo) -> None:
    """A story: its lead, and under it the other posts."""
    lead, *others = sorted(s.posts, key=lambda post: post.id != s.lead)
    out.print(Text(f"#{lead.id} {lead.title}", style="bold"), Text(f"　{when(lead.published_at, zone)}", style="dim"))
    for post in others:
        out.print(Text(f"    #{post.id} {post.title}　{when(post.published_at, zone)}"))


def print_tag_page(out: Console, page: TagPage, zone: ZoneInfo) -> None:
    """One tag."""
    c = page.count
    out.print(Text(f"{c.name}　全{c.posts}本・直近30日 {c.days30}本（{c.change:+d}）", style="bold"))
    _posts(out, page.posts, zone)
    if page.related:
        out.print(Text("関連タグ: " + "、".join(page.related), style="dim"))
    if page.aliases:
        out.print(Text("別名: " + "、".join(page.aliases), style="dim"))


def print_aliases(out: Console, aliases: tuple[Alias, ...]) -> None:
    """The desk's own aliases."""
    if not aliases:
        out.print(Text("編集部の別名はまだありません。kawaraban tag LLM --alias 大規模LM の形で追加できます。"))
        return
    table = Table("別名", "タグ")
    for a in aliases:
        table.add_row(Text(a.name), Text(a.tag))
    out.print(table)


def print_joined(out: Console, j: AliasChange) -> None:
    """What came of joining or parting two tags, in one sentence."""
    out.print(Text(alias_sentence(j)))


def print_hits(out: Console, h: SearchHits, zone: ZoneInfo) -> None:
    """A page of a search."""
    out.print(
        Text(f"全{h.total}件" + ("（すべての語を含む記事はないため、近い記事です）" if h.near else ""), style="dim")
    )
    for hit in h.hits:
        out.print(Text(f"#{hit.post.id} {hit.post.title}", style="bold"))
        text = Text(hit.passage.text)
        for start, end in hit.passage.matches:
            text.stylize("bold yellow", start, end)
        out.print(text)


def print_digest(out: Console, d: Digest) -> None:
    """The digest and its replies, as their texts read."""
    held = [messages.held(d)] if d.held else []
    for message in (messages.digest(d), *(messages.entry(d, e.post.id) for e in d.entries), *held):
        out.print(Text(message["text"]))


def _sentences(out: Console, chosen: tuple[Sentence, ...]) -> None:
    for s in chosen:
        out.print(Text.assemble("• ", s.text, (f" ¶{s.paragraph}", "dim")))


def _posts(out: Console, posts: tuple[Post, ...], zone: ZoneInfo) -> None:
    for p in posts:
        out.print(Text.assemble((f"#{p.id} ", "bold"), p.title, (f"　{when(p.published_at, zone)}", "dim")))


def print_why(out: Console, w: DigestTrace) -> None:
    """Why a post is in a digest, or is not."""
    out.print(Text(reasons.why(w)["text"]))


def print_schedules(out: Console, planned: Sequence[Planned], names: Mapping[int, str]) -> None:
    """Every schedule."""
    if not planned:
        out.print(Text("ダイジェストの予定はまだありません。kawaraban digest add で追加できます。"))
        return
    table = Table("番号", "名前", "送信先", "内容", "次回")
    for each in planned:
        s = each.schedule
        described = Text(schedules.described(s, names))
        table.add_row(str(s.id), Text(s.name), s.channel, described, schedules.next_line(each).removeprefix("次回 "))
    out.print(table)


def print_schedule_done(out: Console, planned: Planned, what: str) -> None:
    """What came of a change, in a sentence."""
    s = planned.schedule
    following = "、".join(when(slot, s.tz) for slot in planned.next)
    out.print(Text(f"予定 {s.id}（{s.channel}）を{what}しました。{f'次は {following} です。' if following else ''}"))
