"""Sentences that no summary shows: fragments, headings glued to prose, questions, calls to the reader, chatbot talk."""

import re

from bot.domain.readings import Sentence
from bot.japanese.tokens import Tokens

SHORTEST, LONGEST = 15, 160
_ENDS = re.compile(r"(?:[。！!]|。[」』）)])$")
_BROKEN_START = re.compile(r"[^\w「『（(“\"〈《]|[（(].{0,20}[）)]。?$|（出典|[をにがはへともで、][^\x00-\x7f]")
_LABEL = re.compile(r"[^、。]{1,45}?(?<!\d)[:：](?!\d)|[\d①-⑳]{1,2}[.)）．、](?!\d)|[^、。]{1,30} [–—―-] ")
_GLUED = re.compile(
    r"[ \u3000](?<=[^\x00-\x7f、。，・…][ \u3000])[ \u3000]*(?=[^\x00-\x7f、。，・…をにはがのともへでや（）(「」])"
    r"|[？?！!][ \u3000]*(?=[^」』）)\s。])"
)
_QUESTION = re.compile(
    r"(?:[？?]|か[。！!]|か(?:な|ね|い|も)[。！!])[」』）)]*$|(?:でしょうか|ませんか|のか、それとも)"
)
_ADDRESS = re.compile(
    r"皆さん|みなさん|皆様|あなた|君(?:は|も|が|の|たち)|読者の|ご存[知じ]|お疲れ|こんにちは|ください|下さい|ましょう|ませんか|いかがで|お問い合わせ|ご相談|方々?へ[：:]|ほしい|欲しい|お願い|お伝え"
)
_TALK = re.compile(
    r"参照データ|提供された(?:情報|データ|資料)|検索結果(?:に|で|から)|ご指定|ご要望|ご依頼|ご提示|ご質問|申し訳|既存の記事|以下に(?:記事|本文)|続きを(?:書|作成)|プロンプト(?:に従|の指示)|文字数|入力してください"
)
_PLACEHOLDER = re.compile(r"[〇○◯●×✕]{2}|\[[^\]]{1,30}\]|【[^】]{1,30}】|\{\{|TODO|XXX|\ufffd|\*\*|`")
_ANNOUNCES = re.compile(
    r"(?:本記事|この記事|当記事|本稿|本レポート|本コラム|本連載|今回は).*"
    r"(?:解説|紹介|お伝え|見てい|見て行|紐解|探って|探り|掘り下げ|整理|考察|比較し|まとめ|考えて(?:み|い)|取り上げ|ご覧)"
)
_QUOTED = re.compile(r"「[^「」]*」|『[^『』]*』")
_WRITER = re.compile(
    r"私(?![立的鉄法有費たが達])|私が(?!立)|(?:僕|俺|筆者)(?:は|も|が|の|ら|自身|たち)|個人的に|正直|わたし|いやはや"
)
_REASONS = (
    ("問いかけ", _QUESTION.search),
    ("見出しとつながった文", _GLUED.search),
    ("読者への呼びかけ", _ADDRESS.search),
    ("記事の案内", _ANNOUNCES.search),
    ("書き手の話", _WRITER.search),
)
"""What is looked for outside quotations."""
_NOTE_AT_END = re.compile(r"[（(][^（）()]*[）)](?=[。！!]$)")
_NAMED_ACTION = re.compile(r"[をにがへで][一-龠々ァ-ヴー]{2,6}[。！!]$")
_VERBAL = {"動詞", "形容詞", "助動詞"}


TALKS = frozenset(("問いかけ", "読者への呼びかけ", "書き手の話"))
"""The reasons that show an article to talk to its reader."""


def unfit(sentence: Sentence, words: Tokens) -> str:
    """Return why a sentence may never be shown, in words for editors; "" if it may."""
    text = sentence.text
    if not SHORTEST <= len(text) <= LONGEST:
        return "長さ"
    if not _ENDS.search(text, len(text) - 2) or _BROKEN_START.match(text):
        return "文の切れ端"
    said = _QUOTED.sub("「」", text) if "「" in text or "『" in text else text
    for reason, search in _REASONS:
        if search(said):
            return reason
    if _LABEL.match(text):
        return "見出しと項目"
    if _TALK.search(text) or _PLACEHOLDER.search(text):
        return "生成AIの発言・埋め草"
    return "" if _has_predicate(text, words) else "述語のない文"


def _has_predicate(text: str, words: Tokens) -> bool:
    """Return whether the sentence ends in a verb or the like, or in the action of a news flash (「…を発表。」)."""
    if _NAMED_ACTION.search(text) or text.endswith("とのこと。"):
        return True
    note = _NOTE_AT_END.search(text)
    end = words.starts[0] + note.start() if note else words.starts[-1] + 1
    for pos, kind, start in zip(reversed(words.poses), reversed(words.kinds), reversed(words.starts), strict=True):
        if pos in _VERBAL or kind in ("終助詞", "助動詞語幹"):
            if start < end:
                return True
        elif pos not in ("補助記号", "記号") and start < end:
            return kind == "準体助詞" or pos == "感動詞"
    return False


_POINTS = re.compile(
    r"(?:それ|そこ|これ|こうした|こういった|こんな|そんな|ここ|あの|あれ|そう|彼ら|彼女|彼は|同社|同氏|前述|上記|両社|両者|当時"
    r"|[こそ]の(?![「『A-Za-zＡ-Ｚ])|(?:しかし|だが|だから|でも|ただ|一方|つまり|なぜなら|では|で、|さて|とはいえ|むしろ|すなわち|ところが"
    r"|確かに|結局|要するに|言い換え|逆に|したがって|ゆえに|従って|しかも|だって|そのため|もちろん)|.{0,15}彼ら)"
)


def points_back(text: str) -> bool:
    """Return whether a sentence needs the one before it: 彼ら, これ, an opening such as しかし."""
    return bool(_POINTS.match(text))
