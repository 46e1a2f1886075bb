"""A review follows its post: what the checks find, what an edit mends, and that it is gone."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import ReviewCardMessage
from bot.domain.reactions import Reaction
from bot.domain.reviews import Review, ReviewCommand, ReviewEvent
from bot.settings import Settings
from storage.engine import reading
from storage.store import Store
from storage.tables import outbox
from tests.conftest import ANNA, NEWS, REVIEW, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom
from tests.storage.posts.test_findings import BLANK, OTHER, publish

CARD = ("review-card", {"review": 1}, REVIEW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose backlog of two posts is known."""
    made = newsroom(tmp_path / "desk")
    publish(made, 1)
    publish(made, 2)
    return made


@pytest.fixture
def desk(database: str, clock: Clock, folder: Path) -> StoredDesk:
    """A desk whose checks open reviews."""
    store = Store.at(database, clock, NotificationSettings(REVIEW, opens_reviews=True))
    made = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    made.intake.import_path(folder)
    return made


def publish_and_take_in(desk: StoredDesk, folder: Path, tail: str) -> None:
    publish(folder, 3, tail=tail)
    desk.intake.import_path(folder)


def review(desk: StoredDesk) -> Review:
    found = desk.store.reviews.get(1)
    assert found is not None
    return found


def last(desk: StoredDesk) -> tuple[str, str, dict[str, int]]:
    event: ReviewEvent = review(desk).history[-1]
    return event.action, event.via, dict(event.facts)


def letters(desk: StoredDesk) -> list[tuple[str, Any, str]]:
    """What the bot decided to say: kind, what about, and where."""
    with reading(desk.store.engine) as c:
        rows = c.execute(select(outbox).where(outbox.c.edits.is_(None)).order_by(outbox.c.id)).all()
    return [(r.kind, r.ids, r.channel) for r in rows]


def flag(desk: StoredDesk, post_id: int) -> None:
    desk.store.messages.show(NEWS, "1.1", None, (post_id,))
    desk.reviews.react(Reaction(NEWS, "1.1", ANNA, "triangular_flag_on_post", True, "1.000000", "Ev1"))


# ---- the checks
def test_a_finding_that_blocks_opens_a_review_by_itself(desk: StoredDesk, folder: Path, clock: Clock) -> None:
    publish_and_take_in(desk, folder, BLANK)
    opened = review(desk)
    assert (opened.post_id, opened.state, opened.opened_by, opened.opened_via) == (3, "open", "", "checks")
    assert opened.history == (ReviewEvent(action="check", state="open", at=clock(), user="", via="checks", id=1),)
    assert letters(desk) == [CARD]  # and no alert beside it


def test_a_finding_that_does_not_block_opens_none(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, "市の予算は**3億円だった。")
    assert [f.severity for f in desk.lookup.post(3)[1].findings] == ["warn"]
    assert (desk.store.reviews.current(3), [kind for kind, _, _ in letters(desk)]) == (None, ["findings"])


def test_a_desk_may_leave_it_to_its_people(database: str, folder: Path, clock: Clock) -> None:
    store = Store.at(database, clock, NotificationSettings(REVIEW))
    desk = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    desk.intake.import_path(folder)
    publish_and_take_in(desk, folder, BLANK)
    assert (store.reviews.current(3), [kind for kind, _, _ in letters(desk)]) == (None, ["findings"])


def test_a_review_that_the_checks_opened_is_not_withdrawn_with_the_last_flag(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    flag(desk, 3)
    desk.reviews.react(Reaction(NEWS, "1.1", ANNA, "triangular_flag_on_post", False, "2.000000", "Ev2"))
    assert (review(desk).state, last(desk)[:2]) == ("open", ("unflag", "flag"))


def test_without_a_review_channel_the_card_comes_with_the_first_flag(database: str, folder: Path, clock: Clock) -> None:
    store = Store.at(database, clock, NotificationSettings(opens_reviews=True))
    desk = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    desk.intake.import_path(folder)
    publish_and_take_in(desk, folder, BLANK)
    assert (review(desk).state, letters(desk)) == ("open", [])
    flag(desk, 3)
    assert letters(desk) == [("review-card", {"review": 1}, NEWS)]


def test_another_defect_in_a_post_under_review_is_written_into_its_history(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    publish_and_take_in(desk, folder, f"{BLANK}\n\n{OTHER}")
    assert [e.action for e in review(desk).history] == ["check", "check", "revision"]
    assert [kind for kind, _, _ in letters(desk)] == ["review-card", "review-line"]


def test_a_defect_that_was_decided_is_not_brought_up_again_by_an_edit_elsewhere(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    desk.reviews.act(1, ReviewCommand(action="fine", user=ANNA, via="button"))
    publish_and_take_in(desk, folder, f"{BLANK}\n\n窓口は平日だけ開く。")
    assert desk.store.reviews.current(3) is None


# ---- edits
def test_an_edit_that_mends_everything_is_proposed_as_fixed(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    publish_and_take_in(desk, folder, "取材に応じたのは係長の宮里だ。")
    assert last(desk) == ("mending", "source", {"revision": 2, "gone": 1, "left": 0})
    assert review(desk).looks_fixed
    assert letters(desk)[1:] == [("review-line", {"review": 1, "event": 2}, REVIEW)]


def test_an_edit_that_mends_a_part_is_told_and_not_proposed(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, f"{BLANK}\n\n{OTHER}")
    publish_and_take_in(desk, folder, OTHER)
    assert last(desk) == ("revision", "source", {"revision": 2, "gone": 1, "left": 1})
    assert not review(desk).looks_fixed


def test_an_edit_of_a_post_that_had_no_findings_is_told_and_not_proposed(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, "取材に応じたのは係長だ。")
    flag(desk, 3)
    publish_and_take_in(desk, folder, "取材に応じたのは係長の宮里だ。")
    assert last(desk) == ("revision", "source", {"revision": 2, "gone": 0, "left": 0})


def test_an_edit_after_the_decision_is_not_told(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    desk.reviews.act(1, ReviewCommand(action="dismiss", user=ANNA, via="button"))
    publish_and_take_in(desk, folder, "取材に応じたのは係長の宮里だ。")
    assert review(desk).history[-1].action == "dismiss"


# ---- withdrawn, dismissed
def test_a_post_that_is_gone_is_told_where_it_is_under_review(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    next(folder.glob("_posts/*-3.md")).unlink()
    desk.intake.import_path(folder)
    assert (last(desk), review(desk).state) == (("removal", "source", {}), "open")
    assert letters(desk)[1:] == [("review-line", {"review": 1, "event": 2}, REVIEW)]
    assert desk.reviews.card(1).post.withdrawn_at is not None


def test_a_finding_said_to_be_none_leaves_the_card(desk: StoredDesk, folder: Path) -> None:
    publish_and_take_in(desk, folder, BLANK)
    sent = desk.store.outbox.claim_next()
    assert sent is not None
    desk.store.outbox.mark_sent(sent, "9.9", (3,))
    (finding,) = desk.reviews.card(1).reading.findings
    desk.store.findings.dismiss(3, finding.rule, finding.quote, ANNA)
    edit = desk.store.outbox.claim_next()
    assert edit is not None
    assert (edit.payload, edit.edits_ts, desk.reviews.card(1).reading.findings) == (ReviewCardMessage(1), "9.9", ())
