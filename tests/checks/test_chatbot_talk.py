import unicodedata

import pytest

from bot.checks import check
from bot.checks.chatbot_talk import generator_talk
from bot.domain.readings import Paragraph, Reading, SearchText
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"


def found(body: str, **more: object) -> list[tuple[str, int | None, int]]:
    post = draft(f"{OPENING}\n\n{body}", **more)  # type: ignore[arg-type]
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == "generator-talk"]


@pytest.mark.parametrize(
    "said",
    [
        "申し訳ありませんが、「水族館 端末」を検索しましたが、具体的な情報を見つけることができませんでした。",
        "申し訳ございません、ご指定の発表に関する情報は確認できませんでした。",
        "ご指定の水族館に関するニュースは見つかりませんでした。",
        "それでは、記事の続きを書き進めます。",
        "水族館の記事の続きを、ご指定の文体に沿って書き進めていきます。",
        "承知しました。以下に記事を書きます。",
        "はい、承知いたしました。ご指定の文字数で続けます。",
        "ご指示の通り、導入部を短くして執筆しました。",
        "以下は、ご要望に沿って書いた記事です。",
        "申し訳ありませんが、そのリクエストにはお応えできません。",
        "AI言語モデルとして、私は現在の出来事を知りません。",
        "この構成でよろしければ、お知らせください。",
        "資料をご提供いただければ、それに基づいて本文を作成いたします。",
        "1,200文字程度で、読みやすい記事を作成してください。",
        "あなたは経験豊かな科学記者です。",
        "I'm sorry, but I couldn't find any information about the aquarium.",
        "I was unable to find recent news on this topic.",
        "As an AI language model, I cannot visit the aquarium.",
        "Certainly! Here is the article you asked for.",
        "Here's the rewritten article about the aquarium:",
        "Write an article of about 800 words on the aquarium.",
        "ええ、承知いたしました。水族館の端末は面白い話題です。",
        "ウェブ検索を試みましたが、水族館の発表は見当たりませんでした。",
        "検索ツールがエラーを返したため、最新の情報を確認できません。",
        "The search tool returned no results for the aquarium.",
        "provided knowledge base",
        "（文字数：約1,800文字）",
        "以下、記事の続きです。",
        "Continuing the article from where it stopped:",
        "【既存の記事の最後の部分】",
        "（既存記事の最後の部分からの続き）",
        "申し訳ございませんが、最新の情報にアクセスできないため、記事を作成することができません。",
        "大変申し訳ございませんが、指定されたURLの内容を確認することができませんでした。",
        "申し訳ありません。提供された検索結果には、該当する情報が含まれていませんでした。",
        "恐れ入りますが、私の知識は2024年4月までのものです。",
        "私の知識のカットオフは2023年10月であるため、最新の動向は反映されていません。",
        "私はAIアシスタントですので、リアルタイムの情報にはアクセスできません。",
        "AIである私には、リアルタイムのニュースを検索する機能がありません。",
        "リアルタイムの情報を検索することはできませんが、一般的な知識に基づいて記事を作成します。",
        "提供された情報だけでは、詳細な記事を書くことが難しいです。",
        "検索結果から具体的な情報を得ることができませんでしたので、一般的な内容で記事を構成します。",
        "該当するニュースを見つけることができませんでした。別のキーワードをお試しください。",
        "ご提示いただいたトピックについて、信頼できる情報源を見つけることができませんでした。",
        "続きを書きます。",
        "では、続きを執筆します。",
        "記事の続きを以下に記載します。",
        "以下が続きです。",
        "以下に、3000文字程度の記事を作成しました。",
        "以下は、指定された条件に基づいて作成した記事です。",
        "承知いたしました。ご指定の条件で記事を執筆いたします。",
        "かしこまりました。それでは記事を作成します。",
        "了解しました。以下の内容で記事をまとめます。",
        "以下にブログ記事の草案を示します。",
        "はい、喜んでお手伝いします。以下が記事です。",
        "この記事は約3,000文字で構成されています。",
        "文字数：3,250文字",
        "【文字数】約3000字",
        "（約2000文字）",
        "以上、約3,000文字の記事となります。",
        "以上が、ご依頼いただいた記事の内容です。",
        "以上が記事の本文です。ご確認ください。",
        "ご要望があれば、修正いたします。",
        "さらに修正が必要な場合は、お気軽にお申し付けください。",
        "追加の修正が必要でしたらお知らせください。",
        "記事の長さの制限により、ここで区切ります。続きが必要な場合はお知らせください。",
        "文字数制限のため、続きは次の回答で出力します。",
        "トークン数の上限に達したため、ここで中断します。",
        "指示に従い、見出しはH2とH3のみを使用しました。",
        "プロンプトの指示に従い、プレーンテキストで出力します。",
        "指定された文体（です・ます調）で執筆しています。",
        "以下、Markdown形式で記事を出力します。",
        "SEOを意識した記事を以下の構成で作成します。",
        "タイトル案を3つ提案します。",
        "前回の続きから書き始めます。",
        "既存の記事の続きから執筆を再開します。",
        "途中で切れていた部分から続けます。",
        "前の文章の続きから自然につながるように書きます。",
        "検索を実行しましたが、結果が得られませんでした。",
        "Error: search tool unavailable",
        "APIの制限により、最新情報を取得できませんでした。",
        "I apologize, but I cannot access the provided URL.",
        "I'm sorry, but I can't help with that request.",
        "I don't have access to real-time information.",
        "I do not have the ability to browse the internet.",
        "My knowledge cutoff is April 2024.",
        "As of my last knowledge update in 2023, the aquarium had 12 terminals.",
        "As of my knowledge cutoff in April 2024, no such product exists.",
        "Based on the search results, I could not find specific information.",
        "Unfortunately, the search results do not contain relevant information.",
        "No relevant information was found in the search results.",
        "Sure! Here's a draft of the article:",
        "Sure, I can help you with that. Here is the article:",
        "Of course! Below is the article you requested.",
        "Below is the continuation of the article:",
        "Here is the continuation:",
        "Here's the article in Japanese:",
        "I hope this article meets your requirements.",
        "I hope this helps! Let me know if you need any changes.",
        "Let me know if you would like me to revise any section.",
        "Please let me know if you'd like any changes.",
        "Would you like me to continue?",
        "Feel free to ask if you need further edits.",
        "Note: This article is approximately 800 words.",
        "Word count: 812",
        "[Word count: 800]",
        "I have written the article following your instructions.",
        "As requested, the article is about 1,500 words long.",
        "Please provide the article text you would like me to continue.",
        "Please provide more details so that I can write the article.",
        "It seems like your message was cut off.",
        "It looks like you haven't provided the article.",
        "I will now write the article.",
        "I'll write an article about the aquarium.",
        "Let me search for the latest news.",
        "I need to search for more information first.",
        "記事の元となる情報を提供してください。",
        "元の記事の内容が提供されていないため、続きを書くことができません。",
        "どのような記事の続きをご希望でしょうか？",
        "具体的なトピックを教えていただければ、記事を作成します。",
        "キーワードが指定されていないため、記事を作成できません。",
        "The user wants an article about aquariums.",
        "Okay, let's write an article about the aquarium.",
        "system: You are a helpful assistant.",
        "assistant: 承知しました。",
    ],
)
def test_an_assistant_s_word_to_its_client_blocks(said: str) -> None:
    [(quoted, paragraph, line)] = found(said)
    assert said.startswith(quoted)
    assert (paragraph, line) == (2, 6)


