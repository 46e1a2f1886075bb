"""A digest that somebody looks at first: the draft, its changes, and the word that lets it go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.digests import Digest, Schedule
from bot.fake_slack import InlineExecutor, SlackMessage
from bot.runtime.app import Newsroom, build
from handlers.messages import digest as messages
from handlers.messages import draft
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Office
from tests.handlers.articles import on_sqlite

CHIKA = "U0TANAKA1"
CHECK = "white_check_mark"
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass
class Drafting:
    """A newsroom whose digest is looked at half an hour before it goes out."""

    office: Office
    newsroom: Newsroom

    def tick(self, **by: float) -> None:
        self.office.clock.forward(**by)
        self.newsroom.tick()

    def draft(self) -> SlackMessage:
        """The draft's message as it stands now."""
        return next(m for m in self.office.slack.messages(REVIEW) if m.metadata and not m.thread_ts)

    def digest(self, number: int = 1) -> Digest:
        return self.newsroom.store.digests.get(number)

    def leads(self) -> list[int]:
        return [e.post.id for e in self.digest().entries]

    def sent(self) -> list[SlackMessage]:
        return [m for m in self.office.slack.messages(NEWS) if m.metadata]

    def chooses(self, post: int, label: str, user: str = ANNA, on: SlackMessage | None = None) -> SlackMessage:
        """Choose from the menu beside an entry; returns what the person sees last in the review channel."""
        message = on or self.draft()
        value = next(
            o["value"]
            for b in message.blocks
            for o in b.get("accessory", {}).get("options", ())
            if o["text"]["text"] == label and f'"post":{post},' in o["value"]
        )
        assert self.office.slack.press(user, message, "draft_move", value).status == 200
        return self.office.slack.messages(REVIEW, seen_by=user)[-1]


@pytest.fixture
def drafting(office: Office) -> Iterator[Drafting]:
    settings = office.newsroom.settings.model_copy(update={"review_channel": REVIEW})
    newsroom = build(settings, now=office.clock, executor=InlineExecutor(), pace=0)
    [schedule] = newsroom.store.schedules.all()
    newsroom.store.schedules.change(replace(schedule, draft_minutes=30))
    office.slack.attach(newsroom.app)
    office.clock.at -= timedelta(minutes=29)
    newsroom.tick()
    yield Drafting(office, newsroom)
    newsroom.close()


def test_the_draft_goes_to_the_review_channel_before_the_slot(drafting: Drafting) -> None:
    digest = drafting.digest()
    assert (digest.state, digest.slot - (digest.until or digest.slot)) == ("draft", HALF_AN_HOUR)
    message = drafting.draft()
    assert {"text": message.text, "blocks": message.blocks} == draft.draft(digest)
    assert message.text.splitlines()[0] == (
        f"*下書き* 2月1日(日) 8:00 に <#{NEWS}> へ送ります。2月1日(日) 7:30 までの新着です。"
    )
    drafting.tick(minutes=5)
    assert drafting.sent() == []


@pytest.mark.parametrize("way", ["button", "emoji"])
def test_an_approved_draft_goes_out_at_its_slot(drafting: Drafting, way: str) -> None:
    if way == "button":
        drafting.office.slack.press(ANNA, drafting.draft(), "draft_send")
    else:
        drafting.office.slack.react(ANNA, REVIEW, drafting.draft().ts, CHECK)
        drafting.tick()
    assert (drafting.digest().state, drafting.digest().decided_by, drafting.sent()) == ("approved", ANNA, [])
    drafting.tick(minutes=30)
    assert drafting.draft().text.splitlines()[0] == (
        f"*下書き（2月1日(日) 8:00 の回）* <@{ANNA}>さんが 2月1日(日) 7:30 に承認しました。<#{NEWS}> へ送信しました。"
    )
    parent, *replies = drafting.sent()
    digest = drafting.digest()
    assert (digest.state, parent.blocks) == ("sent", messages.digest(digest)["blocks"])
    assert len(replies) == len(digest.entries) + bool(digest.held)


def test_what_goes_out_is_what_the_draft_showed(drafting: Drafting) -> None:
    shown = drafting.draft().text.splitlines()[1:]
    drafting.office.slack.press(ANNA, drafting.draft(), "draft_send")
    drafting.tick(minutes=30)
    assert drafting.sent()[0].text.splitlines() == shown


def test_a_late_word_sends_at_once_and_says_so(drafting: Drafting) -> None:
    drafting.tick(minutes=72)
    drafting.office.slack.press(BEN, drafting.draft(), "draft_send")
    parent = drafting.sent()[0]
    assert parent.text.splitlines()[0] == "AIニュース ダイジェスト 2月1日(日) 8:00"
    assert parent.blocks[1]["elements"][1]["text"] == "2月1日(日) 8:42 に承認、送信"


def test_nobody_answers_and_is_reminded_once_at_the_slot(drafting: Drafting) -> None:
    drafting.tick(minutes=29)
    drafting.tick(minutes=1)
    drafting.tick(minutes=5)
    thread = [m for m in drafting.office.slack.messages(REVIEW) if m.thread_ts == drafting.draft().ts]
    assert [m.text for m in thread] == [draft.waits(drafting.digest())["text"]]
    assert drafting.sent() == []


def test_a_draft_that_nobody_sent_is_taken_over_by_the_next(drafting: Drafting) -> None:
    covered = set(drafting.digest().covered)
    drafting.tick(days=1)
    first, second = drafting.digest(1), drafting.digest(2)
    assert (first.state, second.state) == ("skipped", "draft")
    assert covered <= set(second.covered) | set(second.left_out)
    old = drafting.draft()
    assert old.text.splitlines()[0] == (
        "*下書き（2月1日(日) 8:00 の回）* は送信されませんでした。記事は次のダイジェストに引き継がれました。"
    )
    assert drafting.newsroom.store.drafts.approve(1, ANNA) == (first, False)


