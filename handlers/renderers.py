"""What each kind of letter says: made from what the store says now, at the moment it is sent or edited.

A composer raises NotFound where there is nothing left to say; a new letter is then given up, an edit changes nothing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk import Desk
from bot.domain.outbox import GIVEN_UP
from bot.domain.review_query import NAMED, ReviewFilter
from bot.errors import NotFound
from handlers.messages import (
    delivery_failures,
    digest,
    draft,
    findings,
    followed_tags,
    lookup,
    reminders,
    review_card,
    sources,
    weekly_report,
)
from handlers.messages.blocks import Message

Ids = Mapping[str, Any]
Rendered = tuple[Message, tuple[int, ...]]
"""A message, or `{"file": …}` for a picture, and the numbers of the posts it shows."""


def render(desk: Desk, kind: str, ids: Ids) -> Rendered:
    """The message of a letter of this kind about these things. Raises NotFound."""
    return RENDERERS[kind](desk, ids)


def _digest(desk: Desk, ids: Ids) -> Rendered:
    whole = desk.digests.get(ids["digest"])
    return digest.digest(whole), tuple(e.post.id for e in whole.entries)


def _entry(desk: Desk, ids: Ids) -> Rendered:
    return digest.entry(desk.digests.get(ids["digest"]), ids["post"]), (ids["post"],)


def _personal(desk: Desk, ids: Ids) -> Rendered:
    whole = desk.digests.get(ids["digest"])
    return followed_tags.personal(whole), tuple(e.post.id for e in whole.entries)


def _held(desk: Desk, ids: Ids) -> Rendered:
    whole = desk.digests.get(ids["digest"])
    if not whole.held:
        raise NotFound("every held post was mended before the digest went out: there is none to name")
    return digest.held(whole), tuple(h.post.id for h in whole.held)


def _draft(desk: Desk, ids: Ids) -> Rendered:
    return draft.draft(desk.digests.get(ids["digest"])), ()  # an emoji on a draft is meant for the draft, not its posts


def _draft_waits(desk: Desk, ids: Ids) -> Rendered:
    whole = desk.digests.get(ids["digest"])
    if whole.state != "draft":
        raise NotFound("the draft was decided before anybody could be reminded of it")
    return draft.waits(whole), ()


def _shared(desk: Desk, ids: Ids) -> Rendered:
    summary = desk.lookup.summary_of(ids["post"], ids["sentences"])
    return lookup.shared(summary, ids["user"], desk.zone), (ids["post"],)


def _review_card(desk: Desk, ids: Ids) -> Rendered:
    whole = desk.reviews.card(ids["review"])
    return review_card.card(whole, desk.zone), (whole.post.id,)


def _handover(desk: Desk, ids: Ids) -> Rendered:
    since, until = (datetime.fromtimestamp(ids[end], UTC) for end in ("since", "until"))
    told = desk.reminders.between(since, until)
    return reminders.handover(told, desk.now(), desk.zone), ()


def _reminder(desk: Desk, ids: Ids) -> Rendered:
    mine = desk.reviews.page(ReviewFilter(states=("taken",), owner=ids["owner"]), NAMED)
    if not mine.total:
        raise NotFound("all of these reviews were decided before their owner was reminded")
    return reminders.reminder(mine, ids["owner"], desk.now(), desk.zone), ()


def _woken(desk: Desk, ids: Ids) -> Rendered:
    case, post, _ = desk.reviews.get(ids["review"])
    if case.state != "taken":
        raise NotFound("the review was decided or snoozed again before its owner was told")
    return reminders.woken(case, post), (post.id,)


def _review_notice(desk: Desk, ids: Ids) -> Rendered:
    case, post, _ = desk.reviews.get(ids["review"])
    return review_card.notice(case, post, ids["user"], desk.zone), (post.id,)


def _review_line(desk: Desk, ids: Ids) -> Rendered:
    case, _, _ = desk.reviews.get(ids["review"])
    return review_card.line(case.event(ids["event"]), desk.zone), ()


def _review_handed(desk: Desk, ids: Ids) -> Rendered:
    case, post, _ = desk.reviews.get(ids["review"])
    return review_card.handed(case, post, case.event(ids["event"])), (post.id,)


def _given_up(desk: Desk, ids: Ids) -> Rendered:
    return delivery_failures.given_up(ids["channel"], ids["kind"], ids["key"], ids["error"]), ()


def _findings(desk: Desk, ids: Ids) -> Rendered:
    post, reading = desk.lookup.post(ids["post"])
    told = {(rule, quote) for rule, quote in ids["findings"]}
    standing = [f for f in reading.findings if (f.rule, f.quote) in told]
    return findings.alert(post, reading, standing, ids["revision"], desk.zone), (post.id,)


def _rule_demoted(desk: Desk, ids: Ids) -> Rendered:
    return findings.demoted(ids["rule"], ids["hits"], ids["posts"]), ()


def _rules_week(desk: Desk, ids: Ids) -> Rendered:
    return findings.week([(rule, hits, back) for rule, hits, back in ids["rules"]], ids["posts"]), ()


def _source_state(desk: Desk, ids: Ids) -> Rendered:
    return sources.changed(desk.sources.get(ids["source"]), ids["state"], ids["error"]), ()


def _source_registered(desk: Desk, ids: Ids) -> Rendered:
    return sources.backlog(desk.sources.get(ids["source"]), ids["posts"]), ()


def _source_aside(desk: Desk, ids: Ids) -> Rendered:
    found = desk.sources.rejected(ids["source"])
    if not found:
        raise NotFound("every post was taken in before this was said")
    return sources.set_aside(desk.sources.get(ids["source"]), found), ()


def _weekly(desk: Desk, ids: Ids) -> Rendered:
    return weekly_report.told(desk.weekly_report.lookback(date.fromisoformat(ids["week"])), chart=ids["chart"]), ()


def _weekly_chart(desk: Desk, ids: Ids) -> Rendered:
    lookback = desk.weekly_report.lookback(date.fromisoformat(ids["week"]))
    if not lookback.trends:
        raise NotFound("no tag came up in these weeks: there is nothing to draw")
    return {"file": weekly_report.picture(lookback)}, ()


def _missed(desk: Desk, ids: Ids) -> Rendered:
    hours = desk.settings.kawaraban_digest_catch_up_hours
    return delivery_failures.missed(
        ids["channel"], datetime.fromisoformat(ids["slot"]), ZoneInfo(ids["zone"]), hours
    ), ()


RENDERERS: dict[str, Callable[[Desk, Ids], Rendered]] = {
    "source-state": _source_state,
    "source-registered": _source_registered,
    "source-aside": _source_aside,
    "digest": _digest,
    "entry": _entry,
    "held": _held,
    "draft": _draft,
    "draft-waits": _draft_waits,
    "personal": _personal,
    "weekly": _weekly,
    "weekly-chart": _weekly_chart,
    "digest-missed": _missed,
    "shared": _shared,
    "review-card": _review_card,
    "review-notice": _review_notice,
    "review-line": _review_line,
    "review-handed": _review_handed,
    GIVEN_UP: _given_up,
    "findings": _findings,
    "rule-demoted": _rule_demoted,
    "rules-week": _rules_week,
    "review-handover": _handover,
    "review-reminder": _reminder,
    "review-woken": _woken,
}
