"""A new reading takes the old one's place, and nothing else moves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text, update

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk.analysis import read
from bot.domain.findings import Finding
from bot.domain.readings import VERSION, Reading, SearchText
from bot.settings import Settings
from bot.sources.web_page import WebPage
from storage.engine import reading, writing
from storage.store import Store
from storage.tables import outbox, posts, readings
from tests.conftest import NEWS, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom, publish


@pytest.fixture
def samples(stocked: str, clock: Clock) -> Iterator[StoredDesk]:
    """A desk on the samples, every reading outdated."""
    store = Store.at(stocked, clock, rules=CROSS_POST_RULES)
    outdate(store)
    yield desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    store.close()


def outdate(store: Store, *numbers: int, version: int = VERSION - 1) -> None:
    """Let readings be those of older rules: of these posts, or of all."""
    with writing(store.engine) as c:
        every = update(readings).values(version=version)
        c.execute(every.where(readings.c.post_id.in_(numbers)) if numbers else every)


def versions(store: Store) -> dict[int, int]:
    with reading(store.engine) as c:
        return {row.post_id: row.version for row in c.execute(select(readings.c.post_id, readings.c.version))}


def rows(store: Store) -> list[tuple[object, ...]]:
    """The posts' own rows, whole."""
    with reading(store.engine) as c:
        return [tuple(row) for row in c.execute(select(posts).order_by(posts.c.id))]


def other(reading: Reading) -> Reading:
    """A reading that differs in every part that is kept."""
    return replace(
        reading,
        ranked=reading.ranked[:1],
        tags=reading.tags[:1],
        terms=(("別", 1.0),),
        search=SearchText("別", "", "新しい規則"),
        signature=(1, 2, 3),
        ai_score=0.125,
        minutes=99,
        findings=(Finding("rule", "note", "引用", None, 2, "文", "策"),),
    )


