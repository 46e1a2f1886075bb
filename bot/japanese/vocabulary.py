"""The desk's words, in two files for editors to add to: names that mean the same thing, and what makes no tag."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.japanese.normalisation import folded_words
from bot.japanese.spelling import spelling

FILE = Path(__file__).with_name("vocabulary.yaml")
STOPWORDS = Path(__file__).with_name("stopwords.yaml")


@dataclass(frozen=True)
class VocabularyEntry:
    """One thing with its names: the one shown and its aliases; `section` is the file's."""

    name: str
    section: str
    aliases: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    """Every name as folded words."""


@dataclass(frozen=True)
class Vocabulary:
    """Entries by the spelling of each of their names, and by each of their phrases.

    `lengths` has for the first word of phrases how many words they are of, longest first.
    """

    by_spelling: Mapping[str, VocabularyEntry]
    by_phrase: Mapping[tuple[str, ...], VocabularyEntry]
    lengths: Mapping[str, tuple[int, ...]]

    def entry(self, name: str) -> VocabularyEntry | None:
        """The entry that `name` is a name of, None for a name the vocabulary does not hold."""
        return self.by_spelling.get(spelling(name))

    def mentions(self, words: list[str]) -> Counter[str]:
        """How often each entry (by its shown name) occurs in folded words; the longest name wins where two begin."""
        found: Counter[str] = Counter()
        past = 0
        for at, word in enumerate(words):
            if word not in self.lengths or at < past:
                continue
            for length in self.lengths[word]:
                if entry := self.by_phrase.get(tuple(words[at : at + length])):
                    found[entry.name] += 1
                    past = at + length
                    break
        return found


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary file, read once when first asked for."""
    return _built(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Stopwords:
    """What no tag ends with, what ends one only in titles, what none begins with or holds, and names that are none."""

    ends: tuple[str, ...]
    ends_in_titles: tuple[str, ...]
    begins: tuple[str, ...]
    holds: tuple[str, ...]
    names: frozenset[str]

    def stop(self, name: str) -> bool:
        """Whether `name` is a tag nowhere."""
        if name in self.names or name.startswith(self.begins) or name.endswith(self.ends):
            return True
        return any(word in name for word in self.holds)


@cache
def stopwords() -> Stopwords:
    """The file of words that make no tag, read once when first asked for."""
    lists = yaml.safe_load(STOPWORDS.read_text(encoding="utf-8"))
    names = frozenset(lists.pop("names"))
    return Stopwords(**{key: tuple(words) for key, words in lists.items()}, names=names)


def parsed(file: Path) -> Any:
    """Return what a YAML file of this package holds."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _built(sections: Mapping[str, Mapping[str, Iterable[str]]]) -> Vocabulary:
    by_spelling: dict[str, VocabularyEntry] = {}
    by_phrase: dict[tuple[str, ...], VocabularyEntry] = {}
    lengths: dict[str, set[int]] = {}
    for section, groups in sections.items():
        for name, aliases in groups.items():
            phrases = tuple(dict.fromkeys(tuple(folded_words(each)) for each in (name, *aliases)))
            entry = VocabularyEntry(name, section, tuple(aliases), phrases)
            for each in (name, *aliases):
                by_spelling.setdefault(spelling(each), entry)
            for phrase in phrases:
                by_phrase.setdefault(phrase, entry)
                lengths.setdefault(phrase[0], set()).add(len(phrase))
    return Vocabulary(by_spelling, by_phrase, {word: tuple(sorted(n, reverse=True)) for word, n in lengths.items()})
