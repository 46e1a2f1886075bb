"""The newsroom's one way out, against a real server and hostile addresses."""

import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import Unfetchable
from bot.sources import fetch as module
from bot.sources.fetch import REDIRECTS, fetch, fetch_from_slack, public_addresses
from bot.sources.web_page import SIZE_LIMIT, WebPage

OURS = ("localhost",)


def refusal(url: str, private_hosts: tuple[str, ...] = OURS) -> str:
    with pytest.raises(Unfetchable) as refused:
        fetch(url, private_hosts)
    return str(refused.value)


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """The address of a server that says just these bytes, once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def say() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        answering = Thread(target=say)
        answering.start()
        yield f"http://localhost:{server.getsockname()[1]}/"
        answering.join()


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection somebody tries to open."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return tried


def test_a_page_is_brought_with_its_type_from_where_it_was_found(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_response(Response(status=302, headers={"Location": "new?a=1"}))
    httpserver.expect_request("/new").respond_with_data("記事".encode(), content_type="text/html; charset=utf-8")
    expected = WebPage(httpserver.url_for("/new") + "?a=1", "記事".encode(), "text/html; charset=utf-8")
    assert fetch(httpserver.url_for("/old"), OURS) == expected
    assert fetch(httpserver.url_for("/old"), (f"localhost:{httpserver.port}",)) == expected


HOSTILE = (
    "http://localhost{port}/", "http://LOCALHOST{port}/", "http://localhost.{port}/", "http://127.0.0.1{port}/",
    "http://127.1{port}/", "http://2130706433{port}/", "http://0x7f000001{port}/", "http://0x7f.0.0.1{port}/",
    "http://0177.0.0.1{port}/", "http://017700000001{port}/", "http://0{port}/", "http://0.0.0.0{port}/",
    "http://[::1]{port}/", "http://[::]{port}/", "http://[::ffff:127.0.0.1]{port}/", "http://[::ffff:7f00:1]{port}/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1]/", "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://100.100.100.200/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://255.255.255.255/", "http://①②⑦.0.0.1{port}/", "http://127。0。0。1{port}/", "http://0x7f.1{port}/",
    "https://user:secret@example.com/", "https://token@example.com/", "http://localhost{port}\\@example.com/",
    "file:///etc/passwd", "ftp://example.com/a", "gopher://127.0.0.1{port}/_x", "javascript:alert(1)",
    "data:text/html,a", "http:///nohost", "http://[::1", "http://a:99999999/", "//example.com/", "", "http://",
    "http://[::127.0.0.1]{port}/", "http://[::ffff:0:127.0.0.1]{port}/", "http://[2002:7f00:1::]{port}/",
    "http://[2001:0:7f00:1::]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[fe80::1%25lo]{port}/",
    "http://168.63.129.16/", "http://100.64.0.1/", "http://192.0.0.192/", "http://240.0.0.1/", "http://127.255.255.254{port}/",
    "http://017700000001{port}/", "http://0x7f000001.{port}/", "http://00000177.0.0.1{port}/", "http://127.0.1{port}/",
    "http://0xA9FEA9FE/", "http://2852039166/", "http://[::ffff:169.254.169.254]/", "http://metadata{port}/",
    "http://rebound.example{port}/", "http://both.example{port}/", "http://mapped.example{port}/", "http://ｌｏｃａｌｈｏｓｔ{port}/",
    "http://:pass@example.com/", "http://user@localhost{port}/", "http://example.com@127.0.0.1{port}/",
    "http://localhost{port}#@example.com/", "http://localhost{port}?@example.com/", "HTTP://LOCALHOST{port}/",
    " http://localhost{port}/", "http://127.0.0.1{port}\t/", "http://loc\nalhost{port}/", "ldap://127.0.0.1{port}/",
    "dict://127.0.0.1{port}/", "sftp://127.0.0.1/", "jar:http://127.0.0.1{port}!/", "http:127.0.0.1{port}",
    "http:/localhost/", "https://example.com:0x50/", "http://example.com:-1/", "http://" + "a" * 5_000 + ".example/",
)  # fmt: skip


# what the name servers of this test say
NAMES = {
    "rebound.example": ["127.0.0.1"], "both.example": ["203.0.113.7", "10.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"], "metadata": ["169.254.169.254"], "public.example": ["8.8.8.8"],
}  # fmt: skip


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answers for the names of this test; the real ones for localhost and numbers. Lists who was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(host))
        for address in NAMES.get(str(host), ()):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (a, port or 0)) for a in NAMES[host]]
        if str(host).endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.fixture
def visitors() -> Iterator[tuple[int, list[Any]]]:
    """A server on every address of this machine: its port, and who connected to it."""
    came: list[Any] = []
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:

        def welcome() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                came.append(address)
                connection.close()

        Thread(target=welcome, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


def test_there_are_many_ways_to_name_this_machine() -> None:
    assert len(set(HOSTILE)) >= 80


def test_nobody_is_visited_by_a_hostile_address(visitors: tuple[int, list[Any]], names: list[str]) -> None:
    port, came = visitors
    for url in HOSTILE:
        assert refusal(url.format(port=f":{port}"), ()).endswith("。")
    assert came == []
    with socket.create_connection(("127.0.0.1", port)) as visit:  # a visit would have been noticed
        visit.recv(1)
    assert len(came) == 1


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_before_a_byte_is_sent(url: str, connections: list[Any], names: list[str]) -> None:
    assert refusal(url.format(port=":8000"), ()).endswith("。")
    assert connections == []


def test_a_name_that_changes_its_address_meanwhile_gains_nothing(
    connections: list[Any], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    monkeypatch.setitem(NAMES, "public.example", next(answers))
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        found = real(host, *rest, **more)
        NAMES["public.example"] = next(answers)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert refusal("http://public.example/", ()) == "配信元に接続できません。URLを確認してください。"
    assert {address[0] for address in connections} == {"8.8.8.8"}


def test_git_is_told_the_addresses_that_were_judged(names: list[str]) -> None:
    assert public_addresses("https://public.example/desk") == ["8.8.8.8"]
    assert public_addresses("http://rebound.example:99/x", ("rebound.example:99",)) == ["127.0.0.1"]
    for host in ("rebound.example", "both.example", "mapped.example", "nowhere.example"):
        with pytest.raises(Unfetchable):
            public_addresses(f"https://{host}/desk")


def test_a_proxy_of_the_environment_is_not_asked(connections: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    refusal("http://10.0.0.1/", ())
    refusal("http://localhost:8000/")
    assert {address[1] for address in connections} <= {8000}


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{}/", "//127.0.0.1:{}/", "http://2130706433:{}/", "http://[::1]:{}/", "http://0:{}/",
        "http://169.254.169.254/", "file:///etc/passwd", "http://[::", "ftp://localhost/", "http://a:b@localhost:{}/",
        "http://127.1:{}/", "gopher://127.0.0.1:{}/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_into_the_house_is_refused(target: str, status: int, httpserver: HTTPServer) -> None:
    location = target.format(httpserver.port)
    httpserver.expect_request("/way").respond_with_response(Response(status=status, headers={"Location": location}))
    assert refusal(httpserver.url_for("/way")).endswith("。")
    assert [request.path for request, _ in httpserver.log] == ["/way"]


def test_redirects_in_a_ring_come_to_an_end(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ring").respond_with_response(Response(status=301, headers={"Location": "/ring"}))
    assert refusal(httpserver.url_for("/ring")) == ("転送が多すぎます（5回まで）。転送先のURLを直接共有してください。")
    assert len(httpserver.log) == REDIRECTS + 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, "配信元が応答しません (400)。URLを確認してください。"),
        (401, "配信元が閲覧を許可していません (401)。会員限定のページであれば、記事の本文を貼り付けてください。"),
        (403, "配信元が閲覧を許可していません (403)。会員限定のページであれば、記事の本文を貼り付けてください。"),
        (404, "ページが見つかりません (404)。URLを確認してください。"),
        (410, "このページは配信元で削除されました (410)。"),
        (429, "配信元が取得の回数を制限しています (429)。少し待ってから、もう一度共有してください。"),
        (500, "配信元が応答しません (500)。少し待ってから、もう一度共有してください。"),
        (503, "配信元が応答しません (503)。少し待ってから、もう一度共有してください。"),
    ],
)
def test_an_error_status_says_whose_side_it_is_on(status: int, sentence: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("x", status=status)
    assert refusal(httpserver.url_for("/a")) == sentence


def test_nobody_at_home_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refusal(f"http://localhost:{port}/") == "配信元に接続できません。URLを確認してください。"


def test_a_page_may_be_as_large_as_the_limit_and_no_larger(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/fits").respond_with_data(b"x" * SIZE_LIMIT)
    httpserver.expect_request("/large").respond_with_data(b"x" * (SIZE_LIMIT + 1))
    assert len(fetch(httpserver.url_for("/fits"), OURS).data) == SIZE_LIMIT
    assert refusal(httpserver.url_for("/large")) == "ページが大きすぎます（上限5MB）。"


def test_a_packed_page_is_unpacked(httpserver: HTTPServer) -> None:
    words = "記事の本文。".encode() * 50_000
    packed = Response(gzip.compress(words), headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/packed").respond_with_response(packed)
    assert fetch(httpserver.url_for("/packed"), OURS).data == words


def test_a_small_answer_that_unfolds_into_gigabytes_is_cut(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfolded = []
    read1 = urllib3.HTTPResponse.read1

    def counting(answer: urllib3.HTTPResponse, amount: int, decode_content: bool) -> bytes:
        data = read1(answer, amount, decode_content)
        unfolded.append(len(data))
        return data

    monkeypatch.setattr(urllib3.HTTPResponse, "read1", counting)
    bomb = Response(gzip.compress(bytes(300_000_000), 9), headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/bomb").respond_with_response(bomb)
    assert refusal(httpserver.url_for("/bomb")) == "ページが大きすぎます（上限5MB）。"
    assert SIZE_LIMIT < sum(unfolded) < 2 * SIZE_LIMIT


def test_a_page_that_is_not_what_it_says_to_be_packed_as_is_said(httpserver: HTTPServer) -> None:
    broken = Response(b"not packed at all", headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/broken").respond_with_response(broken)
    assert refusal(httpserver.url_for("/broken")) == "配信元との接続が途中で切れました。もう一度共有してください。"


def test_a_page_that_comes_in_pieces_is_put_together() -> None:
    packed = gzip.compress("記事の本文。".encode() * 5_000)
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(packed[n : n + 7]), packed[n : n + 7]) for n in range(0, len(packed), 7))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    with saying(head + pieces + b"0\r\n\r\n") as url:
        assert fetch(url, OURS).data == "記事の本文。".encode() * 5_000


def test_an_answer_that_drips_is_given_up_on_time(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.5)

    def drip(_: Request) -> Response:
        def drops() -> Iterator[bytes]:
            for _ in range(30):
                time.sleep(0.1)
                yield b"x"

        return Response(drops(), headers={"Content-Length": "30"})

    httpserver.expect_request("/drip").respond_with_handler(drip)
    assert refusal(httpserver.url_for("/drip")).startswith("配信元の応答が遅すぎます")


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\nhalf") as url:
        assert refusal(url) == "配信元との接続が途中で切れました。もう一度共有してください。"


def test_a_server_that_never_ends_its_headers_is_given_up_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
                for _ in range(100):
                    time.sleep(0.05)
                    connection.sendall(b"X-A: b\r\n")

        Thread(target=drip, daemon=True).start()
        sentence = refusal(f"http://localhost:{server.getsockname()[1]}/")
    assert sentence == "配信元が時間内に応答しません。少し待ってから、もう一度共有してください。"


# ---- asking again
def test_only_what_is_new_is_brought_again(httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == 'W/"1"' or request.headers.get("If-Modified-Since") == "Thu, 15 Jan":
            return Response(status=304)
        return Response("記事", headers={"ETag": 'W/"1"', "Last-Modified": "Thu, 15 Jan", "Content-Type": "text/xml"})

    httpserver.expect_request("/feed").respond_with_handler(answer)
    url = httpserver.url_for("/feed")
    first = fetch(url, OURS)
    assert first == WebPage(url, "記事".encode(), "text/xml", 'W/"1"', "Thu, 15 Jan")
    for asked in ({"etag": first.etag}, {"modified": first.modified}):
        again = fetch(url, OURS, **asked)
        assert (again.unchanged, again.data, again.url) == (True, b"", url)
    assert not fetch(url, OURS, etag='"2"').unchanged


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', "港", "\0", ""])
def test_a_tag_that_could_end_a_line_is_not_sent_back(etag: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("x")
    fetch(httpserver.url_for("/a"), OURS, etag=etag, modified=etag)
    headers = httpserver.log[0][0].headers
    assert not {"If-None-Match", "If-Modified-Since", "X-Evil"} & set(headers.keys())


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [((301,), "/1"), ((308,), "/1"), ((301, 308), "/2"), ((302,), None), ((301, 302), "/1"), ((302, 301), None),
     ((307, 308, 301), None), ((), None)],
)  # fmt: skip
def test_an_address_that_moved_for_good_is_told(
    hops: tuple[int, ...], moved_to: str | None, httpserver: HTTPServer
) -> None:
    for n, status in enumerate(hops):
        away = Response(status=status, headers={"Location": f"/{n + 1}"})
        httpserver.expect_request(f"/{n}").respond_with_response(away)
    httpserver.expect_request(f"/{len(hops)}").respond_with_data("x")
    page = fetch(httpserver.url_for("/0"), OURS)
    assert page.moved_to == (moved_to and httpserver.url_for(moved_to))
    assert page.url == httpserver.url_for(f"/{len(hops)}")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120), ({"Retry-After": " 0 "}, 0), ({"Retry-After": "-1"}, None), ({}, None),
        ({"Retry-After": "Thu, 15 Jan 2026 00:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None), ({"Retry-After": "9" * 40}, 999_999_999), ({"Retry-After": "²"}, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_the_other_side_asks_us_to_wait_is_told(
    headers: dict[str, str], seconds: float | None, status: int, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/a").respond_with_response(Response(status=status, headers=headers))
    with pytest.raises(Unfetchable) as refused:
        fetch(httpserver.url_for("/a"), OURS)
    told = refused.value
    assert (told.status, told.retry_after, told.passing, told.gone) == (status, seconds, True, False)


def test_a_time_to_wait_for_is_read_by_the_servers_own_clock() -> None:
    answer = "HTTP/1.1 503 Busy\r\nDate: Thu, 15 Jan 2026 00:00:00 GMT\r\nRetry-After: {}\r\n\r\n"
    for until, seconds in (("Thu, 15 Jan 2026 00:10:00 GMT", 600), ("Thu, 15 Jan 2026 09:10:00 +0900", 600)):
        with saying(answer.format(until).encode()) as url, pytest.raises(Unfetchable) as refused:
            fetch(url, OURS)
        assert refused.value.retry_after == seconds


@pytest.mark.parametrize(("status", "passing", "gone"), [(410, False, True), (404, False, False), (500, True, False)])
def test_whether_asking_again_makes_sense_is_told(
    status: int, passing: bool, gone: bool, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/a").respond_with_data("x", status=status)
    with pytest.raises(Unfetchable) as refused:
        fetch(httpserver.url_for("/a"), OURS)
    assert (refused.value.passing, refused.value.gone) == (passing, gone)


def test_a_secret_in_an_address_is_in_no_sentence_and_no_log(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    for url in ("https://user:geheim@example.com/", "http://geheim@localhost:1/", "http://geheim:geheim@[::1/"):
        assert "geheim" not in refusal(url)
    location = "http://user:geheim@localhost/"
    httpserver.expect_request("/a").respond_with_response(Response(status=302, headers={"Location": location}))
    assert "geheim" not in refusal(httpserver.url_for("/a"))
    assert "geheim" not in caplog.text


# ---- files from Slack
def test_a_file_of_slack_is_brought_with_the_token(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/files/a.md", headers={"Authorization": "Bearer xoxb-1"}).respond_with_data(
        "本文".encode(), content_type="text/plain"
    )
    url, api = httpserver.url_for("/files/a.md"), httpserver.url_for("/api/")
    assert fetch_from_slack(url, "xoxb-1", api) == "本文".encode()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a.md",
        "http://files.slack.com/a.md",
        "https://files.slack.com.evil.example/a.md",
        "https://evilslack.com/a.md",
        "https://slack.com@evil.example/a.md",
        "https://[::1",
        "file:///etc/passwd",
        "",
    ],
)
def test_the_token_goes_to_nobody_else(url: str, connections: list[Any]) -> None:
    with pytest.raises(Unfetchable):
        fetch_from_slack(url, "xoxb-1", "https://slack.com/api/")
    assert connections == []


def test_slacks_own_hosts_are_asked_for_files(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def get(session: Any, url: str, headers: dict[str, str]) -> Any:
        asked.append(f"{urlsplit(url).hostname} {headers['Authorization']}")
        raise Unfetchable("")

    monkeypatch.setattr(module, "_get", get)
    for host in ("files.slack.com", "desk.slack.com", "slack-files.com"):
        with pytest.raises(Unfetchable):
            fetch_from_slack(f"https://{host}/a.md", "xoxb-1", "https://slack.com/api/")
    assert asked == [f"{host} Bearer xoxb-1" for host in ("files.slack.com", "desk.slack.com", "slack-files.com")]


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>sign in</html>", content_type="text/html"),
        Response(status=302, headers={"Location": "https://evil.example/"}),
    ],
)
def test_a_sign_in_page_means_a_missing_permission(answer: Response, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.md").respond_with_response(answer)
    with pytest.raises(
        Unfetchable, match="ファイルを読む権限がありません。管理者がアプリに「files:read」を加えてください。"
    ):
        fetch_from_slack(httpserver.url_for("/a.md"), "xoxb-1", httpserver.url_for("/api/"))
