"""Which posts a digest takes, in which order, and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.digests import (
    Considered,
    Schedule,
    judge,
    score,
    select,
    simulate,
)
from tests.handlers.messages.digests import PLACEHOLDER, SLOT, post

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPAN = (SLOT - DAY, SLOT)
SCHEDULE = Schedule("C0AINEWS1", id=1)


def considered(number: int, hours: float = 1, **changes: Any) -> Considered:
    """A post that was news so many hours before the slot; `story` and `source` are the post's."""
    of_post = {"story_id": changes.pop("story", None), "source": changes.pop("source", "港の新聞")}
    made = post(number, news_at=SLOT - hours * HOUR, published_at=SLOT - hours * HOUR, **of_post)
    return replace(Considered(made, 1, 1.0), **changes)


def leads(*posts: Considered, told: tuple[int, ...] = (), **more: Any) -> list[int]:
    """The lead of each story, in order."""
    return [story.lead.post.id for story in select(SCHEDULE, SPAN, posts, leads={}, told=told, **more).stories]


# ---- one post
@pytest.mark.parametrize(
    ("changes", "schedule", "failed"),
    [
        ({}, {}, []),
        ({"hours": 24}, {}, ["window"]),
        ({"hours": 0}, {}, []),
        ({"hours": -0.01}, {}, ["window"]),
        ({"hours": 99, "held_before": True}, {}, []),
        ({"carried": SLOT - DAY}, {}, ["carried"]),
        ({}, {"sources": (2,)}, ["source"]),
        ({}, {"sources": (1, 2)}, []),
        ({}, {"tags": ("LLM",)}, ["tags"]),
        ({"tags": frozenset({"LLM"})}, {"tags": ("規制", "LLM")}, []),
        ({}, {"categories": ("技術",)}, ["categories"]),
        ({"ai_score": 0.49}, {}, ["ai"]),
        ({"ai_score": 0.5}, {}, []),
        ({"ai_score": 0.0}, {"ai_only": False}, []),
        ({"blocking": (PLACEHOLDER,)}, {}, ["hold"]),
        ({"blocking": (PLACEHOLDER,), "cleared": True}, {}, []),
        ({"hours": 99, "ai_score": 0.1, "blocking": (PLACEHOLDER,)}, {}, ["window", "ai", "hold"]),
    ],
)
def test_each_rule_asks_one_thing(changes: dict[str, Any], schedule: dict[str, Any], failed: list[str]) -> None:
    steps = judge(considered(12, **changes), replace(SCHEDULE, **schedule), SPAN)
    assert [step.rule for step in steps if not step.passed] == failed


def test_a_category_is_the_same_in_any_spelling() -> None:
    technical = considered(12)
    technical = replace(technical, post=replace(technical.post, categories=("ＡＩ技術",)))
    steps = judge(technical, replace(SCHEDULE, categories=("ai技術",)), SPAN)
    assert all(step.passed for step in steps)


def test_a_withdrawn_post_is_out() -> None:
    gone = considered(12)
    gone = replace(gone, post=replace(gone.post, withdrawn_at=SLOT))
    assert leads(gone) == []


# ---- stories and their order
def test_the_storys_own_lead_stands_for_it_where_it_is_due() -> None:
    story = [considered(12, story=3), considered(13, story=3)]
    assert select(SCHEDULE, SPAN, story, leads={3: 13}).stories[0].lead.post.id == 13
    assert select(SCHEDULE, SPAN, story, leads={3: 99}).stories[0].lead.post.id == 12


def test_where_its_lead_is_not_due_the_soundest_then_fullest_post_leads() -> None:
    story = [
        considered(12, story=3, findings=2, characters=9_000), considered(13, story=3, characters=4_000),
        considered(14, story=3, characters=5_000),
    ]  # fmt: skip
    assert leads(*story) == [14]


