import time
import unicodedata

import pytest

from bot.checks import check
from bot.checks.talk import generator_talk
from bot.japanese import read
from bot.readings import Paragraph, Reading, SearchText
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
    ):
        assert found("", path=f"_posts/{name}") == [(name, None, 1)]
    decomposed = unicodedata.normalize("NFD", "2026-02-01-申し訳ございません.md")
    assert len(found("", path=decomposed)) == 1


def test_a_file_named_after_the_news_is_not() -> None:
    for name in (
        "2026-02-01-1-水族館.md",
        "2026-02-01-sorry-fish.md",
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
    began = time.perf_counter()
    list(generator_talk(post, reading))
    assert time.perf_counter() - began < 5
