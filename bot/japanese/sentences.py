"""Sentences of a paragraph, verbatim and in order."""

import re
from collections.abc import Iterator

_EVENT = re.compile(r"[「『（(]|[」』）)]|[。！？!?]+|\n")
_CLOSING = re.compile(r"[」』）)]*")
_GOES_ON = re.compile(r"と(?!ころ|もかく|はいえ|にかく|ても)|って|など|なんて")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of `text`, surrounding whitespace left out.

    A sentence ends at 。！？ or ASCII !? outside quotes and brackets, with the closing brackets that follow, and at
    every newline. A quote that its line never closes holds nothing together.
    """
    offset = 0
    for line in text.split("\n"):
        start = 0
        for end in [*_ends(line), len(line)]:
            sentence = line[start:end]
            if inner := sentence.strip():
                first = offset + start + len(sentence) - len(sentence.lstrip())
                yield first, first + len(inner)
            start = end
        offset += len(line) + 1


_WRAPPED = 20
_WRAP = re.compile(rf"(?m)(?<=^)(.{{{_WRAPPED},}}[^。！？!?」』）):：\s])\n(?=[^\s\n])")


def unwrapped(text: str) -> str:
    """Return the text with a blank for each newline that only wraps a line: none after a sentence or a short line."""
    return _WRAP.sub(r"\1 ", text) if "\n" in text else text


def joined_lines(sentence: str) -> str:
    """Return a sentence without the newlines that wrap it; a blank stays between Latin words."""
    return _NEWLINE.sub(_joint, sentence) if "\n" in sentence else sentence


def _joint(wrap: re.Match[str]) -> str:
    before, after = wrap.string[wrap.start() - 1 : wrap.start()], wrap.string[wrap.end() : wrap.end() + 1]
    return " " if (before + after).isascii() else ""


_NEWLINE = re.compile(r"\s*\n\s*")


def _ends(line: str) -> list[int]:
    ends: list[int] = []
    depth = 0
    loose: list[int] = []  # ends inside a bracket that may turn out never to close
    for event in _EVENT.finditer(line):
        sign = event[0]
        if sign in "「『（(":
            depth += 1
        elif sign in "」』）)":
            depth = max(0, depth - 1)
            if not depth:
                loose.clear()
        elif _ends_here(line, event):
            end = _CLOSING.match(line, event.end()).end() if not depth else event.end()  # type: ignore[union-attr]
            (loose if depth else ends).append(end)
    return ends + loose


def _ends_here(line: str, event: re.Match[str]) -> bool:
    after = line[event.end() : event.end() + 1]
    if "。" in event[0]:
        return True
    if event[0].isascii() and after and not after.isspace() and after not in "」』）)":
        before = line[event.start() - 1 : event.start()]
        return not before.isascii() and not after.isascii()  # Yahoo!ニュース and ?q=1 are no ends
    return not _GOES_ON.match(line, event.end())
