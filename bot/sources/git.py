"""A git repository of posts: the newest state of one branch in a folder of ours, and nothing of it ever run.

No hook, filter, submodule, prompt, redirect or setting of the machine takes part. Of the tree only what a site's posts
need is written to disk, and never a link.
"""

import fcntl
import hashlib
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import NotReady, Unfetchable
from bot.sources.fetch import public_addresses

SECONDS = 120
"""For one command of git."""
MIRROR_LIMIT = 1_000_000_000
"""Bytes on disk, with what git keeps of earlier states."""
TREE_LIMIT = 200_000
"""Entries of one commit's tree. A few kilobytes can name billions of files."""
TEXT_LIMIT = 400_000_000
"""Bytes of the files that are written to disk."""
_WANTED = ("*.md", "*.markdown", "*.mkd", "_config.yml")
_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]{1,200}(?<![./])\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_HEAD = "refs/kawaraban/head"
_BEFORE = "refs/kawaraban/before"
log = logging.getLogger(__name__)


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


def update(
    location: str, branch: str, folder: Path, *, private_hosts: Collection[str] = (), local: bool = False
) -> Checkout:
    """Bring `folder` to the newest state of a branch ("" for the repository's own) and say which commit that is.

    `location` is an https address, or with `local` a path on this machine: a repository or a bundle. Hosts are judged
    as `fetch` judges them. Raises Unfetchable with the reason, NotReady where there is no git.
    """
    if branch and not _BRANCH.match(branch):
        raise Unfetchable("ブランチ名の形が正しくありません。", "ブランチ名を確認してください。")
    where = _path(location) if local and "://" not in location else _address(location, private_hosts)
    with _alone(folder):
        git = _Git(folder, where)
        git.begin()
        git.run("fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                "--update-head-ok", *where.depth, "--", where.url,
                f"+{f'refs/heads/{branch}' if branch else 'HEAD'}:{_HEAD}")  # fmt: skip
        commit = git.run("rev-parse", "--verify", "--quiet", f"{_HEAD}^{{commit}}").strip()
        git.refuse_bombs(commit)
        git.keep_before(commit)
        git.run("checkout", "--quiet", "--force", "--detach", commit)
        git.run("gc", "--auto", "--quiet")
        return Checkout(folder, commit)


