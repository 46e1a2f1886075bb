"""What the front matter says of the text: tags it is not about, a reading time that is far off."""

import re
import unicodedata
from collections.abc import Iterator

from bot.checks.rule import RuleHit, fewest
from bot.domain.posts import Draft
from bot.domain.readings import Reading

MOST_TAGS = 3
SLOWEST, FASTEST = 200, 1250
"""Characters a minute: who reads news beyond these reads two and a half times as slowly or fast as most."""
LEAST_MINUTES = 3
"""A difference of fewer minutes misleads nobody."""

_PARTS = re.compile(r"[a-z0-9.+&-]+|[ァ-ヴー]+|[一-龠々]+|[ぁ-ん]{3,}")
_BROAD = {"ai", "技術", "最新", "活用", "導入", "対応", "推進", "業界", "業界別", "企業", "日本", "国内", "海外"}
"""What every post has: as part of a tag it shows nothing."""
_KIND = re.compile(
    r"(?:お知らせ|告知|コラム|インタビュー|特集|連載|解説|ニュース|速報|レポート|事例|事例集|ガイド|まとめ|入門|レビュー|比較|イベント|寄稿|社説|広告|pr"
    r"|トレンド|動向|ランキング|基礎|基礎知識|用語集?)$"
)
"""Ends a tag that says what kind of post it is; the text need not say so."""
_KIN = {
    "amazon": "aws|アマゾン|alexa|bedrock|sagemaker",
    "anthropic": "claude|アンソロピック",
    "apple": "アップル|iphone|ipad|macos|siri",
    "bytedance": "tiktok|バイトダンス",
    "dx": "デジタル",
    "google": "gemini|deepmind|グーグル|alphabet|tpu|vertex|notebooklm",
    "llm": "言語モデル|gpt|claude|gemini|llama|生成ai",
    "meta": "llama|メタ社|facebook|instagram",
    "microsoft": "azure|copilot|マイクロソフト|github|windows",
    "nvidia": "エヌビディア|cuda|geforce|blackwell",
    "openai": "gpt|sora|オープンai",
    "中国": "deepseek|qwen|アリババ|百度|baidu|alibaba",
    "人材": "人財|リスキリング",
    "規制": "法律|法案|法規|条例",
    "security": "セキュリティ|安全|攻撃|脆弱|サイバー",
    "セキュリティ": "安全|攻撃|脆弱|サイバー",
    "マルチモーダル": "画像.{0,9}音声|音声.{0,9}画像|テキスト.{0,9}画像",
}
"""Words that show a post to be about a tag it does not name."""


def tags_not_in_text(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Tags of the author's that title and text never speak of, not even in part; one hit for each, at most 3.

    A part is enough (音声 for 音声AI), and so is a product for its maker. Tags for a kind of post are left alone.
    """
    missing = [tag.name for tag in reading.tags if tag.origin == "author" and not tag.in_text]
    if not missing:
        return
    # what is written wide has been looked for already: folding the whole body would cost more than all the rest
    text = "\n".join((draft.title, draft.excerpt, draft.description, draft.body)).casefold()
    loose = [name for name in missing if not _KIND.search(_folded(name)) and not _spoken_of(_folded(name), text)]
    yield from fewest([[RuleHit(name, None, _line(draft, name))] for name in loose], MOST_TAGS)


def _spoken_of(tag: str, text: str) -> bool:
    parts = [part for part in _PARTS.findall(tag) if part not in _BROAD] or [tag]
    return any(form in text for part in parts for form in _forms(part)) or any(
        bool(re.search(_KIN[part], text)) for part in (tag, *parts) if part in _KIN
    )


def _forms(part: str) -> set[str]:
    if not "一" <= part[0] <= "龠":
        return {part}
    # 推論最適化 is 推論 and 最適化: either of a long compound's ends speaks for it; 印刷業界 speaks for 印刷業
    return {part, part[:2], part[-3:]} if len(part) > 3 else {part, part.rstrip("業界型的性化")}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _line(draft: Draft, tag: str) -> int:
    """The line of the front matter on which a tag stands, the line of `tags` where it is written otherwise."""
    first = draft.front_line("tags")
    lines = draft.front.split("\n")
    return next((n for n, line in enumerate(lines[first - 1 :], first) if tag in line), first)


def reading_times(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A stated reading time that would take over 1,250 characters a minute, or under 200, code and tables counted."""
    stated = draft.reading_minutes
    if stated is None or abs(stated - reading.minutes) < LEAST_MINUTES:
        return
    prose = sum(len(paragraph.text) for paragraph in reading.paragraphs)
    if stated * FASTEST < prose or (stated > reading.minutes and stated * SLOWEST > len(draft.body)):
        line = draft.front_line("reading_time")
        written = draft.lines[line - 1].strip() if draft.front else ""
        why = f"読了時間は{stated}分とありますが、本文の長さからは{reading.minutes}分ほどと見込まれます。"
        yield RuleHit(written, None, line, message=why)
