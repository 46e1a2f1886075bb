"""The newsroom's one way out, against a real server and hostile addresses."""

import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.errors import Unfetchable
from bot.sources import fetch as module
from bot.sources.fetch import REDIRECTS, SIZE_LIMIT, Page, fetch, fetch_from_slack

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
    expected = Page(httpserver.url_for("/new") + "?a=1", "記事".encode(), "text/html; charset=utf-8")
    assert fetch(httpserver.url_for("/old"), OURS) == expected
    assert fetch(httpserver.url_for("/old"), (f"localhost:{httpserver.port}",)) == expected


@pytest.mark.parametrize(
    "url",
    [
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
    ],
)  # fmt: skip
def test_a_hostile_address_is_refused_before_a_byte_is_sent(url: str, connections: list[Any]) -> None:
    assert refusal(url.format(port=":8000"), ()).endswith("。")
    assert connections == []


def test_a_proxy_of_the_environment_is_not_asked(connections: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    refusal("http://10.0.0.1/", ())
    refusal("http://localhost:8000/")
    assert {address[1] for address in connections} <= {8000}


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{}/", "http://169.254.169.254/", "file:///etc/passwd", "http://[::"]
)
def test_a_redirect_into_the_house_is_refused(target: str, httpserver: HTTPServer) -> None:
    location = target.format(httpserver.port)
    httpserver.expect_request("/way").respond_with_response(Response(status=302, headers={"Location": location}))
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


def test_a_small_answer_that_unfolds_into_gigabytes_is_cut(httpserver: HTTPServer) -> None:
    bomb = Response(gzip.compress(bytes(300_000_000), 9), headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/bomb").respond_with_response(bomb)
    started = time.monotonic()
    assert refusal(httpserver.url_for("/bomb")) == "ページが大きすぎます（上限5MB）。"
    assert time.monotonic() - started < 5


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
    started = time.monotonic()
    assert refusal(httpserver.url_for("/drip")).startswith("配信元の応答が遅すぎます")
    assert time.monotonic() - started < 2


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\nhalf") as url:
        assert refusal(url) == "配信元との接続が途中で切れました。もう一度共有してください。"


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
