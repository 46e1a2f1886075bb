"""Thousands of damaged posts, feeds and pages: none may crash the reading, hold it up or fill the memory.

    uv run python benchmarks/fuzz.py DIR [--inputs 10000] [--seed 1] [--keep FOLDER]

Starts from the folder's posts and from the feeds and pages of the tests, damages each in one to four ways and reads it
in a process of its own. `ok` means no error but the ones with a sentence, nothing over 5 seconds of processor time, and
never more than 300 MB in the reading process. --keep writes what did harm to a folder, to be looked at.
"""

import argparse
import json
import multiprocessing
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.domain.posts import Draft
from bot.errors import KawarabanError
from bot.sources import feed, jekyll, page
from bot.sources.web_page import SIZE_LIMIT, WebPage
from tests.sources import zoo

ROOT = Path(__file__).parents[1]
SECONDS, PATIENCE, MEGABYTES = 5.0, 60.0, 300
NOW, TOKYO = datetime(2026, 2, 1, tzinfo=UTC), ZoneInfo("Asia/Tokyo")
URL = "https://news.example/2026/a"
SITE = jekyll.Site(Path("/desk"), "港の新聞", url="https://news.example", permalink="/:categories/:title/", zone=TOKYO)
# what readers of such files have stumbled over
NASTY = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"\x1b(B", b"\xed\xa0\x80", b"\r", b"\t", b"---\n", b"...\n",
    b"&a", b"*a", b"!!python/object:os.system", b"<<: *a\n", b"? ", b"|\n", b"%YAML 9.9\n", b"- - - - - ", b"{{{{",
    b"[[[[", b"\"", b"'", b"&amp;", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&lol9;", b"<![CDATA[", b"]]>", b"<!--",
    b"-->", b"<!DOCTYPE x [", b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"<script>", b"</script>",
    b"<table><tr><td>", b"<svg>", b"<plaintext>", b"<template>", b"<frameset>", b"<base href='//['>",
    b"href='http://[::1'", b"http://a:99999999/", b"javascript:1", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\\ud800",
    b"\\u0000", b"1e999999", b"-", b"9", b"%00", b"%%%", b"://", b"<a href=", b"</p></div></body></html>", b"<p",
    b"<item>", b"</item>", b"<entry>", b"<rss>", b"2026-99-99", b"+99:99",
)  # fmt: skip
# and what grows while it is read
ENDLESS = (
    b"<div>", b"<b>", b"<p>", b"<a>", b"<ul><li>", b"<table><tr><td>", b"<font>", b"<![CDATA[", b"<!--", b"<", b">",
    b"&", b"&a;", b"[", b"{", b"(", b"- ", b"  ", b"\n", b"a: &a [*a,*a]\n", b"{a: ", b'{"a":', b"[1,", b"\\",
    b"<item>", b"<entry><title>", b"<x:y>", b" a='b'", b"\xe3\x81\x82", b"\xe3\x80\x82", b"a@", b"1-", b"/:a", b"%E3",
    b":title", b"<br>", b"<rt>", b"`", b"|", b"<script type='application/ld+json'>{", b'{"@graph":[',
    b"<meta property='og:title' content='", b"<?xml ", b"charset=",
)  # fmt: skip

Read = Callable[[bytes], object]


