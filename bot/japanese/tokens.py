"""Words of a text: the only home of fugashi (MeCab with unidic-lite)."""

import re
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import fugashi  # type: ignore[import-untyped]

_FORMAT = r"%m\n%f[0]\n%f[1]\n"
# An empty output type makes MeCab obey our own format; reading its plain text back costs half of asking each node.
_OPTIONS = f"--output-format-type='' -F '{_FORMAT}' -U '{_FORMAT}' -E ''"
_PIECE = 1_000
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PAUSE = re.compile(r"[。！？!?\s、,」』）]")
_own = threading.local()


class Token(NamedTuple):
    """One word as it stands in the text. `pos` and `kind` are UniDic's first two parts of speech."""

    surface: str
    pos: str
    kind: str
    start: int
    """Offset of the first character in the text that was given."""

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.surface)


# Token._make without its Python frame: a post has ten thousand words.
_token: Callable[[Iterable[object]], Token] = partial(tuple.__new__, Token)


def tokens(text: str) -> list[Token]:
    """Cut `text` into words, in order, whitespace left out. Total: any string works, of any length.

    Control characters and lone surrogates count as whitespace. Text longer than 1,000 characters goes to MeCab in
    pieces cut at pauses, since its lattice grows with the line.
    """
    text = _BLANK.sub(" ", text)
    if len(text) <= _PIECE:
        return _parse(text, 0)
    found: list[Token] = []
    start = 0
    while start < len(text):
        end = _piece_end(text, start)
        found += _parse(text[start:end], start)
        start = end
    return found


def _piece_end(text: str, start: int) -> int:
    end = start + _PIECE
    if end >= len(text):
        return len(text)
    pauses = [pause.end() for pause in _PAUSE.finditer(text, end - 500, end)]
    return pauses[-1] if pauses else end


def _parse(text: str, offset: int) -> list[Token]:
    flat = _tagger().parse(text).split("\n")
    surfaces = flat[0::3]
    starts = []
    at = 0
    for surface in surfaces:  # MeCab drops whitespace, so each place is looked up
        at = text.find(surface, at)
        starts.append(at + offset)
        at += len(surface)
    return list(map(_token, zip(surfaces, flat[1::3], flat[2::3], starts, strict=False)))


def _tagger() -> fugashi.Tagger:
    # A Tagger shared by threads returns the words of other texts.
    if not hasattr(_own, "tagger"):
        _own.tagger = fugashi.Tagger(_OPTIONS)
    tagger: fugashi.Tagger = _own.tagger
    return tagger
