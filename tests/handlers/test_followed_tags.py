"""Followed tags: a message of one's own on days with news, at one's own hour, and silence in one press."""

from datetime import time

import pytest

from bot.errors import NotFound, WrongUse
from bot.fake_slack import Fault, InlineExecutor, SlackMessage
from bot.runtime.app import build
from storage.store import Store
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import TEXT, article, on_sqlite, share
from tests.handlers.test_sender import until_all_is_said
from tests.storage.rush import together


def follow(office: Office, tag: str = "LLM", user: str = ANNA) -> SlackMessage:
    """Look the tag up and press its button; the answer."""
    return office.presses(office.types(f"/tag {tag}", user), "follow", user)


def to(office: Office, user: str = ANNA) -> list[SlackMessage]:
    """What the bot wrote to a person by itself."""
    return [m for m in office.slack.messages(office.slack.direct(user)) if m.metadata]


def days(office: Office, count: int) -> None:
    """So many days pass, each with one more article on LLM the evening before."""
    for n in range(count):
        office.clock.forward(hours=12)
        day = f"{office.clock.at:%Y-%m-%d}"
        told = article(f"LLM日報 {day}", text=TEXT.replace("8年分", f"{n + 2}年分")).replace(
            b"2026-01-31", day.encode()
        )
        share(office, told, f"{day}-{n}.md")
        office.clock.forward(hours=12)
        office.newsroom.tick()


def test_a_followed_tag_brings_one_message_of_its_own_in_the_morning(office: Office) -> None:
    answer = follow(office)
    assert answer.text == "#LLM をフォローしました。新着のある日の8:00に、DMでお届けします。"
    gone = office.presses(answer, "フォローをやめる")
    assert gone.text == "#LLM のフォローをやめました。フォロー中のタグはありません。"
    follow(office)
    office.morning()
    (message,) = to(office)
    digest = office.newsroom.store.digests.get(2)
    assert digest.schedule.channel == ANNA
    assert [e.post.id for e in digest.entries] == [
        post.id for e in digest.entries if (post := e.post) and "LLM" in [t.name for t in e.tags]
    ]
    assert message.blocks[-2]["elements"][0]["text"] == "フォロー中: #LLM"
    assert [b["text"]["text"] for b in message.blocks[-1]["elements"]] == ["今日は休む", "1週間休む", "無期限に休む"]
    assert to(office, BEN) == []


def test_a_day_without_news_on_them_is_a_day_without_a_message(office: Office) -> None:
    follow(office)
    office.morning()
    assert len(to(office)) == 1
    office.clock.forward(days=1)
    office.newsroom.tick()
    assert len(to(office)) == 1


@pytest.mark.parametrize(("button", "silent"), [("mute_today", 0), ("mute_week", 6), ("mute_forever", 8)])
def test_silence_is_one_press_in_the_message(office: Office, button: str, silent: int) -> None:
    follow(office)
    office.morning()
    (message,) = to(office)
    told = office.presses(message, button)
    assert told.ephemeral_to == ANNA
    days(office, 8)
    assert len(to(office)) == 1 + 8 - silent
    if button == "mute_forever":
        assert told.text == "お届けは休止中です。再開するまで送りません。"
        assert office.presses(told, "再開する").text == "お届けを再開しました。新着のある日の8:00に、DMでお届けします。"
        days(office, 1)
        assert len(to(office)) == 2


def test_another_hour_on_the_same_day_brings_no_second_message(office: Office) -> None:
    follow(office)
    office.morning()
    desk = office.newsroom.desk
    office.clock.forward(minutes=1)
    desk.followed_tags.set_time(ANNA, time(18, 30), "Asia/Tokyo")
    share(office, article("LLM夕刊"))
    office.clock.forward(hours=11)
    office.newsroom.tick()
    assert len(to(office)) == 1
    office.clock.forward(days=1)
    office.newsroom.tick()
    told = [m.text.splitlines()[0].removeprefix("フォロー中のタグ ") for m in to(office)]
    assert told == ["2月1日(日) 8:00", "2月2日(月) 18:30"]


def test_whoever_stops_and_begins_again_on_one_day_is_written_to_once(office: Office) -> None:
    follow(office)
    office.morning()
    office.newsroom.desk.followed_tags.unfollow(ANNA, "LLM")
    office.newsroom.desk.followed_tags.follow(ANNA, "LLM", "Asia/Tokyo")
    office.newsroom.desk.followed_tags.set_time(ANNA, time(9, 0), "Asia/Tokyo")
    share(office, article("LLM号外"))
    office.clock.forward(hours=2)
    office.newsroom.tick()
    assert len(to(office)) == 1


