"""Schedules of digests: the list, the modal to create or change one, and the answers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot import wording
from bot.desk.schedules import Planned
from bot.domain.digests import MOST_ENTRIES, Schedule, ScheduleForm, format_time, format_weekdays
from bot.domain.digests.schedule_form import DAYS, parse_weekdays
from handlers.messages import blocks as b
from handlers.messages import modal

CALLBACK = "schedule"
NEW = "schedule_new"
LISTED = 35
ZONES = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Singapore", "Asia/Bangkok", "Asia/Kolkata",
    "Asia/Dubai", "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Helsinki", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney",
    "Pacific/Auckland", "Pacific/Honolulu", "UTC",
)  # fmt: skip
_QUIET = {"line": "「新着はありません」と知らせる", "nothing": "何も送らない"}
_DRAFTS = {"0": "確認せずに送る", "15": "15分前", "30": "30分前", "60": "1時間前", "120": "2時間前"}


# ---- the list
def listing(planned: Sequence[Planned], names: Mapping[int, str]) -> b.Message:
    """Every schedule with its number, content and next time; `names` are the names of the sources."""
    add = b.actions(b.button("予定を追加", NEW, style="primary"))
    if not planned:
        text = "ダイジェストの予定はまだありません。「/digest 予約」で追加できます。"
        return b.message(text, [b.section(text), add])
    head = f"ダイジェストの予定　{len(planned)}件"
    rest = len(planned) - LISTED
    more = [b.context(f"ほか{rest}件。全件は「kawaraban digest list」で見られます。")] if rest > 0 else []
    body = [b.section(f"*{head}*"), *(row(each, names) for each in planned[:LISTED]), *more, add]
    return b.message("\n".join([head, *(spoken(each, names) for each in planned)]), body)


def row(planned: Planned, names: Mapping[int, str]) -> b.Block:
    """One schedule with its menu of actions."""
    s = planned.schedule
    title = f"*{s.id}*　*{b.escape(s.name or 'ダイジェスト', 60)}*　<#{s.channel}>"
    lines = [title, b.escape(described(s, names), 200), next_line(planned)]
    going = ("再開", "resume") if planned.paused else ("停止", "pause")
    menu = {"変更": "change", going[0]: going[1], "削除": "remove"}
    value = {label: {"schedule": s.id, "do": do} for label, do in menu.items()}
    return b.section("\n".join(lines), b.overflow("schedule_menu", value))


def spoken(planned: Planned, names: Mapping[int, str]) -> str:
    """One schedule in one line of plain text."""
    s = planned.schedule
    return f"{s.id} {s.name or 'ダイジェスト'} {s.channel} {described(s, names)} {next_line(planned)}"


def described(s: Schedule, names: Mapping[int, str]) -> str:
    """The content and the times of a schedule, in one line."""
    when = f"{format_weekdays(s.weekdays)} {'・'.join(format_time(at) for at in s.times)}"
    filters = [
        "AI記事のみ" if s.ai_only else "",
        f"タグ: {'、'.join(s.tags)}" if s.tags else "",
        f"ソース: {'、'.join(names.get(n, f'番号{n}') for n in s.sources)}" if s.sources else "",
        f"カテゴリー: {'、'.join(s.categories)}" if s.categories else "",
    ]
    parts = [
        f"{when}（{s.zone}）",
        "" if s.on_holidays else "祝日は休み",
        *filters,
        f"上限{s.limit}件",
        "" if s.quiet == "line" else "新着のない日は送らない",
        f"{s.draft_minutes}分前に下書き" if s.draft_minutes else "",
    ]
    return " · ".join(part for part in parts if part)


def next_line(planned: Planned) -> str:
    """The next time it goes out."""
    if planned.paused:
        return "停止中"
    if not planned.next:
        return "次の回はありません"
    return f"次回 {wording.when(planned.next[0], planned.schedule.tz)}"


def done(planned: Planned, what: str, *, invited: bool = True) -> b.Message:
    """The answer to an admin's change; `what` is 登録, 変更, 停止 or 再開."""
    s = planned.schedule
    text = f"予定 {s.id}（<#{s.channel}>）を{what}しました。{_times(planned)}"
    if what == "停止":
        text = f"予定 {s.id}（<#{s.channel}>）を停止しました。「/digest 再開 {s.id}」で再開できます。"
    asked = "" if invited else f"\n<#{s.channel}> に瓦版がいません。/invite @kawaraban を実行してください。"
    return b.ours(text + asked)


