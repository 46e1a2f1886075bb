"""Front matter: YAML between two fences. Every scalar stays the string it was written as."""

import re
from typing import Any

import yaml

from bot.domain.posts import TAG_LIMIT
from bot.errors import Unreadable

FRONT_LIMIT = 64_000
DEPTH_LIMIT = 20
Front = dict[str, Any]


def split(raw: str) -> tuple[Front, int]:
    """The front matter as strings and lists, and the line on which the body begins. No front matter: ({}, 1).

    Every scalar stays the string it was written as, so that `title: 007` and dates keep their form.
    """
    lines = raw.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return {}, 1
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise Unreadable("フロントマターが「---」で閉じられていません。閉じる行を加えてください。")
    text = "".join(lines[1:end])
    if len(text) > FRONT_LIMIT:
        raise Unreadable(
            f"フロントマターが長すぎます（上限{FRONT_LIMIT // 1000}KB）。本文との区切りを確認してください。"
        )
    front = load(text, first_line=2)
    if front is not None and not isinstance(front, dict):
        raise Unreadable("フロントマターが「項目: 値」の形になっていません（2行目）。")
    return front or {}, end + 2


def load(text: str, *, first_line: int, name: str = "フロントマター") -> Any:
    """What a piece of YAML says. Raises Unreadable with the line, which is counted from `first_line`."""
    # CBaseLoader: no scalar is interpreted, no object built; aliases are shared, never expanded (see words and text_of)
    try:
        _refuse_deep(text)
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as e:
        line = (e.problem_mark.line if e.problem_mark else 0) + first_line
        raise Unreadable(
            f"{name}をYAMLとして読めません（{line}行目）: {e.problem}。引用符と字下げを確認してください。"
        ) from e
    except (yaml.YAMLError, RecursionError) as e:
        raise Unreadable(f"{name}をYAMLとして読めません。使えない文字や深い入れ子がないか確認してください。") from e


def text_of(value: Any) -> str:
    """A scalar as text; "" for what is none, or null."""
    # YAML can write what no database keeps: "\0"
    text = value.replace("\0", "\ufffd").strip() if isinstance(value, str) else ""
    return "" if text in ("~", "null") else text


def words(*values: Any) -> tuple[str, ...]:
    """Jekyll's lists: the first of these values that is a YAML list, or words in one string.

    Only plain strings of at most TAG_LIMIT count, each once.
    """
    for value in values:
        found = value if isinstance(value, list) else text_of(value).replace(",", " ").split()
        if found or isinstance(value, list):
            return tuple(dict.fromkeys(t for w in found if 0 < len(t := text_of(w)) <= TAG_LIMIT))
    return ()


def minutes(value: Any) -> int | None:
    """The number that `reading_time: 4分` begins with; None where it begins with none."""
    found = re.match(r"\d{1,4}", text_of(value))
    return int(found[0]) if found else None


def _refuse_deep(text: str) -> None:
    # libyaml composes by recursion in C: some thousand brackets would end the process, not raise
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise yaml.YAMLError("too deep")
