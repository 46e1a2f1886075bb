"""What can go wrong, said the way an editor should read it.

Every error the newsroom can meet descends from KawarabanError and carries its sentence: what failed, whose side it is
on, and what to do next. Anything else is a bug; handlers/errors.py answers it with a reference id.
"""


class KawarabanError(Exception):
    """An expected failure. `str(error)` is the Japanese sentence shown to the person who asked."""


class Unreadable(KawarabanError):
    """The file, page or message cannot be read as a post; the sentence says why."""


class Unfetchable(KawarabanError):
    """A network address was refused or did not answer.

    `what` says what failed and whose side it is on; the whole sentence adds the remedy for somebody who shared the
    address. `status` is the HTTP status where one came, `retry_after` the seconds that the other side asks us to wait,
    None where it names none. `gone` where it says that the address will never answer again, `passing` where the very
    same request may well succeed later.
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
    """Nothing stored answers to what was asked for."""


class WrongUse(KawarabanError):
    """The command or option was not understood; the sentence shows how it is written."""


class NotAllowed(KawarabanError):
    """This person may not do that, and nothing was changed. `ask` are at most three Slack users who may; empty where
    they are not known."""

    def __init__(self, sentence: str, ask: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.ask = ask


class NotReady(KawarabanError):
    """A setting, permission or invitation is missing; the sentence names the remedy."""


class StoreBusy(KawarabanError):
    """The database did not answer in time; nothing was changed, and asking again is safe."""
