"""What people share in a channel becomes posts."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_httpserver import HTTPServer

from bot.fake_slack import BOT_USER, Fault, SlackMessage, signed
from bot.fake_slack.server import Reply
from handlers.messages import help, lookup, review_card
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import TEXT, article, number, on_sqlite, share

URL = "https://example.com/2026/01/13/2-sakuragawa-shishin/"
TITLE = "霧島研究所、要約モデル「こだま」を公開"
REFUSED = (
    "公開されていないアドレスのため、取り込みを断りました。"
    "社内のCMSであれば、管理者が KAWARABAN_PRIVATE_HOSTS に加えられます。"
)


@pytest.fixture
def site(httpserver: HTTPServer) -> str:
    """The address of an article that is not stored."""
    paragraphs = "".join(f"<p>{p}</p>" for p in TEXT.split("\n\n"))
    page = (
        f'<html lang="ja"><head><title>{TITLE}</title><meta property="og:title" content="{TITLE}"></head>'
        f"<body><article><h1>{TITLE}</h1>{paragraphs}</article></body></html>"
    )
    httpserver.expect_request("/kodama/").respond_with_data(page, content_type="text/html; charset=utf-8")
    return httpserver.url_for("/kodama/")


def posts(office: Office) -> list[str]:
    return [post.title for post, _ in office.newsroom.store.posts.all()]


def says(office: Office, text: str) -> SlackMessage:
    office.slack.say(ANNA, NEWS, text)
    return office.slack.said


def notes(office: Office) -> list[tuple[str | None, str, str | None]]:
    """Who alone is told what, and in which thread; the reference is left off."""
    return [
        (m.ephemeral_to, m.text.rpartition("ID: ")[0], m.thread_ts)
        for m in office.slack.messages(NEWS)
        if m.ephemeral_to
    ]


def test_a_link_to_a_stored_post_is_acknowledged_and_nothing_is_stored_twice(office: Office) -> None:
    before = posts(office)
    message = says(office, f"{URL}?utm_source=slack 読みました")
    assert message.reactions == {"newspaper": (BOT_USER,)}
    assert (number(office, message), posts(office)) == (3, before)


def test_the_sharer_of_what_is_stored_already_alone_is_told_whence_and_since_when(office: Office) -> None:
    says(office, URL)
    (note,) = (m for m in office.slack.messages(NEWS) if m.ephemeral_to)
    assert (note.ephemeral_to, note.text) == (
        ANNA,
        "#3「桜川県、生成AIの調達指針を策定　「学習に使わせない」を契約の必須条項に」は"
        "保存済みです（瓦版デモ編集部から、1月31日(土) 22:59）。",
    )


def test_who_shares_what_a_colleague_shared_is_told_who_it_was_and_when(office: Office, site: str) -> None:
    says(office, site)
    office.clock.forward(hours=1)
    office.slack.say(BEN, NEWS, site)
    assert [(m.ephemeral_to, m.text) for m in office.slack.messages(NEWS) if m.ephemeral_to] == [
        (BEN, f"#29「{TITLE}」は<@{ANNA}>さんが2月1日(日) 7:59に共有し、保存済みです。")
    ]


def test_a_new_link_is_stored_read_and_acknowledged(office: Office, site: str) -> None:
    before = posts(office)
    message = says(office, f"新着です {site}")
    post, reading = office.newsroom.desk.lookup.post(number(office, message))
    assert message.reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office), post.title, post.url, notes(office)) == ([*before, TITLE], TITLE, site, [])
    assert reading.summary(1)[0].paragraph == 1
    assert [hit.post for hit in office.newsroom.desk.lookup.search("霧島研究所").hits] == [post]


def test_a_new_link_is_news_from_the_moment_it_is_shared(office: Office, site: str) -> None:
    post, _ = office.newsroom.desk.lookup.post(number(office, says(office, site)))
    assert post.news_at == office.clock.at


def test_a_markdown_file_is_stored_read_and_acknowledged(office: Office) -> None:
    before = posts(office)
    message = share(office, article(TITLE))
    post, reading = office.newsroom.desk.lookup.post(number(office, message))
    assert message.reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office), post.title, notes(office)) == ([*before, TITLE], TITLE, [])
    assert [t.name for t in reading.tags if t.origin == "author"] == ["LLM", "自治体"]


def test_several_files_and_links_in_one_message_are_several_posts(office: Office, site: str) -> None:
    files = [office.slack.file(f"2026-01-31-{n}.md", article(f"こだま {n}", text=f"{n}。{TEXT}")) for n in range(2)]
    office.slack.say(ANNA, NEWS, f"{URL} と {site}", files=files)
    shown, _ = office.newsroom.store.messages.shown(NEWS, office.slack.said.ts)
    titles = [office.newsroom.desk.lookup.post(n)[0].title for n in shown]
    assert titles == [office.newsroom.desk.lookup.post(3)[0].title, "こだま 0", "こだま 1", TITLE]
    assert office.slack.said.reactions == {"newspaper": (BOT_USER,)}


BROKEN = {
    "an open front matter": (
        b"---\ntitle: x\n\nbody",
        "フロントマターが「---」で閉じられていません。閉じる行を加えてください。",
    ),
    "unpublished": (
        article(TITLE, front="published: false\n"),
        "この投稿は「published: false」のため取り込みませんでした。公開後にもう一度共有してください。",
    ),
    "bytes of no encoding": (
        b"---\ntitle: x\n---\n\x81\xff",
        "文字コードを判別できません。UTF-8で保存し直してください。",
    ),
}


@on_sqlite
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_a_sign_and_a_note_for_the_sharer_alone(office: Office, name: str) -> None:
    data, reason = BROKEN[name]
    before = posts(office)
    message = share(office, data)
    assert message.reactions == {"warning": (BOT_USER,)}
    assert (posts(office), notes(office)) == (before, [(ANNA, reason, None)])


@on_sqlite
def test_a_note_about_a_failure_in_a_thread_stands_in_that_thread(office: Office) -> None:
    top = says(office, "今日の原稿")
    file = office.slack.file("2026-01-31-x.md", b"---\ntitle: x\n\nbody")
    office.slack.say(ANNA, NEWS, "", files=[file], thread_ts=top.ts)
    reason = "フロントマターが「---」で閉じられていません。閉じる行を加えてください。"
    assert notes(office) == [(ANNA, reason, top.ts)]


def test_one_broken_file_does_not_stop_the_other(office: Office) -> None:
    files = [office.slack.file("2026-01-31-x.md", b"---\ntitle: x\n\nbody")]
    files.append(office.slack.file("2026-01-31-y.md", article(TITLE)))
    office.slack.say(ANNA, NEWS, "", files=files)
    assert office.slack.said.reactions == {"newspaper": (BOT_USER,), "warning": (BOT_USER,)}
    assert number(office, office.slack.said) == office.newsroom.store.health.counts()["posts"]


@on_sqlite
@pytest.mark.parametrize(
    ("name", "mimetype"), [("写真.png", "image/png"), ("md", "text/plain"), ("表.csv", "text/csv")]
)
def test_any_other_file_is_passed_over(office: Office, name: str, mimetype: str) -> None:
    before = posts(office)
    office.slack.say(ANNA, NEWS, "", files=[office.slack.file(name, b"x", mimetype)])
    assert (office.slack.said.reactions, posts(office), notes(office)) == ({}, before, [])


@on_sqlite
@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "https://0x7f000001/",
    ],
)
def test_a_link_into_the_house_is_refused_with_a_reason(office: Office, link: str) -> None:
    before = posts(office)
    message = says(office, link)
    assert message.reactions == {"warning": (BOT_USER,)}
    assert notes(office) == [
        (
            ANNA,
            REFUSED,
            None,
        )
    ]
    assert posts(office) == before


@on_sqlite
def test_a_page_that_sends_on_into_the_house_is_refused(office: Office, httpserver: HTTPServer) -> None:
    headers = {"Location": "http://169.254.169.254/latest/meta-data/"}
    httpserver.expect_request("/away").respond_with_data("", status=302, headers=headers)
    message = says(office, httpserver.url_for("/away"))
    assert message.reactions == {"warning": (BOT_USER,)}
    assert notes(office) == [
        (
            ANNA,
            REFUSED,
            None,
        )
    ]


@on_sqlite
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "ページが見つかりません (404)。URLを確認してください。"),
        (403, "配信元が閲覧を許可していません (403)。会員限定のページであれば、記事の本文を貼り付けてください。"),
    ],
)
def test_a_page_that_is_not_there_is_named_with_whose_side_it_is_on(
    office: Office, httpserver: HTTPServer, status: int, said: str
) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=status)
    says(office, httpserver.url_for("/gone"))
    assert notes(office) == [(ANNA, said, None)]


@on_sqlite
def test_a_file_the_bot_may_not_read_names_the_missing_permission(office: Office) -> None:
    login = Reply(200, b"<html>Sign in</html>", "text/html; charset=utf-8")
    office.slack.fault("url_private", Fault(instead=login))
    message = share(office, article(TITLE))
    assert message.reactions == {"warning": (BOT_USER,)}
    reason = "ファイルを読む権限がありません。管理者がアプリに「files:read」を加えてください。"
    assert notes(office) == [(ANNA, reason, None)]


@on_sqlite
@pytest.mark.parametrize("bot_id", ["B0ANOTHER", "B0KAWARAB"])
def test_what_a_bot_says_is_passed_over(office: Office, bot_id: str) -> None:
    office.slack.say(BEN, NEWS, f"{URL} と https://example.com/none/", bot_id=bot_id)
    assert (office.slack.said.reactions, notes(office)) == ({}, [])
    assert office.newsroom.store.messages.shown(NEWS, office.slack.said.ts) == ((), None)


def test_a_link_that_an_edit_adds_is_taken_in_and_the_same_words_again_are_nothing(office: Office, site: str) -> None:
    message = says(office, f"あとで貼ります {URL}")
    before = posts(office)
    assert office.slack.edit(ANNA, message, f"貼りました {URL} {site}").status == 200
    assert posts(office) == [*before, TITLE]
    calls = len(office.slack.calls)
    assert office.slack.edit(ANNA, message, f"貼りました {URL} {site}").status == 200
    assert len(office.slack.calls) == calls


@pytest.mark.parametrize("what", ["a file", "a link"])
@pytest.mark.both_engines
def test_a_redelivered_message_is_stored_once_and_says_nothing_more(office: Office, site: str, what: str) -> None:
    message = share(office, article(TITLE)) if what == "a file" else says(office, site)
    before, there = posts(office), office.slack.messages(NEWS)
    for n in (1, 2, 3):
        assert office.slack.redeliver(number=n).status == 200
    assert (posts(office), office.slack.messages(NEWS)) == (before, there)
    assert office.newsroom.desk.lookup.post(number(office, message))[0].revision == 1


@pytest.mark.both_engines
def test_the_same_file_shared_by_two_people_is_one_post(office: Office) -> None:
    first, second = share(office, article(TITLE)), share(office, article(TITLE), user=BEN)
    assert number(office, first) == number(office, second)
    assert second.reactions == {"newspaper": (BOT_USER,)}


@pytest.mark.parametrize("what", ["a file", "a link"])
def test_a_flag_on_what_was_shared_opens_a_review_in_its_thread(office: Office, site: str, what: str) -> None:
    message = share(office, article(TITLE)) if what == "a file" else says(office, site)
    office.flags(message, BEN)
    line = office.slack.messages(NEWS)[-1]
    whole = office.newsroom.desk.reviews.card(1)
    made = review_card.card(whole, office.newsroom.desk.zone)
    assert ({"text": line.text, "blocks": line.blocks}, line.thread_ts) == (made, message.ts)
    assert whole.post.id == number(office, message)


# ---- 取り込む
def pressed(office: Office, url: str, trigger: str | None = None) -> list[dict[str, Any]]:
    """Ask for the address and press 取り込む; what the answer was changed to, step by step."""
    answer = office.types(f"/summary {url}")
    office.slack.press(ANNA, answer, "取り込む")
    return [{k: c.args[k] for k in ("text", "blocks")} for c in office.slack.calls_of("response_url")]


def test_taking_in_shows_that_it_is_under_way_and_then_the_outcome_in_one_place(office: Office, site: str) -> None:
    steps = pressed(office, site)
    taken = office.newsroom.store.health.counts()["posts"]
    assert steps == [help.working("記事を取り込んでいます"), help.taken_in(taken, TITLE, True)]
    (message,) = office.slack.messages(NEWS)
    assert message.text == f"#{taken}「{TITLE}」を取り込みました。"
    summary = office.presses(message, "要約")
    assert summary.text.splitlines()[0] == TITLE


@pytest.mark.both_engines
def test_taking_in_what_somebody_else_took_in_meanwhile_says_so(office: Office, site: str) -> None:
    answer = office.types(f"/summary {site}")
    says(office, site)
    office.slack.press(ANNA, answer, "取り込む")
    taken = office.newsroom.store.health.counts()["posts"]
    assert office.slack.message(NEWS, answer.ts).text == f"#{taken}「{TITLE}」は保存済みです。"


@on_sqlite
def test_a_failure_replaces_the_line_that_says_it_is_under_way(office: Office, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=503)
    pressed(office, httpserver.url_for("/gone"))
    (message,) = office.slack.messages(NEWS)
    assert message.text.partition("ID: ")[0] == "配信元が応答しません (503)。少し待ってから、もう一度共有してください。"


def test_taking_in_works_with_trigger_ids_as_long_as_slacks(office: Office, site: str) -> None:
    answer = office.types(f"/summary {site}")
    button = office.slack.message(NEWS, answer.ts).blocks[-1]["elements"][0]
    body = {
        "type": "block_actions",
        "user": {"id": ANNA},
        "channel": {"id": NEWS},
        "container": {"type": "message", "message_ts": answer.ts, "channel_id": NEWS, "is_ephemeral": True},
        "trigger_id": "1234567890123.1234567890123.0123456789abcdef0123456789abcdef",
        "response_url": f"{office.slack.url}none",
        "actions": [button],
    }
    request = signed(urlencode({"payload": json.dumps(body)}), office.slack.signing_secret)
    office.newsroom.app.dispatch(request)
    assert posts(office)[-1] == TITLE


@on_sqlite
def test_a_bug_while_taking_in_replaces_that_line_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(url: str) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(office.newsroom.desk.intake, "_fetch", broken)
    pressed(office, "https://example.com/none/")
    (message,) = office.slack.messages(NEWS)
    sentence, _, reference = message.text.partition("ID: ")
    assert (sentence, len(reference)) == (
        "瓦版側の不具合で処理できませんでした。もう一度お試しになり、続くときは管理者にIDをお知らせください。", 4
    )  # fmt: skip


# ---- a site that does not answer today
@pytest.mark.both_engines
def test_a_link_whose_site_does_not_answer_is_tried_again_by_itself(office: Office, httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/kodama/").respond_with_data("", status=503)
    message = says(office, httpserver.url_for("/kodama/"))
    assert message.reactions == {"warning": (BOT_USER,)}
    assert notes(office) == [(ANNA, "配信元が応答しません (503)。10分後に自動で再試行します。", None)]
    paragraphs = "".join(f"<p>{p}</p>" for p in TEXT.split("\n\n"))
    html = f"<html><head><title>{TITLE}</title></head><body><article>{paragraphs}</article></body></html>"
    httpserver.expect_request("/kodama/").respond_with_data(html, content_type="text/html; charset=utf-8")
    office.newsroom.tick()
    assert office.slack.message(NEWS, message.ts).reactions == {"warning": (BOT_USER,)}
    office.clock.forward(minutes=10)
    office.newsroom.tick()
    assert office.slack.message(NEWS, message.ts).reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office)[-1], len(notes(office))) == (TITLE, 1)


@on_sqlite
def test_a_site_that_never_answers_is_tried_three_times_and_the_sharer_told_twice(
    office: Office, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/kodama/").respond_with_data("", status=503)
    message = says(office, httpserver.url_for("/kodama/"))
    for _ in range(4):
        office.clock.forward(minutes=11)
        office.newsroom.tick()
    assert office.slack.message(NEWS, message.ts).reactions == {"warning": (BOT_USER,)}
    assert [text for _, text, _ in notes(office)] == [
        "配信元が応答しません (503)。10分後に自動で再試行します。",
        "配信元が応答しません (503)。少し待ってから、もう一度共有してください。",
    ]
    assert len(httpserver.log) == 3


# ---- nothing is lost
@pytest.mark.both_engines
def test_what_was_acknowledged_is_dealt_with_though_the_process_died_right_after(
    office: Office, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = posts(office)
    with monkeypatch.context() as killed:
        killed.setattr(office.newsroom.store.inbox, "claim_next", lambda: None)  # it died between the ack and the work
        assert office.slack.say(ANNA, NEWS, site).status == 200
    assert posts(office) == before
    office.newsroom.tick()
    assert (posts(office), office.slack.said.reactions) == ([*before, TITLE], {"newspaper": (BOT_USER,)})


@pytest.mark.both_engines
def test_what_was_stored_but_not_marked_before_a_crash_is_marked_by_the_next_tick_and_no_more_is_said(
    office: Office, site: str
) -> None:
    office.slack.fault("reactions.add", Fault.drop_before())
    before = posts(office)
    message = says(office, site)
    assert (posts(office), message.reactions) == ([*before, TITLE], {})
    office.clock.forward(minutes=1)
    office.newsroom.tick()
    assert office.slack.message(NEWS, message.ts).reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office), notes(office)) == ([*before, TITLE], [])


def test_more_links_than_are_followed_are_not_passed_over_in_silence(office: Office) -> None:
    known = [p.url for p, _ in office.newsroom.store.posts.all() if p.url][:8]
    message = says(office, " ".join(known))
    assert len(office.newsroom.store.messages.shown(NEWS, message.ts)[0]) == 5
    assert office.slack.messages(NEWS)[-1].text == (
        "リンクが8件あるため、先頭の5件だけを取り込みました。残りの3件は、5件までに分けて共有してください。"
    )


# ---- pasted posts
def pasted(title: str = TITLE, text: str = TEXT) -> str:
    return article(title, text=text).decode()


@pytest.mark.parametrize("form", ["{}", "```\n{}\n```"])
def test_a_pasted_post_is_stored_read_and_acknowledged(office: Office, form: str) -> None:
    before = posts(office)
    message = says(office, form.format(pasted(text=f"{TEXT}\n出典は https://example.com/a?b=1&c=2 だ。\n")))
    post, reading = office.newsroom.desk.lookup.post(number(office, message))
    assert (message.reactions, posts(office), post.source) == (
        {"newspaper": (BOT_USER,)}, [*before, TITLE], "Slackでの共有"
    )  # fmt: skip
    assert [t.name for t in reading.tags if t.origin == "author"] == ["LLM", "自治体"]
    assert [h.post for h in office.newsroom.desk.lookup.search('"b=1&c=2"').hits] == [post]


def test_an_edited_pasted_post_is_a_revision_with_its_number(office: Office) -> None:
    message = says(office, pasted())
    post_id = number(office, message)
    before = posts(office)
    office.clock.forward(minutes=5)
    office.slack.edit(ANNA, message, pasted(text=TEXT.replace("100件に3件", "100件に2件")))
    post, _ = office.newsroom.desk.lookup.post(post_id)
    assert (post.revision, posts(office), notes(office)) == (2, before, [])
    (revision,) = office.newsroom.store.posts.revisions(post_id)
    assert [(c.before[-11:], c.after[-11:]) for c in revision.changes] == [("100件に3件だった。", "100件に2件だった。")]


def test_a_pasted_post_whose_message_is_deleted_is_withdrawn_and_a_link_is_not(office: Office, site: str) -> None:
    message, link = says(office, pasted()), says(office, site)
    pasted_id, linked_id = number(office, message), number(office, link)
    office.slack.delete(ANNA, message)
    office.slack.delete(ANNA, link)
    assert office.newsroom.desk.lookup.post(pasted_id)[0].withdrawn_at == office.clock.at
    assert office.newsroom.desk.lookup.post(linked_id)[0].withdrawn_at is None
    assert office.newsroom.store.messages.shown(NEWS, link.ts)[0] == ()


def test_a_file_that_was_shared_twice_stays_until_both_messages_are_deleted(office: Office) -> None:
    first, second = share(office, article(TITLE)), share(office, article(TITLE))
    post_id = number(office, first)
    office.slack.delete(ANNA, first)
    assert office.newsroom.desk.lookup.post(post_id)[0].withdrawn_at is None
    office.slack.delete(ANNA, second)
    assert office.newsroom.desk.lookup.post(post_id)[0].withdrawn_at == office.clock.at


@pytest.mark.both_engines
def test_a_message_that_was_deleted_before_we_could_read_it_brings_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = posts(office)
    with monkeypatch.context() as busy:
        busy.setattr(office.newsroom.store.inbox, "claim_next", lambda: None)
        message = says(office, pasted())
        office.slack.delete(ANNA, message)
    office.newsroom.tick()
    assert (posts(office), notes(office)) == (before, [])


@on_sqlite
@pytest.mark.parametrize("text", ["---\n区切り線だけ\n---", "title: 引用\n---\n本文", "--- 以下は雑談です"])
def test_talk_with_lines_in_it_is_no_pasted_post(office: Office, text: str) -> None:
    before = posts(office)
    assert (says(office, text).reactions, posts(office), notes(office)) == ({}, before, [])


# ---- 要約する
def summarises(office: Office, message: SlackMessage, user: str = BEN) -> list[tuple[str | None, str]]:
    """What the shortcut answers, and to whom alone."""
    before = office.slack.messages(message.channel)
    assert office.slack.shortcut(user, "summarise", message).status == 200
    return [(m.ephemeral_to, m.text) for m in office.slack.messages(message.channel) if m not in before]


def test_the_shortcut_on_a_message_with_a_stored_post_answers_the_asker_alone(office: Office) -> None:
    message = says(office, URL)
    expected = lookup.summary(office.newsroom.desk.lookup.summary_of(3), office.newsroom.desk.zone)["text"]
    assert summarises(office, message) == [(BEN, expected)]


def test_the_shortcut_takes_in_what_is_not_stored_yet(office: Office, site: str) -> None:
    with_bot_away = office.newsroom.store
    message = says(office, "見てください")
    office.slack.say(BEN, NEWS, f"これです {site}", bot_id="B0ANOTHER")
    message = office.slack.said
    assert message.reactions == {}
    working, answer = summarises(office, message)
    assert working == (BEN, "記事を読んでいます…")
    post_id = with_bot_away.health.counts()["posts"]
    assert answer == (
        BEN,
        lookup.summary(office.newsroom.desk.lookup.summary_of(post_id), office.newsroom.desk.zone)["text"],
    )


@on_sqlite
def test_the_shortcut_on_a_message_with_several_posts_asks_which(office: Office) -> None:
    urls = [p.url for p, _ in office.newsroom.store.posts.all() if p.url][:3]
    message = says(office, " ".join(urls))
    assert summarises(office, message) == [(BEN, "このメッセージの記事です。要約を読む記事を選んでください。")]


@on_sqlite
def test_the_shortcut_on_mere_talk_says_what_it_needs(office: Office) -> None:
    assert summarises(office, says(office, "お昼にします")) == [
        (BEN, "このメッセージには、記事のリンク、.mdファイル、フロントマター付きの本文のいずれもありません。")
    ]


# ---- watched channels
@on_sqlite
def test_where_watched_channels_are_named_the_others_are_left_alone(office: Office, site: str) -> None:
    settings = office.newsroom.desk.settings
    object.__setattr__(settings, "watched_channels", ("C0REVIEW1",))
    before = posts(office)
    assert (says(office, site).reactions, posts(office)) == ({}, before)
    office.slack.say(ANNA, "C0REVIEW1", site)
    assert posts(office) == [*before, TITLE]
