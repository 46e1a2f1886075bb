"""Sources in Slack: the list, the outcome of polls, changes of state."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.sources import PATIENCE, SHARED, Poll, RejectedEntry, Source
from handlers.messages import blocks as b

PAGE = 8
ASIDES = 8
KINDS = {
    "jekyll": "フォルダー",
    "git": "git",
    "feed": "フィード",
    "page": "ページ",
    "link": "リンク",
    "file": "ファイル",
    "paste": "本文の貼り付け",
}
STATES = {
    "active": "正常",
    "paused": "停止中",
    "failing": "確認できない状態が続いています",
    "gone": "配信元がなくなりました",
    "removed": "削除済み",
}
_SIGNS = {"active": "✅", "paused": "⏸️", "failing": "⚠️", "gone": "⚠️", "removed": "🗑️"}


def listing(sources: Sequence[Source], zone: ZoneInfo, *, at: int = 0, manages: bool = True) -> b.Message:
    """Every source with its health, one page from `at` on; buttons if the person may manage them."""
    page = sources[at : at + PAGE]
    title = f"ソース {len(sources)}件"
    body = [b.header(title), *(block for s in page for block in row(s, zone, manages=manages))]
    if not sources:
        body.append(b.section("ソースはまだありません。`/source 追加 https://…` で登録できます。"))
    before = b.button("前へ", "source_page_before", {"at": max(0, at - PAGE)}) if at else None
    after = b.button("次へ", "source_page_after", {"at": at + PAGE}) if at + PAGE < len(sources) else None
    add = b.button("追加", "source_add", style="primary") if manages else None
    if before or after or add:
        body.append(b.actions(add, before, after))
    text = "\n".join([title, *(f"{s.id} {s.name}（{STATES[s.state]}）{s.error}" for s in page)])
    return b.message(text, body)


def row(s: Source, zone: ZoneInfo, *, manages: bool = True) -> tuple[b.Block, ...]:
    """One source: kind, health, buttons."""
    name = f"{sign(s)} *{s.id}*　*{b.escape(s.name, 200)}*　{KINDS[s.kind]}"
    where = "" if s.kind in SHARED else f"\n{b.escape(shown_location(s), 300)}"
    trouble = f"\n{b.escape(s.error, 600)}（連続{s.failures}回）" if s.error else ""
    aside = f"\n取り込めなかった記事 {s.aside}本（`/source 保留 {s.id}`）" if s.aside else ""
    blocks = [b.section(name + where + trouble + aside), b.context(health(s, zone))]
    if manages and s.kind not in SHARED:
        blocks.append(b.actions(*_buttons(s)))
    return tuple(blocks)


def sign(s: Source) -> str:
    """The state as an emoji."""
    return "📥" if s.kind in SHARED else "⚠️" if s.error else _SIGNS[s.state]


def health(s: Source, zone: ZoneInfo) -> str:
    """Its state, last success, last new post, next poll and number of posts."""
    parts = [f"{s.posts:,}本"]
    if s.kind not in SHARED:
        parts = [STATES[s.state], f"最終確認 {_at(s.succeeded_at, zone)}", f"最新の記事 {_at(s.last_post_at, zone)}"]
        if s.state in ("active", "failing"):
            parts.append(f"次の確認 {_at(s.next_poll_at, zone)}" if s.next_poll_at else "自動の確認なし")
        parts.append(f"{s.posts:,}本")
    return "　".join(parts)


def shown_location(s: Source) -> str:
    """Its location without possible secrets: the query of the URL."""
    if "://" not in s.location:
        return s.location
    parts = urlsplit(s.location)
    return parts._replace(query="…" if parts.query else "").geturl()


def added(s: Source, poll: Poll | None, zone: ZoneInfo) -> b.Message:
    """The answer to adding a source; `poll` is None if it existed before."""
    text = added_sentence(s, poll, zone)
    return b.message(text, [b.section(b.escape(text)), b.actions(*_buttons(s))])


def added_sentence(s: Source, poll: Poll | None, zone: ZoneInfo) -> str:
    """The outcome of adding a source."""
    if poll is None:
        return f"ソース {s.id}「{s.name}」は登録済みです（{STATES[s.state]}）。"
    if poll.error:
        trouble = f"最初の確認ができませんでした。{poll.error}{_again(s, zone)}"
        return f"ソース {s.id}「{s.name}」を登録しましたが、{trouble}"
    return f"ソース {s.id}「{s.name}」（{KINDS[s.kind]}）の{registered(s.posts)}{_left(poll)}"


def begun(s: Source) -> b.Message:
    """The answer to adding a source that a clock is already polling."""
    return _said(f"ソース {s.id}「{s.name}」を登録しました。最初の確認が終わったらお知らせします。")


def registered(posts: int) -> str:
    """The sentence about a backlog."""
    return f"{posts:,}本を登録しました。以後の新着から通知します。"


def looked(s: Source, poll: Poll, zone: ZoneInfo) -> b.Message:
    """The answer to 確認: the outcome of a poll."""
    return _said(looked_sentence(s, poll, zone))


def looked_sentence(s: Source, poll: Poll, zone: ZoneInfo) -> str:
    """The outcome of a poll as a sentence."""
    if poll.error:
        return f"ソース {s.id}「{s.name}」を確認できませんでした。{poll.error}{_again(s, zone)}"
    counts = [(poll.new, "新着"), (poll.updated, "更新"), (poll.removed, "取り下げ")]
    said = "、".join(f"{what}{count:,}本" for count, what in counts if count) or "新しい記事はありません"
    return f"ソース {s.id}「{s.name}」を確認しました。{said}。{_left(poll)}"


def turned(s: Source) -> b.Message:
    """The answer to 停止, 再開 and 削除."""
    return _said(turned_sentence(s))


def turned_sentence(s: Source) -> str:
    """The outcome of 停止, 再開 or 削除."""
    what = {"paused": "停止しました", "active": "再開しました。まもなく確認します", "removed": "削除しました"}[s.state]
    keeps = f"取り込んだ{s.posts:,}本はそのまま残ります。" if s.state == "removed" else ""
    return f"ソース {s.id}「{s.name}」を{what}。{keeps}"


def asides(found: Sequence[RejectedEntry], source: Source | None, zone: ZoneInfo) -> b.Message:
    """The rejected posts, with their reasons."""
    if not found:
        return b.message("取り込めなかった記事はありません。", [b.section("取り込めなかった記事はありません。")])
    title = f"取り込めなかった記事 {len(found)}本"
    body = [b.header(title)]
    for aside in found[:ASIDES]:
        body.append(b.section(f"*{b.escape(aside.place, 300)}*\n{b.escape(aside.reason, 600)}"))
        body.append(b.context(f"ソース {aside.source_id}　{wording.when(aside.at, zone)}から"))
    if len(found) > ASIDES:
        body.append(b.context(f"ほか{len(found) - ASIDES}本"))
    if source is not None:
        body.append(b.actions(b.button("もう一度取り込む", "source_retry", {"source": source.id})))
    return b.message("\n".join([title, *(f"{a.place}: {a.reason}" for a in found[:ASIDES])]), body)


def retried(s: Source, count: int) -> b.Message:
    """The answer to もう一度取り込む."""
    return _said(f"ソース {s.id}「{s.name}」の取り込めなかった{count}本を、次の確認でもう一度取り込みます。")


# ---- announcements
def changed(s: Source, state: str, error: str) -> b.Message:
    """The notice to the admins' channel when the state of a source changes."""
    if state == "active":
        text = f"✅ ソース {s.id}「{s.name}」は復旧しました。"
    elif state == "gone":
        text = (
            f"⚠️ ソース {s.id}「{s.name}」がなくなりました。{error}自動の確認を止めました。"
            f"場所が変わったときは「/source 追加 https://…」、戻ったときは「/source 再開 {s.id}」で登録してください。"
        )
    else:
        text = f"⚠️ ソース {s.id}「{s.name}」を{PATIENCE}回続けて確認できませんでした。{error}自動で確認を続けます。"
    return b.message(text, [b.section(b.escape(text)), b.context(b.escape(shown_location(s), 300))])