# ---- changes
def test_an_entry_left_out_stays_out_and_does_not_come_back(drafting: Drafting) -> None:
    leads = drafting.leads()
    drafting.chooses(leads[1], "外す")
    digest = drafting.digest()
    assert [e.post.id for e in digest.entries] == [leads[0], *leads[2:]]
    assert [(r.post.id, r.by) for r in digest.removed] == [(leads[1], ANNA)]
    message = drafting.draft()
    assert {"text": message.text, "blocks": message.blocks} == draft.draft(digest)
    drafting.office.slack.press(BEN, message, "draft_send")
    drafting.tick(minutes=30)
    drafting.tick(days=1)
    assert drafting.digest(2).entries == ()
    why = drafting.newsroom.desk.digests.why(str(leads[1]), NEWS)
    assert not hasattr(why, "posts")
    assert [(s.rule, dict(s.seen)) for s in why.steps if not s.passed] == [("hand", {"by": ANNA})]


def test_an_entry_is_put_back(drafting: Drafting) -> None:
    leads = drafting.leads()
    drafting.chooses(leads[0], "外す")
    drafting.chooses(leads[0], "戻す", BEN)
    assert (drafting.leads(), drafting.digest().removed) == (leads, ())


def test_the_order_is_changed_one_place_at_a_time(drafting: Drafting) -> None:
    first, second, third, *rest = drafting.leads()
    drafting.chooses(second, "↑ 上へ")
    assert drafting.leads() == [second, first, third, *rest]
    drafting.chooses(first, "↓ 下へ")
    assert drafting.leads() == [second, third, first, *rest]
    covered = drafting.digest().covered
    drafting.office.slack.press(ANNA, drafting.draft(), "draft_send")
    drafting.tick(minutes=30)
    assert [m.text[0] for m in drafting.sent()[1:4]] == ["1", "2", "3"]
    assert (drafting.leads(), drafting.digest().covered) == ([second, third, first, *rest], covered)


def test_a_story_moves_past_one_that_was_left_out(drafting: Drafting) -> None:
    first, second, third, *rest = drafting.leads()
    drafting.chooses(second, "外す")
    drafting.chooses(third, "↑ 上へ")
    assert drafting.leads() == [third, first, *rest]
    drafting.chooses(second, "戻す")
    assert sorted(drafting.leads()) == sorted([first, second, third, *rest])


# ---- two at once
@pytest.mark.both_engines
def test_who_sends_second_is_told_who_was_first(drafting: Drafting) -> None:
    shown = drafting.draft()
    drafting.office.slack.press(ANNA, shown, "draft_send")
    drafting.office.clock.forward(minutes=2)
    assert drafting.newsroom.store.drafts.approve(1, BEN)[1] is False
    told = draft.too_late(drafting.digest(), drafting.office.clock())
    assert told["text"] == f"すでに<@{ANNA}>さんが承認しています（2分前）。"


@pytest.mark.both_engines
def test_a_change_to_a_draft_that_has_changed_meanwhile_does_nothing(drafting: Drafting) -> None:
    first, second, *_ = drafting.leads()
    store = drafting.newsroom.store
    assert store.drafts.edit(1, first, "out", edits=0, by=ANNA)[1] is True
    digest, done = store.drafts.edit(1, second, "out", edits=0, by=BEN)
    assert (done, digest.edits, [r.post.id for r in digest.removed]) == (False, 1, [first])
    assert draft.too_late(digest, drafting.office.clock())["text"] == (
        f"この下書きは<@{ANNA}>さんが変更しています。いまの並びを確かめて、もう一度お試しください。"
    )


@on_sqlite
def test_only_the_review_channel_decides(drafting: Drafting) -> None:
    drafting.office.slack.leave(CHIKA, REVIEW)
    drafting.office.slack.react(CHIKA, REVIEW, drafting.draft().ts, CHECK)
    drafting.tick()
    assert drafting.digest().state == "draft"


@on_sqlite
def test_another_emoji_or_one_taken_away_sends_nothing(drafting: Drafting) -> None:
    ts = drafting.draft().ts
    drafting.office.slack.react(ANNA, REVIEW, ts, "eyes")
    drafting.office.slack.unreact(ANNA, REVIEW, ts, "eyes")
    assert drafting.digest().state == "draft"


# ---- days with nothing
def test_a_day_with_nothing_needs_nobodys_word(drafting: Drafting) -> None:
    drafting.office.slack.press(ANNA, drafting.draft(), "draft_send")
    drafting.tick(minutes=30)
    drafting.tick(hours=23, minutes=35)
    assert drafting.digest(2).state == "approved"
    drafting.tick(minutes=30)
    last = drafting.sent()[-1]
    assert last.text.splitlines()[0] == "AIニュース ダイジェスト 2月2日(月) 8:00"


def test_a_schedule_that_is_silent_on_such_a_day_sends_nothing(office: Office) -> None:
    store = office.newsroom.store
    [schedule] = store.schedules.all()
    store.schedules.change(replace(schedule, quiet="nothing", tags=("存在しないタグ",)))
    assert office.morning() == []
    assert store.digests.get(1).state == "skipped"
    office.newsroom.tick()
    assert [s.id for s in store.schedules.all()] == [1]
    assert isinstance(schedule, Schedule)
