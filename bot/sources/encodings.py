"""Bytes as text, in any encoding that a Japanese desk meets: declared, wrongly declared, not declared at all."""

import codecs
import re

from bot.errors import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JIS = ("iso2022_jp_2004", "iso2022_jp_ext")
_EITHER = ("cp932", "euc_jp")
# what calls itself one of these on the web holds Windows' characters (①, 髙)
_MEANT = {"shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932"}
_WESTERN = ("ascii", "iso8859-1", "cp1252", "iso8859-15")
"""What servers declare without having looked."""
_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")
# what XML and HTML forbid and no database keeps, as it is and as a reference
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,12})|([0-9]{1,12}));?", re.I)
_KANA = re.compile(r"[\u3041-\u30ff]")


def decode(data: bytes) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, JIS, Shift_JIS or EUC-JP, with no byte left over.

    NUL characters, which no database keeps, become U+FFFD. Raises Unreadable if none of them fits.
    """
    text = _marked(data)
    if text is None and _is_jis(data):
        text = _first(data, _JIS)
    elif text is None:
        text = _decoded(data, "utf-8") or _japanese(data)
    if text is None:
        raise Unreadable("文字コードを判別できません。UTF-8で保存し直してください。")
    return text.replace("\0", "\ufffd")


def decode_loosely(data: bytes, *declared: str) -> str:
    """Text of what came over the network, which may be broken or say of itself what is not so. Never fails.

    What the bytes themselves show counts more than the names `declared`; if nothing fits, the reading with the
    fewest marks of damage (U+FFFD) is taken. Control characters are left out.
    """
    names = [name for d in declared if (name := _known(d))]
    text = _marked(data, "replace")
    if text is None and _is_jis(data):
        text = _first(data, _JIS) or data.decode("iso2022_jp_ext", "replace")
    if text is None:
        text = _decoded(data, "utf-8")
    if text is None and (not names or names[0] in _WESTERN):
        text = _if_japanese(data)
    if text is None:
        text = _first(data, names) or _japanese(data)
    if text is None:
        readings = [data.decode(name, "replace") for name in dict.fromkeys((*names, "utf-8", *_EITHER))]
        text = min(readings, key=lambda t: t.count("\ufffd"))
    return clean(text)


def clean(text: str) -> str:
    """Text without control characters and halves of characters, and without references to them."""
    return _REFERENCE.sub(_allowed, _CONTROL.sub("", text))


def _allowed(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    fine = number < 0x110000 and not _CONTROL.match(chr(number))
    return reference[0] if fine else ""


def _marked(data: bytes, errors: str = "strict") -> str | None:
    """The text if a byte order mark, or markup's first sign in two bytes, says what it is."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if name is None and data[:4] in (b"<\0?\0", b"<\0!\0", b"<\0r\0", b"<\0f\0", b"<\0h\0"):
        name = "utf-16-le"
    elif name is None and data[:4] in (b"\0<\0?", b"\0<\0!", b"\0<\0r", b"\0<\0f", b"\0<\0h"):
        name = "utf-16-be"
    return _decoded(data, name, errors) if name else None


def _is_jis(data: bytes) -> bool:
    return any(escape in data for escape in (b"\x1b$", b"\x1b(J", b"\x1b(I"))


def _japanese(data: bytes) -> str | None:
    # bytes of one often pass for the other, and then turn into half-width kana
    either = [t for name in _EITHER if (t := _decoded(data, name)) is not None]
    return min(either, key=lambda t: len(_HALF_WIDTH.findall(t)), default=None)


def _if_japanese(data: bytes) -> str | None:
    """The text as Shift_JIS or EUC-JP, if it is full of kana then, as no western text is by chance."""
    text = _japanese(data)
    foreign = sum(not c.isascii() for c in text or "")
    return text if text and foreign and len(_KANA.findall(text)) > foreign / 5 else None


def _first(data: bytes, names: tuple[str, ...] | list[str]) -> str | None:
    return next((t for name in names if (t := _decoded(data, name)) is not None), None)


def _decoded(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _known(name: str) -> str | None:
    name = _MEANT.get(name.strip().lower().replace("_", "-"), name.strip())
    name = _MEANT.get(name.lower(), name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):  # a name with NUL
        return None
    # the standard library also has codecs that are no character sets (rot13, zip)
    return found.name if getattr(found, "_is_text_encoding", True) else None
