"""The digest: one parent message, and in its thread a reply for each entry."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.checks import title
from bot.domain.digests import Digest, Entry
from handlers.messages import blocks as b
from handlers.messages import lookup

MARKS = {"": "", "open": "👀 確認中", "fixed": "✅ 修正済み"}
NAME = "AIニュース ダイジェスト"
"""The name of a digest if its schedule has none."""


def digest(d: Digest, menus: Mapping[int, b.Block] | None = None, room: int = b.MESSAGE) -> b.Message:
    """The parent message. It stays within Slack's limits on any day; what did not fit is counted.

    `menus` are added to the entries of a draft, by post; the draft has `room` for that many characters.
    """
    zone = d.schedule.tz
    head = f"{d.schedule.name or NAME} {wording.when(d.slot, zone)}"
    if not d.entries:
        lines = [_quiet(d, zone), *([_held_line(d)] if d.held else [])]
        return b.message("\n".join([head, *lines]), [b.header(head), *(b.section(line) for line in lines)])
    rest = [line for line in (_held_line(d), f"ほか{len(d.left_out)}本" if d.left_out else "") if line]
    titles = [f"{n}. {_label(e)}{e.post.title}" for n, e in enumerate(d.entries, 1)]
    put_right = _corrections(d, zone)
    said = [line for line in (head, put_right, *titles, *rest) if line]
    for limit in (900, 600, 400, 275, 160, 100):  # the most text per entry that fits
        entries = [
            b.section(_entry(e, f"{n}. ", limit, d), (menus or {}).get(e.post.id)) for n, e in enumerate(d.entries, 1)
        ]
        choices = [] if menus is not None else [_choices(d)]
        count = b.context(*_count(d), put_right)
        body = [b.header(head), count, *entries, *(b.context(line) for line in rest), *choices]
        if b.size(body) <= room:
            break
    return b.message("\n".join(said), body, room)


def entry(d: Digest, post_id: int) -> b.Message:
    """The reply for one entry: it shows exactly one post, so that a reaction applies to that post."""
    number, found = next((n, e) for n, e in enumerate(d.entries, 1) if e.post.id == post_id)
    gone = found.post.withdrawn_at is not None
    row = [
        b.button("要約", "pick_0", {"post": post_id}) if not gone else None,
        b.button("レビューに回す", "flag", {"post": post_id}) if not gone else None,
        b.button(f"同じ話題 {found.others}本", "story", {"post": post_id}) if found.others else None,
        b.openable(found.post.url) if not gone else None,
    ]
    buttons = [b.actions(*row)] if any(row) else []
    return b.message(
        f"{number}. {_label(found)}{found.post.title}", [b.section(_entry(found, f"{number}. ", 900, d)), *buttons]
    )


def held(d: Digest) -> b.Message:
    """The reply that lists the held posts and why."""
    head = _held_line(d)
    lines = [
        f"*#{h.post.id}* {b.link(h.post.url, h.post.title, 150)}\n{lookup.finding(h.findings[0])}" for h in d.held[:15]
    ]
    if len(d.held) > 15:
        lines.append(f"ほか{len(d.held) - 15}本")
    body = [b.section(f"*{head}*"), *(b.section(line) for line in lines)]
    return b.message("\n".join([head, *(f"#{h.post.id} {h.post.title}" for h in d.held[:15])]), body)


def sent(d: Digest | None) -> b.Message:
    """The answer to a person who clicked or typed 送信."""
    if d is None:
        text = "新しい記事はありません。何も送信しませんでした。"
    else:
        held_back = f"、{len(d.held)}本は保留" if d.held else ""
        text = f"<#{d.schedule.channel}> に{len(d.entries)}件の話題（記事{len(d.covered)}本{held_back}）を送信します。"
    return {"text": text, "blocks": [b.section(text)]}


def _entry(e: Entry, number: str, limit: int, d: Digest) -> str:
    zone = ZoneInfo(d.schedule.zone)
    gone = e.post.withdrawn_at
    title = f"*{number}{b.link(None if gone else e.post.url, _label(e) + e.post.title, min(200, limit))}*"
    if gone is None:
        said = lookup.sentences(e.sentences, limit)
    else:
        said = f"配信元がこの記事を取り下げました（{_time(gone, d, zone)}）。"
        if e.instead is not None:
            said += f"\n同じ話題の記事: *#{e.instead.id}* {b.link(e.instead.url, e.instead.title, 150)}"
    facts = [f"#{e.post.id}", b.escape(e.post.source, 60), lookup.tags(e.tags[:3])]
    if e.others:
        facts.append(f"同じ話題 {e.others}本")
    facts += [MARKS[e.review], f"訂正 {_time(e.corrected_at, d, zone)}" if e.corrected_at else ""]
    return "\n".join([title, said, " · ".join(f for f in facts if f)])


def _label(e: Entry) -> str:
    return ("【取り下げ】" if e.post.withdrawn_at is not None else "") + ("【続報】" if e.follow_up else "")


def _corrections(d: Digest, zone: ZoneInfo) -> str:
    """「訂正 10:32（2番）」: when the digest was last corrected, and which entries; empty if it never was."""
    times = {n: e.corrected_at for n, e in enumerate(d.entries, 1) if e.corrected_at}
    return f"訂正 {_time(max(times.values()), d, zone)}（{'、'.join(f'{n}番' for n in times)}）" if times else ""


def _time(at: datetime, d: Digest, zone: ZoneInfo) -> str:
    """The time of day, with the date if it differs from the digest's."""
    local = at.astimezone(zone)
    same = local.date() == d.slot.astimezone(zone).date()
    return f"{local.hour}:{local.minute:02}" if same else wording.when(at, zone)


def _choices(d: Digest) -> b.Block:
    """The actions on an entry, chosen by its title."""
    by_title = {f"{n}. {e.post.title[:35]}": {"post": e.post.id} for n, e in enumerate(d.entries, 1)}
    return b.actions(b.choice("要約を読む", "pick_0", by_title), b.choice("レビューに回す", "flag", by_title))


def _count(d: Digest) -> tuple[str, ...]:
    """The number of stories and posts, and the sending time if a draft was sent after its slot."""
    hint = "" if d.schedule.is_personal else "　各記事への🚩はスレッドの返信へどうぞ"  # it has no replies
    count = f"{len(d.entries)}件の話題・記事{len(d.covered)}本{hint}"
    late = d.decided_at is not None and d.decided_at > d.slot
    return (count, f"{wording.when(d.decided_at, d.schedule.tz)} に承認、送信") if late and d.decided_at else (count,)


def _held_line(d: Digest) -> str:
    if not d.held:
        return ""
    rules = Counter(title(h.findings[0].rule) for h in d.held)
    return f"{len(d.held)}本を保留（{'、'.join(f'{rule}{count}' for rule, count in rules.items())}）"


def _quiet(d: Digest, zone: ZoneInfo) -> str:
    local = d.last_checked.astimezone(zone) if d.last_checked else None
    checked = f"最終確認 {local.hour}:{local.minute:02}、" if local else ""
    if d.removed:
        return "本日お届けする話題はありません"
    news = "お届けできる新着" if d.held else "新着"
    failing = f"、{d.failing}ソースは取得に失敗" if d.failing else ""
    return f"本日の{news}はありません（{checked}{d.sources}ソース正常{failing}）"
