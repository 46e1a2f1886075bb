"""Who may do what, and what Slack is asked for it."""

import time
from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from bot.errors import NotAllowed, NotReady
from bot.fake_slack import BOT_USER, Fault, Slack
from bot.settings import Settings
from handlers.messages import help
from handlers.permissions import FRESH, YOUNG, Permissions
from tests.conftest import ANNA, BEN, REVIEW, Office
from tests.handlers.articles import on_sqlite

CHIKA = "U0TANAKA1"
DECIDES = "レビューの担当と判断は、レビュー用チャンネルのメンバーが行います。"
MANAGES = "この設定は、管理者が変更します。"
UNASKED = "Slackにメンバーを確認できないため、変更していません。少し待ってからもう一度お試しください。"


class Ticks:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack(admins=(ANNA,)) as slack:
        slack.leave(CHIKA, REVIEW)
        yield slack


def people(
    slack: Slack, ticks: Callable[[], float], *, channel: str = REVIEW, admins: tuple[str, ...] = ()
) -> Permissions:
    settings = Settings(_env_file=None, review_channel=channel, admins=admins)
    return Permissions(WebClient(token="xoxb-1", base_url=slack.url), settings, monotonic=ticks)


def refusal(who: Permissions, user: str, deed: str) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(NotAllowed) as refused:
        who.must(user, deed)  # type: ignore[arg-type]
    return str(refused.value), refused.value.ask


def test_members_of_the_review_channel_decide_and_anybody_else_is_told_whom_to_ask(slack: Slack, ticks: Ticks) -> None:
    who = people(slack, ticks)
    who.must(ANNA, "decide")
    who.must(BEN, "decide")
    assert refusal(who, CHIKA, "decide") == (DECIDES, (ANNA, BEN))  # the bot is a member too, and no help


def test_without_a_review_channel_everybody_decides_and_nobody_is_asked(slack: Slack, ticks: Ticks) -> None:
    people(slack, ticks, channel="").must(CHIKA, "decide")
    assert slack.calls == []


def test_admins_of_the_workspace_and_of_the_settings_manage(slack: Slack, ticks: Ticks) -> None:
    who = people(slack, ticks, admins=(CHIKA,))
    who.must(CHIKA, "manage")
    assert slack.calls == []
    who.must(ANNA, "manage")
    assert refusal(who, BEN, "manage") == (MANAGES, (CHIKA,))


def test_the_workspaces_admins_are_named_where_the_settings_name_none(slack: Slack, ticks: Ticks) -> None:
    assert refusal(people(slack, ticks), BEN, "manage") == (MANAGES, (ANNA,))


def test_a_large_channel_is_read_page_by_page_and_three_of_it_are_named(ticks: Ticks) -> None:
    everybody = {f"U{n:05}": f"記者{n}" for n in range(2_500)} | {CHIKA: "田中"}
    with Slack(people=everybody) as slack:
        slack.leave(CHIKA, REVIEW)
        who = people(slack, ticks)
        who.must("U02499", "decide")
        assert len(slack.calls_of("conversations.members")) == 3
        assert refusal(who, CHIKA, "decide")[1] == ("U00000", "U00001", "U00002")


def test_a_yes_is_kept_for_a_minute_and_a_no_for_seconds(slack: Slack, ticks: Ticks) -> None:
    who = people(slack, ticks)
    who.must(ANNA, "decide")
    slack.leave(ANNA, REVIEW)
    slack.join(CHIKA, REVIEW)
    ticks.at += YOUNG + 1
    assert who.may(CHIKA, "decide")  # a no would be an old one, so Slack was asked again
    assert not who.may(ANNA, "decide")
    slack.join(ANNA, REVIEW)
    assert not who.may(ANNA, "decide")
    ticks.at += YOUNG + 1
    assert who.may(ANNA, "decide")
    slack.leave(ANNA, REVIEW)
    ticks.at += FRESH - 1
    assert who.may(ANNA, "decide")
    ticks.at += 2
    assert not who.may(ANNA, "decide")


@pytest.mark.parametrize("fault", [Fault.server_error(), Fault.rate_limited(), Fault.drop_before()])
def test_while_slack_is_away_what_it_said_last_holds_and_nothing_said_before_changes_nothing(
    slack: Slack, ticks: Ticks, fault: Fault
) -> None:
    who = people(slack, ticks)
    slack.fault("conversations.members", fault)
    with pytest.raises(NotReady, match=UNASKED):
        who.must(ANNA, "decide")
    who.must(ANNA, "decide")
    ticks.at += FRESH + 1
    slack.fault("conversations.members", fault)
    who.must(ANNA, "decide")
    slack.fault("users.info", fault)
    with pytest.raises(NotReady, match=UNASKED):
        who.must(ANNA, "manage")


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("missing_scope", "瓦版にメンバーを確認する権限がないため、変更していません。"
         "管理者がアプリの権限（channels:read、groups:read、users:read）を確認してください。"),
        ("channel_not_found", "レビュー用チャンネルが見つからないため、変更していません。"
         "管理者が KAWARABAN_REVIEW_CHANNEL と、そのチャンネルへの瓦版の招待を確認してください。"),
    ],
)  # fmt: skip
def test_what_an_operator_must_mend_is_named(slack: Slack, ticks: Ticks, code: str, remedy: str) -> None:
    slack.fault("conversations.members", Fault.refuse(code))
    with pytest.raises(NotReady) as away:
        people(slack, ticks).must(ANNA, "decide")
    assert str(away.value) == remedy


def test_a_slow_slack_is_not_waited_for_longer_than_a_question_may_take(slack: Slack) -> None:
    slack.fault("conversations.members", Fault.slow(3))
    with pytest.raises(NotReady, match=UNASKED):  # whoever waits for the answer is let in
        people(slack, time.monotonic).must(ANNA, "decide")


def test_a_bot_is_told_from_a_person_and_whoever_cannot_be_asked_about_is_one(slack: Slack, ticks: Ticks) -> None:
    who = people(slack, ticks)
    slack.fault("users.info", Fault.server_error())
    assert (who.is_bot(BOT_USER), who.is_bot(BOT_USER), who.is_bot(ANNA)) == (False, True, False)


# ---- what a person is told
@on_sqlite
def test_only_an_admin_changes_tag_aliases_and_a_refusal_names_one(office: Office) -> None:
    answer = office.types("/tag 別名 大規模LM = LLM", BEN)
    assert {"text": answer.text, "blocks": answer.blocks} == help.refused(MANAGES, (ANNA,))
    assert answer.text == f"{MANAGES}<@{ANNA}>さんにご依頼ください。"
    assert office.newsroom.desk.lookup.aliases() == ()
    office.types("/tag 別名 大規模LM = LLM", ANNA)
    assert [alias.by for alias in office.newsroom.desk.lookup.aliases()] == [ANNA]


@on_sqlite
def test_anybody_may_look_at_the_aliases(office: Office) -> None:
    assert office.types("/tag 別名", BEN).text.startswith("編集部の別名はまだありません。")
    assert office.slack.calls_of("users.info") == []


@on_sqlite
def test_where_nobody_can_be_named_the_admins_are(office: Office) -> None:
    office.slack.fault("users.list", Fault.server_error())
    assert office.types("/tag 別名 a = LLM", BEN).text == f"{MANAGES}管理者にご依頼ください。"
