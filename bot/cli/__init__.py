"""The commands of the shell: people read tables, scripts read --json. `bot.__main__` lists them all."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.desk import Desk
from bot.errors import KawarabanError, WrongUse
from bot.runtime.desk import build_desk, prepare
from bot.settings import Settings, variable

OUR_FAULT = "瓦版側の不具合で読み取れませんでした。ほかのファイルは続けて読んでいます。"
P = ParamSpec("P")
log = logging.getLogger(__name__)
out, err = Console(soft_wrap=True), Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else there.")]


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose failures are one sentence on stderr: exit 2 for wrong use, 1 for what failed."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except WrongUse as e:
            stop(str(e), 2)
        except KawarabanError as e:
            stop(str(e), 1)
        except ValidationError as e:  # of the settings
            wrong = "; ".join(f"{variable(str(x['loc'][0]))}: {x['msg']}" for x in e.errors(include_input=False))
            stop(f"設定に誤りがあります。{wrong}。docs/configuration.md をご覧ください。", 2)
        except BrokenPipeError:  # the reader, such as head, has seen enough
            sys.stderr.close()

    return run


def stop(sentence: str, code: int) -> NoReturn:
    """Say why on stderr and leave."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def isolated(path: str, failed: list[tuple[str, str]]) -> Iterator[None]:
    """Add to `failed` why one file cannot be read, whatever is wrong with it, so that the next one has its turn."""
    try:
        yield
    except KawarabanError as e:
        failed.append((path, str(e)))
    except Exception:
        log.exception("%s cannot be read", path)
        failed.append((path, OUR_FAULT))


@contextmanager
def opened() -> Iterator[Desk]:
    """The desk on the settings' database, made ready where that may be done without being asked (see app.prepare)."""
    chosen = Settings()
    prepare(chosen)
    store, desk = build_desk(chosen)
    try:
        yield desk
    finally:
        store.close()
