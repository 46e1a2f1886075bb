"""A digest's draft: what would be sent, with its controls; and the answers to people who come too late."""

from datetime import datetime
from typing import Any

from bot import wording
from bot.domain.digests import Digest, Entry
from handlers.messages import blocks as b
from handlers.messages import digest as messages

_OUT = 10


def draft(d: Digest) -> b.Message:
    """The current draft: with its controls while it waits, afterwards with the outcome."""
    head = _head(d)
    beside = [b.section(head), *_left_out(d), *(_foot(d) if d.state == "draft" else [])]
    shown = messages.digest(d, _controls(d), b.MESSAGE - b.size(beside))
    body = [beside[0], b.divider(), *shown["blocks"], b.divider(), *beside[1:]]
    return b.ours(f"{head}\n{shown['text']}", *body)


def waits(d: Digest) -> b.Message:
    """The single reminder in the draft's thread: its time has come and nobody has decided."""
    text = (
        f"{wording.when(d.slot, d.schedule.tz)} になりましたが、この下書きはまだ承認されていません。"
        "「送信」か✅ですぐに送信します。次の回までに承認されない場合、記事は次の回に引き継がれます。"
    )
    return b.ours(text)


def too_late(d: Digest, now: datetime) -> b.Message:
    """The answer to a click that changed nothing, because somebody was faster or the draft is already decided."""
    if d.state == "skipped":
        text = "この下書きは送信されませんでした。記事は次のダイジェストに引き継がれています。"
    elif d.state == "draft":
        who = f"<@{d.edited_by}>さんが" if d.edited_by else ""
        text = f"この下書きは{who}変更しています。いまの並びを確かめて、もう一度お試しください。"
    else:
        ago = wording.ago(now - d.decided_at) if d.decided_at else "すでに"
        text = f"すでに<@{d.decided_by}>さんが承認しています（{ago}）。"
    return b.ours(text)


def _head(d: Digest) -> str:
    zone = d.schedule.tz
    slot, until = wording.when(d.slot, zone), wording.when(d.until or d.slot, zone)
    if d.state == "skipped":
        return f"*下書き（{slot} の回）* は送信されませんでした。記事は次のダイジェストに引き継がれました。"
    if d.state == "draft":
        return f"*下書き* {slot} に <#{d.schedule.channel}> へ送ります。{until} までの新着です。"
    done = "送信しました" if d.state == "sent" else f"{slot} に送信します"
    when = wording.when(d.decided_at, zone) if d.decided_at else ""
    return f"*下書き（{slot} の回）* <@{d.decided_by}>さんが {when} に承認しました。<#{d.schedule.channel}> へ{done}。"


def _controls(d: Digest) -> dict[int, b.Block]:
    """The menu of each entry, by post; none once the draft is decided."""
    if d.state != "draft":
        return {}
    last = len(d.entries) - 1
    return {entry.post.id: _menu(d, entry, first=n == 0, last=n == last) for n, entry in enumerate(d.entries)}


def _menu(d: Digest, entry: Entry, *, first: bool, last: bool) -> b.Block:
    moves = {"↑ 上へ": "up", "↓ 下へ": "down", "外す": "out"}
    barred = {"up": first, "down": last}
    return b.overflow(
        "draft_move",
        {label: _value(d, entry.post.id, move) for label, move in moves.items() if not barred.get(move)},
    )


def _value(d: Digest, post_id: int, move: str) -> dict[str, Any]:
    return {"digest": d.id, "post": post_id, "move": move, "edits": d.edits}


def _left_out(d: Digest) -> list[b.Block]:
    """The stories removed by hand, each with a button that restores it."""
    rows = [
        b.section(
            f"外した記事: #{each.post.id} {b.escape(each.post.title, 80)}（<@{each.by}>）",
            b.overflow("draft_move", {"戻す": _value(d, each.post.id, "back")}) if d.state == "draft" else None,
        )
        for each in d.removed[:_OUT]
    ]
    rest = len(d.removed) - len(rows)
    return [*rows, *([b.context(f"外した記事 ほか{rest}件")] if rest else [])]


def _foot(d: Digest) -> list[b.Block]:
    return [
        b.actions(b.button("送信", "draft_send", {"digest": d.id}, style="primary")),
        b.context("✅を付けても送信します。時刻より前の承認はその時刻に、後の承認はすぐに送信します。"),
    ]
