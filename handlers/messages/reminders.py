"""Messages at the start of a working day: the handover to the desk, and the reminder to each owner."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.posts import Post
from bot.domain.review_query import ReviewListItem, ReviewPage
from bot.domain.review_stats import Handover
from bot.domain.reviews import Review
from handlers.messages import blocks as b
from handlers.messages import review_card, review_queue

PEOPLE = 20


def handover(h: Handover, now: datetime, zone: ZoneInfo) -> b.Message:
    """The handover: changes to reviews since the last one, the reviews that remain, and the unowned ones with their
    buttons."""
    head = f"レビューの引き継ぎ {wording.when(h.until, zone)}"
    done, left = _done(h, zone), _left(h)
    body = [b.header(head), b.section(done), *_closed(h.closed), b.section(left)]
    if h.unowned.total:
        body.append(b.section(f"*担当のいないレビュー　{h.unowned.total}件*"))
        body += [block for q in h.unowned.rows for block in review_queue.row(q, now, zone)]
    body += _rest(h.unowned)
    body.append(b.actions(b.button("一覧を開く", "queue_list", {"q": ""})))
    return {**b.message("", body), "text": "\n".join([head, done, left])}


def reminder(p: ReviewPage, owner: str, now: datetime, zone: ZoneInfo) -> b.Message:
    """The reminder: an owner's reviews in progress, oldest first."""
    head = f"担当中のレビューが{p.total}件あります"
    body = [
        b.section(f"*{head}*"),
        *(block for q in p.rows for block in review_queue.row(q, now, zone, owner)),
        *_rest(p),
    ]
    body.append(b.actions(b.button("一覧を開く", "queue_list", {"q": "自分"})))
    return b.message("\n".join([head, *(f"#{q.post.id} {q.post.title}" for q in p.rows)]), body)


def woken(review: Review, post: Post) -> b.Message:
    """The notice to an owner whose snooze is over."""
    text = f"スヌーズが終わりました: #{post.id}「{post.title}」（レビュー #{review.id}）"
    buttons = b.actions(b.button("開く", "queue_show", {"post": post.id}), b.openable(post.url))
    return b.message(text, [b.section(b.escape(text)), buttons])


def _done(h: Handover, zone: ZoneInfo) -> str:
    by_checks = f"（自動チェック {h.by_checks}件）" if h.by_checks else ""
    taken = f"、担当 {sum(h.taken.values())}件（{_people(h.taken)}）" if h.taken else ""
    return f"{wording.when(h.since, zone)}から: 新規 {h.opened}件{by_checks}{taken}、終了 {h.closed.total}件"


def _left(h: Handover) -> str:
    owned = f"、対応中 {sum(h.owned.values())}件（{_people(h.owned)}）" if h.owned else ""
    snoozed = f"、スヌーズ中 {h.snoozed}件" if h.snoozed else ""
    return f"残り: 担当なし {h.unowned.total}件{owned}{snoozed}"


def _people(counts: Mapping[str, int]) -> str:
    shown = "、".join(
        f"<@{user}> {count}件" if user else f"端末 {count}件" for user, count in [*counts.items()][:PEOPLE]
    )
    return f"{shown}、ほか{len(counts) - PEOPLE}人" if len(counts) > PEOPLE else shown


def _closed(closed: ReviewPage) -> list[b.Block]:
    if not closed.total:
        return []
    rest = [f"ほか{closed.total - len(closed.rows)}件"] if closed.total > len(closed.rows) else []
    return [b.section("\n".join([*map(_outcome, closed.rows), *rest]))]


def _outcome(q: ReviewListItem) -> str:
    by = f"（<@{q.review.decided_by}>）" if q.review.decided_by else ""
    return f"• #{q.post.id} {b.escape(q.post.title, 100)} — {review_card.state(q.review)}{by}"


def _rest(p: ReviewPage) -> list[b.Block]:
    return [b.context(f"ほか{p.total - len(p.rows)}件")] if p.total > len(p.rows) else []
