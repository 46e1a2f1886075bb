"""Drafts to read in tests."""

from datetime import UTC, datetime

from bot.domain.posts import Draft


def draft(body: str, title: str = "港町の水族館、案内AIを導入", front: str = "", **more: object) -> Draft:
    """A draft with front matter of two fences and a title, so that the body starts on line 4 (later with `front`)."""
    head = f"---\ntitle: {title}\n{front}---\n"
    return Draft(
        title=title,
        raw=head + body,
        body_line=head.count("\n") + 1,
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
        **more,  # type: ignore[arg-type]
    )
