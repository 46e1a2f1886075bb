"""Notifications to administrators about undelivered messages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from handlers.messages import blocks as b

_KINDS = {
    "digest": "ダイジェスト",
    "entry": "ダイジェストの返信",
    "held": "保留した記事の一覧",
    "weekly": "週間レポート",
    "weekly-chart": "週間レポートの図",
    "draft": "ダイジェストの下書き",
    "draft-waits": "下書きの催促",
    "review-card": "レビューのカード",
    "review-notice": "レビューの知らせ",
    "review-line": "レビューの履歴",
    "review-handed": "引き継ぎの知らせ",
}
_OURS = "瓦版側の不具合です。このメッセージをログと合わせて開発者にお知らせください。"
_GONE = "返信先のメッセージが削除されています。お知らせだけで、することはありません。"
_REMEDIES = {
    "is_archived": "チャンネルがアーカイブされています。アーカイブを解除するか、送り先を変えてください。",
    "thread_not_found": _GONE,
    "message_not_found": _GONE,
    "cannot_reply_to_message": _GONE,
    "restricted_action": "チャンネルの投稿権限が限られています。@kawaraban に投稿を許可してください。",
    "user_not_found": "送り先の人がワークスペースにいません。",
    "invalid_blocks": _OURS,
    "invalid_blocks_format": _OURS,
    "no_text": _OURS,
    "msg_too_long": _OURS,
    "msg_blocks_too_long": _OURS,
    "metadata_too_large": _OURS,
}
_REFUSED = "「/invite @kawaraban」とトークンの権限を確認してください。"


def given_up(place: str, kind: str, key: str, error: str) -> b.Message:
    """A message was given up: its destination, Slack's reason, and the remedy."""
    to = f"<@{place}>" if place.startswith(("U", "W")) else f"<#{place}>"
    what = _KINDS.get(kind, "メッセージ")
    remedy = _REMEDIES.get(error, _OURS if "(" in error else _REFUSED)
    said = f"{to} への{what}を送れませんでした（{b.plain(error, 200)}）。{remedy}"
    same = "同じ理由で送れないものがほかにあっても、今日はこの1回だけお知らせします。"
    return {"text": said, "blocks": [b.section(f"⚠️ {said}"), b.context(f"{same} · {b.escape(key, 120)}")]}


def missed(place: str, slot: datetime, zone: ZoneInfo, hours: int) -> b.Message:
    """A digest was not sent, because everything was down for too long."""
    said = (
        f"<#{place}> の {wording.when(slot, zone)} のダイジェストは、瓦版が止まっていたため送れませんでした。"
        f"{hours}時間を過ぎたため、あとからは送りません。記事は次のダイジェストに入ります。"
    )
    return {"text": said, "blocks": [b.section(f"⚠️ {said}")]}
