"""HTTP mode: gunicorn before Bolt's WSGI adapter, with /hooks, /healthz and /metrics beside it."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication

from bot.errors import StoreBusy
from bot.runtime.app import EVENTS_PATH, Newsroom

BODY_LIMIT = 1_000_000
HOOK_LIMIT = 5_000_000
"""A push that touches thousands of files names them all."""
_HOOK = re.compile(r"/hooks/([1-9]\d{0,8})")
Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def wsgi(newsroom: Newsroom) -> Wsgi:
    """The whole HTTP surface: POST /slack/events, POST /hooks/{source}, GET /healthz, GET /metrics; 404 for anything
    else."""
    slack = newsroom.wsgi()

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == EVENTS_PATH:
            return _events(slack, environ, start)
        if path.startswith("/hooks/") and environ.get("REQUEST_METHOD") == "POST":
            return _hook(newsroom, environ, start)
        if path == "/healthz":
            return _health(newsroom, start)
        if path == "/metrics":
            return _metrics(newsroom, start)
        return _answer(start, "404 Not Found", b"not found\n")

    return app


def _events(slack: Wsgi, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    # nothing of a stranger's is read that Slack would not send
    if int(environ.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        return _answer(start, "413 Content Too Large", b"too large\n")
    try:
        return slack(environ, start)
    except UnicodeDecodeError:
        return _answer(start, "400 Bad Request", b"not UTF-8\n")


def _hook(newsroom: Newsroom, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A site says that it has something new: look at once. Who signs wrongly learns nothing, not even which sources
    there are; the same call again is one more look at the most."""
    body = environ["wsgi.input"].read(HOOK_LIMIT + 1)
    if len(body) > HOOK_LIMIT:
        return _answer(start, "413 Content Too Large", b"too large\n")
    source = _HOOK.fullmatch(environ.get("PATH_INFO", ""))
    signed = is_signed(newsroom.settings.hook_secret, body, environ.get("HTTP_X_HUB_SIGNATURE_256", ""))
    try:
        if not (signed and source and newsroom.desk.sources.request_poll(int(source[1]))):
            return _answer(start, "404 Not Found", b"not found\n")
    except StoreBusy as e:
        return _answer(start, "503 Service Unavailable", f"{e}\n".encode())
    newsroom.pollers.wake()
    return _answer(start, "202 Accepted", b"accepted\n")


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether a body is signed with the secret as GitHub signs what it pushes (X-Hub-Signature-256). Without a secret
    nothing is."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode("latin-1", "replace")) and bool(secret)


class Server(BaseApplication):
    """gunicorn in this process tree. Each worker builds its own newsroom, since connections do not survive a fork."""

    def __init__(self, build: Callable[[], Newsroom], bind: str, *, workers: int = 1, threads: int = 16) -> None:
        self._build = build
        self._options = {
            "bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread", "keepalive": 65,
            "graceful_timeout": 30, "timeout": 60, "accesslog": None, "loglevel": "warning",
        }  # fmt: skip
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's hook: our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """gunicorn's hook: the application of one worker."""
        return wsgi(self._build())


def _health(newsroom: Newsroom, start: Start) -> Iterable[bytes]:
    answers = newsroom.store.health.answers()
    status = "200 OK" if answers else "503 Service Unavailable"
    return _answer(start, status, json.dumps({"database": answers}).encode() + b"\n", "application/json")


def _metrics(newsroom: Newsroom, start: Start) -> Iterable[bytes]:
    try:
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
    except ImportError:
        return _answer(start, "404 Not Found", b"install kawaraban[metrics] for /metrics\n")
    try:
        counts = newsroom.store.health.counts()
    except StoreBusy as e:
        return _answer(start, "503 Service Unavailable", f"{e}\n".encode())
    registry = CollectorRegistry()
    for name, value in counts.items():
        Gauge(f"kawaraban_{name}", f"{name.replace('_', ' ')} in the store", registry=registry).set(value)
    return _answer(start, "200 OK", generate_latest(registry), CONTENT_TYPE_LATEST)


def _answer(start: Start, status: str, body: bytes, kind: str = "text/plain; charset=utf-8") -> Iterable[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
