"""A git repository of posts: the newest state of one branch in a folder of ours, and nothing of it ever run.

No hook, filter, submodule, prompt, redirect or setting of the machine takes part. Of the tree only what a site's posts
need is written to disk, and never a link.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import Unfetchable
from bot.sources.git_command import NOWHERE, Git, Remote

_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]{1,200}(?<![./])\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_HEAD = "refs/kawaraban/head"
_BEFORE = "refs/kawaraban/before"


@dataclass(frozen=True)
class Checkout:
    """A repository's posts in `folder`, as they are at `commit`."""

    folder: Path
    commit: str


def mirror(data: Path, location: str, branch: str = "") -> Path:
    """The folder under the data folder in which a branch of a repository is kept."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", Path(urlsplit(location).path).stem)[:40].strip("-")
    digest = hashlib.sha256(f"{location}\n{branch}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return data / "git" / f"{name or 'posts'}-{digest}"


def is_repository(location: str) -> bool:
    """Whether a place is a repository by its looks: an address, a bundle, or a bare repository on this machine, each
    with `#branch` or without. One that is checked out is a folder like any other."""
    place, _, _ = location.partition("#")
    if "://" in place or (place.endswith(".bundle") and Path(place).is_file()):
        return True
    return (Path(place) / "HEAD").is_file() and all((Path(place) / name).is_dir() for name in ("objects", "refs"))


def update(
    location: str, branch: str, folder: Path, *, private_hosts: Collection[str] = (), local: bool = False
) -> Checkout:
    """Bring `folder` to the newest state of a branch ("" for the repository's own) and say which commit that is.

    `location` is an https address, or with `local` a path on this machine: a repository or a bundle. Hosts are judged
    as `fetch` judges them. Raises Unfetchable with the reason, NotReady if there is no git.
    """
    if branch and not _BRANCH.match(branch):
        raise Unfetchable("ブランチ名の形が正しくありません。", "ブランチ名を確認してください。")
    remote = _path(location) if local and "://" not in location else _address(location, private_hosts)
    with _alone(folder):
        git = Git(folder, remote)
        git.begin()
        git.run("fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                "--update-head-ok", *remote.depth, "--", remote.url,
                f"+{f'refs/heads/{branch}' if branch else 'HEAD'}:{_HEAD}")  # fmt: skip
        commit = git.run("rev-parse", "--verify", "--quiet", f"{_HEAD}^{{commit}}").strip()
        git.refuse_bombs(commit)
        if (before := git.head()) not in ("", commit):  # `renames` compares with it
            git.run("update-ref", _BEFORE, before)
        git.run("checkout", "--quiet", "--force", "--detach", commit)
        git.run("gc", "--auto", "--quiet")
        return Checkout(folder, commit)


def renames(folder: Path, old: str, new: str) -> dict[str, str]:
    """Which files of commit `old` are at `new` under another path: old path -> new path, by how alike they are.

    Empty if either commit is no longer there.
    """
    if not (_COMMIT.match(old) and _COMMIT.match(new)):
        return {}
    try:
        said = Git(folder, NOWHERE).run(
            "diff-tree",
            "-r",
            "-z",
            "-M",
            "--diff-filter=R",
            "--name-status",
            "--no-ext-diff",
            "--no-textconv",
            old,
            new,
        )
    except Unfetchable:
        return {}
    fields = said.split("\0")
    return {fields[n + 1]: fields[n + 2] for n in range(0, len(fields) - 2, 3)}


def _path(location: str) -> Remote:
    path = Path(os.path.abspath(location))
    if not path.exists():
        raise Unfetchable(f"「{location}」が見つかりません。", "パスを確認してください。")
    if path.is_file():  # a bundle: it has no depth to choose
        return Remote(str(path), "file", ())
    return Remote(f"file://{path}", "file")


def _address(location: str, private_hosts: Collection[str]) -> Remote:
    parts = urlsplit(location) if "://" in location else None
    if parts is None or parts.scheme not in ("https", "http"):
        raise Unfetchable(
            "https のURLではないため、リポジトリを取得できません。", "https:// で始まるURLを指定してください。"
        )
    from bot.sources.fetch import public_addresses  # not before there is a host to judge

    addresses = public_addresses(location, private_hosts)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme == "http" and not {host, parts.netloc.lower()} & set(private_hosts):
        raise Unfetchable(
            "https のURLではないため、リポジトリを取得できません。", "https:// で始まるURLを指定してください。"
        )
    name = host.encode("idna").decode() if not host.isascii() else host
    url = parts._replace(netloc=f"[{name}]:{port}" if ":" in name else f"{name}:{port}", fragment="").geturl()
    # git asks the name server once more by itself: it is told the addresses that were judged
    told = ",".join(f"[{a}]" if ":" in a else a for a in addresses)
    return Remote(url, parts.scheme, settings=(f"http.curloptResolve={name}:{port}:{told}",))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time in a mirror; what a killed one left locked is free again."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (folder / ".git").rglob("*.lock"):
            left.unlink(missing_ok=True)
        yield
