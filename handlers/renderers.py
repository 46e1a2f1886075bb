"""What each message of the outbox says: made from the store when it is sent or edited.

A renderer raises NotFound if nothing is left to say: a new message is then given up, an edit changes nothing.
"""

from typing import assert_never
from zoneinfo import ZoneInfo

from bot.desk import Desk
from bot.domain.outbox_messages import (
    AnyMessage,
    BacklogRegistered,
    DigestDraft,
    DigestEntry,
    DigestMessage,
    DigestMissed,
    DraftReminder,
    EntriesRejected,
    FindingsAlert,
    HandoverMessage,
    HeldPosts,
    MessageGivenUp,
    PersonalDigest,
    ReviewCardMessage,
    ReviewHandedOver,
    ReviewLine,
    ReviewNotice,
    ReviewReminder,
    ReviewWoken,
    RuleDemoted,
    SharedSummary,
    SourceStateChanged,
    WeeklyChart,
    WeeklyReportMessage,
    WeeklyRuleCounts,
)
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

Rendered = tuple[Message, tuple[int, ...]]
"""A message, or `{"file": …}` for a picture, and the numbers of the posts it shows."""


def render(desk: Desk, message: AnyMessage) -> Rendered:
    """Return what the message says now. Raises NotFound."""
    match message:
        case DigestMessage():
            return _digest(desk, message)
        case DigestEntry():
            return _entry(desk, message)
        case HeldPosts():
            return _held(desk, message)
        case PersonalDigest():
            return _personal(desk, message)
        case DigestDraft():
            return _draft(desk, message)
        case DraftReminder():
            return _draft_waits(desk, message)
        case DigestMissed():
            return _missed(desk, message)
        case WeeklyReportMessage():
            return _weekly(desk, message)
        case WeeklyChart():
            return _weekly_chart(desk, message)
        case SharedSummary():
            return _shared(desk, message)
        case ReviewCardMessage():
            return _review_card(desk, message)
        case ReviewNotice():
            return _review_notice(desk, message)
        case ReviewLine():
            return _review_line(desk, message)
        case ReviewHandedOver():
            return _review_handed(desk, message)
        case HandoverMessage():
            return _handover(desk, message)
        case ReviewReminder():
            return _reminder(desk, message)
        case ReviewWoken():
            return _woken(desk, message)
        case FindingsAlert():
            return _findings(desk, message)
        case RuleDemoted():
            return findings.demoted(message.rule, message.hits, message.posts), ()
        case WeeklyRuleCounts():
            return findings.week(message.rules, message.posts), ()
        case SourceStateChanged():
            return sources.changed(desk.sources.get(message.source_id), message.state, message.error), ()
        case BacklogRegistered():
            return sources.backlog(desk.sources.get(message.source_id), message.posts), ()
        case EntriesRejected():
            return _rejected(desk, message)
        case MessageGivenUp(channel, kind, key, error):
            return delivery_failures.given_up(channel, kind, key, error), ()
        case _:
            assert_never(message)


# ---- digests
def _digest(desk: Desk, message: DigestMessage) -> Rendered:
    whole = desk.digests.get(message.digest_id)
    return digest.digest(whole), tuple(e.post.id for e in whole.entries)


def _entry(desk: Desk, message: DigestEntry) -> Rendered:
    return digest.entry(desk.digests.get(message.digest_id), message.post_id), (message.post_id,)


def _held(desk: Desk, message: HeldPosts) -> Rendered:
    whole = desk.digests.get(message.digest_id)
    if not whole.held:
        raise NotFound("every held post was fixed before the digest went out: there is none to name")
    return digest.held(whole), tuple(h.post.id for h in whole.held)


def _personal(desk: Desk, message: PersonalDigest) -> Rendered:
    whole = desk.digests.get(message.digest_id)
    return followed_tags.personal(whole), tuple(e.post.id for e in whole.entries)


def _draft(desk: Desk, message: DigestDraft) -> Rendered:
    # an emoji on a draft is meant for the draft, not for its posts
    return draft.draft(desk.digests.get(message.digest_id)), ()


def _draft_waits(desk: Desk, message: DraftReminder) -> Rendered:
    whole = desk.digests.get(message.digest_id)
    if whole.state != "draft":
        raise NotFound("the draft was decided before anybody could be reminded of it")
    return draft.waits(whole), ()


def _missed(desk: Desk, message: DigestMissed) -> Rendered:
    hours = desk.settings.digest_catch_up_hours
    return delivery_failures.missed(message.channel, message.slot, ZoneInfo(message.zone), hours), ()


def _weekly(desk: Desk, message: WeeklyReportMessage) -> Rendered:
    return weekly_report.told(desk.weekly_report.lookback(message.week), chart=message.chart), ()


def _weekly_chart(desk: Desk, message: WeeklyChart) -> Rendered:
    lookback = desk.weekly_report.lookback(message.week)
    if not lookback.trends:
        raise NotFound("no tag came up in these weeks: there is nothing to draw")
    return {"file": weekly_report.picture(lookback)}, ()


def _shared(desk: Desk, message: SharedSummary) -> Rendered:
    summary = desk.lookup.summary_of(message.post_id, message.sentences)
    return lookup.shared(summary, message.user, desk.zone), (message.post_id,)


# ---- reviews
def _review_card(desk: Desk, message: ReviewCardMessage) -> Rendered:
    card = desk.reviews.card(message.review_id)
    return review_card.card(card, desk.zone), (card.post.id,)


def _review_notice(desk: Desk, message: ReviewNotice) -> Rendered:
    review, post, _ = desk.reviews.get(message.review_id)
    return review_card.notice(review, post, message.user, desk.zone), (post.id,)


def _review_line(desk: Desk, message: ReviewLine) -> Rendered:
    review, _, _ = desk.reviews.get(message.review_id)
    return review_card.line(review.event(message.event_id), desk.zone), ()


def _review_handed(desk: Desk, message: ReviewHandedOver) -> Rendered:
    review, post, _ = desk.reviews.get(message.review_id)
    return review_card.handed(review, post, review.event(message.event_id)), (post.id,)


def _handover(desk: Desk, message: HandoverMessage) -> Rendered:
    return reminders.handover(desk.reminders.between(message.since, message.until), desk.now(), desk.zone), ()


def _reminder(desk: Desk, message: ReviewReminder) -> Rendered:
    owned = desk.reviews.page(ReviewFilter(states=("taken",), owner=message.owner), NAMED)
    if not owned.total:
        raise NotFound("all of these reviews were decided before their owner was reminded")
    return reminders.reminder(owned, message.owner, desk.now(), desk.zone), ()


def _woken(desk: Desk, message: ReviewWoken) -> Rendered:
    review, post, _ = desk.reviews.get(message.review_id)
    if review.state != "taken":
        raise NotFound("the review was decided or snoozed again before its owner was told")
    return reminders.woken(review, post), (post.id,)


# ---- findings and sources
def _findings(desk: Desk, message: FindingsAlert) -> Rendered:
    post, reading = desk.lookup.post(message.post_id)
    standing = [f for f in reading.findings if (f.rule, f.quote) in message.findings]
    return findings.alert(post, reading, standing, message.revision, desk.zone), (post.id,)


def _rejected(desk: Desk, message: EntriesRejected) -> Rendered:
    rejected = desk.sources.rejected(message.source_id)
    if not rejected:
        raise NotFound("every post was taken in before this was said")
    return sources.set_aside(desk.sources.get(message.source_id), rejected), ()
