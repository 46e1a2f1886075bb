"""The claim that lets one digest out once, and digests as they were decided."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from bot.domain.digests import (
    Considered,
    Digest,
    DigestState,
    DigestTrace,
    Schedule,
    Selection,
    decision_time,
    simulate,
    window,
)
from storage.digests.candidates import TOLD, gather, last_told, passed_over, told_of
from storage.digests.drafts import supersede, write_draft
from storage.digests.records import (
    entry,
    load_digest,
    marks,
    sources_checked,
    told,
    write_messages,
)
from storage.digests.versions import digest_version
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.mapping import load_posts, load_readings
from storage.tables import digest_posts, digests


class DigestStore(StorePart):
    """The part of the Store that knows what each channel was told."""

    _loaded: tuple[int, str, Digest] | None = None
    """The digest that was loaded last, by number and version: its messages go out one after the other."""

    def preview(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        assumed: Sequence[datetime] = (),
        weights: Mapping[str, float] | None = None,
    ) -> Digest:
        """The digest as it would be at `slot`; marks nothing. `assumed` are slots before it that are taken as sent."""
        with self.reading() as c:
            selection = _decide(c, schedule, slot, assumed, weights)
            return _digest(c, selection, slot)

    def claim(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        even_empty: bool = True,
        draft_channel: str = "",
        weights: Mapping[str, float] | None = None,
        by: str = "",
    ) -> Digest | None:
        """Claim (schedule, slot), and in the same transaction decide the digest and write its messages to the outbox,
        or where `draft_channel` is given its draft to that channel. `by` is the person who sends it, empty the clock.

        None where the slot is taken already, or with `even_empty` off where nothing is due: then it stays free. A day
        with nothing of which the schedule says nothing is `skipped`. A draft that still waits is overtaken.
        """
        schedule = schedule if draft_channel else replace(schedule, draft_minutes=0)
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            if _is_taken(c, schedule, slot):
                return None
            selection = _decide(c, schedule, slot, (), weights)
            digest = _digest(c, selection, slot)
            if not digest.entries and not even_empty:
                return None
            digest = replace(digest, state=_state(digest, bool(draft_channel)), decided_by=by)
            number = add(
                c, digests, schedule_id=schedule.id, slot=slot, until=digest.until, claimed_at=self.now(),
                state=digest.state, decided_by=by, decided_at=self.now() if by else None,
            )  # fmt: skip
            _write_posts(c, number, selection, digest)
            if digest.state != "skipped":
                supersede(c, self.now(), schedule, number)
            if digest.state == "draft":
                write_draft(c, self.now(), number, draft_channel)
            elif digest.state == "sent":
                write_messages(c, self.now(), number, digest)
            return replace(digest, id=number)

    def explain(
        self,
        schedule: Schedule,
        post_id: int,
        upcoming: datetime,
        *,
        assumed: Sequence[datetime] = (),
        weights: Mapping[str, float] | None = None,
        chosen: bool = False,
    ) -> DigestTrace:
        """Walk the rules that decide about a post, with the values they see now: for the digest that has it, or else
        the one that passed it over, or else the `upcoming` one; with `chosen` for that one in any case."""
        with self.reading() as c:
            have = told_of(c, schedule, post_id)
            post = load_posts(c, [post_id])[post_id]
            ended = [(each.slot, each.until) for each in have if each.place != "held"][-1:]
            over = ended[0] if ended else None if have else passed_over(c, schedule, post.news_at)
            if over and not chosen:
                upcoming, assumed = over[0], ()
                schedule = replace(schedule, draft_minutes=(over[0] - over[1]) // timedelta(minutes=1))
            selection = _decide(c, schedule, upcoming, assumed, weights, also=[post_id])
            by = next((each.removed_by for each in have if each.slot == upcoming), "")
            return DigestTrace(post, schedule, upcoming, selection.steps(post_id, by), have)

    def is_sent(self, schedule: Schedule, slot: datetime) -> bool:
        """Whether this slot, or a later one, was claimed."""
        with self.reading() as c:
            return _is_taken(c, schedule, slot)

    def get(self, digest_id: int) -> Digest:
        """Return a digest that was claimed, as it was decided then and changed by hand since, with its posts as now.

        It is loaded again only after something in it has changed.
        """
        with self.reading() as c:
            version, loaded = digest_version(c, digest_id), self._loaded
            if loaded is None or loaded[:2] != (digest_id, version):
                loaded = self._loaded = (digest_id, version, load_digest(c, digest_id))
            return loaded[2]


def _is_taken(c: Connection, schedule: Schedule, slot: datetime) -> bool:
    later = (digests.c.slot > slot) & digests.c.state.in_(TOLD)
    query = select(digests.c.id).where(digests.c.schedule_id == schedule.id, or_(digests.c.slot == slot, later))
    return c.execute(query.limit(1)).first() is not None


def _state(digest: Digest, draft: bool) -> DigestState:
    """What becomes of a digest just decided. One without an entry is nobody's to look at."""
    if digest.entries:
        return "draft" if draft else "sent"
    quiet, personal = digest.schedule.quiet == "nothing", digest.schedule.is_personal
    if quiet and (personal or not digest.held):  # what is held back is the desk's business
        return "skipped"
    return "approved" if draft else "sent"