def unchanged(planned: Planned) -> b.Message:
    """The answer to pausing a paused schedule, or resuming a running one."""
    text = f"予定 {planned.schedule.id} はすでに{'停止しています' if planned.paused else '動いています'}。"
    return b.ours(text)


def removed(s: Schedule) -> b.Message:
    """The answer to an admin who removed a schedule."""
    text = f"予定 {s.id}（<#{s.channel}>）を削除しました。これまでに届けたダイジェストはそのまま残ります。"
    return b.ours(text)


def sure(s: Schedule, names: Mapping[int, str]) -> b.Message:
    """The confirmation before a schedule is removed from a menu."""
    text = f"予定 {s.id}（<#{s.channel}>）を削除しますか。"
    remove = b.button("削除する", "schedule_remove", {"schedule": s.id}, style="danger")
    return b.ours(text, b.section(f"{text}\n{b.escape(described(s, names), 1_000)}"), b.actions(remove))


# ---- the modal
def form(plan: ScheduleForm, number: int | None, following: Planned | str, names: Mapping[int, str]) -> b.Block:
    """The modal for a new schedule, or for changing the schedule `number`. `following` has its next times, or the
    sentence why the form is invalid."""
    body = [
        _input("name", "名前（任意）", _text(plan.name, "朝のAIニュース", max_length=60), optional=True),
        _channel(plan, number),
        _input("times", "時刻（空白で区切って複数）", _text(plan.times, "8:00 17:30", watched=True), watched=True),
        _input("weekdays", "曜日", _checkboxes({day: day for day in DAYS}, _days(plan)), watched=True),
        _tick("on_holidays", "日本の祝日", "祝日も送る", plan.on_holidays, watched=True),
        _input("zone", "タイムゾーン", _select({z: z for z in _zones(plan)}, plan.zone), watched=True),
        b.section(_following(following)) | {"block_id": "following"},
        _input("limit", "1回の件数の上限", _number(plan.limit)),
        _tick("ai_only", "AI記事", "AI記事のみ", plan.ai_only),
        _input(
            "tags",
            "タグ（任意、読点で区切って複数。いずれかが付いた記事）",
            _text(plan.tags, "LLM、規制"),
            optional=True,
        ),
        *_sources(plan, names),
        _input("categories", "カテゴリー（任意、読点で区切って複数）", _text(plan.categories, "技術"), optional=True),
        _input("quiet", "新着のない日", _radio(_QUIET, plan.quiet)),
        _input("draft_minutes", "送る前の下書き", _select(_drafts(plan), plan.draft_minutes)),
    ]
    title, submit = ("予定を変更", "変更する") if number else ("ダイジェストを予約", "予約する")
    kept = b.packed({"schedule": number, "channel": plan.channel})
    return modal.modal(title, body, callback_id=CALLBACK, submit=b.words(submit), private_metadata=kept)


def plan_of_view(view: Mapping[str, Any]) -> tuple[ScheduleForm, int | None]:
    """The form as filled in, and the number of the schedule to change; None for a new one."""
    kept = b.unpacked(view["private_metadata"])
    filled = {block: next(iter(inputs.values())) for block, inputs in view["state"]["values"].items() if inputs}
    plan = ScheduleForm(
        channel=filled.get("channel", {}).get("selected_conversation") or kept["channel"],
        times=_value(filled, "times"),
        weekdays="・".join(_chosen(filled, "weekdays")),
        zone=_option(filled, "zone"),
        limit=_value(filled, "limit"),
        ai_only=bool(_chosen(filled, "ai_only")),
        on_holidays=bool(_chosen(filled, "on_holidays")),
        tags=_value(filled, "tags"),
        sources=tuple(int(number) for number in _chosen(filled, "sources")),
        categories=_value(filled, "categories"),
        quiet=_option(filled, "quiet"),
        draft_minutes=_option(filled, "draft_minutes"),
        name=_value(filled, "name"),
    )
    return plan, kept["schedule"]


def _times(planned: Planned) -> str:
    shown = "、".join(wording.when(slot, planned.schedule.tz) for slot in planned.next)
    return f"次は {shown} です。" if shown else "次の回はありません。"


