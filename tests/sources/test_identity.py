"""Which post an entry is, where a feed's own names are missing, shared, meaningless or wrapped in another address."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.posts import address, unwrapped
from bot.sources.feed import Feed, parse

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
URL = "https://news.example/feed"
ARTICLES = (
    ("堤防の点検に小型機", "/a", "<p>県は堤防の点検に小型機を使い始めた。</p>"),
    ("渡し船の予約を音声で", "/b", "<p>町は渡し船の予約を音声でも受ける。</p>"),
    ("棚田の水位を毎時記録", "/c", "<p>村は棚田の水位を一時間ごとに記録する。</p>"),
)
MEANINGLESS = ("0", "false", "true", "null", "None", "undefined", "N/A", "-", "00000000-0000-0000-0000-000000000000",
               "urn:uuid:00000000-0000-0000-0000-000000000000", "[object Object]", "guid")  # fmt: skip
SHARED = (*MEANINGLESS, "https://news.example/", "https://news.example/feed", "https://news.example/latest",
          "https://cms.example/?p=1", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "tag:news.example,2026:blog",
          "17", "top story")  # fmt: skip


def item(n: int, *, guid: str = "", link: str | None = None, title: str = "", text: str = "", date: str = "") -> str:
    named = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    to = ARTICLES[n][1] if link is None else link
    return (
        f"<item><title>{title or ARTICLES[n][0]}</title>{f'<link>https://news.example{to}</link>' if to else ''}{named}"
        f"<pubDate>{date or f'1{n} Jan 2026 09:00:00 +0900'}</pubDate>"
        f"<description><![CDATA[{text or ARTICLES[n][2]}]]></description></item>"
    )


def feed(*items: str) -> Feed:
    text = f"<rss><channel><title>港</title><link>https://news.example/</link>{''.join(items)}</channel></rss>"
    return parse(text.encode(), "application/xml", URL, NOW, ZoneInfo("Asia/Tokyo"))


def told_apart(found: Feed) -> dict[str, tuple[str, frozenset[str]]]:
    """The key and the addresses of each entry by its title; every key and every address is one entry's alone."""
    every = [a for e in found.entries for a in e.draft.addresses]
    assert len(every) == len(set(every))
    assert len({e.key for e in found.entries}) == len(found.entries)
    return {e.draft.title: (e.key, e.draft.addresses) for e in found.entries}


@pytest.mark.parametrize("guid", SHARED)
def test_entries_that_share_a_guid_are_told_apart_by_their_links(guid: str) -> None:
    named = told_apart(feed(*(item(n, guid=guid) for n in range(3))))
    assert named == {
        title: (f"https://news.example{to}", frozenset({f"news.example{to}"})) for title, to, _ in ARTICLES
    }


@pytest.mark.parametrize("guid", SHARED)
def test_the_order_of_entries_changes_nothing(guid: str) -> None:
    items = [item(n, guid=guid, link="/latest" if n else None) for n in range(3)]
    assert told_apart(feed(*items)) == told_apart(feed(*reversed(items)))
    assert {(e.key, e.draft.content_hash) for e in feed(*items).entries} == {
        (e.key, e.draft.content_hash) for e in feed(*reversed(items)).entries
    }


@pytest.mark.parametrize("guid", MEANINGLESS)
def test_a_guid_that_says_nothing_is_none_even_where_it_stands_alone(guid: str) -> None:
    (entry,) = feed(item(0, guid=guid)).entries
    assert (entry.key, entry.draft.addresses) == ("https://news.example/a", frozenset(frozenset({"news.example/a"})))


@pytest.mark.parametrize("guid", ["1", "17", "a1b2", "https://news.example/a", "tag:news.example,2026:a", "urn:isbn:1"])
def test_a_guid_of_its_own_names_an_entry(guid: str) -> None:
    entries = feed(item(0, guid=guid), item(1, guid=f"{guid}9")).entries
    assert [e.key for e in entries] == [guid, f"{guid}9"]


@pytest.mark.parametrize("guid", ["", "0", "https://news.example/"])
@pytest.mark.parametrize("link", ["", "/", "/latest"])
def test_an_edited_entry_without_a_name_is_the_same_post(guid: str, link: str) -> None:
    before = feed(*(item(n, guid=guid, link=link) for n in range(3)))
    after = feed(item(0, guid=guid, link=link, text="<p>県は点検を秋まで続ける。</p>"),
                 *(item(n, guid=guid, link=link) for n in (1, 2)))  # fmt: skip
    assert told_apart(before) == told_apart(after)
    assert before.entries[0].draft.content_hash != after.entries[0].draft.content_hash


def test_one_title_on_two_days_is_two_posts() -> None:
    found = feed(*(item(0, link="/", date=f"1{day} Jan 2026 09:00:00 +0900", text=f"<p>{day}</p>") for day in range(2)))
    assert len(found.entries) == 2
    assert not found.entries[0].draft.addresses & found.entries[1].draft.addresses


def test_of_two_versions_of_an_entry_the_later_counts() -> None:
    old, new = (
        item(0, guid="7", text=f"<p>{t}</p>", date=f"{d} Jan 2026 09:00:00 +0900") for t, d in (("旧", 10), ("新", 11))
    )
    assert (
        [d.raw for d in feed(old, new).drafts]
        == [d.raw for d in feed(new, old).drafts]
        == ["# 堤防の点検に小型機\n\n新\n"]
    )


WRAPPED = (
    "https://www.google.com/url?rct=j&sa=t&url=https://news.example/a&ct=ga&cd=CAIyAA&usg=AO",
    "https://www.google.com/url?rct=j&url=https%3A%2F%2Fnews.example%2Fa&usg=AO",
    "https://www.google.co.jp/url?q=https://news.example/a&sa=U",
    "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url=https%3a%2f%2fnews.example%2fa&c=1&mkt=ja-jp",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa&h=AT",
    "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fnews.example%2Fa",
    "https://slack-redir.net/link?url=https%3A%2F%2Fnews.example%2Fa&v=3",
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example%2Fa&data=05",
    "https://www.google.com/url?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fnews.example%2Fa",
)
NOT_WRAPPED = (
    "https://news.example/url?url=https://other.example/",
    "https://www.google.com/search?q=https://news.example/a",
    "https://www.google.com/url?q=minato",
    "https://www.google.com/url?url=javascript:alert(1)",
    "https://google.com.evil.example/url?url=https://news.example/a",
    "https://www.google.com/url",
    "no address",
    "https://[broken",
)


@pytest.mark.parametrize("link", WRAPPED)
def test_an_address_that_leads_on_is_the_articles(link: str) -> None:
    assert unwrapped(link) == "https://news.example/a"
    assert address(link) == "news.example/a"
    (entry,) = feed(
        item(0, link="").replace("<pubDate>", f"<link>{link.replace('&', '&amp;')}</link><pubDate>")
    ).entries
    assert (entry.draft.url, entry.draft.addresses) == (
        "https://news.example/a",
        frozenset(frozenset({"news.example/a"})),
    )


@pytest.mark.parametrize("link", NOT_WRAPPED)
def test_another_address_stays(link: str) -> None:
    assert unwrapped(link) == link
