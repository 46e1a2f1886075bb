"""After an upgrade the clock reads stored posts again, a few at a time, and nobody is told."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import analysis, intake
from bot.desk.folder_import import ImportResult
from bot.domain.posts import Draft, Post
from bot.domain.readings import Reading
from bot.errors import StoreBusy
from bot.settings import Settings
from bot.sources.web_page import WebPage
from storage.engine import reading, writing
from storage.store import Store
from storage.tables import outbox, readings
from tests.conftest import NEWS, SAMPLES, Clock, Network, Office, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom

Stored = dict[int, tuple[Post, Reading]]


@pytest.fixture
def samples(stocked: str, clock: Clock) -> Iterator[StoredDesk]:
    """A desk on the samples, read by the rules of today."""
    store = Store.at(stocked, clock, rules=CROSS_POST_RULES)
    yield desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    store.close()


def upgrade(desk: StoredDesk) -> None:
    """From now on every stored reading is one of older rules, and a poor one."""
    with writing(desk.store.engine) as c:
        c.execute(update(readings).values(version=0, ranked=[], terms=[], minutes=77, ai_score=0))


def stored(desk: StoredDesk) -> Stored:
    return {post.id: (post, reading) for post, reading in desk.store.posts.all()}


def poor(desk: StoredDesk) -> int:
    """How many readings are still the old ones."""
    return sum(reading.minutes == 77 for _, reading in stored(desk).values())


def told(desk: StoredDesk) -> int:
    with reading(desk.store.engine) as c:
        return len(c.execute(select(outbox)).all())


# ---- what a new reading is
def test_a_stored_post_read_again_is_as_if_it_were_taken_in_today(samples: StoredDesk) -> None:
    fresh = stored(samples)
    texts = samples.store.posts.paragraphs(list(fresh))
    upgrade(samples)
    assert poor(samples) == len(fresh)
    assert samples.intake.reprocess(9_999, seconds=600) == len(fresh)
    assert stored(samples) == fresh  # the posts' numbers, revisions, dates and stories too
    assert samples.store.posts.paragraphs(list(fresh)) == texts
    assert told(samples) == 0
    assert samples.intake.reprocess() == 0


def test_an_import_after_it_finds_nothing_changed(samples: StoredDesk) -> None:
    upgrade(samples)
    assert samples.intake.import_path(SAMPLES) == ImportResult(unchanged=len(stored(samples)))
    assert poor(samples) == len(stored(samples))  # and reads nothing again by itself
    samples.intake.reprocess(9_999, seconds=600)
    assert samples.intake.import_path(SAMPLES) == ImportResult(unchanged=len(stored(samples)))


def test_every_field_of_a_file_that_the_rules_see_is_there_again(
    desk: StoredDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = newsroom(tmp_path / "desk")
    front = (
        "---\ntitle: 港の水族館\ndate: 2026-01-05 09:00:00 +0900\nauthor: 宮里航\ncategories: [速報]\nexcerpt: 抜粋。\n"
        "description: 説明。\nreading_time: 4分\npermalink: /a/\n"
        f"tags: [{', '.join(f'札{n}' for n in range(20))}]\n---\n"
    )
    folder.joinpath("_posts").mkdir()
    (folder / "_posts" / "2026-01-05-a.md").write_bytes((front + "本文だ。\n").encode("cp932"))
    seen: list[Draft] = []
    real = analysis.read
    for module in (analysis, intake):
        monkeypatch.setattr(module, "read", lambda draft, rules: seen.append(draft) or real(draft))  # type: ignore[func-returns-value]
    desk.intake.import_path(folder)
    desk.intake.take_in_file("\ufeff---\ntitle: 駅前\n---\n本文。".encode(), "b.md", channel=NEWS, ts="1.1")
    upgrade(desk)
    assert desk.intake.reprocess() == 2
    assert seen[2:] == [seen[1], seen[0]]


def test_a_page_is_read_again_with_what_was_kept_of_it(desk: StoredDesk) -> None:
    body = "".join(f"<p>---</p><p>{n}つ目の水槽に新顔が来た。館長は「よく食べる」と話す。</p>" for n in range(8))
    html = f"""<html><head><title>港の水族館</title><meta name="keywords" content="水族館, 港町">
        <meta name="description" content="新顔の話。"></head><body><article>{body}</article></body></html>"""
    desk.network.fetch = lambda url: WebPage(url, html.encode(), "text/html; charset=utf-8")
    desk.intake.take_in_link("https://other.example/a", channel=NEWS, ts="1.1")
    fresh, texts = stored(desk), desk.store.posts.paragraphs([1])
    upgrade(desk)
    assert desk.intake.reprocess() == 1
    assert stored(desk) == fresh
    assert desk.store.posts.paragraphs([1]) == texts
    assert desk.lookup.find("https://other.example/a") == 1


# ---- a few at a time
def test_a_rereading_that_stops_in_the_middle_is_finished_by_the_next(
    samples: StoredDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = stored(samples)
    upgrade(samples)
    read, turns = analysis.read, iter(range(9_999))

    def stops(draft: Draft, rules: object) -> Reading:
        if next(turns) == 3:
            raise KeyboardInterrupt
        return read(draft)

    monkeypatch.setattr(intake, "read", stops)
    with pytest.raises(KeyboardInterrupt):
        samples.intake.reprocess()
    assert poor(samples) == len(fresh) - 3
    while samples.intake.reprocess(4):
        pass
    assert stored(samples) == fresh


def test_the_last_taken_in_come_first_and_no_more_than_are_asked_for(samples: StoredDesk) -> None:
    fresh = stored(samples)
    upgrade(samples)
    assert samples.intake.reprocess(5) == 5
    assert [n for n, (_, reading) in stored(samples).items() if reading.minutes != 77] == sorted(fresh)[-5:]


def test_no_further_post_is_begun_once_the_time_is_over(samples: StoredDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(samples)
    read, watch = analysis.read, [0.0]

    def slowly(draft: Draft, rules: object) -> Reading:
        watch[0] += 0.05
        return read(draft, rules)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "read", slowly)
    monkeypatch.setattr(intake, "time", SimpleNamespace(monotonic=lambda: watch[0]))
    assert samples.intake.reprocess(seconds=0) == 1
    assert samples.intake.reprocess(seconds=0.17) == 4


# ---- what cannot be read
def test_one_post_that_cannot_be_read_keeps_its_reading_and_stops_no_other(
    samples: StoredDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fresh = stored(samples)
    upgrade(samples)
    newest = fresh[max(fresh)][0]
    read, tried = analysis.read, []

    def fails(draft: Draft, rules: object) -> Reading:
        if draft.title == newest.title:
            tried.append(draft)
            raise RecursionError("far too deep")
        return read(draft)

    monkeypatch.setattr(intake, "read", fails)
    with caplog.at_level(logging.ERROR):
        while samples.intake.reprocess(5):
            pass
    assert (len(tried), poor(samples)) == (1, 1)
    assert f"post {newest.id} cannot be read again" in caplog.text
    assert "far too deep" in caplog.text
    assert stored(samples)[newest.id][0] == newest


def test_a_post_whose_new_reading_no_row_takes_stops_no_other(
    samples: StoredDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = stored(samples)
    upgrade(samples)
    newest = fresh[max(fresh)][0]
    read = analysis.read

    def broken(draft: Draft, rules: object) -> Reading:
        reading = read(draft)
        return replace(reading, ai_score=None) if draft.title == newest.title else reading  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "read", broken)
    assert samples.intake.reprocess(9_999, seconds=600) == len(fresh)
    assert (poor(samples), samples.intake.reprocess()) == (1, 0)


def test_a_file_that_would_be_refused_today_keeps_its_reading(
    samples: StoredDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(samples)
    monkeypatch.setattr("bot.sources.front_matter.FRONT_LIMIT", 1)
    while samples.intake.reprocess(seconds=60):
        pass
    assert poor(samples) == len(stored(samples))


def test_a_busy_database_is_no_fault_of_the_post(samples: StoredDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(samples)

    def busy(*_: object) -> bool:
        raise StoreBusy("混み合っています。")

    with monkeypatch.context() as locked:
        locked.setattr(samples.store.reprocessing, "replace", busy)
        with pytest.raises(StoreBusy):
            samples.intake.reprocess()
    assert samples.intake.reprocess(9_999, seconds=600) == len(stored(samples))


# ---- in the newsroom
def with_store(office: Office) -> StoredDesk:
    newsroom = office.newsroom
    return StoredDesk(**vars(newsroom.desk), store=newsroom.store, network=Network(no_network))


def test_the_clock_reads_again_and_slack_goes_on(office: Office) -> None:
    desk = with_store(office)
    fresh = stored(desk)
    newest, oldest = max(fresh), min(fresh)
    before = office.types(f"/summary {oldest}")
    upgrade(desk)
    assert office.types(f"/summary {newest}").text
    ticks = 0
    while poor(desk):
        office.newsroom.tick()
        ticks += 1
        assert ticks < 100
    assert stored(desk) == fresh
    after = office.types(f"/summary {oldest}")
    assert (after.text, after.blocks) == (before.text, before.blocks)
    assert told(desk) == 0


def test_the_digest_of_the_morning_is_the_same_whether_posts_were_read_again_or_not(office: Office) -> None:
    desk = with_store(office)
    schedule = desk.store.schedules.all()[0]
    slot = office.clock.at.replace(hour=23, minute=0)
    before = desk.store.digests.preview(schedule, slot)
    with writing(desk.store.engine) as c:
        c.execute(update(readings).values(version=0))
    desk.intake.reprocess(9_999, seconds=600)
    assert desk.store.digests.preview(schedule, slot) == before
    assert office.morning()
    letters = told(desk)
    with writing(desk.store.engine) as c:
        c.execute(update(readings).values(version=0))
    office.newsroom.tick()
    assert told(desk) == letters
