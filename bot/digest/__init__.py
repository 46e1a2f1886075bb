"""Digests: schedules, what is due and in which order, and the digest that comes of it. Decided here, purely; claimed
in the store."""

from bot.digest.paper import SENTENCES, Digest, Entry, Held, Removed, ReviewMark, State
from bot.digest.ranking import Score, score
from bot.digest.schedule import EVERY_DAY, FOREVER, MOST_ENTRIES, Quiet, Schedule, closes, last_slot, slots, window
from bot.digest.selection import AI_ARTICLE, Considered, Ranked, Selection, Step, judge, rehearse, select

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
    "Quiet",
    "Ranked",
    "Removed",
    "ReviewMark",
    "Schedule",
    "Score",
    "Selection",
    "State",
    "Step",
    "closes",
    "judge",
    "last_slot",
    "rehearse",
    "score",
    "select",
    "slots",
    "window",
]
