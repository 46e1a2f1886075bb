"""Front matter: YAML, TOML or JSON above the body. Every scalar stays the string it was written as."""

import html
import json
import re
import tomllib
from datetime import date, datetime
from typing import Any, cast

import yaml

from bot.domain.posts import TAG_LIMIT, with_newlines
from bot.errors import Unreadable

FRONT_LIMIT = 64_000
DEPTH_LIMIT = 20
Front = dict[str, Any]
_CLOSINGS = {"---": ("---", "..."), "+++": ("+++",)}
# a post may well begin with a brace of Liquid; only an object's first key makes it JSON
_JSON = re.compile(r"\{\s*\"[^\"\n]{1,100}\"\s*:")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# line ends to YAML and to nobody who writes it: they come along with pasted text
_FOREIGN_ENDS = re.compile("[\x85\u2028\u2029]")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


def split(raw: str) -> tuple[Front, int]:
    """The front matter as strings and lists, and the line on which the body begins. No front matter: ({}, 1).

    YAML between `---`, TOML between `+++` or a JSON object at the beginning. Every scalar stays the string it was
    written as, so that `title: 007` and dates keep their form. Raises Unreadable.
    """
    text = with_newlines(raw)
    if _JSON.match(text):
        return _json(text)
    lines = text.split("\n")
    fence = lines[0].rstrip()
    if fence not in _CLOSINGS:
        return {}, 1
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in _CLOSINGS[fence]), None)
    if end is None:
        raise Unreadable(f"フロントマターが「{fence}」で閉じられていません。閉じる行を加えてください。")
    inside = "".join(f"{line}\n" for line in lines[1:end])
    _refuse_long(inside)
    front = _toml(inside) if fence == "+++" else load(inside, first_line=2)
    if front is not None and not isinstance(front, dict):
        raise Unreadable("フロントマターが「項目: 値」の形になっていません（2行目）。")
    return front or {}, end + 2


def _toml(text: str) -> Front:
    try:
        return cast(Front, _as_written(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        raise Unreadable(f"フロントマターをTOMLとして読めません（{e}）。引用符を確認してください。") from e


def _json(text: str) -> tuple[Front, int]:
    try:
        front, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)
    except (ValueError, RecursionError) as e:
        raise Unreadable("フロントマターをJSONとして読めません。括弧と引用符を確認してください。") from e
    _refuse_long(text[:end])
    line = text.count("\n", 0, end) + 1
    return cast(Front, _as_written(front)), line if text[end:].partition("\n")[0].strip() else line + 1


def _as_written(value: Any, depth: int = 0) -> Any:
    """What TOML and JSON know as numbers, dates and truth values, as the strings that YAML is read as."""
    if depth > DEPTH_LIMIT:
        raise Unreadable("フロントマターの入れ子が深すぎます。簡単な形にしてください。")
    if isinstance(value, dict):
        return {str(key): _as_written(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_written(each, depth + 1) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return "" if value is None else str(value)


def _refuse_long(text: str) -> None:
    if len(text) > FRONT_LIMIT:
        raise Unreadable(
            f"フロントマターが長すぎます（上限{FRONT_LIMIT // 1000}KB）。本文との区切りを確認してください。"
        )


def load(text: str, *, first_line: int, name: str = "フロントマター") -> Any:
    """What a piece of YAML says. Raises Unreadable with the line, which is counted from `first_line`."""
    text = _FOREIGN_ENDS.sub(" ", text)
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
    """A scalar as text; "" if it is none, or null."""
    # YAML can write what no database keeps: "\0"
    text = value.replace("\0", "\ufffd").strip() if isinstance(value, str) else ""
    return "" if text in ("~", "null") else text


def prose(value: Any) -> str:
    """A scalar that people read, such as a title: its HTML entities are the characters they stand for."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text_of(value))


def is_true(value: Any) -> bool:
    """Whether a scalar is one of YAML's words for true: true, yes, on."""
    return text_of(value).lower() in _TRUE


def is_false(value: Any) -> bool:
    """Whether a scalar is one of YAML's words for false: false, no, off."""
    return text_of(value).lower() in _FALSE


def words(*values: Any) -> tuple[str, ...]:
    """The first of these values that is a list, or words in one string, as Jekyll reads tags.

    A list's elements are strings or, as Qiita writes them, mappings with a `name`. Only those of at most TAG_LIMIT
    characters count, each once.
    """
    for value in values:
        found = value if isinstance(value, list) else text_of(value).replace(",", " ").split()
        if found or isinstance(value, list):
            return tuple(dict.fromkeys(t for w in found if 0 < len(t := _name(w)) <= TAG_LIMIT))
    return ()


def people(*values: Any) -> str:
    """The first of these values that names somebody: a string, a mapping with a `name`, or a list of either."""
    for value in values:
        named = (_name(each) for each in (value if isinstance(value, list) else [value]))
        if found := "、".join(dict.fromkeys(name for name in named if name)):
            return found
    return ""


def _name(value: Any) -> str:
    return prose(value.get("name") if isinstance(value, dict) else value)


def minutes(value: Any) -> int | None:
    """The number that `reading_time: 4分` begins with; None if it begins with none."""
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
