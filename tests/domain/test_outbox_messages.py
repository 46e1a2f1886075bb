"""What the outbox stores of each message, and where each one goes. Rows that are stored already keep their meaning."""

import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from bot.domain.outbox import OwnReaction, UnknownMessage, read_payload
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
    NewMessage,
    Payload,
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

ANNA, NEWS, REVIEW = "U0SATO001", "C0AINEWS1", "C0REVIEW1"
AT = datetime(2026, 2, 2, 0, 30, 15, 42, tzinfo=UTC)
SLOT = datetime(2026, 1, 31, 23, tzinfo=UTC)
WEEK = date(2026, 1, 26)

STORED: dict[str, tuple[str, AnyMessage]] = {
    "digest": ('{"digest": 1}', DigestMessage(1)),
    "entry": ('{"digest": 1, "post": 3}', DigestEntry(1, 3)),
    "held": ('{"digest": 1}', HeldPosts(1)),
    "personal": ('{"digest": 1}', PersonalDigest(1)),
    "draft": ('{"digest": 1}', DigestDraft(1)),
    "draft-waits": ('{"digest": 1}', DraftReminder(1)),
    "digest-missed": (
        '{"channel": "C0AINEWS1", "slot": "2026-01-31T23:00:00+00:00", "zone": "Asia/Tokyo"}',
        DigestMissed(NEWS, SLOT, "Asia/Tokyo"),
    ),
    "weekly": ('{"week": "2026-01-26", "chart": true}', WeeklyReportMessage(WEEK, chart=True)),
    "weekly-chart": ('{"week": "2026-01-26", "chart": true}', WeeklyChart(WEEK)),
    "shared": ('{"post": 3, "sentences": 2, "user": "U0SATO001"}', SharedSummary(3, 2, ANNA)),
    "review-card": ('{"review": 1}', ReviewCardMessage(1)),
    "review-notice": ('{"review": 1, "user": "U0SATO001"}', ReviewNotice(1, ANNA)),
    "review-line": ('{"review": 1, "event": 2}', ReviewLine(1, 2)),
    "review-handed": ('{"review": 1, "event": 2}', ReviewHandedOver(1, 2)),
    "review-handover": ('{"since": 1769731200.0, "until": 1769990415.000042}', HandoverMessage(
        datetime(2026, 1, 30, tzinfo=UTC), datetime(2026, 2, 2, 0, 0, 15, 42, tzinfo=UTC)
    )),
    "review-reminder": ('{"owner": "U0SATO001"}', ReviewReminder(ANNA)),
    "review-woken": ('{"review": 1}', ReviewWoken(1)),
    "findings": (
        '{"post": 3, "revision": 2, "findings": [["placeholder", "〇〇"], ["chatbot", "いかがでしたか"]]}',
        FindingsAlert(3, 2, (("placeholder", "〇〇"), ("chatbot", "いかがでしたか"))),
    ),
    "rule-demoted": ('{"rule": "tone", "hits": 4, "posts": 12}', RuleDemoted("tone", 4, 12)),
    "rules-week": (
        '{"posts": 12, "rules": [["tone", 4, false], ["endings", 0, true]]}',
        WeeklyRuleCounts(12, (("tone", 4, False), ("endings", 0, True))),
    ),
    "source-state": (
        '{"source": 1, "state": "failing", "before": "active", "error": "HTTP 503"}',
        SourceStateChanged(1, "failing", "active", "HTTP 503"),
    ),
    "source-registered": ('{"source": 1, "posts": 7}', BacklogRegistered(1, 7)),
    "source-aside": ('{"source": 1}', EntriesRejected(1)),
    "given-up": (
        '{"channel": "C0AINEWS1", "kind": "entry", "key": "digest:1:3", "error": "is_archived"}',
        MessageGivenUp(NEWS, "entry", "digest:1:3", "is_archived"),
    ),
}  # fmt: skip
"""A row of each kind as stored until now: its kind, its ids, and what that is today."""


def test_the_rows_here_are_of_every_kind() -> None:
    assert {kind: type(message) for kind, (_, message) in STORED.items()} == {
        each.kind: each for each in get_args(AnyMessage)
    }


@pytest.mark.parametrize("kind", STORED)
def test_a_row_that_is_stored_keeps_its_meaning(kind: str) -> None:
    ids, message = STORED[kind]
    assert read_payload(kind, json.loads(ids)) == message


@pytest.mark.parametrize("kind", STORED)
def test_what_is_stored_is_what_older_processes_read(kind: str) -> None:
    ids, message = STORED[kind]
    assert (message.kind, json.dumps(message.to_json(), ensure_ascii=False)) == (kind, ids)