def test_the_hour_is_that_of_the_persons_own_place(office: Office) -> None:
    office.newsroom.desk.followed_tags.follow(ANNA, "LLM", "America/New_York")
    office.morning()
    assert to(office) == []
    share(office, article("LLM朝刊"))
    office.clock.forward(hours=14)  # eight in New York
    office.newsroom.tick()
    (message,) = to(office)
    assert message.text.splitlines()[0].endswith("2月1日(日) 8:00")


@pytest.mark.parametrize(
    "trouble", [Fault.drop_after(), Fault.error_after(), Fault.drop_before(), Fault.rate_limited()]
)
@pytest.mark.both_engines
def test_two_clocks_and_a_slack_that_fails_write_to_a_person_once(office: Office, trouble: Fault) -> None:
    follow(office)
    office.slack.fault("chat.postMessage", trouble, trouble)
    other = build(office.newsroom.settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.clock.forward(minutes=1)
    other.tick()
    until_all_is_said(office)
    other.close()
    assert len(to(office)) == 1


def test_on_the_home_everything_about_ones_tags_is_a_button(office: Office) -> None:
    def home() -> dict[str, object]:
        office.slack.home(ANNA)
        found = office.slack.home_view(ANNA)
        assert found is not None
        return found

    assert "フォロー中のタグはありません。" in str(home()["blocks"])
    for tag in ("LLM", "規制"):
        follow(office, tag)
    assert ("#LLM" in str(home()), "新着のある日の8:00（Asia/Tokyo）に" in str(home())) == (True, True)
    assert office.slack.press(ANNA, home(), "follow_at", "18:30").status == 200
    assert "新着のある日の18:30（Asia/Tokyo）に" in str(office.slack.home_view(ANNA))
    assert office.slack.press(ANNA, home(), "mute_week").status == 200
    assert "2月7日(土)までお届けを休みます。" in str(office.slack.home_view(ANNA))
    assert office.slack.press(ANNA, home(), "mute_off").status == 200
    assert office.slack.press(ANNA, home(), "unfollow").status == 200
    schedule = office.newsroom.desk.followed_tags.get(ANNA)
    assert schedule is not None
    assert (schedule.tags, schedule.times, schedule.paused_until) == (("規制",), (time(18, 30),), None)
    assert office.slack.modal(ANNA) is None, "the Home itself shows what has changed"


def test_other_names_of_a_tag_are_the_same_tag(office: Office) -> None:
    desk = office.newsroom.desk
    desk.followed_tags.follow(ANNA, "LLM", "Asia/Tokyo")
    desk.lookup.merge_tags("大規模LM", "LLM")
    again = desk.followed_tags.follow(ANNA, "大規模LM", "Asia/Tokyo")
    assert again.schedule is not None
    assert (again.changed, again.schedule.tags) == (False, ("LLM",))
    assert desk.followed_tags.unfollow(ANNA, "大規模LM").schedule is None


@on_sqlite
def test_thirty_tags_are_enough(office: Office) -> None:
    for n in range(30):
        office.newsroom.desk.followed_tags.follow(ANNA, f"タグ{n}", "Asia/Tokyo")
    with pytest.raises(WrongUse, match="30件まで"):
        office.newsroom.desk.followed_tags.follow(ANNA, "タグ30", "Asia/Tokyo")


@on_sqlite
def test_who_follows_nothing_has_nothing_to_silence(office: Office) -> None:
    with pytest.raises(NotFound, match="フォローしているタグはありません"):
        office.newsroom.desk.followed_tags.mute(BEN, "week")


@on_sqlite
def test_a_persons_own_schedule_is_not_the_newsrooms(office: Office) -> None:
    follow(office)
    assert office.newsroom.desk.digests.schedule_for().channel == NEWS


def test_a_digest_missed_for_too_long_is_reported_once(office: Office) -> None:
    desk = office.newsroom.desk
    chosen = desk.settings.model_copy(update={"admin_channel": "C0GENERAL"})
    desk.digests.settings = chosen
    other = build(chosen, now=office.clock, executor=InlineExecutor(), pace=0)
    office.clock.forward(hours=14)
    for newsroom in (office.newsroom, other, office.newsroom):
        newsroom.tick()
    other.close()
    assert [m.text for m in office.slack.messages("C0GENERAL")] == [
        "<#C0AINEWS1> の 2月1日(日) 8:00 のダイジェストは、瓦版が止まっていたため送れませんでした。"
        "12時間を過ぎたため、あとからは送りません。記事は次のダイジェストに入ります。"
    ]
    assert [m for m in office.slack.messages(NEWS) if m.metadata] == []


@pytest.mark.both_engines
def test_two_who_follow_at_once_are_one_row_each(store: Store) -> None:

    together(lambda: store.followed_tags.follow(ANNA, "LLM", "Asia/Tokyo"), 4)
    assert [(s.channel, s.tags) for s in store.schedules.all()] == [(ANNA, ("LLM",))]
