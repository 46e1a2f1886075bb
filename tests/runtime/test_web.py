"""The bot behind HTTP, as Slack and a monitor see it."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client, TestResponse

from bot.fake_slack import Slack, headers
from bot.runtime.web import HOOK_LIMIT, wsgi
from storage.store import Store
from tests.conftest import ANNA, NEWS, ROOT, Office
from tests.storage.articles import newsroom as newsroom_folder
from tests.storage.articles import publish


@pytest.fixture
def client(office: Office) -> Client:
    """Somebody who speaks HTTP to the newsroom."""
    return Client(wsgi(office.newsroom))


def body(command: str, text: str, response_url: str = "") -> str:
    fields = {"command": command, "text": text, "user_id": ANNA, "channel_id": NEWS, "team_id": "T1"}
    return urlencode(fields | {"trigger_id": "1.2", "response_url": response_url or "https://hooks.slack.com/1"})


def post(client: Client, data: str, secret: str, **more: str) -> TestResponse:
    return client.post("/slack/events", data=data, headers=headers(data, secret) | more)


@pytest.mark.both_engines
def test_health_says_whether_the_database_answers(client: Client, office: Office) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content_type, answer.json) == (200, "application/json", {"database": True})
    away = replace(office.newsroom, store=Store.at("postgresql+psycopg://nobody@127.0.0.1:1/none", office.clock))
    answer = Client(wsgi(away)).get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": False})
    assert Client(wsgi(away)).get("/metrics").status_code == 503


@pytest.mark.both_engines
def test_metrics_count_what_the_store_holds(client: Client, office: Office) -> None:
    answer = client.get("/metrics")
    lines = [line.split() for line in answer.text.splitlines() if not line.startswith("#")]
    assert answer.status_code == 200
    assert {name: float(value) for name, value in lines} == {
        f"kawaraban_{name}": float(count) for name, count in office.newsroom.store.health.counts().items()
    }


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/x", "/slack/install", "/healthz/"])
def test_anything_else_is_not_found(path: str, client: Client) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "not found\n")


def test_a_signed_command_is_answered(client: Client, office: Office) -> None:
    answer = post(client, body("/summary", "3"), office.slack.signing_secret)
    assert answer.status_code == 200
    shown = json.loads(answer.text)
    assert shown["text"] == office.types("/summary 3").text
    assert shown["blocks"]


def test_the_word_payload_is_a_word_like_any_other(client: Client, office: Office) -> None:
    answer = post(client, body("/search", "payload"), office.slack.signing_secret)
    assert (answer.status_code, json.loads(answer.text)["text"]) == (200, office.types("/search payload").text)


def test_what_is_not_signed_by_slack_is_turned_away(client: Client) -> None:
    data = body("/summary", "3")
    assert client.post("/slack/events", data=data).status_code == 401
    assert post(client, data, "another secret").status_code == 401
    late = headers(data, "signing-secret", timestamp=int(time.time()) - 600)
    assert client.post("/slack/events", data=data, headers=late).status_code == 401
    altered = headers(data, "signing-secret")
    assert client.post("/slack/events", data=data + "&text=4", headers=altered).status_code == 401


def test_web_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Slack(token="xoxb-1") as slack:
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_API_URL": slack.url, "SLACK_SIGNING_SECRET": slack.signing_secret,
            "KAWARABAN_DATA": str(tmp_path), "PORT": str(port),
        }  # fmt: skip
        command = [sys.executable, "-m", "bot", "web"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as web:
            try:
                assert _ask(port, "/healthz") == '{"database": true}\n'
                data = body("/kawaraban", "ヘルプ", f"{slack.url}response")
                shown = json.loads(_ask(port, "/slack/events", data, headers(data, slack.signing_secret)))
            finally:
                web.send_signal(signal.SIGTERM)
                _, said = web.communicate(timeout=30)
    assert "/summary" in shown["text"] + json.dumps(shown["blocks"])
    assert (web.returncode, "Traceback" in said) == (0, False), said


def _ask(port: int, path: str, data: str | None = None, sent: dict[str, str] | None = None) -> str:
    """What the server answers, which may need a moment to come up."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data.encode() if data else None, sent or {})
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError("nobody answers")


# ---- POST /hooks/{source}
SECRET = "between the desk and its repository"


def signature(data: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()}


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> Path:
    """A folder that is looked at, and was looked at just now."""
    object.__setattr__(office.newsroom.settings, "hook_secret", SECRET)
    folder = newsroom_folder(tmp_path / "desk", 2)
    source, _ = office.newsroom.desk.sources.add(str(folder), local=True)
    office.newsroom.desk.sources.poll_now(source.id)
    office.clock.forward(seconds=10)
    return folder


def titles(office: Office) -> int:
    return len(list(office.newsroom.store.posts.all()))


def hook(office: Office) -> str:
    return f"/hooks/{office.newsroom.desk.sources.all()[-1].id}"


@pytest.mark.both_engines
def test_a_signed_push_is_a_look_at_once_and_its_replay_brings_nothing_twice(
    client: Client, office: Office, folder: Path
) -> None:
    publish(folder, 5)
    before, data = titles(office), b'{"ref": "refs/heads/main"}'
    for _ in range(3):
        answer = client.post(hook(office), data=data, headers=signature(data))
        assert (answer.status_code, answer.text) == (202, "accepted\n")
    assert titles(office) == before + 1


def test_who_signs_wrongly_learns_nothing_and_nothing_happens(client: Client, office: Office, folder: Path) -> None:
    publish(folder, 5)
    before, data = titles(office), b"{}"
    forged = [
        client.post(hook(office), data=data, headers=signature(data, "guessed")),
        client.post(hook(office), data=data),
        client.post(hook(office), data=data, headers={"X-Hub-Signature-256": "sha256=é"}),
        client.post(hook(office), data=data + b" ", headers=signature(data)),
        client.post("/hooks/999", data=data, headers=signature(data)),
        client.post("/hooks/999", data=data, headers=signature(data, "guessed")),
        client.post("/hooks/0x1", data=data, headers=signature(data)),
        client.get(hook(office)),
        client.get("/nothing"),
    ]
    assert {(a.status_code, a.text, a.content_type) for a in forged} == {
        (404, "not found\n", "text/plain; charset=utf-8")
    }
    assert titles(office) == before


def test_without_a_secret_no_hook_is_heard(client: Client, office: Office, folder: Path) -> None:
    object.__setattr__(office.newsroom.settings, "hook_secret", "")
    assert client.post(hook(office), data=b"", headers=signature(b"", "")).status_code == 404


def test_a_hook_of_any_size_is_read_no_further_than_its_limit(client: Client, office: Office, folder: Path) -> None:
    data = b"x" * (HOOK_LIMIT + 1)
    assert client.post(hook(office), data=data, headers=signature(data)).status_code == 413
