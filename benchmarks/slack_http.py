"""How fast `/summary` is over HTTP, beside a bare stock Bolt app that answers 「hi」 under the same server.

    uv run python benchmarks/slack_http.py samples [--posts 10000] [--requests 2000]

Takes a folder of posts, fills a throwaway store with 10,000 posts made of them (copies with their own title, address
and day), serves it with `kawaraban web`'s own server, and sends signed requests over kept-alive connections. The two
servers are asked in turns, so that whatever else the machine does falls on both. Prints a table and one JSON line; `ok`
means that our median is at most half of stock Bolt's and our p99 under 50 ms.
"""

import argparse
import json
import multiprocessing
import multiprocessing.process
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk.analysis import read
from bot.domain.posts import Draft
from bot.fake_slack import Slack
from bot.runtime.app import EVENTS_PATH, build
from bot.runtime.web import Server
from bot.settings import Settings
from bot.sources import jekyll
from storage.store import Store

SECRET, TOKEN, SEED, WARM_UP, TURN = "signing-secret", "xoxb-benchmark", 11, 100, 100
DISTINCT = 60


def main() -> int:
    """Run it; 0 where both targets are met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--posts", type=int, default=10_000)
    options.add_argument("--requests", type=int, default=2_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Slack() as slack:
        settings = Settings(
            slack_api_url=slack.url,
            slack_bot_token=TOKEN, slack_signing_secret=SECRET, data=Path(folder), database_url=""
        )  # fmt: skip
        fill(settings, chosen.folder, chosen.posts)
        ours, stock = free_port(), free_port()
        servers = [start(serve_ours, settings, ours), start(serve_stock, settings, stock)]
        try:
            times = measure({"ours": ours, "stock": stock}, chosen.requests, chosen.posts)
        finally:
            for server in servers:
                server.terminate()
                server.join()
    return report(times, chosen.posts)


def fill(settings: Settings, folder: Path, count: int) -> None:
    """A store of `count` posts: those of the folder, each again and again on other days."""
    now = datetime.now(UTC)
    site = jekyll.site(folder, settings.zone)
    drafts = [d for f in list(jekyll.posts(folder))[:DISTINCT] if (d := site.draft(f, now))]
    if not drafts:
        sys.exit(f"no posts in {folder}")
    made = [(draft, read(draft)) for draft in drafts]
    store = Store.at(settings.database, lambda: now, rules=CROSS_POST_RULES)
    store.migrate()
    source = store.sources.ensure("jekyll", str(folder), "benchmark")
    batch = []
    for number in range(count):
        draft, reading = made[number % len(made)]
        batch.append((again(draft, number), reading))
        if len(batch) == 200 or number == count - 1:
            store.posts.save(source, batch)
            batch = []
    store.close()


def again(draft: Draft, number: int) -> Draft:
    """The same post as another one: its own title, address and day (one a day, back from now)."""
    published = datetime.now(UTC) - timedelta(days=number)
    address = f"example.com/{number}"
    return replace(
        draft, title=f"{draft.title} {number}", path=f"{number}.md", url=f"https://{address}/",
        addresses=frozenset({address}), published_at=published,
    )  # fmt: skip


def serve_ours(settings: Settings, port: int) -> None:
    """Our bot under our server."""
    Server(lambda: build(settings), f"127.0.0.1:{port}", threads=4).run()


def serve_stock(settings: Settings, port: int) -> None:
    """Stock Bolt with one command under the same server."""

    def stock() -> Any:
        client = WebClient(token=TOKEN, base_url=settings.slack_api_url)
        app = App(client=client, signing_secret=SECRET, token_verification_enabled=False)

        @app.command("/summary")
        def hi(ack: Ack) -> None:
            ack("hi")

        return SlackRequestHandler(app, path=EVENTS_PATH)

    class Stock(Server):
        def load(self) -> Any:
            return stock()

    Stock(lambda: build(settings), f"127.0.0.1:{port}", threads=4).run()


def start(serve: Callable[[Settings, int], None], settings: Settings, port: int) -> multiprocessing.process.BaseProcess:
    """A server in a process of its own, answering."""
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(settings, port))
    process.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return process
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def measure(ports: dict[str, int], requests: int, posts: int) -> dict[str, list[float]]:
    """Seconds of each request, the servers asked in turns of a hundred."""
    chance = random.Random(SEED)
    connections = {name: HTTPConnection("127.0.0.1", port) for name, port in ports.items()}
    for connection in connections.values():
        for _ in range(WARM_UP):
            ask(connection, chance.randint(1, posts))
    times: dict[str, list[float]] = {name: [] for name in ports}
    while len(times["ours"]) < requests:
        for name, connection in connections.items():
            times[name] += [ask(connection, chance.randint(1, posts)) for _ in range(TURN)]
    return times


def ask(connection: HTTPConnection, post: int) -> float:
    """One signed /summary; the seconds until its answer was read."""
    form = {
        "command": "/summary",
        "text": str(post),
        "user_id": "U1",
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": "1.2",
        "token": "x",
        "response_url": "https://hooks.slack.com/commands/1",
    }
    body = urlencode(form)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(signature),
    }
    began = time.perf_counter()
    connection.request("POST", EVENTS_PATH, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    seconds = time.perf_counter() - began
    if answer.status != 200 or not content:
        sys.exit(f"status {answer.status}: {content[:200]!r}")
    return seconds


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(times: dict[str, list[float]], posts: int) -> int:
    """The table, the JSON line, the exit code."""
    figures = {
        name: {
            "median_ms": round(statistics.median(t) * 1000, 2),
            "p99_ms": round(statistics.quantiles(t, n=100)[98] * 1000, 2),
        }
        for name, t in times.items()
    }
    table = Table(
        "", "median ms", "p99 ms", title=f"/summary over HTTP, {posts:,} posts, {len(times['ours'])} requests"
    )
    labels = {"ours": "kawaraban /summary", "stock": "stock Bolt 「hi」"}
    for name, f in figures.items():
        table.add_row(labels[name], str(f["median_ms"]), str(f["p99_ms"]))
    ratio = round(figures["ours"]["median_ms"] / figures["stock"]["median_ms"], 3)
    Console().print(table)
    ok = ratio <= 0.5 and figures["ours"]["p99_ms"] < 50
    print(json.dumps({**figures, "ratio": ratio, "posts": posts, "seed": SEED, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
