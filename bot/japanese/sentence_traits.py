"""Traits of a sentence by which a summary is ranked: each can be checked by eye, each is a number from 0 to 1."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.domain.readings import Sentence
from bot.japanese.tokens import Tokens


@dataclass(frozen=True)
class Surroundings:
    """What a sentence is judged against.

    `names` are the words of title and headline that look like names, `weights` says how often the article uses each
    noun, `sentences` is how many sentences it has, `chatty` whether it opens by talking to the reader.
    """

    names: frozenset[str]
    weights: Mapping[str, float]
    sentences: int
    chatty: bool


@dataclass(frozen=True)
class Candidate:
    """A sentence with its words and what stands around it; `personal`: its paragraph's writer says I."""

    sentence: Sentence
    tokens: Tokens
    personal: bool
    around: Surroundings

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @cached_property
    def words(self) -> frozenset[str]:
        """Its different words."""
        return frozenset(self.tokens.surfaces)


_CONTENT = {"名詞", "動詞", "形容詞", "形状詞"}


def content_words(words: Tokens) -> frozenset[str]:
    """The content words of two letters or more."""
    rows = zip(words.surfaces, words.poses, strict=True)
    return frozenset(word for word, pos in rows if pos in _CONTENT and len(word) > 1)


_FIRST_PERSON = re.compile(
    r"私(?![立的鉄法有費])|(?:僕|俺|筆者)(?:は|も|が|の|ら|自身|たち)|個人的|正直|我々|わたし|いやはや"
)


def personal(text: str) -> bool:
    """Return whether the writer of a paragraph speaks of themselves."""
    return bool(_FIRST_PERSON.search(text))


_EVERYWHERE = {"AI", "LLM"}
_KATAKANA = re.compile(r"[ァ-ヴー]{3,}$")


def looks_like_a_name(word: str, kind: str) -> bool:
    """Return whether a word of a title is a name: a proper noun, Latin with a capital, long katakana."""
    capital = word.isascii() and word[0].isupper()
    return word not in _EVERYWHERE and (kind == "固有名詞" or capital or bool(_KATAKANA.match(word)))


def _searched(pattern: str, start: int = 0) -> Callable[[Candidate], float]:
    search = re.compile(pattern).search
    return lambda each: float(search(each.text, start) is not None)


def _opens(pattern: str) -> Callable[[Candidate], float]:
    match = re.compile(pattern).match
    return lambda each: float(match(each.text) is not None)


_SOURCE = re.compile(r"によると|によれば|調査|調べ|発表")
_AMOUNT = re.compile(
    r"\d[\d,.]*(?:万|億|兆|千)?(?:\d[\d,.]*(?:万|億)?)?(?:米?ドル|円|元|ユーロ|ポンド|ウォン|%|％|パーセント|倍|社|人|件|台|基|個|名|本|カ国|か国|GW|MW|兆|億|万|トン|時間|分|週間|か月|ヶ月|カ月|[gG][bB]|[tT][bB]|nm|段階)"
)


_NOBODYS = re.compile(r"\d+[%％](?:以上)?の(?:企業|組織|人|ユーザー)")


def _amounts(each: Candidate) -> float:
    """Up to two amounts; a share of nobody in particular (75%以上の企業) is none unless its source is named."""
    text = each.text if _SOURCE.search(each.text) else _NOBODYS.sub("", each.text)
    return min(2, len(_AMOUNT.findall(text))) / 2


_CAPITALS = re.compile(r"[A-Z][A-Za-z0-9.+-]*")


def _names(each: Candidate) -> float:
    """Up to four different names: the dictionary's proper nouns and words with a capital."""
    names = set(_CAPITALS.findall(each.text))
    if len(names) < _NAMES and "固有名詞" in each.tokens.kinds:
        rows = zip(each.tokens.surfaces, each.tokens.kinds, strict=True)
        names |= {word for word, kind in rows if kind == "固有名詞"}
    return min(_NAMES, len(names)) / _NAMES


_NAMES = 4


def _shared(each: Candidate) -> float:
    return min(3, len(each.words & each.around.names)) / 3


_SUBJECTS = {"は", "が"}


def _named_subject(each: Candidate) -> float:
    words = each.tokens.surfaces
    for name in each.words & each.around.names:
        at = words.index(name)
        if not _SUBJECTS.isdisjoint(words[at + 1 : at + 4]):
            return 1.0
    return 0.0


def _frequent(each: Candidate) -> float:
    weights = [weight for word in each.words if (weight := each.around.weights.get(word))]
    return min(1.0, sum(weights) / max(1, len(weights)))


_HEDGE = re.compile(
    r"可能性|かねない|しうる|得る(?:。|でしょ)|期待(?:さ|でき|し)|秘めて|"
    r"でしょう|だろう|かもしれ|はず(?:です|だ|で)|と言える|ように(?:見|思)|まい。"
).search


