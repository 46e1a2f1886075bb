"""The desk's vocabulary: names that mean the same thing, kept in vocabulary.yaml for editors to add to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.japanese.folding import folded_words
from bot.japanese.spelling import spelling

FILE = Path(__file__).with_name("vocabulary.yaml")


@dataclass(frozen=True)
class Entry:
    """One thing with its names: the one shown and its aliases; `section` is the file's."""

    name: str
    section: str
    aliases: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    """Every name as folded words."""


@dataclass(frozen=True)
class Vocabulary:
    """Entries by the spelling of each of their names, and by the first folded word of each of their phrases."""

    by_spelling: Mapping[str, Entry]
    by_first_word: Mapping[str, tuple[tuple[tuple[str, ...], Entry], ...]]

    def entry(self, name: str) -> Entry | None:
        """The entry that `name` is a name of, None for a name the vocabulary does not hold."""
        return self.by_spelling.get(spelling(name))

    def mentions(self, words: list[str]) -> Counter[str]:
        """How often each entry (by its shown name) occurs in folded words; the longest name wins where two begin."""
        found: Counter[str] = Counter()
        past = 0
        for at, word in enumerate(words):
            if at < past or word not in self.by_first_word:
                continue
            for phrase, entry in self.by_first_word[word]:
                if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
                    found[entry.name] += 1
                    past = at + len(phrase)
                    break
        return found


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary file, read once when first asked for."""
    return _built(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _built(sections: Mapping[str, Mapping[str, Iterable[str]]]) -> Vocabulary:
    by_spelling: dict[str, Entry] = {}
    by_first_word: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for section, groups in sections.items():
        for name, aliases in groups.items():
            phrases = tuple(dict.fromkeys(tuple(folded_words(each)) for each in (name, *aliases)))
            entry = Entry(name, section, tuple(aliases), phrases)
            for each in (name, *aliases):
                by_spelling.setdefault(spelling(each), entry)
            for phrase in phrases:
                by_first_word.setdefault(phrase[0], []).append((phrase, entry))
    longest_first = {
        word: tuple(sorted(choices, key=lambda choice: -len(choice[0]))) for word, choices in by_first_word.items()
    }
    return Vocabulary(by_spelling, longest_first)
