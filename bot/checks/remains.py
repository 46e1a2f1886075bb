"""What the generator left behind: end markers, and articles with hardly a word."""

import re
from collections.abc import Iterator

from bot.checks.places import body_lines, paragraph_at, quote
from bot.checks.rule import Hit
from bot.posts import Draft
from bot.readings import Reading

FEWEST_CHARACTERS = 80
FEWEST_WITHOUT_SENTENCE = 200
_SENTENCE = re.compile(r"[。．！？]|[.!?](?:\s|$)")
_MARKER = re.compile(
    r"(?<![`\w-])-{2,}\s*END(?: OF [A-Z]+)?\s*-{2,}(?![`\w-])"
    r"|^\s*(?:[-=*#_—]{2,}\s*END(?: OF [A-Z]+)?|[\[<【（(]END(?: OF [A-Z]+)?[\]>】）)])[\s\-=*#_—]*$"
    r"|<\|(?:endoftext|im_end|eot_id|end_of_text)\|>\s*$",
    re.I,
)


def end_marker(line: str) -> re.Match[str] | None:
    """The generator's end mark in a line of the file, None without one."""
    return _MARKER.search(line) if "end" in line.lower() or "eot" in line else None


def end_markers(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """`---END---` and its kin in the text; not in code."""
    for number, line in body_lines(draft):
        if marker := end_marker(line):
            yield Hit(marker[0].strip(), paragraph_at(reading, number), number)


def empty_body(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """No article: fewer than 80 characters once headings, footers and the like are off; 200 where no sentence ends."""
    characters = sum(len(paragraph.text) for paragraph in reading.paragraphs)
    if characters >= FEWEST_WITHOUT_SENTENCE:
        return
    told = any(_SENTENCE.search(paragraph.text) for paragraph in reading.paragraphs)
    if told and characters >= FEWEST_CHARACTERS:
        return
    for paragraph in reading.paragraphs[:1]:
        yield Hit(quote(paragraph.text, 0, 1), paragraph.number, paragraph.line)
    if not reading.paragraphs:
        yield Hit("", None, draft.body_line)
