"""What the newsroom's everyday work costs: database transactions, counted through the whole Bolt app.

The figures are upper bounds. A change that raises one of them has to say why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.domain.digests import Digest
from storage.digests.records import load_digest
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import article, number, on_sqlite, share
from tests.handlers.test_corrections import Paper

pytestmark = on_sqlite
TITLE = "霧島研究所、要約モデル「こだま」を公開"
CORRECTED = "霧島研究所、議事録の要約モデル「こだま」を公開"


@contextmanager
def transactions(office: Office, at_most: int) -> Iterator[None]:
    """Count the transactions that the newsroom begins inside, those after an acknowledgement too."""
    begun: list[Connection] = []
    engine = office.newsroom.store.engine

    def note(connection: Connection) -> None:
        begun.append(connection)

    event.listen(engine, "begin", note)
    try:
        yield
    finally:
        event.remove(engine, "begin", note)
    assert len(begun) <= at_most
    assert bool(begun) == bool(at_most), "the listener hears nothing"


def test_a_flag_is_decided_in_one_transaction_before_it_is_acknowledged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = office.morning()[1]
    monkeypatch.setattr(office.newsroom.sender, "deliver", lambda: 0)
    for user in (ANNA, BEN):
        with transactions(office, 1):
            office.flags(reply, user)
    review = office.newsroom.store.reviews.current(number(office, reply))
    assert review is not None
    assert {flag.user for flag in review.flags} == {ANNA, BEN}


def test_flags_on_a_message(office: Office) -> None:
    message = share(office, article(TITLE))
    with transactions(office, 6):  # the card, and the open review's emoji under the message and under the card
        office.flags(message)
    with transactions(office, 4):  # the card anew
        office.flags(message, BEN)
    with transactions(office, 4):
        office.unflags(message, BEN)


def test_flags_on_a_reply_of_a_digest(office: Office) -> None:
    reply = office.morning()[1]
    with transactions(office, 10):  # two edits more: the digest and the reply say that a review is open
        office.flags(reply)
    with transactions(office, 4):
        office.flags(reply, BEN)


def test_a_flag_on_a_whole_digest_asks_once(office: Office) -> None:
    parent = office.morning()[0]
    with transactions(office, 2):  # the question, and a look for what is to be sent
        office.flags(parent)
    assert office.slack.messages(NEWS)[-1].ephemeral_to == ANNA


def test_other_emoji_cost_nothing_or_one_look(office: Office) -> None:
    reply = office.morning()[1]
    with transactions(office, 0):
        office.flags(reply, emoji="tada")
    with transactions(office, 1):
        office.flags(reply, emoji="eyes")


@pytest.mark.parametrize("typed", ["/summary 12", "/summary #12 5"])
def test_a_summary_reads_its_post_once(office: Office, typed: str) -> None:
    with transactions(office, 1):
        office.types(typed)


def test_a_digest_of_seven_messages_is_loaded_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []

    def counted(c: Connection, digest_id: int) -> Digest:
        loaded.append(digest_id)
        return load_digest(c, digest_id)

    monkeypatch.setattr("storage.digests.claims.load_digest", counted)
    office.clock.forward(minutes=1)
    office.newsroom.desk.digests.due()
    with transactions(office, 15):  # for each message: claim it with marking the one before it; see what it says
        assert office.newsroom.sender.deliver() == 7
    assert loaded == [1]


def test_an_edit_between_two_messages_of_a_digest_is_in_those_that_follow(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Paper(office, tmp_path / "paper")
    office.clock.forward(minutes=1)
    office.newsroom.desk.digests.due()
    outbox = office.newsroom.store.outbox
    record = outbox.mark_sent_and_claim

    def edited(*args: object) -> object:
        monkeypatch.undo()
        paper.write(CORRECTED)  # the digest itself is out, its replies are not
        return record(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "mark_sent_and_claim", edited)
    office.newsroom.sender.deliver()
    parent, reply = paper.shown()
    assert (TITLE in parent.text + str(parent.blocks), TITLE in reply.text + str(reply.blocks)) == (False, False)
    assert (CORRECTED in str(parent.blocks), CORRECTED in str(reply.blocks)) == (True, True)


def test_an_edit_of_a_post_that_a_digest_shows(office: Office, tmp_path: Path) -> None:
    paper = Paper(office, tmp_path / "paper")
    office.morning()
    with transactions(office, 5):  # the source, what is known of it, its settings; the edit; the end of the delivery
        paper.write(CORRECTED)
    with transactions(office, 5):
        assert office.newsroom.sender.deliver() == 0
    assert all(CORRECTED in str(message.blocks) for message in paper.shown())
