"""Words of a text: the only home of fugashi (MeCab with unidic-lite)."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate, islice
from operator import sub
from pathlib import Path
from typing import NamedTuple, overload

import fugashi  # type: ignore[import-untyped]

# Of each word MeCab writes itself with the blanks before it, so that lengths add up to places, and its context number,
# which stands for its parts of speech: to cut them out of the dictionary's line costs a third of the whole parse. Words
# that the dictionary does not have share numbers with others.
_KNOWN, _UNKNOWN = r"%M\n%phl\n", r"%M\n%f[0],%f[1]\n"
# An empty output type makes MeCab obey our own format; reading its plain text back costs half of asking each node.
_OPTIONS = f"--output-format-type='' -F '{_KNOWN}' -U '{_UNKNOWN}' -E ''"
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


class Tokens(Sequence[Token]):
    """The words of one text in order, in columns: most of what is asked of ten thousand words needs one or two of them,
    and a Token for each would cost as much as finding them."""

    def __init__(self, surfaces: list[str], poses: list[str], kinds: list[str], starts: list[int]) -> None:
        self.surfaces = surfaces
        self.poses = poses
        self.kinds = kinds
        self.starts = starts

    def __len__(self) -> int:
        return len(self.surfaces)

    def __iter__(self) -> Iterator[Token]:
        return map(_token, self.rows())

    def rows(self) -> Iterator[tuple[str, str, str, int]]:
        """The same words as plain tuples, which cost next to nothing."""
        return zip(self.surfaces, self.poses, self.kinds, self.starts, strict=True)

    @overload
    def __getitem__(self, at: int) -> Token: ...

    @overload
    def __getitem__(self, at: slice) -> "Tokens": ...

    def __getitem__(self, at: int | slice) -> "Token | Tokens":
        if isinstance(at, slice):
            return Tokens(self.surfaces[at], self.poses[at], self.kinds[at], self.starts[at])
        return Token(self.surfaces[at], self.poses[at], self.kinds[at], self.starts[at])

    def __iadd__(self, more: "Tokens") -> "Tokens":
        self.surfaces += more.surfaces
        self.poses += more.poses
        self.kinds += more.kinds
        self.starts += more.starts
        return self


def tokens(text: str) -> Tokens:
    """Cut `text` into words, in order, whitespace left out. Total: any string works, of any length.

    Control characters and lone surrogates count as whitespace. Text longer than 1,000 characters goes to MeCab in
    pieces cut at pauses, since its lattice grows with the line.
    """
    text = _BLANK.sub(" ", text)
    if len(text) <= _PIECE:
        return _parse(text, 0)
    found = Tokens([], [], [], [])
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


def _parse(text: str, offset: int) -> Tokens:
    tagger = _tagger()
    flat = tagger.parse(text).split("\n")
    spaced, codes = flat[0:-1:2], flat[1::2]
    of_pos, of_kind = _parts_of_speech(tagger.dictionary_info[0]["filename"])
    surfaces = [word.lstrip(" ") for word in spaced]
    ends = islice(accumulate(map(len, spaced), initial=offset), 1, None)
    starts = list(map(sub, ends, map(len, surfaces)))
    return Tokens(surfaces, [of_pos[code] for code in codes], [of_kind[code] for code in codes], starts)


@cache
def _parts_of_speech(dictionary: str) -> tuple[dict[str, str], dict[str, str]]:
    """The first and the second part of speech by what MeCab writes of a word: its context number, or both parts."""
    poses: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for line in Path(dictionary).with_name("left-id.def").read_text(encoding="utf-8").splitlines():
        number, _, features = line.partition(" ")
        pos, kind = features.replace("*", "").split(",")[:2]
        for code in (number, f"{pos},{kind}"):
            poses[code], kinds[code] = pos, kind
    return poses, kinds


def _tagger() -> fugashi.Tagger:
    # A Tagger shared by threads returns the words of other texts.
    if not hasattr(_own, "tagger"):
        _own.tagger = fugashi.Tagger(_OPTIONS)
    tagger: fugashi.Tagger = _own.tagger
    return tagger
