"""A command imports what it uses: the shell is not kept waiting for libraries that it does not need."""

import inspect
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.__main__ import LazyCommand, app
from tests.conftest import ROOT

DICTIONARY = "unidic_lite"
HEAVY = (
    "slack_bolt", "slack_sdk", "apscheduler", "gunicorn", "alembic", "lxml", "feedparser", "readability", "requests",
    "urllib3", "AntiSSRF", "matplotlib", "prometheus_client", DICTIONARY,
)  # fmt: skip
OURS = ("bot.cli", "bot.desk", "bot.settings", "handlers", "storage", "sqlalchemy", "pydantic", "fugashi")
READS = (
    ["summary", "1"], ["posts"], ["tag"], ["stories"], ["review", "list"], ["review", "stats"], ["digest", "list"],
    ["digest", "preview", "--channel", "C0AINEWS1"], ["source", "list"], ["migrate"], ["manifest"],
)  # fmt: skip
PROGRAM = """
import sys
from bot.__main__ import app
try:
    app(sys.argv[1:])
finally:
    print(*sorted({name for name in sys.modules}), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the samples taken in."""
    folder = tmp_path_factory.mktemp("stored")
    done = run(folder, "import", str(ROOT / "samples"))
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def imported(done: subprocess.CompletedProcess[str], names: tuple[str, ...]) -> list[str]:
    """Those of the modules that a run has imported."""
    modules = set(done.stderr.splitlines()[-1].split())
    return [name for name in names if name in modules]


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_no_command(option: str, tmp_path: Path) -> None:
    done = run(tmp_path, option)
    assert done.returncode == 0
    assert imported(done, (*HEAVY, *OURS)) == []


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_a_command_that_reads_imports_nothing_heavy(command: list[str], folder: Path) -> None:
    done = run(folder, *command)
    assert done.returncode in (0, 1), done.stderr
    assert imported(done, HEAVY) == []
    assert imported(done, ("bot.desk", "storage")) == ["bot.desk", "storage"]


def test_a_search_imports_the_dictionary_of_words_and_nothing_else_heavy(folder: Path) -> None:
    assert imported(run(folder, "search", "水族館"), HEAVY) == [DICTIONARY]


def test_what_is_imported_would_be_noticed(tmp_path: Path) -> None:
    assert imported(run(tmp_path, "doctor", "--json"), HEAVY[:2]) == ["slack_bolt", "slack_sdk"]


def test_the_version_is_the_projects() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.stdout) == (0, f"{version('kawaraban')}\n")


def commands(group: Any) -> list[LazyCommand]:
    return [
        command
        for each in group.commands.values()
        for command in (commands(each) if hasattr(each, "commands") else [each])
    ]


@pytest.mark.parametrize("command", commands(typer.main.get_command(app)), ids=lambda c: str(c.name))
def test_the_list_says_of_a_command_what_its_own_help_says_first(command: LazyCommand) -> None:
    loaded = command.load()
    assert loaded.help
    assert (command.name, command.help) == (loaded.name, inspect.cleandoc(loaded.help).split("\n\n")[0])
