"""Reading Japanese: a draft's text becomes a Reading."""

import math
from collections import Counter
from itertools import chain

from bot.domain.posts import Draft
from bot.domain.readings import HEADLINE, READING_SPEED, Reading
from bot.japanese.article import Article, article
from bot.japanese.names import compounds
from bot.japanese.search import search_text
from bot.japanese.similarity import sketch
from bot.japanese.summary import Scored, ranked, ranking
from bot.japanese.tags import fold, tags
from bot.japanese.topic import (
    Reason,
    ai_reasons,
    ai_score,
    figures,
    headline,
    terms,
)
from bot.japanese.vocabulary import vocabulary

__all__ = ["Reason", "Scored", "explain_ai_score", "explain_summary", "fold", "read"]


def read(draft: Draft) -> Reading:
    """Read a draft: clean, tokenise once, and derive everything but the findings. Never raises, whatever the text."""
    whole = article(draft)
    text = "\n".join(paragraph.text for paragraph in whole.page.paragraphs)
    names = _names(whole)
    mentions = vocabulary().mentions(whole.body)
    found_tags = tags(whole, draft.tags, names, mentions)
    return Reading(
        paragraphs=whole.page.paragraphs,
        ranked=ranked(whole),
        tags=found_tags,
        terms=terms(whole, names, mentions),
        search=search_text(whole, (fold(tag.name) for tag in found_tags)),
        signature=sketch(text),
        ai_score=ai_score(ai_reasons(draft.title, draft.tags, draft.categories, mentions, len(text))),
        minutes=max(1, math.ceil(len(text) / READING_SPEED)),
        headline=headline(whole).text[:HEADLINE],
        figures=figures(whole),
    )


def explain_ai_score(draft: Draft) -> tuple[Reason, ...]:
    """Why the AI score is what it is, place by place: title, tags, categories, body."""
    whole = article(draft)
    characters = sum(len(paragraph.text) for paragraph in whole.page.paragraphs)
    mentions = vocabulary().mentions(whole.body)
    return ai_reasons(draft.title, draft.tags, draft.categories, mentions, characters)


def explain_summary(draft: Draft) -> tuple[Scored, ...]:
    """Return every sentence that a summary may show, best first, with its score and what each trait adds to it."""
    return ranking(article(draft))


def _names(whole: Article) -> Counter[str]:
    every = (*whole.headings, *whole.paragraphs)
    return compounds(chain.from_iterable(words.tokens.rows() for words in every))
