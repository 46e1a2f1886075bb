"""One spelling for many ways to write a name: what two names must share to be the same to a reader."""

import re
import unicodedata
from functools import lru_cache

_IGNORED = re.compile(r"[\s\-‐‑‒–—―−ー・_'’\"“”「」『』]+")


@lru_cache(maxsize=20_000)
def spelling(name: str) -> str:
    """Fold width, case, spaces, hyphens and long vowels: `ＧＰＴ‐4o` = `gpt4o`, コンピューター = コンピュータ."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name).casefold())
