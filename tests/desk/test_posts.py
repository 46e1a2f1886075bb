"""One address in many spellings, and when a post is news."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.posts import address, news_at

DAY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/特集/ガイド", "https://NEWS.example/特集/ガイド/", "https://news.example./特集/ガイド",
        "https://news.example:443/特集/ガイド", "http://news.example:80/特集/ガイド/#見出し",
        " https://news.example/特集/ガイド ",
        "https://news.example/%E7%89%B9%E9%9B%86/%E3%82%AC%E3%82%A4%E3%83%89",
        "https://news.example/%e7%89%b9%e9%9b%86/%E3%82%ab%E3%82%99%E3%82%A4%E3%83%88%E3%82%99/",
        unicodedata.normalize("NFD", "https://news.example/特集/ガイド"),
        "https://news.example/特集/ガイド?utm_source=x&UTM_Medium=y&fbclid=1&gclid=2&yclid=3&mc_cid=4&ref_src=5",
    ],
)  # fmt: skip
def test_spellings_of_one_address_are_the_same(spelling: str) -> None:
    assert address(spelling) == "news.example/特集/ガイド"


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/特集/カイト",
        "https://news.example/特集",
        "https://news.example:8080/特集/ガイド",
        "https://www.news.example/特集/ガイド",
        "https://news.example/特集/ガイド?page=2",
        "https://news.example/A",
    ],
)
def test_other_addresses_are_others(other: str) -> None:
    assert address(other) not in ("news.example/特集/ガイド", "news.example/a")


def test_a_querys_other_parameters_stay_in_their_order() -> None:
    assert address("https://a.example/x/?b=%E8%AA%9E&utm_id=1&a=2") == "a.example/x?b=語&a=2"
    assert address("https://a.example/?a=1&b=2") != address("https://a.example/?b=2&a=1")


@pytest.mark.parametrize("broken", ["https://[::1", "https://a.example:99999999/", "http://a\u2100.example/"])
def test_an_address_that_is_none_is_its_own_form(broken: str) -> None:
    assert address(broken) == broken


@pytest.mark.parametrize(
    ("seen_after", "first_contact", "is_news"),
    [
        (timedelta(hours=1), True, "published"),
        (timedelta(days=400), True, "published"),
        (timedelta(hours=1), False, "seen"),
        (timedelta(days=7), False, "seen"),
        (timedelta(days=7, seconds=1), False, "published"),
        (timedelta(hours=-3), False, "seen"),
        (timedelta(hours=-3), True, "published"),
    ],
)
def test_a_post_is_news_when_it_is_seen_unless_it_is_old(
    seen_after: timedelta, first_contact: bool, is_news: str
) -> None:
    expected = DAY if is_news == "published" else DAY + seen_after
    assert news_at(DAY, DAY + seen_after, first_contact=first_contact) == expected


@pytest.mark.parametrize(("first_contact", "days"), [(True, 7), (False, 0)])
def test_what_nobody_dated_is_no_news_on_first_contact(first_contact: bool, days: int) -> None:
    seen = news_at(DAY, DAY, first_contact=first_contact, dated_by="arrival")
    assert seen == DAY - timedelta(days=days)
