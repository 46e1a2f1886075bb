"""What the generator left behind: end markers, and articles with hardly a word."""

import re
from collections.abc import Iterator

from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading

FEWEST_CHARACTERS = 80
FEWEST_WITHOUT_SENTENCE = 200
FLASH = 20
"""Characters from which on whole sentences are a post: a flash, a correction."""
_WHOLE = re.compile(r"[。！？!?][」』）)]?$")
_SENTENCE = re.compile(r"[。．！？]|[.!?](?:\s|$)")
LONGEST = 120
"""Characters of a line that may be a mark by itself."""
_RULE = r"[-=*#_—–―ー]"
_PIECE = r"(?:article|text|document|post|content|file|output|story|draft)"
_ENDING = rf"(?:(?:END|START|BEGIN)(?:[ _-](?:OF[ _-])?{_PIECE})?|EOF|EOS|FIN)"
_INSIDE = re.compile(r"(?<![`\w-])-{2,}\s*END(?:[ _]OF[ _][A-Z]+)?\s*-{2,}(?![`\w-])", re.I)
_ALONE = re.compile(
    rf"\s*(?:(?:{_RULE}{{2,}}|//)\s*{_ENDING}[\s。]*{_RULE}*[\s。]*"
    rf"|[\[{{]?[\[<【（({{]/?{_ENDING}[\]>】）)}}]{{1,2}}[\s\-=*#_—]*"
    rf"|{_RULE}{{2,}}\s*(?:(?:記事|本文)?(?:終わり|おわり|終了|ここまで|以上)|完|終|了)\s*{_RULE}{{2,}}\s*"
    r"|[\[【(（](?:記事|本文)の?(?:終わり|おわり|終了|ここまで|以上)[\]】)）]\s*"
    rf"|(?:END[ _]OF[ _]{_PIECE}|EOF)[.\s]*"
    r"|(?:</?(?:s|bos|eos|think|(?:end|start)_of_turn)>|\[/?INST\]|<\|im_start\|>(?:assistant|user|system)?)\s*)",
    re.I,
)
_TOKEN = re.compile(r"<\|(?:endoftext|im_end|eot_id|end_of_text|end|eos)\|>\s*$", re.I)
_SIGN = re.compile(r"end|eo[fts]|fin|start|begin|</?(?:s|bos|think)>|inst\]|[終完了]|おわり|ここまで|以上", re.I)


def end_marker(line: str) -> re.Match[str] | None:
    """The generator's mark in a line of the file, None without one."""
    if len(line) <= LONGEST and _SIGN.search(line) and (alone := _ALONE.fullmatch(line)):
        return alone
    found = _INSIDE.search(line) if "--" in line else None
    return found or (_TOKEN.search(line[-LONGEST:]) if "|>" in line[-LONGEST:] else None)


def end_markers(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """`---END---` and similar marks in the text, marks of a beginning and of a model's template too; not in code."""
    for number, line in body_lines(draft):
        if marker := end_marker(line):
            yield RuleHit(marker[0].strip(), paragraph_at(reading, number), number)


def empty_body(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """No article: fewer than 80 characters once headings and footers are off, 200 if no sentence ends.

    Whole sentences of 20 characters and more are a post: a flash, a correction.
    """
    characters = sum(len(paragraph.text) for paragraph in reading.paragraphs)
    if characters >= FEWEST_WITHOUT_SENTENCE:
        return
    if characters >= FLASH and all(_WHOLE.search(paragraph.text) for paragraph in reading.paragraphs):
        return
    told = any(_SENTENCE.search(paragraph.text) for paragraph in reading.paragraphs)
    if told and characters >= FEWEST_CHARACTERS:
        return
    for paragraph in reading.paragraphs[:1]:
        yield RuleHit(quote(paragraph.text, 0, 1), paragraph.number, paragraph.line)
    if not reading.paragraphs:
        yield RuleHit("", None, draft.body_line)
