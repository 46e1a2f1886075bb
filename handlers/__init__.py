"""The whole Slack surface on one screen: what is typed, pressed or reacted, and who answers."""

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.desk import Desk

if TYPE_CHECKING:
    from slack_bolt import Ack, App

    from handlers import doctor, home, intake
    from handlers.permissions import Permissions
    from handlers.sender import Sender


def register(
    app: "App",
    desk: Desk,
    *,
    inbox: "intake.Inbox",
    health: "doctor.StoredHealth",
    sender: "Sender",
    permissions: "Permissions",
    homes: "home.HomePublisher",
) -> None:
    """Bind every listener. Commands answer in their acknowledgement; presses are acknowledged first and answered
    through the response_url; a flag is in the database before its event is acknowledged."""
    # a command of the shell that formats messages imports this package, and needs none of Slack's libraries
    from handlers import (
        checks,
        digests,
        doctor,
        drafts,
        flags,
        followed_tags,
        help,
        home,
        intake,
        lookup,
        questions,
        review_card,
        review_queue,
        revisions,
        schedules,
        sharing,
        sources,
        unfurl,
    )
    from handlers.errors import Listener, in_sequence, with_error_reply

    said = with_error_reply(partial(deliver, sender=sender))

    # typed
    app.command("/summary")(with_error_reply(partial(lookup.summary, lookup=desk.lookup)))
    app.command("/tag")(
        with_error_reply(
            partial(lookup.tag, lookup=desk.lookup, followed_tags=desk.followed_tags, permissions=permissions)
        )
    )
    app.command("/search")(with_error_reply(partial(lookup.search, lookup=desk.lookup)))
    app.command("/digest")(
        ack=with_error_reply(
            partial(digests.digest, schedules=desk.schedules, digests=desk.digests, permissions=permissions)
        ),
        lazy=[said],
    )
    app.command("/review")(
        ack=with_error_reply(
            partial(review_queue.command, lookup=desk.lookup, reviews=desk.reviews, reminders=desk.reminders)
        ),
        lazy=[said],
    )
    app.command("/source")(
        ack=with_error_reply(partial(sources.source, sources=desk.sources, permissions=permissions)),
        lazy=[with_error_reply(partial(sources.follow, sources=desk.sources, sender=sender))],
    )
    app.command("/kawaraban")(
        ack=with_error_reply(partial(help.kawaraban, health=health, checks=desk.checks)),
        lazy=[with_error_reply(partial(doctor.diagnose, desk=desk, health=health))],
    )

    # pressed
    pressed: dict[str, Listener] = {
        r"share": partial(sharing.share, reviews=desk.reviews, sender=sender),
        r"flag": partial(flags.flag_by_button, lookup=desk.lookup, reviews=desk.reviews, sender=sender),
        r"flag_one_\d+": partial(
            flags.flag_one, lookup=desk.lookup, reviews=desk.reviews, permissions=permissions, sender=sender
        ),
        rf"({'|'.join(review_card.BUTTON_ACTIONS)})": partial(
            review_card.press, reviews=desk.reviews, permissions=permissions, sender=sender
        ),
        r"review_note": partial(review_card.write, reviews=desk.reviews, permissions=permissions),
        r"story": partial(lookup.story, lookup=desk.lookup),
        r"pick_\d+": partial(lookup.pick, lookup=desk.lookup),
        r"page_(before|after)": partial(lookup.page, lookup=desk.lookup, followed_tags=desk.followed_tags),
        r"findings(_\d+)?": partial(checks.show, checks=desk.checks),
        r"dismiss_\d+": partial(checks.dismiss, checks=desk.checks, permissions=permissions, sender=sender),
        r"restore_\d+": partial(checks.restore, checks=desk.checks, permissions=permissions, sender=sender),
        r"queue_(before|after)": partial(review_queue.turn, reviews=desk.reviews),
        r"(queue_show|review_of_\d+)": partial(review_queue.show, lookup=desk.lookup, reviews=desk.reviews),
        r"queue_list(_\d)?": partial(review_queue.list_, reviews=desk.reviews),
        r"follow": partial(followed_tags.follow, followed_tags=desk.followed_tags, permissions=permissions),
        r"unfollow": partial(followed_tags.unfollow, followed_tags=desk.followed_tags),
        r"follow_at": partial(followed_tags.follow_at, followed_tags=desk.followed_tags, permissions=permissions),
        r"mute_\w+": partial(followed_tags.mute, followed_tags=desk.followed_tags),
        r"review_hand": partial(review_queue.hand, reviews=desk.reviews, permissions=permissions, sender=sender),
        r"take_in": partial(intake.take_in, lookup=desk.lookup, intake=desk.intake),
        r"draft_send": partial(drafts.send, digests=desk.digests, permissions=permissions, sender=sender),
        r"draft_move": partial(drafts.move, digests=desk.digests, permissions=permissions, sender=sender),
        r"schedule_new": partial(schedules.new, schedules=desk.schedules, permissions=permissions),
        r"schedule_menu": partial(schedules.menu, schedules=desk.schedules, permissions=permissions),
        r"schedule_remove": partial(schedules.remove, schedules=desk.schedules, permissions=permissions),
        r"plan_\w+": partial(schedules.replan, schedules=desk.schedules),
        r"changes": partial(revisions.changes, lookup=desk.lookup),
        r"source_add": partial(sources.ask, permissions=permissions),
        r"source_poll": partial(sources.poll, sources=desk.sources, permissions=permissions, sender=sender),
        r"source_(pause|resume|remove|retry)": partial(sources.press, sources=desk.sources, permissions=permissions),
        r"source_page_(before|after)": partial(sources.page, sources=desk.sources, permissions=permissions),
        r"open": nothing,  # Slack opens the address itself, and wants to hear that we know
    }
    app.action(re.compile(r"^home_\w+$"))(ack=at_once, lazy=[with_error_reply(partial(home.turn, homes=homes))])
    afterwards = with_error_reply(partial(home.again, homes=homes))
    for action, answer in pressed.items():
        app.action(re.compile(f"^{action}$"))(ack=at_once, lazy=[in_sequence(with_error_reply(answer), afterwards)])

    app.shortcut("review_message")(
        ack=at_once,
        lazy=[
            with_error_reply(partial(flags.flag_by_shortcut, lookup=desk.lookup, reviews=desk.reviews, sender=sender))
        ],
    )
    app.shortcut("check_message")(
        ack=at_once, lazy=[with_error_reply(partial(checks.examine, lookup=desk.lookup, checks=desk.checks))]
    )
    app.shortcut("check_draft")(ack=at_once, lazy=[with_error_reply(checks.ask)])
    app.view("check_draft")(with_error_reply(partial(checks.pasted, checks=desk.checks)))
    app.shortcut("find_posts")(ack=at_once, lazy=[with_error_reply(questions.open_search)])
    app.view("find_posts")(with_error_reply(partial(questions.search, lookup=desk.lookup)))
    app.view("review_note")(
        ack=with_error_reply(partial(review_card.noted, reviews=desk.reviews, permissions=permissions)), lazy=[said]
    )
    # filled in
    app.view("schedule")(with_error_reply(partial(schedules.submit, schedules=desk.schedules, permissions=permissions)))
    app.view("source_add")(
        ack=with_error_reply(partial(sources.submitted, permissions=permissions)),
        lazy=[with_error_reply(partial(sources.add, sources=desk.sources, sender=sender))],
    )

    # happened
    for event in ("reaction_added", "reaction_removed"):
        app.event(event)(
            ack=in_sequence(
                with_error_reply(
                    partial(drafts.approve, digests=desk.digests, reviews=desk.reviews, permissions=permissions)
                ),
                with_error_reply(partial(flags.flag, reviews=desk.reviews, permissions=permissions)),
            ),
            lazy=[with_error_reply(partial(flags.follow, reviews=desk.reviews, sender=sender))],
        )
    app.event("app_mention")(ack=at_once, lazy=[with_error_reply(partial(questions.mentioned, lookup=desk.lookup))])
    app.event("app_home_opened")(ack=at_once, lazy=[with_error_reply(partial(home.opened, homes=homes))])
    app.event("link_shared")(ack=at_once, lazy=[with_error_reply(partial(unfurl.unfurl, lookup=desk.lookup))])
    app.event("message")(
        ack=with_error_reply(partial(intake.receive, inbox=inbox, intake=desk.intake)),
        lazy=[with_error_reply(partial(intake.work_off, inbox=inbox, lookup=desk.lookup, intake=desk.intake))],
    )
    app.shortcut("summarise")(
        ack=at_once, lazy=[with_error_reply(partial(intake.summarise, lookup=desk.lookup, intake=desk.intake))]
    )


def at_once(ack: "Ack") -> None:
    """Acknowledge; the answer follows."""
    ack()


def nothing() -> None:
    """There is nothing to do."""


def deliver(*, sender: "Sender") -> None:
    """Send what was decided."""
    sender.deliver()
