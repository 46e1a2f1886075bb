"""Figures that an editor would want a source for."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bot.checks.quoting import quote
from bot.checks.rule import RuleHit, fewest
from bot.domain.posts import Draft
from bot.domain.readings import Paragraph, Reading

MOST = 3
"""Different figures shown of one post; the others are counted."""

_NUMBER = r"(?<![\d.,０-９])[\d０-９][\d０-９.,]{0,14}"
_SHARE = rf"(?:{_NUMBER}\s?(?:[%％]|パーセント|割)|(?<![一-龠])[一二三四五六七八九]割)"
_ABOUT = r"(?:以上|超|近く|弱|強|程度|前後|もの|を超える|にのぼる|に上る|に及ぶ){0,2}"
_PEOPLE = (
    r"(?:企業|会社|組織|団体|自治体|事業者|メーカー|病院|医療機関|金融機関|学校|大学|店舗|世帯|家庭|経営者|経営層|管理職|リーダー|担当者"
    r"|開発者|エンジニア|従業員|社員|労働者|ビジネスパーソン|専門家|研究者|医師|患者|教師|教員|学生|生徒|ユーザー|利用者|消費者|顧客|回答者|国民"
    r"|若者|日本人|人々|人(?![工間事材口件件気類])|プロジェクト|スタートアップ)"
)
_POPULATION = re.compile(
    rf"(?P<figure>{_SHARE}{_ABOUT})の(?:[^、。「」\dをがはもで]{{0,10}}?の)?[^、。「」の\dをがはもで]{{0,8}}?{_PEOPLE}"
    rf"|{_PEOPLE}の(?:うち、?)?(?:約|およそ|実に|ほぼ|少なくとも)?(?P<part>{_SHARE}{_ABOUT})(?=[がはも])"
)
_SIZE = rf"{_NUMBER}(?:兆|億|万)?\d{{0,4}}(?:兆|億|万)?\s?(?:円|米?ドル|ユーロ|人民元)"
_MARKET = re.compile(
    rf"市場(?:規模|全体)?[はがも](?=[^。]{{0,80}}(?:予測|見込|予想|見通し|達[しす]|拡大|成長|規模))[^。]{{0,50}}?(?P<figure>{_SIZE})"
    rf"|(?:CAGR|年平均成長率|年平均)[^。\d]{{0,16}}(?P<part>{_NUMBER}\s?[%％])"
)
_HEARD = re.compile(
    rf"(?P<figure>{_SHARE}|{_NUMBER}\s?倍|{_SIZE})[^。]{{0,60}}"
    r"(?:と(?:も)?(?:言われ|いわれ|予測され|予想され|見込まれ|推計され|推定され|試算され|見られ|みられ)"
    r"|という(?:調査|データ|試算|研究|報告|統計|予測)(?:結果)?(?:が|も|まで)(?:あ[りる]|出))"
)
_KINDS = (_POPULATION, _MARKET, _HEARD)
_HINT = re.compile(
    r"[\d０-９一二三四五六七八九]\s?(?:[%％割倍]|パーセント|[兆億万\d]{0,5}(?:円|米?ドル|ユーロ|人民元))"
)

_STUDY = r"(?:調査|レポート|報告|予測|試算|推計|統計|白書|アンケート|研究|論文|リサーチ)"
_REPORT = rf"(?:{_STUDY}|分析|発表|決算|資料|データ|見通し|プレスリリース|インタビュー)"
_BODIES = "省|庁|機関|センター|連盟|連合|委|当局|政府|県|市|大学|研究所|総研|協会|機構|銀行|新聞|財団|学会|委員会"
_NAME = (
    rf"(?:[A-Z][A-Za-z0-9&.+\-]{{1,30}}|[ァ-ヴー・]{{3,20}}|[一-龠ァ-ヴーA-Za-z]{{1,16}}(?:{_BODIES})"
    r"|[一-龠]{1,4}氏|同(?:社|省|庁|大学|研究所|氏|調査|レポート|報告書?))"
)
_SAYS = (
    rf"{_NAME}(?:[（(][^（）()]{{1,40}}[）)])?(?:社|氏|側|研究チーム|のチーム)?"
    r"(?:の|が|は|も|から|では|でも|、)[^。]{0,60}?"
)
_REPORTED = (
    rf"によ(?:ると|れば|りますと|る(?:最新の|[^、。]{{0,12}}の)?{_REPORT})|{_SAYS}{_STUDY}"
    rf"|(?:調査|アンケート|聞き取り)(?:で|によ|の結果)|{_NUMBER}\s?(?:社|人|名|件|校|店)の(?:うち|{_SHARE})"
    r"|(?:編集部|当社|弊社|当メディア|筆者ら)(?:が|の|で|は)"
    r"|(?:出典|出所|参照|参考|引用元?|情報源|注)\s?[：:]|\[\^|（[^（）]{0,30}(?:調べ|調査|年版|白書|レポート)[^（）]{0,12}）"
    rf"|(?:この|同|本|前述の|先の|上記の|先ほどの|今回の|同社の){_REPORT}"
)
_STUDIED = re.compile(_REPORTED)
"""Somebody's report: good for what stands around it too."""
_STATED = re.compile(
    rf"{_REPORTED}|{_SAYS}(?:発表|予想|明らかに|公表|述べ|語[っり]|話[しす]|主張|説明し|指摘|認め|占め|獲得|達成|推定|見積)"
)
_SOURCE = re.compile(
    rf"{_STATED.pattern}|{_SAYS}(?:{_REPORT}|謳[いうっ]|うたっ|掲げ|目指|見込[みんむ]|示し|伝え|報じ|記録|宣言|計上)"
)
_NOBODY = re.compile(
    r"(?:ある|とある|某|最近の|複数の|各種の?|多くの|様々な|さまざまな|一部の|業界の|近年の|いくつかの)[^、。]{0,8}?"
    + _REPORT
)
_SUPPOSED = re.compile(
    r"仮に|もし|仮定|とすると|とすれば|目標|目指[しす]|したい|しよう|シミュレーション|例[：:]|たとえば仮"
)
_SURVEY = re.compile(
    rf"{_NUMBER}\s?(?:社|人|名|件|機関|施設)(?:以上)?(?:を|に|へ|の|から)(?:[^、。]{{0,14}}の)?(?:対象|調査|アンケート|分析|データ|聞|尋ね|回答)"
)
_ABOUT_REPORT = re.compile(
    r"調査|予測|レポート|報告|白書|統計|試算|アンケート|Gartner|ガートナー|IDC|マッキンゼー|McKinsey"
)
_LINK = re.compile(r"\]\(|https?://|\[\^|<a\s", re.I)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_BEFORE, _LONGEST, _OPENING, _LOOKED_AT = 300, 1000, 8, 300
_ENDS = re.compile(r"[。！？\n]")


