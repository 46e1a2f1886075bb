"""Tags: the author's, joined through the vocabulary, and those the text itself speaks of."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from bot.japanese.article import Article
from bot.japanese.folding import folded_words
from bot.japanese.names import is_figure, is_latin_name, joined
from bot.japanese.spelling import spelling
from bot.japanese.vocabulary import vocabulary
from bot.readings import Tag

MOST = 12
_FEWEST = 3
_IN_TITLE, _IN_HEADING = 4.0, 2.0
_SECTIONS = {"AI": 0.6, "製品": 1.5, "関連": 0.5}
_NAME, _NOUN, _OTHER_ENTRY = 1.0, 0.8, 1.2
"""What one mention of a vocabulary section's entry, of a name in Latin letters and of another joined noun weighs."""
_COMMON = re.compile(
    r"(?:[ぁ-ん]|思考|反省|順守|履歴|負荷|スタック|スピード|機関|施行|アーキテクチャ|費|スコア|反応|言語|^(?:ソフトウェア|ハードウェア|デバイス|プラットフォーム|エージェント|テクノロジー|ビジネス|サービス|システム|コンサルティング手法)|全員|開発|新設|形式|誌|紙|産業|室|増額|着手|CEO|タスク|消費|追求|標準|者|化|性|的|さん|たち|一人ひとり|方|時|後|中|上|下|内|間|側|面|点|力|感|家|層|系|型|等|など|全体|自体|以上|以下|自身|同士|向け|問い合わせ|率|量|額|数"
    r"|可能|必要|重要|関係|問題|課題|場合|変化|進化|時代|業界|世界|社会|企業|会社|皆さん|未来|存在|影響|視点|今回|今後|現場|氏|社|業務|作業|次第|連携"
    r"|アプローチ|パートナー|リーダーシップ|キーワード|インサイト|イノベーション|ソリューション|プロジェクト|メリット|リスク|コスト|プレイヤー|レベル"
    r"|市場|分野|領域|段階|フェーズ|プロセス|ポイント|ケース|事例|効果|結果|成果|方法|手法|部門|チーム|担当|時間|速度|精度|能力|価値|目的|目標|体制"
    r"|向上|削減|改善|強化|実現|達成|短縮|拡大|普及|加速|成長|競争|革新|変革|改革|革命|転換|機会|意思決定|意図|真意|優位|解決|体験|クラス|部分|作成|提案"
    r"|自動|最適|構造|要素|要因|本質|鍵|道筋|動向|展望|理由|教訓|経験|知識|知見|関連|対象|基本|基礎|独自|専門|特定|国内|海外|関心|期待|懸念|努力|姿勢"
    r"|ステップ|ニュース|インパクト|エキサイティング|パラダイムシフト|ボトルネック|トレンド|ガイド|ロードマップ|ランキング|フレームワーク|ベストプラクティス"
    r"|成功|失敗|秘訣|落とし穴|徹底|完全|最新|舞台裏|通り|中心|世代|展示|市民|駆動|取り組み|取組|実装|注目|衝撃|覇権|規模|巨額|活用|シナリオ|ジレンマ|創造|創出|不足|計画|パターン)$"
)
"""Words that end no tag: too common to say what a post is about."""
_GENERAL = re.compile(
    r"(?:導入|利用|推進|支援|提供|対応|対策|分析|評価|判断|決定|確認|検討|選定|設計|構築|運用|研究|投資|調達|生成|処理|学習|予測|調整|調査"
    r"|データ|ツール|システム|サービス|プラットフォーム|モデル|技術|情報|環境|機能|製品|商品|計画|戦略|方針|基準|品質|活動|人材|顧客|アプリ|ソフト|基盤"
    r"|エンジニア|エージェント|ガイドライン|ビジネス|経済|産業|政府|生活|教育)$"
)
"""Words that end a tag only where the title has it."""
_BROAD = {"AI", "スタートアップ"}
"""Entries that tell no post from another."""
_KATAKANA = re.compile(r"[ァ-ヴー・]+$")
_TRADE_TALK = frozenset({
    "AI", "API", "ARR", "B", "BI", "BtoB", "BtoC", "C", "CDO", "CEO", "CFO", "CIO", "CM", "COO", "CTO",
    "CTR", "CVR", "CxO", "ESG", "FAQ", "GB", "GDP", "GW", "HP", "HR", "ID", "IPO", "IR", "IT", "KGI", "KPI",
    "LTV", "M&A", "MVP", "MW", "NDA", "NPO", "NGO", "OJT", "OS", "PC", "PDCA", "PDF", "PMF", "PR", "PV", "PoC", "Q&A",
    "QA", "R&D", "RFP", "ROAS", "ROI", "SF", "SLA", "SME", "SNS", "SWOT", "TB", "TCO", "TV", "UI", "UI/UX",
    "URL", "USB", "UX", "VC", "Web",
})  # fmt: skip
"""Abbreviations of everyday business, not what an article is about."""


