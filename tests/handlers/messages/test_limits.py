"""Whatever a post holds and whatever a day brings, a message stays within Slack's limits and mentions nobody."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot import wording
from bot.desk.checks import Examined, PostFindings, Record
from bot.desk.followed_tags import Followed
from bot.desk.lookup import (
    Choice,
    SearchHit,
    SearchHits,
    Summary,
    TagPage,
    TagTable,
)
from bot.desk.reviews import ReviewCard
from bot.desk.schedules import Planned
from bot.domain.digests import (
    FOREVER,
    Considered,
    Digest,
    DigestTrace,
    Entry,
    Removed,
    Schedule,
    Told,
    judge,
    select,
)
from bot.domain.findings import Finding, Silenced
from bot.domain.posts import Post
from bot.domain.readings import Reading, Sentence
from bot.domain.review_query import ReviewListItem, ReviewPage
from bot.domain.review_stats import Handover, PersonActivity, Week
from bot.domain.reviews import Outcome, Review, ReviewCommand, ReviewState
from bot.domain.stories import Story
from bot.domain.tags import Tag, TagCount
from bot.domain.weekly_report import Lookback, Trend
from bot.japanese.passages import Passage
from handlers.messages import (
    blocks,
    delivery_failures,
    digest_trace,
    doctor,
    draft,
    findings,
    followed_tags,
    help,
    home,
    lookup,
    reminders,
    review_answers,
    review_card,
    review_queue,
    review_stats,
    schedules,
    weekly_report,
)
from handlers.messages import digest as digests
from handlers.messages.doctor import Check
from tests.handlers.messages.digests import (
    AT,
    POST,
    REVIEW,
    SLOT,
    TOKYO,
    digest,
    entry,
    held,
    post,
    reading,
)
from tests.handlers.messages.test_review_card import happened

Message = dict[str, Any]
USER = "U0SATO001"
LOOKBACK = Lookback(
    (date(2026, 1, 19), date(2026, 1, 26)), (0, 9_999),
    tuple(Trend(f"<!channel>*{n}" + "長" * 300, (0, 9_999)) for n in range(6)),
    Week(date(2026, 1, 26), 9_999, 9_999, 9_999, None, timedelta(days=400)),
)  # fmt: skip
OWN = Schedule(USER, tags=tuple(f"<!channel>*{n}" + "長" * 90 for n in range(30)))
WHOLE = 13_200
"""Characters over all blocks of one message that Slack takes."""


# ---- what Slack refuses
def broken_limits(message: Message) -> list[str]:
    """Every limit of Slack's that the message breaks, and every sign in it that is no longer what it was."""
    return [
        *(["text is empty"] if not message["text"].strip() else []),
        *([f"text of {len(message['text'])}"] if len(message["text"]) > 4_000 else []),
        *([f"{len(message['blocks'])} blocks"] if not 0 < len(message["blocks"]) <= 50 else []),
        *([f"{size} characters in all"] if (size := sum(map(len, _said(message["blocks"])))) > WHOLE else []),
        *(["two tables"] if [b["type"] for b in message["blocks"]].count("table") > 1 else []),
        *_meaning(message["text"]),
        *(fault for block in message["blocks"] for fault in _block(block)),
    ]


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "section":
        yield from _text(block["text"], 3_000)
        yield from _button(block["accessory"]) if "accessory" in block else ()
    elif kind == "header":
        yield from _text(block["text"], 150)
    elif kind == "context":
        yield from _count(block["elements"], 10, "context elements")
        for element in block["elements"]:
            yield from _text(element, 3_000)
    elif kind == "actions":
        yield from _count(block["elements"], 25, "buttons")
        names = [element["action_id"] for element in block["elements"]]
        yield from ["an action_id twice"] if len(set(names)) < len(names) else []
        for element in block["elements"]:
            yield from _button(element) if element["type"] == "button" else _menu(element)
    elif kind == "input":
        yield from _text(block["label"], 2_000)
    elif kind == "table":
        yield from _count(block["rows"], 100, "rows")
        for row in block["rows"]:
            yield from _count(row, 20, "cells")
            yield from ["an empty cell"] if not all(cell["text"] for cell in row) else []
    elif kind == "rich_text":
        for part in block["elements"]:
            yield from ["an empty line"] if not part["elements"] else []
            yield from ["an empty piece"] if not all(piece["text"] for piece in part["elements"]) else []
    elif kind != "divider":
        yield f"a block of type {kind}"


