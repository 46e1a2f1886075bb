"""Bring a database to the newest shape. Safe from several processes at once: one migrates, the others wait for it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, text

from bot.errors import NotReady
from storage.engine import reading, reshaping
from storage.locks import Lock, serialise


def migrate(engine: Engine) -> str:
    """Upgrade to the newest revision, in one transaction, and return that revision."""
    config = _config()
    with reshaping(engine) as connection:
        serialise(connection, Lock.MIGRATION)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as e:
            raise NotReady("データベースがこのプログラムより新しい形です。プログラムを更新してください。") from e
    return newest()


def newest() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
