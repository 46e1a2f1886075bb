"""Errors, each with the sentence that the editor sees.

Every error the newsroom expects is a KawarabanError and carries its sentence: what failed, whose side caused it, and
what to do next. Anything else is a bug; handlers/errors.py answers it with a reference id.
"""


class KawarabanError(Exception):
    """An expected failure. `str(error)` is the Japanese sentence shown to the person who asked."""


class Unreadable(KawarabanError):
    """The file, page or message cannot be read as a post; the sentence says why."""


class Unfetchable(KawarabanError):
    """A URL was refused or did not answer.

    `what` says what failed and whose side caused it; the whole sentence adds the remedy for a person who shared the
    URL. `status` is the HTTP status, None if no response came. `retry_after` is the number of seconds the server asks
    us to wait, None if it names none. `gone` means that the URL will never answer again, `passing` that the same
    request may succeed later.
    """

    def __init__(
        self,
        what: str,
        remedy: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        gone: bool = False,
        passing: bool = False,
    ) -> None:
        super().__init__(what + remedy)
        self.what, self.status, self.retry_after = what, status, retry_after
        self.gone, self.passing = gone, passing


class NotFound(KawarabanError):
    """Nothing stored matches the request."""


class WrongUse(KawarabanError):
    """The command or option was not understood; the sentence shows the correct usage."""


class NotAllowed(KawarabanError):
    """This person may not do that, and nothing was changed. `ask` names at most three Slack users who may; empty if
    they are not known."""

    def __init__(self, sentence: str, ask: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.ask = ask


class NotReady(KawarabanError):
    """A setting, permission or invitation is missing; the sentence names the remedy."""


class StoreBusy(KawarabanError):
    """The database did not answer in time; nothing was changed, and asking again is safe."""
