"""A newsroom's git history, replayed commit by commit through the very polling that the clock does.

    uv run python benchmarks/replay.py history.bundle [--commits N] [--kills N] [--seed N]

The bundle's branch `main` is let into a repository one commit at a time, each at its own time; then some commits of our
own follow, which rename, edit while they rename, delete and bring back. After each the posts known are compared with
the files in that commit, and every morning's digest is decided. Then all of it again, with the looking process killed
(SIGKILL) at seeded moments and started anew. The last line is JSON.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.desk import Desk
from bot.domain.sources import LEASE
from bot.runtime.desk import build_desk
from bot.settings import Settings
from storage.engine import reading
from storage.store import Store
from storage.tables import posts

CHANNEL = "C0NEWS"
GIT = ("git", "-c", "user.name=replay", "-c", "user.email=replay@example.com", "-c", "commit.gpgsign=false")


@dataclass
class Replay:
    """What one run came to."""

    mismatches: list[str] = field(default_factory=list)
    announced: Counter[int] = field(default_factory=Counter)
    by_mass_commits: int = 0
    largest: int = 0
    kills: int = 0
    end: list[tuple[Any, ...]] = field(default_factory=list)
    seconds: float = 0


class Time:
    """The time of the replay."""

    at = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def git(folder: Path, *words: str) -> str:
    """One command of git; its output."""
    return subprocess.run([*GIT, "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout


def history(bundle: Path, folder: Path, first: int | None) -> tuple[Path, list[tuple[str, datetime]]]:
    """A repository with the bundle's history and ours after it, and its commits with their times, oldest first."""
    subprocess.run([*GIT, "clone", "-q", "-b", "main", str(bundle), str(folder)], check=True)
    commits = listed(folder)
    if first is not None:
        git(folder, "reset", "-q", "--hard", commits[min(first, len(commits)) - 1][0])
    moves(folder)
    return folder, listed(folder)


def listed(folder: Path) -> list[tuple[str, datetime]]:
    lines = git(folder, "log", "--reverse", "--format=%H %cI", "main").splitlines()
    return [(sha, datetime.fromisoformat(at)) for sha, at in (line.split() for line in lines)]


def moves(folder: Path) -> None:
    """Commits of our own: renamed, renamed and edited, deleted, brought back."""
    posts = sorted((folder / "_posts").glob("*.md"))[:12]
    for post in posts[:4]:
        git(folder, "mv", f"_posts/{post.name}", f"_posts/{post.stem}-moved.md")
    commit(folder, "move")
    for post in posts[4:8]:
        git(folder, "mv", f"_posts/{post.name}", f"_posts/{post.stem}-edited.md")
        moved = folder / "_posts" / f"{post.stem}-edited.md"
        moved.write_text(moved.read_text() + "\n追記。この記事は場所を移し、末尾に一文を加えた。\n")
    commit(folder, "move and edit")
    gone = [(post, post.read_bytes()) for post in posts[8:]]
    for post, _ in gone:
        post.unlink()
    commit(folder, "delete")
    for post, data in gone:
        post.write_bytes(data)
    commit(folder, "bring back")


def commit(folder: Path, message: str) -> None:
    last = datetime.fromisoformat(git(folder, "log", "-1", "--format=%cI").strip()) + timedelta(hours=3)
    git(folder, "add", "-A")
    os.environ |= {"GIT_COMMITTER_DATE": last.isoformat(), "GIT_AUTHOR_DATE": last.isoformat()}
    git(folder, "commit", "-q", "-m", message)


def files_in(repository: Path, sha: str) -> dict[str, str]:
    """The posts of a commit: path -> text, as git itself says."""
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", sha, "_posts").split("\0")
    return {
        unicodedata.normalize("NFC", name): subprocess.run(
            [*GIT, "-C", str(repository), "show", f"{sha}:{name}"], check=True, capture_output=True
        ).stdout.decode()
        for name in names
        if name.endswith(".md")
    }


def settings(folder: Path) -> Settings:
    """A newsroom of its own, with a digest every morning."""
    return Settings(
        _env_file=None,
        data=folder,
        digest_channel=CHANNEL,
        digest_ai_only=False,
        digest_limit=20,
    )


def run(folder: Path, repository: Path, commits: list[tuple[str, datetime]], kills: set[int], seed: int) -> Replay:
    """Let the commits in one by one; at those of `kills` the looking process is killed and another looks again."""
    begun, chance, now, done = time.perf_counter(), random.Random(seed), Time(), Replay()
    origin = folder / "origin.git"
    subprocess.run([*GIT, "clone", "-q", "--bare", str(repository), str(origin)], check=True)
    chosen = settings(folder / "data")
    Store.at(chosen.database, now).migrate()
    store, desk = build_desk(chosen, now=now)
    before: dict[str, str] = {}
    for number, (sha, at) in enumerate(commits):
        for morning in mornings(now.at if number else at, at):
            now.at = morning
            announce(desk, done)
        now.at = at
        git(origin, "update-ref", "refs/heads/main", sha)
        if number == 0:
            desk.schedules.sync_configured()
            desk.sources.add(f"{origin}#main", local=True)
        files = files_in(repository, sha)
        wanted = {path for path in files if path not in before}
        known = {p.id for p, _ in store.posts.all()}
        look(desk, now, chosen, number in kills, chance, done)
        compare(store, sha, files, done)
        new = [p.id for p, _ in store.posts.all() if p.id not in known and number]
        touched = sum(files[path] != before.get(path) for path in files)
        if touched >= 50 and number:
            done.largest = max(done.largest, touched)
            done.by_mass_commits += max(0, len(new) - len(wanted))
        before = files
    for morning in mornings(now.at, now.at + timedelta(days=3)):
        now.at = morning
        announce(desk, done)
    rows = ((p.path, p.id, p.revision, p.title, p.withdrawn_at is None) for p, _ in store.posts.all())
    done.end = sorted(rows, key=str)
    done.seconds = time.perf_counter() - begun
    store.close()
    return done


