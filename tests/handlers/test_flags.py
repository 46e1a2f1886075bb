"""🚩 under a message, and what comes of it."""

from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.reviews import Action
from bot.fake_slack import BOT_USER, InlineExecutor, SlackMessage
from bot.runtime.app import build
from handlers.messages import blocks, findings, review_answers, review_card
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import TEXT, article, number, on_sqlite, share

URL = "https://example.com/2026/01/13/2-sakuragawa-shishin/"
TIRED = "U0TANAKA1"


def said(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def card_of(office: Office, review_id: int) -> dict[str, Any]:
    """The card as the review is now."""
    return review_card.card(office.newsroom.desk.reviews.card(review_id), office.newsroom.desk.zone)


def line_of(office: Office, review_id: int, action: Action) -> dict[str, Any]:
    """The line about the last event of this kind."""
    case, _, _ = office.newsroom.desk.reviews.get(review_id)
    return review_card.line([e for e in case.history if e.action == action][-1], office.newsroom.desk.zone)


def notice_of(office: Office, review_id: int, user: str) -> dict[str, Any]:
    case, post, _ = office.newsroom.desk.reviews.get(review_id)
    return review_card.notice(case, post, user, office.newsroom.desk.zone)


def by_itself(office: Office) -> list[SlackMessage]:
    """What the bot said about reviews."""
    said_here = [m for m in office.slack.messages(NEWS) if m.metadata]
    return [m for m in said_here if m.metadata and m.metadata["event_payload"]["key"].startswith("review:")]


def flags(office: Office, post: int) -> set[str]:
    found = office.newsroom.store.reviews.current(post)
    return {flag.user for flag in found.flags} if found else set()


def test_a_flag_on_a_reply_of_the_digest_opens_a_review_of_its_post_in_the_thread(office: Office) -> None:
    parent, reply, *_ = office.morning()
    office.flags(reply)
    (line,) = by_itself(office)
    assert (said(line), line.thread_ts) == (card_of(office, 1), parent.ts)
    assert flags(office, number(office, reply)) == {ANNA}


@pytest.mark.both_engines
def test_however_many_people_flag_there_is_one_review(office: Office) -> None:
    reply = office.morning()[1]
    for user in (ANNA, BEN, TIRED):
        office.flags(reply, user)
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1)]
    assert flags(office, number(office, reply)) == {ANNA, BEN, TIRED}


def test_a_skin_tone_makes_no_difference_and_is_taken_down_with_or_without(office: Office) -> None:
    reply = office.morning()[1]
    office.flags(reply, emoji="triangular_flag_on_post::skin-tone-4")
    assert flags(office, number(office, reply)) == {ANNA}
    office.unflags(reply, emoji="triangular_flag_on_post::skin-tone-4")
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1), line_of(office, 1, "withdraw")]


def test_only_the_last_flag_taken_down_withdraws_the_review(office: Office) -> None:
    reply = office.morning()[1]
    office.flags(reply)
    office.flags(reply, BEN)
    office.unflags(reply)
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1)]
    office.unflags(reply, BEN)
    lines = by_itself(office)
    assert [said(line) for line in lines] == [card_of(office, 1), line_of(office, 1, "withdraw")]
    assert len({line.thread_ts for line in lines}) == 1
    assert office.newsroom.store.reviews.current(number(office, reply)) is None


def test_a_post_flagged_again_after_its_review_was_withdrawn_gets_another(office: Office) -> None:
    reply = office.morning()[1]
    office.flags(reply)
    office.unflags(reply)
    office.flags(reply)
    assert [said(line) for line in by_itself(office)] == [
        card_of(office, 1), line_of(office, 1, "withdraw"), card_of(office, 2)
    ]  # fmt: skip


def test_a_post_flagged_in_two_places_has_one_review_and_both_threads_are_told(office: Office) -> None:
    parent, reply, *_ = office.morning()
    post = number(office, reply)
    office.presses(office.types(f"/summary {post}", BEN), "share", BEN)
    shared = next(m for m in reversed(office.slack.messages(NEWS)) if m.metadata)
    office.flags(reply)
    office.flags(shared, BEN)
    office.unflags(reply)
    assert flags(office, post) == {BEN}
    office.unflags(shared, BEN)
    assert [(said(line), line.thread_ts) for line in by_itself(office)] == [
        (card_of(office, 1), parent.ts),
        (notice_of(office, 1, BEN), shared.ts),
        (line_of(office, 1, "withdraw"), parent.ts),
    ]


