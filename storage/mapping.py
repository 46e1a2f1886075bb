"""Rows to the nouns and back. Nothing but this module knows both."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bot.domain.findings import SEVERITIES, Finding
from bot.domain.posts import Draft, Post
from bot.domain.readings import VERSION, Paragraph, Reading, SearchText, Sentence
from bot.domain.tags import Tag, by_weight
from storage.tables import findings, post_tags, posts, readings, sources

_POST = [c for c in posts.c if c.name not in ("raw", "content_hash", "source_id")]
_NO_INDEX = SearchText("", "", "")


def post_query() -> Select[Any]:
    """Select posts as `to_post` reads them."""
    return select(*_POST, sources.c.name.label("source")).join(sources, sources.c.id == posts.c.source_id)


def to_post(row: Row[Any]) -> Post:
    """A row of `post_query` as a Post."""
    values = {c.name: row._mapping[c.name] for c in _POST}
    return Post(**{**values, "categories": tuple(values["categories"]), "source": row.source})


def load_posts(connection: Connection, ids: Iterable[int]) -> dict[int, Post]:
    """The posts of these numbers."""
    rows = connection.execute(post_query().where(posts.c.id.in_(list(ids))))
    return {p.id: p for p in map(to_post, rows)}


def load_readings(connection: Connection, ids: Iterable[int]) -> dict[int, Reading]:
    """The readings of these posts, with the findings that stand: none that somebody dismissed.

    What is kept for searching and comparing is not loaded: `paragraphs`, `search`, `claims`, `links` come back empty.
    """
    ids = list(ids)
    tags: dict[int, list[Tag]] = {}
    for row in connection.execute(select(post_tags).where(post_tags.c.post_id.in_(ids))):
        tags.setdefault(row.post_id, []).append(Tag(row.name, row.origin, row.score, row.in_text))
    found = load_findings(connection, ids)
    columns = [c for c in readings.c if c.name not in ("paragraphs", "characters")]
    return {
        row.post_id: Reading(
            paragraphs=(),
            ranked=tuple(Sentence(*values) for values in row.ranked),
            tags=tuple(sorted(tags.get(row.post_id, ()), key=by_weight)),
            terms=tuple((term, weight) for term, weight in row.terms),
            search=_NO_INDEX,
            signature=tuple(row.signature),
            ai_score=row.ai_score,
            minutes=row.minutes,
            findings=found.get(row.post_id, ()),
            headline=row.headline,
            figures=tuple(row.figures),
        )
        for row in connection.execute(select(*columns).where(readings.c.post_id.in_(ids)))
    }


def load_findings(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Finding, ...]]:
    """The findings of these posts that stand, the worst first; a post without any is left out."""
    found: dict[int, list[Finding]] = {}
    standing = select(findings).where(findings.c.post_id.in_(list(ids)), ~findings.c.dismissed)
    for row in connection.execute(standing.order_by(findings.c.line, findings.c.id)):
        found.setdefault(row.post_id, []).append(to_finding(row))
    return {post_id: tuple(sorted(each, key=_by_severity)) for post_id, each in found.items()}


def load_paragraphs(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Paragraph, ...]]:
    """The cleaned text of these posts."""
    query = select(readings.c.post_id, readings.c.paragraphs).where(readings.c.post_id.in_(list(ids)))
    return {row.post_id: tuple(Paragraph(*values) for values in row.paragraphs) for row in connection.execute(query)}


def post_values(draft: Draft) -> dict[str, Any]:
    """The columns of a post that its draft decides."""
    return {
        "path": draft.path,
        "file": draft.file,
        "url": draft.url,
        "title": draft.title,
        "author": draft.author,
        "categories": list(draft.categories),
        "excerpt": draft.excerpt,
        "raw": draft.raw,
        "content_hash": draft.content_hash,
        "published_at": draft.published_at,
        "dated_by": draft.dated_by,
        "withdrawn_at": None,
    }


def reading_values(reading: Reading) -> dict[str, Any]:
    """The columns of a reading."""
    return {
        "paragraphs": [[p.text, p.number, p.line] for p in reading.paragraphs],
        "ranked": [[s.text, s.paragraph, s.line, s.place] for s in reading.ranked],
        "terms": [list(t) for t in reading.terms],
        "headline": reading.headline,
        "figures": list(reading.figures),
        "signature": list(reading.signature),
        "ai_score": reading.ai_score,
        "minutes": reading.minutes,
        "characters": sum(len(p.text) for p in reading.paragraphs),
        "version": VERSION,
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """The columns of a finding."""
    return asdict(finding)


def to_finding(row: Row[Any]) -> Finding:
    """A row of findings as a Finding."""
    return Finding(row.rule, row.severity, row.quote, row.paragraph, row.line, row.message, row.remedy)


def _by_severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)
