"""Cues of a text that speaks about its own making, in families; a sentence with enough of them is talk."""

import re

LIMIT, ENGLISH_LIMIT = 5.0, 4.0
"""Points above which a sentence is talk."""
LONGEST = 120
"""Characters of a sentence that may be talk by its cues: narration is longer."""
WEAK = -0.5
"""Points of a sentence that is talk where another one is."""

_FINE = (
    r"(?:段落|セクション|第\d章|骨子|タイトル(?:案|候補|は)|文体|語尾|文末|口調|トーン|文字数|字数|[\d０-９]+(?:文字|字)(?!の手|を超える)|続き|後半|前半|導入[文部]|結び|末尾|末文"
    r"|[成改修訂]\w稿|完成稿|(?:改訂|修正|訂正|短縮)版|全文|抜粋文?|メタディスクリプション|リード文|草稿|下書き|(?<!を)見出し案?(?!て|、|ま)|構成案|一人称|書き出し|書き方|マークダウン"
    r"|Markdown"
    r"|箇条書き|H[23]"
    r"|架空|例示|修正点|変更点|切り口|論点)"
)
_PIECE = r"(?:記事|原稿|本文|文章|草案|ドラフト|見出し|タイトル|第\d章|次の章|要約|キーワード|改訂|この段落|リライト)"
_MATERIAL = (
    r"(?:検索結果|検索クエリ|検索で得|検索を|で検索|検索機能|コンテキスト|ナレッジベース|プロンプト|(?:私の|この件については)学習データ|学習データに含まれていない|(?:提供|提示|指定|入力|添付|依頼"
    r"|渡)された|与えられた(?!入力|データ|課題|役割|環境)|指定(?:の|どおり|通り)"
    r"|(?:既存|元|前|原文|直前|途中)の?(?:記事|文章|原稿|英語|段落|本文|テキスト|部分)|前回の(?:出力|回答|続き)|先ほどの(?:回答|出力)|依頼文|指示(?:に従|に沿|では|された|を踏|の通|どおり)"
    r"|(?:この|今回の)(?:依頼|タスク)"
    r"|要件に従|手持ちの知識|手元にな|既知の情報|一般的な(?:知識|内容|表現)|一般論|背景知識|元になる|リンク先|外部(?:サイト|リンク)|参照元|情報源|ツールの呼び出し|検索し"
    r"|最新の情報を(?:検索|調べ|集め)|情報を検索|資料の要点|入力テキスト)"
)
_VERB = (
    r"(?:(?:執筆|作成|生成|出力|追加|追記|加筆|修正|訂正|補完|構成|提示|掲載|再掲|調整|要約|リライト|校正|用意|整理|省略|割愛|統一|検索|処理|翻訳|配慮|反映|記載|配置|開始"
    r"|確認|説明|終了|展開|お届け|お送り|お示し|お出し|対応|記述|踏襲|想定|ブラッシュアップ)(?:を)?(?:いた)?し"
    r"|まとめ|書き(?:進め|続け|直し|足し|始め|加え|換え)?|書い|続け|再開し|進め|進み|整え|つなげ|始め|入り|分け|補っ|そろえ|揃え|取りかかり|添え|省き|入れ|伸ばし|増やし|記し|とどめ|調べ|直し"
    r"|締めくくり|加え|収め|使っ)"
)
_THEY = (
    r"(?:社|氏|者|員|人|さん|くん|長|家|市|県|省|庁|館|店|課|局|企業|大学|学校|研究班|チーム|読者|生徒|学生|先生|彼|彼女|彼ら|AI|モデル|アプリ|機能"
    r"|エージェント|サービス|システム|ソフト|エンジン|当館|当店|私たち|われわれ|我々|筆者|監督|メンバー|ライター|ボット|委員会|同紙|利用者|道具|ツール|装置|端末|製品)"
)
_JAPANESE = (
    (  # someone who ordered the text
        3.0,
        re.compile(
            r"ご(?:指示|要望|依頼|指定|提示|提供|共有|要件|リクエスト|不満)(?!が)|リクエスト(?:いただ|に(?:合わせ|沿|応え)|は)"
            r"|(?:いただい|頂い|お預かりし|お送りいただい|渡され)た(?:[一-龠]{0,4}(?:記事|原稿|文章|草稿|下書き|情報|資料|要件|テーマ|条件|指示))"
            r"|依頼者(?:は|の希望)|ユーザー(?:様)?(?:から|の)の?(?:指示|要望|依頼|意図|要求)は|ユーザーが求めて|依頼文|(?:この|今回の|その|この)ご?依頼"
            r"|ご希望(?:の(?:文字数|内容|トーン|文体|形式|続き)|に|であれ|でした)|ご指摘の通り、|とのことでした"
        ),
    ),
    (  # parts of a text that only its maker names
        2.5,
        re.compile(_FINE),
    ),
    (  # a text
        2.0,
        re.compile(_PIECE),
    ),
    (  # what was given or searched
        2.0,
        re.compile(_MATERIAL),
    ),
    (  # somebody does something to it now
        2.5,
        re.compile(
            rf"(?:お|ご)?{_VERB}(?:て(?:み|い|おり|おき|いき|まいり|あり))?(?:ます|ました|ましょう)(?:ね)?(?:ので、?[^。]{{0,20}}"
            rf"|が、?[^。]{{0,30}})?[。！]?$"
            rf"|{_VERB}(?:て(?:い|おり|あり))?(?:ます|ました)(?:ので|が)|{_VERB}(?:て(?:いく|みよう|おこう)|よう)[。]?$|^(?:さて|よし|うーん"
            rf"|では)、.*(?:書く|書こう|書き進める)"
        ),
    ),
    (  # it cannot be done
        3.5,
        re.compile(
            r"(?:でき|作れ|開け|書け|答えられ|たどり着け|取れ|得られ)(?:ません|かね|ない(?:ため|ので)|なかった)|お力添え|困難です"
            r"|見(?:つから|当たら)[^。]{0,4}(?:ない|なかった|ません)|(?:含まれて|把握して|存在し|記載が|記述が|記述は|情報が|触れたものは?|前提が)[^。]{0,8}(?:い?ません"
            r"|ありません|いない(?:ため|ので)|ない(?:ため|ので|な)|ませんでした)"
            r"|不足して|不足が|限られて|不十分|足りません|空だった|失敗し|使えない|明示されていな|添付されていな|エラーが|エラーのため|についての記述がありません"
        ),
    ),
    (  # assent
        4.0,
        re.compile(
            r"^(?:はい|ええ)?[、。！]?(?:承知|かしこまり|了解(?:です|しま|いた)|(?:わか|分か)りました|OKです|もちろん(?:です|可能)|喜んで(?:対応|お)|お待たせ(?:いた)?し"
            r"|ご(?:質問|連絡|指摘|依頼|共有)[^。]{0,6}ありがとう|ありがとうございます[。！]|素敵な[^。]{0,10}ありがとう|(?:大変)?失礼(?:いた)?しました|混乱を招|残念ですが、"
            r"|恐縮ですが、|さっそく)"
        ),
    ),
    (  # the machine about itself
        4.0,
        re.compile(
            r"(?:私|わたし)(?:の(?:学習|知識)(?:データ)?は|の(?:役割|タスク)は|はAI(?:な|で)|は(?:文章)?生成AI|には[^。]{0,14}(?:機能|予測))"
            r"|AIとして(?=[^。]{0,14}(?:立場|中立|回答|お答え|記事))"
            r"|(?:一介の|私は)?言語モデル(?:である私|ですので|なので)|AIである私|現在の私|私の環境|(?:できない|使えない)環境|私の(?:視点|経験)で書|求められていることは|求められているのは"
        ),
    ),
    (  # an offer, a question, a farewell
        4.0,
        re.compile(
            r"(?:(?:し|書き|進め|直し)ましょうか|いただけます(?:か|でしょうか)|よろしいですか|記事はいかがでしょうか)[。？?]?$|(?:お知らせ|お申し付け|おっしゃって|教えて|お声がけ|お伝え"
            r"|ご教示|ご提供|と入力して|貼り付けて|お試し|お待ちして)(?:ください|いただけ|います)"
            r"|遠慮なく|お(?:選び|使い|好み)[^。]{0,6}(?:ください|いただけ)|ご査収|何度でも|差し替え|置き換えて|ご了承|少々お待ち|必ずご確認|そのままコピー|コピー[&＆]ペースト"
            r"|そのまま公開|短くすることも可能|増減|問題がなければ|お役に立て"
        ),
    ),
    (  # an order to a writer
        3.5,
        re.compile(
            r"(?:(?:する|ない|書く|加える|入れる|避ける|使う|める|くる|せる)こと|(?:し|書い|使っ|振る舞っ|避け|入れ|含め|続け)て(?:ください|下さい)|せよ|(?:ない|る)ようにする"
            r"|避ける|禁止|厳守|不要|使用|展開する|補う|確認する)[。]?$|(?:ない|る)よう(?:に)?注意"
        ),
    ),
    (  # a label
        3.5,
        re.compile(
            r"^[（(【\[［※](?![^）]*(?<!始め)る）$)|^(?:文体|文字数(?:カウント)?|出力(?:形式)?|キーワード|構成案?|タイトル候補|検索クエリ|思考|指示|回答|対象読者"
            r"|ターゲット読者|ステップ[\d０-９]+"
            r"|注記?|補足|なお"
            r"|(?:自己)?チェック(?:リスト)?|主な修正点|変更点|与えられたタスク|ユーザー|アシスタント|タスク|役割|User|Human|Response|Assistant)(?:[：:、]|は次)"
        ),
    ),
    (  # here, now, first
        2.5,
        re.compile(
            r"^(?:(?:それでは|では|はい|さて|よし|なお)、?)?(?:以下|下記|こちら|上記|ここ(?:から|まで)|次の(?:とおり|通り|セクション|よう)|残り|まず|続いて|次に|最後に|これで"
            r"|これらの|次は|それでは|では、)"
            r"|(?:以下|下記|こちら|次)(?:に|の(?:とおり|通り|よう))[^。]{0,30}$|順に"
        ),
    ),
    (  # how the text was made
        1.5,
        re.compile(
            r"仮の(?:値|数値)|架空(?:の(?:もの|事例|企業|人物))|推測(?:で|して)補|想定で補|省略(?:し|いた)|割愛|一部省略|裏付けが取れ|文字数調整|末尾が途切|踏まえ|沿って|沿い"
            r"|合わせて|合わせ、|重複(?:を避|する内容)|満たす|基づいて|もとに"
            r"|途(?:中|切れ)[^。]{0,8}(?:終わっ|切れ|途切|打ち切)|自然(?:に|な)(?:つなが|書|訳|続)|(?:次|別)の(?:出力|回答|返信|メッセージ)|[二三]回に分け|上限に"
            r"|接続を意識|読みやす|指定範囲"
        ),
    ),
    (  # words of making
        1.5,
        re.compile(
            r"執筆|生成(?!AI|物)|追記|出力|リライト|加筆|校正|推敲|書き直|完成稿|新規|メタ情報|最終段落|応答|回答|カウント"
        ),
    ),
    (  # somebody else says or does it
        -3.0,
        re.compile(
            rf"{_THEY}(?:は|が|も|では|には|にも)(?!、?(?:以上|以下))"
            r"|私自身|ようにしてい|と(?:言|語|話|述|答|説明|明か|振り返|促|いう(?!テーマ|条件|指定|ご)|呼び|尋ね|書か|返|記し|約束|誓|うなず|笑|頭|頼|表示)"
            r"|編集部|当社|弊社|本紙|取材|公式|弊誌|当館|当店"
            r"|次回|前回の記事|来週|来月|明日|次号|連載|小説|物語|宿題|講座|作文|応募|雑誌|新聞|論文|古文書|設問|問題文|映画|番組"
        ),
    ),
    (  # plain endings: a newspaper's narration
        -0.5,
        re.compile(
            r"(?:(?<!まし)た|だ|である|という|[くつぬぶむぐ]|(?<!ましょ)う|(?<!ま)す|(?<!てい)る|[ぁ-ん]い|れる)[。]?$"
        ),
    ),
    (  # to readers and customers
        -1.5,
        re.compile(
            r"本稿|本記事|この記事(?:では|は|が)|みなさん|皆さん|コメント|シェア|フォロー|お問い合わせ|問い合わせ|会員|店|商品|会場|料金|予約|お客様|企業|業務|送信|ボタン|画面|機能|設定|価格"
        ),
    ),
    (  # an article's way to lead on
        -2.5,
        re.compile(
            r"触れ(?:た(?!もの)|まし)|述べたよう|紹介した|見てきた|解説|深掘り|考えて|見ていき|例えば|たとえば|あなたの会社|アクション|この(?:発表|技術|動き)"
        ),
    ),
    (  # too long a sentence
        -2.0,
        re.compile(r".{60}", re.S),
    ),
)
_HINT = re.compile(
    r"学習は|学習データ|ユーザー[はのが]|修正版|改訂|素敵|記事|原稿|本文|文章|草[稿案]|下書き|ドラフト|段落|セクション|見出し|タイトル|文体|語尾|口調|トーン|[文\d]字|続き|検索|プロンプト|指示|依頼|リクエスト|ご要|言語モデル|AIとして"
    r"|出力|執筆|承知|かしこまり|了解|りました|全文|コンテキスト|ナレッジ|タスク|回答|ご査収|コピー|私は|私の|ステップ|チェック|架空|お申し|キーワード|追記|変更点|修正|参照元|要約|お待ち"
    r"|差し替え|例示"
)

