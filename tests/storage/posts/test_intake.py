"""Folders, files and links become posts, once each, whatever happens on the way."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import analysis, intake
from bot.desk.folder_import import ImportResult
from bot.domain.intake import SharedPost
from bot.domain.posts import Post
from bot.domain.revisions import Change, Revision
from bot.errors import KawarabanError
from bot.settings import Settings
from bot.sources.web_page import WebPage
from storage.store import Store
from tests.conftest import NEWS, ROOT, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import article, newsroom, publish


def post(desk: StoredDesk, number: int) -> Post:
    return desk.lookup.post(number)[0]


def listed(desk: StoredDesk) -> list[int]:
    return [p.id for p, _ in desk.store.posts.all()]


def found(desk: StoredDesk, words: str) -> list[int]:
    return [hit.post.id for hit in desk.lookup.search(words).hits]


def share(desk: StoredDesk, url: str, ts: str = "1.1") -> SharedPost:
    return desk.intake.take_in_link(url, channel=NEWS, ts=ts)


def served(desk: StoredDesk, html: str) -> None:
    """The network has one page from now on."""
    desk.network.fetch = lambda url: WebPage(url, html.encode(), "text/html; charset=utf-8")


def page(number: int) -> str:
    title, paragraphs = article(number).split("title: ")[1].split("\n")[0], article(number).split("---\n")[2]
    body = "".join(f"<p>{p}</p>" for p in paragraphs.split("\n\n"))
    return f"<html><head><title>{title}</title></head><body><article>{body}</article></body></html>"


# ---- a folder
def test_a_folder_taken_in_twice_changes_nothing(desk: StoredDesk, tmp_path: Path, clock: Clock) -> None:
    folder = newsroom(tmp_path / "desk", 30)
    told: list[tuple[int, int]] = []
    assert desk.intake.import_path(folder, lambda done, of: told.append((done, of))) == ImportResult(new=30)
    assert told == [(25, 30), (30, 30)]
    before = list(desk.store.posts.all())
    clock.forward(hours=1)
    assert desk.intake.import_path(folder) == ImportResult(unchanged=30)
    assert desk.intake.import_path(folder / "_posts") == ImportResult(unchanged=30)
    assert list(desk.store.posts.all()) == before


def test_the_posts_of_a_large_folder_are_read_by_other_processes_in_their_order(
    desk: StoredDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = newsroom(tmp_path / "desk", 60)
    monkeypatch.setattr(intake, "MANY", 60)
    monkeypatch.setattr(analysis, "read", None)  # nothing is read in this process
    told: list[tuple[int, int]] = []
    assert desk.intake.import_path(folder, lambda done, of: told.append((done, of)), processes=2) == ImportResult(
        new=60
    )
    assert told == [(25, 60), (50, 60), (60, 60)]


@pytest.mark.parametrize("broken", ["__init__", "submit"])
def test_where_no_process_can_be_started_posts_are_read_here(
    desk: StoredDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no processes here")

    folder = newsroom(tmp_path / "desk", 30)
    monkeypatch.setattr(intake, "MANY", 30)
    monkeypatch.setattr(f"bot.desk.analysis.ProcessPoolExecutor.{broken}", fail)
    assert desk.intake.import_path(folder, processes=2) == ImportResult(new=30)


def test_a_folder_is_the_same_source_by_whatever_way_it_is_named(
    desk: StoredDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    monkeypatch.chdir(folder)
    for path in (Path("."), Path("_posts"), Path("../desk"), folder / ".." / "desk" / "_posts"):
        assert desk.intake.import_path(path) == ImportResult(unchanged=2)


def test_an_edited_post_is_a_revision_with_its_old_number_and_news_time(
    desk: StoredDesk, tmp_path: Path, clock: Clock
) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    before = post(desk, 1)
    clock.forward(days=1)
    file = publish(folder, 1, tail="\n追って、羅針盤を据えた。\n")
    assert desk.intake.import_path(folder) == ImportResult(updated=1, unchanged=1)
    after = post(desk, 1)
    assert (after.id, after.revision, after.news_at, after.first_seen_at, after.story_id, after.file) == (
        before.id, 2, before.news_at, before.first_seen_at, before.story_id, str(file)
    )  # fmt: skip
    assert found(desk, "羅針盤") == [1]
    line = len(article(1, front="date: 2026-01-02 09:00:00 +0900\n").splitlines()) + 2
    assert desk.store.posts.revisions(1) == (Revision(1, 2, clock.at, (Change(line, "", "追って、羅針盤を据えた。"),)),)
    assert desk.store.posts.revisions(2) == ()


def test_a_deleted_post_is_in_no_list_until_it_comes_back(desk: StoredDesk, tmp_path: Path, clock: Clock) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    desk.intake.import_path(folder)
    gone = post(desk, 2)
    file = folder / gone.path if gone.path else folder
    text = file.read_text()
    file.unlink()
    clock.forward(hours=1)
    assert desk.intake.import_path(folder) == ImportResult(unchanged=2, removed=1)
    assert post(desk, 2).withdrawn_at == clock()
    assert (listed(desk), sorted(found(desk, "生成AI"))) == ([1, 3], [1, 3])
    assert desk.lookup.tag("生成AI").count.posts == 2
    assert desk.intake.import_path(folder) == ImportResult(unchanged=2)
    file.write_text(text)
    assert desk.intake.import_path(folder) == ImportResult(updated=1, unchanged=2)
    back = post(desk, 2)
    assert (back.withdrawn_at, back.news_at, back.title) == (None, gone.news_at, gone.title)
    assert (listed(desk), sorted(found(desk, "生成AI"))) == ([1, 2, 3], [1, 2, 3])


def test_a_post_that_is_no_longer_published_is_withdrawn(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    publish(folder, 1, front="published: false\n")
    assert desk.intake.import_path(folder) == ImportResult(unchanged=1, removed=1)
    assert listed(desk) == [2]


def test_taking_in_a_part_withdraws_nothing_outside_it(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    desk.intake.import_path(folder)
    files = sorted((folder / "_posts").iterdir())
    files[0].unlink()
    assert desk.intake.import_path(files[1]) == ImportResult(unchanged=1)
    assert len(listed(desk)) == 3


def test_a_renamed_post_keeps_its_number(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    desk.intake.import_path(folder)
    file = folder / str(post(desk, 2).path)
    file.rename(file.with_name("2026-01-20-atarashii.md"))
    assert desk.intake.import_path(folder) == ImportResult(updated=1, unchanged=2)
    renamed = post(desk, 2)
    assert (renamed.path, renamed.withdrawn_at) == ("_posts/2026-01-20-atarashii.md", None)
    assert listed(desk) == [1, 2, 3]
    assert desk.lookup.find("https://news.example/2026/01/20/atarashii/") == 2


def test_a_post_that_moved_and_changed_answers_to_the_address_of_the_old_one(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    old = publish(folder, 1, front="permalink: /same/\n")
    desk.intake.import_path(folder)
    old.unlink()
    publish(folder, 2, front="permalink: /same/\n")
    assert desk.intake.import_path(folder) == ImportResult(new=1, removed=1)
    assert desk.lookup.find("https://news.example/same/") == 2


def test_files_with_the_same_words_or_the_same_address_stay_posts_of_their_own(
    desk: StoredDesk, tmp_path: Path
) -> None:
    folder = newsroom(tmp_path / "desk")
    file = publish(folder, 1)
    (folder / "_posts" / "2026-01-09-utsushi.md").write_text(file.read_text())
    publish(folder, 5, front="permalink: /same/\n")
    publish(folder, 6, front="permalink: /same/\n")
    assert desk.intake.import_path(folder) == ImportResult(new=4)
    assert desk.intake.import_path(folder) == ImportResult(unchanged=4)
    copies = [p for p, _ in desk.store.posts.all() if p.title.endswith("第1号")]
    assert len(copies) == 2
    assert len({p.story_id for p in copies}) == 1
    assert isinstance(desk.lookup.find("https://news.example/same"), int)


def test_one_broken_file_never_stops_the_others(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    posts = folder / "_posts"
    broken = {
        "2026-01-01-a.md": "---\ntitle: [\n---\n",
        "2026-01-02-b.md": "---\ntitle: 閉じない\n",
    }
    odd = {
        "2026-01-03-c.md": article(700, front="date: 2026-01-01 00:00 +99:99\n"),
        "0001-01-01-d.md": article(701),
        "2026-01-05-e.md": article(702, front='subtitle: "\\0"\nexcerpt: "a\\0b"\n'),
        "2026-01-06-f.md": article(703, front=f"category: {'長' * 3_000}{random.Random(1).getrandbits(60_000):x}\n"),
        "2026-01-07-g.md": f"---\ntitle: 札\ntags: [{random.Random(2).getrandbits(60_000):x}]\n---\n本文。",
        "2026-01-08-h.md": f"---\ntitle: 道\npermalink: /{random.Random(3).getrandbits(60_000):x}/\n---\n本文。",
        "2026-01-09-i.md": "",
    }
    for name, text in (broken | odd).items():
        (posts / name).write_text(text)
    (posts / "2026-01-10-j.md").write_bytes(b"\x80\xff\xfd\xa0\x81")
    (posts / os.fsdecode(b"2026-01-11-\xff.md")).write_text(article(704))
    result = desk.intake.import_path(folder)
    assert (result.new, [Path(file).name for file, _ in result.failed]) == (
        2 + len(odd),
        ["2026-01-01-a.md", "2026-01-02-b.md", "2026-01-10-j.md", "2026-01-11-?.md"],
    )
    assert len(listed(desk)) == 9


# ---- when it is news
def test_first_contact_is_silent_and_later_posts_are_news_when_they_are_seen(
    desk: StoredDesk, tmp_path: Path, clock: Clock
) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    assert [p.news_at for p, _ in desk.store.posts.all()] == [p.published_at for p, _ in desk.store.posts.all()]
    publish(folder, 30, day=31)
    publish(folder, 31, day=10)
    desk.intake.import_path(folder)
    news = {p.title[-4:]: p.news_at for p, _ in desk.store.posts.all() if p.id > 2}
    assert news == {"第30号": clock(), "第31号": datetime(2026, 1, 10, 0, 0, tzinfo=UTC)}


def test_first_contact_lasts_until_a_folder_was_read_to_its_end(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 60)

    def stop(done: int, of: int) -> None:
        if done == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.intake.import_path(folder, stop)
    assert len(listed(desk)) == 50
    assert desk.intake.import_path(folder) == ImportResult(new=10, unchanged=50)
    assert all(p.news_at == p.published_at for p, _ in desk.store.posts.all())


def test_each_source_has_its_own_first_contact(desk: StoredDesk, tmp_path: Path, clock: Clock) -> None:
    desk.intake.import_path(newsroom(tmp_path / "one", 1))
    clock.forward(days=1)
    publish(newsroom(tmp_path / "two"), 2)
    desk.intake.import_path(tmp_path / "two")
    assert [p.news_at - p.published_at for p, _ in desk.store.posts.all()] == [timedelta()] * 2


def test_a_site_that_is_kept_in_two_folders_has_each_post_once(desk: StoredDesk, tmp_path: Path) -> None:
    desk.intake.import_path(newsroom(tmp_path / "one", 2))
    assert desk.intake.import_path(newsroom(tmp_path / "two", 3)) == ImportResult(new=1, unchanged=2)
    assert desk.intake.import_path(tmp_path / "two") == ImportResult(unchanged=3)


# ---- what people share
def test_a_link_to_a_stored_post_only_notes_where_it_was_shown(desk: StoredDesk, tmp_path: Path) -> None:
    desk.intake.import_path(newsroom(tmp_path / "desk", 3))
    address = f"{post(desk, 2).url}?utm_source=slack"
    assert share(desk, address) == SharedPost(2, False)
    assert desk.store.messages.shown(NEWS, "1.1") == ((2,), None)


def test_a_shared_link_becomes_a_post_once(desk: StoredDesk, clock: Clock) -> None:
    served(desk, page(1))
    assert share(desk, "https://other.example/a") == SharedPost(1, True)
    assert share(desk, "https://other.example/a/#x", ts="2.2") == SharedPost(1, False)
    assert share(desk, "https://other.example/b", ts="3.3") == SharedPost(1, False)  # the same words
    assert share(desk, "https://other.example/c", ts="3.3") == SharedPost(1, False)  # delivered again
    made = post(desk, 1)
    assert (made.path, made.file, made.news_at, made.source) == (None, None, clock(), "Slackでの共有")


def test_a_link_shared_first_and_its_file_that_comes_later_are_one_post(desk: StoredDesk, tmp_path: Path) -> None:
    served(desk, page(5))
    assert share(desk, "http://NEWS.example/2026/01/06/5") == SharedPost(1, True)
    shared = post(desk, 1)
    folder = newsroom(tmp_path / "desk")
    publish(folder, 5)
    publish(folder, 6)
    assert desk.intake.import_path(folder) == ImportResult(new=1, updated=1)
    joined = post(desk, 1)
    assert (joined.path, joined.source, joined.revision) == ("_posts/2026-01-06-5.md", "港の新聞", 2)
    assert (joined.news_at, joined.first_seen_at) == (shared.news_at, shared.first_seen_at)
    assert desk.intake.import_path(folder) == ImportResult(unchanged=2)
    assert share(desk, "https://news.example/2026/01/06/5/", ts="2.2") == SharedPost(1, False)


def test_a_file_shared_in_slack_joins_the_post_with_its_words(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    data = (folder / str(post(desk, 1).path)).read_bytes().replace(b"\n", b"\r\n")
    assert desk.intake.take_in_file(data, "copy.md", channel=NEWS, ts="1.1") == SharedPost(1, False)
    assert desk.intake.take_in_file(data, "copy.md", channel=NEWS, ts="1.1") == SharedPost(1, False)
    new = article(9).encode()
    assert desk.intake.take_in_file(new, "new.md", channel=NEWS, ts="2.2") == SharedPost(3, True)
    with pytest.raises(KawarabanError, match="公開後にもう一度共有してください。"):
        desk.intake.take_in_file(b"---\npublished: false\n---\n", "x.md", channel=NEWS, ts="3.3")


def test_a_withdrawn_post_that_is_shared_as_a_file_again_comes_back(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    desk.intake.import_path(folder)
    file = folder / str(post(desk, 1).path)
    data = file.read_bytes()
    file.unlink()
    desk.intake.import_path(folder)
    taken = desk.intake.take_in_file(data, file.name, channel=NEWS, ts="1.1")
    assert taken.post_id in listed(desk)


def test_one_delivery_that_comes_eight_times_at_once_is_taken_once(desk: StoredDesk) -> None:
    taken: list[SharedPost] = []
    data = article(1).encode()

    def deliver() -> None:
        taken.append(desk.intake.take_in_file(data, "a.md", channel=NEWS, ts="1.1"))

    together(deliver, 8)
    assert sorted((t.post_id, t.new, t.edited) for t in taken) == [(1, False, False)] * 7 + [(1, True, False)]


def test_eight_people_who_share_one_article_share_one_post(desk: StoredDesk) -> None:
    taken: list[SharedPost] = []
    numbers = iter(range(8))

    def deliver() -> None:
        n = next(numbers)
        taken.append(desk.intake.take_in_file(article(1).encode(), "a.md", channel=NEWS, ts=f"{n}.1"))

    together(deliver, 8)
    assert sorted((t.post_id, t.new) for t in taken) == [(1, False)] * 7 + [(1, True)]


def together(work: object, times: int) -> None:
    """The same work in so many threads at once."""
    assert callable(work)
    threads = [Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- killed
IMPORT = """
import sys
from datetime import datetime
from pathlib import Path
from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.runtime.desk import desk_on
from bot.settings import Settings
from storage.store import Store

