"""`kawaraban check`: a newsroom's linter."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot import japanese
from bot.__main__ import app
from bot.checks import RULES
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.runtime.desk import build_desk
from bot.settings import Settings
from tests.conftest import ROOT
from tests.storage.articles import newsroom, publish

MARKED = "desk/_posts/2026-01-31-113.md"
PLAIN = "desk/_posts/2026-01-02-1.md"
BROKEN = "desk/_posts/2026-01-30-broken.md"
WHY_BROKEN = (
    "フロントマターをYAMLとして読めません（3行目）: did not find expected node content。"
    "引用符と字下げを確認してください。"
)
HOUSE = """\
banned:
  - name: 敬称
    words: [御社, 人の手]
    why: 社の決まりで使わない言葉です。
    remedy: 言い換えてください。
  - name: 方角
    severity: block
    words: [北北西]
    why: 方角は十六方位で書きません。
    remedy: 八方位に直してください。
"""
MARK = {
    "path": MARKED, "rule": "end-marker", "severity": "block", "quote": "---END---", "paragraph": 3, "line": 14,
    "message": "生成の終わりを示す印が本文に残っています。",
}  # fmt: skip
HANDS = {
    "path": PLAIN, "rule": "house/敬称", "severity": "warn", "paragraph": 3, "line": 12,
    "quote": "駅前の住民に聞くと、案内が速くなったという声と、人の手が減るのを惜しむ声が半ばする。",
    "message": "社の決まりで使わない言葉です。",
}  # fmt: skip
QUESTION = {
    "path": MARKED, "rule": "house/敬称", "severity": "warn", "paragraph": 3, "line": 12,
    "quote": "川沿いの住民に聞くと、翻訳が速くなったという声と、人の手が減るのを惜しむ声が半ばする。",
    "message": "社の決まりで使わない言葉です。",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder: desk/ with a sound post and one that a generator's mark ends, and the house's rules."""
    monkeypatch.chdir(tmp_path)
    newsroom(tmp_path / "desk")
    publish(tmp_path / "desk", 1)
    publish(tmp_path / "desk", 113, day=31, tail="\n---END---\n")
    (tmp_path / "house.yml").write_text(HOUSE)
    return tmp_path


def kawaraban(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=environment)


def said(*arguments: str, code: int, **environment: str) -> str:
    """What people read on stdout."""
    result = kawaraban("check", *arguments, **environment)
    assert (result.exit_code, result.stderr) == (code, ""), result.output
    return str(result.stdout)


