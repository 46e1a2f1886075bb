"""Whatever goes wrong between the sender and Slack, each message stands in its channel once, in order."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import insert

from bot.domain.outbox import OutboxMessage
from bot.domain.outbox_messages import SharedSummary
from bot.fake_slack import SCOPES, Fault, InlineExecutor, Slack
from bot.runtime.app import build
from bot.settings import Settings
from handlers.renderers import render
from handlers.sender import Sender
from storage.engine import writing
from storage.slack.outbox import react, refresh
from storage.tables import outbox
from tests.conftest import ANNA, NEWS, REVIEW, Clock, Office
from tests.handlers.articles import on_sqlite

TROUBLE = {
    "too many requests": Fault.rate_limited(3),
    "an error of Slack's": Fault.server_error(),
    "an error of Slack's in words": Fault.refuse("internal_error"),
    "the connection dropped before": Fault.drop_before(),
    "the connection dropped after": Fault.drop_after(),
    "an answer later than we wait": Fault.slow(0.6),
    "not yet invited": Fault.refuse("not_in_channel"),
    "the channel hidden from us": Fault.refuse("channel_not_found"),
}


def sender_of(office: Office, *, pace: float, sleep: Callable[[float], None]) -> Sender:
    newsroom = office.newsroom
    return Sender(newsroom.store.outbox, partial(render, newsroom.desk), newsroom.sender.client, pace=pace, sleep=sleep)


@pytest.fixture
def impatient(office: Office) -> Office:
    """An office whose client waits less than half a second for Slack."""
    office.newsroom.sender.client.timeout = 0.3  # type: ignore[assignment]
    return office


def keys(office: Office, channel: str = NEWS) -> list[str]:
    """The keys of what the bot said by itself there, in the order in which it stands."""
    return [m.metadata["event_payload"]["key"] for m in office.slack.messages(channel) if m.metadata]


def expected(office: Office) -> list[str]:
    """The keys of the first digest's messages."""
    digest = office.newsroom.store.digests.get(1)
    replies = [str(e.post.id) for e in digest.entries] + ["held"] * bool(digest.held)
    return ["digest:1", *(f"digest:1:{reply}" for reply in replies)]


def until_all_is_said(office: Office) -> None:
    for _ in range(40):
        office.newsroom.tick()
        if not office.newsroom.store.health.counts()["outbox_waiting"]:
            return
        office.clock.forward(minutes=3)  # longer than any wait, and than a dead sender's lease
    raise AssertionError("something is still waiting")


@on_sqlite
@pytest.mark.parametrize("at", [0, 2])
@pytest.mark.parametrize("name", TROUBLE)
def test_every_message_is_said_once_and_in_order_after(impatient: Office, name: str, at: int) -> None:
    impatient.slack.fault("chat.postMessage", *[Fault(done=True)] * at, TROUBLE[name])
    impatient.clock.forward(minutes=1)
    until_all_is_said(impatient)
    assert keys(impatient) == expected(impatient)
    parent, *replies = (m for m in impatient.slack.messages(NEWS) if m.metadata)
    assert {m.thread_ts for m in replies} == {parent.ts}
    assert impatient.newsroom.store.health.counts()["outbox_failed"] == 0


@pytest.mark.both_engines
def test_every_message_is_said_once_after_one_trouble_upon_the_other(impatient: Office) -> None:
    impatient.slack.fault("chat.postMessage", *[fault for fault in TROUBLE.values() for _ in range(2)])
    impatient.slack.fault("conversations.history", Fault.server_error(), Fault.drop_before())
    impatient.slack.fault("conversations.replies", Fault.rate_limited(), Fault.drop_after())
    impatient.clock.forward(minutes=1)
    until_all_is_said(impatient)
    assert keys(impatient) == expected(impatient)


@pytest.mark.both_engines
def test_what_slack_will_never_take_is_given_up_with_its_replies_and_others_go_on(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.refuse("invalid_blocks"))
    office.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, "U0SATO001")
    office.newsroom.desk.reviews.share("share:2", REVIEW, 3, 3, "U0SATO001")
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    assert (keys(office), keys(office, REVIEW)) == (expected(office), ["share:2"])
    assert office.newsroom.store.outbox.failure("share:1") == "invalid_blocks"


def test_a_digest_slack_will_not_take_takes_its_replies_along(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.refuse("invalid_blocks"))
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    wanted = expected(office)
    assert keys(office) == []
    assert [office.newsroom.store.outbox.failure(key) for key in wanted] == ["invalid_blocks"] * len(wanted)
    assert office.newsroom.store.health.counts()["outbox_waiting"] == 0