def renames(folder: Path, old: str, new: str) -> dict[str, str]:
    """Which files of commit `old` are at `new` under another path: old path -> new path, by how alike they are.

    Empty where either commit is no longer there.
    """
    if not (_COMMIT.match(old) and _COMMIT.match(new)):
        return {}
    try:
        said = _Git(folder, _NOWHERE).run(
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


@dataclass(frozen=True)
class _Where:
    url: str
    protocols: str
    depth: tuple[str, ...] = ("--depth=1",)
    settings: tuple[str, ...] = ()


_NOWHERE = _Where("", "")


def _path(location: str) -> _Where:
    path = Path(os.path.abspath(location))
    if not path.exists():
        raise Unfetchable(f"「{location}」が見つかりません。", "パスを確認してください。")
    if path.is_file():  # a bundle: it has no depth to choose
        return _Where(str(path), "file", ())
    return _Where(f"file://{path}", "file")


def _address(location: str, private_hosts: Collection[str]) -> _Where:
    parts = urlsplit(location) if "://" in location else None
    if parts is None or parts.scheme not in ("https", "http"):
        raise Unfetchable(
            "https のURLではないため、リポジトリを取得できません。", "https:// で始まるURLを指定してください。"
        )
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
    return _Where(url, parts.scheme, settings=(f"http.curloptResolve={name}:{port}:{told}",))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time in a mirror; what a killed one left locked is free again."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (folder / ".git").rglob("*.lock"):
            left.unlink(missing_ok=True)
        yield


class _Git:
    """git in one folder, cut off from everything around it."""

    def __init__(self, folder: Path, where: _Where) -> None:
        self.folder, self.where = folder, where

    def begin(self) -> None:
        """Make the repository where there is none, or only what a crash left of one."""
        if not (self.folder / ".git" / "HEAD").is_file():
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            self.run("init", "--quiet", "--template=")
        info = self.folder / ".git" / "info"
        info.mkdir(exist_ok=True)
        (info / "sparse-checkout").write_text("\n".join(_WANTED) + "\n")
        # above any .gitattributes of the tree: bytes as they are, through no filter
        (info / "attributes").write_text("* -text !eol !filter !ident !working-tree-encoding\n")

    def run(self, *arguments: str) -> str:
        """What a command of git says. Raises Unfetchable with the reason, NotReady where there is no git."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
            process = self._started(arguments, out, complaints)
            try:
                self._wait(process)
            finally:
                _end(process)
            complaints.seek(0)
            out.seek(0)
            if process.returncode:
                raise _refusal(complaints.read(8_000).decode("utf-8", "replace"))
            return out.read(50_000_000).decode("utf-8", "surrogateescape")

    def keep_before(self, commit: str) -> None:
        """Let the state that is about to be replaced be known a while longer: `renames` compares with it."""
        head = self.folder / ".git" / "HEAD"
        before = head.read_text().strip()
        if before != commit and _COMMIT.match(before):
            self.run("update-ref", _BEFORE, before)

    def refuse_bombs(self, commit: str) -> None:
        """Raise Unfetchable for a tree of more entries, or more text, than a newsroom's site can have."""
        process = self._started(("ls-tree", "-r", "-l", "-z", commit), subprocess.PIPE, subprocess.DEVNULL)
        entries, size, rest = 0, 0, b""
        until = time.monotonic() + SECONDS
        try:
            assert process.stdout is not None
            while block := process.stdout.read(65_536):
                *lines, rest = (rest + block).split(b"\0")
                entries += len(lines)
                size += sum(_size(line) for line in lines)
                if entries > TREE_LIMIT or len(rest) > 65_536:
                    raise Unfetchable(f"リポジトリのファイルが多すぎます（上限{TREE_LIMIT // 10_000}万件）。")
                if size > TEXT_LIMIT:
                    raise Unfetchable(f"リポジトリの記事が大きすぎます（上限{TEXT_LIMIT // 1_000_000}MB）。")
                if time.monotonic() > until:
                    raise _too_slow()
        finally:
            _end(process)

    def _started(self, arguments: Sequence[str], out: Any, complaints: Any) -> "subprocess.Popen[bytes]":
        settings = [
            "core.hooksPath=/dev/null", "core.symlinks=false", "core.sparseCheckout=true", "core.fsmonitor=false",
            "core.attributesFile=/dev/null", "core.excludesFile=/dev/null", "core.autocrlf=false",
            "core.protectHFS=true", "core.protectNTFS=true", "core.precomposeUnicode=false", "core.commitGraph=false",
            "advice.detachedHead=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
            "protocol.allow=never", "protocol.version=2", "http.followRedirects=false", "http.proxy=",
            "http.lowSpeedLimit=500", "http.lowSpeedTime=20", "credential.helper=", "gc.autoDetach=false",
            "gc.autoPackLimit=30", "gc.pruneExpire=now", "maintenance.auto=false", "fetch.writeCommitGraph=false",
            *(f"protocol.{name}.allow=always" for name in self.where.protocols.split(":") if name),
            *self.where.settings,
        ]  # fmt: skip
        command = ["git", f"--git-dir={self.folder / '.git'}", f"--work-tree={self.folder}", "--no-pager"]
        command += [word for setting in settings for word in ("-c", setting)]
        try:
            return subprocess.Popen(
                [*command, *arguments], cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=out, stderr=complaints, start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError as e:
            raise NotReady(
                "git が見つからないため、リポジトリを取得できません。サーバーに git を入れてください。"
            ) from e

    def _environment(self) -> dict[str, str]:
        # of the machine's own only where programs are, and which certificates it trusts
        kept = ("PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
        return {name: os.environ[name] for name in kept if name in os.environ} | {
            "LC_ALL": "C", "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": self.where.protocols, "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_LAZY_FETCH": "1",
            "GIT_SSH_COMMAND": "false", "GIT_PROTOCOL_FROM_USER": "0",
        }  # fmt: skip

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + SECONDS
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
                return
            if time.monotonic() > until:
                raise _too_slow()
            if _weight(self.folder) > MIRROR_LIMIT:
                raise Unfetchable(
                    f"リポジトリが大きすぎます（上限{MIRROR_LIMIT // 1_000_000}MB）。",
                    "記事だけのリポジトリかブランチを指定してください。",
                )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Whatever git started ends with it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _weight(folder: Path) -> int:
    size = 0
    for place, _, names in os.walk(folder / ".git"):
        for name in names:
            with suppress(OSError):
                size += os.stat(os.path.join(place, name)).st_size
    return size


def _size(line: bytes) -> int:
    """The bytes that a line of `ls-tree -l` says a wanted file has."""
    head, _, name = line.partition(b"\t")
    size = head.split()[-1] if head else b""
    return int(size) if size.isdigit() and name.lower().endswith((b".md", b".markdown", b".mkd", b"_config.yml")) else 0


def _too_slow() -> Unfetchable:
    return Unfetchable(
        f"リポジトリの取得が終わりません（{SECONDS}秒で打ち切り）。", "少し待ってから、もう一度お試しください。"
    )


_REFUSALS: tuple[tuple[str, str, str], ...] = (
    (
        r"could not read (?:Username|Password)|Authentication failed|error: (?:401|403|407)",
        "リポジトリの閲覧に認証が必要か、リポジトリがありません。",
        "公開リポジトリのURLを指定するか、サーバー上に取得したフォルダーを指定してください。",
    ),
    (
        r"couldn't find remote ref HEAD",
        "リポジトリにまだ記事がありません（コミットがありません）。",
        "最初のコミットのあとで、もう一度お試しください。",
    ),
    (
        r"couldn't find remote ref|Remote branch .* not found|invalid refspec",
        "指定されたブランチがリポジトリにありません。",
        "ブランチ名を確認してください。",
    ),
    (
        r"error: 30\d|redirect",
        "リポジトリが別のURLに移っています。",
        "移転先のURLを指定してください。",
    ),
    (
        r"error: (?:404|410)|not found|does not appear to be a git repository|not a git repository|unrecognized header"
        r"|invalid gitfile|does not look like a v\d bundle|not valid: is this a git repository",
        "gitのリポジトリが見つかりません。",
        "URLを確認してください。",
    ),
    (
        r"dubious ownership",
        "リポジトリのフォルダーの持ち主が違うため、git が読み取りを断りました。",
        "Kawarabanを動かすユーザーにフォルダーの持ち主を合わせてください。",
    ),
    (
        r"No space left|Disk quota",
        "サーバーの空き容量が足りないため、リポジトリを取得できません。",
        "空きを作ってから、もう一度お試しください。",
    ),
    (
        r"Could not resolve|Failed to connect|Connection (?:refused|reset|timed out)|Operation too slow|SSL|timed? ?out"
        r"|early EOF|hung up|unexpected disconnect|RPC failed|error: \d{3}",
        "リポジトリの配信元に接続できません。",
        "少し待ってから、もう一度お試しください。",
    ),
)


def _refusal(complaint: str) -> Unfetchable:
    status = re.search(r"error: ([45]\d\d)\b", complaint)
    for pattern, what, remedy in _REFUSALS:
        if re.search(pattern, complaint, re.I):
            return Unfetchable(what, remedy, status=int(status[1]) if status else None)
    log.warning("git failed: %s", complaint.strip()[:500])
    return Unfetchable("リポジトリを取得できませんでした（git の失敗）。", "管理者がログで理由を確認できます。")
