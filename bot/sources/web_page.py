"""A page as the network answered it."""

from dataclasses import dataclass

SIZE_LIMIT = 5_000_000
"""Bytes of one page."""


@dataclass(frozen=True)
class WebPage:
    """What an address answered: its bytes, at most SIZE_LIMIT, from `url` after redirects.

    `etag` and `modified` are what to ask with the next time, empty where the server names none. `unchanged` where it
    says that nothing is new since then: there are no bytes. `moved_to` is the address that the asked one has moved to
    for good, None where it has not.
    """

    url: str
    data: bytes
    content_type: str
    etag: str = ""
    modified: str = ""
    moved_to: str | None = None
    unchanged: bool = False
