"""The generator talking about itself: what an assistant says to whoever asked it for an article."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.checks.chatbot_cues import WEAK, points
from bot.checks.chatbot_phrases import ENGLISH_WORDS, ORDER, TALK, WORDS
from bot.checks.quoting import QUOTE_LENGTH, body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.sentences import spans

_QUOTED = re.compile(r"「[^「」]{0,400}」|『[^『』]{0,400}』|“[^“”]{0,400}”|\"[^\"]{0,400}\"|`[^`]{0,400}`")
_REPORTED = re.compile(
    r"[^。]{0,8}?(?:と(?:い[うっ]|の|返|答|応|表示|出力|記|書|述|断|謝|伝)|旨)"
    r"|[^。]{0,20}、と[^。、]{1,12}[はが]"
)
_ANNOUNCED = re.compile(
    r"(?:次|以下|下記)の(?:よう|とおり|通り|文|回答|応答|出力|返答|例)|(?:回答|応答|出力|返答|返事|プロンプト)(?:例?(?:[はが：:]|$)|の?例[をはがと])|[：:]$"
)
_STEMS = re.compile("|".join(map(re.escape, WORDS)))  # one pass costs half of so many searches
# begun only where a word begins and never tried shorter: a megabyte of one letter is a word too
_RUN = re.compile(r"(?<![a-z'!,.:])[a-z'!,.:]++(?: [a-z0-9'!,.:-]++)++[ ]?")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_SOURCES = re.compile(r"参照|参考|出典|\b(?:sources?|references?)\b", re.I)
_EXAMPLES = re.compile(
    r"(?:回答|返答|応答|出力|断り文|拒否|プロンプト|指示文|テンプレート|雛形|文面)(?:の|を)?[^\s]{0,6}(?:例|サンプル|パターン|集)"
    r"|(?:例文|文例|定型文|サンプル文|(?:応答|返答|回答|プロンプト)(?:集|例)|\bexamples?\b)",
    re.I,
)
_ABOUT_ORDERS = re.compile(r"プロンプト|指示文|応募|募集|投稿規定|\bprompts?\b", re.I)


# 【既存の記事の最後の部分】: a heading of the prompt, copied along with what stood under it
_LABEL = re.compile(
    r"[\s*#]*(?:【(?:(?:既存|これまで|元|前回|以前)の?)?(?:記事|本文|原稿|文章)の(?:最後|末尾|冒頭|途中|前半|後半|続き)[^】]{0,12}】"
    r"|[（(](?:既存|元)の?(?:記事|本文|原稿|文章)[^）)]{0,20}(?:続く|続き)[）)])[\s*：:]*$"
)
_STEM = re.compile(r"^(?:\d{4}-\d{1,2}-\d{1,2}-)?(?:\d+-)?")
_NAMED = re.compile(
    r"(?:申し訳|申しわけ)(?:あり|ござい|こさい)ません(?!と)|(?:はい-?)?承知(?:いた)?しました|かしこまりました"
    r"|以下[にはが]-?(?:、-?)?(?:記事|本文)を|(?:それでは-?)?記事の続き[をでは]"
    r"|(?:i-?m|i-am)-sorry-|sorry-(?:but|i)-|i-apologi[sz]e-|unfortunately-i-|i-(?:cannot|cant|can-t|was-unable|am-unable)-"
    r"|as-an-ai-(?:language-)?(?:model|assistant)-|(?:certainly|sure|of-course)-here-?|here-?(?:s|is)-(?:the|an?|your)-(?:article|draft)",
    re.I,
)
ABOUT_ORDERS = 2.5
"""Points above which a sentence is talk in an article about prompts."""
LONGEST = 400
"""Characters of a sentence that are read: talk shows at its beginning, and a line may be endless."""
MOST = 500
"""Sentences of one paragraph that are read."""


def generator_talk(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Sentences in which the text speaks about its own making, in title, excerpt, description, file name and text.

    The first of a paragraph: a known pattern of words, or enough cues that belong together; weaker ones where a post
    has two. Not what stands in quotation marks or a block quote, is reported, or is announced as an example; orders to
    a generator are let pass where the article is about them.
    """
    yield from _outside(draft)
    lines = body_lines(draft)
    labels: set[int] = set()
    for number, line in lines:
        if ("【" in line or "続" in line) and _LABEL.match(line):
            labels.add(number)
            yield RuleHit(line.strip()[:QUOTE_LENGTH], paragraph_at(reading, number), number)
    words = _words(draft.text)
    weak: dict[str, RuleHit] = {}
    lead = draft.title
    for paragraph in reading.paragraphs:
        text = paragraph.text
        limit = ABOUT_ORDERS if _ABOUT_ORDERS.search(draft.title + lead + text) else 0.0
        found = next(_talk(text, words, reading, limit), None)
        lead = text
        if not found or paragraph.line in labels or _is_shown(lines, paragraph.line - draft.body_line):
            continue
        start, end, certain = found
        hit = RuleHit(quote(text, start, end), paragraph.number, paragraph.line + text.count("\n", 0, start))
        if certain:
            yield hit
        else:
            weak.setdefault(text[start:end], hit)
    if len(weak) > 1:
        yield from weak.values()


