"""The house's own rules: a YAML file of words and patterns becomes rules like the desk's (docs/checks.md)."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import yaml

from bot.checks import RULES
from bot.checks.house_phrases import Phrases, hits
from bot.checks.rule import Rule
from bot.checks.safe_regex import compiled
from bot.checks.tone import FIRST_PERSON, first_person
from bot.domain.findings import SEVERITIES, Severity
from bot.errors import WrongUse

T = TypeVar("T")
LIMIT = 100_000
"""Characters of a file of rules."""
NAME_LENGTH = 34


class _Section(NamedTuple):
    severity: Severity
    excepted: tuple[str, ...]


SECTIONS = {
    "banned": _Section("warn", ("quotation", "code")),
    "phrases": _Section("warn", ("quotation", "code")),
    "claims": _Section("warn", ("quotation", "code", "source")),
    "masked": _Section("block", ()),
}
"""What the rules of each list are where they do not say otherwise."""
EXCEPT = ("quotation", "code", "source")
_NEEDED = ("name", "why", "remedy")
_KEYS = (*_NEEDED, "severity", "words", "patterns", "except", "unless")


def rules(file: Path) -> tuple[Rule, ...]:
    """The desk's rules and after them the house's; `first-person` is on where the house bans it.

    Raises WrongUse with the file, the line and what to write there.
    """
    try:
        return parse(file.read_bytes().decode("utf-8-sig"), str(file))
    except OSError as e:
        raise WrongUse(f"規則のファイル「{file}」を開けません（{e.strerror}）。パスを確認してください。") from e
    except UnicodeDecodeError as e:
        line = e.object.count(b"\n", 0, e.start) + 1
        raise WrongUse(f"{file}:{line}: UTF-8として読めません。UTF-8で保存し直してください。") from e


def parse(text: str, file: str) -> tuple[Rule, ...]:
    """The same from the text of a file, which errors call `file`."""
    house = _Reader(file).rules(text)
    ours = {rule.name: rule for rule in house}
    return (
        *(ours.get(rule.name, rule) for rule in RULES),
        *(rule for rule in house if rule.name.startswith("house/")),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads a file of rules node by node: whatever is wrong has its line."""

    file: str

    def rules(self, text: str) -> list[Rule]:
        root = self._composed(text)
        found: dict[str, Rule] = {}
        for section, node in self._mapping(root, ("first-person", *SECTIONS)).items() if root else ():
            if section == "first-person":
                found |= self._first_person(node)
                continue
            for item in self._items(node):
                rule = self._rule(item, section)
                if rule.name in found:
                    raise self._wrong(item, f"規則「{rule.name}」は前にもあります。別の name を付けてください。")
                found[rule.name] = rule
        return list(found.values())

    def _composed(self, text: str) -> yaml.Node | None:
        if len(text) > LIMIT:
            raise WrongUse(f"{self.file}: ファイルが大きすぎます（上限{LIMIT // 1000}KB）。")
        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as e:
            line = e.problem_mark.line + 1 if e.problem_mark else 1
            raise self._at(line, f"YAMLとして読めません: {e.problem}。引用符と字下げを確認してください。") from e
        except yaml.reader.ReaderError as e:
            raise self._at(text.count("\n", 0, e.position) + 1, "使えない制御文字があります。削除してください。") from e
        except RecursionError as e:
            raise self._at(1, "入れ子が深すぎます。docs/checks.md の例に合わせてください。") from e

    def _first_person(self, node: yaml.Node) -> dict[str, Rule]:
        words: Sequence[str] = FIRST_PERSON
        if not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false"):
            words = self._texts(node)
        elif node.value == "false":
            return {}
        [desk] = [rule for rule in RULES if rule.name == "first-person"]
        return {desk.name: replace(desk, on=True, find=partial(first_person, words=tuple(words)))}

    def _rule(self, node: yaml.Node, section: str) -> Rule:
        given = self._mapping(node, _KEYS)
        if missing := [key for key in _NEEDED if key not in given]:
            raise self._wrong(node, f"{'、'.join(missing)} がありません。規則には name、why、remedy が必要です。")
        if not {"words", "patterns"} & given.keys():
            raise self._wrong(node, "words（探す言葉）か patterns（正規表現）のどちらかを書いてください。")
        default = SECTIONS[section]
        why = self._text(given["why"])
        phrases = Phrases(
            words=self._texts(given.get("words")),
            patterns=self._each(given.get("patterns"), compiled),
            excepted=frozenset(self._each(given["except"], _place) if "except" in given else default.excepted),
            unless=self._texts(given.get("unless")),
            masked=section == "masked",
        )
        severity = self._made(given["severity"], _severity) if "severity" in given else default.severity
        name = self._made(given["name"], _name)
        return Rule(f"house/{name}", name, severity, why, why, self._text(given["remedy"]), partial(hits, phrases))

    def _mapping(self, node: yaml.Node, known: Sequence[str]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(node, f"「項目: 値」の形で書いてください（項目: {'、'.join(known)}）。")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"{near[0]} のことですか。" if near else f"使えるのは {'、'.join(known)} です。"
                raise self._wrong(key, f"項目「{name}」はありません。{hint}")
            if name in found:
                raise self._wrong(key, f"項目「{name}」が重なっています。一つにまとめてください。")
            found[name] = value
        return found

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._wrong(node, "規則を「- name: …」の形で並べてください。")
        return list(node.value)

    def _each(self, node: yaml.Node | None, made: Callable[[str], T]) -> tuple[T, ...]:
        if node is None:
            return ()
        return tuple(self._made(item, made) for item in (node.value if isinstance(node, yaml.SequenceNode) else [node]))

    def _texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._each(node, str)))

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self._wrong(node, "言葉を書いてください（空や入れ子は使えません）。")
        return unicodedata.normalize("NFC", node.value.strip())

    def _made(self, node: yaml.Node, made: Callable[[str], T]) -> T:
        try:
            return made(self._text(node))
        except ValueError as e:
            raise self._wrong(node, str(e)) from e

    def _wrong(self, node: yaml.Node, why: str) -> WrongUse:
        return self._at(node.start_mark.line + 1, why)

    def _at(self, line: int, why: str) -> WrongUse:
        return WrongUse(f"{self.file}:{line}: {why}")


def _name(name: str) -> str:
    if len(name) > NAME_LENGTH or re.search(r"[\s/]", name):
        raise ValueError(f"name は空白と「/」を含まない{NAME_LENGTH}文字までの名前にしてください。")
    return name


def _severity(written: str) -> Severity:
    for severity in SEVERITIES:
        if severity == written:
            return severity
    raise ValueError(f"重さ「{written}」はありません。block、warn、note のどれかにしてください。")


def _place(place: str) -> str:
    if place not in EXCEPT:
        raise ValueError(f"except に「{place}」は書けません。{'、'.join(EXCEPT)} から選んでください。")
    return place
