"""Lists of reviews."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.desk.reviews import ReviewCard
from bot.domain.posts import Post
from bot.domain.review_query import ReviewListItem, ReviewPage
from handlers.messages import blocks as b
from handlers.messages import review_card
from handlers.messages.findings import WEIGHTS

PAGE = 5
LISTS = {
    "未対応": "未対応",
    "対応中": "対応中",
    "担当なし": "担当なし",
    "スヌーズ中": "スヌーズ",
    "重い順": "順:重さ",
    "済み": "済み",
}
_TITLE = 200


def page(p: ReviewPage, now: datetime, zone: ZoneInfo, user: str = "") -> b.Message:
    """One page of a list of reviews, each with its post, age, owner and buttons."""
    asked = f"（{p.asked[:100]}）" if p.asked else ""
    if not p.total:
        text = f"当てはまるレビューはありません{asked}。" if asked else "レビュー待ちの記事はありません。"
        return b.message(text, [b.section(b.escape(text))])
    last = p.offset + len(p.rows)
    count = f"全{p.total}件" if len(p.rows) == p.total else f"{p.offset + 1}–{last}件 / 全{p.total}件"
    head = f"レビュー{asked}　{count}"
    body = [b.section(f"*{b.escape(head)}*"), *(block for q in p.rows for block in row(q, now, zone, user))]
    body += _turns(p)
    said = [head, *(f"#{q.post.id} {q.post.title}（{review_card.state(q.review)}）" for q in p.rows)]
    return b.message("\n".join(said), body)


def row(q: ReviewListItem, now: datetime, zone: ZoneInfo, user: str = "") -> tuple[b.Block, ...]:
    """One review in a list: title and facts, and buttons to open it, to take it if nobody owns it, and to decide it if
    `user` owns it."""
    value = {"review": q.review.id}
    deeds = []
    if q.review.state == "open":
        deeds = [b.button("担当する", "review_take", value)]
    elif not q.review.is_closed and q.review.owner == user:
        deeds = [b.button("修正済み", "review_fixed", value), b.button("問題なし", "review_fine", value)]
    text = f"*{b.link(q.post.url, q.post.title, _TITLE)}*\n{facts(q, now, zone)}"
    show = b.button("開く", "queue_show", {"post": q.post.id})
    return b.section(text), b.actions(*deeds, show, b.openable(q.post.url))


def lists() -> b.Block:
    """Buttons for the most frequent lists."""
    named = enumerate(LISTS.items())
    return b.actions(*(b.button(name, f"queue_list_{n}", {"q": asked}) for n, (name, asked) in named))


def one(c: ReviewCard, zone: ZoneInfo) -> b.Message:
    """One review with its whole history, its buttons, and a menu to hand it over."""
    made = review_card.card(c, zone, whole=True)
    if c.review.is_closed:
        return made
    menu = {"type": "users_select", "action_id": "review_hand", "placeholder": b.words("担当を引き継ぐ")}
    return {**made, "blocks": [*made["blocks"], b.actions(menu) | {"block_id": f"hand:{c.review.id}"}]}


def facts(q: ReviewListItem, now: datetime, zone: ZoneInfo) -> str:
    """Number, state, owner, flags, age and findings of a review on one line, escaped."""
    review = q.review
    owner = f"担当 <@{review.owner}>" if review.owner else ""
    until = f"（{wording.when(review.snoozed_until, zone)}まで）" if review.snoozed_until else ""
    flags = f"🚩{len(review.flags)}人" if review.flags else "" if review.opened_by else "自動チェック"
    since = wording.ago(now - (review.closed_at or review.opened_at))
    parts = [f"#{q.post.id}", f"{review_card.state(review)}{until}", owner, flags, since, findings(q)]
    return " · ".join(part for part in parts if part)


def findings(q: ReviewListItem) -> str:
    """「要確認 3件（止める1、参考2）」; empty if there are none."""
    if not q.findings:
        return ""
    counts = Counter(f.severity for f in q.findings)
    each = "、".join(f"{name}{counts[severity]}" for severity, name in WEIGHTS.items() if counts[severity])
    return f"⚠️ 要確認 {len(q.findings)}件（{each}）"


def none_of(post: Post) -> b.Message:
    """The answer to `/review 12` if the post was never under review: the next step."""
    text = f"#{post.id}「{post.title}」はレビューに回されていません。"
    button = b.button("レビューに回す", "flag", {"post": post.id})
    return b.message(text, [b.section(b.escape(text)), b.actions(button, b.openable(post.url))])


def _turns(p: ReviewPage) -> list[b.Block]:
    value = {"q": p.asked, "is": p.stamp}
    last = p.offset + len(p.rows)
    before = b.button("前へ", "queue_before", value | {"at": max(0, p.offset - PAGE)}) if p.offset else None
    after = b.button("次へ", "queue_after", value | {"at": last}) if last < p.total else None
    turns = [turn for turn in (before, after) if turn]
    if any(len(turn["value"]) > b.VALUE for turn in turns):
        return [b.context("条件が長いため、続きは表示できません。短くしてお試しください。")]
    return [b.actions(*turns)] if turns else []
