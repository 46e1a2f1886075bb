"""Answers about shared posts."""

from collections.abc import Sequence

from bot.domain.posts import Post
from handlers.messages import blocks as b

SHOWN = 10


def left_out(followed: int, left: int) -> b.Message:
    """The answer to a person who shared too many links."""
    text = (
        f"リンクが{followed + left}件あるため、先頭の{followed}件だけを取り込みました。"
        f"残りの{left}件は、{followed}件までに分けて共有してください。"
    )
    return b.message(text, [b.context(text)])


def nothing_there() -> b.Message:
    """The answer to 要約する on a message without a post."""
    text = "このメッセージには、記事のリンク、.mdファイル、フロントマター付きの本文のいずれもありません。"
    return b.message(text, [b.context(text)])


def which(posts: Sequence[Post]) -> b.Message:
    """The posts of a message, to choose from."""
    text = "このメッセージの記事です。要約を読む記事を選んでください。"
    rows = [
        b.section(f"*#{p.id}* {b.link(p.url, p.title)}", b.button("要約", f"pick_{n}", {"post": p.id}))
        for n, p in enumerate(posts[:SHOWN])
    ]
    rest = [b.context(f"ほか{len(posts) - SHOWN}本")] if len(posts) > SHOWN else []
    return b.message(text, [b.section(text), *rows, *rest])