def mornings(after: datetime, until: datetime) -> Iterator[datetime]:
    """Eight o'clock in Tokyo of every day between."""
    slot = after.astimezone(UTC).replace(hour=23, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while (slot := slot + timedelta(days=1)) <= until:
        if slot > after:
            yield slot


def announce(desk: Desk, done: Replay) -> None:
    """What the clock does in the morning."""
    for digest in desk.digests.due():
        done.announced.update(digest.covered)


def look(desk: Desk, now: Time, chosen: Settings, kill: bool, chance: random.Random, done: Replay) -> None:
    """One look at the source, or one that is killed on its way and another after its claim has run out."""
    if kill:
        words = [sys.executable, __file__, "--look", str(chosen.data), now.at.isoformat()]
        looking = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert looking.stdout is not None
        looking.stdout.readline()  # it is about to look
        time.sleep(chance.uniform(0.0, 2.5))
        looking.send_signal(signal.SIGKILL)
        done.kills += looking.wait() == -signal.SIGKILL
        now.at += LEASE + timedelta(seconds=1)
    desk.sources.request_poll(1)
    while (looked := desk.polling.poll_next()) is not None:
        if looked[1].error:
            done.mismatches.append(looked[1].error)


def compare(store: Store, sha: str, files: dict[str, str], done: Replay) -> None:
    """The posts known are the files of the commit, word for word."""
    known = {str(p.path): p for p, _ in store.posts.all()}
    wrong = sorted(files.keys() ^ known.keys())
    with reading(store.engine) as c:
        raw = {row.path: row.raw for row in c.execute(posts.select().where(posts.c.withdrawn_at.is_(None)))}
    wrong += [path for path in files.keys() & known.keys() if raw[path] != files[path]]
    done.mismatches += [f"{sha[:9]} {path}" for path in wrong]


def look_once(data: Path, at: str) -> None:
    """The process that is killed: it looks at what is due, once."""
    now = Time()
    now.at = datetime.fromisoformat(at)
    _, desk = build_desk(settings(data), now=now)
    desk.sources.request_poll(1)
    print("looking", flush=True)
    desk.polling.poll_next()
    time.sleep(60)


def renamed(calm: Replay) -> int:
    """How many of our own moves kept their number: they are the ones with a second revision and an early number."""
    return sum(("-moved.md" in path or "-edited.md" in path) and revision > 1 for path, _, revision, *_ in calm.end)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("bundle", type=Path, nargs="?")
    words.add_argument("--commits", type=int)
    words.add_argument("--kills", type=int, default=12)
    words.add_argument("--seed", type=int, default=5)
    words.add_argument("--look", nargs=2)
    asked = words.parse_args()
    if asked.look:
        look_once(Path(asked.look[0]), asked.look[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        repository, commits = history(asked.bundle.absolute(), here / "history", asked.commits)
        kills = set(random.Random(asked.seed).sample(range(1, len(commits)), min(asked.kills, len(commits) - 1)))
        runs = {}
        for name, when in (("calm", set()), ("killed", kills)):
            (here / name).mkdir()
            runs[name] = run(here / name, repository, commits, when, asked.seed)
            print_run(name, runs[name])
    calm, killed = runs["calm"], runs["killed"]
    result = {
        "commits": len(commits),
        "mismatches": len(calm.mismatches) + len(killed.mismatches),
        "announced_twice": sum(n > 1 for r in runs.values() for n in r.announced.values()),
        "new_by_mass_commits": calm.by_mass_commits + killed.by_mass_commits,
        "largest_commit": calm.largest,
        "posts": len(calm.end),
        "renamed_kept": renamed(calm),
        "kills": killed.kills,
        "same_after_kills": calm.end == killed.end,
        "seed": asked.seed,
    }
    fine = not (result["mismatches"] or result["announced_twice"] or result["new_by_mass_commits"])
    result["ok"] = fine and calm.end == killed.end and result["renamed_kept"] == 8
    print(json.dumps(result))


def print_run(name: str, run: Replay) -> None:
    """One run, for people."""
    print(f"{name:8} {len(run.end):4} posts, {sum(run.announced.values()):4} announced, {run.kills:2} kills,"
          f" {len(run.mismatches)} mismatches, {run.seconds:.0f} s")  # fmt: skip
    for line in run.mismatches[:10]:
        print("   ", line)


if __name__ == "__main__":
    main()
