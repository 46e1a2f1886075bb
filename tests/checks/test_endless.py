"""A line of a megabyte must not hold up intake, whatever is in it."""

from datetime import UTC, datetime

import pytest

from bot.checks import RULES, CrossPostContext
from bot.domain.posts import Draft
from bot.domain.readings import Claim, Paragraph, Reading, SearchText
from bot.domain.tags import Tag
from tests.processor import seconds

MEGABYTE = 1_000_000
SECONDS = 30
"""Of the processor: far above what it takes (at most two), far below what a quadratic pattern would."""
OURS = frozenset({
    "repeated-passage", "first-person", "near-copy", "dead-link", "unsourced-figure", "conflicting-figure",
    "tag-not-in-text", "hype", "reading-time",
})  # fmt: skip


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "75%以上の企業が使い、",
        "75%以上の企業が使う。",
        "企業の",
        "[",
        "[水槽](/2026/01/01/x/)",
        "「",
        "市",
        "Ab ",
        "市場は2025年に",
        "処理速度",
        "Llama 4の処理速度は2倍。",
        "私は驚異的\n",
        "1億",
        "Gartnerの",
    ],
)
def test_an_endless_line_is_checked_in_time(piece: str) -> None:
    text = piece * (MEGABYTE // len(piece))
    head = "---\ntitle: 水族館\n---\n"
    url = "https://example.org/2026/02/01/a/"
    draft = Draft(title="水族館", raw=head + text, body_line=4, published_at=datetime(2026, 2, 1, tzinfo=UTC), url=url)
    paragraphs = (Paragraph(text, 1, 4),)
    terms = (("llama4", 0.5), ("meta", 0.4))
    reading = Reading(paragraphs, (), (Tag("量子", "author", 0, False),), terms, SearchText("", "", ""), (1,), 0.5, 3)
    claim = Claim("llama4|処理速度|変化", "Llama 4の処理速度", 200, "3倍", "3倍です。", 1, 1)
    others = CrossPostContext(claims=(("#1", claim),), dead=lambda to: True)
    ours = [rule for rule in RULES if rule.name in OURS]
    assert seconds(lambda: [rule.findings(draft, reading, others) for rule in ours]) < SECONDS
