"""The generator talking about itself: what an assistant says to whoever asked it for an article."""

import re
from collections.abc import Iterator

from bot.checks.places import quote
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
    rf"^(?:はい|ええ)?[、。]?{_YES}[。、！]?(?=以下|それでは|では|{_WISH}|[^。]{{0,80}}{_TEXT}(?:の続き)?を)",
    # a refusal
    rf"{_SORRY}が?、?[^。]{{0,60}}(?:リクエスト|{_WISH}|{_TEXT}(?:の|を){_WRITE})[^。]{{0,25}}{_NO}",
    r"^(?:私は)?(?:AI|大規模)(?:言語モデル|アシスタント)(?:として、|なので|であるため)",
    # an offer
    rf"^この(?:構成|内容|方向性?)で(?:よろし|問題な)ければ、[^。]{{0,20}}(?:お知らせ|お申し付け|{_WRITE}|{_TEXT})",
    rf"(?:ご提供|ご提示|ご共有|お知らせ)いただけ(?:れば|ましたら)[^。]{{0,40}}{_TEXT}を{_WRITE}",
    r"^もし[^。]{0,80}(?:情報源|参照すべき)[^。]{0,40}(?:教えて|ご提供|ご共有)いただけ(?:ます|れば|ましたら)",
)
_CANNOT = r"(?:(?:was|am) unable|can(?:not|'t)|could(?: not|n't))"
_ENGLISH = (
    r"\bas an AI (?:language )?(?:model|assistant),? I\b",
    rf"^(?:I(?:'m| am) sorry|I apologi[sz]e|Sorry|Unfortunately)\b.{{0,60}}\bI {_CANNOT}",
    rf"^I {_CANNOT} (?:to )?(?:find|assist|help with|fulfill|provide|browse|access)\b",
    r"^(?:Certainly|Sure|Of course|Absolutely)[!,.] *(?:here(?:'s| is| are)|I(?:'ll| will))\b",
    r"^Here(?:'s| is) (?:the|a|an|your) (?:[\w-]+ ){0,4}(?:article|draft|blog post|rewrite|continuation)\b.{0,80}:$",
    r"^(?:I(?:'ll| will)|Let me) (?:now )?continue (?:writing|with) the (?:article|post|draft)",
)
_ORDERS = (
    rf"[\d,]{{2,9}}(?:文字|字)(?:程度|以上|以内|前後)?[での][^。はが]{{0,30}}{_TEXT}を{_WRITE}して(?:ください|下さい)。?$",
    r"^あなたは[^。、]{0,30}(?:ライター|編集者|記者|アシスタント)です。?$",
    r"\b(?:write|generate) (?:a|an|the) [^.]{0,60}(?:article|blog post) (?:of|in|with) [^.]{0,20}\d[\d,]*[ -]words?\b",
    r"^You are (?:a|an) [^.]{0,40}(?:assistant|writer|journalist|editor)\.?$",
)
_TALK = re.compile("|".join((*_JAPANESE, *_ENGLISH)), re.I)
_ORDER = re.compile("|".join(_ORDERS), re.I)
_HINT = re.compile(
    r"申し訳|恐れ入|残念ながら|ご指|ご要望|ご依頼|ご提|ご共有|お知らせ|続きを|以下|承知|かしこまり|了解|言語モデル|アシスタント|けれ[ば、]"
    r"|もし|ください|下さい|あなたは|\b(?:I|you|write|generate|here)\b",
    re.I,
)
_QUOTED = re.compile(r"「[^「」]{0,400}」|『[^『』]{0,400}』|“[^“”]{0,400}”|\"[^\"]{0,400}\"|`[^`]{0,400}`")
_REPORTED = re.compile(r"[^。]{0,8}?(?:と(?:い[うっ]|の|返|答|応|表示|出力|記|書|述|断|謝|伝)|旨)")
_ANNOUNCED = re.compile(
    r"(?:次|以下|下記)の(?:よう|とおり|通り|文|回答|応答|出力|返答|例)|(?:回答|応答|出力|返答|返事|プロンプト)例?(?:[はが：:]|$)|[：:]$"
)
_ABOUT_ORDERS = re.compile(r"プロンプト|指示文|応募|募集|投稿規定|\bprompts?\b", re.I)


def generator_talk(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """Sentences an assistant wrote about its task, in title, excerpt, description and text; the first of a paragraph.

    Not what stands in quotation marks or a block quote, is reported, or is announced as an example; orders to a
    generator are let pass where the article is about them.
    """
    orders = not any(_ABOUT_ORDERS.search(paragraph.text) for paragraph in reading.paragraphs)
    for key, text in (("title", draft.title), ("excerpt", draft.excerpt), ("description", draft.description)):
        for start, end in _talk(text, orders)[:1]:
            yield Hit(quote(text, start, end), None, draft.front_line(key))
    raw = draft.raw.splitlines()
    before = ""
    for paragraph in reading.paragraphs:
        text = paragraph.text
        cited = "".join(raw[paragraph.line - 1 : paragraph.line]).lstrip().startswith(">")
        if not cited and not _ANNOUNCED.search(before):
            for start, end in _talk(text, orders)[:1]:
                yield Hit(quote(text, start, end), paragraph.number, paragraph.line + text.count("\n", 0, start))
        before = text.rstrip("。")[-60:]


def _talk(text: str, orders: bool) -> list[tuple[int, int]]:
    """The sentences of talk that `text` neither quotes nor reports."""
    if not _HINT.search(text):
        return []
    bare = _QUOTED.sub(_hidden, text.replace("’", "'"))
    found: list[tuple[int, int]] = []
    before = ""
    for start, end in spans(bare):
        # an opening such as 承知しました。 is judged together with the sentence after it
        ahead = bare[start : end + 120].split("\n")[0]
        talk = _TALK.search(ahead) or (_ORDER.search(bare[start:end]) if orders else None)
        here = talk and talk.start() < end - start and not _REPORTED.match(bare[start + talk.end() : end])
        if here and not _ANNOUNCED.search(before):
            found.append((start, end))
        before = bare[start:end].rstrip("。")
    return found


def _hidden(quoted: re.Match[str]) -> str:
    """The quotation marks with as many blanks between them as there were characters."""
    return quoted[0][0] + "＿" * (len(quoted[0]) - 2) + quoted[0][-1]