def backlog(s: Source, posts: int) -> b.Message:
    """The notice to the person who added a source, once the clock has registered its backlog."""
    return _said(f"ソース {s.id}「{s.name}」の{registered(posts)}")


def set_aside(s: Source, found: Sequence[RejectedEntry]) -> b.Message:
    """The notice to the admins' channel about rejected posts."""
    text = f"⚠️ ソース {s.id}「{s.name}」に、取り込めない記事が{len(found)}本あります。ほかの記事は取り込みました。"
    rows = [f"• {b.escape(a.place, 200)}\n{b.escape(a.reason, 400)}" for a in found[:3]]
    rest = f"\nほか{len(found) - 3}本は `/source 保留 {s.id}`" if len(found) > 3 else ""
    return b.message(text, [b.section(b.escape(text)), b.section("\n".join(rows) + rest)])


# ---- the modal
_ADDABLE = {
    "auto": "自動で見分ける",
    "feed": "フィード（RSS、Atom、JSON Feed）",
    "git": "gitリポジトリ",
    "page": "ページ",
}


def form(channel: str = "") -> b.Block:
    """The modal to add a source; the answer goes to `channel`, or to the person."""
    options = [{"text": _plain(text), "value": value} for value, text in _ADDABLE.items()]
    url = {"type": "plain_text_input", "action_id": "url", "placeholder": _plain("https://example.com/feed.xml")}
    kind = {"type": "static_select", "action_id": "kind", "options": options, "initial_option": options[0]}
    hint = _plain("サイトのURLだけでも、フィードがあれば見つけます。gitのブランチは #ブランチ名 を付けます。")
    return {
        "type": "modal",
        "callback_id": "source_add",
        "private_metadata": channel,
        "title": _plain("ソースを追加"),
        "submit": _plain("追加"),
        "close": _plain("閉じる"),
        "blocks": [
            {"type": "input", "block_id": "url", "label": _plain("URL"), "hint": hint, "element": url},
            {"type": "input", "block_id": "kind", "label": _plain("種類"), "element": kind},
            b.context("初めて確認するときの記事は登録だけして通知しません。以後の新着から通知します。"),
        ],
    }


