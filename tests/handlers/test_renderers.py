"""Every kind of message that the outbox holds has its words, also when an older process stored it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.outbox_messages import AnyMessage, DigestEntry
from bot.domain.reviews import ReviewCommand
from handlers.renderers import render
from storage.engine import writing
from storage.tables import outbox
from tests.conftest import ANNA, BEN, REVIEW, Office
from tests.domain.test_outbox_messages import STORED


@pytest.fixture
def busy(office: Office) -> Office:
    """An office that has something to say of every kind: a draft with entries and held posts, a review that was handed
    over, a source with an entry that could not be taken in."""
    store, desk = office.newsroom.store, office.newsroom.desk
    [schedule] = store.schedules.all()
    decided = store.digests.claim(
        replace(schedule, draft_minutes=30), office.clock.at + timedelta(minutes=1), draft_channel=REVIEW
    )
    assert decided is not None
    assert (decided.id, decided.state, bool(decided.held)) == (1, "draft", True)
    desk.reviews.flag_by_button(3, BEN, REVIEW, None)
    desk.reviews.act(1, ReviewCommand(action="hand over", user=BEN, via="button", to=ANNA))
    store.sources.record_entries(1, [("_posts/broken.md", "0", "no date")])
    return office


def test_a_row_of_every_kind_that_an_older_process_stored_is_claimed(office: Office) -> None:
    store, now = office.newsroom.store, office.clock()
    with writing(store.engine) as c:
        for number, (kind, (ids, _)) in enumerate(STORED.items()):
            row = {"kind": kind, "ids": json.loads(ids), "key": f"old:{number}", "channel": f"C{number}"}
            c.execute(insert(outbox).values(**row, state="pending", attempts=0, created_at=now, not_before=now))
    read: dict[str, object] = {}
    while message := store.outbox.claim_next():
        read[message.payload.kind] = message.payload
    assert read == {kind: message for kind, (_, message) in STORED.items()}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_every_kind_has_a_renderer(busy: Office) -> None:
    [first, *_] = busy.newsroom.store.digests.get(1).entries
    messages = {kind: message for kind, (_, message) in STORED.items()} | {"entry": DigestEntry(1, first.post.id)}
    said = {kind: words(busy, message) for kind, message in messages.items()}
    assert {kind for kind, text in said.items() if not text} == {"weekly-chart"}, "that is a picture"


def words(office: Office, message: AnyMessage) -> str:
    """The text of a message, empty for a picture."""
    content, _ = render(office.newsroom.desk, message)
    assert set(content) in ({"text", "blocks"}, {"file"})
    return str(content.get("text", ""))
