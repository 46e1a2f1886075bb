"""The title and what stands beside it in lists and search results: excerpt and description."""

import re
import unicodedata
from collections.abc import Iterator

from bot.checks.quoting import QUOTE_LENGTH, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.spelling import spelling

SHORTEST = 10
"""Characters from which on an excerpt that stands within the title is its repeat, not a word of it."""

_ABSTRACT = (
    "真意|真価|可能性|影響|展望|未来|課題|意味|理由|背景|狙い|効果|価値|示唆|違い|仕組み|ポイント|関係|戦略|行方"
)
_KU = "[解拓描築導開動働続届磨抜輝歩招暴]"  # 多くの and 近くの are nouns
_BROKEN = re.compile(
    rf"""
    # a question that goes on as if it were a noun; 「なぜ？の声」 and 「どうする？に答える」 are none
      (?:(?<=[^\x00-\x7f])\?|？)(?:（[^（）]{{0,40}}）)?\s?(?:
        に(?:よる|おける|よって|関する|向けた)
      | が(?=もたら|[一-龠ァ-ヶ])(?!解|分か|聞|気に|止ま|消え|残|飛|多)
      | の(?=[一-龠ァ-ヶ])
        (?!声|疑|問|答|理由|謎|先|裏|人|方|時|壁|正体|不安|心|嵐|連続|場合|前|後|一言|意味|部分|コーナー|記事))
    # a verb where only a noun can stand
    | (?:する|[一-龠][すぶむる]|[一-龠](?<!向)う|{_KU}く)
      (?:による|がもたらす|が変える|の(?=[一-龠]{{2}}|[ァ-ヶ]{{2}}))
    # a sentence, a topic or half a 可能性 where only a noun can stand
    | 。(?:による|がもたらす|が変える|の(?=[一-龠]))
    | はの(?=[一-龠])
    | の可能?(?=[のが（(｜|]|による|$)
    # 「その真意と？」
    | (?:{_ABSTRACT})と[？?]
    # cut off
    | [、，・：:]$
    """,
    re.X,
)
_OPENING, _CLOSING = "「『【(", "」』】)"
_MARKDOWN = re.compile(
    r"\*\*(?=\S)[^*\n]{1,300}\*\*|(?<!\w)__(?=\S)[^_\n]{1,300}__(?!\w)"
    r"|(?<![A-Za-z0-9*])\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])\*(?![A-Za-z0-9*])"
    r"|!?\[[^\[\]\n]{1,300}\]\((?:https?:|/|#|\.)[^()\n]{0,500}\)?|`[^`\n]{1,300}`|~~\S"
    r"|^\s{0,3}(?:#{1,6}\s+\S|>\s+\S|[-*+]\s+\S|`{3}|\|.{0,300}\||-{3,}\s*$)"
    r"|</?(?:br|p|b|i|a|em|strong|span|div|img|ul|li|h[1-6])\b[^<>\n]{0,300}>|\*\*",
    re.M | re.I,
)


def broken_title(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A title whose parts do not join (「…とは？がもたらす…」), that is cut off, or that leaves a bracket open."""
    if _BROKEN.search(draft.title) or _open(draft.title):
        yield RuleHit(draft.title[:QUOTE_LENGTH], None, draft.front_line("title"))


def _open(title: str) -> bool:
    """Whether a bracket is opened and never closed; a lone `)` may belong to a numbering or a face."""
    depth = [0] * len(_OPENING)
    for sign in unicodedata.normalize("NFKC", title):
        if sign in _OPENING:
            depth[_OPENING.index(sign)] += 1
        elif sign in _CLOSING:
            at = _CLOSING.index(sign)
            depth[at] = max(0, depth[at] - 1)
    return any(depth)


def excerpt_is_title(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """An excerpt or description that only repeats the title, or a part of it."""
    title = _bare(draft.title)
    for key, text in _fronts(draft):
        said = _bare(text)
        if title and said and (said == title or (len(said) >= SHORTEST and said in title)):
            yield RuleHit(text[:QUOTE_LENGTH], None, draft.front_line(key))


def markdown_in_excerpt(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Markdown or HTML in an excerpt or description, which are shown as they are."""
    for key, text in _fronts(draft):
        if mark := _MARKDOWN.search(text):
            yield RuleHit(quote(text, *mark.span(), beside=20), None, draft.front_line(key))


def _fronts(draft: Draft) -> tuple[tuple[str, str], ...]:
    return ("excerpt", draft.excerpt), ("description", draft.description)


def _bare(text: str) -> str:
    return spelling(text).rstrip("。.…")
