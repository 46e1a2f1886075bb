"""A reading: what the analysis found in a post, made once at intake and stored beside it."""

from dataclasses import dataclass

from bot.domain.findings import Finding
from bot.domain.tags import Tag

VERSION = 2
"""Of the rules that make a reading. Raise it with every change after which a stored post would be read otherwise (its
summary, tags, terms, search words, AI score or findings): the clock then reads the stored posts again. Never lower it.
A stored 0 means that a post is to be read again in any case.
"""


@dataclass(frozen=True)
class Paragraph:
    """One cleaned paragraph of prose or one list item. `number` counts from 1; `line` is the raw file's, from 1."""

    text: str
    number: int
    line: int


@dataclass(frozen=True)
class Sentence:
    """One sentence, verbatim from its paragraph (`paragraph` is that paragraph's number)."""

    text: str
    paragraph: int
    line: int
    place: int
    """Its place among all sentences of the post, from 0: sorting by it restores the article's order."""


@dataclass(frozen=True)
class Claim:
    """One figure that a post states. Claims with an equal `key` are about the same measure of the same thing.

    `name` is that thing for people (Llama 4の処理速度), `figure` the figure as written (2倍), `value` what it comes to
    in the unit of the key. `quote` is verbatim; `paragraph` and `line` say where it stands.
    """

    key: str
    name: str
    value: float
    figure: str
    quote: str
    paragraph: int | None
    line: int


@dataclass(frozen=True)
class Link:
    """A link of a post to its own site.

    `to` is the address as bot.domain.posts.address writes it, `quote` the link verbatim, at most 120 characters;
    `paragraph` and `line` say where it stands.
    """

    to: str
    quote: str
    paragraph: int | None
    line: int


@dataclass(frozen=True)
class SearchText:
    """What is indexed: tokens joined by single spaces, folded exactly as a query is."""

    title: str
    tags: str
    body: str


@dataclass(frozen=True)
class Reading:
    """Everything found in one post.

    `paragraphs` is the cleaned text in order. `ranked` holds at most RANKED sentences, best first, no two alike, empty
    where the post is too short to summarise. `terms` are the words that make the post's subject with their weights,
    heaviest first. `headline` is what the post says it tells, `figures` the amounts it names: by both stories are told
    apart. `signature` is the bottom-k sketch for near-copies. `ai_score` is 0–1. `minutes` is the time it takes to
    read, at least 1. `findings` come worst first. `claims` and `links` are what posts are held against each other by.
    """

    paragraphs: tuple[Paragraph, ...]
    ranked: tuple[Sentence, ...]
    tags: tuple[Tag, ...]
    terms: tuple[tuple[str, float], ...]
    search: SearchText
    signature: tuple[int, ...]
    ai_score: float
    minutes: int
    findings: tuple[Finding, ...] = ()
    headline: str = ""
    figures: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()

    def summary(self, sentences: int = 3, characters: int | None = None) -> tuple[Sentence, ...]:
        """The best sentences in the article's order: `sentences` of them, or as many as fit into `characters`."""
        return summarise(self.ranked, sentences, characters)


RANKED = 12
HEADLINE = 200
"""Characters of a headline that are kept."""
READING_SPEED = 500
"""Characters a minute at which Japanese news is read (the newsroom's own `reading_time` runs near this)."""


def summarise(ranked: tuple[Sentence, ...], sentences: int = 3, characters: int | None = None) -> tuple[Sentence, ...]:
    """Choose from `ranked` (best first) and put the choice back into the article's order.

    With `characters`, sentences are taken best first while they still fit, and `sentences` is ignored.
    """
    if characters is None:
        chosen = list(ranked[:sentences])
    else:
        chosen, room = [], characters
        for sentence in ranked:
            if len(sentence.text) <= room:
                chosen.append(sentence)
                room -= len(sentence.text)
    return tuple(sorted(chosen, key=lambda s: s.place))
