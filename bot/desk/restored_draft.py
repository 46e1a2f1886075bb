"""The draft that a stored post was read from, to read it again."""

from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from bot.domain.intake import StalePost
from bot.domain.posts import Draft
from bot.errors import Unreadable
from bot.sources import jekyll

FILES = ("jekyll", "git", "file", "paste")
"""Kinds of source whose posts are files: `raw` begins with the front matter. A page's `raw` is its text alone."""


def restored(post: StalePost, now: datetime, zone: tzinfo) -> Draft:
    """Return the draft that a stored post was read from: what its row holds, and for a file the rest of its front
    matter, parsed again. The description of a page was not stored. Raises Unreadable."""
    if post.kind not in FILES:
        return post.draft
    data = post.draft.raw.encode("utf-8-sig")  # its mark keeps the bytes from being taken for another encoding's
    again = jekyll.parse(data, Path(post.draft.path or "shared.md").name, now, jekyll.Site(Path(), "", zone=zone))
    if again is None:
        raise Unreadable("この投稿は「published: false」です。")
    return replace(
        post.draft,
        body_line=again.body_line,
        tags=again.tags,
        description=again.description,
        reading_minutes=again.reading_minutes,
    )