@pytest.mark.parametrize("at", [0, 2])
@pytest.mark.both_engines
def test_a_sender_that_dies_between_posting_and_noting_is_found_out_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    store, noted = office.newsroom.store, office.newsroom.store.outbox.mark_sent_and_claim
    left = iter([*[False] * at, True])

    def dies(*args: object) -> tuple[str, OutboxMessage | None]:
        if next(left, False):
            raise MemoryError("the process ends here")
        return noted(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(store.outbox, "mark_sent_and_claim", dies)
    office.clock.forward(minutes=1)
    with pytest.raises(MemoryError):
        office.newsroom.tick()
    said = keys(office)
    office.newsroom.tick()
    assert keys(office) == said  # another may still be at it: nothing is said before its lease is over
    other = build(office.newsroom.settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.clock.forward(minutes=2, seconds=1)
    other.tick()
    other.close()
    assert keys(office) == expected(office)
    assert len(office.slack.calls_of("chat.postMessage")) == len(expected(office))


def test_a_message_said_long_before_is_found_among_hundreds(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.drop_after())
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    for n in range(210):
        office.slack.say("U0SATO001", NEWS, f"雑談 {n}")
    until_all_is_said(office)
    assert keys(office) == expected(office)


@pytest.mark.both_engines
def test_two_senders_at_once_say_each_message_once(office: Office) -> None:
    other = build(office.newsroom.settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.clock.forward(minutes=1)
    office.newsroom.desk.digests.due()
    threads = [Thread(target=n.sender.deliver) for n in (office.newsroom, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until_all_is_said(office)
    other.close()
    assert keys(office) == expected(office)


@on_sqlite
def test_between_two_messages_to_one_channel_lies_the_pace_whoever_sends_them(office: Office) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        office.clock.forward(seconds=seconds)

    desk = office.newsroom.desk
    one, other = (sender_of(office, pace=1.05, sleep=sleep) for _ in range(2))
    office.clock.forward(minutes=1)
    desk.digests.due()
    posted = one.deliver()
    assert posted == len(expected(office))
    assert slept == [pytest.approx(1.05)] * (posted - 1)  # the first does not wait
    desk.reviews.share("share:1", NEWS, 3, 3, "U0SATO001")
    assert (other.deliver(), len(slept)) == (1, posted)
    office.clock.forward(minutes=1)
    desk.reviews.share("share:2", NEWS, 3, 3, "U0SATO001")
    assert (one.deliver(), len(slept)) == (1, posted)


@on_sqlite
def test_channels_take_turns_so_that_none_waits_for_the_pace_of_another(office: Office) -> None:
    desk = office.newsroom.desk
    for n in range(6):
        desk.reviews.share(f"share:{n}", (NEWS, REVIEW)[n // 3], 3, 3, "U0SATO001")
    sender = sender_of(office, pace=1.0, sleep=lambda seconds: office.clock.forward(seconds=seconds))
    before = office.clock()
    assert sender.deliver() == 6
    assert (office.clock() - before).total_seconds() == pytest.approx(2.0)
    assert [keys(office), keys(office, REVIEW)] == [[f"share:{n}" for n in range(3)], [f"share:{n}" for n in (3, 4, 5)]]


@on_sqlite
def test_a_rate_limit_is_waited_out_and_not_a_second_longer(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.rate_limited(30))
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    office.clock.forward(seconds=29)
    office.newsroom.tick()
    assert keys(office) == []
    office.clock.forward(seconds=1)
    office.newsroom.tick()
    assert keys(office) == expected(office)


@on_sqlite
def test_the_client_itself_never_posts_twice(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.drop_before())
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    assert len(office.slack.calls_of("chat.postMessage")) == 1


@on_sqlite
def test_a_message_that_is_there_already_costs_no_wait(impatient: Office) -> None:
    impatient.slack.fault("chat.postMessage", Fault.drop_after())
    impatient.clock.forward(minutes=1)
    impatient.newsroom.tick()
    assert keys(impatient) == expected(impatient)


@on_sqlite
@pytest.mark.parametrize("trouble", [Fault.server_error(), Fault.drop_before()])
def test_what_is_not_there_is_posted_again_only_when_slack_must_be_done_with_it(office: Office, trouble: Fault) -> None:
    office.slack.fault("chat.postMessage", trouble)
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    office.clock.forward(seconds=19)
    office.newsroom.tick()
    assert keys(office) == []
    office.clock.forward(seconds=1)
    office.newsroom.tick()
    assert keys(office) == expected(office)


@on_sqlite
def test_a_message_that_slack_shows_late_is_not_said_again(impatient: Office) -> None:
    impatient.slack.fault("chat.postMessage", Fault.lagging(0.6))
    impatient.clock.forward(minutes=1)
    impatient.newsroom.tick()
    assert keys(impatient) == []
    time.sleep(0.5)
    until_all_is_said(impatient)
    assert keys(impatient) == expected(impatient)


@on_sqlite
def test_a_doubt_stays_when_the_look_after_it_is_rate_limited(office: Office) -> None:
    office.slack.fault("chat.postMessage", Fault.error_after())
    office.slack.fault("conversations.history", Fault.rate_limited(), Fault.drop_before(), Fault.rate_limited())
    office.clock.forward(minutes=1)
    until_all_is_said(office)
    assert keys(office) == expected(office)


@pytest.mark.parametrize("hours", [-20, 20])
def test_a_clock_of_slacks_that_is_not_ours_hides_nothing(stocked: str, clock: Clock, hours: int) -> None:
    with Slack(now=lambda: clock() + timedelta(hours=hours), token="xoxb-1") as slack:
        settings = Settings(
            _env_file=None, slack_bot_token="xoxb-1", slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.url, database_url=stocked, digest_channel=NEWS,
        )  # fmt: skip
        office = Office(build(settings, now=clock, executor=InlineExecutor(), pace=0), slack, clock)
        slack.fault("chat.postMessage", Fault.drop_after())
        slack.fault("conversations.history", Fault.drop_before())
        clock.forward(minutes=1)
        until_all_is_said(office)
        office.newsroom.close()
        assert keys(office) == expected(office)


@pytest.mark.parametrize("faults", [[], [Fault.drop_after()], [Fault.refuse("is_archived")]])
@pytest.mark.both_engines
def test_of_two_senders_at_one_letter_the_late_one_takes_its_message_back(office: Office, faults: list[Fault]) -> None:
    store, sender = office.newsroom.store, office.newsroom.sender
    office.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    late = store.outbox.claim_next()
    assert late is not None
    office.clock.forward(minutes=3)  # longer than its lease
    office.newsroom.sender.deliver()
    (first,) = (m for m in office.slack.messages(NEWS) if m.metadata)
    office.slack.fault("chat.postMessage", *faults)
    sender._send(late)
    assert [m.ts for m in office.slack.messages(NEWS) if m.metadata] == [first.ts]
    assert (store.outbox.failure("share:1"), store.health.counts()["outbox_waiting"]) == (None, 0)


@pytest.mark.both_engines
def test_a_late_edit_is_covered_by_what_the_store_says_by_then(office: Office) -> None:
    office.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    office.newsroom.sender.deliver()
    store = office.newsroom.store
    refresh_all(office)
    late = store.outbox.claim_next()
    assert late is not None
    office.clock.forward(minutes=3)
    office.newsroom.sender.deliver()
    _, covering = office.newsroom.sender._send(late)
    assert covering is not None
    before = len(office.slack.calls_of("chat.update"))
    office.newsroom.sender._send(covering)
    assert len(office.slack.calls_of("chat.update")) == before + 1


@on_sqlite
def test_without_the_scope_to_read_keys_nothing_in_doubt_is_said_again(office: Office) -> None:
    scopes = tuple(scope for scope in SCOPES if scope != "metadata.message:read")
    office.slack._loopback.scopes = scopes
    office.slack.fault("chat.postMessage", Fault.error_after())
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    for _ in range(5):
        office.clock.forward(minutes=6)
        office.newsroom.tick()
    assert keys(office) == ["digest:1"]
    assert office.newsroom.store.outbox.blocked_reason(NEWS) == "missing_scope: metadata.message:read"
    office.slack._loopback.scopes = SCOPES
    until_all_is_said(office)
    assert keys(office) == expected(office)


@on_sqlite
def test_a_clock_that_is_ahead_of_ours_makes_nobody_wait_longer_than_the_pace(office: Office) -> None:
    slept: list[float] = []
    desk = office.newsroom.desk
    sender = sender_of(office, pace=1.05, sleep=slept.append)
    desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    office.clock.forward(minutes=5)
    sender.deliver()
    office.clock.forward(minutes=-4)
    desk.reviews.share("share:2", NEWS, 3, 3, ANNA)
    sender.deliver()
    assert slept == [1.05]


@on_sqlite
def test_a_message_that_only_a_newer_version_can_read_is_given_up_and_others_go_on(office: Office) -> None:
    store, now = office.newsroom.store, office.clock()
    with writing(store.engine) as c:
        row = {"kind": "monthly", "ids": {"month": "2026-02"}, "key": "monthly:1", "channel": NEWS}
        c.execute(insert(outbox).values(**row, state="pending", attempts=0, created_at=now, not_before=now))
    office.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    until_all_is_said(office)
    assert "share:1" in keys(office)
    reason = "TypeError('this version cannot read a message of the kind monthly')"
    assert store.outbox.failure("monthly:1") == reason


@on_sqlite
def test_a_person_who_left_is_no_administrators_business(office: Office) -> None:
    desk = office.newsroom.desk
    office.newsroom.sender.admin_channel = "C0GENERAL"
    desk.followed_tags.follow(ANNA, "LLM", "Asia/Tokyo")
    office.slack.fault("conversations.open", Fault.refuse("user_disabled"))
    office.morning()
    assert (office.slack.messages("C0GENERAL"), office.newsroom.store.health.counts()["outbox_waiting"]) == ([], 0)


@on_sqlite
def test_the_administrators_are_told_once_what_slack_will_never_take(office: Office) -> None:
    sender = office.newsroom.sender
    sender.admin_channel = "C0GENERAL"
    refused, fine = Fault.refuse("is_archived"), Fault(done=True)
    office.slack.fault("chat.postMessage", fine, refused, fine, refused)
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    (told,) = office.slack.messages("C0GENERAL")
    assert told.text == (
        "<#C0AINEWS1> へのダイジェストの返信を送れませんでした（is_archived）。"
        "チャンネルがアーカイブされています。アーカイブを解除するか、送り先を変えてください。"
    )


def refresh_all(office: Office) -> None:
    store = office.newsroom.store
    with writing(store.engine) as c:
        for key in keys(office):
            refresh(c, store.posts.now(), key)


@pytest.mark.both_engines
def test_what_changed_is_edited_in_place_and_nothing_is_posted_again(office: Office) -> None:
    office.morning()
    before = [m for m in office.slack.messages(NEWS) if m.metadata]
    refresh_all(office)
    until_all_is_said(office)
    after = [m for m in office.slack.messages(NEWS) if m.metadata]
    assert [(m.ts, m.text, m.metadata, bool(m.edited_ts)) for m in after] == [
        (m.ts, m.text, m.metadata, True) for m in before
    ]


@on_sqlite
@pytest.mark.parametrize("name", [name for name in TROUBLE if not name.startswith(("not yet", "the channel"))])
def test_an_edit_is_made_after(impatient: Office, name: str) -> None:
    impatient.morning()
    said = len(impatient.slack.messages(NEWS))
    impatient.slack.fault("chat.update", TROUBLE[name])
    refresh_all(impatient)
    until_all_is_said(impatient)
    assert len(impatient.slack.messages(NEWS)) == said
    assert all(m.edited_ts for m in impatient.slack.messages(NEWS) if m.metadata)


@on_sqlite
def test_a_message_somebody_deleted_is_edited_no_more(office: Office) -> None:
    office.morning()
    office.slack.fault("chat.update", Fault.refuse("message_not_found"))
    refresh_all(office)
    until_all_is_said(office)
    assert office.newsroom.store.outbox.failure("digest:1:edit:0") == "message_not_found"


@pytest.mark.both_engines
def test_a_person_is_written_to_once_and_in_their_own_conversation(impatient: Office) -> None:
    store = impatient.newsroom.store
    impatient.slack.fault("chat.postMessage", Fault.drop_after())
    store.outbox.add(SharedSummary(3, 3, ANNA).to(ANNA, "dm"))
    until_all_is_said(impatient)
    (message,) = impatient.slack.messages(impatient.slack.direct(ANNA))
    assert message.metadata is not None
    found = store.outbox.message_at(message.channel, message.ts)
    assert found is not None
    assert (found.key, store.messages.shown(message.channel, message.ts)[0]) == ("dm", (3,))


@pytest.mark.both_engines
def test_the_bots_own_reaction_is_put_up_and_taken_away(office: Office) -> None:
    parent, *_ = office.morning()
    store = office.newsroom.store
    for stands, left in ((True, ["eyes"]), (False, [])):
        with writing(store.engine) as c:
            react(c, store.posts.now(), channel=NEWS, ts=parent.ts, emoji="eyes", stands=stands)
        office.newsroom.tick()
        assert list(office.slack.message(NEWS, parent.ts).reactions) == left


@on_sqlite
def test_a_reaction_slack_will_not_take_holds_nothing_up(office: Office) -> None:
    parent, *_ = office.morning()
    store = office.newsroom.store
    office.slack.fault("reactions.add", Fault.refuse("too_many_reactions"))
    with writing(store.engine) as c:
        react(c, store.posts.now(), channel=NEWS, ts=parent.ts, emoji="eyes", stands=True)
    office.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    office.newsroom.tick()
    assert keys(office)[-1] == "share:1"
