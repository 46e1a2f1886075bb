"""/source: what posts come from, managed by admins."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.fake_slack import SlackMessage
from handlers.messages import help
from handlers.messages import sources as messages
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import TEXT, on_sqlite

ADMINS = "C0REVIEW1"


def item(number: int, text: str = TEXT, element: str = "content:encoded") -> str:
    """An entry with its whole text; a `description` is taken for the beginning alone."""
    words = "".join(f"<p>{p}</p>" for p in text.split("\n\n"))
    return (
        f"<item><title>港の便り 第{number}号</title><link>https://news.example/{number}/</link>"
        f"<guid isPermaLink='false'>port-{number}</guid><pubDate>Sat, 31 Jan 2026 0{number % 10}:00:00 +0900</pubDate>"
        f"<{element}><![CDATA[<p>第{number}号。</p>{words}]]></{element}></item>"
    )


def rss(*items: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        "<channel><title>港の便り</title>"
        f"<link>https://news.example/</link>{''.join(items)}</channel></rss>"
    )


def serve(httpserver: HTTPServer, body: str, status: int = 200, **headers: str) -> str:
    httpserver.clear()
    kind = "application/rss+xml; charset=utf-8"
    httpserver.expect_request("/feed.xml").respond_with_data(body, status=status, content_type=kind, headers=headers)
    return httpserver.url_for("/feed.xml")


@pytest.fixture
def feed(httpserver: HTTPServer) -> str:
    """The address of a feed of two posts."""
    return serve(httpserver, rss(item(1), item(2)))


@pytest.fixture(autouse=True)
def told(office: Office) -> None:
    """Changes of state are told in a channel."""
    object.__setattr__(office.newsroom.settings, "admin_channel", ADMINS)


def number_of(office: Office) -> int:
    return office.newsroom.desk.sources.all()[-1].id


def titles(office: Office) -> list[str]:
    return [post.title for post, _ in office.newsroom.store.posts.all()]


def look(office: Office, **later: float) -> None:
    office.clock.forward(**(later or {"minutes": 20}))
    office.newsroom.tick()


def said(office: Office, channel: str = ADMINS) -> list[str]:
    return [m.text for m in office.slack.messages(channel)]


# ---- adding
def test_a_feed_is_added_and_its_backlog_registered_in_silence(office: Office, feed: str) -> None:
    answer = office.types(f"/source 追加 {feed}")
    number = number_of(office)
    assert answer.text == f"ソース {number}「港の便り」（フィード）の2本を登録しました。以後の新着から通知します。"
    assert answer.ephemeral_to == ANNA
    assert titles(office)[-2:] == ["港の便り 第1号", "港の便り 第2号"]
    post, _ = next(p for p in office.newsroom.store.posts.all() if p[0].title.endswith("第1号"))
    assert (post.news_at, post.url) == (post.published_at, "https://news.example/1/")


def test_what_comes_to_a_feed_afterwards_is_news_once(office: Office, feed: str, httpserver: HTTPServer) -> None:
    office.types(f"/source add {feed}")
    serve(httpserver, rss(item(3), item(1), item(2)))
    look(office)
    (new,) = (p for p, _ in office.newsroom.store.posts.all() if p.title.endswith("第3号"))
    assert new.news_at == office.clock.at
    before = titles(office)
    look(office)
    assert titles(office) == before
    assert office.newsroom.desk.sources.get(number_of(office)).last_post_at == new.news_at


def test_a_site_is_enough_where_it_names_its_feed(office: Office, feed: str, httpserver: HTTPServer) -> None:
    html = f"<html><head><link rel='alternate' type='application/rss+xml' href='{feed}'></head><body>港</body></html>"
    httpserver.expect_request("/").respond_with_data(html, content_type="text/html; charset=utf-8")
    office.types(f"/source 追加 <{httpserver.url_for('/')}>")
    assert office.newsroom.desk.sources.get(number_of(office)).location == feed


def test_a_source_that_is_there_already_is_not_added_twice(office: Office, feed: str) -> None:
    office.types(f"/source 追加 {feed}")
    answer = office.types(f"/source 追加 {feed}")
    assert answer.text == f"ソース {number_of(office)}「港の便り」は登録済みです（正常）。"


@on_sqlite
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/source 追加 /etc", "ソースは https:// で始まるURLで指定してください。"
         "サーバーのフォルダーは「kawaraban source add フォルダー」で登録します。"),
        ("/source 追加 https://a.example/ 動画",
         "種類「動画」は使えません。フィード、git、ページのいずれかを指定してください。"),
        ("/source 停止", "ソースの番号を指定してください。番号は「/source」で確認できます。例: /source 停止 3"),
        ("/source 停止 99", "ソース 99 はありません。番号は「/source」で確認できます。"),
        ("/source 飛ぶ", "「飛ぶ」は使えません。「/source ヘルプ」で使い方を確認できます。"),
    ],
)  # fmt: skip
def test_wrong_use_is_answered_with_how_it_is_written(office: Office, line: str, sentence: str) -> None:
    before = office.newsroom.desk.sources.all()
    assert office.types(line).text == sentence
    assert office.newsroom.desk.sources.all() == before


@on_sqlite
@pytest.mark.parametrize(
    "line", ["/source 追加 {}", "/source 停止 1", "/source 削除 1", "/source 確認 1", "/source 追加"]
)
def test_only_admins_change_sources_and_everybody_may_see_them(office: Office, feed: str, line: str) -> None:
    before = office.newsroom.desk.sources.all()
    answer = office.types(line.format(feed), user=BEN)
    assert answer.text == f"この設定は、管理者が変更します。<@{ANNA}>さんにご依頼ください。"
    assert (office.newsroom.desk.sources.all(), office.slack.modal(BEN)) == (before, None)
    listing = messages.listing(before, office.newsroom.desk.zone, manages=False)
    assert office.types("/source", user=BEN).text == listing["text"]


@on_sqlite
def test_the_help_is_short_and_has_examples(office: Office) -> None:
    assert office.types("/source ヘルプ").text == help.command_help("/source")["text"]


# ---- the modal
def test_the_modal_adds_a_source_and_answers_where_it_was_asked_for(office: Office, feed: str) -> None:
    assert office.slack.command(ANNA, NEWS, "/source 追加").status == 200
    modal = office.slack.modal(ANNA)
    assert modal is not None
    refused = office.slack.submit(ANNA, modal, {"url": "news.example"})
    errors = {"url": "https:// で始まるURLを入力してください。"}
    assert json.loads(refused.body) == {"response_action": "errors", "errors": errors}
    office.slack.submit(ANNA, modal, {"url": feed, "kind": "フィード（RSS、Atom、JSON Feed）"})
    number = number_of(office)
    (answer,) = (m for m in office.slack.messages(NEWS) if m.ephemeral_to == ANNA)
    assert answer.text == f"ソース {number}「港の便り」（フィード）の2本を登録しました。以後の新着から通知します。"


def test_from_home_the_modal_answers_in_private(office: Office, feed: str) -> None:
    office.slack.home(ANNA)
    home = office.slack.home_view(ANNA)
    assert home is not None
    office.slack.press(ANNA, home, "source_add")
    modal = office.slack.modal(ANNA)
    assert modal is not None
    office.slack.submit(ANNA, modal, {"url": feed})
    assert office.slack.messages(office.slack.direct(ANNA))[-1].text.endswith("以後の新着から通知します。")


# ---- health
def test_the_list_says_how_each_source_is_doing(office: Office, feed: str, httpserver: HTTPServer) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    serve(httpserver, "", status=503)
    look(office)
    source = office.newsroom.desk.sources.get(number)
    row = messages.row(source, office.newsroom.desk.zone)
    assert row[0]["text"]["text"] == (
        f"⚠️ *{number}*　*港の便り*　フィード\n{feed}\n配信元が応答しません (503)。（連続1回）"
    )
    assert row[1]["elements"][0]["text"].startswith(
        "正常　最終確認 2月1日(日) 7:59　最新の記事 1月31日(土) 2:00　次の確認 2月1日(日) 8:"
    )
    assert [button["text"]["text"] for button in row[2]["elements"]] == ["今すぐ確認", "停止", "削除"]
    assert office.types("/source").blocks[-1]["elements"][0]["action_id"] == "source_add"


def test_a_change_of_state_is_told_once_and_back_again(office: Office, feed: str, httpserver: HTTPServer) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    serve(httpserver, "", status=503)
    for _ in range(6):
        look(office, hours=25)
    failing = (
        f"⚠️ ソース {number}「港の便り」を3回続けて確認できませんでした。配信元が応答しません (503)。"
        "自動で確認を続けます。"
    )
    assert said(office) == [failing]
    serve(httpserver, rss(item(1), item(2)))
    look(office, hours=25)
    look(office, hours=25)
    assert said(office) == [failing, f"✅ ソース {number}「港の便り」は復旧しました。"]


def test_a_source_that_is_gone_is_told_of_and_left_alone(office: Office, feed: str, httpserver: HTTPServer) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    serve(httpserver, "", status=410)
    look(office)
    look(office, hours=30)
    assert office.newsroom.desk.sources.get(number).state == "gone"
    assert len(httpserver.log) == 1
    assert said(office) == [
        f"⚠️ ソース {number}「港の便り」がなくなりました。このページは配信元で削除されました (410)。"
        "自動の確認を止めました。"
        f"場所が変わったときは「/source 追加 https://…」、戻ったときは「/source 再開 {number}」で登録してください。"
    ]


def test_who_added_a_source_is_told_of_the_backlog_where_the_clock_registers_it(
    office: Office, feed: str, httpserver: HTTPServer
) -> None:
    office.newsroom.desk.sources.add(feed, by=ANNA)
    office.newsroom.tick()
    assert said(office, office.slack.direct(ANNA)) == [
        f"ソース {number_of(office)}「港の便り」の2本を登録しました。以後の新着から通知します。"
    ]


# ---- 停止, 再開, 削除, 確認
def test_a_paused_source_is_not_looked_at_until_it_is_resumed(
    office: Office, feed: str, httpserver: HTTPServer
) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    assert office.types(f"/source 停止　{number}").text == f"ソース {number}「港の便り」を停止しました。"
    serve(httpserver, rss(item(3), item(1), item(2)))
    before = titles(office)
    look(office, hours=30)
    assert titles(office) == before
    answer = office.types(f"/source resume #{number}")
    assert answer.text == f"ソース {number}「港の便り」を再開しました。まもなく確認します。"
    office.newsroom.tick()
    assert titles(office) == [*before, "港の便り 第3号"]


def test_a_removed_source_keeps_its_posts_and_begins_anew_when_it_is_added_again(
    office: Office, feed: str, httpserver: HTTPServer
) -> None:
    office.types(f"/source 追加 {feed}")
    number, before = number_of(office), titles(office)
    answer = office.types(f"/source 削除 {number}")
    assert answer.text == f"ソース {number}「港の便り」を削除しました。取り込んだ2本はそのまま残ります。"
    assert titles(office) == before
    serve(httpserver, rss(item(3), item(1), item(2)))
    office.types(f"/source 追加 {feed}")
    (new,) = (p for p, _ in office.newsroom.store.posts.all() if p.title.endswith("第3号"))
    assert (number_of(office), new.news_at) == (number, new.published_at)


def test_a_look_that_is_asked_for_says_what_it_brought(office: Office, feed: str, httpserver: HTTPServer) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    edited = item(1, TEXT.replace("400字", "500字"))
    serve(httpserver, rss(item(3), edited, item(2)))
    assert (
        office.types(f"/source 確認 {number}").text == f"ソース {number}「港の便り」を確認しました。新着1本、更新1本。"
    )
    assert office.types(f"/source poll {number}").text == (
        f"ソース {number}「港の便り」を確認しました。新しい記事はありません。"
    )


def press(office: Office, which: str) -> list[SlackMessage]:
    """Press a button under the newest source of the list; what came of it."""
    listing = office.types("/source")
    before = office.slack.messages(NEWS)
    rows = [block for block in listing.blocks if block["type"] == "actions"]
    value = next(e["value"] for e in rows[-2]["elements"] if e["action_id"] == which)
    office.slack.press(ANNA, listing, which, value)
    return [m for m in office.slack.messages(NEWS) if m not in before]


def test_the_buttons_of_the_list_do_what_the_words_do(office: Office, feed: str) -> None:
    office.types(f"/source 追加 {feed}")
    number = number_of(office)
    assert [m.text for m in press(office, "source_pause")] == [f"ソース {number}「港の便り」を停止しました。"]
    assert [m.text for m in press(office, "source_resume")] == [
        f"ソース {number}「港の便り」を再開しました。まもなく確認します。"
    ]
    assert [m.text for m in press(office, "source_poll")] == [
        "ソースを確認しています…", f"ソース {number}「港の便り」を確認しました。新しい記事はありません。"
    ]  # fmt: skip
    assert [m.text for m in press(office, "source_remove")] == [
        f"ソース {number}「港の便り」を削除しました。取り込んだ2本はそのまま残ります。"
    ]


@on_sqlite
def test_many_sources_come_in_pages(office: Office) -> None:
    for n in range(20):
        office.newsroom.store.sources.add(
            "feed", f"https://{n}.example/", f"便り{n}", host=f"{n}.example", every=timedelta(hours=1), by=ANNA
        )
    listing = office.types("/source")
    everything = office.newsroom.desk.sources.all()
    assert listing.blocks[0]["text"]["text"] == f"ソース {len(everything)}件"
    second = office.presses(listing, "次へ")
    assert office.slack.message(NEWS, listing.ts) == second
    assert second.text == messages.listing(everything, office.newsroom.desk.zone, at=8)["text"]
    assert office.presses(second, "前へ").text == listing.text


# ---- set aside
def test_what_cannot_be_taken_in_is_listed_with_its_reason_and_tried_again_when_asked(
    office: Office, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = serve(httpserver, rss(item(1), item(2)))
    with monkeypatch.context() as broken:
        broken.setattr("bot.desk.analysis.japanese.read", breaks_at("第2号"))
        office.types(f"/source 追加 {feed}")
    number = number_of(office)
    reason = "瓦版側の不具合で読み取れませんでした。管理者がログを確認します。ほかの記事はそのまま取り込んでいます。"
    assert office.types(f"/source 保留 {number}").text == f"取り込めなかった記事 1本\nport-2: {reason}"
    assert said(office) == [
        f"⚠️ ソース {number}「港の便り」に、取り込めない記事が1本あります。ほかの記事は取り込みました。"
    ]
    look(office)
    assert titles(office)[-1] == "港の便り 第1号"
    office.types(f"/source 再試行 {number}")
    office.newsroom.tick()
    assert titles(office)[-1] == "港の便り 第2号"
    assert office.types("/source 保留").text == "取り込めなかった記事はありません。"


def breaks_at(word: str) -> Any:
    from bot import japanese

    read = japanese.read

    def reading(draft: Any) -> Any:
        if word in draft.raw:
            raise IndexError(word)
        return read(draft)

    return reading
