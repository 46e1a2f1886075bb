"""Searching: what is indexed of a post, what an editor asks for, and the passage that answers.

Index and query go through the same folding tokeniser (folding.py), so a query finds what the text says however
either spells it.
"""

import math
from collections.abc import Iterable
from datetime import timedelta
from itertools import chain

from bot.domain.readings import SearchText
from bot.japanese.article import Article
from bot.japanese.normalisation import folded_words
from bot.japanese.passages import Passage, first_places, passage
from bot.japanese.queries import Query, nearer, parse_query, spellings

__all__ = ["Passage", "Query", "folded_words", "nearer", "parse_query", "passage", "search_text", "spellings", "worth"]

_YEARLY = 0.9  # what a year of age leaves of a post's worth
_OLDEST = 5.0
_YEAR = 365.25 * 86_400


def search_text(article: Article, tag_keys: Iterable[str]) -> SearchText:
    """What is indexed of an article: folded words joined by single spaces; `tag_keys` come from tags.fold."""
    return SearchText(
        title=" ".join(article.title.folded),
        tags=" ".join(chain.from_iterable(map(folded_words, dict.fromkeys(tag_keys)))),
        body=" ".join(article.body),
    )


def worth(rank: float, title: str, age: timedelta, query: Query) -> float:
    """What a hit is worth that the index ranks `rank` (more is better).

    Up to twice that for a title that holds every phrase, up to twice again for one that is nothing but them, and a
    tenth less for each year of age up to five. Two posts keep their order as both grow older, so that pages follow on.
    """
    found = first_places(title, query)
    years = min(max(age.total_seconds() / _YEAR, 0.0), _OLDEST)
    held = len(found) / len(query.phrases)
    covered = min(1.0, sum(end - start for start, end in found) / max(1, len(title)))
    return rank * (1 + held) * (1 + covered) * math.pow(_YEARLY, years)
