"""A database that does not answer is said in a sentence, and nothing is changed."""

import sqlite3
from pathlib import Path

import pytest

from bot.domain.digests import Schedule
from bot.errors import NotReady, StoreBusy
from storage import engine as module
from storage.engine import reading, writing
from storage.store import Store
from tests.conftest import NEWS, Clock


@pytest.fixture
def impatient(empty_sqlite: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store on an SQLite file that waits a fifth of a second."""
    copy = tmp_path / "kawaraban.db"
    copy.write_bytes(Path(empty_sqlite.removeprefix("sqlite:///")).read_bytes())
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.2)
    return Store.at(f"sqlite:///{copy}", clock)


def test_a_locked_store_is_busy_and_unchanged(impatient: Store, tmp_path: Path) -> None:
    impatient.schedules.put(Schedule(NEWS))
    with sqlite3.connect(tmp_path / "kawaraban.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy) as busy:
            impatient.schedules.put(Schedule("C0OTHER"))
        assert str(busy.value) == "データベースが混み合っています。少し待ってから、もう一度お試しください。"
        assert len(impatient.schedules.all()) == 1, "who only reads need not wait"
        other.execute("ROLLBACK")
    assert impatient.schedules.put(Schedule("C0OTHER")).id == 2
    with reading(impatient.engine) as c:
        assert c.exec_driver_sql("PRAGMA busy_timeout").scalar() == 200, "so long it waits, in milliseconds"
    impatient.close()


def test_what_fails_in_the_middle_leaves_nothing(impatient: Store) -> None:
    def break_off() -> None:
        with writing(impatient.engine) as c:
            c.exec_driver_sql("INSERT INTO events VALUES ('Ev1', '2026-01-01')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with reading(impatient.engine) as c:
        assert c.exec_driver_sql("SELECT count(*) FROM events").scalar() == 0
    impatient.close()


def test_a_database_that_cannot_be_reached_is_said(clock: Clock) -> None:
    store = Store.at("postgresql+psycopg://nobody:secret@127.0.0.1:1/none", clock)
    with pytest.raises(StoreBusy) as unreachable:
        store.schedules.all()
    assert str(unreachable.value) == ("データベースに接続できません。管理者に知らせるか、少し待ってお試しください。")
    assert not store.health.answers()
    store.close()


@pytest.mark.parametrize(
    "url", ["rubbish", "mysql://nobody:secret@host/db", "oracle+what://x", "sqlite:////proc/none/k.db"]
)
def test_a_database_that_cannot_be_meant_is_said_without_its_password(url: str, clock: Clock) -> None:
    with pytest.raises(NotReady) as wrong:
        Store.at(url, clock)
    assert str(wrong.value).endswith("。")
    assert "secret" not in str(wrong.value)
