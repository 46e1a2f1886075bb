"""Posts are held against those that are stored: copies, other figures, links that lead nowhere."""

import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk.analysis import read
from bot.domain.findings import Finding
from bot.domain.outbox import NotificationSettings
from bot.domain.posts import Draft
from bot.domain.readings import Link
from bot.settings import Settings
from bot.sources import jekyll
from storage.engine import reading
from storage.locks import Lock, serialise
from storage.store import Store
from storage.tables import outbox
from tests.conftest import ANNA, REVIEW, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom
from tests.storage.posts.test_findings import publish
from tests.storage.rush import race

ABOUT = "潮見ラボは4日、案内端末の中身となるモデル「さざなみ7B」を公開した。さざなみ7Bは魚の名前に強い。"
TWICE = f"{ABOUT}\n\nさざなみ7Bの処理速度は前のモデルの2倍になった。"
BY_35 = f"{ABOUT}\n\nさざなみ7Bの処理速度は前のモデルより35%速くなった。"


@pytest.fixture
def desk(database: str, clock: Clock) -> Iterator[StoredDesk]:
    """A desk that is told of new findings in the review channel."""
    store = Store.at(database, clock, NotificationSettings(REVIEW), CROSS_POST_RULES)
    yield desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return newsroom(tmp_path / "desk")


def of(desk: StoredDesk, number: int, rule: str) -> list[Finding]:
    return [finding for finding in desk.lookup.post(number)[1].findings if finding.rule == rule]


def told(desk: StoredDesk) -> list[list[str]]:
    """The rules of each alert."""
    with reading(desk.store.engine) as c:
        rows = c.execute(select(outbox.c.ids).where(outbox.c.kind == "findings").order_by(outbox.c.id))
        return [[rule for rule, _ in row.ids["findings"]] for row in rows]


# ---- another figure
def test_a_post_with_another_figure_quotes_both(desk: StoredDesk, folder: Path) -> None:
    publish(folder, 1, day=5, tail=TWICE)
    publish(folder, 2, day=6, tail=BY_35)
    desk.intake.import_path(folder)
    assert of(desk, 1, "conflicting-figure") == []
    [finding] = of(desk, 2, "conflicting-figure")
    assert finding.quote == "さざなみ7Bの処理速度は前のモデルより35%速くなった。"
    assert finding.message == (
        "さざなみ7Bの処理速度が、この記事では35%、#1では2倍（「さざなみ7Bの処理速度は前のモデルの2倍になった」）となっています。"
    )


def test_an_older_post_that_is_put_right_ends_the_conflict_of_the_newer(desk: StoredDesk, folder: Path) -> None:
    file = publish(folder, 1, day=5, tail=TWICE)
    publish(folder, 2, day=6, tail=BY_35)
    desk.intake.import_path(folder)
    file.write_text(file.read_text().replace("前のモデルの2倍になった", "前のモデルより35%速くなった"))
    desk.intake.import_path(folder)
    assert of(desk, 2, "conflicting-figure") == []
    file.write_text(file.read_text().replace("35%", "80%"))
    desk.intake.import_path(folder)
    assert len(of(desk, 2, "conflicting-figure")) == 1
    file.unlink()
    desk.intake.import_path(folder)
    assert of(desk, 2, "conflicting-figure") == []


# ---- a copy
def test_a_near_copy_names_the_older_post_and_is_told(desk: StoredDesk, folder: Path) -> None:
    publish(folder, 1, day=5)
    desk.intake.import_path(folder)
    publish(folder, 2, day=6, told_like=1)
    desk.intake.import_path(folder)
    [finding] = of(desk, 2, "near-copy")
    assert finding.message.startswith(f"#1「{desk.lookup.post(1)[0].title}」と本文のおよそ")
    assert (of(desk, 1, "near-copy"), told(desk)) == ([], [["near-copy"]])


