"""Hand-made posts, readings and digests, for messages that nothing else decides."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.digests import Digest, Entry, HeldPost, Schedule
from bot.domain.findings import Finding
from bot.domain.posts import Post
from bot.domain.readings import Reading, SearchText, Sentence
from bot.domain.reviews import Review, ReviewEvent
from bot.domain.tags import Tag

TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime(2026, 1, 31, 3, 5, tzinfo=UTC)
SLOT = datetime(2026, 1, 31, 23, 0, tzinfo=UTC)
POST = Post(
    id=12,
    title="こだまを公開",
    source="霧島新報",
    published_at=AT,
    dated_by="front matter",
    first_seen_at=AT,
    news_at=AT,
    url="https://example.com/kodama/",
)
SENTENCES = (Sentence("こだまが公開された。", 1, 6, 0), Sentence("4月から配る。", 3, 10, 4))
TAGS = (Tag("LLM", "author", 1.0, True), Tag("自治体", "text", 0.5, True))
PLACEHOLDER = Finding("placeholder", "block", "〇〇町村", 2, 8, "埋められていない箇所です。", "置き換えてください。")
HYPE = Finding("hype", "note", "革命的", None, 3, "誇張の可能性があります。", "言い換えてください。")
READING = Reading(
    paragraphs=(),
    ranked=SENTENCES,
    tags=TAGS,
    terms=(),
    search=SearchText("", "", ""),
    signature=(),
    ai_score=1.0,
    minutes=2,
    findings=(),
)
REVIEW = Review(
    id=7, post_id=12, state="open", opened_at=AT, opened_by="U0SATO001",
    history=(
        ReviewEvent(action="flag", state="open", at=AT, user="U0SATO001", via="flag", channel="C0AINEWS1", ts="1.1"),
    ),
)  # fmt: skip


def post(number: int = 12, **changes: Any) -> Post:
    return replace(POST, **{"id": number, **changes})


def reading(**changes: Any) -> Reading:
    return replace(READING, **changes)


def entry(number: int = 12, **changes: Any) -> Entry:
    return replace(Entry(post(number), SENTENCES, TAGS), **changes)


def held(number: int = 15, *findings: Finding, **changes: Any) -> HeldPost:
    return HeldPost(post(number, title="保留の記事", **changes), findings or (PLACEHOLDER,))


def digest(*entries: Entry, **changes: Any) -> Digest:
    """A digest for #ai-news at eight."""
    made = Digest(
        schedule=Schedule("C0AINEWS1", (time(8, 0),), id=1),
        slot=SLOT,
        entries=entries,
        covered=tuple(e.post.id for e in entries),
        sources=5,
        last_checked=datetime(2026, 1, 31, 22, 58, tzinfo=UTC),
    )
    return replace(made, **changes)
