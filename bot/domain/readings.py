"""A reading: the analysis of a post, made once at intake and stored with it."""

from dataclasses import dataclass

from bot.domain.findings import Finding
from bot.domain.tags import Tag

VERSION = 3
"""Version of the rules that make a reading. Raise it with every change that alters the reading of a stored post
(summary, tags, terms, search words, AI score or findings): the clock then reads the stored posts again. Never lower it.
A stored 0 means that a post must be read again in any case."""


@dataclass(frozen=True)
class Paragraph:
    """A cleaned paragraph of prose or a list item. `number` counts from 1; `line` counts from 1 in the raw file."""

    text: str
    number: int
    line: int


@dataclass(frozen=True)
class Sentence:
    """A sentence, verbatim from its paragraph except for newlines; `paragraph` is that paragraph's number."""

    text: str
    paragraph: int
    line: int
    place: int
    """Its position among all sentences of the post, from 0; sorting by it restores the article's order."""


@dataclass(frozen=True)
class Claim:
    """A figure that a post states. Claims with the same `key` are about the same measure of the same thing.

    `name` is a readable name of that thing (Llama 4の処理速度), `figure` the figure as written (2倍), `value` its value
    in the unit of the key. `quote` is verbatim; `paragraph` and `line` give its position.
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

    `to` is the URL normalised by bot.domain.posts.address, `quote` the link verbatim, at most 120 characters;
    `paragraph` and `line` give its position.
    """

    to: str
    quote: str
    paragraph: int | None
    line: int


@dataclass(frozen=True)
class SearchText:
    """The text to index: tokens joined by single spaces, normalised exactly as a query is."""

    title: str
    tags: str
    body: str


@dataclass(frozen=True)
class Reading:
    """The analysis of one post.

    `paragraphs` is the cleaned text in order. `ranked` holds at most RANKED sentences worth showing, best first, no
    two alike; it is empty if there is none. `terms` are the weighted words of the post's topic, heaviest first.
    `headline` is the post's main statement, `figures` the amounts it mentions; both distinguish stories. `signature` is
    the bottom-k sketch for near-copies. `ai_score` is 0–1. `minutes` is the reading time, at least 1. `findings` come
    worst first. `claims` and `links` are compared with other posts.
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
"""Maximum number of characters of a headline."""
READING_SPEED = 500
"""Characters per minute at which Japanese news is read (the newsroom's own `reading_time` is close to this)."""


def summarise(ranked: tuple[Sentence, ...], sentences: int = 3, characters: int | None = None) -> tuple[Sentence, ...]:
    """Choose sentences from `ranked` (best first), and return them in the article's order.

    With `characters`, sentences are taken best first while they fit, and `sentences` is ignored.
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