def _plain_lead(each: Candidate) -> float:
    return float(not each.around.chatty and each.sentence.place == 0 and _HEDGE(each.text) is None)


TRAITS: dict[str, Callable[[Candidate], float]] = {
    "金額・割合・数量": _amounts,
    "日付": _searched(r"\d年|\d月|[今来昨]年|年度|四半期"),
    "出どころ": _searched(r"によると|によれば|発表(?:し|され|に)|報告|調査|明らかに|取材|公表|明言|表明|報じ"),
    "核心・具体": _opens(r".{0,25}(?:核心|具体的に|注目すべき|最大の(?:特徴|ポイント)|目玉)"),
    "決定・動き": _searched(
        r"(?:発表|公開|発売|提供|導入|採用|開始|着手|締結|提携|合意|買収|出資|投資|調達|採択|可決|承認|施行|設立|創設|開設"
        r"|受注|認可|提訴|禁止|廃止|撤退|構築|開発|搭載|建設|拡大|適用|統合|連携|義務|就任|達|突破|記録)"
        r"(?:し(?:た|ました|て|、)|する(?:と|こと)|され|を(?:決|発表|開始|義務|目指)|づけ|して?いる)"
    ),
    "済んだ形": _searched(
        r"(?:[いきしちっんれらえけせてめべげ]た|ました)(?:という)?(?:。|と(?:発表|い)|ので?す?|こと|点|件)"
    ),
    "名前": _names,
    "題名の名前": _shared,
    "題名の名前が主語": _named_subject,
    "主語": lambda each: float(not _SUBJECTS.isdisjoint(each.words)),
    "よく出る語": _frequent,
    "前半": lambda each: max(0.0, 1 - each.sentence.place / 40),
    "終わり近く": lambda each: float(each.sentence.place > 0.85 * each.around.sentences),
    "話しかける記事の冒頭": lambda each: float(each.around.chatty and each.sentence.place < 3),
    "淡々とした記事の書き出し": _plain_lead,
    "短い": lambda each: max(0.0, (45 - len(each.text)) / 30),
    "長さ": lambda each: min(1.0, len(each.text) / 110),
    "推量・可能性": lambda each: float(_HEDGE(each.text) is not None),
    "感想": _searched(
        r"感じ|思(?:い|う|っ|わ)|考えて(?:い|お)|見てい(?:ます|る。)|確信|信じ|実感|驚|楽しみ|ワクワク|印象|興味深|気が|評価(?:でき|し|に)|注視"
    ),
    "必要・重要": _searched(
        r"べき(?!は)|必要(?:が|と|に|です|で)|重要|不可欠|欠かせ|求められ|鍵|課題|一歩|大切|なければ|検討|有効です|見極め|忘れて"
    ),
    "意味づけ": _searched(
        r"示唆|意味し|意味を|物語|証拠|象徴|まさに|本質|真意|羅針盤|未来|時代|根本|根底|変革|革新|新たな|試金石|転換|進化|パラダイム|波|問わ|問い"
    ),
    "単なる…ない": _searched(
        r"単(?:なる|に).*(?:ません|ない|なく|以上の|超え|まら|過ぎ)|だけで(?:は|な)|に(?:留|とど)まら|ではありません|だけではな|にすぎ|枠を超え"
    ),
    "段落が一人称": lambda each: float(each.personal),
    "話し言葉": _searched(
        r"(?:よね?|ね|な|さ|か|の)。$|んで(?:す|しょ)|のです。|わけです|でもね|ですから。|じゃな|って(?!い)|んだ"
    ),
    "という…": _searched(
        r"(?:という|との)(?:話|ニュース|こと|わけ|の|件|事実|点|から|スピード)|とのこと|そうです。|と言います。"
    ),
    "前を受ける": _opens(
        r"(?:それ|その|そこ|これ|この|こうした|こういった|こんな|そんな|ここ|あの|あれ|そう|彼ら|彼|同社|同氏|前述|上記|両社|両者|当時)"
    ),
    "中で前を受ける": _searched(
        r"彼ら|前述|先述|先ほど|この(?!ような)|これ(?:ら|は|に|を|が)|その|それ(?:は|が|を|ら|に)|こうした", start=2
    ),
    "続きの予告": _searched(r"以下の|次の(?!世代).{0,8}(?:つ|点|表)|通りで(?:ある|す)|深掘り|本事例"),
    "定義・仕組み": _searched(
        r"とは、?.*(?:です|である|こと)。|によって|により|を通じて|することで|組み合わせ|採用して|分類|規定|対象"
    ),
    "誰でもない": _searched(
        r"多くの企業|企業(?:は|が|に)|私たち|社会|誰|人々|業界(?:全体)?(?:は|が|に|で)|多岐|様々|さまざま"
    ),
}
"""Each trait under the name that an editor is shown; what it is worth stands in summary_weights.yaml."""
