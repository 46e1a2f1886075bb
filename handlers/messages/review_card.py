"""A review in Slack: its card, the lines of its history, and the line in the thread where its post was flagged."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot import wording
from bot.desk.reviews import ReviewCard
from bot.domain.findings import SEVERITIES
from bot.domain.posts import Post
from bot.domain.reviews import SNOOZES, Review, ReviewEvent, Snooze, Via
from handlers.messages import blocks as b
from handlers.messages import findings, lookup

STATES = {
    "open": "未対応", "taken": "対応中", "snoozed": "スヌーズ中", "resolved": "解決", "dismissed": "却下",
    "withdrawn": "取り下げ",
}  # fmt: skip
DECISIONS = {"fixed": "修正済み", "fine": "問題なし"}
SIGNS = {"open": "🚩", "taken": "👀", "snoozed": "💤", "resolved": "✅", "dismissed": "➖", "withdrawn": "➖"}
SNOOZE: Mapping[Snooze, str] = {"hour": "1時間", "evening": "今日の夕方", "morning": "明日の朝", "week": "来週"}
FINDINGS, HISTORY, WHOLE, PEOPLE, ALIKE, NOTE = 5, 5, 28, 5, 3, 300
_DID = {
    "flag": "🚩を付けました", "unflag": "🚩を外しました", "check": "自動チェックが止まる箇所を見つけました",
    "withdraw": "最後の🚩を外しました", "take": "担当になりました", "release": "担当を外れました",
    "fixed": "「修正済み」にしました", "fine": "「問題なし」にしました", "dismiss": "却下しました",
    "undo": "直前の操作を元に戻しました", "wake": "スヌーズが終わりました",
    "removal": "記事が配信元から取り下げられました",
}  # fmt: skip
_PLACES: Mapping[Via, str] = {"command": "コマンド", "home": "ホーム", "terminal": "端末"}


def card(c: ReviewCard, zone: ZoneInfo, *, whole: bool = False) -> b.Message:
    """The card of a review: the post, who flagged it, the owner, the evidence, the history in short or `whole`, the
    buttons."""
    review, post = c.review, c.post
    head = f"レビュー #{review.id}　{state(review)}"
    body = [
        b.header(f"{SIGNS[review.state]} {head}"),
        b.section(f"*{b.link(post.url, post.title)}*"),
        b.context(lookup.byline(post, c.reading, zone)),
        b.section("\n".join(_facts(review, post, zone))),
        *_evidence(c),
        *_alike(c.alike),
        *(_course(review, zone) if whole else [b.context("\n".join(_history(review, zone)))]),
        *_buttons(c),
    ]
    found = f"要確認 {len(c.reading.findings)}件" if c.reading.findings else ""
    return b.message("\n".join(part for part in (head, f"#{post.id} {post.title}", found) if part), body)


def notice(review: Review, post: Post, user: str, zone: ZoneInfo) -> b.Message:
    """The line where a post was flagged: by whom, and the state of the review; kept up to date."""
    who = f"🚩 <@{user}> " if user else ""
    since = wording.when(review.closed_at or review.taken_at or review.opened_at, zone)
    person = review.decided_by or review.owner
    by = f" <@{person}>" if person else ""
    text = f"{who}#{post.id} のレビュー #{review.id}: {SIGNS[review.state]} {state(review)}{by}（{since}）"
    said = f"#{post.id} {b.escape(post.title, 300)} のレビュー #{review.id}: {state(review)}"
    return b.message(said, [b.context(text)])


def line(event: ReviewEvent, zone: ZoneInfo) -> b.Message:
    """One line of the history, in the thread of the card."""
    text = f"{did(event, zone)}{_place(event)}"
    return {"text": text, "blocks": [b.section(text)]}


def handed(review: Review, post: Post, event: ReviewEvent) -> b.Message:
    """The direct message to the new owner of a review."""
    by = f"<@{event.user}> さんが" if event.user else ""
    text = f"{by}レビュー #{review.id} の担当をあなたに引き継ぎました。"
    about = f"*{b.link(post.url, post.title)}*　#{post.id}"
    return {
        "text": f"{text}\n#{post.id} {b.plain(post.title, 300)}",
        "blocks": [
            b.section(f"{text}\n{about}"),
            b.actions(b.button("要約", "pick_0", {"post": post.id}), b.openable(post.url)),
        ],
    }


def state(review: Review) -> str:
    """The state of a review, or how it was decided."""
    return DECISIONS.get(review.decision or "", STATES[review.state])


def did(event: ReviewEvent, zone: ZoneInfo, limit: int = b.SECTION - 300) -> str:
    """An event as one sentence that starts with the person. Text by a person is escaped, and cut at `limit`
    characters."""
    who = f"<@{event.user}> " if event.user else ""
    if event.action == "hand over":
        return f"{who}担当を <@{event.to}> に引き継ぎました"
    if event.action == "snooze":
        until = f"（{wording.when(event.until, zone)}まで）" if event.until else ""
        return f"{who}スヌーズしました{until}"
    if event.action == "note":
        return f"{who}メモ: {b.escape(event.note, limit)}"
    if event.action in ("revision", "mending"):
        facts = event.facts
        gone = f"解消{facts['gone']}件、" if facts.get("gone") else ""
        return f"記事が改訂されました（第{facts.get('revision', 0)}版、{gone}要確認 残り{facts.get('left', 0)}件）"
    if event.action == "withdraw" and event.state == "withdrawn":
        return f"{who}最後の🚩を外したため、取り下げました"
    return who + _DID[event.action]


def note(review: Review, post: Post, at: Mapping[str, str]) -> b.Block:
    """The modal for a note. `at` is the message it was opened from."""
    entry = {
        "type": "input",
        "block_id": "note",
        "label": b.words("メモ"),
        "element": {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": 2_000},
    }
    about = b.section(f"レビュー #{review.id}　*{b.link(post.url, post.title)}*")
    carried = {"review": review.id, **at}
    return {
        "type": "modal",
        "callback_id": "review_note",
        "private_metadata": b.packed(carried),
        "title": b.words("メモ"),
        "submit": b.words("残す"),
        "close": b.words("やめる"),
        "blocks": [about, entry],
    }


# ---- parts of the card
def _facts(review: Review, post: Post, zone: ZoneInfo) -> list[str]:
    opened = f"（{wording.when(review.opened_at, zone)}から）"
    people = [f"<@{flag.user}>" for flag in review.flags[:PEOPLE]]
    rest = f" ほか{len(review.flags) - PEOPLE}人" if len(review.flags) > PEOPLE else ""
    facts = ["🤖 自動チェックが開きました" + opened] if review.opened_via == "checks" else []
    if people:
        facts.append(f"🚩 {'、'.join(people)}{rest}{'' if facts else opened}")
    elif not facts:
        facts.append(f"🚩 は外されています{opened}")
    if review.owner:
        facts.append(f"担当 <@{review.owner}>（{wording.when(review.taken_at or review.opened_at, zone)}から）")
    if review.snoozed_until:
        facts.append(f"💤 {wording.when(review.snoozed_until, zone)}まで")
    if review.closed_at:
        by = f" <@{review.decided_by}>" if review.decided_by else ""
        facts.append(f"*{state(review)}*{by}（{wording.when(review.closed_at, zone)}）")
    if post.withdrawn_at:
        facts.append(f"この記事は配信元から取り下げられました（{wording.when(post.withdrawn_at, zone)}）。")
    elif review.looks_fixed:
        facts.append(f"第{post.revision}版で要確認の箇所がなくなりました。「修正済み」にできます。")
    return facts


def _evidence(c: ReviewCard) -> list[b.Block]:
    """The post's findings, worst first, with quotation and place."""
    found = sorted(c.reading.findings, key=lambda f: SEVERITIES.index(f.severity))
    if not found:
        return [b.section("自動チェックでの要確認はありません。")]
    return [b.section(f"*要確認 {len(found)}件*"), *findings.rows(c.post.id, found, FINDINGS)]


