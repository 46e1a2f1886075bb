"""The rows of a post's reading: inserted with a new post, replaced when the post is edited or read again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert

from bot.domain.cross_post import CrossPostRules
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.tags import fold
from storage.mapping import reading_values
from storage.posts import cross_checks, findings, search_index
from storage.posts.cross_checks import ComparedValues
from storage.posts.identity import fits
from storage.posts.stories import choose_lead, store_sketch
from storage.tables import addresses, post_tags, readings, sketches
from storage.tables import findings as findings_table


def write(
    c: Connection, rules: CrossPostRules, post_id: int, draft: Draft, reading: Reading, aliases: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Insert the reading of a new post. Return its findings, those from comparing it with earlier posts included.

    `aliases` gives the keys of the tags that the desk's own aliases stand for.
    """
    _insert_rows(c, post_id, draft, reading, aliases)
    others = cross_checks.load_context(c, post_id, reading)
    return findings.write(c, post_id, (*reading.findings, *rules.compare(draft, reading, others)))


def replace(
    c: Connection,
    rules: CrossPostRules,
    post_id: int,
    draft: Draft,
    reading: Reading,
    aliases: Mapping[str, str],
    before: findings.Earlier,
) -> tuple[Finding, ...]:
    """Replace the reading of a stored post, choose the lead of its story again, and compare newer posts with it again.
    Return the findings that are active and new or more severe than `before`."""
    values = cross_checks.load(c, post_id)
    _delete_rows(c, post_id)
    _insert_rows(c, post_id, draft, reading, aliases)
    others = cross_checks.load_context(c, post_id, reading)
    quotes = {link.quote for link in reading.links}
    unchecked = tuple(f for f in before.findings if f.rule in rules.links and f.quote in quotes)
    found = (*reading.findings, *rules.compare(draft, reading, others), *unchecked)  # links keep theirs until checked
    fresh = findings.write(c, post_id, found, before)
    choose_lead(c, post_id)
    cross_checks.compare_newer(c, rules, post_id, values, ComparedValues(reading.signature, reading.claims))
    return fresh


def _insert_rows(c: Connection, post_id: int, draft: Draft, reading: Reading, aliases: Mapping[str, str]) -> None:
    c.execute(insert(readings), {"post_id": post_id, **reading_values(reading)})
    tags: Mapping[str, dict[str, Any]] = {
        aliases.get(key, key): {"name": t.name, "origin": t.origin, "score": t.score, "in_text": t.in_text}
        for t in reversed(reading.tags)
        if (key := fold(t.name))
    }
    if tags:
        c.execute(insert(post_tags), [{"post_id": post_id, "key": key, **values} for key, values in tags.items()])
    if kept := sorted(a for a in draft.addresses if fits(a)):
        c.execute(insert(addresses), [{"post_id": post_id, "address": a} for a in kept])
    store_sketch(c, post_id, reading.signature)
    search_index.index_new(c, [(post_id, reading.search)])
    cross_checks.write(c, post_id, draft, reading)


def _delete_rows(c: Connection, post_id: int) -> None:
    for table in (readings, post_tags, findings_table, addresses, sketches):
        c.execute(delete(table).where(table.c.post_id == post_id))
    cross_checks.forget(c, post_id)
    search_index.forget(c, post_id)
