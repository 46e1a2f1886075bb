"""A house's own regular expressions, in bounds: Python's know no time limit, so one that could run away is refused."""

import re
from dataclasses import dataclass, field

LONGEST = 200
MOST_REPEATS = 100
MOST_WAYS = 5_000
"""Ways in which a pattern may try one place of a text, at most: its repeats and undecided choices, multiplied."""
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:[:=!>]|<[=!]|P<\w+>)|(?!\?)))|(?P<close>\))"
    r"|(?P<or>\|)|(?P<repeat>(?P<endless>[*+]|\{\d*,\})|\?|\{(?:(?P<least>\d*),)?(?P<most>\d+)\})[?+]?|(?P<odd>\(\?)|.",
    re.S,
)


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, which matches without regard to case. Raises ValueError with the sentence that says what is wrong.

    Repeats have an upper bound, none repeats a group, and a place can be tried in at most MOST_WAYS ways: no text makes
    it take longer than in proportion to its length.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"正規表現が長すぎます（上限{LONGEST}文字）。いくつかに分けてください。")
    try:
        made = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as e:
        raise ValueError(f"正規表現を読み取れません（{e}）。文字そのものを探すなら words に書いてください。") from None
    if made.search(""):
        raise ValueError("正規表現が空の文字列にも一致します。探す言葉を少なくとも一つ含めてください。")
    if _ways(pattern) > MOST_WAYS:
        raise ValueError("正規表現の繰り返しと選択肢が多く、時間がかかりすぎます。いくつかに分けてください。")
    return made


@dataclass
class _Group:
    """A group being read: with what character each of its branches begins, "" where that is not certain."""

    begins: list[str] = field(default_factory=list)
    fresh: bool = True

    def ways(self) -> int:
        """How many of the branches may match at one place: of those that begin otherwise only one."""
        begins = [*self.begins, ""] if self.fresh else self.begins
        return 1 if "" not in begins and len(set(begins)) == len(begins) else len(begins)


def _ways(pattern: str) -> int:
    ways = 1
    groups = [_Group()]
    last, begun_by_last = "", False
    for token in _TOKEN.finditer(pattern):
        kind, group = token.lastgroup, groups[-1]
        if kind == "odd":
            raise ValueError("(?: (?= (?! (?<= (?<! 以外の「(?」は使えません。")
        if kind == "or":
            group.begins += [""] * group.fresh
            group.fresh = True
        elif kind == "repeat":
            ways *= _repeats(token, last)
            if begun_by_last:
                group.begins[-1] = ""
        begun_by_last = group.fresh and kind in (None, "escape", "set", "open")
        if begun_by_last:
            group.begins.append("" if kind else token[0].casefold())
            group.fresh = False
        if kind == "open":
            groups.append(_Group())
        elif kind == "close":
            ways *= groups.pop().ways()
        last = token[0]
    return ways * groups.pop().ways()


def _repeats(token: re.Match[str], repeated: str) -> int:
    """In how many ways a repeat can be tried."""
    if token["endless"]:
        raise ValueError("「*」「+」には上限がありません。{0,20} のように上限を書いてください。")
    if token["most"] is None:
        return 2
    if repeated == ")":
        raise ValueError("「(…){2,5}」のようなまとまりの繰り返しは使えません。「?」だけ使えます。")
    most = int(token["most"])
    least = most if token["least"] is None else int(token["least"] or 0)
    if most > MOST_REPEATS:
        raise ValueError(f"繰り返しの上限が大きすぎます（{MOST_REPEATS}まで）。")
    return most - least + 1
