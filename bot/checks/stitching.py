"""Seams of a text that was put together from pieces: words of joining, a second draft, a passage cut off."""

import re
from collections.abc import Iterator

from bot.checks.endings import MOSTLY, PROSE, share_closed, unfinished
from bot.checks.leftovers import end_marker
from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit, grouped
from bot.domain.posts import Draft
from bot.domain.readings import Paragraph, Reading

ANEW = 600
"""Characters of prose below the footer from which on the article begins again."""
PASSAGES = 3
SHORTEST = 60
"""Characters of a passage that may be called cut off."""
_SEAM = re.compile(
    r"既存の?(?:記事|本文|原稿|文章)(?:の[^。、「」]{0,12})?(?:でも?は?|にも?)[^。「」]{0,16}?"
    r"(?:触れ|述べ|紹介し|指摘し|言及し|説明し|書い|書か|取り上げ|示し|議論し|解説し|お話し|あった|あります|ありました|ある(?:よう|通り|とおり))"
    r"|(?:^|[。\s])前回の(?:記事の|本文の)?続き(?:です|になります|として)"
)
_CONTINUED = re.compile(r"\s{0,3}(?:#{1,6}\s*|\*\*).{2,80}?[（(](?:続き|つづき|承前)[）)][\s*#]*$")
_QUOTED = re.compile(r"「[^「」]{0,300}」|『[^『』]{0,300}』")
_FOOTER = re.compile(
    r"\s{0,3}(?:#{1,6}\s*|\*\*)(?:関連(?:記事|リンク|書籍|投稿)|(?:あわ|合わ|併)せて読みたい|次に読みたい|おすすめの?記事|related)[^。]{0,20}$",
    re.I,
)
_NO_PROSE = re.compile(r"\s*(?:[|<#]|\{[:%{]|[-*+•]\s*\[|\d{1,3}[.)]\s*\[)")
_LINKED = re.compile(r"!?\[[^\[\]]{0,300}\]\([^()]{0,2000}\)")
_SALES = re.compile(
    r"アフィリエイト|utm_|amzn|amazon\.|お問い合わせ|ご相談|著者|プロフィール|免責|広告|PR"
    r"|当社|弊社|支援|ご提案|詳しくは|参照|以下の記事",
    re.I,
)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")


def stitched_text(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Words that join pieces no reader knows of: 「既存の記事でも触れたように」, a heading that ends in （続き）.

    Not in quotation marks, nor beside a link to what is meant. One hit a post, with the count of the rest.
    """
    hits = []
    for number, line in body_lines(draft):
        if "続" not in line and "既存" not in line and "承前" not in line:
            continue
        bare = _QUOTED.sub(lambda quoted: "＿" * len(quoted[0]), line)
        seam = _SEAM.search(bare) or _CONTINUED.match(bare)
        if seam and "](" not in line:
            at = seam.start() if seam.re is _SEAM else 0
            hits.append(RuleHit(quote(line, at, at + 1), paragraph_at(reading, number), number))
    yield from grouped(hits)


def second_draft(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """An article that begins anew below its footer: 600 characters of prose and more below the related posts."""
    lines = body_lines(draft)
    footer = next(
        (
            at
            for at, (_, line) in enumerate(lines)
            if line.lstrip()[:1] in ("#", "*") and "](" not in line and _FOOTER.match(line)
        ),
        None,
    )
    if footer is None:
        return
    above = sum(len(line) for _, line in lines[:footer] if _is_prose(line))
    below = [(number, line) for number, line in lines[footer + 1 :] if _is_prose(line)]
    if above >= ANEW and len(below) >= PASSAGES and sum(len(line) for _, line in below) >= ANEW:
        number, line = below[0]
        yield RuleHit(quote(line, 0, 1), paragraph_at(reading, number), number)


def _is_prose(line: str) -> bool:
    if "。" not in line or _NO_PROSE.match(line) or _SALES.search(line):
        return False
    return len(_LINKED.sub("", line)) >= PROSE


def cut_passages(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Paragraphs in the middle of the article that stop in mid-sentence, where the others end theirs.

    Not list items, what leads to a list, table, code or quotation, nor the last paragraph (see cut-ending). One hit a
    post, with the count of the rest.
    """
    prose = [p for p in reading.paragraphs if len(p.text) >= PROSE and "。" in p.text]
    if len(prose) < 5 or share_closed([p.text for p in prose]) < MOSTLY:
        return
    lines = body_lines(draft)
    last = reading.paragraphs[-1]
    hits = []
    for paragraph in prose:
        at = paragraph.line + paragraph.text.count("\n") - draft.body_line
        if paragraph is last or len(paragraph.text) < SHORTEST or at >= len(lines):
            continue
        text = paragraph.text.rpartition("\n")[2]
        if unfinished(text, lines[at][1], True) and _goes_on(lines, at, paragraph):
            end = len(text.rstrip()) - 1
            hits.append(RuleHit(quote(text, end, end + 1), paragraph.number, paragraph.line))
    yield from grouped(hits)


def _goes_on(lines: tuple[tuple[int, str], ...], at: int, paragraph: Paragraph) -> bool:
    """Whether plain prose or a heading follows, so that the passage ought to have ended."""
    if (
        _ITEM.match(lines[at][1])
        or lines[at][1].lstrip().startswith((">", "|", "<", "!"))
        or paragraph.text.endswith(("：", ":"))
    ):
        return False
    following = next((line for _, line in lines[at + 1 : at + 12] if line.strip()), "")
    if not following or following.lstrip().startswith(("|", "!", "<", ">", "`", "$", "{")) or _ITEM.match(following):
        return False
    return not end_marker(following)
