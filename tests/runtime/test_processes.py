"""`kawaraban run`, the whole process: Socket Mode against a Slack of a few lines that speaks WebSocket."""

import base64
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.conftest import ANNA, NEWS


class WebSocket:
    """The server's end of one WebSocket (RFC 6455): a handshake and text frames, as much as Socket Mode needs."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        connection.settimeout(20)
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(4096)
        key = next(
            line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )

    def say(self, message: dict[str, Any]) -> None:
        """Send one message."""
        data = json.dumps(message).encode()
        size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
        self.connection.sendall(b"\x81" + size + data)

    def hear(self) -> dict[str, Any]:
        """The next text message; pings and pongs are passed over."""
        while True:
            kind, length = self._take(2)
            length &= 0x7F
            if length == 126:
                length = struct.unpack(">H", self._take(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self._take(8))[0]
            mask, data = self._take(4), self._take(length)
            if kind & 0x0F == 1:
                told: dict[str, Any] = json.loads(bytes(b ^ mask[i % 4] for i, b in enumerate(data)))
                return told

    def _take(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece:
                raise EOFError("the bot hung up")
            data += piece
        return data


@pytest.fixture
def slack(httpserver: HTTPServer) -> Iterator[socket.socket]:
    """A Slack that knows two methods, and the socket it sends the bot to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(30)
        who = {"ok": True, "user_id": "U0KAWARAB", "bot_id": "B1", "team_id": "T1", "team": "瓦版", "user": "kawaraban"}
        httpserver.expect_request("/api/auth.test").respond_with_json(who)
        address = f"ws://127.0.0.1:{listening.getsockname()[1]}/link"
        httpserver.expect_request("/api/apps.connections.open").respond_with_json({"ok": True, "url": address})
        yield listening


def test_the_bot_connects_migrates_answers_a_command_and_stops_when_told(
    slack: socket.socket, httpserver: HTTPServer, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": httpserver.url_for("/api/"),
        "KAWARABAN_DATA": str(tmp_path),
    }
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment) as bot:
        try:
            connection, _ = slack.accept()
            with closing(connection):
                channel = WebSocket(connection)
                channel.say({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
                command = {"command": "/search", "text": "量子", "user_id": ANNA, "channel_id": NEWS, "team_id": "T1"}
                channel.say(
                    {
                        "envelope_id": "one",
                        "type": "slash_commands",
                        "accepts_response_payload": True,
                        "payload": {**command, "response_url": httpserver.url_for("/answer"), "trigger_id": "1.2"},
                    }
                )
                answer = channel.hear()
                bot.send_signal(signal.SIGTERM)
                assert bot.wait(20) == 0
        finally:
            bot.kill()
    text = "「量子」に当たる記事はありません。語を減らすか、別の語でお試しください。"
    assert answer == {
        "envelope_id": "one",
        "payload": {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]},
    }
    assert (tmp_path / "kawaraban.db").exists()
