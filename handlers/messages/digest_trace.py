"""Why a post is in a digest, or is not: every rule with the values it saw."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.checks import title
from bot.domain.digests import DigestTrace, Step, Told
from bot.wording import when
from handlers.messages import blocks as b
from handlers.messages import lookup

RULES = {
    "withdrawn": "配信元",
    "window": "期間",
    "carried": "既報",
    "source": "ソース",
    "tags": "タグ",
    "categories": "カテゴリー",
    "ai": "AI記事",
    "hold": "保留",
    "story": "話題",
    "rank": "順位",
    "limit": "件数",
    "hand": "編集",
}
_STATES = {"draft": "下書き", "approved": "承認済み", "sent": "送信済み"}
_PLACES = {"lead": "{}番目", "same": "{}番目の話題のうち", "held": "保留", "left out": "件数の上限のため数だけ"}


def why(w: DigestTrace) -> b.Message:
    """The answer to 「なぜ」: the outcome, then each rule in order."""
    zone = w.schedule.tz
    slot = f"{when(w.slot, zone)} のダイジェスト"
    head = f"#{w.post.id}「{w.post.title}」は、{slot}に{_outcome(w)}。"
    lines = [f"{'✅' if step.passed else '❌'} *{RULES[step.rule]}*　{said(step, zone)}" for step in w.steps]
    told = [f"これまで: {'、'.join(_told(each, zone) for each in w.told[-3:])}"] if w.told else []
    body = [
        b.section(b.escape(head, 600)),
        b.section("\n".join(lines)),
        *(b.context(line) for line in told),
        b.context(f"送信先 <#{w.schedule.channel}>。値はいまの記事のものです。"),
    ]
    plain = [f"{'○' if step.passed else '×'} {RULES[step.rule]}: {said(step, zone)}" for step in w.steps]
    return b.ours("\n".join([b.plain(head, 600), *plain, *told]), *body)


def said(step: Step, zone: ZoneInfo) -> str:
    """The values that a rule saw, escaped, in one line."""
    return _SAID[step.rule](step.seen, step.passed, zone)


def _outcome(w: DigestTrace) -> str:
    failed = [step.rule for step in w.steps if not step.passed]
    if not failed:
        seen = {step.rule: step.seen for step in w.steps}
        rank = seen["rank"]["rank"]
        return f"{rank}番目で載ります" if seen["story"]["is_lead"] else f"{rank}番目の話題の1本として載ります"
    return {
        "hold": "載りません（保留）", "limit": "載りません（件数の上限）", "hand": "載りません（編集で外しました）",
    }.get(failed[-1], "載りません")  # fmt: skip


def _told(each: Told, zone: ZoneInfo) -> str:
    place = _PLACES[each.place].format(each.position)
    by = f"、<@{each.removed_by}>さんが外した" if each.removed_by else ""
    return f"{when(each.slot, zone)}（{_STATES[each.state]}、{place}{by}）"


def _withdrawn(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    return "配信元にあります" if passed else f"{when(seen['withdrawn_at'], zone)} に配信元から取り下げられました"


def _window(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    span = f"{when(seen['start'], zone)} より後、{when(seen['until'], zone)} まで"
    if seen["held_before"]:
        return f"前の回で保留した記事なので、期間（{span}）を問いません"
    return f"新着の時刻 {when(seen['news_at'], zone)}（期間は {span}）"


def _carried(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    return "まだ届けていません" if passed else f"{when(seen['slot'], zone)} のダイジェストで届けました"


def _source(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    return f"{b.escape(seen['source'], 60)}（{_wanted(seen['wanted'], 'ソース')}）"


def _tags(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    borne = "、".join(b.escape(name, 40) for name in seen["borne"]) or ("該当なし" if seen["wanted"] else "")
    return f"{borne}（{_wanted(seen['wanted'], 'タグ')}）" if borne else _wanted((), "タグ")


def _categories(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    mine = "、".join(b.escape(name, 40) for name in seen["categories"][:5]) or "なし"
    return f"{mine}（{_wanted(seen['wanted'], 'カテゴリー')}）"


def _ai(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    rule = f"{seen['threshold']:.2f}以上がAI記事" if seen["wanted"] else "AI記事に限らない予定"
    found = [
        f"{reason['place']} {reason['score']:.2f}（{'、'.join(b.escape(term, 30) for term in reason['terms'][:3])}）"
        for reason in seen.get("reasons", ())
        if reason["score"]
    ]
    return f"スコア {seen['score']:.2f}（{rule}）{'。' if found else ''}{' + '.join(found)}"


def _hold(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    if not seen["blocking"]:
        return "止める要確認はありません"
    first = seen["blocking"][0]
    rest = len(seen["blocking"]) - 1
    found = f"{title(first.rule)}: {lookup.finding(first)}{f'、ほか{rest}件' if rest else ''}"
    return f"レビューで問題なしとされました（{found}）" if seen["cleared"] else found


def _story(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    known = "、前にも届けた話題（続報）" if seen["follow_up"] else ""
    if seen["posts"] == 1:
        return f"この記事だけの話題{known}"
    lead = "この記事が代表" if seen["is_lead"] else f"代表は #{seen['lead']}「{b.escape(seen['title'], 80)}」"
    return f"{seen['posts']}本の話題。{lead}{known}"


def _rank(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    parts = f"（新しさ {seen['newness']:.2f} + 本数 {seen['size']:.2f}）× 重み {seen['weight']:g}"
    return f"{seen['of']}件中{seen['rank']}番目。{seen['score']:.2f} = {parts}"


def _limit(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    return f"上限は{seen['limit']}件" if passed else f"{seen['rank']}番目は上限の{seen['limit']}件を超えます"


def _hand(seen: Mapping[str, Any], passed: bool, zone: ZoneInfo) -> str:
    return f"<@{seen['by']}>さんが下書きで外しました"


def _wanted(names: Any, what: str) -> str:
    shown = "、".join(b.escape(str(name), 40) for name in names[:5])
    return f"予定が選ぶ{what}: {shown}" if names else f"{what}での絞り込みなし"


_SAID: dict[str, Callable[[Mapping[str, Any], bool, ZoneInfo], str]] = {
    "withdrawn": _withdrawn, "window": _window, "carried": _carried, "source": _source, "tags": _tags,
    "categories": _categories, "ai": _ai, "hold": _hold, "story": _story, "rank": _rank, "limit": _limit,
    "hand": _hand,
}  # fmt: skip