def test_the_line_holds_the_posts_own_findings_with_quote_and_place(office: Office) -> None:
    text = TEXT.replace("県内12町村", "県内〇〇町村") + "\n---END---\n"
    shared = share(office, article("霧島研究所、要約モデル「こだま」を公開", text=text))
    office.flags(shared)
    _, reading = office.newsroom.desk.lookup.post(number(office, shared))
    (line,) = by_itself(office)
    evidence = [f for f in reading.findings if f.severity == "block"]
    assert {(f.rule, f.quote.strip("。")) for f in evidence if f.rule == "end-marker"} == {("end-marker", "---END---")}
    assert len(evidence) == 2
    assert line.blocks[4]["text"]["text"] == f"*要確認 {len(reading.findings)}件*"
    assert [b["text"]["text"] for b in line.blocks[5:7]] == [findings.text(f) for f in evidence]
    assert evidence[0].paragraph == 1


def test_a_flag_on_the_whole_digest_asks_the_person_which_post_and_flags_that_one(office: Office) -> None:
    parent = office.morning()[0]
    office.flags(parent)
    shown, _ = office.newsroom.store.messages.shown(NEWS, parent.ts)
    posts = [office.newsroom.desk.lookup.post(n)[0] for n in shown]
    question = office.slack.messages(NEWS)[-1]
    reaction = office.slack.sent[-1]
    at = {"channel": NEWS, "ts": parent.ts, "emoji": "triangular_flag_on_post"}
    (event_ts,) = {value_of(b)["event_ts"] for b in question.blocks[1:]}
    assert (said(question), question.ephemeral_to) == (review_answers.ask(posts, at | {"event_ts": event_ts}), ANNA)
    assert by_itself(office) == []
    assert f'"event_ts": "{event_ts}"' in reaction.body
    office.slack.press(ANNA, question, "この記事", question.blocks[3]["accessory"]["value"])
    (line,) = by_itself(office)
    assert (said(line), line.thread_ts) == (card_of(office, 1), parent.ts)
    assert flags(office, shown[2]) == {ANNA}
    assert office.slack.message(NEWS, question.ts).text == f"レビュー #1 を開きました（#{shown[2]}）。"


def value_of(block: dict[str, Any]) -> Any:
    return blocks.value_of(block["accessory"])


@pytest.mark.both_engines
def test_two_people_who_choose_the_same_post_of_a_digest_both_count(office: Office) -> None:
    parent = office.morning()[0]
    questions = {}
    for user in (ANNA, BEN):
        office.flags(parent, user)
        questions[user] = office.slack.messages(NEWS)[-1]
    for user, question in questions.items():
        office.slack.press(user, question, "flag_one_0")
    shown, _ = office.newsroom.store.messages.shown(NEWS, parent.ts)
    assert flags(office, shown[0]) == {ANNA, BEN}
    office.unflags(parent, ANNA)
    assert flags(office, shown[0]) == {BEN}
    office.unflags(parent, BEN)
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1), line_of(office, 1, "withdraw")]


def test_a_post_of_a_digest_can_be_chosen_again_after_its_flag_was_taken_down(office: Office) -> None:
    parent = office.morning()[0]
    shown, _ = office.newsroom.store.messages.shown(NEWS, parent.ts)
    for _ in range(2):
        office.flags(parent)
        office.slack.press(ANNA, office.slack.messages(NEWS)[-1], "flag_one_0")
        assert flags(office, shown[0]) == {ANNA}
        office.unflags(parent)
        assert flags(office, shown[0]) == set()


def test_a_choice_made_after_the_flag_was_taken_down_opens_nothing(office: Office) -> None:
    parent = office.morning()[0]
    office.flags(parent)
    question = office.slack.messages(NEWS)[-1]
    office.unflags(parent)
    office.slack.press(ANNA, question, "flag_one_0")
    assert by_itself(office) == []
    assert office.newsroom.store.health.counts()["reviews_open"] == 0


@pytest.mark.parametrize("link", [URL, f"{URL}?utm_source=slack&utm_medium=social", f"<{URL}|桜川県の指針>"])
def test_a_flag_finds_the_stored_post_behind_a_link_that_was_said_before_the_bot_came(
    office: Office, link: str
) -> None:
    office.slack.leave(BOT_USER, NEWS)
    office.slack.say(BEN, NEWS, f"これです {link} どうでしょう")
    message = office.slack.said
    office.slack.join(BOT_USER, NEWS)
    office.flags(message)
    (line,) = by_itself(office)
    assert (said(line), line.thread_ts) == (card_of(office, 1), message.ts)
    assert number(office, message) == 3


@on_sqlite
@pytest.mark.parametrize("text", ["お昼どうしますか", "https://example.com/not-stored/ は見ましたか"])
def test_a_flag_on_a_message_without_a_post_is_passed_over_in_silence(office: Office, text: str) -> None:
    office.slack.leave(BOT_USER, NEWS)
    office.slack.say(BEN, NEWS, text)
    message = office.slack.said
    office.slack.join(BOT_USER, NEWS)
    there = office.slack.messages(NEWS)
    assert office.flags(message).status == 200
    assert [m for m in office.slack.messages(NEWS) if m.ts != message.ts] == [m for m in there if m.ts != message.ts]
    assert office.newsroom.store.health.counts()["reviews_open"] == 0