def _button(button: dict[str, Any]) -> Iterator[str]:
    if "options" in button:
        yield from _count(button["options"], 5 if button["type"] == "overflow" else 100, "options")
        for option in button["options"]:
            yield from _text(option["text"], 75)
            yield from _count(option["value"], 150, "characters of value")
        yield from _text(button["placeholder"], 150) if "placeholder" in button else ()
        return
    yield from _text(button["text"], 75)
    yield from _count(button.get("value", "x"), 2_000, "characters of value")
    yield from _count(button.get("url", "x"), 3_000, "characters of url")


def _menu(menu: dict[str, Any]) -> Iterator[str]:
    yield from _text(menu["placeholder"], 150)
    if menu["type"] == "users_select":
        return
    yield from _count(menu["options"], 100, "options")
    for option in menu["options"]:
        yield from _text(option["text"], 75)
        yield from _count(option["value"], 75, "characters of an option's value")


def _text(text: dict[str, Any], limit: int) -> Iterator[str]:
    yield from _count(text["text"], limit, "characters")
    if text["type"] == "mrkdwn":
        yield from _meaning(text["text"])


def _count(things: Any, limit: int, name: str) -> list[str]:
    return [f"{len(things)} {name}"] if not 0 < len(things) <= limit else []


def _meaning(mrkdwn: str) -> list[str]:
    """What Slack would take for a mention, and what is half a link or half an entity."""
    ours = rf"<https?://[^<>|\s]+\|[^<>]*>|<@{USER}>|<@U9\d+>|<#C0AINEWS1>"
    left = re.sub(ours, "", mrkdwn)
    return [f"{m[0]!r} means something" for m in re.finditer(r".{0,20}(?:[<>]|&(?!amp;|lt;|gt;)).{0,20}", left)]


