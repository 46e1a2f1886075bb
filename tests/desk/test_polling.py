"""Looking at sources: what is new comes in once, what changed is a revision, whatever way it comes."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.sources import PATIENCE, Source
from bot.errors import Unfetchable
from bot.fake_slack import InlineExecutor
from bot.runtime.poller_pool import Pollers
from bot.sources.web_page import WebPage
from tests.conftest import Clock, StoredDesk
from tests.handlers.articles import TEXT
from tests.handlers.test_sources import item, rss
from tests.storage.articles import newsroom, publish

FEED = "https://news.example/feed.xml"


@pytest.fixture
def web(desk: StoredDesk) -> dict[str, str | Unfetchable]:
    """The network: an address and what it has. Every address that was asked is noted under ""."""
    there: dict[str, str | Unfetchable] = {}

    def fetch(url: str, *, etag: str = "", modified: str = "") -> WebPage:
        body = there[url]
        if isinstance(body, Unfetchable):
            raise body
        kind = "text/html; charset=utf-8" if body.startswith("<html") else "application/rss+xml; charset=utf-8"
        tag = str(hash(body))
        return WebPage(url, b"" if etag == tag else body.encode(), kind, etag=tag, unchanged=etag == tag)

    desk.network.fetch = fetch
    desk.polling.sleep = lambda seconds: None
    return there


def look(desk: StoredDesk, clock: Clock) -> tuple[int, int, int, str]:
    """Some time later the clock looks: new, updated, removed, error."""
    clock.forward(minutes=70)
    done = desk.polling.poll_next()
    assert done is not None
    return done[1].new, done[1].updated, done[1].removed, done[1].error


def posts(desk: StoredDesk) -> list[tuple[int, str, int]]:
    return [(p.id, p.title, p.revision) for p, _ in desk.store.posts.all()]


def article(number: int, text: str = TEXT) -> str:
    words = "".join(f"<p>{p}</p>" for p in text.split("\n\n"))
    head = f"<head><title>港の便り 第{number}号</title></head>"
    return f"<html>{head}<body><article><p>第{number}号。</p>{words}</article></body></html>"


# ---- feeds
def test_an_edited_entry_is_a_revision_and_an_unchanged_feed_is_nothing(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(item(1), item(2))
    desk.sources.add(FEED)
    assert look(desk, clock) == (2, 0, 0, "")
    assert look(desk, clock) == (0, 0, 0, "")
    web[FEED] = rss(item(1, TEXT.replace("400字", "500字")), item(2))
    assert look(desk, clock) == (0, 1, 0, "")
    assert posts(desk) == [(1, "港の便り 第1号", 2), (2, "港の便り 第2号", 1)]


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.replace("news.example/1/", "news.example/archive/1/"),
        lambda entry: entry.replace("port-1", "port-one"),
        lambda entry: entry.replace("<pubDate>Sat, 31", "<pubDate>Fri, 30"),
    ],
)
def test_a_changed_address_or_guid_does_not_repost(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable], change: Callable[[str], str]
) -> None:
    web[FEED] = rss(item(1), item(2))
    desk.sources.add(FEED)
    look(desk, clock)
    news_at = [p.news_at for p, _ in desk.store.posts.all()]
    web[FEED] = rss(change(item(1)), item(2))
    assert look(desk, clock)[0] == 0
    assert ([n for n, _, _ in posts(desk)], [p.news_at for p, _ in desk.store.posts.all()]) == ([1, 2], news_at)


@pytest.mark.both_engines
def test_two_feeds_with_one_post_do_not_take_it_from_each_other(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    other = "https://news.example/tag/feed.xml"
    web[FEED], web[other] = rss(item(1)), rss(item(1, TEXT + "\n別のフィードの文。"))
    desk.sources.add(FEED), desk.sources.add(other)
    for _ in range(6):
        look(desk, clock)
    assert posts(desk) == [(1, "港の便り 第1号", 1)]


def test_an_entry_that_leaves_the_feed_is_not_withdrawn(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(item(1), item(2))
    desk.sources.add(FEED)
    look(desk, clock)
    web[FEED] = rss(item(2), item(3))
    assert look(desk, clock) == (1, 0, 0, "")
    assert [n for n, _, _ in posts(desk)] == [1, 2, 3]


def beginning(number: int) -> str:
    return item(number, "この続きはサイトで…", "description")


def test_where_the_feed_has_only_the_beginning_the_page_has_the_rest(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(beginning(1), item(2))
    web["https://news.example/1/"] = article(1)
    desk.sources.add(FEED)
    assert look(desk, clock) == (2, 0, 0, "")
    assert sorted(h.post.id for h in desk.lookup.search("決定事項の漏れ").hits) == [1, 2]
    assert look(desk, clock) == (0, 0, 0, "")


def test_a_page_that_does_not_answer_today_is_fetched_with_a_later_look(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(beginning(1))
    web["https://news.example/1/"] = Unfetchable("配信元が応答しません (503)。", status=503, passing=True)
    desk.sources.add(FEED)
    assert look(desk, clock) == (1, 0, 0, "")
    web["https://news.example/1/"] = article(1)
    assert look(desk, clock) == (0, 1, 0, "")
    assert look(desk, clock) == (0, 0, 0, "")
    assert posts(desk) == [(1, "港の便り 第1号", 2)]


# ---- pages
def test_a_page_that_changes_is_a_revision(desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]) -> None:
    url = "https://news.example/1/"
    web[url] = article(1)
    desk.sources.add(url)
    assert look(desk, clock) == (1, 0, 0, "")
    web[url] = article(1, TEXT.replace("400字", "500字"))
    assert look(desk, clock) == (0, 1, 0, "")
    assert look(desk, clock) == (0, 0, 0, "")


def test_a_page_and_a_feed_with_one_post_leave_it_to_the_feed(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    url = "https://news.example/1/"
    web[url], web[FEED] = article(1), rss(item(1, TEXT + "\nフィードだけの文。"))
    desk.sources.add(url), desk.sources.add(FEED)
    for _ in range(8):
        look(desk, clock)
    assert posts(desk) == [(1, "港の便り 第1号", 2)]
    assert [h.post.id for h in desk.lookup.search("フィードだけの文").hits] == [1]


def test_a_source_that_was_gone_and_answers_again_is_looked_at_again(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(item(1))
    source, _ = desk.sources.add(FEED)
    look(desk, clock)
    web[FEED] = Unfetchable("このページは配信元で削除されました (410)。", status=410, gone=True)
    look(desk, clock)
    assert (desk.sources.get(source.id).state, desk.sources.get(source.id).next_poll_at) == ("gone", None)
    web[FEED] = rss(item(1), item(2))
    assert desk.sources.poll_now(source.id)[1].new == 1
    after = desk.sources.get(source.id)
    assert (after.state, after.next_poll_at is not None) == ("active", True)


# ---- folders
def test_a_folder_that_lost_all_its_posts_is_not_believed(desk: StoredDesk, clock: Clock, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    desk.sources.add(str(folder), local=True)
    assert look(desk, clock) == (3, 0, 0, "")
    (folder / "_posts").rename(tmp_path / "elsewhere")
    lost = "フォルダーに記事が1本もありません。保存済みの記事はそのままです。場所やマウントを確認してください。"
    assert look(desk, clock) == (0, 0, 0, lost)
    assert len(posts(desk)) == 3
    (tmp_path / "elsewhere").rename(folder / "_posts")
    assert look(desk, clock) == (0, 0, 0, "")


def test_a_post_of_the_future_comes_when_its_time_does_though_nothing_else_changes(
    desk: StoredDesk, clock: Clock, tmp_path: Path
) -> None:
    folder = newsroom(tmp_path / "desk", 1)
    file = folder / "_posts" / "2026-02-01-later.md"
    file.write_text(publish(folder, 2).read_text().replace("date: 2026-01-03 09:00:00", "date: 2026-02-01 10:45:00"))
    desk.sources.add(str(folder), local=True)
    assert look(desk, clock) == (2, 0, 0, "")
    assert look(desk, clock) == (0, 0, 0, "")
    assert look(desk, clock) == (1, 0, 0, "")


def test_a_folder_that_is_away_is_failing_after_some_looks(desk: StoredDesk, clock: Clock, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 1)
    source, _ = desk.sources.add(str(folder), local=True)
    folder.rename(tmp_path / "away")
    for _ in range(PATIENCE):
        clock.forward(days=1)
        desk.polling.poll_next()
    assert (desk.sources.get(source.id).state, desk.sources.get(source.id).failures) == ("failing", PATIENCE)


# ---- git
def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=desk", "-c", "user.email=desk@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def commit(folder: Path, message: str = "x") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


@pytest.fixture
def repository(desk: StoredDesk, tmp_path: Path) -> Path:
    """A git repository of three posts."""
    object.__setattr__(desk.settings, "data", tmp_path / "data")
    folder = newsroom(tmp_path / "site", 3)
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


def test_a_repository_is_followed_commit_by_commit(desk: StoredDesk, clock: Clock, repository: Path) -> None:
    desk.sources.add(f"{repository}#main", local=True)
    assert look(desk, clock) == (3, 0, 0, "")
    assert look(desk, clock) == (0, 0, 0, "")
    publish(repository, 4)
    publish(repository, 1, tail="\n追記。\n")
    (repository / "_posts" / "2026-01-03-2.md").unlink()
    commit(repository)
    assert look(desk, clock) == (1, 1, 1, "")
    assert [(n, r) for n, _, r in posts(desk)] == [(1, 2), (3, 1), (4, 1)]


def test_a_file_that_is_renamed_and_edited_keeps_its_number(desk: StoredDesk, clock: Clock, repository: Path) -> None:
    desk.sources.add(f"{repository}#main", local=True)
    look(desk, clock)
    git(repository, "mv", "_posts/2026-01-03-2.md", "_posts/2026-01-03-harbour.md")
    file = repository / "_posts" / "2026-01-03-harbour.md"
    file.write_text(file.read_text().replace("半ばする", "半分ずつある") + "\n追って、羅針盤を据えた。\n")
    commit(repository)
    assert look(desk, clock) == (0, 1, 0, "")
    assert [(n, r) for n, _, r in posts(desk)] == [(1, 1), (2, 2), (3, 1)]


def test_a_folder_that_was_imported_and_is_then_followed_by_git_has_each_post_once(
    desk: StoredDesk, clock: Clock, repository: Path
) -> None:
    desk.intake.import_path(repository)
    before = posts(desk)
    desk.sources.add(f"{repository}#main", local=True)
    assert look(desk, clock) == (0, 0, 0, "")
    assert posts(desk) == before
    publish(repository, 1, tail="\n追記。\n")
    (repository / "_posts" / "2026-01-03-2.md").unlink()
    commit(repository)
    assert look(desk, clock) == (0, 1, 1, "")
    assert [(n, r) for n, _, r in posts(desk)] == [(1, 2), (3, 1)]


def test_a_repository_that_is_removed_leaves_nothing_on_the_disk(
    desk: StoredDesk, clock: Clock, repository: Path
) -> None:
    source, _ = desk.sources.add(f"{repository}#main", local=True)
    look(desk, clock)
    kept = desk.settings.data / "git"
    assert len([f for f in kept.iterdir() if f.is_dir()]) == 1
    desk.sources.set_state(source.id, "removed")
    assert ([f for f in kept.iterdir() if f.is_dir()], len(posts(desk))) == ([], 3)


# ---- threads
@pytest.mark.both_engines
def test_a_source_that_hangs_delays_no_other(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable], monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    hangs = "https://slow.example/feed.xml"
    others = [f"https://{n}.example/feed.xml" for n in range(6)]
    for url in (hangs, *others):
        web[url] = rss(item(1).replace("news.example", url.split("/")[2]).replace("port", url))
        desk.sources.add(url)
    fetch, go_on, seen = desk.network.fetch, Event(), []

    def hanging(url: str, **ways: str) -> WebPage:
        if url == hangs:
            assert go_on.wait(30)
        return fetch(url, **ways)

    desk.network.fetch = hanging
    done = Event()

    def after() -> None:
        seen.append(1)
        if len(seen) == len(others):
            done.set()

    with ThreadPoolExecutor(2) as pool:
        Pollers(desk.polling, pool, threads=2, after=after).wake()
        assert done.wait(30)
        by_location = {s.location: s.succeeded_at for s in desk.sources.all()}
        assert by_location.pop(hangs) is None
        assert None not in by_location.values()
        go_on.set()
    assert all(s.succeeded_at for s in desk.sources.all())


def test_looking_ends_when_the_newsroom_closes(desk: StoredDesk, web: dict[str, str | Unfetchable]) -> None:
    web[FEED] = rss(item(1))
    desk.sources.add(FEED)
    pollers = Pollers(desk.polling, InlineExecutor(), threads=2, after=lambda: None)
    pollers.close()
    pollers.wake()
    assert [s.checked_at for s in desk.sources.all()] == [None]


def test_a_bug_of_ours_is_noted_in_words_and_the_others_are_looked_at(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable], monkeypatch: pytest.MonkeyPatch
) -> None:
    web[FEED] = rss(item(1))
    source: Source = desk.sources.add(FEED)[0]
    monkeypatch.setattr("bot.desk.polling.feed.parse", None)
    assert look(desk, clock)[3] == "瓦版側の不具合で確認できませんでした。管理者がログを確認します。"
    assert desk.sources.get(source.id).failures == 1


def test_a_feed_that_breaks_off_is_a_failure_that_keeps_the_name_and_the_posts(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    web[FEED] = rss(item(1), item(2))
    source, _ = desk.sources.add(FEED)
    whole = rss(item(1), item(2))
    web[FEED] = whole[: whole.rindex("</title>")]
    cut = "フィードが途中で切れています。読めた記事は取り込みました。次の取得で読み直します。"
    assert look(desk, clock) == (1, 0, 0, cut)
    web[FEED] = "<rss><channel><title>"
    assert look(desk, clock)[3].startswith("フィードが途中で切れています")
    held = desk.sources.get(source.id)
    assert (held.name, held.failures, held.posts) == (source.name, 2, 1)
    web[FEED] = whole
    assert look(desk, clock) == (1, 0, 0, "")
    assert desk.sources.get(source.id).failures == 0


def test_entries_with_one_guid_are_posts_of_their_own_at_every_look(
    desk: StoredDesk, clock: Clock, web: dict[str, str | Unfetchable]
) -> None:
    named = [item(n, TEXT.replace("400", f"{n}00")).replace(f"port-{n}", "0") for n in (1, 2, 3)]
    web[FEED] = rss(*named)
    desk.sources.add(FEED)
    assert look(desk, clock) == (3, 0, 0, "")
    for order in (named[::-1], named, [named[1]], named):
        web[FEED] = rss(*order)
        assert look(desk, clock) == (0, 0, 0, "")
    assert posts(desk) == [(n, f"港の便り 第{n}号", 1) for n in (1, 2, 3)]
