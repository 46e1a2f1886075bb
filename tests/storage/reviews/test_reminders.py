"""Snoozes end, owners are reminded once a working day, and the desk hands over."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import HandoverMessage, ReviewReminder, ReviewWoken
from bot.domain.reviews import Action, ReviewCommand
from storage.store import Store
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Clock, StoredDesk, desk_on
from tests.storage.articles import newsroom, publish
from tests.storage.rush import together

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 2, 2, 9, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def published(desk: StoredDesk, tmp_path: Path, clock: Clock) -> None:
    """Four posts, all under review since Friday afternoon."""
    desk.intake.import_path(newsroom(tmp_path / "desk", 4))
    clock.at = datetime(2026, 1, 30, 15, tzinfo=TOKYO)
    for post in (1, 2, 3, 4):
        desk.reviews.flag_by_button(post, ANNA, "", None)


def does(desk: StoredDesk, review: int, action: Action, user: str = BEN, **more: object) -> None:
    desk.reviews.act(review, ReviewCommand(action=action, user=user, via="button", **more))  # type: ignore[arg-type]


def waiting(store: Store) -> list[tuple[str, str, object]]:
    """The morning's messages, taken out of the outbox: key, channel, what each is about."""
    letters = []
    while letter := store.outbox.claim_next():
        store.outbox.mark_sent(letter, f"{letter.id}.0")
        letters.append(letter)
    return [(x.key, x.channel, x.payload) for x in letters if isinstance(x.payload, MORNINGS)]


MORNINGS = (HandoverMessage, ReviewReminder, ReviewWoken)


def test_on_a_working_day_owners_are_reminded_by_dm_and_the_channel_gets_the_handover(
    desk: StoredDesk, store: Store, clock: Clock
) -> None:
    does(desk, 1, "take")
    does(desk, 2, "take", ANNA)
    does(desk, 3, "snooze", ANNA, until=MONDAY + timedelta(days=2))
    clock.at = MONDAY
    assert desk.reminders.remind()
    handover = HandoverMessage(since=datetime(2026, 1, 30, 9, tzinfo=TOKYO), until=MONDAY)
    assert waiting(store) == [
        ("review-reminder:2026-02-02", NEWS, handover),
        (f"review-reminder:2026-02-02:{ANNA}", ANNA, ReviewReminder(ANNA)),
        (f"review-reminder:2026-02-02:{BEN}", BEN, ReviewReminder(BEN)),
    ]


def test_a_day_is_reminded_once_and_the_next_one_again(desk: StoredDesk, store: Store, clock: Clock) -> None:
    clock.at = MONDAY
    assert [desk.reminders.remind(), desk.reminders.remind()] == [True, False]
    clock.forward(hours=2)
    assert not desk.reminders.remind()
    clock.forward(hours=22)
    assert desk.reminders.remind()
    assert [key for key, *_ in waiting(store)] == ["review-reminder:2026-02-02", "review-reminder:2026-02-03"]


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 1, 31, 9, tzinfo=TOKYO),  # Saturday
        datetime(2026, 2, 1, 9, tzinfo=TOKYO),  # Sunday
        datetime(2026, 2, 11, 9, tzinfo=TOKYO),  # National Foundation Day, a Wednesday
        datetime(2026, 5, 6, 9, tzinfo=TOKYO),  # a substitute holiday
        datetime(2026, 2, 2, 8, 59, tzinfo=TOKYO),  # too early
        datetime(2026, 2, 2, 12, 0, tzinfo=TOKYO),  # everything was down all morning
    ],
)
def test_at_any_other_time_nobody_is_reminded(desk: StoredDesk, store: Store, clock: Clock, day: datetime) -> None:
    clock.at = day
    assert not desk.reminders.remind()
    assert waiting(store) == []


def test_a_morning_that_was_late_is_made_up_for(desk: StoredDesk, clock: Clock) -> None:
    clock.at = MONDAY + timedelta(hours=2, minutes=59)
    assert desk.reminders.remind()


def test_after_a_holiday_the_handover_reaches_back_to_the_last_working_day(
    desk: StoredDesk, store: Store, clock: Clock
) -> None:
    clock.at = datetime(2026, 2, 12, 9, tzinfo=TOKYO)
    desk.reminders.remind()
    ((_, _, handover),) = waiting(store)
    assert handover == HandoverMessage(since=datetime(2026, 2, 10, 9, tzinfo=TOKYO), until=clock.at)


