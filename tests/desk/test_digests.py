"""What is due is decided for each schedule by itself."""

import pytest
from sqlalchemy import update

from bot.domain.digests import Schedule
from storage.engine import writing
from storage.tables import schedules
from tests.conftest import NEWS, StoredDesk


def test_a_schedule_whose_zone_does_not_exist_stops_no_other(
    desk: StoredDesk, caplog: pytest.LogCaptureFixture
) -> None:
    for channel in ("C0BROKEN1", NEWS):
        desk.store.schedules.add(Schedule(channel), "U0SATO001")
    with writing(desk.store.engine) as c:
        c.execute(update(schedules).where(schedules.c.channel == "C0BROKEN1").values(zone="Mars/Olympus"))
    clock = desk.now
    clock.forward(minutes=2)  # type: ignore[attr-defined]
    assert [digest.schedule.channel for digest in desk.digests.due()] == [NEWS]
    assert "of C0BROKEN1 cannot be decided" in caplog.text