def _decide(
    c: Connection,
    schedule: Schedule,
    slot: datetime,
    assumed: Sequence[datetime],
    weights: Mapping[str, float] | None,
    also: Sequence[int] = (),
) -> Selection:
    last = last_told(c, schedule, slot)
    times = [*(each for each in assumed if last is None or each > last[0]), slot]
    start, _ = window(decision_time(schedule, times[0]), last[1] if last else None)
    gathered = gather(c, schedule, slot, (start, decision_time(schedule, slot)), also)
    return simulate(
        schedule, times, last[1] if last else None, gathered.posts, leads=gathered.leads, told=gathered.told,
        weights=weights,
    )  # fmt: skip


def _digest(c: Connection, selection: Selection, slot: datetime) -> Digest:
    """What is shown of a selection: the leads' own words are loaded here, no others."""
    leads = [story.lead.post for story in selection.fitting]
    read = load_readings(c, [post.id for post in leads])
    under_review = marks(c, [post.id for post in leads])
    return Digest(
        schedule=selection.schedule,
        slot=slot,
        entries=tuple(
            replace(
                entry(story.lead.post, read[story.lead.post.id], len(story.members) - 1, story.follow_up),
                review=under_review.get(story.lead.post.id, ""),
            )
            for story in selection.fitting
        ),
        held=selection.named,
        left_out=tuple(each.post.id for story in selection.over for each in story.members),
        covered=tuple(each.post.id for story in selection.fitting for each in story.members),
        **sources_checked(c),
        until=selection.span[1],
    )


def _write_posts(c: Connection, digest_id: int, selection: Selection, digest: Digest) -> None:
    rows: list[dict[str, Any]] = []
    words = {e.post.id: told(e.post, e.sentences) for e in digest.entries}

    def add(each: Considered, place: str, position: int, others: int = 0, follow_up: bool = False) -> None:
        rows.append(
            {
                "digest_id": digest_id,
                "post_id": each.post.id,
                "place": place,
                "position": position,
                "others": others,
                "follow_up": follow_up,
                "revision": each.post.revision,
                "told": words.get(each.post.id),
            }
        )

    for position, story in enumerate(selection.fitting, 1):
        for each in story.members:
            if each is story.lead:
                add(each, "lead", position, len(story.members) - 1, story.follow_up)
            else:
                add(each, "same", position)
    for position, each in enumerate((h for h in selection.held if not h.held_before), 1):
        add(each, "held", position)
    for position, story in enumerate(selection.over, 1):
        for each in story.members:
            add(each, "left out", position)
    if rows:
        c.execute(insert(digest_posts), rows)
