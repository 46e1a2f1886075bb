"""The generator talking about itself: what an assistant says to whoever asked it for an article."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from bot.checks.places import QUOTE_LENGTH, body_lines, paragraph_at, quote
from bot.checks.rule import Hit
from bot.japanese.sentences import spans
from bot.posts import Draft
from bot.readings import Reading

_SORRY = r"(?:申し訳(?:あり|ござい)ません|恐れ入ります|残念ながら)"
_TEXT = r"(?:記事|本文|原稿|文章)"
_FOUND = r"(?:検索|情報|ニュース|資料|記事|ソース|データ|発表)"
_WRITE = r"(?:作成|執筆|生成|出力|書き進め|書いて|リライト)"
_WISH = r"ご(?:指示|要望|依頼|指定)"
_NO = r"(?:でき(?:ません|かね|ず)|いたしかね|難しい)"
_NOTHING = rf"(?:見つ(?:け|か)[^。]{{0,12}}(?:ません|なかった)|(?:確認|特定|取得){_NO}|得られません)"
_YES = r"(?:承知(?:いた)?しました|承知です|かしこまりました|了解(?:いた)?しました)"
_WELL = r"(?:(?:それでは|では|はい|引き続き|続いて|次に|ここから)?、?)"
_JAPANESE = (
    # an apology for what was not found
    rf"{_SORRY}.{{0,120}}{_FOUND}[^。]{{0,40}}{_NOTHING}",
    rf"ご(?:指定|提示|依頼)の[^。]{{0,80}}{_FOUND}[^。]{{0,40}}{_NOTHING}",
    rf"^{_SORRY}が?、「[^」]*」に(?:関する|ついて|\.\.\.|…)",
    # going on writing
    rf"^{_WELL}[^、。はが]{{0,60}}続きを[^。はが]{{0,40}}{_WRITE}[^。]{{0,12}}ます",
    rf"^{_WELL}以下に?、?{_TEXT}(?:の(?:全文|本文|続き|草案))?を[^。はが]{{0,20}}{_WRITE}(?:し|いた)",
    rf"^以下[はがに][^。]{{0,60}}{_WISH}[^。]{{0,40}}{_TEXT}",
    rf"^[^。はが]{{0,20}}{_WISH}(?:の|いただいた)?(?:通り|とおり|内容|条件|文体|文字数|構成)[^。はが]{{0,50}}(?:{_WRITE}|まとめ)",
    # an opening that answers an order
    rf"^(?:はい|ええ|もちろんです)[、。]{_YES}(?:[。！]|$)",
    rf"^(?:はい|ええ)?[、。]?{_YES}[。、！]?(?=以下|それでは|では|{_WISH}|[^。]{{0,80}}{_TEXT}(?:の続き)?を)",
    # a refusal
    rf"{_SORRY}が?、?[^。]{{0,60}}(?:リクエスト|{_WISH}|{_TEXT}(?:の|を){_WRITE})[^。]{{0,25}}{_NO}",
    r"^(?:私は)?(?:AI|大規模)(?:言語モデル|アシスタント)(?:として、|なので|であるため)",
    # an offer
    rf"^この(?:構成|内容|方向性?)で(?:よろし|問題な)ければ、[^。]{{0,20}}(?:お知らせ|お申し付け|{_WRITE}|{_TEXT})",
    rf"(?:ご提供|ご提示|ご共有|お知らせ)いただけ(?:れば|ましたら)[^。]{{0,40}}{_TEXT}を{_WRITE}",
    r"^もし[^。]{0,80}(?:情報源|参照すべき)[^。]{0,40}(?:教えて|ご提供|ご共有)いただけ(?:ます|れば|ましたら)",
)
_TOOLS = (
    # a tool that failed, a search that found nothing
    r"^(?:(?:Google|ウェブ|Web)\s?)検索を(?:試み|行い|行っ|実行し)[^。]{0,12}が、[^。]{0,60}(?:見当た|見つか|見つけ|得られ|確認でき)",
    r"^[^。、]{0,10}(?:検索|ブラウジング)ツール(?:が|は|の|を)[^。]{0,30}(?:エラー|失敗|利用でき|使用でき|応答)[^。]{0,60}(?:ません|ため)",
    r"^(?:The|My) (?:web )?(?:search|browsing) tool (?:returned|failed|did not|is not|was not)",
    r"^(?:tool_code|tool_outputs?)$|^print\((?:google_search|concise_search)\b",
    r"^(?:the )?provided (?:knowledge base|context|search results|source documents?)\.?$",
    # the length as it was ordered, the continuation as it is handed over
    r"^[（(【\[]?(?:総?文字数|字数)[：:]?\s?(?:約|およそ)?[\d,]{2,9}(?:文字|字)?(?:程度)?[）)】\]]?$",
    rf"^(?:以下[、はが]?)?{_TEXT}の続き(?:です|になります|となります|をお[届送][^。]{{0,6}})?[。：:]?$",
)
_CANNOT = r"(?:(?:was|am) unable|can(?:not|'t)|could(?: not|n't))"
_ENGLISH = (
    r"\bas an AI (?:language )?(?:model|assistant),? I\b",
    rf"^(?:I(?:'m| am) sorry|I apologi[sz]e|Sorry|Unfortunately)\b.{{0,60}}\bI {_CANNOT}",
    rf"^I {_CANNOT} (?:to )?(?:find|assist|help with|fulfill|provide|browse|access)\b",
    r"^(?:Certainly|Sure|Of course|Absolutely)[!,.] *(?:here(?:'s| is| are)|I(?:'ll| will))\b",
    r"^Here(?:'s| is) (?:the|a|an|your) (?:[\w-]+ ){0,4}(?:article|draft|blog post|rewrite|continuation)\b.{0,80}:$",
    r"^Continu(?:ing|ation of) the (?:article|draft|blog post)\b",
    r"^(?:I(?:'ll| will)|Let me) (?:now )?continue (?:writing|with) the (?:article|post|draft)",
)
_ORDERS = (
    rf"[\d,]{{2,9}}(?:文字|字)(?:程度|以上|以内|前後)?[での][^。はが]{{0,30}}{_TEXT}を{_WRITE}して(?:ください|下さい)。?$",
    r"^あなたは[^。、]{0,30}(?:ライター|編集者|記者|アシスタント)です。?$",
    r"\b(?:write|generate) (?:a|an|the) [^.]{0,60}(?:article|blog post) (?:of|in|with) [^.]{0,20}\d[\d,]*[ -]words?\b",
    r"^You are (?:a|an) [^.]{0,40}(?:assistant|writer|journalist|editor)\.?$",
)
_TALK = re.compile("|".join((*_JAPANESE, *_TOOLS, *_ENGLISH)), re.I)
_ORDER = re.compile("|".join(_ORDERS), re.I)
# what at least one of the patterns needs, in lower case: looked for first, since next to no paragraph holds any of it
# fmt: off
_WORDS = (
    "申し訳", "恐れ入", "残念ながら", "ご指示", "ご指定", "ご要望", "ご依頼", "ご提示", "ご提供", "ご共有",
    "お知らせ", "の続き", "続きを", "以下に", "以下は", "以下が", "以下を", "以下、", "承知", "かしこまり", "了解",
    "モデルとして", "モデルなの", "モデルである", "アシスタントと", "アシスタントな", "アシスタントで",
    "よろしければ", "問題なければ", "参照すべき", "情報源", "検索を", "検索ツール", "ブラウジング", "文字数", "字数",
    "作成して", "執筆して", "生成して", "出力して", "書いて", "リライトして", "ライターです", "編集者です",
    "記者です", " ai model", " ai assistant", " ai language", "i'm sorry", "i am sorry", "i apolog", "sorry",
    "unfortunately", "i was unable", "i am unable", "i cannot", "i can't", "i could", "certainly", "sure!", "sure,",
    "sure.", "of course", "absolutely", "here is", "here's", "i'll", "i will", "let me", "write a", "write the",
    "generate a", "generate the", "you are a", "search tool", "browsing tool", "tool_", "_search", "provided ",
    "continuing", "continuation",
)
# fmt: on
_QUOTED = re.compile(r"「[^「」]{0,400}」|『[^『』]{0,400}』|“[^“”]{0,400}”|\"[^\"]{0,400}\"|`[^`]{0,400}`")
_REPORTED = re.compile(r"[^。]{0,8}?(?:と(?:い[うっ]|の|返|答|応|表示|出力|記|書|述|断|謝|伝)|旨)")
_ANNOUNCED = re.compile(
    r"(?:次|以下|下記)の(?:よう|とおり|通り|文|回答|応答|出力|返答|例)|(?:回答|応答|出力|返答|返事|プロンプト)例?(?:[はが：:]|$)|[：:]$"
)
_ABOUT_ORDERS = re.compile(r"プロンプト|指示文|応募|募集|投稿規定|\bprompts?\b", re.I)


# 【既存の記事の最後の部分】: a heading of the prompt, copied along with what stood under it
_LABEL = re.compile(
    rf"[\s*#]*(?:【(?:(?:既存|これまで|元|前回|以前)の?)?{_TEXT}の(?:最後|末尾|冒頭|途中|前半|後半|続き)[^】]{{0,12}}】"
    rf"|[（(](?:既存|元)の?{_TEXT}[^）)]{{0,20}}(?:続く|続き)[）)])[\s*：:]*$"
)
_STEM = re.compile(r"^(?:\d{4}-\d{1,2}-\d{1,2}-)?(?:\d+-)?")
_NAMED = re.compile(
    r"(?:申し訳|申しわけ)(?:あり|ござい|こさい)ません(?!と)|(?:はい-?)?承知(?:いた)?しました"
    r"|(?:i-?m|i-am)-sorry-|i-(?:cannot|cant|can-t|was-unable|am-unable)-|as-an-ai-(?:language-)?(?:model|assistant)-|certainly-here",
    re.I,
)
LONGEST = 400
"""Characters of a sentence that are read: talk shows at its beginning, and a line may be endless."""


def generator_talk(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """Sentences an assistant wrote about its task, in title, excerpt, description, file name and text.

    The first of a paragraph. Not what stands in quotation marks or a block quote, is reported, or is announced as an
    example; orders to a generator are let pass where the article is about them.
    """
    yield from _outside(draft)
    lines = body_lines(draft)
    for number, line in lines:
        if ("【" in line or "続" in line) and _LABEL.match(line):
            yield Hit(line.strip()[:QUOTE_LENGTH], paragraph_at(reading, number), number)
    words = _words(draft.raw)
    before = ""
    for paragraph in reading.paragraphs if words else ():
        text = paragraph.text
        found = next(_talk(text, words, reading), None)
        cited = found and lines[paragraph.line - draft.body_line][1].lstrip().startswith(">")
        if found and not cited and not _ANNOUNCED.search(before):
            yield Hit(quote(text, *found), paragraph.number, paragraph.line + text.count("\n", 0, found[0]))
        before = text[-60:].rstrip("。")


def _outside(draft: Draft) -> Iterator[Hit]:
    """Talk in the front matter and in the name of the file."""
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        for found in islice(_talk(text, _words(text)), 1):
            yield Hit(quote(text, *found), None, draft.front_line(key))
    name = unicodedata.normalize("NFC", (draft.path or draft.file or "").rpartition("/")[2])
    if _NAMED.match(name, _STEM.match(name).end()):  # type: ignore[union-attr]
        yield Hit(name[:QUOTE_LENGTH], None, 1)


def _words(text: str) -> list[str]:
    low = _plain(text).lower()
    return [word for word in _WORDS if word in low]


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _talk(text: str, words: list[str], reading: Reading | None = None) -> Iterator[tuple[int, int]]:
    """The sentences of talk that `text` neither quotes nor reports; `words` are those of _WORDS that can be in it."""
    text = _plain(text)
    low = text.lower()
    if not any(word in low for word in words):
        return
    bare = _QUOTED.sub(_hidden, text)
    before = ""
    for start, end in spans(bare):
        stop = min(end, start + LONGEST)
        # an opening such as 承知しました。 is judged together with the sentence after it
        ahead = bare[start : stop + 120].split("\n")[0]
        talk = _TALK.search(ahead) or _order(bare[start:stop], reading)
        here = talk and talk.start() < stop - start and not _REPORTED.match(bare[start + talk.end() : stop])
        if here and not _ANNOUNCED.search(before):
            yield start, end
        before = bare[max(start, end - 60) : end].rstrip("。")


def _order(sentence: str, reading: Reading | None) -> re.Match[str] | None:
    """An order to a generator, in an article that is not about such orders."""
    order = _ORDER.search(sentence)
    about = order and reading and any(_ABOUT_ORDERS.search(paragraph.text) for paragraph in reading.paragraphs)
    return None if about else order


def _hidden(quoted: re.Match[str]) -> str:
    """The quotation marks with as many blanks between them as there were characters."""
    return quoted[0][0] + "＿" * (len(quoted[0]) - 2) + quoted[0][-1]
