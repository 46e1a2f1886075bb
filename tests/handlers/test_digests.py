"""The morning digest, and /digest."""

from typing import Any

import pytest

from bot.cli import output
from bot.errors import StoreBusy
from bot.fake_slack import InlineExecutor, SlackMessage
from bot.runtime.app import build
from bot.runtime.desk import desk_on, prepare
from bot.settings import Settings
from handlers.messages import digest as messages
from handlers.messages import help
from storage.engine import writing
from storage.tables import findings
from tests.conftest import ANNA, NEWS, REVIEW, Office, no_network
from tests.handlers.articles import TEXT, article, on_sqlite, share

BLOCKED = TEXT + "\n---END---\n"


def said(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def test_the_morning_brings_one_message_a_reply_for_each_entry_and_one_for_what_is_held(office: Office) -> None:
    share(office, article("霧島研究所、要約モデル「こだま」を公開", text=BLOCKED))
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    digest = office.newsroom.store.digests.get(1)
    parent, *replies = (m for m in office.slack.messages(NEWS) if m.metadata)
    assert [said(m) for m in (parent, *replies)] == [
        messages.digest(digest),
        *(messages.entry(digest, e.post.id) for e in digest.entries),
        messages.held(digest),
    ]
    assert len(digest.entries) > 3
    assert digest.held[-1].post.title == "霧島研究所、要約モデル「こだま」を公開"
    assert [parent.thread_ts, *{m.thread_ts for m in replies}] == [None, parent.ts]
    assert parent.text.splitlines()[0] == "AIニュース ダイジェスト 2月1日(日) 8:00"


def test_each_reply_shows_the_one_post_of_its_entry(office: Office) -> None:
    parent, *replies = office.morning()
    digest = office.newsroom.store.digests.get(1)
    shown = [office.newsroom.store.messages.shown(NEWS, m.ts) for m in replies[: len(digest.entries)]]
    assert shown == [((e.post.id,), parent.ts) for e in digest.entries]
    assert office.newsroom.store.messages.shown(NEWS, parent.ts) == (
        tuple(sorted(e.post.id for e in digest.entries)),
        None,
    )


def test_no_link_of_the_digest_unfolds_into_a_preview(office: Office) -> None:
    office.morning()
    calls = office.slack.calls_of("chat.postMessage")
    assert {(c.args["unfurl_links"], c.args["unfurl_media"]) for c in calls} == {(False, False)}


def test_the_preview_is_byte_for_byte_what_goes_out(office: Office) -> None:
    preview = office.types("/digest 確認")
    sent, *_ = office.morning()
    assert said(preview) == said(sent)
    assert (preview.ephemeral_to, sent.ephemeral_to) == (ANNA, None)


def test_the_command_lines_preview_is_every_message_that_goes_out(office: Office) -> None:
    share(office, article("霧島研究所、要約モデル「こだま」を公開", text=BLOCKED))
    desk = office.newsroom.desk
    row = output.digest(desk.digests.preview(NEWS), desk)
    parent, *replies = office.morning()
    assert said(parent) == {key: row[key] for key in ("text", "blocks")}
    assert [said(reply) for reply in replies] == row["replies"]


@on_sqlite
@pytest.mark.parametrize("word", ["確認", "preview", "ＰＲＥＶＩＥＷ"])
def test_a_preview_marks_nothing(office: Office, word: str) -> None:
    before = office.newsroom.store.health.counts()
    first, second = office.types(f"/digest {word}"), office.types(f"/digest {word}")
    assert said(first) == said(second)
    assert office.newsroom.store.health.counts() == before
    assert office.slack.calls_of("chat.postMessage") == []


@pytest.mark.parametrize("word", ["送信", "ＳＥＮＤ"])
@pytest.mark.both_engines
def test_sending_twice_sends_once(office: Office, word: str) -> None:
    told = office.slack.command(ANNA, REVIEW, f"/digest {word}")
    first = [m for m in office.slack.messages(NEWS) if m.metadata]
    answers = [told, office.slack.command(ANNA, REVIEW, f"/digest {word}")]
    office.clock.forward(minutes=5)
    answers.append(office.slack.command(ANNA, REVIEW, f"/digest {word}"))
    assert [a.status for a in answers] == [200, 200, 200]
    digest = office.newsroom.store.digests.get(1)
    assert [said(m) for m in office.slack.messages(REVIEW)] == [
        messages.sent(digest), messages.sent(None), messages.sent(None)
    ]  # fmt: skip
    assert said(first[0]) == messages.digest(digest)
    assert [m for m in office.slack.messages(NEWS) if m.metadata] == first


def test_nothing_new_is_a_quiet_line_in_the_channel_by_the_clock(office: Office) -> None:
    office.morning()
    office.clock.forward(days=1)
    office.newsroom.tick()
    last = office.slack.messages(NEWS)[-1]
    head = "AIニュース ダイジェスト 2月2日(月) 8:00"
    quiet = "本日の新着はありません（最終確認 22:59、1ソース正常）"
    assert (said(last), last.thread_ts) == (
        {
            "text": f"{head}\n{quiet}",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": head, "emoji": True}},
                {"type": "section", "text": {"type": "mrkdwn", "text": quiet}},
            ],
        },
        None,
    )