def rows(*arguments: str, code: int, **environment: str) -> list[dict[str, Any]]:
    """What scripts read: every line of stdout an object."""
    result = kawaraban("check", *arguments, "--json", **environment)
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def refusal(*arguments: str) -> str:
    """What is said on stderr of a wrong use; stdout stays empty."""
    result = kawaraban("check", *arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return str(result.stderr).strip()


# ---- what is found
def test_findings_are_listed_by_file_and_line_and_each_remedy_once() -> None:
    assert said("desk", "--rules", "house.yml", code=1) == (
        f"{PLAIN}:12  warn  house/敬称  「{HANDS['quote']}」\n"
        "    社の決まりで使わない言葉です。\n"
        "\n"
        f"{MARKED}:8  warn  near-copy  "
        "「川沿いの図書館は翻訳の仕事に生成AIの使用を始めた。大規模言語モデルが図書館の職員を助け、翻訳の時間は半分になった。開発…」\n"
        "    _posts/2026-01-02-1.md「駅前の水族館、案内に生成AIを導入 第1号」と本文のおよそ63%が重なっています。\n"
        f"{MARKED}:12  warn  house/敬称  「{QUESTION['quote']}」\n"
        "    社の決まりで使わない言葉です。\n"
        f"{MARKED}:14  block  end-marker  「---END---」\n"
        "    生成の終わりを示す印が本文に残っています。\n"
        "\n"
        "直し方\n"
        "    house/敬称: 言い換えてください。\n"
        "    near-copy: 以前の記事を更新するか、どちらか一方を取り下げてください。\n"
        "    end-marker: この印を削除し、その前で文章が終わっているかを確認してください。\n"
        "\n"
        "2本を検査しました。要確認4件（block 1、warn 3、note 0）。\n"
    )


def test_a_script_gets_one_object_a_finding_and_no_database_is_made(folder: Path) -> None:
    assert rows(MARKED, code=1) == [MARK]
    assert not (folder / "data").exists()


def test_a_file_that_is_given_twice_is_checked_once() -> None:
    assert rows(MARKED, f"./{MARKED}", "--rule", "end-marker", "--rule", "near-copy", code=1) == [MARK]


def test_nothing_found_is_said_and_is_no_failure() -> None:
    assert said(PLAIN, code=0) == "1本を検査しました。要確認はありません。\n"
    assert rows(PLAIN, code=0) == []


def test_what_does_not_block_is_no_failure() -> None:
    assert rows(PLAIN, "--rules", "house.yml", code=0) == [HANDS]


def test_rules_between_posts_compare_the_given_files_the_newer_with_the_older() -> None:
    [copy] = rows("desk", "--rule", "near-copy", code=0)
    assert (copy["path"], copy["line"]) == (MARKED, 8)
    assert rows(MARKED, "--rule", "near-copy", code=0) == []


def test_with_the_store_the_stored_posts_are_compared_too_and_a_post_never_with_itself(folder: Path) -> None:
    assert kawaraban("import", "desk").exit_code == 0
    assert rows("desk", "--rule", "near-copy", "--store", code=0) == rows("desk", "--rule", "near-copy", code=0)
    [copy] = rows(MARKED, "--rule", "near-copy", "--store", code=0)
    assert copy["message"] == "#1「駅前の水族館、案内に生成AIを導入 第1号」と本文のおよそ63%が重なっています。"
    (folder / "draft.md").write_text((folder / PLAIN).read_text())
    [copy] = rows("draft.md", "--rule", "near-copy", "--store", code=0)
    assert copy["message"] == "#1「駅前の水族館、案内に生成AIを導入 第1号」と本文のおよそ100%が重なっています。"


# ---- which are shown
def test_a_severity_shows_itself_and_worse() -> None:
    assert rows(MARKED, "--rules", "house.yml", "--severity", "note", code=1) == [QUESTION, MARK]
    assert rows(MARKED, "--rules", "house.yml", "--severity", "warn", code=1) == [QUESTION, MARK]
    assert rows(MARKED, "--rules", "house.yml", "--severity", "block", code=1) == [MARK]


def test_a_rule_that_is_off_runs_when_it_is_named(folder: Path) -> None:
    publish(folder / "desk", 1, tail="\n私は驚いた。\n")
    assert rows(PLAIN, code=0) == []
    [person] = rows(PLAIN, "--rule", "first-person", "--rule", "hype", code=0)
    assert (person["rule"], person["quote"], person["line"]) == ("first-person", "私は驚いた。", 14)


def test_the_rules_of_the_house_may_stand_in_the_settings() -> None:
    assert rows(PLAIN, code=0, KAWARABAN_RULES="house.yml") == [HANDS]


# ---- what cannot be read
def test_a_file_that_cannot_be_read_is_listed_and_stops_no_other(folder: Path) -> None:
    (folder / BROKEN).write_text("---\ntitle: [\n---\n")
    result = kawaraban("check", "desk", "nowhere", "--rule", "placeholder")
    assert (result.exit_code, result.stdout) == (1, "2本を検査しました。要確認はありません。読めなかったもの2件。\n")
    assert result.stderr == (
        f"nowhere: 「{folder / 'nowhere'}」が見つかりません。パスを確認してください。\n{BROKEN}: {WHY_BROKEN}\n"
    )
    result = kawaraban("check", BROKEN, MARKED, "--json")
    assert (result.exit_code, result.stderr) == (1, f"{BROKEN}: {WHY_BROKEN}\n")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [MARK]


# ---- wrong use
def test_an_unknown_rule_is_refused_with_the_nearest_names() -> None:
    assert refusal("desk", "--rule", "end-markr") == (
        "規則「end-markr」はありません。近い名前: end-marker、unbalanced-markdown"
    )
    assert refusal("desk", "--rules", "house.yml", "--rule", "house/敬語") == (
        "規則「house/敬語」はありません。近い名前: house/敬称、house/方角"
    )


def test_an_unknown_severity_no_path_and_a_dry_run_without_rules_are_refused() -> None:
    assert refusal("desk", "--severity", "error") == (
        "重さ「error」はありません。block、warn、note のどれかを指定してください。"
    )
    assert refusal() == "検査するファイルかフォルダーを指定してください。例: kawaraban check _posts"
    assert refusal("--dry-run") == (
        "--dry-run には規則のファイルが必要です。例: kawaraban check --rules house.yml --dry-run"
    )


def test_a_bad_file_of_rules_is_refused_with_its_line(folder: Path) -> None:
    (folder / "house.yml").write_text(HOUSE.replace("severity: block", "severity: bad"))
    assert refusal("desk", "--rules", "house.yml") == (
        "house.yml:7: 重さ「bad」はありません。block、warn、note のどれかにしてください。"
    )
    assert refusal("desk", "--rules", "nowhere.yml") == (
        "規則のファイル「nowhere.yml」を開けません（No such file or directory）。パスを確認してください。"
    )


# ---- trying new rules
def test_a_dry_run_shows_which_posts_each_rule_of_the_house_would_hit(folder: Path) -> None:
    publish(folder / "desk", 2, day=30, tail="\n風は北北西だ。\n")
    expected = (
        "┏━━━━━━━━━━━━┳━━━━━━━┳━━━━━━┓\n"
        "┃ 規則       ┃ 重さ  ┃ 記事 ┃\n"
        "┡━━━━━━━━━━━━╇━━━━━━━╇━━━━━━┩\n"
        "│ house/敬称 │ warn  │ 3本  │\n"
        "│ house/方角 │ block │ 1本  │\n"
        "└────────────┴───────┴──────┘\n"
        "house/敬称\n"
        f"    {PLAIN}\n    desk/_posts/2026-01-30-2.md\n    {MARKED}\n"
        "house/方角\n"
        "    desk/_posts/2026-01-30-2.md\n"
        "記事3本で試しました。何も変更していません。\n"
    )
    assert said("desk", "--rules", "house.yml", "--dry-run", code=0) == expected
    assert kawaraban("import", "desk").exit_code == 0
    stored = kawaraban("posts", "--json").stdout
    assert said("--rules", "house.yml", "--dry-run", code=0) == expected
    assert rows("--rules", "house.yml", "--dry-run", "--rule", "house/方角", code=0) == [
        {"rule": "house/方角", "posts": 1, "paths": ["desk/_posts/2026-01-30-2.md"]}
    ]
    assert kawaraban("posts", "--json").stdout == stored


def test_a_dry_run_over_the_stored_posts_sees_the_whole_of_their_files(folder: Path) -> None:
    (folder / "house.yml").write_text(
        "masked:\n  - {name: 社外秘, words: [浦島], why: 公開しない名前です。, remedy: 伏せてください。}\n"
        "claims:\n  - {name: 最大級, words: [業界初], why: 根拠が要ります。, remedy: 出典を添えてください。}\n"
    )
    publish(folder / "desk", 2, day=28, tail="\n```\nhost = urashima.浦島\n```\n")
    publish(folder / "desk", 3, day=28, tail="\n| 機能 | 備考 |\n|---|---|\n| 翻訳 | 業界初 |\n")
    publish(folder / "desk", 4, day=28, tail="\n業界初の仕組みだ。[^1]\n")
    publish(folder / "desk", 5, day=28, front="image: /img/浦島.png\n")
    assert kawaraban("import", "desk").exit_code == 0
    files = rows("desk", "--rules", "house.yml", "--dry-run", code=0)
    assert [(row["rule"], [Path(path).stem[11:] for path in row["paths"]]) for row in files] == [
        ("house/社外秘", ["2", "5"]),
        ("house/最大級", ["3"]),
    ]
    assert rows("--rules", "house.yml", "--dry-run", code=0) == files


# ---- how the rules do
def test_the_record_of_each_rule_counts_hits_and_dismissals(folder: Path) -> None:
    publish(folder / "desk", 2, day=30, tail="\n---END---\n")
    assert kawaraban("import", "desk").exit_code == 0
    settings = Settings()
    store, desk = build_desk(settings)
    quote = next(f.quote for f in desk.checks.findings(3).standing if f.rule == "end-marker")
    desk.checks.dismiss(3, "end-marker", quote, "U0SATO001")
    store.close()
    records = {row["rule"]: row for row in rows("--stats", code=0)}
    assert records["end-marker"] == {
        "rule": "end-marker", "severity": "block", "on": True, "hits": 2, "dismissals": 1, "precision": 0.5,
        "demoted": False,
    }  # fmt: skip
    assert records["hype"] == {
        "rule": "hype", "severity": "note", "on": True, "hits": 0, "dismissals": 0, "precision": None, "demoted": False
    }  # fmt: skip
    assert list(records) == [rule.name for rule in RULES]
    assert "│ end-marker          │ block │ 2本  │ 1本    │ 50%    │ 個別   │" in said("--stats", code=0).splitlines()


# ---- in a pull request
def test_the_github_action_checks_only_the_posts_that_changed(folder: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=desk", "-c", "user.email=desk@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=folder / "desk", check=True, capture_output=True)

    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "一月")
    git("checkout", "-b", "draft")
    (folder / "desk" / "_posts" / "2026-02-01-港の朝.md").write_text((folder / PLAIN).read_text())
    (folder / PLAIN).unlink()
    (folder / "desk" / "about.md").write_text("御社へ")
    git("add", ".")
    git("commit", "-m", "二月")
    stand_in = folder / "bin" / "kawaraban"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\nfor each in "$@"; do echo "$each"; done\nexit 1\n')
    stand_in.chmod(0o755)
    [job] = yaml.safe_load((ROOT / "docs" / "github-action.yml").read_text())["jobs"].values()
    path = f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", job["steps"][-1]["run"]],
        cwd=folder / "desk",
        env={"PATH": path, "BASE": "main", "RUNNER_TEMP": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0, done.stderr) == (True, "")
    assert done.stdout.splitlines() == ["check", "_posts/2026-02-01-港の朝.md"]


@pytest.mark.parametrize("command", ["check", "read"])
def test_what_goes_wrong_with_one_file_stops_no_other(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = japanese.read

    def broken(draft: Draft) -> Reading:
        if draft.title == "壊れた版":
            raise IndexError
        return read(draft)

    monkeypatch.setattr(japanese, "read", broken)
    for name, title in (("a", "前の版"), ("b", "壊れた版"), ("c", "後の版")):
        (folder / f"2026-01-17-{name}.md").write_text(f"---\ntitle: {title}\n---\n渡し船の予約を音声でも受け始めた。\n")
    done = kawaraban(command, *(str(folder / f"2026-01-17-{name}.md") for name in "abc"), "--json")
    assert done.exit_code == 1
    assert f"{folder / '2026-01-17-b.md'}: 瓦版側の不具合で読み取れませんでした" in done.stderr.replace("\n", "")
    told = {json.loads(line)["path"] for line in done.stdout.splitlines()}
    assert told == {str(folder / "2026-01-17-a.md"), str(folder / "2026-01-17-c.md")}
