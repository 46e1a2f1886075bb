"""Digests: schedules, what is due and in which order, and the digest that comes of it. Decided here, purely; claimed
in the store."""

from bot.digest.paper import SENTENCES, Digest, Entry, Held, Removed, ReviewMark, State
from bot.digest.plan import Plan, plan_of, read_plan, said_days, said_time
from bot.digest.ranking import Score, score
from bot.digest.schedule import (
    EVERY_DAY,
    FOREVER,
    MOST_ENTRIES,
    Quiet,
    Schedule,
    closes,
    last_slot,
    slots,
    slots_between,
    window,
)
from bot.digest.selection import AI_ARTICLE, Considered, Ranked, Selection, Step, Told, Why, judge, rehearse, select

__all__ = [
    "AI_ARTICLE",
    "EVERY_DAY",
    "FOREVER",
    "MOST_ENTRIES",
    "SENTENCES",
    "Considered",
    "Digest",
    "Entry",
    "Held",
    "Plan",
    "Quiet",
    "Ranked",
    "Removed",
    "ReviewMark",
    "Schedule",
    "Score",
    "Selection",
    "State",
    "Step",
    "Told",
    "Why",
    "closes",
    "judge",
    "last_slot",
    "plan_of",
    "read_plan",
    "rehearse",
    "said_days",
    "said_time",
    "score",
    "select",
    "slots",
    "slots_between",
    "window",
]
