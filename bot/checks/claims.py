"""What a post claims in figures, so that posts can be held against each other without reading them again."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bot.checks.quoting import quote
from bot.domain.posts import Draft
from bot.domain.readings import Claim, Paragraph, Reading
from bot.japanese.spelling import spelling
from bot.japanese.vocabulary import vocabulary

NAMES = 15
"""Terms of a post, heaviest first, that a claim may be about."""
MOST = 40
"""Claims kept of one post."""
_REACH = 120

_TECHNICAL = (
    r"(?:速度|理解(?:能力|力)|性能|電力効率|消費電力|精度|正答率|正解率|スループット|帯域幅|遅延|レイテンシ|パラメータ(?:ー)?数?|コンテキスト(?:長|ウィンドウ)"
    r"|総合点|スコア)"
)
_BUSINESS = (
    r"(?:シェア|普及率|導入率|利用率|解約率|評価額|企業価値|時価総額|調達額|投資額|設備投資|売上高?|収益|営業利益|純利益|従業員数|社員数|人員削減|利用者数"
    r"|ユーザー数|会員数|利用料金|月額料金|価格|総事業費|建設費|開発費|制裁金|罰金)"
)
_NOUN = r"[一-龠ァ-ヴーA-Za-z0-9]"
_MEASURE = rf"(?P<measure>(?<!{_NOUN}){_NOUN}{{0,14}}?(?:(?P<technical>{_TECHNICAL})|{_BUSINESS}))"
_AMOUNT = (
    r"(?P<number>(?<![\d.,〜～~-])\d[\d,]{0,12}(?:\.\d{1,3})?)\s?"
    r"(?P<scale>兆(?P<rest>\d{1,4}億)?|億(?P<small>\d{1,4}万)?|万)?\s?"
    r"(?P<unit>%|％|パーセント|割|倍|円|米?ドル|ユーロ|元|人|社|件|点|トークン|ワット|kW|MW|GW|GB|TB|Gbps|ミリ秒|秒)(?![\d〜～~]|から|満点)"
)
_FIGURE = re.compile(_AMOUNT)
_CHANGES = r"向上|増|減|削減|低減|高速|改善|成長|伸"
_FORWARD = re.compile(
    rf"{_MEASURE}(?P<between>(?:の(?:向上|改善|低下|削減)率?)?(?:は|が|を|も|に|：|:)、?[^。、\d「」]{{0,24}}?(?:「[^「」。]{{1,20}}」の)?[「『]?|[（(]?)"
    rf"{_AMOUNT}(?!の(?!{_CHANGES}))(?P<after>[^。、\d]{{0,10}})"
)
_BACKWARD = re.compile(rf"{_AMOUNT}の{_MEASURE.replace(f'(?<!{_NOUN})', '')}(?![はがも])(?P<after>[^。、\d]{{0,10}})")
_MARKET = re.compile(
    rf"(?P<market>(?<!{_NOUN})(?<![やと]){_NOUN}{{1,20}}市場)(?:全体|の?規模)?[はがも]、?(?P<year>20\d\d)年(?:まで|時点)?(?:に|で)?は?、?"
    rf"[^。\d、]{{0,8}}{_AMOUNT}"
)
_UP = re.compile(r"向上|増|高速|速[くい]|アップ|改善|上昇|伸|成長|倍")
_DOWN = re.compile(r"減|低[減下]|短縮|削減|ダウン|下が|下落|縮小|安[くい]")
_YEAR = re.compile(r"(?:20\d\d|\d{1,2})年(?:度|代|第?\d四半期)?")
_BASE = re.compile(
    r"前年(?:同期)?|前期|四半期|月間|年間|累計|最大|最小|平均|世界|国内|日本|米国|中国|欧州|アジア|事前|実質"
)
_WHERE = re.compile(r"国内|日本|世界|グローバル|米国|中国|インド|欧州|韓国|アジア")
_LOOSE = re.compile(
    r"例えば|たとえば|仮に|もし|ある企業|したい|とすれば|とすると|であれば|ならば|たった|目標|目指|予定|計画|見込|予測|予想|可能性|交渉|検討|合計|総額|それぞれ"
    r"|のような|など|以内|未満|か(?:[？」]|$)"
)
_SCALES = {"兆": 1e12, "億": 1e8, "万": 1e4}
_VERSION = re.compile(r"(?=.*[a-z一-龠ぁ-んァ-ヴ])(?:.*[a-zァ-ヴぁ-ん一-龠])\d+(?:\.\d+)?[a-z]{0,6}$")
_COUNTED = re.compile(r"\d(?:人|社|件|億|万|兆|円|%|年|月|日|倍|割|ドル|つ|本|校|地域|種|台|個)")
_NAMED = {"製品", "AI企業", "企業"}
_OWNER = r"(?:社|氏)?(?:の(?!よう|競合|ライバル|提携|子会社|出資|投資)|は|が|も(?!の)|では?|における)"
_TOPIC = re.compile(r"[^、。]{2}(?:は|が|も)(?:、|[^、。]{0,60}$)")
_OTHER_NAME = re.compile(r"\b(?!GPU|CPU|TPU|LLM|API|RAG|SSD)[A-Z][A-Za-z]{2,}|某|企業|競合|他社|従来|旧モデル")
_LEFT_OVER = re.compile(r"[^、]{2}[はがも]|[a-z]{3}")


def claims(draft: Draft, reading: Reading) -> tuple[Claim, ...]:
    """The figures a post states of its subject or of what the sentence names, in its order; at most 40.

    Suppositions, plans and sums are left out. A year, a base (前年) or a bound (最大) beside the figure is part of what
    is measured: 2025 and 2030 are two measures.
    """
    names = [term for term, _ in reading.terms[:NAMES] if _is_name(term)]
    subject = next((name for name, _ in reading.terms[:3] if name in names and _VERSION.match(name)), "")
    found = (claim for paragraph in reading.paragraphs for claim in _of(paragraph, names, subject))
    return tuple(
        Claim(f"{spelling(entity)}|{measure}|{unit}", f"{shown}の{plain}", value, figure, *place)
        for entity, measure, plain, value, unit, figure, place in islice(found, MOST)
        for shown in [_shown(entity, draft, reading) if entity in names else entity]
    )


class _Stated(NamedTuple):
    entity: str
    measure: str
    plain: str
    value: float
    unit: str
    figure: str
    place: tuple[str, int, int]


def _of(paragraph: Paragraph, names: list[str], subject: str) -> Iterator[_Stated]:
    if not _FIGURE.search(paragraph.text):
        return
    if "市場" in paragraph.text:
        yield from _of_markets(paragraph)
    yield from _of_names(paragraph, names, subject)


def _of_markets(paragraph: Paragraph) -> Iterator[_Stated]:
    for match in _MARKET.finditer(paragraph.text):
        unit = match["unit"].removeprefix("米")
        if unit in ("円", "ドル"):
            before, _ = _around(paragraph.text, match)
            where = next(iter(_WHERE.findall(match["market"]) or _WHERE.findall(before)), "").replace("国内", "日本")
            market = _WHERE.sub("", match["market"]).lstrip("の")
            size = f"{match['year']}年の規模"
            yield _Stated(where + market, size, size, _number(match), unit, *_place(paragraph, match))


def _of_names(paragraph: Paragraph, names: list[str], subject: str) -> Iterator[_Stated]:
    for pattern in (_FORWARD, _BACKWARD):
        for match in pattern.finditer(paragraph.text):
            before, rest = _around(paragraph.text, match)
            if _LOOSE.search(f"{before}{match[0]}{rest}"):
                continue
            entity = _entity(before, names)
            if not entity and match["technical"] and not _TOPIC.search(before) and not _OTHER_NAME.search(before):
                entity = subject
            if entity:
                bounds = {*_YEAR.findall(before + match[0]), *_BASE.findall(before + match[0])}
                measure = match["measure"] + "".join(sorted(bounds))
                yield _Stated(entity, measure, match["measure"], *_value(match), *_place(paragraph, match))


def _place(paragraph: Paragraph, match: re.Match[str]) -> tuple[str, tuple[str, int, int]]:
    """The figure as written, and its quotation, paragraph and line."""
    text = paragraph.text
    words = quote(text, match.start(), match.end())
    place = words, paragraph.number, paragraph.line + text.count("\n", 0, match.start())
    return text[match.start("number") : match.end("unit")], place


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before and behind in the same sentence, at most 120 characters each."""
    before = text[max(0, match.start() - _REACH) : match.start()]
    rest = text[match.end() : match.end() + _REACH]
    return re.split(r"[。\n]", before)[-1], re.split(r"[。\n]", rest)[0]


