"""The health of the store."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Health:
    """State of the store: its engine, the revision it has (None if empty) and the revision the code needs. If both
    are the same: the clock's last tick, the number of unsent messages, and since when and why the first sendable one
    waits."""

    engine: str
    revision: str | None
    newest: str
    ticked_at: datetime | None = None
    waiting: int = 0
    waits_since: datetime | None = None
    waits_for: str = ""