def test_nothing_new_is_told_only_to_the_person_who_sends(office: Office) -> None:
    office.morning()
    there = [m for m in office.slack.messages(NEWS) if m.ephemeral_to is None]
    office.clock.forward(hours=1)
    answer = office.types("/digest 送信")
    assert (answer.ephemeral_to, answer.text) == (
        ANNA, "新しい記事はありません。何も送信しませんでした。"
    )  # fmt: skip
    assert [m for m in office.slack.messages(NEWS) if m.ephemeral_to is None] == there


@pytest.mark.both_engines
def test_two_newsrooms_on_one_database_send_a_digest_once(office: Office) -> None:
    other = build(office.newsroom.settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.clock.forward(minutes=1)
    decided = [*office.newsroom.desk.digests.due(), *other.desk.digests.due()]
    for newsroom in (other, office.newsroom, other):
        newsroom.tick()
    other.close()
    sent = [m for m in office.slack.messages(NEWS) if m.metadata]
    assert len(decided) == 1
    assert len(sent) == 1 + len(decided[0].entries) + bool(decided[0].held)
    assert len({m.metadata["event_payload"]["key"] for m in sent if m.metadata}) == len(sent)


@pytest.mark.both_engines
def test_a_post_that_came_during_the_night_is_in_one_digest_and_in_no_other(office: Office) -> None:
    share(office, article("霧島研究所、要約モデル「こだま」を公開"))
    office.morning()
    office.clock.forward(days=1)
    office.newsroom.tick()
    digests = [office.newsroom.store.digests.get(n) for n in (1, 2)]
    titles = [[e.post.title for e in d.entries] for d in digests]
    assert titles[0].count("霧島研究所、要約モデル「こだま」を公開") == 1
    assert titles[1] == []


def test_a_morning_missed_while_everything_was_down_is_sent_late_with_its_own_time(office: Office) -> None:
    office.clock.forward(hours=3)
    office.newsroom.tick()
    parent = next(m for m in office.slack.messages(NEWS) if m.metadata)
    assert parent.text.splitlines()[0] == "AIニュース ダイジェスト 2月1日(日) 8:00"


@on_sqlite
def test_an_unknown_word_is_told_how_it_is_written(office: Office) -> None:
    assert office.types("/digest 配信").text == ("「配信」は使えません。「/digest ヘルプ」で使い方を確認できます。")


@on_sqlite
def test_without_a_schedule_the_remedy_is_named(stocked: str, office: Office) -> None:
    settings = office.newsroom.settings.model_copy(update={"digest_channel": "", "database_url": ""})
    settings = Settings.model_validate(settings.model_dump() | {"database_url": stocked + ".other"})
    prepare(settings)
    other = build(settings, now=office.clock, executor=InlineExecutor(), pace=0)
    office.slack.attach(other.app)
    sentence, _, reference = office.types("/digest 確認").text.partition("ID: ")
    other.close()
    assert sentence == (
        "配信先のチャンネルが決まっていません。管理者が「KAWARABAN_DIGEST_CHANNEL」を設定してください。"
    )
    assert len(reference) == 4


@pytest.mark.both_engines
def test_a_store_too_busy_to_send_says_so_and_sends_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(channel: str, number: int | None, by: str) -> None:
        raise StoreBusy("データベースが混み合っています。少し待ってから、もう一度お試しください。")

    monkeypatch.setattr(office.newsroom.desk.digests, "send", busy)
    sentence, _, reference = office.types("/digest 送信").text.partition("ID: ")
    assert sentence == "データベースが混み合っています。少し待ってから、もう一度お試しください。"
    assert (len(reference), office.slack.calls_of("chat.postMessage")) == (4, [])


@on_sqlite
def test_help_for_the_digest(office: Office) -> None:
    assert said(office.types("/digest")) == help.command_help("/digest")


def test_a_held_post_mended_before_its_digest_is_sent_holds_nothing_up(office: Office) -> None:
    office.clock.forward(minutes=1)
    (decided,) = office.newsroom.desk.digests.due()
    assert decided.held
    with writing(office.newsroom.store.engine) as connection:
        connection.execute(findings.delete())  # every held post was mended meanwhile
    office.newsroom.sender.deliver()
    sent = [m for m in office.slack.messages(NEWS) if m.metadata]
    assert [m.text.splitlines()[0] for m in sent[:1]] == ["AIニュース ダイジェスト 2月1日(日) 8:00"]
    assert len(sent) == 1 + len(decided.entries)


def test_a_channel_that_the_settings_no_longer_name_gets_no_more_digests(office: Office) -> None:
    desk = office.newsroom.desk
    moved = desk_on(
        office.newsroom.store,
        Settings(_env_file=None, digest_channel="C0OTHER01"),
        now=desk.now,
        fetch=no_network,
    )
    moved.schedules.sync_configured()
    office.clock.forward(minutes=1)
    assert [digest.schedule.channel for digest in moved.digests.due()] == ["C0OTHER01"]
