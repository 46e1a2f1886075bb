"""The controls of messages and views that a person can use, and the payloads Slack sends for them."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

# The key under which Slack sends the choice, by type of element; all others are text inputs, sent as "value".
_CHOSEN_AS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_PRESSED = {"button", "icon_button", "workflow_button", "feedback_buttons"}


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return the blocks with the block_ids that Slack assigns to blocks without one."""
    return [{"block_id": f"b{number}"} | copy.deepcopy(block) for number, block in enumerate(blocks, 1)]


def controls(blocks: list[Json]) -> list[tuple[str, Json]]:
    """Yield every control of the blocks with its block_id, in order."""
    return [found for block in with_ids(blocks) for found in _controls_in(block, block["block_id"])]


def _controls_in(part: Any, block_id: str) -> Iterator[tuple[str, Json]]:
    if isinstance(part, list):
        for item in part:
            yield from _controls_in(item, block_id)
    elif isinstance(part, dict):
        if part.get("type") in _PRESSED or "action_id" in part:
            yield block_id, {"action_id": part.get("type")} | part
        else:
            for value in part.values():
                yield from _controls_in(value, part.get("block_id", block_id))


def pressed(blocks: list[Json], which: str | int, value: Any = None) -> Json:
    """Return the action that Slack sends for a control. `which` is its position, action_id or label; `value` is the
    choice.

    If `which` matches several controls, the first one that offers `value` is used. Raises LookupError if there is none.
    """
    found = controls(blocks)
    named = found[which : which + 1] if isinstance(which, int) else [c for c in found if which in _names(c[1])]
    for block_id, control in named:
        kind = control["type"]
        if kind == "button" and value in (None, control.get("value")):
            sent = {key: shown for key, shown in control.items() if key in ("text", "value")}
        elif kind != "button" and _offers(control, value):
            sent = _sent(control, value)
        else:
            continue
        return {"type": kind, "action_id": control["action_id"], "block_id": block_id} | sent
    there = ", ".join(f"{control['action_id']} {_label(control)}".strip() for _, control in found)
    raise LookupError(f"no control {which!r} with value {value!r}; there is: {there or 'none'}")


def filled_in(blocks: list[Json], values: Mapping[str, Any]) -> Json:
    """Return `state.values` of a view: the value of every input, from `values` (by action_id or block_id) or its
    initial value.

    An option is named by its value or its label. Raises LookupError for a value without an input.
    """
    state: Json = {}
    inputs = [(block_id, control) for block_id, control in controls(blocks) if control["type"] not in _PRESSED]
    unknown = set(values) - {name for block_id, control in inputs for name in (block_id, control["action_id"])}
    if unknown:
        raise LookupError(f"no input {', '.join(sorted(unknown))} in this view")
    for block_id, control in inputs:
        name = control["action_id"] if control["action_id"] in values else block_id
        sent = _sent(control, values[name]) if name in values else _as_it_began(control)
        state.setdefault(block_id, {})[control["action_id"]] = {"type": control["type"]} | sent
    return state


def still_empty(blocks: list[Json], state: Json) -> list[str]:
    """The block_ids of required inputs that are empty: Slack does not submit the view without them."""
    required = [
        block["block_id"] for block in with_ids(blocks) if block["type"] == "input" and not block.get("optional")
    ]
    filled = {block_id for block_id, inputs in state.items() for sent in inputs.values() if _stands_in(sent)}
    return [block_id for block_id in required if block_id not in filled]


def _stands_in(sent: Json) -> bool:
    return any(value not in (None, "", []) for key, value in sent.items() if key != "type")


def _key(control: Json) -> str:
    return _CHOSEN_AS.get(control["type"], "value")


def _sent(control: Json, value: Any) -> Json:
    key = _key(control)
    if key == "selected_option":
        return {key: None if value is None else _option(control, value)}
    if key == "selected_options":
        return {key: [_option(control, item) for item in value or ()]}
    return {key: list(value) if key.endswith("s") else value}


def _as_it_began(control: Json) -> Json:
    key = _key(control)
    begun = control.get("initial_value" if key == "value" else key.replace("selected", "initial"))
    return {key: begun if begun is not None else [] if key.endswith("s") else None}


def _options(control: Json) -> list[Json]:
    grouped = [option for group in control.get("option_groups", ()) for option in group["options"]]
    return [*control.get("options", ()), *grouped]


def _option(control: Json, value: Any) -> Json:
    for option in _options(control):
        if value in (option["value"], option["text"]["text"]):
            return dict(option)
    if control["type"].endswith("external_select"):  # the app itself supplies the options while the person types
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    raise LookupError(f"{control['action_id']} has no option {value!r}")


def _offers(control: Json, value: Any) -> bool:
    if not _options(control) or value is None:
        return True
    offered = {name for option in _options(control) for name in (option["value"], option["text"]["text"])}
    return set([value] if isinstance(value, str) else value) <= offered


def _label(control: Json) -> str:
    text = control.get("text")
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _names(control: Json) -> set[str]:
    return {control["action_id"], _label(control)} - {""}