def _is_shown(lines: Sequence[tuple[int, str]], at: int) -> bool:
    """Whether the line at that place is quoted, or announced as an example: by what leads to it or to its list, or by
    the heading above it."""
    if lines[at][1].lstrip().startswith(">"):
        return True
    lead = at - 1
    while lead >= 0 and (not lines[lead][1].strip() or (_ITEM.match(lines[at][1]) and _ITEM.match(lines[lead][1]))):
        lead -= 1
    led = lines[lead][1].strip() if lead >= 0 else ""
    if _ANNOUNCED.search(led[-60:].rstrip("。*")) and not _SOURCES.search(led):
        return True
    heading = next((line for _, line in reversed(lines[:at]) if line.startswith("#")), "")
    return bool(_EXAMPLES.search(heading))


def _outside(draft: Draft) -> Iterator[RuleHit]:
    """Talk in the front matter and in the name of the file."""
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        for start, end, certain in islice(_talk(text, _words(text)), 1):
            if certain:
                yield RuleHit(quote(text, start, end), None, draft.front_line(key))
    name = unicodedata.normalize("NFC", (draft.path or draft.file or "").rpartition("/")[2])
    if _NAMED.match(name, _STEM.match(name).end()):  # type: ignore[union-attr]
        yield RuleHit(name[:QUOTE_LENGTH], None, 1)


def _words(text: str) -> list[str]:
    low = _plain(text).lower()
    found = [word for stem in dict.fromkeys(_STEMS.findall(low)) for word in WORDS[stem] if word in low]
    english = "\n".join(_RUN.findall(low))
    return found + [word for word in ENGLISH_WORDS if word in english] if english else found


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _talk(
    text: str, words: list[str], reading: Reading | None = None, limit: float = 0.0
) -> Iterator[tuple[int, int, bool]]:
    """The sentences of talk that `text` neither quotes nor reports, and whether each is talk by itself.

    `words` are those of WORDS that can be in it; `limit` the points above which cues alone are talk.
    """
    text = _plain(text)
    low = text.lower()
    bare = _QUOTED.sub(_hidden, text)
    before = ""
    unsure: list[tuple[int, int]] = []
    for start, end in islice(spans(bare), MOST):
        stop = min(end, start + LONGEST)
        certain = bool(words) and any(word in low[start:stop] for word in words) and _says(bare, start, stop, reading)
        scored = limit - 1.0 if certain else points(bare[start:stop])
        if (certain or scored >= limit + WEAK) and not _ANNOUNCED.search(before):
            if certain or scored > limit:
                yield start, end, True
            else:
                unsure.append((start, end))
        before = bare[max(start, end - 60) : end].rstrip("。")
    yield from ((start, end, False) for start, end in unsure)


def _says(bare: str, start: int, stop: int, reading: Reading | None) -> bool:
    """Whether the sentence is talk by one of the known patterns, and not reported."""
    # an opening such as 承知しました。 is judged together with the sentence after it
    ahead = bare[start : stop + 120].split("\n")[0]
    talk = TALK.search(ahead) or _order(bare[start:stop], reading)
    return bool(talk and talk.start() < stop - start and not _REPORTED.match(bare[start + talk.end() : stop]))


def _order(sentence: str, reading: Reading | None) -> re.Match[str] | None:
    """An order to a generator, in an article that is not about such orders."""
    order = ORDER.search(sentence)
    about = order and reading and any(_ABOUT_ORDERS.search(paragraph.text) for paragraph in reading.paragraphs)
    return None if about else order


def _hidden(quoted: re.Match[str]) -> str:
    """The quotation marks with as many blanks between them as there were characters."""
    return quoted[0][0] + "＿" * (len(quoted[0]) - 2) + quoted[0][-1]
