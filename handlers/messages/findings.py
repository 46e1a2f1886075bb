"""Findings, each with the button 誤検知."""

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.checks import title
from bot.desk.checks import Examined, PostFindings, Record
from bot.domain.findings import Finding, Severity, Silenced
from bot.domain.posts import Post
from bot.domain.readings import Reading
from handlers.messages import blocks as b
from handlers.messages import lookup, modal

SHOWN = 5
LISTED = 20
QUOTE = 120
ROOM = 11_000
"""Maximum number of characters for all findings of one message."""
PASTED = 3_000
"""Maximum number of characters that Slack accepts in a modal's input."""
WEIGHTS: dict[Severity, str] = {"block": "止める", "warn": "注意", "note": "参考"}
"""Editors' names for the severities."""
MARKS = {"block": "🛑", "warn": "⚠️", "note": "📝"}
WEEKLY = 25
RULES = 60
"""Maximum number of rules in one table, the desk's and the house's."""


def rows(post_id: int, found: Sequence[Finding], most: int = SHOWN) -> list[b.Block]:
    """Findings as blocks, at most `most`, the rest counted: each with its quotation, place, reason and remedy, and with
    the button 「誤検知」."""
    shown = [
        b.section(text(finding, _room(found[:most])), b.button("誤検知", f"dismiss_{n}", _named(post_id, finding)))
        for n, finding in enumerate(found[:most])
    ]
    return [*shown, b.context(f"ほか{len(found) - most}件")] if len(found) > most else shown


def text(finding: Finding, room: int = 1_000) -> str:
    """One finding in full, escaped, in about `room` characters."""
    place = f"¶{finding.paragraph}・{finding.line}行目" if finding.paragraph else f"{finding.line}行目"
    quote = " ".join(finding.quote.split())
    short = quote if len(quote) <= QUOTE else quote[:QUOTE] + "…"
    said = f"「{b.escape(short, room // 3)}」" if quote else ""
    head = f"{MARKS[finding.severity]} *{b.escape(title(finding.rule), 60)}* {said}（{place}）"
    return f"{head}\n{b.escape(finding.message, room // 3)}\n→ {b.escape(finding.remedy, room // 6)}"


