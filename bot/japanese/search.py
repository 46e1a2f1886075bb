"""Searching: what is indexed of a post, what an editor asks for, and the passage that answers.

Index and query go through the same folding tokeniser (folding.py), so a query finds what the text says however
either spells it.
"""

from collections.abc import Iterable

from bot.japanese.article import Article
from bot.japanese.folding import folded_words
from bot.japanese.passages import Passage, passage
from bot.japanese.queries import Query, parse_query
from bot.readings import SearchText

__all__ = ["Passage", "Query", "folded_words", "parse_query", "passage", "search_text"]


def search_text(article: Article, tag_keys: Iterable[str]) -> SearchText:
    """What is indexed of an article: folded words joined by single spaces; `tag_keys` come from tags.fold."""
    return SearchText(
        title=" ".join(article.title.folded),
        tags=" ".join(dict.fromkeys(tag_keys)),
        body=" ".join(article.body),
    )
