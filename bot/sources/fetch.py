"""The only module that opens a network connection. Addresses are judged before a byte is sent to them."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions

from bot.errors import Unfetchable

SIZE_LIMIT = 5_000_000
SECONDS = 20
REDIRECTS = 5
_AGENT = "Kawaraban/0.1 (newsroom bot)"
_SLACK_HOSTS = ("files.slack.com", "slack-files.com")


@dataclass(frozen=True)
class Page:
    """What an address answered: its bytes, at most SIZE_LIMIT, from `url` after redirects."""

    url: str
    data: bytes
    content_type: str


def fetch(url: str, private_hosts: Collection[str] = ()) -> Page:
    """Bring a public page. `private_hosts` (`cms.local` or `cms.local:8080`) may have a private address and plain http.

    Raises Unfetchable with the reason: a refused address, no answer, an error status, too much, too slow.
    """
    deadline = time.monotonic() + SECONDS
    for _ in range(REDIRECTS + 1):
        with _session(url, private_hosts) as session:
            answer = _get(session, url, {})
            if answer.is_redirect:
                answer.close()
                url = _split(url, answer.headers["location"]).geturl()
                continue
            return _read(answer, url, deadline)
    raise Unfetchable(f"転送が多すぎます（{REDIRECTS}回まで）。転送先のURLを直接共有してください。")


def fetch_from_slack(url: str, token: str, api_url: str) -> bytes:
    """Bring a file that was shared in Slack. The token goes to Slack's own hosts and the configured API's, no other.

    Raises Unfetchable with the reason.
    """
    host, api = _split(url), urlsplit(api_url)
    own = host.scheme == "https" and (host.hostname in _SLACK_HOSTS or (host.hostname or "").endswith(".slack.com"))
    if not own and (host.scheme, host.netloc) != (api.scheme, api.netloc):
        raise Unfetchable(
            "Slackのファイルではないため、取り込みませんでした。ファイルをSlackに直接アップロードしてください。"
        )
    with requests.Session() as session:
        session.trust_env = False
        answer = _get(session, url, {"Authorization": f"Bearer {token}"})
        if answer.is_redirect or "text/html" in answer.headers.get("content-type", ""):
            answer.close()  # Slack answers a sign-in page where the token does not suffice
            raise Unfetchable("ファイルを読む権限がありません。管理者がアプリに「files:read」を加えてください。")
        return _read(answer, url, time.monotonic() + SECONDS).data


def _session(url: str, private_hosts: Collection[str]) -> requests.Session:
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfetchable("http または https のURLではないため、取り込めません。")
    if parts.username or parts.password:
        raise Unfetchable("ユーザー名やパスワードを含むURLは取り込めません。取り除いて共有してください。")
    session: requests.Session
    if parts.hostname in private_hosts or parts.netloc in private_hosts:
        session = requests.Session()
    else:
        policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
        policy.allow_plain_text_http = True
        session = policy.get_antissrf_session()
    session.trust_env = False  # a proxy of the environment would resolve names for us, unjudged
    return session


def _split(url: str, target: str = "") -> SplitResult:
    """The parts of an address, or of what it redirects to."""
    try:
        parts = urlsplit(urljoin(url, target))
        _ = parts.port  # judged only when it is asked for
    except ValueError as e:
        raise Unfetchable("URLの形が正しくないため、取り込めません。URLを確認してください。") from e
    return parts


def _get(session: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
    try:
        return session.get(
            url, headers={"User-Agent": _AGENT, **headers}, timeout=(5, 10), stream=True, allow_redirects=False
        )
    except AntiSSRFError as e:
        raise Unfetchable(
            "公開されていないアドレスのため、取り込みを断りました。"
            "社内のCMSであれば、管理者が KAWARABAN_PRIVATE_HOSTS に加えられます。"
        ) from e
    except requests.exceptions.Timeout as e:
        raise Unfetchable("配信元が時間内に応答しません。少し待ってから、もう一度共有してください。") from e
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as e:
        raise Unfetchable("配信元に接続できません。URLを確認してください。") from e


def _read(answer: requests.Response, url: str, deadline: float) -> Page:
    with answer:
        if answer.status_code >= 400:
            side = "少し待ってから、もう一度共有してください" if answer.status_code >= 500 else "URLを確認してください"
            raise Unfetchable(f"配信元が応答しません ({answer.status_code})。{side}。")
        data = bytearray()
        try:
            # decoded as it comes, so that a small answer that unfolds into gigabytes is cut at the limit too
            # and as soon as it comes: who waits for full blocks never looks at the clock while an answer drips
            while chunk := answer.raw.read1(65_536, decode_content=True):
                data += chunk
                if len(data) > SIZE_LIMIT:
                    raise Unfetchable(f"ページが大きすぎます（上限{SIZE_LIMIT // 1_000_000}MB）。")
                if time.monotonic() > deadline:
                    raise Unfetchable(f"配信元の応答が遅すぎます（{SECONDS}秒で打ち切り）。少し待ってお試しください。")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as e:
            raise Unfetchable("配信元との接続が途中で切れました。もう一度共有してください。") from e
        return Page(url, bytes(data), answer.headers.get("content-type", ""))
