"""Editorial checks: every rule of the desk, and the one call that applies them to a post."""

from collections.abc import Iterable
from dataclasses import replace

from bot.checks.chatbot_talk import generator_talk
from bot.checks.claims import claims
from bot.checks.consistency import mixed_spelling, mixed_style
from bot.checks.cross_post import conflicting_figures, dead_links, links, near_copies
from bot.checks.damage import garbled_text, masked_names
from bot.checks.endings import cut_endings
from bot.checks.facts import title_mismatch, wrong_conversions, wrong_weekdays
from bot.checks.figures import unsourced_figures
from bot.checks.front_matter import reading_times, tags_not_in_text
from bot.checks.leftovers import empty_body, end_markers
from bot.checks.markdown import unbalanced_markdown
from bot.checks.placeholders import placeholders
from bot.checks.repetition import repeated_passages
from bot.checks.rule import Rule, RuleHit
from bot.checks.stitching import cut_passages, second_draft, stitched_text
from bot.checks.titles import broken_title, excerpt_is_title, markdown_in_excerpt
from bot.checks.tone import first_person, hype
from bot.domain.cross_post import CrossPostContext
from bot.domain.findings import SEVERITIES, Finding
from bot.domain.posts import Draft
from bot.domain.readings import Reading

__all__ = ["BETWEEN", "RULES", "CrossPostContext", "Rule", "RuleHit", "check", "comparable", "title"]

