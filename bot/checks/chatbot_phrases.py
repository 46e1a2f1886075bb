"""What a text generator says to whoever asked it for an article, as patterns of sentences."""

import re

_SORRY = r"(?:申し訳(?:あり|ござい)ません|恐れ入ります|残念ながら|あいにく)"
_TEXT = r"(?:(?:ブログ|ニュース|解説)?記事|本文|原稿|文章)"
_FOUND = r"(?:検索|情報|ニュース|資料|記事|ソース|データ|発表|URL|リンク|ページ)"
_WRITE = r"(?:作成|執筆|生成|出力|書き進め|書いて|リライト)"
_WILL = (
    r"(?:書きます|書いて(?:いき|まいり)ます|始めます|続けます"
    r"|(?:執筆|記載|記述|作成|生成|出力|再開|提示)(?:し|いたし|して(?:いき|まいり))ます)"
)
_WISH = r"ご(?:指示|要望|依頼|指定)"
_GIVEN = r"(?:ご?(?:提供|提示|指定|共有|入力)(?:された|いただいた|の)|与えられた)"
_NO = r"(?:でき(?:ません|かね|ず)|いたしかね|難しい)"
_NOTHING = (
    r"(?:見つ(?:け|か)[^。]{0,12}(?:ません|なかった)|得られません|含まれてい(?:ません|なかった)"
    rf"|(?:確認|特定|取得|アクセス)(?:する(?:こと|の)が)?{_NO})"
)
_YES = r"(?:承知(?:いた)?しました|承知です|かしこまりました|了解(?:いた)?しました)"
_WELL = r"(?:(?:それでは|では|はい|引き続き|続いて|次に|ここから)?、?)"
_FORM = r"(?:Markdown|マークダウン|JSON|HTML|プレーンテキスト|です・?ます調|である調)"
_AMOUNT = r"約?[\d,]{2,9}(?:文字|字)(?:程度|前後)?"
_JAPANESE = (
    # an apology for what was not found
    rf"{_SORRY}.{{0,120}}{_FOUND}[^。]{{0,40}}{_NOTHING}",
    rf"{_GIVEN}[^。]{{0,80}}{_FOUND}[^。]{{0,40}}(?:見つ(?:け|か)[^。]{{0,12}}ません|{_NO}で?した)",
    rf"^{_SORRY}が?、「[^」]*」に(?:関する|ついて|\.\.\.|…)",
    rf"^{_GIVEN}(?:情報|資料|検索結果|テキスト)(?:だけ|のみ)で(?:は|の)[^。]{{0,40}}(?:でき|難し|困難|不十分|不足)",
    r"^(?:該当|関連)する(?:ニュース|記事|検索結果)[^。、]{0,8}(?:を見つけることができません|が?は?見つかりません)(?:でした)?",
    r"検索結果(?:から|に|には)[^。]{0,40}(?:具体的な|該当する|関連する|最新の)[^。]{0,12}(?:情報|記事|ニュース|データ)[^。]{0,20}(?:ません|なかった)",
    rf"^(?:元の|既存の|前の)?(?:{_TEXT}|キーワード|トピック|テーマ)(?:の内容)?が(?:提供|指定|提示|入力|共有)されて(?:い?ない|おらず|いません)[^。]{{0,40}}(?:{_WRITE}|続き|書く)",
    # what it is and knows
    r"^(?:恐れ入りますが、|申し訳ありませんが、)?私の(?:知識|学習データ|トレーニングデータ)(?:の?カットオフ|の?更新)?は[^。]{0,30}(?:年|月|まで|時点)",
    r"^(?:私は)?(?:AI|大規模)(?:言語モデル|アシスタント)(?:として、|なので|であるため|ですので|ですから)",
    r"^(?:私は|AIである私)[^。]{0,12}AI(?:言語モデル|アシスタント|モデル)?(?:です|なので|であ)[^。]{0,40}(?:ません|ないため)",
    r"^AIである私(?:は|には|の)",
    rf"^リアルタイムの?(?:情報|ニュース|データ)[^。]{{0,30}}(?:検索|アクセス|取得)[^。]{{0,20}}(?:ません|ないため)[^。]{{0,40}}(?:一般的な|知識|{_TEXT}を)",
    r"(?:API|アクセス|レート)(?:の)?制限(?:により|のため)、[^。]{0,12}情報を(?:取得|確認)でき(?:ません|なかった)",
    # going on writing
    rf"^{_WELL}[^、。はが]{{0,60}}続きを[^。はが]{{0,40}}{_WRITE}[^。]{{0,12}}ます",
    rf"^{_WELL}(?:{_TEXT}の)?続きを(?:以下に)?、?{_WILL}。?$",
    rf"^(?:前回|途中|直前|(?:既存|元|前|先ほど)の{_TEXT}|{_GIVEN}{_TEXT})[^。はが、]{{0,20}}(?:続き|部分|ところ)から、?[^。]{{0,24}}(?:書き|{_WILL})",
    rf"^{_WELL}以下に?、?{_TEXT}(?:の(?:全文|本文|続き|草案))?を[^。はが]{{0,20}}{_WRITE}(?:し|いた)",
    rf"^以下[はがに][^。]{{0,60}}{_WISH}[^。]{{0,40}}{_TEXT}",
    rf"^以下[はがに、]{{0,2}}[^。]{{0,20}}(?:指定された|{_AMOUNT}の)[^。]{{0,24}}{_TEXT}(?:を{_WRITE}|です|になります|となります)",
    rf"^以下、?(?:に、?)?{_FORM}(?:形式)?で[^。]{{0,20}}(?:出力|記載|{_WRITE}|提示)(?:し|いた)",
    r"^以下に[^。]{0,30}(?:草案|下書き|ドラフト|構成案|タイトル案)を(?:示|提示|記載|ご?提案)(?:し|いた)",
    rf"^[^。はが]{{0,20}}{_WISH}(?:の|いただいた)?(?:通り|とおり|内容|条件|文体|文字数|構成)[^。はが]{{0,50}}(?:{_WRITE}|まとめ)",
    rf"^[^。はが]{{0,20}}{_TEXT}を、?以下の構成で{_WRITE}(?:し|いた)",
    # what it was told, and what it made of it
    rf"^(?:プロンプトの|システムの|上記の|与えられた)?指示(?:に従い|に基づき|通り|どおり)、?[^。は]{{0,30}}(?:見出し|{_TEXT}|文体|文字数|箇条書き|出力|{_FORM})[^。]{{0,30}}(?:ます|ました)",
    rf"^指定された(?:文体|文字数|条件|トーン|構成)[^。]{{0,30}}(?:{_WRITE}|記述|構成)して(?:い|おり)?ます",
    rf"^ユーザーは[^。]{{0,40}}{_TEXT}の(?:続き|作成|執筆)を(?:求め|依頼し|希望し|要求し)",
    r"^タイトル案を[\d一二三四五]+(?:つ|個|案)?[^。]{0,6}提案(?:いた)?します",
    # an opening that answers an order
    rf"^(?:はい|ええ|もちろんです)[、。]{_YES}(?:[。！]|$)",
    rf"^(?:はい|ええ)?[、。]?{_YES}[。、！]?(?=以下|それでは|では|{_WISH}|[^。]{{0,80}}{_TEXT}(?:の続き)?を)",
    r"^(?:もちろんです|はい、喜んで[^。]{0,12})[。！]\s?以下[はがに]",
    r"^はい、喜んでお手伝い(?:いた|させ)",
    rf"^(?:assistant|アシスタント)\s?[:：]\s?(?:{_YES}|はい、|もちろん|以下|Sure|Certainly|Here)",
    # a refusal
    rf"{_SORRY}が?、?[^。]{{0,60}}(?:リクエスト|{_WISH}|{_TEXT}(?:の|を){_WRITE})[^。]{{0,25}}{_NO}",
    # an offer, a question, a farewell
    rf"^この(?:構成|内容|方向性?)で(?:よろし|問題な)ければ、[^。]{{0,20}}(?:お知らせ|お申し付け|{_WRITE}|{_TEXT})",
    rf"(?:ご提供|ご提示|ご共有|お知らせ|教えて)いただけ?(?:れば|ましたら)[^。]{{0,40}}(?:{_TEXT}|続き)を{_WRITE}",
    r"^もし[^。]{0,80}(?:情報源|参照すべき)[^。]{0,40}(?:教えて|ご提供|ご共有)いただけ(?:ます|れば|ましたら)",
    rf"^{_TEXT}の(?:元となる)?(?:情報|内容|テーマ|トピック)を(?:ご)?(?:提供|提示|指定)してください",
    rf"^どのような[^。]{{0,20}}{_TEXT}[^。]{{0,8}}を?(?:ご希望|お望み)(?:です|でしょう)か",
    r"(?:修正|調整|変更|加筆|書き直し)(?:や[^。]{0,8})?が(?:必要|ご希望)(?:な場合|でしたら|であれば|の場合)は?、?[^。]{0,10}(?:お知らせ|お申し付け|おっしゃ)",
    r"^ご?要望(?:が)?(?:あれ|ございまし|ありまし)(?:ば|たら)、?[^。]{0,10}(?:修正|調整|加筆|書き直)(?:し|いた)",
    r"(?:文字数|字数|トークン(?:数)?|出力|回答|長さ)の?(?:制限|上限)[^。]{0,16}(?:により|ため|に達し)[^。]{0,12}(?:続きは(?:次|別)|ここで(?:中断|区切|終了|いったん|一旦))",
    r"続きが必要な(?:場合|とき)は[^。]{0,10}(?:お知らせ|お申し付け)",
    rf"^以上[がで]、?(?:{_WISH}|{_TEXT}の(?:本文|全文|続き|内容))[^。]{{0,24}}(?:です|となります|になります)",
    r"^(?:また、|そのほか、)?(?:追加の|さらなる)?(?:ご?要望|修正点)(?:や[^。]{0,8})?が(?:あれば|ございましたら)[^。]{0,6}お気軽に(?:お申し付け|おっしゃ)",
)
_TOOLS = (
    # a tool that failed, a search that found nothing
    r"^(?:(?:Google|ウェブ|Web)\s?)?検索を(?:試み|行い|行っ|実行し)[^。]{0,12}が、[^。]{0,60}(?:見当た|見つか|見つけ|得られ|確認でき)",
    r"^[^。、]{0,10}(?:検索|ブラウジング)ツール(?:が|は|の|を)[^。]{0,30}(?:エラー|失敗|利用でき|使用でき|応答)[^。]{0,60}(?:ません|ため)",
    r"^(?:Error: |The |My )(?:web )?(?:search|browsing) tool (?:returned|failed|did not|is not|was not|unavailable)",
    r"^(?:tool_code|tool_outputs?)$|^print\((?:google_search|concise_search)\b",
    r"^(?:the )?provided (?:knowledge base|context|search results|source documents?)\.?$",
    # the length as it was ordered, the continuation as it is handed over
    r"^[（(【\[]?(?:総?文字数|字数)[：:】]?\s?(?:約|およそ)?[\d,]{2,9}(?:文字|字)?(?:程度)?[）)】\]]?$",
    rf"^[（(【\[]{_AMOUNT}[）)】\]]$",
    rf"^この{_TEXT}は{_AMOUNT}で(?:構成|執筆|作成)され",
    rf"^以上、?約{_AMOUNT}の{_TEXT}(?:です|となります|になります)",
    rf"^(?:以下[、はが]?)?(?:その)?(?:{_TEXT}の)?続き(?:です|になります|となります|をお[届送][^。]{{0,6}})[。：:]?$",
    rf"^(?:以下[、はが]?)?{_TEXT}の続き[。：:]?$",
)
_CANNOT = r"(?:(?:was|am) unable|can(?:not|'t)|could(?: not|n't))"
_PIECE = r"(?:article|draft|(?:blog )?post|continuation|rewrite|text)"
_OPEN = r"(?:(?:Sure|Certainly|Of course|Absolutely)[!,.] *|Okay, |OK, |Alright, |Now, )"
_ENGLISH = (
    r"\bas an AI (?:language )?(?:model|assistant),? I\b",
    rf"^(?:I(?:'m| am) sorry|I apologi[sz]e|Sorry|Unfortunately)\b.{{0,60}}\bI {_CANNOT}",
    rf"^I {_CANNOT} (?:to )?(?:find|assist|help with|fulfill|provide|browse|access)\b",
    r"^I (?:do not|don't) have (?:access to (?:real-time|current|external|the internet)|the ability to browse)",
    r"^(?:My|As of my) (?:last )?(?:knowledge|training)(?: data)?(?: cutoff| update|'s| is| only| ends)",
    r"^(?:Unfortunately, |Based on )?the (?:provided )?search results,? (?:I |do not|don't|did not|didn't|provided)",
    r"^No (?:relevant|specific|recent) (?:information|news|articles|results) (?:was|were) found in the search",
    rf"^{_OPEN}here(?:'s| is| are) (?:a|an|the|your)\b.{{0,40}}\b{_PIECE}",
    rf"^{_OPEN}(?:below is|I can help"
    r"|I(?:'ll| will) (?:now )?(?:(?:re)?write|continue|draft|help|provide|create|revise)"
    r"|I'd be happy|let(?:'s| me) (?:write|draft|continue))",
    rf"^Here(?:'s| is) (?:the|a|an|your) (?:[\w-]+ ){{0,4}}{_PIECE}\b.{{0,80}}:$",
    rf"^Here(?:'s| is) the (?:continuation|rest of the {_PIECE}|{_PIECE} in (?:Japanese|English))",
    rf"^Below is (?:the|a|an|your) (?:[\w-]+ ){{0,4}}{_PIECE} (?:you requested|you asked|of the|based on)",
    r"^Continu(?:ing|ation of) the (?:article|draft|blog post)\b",
    r"^(?:I(?:'ll| will)|Let me|I need to) (?:now )?(?:continue (?:writing|with)|write|draft|search for) "
    r"(?:the|an?|some|more)\b[^.]{0,40}\b(?:article|post|draft|news|information)\b",
    r"^(?:I hope this (?:article|draft|helps[!.] Let me know|meets))",
    r"^(?:Please )?let me know if (?:you(?:'d| would| need| want)|there)[^.]{0,40}(?:change|revis|edit|adjust|expand)",
    r"^Would you like me to (?:continue|revise|expand|write|rewrite|adjust|add)",
    r"^Feel free to (?:ask|let me know) if you[^.]{0,30}(?:edit|revision|change|adjust)",
    r"^(?:Note: )?This article is (?:approximately|about|around) [\d,]+ words",
    r"^[\[(]?(?:total )?word count:? ?(?:about |approximately |~)?[\d,]+(?: words)?[\])]?\.?$",
    r"^I have (?:written|drafted|rewritten|completed) (?:the|an?) (?:article|draft|post)",
    r"^As (?:you )?requested, (?:the|this|here)[^.]{0,20}(?:article|draft|post)",
    r"^Please provide (?:the|me|more)[^.]{0,60}(?:you(?:'d| would) like me|so (?:that )?I can)",
    r"^It (?:seems|looks|appears) (?:like|that) (?:your message was cut"
    r"|you (?:haven't|have not|didn't|did not) (?:provided?|shared?|included?|pasted?))",
    r"^The user (?:wants|is asking|asked|has asked|requested)(?: for)?(?: me to| an? article| an? (?:blog )?post)",
)
_ORDERS = (
    rf"[\d,]{{2,9}}(?:文字|字)(?:程度|以上|以内|前後)?[での][^。はが]{{0,30}}{_TEXT}を{_WRITE}して(?:ください|下さい)。?$",
    r"^あなたは[^。、]{0,30}(?:ライター|編集者|記者|アシスタント)です。?$",
    r"\b(?:write|generate) (?:a|an|the) [^.]{0,60}(?:article|blog post) (?:of|in|with) [^.]{0,20}\d[\d,]*[ -]words?\b",
    r"^(?:system: )?You are (?:a|an) [^.]{0,40}(?:assistant|writer|journalist|editor)\.?$",
)
TALK = re.compile("|".join((*_JAPANESE, *_TOOLS, *_ENGLISH)), re.I)
"""A sentence, together with the beginning of the next, that is talk."""
ORDER = re.compile("|".join(_ORDERS), re.I)
"""An order to a generator: talk only where the article is not about such orders."""
# fmt: off
WORDS: dict[str, tuple[str, ...]] = {
    "申し訳": ("申し訳",), "恐れ入": ("恐れ入",), "残念ながら": ("残念ながら",), "あいにく": ("あいにく",),
    "指示": ("ご指示", "指示に従い", "指示に基づ", "指示通り", "指示どおり",), "ご指定": ("ご指定",),
    "ご要望": ("ご要望",), "要望": ("要望が",), "ご依頼": ("ご依頼",), "ご提示": ("ご提示",), "ご提供": ("ご提供",),
    "ご共有": ("ご共有",), "された": ("指定された", "提供された", "提示された", "共有された", "入力された",),
    "与えられた": ("与えられた",), "いただいた": ("いただいた",), "お知らせ": ("お知らせ",),
    "教えていただ": ("教えていただ",),
    "続き": ("の続き", "続きを", "続きです", "続きが", "続きか", "続きは", "続きに",), "部分から": ("部分から",),
    "ところから": ("ところから",), "以下": ("以下に", "以下は", "以下が", "以下を", "以下、", "以下の構成", "以下m",),
    "承知": ("承知",), "かしこまり": ("かしこまり",), "了解": ("了解",), "喜んで": ("喜んで",),
    "私": ("私の知識", "私の学習", "私のトレ", "私はai", "である私",),
    "モデル": ("モデルとして", "モデルなの", "モデルである", "モデルです",),
    "アシスタント": ("アシスタントと", "アシスタントな", "アシスタントで", "アシスタント：", "アシスタント:"),
    "assistant：": ("assistant：",),
    "リアルタイム": ("リアルタイムの情報", "リアルタイム情報", "リアルタイムのニュース",),
    "制限": ("制限により", "制限のため",), "上限に達": ("上限に達",), "よろしければ": ("よろしければ",),
    "問題なければ": ("問題なければ",), "参照すべき": ("参照すべき",), "情報源": ("情報源",),
    "検索": ("検索を", "検索結果", "検索ツール", "関連する検索",), "ブラウジング": ("ブラウジング",),
    "字": ("文字数", "字数", "字）", "字)", "字】", "字]", "字で構成", "字で執筆", "字で作成", "文字程度の",),
    "該当する": ("該当する",), "関連する": ("関連するニュース", "関連する記事",),
    "されて": ("されていない", "されておらず", "されてない",), "タイトル案": ("タイトル案",),
    "ユーザー": ("ユーザーは",), "をご希望": ("をご希望",), "をお望み": ("をお望み",), "お申し付け": ("お申し付け",),
    "おっしゃ": ("おっしゃ",), "以上": ("以上が", "以上で", "以上、約", "以上約",), "してください": ("してください",),
    "して下さい": ("して下さい",), "ライター": ("ライターです",), "編集者です": ("編集者です",),
    "記者です": ("記者です",), "assistant:": ("assistant:",), "tool_": ("tool_",), "_search": ("_search",),
}
ENGLISH_WORDS = (
    " ai model", " ai assistant", " ai language", "i'm sorry", "i am sorry", "i apolog", "sorry", "unfortunately",
    "i was unable", "i am unable", "i cannot", "i can't", "i could", "i don't have", "i do not have", "my knowledge",
    "my training", "my last", "search results", "found in the", "certainly", "sure!", "sure,", "sure.", "of course",
    "absolutely", "okay,", "ok,", "alright,", "here is", "here's", "below is", "i'll", "i will", "let me",
    "i need to", "i hope this", "would you like", "feel free", "this article is", "word count", "i have written",
    "i have drafted", "i have rewritten", "i have completed", "requested", "please provide", "it seems", "it looks",
    "it appears", "the user ", "write a", "write the", "generate a", "generate the", "you are a", "search tool",
    "browsing tool", "provided ", "continuing", "continuation",
)
# fmt: on
"""What every one of the patterns needs one of, in lower case: looked for first, since few paragraphs hold any. In
Japanese by what several have in common; in English only where there is a run of English."""
