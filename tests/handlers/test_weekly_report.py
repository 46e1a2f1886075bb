"""Once a week the channel is told what came up and what the desk did, with a picture in the thread."""

import struct
from datetime import date

import pytest

from bot.domain.outbox import OutboxMessage
from bot.domain.outbox_messages import WeeklyChart
from bot.domain.reviews import ReviewCommand
from bot.fake_slack import Fault, InlineExecutor, SlackMessage
from bot.runtime.app import build
from handlers.messages import weekly_chart, weekly_report
from tests.conftest import ANNA, NEWS, REVIEW, Office
from tests.handlers.articles import on_sqlite
from tests.handlers.test_sender import until_all_is_said

MONDAY = date(2026, 1, 26)


@pytest.fixture
def monday(office: Office) -> Office:
    """One minute before nine on Monday; Sunday's digest went out, and a review was opened and decided."""
    office.morning()
    office.newsroom.desk.reviews.flag_by_button(3, ANNA, NEWS, None)
    review = office.newsroom.store.reviews.current(3)
    assert review is not None
    office.clock.forward(hours=3, minutes=10)
    office.newsroom.desk.reviews.act(review.id, ReviewCommand(action="fixed", user=ANNA, via="button"))
    office.clock.forward(hours=20, minutes=50)
    office.newsroom.tick()
    office.clock.forward(minutes=59)
    office.newsroom.tick()
    assert told(office) == []
    office.clock.forward(minutes=1)
    return office


def told(office: Office) -> list[SlackMessage]:
    """What the channel was told of the week: the message and what is in its thread."""
    said = office.slack.messages(NEWS)
    parents = [m for m in said if m.metadata and m.metadata["event_payload"]["key"].startswith("weekly:")]
    return [*parents, *(m for m in said if m.files and m.thread_ts in {p.ts for p in parents})]


def test_on_monday_at_nine_the_week_is_told_with_a_picture_in_the_thread(monday: Office) -> None:
    monday.newsroom.tick()
    parent, picture = told(monday)
    lookback = monday.newsroom.desk.weekly_report.lookback(MONDAY)
    assert {"text": parent.text, "blocks": parent.blocks} == weekly_report.told(lookback, chart=True)
    assert parent.text.splitlines()[:5] == [
        "週間レポート 1月26日(月)〜2月1日(日)",
        f"記事　{lookback.posts[-1]}本（前の週比 {lookback.posts[-1] - lookback.posts[-2]:+d}）",
        "🚩 新しいレビュー　1件",
        "判断したレビュー　1件",
        "判断までの時間　3時間10分（中央値）",
    ]
    (file,) = picture.files
    assert (picture.thread_ts, file["title"]) == (parent.ts, "タグの推移 1月26日(月)の週まで")
    asked = monday.slack.calls_of("files.getUploadURLExternal")[0].args
    assert asked["alt_txt"] == weekly_chart.in_words(lookback.trends)


@on_sqlite
def test_the_picture_is_a_png_wide_enough_to_read(monday: Office) -> None:
    content = weekly_chart.draw(monday.newsroom.desk.weekly_report.lookback(MONDAY))
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (1440, 768)


@pytest.mark.parametrize(
    "faults",
    [
        {"files.completeUploadExternal": [Fault.drop_after()]},
        {"files.completeUploadExternal": [Fault.drop_before()], "conversations.replies": [Fault.server_error()]},
        {"files.completeUploadExternal": [Fault.error_after()], "conversations.replies": [Fault.drop_before()]},
        {"files.getUploadURLExternal": [Fault.rate_limited(), Fault.server_error()]},
        {"conversations.replies": [Fault.rate_limited()]},
        {"upload_url": [Fault.drop_before()]},
        {"chat.postMessage": [Fault.drop_after()]},
    ],
)
@pytest.mark.both_engines
def test_whatever_fails_it_is_told_once(monday: Office, faults: dict[str, list[Fault]]) -> None:
    for method, planned in faults.items():
        monday.slack.fault(method, *planned)
    other = build(monday.newsroom.settings, now=monday.clock, executor=InlineExecutor(), pace=0)
    other.tick()
    until_all_is_said(monday)
    other.close()
    monday.clock.forward(days=1)
    monday.newsroom.tick()
    assert [bool(m.files) for m in told(monday)] == [False, True]


@pytest.mark.both_engines
def test_a_sender_that_dies_after_the_upload_uploads_no_second_picture(
    monday: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = monday.newsroom.store.outbox.mark_sent_and_claim

    def dies(message: OutboxMessage, *rest: object) -> tuple[str, OutboxMessage | None]:
        if isinstance(message.payload, WeeklyChart):
            raise MemoryError("the process ends here")
        return noted(message, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(monday.newsroom.store.outbox, "mark_sent_and_claim", dies)
    with pytest.raises(MemoryError):
        monday.newsroom.tick()
    monkeypatch.undo()
    until_all_is_said(monday)
    assert [bool(m.files) for m in told(monday)] == [False, True]


def test_without_the_extra_the_table_stands_alone(monday: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monday.newsroom.desk.weekly_report, "_draws_charts", False)
    monday.newsroom.tick()
    (parent,) = told(monday)
    assert [b["type"] for b in parent.blocks] == ["header", "section", "table"]


@on_sqlite
def test_without_the_scope_for_files_the_channel_goes_on(monday: Office) -> None:
    monday.slack.fault("files.getUploadURLExternal", Fault.refuse("missing_scope"))
    monday.newsroom.tick()
    monday.newsroom.desk.reviews.share("share:1", NEWS, 3, 3, ANNA)
    monday.newsroom.tick()
    assert [bool(m.files) for m in told(monday)] == [False]
    assert monday.newsroom.store.health.counts()["outbox_waiting"] == 0


@on_sqlite
@pytest.mark.parametrize("hours", [13, 24 * 6])
def test_a_week_nobody_could_tell_in_time_is_not_told_late(monday: Office, hours: int) -> None:
    monday.clock.forward(hours=hours)
    monday.newsroom.tick()
    assert told(monday) == []


@on_sqlite
def test_never_is_never(monday: Office) -> None:
    report = monday.newsroom.desk.weekly_report
    report.settings = report.settings.model_copy(update={"weekly_at": "never"})
    monday.newsroom.tick()
    assert told(monday) == []


@on_sqlite
def test_a_newsroom_that_begins_on_a_monday_is_told_the_next(office: Office) -> None:
    office.clock.forward(days=1, hours=2)
    begun = office.newsroom.settings.model_copy(update={"digest_channel": REVIEW})
    other = build(begun, now=office.clock, executor=InlineExecutor(), pace=0)
    assert not other.desk.weekly_report.announce()
    office.clock.forward(days=7)
    assert [other.desk.weekly_report.announce(), other.desk.weekly_report.announce()] == [True, False]
    other.close()
