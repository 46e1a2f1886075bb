"""Editorial checks: every rule of the desk, and the one call that applies them to a post."""

from bot.checks.placeholders import placeholders
from bot.checks.remains import empty_body, end_markers
from bot.checks.repeats import excerpt_is_title, repeated_passages
from bot.checks.rule import Hit, Rule
from bot.checks.talk import generator_talk
from bot.posts import Draft
from bot.readings import SEVERITIES, Finding, Reading

__all__ = ["RULES", "Hit", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    Rule(
        "generator-talk",
        "block",
        "記事ではなく、生成AIが依頼者に向けて書いた文",
        "情報が見つからないことへの断りや指示への返事など、生成AIの発言が記事に残っている可能性があります。",
        "その文を削除し、前後が記事として成り立っているかを確認してください。",
        generator_talk,
    ),
    Rule(
        "placeholder",
        "block",
        "〇〇や[企業名]のような、埋められていない箇所",
        "差し込むはずの言葉が入らないまま残っている可能性があります。",
        "実際の名前や数値に置き換えるか、その文を削除してください。",
        placeholders,
    ),
    Rule(
        "empty-body",
        "block",
        "本文がない、またはほとんどない記事",
        "見出しや関連記事を除くと、本文がほとんどありません。",
        "本文が正しく書き出されているかを確かめ、書き足してから公開してください。",
        empty_body,
    ),
    Rule(
        "end-marker",
        "block",
        "---END--- のような、生成の終わりを示す印",
        "生成の終わりを示す印が本文に残っています。",
        "この印を削除し、その前で文章が終わっているかを確認してください。",
        end_markers,
    ),
    Rule(
        "excerpt-is-title",
        "warn",
        "題名と同じ抜粋・説明文",
        "抜粋または説明文が題名の繰り返しになっており、読者に新しい情報がありません。",
        "記事の内容を一、二文で伝える文に書き換えてください。",
        excerpt_is_title,
    ),
    Rule(
        "repeated-passage",
        "warn",
        "同じ段落や長い文の繰り返し",
        "60文字を超える同じ文章が、前にも出てきています。",
        "意図した繰り返しでなければ、どちらか一方を削除してください。",
        repeated_passages,
    ),
)


def check(draft: Draft, reading: Reading) -> tuple[Finding, ...]:
    """Apply every rule to a post and its reading: the findings, worst first, then in the order of the file."""
    findings = (finding for rule in RULES for finding in rule.findings(draft, reading))
    return tuple(sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.line)))
