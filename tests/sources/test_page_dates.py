"""Which of the dates on a page is the day its article came out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.posts import Draft
from bot.sources.fetch import WebPage
from bot.sources.page import parse

NOW = datetime(2026, 2, 1, 3, 4, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
TEXT = "".join(
    f"<p>{p}</p>"
    for p in (
        "町は十七日、渡し船の予約を音声でも受け始めた。電話の混む朝でも、待たずに席が取れる。",
        "係は「聞き取れないときは人に替わる」と話す。記録は三十日で消し、ほかの仕事には使わない。",
        "来年度は隣の町の船にも広げる。運賃の支払いは、これまでどおり船の上で受ける。",
    )
)
HEADING = "<h1>渡し船の予約を音声で</h1>"
RIGHT = {
    "updated first": '<p class="date">更新日：2026年1月20日　公開日：2026年1月17日</p>',
    "published first": '<p class="date">公開日：2026年1月17日　更新日：2026年1月20日</p>',
    "in brackets": '<p class="date">2026年1月17日（最終更新：2026年1月20日）</p>',
    "two spans": '<span class="update-date">更新 2026/1/20</span><span class="post-date">2026/1/17</span>',
    "labels outside": '<div class="meta"><span>更新日</span><time datetime="2026-01-20">20日</time>'
                      '<span>公開日</span><time datetime="2026-01-17">17日</time></div>',
    "modified by its class": '<time class="modified" datetime="2026-01-20">1/20</time>'
                             '<time datetime="2026-01-17">1/17</time>',
    "modified by its property": '<time itemprop="dateModified" datetime="2026-01-20">1/20</time>'
                                '<time datetime="2026-01-17">1/17</time>',
    "both classes": '<time class="entry-date published updated" datetime="2026-01-17">1/17</time>',
    "in English": '<p class="date">Updated: 2026-01-20 / Published: 2026-01-17</p>',
    "posted": '<p class="meta">投稿 2026.01.17 ｜ 更新 2026.01.20</p>',
    "a list": "<ul><li class='date'>更新日 2026年1月20日</li><li class='date'>掲載日 2026年1月17日</li></ul>",
    "only the update": '<p class="date">最終更新日：2026年1月17日</p>',
    "an event's class": '<p class="event-date">2026年3月1日</p><p class="date">2026年1月17日</p>',
    "an event's label": '<p class="date">開催日：2026年3月1日</p><p class="date">2026年1月17日</p>',
    "an event's time": '<p>日時 <time datetime="2026-03-01">3月1日</time></p><p class="date">2026年1月17日</p>',
    "a sale": '<p class="date">発売日 2026年4月1日</p><p class="date">掲載日 2026年1月17日</p>',
    "a deadline": '<p class="date">応募締切：2026年2月28日</p><p class="date">2026年1月17日</p>',
}  # fmt: skip


def read(body: str, head: str = "") -> Draft:
    html = f"<!doctype html><html><head><title>渡し船</title>{head}</head><body>{body}</body></html>"
    return parse(WebPage("https://news.example/ferry", html.encode(), "text/html; charset=utf-8"), NOW, TOKYO)


def day(draft: Draft) -> str:
    assert draft.dated_by == "page"
    return draft.published_at.astimezone(TOKYO).date().isoformat()


@pytest.mark.parametrize("shown", RIGHT)
def test_the_day_of_publication_counts(shown: str) -> None:
    assert day(read(f"<article>{HEADING}{RIGHT[shown]}{TEXT}</article>")) == "2026-01-17"


@pytest.mark.parametrize(
    "beside",
    [
        '<header><p class="date">2026年2月1日</p></header>',
        '<header><time datetime="2026-02-01">2月1日</time></header>',
        '<div class="today date">本日 2026年2月1日</div>',
        '<div class="ranking"><p class="date">2025年12月1日</p></div>',
    ],
)
def test_the_articles_date_counts_more_than_the_pages(beside: str) -> None:
    assert day(read(f'{beside}<article>{HEADING}<p class="date">2026年1月17日</p>{TEXT}</article>')) == "2026-01-17"


@pytest.mark.parametrize("shown", ["開催日：2026年3月1日", "応募締切 2026年2月28日", "発売日：2026年4月1日"])
def test_the_day_of_something_else_is_no_date(shown: str) -> None:
    assert read(f'<article>{HEADING}<p class="date">{shown}</p>{TEXT}</article>').dated_by == "arrival"
