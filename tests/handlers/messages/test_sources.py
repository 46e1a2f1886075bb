"""Whatever a source calls itself and however it fails, what is said of it stays within Slack's limits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import wording
from bot.desk.lookup import Summary
from bot.domain.revisions import CHANGES, CHARACTERS, Change, Revision
from bot.domain.sources import Kind, Poll, RejectedEntry, Source, SourceState
from handlers.messages import (
    blocks,
    help,
    intake,
    lookup,
    revisions,
    sources,
)
from tests.handlers.messages.digests import AT, POST, TOKYO, reading
from tests.handlers.messages.test_limits import TITLES, URLS, USER, broken_limits, worst_post

FAILED = "配信元 <!channel> が応答しません & *503*。" * 90


def worst(number: int, title: str, url: str | None, kind: Kind = "feed", state: SourceState = "failing") -> Source:
    return Source(
        id=number, kind=kind, location=url or "/srv/" + "x" * 3_000, name=title * 9 or "x", state=state,
        failures=99_999, error=FAILED, posts=9_999_999, aside=9_999, succeeded_at=AT, last_post_at=AT, next_poll_at=AT,
    )  # fmt: skip


def every_message(title: str, url: str | None) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    every = [worst(n, title, url) for n in range(10_000, 10_100)]
    one = every[0]
    asides = tuple(RejectedEntry(n, f"_posts/{title * 20}.md", FAILED, AT) for n in range(300))
    long = "生成AIは<!here>&よく*覚える*。" * 200
    changes = tuple(Change(n, long[:CHARACTERS], long[3:CHARACTERS]) for n in range(CHANGES))
    edits = [Revision(1, n, AT, changes) for n in range(99, 1, -1)]
    failed, found = Poll(error=FAILED), Poll(new=9_999, updated=9_999, removed=9_999, aside=99)
    yield "list", lambda: sources.listing(every, TOKYO, at=8)
    yield "list for all", lambda: sources.listing(every, TOKYO, manages=False)
    yield "no sources", lambda: sources.listing((), TOKYO)
    yield "added", lambda: sources.added(one, found, TOKYO)
    yield "added and failed", lambda: sources.added(one, failed, TOKYO)
    yield "there already", lambda: sources.added(one, None, TOKYO)
    yield "begun", lambda: sources.begun(one)
    yield "looked", lambda: sources.looked(one, found, TOKYO)
    yield "looked and failed", lambda: sources.looked(one, failed, TOKYO)
    for state in ("active", "paused", "removed"):
        yield state, lambda state=state: sources.turned(replace(one, state=state))  # type: ignore[misc]
    for state in ("active", "failing", "gone"):
        yield f"changed to {state}", lambda state=state: sources.changed(one, state, FAILED)  # type: ignore[misc]
    yield "asides", lambda: sources.asides(asides, one, TOKYO)
    yield "no asides", lambda: sources.asides((), None, TOKYO)
    yield "told of asides", lambda: sources.set_aside(one, asides)
    yield "retried", lambda: sources.retried(one, 99)
    yield "backlog", lambda: sources.backlog(one, 9_999_999)
    yield "changes", lambda: revisions.changes(worst_post(1, title, url), edits, TOKYO)
    yield "links left out", lambda: intake.left_out(5, 9_999)
    yield "which", lambda: intake.which([worst_post(n, title, url) for n in range(99)])
    yield "known", lambda: help.known(worst_post(1, title, url), TOKYO)
    yield "known of somebody", lambda: help.known(replace(worst_post(1, title, url), shared_by=USER), TOKYO)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("title", TITLES)
def test_no_message_about_sources_breaks_a_limit(title: str, url: str) -> None:
    made = {name: broken_limits(make()) for name, make in every_message(TITLES[title], URLS[url])}
    assert {name: faults for name, faults in made.items() if faults} == {}


def test_the_form_asks_for_an_address_and_what_it_is() -> None:
    form = sources.form("C0AINEWS1")
    assert [(block["type"], block.get("block_id")) for block in form["blocks"]] == [
        ("input", "url"), ("input", "kind"), ("context", None)
    ]  # fmt: skip
    assert [o["value"] for o in form["blocks"][1]["element"]["options"]] == ["auto", "feed", "git", "page"]
    assert (len(form["title"]["text"]) <= 24, form["private_metadata"]) == (True, "C0AINEWS1")


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://news.example/feed.xml?key=secret", "https://news.example/feed.xml?…"),
        ("https://news.example/feed.xml", "https://news.example/feed.xml"),
        ("https://code.example/site.git#main", "https://code.example/site.git#main"),
        ("/srv/site", "/srv/site"),
    ],
)
def test_what_may_be_a_secret_in_an_address_is_not_shown(location: str, shown: str) -> None:
    assert sources.shown_location(Source(id=1, kind="feed", location=location, name="x")) == shown


def test_a_source_that_nobody_looks_at_says_so() -> None:
    source = Source(id=1, kind="jekyll", location="/srv/site", name="港の新聞", posts=3, succeeded_at=AT)
    assert sources.health(source, TOKYO) == (
        f"正常　最終確認 {wording.when(AT, TOKYO)}　最新の記事 なし　自動の確認なし　3本"
    )
    by_people = replace(source, kind="link", location="slack")
    assert sources.health(by_people, TOKYO) == "3本"
    assert len(sources.row(by_people, TOKYO)) == 2


def test_the_changes_of_an_edit_are_told_sentence_by_sentence() -> None:
    change = Change(7, "水槽は三つある。魚は百匹いる。", "水槽は三つある。魚は二百匹いる。")
    edit = Revision(POST.id, 2, AT + timedelta(hours=1), (change,))
    told = revisions.changes(POST, [edit], TOKYO)
    assert told["text"] == f"#{POST.id}「{POST.title}」の変更点"
    assert told["blocks"][2] == blocks.section("7行目\n➖ 魚は百匹いる。\n➕ 魚は二百匹いる。")
    moved = revisions.changes(POST, [replace(edit, changes=())], TOKYO)
    assert moved["blocks"][2] == blocks.section("本文の変更はありません（置き場所やURLが変わりました）。")


def test_an_unfurled_link_has_no_buttons_for_the_asker_alone() -> None:
    shown = lookup.unfurled(Summary(POST, reading(), (), 3, None), TOKYO)["blocks"]
    assert [e["action_id"] for block in shown if block["type"] == "actions" for e in block["elements"]] == ["flag"]
