"""Bring a database to the newest shape. Safe from several processes at once: one migrates, the others wait for it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from bot.errors import NotReady
from storage.engine import reading, reshaping
from storage.locks import Lock, serialise

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Upgrade to the newest revision, in one transaction, and return that revision."""
    from alembic import command  # takes longer to import than most commands take to answer
    from alembic.util import CommandError

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
    """The revision this code needs: revisions are numbered, and each file's name begins with its number."""
    return max(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*_*.py"))


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