def _value(match: re.Match[str]) -> tuple[float, str]:
    """The figure in its unit; what became twice as fast and what became 35 % faster are both a change in per cent."""
    number, unit = _number(match), match["unit"].removeprefix("米")
    unit = {"％": "%", "パーセント": "%"}.get(unit, unit)
    if unit == "割":
        number, unit = number * 10, "%"
    change = f"{match.groupdict().get('between', '')}{match['after']}"
    if unit == "倍":
        return round((number - 1) * 100, 3), "変化"
    if unit == "%" and _DOWN.search(change):
        return -number, "変化"
    if unit == "%" and _UP.search(change):
        return number, "変化"
    return number, unit


def _number(match: re.Match[str]) -> float:
    """`1兆2000億`: digits, scale, and what stands below it."""
    below = float((match["rest"] or "0億")[:-1]) * 1e8 + float((match["small"] or "0万")[:-1]) * 1e4
    return float(match["number"].replace(",", "")) * _SCALES.get((match["scale"] or " ")[0], 1) + below


def _entity(before: str, names: list[str]) -> str:
    """The name to which a measure belongs: a topic (Xは, Xの) in the sentence before it that no other has followed."""
    folded = spelling(before)
    best, after = "", -1
    for name in names:
        for owner in re.finditer(rf"(?<![a-z0-9]){re.escape(name)}{_OWNER}", folded):
            if owner.end() > after:
                best, after = name, owner.end()
    return best if best and not _LEFT_OVER.search(folded[after:]) else ""


def _shown(name: str, draft: Draft, reading: Reading) -> str:
    """A folded name as title or text write it."""
    written = re.compile(r"[\s\-‐ー・]?".join(map(re.escape, name)), re.I)
    texts = (draft.title, *(paragraph.text for paragraph in reading.paragraphs))
    return next((found[0] for text in texts if (found := written.search(text))), name)


def _is_name(term: str) -> bool:
    """Whether a term names one thing: a product, a company, or something with a version."""
    if entry := vocabulary().entry(term):
        return entry.section in _NAMED
    return bool(_VERSION.match(term)) and not _COUNTED.search(term)
