"""The health of the store."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Health:
    """How the store is: its engine, the shape it has (None: empty) and needs. Where that is the same: when the clock
    ticked last, how many messages wait, and since when and for what the first one does that could go out now."""

    engine: str
    revision: str | None
    newest: str
    ticked_at: datetime | None = None
    waiting: int = 0
    waits_since: datetime | None = None
    waits_for: str = ""