def test_every_reading_is_written_with_the_version_of_its_rules(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    assert versions(desk.store) == {1: VERSION, 2: VERSION}
    outdate(desk.store)
    publish(folder, 1, tail="\n追って知らせる。\n")
    desk.intake.import_path(folder)
    assert versions(desk.store) == {1: VERSION, 2: VERSION - 1}


def test_outdated_posts_come_last_taken_in_first_and_no_others(samples: StoredDesk) -> None:
    store = samples.store
    assert isinstance(store, Store)
    every = sorted((post for post, _ in store.posts.all()), key=lambda post: -post.id)
    assert [o.post_id for o in store.reprocessing.stale(3)] == [p.id for p in every[:3]]
    assert [o.post_id for o in store.reprocessing.stale(9_999)] == [p.id for p in every]
    outdate(store, version=VERSION)
    outdate(store, every[4].id, every[2].id)
    assert [o.post_id for o in store.reprocessing.stale(9_999)] == [every[2].id, every[4].id]
    outdate(store, version=VERSION + 1)  # a newer program's beside this one
    assert store.reprocessing.stale(9_999) == ()


def test_an_outdated_post_is_what_its_row_holds(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    file = publish(folder, 4, front="categories: [速報, 港]\nexcerpt: 抜粋。\n")
    desk.intake.import_path(folder)
    outdate(desk.store)
    (found,) = desk.store.reprocessing.stale(1)
    post, _ = desk.lookup.post(1)
    assert (found.post_id, found.revision, found.kind) == (1, 1, "jekyll")
    draft = found.draft
    assert (draft.title, draft.raw, draft.published_at, draft.dated_by, draft.path, draft.file, draft.url) == (
        post.title, file.read_text(), post.published_at, "front matter", post.path, str(file), post.url
    )  # fmt: skip
    assert (draft.author, draft.categories, draft.excerpt) == ("宮里航", ("速報", "港"), "抜粋。")
    assert draft.addresses == {"news.example/2026/01/05/4"}
    assert set(draft.tags) == {"生成AI", "水族館"}


def test_a_new_reading_replaces_the_old_and_moves_nothing_else(samples: StoredDesk) -> None:
    store = samples.store
    assert isinstance(store, Store)
    before = rows(store)
    (first, *_) = store.reprocessing.stale(2)
    wanted = other(read(first.draft))
    assert store.reprocessing.replace(first, wanted)
    found = store.posts.get(first.post_id)
    assert found
    assert found[1] == replace(wanted, paragraphs=(), search=SearchText("", "", ""), claims=(), links=())
    assert [hit.post.id for hit in samples.lookup.search("新しい規則").hits][:1] == [first.post_id]
    assert rows(store) == before
    assert versions(store)[first.post_id] == VERSION
    assert [version for number, version in versions(store).items() if number != first.post_id] == [VERSION - 1] * (
        len(before) - 1
    )
    for address in first.draft.addresses:
        assert store.posts.at(address) == first.post_id
    with reading(store.engine) as c:
        assert c.execute(select(outbox)).all() == []


def test_the_second_of_two_clocks_writes_nothing(samples: StoredDesk) -> None:
    store = samples.store
    (first,) = store.reprocessing.stale(1)
    reading = read(first.draft)
    assert store.reprocessing.replace(first, reading)
    after = store.posts.get(first.post_id)
    assert not store.reprocessing.replace(first, other(reading))
    assert not store.reprocessing.replace(first, None)
    assert store.posts.get(first.post_id) == after


def test_six_clocks_at_once_leave_one_reading(samples: StoredDesk) -> None:
    store = samples.store
    (first,) = store.reprocessing.stale(1)
    reading = read(first.draft)
    wrote: list[bool] = []
    clocks = [Thread(target=lambda: wrote.append(store.reprocessing.replace(first, reading))) for _ in range(6)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sorted(wrote) == [False] * 5 + [True]
    found = store.posts.get(first.post_id)
    assert found
    assert found[1] == replace(reading, paragraphs=(), search=SearchText("", "", ""), claims=(), links=())


def test_a_revision_that_came_meanwhile_wins(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 1)
    desk.intake.import_path(folder)
    outdate(desk.store)
    (old,) = desk.store.reprocessing.stale(1)
    publish(folder, 1, tail="\n追って、羅針盤を据えた。\n")
    desk.intake.import_path(folder)
    outdate(desk.store)  # even where the revision was read by an older program
    after = desk.lookup.post(1)
    assert not desk.store.reprocessing.replace(old, other(read(old.draft)))
    assert not desk.store.reprocessing.replace(old, None)
    assert desk.lookup.post(1) == after
    assert [hit.post.id for hit in desk.lookup.search("羅針盤").hits] == [1]


def test_a_withdrawn_post_is_read_again_but_found_by_no_search(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    outdate(desk.store)
    (old,) = [o for o in desk.store.reprocessing.stale(2) if o.post_id == 1]
    (folder / str(old.draft.path)).unlink()
    desk.intake.import_path(folder)
    assert desk.store.reprocessing.replace(old, other(read(old.draft)))
    post, reading = desk.lookup.post(1)
    assert (reading.minutes, post.withdrawn_at is not None) == (99, True)
    assert desk.lookup.search("新しい規則").hits == ()


def test_a_reading_that_fails_to_be_written_leaves_the_old_whole(samples: StoredDesk) -> None:
    store = samples.store
    assert isinstance(store, Store)
    (first,) = store.reprocessing.stale(1)
    before = store.posts.get(first.post_id)
    broken = replace(other(read(first.draft)), ai_score=None)  # type: ignore[arg-type]  # which no row takes
    with pytest.raises(Exception, match=r"(?i)null"):
        store.reprocessing.replace(first, broken)
    assert store.posts.get(first.post_id) == before
    assert store.reprocessing.stale(1) == (first,)


def test_keeping_a_reading_notes_only_that_it_had_its_turn(samples: StoredDesk) -> None:
    store = samples.store
    assert isinstance(store, Store)
    (first,) = store.reprocessing.stale(1)
    before = store.posts.get(first.post_id)
    assert store.reprocessing.replace(first, None)
    assert store.posts.get(first.post_id) == before
    assert first.post_id not in {o.post_id for o in store.reprocessing.stale(9_999)}


def test_what_is_outdated_is_looked_up_in_an_index(desk: StoredDesk, engine: str) -> None:
    if engine == "postgresql":
        pytest.skip("its planner scans a table as small as this")
    with reading(desk.store.engine) as c:
        plan = c.execute(
            text("EXPLAIN QUERY PLAN SELECT post_id FROM readings WHERE version < 1 ORDER BY -post_id LIMIT 1")
        ).all()
    assert "USING COVERING INDEX ix_readings_version" in plan[0].detail


def test_a_shared_page_keeps_its_authors_tags(desk: StoredDesk) -> None:
    body = "<p>" + "港の水族館は案内の仕事に新しい仕組みを入れた。" * 5 + "</p>"
    html = f'<html><head><title>題</title><meta name="keywords" content="水族館, 港町"></head><body><article>{body}'
    desk.network.fetch = lambda url: WebPage(url, html.encode(), "text/html; charset=utf-8")
    desk.intake.take_in_link("https://other.example/a", channel=NEWS, ts="1.1")
    outdate(desk.store)
    (found,) = desk.store.reprocessing.stale(1)
    assert (found.kind, set(found.draft.tags), found.draft.path) == ("link", {"水族館", "港町"}, None)
