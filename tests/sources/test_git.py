"""A repository of posts, fetched with nothing of it ever run."""

import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest

from bot.errors import NotReady, Unfetchable
from bot.sources import git_command
from bot.sources.git import Checkout, is_repository, mirror, renames, update

POST = "---\ntitle: 潮見台の朝\n---\n港町の水族館は案内にAIを使い始めた。\n"
_WHO = ["-c", "user.name=宮里航", "-c", "user.email=miyazato@example.com"]


def git(folder: Path, *arguments: str) -> str:
    said = subprocess.run(
        ["git", *_WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    return said.stdout.strip()


def commit(desk: Path, files: dict[str, str | None], message: str = "記事") -> str:
    """Write these files (None: delete) and commit; returns the commit."""
    for name, text in files.items():
        if text is None:
            (desk / name).unlink()
        else:
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            (desk / name).write_text(text)
    git(desk, "add", "-A")
    git(desk, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(desk, "rev-parse", "HEAD")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk's own repository with one post on `main`."""
    folder = tmp_path / "desk"
    folder.mkdir()
    git(folder, "init", "--quiet", "-b", "main")
    commit(folder, {"_posts/2026-01-15-minato.md": POST, "_config.yml": "title: 港の新聞\n", "assets/a.png": "x"})
    return folder


def files(folder: Path) -> list[str]:
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return sorted(p.as_posix() for p in found if ".git" not in p.parts)


def refusal(location: str, folder: Path, branch: str = "", *, local: bool = True) -> str:
    with pytest.raises(Unfetchable) as refused:
        update(location, branch, folder, private_hosts=("localhost",), local=local)
    return str(refused.value)


@pytest.fixture
def hung_up() -> Event:
    """Set once who asked for /slow is no more."""
    return Event()


@pytest.fixture
def served(desk: Path, hung_up: Event) -> Iterator[str]:
    """The desk's repository over HTTP, by git's own server program; /moved redirects, /secret asks for a password."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/moved"):
                self.send_response(301)
                self.send_header("Location", self.path.replace("/moved", "/desk", 1))
                self.end_headers()
            elif parts.path.startswith("/secret"):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="desk"')
                self.end_headers()
            elif parts.path.startswith("/slow"):
                self.connection.recv(1)  # until the other side hangs up
                hung_up.set()
            elif parts.path.startswith("/broken"):
                self.send_error(503)
            else:
                self._git(parts.path, parts.query)

        do_POST = do_GET  # noqa: N815  # the standard library's name

        def _git(self, path: str, query: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environment = {
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(desk.parent), "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "HOME": str(desk),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }  # fmt: skip
            answer = subprocess.run(
                ["git", "http-backend"], env=environment, input=body, capture_output=True, check=True
            ).stdout
            head, _, rest = answer.partition(b"\r\n\r\n")
            lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(lines.pop("Status", "200").split()[0]))
            for name, value in lines.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(rest)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


# ---- what is brought
def test_the_posts_and_the_settings_of_a_branch_are_brought_and_nothing_else(desk: Path, tmp_path: Path) -> None:
    assert update(str(desk), "", tmp_path / "m", local=True) == Checkout(tmp_path / "m", git(desk, "rev-parse", "main"))
    assert files(tmp_path / "m") == ["_config.yml", "_posts/2026-01-15-minato.md"]
    assert (tmp_path / "m" / "_posts" / "2026-01-15-minato.md").read_text() == POST


def test_a_repository_is_brought_over_http_and_followed(desk: Path, served: str, tmp_path: Path) -> None:
    location, folder = f"{served}/desk/.git", tmp_path / "m"
    before = update(location, "main", folder, private_hosts=("localhost",))
    assert files(folder) == ["_config.yml", "_posts/2026-01-15-minato.md"]
    after = commit(desk, {"_posts/2026-01-15-minato.md": None, "_posts/2026-01-16-kaze.md": "風。\n"})
    assert update(location, "main", folder, private_hosts=("localhost",)) == Checkout(folder, after)
    assert update(location, "main", folder, private_hosts=("localhost",)) == Checkout(folder, after)
    assert files(folder) == ["_config.yml", "_posts/2026-01-16-kaze.md"]
    assert before.commit != after


def test_a_branch_may_be_rewritten_and_another_may_be_chosen(desk: Path, tmp_path: Path) -> None:
    git(desk, "checkout", "--quiet", "-b", "下書き/春")
    commit(desk, {"_posts/2026-02-01-haru.md": "春。\n"})
    update(str(desk), "下書き/春", tmp_path / "m", local=True)
    assert "_posts/2026-02-01-haru.md" in files(tmp_path / "m")
    git(desk, "reset", "--quiet", "--hard", "main")
    commit(desk, {"_posts/2026-02-02-yuki.md": "雪。\n"})
    update(str(desk), "下書き/春", tmp_path / "m", local=True)
    assert files(tmp_path / "m") == ["_config.yml", "_posts/2026-01-15-minato.md", "_posts/2026-02-02-yuki.md"]
    update(str(desk), "main", tmp_path / "m", local=True)
    assert files(tmp_path / "m") == ["_config.yml", "_posts/2026-01-15-minato.md"]


def test_the_data_folder_may_be_named_from_where_the_program_runs(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    update("desk", "", Path("data") / "m", local=True)
    assert len(files(tmp_path / "data" / "m")) == 2


def test_a_repository_is_told_from_a_folder(desk: Path, tmp_path: Path) -> None:
    git(desk, "bundle", "create", "--quiet", str(tmp_path / "desk.bundle"), "main")
    git(tmp_path, "clone", "--quiet", "--bare", "desk", "bare")
    places = (
        "https://git.example/desk",
        "desk.bundle#main",
        "bare",
        "bare#main",
        "desk",
        "desk/_posts",
        "gone.bundle",
        "",
    )
    here = [p if "://" in p or not p else str(tmp_path / p) for p in places]
    assert [is_repository(place) for place in here] == [True] * 4 + [False] * 4


def test_a_bundle_is_a_repository_too(desk: Path, tmp_path: Path) -> None:
    git(desk, "bundle", "create", "--quiet", str(tmp_path / "desk.bundle"), "main")
    made = update(str(tmp_path / "desk.bundle"), "main", tmp_path / "m", local=True)
    assert (made.commit, len(files(tmp_path / "m"))) == (git(desk, "rev-parse", "main"), 2)


def test_a_post_that_was_renamed_and_edited_is_followed(desk: Path, tmp_path: Path) -> None:
    text = POST + "".join(f"館の案内は{n}か国語に対応する。\n" for n in range(20))
    commit(desk, {"_posts/2026-01-15-minato.md": text})
    old = update(str(desk), "", tmp_path / "m", local=True).commit
    commit(desk, {"_posts/2026-01-15-minato.md": None, "_posts/2026-01-15-港.md": text + "追記。\n"})
    new = update(str(desk), "", tmp_path / "m", local=True).commit
    update(str(desk), "", tmp_path / "m", local=True)
    assert renames(tmp_path / "m", old, new) == {"_posts/2026-01-15-minato.md": "_posts/2026-01-15-港.md"}
    assert renames(tmp_path / "m", "0" * 40, new) == {}
    assert renames(tmp_path / "m", "--output=/tmp/x", new) == {}


def test_what_a_crash_left_behind_is_put_right(desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    (folder / ".git" / "objects").mkdir(parents=True)
    update(str(desk), "", folder, local=True)
    (folder / ".git" / "index.lock").touch()
    (folder / "_posts" / "2026-01-15-minato.md").write_text("途中")
    commit(desk, {"_posts/2026-01-16-kaze.md": "風。\n"})
    update(str(desk), "", folder, local=True)
    assert (folder / "_posts" / "2026-01-15-minato.md").read_text() == POST


def test_every_branch_of_every_repository_has_a_folder_of_its_own(tmp_path: Path) -> None:
    named = mirror(tmp_path, "https://git.example/desk/posts.git", "main")
    assert named.parent == tmp_path / "git"
    assert named.name.startswith("posts-")
    assert (
        len({named, mirror(tmp_path, "https://git.example/desk/posts.git"), mirror(tmp_path, "https://a/posts")}) == 3
    )


# ---- what is never done
def test_nothing_of_a_repository_is_run_and_no_link_is_followed(desk: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    (desk / "_posts" / "2026-01-17-link.md").symlink_to("/etc/passwd")
    (desk / "linked").symlink_to("/etc")
    commit(
        desk,
        {
            ".gitattributes": "*.md filter=trap\n",
            ".gitmodules": '[submodule "a"]\n\tpath = a\n\turl = ext::sh -c "touch sprung"\n',
            ".lfsconfig": f"[lfs]\n\turl = http://127.0.0.1:1/{trap}\n",
        },
    )
    hooks = tmp_path / "m" / ".git" / "hooks"
    update(str(desk), "", tmp_path / "m", local=True)
    hooks.mkdir(parents=True, exist_ok=True)
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {trap}\n")
    (hooks / "post-checkout").chmod(0o755)
    git(desk, "config", "filter.trap.smudge", f"touch {trap}")
    (tmp_path / "m" / ".gitconfig").write_text(f'[filter "trap"]\n\tsmudge = touch {trap}\n')
    commit(desk, {"_posts/2026-01-15-minato.md": POST + "追記。\n"})
    update(str(desk), "", tmp_path / "m", local=True)
    written = tmp_path / "m" / "_posts" / "2026-01-17-link.md"
    assert (written.is_symlink(), written.read_text()) == (False, "/etc/passwd")
    assert not (tmp_path / "m" / "linked").exists()
    assert not trap.exists()


@pytest.mark.parametrize(
    "location",
    [
        "--upload-pack=touch /tmp/sprung", "-oProxyCommand=x", "ext::sh -c 'touch /tmp/sprung'", "ssh://git@host/desk",
        "git@host:desk.git", "git://host/desk", "file:///etc", "ftp://host/desk", "fd::17", "http://example.com/desk.git",
        "/etc", "../desk", "", "https://", "HTTPS//x", "transport::https://host/desk", "\n", "https:/host/desk",
    ],
)  # fmt: skip
def test_only_https_is_followed(location: str, tmp_path: Path) -> None:
    sentence = refusal(location, tmp_path / "m", local=False)
    assert sentence.startswith(("https のURLではないため", "http または https のURLではないため", "配信元に接続"))
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/desk", "https://[::1]/desk", "https://169.254.169.254/desk", "https://2130706433/desk",
        "https://0x7f.1/desk", "https://0177.0.0.1/desk", "https://10.0.0.1/desk", "https://[::ffff:10.0.0.1]/desk",
    ],
)  # fmt: skip
def test_a_private_host_is_refused(location: str, tmp_path: Path) -> None:
    assert refusal(location, tmp_path / "m", local=False) == (
        "公開されていないアドレスのため、取り込みを断りました。"
        "社内のCMSであれば、管理者が KAWARABAN_PRIVATE_HOSTS に加えられます。"
    )


def test_a_password_in_the_address_is_refused(tmp_path: Path) -> None:
    assert refusal("https://user:token@git.example/desk", tmp_path / "m", local=False) == (
        "ユーザー名やパスワードを含むURLは取り込めません。取り除いて共有してください。"
    )


@pytest.mark.parametrize("branch", ["-u", "--upload-pack=x", "a..b", "a b", "a:b", "@{-1}", "a\n", "a/", "x.lock", "*"])
def test_a_branch_is_a_name_and_nothing_else(branch: str, desk: Path, tmp_path: Path) -> None:
    assert refusal(str(desk), tmp_path / "m", branch) == (
        "ブランチ名の形が正しくありません。ブランチ名を確認してください。"
    )


# ---- what goes wrong
@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("moved/.git", "リポジトリが別のURLに移っています。移転先のURLを指定してください。"),
        (
            "secret/.git",
            "リポジトリの閲覧に認証が必要か、リポジトリがありません。"
            "公開リポジトリのURLを指定するか、サーバー上に取得したフォルダーを指定してください。",
        ),
        ("nowhere/.git", "gitのリポジトリが見つかりません。URLを確認してください。"),
        ("broken/.git", "リポジトリの配信元に接続できません。少し待ってから、もう一度お試しください。"),
    ],
)
def test_a_server_that_refuses_is_said(place: str, sentence: str, served: str, tmp_path: Path) -> None:
    assert refusal(f"{served}/{place}", tmp_path / "m") == sentence


def test_a_missing_repository_branch_or_path_is_said(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.bundle").write_text("束ではない")
    git(tmp_path, "init", "--quiet", "bare")
    nothing = "gitのリポジトリが見つかりません。URLを確認してください。"
    assert refusal(str(tmp_path / "empty"), tmp_path / "m") == nothing
    assert refusal(str(tmp_path / "text.bundle"), tmp_path / "m") == nothing
    assert refusal("nowhere", tmp_path / "m") == "「nowhere」が見つかりません。パスを確認してください。"
    assert refusal(str(desk), tmp_path / "m", "夏") == (
        "指定されたブランチがリポジトリにありません。ブランチ名を確認してください。"
    )
    assert refusal(str(tmp_path / "bare"), tmp_path / "m") == (
        "リポジトリにまだ記事がありません（コミットがありません）。最初のコミットのあとで、もう一度お試しください。"
    )


def test_a_repository_that_takes_too_long_is_given_up_with_all_it_started(
    served: str, hung_up: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_command, "SECONDS", 1)
    assert refusal(f"{served}/slow/.git", tmp_path / "m") == (
        "リポジトリの取得が終わりません（1秒で打ち切り）。少し待ってから、もう一度お試しください。"
    )
    assert hung_up.wait(60)


def test_a_repository_that_is_too_large_is_refused(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_command, "TEXT_LIMIT", 100)
    assert refusal(str(desk), tmp_path / "m") == "リポジトリの記事が大きすぎます（上限0MB）。"
    monkeypatch.setattr(git_command, "TREE_LIMIT", 2)
    assert refusal(str(desk), tmp_path / "m") == "リポジトリのファイルが多すぎます（上限0万件）。"
    assert files(tmp_path / "m") == []


def test_a_tree_of_billions_of_files_is_refused_before_it_unfolds(desk: Path, tmp_path: Path) -> None:
    blob = git(desk, "rev-parse", "HEAD:_config.yml")
    tree = f"100644 blob {blob}\tx.md"
    for _ in range(8):
        made = subprocess.run(["git", "mktree"], cwd=desk, input=tree, capture_output=True, text=True, check=True)
        tree = "\n".join(f"040000 tree {made.stdout.strip()}\td{n}" for n in range(10))
    root = subprocess.run(["git", "mktree"], cwd=desk, input=tree, capture_output=True, text=True, check=True)
    bomb = git(desk, "commit-tree", root.stdout.strip(), "-m", "bomb")
    git(desk, "update-ref", "refs/heads/bomb", bomb)
    assert refusal(str(desk), tmp_path / "m", "bomb") == "リポジトリのファイルが多すぎます（上限20万件）。"
    assert files(tmp_path / "m") == []


def test_without_git_the_remedy_is_named(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReady) as refused:
        update(str(desk), "", tmp_path / "m", local=True)
    assert str(refused.value) == (
        "git が見つからないため、リポジトリを取得できません。サーバーに git を入れてください。"
    )
