"""The changes of edits, sentence by sentence."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.posts import Post
from bot.domain.revisions import Change, Revision, sentences
from handlers.messages import blocks as b

REVISIONS, CHANGES, SENTENCES = 3, 4, 6
"""Maximum number of edits shown, newest first, of places in each, and of sentences removed or added at each place."""
SENTENCE = 150


def changes(post: Post, revisions: Sequence[Revision], zone: ZoneInfo) -> b.Message:
    """The newest edits of a post."""
    title = f"#{post.id}「{post.title}」の変更点"
    body = [b.section(f"*#{post.id}* {b.link(post.url, post.title)}")]
    for revision in revisions[:REVISIONS]:
        body.append(b.context(f"第{revision.number}版　{wording.when(revision.at, zone)}"))
        body += _revision(revision)
    if len(revisions) > REVISIONS:
        body.append(b.context(f"ほか{len(revisions) - REVISIONS}回の変更"))
    if not revisions:
        body.append(b.section("変更の記録はありません。"))
    return b.message(title, body)


def _revision(revision: Revision) -> list[b.Block]:
    if not revision.changes:
        return [b.section("本文の変更はありません（置き場所やURLが変わりました）。")]
    shown = [b.section(change(c)) for c in revision.changes[:CHANGES]]
    if len(revision.changes) > CHANGES:
        shown.append(b.context(f"ほか{len(revision.changes) - CHANGES}か所"))
    return shown


def change(c: Change) -> str:
    """One change: removed and added sentences; unchanged ones are omitted."""
    signs = {"-": "➖ ", "+": "➕ "}
    parts = [signs[tag] + b.escape(text.strip(), SENTENCE) for tag, text in sentences(c) if tag != "=" and text.strip()]
    return f"{c.line}行目\n" + "\n".join(parts[:SENTENCES])
