"""Taking posts in: each draft is a new post, the same or an edit; and withdrawing posts that are gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.cross_post import CrossPostRules
from bot.domain.findings import Finding
from bot.domain.intake import SaveResult
from bot.domain.outbox import NotificationSettings
from bot.domain.posts import Draft, news_at
from bot.domain.readings import Reading
from storage.engine import add
from storage.mapping import load_findings, post_values
from storage.posts import cross_checks, findings, revisions, search_index, stored_readings
from storage.posts.identity import addresses_of, also_at, find_post, is_same, join_addresses, may_edit
from storage.posts.stories import StoryIndexCache, choose_lead
from storage.posts.tags import joined_tags
from storage.reviews import reviews
from storage.slack.digest_corrections import corrected
from storage.tables import posts, sources


class Delivery:
    """A batch of drafts from one source, stored in the transaction of `c`.

    `story_index` is the index to keep for the next delivery if the transaction commits, and to drop if it does not.
    """

    def __init__(
        self,
        c: Connection,
        now: datetime,
        notifications: NotificationSettings,
        rules: CrossPostRules,
        source_id: int,
        story_index: StoryIndexCache,
    ) -> None:
        self.story_index = story_index
        self._saved = SaveResult()
        self._c = c
        self._now = now
        self._notifications = notifications
        self._rules = rules
        self._source = c.execute(select(sources).where(sources.c.id == source_id)).one()
        self._first_contact = self._source.first_contact_at is None  # its backlog is no news
        self._aliases = joined_tags(c)
        self._edited: dict[int, tuple[Finding, ...]] = {}

    def store(
        self,
        batch: Sequence[tuple[Draft, Reading]],
        gone: frozenset[str] = frozenset(),
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> SaveResult:
        """Store the batch and everything that depends on it. For `gone` and `renamed` see PostStore.save."""
        for draft, reading in batch:
            row = find_post(self._c, self._source.id, draft, reading, gone, renamed)
            if row is None:
                self._add(draft, reading)
            elif row.withdrawn_at is None and (is_same(row, draft) or not may_edit(self._c, self._source, row, draft)):
                self._leave(row, draft)
            else:
                self._edit(row, draft, reading)
        if not self._first_contact:  # the links of a backlog are all unchecked anyway
            cross_checks.mark_links_unchecked(self._c, addresses_of(self._c, self._saved.new))
        if self._edited:
            reviews.follow(self._c, self._now, self._notifications, before=self._edited)
            corrected(self._c, self._now, list(self._edited))
        return self._saved

    def _add(self, draft: Draft, reading: Reading) -> None:
        number = add(
            self._c,
            posts,
            **post_values(draft),
            source_id=self._source.id,
            first_seen_at=self._now,
            news_at=news_at(draft.published_at, self._now, first_contact=self._first_contact, dated_by=draft.dated_by),
            revision=1,
        )
        fresh = stored_readings.write(self._c, self._rules, number, draft, reading, self._aliases)
        self.story_index.place(self._c, number, draft.published_at, reading)
        self._saved.new.append(number)
        self._alert(number, 1, fresh)

    def _leave(self, row: Any, draft: Draft) -> None:
        """Only note how else the post is delivered; its words stay."""
        if row.path is None:
            join_addresses(self._c, row.id, draft)
        elif row.source_id != self._source.id and draft.path and may_edit(self._c, self._source, row, draft):
            self._c.execute(update(posts).where(posts.c.id == row.id).values(source_id=self._source.id))
        self._saved.unchanged.append(row.id)

    def _edit(self, row: Any, draft: Draft, reading: Reading) -> None:
        c, number, revision = self._c, row.id, row.revision + 1
        before = findings.earlier(c, number)
        self._edited[number] = load_findings(c, [number]).get(number, ())
        moved = addresses_of(c, [number]) ^ draft.addresses
        revisions.record(c, row, draft, self._now)
        values = {**post_values(draft), "source_id": self._source.id, "revision": revision}
        c.execute(update(posts).where(posts.c.id == number).values(values))
        draft_there = also_at(c, row, draft)
        fresh = stored_readings.replace(c, self._rules, number, draft_there, reading, self._aliases, before)
        self.story_index = StoryIndexCache()  # the old one has the post's old words
        self._saved.updated.append(number)
        if moved or row.withdrawn_at:
            cross_checks.mark_links_unchecked(c, moved | draft.addresses)
        findings.edited(c, self._now, number, row.revision)
        self._alert(number, revision, fresh)

    def _alert(self, post_id: int, revision: int, fresh: Sequence[Finding]) -> None:
        if fresh and not self._first_contact:
            findings.arrived(self._c, self._now, self._notifications, post_id, revision, fresh)


def withdraw(
    c: Connection, now: datetime, notifications: NotificationSettings, rules: CrossPostRules, post_ids: Sequence[int]
) -> None:
    """Withdraw posts, and update what depends on them."""
    if not post_ids:
        return
    c.execute(update(posts).where(posts.c.id.in_(post_ids)).values(withdrawn_at=now))
    for post_id in post_ids:
        search_index.forget(c, post_id)
        choose_lead(c, post_id)
        cross_checks.compare_newer(c, rules, post_id, cross_checks.load(c, post_id), cross_checks.NOTHING)
    cross_checks.mark_links_unchecked(c, addresses_of(c, post_ids))
    reviews.follow(c, now, notifications, withdrawn=post_ids)
    corrected(c, now, post_ids)


def check_links(
    c: Connection, now: datetime, notifications: NotificationSettings, rules: CrossPostRules, source_id: int
) -> None:
    """Check the links of a source's posts once all of a delivery is stored; a link may lead to a post that came later
    in it. What is new is alerted, unless this is the first contact."""
    first_contact = c.scalar(select(sources.c.first_contact_at).where(sources.c.id == source_id)) is None
    ours = (posts.c.source_id == source_id) & posts.c.withdrawn_at.is_(None)
    for number, fresh in cross_checks.check_links(c, rules, ours):
        if fresh and not first_contact:
            revision = c.scalar(select(posts.c.revision).where(posts.c.id == number)) or 1
            findings.arrived(c, now, notifications, number, revision, fresh)
