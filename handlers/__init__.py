"""The whole Slack surface on one screen: what is typed, pressed or reacted, and who answers."""

import re
from functools import partial

from slack_bolt import Ack, App

from bot.desk import Desk
from handlers import (
    about,
    asking,
    card,
    checks,
    digests,
    doctor,
    drafts,
    following,
    home,
    intake,
    lookup,
    queue,
    reviews,
    revisions,
    schedules,
    sharing,
    sources,
    unfurl,
)
from handlers.errors import Listener, guarded, one_by_one
from handlers.people import People
from handlers.sender import Sender


def register(app: App, desk: Desk, sender: Sender, people: People, homes: home.Homes) -> None:
    """Bind every listener. Commands answer in their acknowledgement; presses are acknowledged first and answered
    through the response_url; a flag is in the database before its event is acknowledged."""
    said = guarded(partial(deliver, sender=sender))

    # typed
    app.command("/summary")(guarded(partial(lookup.summary, desk=desk)))
    app.command("/tag")(guarded(partial(lookup.tag, desk=desk, people=people)))
    app.command("/search")(guarded(partial(lookup.search, desk=desk)))
    app.command("/digest")(ack=guarded(partial(digests.digest, desk=desk, people=people)), lazy=[said])
    app.command("/review")(ack=guarded(partial(queue.command, desk=desk)), lazy=[said])
    app.command("/source")(
        ack=guarded(partial(sources.source, desk=desk, people=people)),
        lazy=[guarded(partial(sources.follow, desk=desk, sender=sender))],
    )
    app.command("/kawaraban")(
        ack=guarded(partial(about.kawaraban, desk=desk)), lazy=[guarded(partial(doctor.diagnose, desk=desk))]
    )

    # pressed
    pressed: dict[str, Listener] = {
        r"share": partial(sharing.share, desk=desk, sender=sender),
        r"flag": partial(reviews.flag_by_button, desk=desk, sender=sender),
        r"flag_one_\d+": partial(reviews.flag_one, desk=desk, people=people, sender=sender),
        rf"({'|'.join(card.DEEDS)})": partial(card.press, desk=desk, people=people, sender=sender),
        r"review_note": partial(card.write, desk=desk, people=people),
        r"story": partial(lookup.story, desk=desk),
        r"pick_\d+": partial(lookup.pick, desk=desk),
        r"page_(before|after)": partial(lookup.page, desk=desk),
        r"findings(_\d+)?": partial(checks.show, desk=desk),
        r"dismiss_\d+": partial(checks.dismiss, desk=desk, people=people, sender=sender),
        r"restore_\d+": partial(checks.restore, desk=desk, people=people, sender=sender),
        r"queue_(before|after)": partial(queue.turn, desk=desk),
        r"(queue_show|review_of_\d+)": partial(queue.show, desk=desk),
        r"queue_list(_\d)?": partial(queue.list_, desk=desk),
        r"follow": partial(following.follow, desk=desk, people=people),
        r"unfollow": partial(following.unfollow, desk=desk),
        r"follow_at": partial(following.follow_at, desk=desk, people=people),
        r"mute_\w+": partial(following.mute, desk=desk),
        r"review_hand": partial(queue.hand, desk=desk, people=people, sender=sender),
        r"take_in": partial(intake.take_in, desk=desk),
        r"draft_send": partial(drafts.send, desk=desk, people=people, sender=sender),
        r"draft_move": partial(drafts.move, desk=desk, people=people, sender=sender),
        r"schedule_new": partial(schedules.new, desk=desk, people=people),
        r"schedule_menu": partial(schedules.menu, desk=desk, people=people),
        r"schedule_remove": partial(schedules.remove, desk=desk, people=people),
        r"plan_\w+": partial(schedules.replan, desk=desk),
        r"changes": partial(revisions.changes, desk=desk),
        r"source_add": partial(sources.ask, people=people),
        r"source_poll": partial(sources.poll, desk=desk, people=people, sender=sender),
        r"source_(pause|resume|remove|retry)": partial(sources.press, desk=desk, people=people),
        r"source_page_(before|after)": partial(sources.page, desk=desk, people=people),
        r"open": nothing,  # Slack opens the address itself, and wants to hear that we know
    }
    app.action(re.compile(r"^home_\w+$"))(ack=at_once, lazy=[guarded(partial(home.turn, homes=homes))])
    afterwards = guarded(partial(home.again, homes=homes))
    for action, answer in pressed.items():
        app.action(re.compile(f"^{action}$"))(ack=at_once, lazy=[one_by_one(guarded(answer), afterwards)])

    app.shortcut("review_message")(
        ack=at_once, lazy=[guarded(partial(reviews.flag_by_shortcut, desk=desk, sender=sender))]
    )
    app.shortcut("check_message")(ack=at_once, lazy=[guarded(partial(checks.examine, desk=desk))])
    app.shortcut("check_draft")(ack=at_once, lazy=[guarded(checks.ask)])
    app.view("check_draft")(guarded(partial(checks.pasted, desk=desk)))
    app.shortcut("find_posts")(ack=at_once, lazy=[guarded(asking.open_search)])
    app.view("find_posts")(guarded(partial(asking.search, desk=desk)))
    app.view("review_note")(ack=guarded(partial(card.noted, desk=desk, people=people)), lazy=[said])
    # filled in
    app.view("schedule")(guarded(partial(schedules.submit, desk=desk, people=people)))
    app.view("source_add")(
        ack=guarded(partial(sources.submitted, people=people)),
        lazy=[guarded(partial(sources.add, desk=desk, sender=sender))],
    )

    # happened
    for event in ("reaction_added", "reaction_removed"):
        app.event(event)(
            ack=one_by_one(
                guarded(partial(drafts.approve, desk=desk, people=people)),
                guarded(partial(reviews.flag, desk=desk, people=people)),
            ),
            lazy=[guarded(partial(reviews.follow, desk=desk, people=people, sender=sender))],
        )
    app.event("app_mention")(ack=at_once, lazy=[guarded(partial(asking.mentioned, desk=desk))])
    app.event("app_home_opened")(ack=at_once, lazy=[guarded(partial(home.opened, homes=homes))])
    app.event("link_shared")(ack=at_once, lazy=[guarded(partial(unfurl.unfurl, desk=desk))])
    app.event("message")(
        ack=guarded(partial(intake.receive, desk=desk)), lazy=[guarded(partial(intake.work_off, desk=desk))]
    )
    app.shortcut("summarise")(ack=at_once, lazy=[guarded(partial(intake.summarise, desk=desk))])


def at_once(ack: Ack) -> None:
    """Acknowledge; the answer follows."""
    ack()


def nothing() -> None:
    """There is nothing to do."""


def deliver(*, sender: Sender) -> None:
    """Send what was decided."""
    sender.deliver()