def _said(part: Any) -> Iterator[str]:
    """Every text that a person sees, with the addresses behind links."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _said(value)
    elif isinstance(part, list):
        for item in part:
            yield from _said(item)


@pytest.mark.parametrize("name", ["text", "section", "blocks", "value", "mention", "half a link", "whole"])
def test_the_checker_itself_notices(name: str) -> None:
    bad = {
        "text": {"text": " ", "blocks": [blocks.section("x")]},
        "section": {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "あ" * 3_001}}]},
        "blocks": {"text": "x", "blocks": [blocks.divider()] * 51},
        "value": {"text": "x", "blocks": [blocks.actions(blocks.button("x", "x", "あ" * 2_000))]},
        "mention": {"text": "x", "blocks": [blocks.section("やあ <!channel>")]},
        "half a link": {"text": "x", "blocks": [blocks.section("<https://example.com/|やあ")]},
        "whole": {"text": "x", "blocks": [blocks.section("あ" * 2_900)] * 5},
    }
    assert broken_limits(bad[name]) != []


# ---- the worst there is
TITLES = {
    "of 300 letters": "あ" * 300,
    "that calls everybody": "<!channel> <!here> <@U0SATO001> <!subteam^S1|編集部> " * 6,
    "of signs": "*太字* | > `` ~消~ _斜_ & &lt; <https://evil.example/|ここ> " * 7,
    "of ampersands": "&" * 300,
    "over two lines": "一行目\n> 二行目\n```三行目",
    "of nothing": "",
}
URLS = {
    "none": None,
    "an ordinary one": "https://example.com/kodama/",
    "one of percent signs": "https://example.com/2026/01/31/" + "%E3%81%93%E3%81%A0%E3%81%BE" * 30 + "/",
    "the longest": "https://example.com/" + "x" * 1_980,
    "one full of bars": "https://example.com/?q=" + "|" * 1_900,
    "one that calls everybody": "https://example.com/<!channel>?a=<@U0SATO001|x>&b=1 2\n3",
    "no address": "javascript:alert(1)",
}
SENTENCE = Sentence("<!here> *い* & " + "生成AIは" * 250, 1_000, 2_000, 0)
FINDING = Finding("placeholder", "block", "<!channel>〇〇\n" * 30, 1_000, 9_999, "理由 <!here> & " * 60, "直す" * 300)
TAGS = tuple(Tag(f"<!channel>&タグ{n}" + "長" * 300, "author", 1.0, True) for n in range(100))


def worst_post(number: int, title: str, url: str | None) -> Post:
    return post(number, title=title, url=url, source="媒体<!here>&" * 40, dated_by="arrival", withdrawn_at=AT)


def worst_reading() -> Reading:
    return reading(ranked=(SENTENCE,) * 12, tags=TAGS, findings=(FINDING,) * 40, minutes=999)


def worst_entry(number: int, title: str, url: str | None) -> Entry:
    return entry(
        number, post=replace(worst_post(number, title, url), withdrawn_at=None), sentences=(SENTENCE,) * 2, tags=TAGS,
        others=9_999, follow_up=True, review="open", corrected_at=AT,
    )  # fmt: skip


def corrected(told: Digest) -> Digest:
    """A digest all of whose posts were withdrawn, each for another one."""
    gone = (replace(e, post=replace(e.post, withdrawn_at=AT), instead=e.post) for e in told.entries)
    return replace(told, entries=tuple(gone))


def worst_reviews() -> Iterator[Review]:
    """A review with 200 flags, a hundred long notes and every kind of event, in each of its states."""
    flags = [ReviewCommand(action="flag", user=f"U9{n}", via="flag") for n in range(200)]
    long = "<!channel> *メモ* & " * 200
    notes = [ReviewCommand(action="note", user=USER, via="terminal", note=long) for _ in range(100)]
    facts = {"revision": 999, "gone": 999, "left": 999}
    told: list[ReviewCommand] = [
        ReviewCommand(action="hand over", user=USER, via="command", to=USER),
        ReviewCommand(action="release", user=USER, via="home"),
        ReviewCommand(action="undo", user=USER, via="home"), ReviewCommand(action="removal", user="", via="source"),
        ReviewCommand(action="mending", user="", via="source", facts=facts), *notes[:3],
    ]  # fmt: skip
    last: dict[ReviewState, ReviewCommand] = {
        "open": ReviewCommand(action="release", user=USER, via="home"),
        "taken": ReviewCommand(action="mending", user="", via="source", facts=facts),
        "snoozed": ReviewCommand(action="snooze", user=USER, via="home", until=SLOT),
        "resolved": ReviewCommand(action="fine", user=USER, via="home"),
        "dismissed": ReviewCommand(action="dismiss", user=USER, via="home"),
    }
    for state, act in last.items():
        review_ = happened(REVIEW, *flags, *notes, *told, act)
        assert review_.state == state
        yield review_


WORST_SCHEDULE = Schedule(
    "C0AINEWS1", times=tuple(time(hour, 59) for hour in range(12)), zone="America/Argentina/ComodRivadavia",
    tags=tuple(t.name for t in TAGS), sources=(1, 2, 3), categories=tuple(t.name for t in TAGS), quiet="nothing",
    weekdays=(0, 2, 4, 6), on_holidays=False, draft_minutes=1_440, name="<!channel>&" * 6, id=999_999,
)  # fmt: skip


def worst_why(one: Post) -> DigestTrace:
    """Every rule with the longest it can see."""
    considered = Considered(one, 1, 0.99, frozenset(WORST_SCHEDULE.tags[:9]), cleared=True, blocking=(FINDING,) * 40)
    wide = replace(WORST_SCHEDULE, sources=(1,), categories=(), ai_only=False)
    gone = replace(considered, post=replace(one, withdrawn_at=None, categories=tuple(t.name for t in TAGS), news_at=AT))
    chosen = select(wide, (AT - timedelta(days=1), AT), [gone], leads={})
    told = (Told(1, AT, AT, "sent", "same", 19, USER),) * 9
    return DigestTrace(one, wide, AT, (*judge(considered, wide, (AT, AT))[:3], *chosen.steps(one.id, USER)), told)


def every_message(title: str, url: str | None) -> Iterator[tuple[str, Callable[[], Message]]]:
    """Each message there is, filled with the worst."""
    posts = tuple(worst_post(n, title, url) for n in range(10_000, 10_100))
    one, analysed = posts[0], worst_reading()
    full = Summary(one, analysed, (SENTENCE,) * 10, 9_999, REVIEW)
    bare = Summary(one, reading(ranked=(), tags=()), (), 0, None, lead=SENTENCE.text)
    busy = digest(
        *(worst_entry(p.id, title, url) for p in posts[:20]),
        left_out=tuple(range(400)),
        held=tuple(held(p.id, *[FINDING] * 40, url=url) for p in posts[20:50]),
    )
    asked = ('"<!channel> ' + title) * 20
    passage = Passage(SENTENCE.text, ((0, 7), (20, 30)), 1_000)
    hits = tuple(SearchHit(p, 1.0, passage) for p in posts[:5])
    counts = tuple(TagCount(t.name, 9_999, 9_999, -9_999) for t in TAGS)
    page = TagPage(counts[0], 5, posts[:5], tuple(t.name for t in TAGS[:6]), tuple(t.name for t in TAGS))
    at = {"channel": "C0AINEWS1", "ts": "1769900341.000100", "emoji": "e" * 80, "event_ts": "1769900341.000100"}
    yield "summary", lambda: lookup.summary(full, TOKYO)
    yield "summary of a short post", lambda: lookup.summary(bare, TOKYO)
    yield "shared", lambda: lookup.shared(full, USER, TOKYO)
    yield "choice", lambda: lookup.choice(Choice(asked, posts[:5], near=True), TOKYO)
    yield "choice of none", lambda: lookup.choice(Choice(asked, ()), TOKYO)
    yield "choice of an address", lambda: lookup.choice(Choice(url or "", (), url=url or "https://x"), TOKYO)
    yield "choice of an address of quotes", lambda: lookup.choice(Choice("", (), url='https://x/"\\' * 900), TOKYO)
    yield "hits", lambda: lookup.hits(SearchHits(asked, 999, 5, hits, near=True), TOKYO)
    yield "hits of quotes", lambda: lookup.hits(SearchHits('"' * 3_000, 999, 5, hits), TOKYO)
    yield "no hits", lambda: lookup.hits(SearchHits(asked, 0, 0, ()), TOKYO)
    yield "tags", lambda: lookup.tag_table(TagTable(100, 15, counts[:15]))
    yield "tag", lambda: lookup.tag_page(page, TOKYO)
    yield "a day of one's own", lambda: followed_tags.personal(replace(busy, schedule=OWN))
    yield "followed", lambda: followed_tags.followed(Followed("*" * 200, OWN))
    yield "followed no more", lambda: followed_tags.followed(Followed("&" * 200, None))
    yield "left alone", lambda: followed_tags.muted(replace(OWN, paused_until=FOREVER))
    yield "corrected", lambda: digests.digest(corrected(busy))
    yield "corrected entry", lambda: digests.entry(corrected(busy), posts[19].id)
    yield "given up", lambda: delivery_failures.given_up("C0AINEWS1", "digest", "k" * 120, "<" * 3_000)
    yield "missed", lambda: delivery_failures.missed("C0AINEWS1", AT, TOKYO, 12)
    yield "the week", lambda: weekly_report.told(LOOKBACK, chart=True)
    yield "story", lambda: lookup.story(Story(one.id, posts), TOKYO)
    yield "digest", lambda: digests.digest(busy)
    yield "digest of one", lambda: digests.digest(digest(worst_entry(1, title, url)))
    yield "digest of nothing", lambda: digests.digest(digest(held=busy.held))
    yield "entry", lambda: digests.entry(busy, posts[19].id)
    yield "held", lambda: digests.held(busy)
    yield "sent", lambda: digests.sent(busy)
    for case in worst_reviews():
        yield f"card, {case.state}", lambda case=case: review_card.card(ReviewCard(case, one, analysed, posts), TOKYO)  # type: ignore[misc]
        yield f"review, {case.state}", lambda case=case: review_queue.one(ReviewCard(case, one, analysed, posts), TOKYO)  # type: ignore[misc]
        yield f"notice, {case.state}", lambda case=case: review_card.notice(case, one, USER, TOKYO)  # type: ignore[misc]
        yield f"refused, {case.state}", lambda case=case: review_answers.refused(Outcome(case, why="closed"), SLOT)  # type: ignore[misc]
        for event in case.history[-20:]:
            yield f"line, {event.action}", lambda event=event: review_card.line(event, TOKYO)  # type: ignore[misc]
            yield f"handed, {event.action}", lambda event=event: review_card.handed(REVIEW, one, event)  # type: ignore[misc]
    yield "note", lambda: {"text": "note", "blocks": review_card.note(REVIEW, one, at)["blocks"]}
    out = tuple(Removed(p, USER) for p in posts[60:80])
    waiting = replace(busy, state="draft", id=1, removed=out, edits=9_999)
    yield "draft", lambda: draft.draft(waiting)
    yield "draft of nothing", lambda: draft.draft(replace(waiting, entries=()))
    yield "draft sent", lambda: draft.draft(replace(waiting, state="sent", decided_by=USER, decided_at=AT))
    yield "draft waits", lambda: draft.waits(waiting)
    yield "too late", lambda: draft.too_late(replace(waiting, state="sent", decided_by=USER, decided_at=AT), AT)
    yield "why", lambda: digest_trace.why(worst_why(one))
    yield "schedules", lambda: schedules.listing([Planned(WORST_SCHEDULE, (AT,))] * 60, {1: title, 2: title})
    yield "schedule made", lambda: schedules.done(Planned(WORST_SCHEDULE, (AT,) * 3), "登録", invited=False)
    yield "schedule to remove", lambda: schedules.sure(WORST_SCHEDULE, {1: title})
    yield "flagged", lambda: review_answers.flagged(Outcome(REVIEW, REVIEW.history[0], opened=True), REVIEW, one)
    yield "ask", lambda: review_answers.ask(posts, at)
    yield "nothing shown", review_answers.nothing_shown
    yield from every_list(posts)
    yield from of_findings(one, analysed, title)
    examined = [Check(f"channel:C{n}", n % 2 == 0, "答え<!here>" * 200, "直し方" * 30) for n in range(200)]
    yield "doctor", lambda: doctor.report(examined)
    yield "failure", lambda: help.failure(title * 20, "7F3A")
    yield "taken in", lambda: help.taken_in(1, title, True)
    yield "overview", lambda: help.overview("0.1.0", 99_999)
    for name in help.HELP:
        yield f"help for {name}", lambda name=name: help.command_help(name)  # type: ignore[misc]


def of_findings(one: Post, analysed: Reading, title: str) -> Iterator[tuple[str, Callable[[], Message]]]:
    """What is said of findings, with forty of them, and of a hundred rules."""
    found = analysed.findings
    listed = PostFindings(one, found, tuple(f"house/<!channel>{n}" for n in range(100)))
    rules = [f"house/{'<!here>&' * 4}{n}" for n in range(100)]
    yield "findings", lambda: findings.listing(listed)
    yield "no findings", lambda: findings.listing(replace(listed, standing=(), silent=()))
    yield "findings of several", lambda: findings.which([listed] * 60)
    yield "examined", lambda: findings.examined(Examined(found, 9_999_999))
    yield "alert", lambda: findings.alert(one, analysed, found, 99, TOKYO)
    yield "alert of none", lambda: findings.alert(one, analysed, (), 1, TOKYO)
    yield "silenced", lambda: findings.silenced(one.id, Silenced(rules[0], 40))
    yield "restored", lambda: findings.restored(one.id, Silenced(rules[0], 40, changed=False))
    yield "demoted", lambda: findings.demoted(rules[0], 9_999, 9_999)
    yield "weekly count", lambda: findings.week([(rule, 9_999, True) for rule in rules], 9_999)
    records = [Record(rule, rule[6:], "warn", title, True, 9_999, 999, True) for rule in rules]
    yield "rules", lambda: findings.records(records)
    yield "nothing to check", findings.nothing_to_check


def every_list(posts: tuple[Post, ...]) -> Iterator[tuple[str, Callable[[], Message]]]:
    """What lists reviews, with five hundred of them, two hundred flags and forty findings each."""
    flags = (ReviewCommand(action="flag", user=f"U9{n}", via="flag") for n in range(200))
    waits = happened(REVIEW, *flags, ReviewCommand(action="snooze", user=USER, via="button", until=AT))
    over = replace(waits, state="resolved", decision="fixed", decided_by=USER, closed_at=AT)
    rows = tuple(ReviewListItem(waits, p, (FINDING,) * 40) for p in posts)
    closed = tuple(ReviewListItem(over, p, ()) for p in posts)
    asked = "状態:未対応 " * 40
    counts = {USER: 500}
    told = Handover(
        AT, AT, 500, 200, counts, ReviewPage("", 500, 0, closed[:10]), counts, ReviewPage("", 500, 0, rows[:10]), 99
    )
    week = Week(AT.date(), 500, 400, 100, timedelta(days=99, hours=23), timedelta(days=99, hours=23))
    yield "queue", lambda: review_queue.page(ReviewPage(asked, 500, 5, rows[:5], 4_294_967_295), AT, TOKYO, USER)
    yield (
        "queue of a long question",
        lambda: review_queue.page(ReviewPage("状" * 2_000, 500, 5, rows[:5]), AT, TOKYO, USER),
    )
    yield "queue of nothing", lambda: review_queue.page(ReviewPage(asked * 9, 0, 0, ()), AT, TOKYO)
    yield "no review", lambda: review_queue.none_of(posts[0])
    yield "handover", lambda: reminders.handover(told, AT, TOKYO)
    yield "reminder", lambda: reminders.reminder(ReviewPage("", 500, 0, rows[:10]), USER, AT, TOKYO)
    yield "woken", lambda: reminders.woken(waits, posts[0])
    yield "numbers", lambda: review_stats.weeks((week,) * 8, (PersonActivity(USER, 9_999, 9_999, 9_999, 9_999),) * 200)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("tab", ["", "queue"])
def test_no_home_breaks_a_limit(title: str, url: str, tab: str) -> None:
    posts = tuple(worst_post(n, TITLES[title], URLS[url]) for n in range(10_000, 10_020))
    visit = home.Visit(USER, manages=True, tab=tab, at=8 if tab else 0)
    row = review_queue.row(ReviewListItem(replace(REVIEW, owner=USER), posts[0], (FINDING,) * 40), AT, TOKYO, USER)
    full = home.Part((*(home.post_row(p, worst_reading(), TOKYO) for p in posts), *(row,) * 20), 500, below=row[1:])
    names = ["mine", "queue", "today", "tags", "sources", "schedules", "numbers", "more"]
    parts = [home.Titled(name, "配信元" * 9, full) for name in (["queue"] if tab else names)]
    made = home.view(visit, [(name, "題" * 75) for name in names], parts, AT, TOKYO)
    assert len(made["blocks"]) <= 100
    assert [fault for block in made["blocks"] for fault in _block(block)] == []
    assert len(json.dumps(made)) < 250_000


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("title", TITLES)
def test_no_message_breaks_a_limit_with_a_title(title: str, url: str) -> None:
    made = {name: broken_limits(make()) for name, make in every_message(TITLES[title], URLS[url])}
    assert {name: faults for name, faults in made.items() if faults} == {}


def test_a_busy_digest_keeps_all_its_entries_and_says_what_is_left_out() -> None:
    busy = digest(*(worst_entry(n, "題" * 300, URLS["one of percent signs"]) for n in range(20)), left_out=(1,) * 400)
    made = digests.digest(busy)
    numbers = [m[1] for b in made["blocks"] if (m := re.match(r"\*(\d+)\. ", b.get("text", {}).get("text", "")))]
    assert numbers == [str(n) for n in range(1, 21)]
    assert made["blocks"][-2] == blocks.context("ほか400本")


def test_a_quiet_digest_says_each_sentence_whole() -> None:
    long = Sentence("生成AIは" * 80 + "。", 3, 4, 0)
    made = digests.digest(digest(*(entry(n, sentences=(long,)) for n in range(5))))
    assert [b["text"]["text"].splitlines()[1] for b in made["blocks"] if b["type"] == "section"] == [
        f"• {long.text} `¶3`"
    ] * 5


@pytest.mark.parametrize("url", ["https://example.com/<!channel>", "https://example.com/<@U0SATO001|x>"])
def test_an_address_cannot_mention_anybody(url: str) -> None:
    assert blocks.link(url, "題") == f"<{url.replace('<', '%3C').replace('>', '%3E').replace('|', '%7C')}|題>"


def test_an_address_too_long_to_be_carried_by_a_button_is_not_cut_into_another() -> None:
    long = "https://example.com/" + "x" * 2_000
    assert lookup.choice(Choice(long, (), url=long), TOKYO)["text"] == (
        "このURLは長すぎるため取り込めません。短いURLでお試しください。"
    )


def test_a_time_is_shown_in_the_zone_of_the_channel() -> None:
    assert wording.when(POST.published_at, TOKYO) == "1月31日(土) 12:05"
    assert wording.when(POST.published_at + timedelta(hours=12), TOKYO) == "2月1日(日) 0:05"
