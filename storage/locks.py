"""Advisory locks: every number in one place, in the order in which a transaction takes them."""

from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """What PostgreSQL transactions serialise on.

    A transaction that needs several takes them from the top down, before it locks any row: then no two wait for each
    other. The numbers stay: processes of an older version use them too.
    """

    MIGRATION = 5_110_001
    """Taken by whoever migrates."""
    NEWS = 5_110_002
    """Taken by intake and by whoever claims a digest, so that no post falls between two slots."""
    SENDERS = 5_110_003
    """Taken to write a message by itself, and to claim the next one."""
    REVIEWS = 5_110_004
    """Taken to change a review, and to record which posts a message shows."""
    POLLS = 5_110_005
    """Taken to claim a source, so that no host is called by two at once."""
    INBOX = 5_110_006
    """Taken to receive an event, and to claim the next one."""
    TICKS = 5_110_007
    """Taken to record a tick of the clock."""
    HOME_VIEWS = 5_110_008
    """Taken to record what an App Home shows."""


def serialise(connection: Connection, lock: Lock) -> None:
    """Hold back other PostgreSQL transactions that serialise on the same lock until this one ends.

    SQLite has one writer anyway. Raises RuntimeError on both if the transaction already took a lock that comes later.
    """
    transaction = connection.get_transaction()
    holder, latest = connection.info.get("lock", (None, lock))
    if holder is transaction and lock < latest:
        raise RuntimeError(f"{lock.name} is taken after {latest.name}: two transactions could wait for each other")
    connection.info["lock"] = transaction, lock
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(lock)})
