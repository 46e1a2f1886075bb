"""git, the program: run in one folder and cut off from everything around it."""

import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import NotReady, Unfetchable

SECONDS = 120
"""For one command."""
MIRROR_LIMIT = 1_000_000_000
"""Bytes on disk, with what git keeps of earlier states."""
TREE_LIMIT = 200_000
"""Entries of one commit's tree. A few kilobytes can name billions of files."""
TEXT_LIMIT = 400_000_000
"""Bytes of the files that are written to disk."""
WANTED = (".md", ".markdown", ".mkd", "_config.yml", "_config.yaml")
"""How the names of files end that are written to disk."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Remote:
    """Where git may connect to, and by which protocols; `settings` are those of git that hold for it alone."""

    url: str
    protocols: str
    depth: tuple[str, ...] = ("--depth=1",)
    settings: tuple[str, ...] = ()


NOWHERE = Remote("", "")


class Git:
    """git in one folder. Nothing of the machine's settings and nothing that a repository brings takes part."""

    def __init__(self, folder: Path, remote: Remote) -> None:
        # absolute: git runs in it
        self.folder, self.remote = folder.absolute(), remote

    def begin(self) -> None:
        """Make the repository if there is none, or only what a crash left of one."""
        if not (self.folder / ".git" / "HEAD").is_file():
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            self.run("init", "--quiet", "--template=")
        info = self.folder / ".git" / "info"
        info.mkdir(exist_ok=True)
        (info / "sparse-checkout").write_text("".join(f"*{ending}\n" for ending in WANTED))
        # above any .gitattributes of the tree: bytes as they are, through no filter
        (info / "attributes").write_text("* -text !eol !filter !ident !working-tree-encoding\n")

    def run(self, *arguments: str) -> str:
        """What a command of git says. Raises Unfetchable with the reason, NotReady if there is no git."""
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

    def head(self) -> str:
        """The commit that is written to disk, "" for none yet."""
        written = (self.folder / ".git" / "HEAD").read_text().strip()
        return "" if written.startswith("ref:") else written

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
            *(f"protocol.{name}.allow=always" for name in self.remote.protocols.split(":") if name),
            *self.remote.settings,
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
            "GIT_ALLOW_PROTOCOL": self.remote.protocols, "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_LAZY_FETCH": "1",
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
    return int(size) if size.isdigit() and name.decode("utf-8", "replace").lower().endswith(WANTED) else 0


def _too_slow() -> Unfetchable:
    return Unfetchable(
        f"リポジトリの取得が終わりません（{SECONDS}秒で打ち切り）。",
        "少し待ってから、もう一度お試しください。",
        passing=True,
    )


_REFUSALS: tuple[tuple[str, str, str, bool], ...] = (
    (
        r"could not read (?:Username|Password)|Authentication failed|error: (?:401|403|407)",
        "リポジトリの閲覧に認証が必要か、リポジトリがありません。",
        "公開リポジトリのURLを指定するか、サーバー上に取得したフォルダーを指定してください。",
        False,
    ),
    (
        r"couldn't find remote ref HEAD",
        "リポジトリにまだ記事がありません（コミットがありません）。",
        "最初のコミットのあとで、もう一度お試しください。",
        True,
    ),
    (
        r"couldn't find remote ref|Remote branch .* not found|invalid refspec",
        "指定されたブランチがリポジトリにありません。",
        "ブランチ名を確認してください。",
        False,
    ),
    (
        r"error: 30\d|redirect",
        "リポジトリが別のURLに移っています。",
        "移転先のURLを指定してください。",
        False,
    ),
    (
        r"error: (?:404|410)|not found|does not appear to be a git repository|not a git repository|unrecognized header"
        r"|invalid gitfile|does not look like a v\d bundle|not valid: is this a git repository",
        "gitのリポジトリが見つかりません。",
        "URLを確認してください。",
        False,
    ),
    (
        r"dubious ownership",
        "リポジトリのフォルダーの持ち主が違うため、git が読み取りを断りました。",
        "Kawarabanを動かすユーザーにフォルダーの持ち主を合わせてください。",
        False,
    ),
    (
        r"No space left|Disk quota",
        "サーバーの空き容量が足りないため、リポジトリを取得できません。",
        "空きを作ってから、もう一度お試しください。",
        True,
    ),
    (
        r"Could not resolve|Failed to connect|Connection (?:refused|reset|timed out)|Operation too slow|SSL|timed? ?out"
        r"|early EOF|hung up|unexpected disconnect|RPC failed|error: \d{3}",
        "リポジトリの配信元に接続できません。",
        "少し待ってから、もう一度お試しください。",
        True,
    ),
)
"""What git says (in English: the environment sees to it), what failed, the remedy, and whether it may pass."""


def _refusal(complaint: str) -> Unfetchable:
    status = re.search(r"error: ([45]\d\d)\b", complaint)
    for pattern, what, remedy, passing in _REFUSALS:
        if re.search(pattern, complaint, re.I):
            return Unfetchable(what, remedy, status=int(status[1]) if status else None, passing=passing)
    log.warning("git failed: %s", complaint.strip()[:500])
    return Unfetchable(
        "リポジトリを取得できませんでした（git の失敗）。", "管理者がログで理由を確認できます。", passing=True
    )
