"""Who may import whom, and where each third-party library lives."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

# A module imports only from the left; those in one set never import each other.
ORDER: tuple[set[str], ...] = (
    {"bot.errors"},
    {"bot.settings"},
    {"bot.wording"},
    {"bot.domain"},
    {"bot.japanese", "bot.sources"},
    {"bot.checks"},
    {"bot.desk"},
    {"storage", "handlers"},
    {"bot.runtime"},
    {"bot.fake_slack"},
    {"bot.demo"},
    {"bot.cli"},
    {"bot.__main__"},
)
# Parts to the left that a part must not know either: the store is handed its rules, and serves the desk unseen.
APART = {"storage": {"bot.settings", "bot.wording", "bot.sources", "bot.checks", "bot.desk"}}
HOMES = {
    "fugashi": ["bot/japanese/tokens.py"],
    "requests": ["bot/sources/fetch.py"],
    "urllib3": ["bot/sources/fetch.py"],
    "AntiSSRF": ["bot/sources/fetch.py"],
    "feedparser": ["bot/sources/feed.py"],
    "lxml": ["bot/sources/markup.py", "bot/sources/page_body.py"],
    "readability": ["bot/sources/page_body.py"],
    "yaml": ["bot/sources/front_matter.py", "bot/japanese/vocabulary.py", "bot/checks/house_rules.py"],
    "markdown_it": ["bot/japanese/"],
    "sqlalchemy": ["storage/"],
    "alembic": ["storage/"],
    "apscheduler": ["bot/runtime/clock.py"],
    "slack_bolt": ["handlers/", "bot/runtime/", "bot/fake_slack/"],
    "slack_sdk": ["handlers/", "bot/runtime/", "bot/fake_slack/"],
    "jpholiday": ["bot/domain/holidays.py"],
    "gunicorn": ["bot/runtime/web.py"],
    "prometheus_client": ["bot/runtime/web.py"],
    "pydantic": ["bot/settings.py", "bot/cli/"],
    "pydantic_settings": ["bot/settings.py"],
    "matplotlib": ["handlers/messages/weekly_chart.py"],
    "matplotlib_fontja": ["handlers/messages/weekly_chart.py"],
    "typer": ["bot/__main__.py", "bot/cli/"],
    "rich": ["bot/cli/", "bot/demo/"],
}
OURS = {"bot", "handlers", "storage"}


def sources() -> dict[str, str]:
    """Our modules: path -> text."""
    return {p.relative_to(ROOT).as_posix(): p.read_text() for name in sorted(OURS) for p in (ROOT / name).rglob("*.py")}


def imports(path: str, source: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The modules a file imports, with the names it takes from each."""
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, frozenset()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module, frozenset(alias.name for alias in node.names)


def part_of(module: str) -> str | None:
    """The part of the house that a module belongs to: bot.desk.lookup is bot.desk."""
    names = [name for names in ORDER for name in names if module == name or module.startswith(f"{name}.")]
    return names[0] if names else None


def parts_imported(module: str, names: frozenset[str]) -> set[str]:
    """`from bot import checks` brings bot.checks."""
    return {part for name in ("", *names) if (part := part_of(f"{module}.{name}" if name else module))}


def ways(files: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Every import of another part of the house: the file, its part, the part it imports."""
    for path, source in files.items():
        importer = part_of(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        for module, names in imports(path, source):
            for part in sorted(parts_imported(module, names)):
                if importer and importer != part:
                    yield path, importer, part


def wrong_ways(files: dict[str, str]) -> list[str]:
    """Every import that does not come from the left."""
    place = {name: number for number, names in enumerate(ORDER) for name in names}
    return [f"{path} imports {part}" for path, importer, part in ways(files) if place[part] >= place[importer]]


def shortcuts(files: dict[str, str]) -> list[str]:
    """Every import from the left that must not be all the same."""
    return [f"{path} imports {part}" for path, importer, part in ways(files) if part in APART.get(importer, ())]


def strangers(files: dict[str, str]) -> list[str]:
    """Every library outside its home."""
    return [
        f"{path} imports {library}"
        for path, source in files.items()
        for library in sorted({module.split(".")[0] for module, _ in imports(path, source)})
        if library in HOMES and not any(path == home or path.startswith(home) for home in HOMES[library])
    ]


def test_every_module_imports_only_from_the_left() -> None:
    assert wrong_ways(sources()) == []


def test_storage_knows_no_editorial_rule_and_no_desk() -> None:
    assert shortcuts(sources()) == []


def test_every_library_has_one_home() -> None:
    assert strangers(sources()) == []


def test_every_module_has_its_place_in_the_order() -> None:
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in sources()}
    assert {m for m in modules if part_of(m) is None} == {"bot"}


def test_every_library_that_is_imported_has_a_home() -> None:
    known = OURS | set(HOMES) | set(sys.stdlib_module_names)
    homeless = {
        (module.split(".")[0], path) for path, source in sources().items() for module, _ in imports(path, source)
    }
    assert {(library, path) for library, path in homeless if library not in known} == set()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/settings.py", "from bot.domain.readings import Reading"),
        ("bot/desk/lookup.py", "from storage import Store"),
        ("bot/desk/lookup.py", "from handlers.messages import blocks"),
        ("bot/japanese/tags.py", "from bot import checks"),
        ("bot/domain/posts.py", "from bot.japanese import read"),
        ("bot/sources/page.py", "import bot.japanese.tokens"),
        ("storage/store.py", "from handlers import register"),
        ("handlers/lookup.py", "def later():\n    from storage.store import Store"),
        ("handlers/lookup.py", "from bot.runtime.app import Newsroom"),
        ("bot/japanese/summary.py", "from ..desk import Desk"),
        ("bot/demo/tour.py", "from bot.cli.output import table"),
    ],
)
def test_a_planted_import_from_the_right_is_noticed(path: str, source: str) -> None:
    assert len(wrong_ways({path: source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("storage/posts/findings.py", "from bot.checks import check"),
        ("storage/posts/cross_checks.py", "import bot.checks.corpus"),
        ("storage/store.py", "from bot import checks"),
        ("storage/posts/intake.py", "def later():\n    from bot.checks.cross_post_rules import CROSS_POST_RULES"),
        ("storage/posts/intake.py", "from bot.desk.intake import Intake"),
    ],
)
def test_a_planted_rule_in_storage_is_noticed(path: str, source: str) -> None:
    assert wrong_ways({path: source}) == []
    assert len(shortcuts({path: source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/desk/lookup.py", "import sqlalchemy as sa"),
        ("bot/sources/feed.py", "from requests import Session"),
        ("bot/domain/posts.py", "import yaml"),
        ("storage/store.py", "from slack_sdk.errors import SlackApiError"),
    ],
)
def test_a_planted_stranger_is_noticed(path: str, source: str) -> None:
    assert len(strangers({path: source})) == 1


def test_what_is_allowed_is_not_noticed() -> None:
    files = {
        "bot/checks/quoting.py": "from bot.japanese import markdown\nfrom bot.domain.posts import Draft",
        "handlers/lookup.py": "from bot.desk import Desk\nfrom handlers import messages\nimport slack_bolt",
        "bot/__main__.py": "from bot.runtime.app import build\nimport typer",
        "storage/posts/findings.py": "from bot.domain import alerts\nfrom bot.japanese import tags\nimport sqlalchemy",
    }
    assert (wrong_ways(files), shortcuts(files), strangers(files)) == ([], [], [])