def test_the_copy_of_a_post_that_is_withdrawn_is_none(desk: StoredDesk, folder: Path) -> None:
    file = publish(folder, 1, day=5)
    publish(folder, 2, day=6, told_like=1)
    desk.intake.import_path(folder)
    assert len(of(desk, 2, "near-copy")) == 1
    file.unlink()
    desk.intake.import_path(folder)
    assert of(desk, 2, "near-copy") == []


# ---- no rules
def test_a_store_without_rules_stores_and_compares_nothing(database: str, clock: Clock, folder: Path) -> None:
    store = Store.at(database, clock)
    desk = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    file = publish(folder, 1, day=5, tail=TWICE)
    publish(folder, 2, day=6, told_like=1, tail=f"{BY_35}\n\n{NOWHERE}")
    assert desk.intake.import_path(folder).new == 2
    file.write_text(file.read_text().replace("2倍", "3倍"))
    assert desk.intake.import_path(folder).updated == 1
    file.unlink()
    assert desk.intake.import_path(folder).removed == 1
    assert desk.lookup.post(2)[1].findings == ()
    store.close()


# ---- two at once
STORE = """
import sys
from datetime import datetime
from pathlib import Path
from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk.analysis import read
from bot.sources import jekyll
from storage.store import Store

url, folder, file, now = *sys.argv[1:4], datetime.fromisoformat(sys.argv[4])
store = Store.at(url, lambda: now, rules=CROSS_POST_RULES)
source = store.sources.ensure("jekyll", folder, "desk")
draft = jekyll.site(Path(folder), now.tzinfo).draft(Path(file), now)
reading = read(draft)
print("ready", flush=True)
sys.stdin.readline()
print(*store.posts.save(source, [(draft, reading)]).new)
"""


