"""The command line, as scripts use it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.storage.articles import newsroom, publish

POST = {
    "id", "path", "url", "title", "author", "source", "categories", "published_at", "dated_by", "news_at", "revision",
    "story", "minutes", "ai_score", "tags", "findings",
}  # fmt: skip
FINDING = {"path", "rule", "severity", "quote", "paragraph", "line", "message", "remedy"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with five posts in desk/."""
    monkeypatch.chdir(tmp_path)
    newsroom(tmp_path / "desk", 5)
    publish(tmp_path / "desk", 113, day=31, tail="\n---END---\n")
    return tmp_path


@pytest.fixture
def stored(folder: Path) -> Path:
    """The same, taken in."""
    assert kawaraban("import", "desk").exit_code == 0
    return folder


def kawaraban(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=environment)


def rows(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """What a command prints with --json: every line of stdout an object."""
    result = kawaraban(*arguments, "--json")
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def sentence(*arguments: str, code: int, **environment: str) -> str:
    """What a command that fails says on stderr; on stdout it says nothing."""
    result = kawaraban(*arguments, **environment)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.stderr
    return str(result.stderr).strip()


# ---- taking in
def test_import_takes_a_repository_and_follows_it(folder: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", "-C", str(folder / "desk"), *who, *arguments], check=True, capture_output=True)

    git("init", "-b", "main")
    git("add", "-A")
    git("commit", "-m", "記事")
    git("bundle", "create", str(folder / "desk.bundle"), "main")
    git("clone", "--bare", ".", str(folder / "desk.git"))
    assert rows("import", "desk.bundle#main") == [{"new": 6, "updated": 0, "unchanged": 0, "removed": 0, "failed": []}]
    assert rows("import", "desk.bundle#main") == [{"new": 0, "updated": 0, "unchanged": 6, "removed": 0, "failed": []}]
    assert [Path(row["path"]).name for row in rows("posts")] == [Path(row["path"]).name for row in rows("read", "desk")]
    assert rows("import", "desk.git#main", code=0)[0]["failed"] == []
    (answer,) = rows("import", "desk.git#夏", "ssh://git@host/desk", code=1)
    assert answer["failed"] == [
        {"path": "desk.git#夏", "error": "指定されたブランチがリポジトリにありません。ブランチ名を確認してください。"},
        {
            "path": "ssh://git@host/desk",
            "error": "https のURLではないため、リポジトリを取得できません。https:// で始まるURLを指定してください。",
        },
    ]


def test_import_counts_what_it_did(folder: Path) -> None:
    assert rows("import", "desk") == [{"new": 6, "updated": 0, "unchanged": 0, "removed": 0, "failed": []}]
    assert rows("import", "desk") == [{"new": 0, "updated": 0, "unchanged": 6, "removed": 0, "failed": []}]
    publish(folder / "desk", 1, tail="\n追記。\n")
    next((folder / "desk" / "_posts").glob("*-2.md")).unlink()
    assert rows("import", "desk/_posts") == [{"new": 0, "updated": 1, "unchanged": 4, "removed": 1, "failed": []}]


def test_import_names_the_files_that_failed_and_takes_in_the_rest(folder: Path) -> None:
    (folder / "desk" / "_posts" / "2026-01-01-broken.md").write_text("---\ntitle: [\n---\n")
    [result] = rows("import", "desk", "nowhere", code=1)
    assert (result["new"], [set(f) for f in result["failed"]]) == (6, [{"path", "error"}] * 2)
    assert [f["path"] for f in result["failed"]] == ["desk/_posts/2026-01-01-broken.md", "nowhere"]
    assert "YAMLとして読めません" in result["failed"][0]["error"]


# ---- reading
def test_read_needs_no_database(folder: Path) -> None:
    found = rows("read", "desk", "--sentences", "2")
    assert not (folder / "data").exists()
    assert {frozenset(row) for row in found} == {
        frozenset({"path", "title", "published_at", "summary", "tags", "keywords", "ai_score", "findings"})
    }
    first = found[0]
    assert (first["path"], first["published_at"]) == ("desk/_posts/2026-01-02-1.md", "2026-01-02T00:00:00Z")
    assert [set(s) for s in first["summary"]] == [{"text", "paragraph"}] * 2
    assert {frozenset(t) for t in first["tags"]} == {frozenset({"name", "origin", "score"})}
    assert all(isinstance(k, str) for k in first["keywords"])
    [marker] = found[-1]["findings"]
    assert (set(marker), marker["rule"], marker["severity"]) == (FINDING, "end-marker", "block")


def test_read_says_what_it_could_not_read(folder: Path) -> None:
    broken = folder / "broken.md"
    broken.write_bytes(b"\x80\xff\xfd\xa0\x81")
    assert sentence("read", str(broken), "--json", code=1).endswith("UTF-8で保存し直してください。")
    assert "が見つかりません" in sentence("read", "nowhere.md", code=1)


# ---- asking
@pytest.mark.usefixtures("stored")
def test_posts_are_listed_in_the_order_of_their_numbers() -> None:
    found = rows("posts")
    assert {frozenset(row) for row in found} == {frozenset(POST)}
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert (found[0]["path"], found[0]["url"], found[0]["news_at"]) == (
        "desk/_posts/2026-01-02-1.md", "https://news.example/2026/01/02/1/", "2026-01-02T00:00:00Z"
    )  # fmt: skip
    assert [set(f) for f in found[5]["findings"]] == [FINDING, FINDING]


@pytest.mark.usefixtures("stored")
def test_summary_shows_a_post_or_the_candidates() -> None:
    [one] = rows("summary", "#2", "5文")
    assert (set(one), one["id"], len(one["summary"])) == (POST | {"summary", "alike"}, 2, 5)
    assert rows("summary", "https://news.example/2026/01/03/2/")[0]["id"] == 2
    several = rows("summary", "生成AI", code=1)
    assert (len(several), {frozenset(row) for row in several}) == (5, {frozenset(POST | {"near"})})
    assert rows("summary", "鯨", code=1) == []
    assert "文数は1から10" in sentence("summary", "2", "11", code=2)


@pytest.mark.usefixtures("stored")
def test_tag_counts_all_or_shows_one() -> None:
    every = rows("tag")
    assert {frozenset(row) for row in every} == {frozenset({"name", "posts", "days30", "change"})}
    assert next(row["posts"] for row in every if row["name"] == "生成AI") == 6
    [one] = rows("tag", "生成AI")
    assert set(one) == {"name", "posts", "days30", "change", "latest", "related", "aliases"}
    assert [set(p) for p in one["latest"]] == [{"id", "path", "title", "published_at"}] * 5
    assert "の付いた記事はありません" in sentence("tag", "鯨", "--json", code=1)


@pytest.mark.usefixtures("stored")
def test_tags_are_joined_and_parted_from_a_shell() -> None:
    count = rows("tag", "図書館")[0]["posts"]
    assert kawaraban("tag", "--aliases").stdout == (
        "編集部の別名はまだありません。kawaraban tag LLM --alias 大規模LM の形で追加できます。\n"
    )
    assert kawaraban("tag", "生成AI", "--alias", "図書館").stdout == (
        f"「図書館」を「生成AI」の別名にし、記事{count}本のタグを「生成AI」にまとめました。\n"
    )
    assert rows("tag", "生成AI", "--alias", "図書館") == [
        {"name": "図書館", "tag": "生成AI", "posts": 0, "changed": False}
    ]
    assert rows("tag", "--aliases") == [{"name": "図書館", "tag": "生成AI"}]
    assert rows("tag", "図書館") == rows("tag", "生成AI")
    assert kawaraban("tag", "--no-alias", "図書館").stdout == (
        "「図書館」を「生成AI」の別名から外し、記事0本のタグを「図書館」に戻しました"
        "（「生成AI」の記事6本は読み直して確かめます）。\n"
    )
    assert rows("tag", "--aliases") == []
    assert sentence("tag", "--no-alias", "図書館", code=1) == (
        "「図書館」は編集部の別名にありません。「/tag 別名」で一覧を確認できます。"
    )


@pytest.mark.parametrize(
    "wrong", ["--alias 甲", "生成AI --no-alias 甲", "生成AI --alias 甲 --aliases", "生成AI --aliases"]
)
def test_options_of_tags_that_do_not_go_together_are_said(wrong: str) -> None:
    assert sentence("tag", *wrong.split(), code=2) == (
        "--alias にはタグの名前を添え、--no-alias と --aliases は単独で指定してください。"
        "例: kawaraban tag LLM --alias 大規模LM"
    )


@pytest.mark.usefixtures("stored")
def test_search_prints_its_hits_best_first() -> None:
    found = rows("search", "水族館", "--limit", "3")
    expected = {"id", "path", "url", "title", "published_at", "score", "passage"}
    assert (len(found), all(set(row) >= expected and "near" not in row for row in found)) == (3, True)
    assert [row["score"] for row in found] == sorted((row["score"] for row in found), reverse=True)
    assert {row["near"] for row in rows("search", "水族館", "鯨")} == {True}
    assert rows("search", "鯨") == []
    assert rows("search", "'\" AND (")[:0] == []
    assert "期間「昨日」を読み取れませんでした" in sentence("search", "期間:昨日", code=2)


@pytest.mark.usefixtures("stored")
def test_stories_are_printed_with_their_lead_and_their_posts() -> None:
    told = rows("stories")
    assert [set(story) for story in told] == [{"lead", "posts"}] * len(told)
    assert {tuple(post) for story in told for post in story["posts"]} == {("id", "path", "title")}
    assert [story["lead"] in [post["id"] for post in story["posts"]] for story in told] == [True] * len(told)
    assert sorted(post["id"] for story in told for post in story["posts"]) == [row["id"] for row in rows("posts")]
    assert rows("stories", "--from", "2026-02-01") == []
    assert rows("stories", "--to", "2025-12-31") == []
    assert kawaraban("stories", "--from", "昨日").exit_code == 2


@pytest.mark.usefixtures("stored")
def test_digest_preview_is_the_message_with_its_replies() -> None:
    [digest] = rows("digest", "preview", "--at", "2026-02-01T08:00")
    assert set(digest) >= {"text", "blocks", "replies", "stories", "held"}
    assert [h["rules"] for h in digest["held"]] == [["end-marker"]]
    [before] = rows("digest", "preview", "--at", "2026-01-03 10:00", "--channel", "C0OTHER")
    assert [(s["lead"], [set(p) for p in s["posts"]]) for s in before["stories"]] == [(2, [{"id", "path", "title"}])]
    assert len(before["replies"]) == 1
    assert set(before["replies"][0]) == {"text", "blocks"}
    assert rows("digest", "preview", "--at", "2026-01-03 10:00", "--channel", "C0OTHER") == [before]
    assert "時刻「いつか」を読み取れません" in sentence("digest", "preview", "--at", "いつか", code=2)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "command",
    ["import desk", "read desk", "posts", "summary 2", "summary 生成AI", "tag", "stories", "search 水族館"],
)
def test_people_read_text_and_nothing_breaks(command: str) -> None:
    result = kawaraban(*command.split())
    assert (result.exit_code, result.stdout != "") == (1 if command == "summary 生成AI" else 0, True)
    assert "{" not in result.stdout


# ---- what is wrong
@pytest.mark.parametrize(
    "wrong", ["nonsense", "search", "search x --limit 0", "import", "read desk --sentences 99", "web --port 0"]
)
def test_wrong_use_ends_with_two(wrong: str) -> None:
    result = kawaraban(*wrong.split())
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("run", "SLACK_BOT_TOKEN、SLACK_APP_TOKEN"),
        ("web", "SLACK_BOT_TOKEN、SLACK_SIGNING_SECRET"),
        ("clock", "SLACK_BOT_TOKEN"),
        ("digest send", "SLACK_BOT_TOKEN"),
    ],
)
def test_a_missing_token_is_named(command: str, missing: str) -> None:
    assert sentence(*command.split(), code=1).endswith(
        f"設定 {missing} がありません。.env か環境変数に書いてください（docs/configuration.md）。"
    )


@pytest.mark.parametrize("name", ["KAWARABAN_DIGEST_AT", "KAWARABAN_DIGEST_LIMIT", "KAWARABAN_DIGEST_AI_ONLY"])
def test_a_wrong_setting_is_named_and_its_value_is_not_printed(name: str) -> None:
    said = sentence("posts", code=2, **{name: "xoxb-s3cret"})
    assert said.startswith("設定に誤りがあります。" + name)
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["rubbish-s3cret", "mysql://u:s3cret@h/d", "postgresql://u:s3cret@127.0.0.1:1/d"])
def test_a_wrong_database_is_said_without_its_password(url: str) -> None:
    said = sentence("posts", code=1, DATABASE_URL=url)
    assert said.endswith("。")
    assert "s3cret" not in said


def test_a_data_folder_that_cannot_be_made_is_said() -> None:
    assert "を作れません" in sentence("posts", code=1, KAWARABAN_DATA="/proc/none")