@dataclass
class Tally:
    """How it went. `harm` holds (kind, what happened, input)."""

    counts: Counter[str] = field(default_factory=Counter)
    harm: list[tuple[str, str, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    slowest: float = 0.0
    megabytes: float = 0.0


def main() -> int:
    """Run it; 0 where nothing did harm."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--inputs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    tally = Tally()
    read_all(islice(damaged(chosen.folder, random.Random(chosen.seed)), chosen.inputs), tally)
    if chosen.keep:
        keep(tally, chosen.keep)
    return report(tally, chosen.inputs, chosen.seed)


# ---- what is read
def seeds(folder: Path) -> dict[str, list[bytes]]:
    """Whole files of each kind."""
    posts = [file.read_bytes() for file in islice(jekyll.posts(folder), 200)]
    pages = [file.read_bytes() for file in sorted((ROOT / "tests" / "sources" / "cms").glob("*.html"))]
    return {"front matter": posts, "feed": [a.data for a in zoo.FEEDS], "page": pages}


def damaged(folder: Path, luck: random.Random) -> Iterator[tuple[str, bytes]]:
    """Files of every kind in turn, each damaged, for ever."""
    whole = seeds(folder)
    while True:
        for kind, files in whole.items():
            data = luck.choice(files)
            if kind == "front matter":  # the text below it is read by nobody here
                data = data[: luck.choice((3_000, 8_000, 30_000))]
            for _ in range(luck.randint(1, 4)):
                data = luck.choice(DAMAGES)(data, luck.choice(files), luck)
            yield kind, data[: SIZE_LIMIT + 1]


def flip(data: bytes, other: bytes, luck: random.Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(min(len(changed), luck.randint(1, 20))):
        changed[luck.randrange(len(changed))] = luck.randrange(256)
    return bytes(changed)


def cut(data: bytes, _: bytes, luck: random.Random) -> bytes:
    """A piece is missing, or all after a point."""
    start, end = piece(data, luck)
    return data[:start] + (data[end:] if luck.random() < 0.7 else b"")


def repeat(data: bytes, _: bytes, luck: random.Random) -> bytes:
    """A piece stands there several times."""
    start, end = piece(data, luck)
    return data[:end] + data[start:end] * luck.randint(1, 30) + data[end:]


def graft(data: bytes, other: bytes, luck: random.Random) -> bytes:
    """A piece of another file stands in it."""
    start, end = piece(other, luck)
    at = luck.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def poison(data: bytes, other: bytes, luck: random.Random) -> bytes:
    """Nasty signs stand in it."""
    for _ in range(luck.randint(1, 8)):
        at = luck.randint(0, len(data))
        data = data[:at] + luck.choice(NASTY) + data[at:]
    return data


def swell(data: bytes, _: bytes, luck: random.Random) -> bytes:
    """One sign stands there hundreds of times, now and then a million times."""
    times = luck.choice((100, 1_000, 5_000, 20_000) if luck.random() < 0.95 else (200_000, 1_000_000))
    at = luck.randint(0, len(data))
    return data[:at] + luck.choice(ENDLESS) * times + data[at:]


def recode(data: bytes, _: bytes, luck: random.Random) -> bytes:
    """It is in another encoding than it says."""
    names = ("utf-16", "utf-16-le", "cp932", "euc_jp", "iso2022_jp", "utf-8-sig", "utf-7", "utf-32")
    return data.decode("utf-8", "replace").encode(luck.choice(names), "replace")


DAMAGES = (flip, flip, cut, repeat, graft, poison, poison, swell, recode)


def piece(data: bytes, luck: random.Random) -> tuple[int, int]:
    """A random piece's ends, seldom a large one."""
    start = luck.randint(0, len(data))
    return start, min(len(data), start + int(luck.paretovariate(0.5)))


# ---- reading, in a process of its own
def read_front(data: bytes) -> list[Draft]:
    """A file, with each of the paths it may have."""
    made = jekyll.parse(data, "ai/_posts/2026-01-15-a.md", NOW, SITE)
    return [made] if made else []


def read_feed(data: bytes) -> list[Draft]:
    """A feed."""
    return list(feed.parse(data, "text/xml", URL, NOW, TOKYO).drafts) if feed.is_feed(WebPage(URL, data, "")) else []


def read_page(data: bytes) -> list[Draft]:
    """A page and the feeds it names."""
    answer = WebPage(URL, data, "text/html")
    page.feeds(answer)
    return [page.parse(answer, NOW, TOKYO)]


READERS: dict[str, Callable[[bytes], list[Draft]]] = {
    "front matter": read_front,
    "feed": read_feed,
    "page": read_page,
}


def serve(pipe: Connection) -> None:
    """Read what comes until nothing more does; answer (outcome, seconds of processor time, peak memory)."""
    while (work := pipe.recv()) is not None:
        kind, data = work
        started = time.process_time()
        try:
            drafts = READERS[kind](data)
            for made in drafts:  # a database keeps neither NUL nor half a character
                assert "\0" not in (made.title + made.raw + "".join(made.addresses)).encode().decode()
            outcome = "read" if drafts else "nothing"
        except KawarabanError:
            outcome = "refused"
        except BaseException:
            outcome = traceback.format_exc(limit=-4)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send((outcome, time.process_time() - started, megabytes))


def read_all(inputs: Iterator[tuple[str, bytes]], tally: Tally) -> None:
    """Read the inputs one after the other; a process that does not answer is ended and another goes on."""
    context = multiprocessing.get_context("spawn")
    process, pipe = begin(context)
    for kind, data in inputs:
        pipe.send((kind, data))
        try:
            answer = pipe.recv() if pipe.poll(PATIENCE) else ("no answer", PATIENCE, 0.0)
        except EOFError:
            answer = ("the process died", 0.0, 0.0)
        note(tally, kind, data, *answer)
        if answer[0] in ("no answer", "the process died") or answer[2] > MEGABYTES:
            process.kill()
            process, pipe = begin(context)
    pipe.send(None)
    process.join(10)


def begin(context: multiprocessing.context.SpawnContext) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    """A process that reads, and the way to it."""
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def note(tally: Tally, kind: str, data: bytes, outcome: str, seconds: float, megabytes: float) -> None:
    """Count an outcome, and keep what did harm."""
    tally.seconds += seconds
    tally.slowest = max(tally.slowest, seconds)
    tally.megabytes = max(tally.megabytes, megabytes)
    fine = outcome in ("read", "nothing", "refused")
    tally.counts[f"{kind}: {outcome if fine else 'harm'}"] += 1
    if not fine:
        tally.harm.append(("hang" if outcome == "no answer" else "crash", outcome, data))
    if seconds > SECONDS:
        tally.harm.append(("hang", f"{seconds:.1f} s", data))
    if megabytes > MEGABYTES:
        tally.harm.append(("memory", f"{megabytes:.0f} MB", data))


# ---- what is told
def keep(tally: Tally, folder: Path) -> None:
    """Write each harmful input and what it did."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (kind, what, data) in enumerate(tally.harm):
        (folder / f"{number}-{kind}.bin").write_bytes(data)
        (folder / f"{number}-{kind}.txt").write_text(what)


def report(tally: Tally, inputs: int, seed: int) -> int:
    """A table, what did harm, and the line."""
    table = Table("kind", "outcome", "inputs")
    for name, inputs_so in sorted(tally.counts.items()):
        kind, _, outcome = name.partition(": ")
        table.add_row(kind, outcome, str(inputs_so))
    Console().print(table)
    for kind, what, data in tally.harm[:10]:
        print(f"{kind}: {what}\n    {data[:200]!r}")
    kinds = Counter(kind for kind, _, _ in tally.harm)
    figures = {
        "inputs": inputs, "seed": seed, "read": count(tally, "read"), "refused": count(tally, "refused"),
        "crashes": kinds["crash"], "hangs": kinds["hang"], "over_memory": kinds["memory"],
        "seconds": round(tally.seconds), "slowest_seconds": round(tally.slowest, 2),
        "peak_megabytes": round(tally.megabytes),
        "ok": not tally.harm and tally.counts.total() == inputs,
    }  # fmt: skip
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


def count(tally: Tally, outcome: str) -> int:
    """Inputs of every kind with this outcome."""
    return sum(n for name, n in tally.counts.items() if name.endswith(f": {outcome}"))


if __name__ == "__main__":
    sys.exit(main())