@on_sqlite
@pytest.mark.parametrize("emoji", ["tada", "heavy_check_mark", "flag-jp", "checkered_flag", "thumbsup::skin-tone-2"])
def test_any_other_emoji_is_passed_over_in_silence(office: Office, emoji: str) -> None:
    parent = office.morning()[0]
    calls = [c for c in office.slack.calls if c.method != "auth.test"]
    assert office.flags(parent, emoji=emoji).status == 200
    assert office.unflags(parent, emoji=emoji).status == 200
    assert [c for c in office.slack.calls if c.method != "auth.test"] == calls
    assert office.newsroom.store.health.counts()["reviews_open"] == 0


@on_sqlite
def test_the_bots_own_reaction_opens_nothing(office: Office) -> None:
    reply = office.morning()[1]
    office.slack.react(BOT_USER, NEWS, reply.ts, "triangular_flag_on_post")
    assert (by_itself(office), office.newsroom.store.health.counts()["reviews_open"]) == ([], 0)


@on_sqlite
def test_the_desk_may_name_its_own_flags(office: Office) -> None:
    reply = office.morning()[1]
    settings = office.newsroom.settings.model_copy(update={"flag_emoji": ("rotating_light", "kakunin")})
    other = build(settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.slack.attach(other.app)
    office.flags(reply)
    assert by_itself(office) == []
    office.flags(reply, emoji="kakunin")
    other.close()
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1)]


@pytest.mark.both_engines
def test_a_redelivered_reaction_changes_nothing(office: Office) -> None:
    reply = office.morning()[1]
    office.flags(reply)
    added = office.slack.sent[-1]
    there = office.slack.messages(NEWS)
    assert [office.slack.redeliver(added, number=n).status for n in (1, 2, 3)] == [200, 200, 200]
    assert office.slack.messages(NEWS) == there
    office.unflags(reply)
    office.slack.redeliver(added)  # it comes once more, after the flag was taken down
    assert flags(office, number(office, reply)) == set()
    assert [said(line) for line in by_itself(office)] == [card_of(office, 1), line_of(office, 1, "withdraw")]


@pytest.mark.both_engines
def test_removed_that_overtakes_added_ends_without_a_review(office: Office) -> None:
    reply = office.morning()[1]
    app = office.newsroom.app
    office.slack.attach(Deaf(app))  # type: ignore[arg-type]  # what is sent is lost on the way
    office.flags(reply)
    office.unflags(reply)
    added, removed = office.slack.sent[-2:]
    office.slack.attach(app)
    assert [office.slack.redeliver(late).status for late in (removed, added)] == [200, 200]
    assert (by_itself(office), office.newsroom.store.health.counts()["reviews_open"]) == ([], 0)


class Deaf:
    """An app that hears nothing."""

    def __init__(self, app: Any) -> None:
        self.listener_runner = app.listener_runner

    def dispatch(self, request: Any) -> Any:
        return BoltResponse(status=503)


# ---- the button
def test_the_button_under_a_summary_opens_a_review_and_the_channel_is_told(office: Office) -> None:
    answer = office.types("/summary 3")
    office.slack.press(ANNA, answer, "レビューに回す")
    office.slack.press(ANNA, answer, "レビューに回す")
    (line,) = by_itself(office)
    assert (said(line), line.thread_ts) == (card_of(office, 1), None)
    alone = [(m.text, m.ephemeral_to) for m in office.slack.messages(NEWS) if m.ephemeral_to][1:]
    assert alone == [
        ("レビュー #1 を開きました（#3）。", ANNA), ("#3 はレビュー #1 で確認中です（🚩1人）。", ANNA)
    ]  # fmt: skip
    assert flags(office, 3) == {ANNA}
    assert said(office.slack.message(NEWS, answer.ts)) == said(answer)


def test_the_button_of_the_digest_flags_the_post_of_its_reply_in_its_thread(office: Office) -> None:
    parent, reply, *_ = office.morning()
    office.slack.press(ANNA, reply, "flag")
    office.slack.press(BEN, reply, "flag")
    post = number(office, reply)
    assert flags(office, post) == {ANNA, BEN}
    assert [(said(line), line.thread_ts) for line in by_itself(office)] == [(card_of(office, 1), parent.ts)]
    assert [m.text for m in office.slack.messages(NEWS) if m.ephemeral_to] == [
        f"レビュー #1 を開きました（#{post}）。", f"#{post} はレビュー #1 で確認中です（🚩2人）。"
    ]  # fmt: skip


def test_one_person_with_a_button_and_an_emoji_is_one_person(office: Office) -> None:
    reply = office.morning()[1]
    office.slack.press(ANNA, reply, "flag")
    office.flags(reply)
    assert len(office.newsroom.store.reviews.current(number(office, reply)).flags) == 1  # type: ignore[union-attr]