def test_a_reaction_is_stored_beside_the_messages() -> None:
    ids = {"ts": "1.1", "emoji": "eyes", "stands": True}
    assert read_payload("reaction", ids) == OwnReaction("1.1", "eyes", stands=True)
    assert OwnReaction("1.1", "eyes", stands=True).to_json() == ids


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("monthly", {"month": "2026-02"}),
        ("entry", {"digest": 1}),
        ("weekly", {"week": "the last one", "chart": True}),
        ("weekly", {"week": 5, "chart": True}),
        ("findings", {"post": 3, "revision": 2, "findings": 5}),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_as_it_is(kind: str, ids: dict[str, Any]) -> None:
    assert read_payload(kind, ids) == UnknownMessage(kind, ids)


def test_what_a_newer_version_stores_beside_is_passed_over() -> None:
    assert read_payload("entry", {"digest": 1, "post": 3, "colour": "red"}) == DigestEntry(1, 3)


WHERE: list[tuple[NewMessage, str, str, str | None, str | None]] = [
    # the message; its key, channel, parent and thread
    (DigestMessage(1).to(NEWS), "digest:1", NEWS, None, None),
    (DigestEntry(1, 3).to(NEWS), "digest:1:3", NEWS, "digest:1", None),
    (HeldPosts(1).to(NEWS), "digest:1:held", NEWS, "digest:1", None),
    (PersonalDigest(1).to(ANNA), "digest:1", ANNA, None, None),
    (DigestDraft(1).to(REVIEW), "draft:1", REVIEW, None, None),
    (DraftReminder(1).to(REVIEW), "draft:1:waits", REVIEW, "draft:1", None),
    (DigestMissed(NEWS, SLOT, "Asia/Tokyo").to(REVIEW, 4), "missed:4:2026-01-31T23:00", REVIEW, None, None),
    (WeeklyReportMessage(WEEK, chart=True).to(NEWS), "weekly:C0AINEWS1:2026-01-26", NEWS, None, None),
    (WeeklyChart(WEEK).to(NEWS), "weekly:C0AINEWS1:2026-01-26:chart", NEWS, "weekly:C0AINEWS1:2026-01-26", None),
    (SharedSummary(3, 2, ANNA).to(NEWS, "share:x"), "share:x", NEWS, None, None),
    (ReviewCardMessage(1).to(REVIEW), "review:1:card", REVIEW, None, None),
    (ReviewCardMessage(1).to(NEWS, "9.1"), "review:1:card", NEWS, None, "9.1"),
    (ReviewNotice(1, ANNA).to(NEWS, "9.1"), "review:1:notice:C0AINEWS1:9.1", NEWS, None, "9.1"),
    (ReviewLine(1, 2).to(REVIEW, None), "review:1:line:2", REVIEW, "review:1:card", None),
    (ReviewLine(1, 2).to(NEWS, "9.1"), "review:1:line:2", NEWS, None, "9.1"),
    (ReviewHandedOver(1, 2).to(ANNA), "review:1:handed:2", ANNA, None, None),
    (HandoverMessage(SLOT, AT).to(REVIEW, "2026-02-02"), "review-reminder:2026-02-02", REVIEW, None, None),
    (ReviewReminder(ANNA).to("2026-02-02"), "review-reminder:2026-02-02:U0SATO001", ANNA, None, None),
    (ReviewWoken(1).to(ANNA, AT), "review-woken:1:20260202T003015", ANNA, None, None),
    (FindingsAlert(3, 2, ()).to(REVIEW), "findings:3:2", REVIEW, None, None),
    (
        RuleDemoted("tone", 4, 12).to(REVIEW, AT),
        "rule-demoted:tone:2026-02-02T00:30:15.000042+00:00", REVIEW, None, None,
    ),
    (WeeklyRuleCounts(12, ()).to(REVIEW, "rules:2026-W06"), "rules:2026-W06", REVIEW, None, None),
    (
        SourceStateChanged(1, "gone", "active", "").to(REVIEW, AT),
        "source:1:gone:20260202003015000042", REVIEW, None, None,
    ),
    (BacklogRegistered(1, 7).to(ANNA, AT), "source:1:registered:U0SATO001:20260202003015000042", ANNA, None, None),
    (EntriesRejected(1).to(REVIEW, AT), "source:1:aside:20260202003015000042", REVIEW, None, None),
    (
        MessageGivenUp(NEWS, "entry", "digest:1:3", "e" * 70).to(REVIEW, AT),
        f"given-up:C0AINEWS1:2026-02-02:{'e' * 60}", REVIEW, None, None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "key", "channel", "parent", "thread"), WHERE, ids=[row[1] for row in WHERE])
def test_where_a_message_goes_and_its_key(
    message: NewMessage, key: str, channel: str, parent: str | None, thread: str | None
) -> None:
    assert (message.key, message.channel, message.parent_key, message.thread_ts) == (key, channel, parent, thread)
    assert message.not_before is None


def test_every_kind_has_its_place_above() -> None:
    addressed: set[type[Payload]] = {type(message.payload) for message, *_ in WHERE}
    assert addressed == set(get_args(AnyMessage))
