"""What the documents say is what the code does."""

import re
import shlex
import tomllib
from datetime import time
from typing import Any

import pytest
import typer
from pydantic_core import PydanticUndefined

from bot.__main__ import app
from bot.checks import RULES
from bot.domain import reviews
from bot.domain.digests import Considered, Schedule, judge
from bot.domain.reviews import STATES
from bot.settings import Settings, variable
from handlers import manifest
from handlers.messages import digest_trace
from handlers.messages.help import HELP
from tests.conftest import ROOT
from tests.handlers.messages import digests

CHECKS = ROOT / "docs" / "checks.md"


def in_words(default: Any) -> str:
    """A default as docs/configuration.md writes it."""
    if default in ("", (), PydanticUndefined):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, time):
        return f"`{default:%H:%M}`"
    return f"`{','.join(default)}`" if isinstance(default, tuple) else f"`{default}`"


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", text, re.M)
    fields = Settings.model_fields.items()
    assert rows == [(variable(name), in_words(f.default), f.description) for name, f in fields]


def test_every_rule_is_documented_and_nothing_else_is() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` (\S+) \| (\w+)", CHECKS.read_text(), re.M)
    assert sorted(documented) == sorted((rule.name, rule.title, rule.severity) for rule in RULES)
    handbook = re.findall(r"^\| (\S+)（`([a-z-]+)`） \|", (ROOT / "docs" / "editors.md").read_text(), re.M)
    assert sorted(handbook) == sorted((rule.title, rule.name) for rule in RULES)


def review_table() -> list[str]:
    """The life of a review as docs/reviews.md shows it."""
    head = ["what happens", "no review", *STATES]
    rows = [[f"`{action}`", *cells] for action, cells in reviews.RULES.items()]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def test_the_states_of_a_review_are_documented_as_they_are() -> None:
    lines = (ROOT / "docs" / "reviews.md").read_text().splitlines()
    start = lines.index(review_table()[0])
    end = next(n for n, line in enumerate(lines[start:], start) if not line.startswith("|"))
    assert lines[start:end] == review_table()


def test_every_action_and_outcome_of_a_review_is_explained() -> None:
    text = (ROOT / "docs" / "reviews.md").read_text()
    outcomes = {cell for cells in reviews.RULES.values() for cell in cells} - set(STATES)
    for name in (*reviews.RULES, *outcomes):
        assert re.search(rf"^- `{re.escape(name)}`", text, re.M), name


def test_every_rule_of_a_digest_is_documented_in_its_order() -> None:
    documented = re.findall(r"^\| (\S+) `([a-z]+)` \|", (ROOT / "docs" / "digests.md").read_text(), re.M)
    post = Considered(digests.post(), 1, 1.0)
    asked = [step.rule for step in judge(post, Schedule("C1"), (digests.AT, digests.SLOT))]
    assert documented == [(digest_trace.RULES[rule], rule) for rule in asked]


def commands() -> dict[str, Any]:
    """Every command of the command line by its whole name."""

    def under(group: Any, before: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, command in group.commands.items():
            whole = f"{before} {name}".strip()
            found |= under(command, whole) if hasattr(command, "commands") else {whole: command.load()}
        return found

    return under(typer.main.get_command(app), "")


@pytest.mark.parametrize(
    "name", ["README.md", "docs/configuration.md", "docs/operations.md", "docs/checks.md", "docs/digests.md"]
)
def test_every_command_line_in_the_documents_exists(name: str) -> None:
    known = commands()
    written = re.findall(r"(?:^|`|run )kawaraban ([a-z][^`\n]*)", (ROOT / name).read_text(), re.M)
    assert written
    assert [line for line in written for call in calls_in(line) if not exists(call, known)] == []


def calls_in(line: str) -> list[list[str]]:
    """The words of a call; `import | read` is two."""
    return [shlex.split(part, comments=True) for part in line.split(" | ")]


def exists(call: list[str], known: dict[str, Any]) -> bool:
    name = next((n for n in (" ".join(call[:2]), call[0]) if n in known), None)
    if name is None:
        return False
    options = {o for p in known[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    return all(word.partition("=")[0] in options for word in call if word.startswith("--"))


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    known = commands()
    assert [exists(c, known) for c in (["digest", "fly"], ["demo", "--wings"], ["demo"])] == [False, False, True]


def test_the_editors_handbook_names_every_slash_command() -> None:
    text = (ROOT / "docs" / "editors.md").read_text()
    assert set(re.findall(r"`(/[a-z]+)", text)) - {"/invite"} == set(HELP)
    assert list(HELP) == list(manifest.COMMANDS)


def test_the_lock_names_the_public_index_alone() -> None:
    lock = (ROOT / "uv.lock").read_text()
    assert set(re.findall(r"https?://([^/\"]+)", lock)) == {"pypi.org", "files.pythonhosted.org"}


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {p["name"] for p in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    wanted = {re.split(r"[\[<>=~ ]", d)[0] for d in project["dependencies"]}
    assert wanted - locked == set()


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[:1] == ["[Unreleased]"]


def test_the_procfile_names_the_parts() -> None:
    assert (ROOT / "Procfile").read_text().splitlines() == [
        "release: kawaraban migrate", "web: kawaraban web", "clock: kawaraban clock", "worker: kawaraban run"
    ]  # fmt: skip
    assert {"migrate", "web", "clock", "run"} <= set(commands())