now = lambda: datetime.fromisoformat(sys.argv[3])
store = Store.at(sys.argv[1], now, rules=CROSS_POST_RULES)
desk = desk_on(store, Settings(_env_file=None), now=now, fetch=None)
desk.intake.import_path(Path(sys.argv[2]), lambda done, of: print(done, flush=True))
"""
POSTS = 150


def test_an_import_that_is_killed_and_run_again_ends_as_if_nothing_had_happened(
    database: str, tmp_path: Path, clock: Clock, engine: str
) -> None:
    folder = newsroom(tmp_path / "desk", POSTS)
    chance = random.Random(20260201)
    for reached in sorted(chance.sample(range(25, POSTS - 25, 25), 3)):
        command = [sys.executable, "-c", IMPORT, database, str(folder), clock().isoformat()]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as importing:
            assert importing.stdout is not None
            while int(importing.stdout.readline()) < reached:
                pass
            time.sleep(chance.uniform(0, 0.15))
            importing.send_signal(signal.SIGKILL)
        clock.forward(minutes=1)
    store = Store.at(database, clock, rules=CROSS_POST_RULES)
    calm = Store.at(f"sqlite:///{tmp_path / 'calm.db'}", clock, rules=CROSS_POST_RULES)
    calm.migrate()
    interrupted = len(list(store.posts.all()))
    result = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network).intake.import_path(folder)
    desk_on(calm, Settings(_env_file=None), now=clock, fetch=no_network).intake.import_path(folder)
    assert result == ImportResult(new=POSTS - interrupted, unchanged=interrupted)
    assert 0 < interrupted < POSTS, "the kills came too early or too late to tell"
    assert _state(store, engine) == _state(calm, engine)
    assert all(p.news_at == p.published_at for p, _ in store.posts.all())
    store.close()
    calm.close()


def _state(store: Store, engine: str) -> list[tuple[object, ...]]:
    """What must be the same. A PostgreSQL sequence leaves gaps where a transaction died: there the order counts."""
    rows: list[tuple[object, ...]] = []
    rows += sorted((p.id, p.title, p.news_at, p.story_id, p.revision, r.tags) for p, r in store.posts.all())
    if engine == "sqlite":
        return rows
    stories = {story: n for n, story in enumerate(dict.fromkeys(row[3] for row in rows))}
    return [(n, row[1], row[2], stories[row[3]], *row[4:]) for n, row in enumerate(rows)]