def _following(following: Planned | str) -> str:
    if isinstance(following, str):
        return f"⚠️ {b.escape(following, 500)}"
    lines = [f"• {wording.when(slot, following.schedule.tz)}" for slot in following.next]
    return "\n".join(["*次の3回*", *(lines or ["この曜日と祝日の組み合わせでは、送る日がありません。"])])


def _channel(plan: ScheduleForm, number: int | None) -> b.Block:
    if number is not None:
        return b.section(f"*送信先*　<#{plan.channel}>")
    picker: b.Block = {
        "type": "conversations_select",
        "action_id": "plan_channel",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if plan.channel:
        picker["initial_conversation"] = plan.channel
    return _input("channel", "送信先", picker)


def _sources(plan: ScheduleForm, names: Mapping[int, str]) -> list[b.Block]:
    if not names:
        return []
    options = {str(number): f"{number} {name}"[:75] for number, name in list(names.items())[:100]}
    chosen = [_choice(options[str(n)], str(n)) for n in plan.sources if str(n) in options]
    picker: b.Block = {
        "type": "multi_static_select",
        "action_id": "plan_sources",
        "placeholder": b.words("すべて"),
        "options": [_choice(label, value) for value, label in options.items()],
    }
    return [
        _input("sources", "ソース（任意）", picker | ({"initial_options": chosen} if chosen else {}), optional=True)
    ]


def _zones(plan: ScheduleForm) -> list[str]:
    return list(dict.fromkeys([*ZONES, plan.zone]))


def _drafts(plan: ScheduleForm) -> dict[str, str]:
    return _DRAFTS if plan.draft_minutes in _DRAFTS else {**_DRAFTS, plan.draft_minutes: f"{plan.draft_minutes}分前"}


def _input(field: str, label: str, element: b.Block, *, optional: bool = False, watched: bool = False) -> b.Block:
    block = {"type": "input", "block_id": field, "label": b.words(label), "element": element, "optional": optional}
    return {**block, "element": {"action_id": f"plan_{field}", **element}, "dispatch_action": watched}


def _tick(field: str, label: str, text: str, on: bool, *, watched: bool = False) -> b.Block:
    boxes = _checkboxes({"yes": text}, ["yes"] if on else [])
    return _input(field, label, boxes, optional=True, watched=watched)


def _text(value: str, example: str, *, watched: bool = False, max_length: int = 3_000) -> b.Block:
    element: b.Block = {"type": "plain_text_input", "placeholder": b.words(example), "max_length": max_length}
    if value:
        element["initial_value"] = value
    if watched:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return element


def _number(value: str) -> b.Block:
    bounds = {"is_decimal_allowed": False, "min_value": "1", "max_value": str(MOST_ENTRIES)}
    return {"type": "number_input", **bounds, "initial_value": value}


def _checkboxes(options: Mapping[str, str], chosen: Collection[str]) -> b.Block:
    every = [_choice(text, value) for value, text in options.items()]
    initial = [option for option in every if option["value"] in chosen]
    return {"type": "checkboxes", "options": every, **({"initial_options": initial} if initial else {})}


def _radio(options: Mapping[str, str], chosen: str) -> b.Block:
    return {
        "type": "radio_buttons",
        "options": [_choice(text, value) for value, text in options.items()],
        "initial_option": _choice(options.get(chosen, options["line"]), chosen if chosen in options else "line"),
    }


def _select(options: Mapping[str, str], chosen: str) -> b.Block:
    return {
        "type": "static_select",
        "options": [_choice(text, value) for value, text in options.items()],
        "initial_option": _choice(options[chosen], chosen),
    }


def _days(plan: ScheduleForm) -> list[str]:
    days = parse_weekdays(plan.weekdays)
    return [] if isinstance(days, str) else [DAYS[day] for day in days]


def _choice(text: str, value: str) -> b.Block:
    return {"text": b.words(text), "value": value}


def _value(filled: Mapping[str, Any], field: str) -> str:
    return filled.get(field, {}).get("value") or ""


def _option(filled: Mapping[str, Any], field: str) -> str:
    return (filled.get(field, {}).get("selected_option") or {}).get("value") or ""


def _chosen(filled: Mapping[str, Any], field: str) -> list[str]:
    return [option["value"] for option in filled.get(field, {}).get("selected_options") or ()]