_ENGLISH_WORK = (
    r"(?:(?:re)?writ(?:e|ing|ten)|continu(?:e|ed|ing)|draft(?:ed|ing)?|expand(?:ed)?|shorten(?:ed)?|polish(?:ed)?"
    r"|revis(?:e|ed)|search|look up|generat(?:e|ed)|summari[sz]e[d]?"
    r"|outline|structure|verify|access|browse|finish|complete|correct(?:ed)?|open external|double-check|adjust"
    r"|proceed|avoid repeating|rely on|pick up|put together|start with|tweak|check)"
)
_ENGLISH_PIECE = (
    r"(?:articles?|drafts?|continuation|piece|section|word count|characters|title ideas|introduction|conclusion|tone"
    r"|headings?|paragraphs?|(?:original|full|your|provided) text|outline|style"
    r"|version|in Japanese|key points|bullet points|topic|content|context)"
)
_ENGLISH = (
    (  # first person, or to the one who asked
        1.5,
        re.compile(
            r"^(?:(?:Okay|OK|Great|Sure|Sorry|Unfortunately|Now|Next|First|Since [^,]{3,40}|No problem|Happy to help"
            r"|Understood|Got it|Absolutely|Certainly|Thank[^.!]{3,40})[,.! ]+(?:but |so |thing! )?)?"
            r"(?:I(?:'ll| will|'ve| have|'m| am| can(?:'t|not)?| could(?:n't| not)?| was(?:n't| not)| need| should"
            r"| tried| do(?:n't| not)|'d)\b|let me\b|let's\b|here(?:'s| is| are)\b|below\b|would you|do you want me"
            r"|shall I"
            r"|could you (?:share|provide|paste|send)|please (?:share|paste|provide|review|note that I)"
            r"|if you(?:'d like| need| want))|\bI(?:'ll| can(?:'t|not)?|'ve| should| will| kept| don't)\b",
            re.I,
        ),
    ),
    (  # a text and its parts
        2.0,
        re.compile(rf"\b{_ENGLISH_PIECE}\b", re.I),
    ),
    (  # somebody works on it
        2.0,
        re.compile(rf"\b{_ENGLISH_WORK}\b", re.I),
    ),
    (  # what was ordered and given
        2.0,
        re.compile(
            r"\b(?:you (?:asked|requested|provided|specified|shared|can use)|your (?:text|article|draft|instructions"
            r"|guidelines|style guide|piece|brand|target|thoughts)|the user (?:wants|asked|provided|is)"
            r"|as you requested"
            r"|existing article|original (?:article|text|voice)|(?:the )?provided (?:text|context|article|search"
            r"|link)|search (?:results? (?:provided|don't|do not)|returned no)|requested article|target audience"
            r"|no article was"
            r"|already (?:written|made)|what was already|search for (?:recent|more|the latest)|look up the latest"
            r"|verify the(?:se|m)|adjust the length|write about this|more sources|without repeating"
            r"|previous response|next message|text ends|corrected version|the instructions say|real-time data"
            r"|general (?:knowledge|overview)"
            r"|training data|link you|like me to|let me know|just say so|wants me)\b",
            re.I,
        ),
    ),
    (  # the machine about itself
        2.0,
        re.compile(
            r"\bas an? (?:AI(?: assistant| model)?|language model),? I\b|\bmy training data\b|\bin my training\b", re.I
        ),
    ),
    (  # assent
        1.5,
        re.compile(
            r"^(?:Got it|Understood|Absolutely|Certainly|Sure(?: thing)?|Happy to help|No problem|Great"
            r"|Thanks? (?:you )?for (?:sharing|providing)|Sorry about|My apologies|Okay, (?:so|I)|Of course)\b[.!,]",
            re.I,
        ),
    ),
    (  # it cannot be done
        1.0,
        re.compile(
            r"\b(?:can't|cannot|couldn't|unable to|not able to|don't have|do not have|wasn't able to"
            r"|does not include|no relevant|ends abruptly|without seeing)\b",
            re.I,
        ),
    ),
    (  # an order to a writer
        0.5,
        re.compile(
            r"^(?:write|continue|output|do not (?:repeat|include)|ensure|use an? (?:\w+ )?tone|avoid|keep|make sure"
            r"|target length|tone:|task:|role:|thought:|response:|final answer:|total (?:length|characters)"
            r"|end of (?:the )?article"
            r"|the tone should)\b",
            re.I,
        ),
    ),
    (  # a length, a label
        2.0,
        re.compile(
            r"^[\[(（]|\b\d[\d,]*[- ](?:characters?|words?)\b|\bconversational\b|\bin the same (?:tone|style)\b", re.I
        ),
    ),
    (  # where it goes on
        0.5,
        re.compile(
            r"\b(?:follows?|following|below|above|next section|rest of|last paragraph|at least|too|so I)\b", re.I
        ),
    ),
    (  # somebody else, something else
        -2.5,
        re.compile(
            r"\b(?:he|she|they|we|book|novel|law|parliament|council|museum|camera|photos?|step|refund|comments"
            r"|reporters|posts|recipe|version)\b|\bOur\b|^Example",
            re.I,
        ),
    ),
)
_ENGLISH_HINT = re.compile(
    r"\b(?:I|I'\w+|my|me|you|your|user|here's|continu\w+|articles?|draft|text|tone|response|message|version"
    r"|instructions"
    r"|characters|words?|search|task|sections?|headings)\b",
    re.I,
)
_ANCHORS, _ENGLISH_ANCHORS = frozenset({0, 1, 2, 3, 6, 7, 10, 13}), frozenset({1, 3, 4, 5, 7, 8})
"""The families, by place, one of which any talk shows."""
_KANA = re.compile(r"[ぁ-んァ-ヴ一-龠]")


def points(sentence: str) -> float:
    """How much a sentence speaks of its own making: above 0 it is talk, from WEAK on it is if another one is too.

    A sentence that names no text, order or material is none, whatever else it has.
    """
    if len(sentence) > LONGEST:
        return -LIMIT
    japanese = bool(_KANA.search(sentence))
    if not (_HINT if japanese else _ENGLISH_HINT).search(sentence):
        return -LIMIT
    families, anchors, limit = (_JAPANESE, _ANCHORS, LIMIT) if japanese else (_ENGLISH, _ENGLISH_ANCHORS, ENGLISH_LIMIT)
    named = sum(families[number][0] for number in anchors if families[number][1].search(sentence))
    if not named:
        return -limit
    rest = (worth for number, (worth, cue) in enumerate(families) if number not in anchors and cue.search(sentence))
    return named + sum(rest) - limit
