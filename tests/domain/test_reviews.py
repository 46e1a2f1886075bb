"""What may be done to a review in which state: every cell of the table, and taking the last step back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.reviews import (
    CLOSED,
    RULES,
    STATES,
    WAITING,
    Action,
    Review,
    ReviewCommand,
    ReviewEvent,
    ReviewState,
    after,
    decide,
    emoji_name,
    rule,
    steps,
)

ANNA, BEN = "U0SATO001", "U0SUZUKI1"
AT = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=20)

# what each state is reached by, from an open review: done by ANNA
REACHED: dict[ReviewState, tuple[Action, ...]] = {
    "open": (),
    "taken": ("take",),
    "snoozed": ("snooze",),
    "resolved": ("take", "fixed"),
    "dismissed": ("dismiss",),
    "withdrawn": ("withdraw",),
}
# the whole table once more, by hand: what BEN gets in open, taken, snoozed, resolved, dismissed, withdrawn;
# "" where nothing happens
EXPECTED: dict[Action, str] = {
    "flag": "open taken snoozed - - -",
    "check": "open taken snoozed - - -",
    "unflag": "open taken snoozed - - -",
    "withdraw": "withdrawn taken snoozed - - -",
    "take": "taken owned owned closed closed closed",
    "hand over": "taken taken taken closed closed closed",
    "release": "- open open closed closed closed",
    "snooze": "snoozed snoozed snoozed closed closed closed",
    "wake": "- - taken - - -",
    "fixed": "resolved resolved resolved closed closed closed",
    "fine": "resolved resolved resolved closed closed closed",
    "dismiss": "dismissed dismissed dismissed closed closed closed",
    "note": "open taken snoozed resolved dismissed withdrawn",
    "undo": "nothing open open taken open open",
    "revision": "open taken snoozed - - -",
    "mending": "open taken snoozed - - -",
    "removal": "open taken snoozed - - -",
}


def did(action: Action, user: str = ANNA, *, to: str = "", minutes: int = 0) -> ReviewCommand:
    until = LATER + timedelta(minutes=minutes) if action == "snooze" else None
    return ReviewCommand(
        action=action, user=user, via="button", to=to or ("U0TANAKA1" if action == "hand over" else ""), until=until
    )


def do(review: Review, act: ReviewCommand, minutes: int = 0) -> Review:
    """The review after an action that is allowed."""
    state, _ = decide(review, act.action, act.user, act.to)
    assert state is not None
    event = ReviewEvent(**vars(act), state=state, at=AT + timedelta(minutes=minutes), id=len(review.history) + 1)
    return after(review, event)


def opened() -> Review:
    first = ReviewEvent(action="flag", state="open", at=AT, user=ANNA, via="flag", id=1)
    return Review(id=1, post_id=1, state="open", opened_at=AT, opened_by=ANNA, history=(first,))


def in_state(state: ReviewState) -> Review:
    review = opened()
    for minutes, action in enumerate(REACHED[state], 1):
        review = do(review, did(action), minutes)
    assert review.state == state
    return review


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", RULES)
def test_every_cell_of_the_table(action: Action, state: ReviewState) -> None:
    led_to, why = decide(in_state(state), action, BEN, did(action).to)
    assert (led_to or why or "-") == EXPECTED[action].split()[STATES.index(state)]


def test_a_review_is_opened_by_a_flag_or_by_the_checks_and_by_nothing_else() -> None:
    assert {a: rule(a, None) for a in RULES if rule(a, None) != "–"} == {"flag": "open", "check": "open"}


def test_the_states_are_either_waiting_or_closed() -> None:
    assert WAITING + CLOSED == STATES
    assert [in_state(state).is_closed for state in STATES] == [state in CLOSED for state in STATES]


# ---- who has it
def test_who_takes_it_has_it_from_then_on() -> None:
    review = do(opened(), did("take", BEN), 5)
    assert (review.state, review.owner, review.taken_at) == ("taken", BEN, AT + timedelta(minutes=5))


def test_taking_ones_own_review_again_changes_nothing() -> None:
    assert decide(in_state("taken"), "take", ANNA) == (None, None)


def test_the_owner_of_a_snoozed_review_takes_it_up_again() -> None:
    review = do(in_state("snoozed"), did("take"), 9)
    assert (review.state, review.owner, review.taken_at, review.snoozed_until) == (
        "taken", ANNA, AT + timedelta(minutes=1), None
    )  # fmt: skip


def test_who_snoozes_a_review_that_nobody_has_takes_it_on() -> None:
    review = do(opened(), did("snooze", BEN), 1)
    assert (review.state, review.owner, review.snoozed_until) == ("snoozed", BEN, LATER)
    woken = do(review, did("wake", ""), 2)
    assert (woken.state, woken.owner, woken.snoozed_until) == ("taken", BEN, None)


def test_a_review_that_another_snoozes_stays_its_owners() -> None:
    assert do(in_state("taken"), did("snooze", BEN), 2).owner == ANNA


def test_handing_over_gives_it_to_that_person_and_only_once() -> None:
    review = do(in_state("taken"), did("hand over", ANNA, to=BEN), 7)
    assert (review.state, review.owner, review.taken_at) == ("taken", BEN, AT + timedelta(minutes=7))
    assert decide(review, "hand over", ANNA, BEN) == (None, None)


def test_a_released_review_is_nobodys() -> None:
    review = do(in_state("snoozed"), did("release", BEN), 7)
    assert (review.state, review.owner, review.taken_at, review.snoozed_until) == ("open", None, None, None)


# ---- how it ends
@pytest.mark.parametrize(("action", "decision"), [("fixed", "fixed"), ("fine", "fine"), ("dismiss", None)])
def test_a_decision_says_who_and_when_and_keeps_the_owner(action: Action, decision: str | None) -> None:
    review = do(in_state("taken"), did(action, BEN), 30)
    assert (review.decision, review.decided_by, review.closed_at, review.owner) == (
        decision, BEN, AT + timedelta(minutes=30), ANNA
    )  # fmt: skip


def test_a_note_on_a_closed_review_changes_nothing_of_its_end() -> None:
    closed = in_state("resolved")
    noted = do(closed, did("note", BEN), 90)
    assert replace(noted, history=closed.history) == closed


# ---- taking back
@pytest.mark.parametrize("action", ["take", "snooze", "fixed", "fine", "dismiss", "withdraw"])
def test_the_last_step_can_be_taken_back_whole(action: Action) -> None:
    before = opened()
    undone = do(do(before, did(action), 1), did("undo", BEN), 2)
    assert replace(undone, history=before.history) == before


@pytest.mark.parametrize("action", ["hand over", "release", "snooze", "wake", "fixed", "dismiss"])
def test_what_came_before_is_there_again(action: Action) -> None:
    before = in_state("snoozed")
    undone = do(do(before, did(action, BEN, minutes=60), 5), did("undo", BEN), 6)
    assert replace(undone, history=before.history) == before


def test_what_was_taken_back_cannot_be_taken_back_again() -> None:
    undone = do(in_state("resolved"), did("undo"), 5)
    assert (undone.can_undo, decide(undone, "undo", ANNA)) == (False, (None, "nothing"))


def test_after_something_new_that_can_be_taken_back() -> None:
    review = do(do(in_state("resolved"), did("undo"), 5), did("dismiss", BEN), 6)
    assert (decide(review, "undo", ANNA), do(review, did("undo"), 7).owner) == (("taken", None), ANNA)
    assert [e.action for e in steps(do(review, did("undo"), 7).history)] == ["flag", "take", "undo"]


@pytest.mark.parametrize("action", ["note", "flag", "unflag", "withdraw", "revision", "mending", "removal"])
def test_what_moves_nothing_leaves_the_step_before_it_to_be_taken_back(action: Action) -> None:
    review = do(in_state("taken"), did(action, BEN), 5)
    assert decide(review, "undo", BEN) == ("open", None)


def test_the_opening_cannot_be_taken_back() -> None:
    assert opened().can_undo is False


# ---- revisions
def test_a_revision_that_took_the_findings_away_is_proposed_until_the_next_one() -> None:
    mended = do(in_state("taken"), did("mending", ""), 5)
    assert (mended.looks_fixed, do(mended, did("note"), 6).looks_fixed) == (True, True)
    assert do(mended, did("revision", ""), 7).looks_fixed is False
    assert do(mended, did("fixed"), 7).looks_fixed is False


def test_an_emoji_is_known_with_and_without_skin_tone_and_colons() -> None:
    assert [emoji_name(e) for e in ("+1::skin-tone-3", ":+1:", "+1")] == ["+1"] * 3
