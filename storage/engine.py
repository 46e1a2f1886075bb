"""Connections: SQLite tuned for several processes, PostgreSQL as it comes."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from bot.domain.cross_post import CrossPostRules
from bot.domain.outbox import NotificationSettings
from bot.errors import NotReady, StoreBusy

BUSY_SECONDS = 10
# Japanese as it is: in escapes it would be twice as long on disk
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def connect(url: str) -> Engine:
    """An engine for `url`. An SQLite file's folder is made where it is missing. Raises NotReady for a URL that names no
    database we know, and for a folder that cannot be made."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, json_serializer=_compact)
    except (ArgumentError, ImportError) as e:
        raise NotReady("DATABASE_URL を読み取れません。postgresql://… か sqlite:///… の形で書いてください。") from e
    if parsed.database and parsed.database != ":memory:":
        folder = Path(parsed.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise NotReady(f"フォルダー「{folder}」を作れません（{e.strerror}）。置き場所を確認してください。") from e
    # isolation_level None leaves BEGIN to _begin: sqlite3's own would start transactions late, and never immediate
    options = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = create_engine(url, connect_args=options, json_serializer=_compact)
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    return engine


class StorePart:
    """What every part of the Store is built on: the engine, the clock that stamps what is written, what is announced,
    and the rules that compare posts."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        notifications: NotificationSettings | None = None,
        rules: CrossPostRules | None = None,
    ) -> None:
        self.engine = engine
        self.now = now
        self.notifications = notifications or NotificationSettings()
        self.rules = rules or CrossPostRules()

    def reading(self) -> AbstractContextManager[Connection]:
        """One transaction that only reads."""
        return reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction that writes: all of it or nothing."""
        return writing(self.engine)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads. Raises StoreBusy where the database does not answer in time."""
    with _answering(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it or nothing. SQLite takes its one write lock at the beginning, so that
    what was read inside cannot change before it is written. Raises StoreBusy where the lock is not to be had in time.
    """
    with _answering(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reshaping(engine: Engine) -> Iterator[Connection]:
    """One transaction that may rebuild tables: SQLite looks after foreign keys at its end, not while a table that
    others refer to is on its way. Raises StoreBusy like `writing`."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with _answering(), engine.connect().execution_options(writes=True) as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF").close()
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"rows would be left that refer to nothing: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON").close()


def add(connection: Connection, table: Table, **values: Any) -> int:
    """Insert a row and return its number."""
    key = connection.execute(insert(table), values).inserted_primary_key
    assert key is not None
    return int(key[0])


def _tune(connection: Any, _: Any) -> None:
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "cache_size=-64000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            return  # where the file system or memory takes no WAL, SQLite keeps what it has
        except sqlite3.OperationalError:  # two who open a new file at once: here SQLite does not wait by itself
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OperationalError as e:
        if "locked" in str(e.orig) or "busy" in str(e.orig):
            raise StoreBusy("データベースが混み合っています。少し待ってから、もう一度お試しください。") from e
        if e.connection_invalidated or e.statement is None:  # lost, or never made
            raise StoreBusy("データベースに接続できません。管理者に知らせるか、少し待ってお試しください。") from e
        raise
