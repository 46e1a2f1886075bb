"""Places that the writer or the machine meant to fill in."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading

BESIDE = 20
"""Characters of its sentence quoted on either side of a blank."""
_WHAT = (
    "名前|氏名|人名|実名|企業名|会社名|社名|団体名|組織名|大学名|製品名|商品名|サービス名|モデル名|著者名|担当者名|役職名?|地名|国名|都市名|"
    "日付|日時|年月日|金額|数値|数字|具体的な数[字値]|割合|URL|リンク先?|画像|写真|図表?|グラフ|動画|タイトル|見出し|出典|引用元|"
    "具体例|事例|詳細"
)
_FILL = r"(?:入れ|入力し|記入し|挿入し|追記し|追加し|置き換え|差し替え|記載し|差し込ん)"
_PUT = r"(?:入力|挿入|記入|追記|追加|記載)"
_ENGLISH = r"(?:company|product|client|customer|person|author|user|your|insert)"
_BLANKS = re.compile(
    rf"""
      (?<![一二三四五六七八九十百千〇○◯●△])(?:〇{{2,8}}|○{{2,8}}|◯{{2,8}}|●{{2,8}}|△{{2,8}})
        (?![〇○◯●△年月日]|と(?:いう|いった|は|か)|離れ|ハラ|[系的風]|のよう|みたい|など)
    | (?<![\d一-龠×□])(?:×{{2}}|□{{2}})(?=(?:株式会社|社|氏|さん|大学|研究所|銀行|省|県|市|円|万円|億円|[%％]))
    | (?<![〇○◯一二三四五六七八九十百千])[〇○◯]{{1,2}}月[〇○◯]{{1,2}}日
    | \d{{4}}年[〇○◯]{{1,2}}月 | 20[〇○◯X]{{2}}年[〇○◯X]{{1,2}}月
    | (?<![A-Za-z0-9])X{{2,3}}(?=[%％社円億万人名])
    | [（(\[【][^（）()\[\]【】\n]{{0,30}}{_FILL}てください[^（）()\[\]【】\n]{{0,10}}[）)\]】]
    | [\[［〔](?:(?:具体的な|[^\[\]［］〔〕\n]{{0,12}}の)?(?:{_WHAT})(?:を?{_PUT}(?:する)?|をここに)?|X{{2,3}})
        [\]］〕](?![(\[:])
    | [\[［【〔（(](?:{_WHAT})(?:を|の)?(?:記入|入れる|挿入|差し込む|追加)(?:する|予定|箇所)?[\]］】〕）)](?!\()
    | [【<＜](?:具体的な)?(?:{_WHAT})[】>＞](?=[がはをのにとでもへ])
    | [（(](?:金額|数値|数字|割合)[）)](?=[円%％社人件万億])
    | [\[［【（(]ここに[^\[\]［］【】（）()\n]{{0,20}}(?:{_WHAT}|を?{_PUT}(?:する)?|を入れる|を書く)[\]］】）)](?!\()
    | [\[［【]要(?:追記|加筆|差し?替え|出典|検証)[\]］】] | [（(\[【]要確認[:：][^（）()\[\]【】\n]{{0,20}}[）)\]】]
    | (?i:\[{_ENGLISH}\b[^\[\]\n]{{0,30}}\](?![(\[:])
    | \[(?:TODO|TBD|FIXME|PLACEHOLDER)[^\[\]\n]{{0,40}}\](?!\()
    | \blorem\ ipsum\b | \$?\{{{{1,2}}\s?{_ENGLISH}(?:[_ ]?(?:name|title|date))?\s?\}}{{1,2}} | %{_ENGLISH}(?:_name)?%)
    | \[(?:Name|NAME|Date|DATE|Company|COMPANY|City|Amount|Number|Product)(?:\ Name)?\](?![(\[:])
    | [<\[]INSERT\ [A-Z][A-Z ]{{1,30}}[>\]]
    | \{{\s?(?:{_WHAT})\s?\}} | \{{\{{\s{{0,3}}[ぁ-んァ-ヶー一-龠]{{1,20}}\s{{0,3}}\}}\}}
    | (?<![\w_＿])(?:_{{3,40}}|＿{{3,40}})(?=(?:[がは社氏円年]|株式会社|さん))
    | ^\s*(?:[-*+]\s)?(?:TODO|FIXME)[:：]
    | ^\s*※?ここに(?:[^。\n]{{1,20}}を(?:記載|追記|挿入|差し込む)(?:する|してください)?
        |(?:本文|テキスト|文章|説明文?|タイトル|見出し)が入ります)。?\s*$
    | ^\s*(?:この部分|ここ|以下)に具体的な[^。\n]{{1,12}}を{_FILL}てください。?\s*$
    """,
    re.X,
)
_SIGNS = re.compile(
    r"[〇○◯●△×□X]{2}|[〇○◯]月|[〇○◯X]年|てください|要(?:追記|加筆|差|出典|検証|確認)|ここに|[\[［〔{]|[Ll]orem |LOREM "
    r"|[【（(<＜][^】）)>＞]{0,12}(?:[名前付時額字値合先像真図画職元例]|URL|グラフ|タイトル|見出し|出典|詳細|記入|入れる|込む|追加|予定|箇所)[】）)>＞]"
    r"|挿入|INSERT|___|＿＿＿|TODO|FIXME|%\w+%|この部分"
)
"""What every blank holds one of: next to no line does."""
_CHARACTERS = re.compile(r"[〇○◯●△×□X\[［〔{【（(<＜_＿%]")
_WORDS = ("てください", "ここに", "orem", "OREM", "TODO", "FIXME", "この部分", "入ります")
"""One of these characters or words is in every sign: they are looked for first, which costs a third."""
REACH = 1_000
"""Characters around a blank in which a quotation that holds it may begin and end."""
MOST = 20
"""Blanks shown of one line."""
_QUOTES = re.compile(r"[「『“」』”]|[（(](?:例|たとえば)|[）)]")
_OPENING = "「『“（("
_CONTROL = re.compile(
    r"(?:を|から|に|で)?(?:右|左|長|ダブル)?(?:クリック|タップ|押|選[びぶん択]|開[くいき]|チェック)|(?:の)?(?:ボタン|欄|タブ|メニュー|画面|アイコン|リンク|項目|ページ|列)"
)
"""What follows the name of a button or a field."""
_SUPPOSED = re.compile(r"(?:例えば|たとえば|仮に)[^。]*$")


def placeholders(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Blanks such as 〇〇 or [企業名] in title, excerpt, description and text; not inside quotation marks."""
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        for start, end in _blanks(text):
            yield RuleHit(quote(text, start, end, BESIDE), None, draft.front_line(key))
    for number, line in body_lines(draft):
        for start, end in _blanks(line):
            yield RuleHit(quote(line, start, end, BESIDE), paragraph_at(reading, number), number)


def _blanks(text: str) -> list[tuple[int, int]]:
    if not (_CHARACTERS.search(text) or any(word in text for word in _WORDS)) or not _SIGNS.search(text):
        return []
    outside = [blank.span() for blank in islice(_BLANKS.finditer(text), 5 * MOST) if not _is_example(text, blank)][
        :MOST
    ]
    # 〇〇（筆者名を記入してください） is one blank, not two
    return [span for i, span in enumerate(outside) if not i or span[0] > outside[i - 1][1]]


def _is_example(text: str, blank: re.Match[str]) -> bool:
    """Whether a blank stands in code, in quotation marks, in (例：…), or after 例えば, names a button or a field, or
    stands for amounts in a table: a pattern, not a gap."""
    if blank[0][0] in "[［【〔<＜" and _CONTROL.match(text[blank.end() : blank.end() + 24]):
        return True
    if text.lstrip().startswith("|") and set(blank[0]) <= set("〇○◯"):
        return True
    before = text[max(0, blank.start() - REACH) : blank.start()]
    after = text[blank.end() : blank.end() + REACH]
    if before.count("`") % 2 and "`" in after:
        return True
    return bool(_SUPPOSED.search(before)) or _open(_QUOTES.findall(before)) or _closes(_QUOTES.findall(after))


def _open(signs: list[str]) -> bool:
    depth = 0
    for sign in signs:
        depth = depth + 1 if sign[0] in _OPENING else max(0, depth - 1)
    return depth > 0


def _closes(signs: list[str]) -> bool:
    """Whether a quotation ends here that began before, maybe in an earlier paragraph."""
    depth = 0
    for sign in signs:
        depth += 1 if sign[0] in _OPENING else -1
        if depth < 0 and sign not in "）)":
            return True
    return False
