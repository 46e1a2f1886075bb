"""What runs for as long as the desk works: the whole bot, or its web and clock parts."""

import logging
import signal
import sys
import threading

from bot.errors import NotReady
from bot.runtime.app import Newsroom, build
from bot.runtime.clock import make_scheduler
from bot.runtime.desk import prepare
from bot.runtime.web import Server
from bot.settings import Settings

log = logging.getLogger("kawaraban")


def run(settings: Settings) -> None:
    """Socket Mode and the clock in one process, until it is told to stop. Migrates its database by itself.

    Raises NotReady where a token is missing or Slack cannot be reached.
    """
    newsroom = _started(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", migrate=True)
    socket = newsroom.connect()
    clock = make_scheduler(newsroom.jobs(), blocking=False)
    clock.start()
    log.info("connected; stop with ctrl-c")
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
    clock.shutdown(wait=True)
    socket.close()  # type: ignore[no-untyped-call]
    newsroom.close()


def web(settings: Settings, *, port: int, workers: int, threads: int) -> None:
    """Answer Slack over HTTP until told to stop. Raises NotReady where a token or the database's shape is missing."""
    _started(settings, "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET").close()  # each worker builds its own
    Server(lambda: build(settings), f"0.0.0.0:{port}", workers=workers, threads=threads).run()


def clock(settings: Settings) -> None:
    """Tick until told to stop. Raises NotReady where the token or the database's shape is missing."""
    newsroom = _started(settings, "SLACK_BOT_TOKEN")
    scheduler = make_scheduler(newsroom.jobs(), blocking=True)
    signal.signal(signal.SIGTERM, lambda *_: scheduler.shutdown(wait=False))
    try:
        scheduler.start()
    except KeyboardInterrupt:
        scheduler.shutdown(wait=False)
    newsroom.close()


def need(settings: Settings, *names: str) -> None:
    """Raises NotReady with the names of the settings that are missing."""
    missing = [name for name in names if not getattr(settings, name.lower())]
    if missing:
        raise NotReady(
            f"設定 {'、'.join(missing)} がありません。.env か環境変数に書いてください（docs/configuration.md）。"
        )


def _started(settings: Settings, *needed: str, migrate: bool = False) -> Newsroom:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("slack_bolt.App").setLevel(logging.ERROR)  # it would warn that `authorize` makes the token unused
    for talkative in ("apscheduler", "alembic", "slack_bolt"):  # Bolt would log whole bodies that are not Slack's
        logging.getLogger(talkative).setLevel(logging.WARNING)
    need(settings, *needed)
    prepare(settings, migrate=migrate)
    newsroom = build(settings)
    newsroom.identity.refresh()
    return newsroom
