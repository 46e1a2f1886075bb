"""What a flag is answered with."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.posts import Post
from bot.readings import SEVERITIES, Reading
from bot.review import Change, Review
from handlers.messages import blocks as b
from handlers.messages import lookup

SHOWN = 5


def opened(review: Review, post: Post, reading: Reading, user: str, zone: ZoneInfo) -> b.Message:
    """The line in the thread when a flag opens a review: the post's own findings are the evidence."""
    head = f"レビュー #{review.id} を開きました（🚩 <@{user}>）"
    found = sorted(reading.findings, key=lambda f: SEVERITIES.index(f.severity))
    evidence = [f"• {lookup.finding(f)}" for f in found[:SHOWN]]
    if len(found) > SHOWN:
        evidence.append(f"ほか{len(found) - SHOWN}件")
    facts = f"⚠️ 要確認 {len(found)}件" if found else "自動チェックでの要確認はありません。"
    body = [
        b.section(f"{head}\n*{b.link(post.url, post.title)}*"),
        b.context(lookup.byline(post, reading, zone)),
        b.section("\n".join([facts, *evidence])),
    ]
    body.append(b.actions(b.button("要約", "pick_0", {"post": post.id}), b.openable(post.url)))
    return {"text": f"{head}\n#{post.id} {b.escape(post.title)}", "blocks": body}


def withdrawn(review: Review, post: Post) -> b.Message:
    """The line in the thread when the last flag is taken away."""
    text = f"🚩がすべて外れたため、レビュー #{review.id}（#{post.id}）を取り下げました。"
    return b.message(text, [b.context(text)])


def flagged(change: Change | None, review: Review | None, post: Post) -> b.Message:
    """What the person who pressed 「レビューに回す」 is told."""
    if change is not None and change.opened:
        text = f"レビュー #{change.review.id} を開きました（#{post.id}）。"
    elif review is not None:
        text = f"#{post.id} はレビュー #{review.id} で確認中です（🚩{len(review.flags)}人）。"
    else:
        text = f"🚩が外されたため、#{post.id} のレビューは開いていません。"
    return b.message(text, [b.section(b.escape(text))])


def ask(posts: Sequence[Post], at: dict[str, str]) -> b.Message:
    """Which of a message's posts is meant? `at` is the reaction, which the buttons carry."""
    text = "このメッセージには複数の記事があります。どの記事をレビューに回しますか。"
    rows = [
        b.section(f"*#{p.id}* {b.link(None, p.title)}", b.button("この記事", f"flag_one_{n}", {"post": p.id, **at}))
        for n, p in enumerate(posts[:20])
    ]
    rest = (
        [b.context(f"ほか{len(posts) - 20}本。スレッドの各返信に🚩を付けることもできます。")] if len(posts) > 20 else []
    )
    return b.message(text, [b.section(text), *rows, *rest])