class _Figure(NamedTuple):
    """A figure as it is claimed: in which sentence of which paragraph, and whether somebody is named for it."""

    value: str
    paragraph: Paragraph
    sentence: int
    span: tuple[int, int]
    sourced: bool


def unsourced_figures(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Shares of people or companies, sizes of markets and hearsay in figures for which nobody is named.

    A source is a name with what it said, a report, a link or a note: in the sentence or the two beside it, for a list
    item also above the list. A figure that is sourced once counts as sourced; those of the title, in quotation marks,
    supposed, or in an article about a survey are left alone. One hit for each sentence, at most 3.
    """
    opening = (paragraph.text for paragraph in reading.paragraphs[:_OPENING])
    if _ABOUT_REPORT.search(draft.title) or any(_SURVEY.search(text) for text in (draft.title, *opening)):
        return
    figures = list(islice(_figures(draft, reading.paragraphs), _LOOKED_AT))
    known = {figure.value for figure in figures if figure.sourced}
    title = _plain(draft.title)
    first: dict[str, tuple[int, int]] = {}
    loose: dict[tuple[int, int], list[RuleHit]] = {}
    for figure in figures:
        if figure.value not in known and figure.value not in title:
            sentence = first.setdefault(figure.value, (figure.paragraph.number, figure.sentence))
            loose.setdefault(sentence, []).append(_hit(figure))
    yield from fewest([[*dict.fromkeys(hits)] for hits in loose.values()], MOST)


def _figures(draft: Draft, paragraphs: tuple[Paragraph, ...]) -> Iterator[_Figure]:
    raw: list[str] = []
    lead = last = ""
    for paragraph in paragraphs:
        text = paragraph.text
        item = False
        if _HINT.search(text):
            raw = raw or draft.body.split("\n")
            at = paragraph.line - draft.body_line
            lines = raw[at : at + text.count("\n") + 1]
            item = bool(lines) and bool(_ITEM.match(lines[0]))
            if not any(line.lstrip().startswith(">") for line in lines):
                linked = bool(_LINK.search("".join(lines)))
                yield from _claims(paragraph, f"{lead if item else ''}{last}", linked=linked)
        if not item and "。" in text:
            lead = text[-_BEFORE:]
        last = text[text.rfind("。", 0, -1) + 1 :][-_BEFORE:]


def _claims(paragraph: Paragraph, before: str, *, linked: bool) -> Iterator[_Figure]:
    text = paragraph.text
    cuts = [0, *(end.end() for end in _ENDS.finditer(text)), len(text), len(text)]
    for i, start in enumerate(cuts[:-2]):
        sentence = text[start : min(cuts[i + 1], start + _LONGEST)]
        if not _HINT.search(sentence) or _SUPPOSED.search(sentence):
            continue
        after = text[cuts[i + 1] : cuts[i + 2]][:_LONGEST]
        near = _NOBODY.sub("", (text[max(0, start - _BEFORE) : start] if i else before) + sentence + after)
        for kind in _KINDS:
            for claim in kind.finditer(sentence):
                if not _quoted(sentence, claim.start()):
                    value = _plain(claim["figure"] or claim["part"])
                    span = start + claim.start(), start + claim.end()
                    yield _Figure(value, paragraph, i, span, linked or _sourced(kind, sentence, near))


def _sourced(kind: re.Pattern[str], sentence: str, near: str) -> bool:
    if kind is _POPULATION:  # a name beside it has not counted the companies of the world
        return bool(_STUDIED.search(near) or _STATED.search(_NOBODY.sub("", sentence)))
    return bool(_SOURCE.search(near))


def _hit(figure: _Figure) -> RuleHit:
    paragraph, (start, end) = figure.paragraph, figure.span
    line = paragraph.line + paragraph.text.count("\n", 0, start)
    return RuleHit(quote(paragraph.text, start, end), paragraph.number, line)


def _quoted(sentence: str, at: int) -> bool:
    return any(sentence.count(o, 0, at) > sentence.count(c, 0, at) for o, c in ("「」", "『』", "“”"))


def _plain(figure: str) -> str:
    return figure.replace(" ", "").replace("％", "%").replace("パーセント", "%").replace(",", "")