RULES: tuple[Rule, ...] = (
    Rule(
        "generator-talk",
        "生成AIの発言",
        "block",
        "記事ではなく、生成AIが依頼者に向けて書いた文",
        "情報が見つからないことへの断りや指示への返事など、生成AIの発言が記事に残っている可能性があります。",
        "その文を削除し、前後が記事として成り立っているかを確認してください。",
        generator_talk,
    ),
    Rule(
        "placeholder",
        "プレースホルダー",
        "block",
        "〇〇や[企業名]のような、埋められていない箇所",
        "差し込むはずの言葉が入らないまま残っている可能性があります。",
        "実際の名前や数値に置き換えるか、その文を削除してください。",
        placeholders,
    ),
    Rule(
        "empty-body",
        "本文なし",
        "block",
        "本文がない、またはほとんどない記事",
        "見出しや関連記事を除くと、本文がほとんどありません。",
        "本文が正しく書き出されているかを確かめ、書き足してから公開してください。",
        empty_body,
    ),
    Rule(
        "end-marker",
        "終了マーカー",
        "block",
        "---END--- のような、生成の終わりを示す印",
        "生成の終わりを示す印が本文に残っています。",
        "この印を削除し、その前で文章が終わっているかを確認してください。",
        end_markers,
    ),
    Rule(
        "cut-ending",
        "途中で終わる本文",
        "warn",
        "文の途中で終わっている本文、中身のない見出しで終わる本文",
        "本文が文の途中で終わっているか、中身のない見出しや記号で終わっている可能性があります。",
        "最後の文を書き終えるか、その文を削除してください。",
        cut_endings,
    ),
    Rule(
        "broken-title",
        "題名のつながり",
        "warn",
        "つなぎ目がおかしい題名（「…何か？がもたらす…」）、途中で切れた題名",
        "題名の前後の言葉がつながっていないか、途中で切れている可能性があります。",
        "一つの文として読める題名に書き換えてください。",
        broken_title,
    ),
    Rule(
        "unbalanced-markdown",
        "記号の閉じ忘れ",
        "warn",
        "閉じていない太字、コード、リンク",
        "太字やコードやリンクの記号が対になっておらず、記号のまま表示されたり後ろまで及んだりする可能性があります。",
        "記号を閉じるか、余分な記号を削除してください。",
        unbalanced_markdown,
    ),
    Rule(
        "markdown-in-excerpt",
        "抜粋の記号",
        "warn",
        "抜粋・説明文に残ったMarkdownやHTMLの記号",
        "抜粋や説明文は一覧や検索結果にそのまま表示されるため、記号が読者に見えている可能性があります。",
        "記号を取り除き、普通の文にしてください。",
        markdown_in_excerpt,
    ),
    Rule(
        "excerpt-is-title",
        "題名と同じ抜粋",
        "warn",
        "題名と同じ抜粋・説明文",
        "抜粋または説明文が題名の繰り返しになっており、読者に新しい情報がありません。",
        "記事の内容を一、二文で伝える文に書き換えてください。",
        excerpt_is_title,
    ),
    Rule(
        "repeated-passage",
        "本文の繰り返し",
        "warn",
        "同じ段落や長い文の繰り返し",
        "60文字を超える同じ文章が、前にも出てきています。",
        "意図した繰り返しでなければ、どちらか一方を削除してください。",
        repeated_passages,
    ),
    Rule(
        "first-person",
        "一人称",
        "warn",
        "書き手が「私」と名乗る文（社内の決まりで禁じている場合）",
        "一人称を使わない決まりですが、書き手が一人称で語っている可能性があります。",
        "主語を省くか、誰の見解かが分かる言い方に改めてください。",
        first_person,
        on=False,
    ),
    Rule(
        "near-copy",
        "過去記事との重複",
        "warn",
        "以前の記事とほぼ同じ本文",
        "以前の記事と本文のかなりの部分が重なっています。",
        "以前の記事を更新するか、どちらか一方を取り下げてください。",
        compare=near_copies,
    ),
    Rule(
        "dead-link",
        "リンク切れ",
        "warn",
        "保存済みの記事にない、サイト内の記事へのリンク",
        "リンク先の記事が見つからず、読者がたどれない可能性があります。",
        "リンク先の日付と名前を確かめ、直すか外してください。",
        compare=dead_links,
    ),
    Rule(
        "stitched-text",
        "継ぎ足しの跡",
        "warn",
        "読者の知らない記事を指す言葉（「既存の記事でも触れたように」）、（続き）で終わる見出し",
        "本文を継ぎ足したときの言葉が残り、読者の知らない記事を指しています。",
        "その言葉を削除し、前後が一つの記事として読めるかを確認してください。",
        stitched_text,
    ),
    Rule(
        "second-draft",
        "二つ目の原稿",
        "warn",
        "関連記事の下で、もう一度始まる本文",
        "関連記事の下に、本文がもう一度書かれています。",
        "残すほうを決め、もう一方を削除してください。",
        second_draft,
    ),
    Rule(
        "cut-passage",
        "途中で切れた段落",
        "warn",
        "記事の途中で、文の途中のまま終わる段落",
        "段落が文の途中で終わり、次の段落や見出しに移っています。",
        "その文を書き終えるか、削除してください。",
        cut_passages,
    ),
    Rule(
        "masked-name",
        "伏せられた名前",
        "warn",
        "機械が置き換えたらしい名前や量（「某生成AI企業」「より75%以上の企業」）",
        "名前や量を表す言葉が、別の言葉に置き換えられている可能性があります。",
        "元の名前や「多くの」のような言葉に戻してください。",
        masked_names,
    ),
    Rule(
        "title-mismatch",
        "本文にない題名の数字",
        "warn",
        "題名や抜粋にあって本文にない年・割合・金額",
        "題名や抜粋の数字が本文に見当たりません。",
        "本文に合わせて題名や抜粋を直すか、本文にその数字を書き足してください。",
        title_mismatch,
    ),
    Rule(
        "wrong-conversion",
        "金額の換算",
        "warn",
        "桁の違う円換算（「1億ドル（約15億円）」）",
        "円に換算した金額の桁が違う可能性があります。",
        "元の金額と換算を確かめて直してください。",
        wrong_conversions,
    ),
    Rule(
        "wrong-weekday",
        "曜日のずれ",
        "warn",
        "日付と合わない曜日",
        "日付と曜日が合っていません。",
        "日付か曜日を直してください。",
        wrong_weekdays,
    ),
    Rule(
        "garbled-text",
        "文字化け",
        "warn",
        "化けた文字、言葉に紛れ込んだ外国の文字、重なった音（「シリコンババレー」）",
        "文字が化けているか、余分な文字が紛れ込んでいます。",
        "正しい文字に直してください。",
        garbled_text,
    ),
    Rule(
        "unsourced-figure",
        "出典のない数値",
        "note",
        "誰の調べか分からない割合や市場規模（「75%以上の企業が…」）",
        "誰の調査や発表による数値か、近くに書かれていません。",
        "出典を書き添えるか、数値を使わない言い方に改めてください。",
        unsourced_figures,
    ),
    Rule(
        "conflicting-figure",
        "食い違う数値",
        "note",
        "同じ対象について、ほかの記事と違う数値",
        "同じ対象の数値が、ほかの記事と異なっています。",
        "どちらの数値が正しいかを出典で確かめ、時点や条件が違うならそれを書き添えてください。",
        compare=conflicting_figures,
    ),
    Rule(
        "tag-not-in-text",
        "本文にないタグ",
        "note",
        "題名にも本文にも出てこないタグ",
        "題名にも本文にもこのタグに当たる言葉が見当たりません。",
        "内容に合わないタグなら外してください。",
        tags_not_in_text,
    ),
    Rule(
        "hype",
        "宣伝めいた言葉",
        "note",
        "「驚異的」「ゲームチェンジャー」のような宣伝めいた言葉が続く記事",
        "宣伝めいた強い言葉が地の文に続いています。",
        "事実や数値で伝える言い方に改めてください。",
        hype,
    ),
    Rule(
        "reading-time",
        "読了時間のずれ",
        "note",
        "本文の長さと大きく違う読了時間",
        "読了時間が本文の長さと大きく違っています。",
        "本文の長さに合わせて読了時間を直してください。",
        reading_times,
    ),
    Rule(
        "mixed-style",
        "文体の混在",
        "note",
        "です・ます調に混じる「だ・である」、「私」と「僕」の混在",
        "地の文の文体か一人称が混ざっています。",
        "どちらかにそろえてください。",
        mixed_style,
    ),
    Rule(
        "mixed-spelling",
        "表記の揺れ",
        "note",
        "一つの記事で二通りに書かれた言葉（サーバとサーバー）",
        "同じ言葉が二通りに書かれています。",
        "多いほうか、社内の表記にそろえてください。",
        mixed_spelling,
    ),
)

_TITLES = {rule.name: rule.title for rule in RULES}
BETWEEN = frozenset(rule.name for rule in RULES if rule.compare)
"""The rules between posts."""


def title(rule: str) -> str:
    """What editors call a rule: its Japanese title, a house rule's own name."""
    return _TITLES.get(rule, rule.removeprefix("house/"))


def comparable(draft: Draft, reading: Reading) -> Reading:
    """The reading with what posts are held against each other by: its claims and its links."""
    return replace(reading, claims=claims(draft, reading), links=links(draft, reading))


def check(
    draft: Draft,
    reading: Reading,
    others: CrossPostContext | None = None,
    only: frozenset[str] = frozenset(),
    rules: Iterable[Rule] = RULES,
) -> tuple[Finding, ...]:
    """Apply the rules that are on, or those named in `only`, on or off: the findings, worst first, then by line.

    Without `others` the rules between posts find nothing; with it the reading is a `comparable` one. `rules` are the
    house's where it has its own (checks.house).
    """
    rules = (rule for rule in rules if (rule.name in only if only else rule.on))
    findings = (finding for rule in rules for finding in rule.findings(draft, reading, others))
    return tuple(sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.line)))