@pytest.mark.parametrize(
    "said",
    [
        "端末は「申し訳ありませんが、その魚の情報は見つかりませんでした」と答える。",
        "画面に『承知しました。以下に案内を表示します。』と出る。",
        "端末は、申し訳ありませんがその情報は見つかりませんでしたと返した。",
        "> 申し訳ありませんが、ご指定の情報は見つかりませんでした。",
        "端末は次のように答えた。\n\n申し訳ありませんが、ご指定の情報は見つかりませんでした。",
        "`あなたは経験豊かな案内係です。`という設定を入れた。",
        "```\nあなたは経験豊かな科学記者です。\n```",
        "プロンプトの書き方を学ぶ講座も開く。\n\n800文字以内で記事を作成してください。",
        "この道具は、途中まで書いた記事の続きを書き進めます。",
        "館長は計画を承知していたという。",
        "申し訳ありませんが、10日は休館します。",
        "申し訳ありませんが、餌やりの見学は中止します。発表は後日です。",
        "捜索は続くが、手がかりとなる情報は見つかっていません。",
        "長文の記事を作成することも可能です。",
        "お気づきの点は窓口にお知らせください。",
        "検索ツールが失敗した日もあったが、今は動く。",
        "ウェブ検索を使うと、魚の名前がすぐに見つかる。",
        "【速報】水族館の新しい端末",
        "前回の記事の続きとして、屋外の池を訪ねた。",
        "文字数は一回1,800文字までです。",
        "AIアシスタントとして端末を置いた館もある。",
        "返答の例を挙げる。\n\n- 私はAIアシスタントですので、意見がないです。\n- かしこまりました。記事を書きます。",
        "## よくある断り文の例\n\n- I'm sorry, but I can't help with that request.",
        "指示に従い、係員は全員が屋外に避難しました。",
        "提供された資料には、当時の水温の記録が含まれていませんでした。",
        "検索結果にはAIの回答が含まれていません、と表示する国もある。",
        "ご意見やご要望がございましたら、お問い合わせフォームからお知らせください。",
        "記事の誤りにお気づきの際は、編集部までご連絡ください。",
        "連載の続きは次号でお届けします。",
        "文字数の制限により、投稿は280字までに収める必要がある。",
        "以上が、館長の一日である。",
        "（文字数は全角で数える）",
        "The guide does not have access to real-time information.",
        "Here is the list of changes the museum plans.",
        "Of course, the staff liked it. I hope this summer will be busier.",
        "Sure, the aquarium is small.",
        "A guard said, \"I'm sorry, I couldn't find your ticket.\"",
    ],
)
def test_a_quotation_a_report_and_the_desk_s_own_notice_are_no_talk(said: str) -> None:
    assert found(said) == []


