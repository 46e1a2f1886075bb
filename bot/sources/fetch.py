"""The only module that opens a network connection. Addresses are judged before a byte is sent to them."""

import email.utils
import socket
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import requests
import urllib3
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from bot.errors import Unfetchable
from bot.sources.web_page import SIZE_LIMIT as SIZE_LIMIT
from bot.sources.web_page import WebPage as WebPage

SECONDS = 20
HEAD_SECONDS = 10
"""How long an answer may take to begin: up to its last header line."""
REDIRECTS = 5
URL_LIMIT = 4_000
_AGENT = "Kawaraban/0.1 (newsroom bot)"
_SLACK_HOSTS = ("files.slack.com", "slack-files.com")
_PERMANENT = (301, 308)
_DISGUISED = ("::/96", "::ffff:0:0:0/96")
"""IPv4 addresses written as IPv6, compatible (RFC 4291) and translated (RFC 6052): some systems still route them."""


def fetch(url: str, private_hosts: Collection[str] = (), *, etag: str = "", modified: str = "") -> WebPage:
    """Bring a public page. `private_hosts` (`cms.local` or `cms.local:8080`) may have a private address and plain http.

    With the `etag` or `modified` of an earlier Page only what is new since then is brought. Raises Unfetchable with the
    reason: a refused address, no answer, an error status, too much, too slow.
    """
    deadline = time.monotonic() + SECONDS
    headers = {"Accept": "*/*"} | _given({"If-None-Match": etag, "If-Modified-Since": modified})
    moved_to, for_good = None, True
    for _ in range(REDIRECTS + 1):
        with _session(url, private_hosts) as session:
            answer = _get(session, url, headers)
            if not answer.is_redirect:
                return _read(answer, url, deadline, moved_to)
            answer.close()
            if time.monotonic() > deadline:
                raise _too_slow()
            url = _split(url, _in_ascii(answer.headers["location"])).geturl()
            for_good = for_good and answer.status_code in _PERMANENT
            moved_to = url if for_good else moved_to
    raise Unfetchable(f"転送が多すぎます（{REDIRECTS}回まで）。", "転送先のURLを直接共有してください。")


def fetch_from_slack(url: str, token: str, api_url: str) -> bytes:
    """Bring a file that was shared in Slack. The token goes to Slack's own hosts and the configured API's, no other.

    Raises Unfetchable with the reason.
    """
    host, api = _split(url), urlsplit(api_url)
    own = host.scheme == "https" and (host.hostname in _SLACK_HOSTS or (host.hostname or "").endswith(".slack.com"))
    if not own and (host.scheme, host.netloc) != (api.scheme, api.netloc):
        raise Unfetchable(
            "Slackのファイルではないため、取り込みませんでした。", "ファイルをSlackに直接アップロードしてください。"
        )
    with _prepared(requests.Session()) as session:
        answer = _get(session, url, {"Authorization": f"Bearer {token}"})
        if answer.is_redirect or "text/html" in answer.headers.get("content-type", ""):
            answer.close()  # Slack answers a sign-in page if the token does not suffice
            raise Unfetchable("ファイルを読む権限がありません。", "管理者がアプリに「files:read」を加えてください。")
        return _read(answer, url, time.monotonic() + SECONDS).data


def public_addresses(url: str, private_hosts: Collection[str] = ()) -> list[str]:
    """The addresses of a URL's host, judged as `fetch` judges them: for a program that connects by itself and can be
    told where to. Raises Unfetchable."""
    parts = _judged(url, private_hosts)
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as e:
        raise _no_connection() from e
    addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
    if not _named(parts, private_hosts) and not _policy()._is_network_connection_allowed(addresses):
        raise _private()
    return addresses


def _session(url: str, private_hosts: Collection[str]) -> requests.Session:
    named = _named(_judged(url, private_hosts), private_hosts)
    return _prepared(requests.Session() if named else _policy().get_antissrf_session())


def _judged(url: str, private_hosts: Collection[str]) -> SplitResult:
    """The parts of an address that may be asked, as far as its looks go."""
    if len(url) > URL_LIMIT:
        raise Unfetchable("URLが長すぎるため、取り込めません。", "記事そのもののURLを共有してください。")
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfetchable("http または https のURLではないため、取り込めません。")
    if parts.username is not None or parts.password is not None:
        raise Unfetchable("ユーザー名やパスワードを含むURLは取り込めません。", "取り除いて共有してください。")
    return parts


def _named(parts: SplitResult, private_hosts: Collection[str]) -> bool:
    return parts.hostname in private_hosts or parts.netloc.lower() in private_hosts


def _policy() -> AntiSSRFPolicy:
    policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    policy.allow_plain_text_http = True
    policy.add_xff_header = False
    policy.add_denied_addresses(list(_DISGUISED))
    return policy


def _prepared(session: requests.Session) -> requests.Session:
    session.trust_env = False  # a proxy of the environment would resolve names for us, unjudged
    for adapter in session.adapters.values():
        adapter.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}  # type: ignore[attr-defined]
    return session


def _split(url: str, target: str = "") -> SplitResult:
    """The parts of an address, or of what it redirects to."""
    try:
        parts = urlsplit(urljoin(url, target))
        _ = parts.port  # judged only when it is asked for
    except ValueError as e:
        raise Unfetchable("URLの形が正しくないため、取り込めません。", "URLを確認してください。") from e
    return parts


