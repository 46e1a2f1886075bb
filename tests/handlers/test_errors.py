"""Nothing fails in silence, and nothing failed is lost."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.errors import StoreBusy
from bot.fake_slack import Fault, SlackMessage
from tests.conftest import ANNA, NEWS, Office
from tests.handlers.articles import article, number, on_sqlite, share

SORRY = "瓦版側の不具合で処理できませんでした。もう一度お試しになり、続くときは管理者にIDをお知らせください。"
BUSY = "データベースが混み合っています。少し待ってから、もう一度お試しください。"


def breaks(error: Exception) -> Callable[..., Any]:
    def broken(*args: object, **kwargs: object) -> None:
        raise error

    return broken


def types_a_command(office: Office) -> BoltResponse:
    return office.slack.command(ANNA, NEWS, "/summary 3")


def presses_a_button(office: Office) -> BoltResponse:
    return office.slack.press(ANNA, office.slack.messages(NEWS)[1], "要約")


def shares_a_file(office: Office) -> BoltResponse:
    share(office, article("こだまを公開"))
    return BoltResponse(status=200)


def flags_a_post(office: Office) -> BoltResponse:
    return office.flags(office.slack.messages(NEWS)[1])


WAYS = {
    "a command": ("lookup.summary", types_a_command),
    "a button": ("lookup.summary_of", presses_a_button),
    "a shared file": ("intake.take_in_file", shares_a_file),
    "a reaction": ("reviews.react", flags_a_post),
}


def part(office: Office, method: str) -> tuple[object, str]:
    name, _, method = method.partition(".")
    return getattr(office.newsroom.desk, name), method


def told(office: Office) -> list[SlackMessage]:
    return [m for m in office.slack.messages(NEWS) if m.ephemeral_to == ANNA]


@on_sqlite
@pytest.mark.parametrize("way", WAYS)
def test_a_bug_is_apologised_for_once_with_the_id_under_which_the_log_has_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    method, act = WAYS[way]
    office.morning()
    monkeypatch.setattr(*part(office, method), breaks(ZeroDivisionError("a bug")))
    response = act(office)
    references = [re.fullmatch(rf"(?:⚠️ )?{SORRY}ID: ([0-9A-F]{{4}})", m.text) for m in told(office)]
    assert response.status == (500 if way == "a reaction" else 200)  # Slack brings an event again that is not kept
    bugs = [r for r in caplog.records if r.levelno >= logging.ERROR and r.name.startswith("handlers")]
    assert {found[1] if found else None for found in references} <= {r.getMessage()[:4] for r in bugs}
    assert len(references) == len(bugs) == 1
    assert all(r.exc_info and r.exc_info[0] is ZeroDivisionError for r in bugs)


@on_sqlite
@pytest.mark.parametrize("way", ["a command", "a button"])
def test_a_busy_store_is_explained(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    method, act = WAYS[way]
    office.morning()
    monkeypatch.setattr(*part(office, method), breaks(StoreBusy(BUSY)))
    assert act(office).status == 200
    assert [re.sub(r"[0-9A-F]{4}$", "", m.text) for m in told(office)] == [f"{BUSY}ID: "]
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.both_engines
def test_a_flag_the_store_was_too_busy_for_is_not_acknowledged_and_comes_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = office.morning()[1]
    with monkeypatch.context() as while_busy:
        while_busy.setattr(office.newsroom.store.reactions, "react", breaks(StoreBusy(BUSY)))
        assert office.flags(reply).status == 500
    assert office.newsroom.store.health.counts()["reviews_open"] == 0
    assert told(office) == []
    assert office.slack.redeliver().status == 200
    review = office.newsroom.store.reviews.current(number(office, reply))
    assert review is not None
    assert [flag.user for flag in review.flags] == [ANNA]


@on_sqlite
def test_a_flag_that_a_bug_lost_comes_again_and_is_apologised_for_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = office.morning()[1]
    with monkeypatch.context() as broken:
        broken.setattr(office.newsroom.store.reactions, "react", breaks(ZeroDivisionError("a bug")))
        assert office.flags(reply).status == 500
        assert office.slack.redeliver().status == 500
    assert len(told(office)) == 1
    assert office.slack.redeliver(number=2).status == 200
    assert office.newsroom.store.reviews.current(number(office, reply)) is not None


@on_sqlite
def test_where_slack_does_not_take_the_error_reply_the_log_has_both(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.morning()
    monkeypatch.setattr(office.newsroom.desk.lookup, "summary_of", breaks(ZeroDivisionError("a bug")))
    office.slack.fault("response_url", Fault.drop_before(), Fault.drop_before())  # slack_sdk tries once more
    assert presses_a_button(office).status == 200
    assert [(r.name, r.levelname) for r in caplog.records if r.name.startswith("handlers")] == [
        ("handlers.errors", "ERROR"), ("handlers.errors", "WARNING")
    ]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
def test_a_question_slack_refuses_for_want_of_an_invitation_names_the_remedy(
    office: Office, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    parent = office.morning()[0]
    office.slack.fault("chat.postEphemeral", Fault.refuse(code))
    assert office.flags(parent).status == 200
    assert [re.sub(r"[0-9A-F]{4}$", "", m.text) for m in told(office)] == [
        "このチャンネルに瓦版がいません。/invite @kawaraban を実行してください。ID: "
    ]
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing in the log that would wake an operator."""
    yield
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_an_ordinary_day_leaves_nothing_in_the_log_to_worry_about(office: Office, quiet: None) -> None:
    parent, reply, *_ = office.morning()
    for line in ("/summary 3", "/tag", "/tag LLM", "/search AI", "/digest 確認", "/digest 送信", "/kawaraban"):
        office.types(line)
    office.presses(office.types("/summary 3"), "share")
    office.flags(reply)
    office.unflags(reply)
    office.flags(parent)
    office.slack.react(ANNA, NEWS, reply.ts, "eyes")
    share(office, article("こだまを公開"))
    office.types("/summary 存在しない語")
    office.slack.say(ANNA, NEWS, "お昼どうしますか")
    office.clock.forward(days=1)
    office.newsroom.tick()