def test_talk_in_the_front_matter_has_its_line_and_no_paragraph() -> None:
    said = "申し訳ありませんが、該当するニュースを見つけることができませんでした。"
    hits = found("", front=f"author: 編集部\nexcerpt: {said}\ndescription: {said}\n", excerpt=said, description=said)
    assert hits == [(said, None, 4), (said, None, 5)]
    assert found("", title="申し訳ありませんが、「水族館 端末」に...") == [
        ("申し訳ありませんが、「水族館 端末」に...", None, 2)
    ]


def test_a_long_sentence_is_quoted_around_the_talk() -> None:
    topic = "案内端末の台数と言語と餌の時間と" * 9
    [(quoted, _, _)] = found(f"申し訳ありませんが、「{topic}」に関する情報を見つけることができませんでした。")
    assert len(quoted) == 120
    assert quoted.startswith("申し訳ありませんが、「案内端末")


def test_one_paragraph_of_talk_is_one_finding() -> None:
    assert len(found("それでは、記事の続きを書き進めます。この構成でよろしければ、お知らせください。")) == 1


def test_a_file_named_after_an_apology_is_found() -> None:
    for name in (
        "2026-02-01-1-申し訳ありませんが、検索結果.md",
        "2026-02-01-i-cannot-find-the-news.md",
        "申し訳ありませんが.md",
        "2026-02-01-2-かしこまりました、記事を書きます.md",
        "2026-02-01-以下に記事を作成しました.md",
        "2026-02-01-記事の続きを書きます.md",
        "2026-02-01-unfortunately-i-could-not-find.md",
        "2026-02-01-sure-here-is-the-article.md",
        "2026-02-01-here-is-the-draft.md",
    ):
        assert found("", path=f"_posts/{name}") == [(name, None, 1)]
    decomposed = unicodedata.normalize("NFD", "2026-02-01-申し訳ございません.md")
    assert len(found("", path=decomposed)) == 1


def test_a_file_named_after_the_news_is_not() -> None:
    for name in (
        "2026-02-01-1-水族館.md",
        "2026-02-01-sorry-fish.md",
        "2026-02-01-here-is-why-fish-sleep.md",
        "2026-02-01-記事の書き方.md",
        "2026-02-01-謝罪-申し訳ありません.md",
        "申し訳ありませんという魚.md",
    ):
        assert found("", path=f"_posts/{name}") == []


@pytest.mark.parametrize(
    "sign",
    [
        "申し訳ありません情報",
        "ご指定の情報",
        "承知",
        "「承知しました。",
        "【既存の記事の",
        "I cannot ",
        "以下に記事を",
        '"',
        "。承知",
    ],
)
def test_an_endless_line_takes_no_time(sign: str) -> None:
    post = draft(f"{OPENING}\n\n{sign * 60_000}")
    reading = Reading((Paragraph(sign * 60_000, 1, 6),), (), (), (), SearchText("", "", ""), (), 0, 1)
    assert seconds(lambda: list(generator_talk(post, reading))) < 15


@pytest.mark.parametrize(
    "said",
    [
        "ご依頼いただいた原稿の後半を、指定の字数に合わせてまとめました。",
        "既存の記事の語尾にそろえて、続きの段落を執筆します。",
        "参照元のページを開けないため、要約は作成できかねます。",
        "文体：だ・である調、文字数：1,200字",
        "【生成した本文】",
        "I'll rewrite the introduction of your article now.",
        "My training data ends in 2024, so I can't write about this topic.",
    ],
)
def test_cues_of_its_own_making_that_belong_together_block(said: str) -> None:
    [(quoted, paragraph, line)] = found(said)
    assert quoted
    assert paragraph
    assert line


@pytest.mark.parametrize(
    "said",
    [
        "市の担当者は、ご要望に沿って原稿を直しましたと話した。",
        "館内の掲示は、職員が毎朝作成します。",
        "応募は800字以内、題名は自由です。",
        "続きは来月号に載る。",
        "Of course, I will also show the new tank.",
        "The article was written by two staff members.",
    ],
)
def test_what_only_comes_close_is_no_talk(said: str) -> None:
    assert found(said) == []


def test_a_person_s_joke_about_what_they_know_is_no_talk() -> None:
    assert found("私の知識は去年の春までで止まっている、と館長は笑う。") == []
    assert found("Of course, I will also talk about our little library.") == []