def _buttons(s: Source) -> tuple[b.Block, ...]:
    value = {"source": s.id}
    runs = s.state in ("active", "failing") and s.next_poll_at is not None
    turn = b.button("停止", "source_pause", value) if runs else b.button("再開", "source_resume", value)
    remove = b.button("削除", "source_remove", value, style="danger")
    remove["confirm"] = {
        "title": _plain("ソースを削除しますか"),
        "text": _plain("確認をやめ、一覧から外します。取り込んだ記事は残ります。"),
        "confirm": _plain("削除"),
        "deny": _plain("やめる"),
    }
    return (b.button("今すぐ確認", "source_poll", value), turn, remove)


def _again(s: Source, zone: ZoneInfo) -> str:
    return f"{_at(s.next_poll_at, zone)}に自動で再試行します。" if s.next_poll_at and s.state != "gone" else ""


def _left(poll: Poll) -> str:
    return f"取り込めなかった記事が{poll.aside}本あります。" if poll.aside else ""


def _at(time: datetime | None, zone: ZoneInfo) -> str:
    return wording.when(time, zone) if time else "なし"


def _plain(text: str) -> b.Block:
    return {"type": "plain_text", "text": text}


def _said(text: str) -> b.Message:
    return b.message(text, [b.section(b.escape(text))])
