"""The server on 127.0.0.1 that plays a workspace: the Web API, response_urls and files. It records every call.

A fault queued for a method makes its next call fail the way Slack and the network fail.
"""

import contextlib
import json
import socket
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from bot.fake_slack.ack import post_back
from bot.fake_slack.api import answer
from bot.fake_slack.workspace import Json, Workspace

_JSON_FIELDS = ("blocks", "metadata", "view", "unfurls", "attachments", "files", "user_auth_blocks")
OFF_THE_WEB_API = ("response_url", "url_private", "upload_url")  # recorded too, and can have faults
_LOGIN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to Newsroom</body></html>"


@dataclass(frozen=True)
class Call:
    """One call that reached Slack, performed or not: its arguments, decoded if they are JSON, without the token.

    A post to a response_url has the method `response_url`, the download of a file `url_private`, its upload
    `upload_url`.
    """

    method: str
    args: Json


class Reply(NamedTuple):
    """An HTTP response."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that one call meets instead of its answer."""

    done: bool = False  # whether Slack performs the call
    instead: Reply | None = None
    seconds: float = 0  # between performing the call and the answer
    late: float = 0  # seconds before the call is performed
    hangs_up: bool = False

    @classmethod
    def rate_limited(cls, seconds: int = 1) -> "Fault":
        """429 with `Retry-After`; the call is not performed."""
        body = json.dumps({"ok": False, "error": "ratelimited"}).encode()
        return cls(instead=Reply(429, body, headers=(("Retry-After", str(seconds)),)))

    @classmethod
    def server_error(cls) -> "Fault":
        """500 without JSON; the call is not performed."""
        return cls(instead=Reply(500, b"Internal Server Error", "text/plain"))

    @classmethod
    def error_after(cls) -> "Fault":
        """500 although the call was performed."""
        return cls(done=True, instead=cls.server_error().instead)

    @classmethod
    def refuse(cls, error: str, **more: Any) -> "Fault":
        """200 with `ok: false` and Slack's error code; the call is not performed."""
        return cls(instead=Reply(200, json.dumps({"ok": False, "error": error} | more).encode()))

    @classmethod
    def drop_before(cls) -> "Fault":
        """The connection closes after the request was read; the call is not performed."""
        return cls(hangs_up=True)

    @classmethod
    def drop_after(cls) -> "Fault":
        """The call is performed, and the connection closes before the answer."""
        return cls(done=True, hangs_up=True)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        """The call is performed at once and answered after so many seconds."""
        return cls(done=True, seconds=seconds)

    @classmethod
    def lagging(cls, seconds: float) -> "Fault":
        """The call is performed and answered only after so many seconds: until then the channel does not show it."""
        return cls(done=True, late=seconds)


_NONE = Fault(done=True)


class SlackServer(ThreadingHTTPServer):
    """Serves the workspace from construction until `close`. With a token, it accepts only that one."""

    daemon_threads = True
    request_queue_size = 128  # with the default of 5 a busy bot's connections wait for a second

    def __init__(self, workspace: Workspace, token: str | None, scopes: tuple[str, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.workspace = workspace
        self.token = token
        self.scopes = scopes
        self.calls: list[Call] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        workspace.root = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), name="slack", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, and free the port."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def record(self, method: str, args: Json) -> Fault:
        """Record the call, and return the fault that it meets."""
        with self.workspace.lock:
            self.calls.append(Call(method, args))
            return self.faults[method].popleft() if self.faults[method] else _NONE

    def refusal(self, token: str | None) -> str | None:
        """The reason to reject a call with this token; None if it is accepted."""
        if self.token is None or token == self.token:
            return None
        return "invalid_auth" if token else "not_authed"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect; a bug in here must show."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class _Request:
    """The arguments of the request, decoded."""

    args: Json = field(default_factory=dict)
    token: str | None = None
    wrong: str | None = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # send headers and body together
    server: SlackServer

    def do_POST(self) -> None:
        """Handle one call, chosen by the path."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path.lstrip("/")
        kind, _, rest = path.partition("/")
        if kind == "api":
            self._web_api(rest, body)
        elif kind in ("commands", "actions"):
            self._response_url(path, body)
        elif kind == "upload":
            self._upload(rest, body)
        elif kind == "files":
            self._download(rest.split("/")[0])
        else:
            self._send(Reply(404, b"Not Found", "text/plain"))

    def do_GET(self) -> None:
        """The same as POST: Slack accepts both for the Web API, and the other paths differ anyway."""
        self.do_POST()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the terminal belongs to the demo."""

    def _web_api(self, method: str, body: bytes) -> None:
        request = self._decoded(body)
        fault = self.server.record(method, request.args)
        refused = request.wrong or (None if method == "api.test" else self.server.refusal(request.token))

        def call() -> Reply:
            said = {"ok": False, "error": refused} if refused else answer(self.server.workspace, method, request.args)
            scopes = (("X-OAuth-Scopes", ",".join(self.server.scopes)),)
            return Reply(200, json.dumps(said, ensure_ascii=False).encode(), headers=scopes)

        self._meet(fault, call)

    def _decoded(self, body: bytes) -> _Request:
        request = _Request(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
        if (self.headers.get_content_type() if body else "") == "application/json":
            try:
                request.args |= json.loads(body)
            except (ValueError, TypeError):
                request.wrong = "invalid_json"
        else:
            request.args |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        scheme, _, bearer = self.headers.get("Authorization", "").partition(" ")
        given = request.args.pop("token", None)
        request.token = bearer if scheme == "Bearer" else given
        for name in _JSON_FIELDS:
            if isinstance(request.args.get(name), str):
                with contextlib.suppress(ValueError):
                    request.args[name] = json.loads(request.args[name])
        return request

    def _response_url(self, key: str, body: bytes) -> None:
        try:
            said: Json = json.loads(body)
        except ValueError:
            return self._send(Reply(400, b"invalid_payload", "text/plain"))

        def post() -> Reply:
            with self.server.workspace.lock:
                status, text = post_back(self.server.workspace, key, said)
            return Reply(status, text.encode(), "text/plain" if text == "ok" else "application/json; charset=utf-8")

        return self._meet(self.server.record("response_url", said), post)

    def _download(self, number: str) -> None:
        def send() -> Reply:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or not token or self.server.refusal(token):
                return Reply(200, _LOGIN.encode(), "text/html; charset=utf-8")  # a browser would be sent to sign in
            with self.server.workspace.lock:
                found = self.server.workspace.files.get(number)
                content = self.server.workspace.contents.get(number, b"")
            return Reply(200, content, found["mimetype"]) if found else Reply(404, b"", "text/html")

        self._meet(self.server.record("url_private", {"file": number}), send)

    def _upload(self, number: str, body: bytes) -> None:
        def keep() -> Reply:
            with self.server.workspace.lock:
                if number not in self.server.workspace.files:
                    return Reply(404, b"", "text/plain")
                self.server.workspace.contents[number] = body
                self.server.workspace.files[number]["size"] = len(body)
            return Reply(200, f"OK - {len(body)}".encode(), "text/plain")

        self._meet(self.server.record("upload_url", {"file": number}), keep)

    def _meet(self, fault: Fault, do: Callable[[], Reply]) -> None:
        time.sleep(fault.late)
        reply = do() if fault.done else None
        reply = fault.instead or reply
        if fault.hangs_up or reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        time.sleep(fault.seconds)
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            *reply.headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