def _get(session: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
    try:
        return session.get(
            url,
            headers={"User-Agent": _AGENT, **headers},
            timeout=(5, HEAD_SECONDS),
            stream=True,
            allow_redirects=False,
        )
    except AntiSSRFError as e:
        raise _private() from e
    except requests.exceptions.Timeout as e:
        raise Unfetchable(
            "配信元が時間内に応答しません。", "少し待ってから、もう一度共有してください。", passing=True
        ) from e
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as e:
        raise _no_connection() from e


def _read(answer: requests.Response, url: str, deadline: float, moved_to: str | None = None) -> WebPage:
    with answer:
        said = answer.headers
        page = WebPage(
            url, b"", said.get("content-type", ""), said.get("etag", ""), said.get("last-modified", ""), moved_to
        )
        if answer.status_code == 304:
            return replace(page, unchanged=True)
        if answer.status_code >= 300:
            raise _refused(answer)
        return replace(page, data=_body(answer, deadline))


def _body(answer: requests.Response, deadline: float) -> bytes:
    data = bytearray()
    try:
        # decoded as it comes, so that a small answer that unfolds into gigabytes is cut at the limit too
        # and as soon as it comes: who waits for full blocks never looks at the clock while an answer drips
        while chunk := answer.raw.read1(65_536, decode_content=True):
            data += chunk
            if len(data) > SIZE_LIMIT:
                raise Unfetchable(f"ページが大きすぎます（上限{SIZE_LIMIT // 1_000_000}MB）。")
            if time.monotonic() > deadline:
                raise _too_slow()
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as e:
        raise Unfetchable("配信元との接続が途中で切れました。", "もう一度共有してください。", passing=True) from e
    return _unpacked(bytes(data))


def _unpacked(data: bytes) -> bytes:
    """The bytes without a gzip that no header told of."""
    if not data.startswith(b"\x1f\x8b\x08"):
        return data
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(data, SIZE_LIMIT + 1)
    except zlib.error:
        return data
    if len(unpacked) > SIZE_LIMIT:
        raise Unfetchable(f"ページが大きすぎます（上限{SIZE_LIMIT // 1_000_000}MB）。")
    return unpacked


def _in_ascii(location: str) -> str:
    """Where an answer redirects to, with characters as they are in the header (UTF-8, which HTTP reads as Latin-1)."""
    with suppress(UnicodeEncodeError, UnicodeDecodeError):
        location = location.encode("latin-1").decode()
    return quote(location, safe="!#$%&'()*+,/:;=?@[]~")


def _given(headers: dict[str, str]) -> dict[str, str]:
    # what came from a server goes back to it, unless it could end a line
    return {name: value for name, value in headers.items() if value.isascii() and value.isprintable() and value}


# ---- what went wrong
def _refused(answer: requests.Response) -> Unfetchable:
    status = answer.status_code
    if status == 410:
        what, remedy = "このページは配信元で削除されました (410)。", ""
    elif status in (401, 403, 407):
        what = f"配信元が閲覧を許可していません ({status})。"
        remedy = "会員限定のページであれば、記事の本文を貼り付けてください。"
    elif status == 404:
        what, remedy = "ページが見つかりません (404)。", "URLを確認してください。"
    elif status == 429:
        what, remedy = "配信元が取得の回数を制限しています (429)。", "少し待ってから、もう一度共有してください。"
    elif status >= 500:
        what, remedy = f"配信元が応答しません ({status})。", "少し待ってから、もう一度共有してください。"
    else:
        what, remedy = f"配信元が応答しません ({status})。", "URLを確認してください。"
    passing = status >= 500 or status in (408, 425, 429)
    after = _retry_after(answer)
    return Unfetchable(what, remedy, status=status, retry_after=after, gone=status == 410, passing=passing)


def _retry_after(answer: requests.Response) -> float | None:
    """The seconds that an answer asks us to wait, by the server's own clock if it names a time."""
    written = answer.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        until = email.utils.parsedate_to_datetime(written)
        seconds = until.timestamp() - _server_time(answer)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds)


def _server_time(answer: requests.Response) -> float:
    try:
        return email.utils.parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return time.time()


def _private() -> Unfetchable:
    return Unfetchable(
        "公開されていないアドレスのため、取り込みを断りました。",
        "社内のCMSであれば、管理者が KAWARABAN_PRIVATE_HOSTS に加えられます。",
    )


def _no_connection() -> Unfetchable:
    return Unfetchable("配信元に接続できません。", "URLを確認してください。")


def _too_slow() -> Unfetchable:
    return Unfetchable(
        f"配信元の応答が遅すぎます（{SECONDS}秒で打ち切り）。", "少し待ってお試しください。", passing=True
    )


# ---- an answer that never begins
# a time-out is told of each byte anew: who sends a header line a byte at a time would hold us for days
@contextmanager
def _cut_off(connection: HTTPConnection) -> Iterator[None]:
    late: list[bool] = []

    def cut(sock: Any) -> None:
        late.append(True)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(HEAD_SECONDS, cut, (connection.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late:
            raise TimeoutError


class _Http(HTTPConnection):
    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        with _cut_off(self):
            return super().getresponse()


class _Https(HTTPSConnection):
    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        with _cut_off(self):
            return super().getresponse()


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https