def test_a_held_post_does_not_stand_for_its_story_nor_count_in_it() -> None:
    story = [considered(12, story=3, blocking=(PLACEHOLDER,), characters=9_000), considered(13, story=3)]
    chosen = select(SCHEDULE, SPAN, story, leads={3: 12})
    assert [(s.lead.post.id, len(s.members)) for s in chosen.stories] == [(13, 1)]
    assert [h.post.id for h in chosen.named] == [12]


def test_bigger_stories_come_first_then_newer_ones() -> None:
    small_new, small_old = considered(12, 1), considered(13, 20)
    big_old = [considered(14, 22, story=3), considered(15, 23, story=3)]
    assert leads(small_old, small_new, *big_old) == [15, 12, 13]


def test_a_story_the_channel_knows_gives_way_to_a_new_one_of_its_size() -> None:
    known, new = considered(12, 1, story=3), considered(13, 9, story=4)
    assert (leads(known, new), leads(known, new, told=(3,))) == ([12, 13], [13, 12])


def test_a_weighty_source_lifts_its_stories() -> None:
    local, national = considered(12, 1, source="港の新聞"), considered(13, 8, source="官報")
    assert leads(local, national) == [12, 13]
    assert leads(local, national, weights={"官報": 2.0}) == [13, 12]


def test_equals_keep_one_order_whatever_order_they_come_in() -> None:
    posts = [considered(number, 5) for number in (14, 12, 13)]
    assert leads(*posts) == leads(*posts[::-1]) == [12, 13, 14]


@pytest.mark.parametrize(
    ("hours", "posts", "follow_up", "weight", "total"),
    [(24, 1, False, 1.0, 0.0), (0, 1, False, 1.0, 1.0), (0, 1, True, 1.0, 0.5), (12, 4, False, 1.0, 2.5),
     (12, 2, False, 1.5, 2.25)],
)  # fmt: skip
def test_a_score_is_newness_and_size_times_weight(
    hours: float, posts: int, follow_up: bool, weight: float, total: float
) -> None:
    members = [considered(number, hours) for number in range(posts)]
    assert score(members, SPAN, {"港の新聞": weight}, follow_up=follow_up).total == total


def test_what_does_not_fit_is_counted_and_nothing_is_lost() -> None:
    posts = [considered(number, number / 10, story=number % 7 + 1) for number in range(1, 29)]
    chosen = select(replace(SCHEDULE, limit=3), SPAN, posts, leads={})
    fitting = {each.post.id for story in chosen.fitting for each in story.members}
    over = {each.post.id for story in chosen.over for each in story.members}
    assert (len(chosen.fitting), len(chosen.over), fitting | over, fitting & over) == (
        3, 4, set(range(1, 29)), set()
    )  # fmt: skip


# ---- several slots in turn
def test_slots_before_are_taken_as_sent_one_after_the_other() -> None:
    posts = [considered(12, 30, story=3), considered(13, 5, story=3), considered(14, 29, blocking=(PLACEHOLDER,))]
    chosen = simulate(SCHEDULE, [SLOT - DAY, SLOT], None, posts, leads={})
    assert [(s.lead.post.id, s.follow_up) for s in chosen.stories] == [(13, True)]
    assert chosen.named == (), "the held post was named the day before"
    steps = {step.rule: step for step in chosen.steps(12)}
    assert (steps["window"].passed, steps["carried"].passed, steps["carried"].seen["slot"]) == (
        False, False, SLOT - DAY
    )  # fmt: skip


def test_what_was_over_the_limit_of_a_slot_before_does_not_come_back() -> None:
    posts = [considered(12, 30), considered(13, 31), considered(14, 2)]
    chosen = simulate(replace(SCHEDULE, limit=1), [SLOT - DAY, SLOT], None, posts, leads={})
    assert [s.lead.post.id for s in chosen.stories] == [14]


def test_a_draft_takes_the_news_up_to_its_own_time() -> None:
    drafted = replace(SCHEDULE, draft_minutes=90)
    posts = [considered(12, 1), considered(13, 2)]
    assert [s.lead.post.id for s in simulate(drafted, [SLOT], None, posts, leads={}).stories] == [13]
