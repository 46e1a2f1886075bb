"""The review queue, what is done to it, and the record of who did what."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot import wording
from bot.cli import Json, answering, opened, out, review_rows
from bot.cli.output import emit
from bot.desk import Desk
from bot.desk.lookup import Choice, folded
from bot.domain.review_query import ReviewListItem
from bot.domain.reviews import Action, ReviewCommand
from bot.errors import KawarabanError, NotFound, WrongUse
from bot.sources import dates
from handlers.messages import review_answers as messages
from handlers.messages import review_card, review_stats

Number = Annotated[int, typer.Argument(metavar="ID", help="The review's number.")]
By = Annotated[str, typer.Option("--by", help="The Slack user (U…) who does it; without it: the command line.")]
Csv = Annotated[bool, typer.Option("--csv", help="A spreadsheet on stdout, with a byte order mark.")]
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>(?:さん)?")


@answering
def list_(
    asked: Annotated[
        list[str] | None, typer.Argument(metavar="[WHAT]", help="As after /review: open, 重さ:止める, owner:U…, all …")
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """The queue, oldest first, or the reviews that are asked for in the words of /review."""
    with opened() as desk:
        page = desk.reviews.queue(folded(" ".join(asked or ())), "", None)
        if page is None:
            raise WrongUse("一覧の条件として読み取れません。例: kawaraban review list 状態:未対応 重さ:止める")
        if as_csv:
            review_rows.sheet(review_rows.REVIEW, map(review_rows.line, page.rows))
        elif as_json:
            for q in page.rows:
                emit(review_rows.review(q))
        else:
            _print_list(page.rows, desk)


@answering
def show(review: Number, as_json: Json = False) -> None:
    """One review with its history."""
    with opened() as desk:
        q = _of(review, desk)
        if as_json:
            emit(review_rows.whole_review(q))
            return
        _print_list((q,), desk)
        for step in q.review.history:
            row = review_rows.event(step)
            told = " ".join(str(row[name]) for name in ("user", "action", "to", "note") if row[name])
            out.print(Text(f"{wording.when(step.at, desk.zone)}  {told}（{step.via} → {step.state}）"))


@answering
def flag(
    ref: Annotated[list[str], typer.Argument(metavar="REF", help="A post: 12, a URL, or words.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Put a post under review."""
    with opened() as desk:
        found = desk.lookup.find(" ".join(ref))
        if isinstance(found, Choice):
            raise NotFound(f"「{found.asked}」が1本の記事に決まりません。kawaraban search で番号を確かめてください。")
        desk.reviews.flag_by_button(found, _user(by), desk.settings.review_channel, None, via="terminal")
        case = desk.reviews.current(found)
        assert case is not None
        _tell(case.id, desk, as_json)


@answering
def take(review: Number, by: By, as_json: Json = False) -> None:
    """Make the user of --by the owner, unless somebody is."""
    _do(review, "take", _user(by), as_json)


@answering
def hand(
    review: Number,
    to: Annotated[str, typer.Option(help="The Slack user (U…) who has it from now on.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Hand a review over to somebody else, whoever has it."""
    _do(review, "hand over", _user(by, needed=False), as_json, to=_user(to))


@answering
def release(review: Number, by: By = "", as_json: Json = False) -> None:
    """Let nobody have it."""
    _do(review, "release", _user(by, needed=False), as_json)


@answering
def resolve(
    review: Number,
    fine: Annotated[bool, typer.Option("--fine", help="There was nothing to mend.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Decide: the post was mended, or with --fine nothing was wrong with it."""
    _do(review, "fine" if fine else "fixed", _user(by, needed=False), as_json)


@answering
def dismiss(review: Number, by: By = "", as_json: Json = False) -> None:
    """Decide: the flag was a mistake."""
    _do(review, "dismiss", _user(by, needed=False), as_json)


@answering
def snooze(
    review: Number,
    by: By,
    until: Annotated[str, typer.Option(help="Until when, e.g. 2026-02-03T09:00.")],
    as_json: Json = False,
) -> None:
    """Put a review off; it comes back to its owner, or to the user of --by where nobody has it."""
    with opened() as desk:
        at = dates.parse_date(until, desk.zone)
        if at is None or at <= desk.now():
            raise WrongUse(f"「{until}」まで延ばせません。2026-02-03T09:00 の形で、これからの時刻を指定してください。")
    _do(review, "snooze", _user(by), as_json, until=at)


@answering
def note(
    review: Number,
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="What is to be remembered.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write a note into the history."""
    _do(review, "note", _user(by, needed=False), as_json, note=" ".join(words))


@answering
def undo(review: Number, by: By = "", as_json: Json = False) -> None:
    """Take the last step back."""
    _do(review, "undo", _user(by, needed=False), as_json)


@answering
def log(
    days: Annotated[int, typer.Option(help="How many days back; 0: from the beginning.", min=0)] = 30,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Who flagged, took, decided and sent, oldest first."""
    with opened() as desk:
        since = desk.now() - timedelta(days=days) if days else _EARLIEST
        rows = [review_rows.logged(one) for one in desk.reminders.log(since, desk.now())]
        if as_csv:
            review_rows.sheet(review_rows.LOGGED, rows)
        elif as_json:
            for row in rows:
                emit(row)
        else:
            table = Table(*review_rows.LOGGED)
            for row in rows:
                table.add_row(*(Text("" if row[name] is None else str(row[name])) for name in review_rows.LOGGED))
            out.print(table)


@answering
def stats(as_json: Json = False, as_csv: Csv = False) -> None:
    """The last eight weeks: how many reviews, and the median times to take and to decide them."""
    with opened() as desk:
        rows = [review_rows.week(w) for w in desk.reminders.weeks()]
        if as_csv:
            review_rows.sheet(review_rows.WEEK, rows)
        elif as_json:
            for row in rows:
                emit(row)
        else:
            out.print(Text(review_stats.weeks(desk.reminders.weeks(), desk.reminders.activity())["text"]))


def _do(number: int, action: Action, by: str, as_json: bool, **more: Any) -> None:
    with opened() as desk:
        change = desk.reviews.act(number, ReviewCommand(action=action, user=by, via="terminal", **more))
        assert change is not None  # there is no event that could come twice
        if change.event is None:
            raise KawarabanError(_MENTION.sub(r" \1 さん", messages.refused(change, desk.now())["text"]).strip())
        _tell(number, desk, as_json)


def _tell(number: int, desk: Desk, as_json: bool) -> None:
    q = _of(number, desk)
    if as_json:
        emit(review_rows.review(q))
    else:
        out.print(Text(f"レビュー #{number}（#{q.post.id}）: {review_card.state(q.review)}"))


def _of(number: int, desk: Desk) -> ReviewListItem:
    case, post, reading = desk.reviews.get(number)
    return ReviewListItem(case, post, reading.findings)


def _user(given: str, *, needed: bool = True) -> str:
    if not given and not needed:
        return ""
    if not re.fullmatch(r"[UW][A-Z0-9]{5,}", given):
        raise WrongUse(f"「{given}」はSlackのユーザーIDではありません。U0123ABCD の形で指定してください。")
    return given


def _print_list(rows: tuple[ReviewListItem, ...], desk: Desk) -> None:
    table = Table("ID", "記事", "状態", "担当", "開いた時刻", "要確認", "題名")
    for q in rows:
        r = q.review
        when = wording.when(r.opened_at, desk.zone)
        found = str(len(q.findings) or "")
        table.add_row(str(r.id), f"#{q.post.id}", review_card.state(r), r.owner or "", when, found, Text(q.post.title))
    out.print(table)
