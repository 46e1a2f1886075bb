"""An empty database becomes a store, whoever asks first, and keeps times as they were."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, make_url, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.domain.digests import Schedule
from storage.engine import reading, reshaping, writing
from storage.migrate import _config, newest
from storage.store import Store
from storage.tables import events, metadata
from tests.conftest import Clock
from tests.storage.rush import processes

MIGRATE = """
import sys
from datetime import UTC, datetime
from storage.store import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store.at(sys.argv[1], lambda: datetime.now(UTC))
print(store.migrate(), store.is_current())
"""


@pytest.fixture
def nothing(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'folder' / 'kawaraban.db'}"
        return
    server = request.getfixturevalue("server").format("postgres")
    root = create_engine(server, isolation_level="AUTOCOMMIT")
    with root.connect() as c:
        c.execute(text("CREATE DATABASE nothing"))
        yield make_url(server).set(database="nothing").render_as_string(hide_password=False)
        c.execute(text("DROP DATABASE nothing WITH (FORCE)"))
    root.dispose()


def test_four_processes_bring_one_empty_database_to_its_shape(nothing: str, clock: Clock) -> None:
    store = Store.at(nothing, clock)
    said = processes(MIGRATE, nothing, times=4)
    assert len(set(said)) == 1
    assert said[0].endswith(" True")
    assert store.is_current()
    assert store.migrate() == said[0].split()[0]
    store.close()


def test_the_newest_revision_is_known_from_the_names_of_the_files() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert newest() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_a_database_without_a_table_is_not_current(nothing: str, clock: Clock) -> None:
    store = Store.at(nothing, clock)
    assert not store.is_current()
    assert store.health.answers()
    store.close()


def test_the_migrations_and_the_tables_say_the_same(store: Store) -> None:
    def ours(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and str(name).startswith("post_search"))

    with store.engine.connect() as c:
        context = MigrationContext.configure(c, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_time_comes_back_as_it_was_in_utc(store: Store) -> None:
    tokyo = datetime(2026, 2, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with writing(store.engine) as c:
        c.execute(insert(events).values(event_id="Ev1", at=tokyo))
        [at] = c.scalars(select(events.c.at))
    assert (at, at.tzinfo) == (tokyo, UTC)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with (
        pytest.raises(StatementError, match="a time without a zone was about to be stored"),
        writing(store.engine) as c,
    ):
        c.execute(insert(events).values(event_id="Ev1", at=datetime(2026, 2, 1)))  # noqa: DTZ001
    with reading(store.engine) as c:
        assert c.scalars(select(events.c.at)).all() == []


def test_a_store_with_a_schedule_and_its_digests_keeps_them(nothing: str, clock: Clock) -> None:
    store = Store.at(nothing, clock)
    with reshaping(store.engine) as c:
        config = _config()
        config.attributes["connection"] = c
        command.upgrade(config, "0006")
    at = datetime(2026, 1, 31, 23, tzinfo=UTC).isoformat(" ")
    with writing(store.engine) as c:
        c.execute(
            text(
                'INSERT INTO schedules (id, channel, at, zone, "limit", ai_only, since) '
                f"VALUES (1, 'C0AINEWS1', '07:30', 'Asia/Tokyo', 5, true, '{at}')"
            )
        )
        c.execute(text(f"INSERT INTO digests (id, schedule_id, slot, claimed_at) VALUES (1, 1, '{at}', '{at}')"))
    store.migrate()
    [schedule] = store.schedules.all()
    assert (schedule.times, schedule.limit, schedule.by_settings) == ((time(7, 30),), 5, True)
    digest = store.digests.get(1)
    assert (digest.state, digest.until, digest.slot) == ("sent", digest.slot, datetime(2026, 1, 31, 23, tzinfo=UTC))
    assert store.schedules.put(Schedule("C0AINEWS1", (time(7, 30),), limit=5)) == schedule
    with store.engine.connect() as c, pytest.raises(IntegrityError):
        c.execute(
            text(f"INSERT INTO digests (schedule_id, slot, until, claimed_at) VALUES (9, '{at}', '{at}', '{at}')")
        )
    store.close()
