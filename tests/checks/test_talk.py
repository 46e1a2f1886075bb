import pytest

from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

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
