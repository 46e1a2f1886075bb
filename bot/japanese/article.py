"""An article with its words: each text is tokenised once, here, and everything else is derived from these tokens."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from bot.domain.posts import Draft
from bot.domain.readings import Sentence
from bot.japanese.markdown import CleanedMarkdown, page
from bot.japanese.normalisation import folded
from bot.japanese.sentences import joined_lines, spans, unwrapped
from bot.japanese.tokens import Tokens, tokens


@dataclass(frozen=True)
class Words:
    """One text with its tokens and the folded words under which it is searched."""

    text: str
    tokens: Tokens

    @cached_property
    def folded(self) -> list[str]:
        """The words as the index holds them."""
        return folded(self.text, self.tokens)


@dataclass(frozen=True)
class Article:
    """A draft's page in words. `sentences` pairs each sentence with its tokens, in the article's order.

    `headline` is the title as the body has it (titles are rewritten and cut later, headlines stay), else the title.
    """

    page: CleanedMarkdown
    title: Words
    headline: Words
    headings: tuple[Words, ...]
    paragraphs: tuple[Words, ...]
    asides: tuple[Words, ...]
    sentences: tuple[tuple[Sentence, Tokens], ...]

    @cached_property
    def body(self) -> list[str]:
        """Every folded word below the title, in order: headings, paragraphs, table rows."""
        return list(chain.from_iterable(words.folded for words in (*self.headings, *self.paragraphs, *self.asides)))


def article(draft: Draft) -> Article:
    """Clean, cut and tokenise a draft."""
    cut = page(draft)
    title = _words(draft.title)
    paragraphs = tuple(_words(paragraph.text) for paragraph in cut.paragraphs)
    return Article(
        cut,
        title,
        _words(cut.headline) if cut.headline not in ("", draft.title) else title,
        tuple(_words(heading.text) for heading in cut.headings),
        paragraphs,
        tuple(_words(aside) for aside in cut.asides),
        _sentences(cut, paragraphs),
    )


def _words(text: str) -> Words:
    return Words(text, tokens(text))


def _sentences(cut: CleanedMarkdown, paragraphs: tuple[Words, ...]) -> tuple[tuple[Sentence, Tokens], ...]:
    found: list[tuple[Sentence, Tokens]] = []
    for paragraph, words in zip(cut.paragraphs, paragraphs, strict=True):
        at = 0
        for start, end in spans(unwrapped(paragraph.text)):
            first, at = at, bisect_left(words.tokens.starts, end, at)
            line = paragraph.line + paragraph.text.count("\n", 0, start)
            sentence = Sentence(joined_lines(paragraph.text[start:end]), paragraph.number, line, len(found))
            found.append((sentence, words.tokens[first:at]))
    return tuple(found)
