"""Words that a machine damaged: names it masked, characters it broke."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit, grouped
from bot.domain.posts import Draft
from bot.domain.readings import Reading

_MASKED = re.compile(
    r"某(?:生成AI|大規模言語モデル|言語モデル|LLM|対話型?AI)(?:開発)?(?:企業|会社|社|メーカー|ベンダー)"
    r"|某[一-龠ァ-ヶーA-Za-z]{1,8}(?:企業|会社|社|メーカー|大手)の(?:GPT|Claude|Gemini|Llama|Copilot|Grok|ChatGPT)"
    r"|(?<![一-龠ァ-ヶー\d年月日])より\s?\d{2}[%％]以上の(?=[一-龠ァ-ヶ])"
    r"|(?<![\d.])75[%％]以上の企業(?=[がはもにのをやでと、]|から)"
)
_SOURCE = re.compile(
    r"調査|によると|によれば|調べ|アンケート|レポート|報告|統計|回答|出典|白書|](?=\()|\[\^|では、|発表"
)
_QUOTED = re.compile(r"「[^「」]{0,300}」|『[^『』]{0,300}』")
_FOREIGN = r"\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\uac00-\ud7af"
_BROKEN = re.compile(
    rf"\ufffd|(?<=[ぁ-んァ-ヶ一-龠々])[{_FOREIGN}]{{1,8}}(?=[ぁ-んァ-ヶ一-龠々])(?![一-龠ぁ-ん]{{0,2}}語)"
    r"|(?:[ÃÂâã][\u0080-\u00bf€™œž]){2}|(?:縺[^\s、。]|繧[^\s、。]|繝[^\s、。]){2}"
)
_MAYBE = re.compile(rf"[\ufffdÃÂâã縺繧繝{_FOREIGN}]")
_FACE = re.compile(r"[дДω]")
_KATAKANA = re.compile(r"[ァ-ヴー]{4,20}")
_DOUBLED = re.compile(r"([ァ-ヴ])\1")


def masked_names(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A name or an amount that a machine put a mask on: 某生成AI企業, 「より75%以上の企業」, 「75%以上の企業」.

    Not in quotation marks, nor a share for which a source stands in the same line. One hit a post.
    """
    hits = []
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        if found := _MASKED.search(_QUOTED.sub(_hidden, text)):
            hits.append(RuleHit(quote(text, *found.span(), beside=60), None, draft.front_line(key)))
    for number, line in body_lines(draft):
        if "某" not in line and "以上の" not in line:
            continue
        hits += [
            RuleHit(quote(line, *found.span(), beside=60), paragraph_at(reading, number), number)
            for found in _MASKED.finditer(_QUOTED.sub(_hidden, line))
            if found[0].startswith(("某", "より")) or not _SOURCE.search(line)
        ]
    yield from grouped(hits)


def garbled_text(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Broken characters: U+FFFD, a letter of a foreign script inside a Japanese word, bytes read in another encoding,
    a syllable doubled in a name that the post also writes rightly. One hit a post."""
    hits = []
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        if found := _broken(text):
            hits.append(RuleHit(quote(text, *found.span(), beside=40), None, draft.front_line(key)))
    stuttered = _stuttered(draft.body)
    for number, line in body_lines(draft):
        if found := (_broken(line) or (stuttered.search(line) if stuttered else None)):
            hits.append(RuleHit(quote(line, *found.span(), beside=40), paragraph_at(reading, number), number))
    yield from grouped(hits)


def _broken(text: str) -> re.Match[str] | None:
    found = _BROKEN.search(text) if _MAYBE.search(text) else None
    return None if found and _FACE.fullmatch(found[0]) else found


def _stuttered(body: str) -> re.Pattern[str] | None:
    """The katakana words with one syllable too many, of which the right ones are commoner in the same text."""
    if "シリコンババレー" not in body and not _DOUBLED.search(body):
        return None
    words = Counter(_KATAKANA.findall(body))
    wrong = [
        word
        for word, times in words.items()
        if word == "シリコンババレー"
        or any(words[word[: twice.start()] + word[twice.start() + 1 :]] > times for twice in _DOUBLED.finditer(word))
    ]
    return re.compile("|".join(map(re.escape, wrong))) if wrong else None


def _hidden(quoted: re.Match[str]) -> str:
    return "＿" * len(quoted[0])
