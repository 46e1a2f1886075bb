"""Who the bot is, is known before Slack's first event: none is lost while auth.test fails."""

import pytest

from bot.fake_slack import BOT_USER, Fault
from tests.conftest import ANNA, NEWS, Office
from tests.handlers.articles import number, on_sqlite

ANSWERS = {
    "an error of Slack's": Fault.server_error(),
    "too many requests": Fault.rate_limited(),
    "a revoked token": Fault.refuse("token_revoked"),
    "no answer": Fault.drop_before(),
}


@on_sqlite
@pytest.mark.parametrize("answer", ANSWERS)
def test_the_first_flag_after_a_start_is_kept_while_auth_test_fails(office: Office, answer: str) -> None:
    reply = office.morning()[1]
    office.slack.fault("auth.test", *[ANSWERS[answer]] * 20)
    assert office.newsroom.identity.refresh() is False
    assert office.flags(reply).status == 200
    review = office.newsroom.store.reviews.current(number(office, reply))
    assert review is not None
    assert [flag.user for flag in review.flags] == [ANNA]


@on_sqlite
def test_no_request_asks_slack_who_the_bot_is(office: Office) -> None:
    reply = office.morning()[1]
    before = len(office.slack.calls_of("auth.test"))
    office.flags(reply)
    office.types("/summary 3")
    assert len(office.slack.calls_of("auth.test")) == before


@on_sqlite
def test_the_bot_knows_its_own_reactions_from_the_event_itself(office: Office) -> None:
    reply = office.morning()[1]
    office.slack.fault("auth.test", *[Fault.refuse("token_revoked")] * 20)
    office.slack.fault("users.info", *[Fault.server_error()] * 20)
    assert office.slack.react(BOT_USER, NEWS, reply.ts, "triangular_flag_on_post").status == 200
    assert office.newsroom.store.reviews.current(number(office, reply)) is None


@on_sqlite
def test_what_slack_says_of_the_bot_is_remembered(office: Office) -> None:
    identity = office.newsroom.identity
    assert identity.refresh()
    assert identity.is_complete
    office.slack.fault("auth.test", Fault.server_error())
    assert not identity.refresh()
    assert identity.is_complete
    assert identity(enterprise_id=None, team_id="T1", user_id=ANNA).bot_user_id == BOT_USER
