"""The composition root: Settings in, a whole newsroom out. The half of it that knows no Slack is bot/runtime/desk.py;
nothing else builds."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.request.internals import build_context
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.desk import Desk
from bot.errors import NotReady
from bot.runtime.clock import Job
from bot.runtime.desk import build_desk
from bot.runtime.poller_pool import Pollers
from bot.settings import Settings
from handlers import intake, register
from handlers.home import HomePublisher
from handlers.identity import Identity
from handlers.permissions import Permissions
from handlers.renderers import render
from handlers.sender import PACE, Sender
from storage.store import Store

log = logging.getLogger(__name__)
EVENTS_PATH = "/slack/events"
IDENTITY_SECONDS = 60.0
"""How often Slack is asked who the bot is, until it has said so."""
SENDING_SECONDS = 3.0
"""How often the clock looks for messages that wait; whoever decides one sends it at once."""
SLACK_SECONDS = 15
"""How long one call of Slack's Web API may take."""


@dataclass(frozen=True)
class Newsroom:
    """The bot, built: its store, its use cases, its Slack app, its sender, the App Homes."""

    settings: Settings
    store: Store
    desk: Desk
    app: App
    client: WebClient
    identity: Identity
    sender: Sender
    pollers: Pollers
    homes: HomePublisher

    def connect(self) -> SocketModeHandler:
        """Open Socket Mode. Raises NotReady with the remedy where Slack refuses or cannot be reached."""
        handler = SocketModeHandler(self.app, self.settings.slack_app_token)
        try:
            self.client.auth_test()
            handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as e:
            raise NotReady(
                f"Slackがトークンを受け付けません（{e.response.get('error')}）。"
                "SLACK_BOT_TOKEN（xoxb-…）と SLACK_APP_TOKEN（xapp-…）を確認してください。"
            ) from e
        except (SlackClientError, OSError) as e:
            raise NotReady(f"Slackに接続できません（{e}）。ネットワークと SLACK_API_URL を確認してください。") from e
        return handler

    def wsgi(self) -> SlackRequestHandler:
        """The WSGI application that answers Slack at EVENTS_PATH."""
        return SlackRequestHandler(self.app, path=EVENTS_PATH)

    def jobs(self) -> tuple[Job, ...]:
        """Everything the clock does, a job for each kind of work: one that is slow or fails delays no other."""
        return (
            Job("digests", self._decide_digests),
            Job("sources", self.pollers.wake),
            Job("inbox", self._work_off_inbox),
            Job("reviews", self._look_after_reviews),
            Job("sending", self.sender.deliver, SENDING_SECONDS),
            Job("homes", self.homes.refresh),
            Job("rereading", self._reread),
            Job("identity", self._refresh_identity, IDENTITY_SECONDS),
        )

    def tick(self) -> None:
        """Do every job of the clock once, one after the other."""
        for job in self.jobs():
            job.run()

    def _decide_digests(self) -> None:
        self.store.health.record_tick()
        for digest in self.desk.digests.due():
            log.info("digest for %s decided: %d entries", digest.schedule.channel, len(digest.entries))
        self.desk.checks.announce_weekly_rules()
        self.desk.weekly_report.announce()

    def _work_off_inbox(self) -> None:
        intake.work_off(self.client, inbox=self.store.inbox, lookup=self.desk.lookup, intake=self.desk.intake)

    def _look_after_reviews(self) -> None:
        if woken := self.desk.reminders.wake():
            log.info("%d snoozed reviews woken", woken)
        if self.desk.reminders.remind():
            log.info("the reviews of the day reminded and handed over")

    def _reread(self) -> None:
        if read_again := self.desk.intake.reprocess():
            log.info("%d stored posts read again by the newest rules", read_again)

    def _refresh_identity(self) -> None:
        if not self.identity.is_complete:
            self.identity.refresh()

    def close(self) -> None:
        """Begin nothing more and give connections back."""
        self.pollers.close()
        self.store.close()


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    executor: Executor | None = None,
    pace: float = PACE,
) -> Newsroom:
    """The whole newsroom. `executor` runs what comes after an acknowledgement; `pace` is the seconds between two
    messages to one channel. The database must have its newest shape (Store.migrate)."""
    store, desk = build_desk(settings, now=now)
    client = client_of(settings)
    sender = Sender(store.outbox, partial(render, desk), client, admin_channel=settings.admin_channel, pace=pace)
    identity = Identity(client)
    app = App(
        client=client,
        before_authorize=identity.learn,
        authorize=identity,
        signing_secret=settings.slack_signing_secret or "not used in Socket Mode",
        process_before_response=True,  # answers leave at once; without it Bolt waits in steps of 10 ms
        listener_executor=executor or ThreadPoolExecutor(settings.threads, thread_name_prefix="listener"),
    )
    app.use(reparse_form_body)
    permissions = Permissions(client, settings)
    homes = HomePublisher(desk, store.home_views, client, permissions)
    register(app, desk, inbox=store.inbox, health=store.health, sender=sender, permissions=permissions, homes=homes)
    desk.schedules.sync_configured()
    desk.checks.sync_house_rules()
    threads = settings.pollers
    looking = executor or ThreadPoolExecutor(threads, thread_name_prefix="poller")
    pollers = Pollers(desk.polling, looking, threads=threads, after=sender.deliver)
    return Newsroom(settings, store, desk, app, client, identity, sender, pollers, homes)


def reparse_form_body(req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:
    """Bolt reads a form that holds the word "payload" anywhere as empty (`/search payload`): read it again."""
    if not req.body and req.raw_body:
        req.body = dict(parse_qsl(req.raw_body, keep_blank_values=True))
        build_context(req.context, req.body)
    return next()


def client_of(settings: Settings) -> WebClient:
    """Slack's Web API with the settings' bot token; it never tries again by itself."""
    # no retries: slack_sdk's own would post twice after a lost connection; the sender knows better
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=SLACK_SECONDS,
        retry_handlers=[],
    )