def fold(name: str) -> str:
    """The key under which tags are looked up: equal for spellings and aliases of one thing (LLM = 大規模言語モデル)."""
    entry = vocabulary().entry(name)
    return spelling(entry.name if entry else name)


_EMPTY = re.compile(
    r"(?:.*(?:的|\d+億|\d+万|ドル)|新型|大手|最新|巨大|某|次世代|徹底|完全|主要|各|同|約|本格|世界初|日本初|独自|超|第"
    r"|たち|者|億|万|円|ドル|ヶ月|か月|年|社|AI\d|テキスト・)"
)
"""What begins no tag, and what no tag holds."""


def tags(article: Article, author: tuple[str, ...], names: Counter[str], mentions: Counter[str]) -> tuple[Tag, ...]:
    """The author's tags in their order, then what the text speaks of, best first; at most 12 in all.

    `names` are the text's compounds, `mentions` the vocabulary's entries found in it, both with their counts.
    """
    text = f" {' '.join(article.title.folded)} {' '.join(article.body)} "
    found: dict[str, Tag] = {}
    for name in author:
        if (key := fold(name)) and key not in found:
            found[key] = Tag(name.strip(), "author", round(_score(_count(name, text)), 3), _count(name, text) > 0)
    for name, score in _spoken_of(article, names, mentions, text):
        if len(found) >= MOST:
            break
        found.setdefault(fold(name), Tag(name, "text", round(score, 3), True))
    return tuple(found.values())[:MOST]


def _count(name: str, text: str) -> int:
    """How often the text mentions `name` or one of its aliases."""
    entry = vocabulary().entry(name)
    phrases = entry.phrases if entry else (tuple(folded_words(name)),)
    return sum(text.count(f" {' '.join(phrase)} ") for phrase in phrases if phrase)


def _spoken_of(article: Article, names: Counter[str], mentions: Counter[str], text: str) -> list[tuple[str, float]]:
    """What the text speaks of, heaviest first; of two names where one holds the other, the heavier."""
    title = spelling(f"{article.title.text}\n{article.headline.text}")
    headings = spelling("\n".join(heading.text for heading in article.headings))
    weights: dict[str, tuple[str, float]] = {}
    entries = ((name, count * _worth(name)) for name, count in mentions.items() if name not in _BROAD)
    nouns = ((name, count * _worth(name)) for name, count in names.items() if _is_tag(name, count, title))
    for name, weight in (*entries, *nouns, *_titles(article, title, text)):
        key = spelling(name)
        placed = weight * (_IN_TITLE if key in title else _IN_HEADING if key in headings else 1.0)
        known, most = weights.get(fold(name), (name, 0.0))
        weights[fold(name)] = known, max(placed, most)
    ranked = sorted(weights.values(), key=lambda each: (-each[1], each[0]))
    return [(name, _score(weight)) for name, weight in _apart(ranked, title) if weight >= _FEWEST]


def _titles(article: Article, title: str, text: str) -> Iterator[tuple[str, float]]:
    """Nouns of the title, joined in every way, that the text takes up; often and long ones are heavier."""
    for name, words in dict([*joined(article.title.tokens), *joined(article.headline.tokens)]).items():
        if vocabulary().entry(name) or not _is_tag(name, _FEWEST, title):
            continue
        if (count := text.count(f" {' '.join(folded_words(name))} ")) >= _FEWEST:
            yield name, count * (1 + words / 10) * _NOUN


def _apart(ranked: list[tuple[str, float]], title: str) -> Iterator[tuple[str, float]]:
    """Leave out names that hold, or are held by, a heavier one.

    The vocabulary's entries stay, versions of a product (`Llama 4`), and longer names that stand in the title.
    """
    before: list[str] = []
    for name, weight in ranked:
        key = spelling(name)
        held = any(key in other for other in before)
        holds = any(other in key and not key.removeprefix(other)[:1].isdigit() for other in before)
        if vocabulary().entry(name) or not (held or (holds and key not in title)):
            before.append(key)
            yield name, weight


def _worth(name: str) -> float:
    if entry := vocabulary().entry(name):
        return _SECTIONS.get(entry.section, _OTHER_ENTRY)
    return _NAME if is_latin_name(name) else _NOUN


def _is_tag(name: str, count: int, title: str) -> bool:
    """Whether a noun of the text may be a tag; everyday words only where the title has them."""
    if count < _FEWEST or not 2 < len(name) <= 30 or is_figure(name) or name in _TRADE_TALK:
        return False
    if _EMPTY.match(name) or _COMMON.search(name):
        return False
    if is_latin_name(name) or spelling(name) in title:
        return len(name) > 3 or is_latin_name(name)
    return len(name) > 3 and count > _FEWEST and not _GENERAL.search(name) and not _KATAKANA.match(name)


def _score(weight: float) -> float:
    """0 for nothing, 0.5 near eight mentions, 1 never quite."""
    return 1 - math.exp(-weight / 12)