def _alike(alike: Sequence[Post]) -> list[b.Block]:
    if not alike:
        return []
    shown = [f"#{p.id} {b.link(p.url, p.title, 80)}" for p in alike[:ALIKE]]
    rest = [f"ほか{len(alike) - ALIKE}本"] if len(alike) > ALIKE else []
    return [b.context("\n".join([f"同じ話題 {len(alike)}本", *shown, *rest]))]


def _history(review: Review, zone: ZoneInfo) -> list[str]:
    """The newest events, oldest first; flags are shown above."""
    told = [e for e in review.history if e.action not in ("flag", "unflag")] or list(review.history[:1])
    shown = told[-HISTORY:]
    rest = [f"履歴 ほか{len(told) - len(shown)}件"] if len(told) > len(shown) else []
    return [*rest, *(f"{wording.when(e.at, zone)} {' '.join(did(e, zone, NOTE).split())}" for e in shown)]


def _course(review: Review, zone: ZoneInfo) -> list[b.Block]:
    """All events, oldest first, including flags; of a very long history the newest."""
    shown = review.history[-WHOLE:]
    lines = [f"{wording.when(e.at, zone)} {' '.join(did(e, zone, NOTE // 2).split())}{_place(e)}" for e in shown]
    rest = [f"ほか{len(review.history) - len(shown)}件"] if len(review.history) > len(shown) else []
    said = ["*経緯*", *rest, *lines]
    return [b.context("\n".join(said[at : at + 10])) for at in range(0, len(said), 10)]


def _place(event: ReviewEvent) -> str:
    return f"（{_PLACES[event.via]}から）" if event.via in _PLACES else ""


def _buttons(c: ReviewCard) -> list[b.Block]:
    review, post, value = c.review, c.post, {"review": c.review.id}
    undo = b.button("元に戻す", "review_undo", value) if review.can_undo else None
    write = b.button("メモ", "review_note", value)
    look = b.actions(
        b.button("要約", "pick_0", {"post": post.id}),
        b.button(f"同じ話題 {len(c.alike)}本", "story", {"post": post.id}) if c.alike else None,
        b.button("変更点", "changes", {"post": post.id}) if post.revision > 1 else None,
        b.openable(post.url),
    )
    if review.is_closed:
        return [b.actions(undo, write), look]
    first = "primary" if review.looks_fixed else None
    deeds = b.actions(
        b.button("担当する", "review_take", value, style="primary") if review.state != "taken" else None,
        b.button("修正済み", "review_fixed", value, style=first),
        b.button("問題なし", "review_fine", value),
        b.button("却下", "review_dismiss", value),
    )
    more = b.actions(
        write,
        b.choice("スヌーズ", "review_snooze", {SNOOZE[s]: value | {"for": s} for s in SNOOZES}),
        b.button("担当を外れる", "review_release", value) if review.owner else None,
        undo,
    )
    return [deeds, more, look]