@contextmanager
def until_two_wait(store: Store) -> Iterator[None]:
    """Nobody can store posts until two transactions have begun that want to."""
    with store.posts.writing() as c:
        serialise(c, Lock.NEWS)
        yield
        if c.dialect.name == "sqlite":  # which shows nobody who waits
            time.sleep(0.3)
            return
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        waiting = text(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND {here}")
        until = time.monotonic() + 20
        while c.scalar(waiting) != 2:
            assert time.monotonic() < until, "they do not wait for each other"
            time.sleep(0.01)


def store_at_once(desk: StoredDesk, folder: Path, *files: Path) -> tuple[int, int]:
    """Store two files at the same moment, each by a process of its own; the numbers of the posts."""
    url = desk.store.engine.url.render_as_string(hide_password=False)
    lines = [(url, str(folder), str(file), desk.now().isoformat()) for file in files]
    one, other = sorted(map(int, race(STORE, *lines, gate=until_two_wait(desk.store))))
    return one, other


def test_of_two_near_copies_taken_in_at_once_the_later_names_the_other(desk: StoredDesk, folder: Path) -> None:
    files = publish(folder, 1, day=5), publish(folder, 2, day=6, told_like=1)
    earlier, later = store_at_once(desk, folder, *files)
    assert of(desk, earlier, "near-copy") == []
    [finding] = of(desk, later, "near-copy")
    assert finding.message.startswith(f"#{earlier}「{desk.lookup.post(earlier)[0].title}」と本文のおよそ")


def test_of_two_figures_taken_in_at_once_the_later_is_the_one_in_conflict(desk: StoredDesk, folder: Path) -> None:
    files = publish(folder, 1, day=5, tail=TWICE), publish(folder, 2, day=6, tail=BY_35)
    earlier, later = store_at_once(desk, folder, *files)
    assert of(desk, earlier, "conflicting-figure") == []
    [finding] = of(desk, later, "conflicting-figure")
    assert f"#{earlier}では" in finding.message


# ---- links
LINK = "[前の記事](/2026/01/05/1/)に続く話だ。"
NOWHERE = "[前の記事](/2026/01/05/9/)に続く話だ。"


def test_a_link_to_a_later_post_of_the_same_delivery_is_alive(desk: StoredDesk, folder: Path) -> None:
    publish(folder, 1, day=4, tail="[続き](/2026/01/20/40/)")
    for number in range(2, 41):  # more than one batch
        publish(folder, number, day=number // 2)
    desk.intake.import_path(folder)
    assert of(desk, 1, "dead-link") == []


def test_a_post_that_comes_while_links_to_it_are_checked_is_alive(
    database: str, desk: StoredDesk, folder: Path, clock: Clock
) -> None:
    site = jekyll.site(folder, UTC)
    linking, linked = (
        site.draft(publish(folder, number, day=day, tail=tail), clock())
        for number, day, tail in ((2, 6, LINK), (1, 5, ""))
    )
    assert linking
    assert linked
    source = desk.store.sources.ensure("jekyll", str(folder), "desk")
    desk.store.posts.save(source, [(linking, read(linking))])
    come = Thread(target=desk.store.posts.save, args=(source, [(linked, read(linked))]))

    def check_links(draft: Draft, links: tuple[Link, ...], alive: Set[str]) -> tuple[Finding, ...]:
        come.start()
        come.join(0.5)
        return CROSS_POST_RULES.check_links(draft, links, alive)

    checking = Store.at(database, clock, rules=replace(CROSS_POST_RULES, check_links=check_links))
    checking.posts.finish(source)
    come.join()
    desk.store.posts.finish(source)
    assert of(desk, 1, "dead-link") == []
    checking.close()


def test_a_link_to_no_post_is_dead_and_told_of_a_new_post(desk: StoredDesk, folder: Path) -> None:
    publish(folder, 1, day=5)
    publish(folder, 2, day=6, tail=NOWHERE)
    desk.intake.import_path(folder)
    [finding] = of(desk, 2, "dead-link")
    assert (finding.quote, finding.paragraph) == ("[前の記事](/2026/01/05/9/)", 6)
    assert told(desk) == []
    publish(folder, 3, day=7, tail=f"{LINK}\n\n{NOWHERE}")
    desk.intake.import_path(folder)
    assert [f.quote for f in of(desk, 3, "dead-link")] == ["[前の記事](/2026/01/05/9/)"]
    assert told(desk) == [["dead-link"]]


def test_a_link_comes_alive_with_its_post_and_dies_with_it(desk: StoredDesk, folder: Path) -> None:
    publish(folder, 2, day=6, tail=LINK)
    desk.intake.import_path(folder)
    assert len(of(desk, 1, "dead-link")) == 1
    file = publish(folder, 1, day=5)
    desk.intake.import_path(folder)
    assert of(desk, 1, "dead-link") == []
    file.unlink()
    desk.intake.import_path(folder)
    assert len(of(desk, 1, "dead-link")) == 1
    assert told(desk) == [["dead-link"]]  # new to whoever had seen it alive


def test_an_edit_does_not_tell_of_a_dead_link_again(desk: StoredDesk, folder: Path) -> None:
    file = publish(folder, 2, day=6, tail=NOWHERE)
    desk.intake.import_path(folder)
    file.write_text(file.read_text().replace("毎日の記録", "毎週の記録"))
    desk.intake.import_path(folder)
    assert (len(of(desk, 1, "dead-link")), told(desk)) == (1, [])


def test_a_dismissed_dead_link_stays_so_when_it_is_judged_again(desk: StoredDesk, folder: Path) -> None:
    file = publish(folder, 2, day=6, tail=NOWHERE)
    desk.intake.import_path(folder)
    desk.checks.dismiss(1, "dead-link", of(desk, 1, "dead-link")[0].quote, ANNA)
    file.write_text(file.read_text().replace("毎日の記録", "毎週の記録"))
    desk.intake.import_path(folder)
    assert of(desk, 1, "dead-link") == []
    assert desk.checks.findings(1).silent == ("dead-link",)


def test_pages_that_are_no_posts_are_never_dead(desk: StoredDesk, folder: Path) -> None:
    publish(
        folder,
        1,
        day=6,
        tail="[会社](/about/)と[月の一覧](/2026/01/)と[図](/assets/2026/01/05/a.png)と[外](https://x.example/2026/01/05/9/)",
    )
    desk.intake.import_path(folder)
    assert of(desk, 1, "dead-link") == []