def _room(found: Sequence[Finding]) -> int:
    """The number of characters available to each of the findings in one message."""
    return min(1_000, ROOM // max(1, len(found)))


def listing(f: PostFindings) -> b.Message:
    """All active findings of a post, and the rules silenced for it."""
    head = f"#{f.post.id} の要確認 {len(f.standing)}件" if f.standing else f"#{f.post.id} に要確認はありません。"
    body = [b.section(f"*{b.escape(head)}*\n{b.link(f.post.url, f.post.title)}")]
    body += rows(f.post.id, f.standing, LISTED)
    for n, rule in enumerate(f.silent[:LISTED]):
        undo = b.button("元に戻す", f"restore_{n}", {"post": f.post.id, "rule": rule})
        body.append(b.section(f"🔕 「{b.escape(title(rule))}」は、誤検知としてこの記事では表示していません。", undo))
    return b.message("\n".join([head, *(finding.message for finding in f.standing[:LISTED])]), body)


def which(all_findings: Sequence[PostFindings]) -> b.Message:
    """The posts of a message with the number of findings of each, to choose from."""
    head = "このメッセージの記事です。要確認を見る記事を選んでください。"
    rows_ = [
        b.section(
            f"*#{f.post.id}* {b.link(f.post.url, f.post.title)}",
            b.button(f"要確認 {len(f.standing)}件", f"findings_{n}", {"post": f.post.id}),
        )
        for n, f in enumerate(all_findings[:LISTED])
    ]
    rest = [b.context(f"ほか{len(all_findings) - LISTED}本")] if len(all_findings) > LISTED else []
    return b.message(head, [b.section(head), *rows_, *rest])


def examined(e: Examined) -> b.Message:
    """The findings in a draft that somebody pasted or shared."""
    counts = Counter(finding.severity for finding in e.findings)
    kinds = "、".join(f"{name}{counts[severity]}" for severity, name in WEIGHTS.items() if counts[severity])
    head = f"要確認 {len(e.findings)}件（{kinds}）" if e.findings else "要確認はありません。"
    body = [
        b.section(f"*{head}*"),
        *(b.section(text(finding, _room(e.findings[:LISTED]))) for finding in e.findings[:LISTED]),
    ]
    if len(e.findings) > LISTED:
        body.append(b.context(f"ほか{len(e.findings) - LISTED}件"))
    body.append(b.context(f"原稿{e.characters:,}文字を検査しました。保存はしていません。"))
    return b.message("\n".join([head, *(finding.message for finding in e.findings[:LISTED])]), body)


def form() -> b.Block:
    """The modal to paste a draft into."""
    entry = {
        "type": "input",
        "block_id": "draft",
        "label": b.words("原稿"),
        "hint": b.words(
            f"Markdownで{PASTED:,}文字まで。長い原稿は .md ファイルを共有し、"
            "そのメッセージで「校閲する」を選んでください。"
        ),
        "element": {"type": "plain_text_input", "action_id": "draft", "multiline": True, "max_length": PASTED},
    }
    return modal.modal("校閲する", [entry], callback_id="check_draft", submit=b.words("校閲する"))


def result(e: Examined) -> b.Block:
    """The same modal once the draft was checked."""
    return modal.modal("校閲の結果", examined(e)["blocks"])


def nothing_to_check() -> b.Message:
    """The answer to 校閲する on a message without text."""
    said = "このメッセージには、校閲できる本文も .md ファイルもありません。"
    return b.message(said, [b.context(said)])


def alert(post: Post, reading: Reading, found: Sequence[Finding], revision: int, zone: ZoneInfo) -> b.Message:
    """The alert to the review channel about a new or edited post with new findings: those still active."""
    what = f"#{post.id} の更新" if revision > 1 else f"新しい記事 #{post.id}"
    head = f"{what}に要確認 {len(found)}件" if found else f"#{post.id} の要確認はなくなりました。"
    body = [
        b.section(f"*{head}*\n{b.link(post.url, post.title)}"),
        b.context(lookup.byline(post, reading, zone)),
        *rows(post.id, found),
        b.actions(
            b.button("要約", "pick_0", {"post": post.id}),
            b.button("レビューに回す", "flag", {"post": post.id}),
            b.openable(post.url),
        ),
    ]
    return b.message("\n".join([f"{head} {post.title}", *(finding.message for finding in found[:SHOWN])]), body)


def silenced(post_id: int, s: Silenced) -> b.Message:
    """The answer to a person who clicked 「誤検知」."""
    rule = b.escape(title(s.rule))
    how = f"#{post_id} では「{rule}」の指摘（{s.findings}件）を、引用した箇所が残っている間は表示しません。"
    said = f"誤検知として記録しました。{how}" if s.changed else f"誤検知として記録済みです。{how}"
    undo = b.button("元に戻す", "restore_0", {"post": post_id, "rule": s.rule})
    return b.message(said, [b.section(said, undo)])


def restored(post_id: int, s: Silenced) -> b.Message:
    """The answer to a person who clicked 「元に戻す」."""
    done = "誤検知の記録を取り消しました。" if s.changed else "誤検知の記録はありません。"
    said = f"{done}#{post_id} の「{b.escape(title(s.rule))}」の指摘（{s.findings}件）を表示します。"
    return b.message(said, [b.section(said)])


def demoted(rule: str, hits: int, posts: int) -> b.Message:
    """The notice to the review channel that a rule's alerts become a weekly count."""
    said = (
        f"「{b.escape(title(rule))}」は、この7日間の記事{posts}本のうち{hits}本（{hits / posts:.0%}）に当たりました。"
        "今後は個別にお知らせせず、週に一度の件数だけをお知らせします。記事の要確認とレビューには引き続き表示します。"
    )
    return b.message(said, [b.section(said)])


def week(counts: Sequence[tuple[str, int, bool]], posts: int) -> b.Message:
    """The weekly count of the demoted rules; rules that hit less often now are announced one by one again."""
    head = f"個別にお知らせしていない規則の件数（この7日間、記事{posts}本）"
    lines = [
        f"• {b.escape(title(rule), 60)} {hits}本{'　→ 今後は個別にお知らせします' if back else ''}"
        for rule, hits, back in counts[:WEEKLY]
    ]
    lines += [f"ほか{len(counts) - WEEKLY}件"] if len(counts) > WEEKLY else []
    return b.message("\n".join([head, *lines]), [b.section(f"*{head}*"), b.section("\n".join(lines))])


def records(all_records: Sequence[Record]) -> b.Message:
    """The answer to `/kawaraban ルール`: hits and precision of each rule."""
    shown = all_records[:RULES]
    cells = [[b.cell(words) for words in ("規則", "重さ", "該当", "誤検知", "適合率", "通知")]]
    for r in shown:
        facts = (r.title, WEIGHTS[r.severity], f"{r.hits}本", f"{r.dismissed}本", share(r), notice(r))
        cells.append([b.cell(fact) for fact in facts])
    right = {"align": "right"}
    table = {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}, {}, right, right, right, {}]}
    rest = [b.context(f"ほか{len(all_records) - RULES}件")] if len(all_records) > RULES else []
    head = "校閲の規則と成績"
    note = "該当は規則が当たった記事、誤検知はそのうち編集部が誤検知とした記事、適合率は残りの割合です。"
    said = [head, *(f"{r.title} 該当{r.hits}本 誤検知{r.dismissed}本 適合率{share(r)}" for r in shown)]
    return b.message("\n".join(said), [b.section(f"*{head}*"), table, *rest, b.context(note)])


def share(record: Record) -> str:
    """Format the precision of a rule: 96%, or – before its first hit."""
    return "–" if record.precision is None else f"{record.precision:.0%}"


def notice(record: Record) -> str:
    """How a rule's hits are announced."""
    return (
        "停止中" if not record.on else "週1回の件数" if record.demoted else "–" if record.severity == "note" else "個別"
    )


def _named(post_id: int, finding: Finding) -> dict[str, object]:
    """A key of a finding that stays the same when the post is read again."""
    return {"post": post_id, "rule": finding.rule, "quote": finding.quote}
