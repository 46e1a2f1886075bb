"""Answers to a person who flags, takes or decides."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.posts import Post
from bot.domain.reviews import EmojiMeaning, Outcome, Review
from handlers.messages import blocks as b
from handlers.messages.review_card import did, state

_WHICH: dict[EmojiMeaning, str] = {
    "flag": "どの記事をレビューに回しますか。",
    "take": "どの記事の担当になりますか。",
    "fixed": "どの記事を「修正済み」にしますか。",
}


def flagged(change: Outcome | None, review: Review | None, post: Post) -> b.Message:
    """The answer to a person who flagged one of several posts, or took or decided its review."""
    if change is not None and change.opened:
        text = f"レビュー #{change.review.id} を開きました（#{post.id}）。"
    elif change is not None and change.event and change.event.action != "flag":
        text = f"レビュー #{change.review.id}（#{post.id}）は「{state(change.review)}」です。"
    elif review is not None:
        text = f"#{post.id} はレビュー #{review.id} で確認中です（🚩{len(review.flags)}人）。"
    else:
        text = f"🚩が外されたため、#{post.id} のレビューは開いていません。"
    return b.message(text, [b.section(b.escape(text))])


def refused(change: Outcome, now: datetime) -> b.Message:
    """The reason for a refusal: who was first, and when."""
    review = change.review
    if change.why == "owned":
        taken = wording.ago(now - (review.taken_at or review.opened_at))
        text = f"すでに<@{review.owner}>さんが担当しています（{taken}）"
    elif change.why == "closed":
        closed = wording.ago(now - (review.closed_at or review.opened_at))
        by = f"<@{review.decided_by}>さんが" if review.decided_by else ""
        text = f"すでに{by}「{state(review)}」にしています（{closed}）"
    elif change.why == "nothing":
        text = "元に戻せる操作がありません。"
    elif change.why == "again":
        text = "この記事は別のレビューで確認中のため、元に戻せません。"
    else:
        text = f"レビュー #{review.id} は「{state(review)}」のままです。"
    return {"text": text, "blocks": [b.section(text)]}


def done(change: Outcome, zone: ZoneInfo) -> b.Message:
    """The answer to a person who clicked a review's button outside its card."""
    assert change.event is not None
    text = f"レビュー #{change.review.id}: {did(change.event, zone)}"
    return {"text": text, "blocks": [b.section(text)]}


def ask(posts: Sequence[Post], at: dict[str, str], means: EmojiMeaning = "flag") -> b.Message:
    """A choice between a message's posts. `at` is where the person acted; the buttons contain it."""
    text = f"このメッセージには複数の記事があります。{_WHICH[means]}"
    rows = [
        b.section(f"*#{p.id}* {b.link(None, p.title)}", b.button("この記事", f"flag_one_{n}", {"post": p.id, **at}))
        for n, p in enumerate(posts[:20])
    ]
    rest = (
        [b.context(f"ほか{len(posts) - 20}本。スレッドの各返信に🚩を付けることもできます。")] if len(posts) > 20 else []
    )
    return b.message(text, [b.section(text), *rows, *rest])


def nothing_shown() -> b.Message:
    """The answer of the shortcut on a message without a stored post."""
    text = "このメッセージに保存済みの記事は見つかりません。記事のURLをチャンネルに共有すると取り込みます。"
    return b.message(text, [b.section(text)])