def test_where_nothing_happened_and_nothing_is_left_nothing_is_said_and_the_day_is_done(
    desk: StoredDesk, store: Store, clock: Clock
) -> None:
    for review in (1, 2, 3, 4):
        does(desk, review, "fine")
    clock.at = datetime(2026, 2, 3, 9, tzinfo=TOKYO)
    assert desk.reminders.remind()
    desk.reviews.flag_by_button(1, ANNA, "", None)
    assert not desk.reminders.remind()
    assert waiting(store) == []


def test_several_clocks_that_strike_at_once_remind_once(desk: StoredDesk, store: Store, clock: Clock) -> None:
    does(desk, 1, "take")
    clock.at = MONDAY
    assert sorted(together(desk.reminders.remind)) == [False] * 7 + [True]
    assert len(waiting(store)) == 2


def test_the_handover_tells_what_became_of_the_reviews_and_what_is_left(
    desk: StoredDesk, store: Store, clock: Clock
) -> None:
    clock.at = MONDAY - timedelta(hours=12)
    does(desk, 1, "take")
    does(desk, 2, "take", ANNA)
    does(desk, 2, "fixed", ANNA)
    does(desk, 3, "snooze", ANNA, until=MONDAY + timedelta(days=2))
    clock.at = MONDAY
    told = desk.reminders.handover()
    assert (told.since, told.until) == (datetime(2026, 1, 30, 9, tzinfo=TOKYO), MONDAY)
    assert (told.opened, told.by_checks, told.taken) == (4, 0, {ANNA: 1, BEN: 1})
    assert [row.review.id for row in told.closed.rows] == [2]
    assert (told.owned, told.snoozed) == ({BEN: 1}, 1)
    assert [row.review.id for row in told.unowned.rows] == [4]
    clock.forward(hours=1)
    later = desk.reminders.handover()
    assert (later.since, later.opened, later.taken, later.closed.total) == (MONDAY, 0, {}, 0)
    assert (later.owned, later.unowned.total) == ({BEN: 1}, 1)


def test_the_handover_counts_what_the_checks_opened(
    database: str, desk: StoredDesk, clock: Clock, tmp_path: Path
) -> None:
    store = Store.at(database, clock, NotificationSettings(opens_reviews=True))
    publish(newsroom(tmp_path / "desk"), 20, tail="\n---END---\n")
    desk_on(store, desk.settings, now=clock, fetch=desk.network.fetch).intake.import_path(tmp_path / "desk")
    told = store.reminders.handover(clock() - timedelta(hours=1), clock() + timedelta(hours=1))
    store.close()
    assert (told.opened, told.by_checks, told.unowned.total) == (5, 1, 5)


def test_a_snooze_that_is_over_gives_the_review_back_to_its_owner_who_is_told(
    desk: StoredDesk, store: Store, clock: Clock
) -> None:
    does(desk, 1, "snooze", until=clock() + timedelta(hours=1))
    assert store.reminders.wake() == 0
    clock.forward(hours=1)
    assert (store.reminders.wake(), store.reminders.wake()) == (1, 0)
    woken = store.reviews.get(1)
    assert woken is not None
    assert (woken.state, woken.owner, woken.snoozed_until) == ("taken", BEN, None)
    assert [(channel, payload) for _, channel, payload in waiting(store)] == [(BEN, ReviewWoken(1))]


def test_a_review_snoozed_twice_wakes_twice(desk: StoredDesk, store: Store, clock: Clock) -> None:
    for _ in range(2):
        does(desk, 1, "snooze", until=clock() + timedelta(hours=1))
        clock.forward(hours=1)
        store.reminders.wake()
    assert len(waiting(store)) == 2


def test_the_review_channel_gets_the_handover_where_there_is_one(desk: StoredDesk, store: Store, clock: Clock) -> None:
    settings = desk.settings.model_copy(update={"review_channel": REVIEW})
    clock.at = MONDAY
    desk_on(store, settings, now=clock, fetch=desk.network.fetch).reminders.remind()
    assert [channel for _, channel, *_ in waiting(store)] == [REVIEW]
