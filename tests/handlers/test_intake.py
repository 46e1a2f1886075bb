"""What people share in a channel becomes posts."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_httpserver import HTTPServer

from bot.demo.slack import BOT_USER, Fault, Message, signed
from bot.demo.slack.loopback import Reply
from handlers.messages import about, review
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
    return [post.title for post, _ in office.newsroom.store.posts()]


def says(office: Office, text: str) -> Message:
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


def test_a_new_link_is_stored_read_and_acknowledged(office: Office, site: str) -> None:
    before = posts(office)
    message = says(office, f"新着です {site}")
    post, reading = office.newsroom.desk.post(number(office, message))
    assert message.reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office), post.title, post.url, notes(office)) == ([*before, TITLE], TITLE, site, [])
    assert reading.summary(1)[0].paragraph == 1
    assert [hit.post for hit in office.newsroom.desk.search("霧島研究所").hits] == [post]


def test_a_new_link_is_news_from_the_moment_it_is_shared(office: Office, site: str) -> None:
    post, _ = office.newsroom.desk.post(number(office, says(office, site)))
    assert post.news_at == office.clock.at


def test_a_markdown_file_is_stored_read_and_acknowledged(office: Office) -> None:
    before = posts(office)
    message = share(office, article(TITLE))
    post, reading = office.newsroom.desk.post(number(office, message))
    assert message.reactions == {"newspaper": (BOT_USER,)}
    assert (posts(office), post.title, notes(office)) == ([*before, TITLE], TITLE, [])
    assert [t.name for t in reading.tags if t.origin == "author"] == ["LLM", "自治体"]


def test_several_files_and_links_in_one_message_are_several_posts(office: Office, site: str) -> None:
    files = [office.slack.file(f"2026-01-31-{n}.md", article(f"こだま {n}", text=f"{n}。{TEXT}")) for n in range(2)]
    office.slack.say(ANNA, NEWS, f"{URL} と {site}", files=files)
    shown, _ = office.newsroom.store.shown(NEWS, office.slack.said.ts)
    titles = [office.newsroom.desk.post(n)[0].title for n in shown]
    assert titles == [office.newsroom.desk.post(3)[0].title, "こだま 0", "こだま 1", TITLE]
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
    assert number(office, office.slack.said) == office.newsroom.store.counts()["posts"]


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
        (503, "配信元が応答しません (503)。少し待ってから、もう一度共有してください。"),
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
    assert office.newsroom.store.shown(NEWS, office.slack.said.ts) == ((), None)


def test_an_edit_and_a_deletion_are_passed_over(office: Office, site: str) -> None:
    message = says(office, "あとで貼ります")
    before = posts(office)
    assert office.slack.edit(ANNA, message, f"貼りました {site}").status == 200
    assert office.slack.message(NEWS, message.ts).reactions == {}
    assert office.slack.delete(ANNA, office.slack.message(NEWS, message.ts)).status == 200
    assert (posts(office), notes(office)) == (before, [])


@pytest.mark.parametrize("what", ["a file", "a link"])
def test_a_redelivered_message_is_stored_once_and_says_nothing_more(office: Office, site: str, what: str) -> None:
    message = share(office, article(TITLE)) if what == "a file" else says(office, site)
    before, there = posts(office), office.slack.messages(NEWS)
    for n in (1, 2, 3):
        assert office.slack.redeliver(number=n).status == 200
    assert (posts(office), office.slack.messages(NEWS)) == (before, there)
    assert office.newsroom.desk.post(number(office, message))[0].revision == 1


def test_the_same_file_shared_by_two_people_is_one_post(office: Office) -> None:
    first, second = share(office, article(TITLE)), share(office, article(TITLE), user=BEN)
    assert number(office, first) == number(office, second)
    assert second.reactions == {"newspaper": (BOT_USER,)}


@pytest.mark.parametrize("what", ["a file", "a link"])
def test_a_flag_on_what_was_shared_opens_a_review_in_its_thread(office: Office, site: str, what: str) -> None:
    message = share(office, article(TITLE)) if what == "a file" else says(office, site)
    office.flags(message, BEN)
    line = office.slack.messages(NEWS)[-1]
    case, post, reading = office.newsroom.desk.review(1)
    made = review.opened(case, post, reading, BEN, office.newsroom.desk.zone)
    assert ({"text": line.text, "blocks": line.blocks}, line.thread_ts) == (made, message.ts)
    assert post.id == number(office, message)


# ---- 取り込む
def pressed(office: Office, url: str, trigger: str | None = None) -> list[dict[str, Any]]:
    """Ask for the address and press 取り込む; what the answer was changed to, step by step."""
    answer = office.types(f"/summary {url}")
    office.slack.press(ANNA, answer, "取り込む")
    return [{k: c.args[k] for k in ("text", "blocks")} for c in office.slack.calls_of("response_url")]


def test_taking_in_shows_that_it_is_under_way_and_then_the_outcome_in_one_place(office: Office, site: str) -> None:
    steps = pressed(office, site)
    taken = office.newsroom.store.counts()["posts"]
    assert steps == [about.working("記事を取り込んでいます"), about.taken_in(taken, TITLE, True)]
    (message,) = office.slack.messages(NEWS)
    assert message.text == f"#{taken}「{TITLE}」を取り込みました。"
    summary = office.presses(message, "要約")
    assert summary.text.splitlines()[0] == TITLE


def test_taking_in_what_somebody_else_took_in_meanwhile_says_so(office: Office, site: str) -> None:
    answer = office.types(f"/summary {site}")
    says(office, site)
    office.slack.press(ANNA, answer, "取り込む")
    taken = office.newsroom.store.counts()["posts"]
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

    monkeypatch.setattr(office.newsroom.desk, "fetch", broken)
    pressed(office, "https://example.com/none/")
    (message,) = office.slack.messages(NEWS)
    sentence, _, reference = message.text.partition("ID: ")
    assert (sentence, len(reference)) == (
        "瓦版側の不具合で処理できませんでした。もう一度お試しになり、続くときは管理者にIDをお知らせください。", 4
    )  # fmt: skip
