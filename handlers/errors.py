"""The one error reply. Every listener runs inside `with_error_reply`."""

import inspect
import logging
import secrets
from collections.abc import Callable
from typing import Any

from slack_bolt import Args, BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import KawarabanError, NotAllowed, NotFound, StoreBusy, WrongUse
from handlers.messages import help
from handlers.messages.blocks import Message
from handlers.replies import InView

log = logging.getLogger(__name__)
Listener = Callable[..., BoltResponse | None]
_FAILED = "kawaraban_failed"
_RETRY = "x-slack-retry-num"
"""Slack delivers an event again that was not acknowledged: the person has had the apology for it."""


def with_error_reply(listener: Listener) -> Callable[[Args], BoltResponse | None]:
    """Wrap a listener so that every failure is answered to the person it concerns.

    An event whose effect failed is not acknowledged, so that Slack delivers it again: the effects are idempotent. The
    only exception is a failure that we expect and that another delivery would meet again. What would follow an
    acknowledgement is skipped if the first part failed; Bolt alone would run it all the same.
    """
    names = inspect.getfullargspec(listener).args

    def run(args: Args) -> BoltResponse | None:
        if args.context.get(_FAILED):
            return None
        try:
            return listener(**{name: _wanted(args, name) for name in names})
        except Exception as e:
            args.context[_FAILED] = True
            message = reply_to(e)
            happened = args.event is not None and not args.request.lazy_only
            told = isinstance(e, StoreBusy) or args.request.headers.get(_RETRY)
            if not (happened and told):
                _answer(args, message)
            if happened and (isinstance(e, StoreBusy) or not isinstance(e, KawarabanError)):
                raise
            return None

    return run


def in_sequence(*listeners: Callable[[Args], Any]) -> Callable[[Args], None]:
    """Join wrapped listeners into one that runs them in turn, until one fails."""

    def run(args: Args) -> None:
        for listener in listeners:
            listener(args)

    return run


def reply_to(error: Exception) -> Message:
    """Return the message for an error. The log has it under the message's reference id: in one line if it was expected,
    with its traceback if it is a bug."""
    if isinstance(error, (NotFound, WrongUse)):
        return help.failure(str(error))  # nothing failed: there is nothing to look up in the log
    if isinstance(error, NotAllowed):
        return help.refused(str(error), error.ask)
    reference = secrets.token_hex(2).upper()
    if isinstance(error, KawarabanError):
        log.info("%s: %s", reference, error)
        return help.failure(str(error), reference)
    if isinstance(error, SlackApiError) and error.response.get("error") in ("not_in_channel", "channel_not_found"):
        log.info("%s: %s", reference, error.response.get("error"))
        return help.failure("このチャンネルに瓦版がいません。/invite @kawaraban を実行してください。", reference)
    if isinstance(error, SlackClientError):
        log.warning("%s: Slack refused: %s", reference, error)
        return help.failure("Slackへの送信に失敗しました。少し待ってからもう一度お試しください。", reference)
    log.error("%s: a bug", reference, exc_info=error)
    return help.broken(reference)


def _wanted(args: Args, name: str) -> Any:
    if name == "respond" and not args.context.response_url and args.body.get("view"):
        return InView(args.client, args.body)
    return getattr(args, name)


def _answer(args: Args, message: Message) -> None:
    if args.command is not None and not args.request.lazy_only:
        args.ack(**message)
        return
    if not args.request.lazy_only:
        args.ack()
    try:
        if args.context.response_url:
            args.respond(response_type="ephemeral", replace_original=False, **message)
        elif args.body.get("trigger_id") and args.body.get("view"):
            InView(args.client, args.body)(**message)
        elif (where := _place(args.event)) and (user := _person(args.event)):
            args.client.chat_postEphemeral(channel=where, user=user, **message)
    except (SlackClientError, OSError) as e:
        log.warning("the error reply could not be delivered: %s", e)


def _place(event: dict[str, Any] | None) -> str | None:
    item = (event or {}).get("item") or {}
    return (event or {}).get("channel") or item.get("channel")


def _person(event: dict[str, Any] | None) -> str | None:
    user = (event or {}).get("user")
    return user if isinstance(user, str) else None
