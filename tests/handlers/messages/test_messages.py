"""Whole messages, as they go to Slack."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.desk.lookup import Choice, Summary, TagPage
from bot.domain.tags import Alias, AliasChange, TagCount
from handlers.messages import digest as digests
from handlers.messages import lookup, review_answers
from tests.handlers.messages.digests import (
    AT,
    HYPE,
    PLACEHOLDER,
    POST,
    READING,
    REVIEW,
    SENTENCES,
    SLOT,
    TOKYO,
    digest,
    entry,
    held,
    post,
    reading,
)

Block = dict[str, Any]
HOUR = timedelta(hours=1)


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block | {"accessory": accessory} if accessory else block


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": t} for t in texts]}


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": True}}


def button(label: str, action: str, **more: str) -> Block:
    text = {"type": "plain_text", "text": label, "emoji": True}
    return {"type": "button", "text": text, "action_id": action, **more}


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


OPEN = button("全文を開く", "open", url="https://example.com/kodama/")


def test_a_summary() -> None:
    s = Summary(POST, reading(findings=(HYPE, PLACEHOLDER)), SENTENCES, alike=17, review=REVIEW)
    assert lookup.summary(s, TOKYO) == {
        "text": "こだまを公開\nこだまが公開された。4月から配る。",
        "blocks": [
            section("*<https://example.com/kodama/|こだまを公開>*"),
            context("#12 · 霧島新報 · 1月31日(土) 12:05 · 約2分"),
            section("• こだまが公開された。 `¶1`\n• 4月から配る。 `¶3`"),
            context("#LLM　#自治体"),
            context("⚠️ 要確認 2件: 埋められていない箇所です。「〇〇町村」(¶2)"),
            context("レビュー中（レビュー #7、🚩1人）"),
            actions(
                button("チャンネルに共有", "share", value='{"post":12,"sentences":2}'),
                button("レビューに回す", "flag", value='{"post":12}'),
                button("同じ話題 17本", "story", value='{"post":12}'),
                button("要確認 2件", "findings", value='{"post":12}'),
                OPEN,
            ),
        ],
    }


def test_a_summary_of_a_post_with_nothing_but_a_title() -> None:
    bare = reading(ranked=(), tags=())
    s = Summary(post(title="", url=None, dated_by="arrival"), bare, (), alike=0, review=None)
    assert lookup.summary(s, TOKYO)["blocks"][1:] == [
        context("#12 · 霧島新報 · 1月31日(土) 12:05（日付の記載なし、取り込み時刻） · 約2分"),
        section("本文が短いため要約できません。"),
        actions(
            button("チャンネルに共有", "share", value='{"post":12,"sentences":0}'),
            button("レビューに回す", "flag", value='{"post":12}'),
        ),
    ]


def test_a_summary_shared_with_the_channel_has_no_button_for_the_asker_alone() -> None:
    s = Summary(POST, READING, SENTENCES, alike=17, review=None)
    assert lookup.shared(s, "U0SATO001", TOKYO) == {
        "text": "こだまを公開\nこだまが公開された。4月から配る。",
        "blocks": [
            section("*<https://example.com/kodama/|こだまを公開>*"),
            context("#12 · 霧島新報 · 1月31日(土) 12:05 · 約2分"),
            section("• こだまが公開された。 `¶1`\n• 4月から配る。 `¶3`"),
            context("#LLM　#自治体"),
            context("<@U0SATO001>さんが共有しました"),
            actions(button("レビューに回す", "flag", value='{"post":12}'), OPEN),
        ],
    }


def test_a_digest() -> None:
    d = digest(
        entry(12, others=19, follow_up=True),
        entry(13, sentences=SENTENCES[:1], tags=()),
        covered=(12, 14, 13),
        held=(held(15), held(16)),
        left_out=(17, 18),
    )
    assert digests.digest(d) == {
        "text": "AIニュース ダイジェスト 2月1日(日) 8:00\n1. 【続報】こだまを公開\n2. こだまを公開\n"
        "2本を保留（プレースホルダー2）\nほか2本",
        "blocks": [
            header("AIニュース ダイジェスト 2月1日(日) 8:00"),
            context("2件の話題・記事3本　各記事への🚩はスレッドの返信へどうぞ"),
            section(
                "*1. <https://example.com/kodama/|【続報】こだまを公開>*\n"
                "• こだまが公開された。 `¶1`\n• 4月から配る。 `¶3`\n#12 · 霧島新報 · #LLM　#自治体 · 同じ話題 19本"
            ),
            section("*2. <https://example.com/kodama/|こだまを公開>*\n• こだまが公開された。 `¶1`\n#13 · 霧島新報"),
            context("2本を保留（プレースホルダー2）"),
            context("ほか2本"),
            actions(*(menu(text, action) for text, action in (("要約を読む", "pick_0"), ("レビューに回す", "flag")))),
        ],
    }


def menu(text: str, action: str) -> dict[str, Any]:
    """The menu of a digest's two entries."""
    options = [{"text": words(f"{n}. こだまを公開"), "value": f'{{"post":{11 + n}}}'} for n in (1, 2)]
    return {"type": "static_select", "action_id": action, "placeholder": words(text), "options": options}


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def test_a_digest_of_a_schedule_with_a_name_sent_late() -> None:
    named = replace(digest(entry(12)).schedule, name="朝のまとめ")
    late = digests.digest(replace(digest(entry(12)), schedule=named, decided_by="U1", decided_at=SLOT + HOUR))
    assert late["blocks"][:2] == [
        header("朝のまとめ 2月1日(日) 8:00"),
        context("1件の話題・記事1本　各記事への🚩はスレッドの返信へどうぞ", "2月1日(日) 9:00 に承認、送信"),
    ]


def test_a_reply_for_one_entry_of_a_digest() -> None:
    assert digests.entry(digest(entry(11), entry(12, others=19)), 12) == {
        "text": "2. こだまを公開",
        "blocks": [
            section(
                "*2. <https://example.com/kodama/|こだまを公開>*\n"
                "• こだまが公開された。 `¶1`\n• 4月から配る。 `¶3`\n#12 · 霧島新報 · #LLM　#自治体 · 同じ話題 19本"
            ),
            actions(
                button("要約", "pick_0", value='{"post":12}'),
                button("レビューに回す", "flag", value='{"post":12}'),
                button("同じ話題 19本", "story", value='{"post":12}'),
                OPEN,
            ),
        ],
    }


def test_the_reply_that_names_what_is_held() -> None:
    assert digests.held(digest(held=(held(15), held(16, url=None)))) == {
        "text": "2本を保留（プレースホルダー2）\n#15 保留の記事\n#16 保留の記事",
        "blocks": [
            section("*2本を保留（プレースホルダー2）*"),
            section("*#15* <https://example.com/kodama/|保留の記事>\n埋められていない箇所です。「〇〇町村」(¶2)"),
            section("*#16* 保留の記事\n埋められていない箇所です。「〇〇町村」(¶2)"),
        ],
    }


def test_a_day_with_nothing() -> None:
    quiet = "本日の新着はありません（最終確認 7:58、5ソース正常）"
    assert digests.digest(digest()) == {
        "text": f"AIニュース ダイジェスト 2月1日(日) 8:00\n{quiet}",
        "blocks": [header("AIニュース ダイジェスト 2月1日(日) 8:00"), section(quiet)],
    }


def test_a_choice_of_posts() -> None:
    posts = (POST, post(13, title="A & B", url=None))
    assert lookup.choice(Choice("こだま", posts), TOKYO) == {
        "text": "「こだま」に当たる記事が複数あります。お選びください。\n#12 こだまを公開\n#13 A &amp; B",
        "blocks": [
            section("「こだま」に当たる記事が複数あります。お選びください。"),
            section(
                "*#12* <https://example.com/kodama/|こだまを公開>\n1月31日(土) 12:05",
                button("要約", "pick_0", value='{"post":12}'),
            ),
            section("*#13* A &amp; B\n1月31日(土) 12:05", button("要約", "pick_1", value='{"post":13}')),
        ],
    }


def test_a_question_which_post_was_meant() -> None:
    at = {"channel": "C1", "ts": "1.2"}
    text = "このメッセージには複数の記事があります。どの記事をレビューに回しますか。"
    assert review_answers.ask([POST], at) == {
        "text": text,
        "blocks": [
            section(text),
            section(
                "*#12* こだまを公開",
                button("この記事", "flag_one_0", value='{"post":12,"channel":"C1","ts":"1.2"}'),
            ),
        ],
    }


def test_a_tag_with_more_names_than_are_shown() -> None:
    names = tuple(f"名{n}" for n in range(10))
    page = TagPage(TagCount("LLM", 6, 4, -1), 0, (POST,), ("自治体", "調達"), names)
    assert lookup.tag_page(page, TOKYO) == {
        "text": "LLM 全6本・直近30日 4本（前の30日比 −1）\n#12 こだまを公開",
        "blocks": [
            section("*LLM*　全6本・直近30日 4本（前の30日比 −1）"),
            section("*#12* <https://example.com/kodama/|こだまを公開>\n霧島新報 · 1月31日(土) 12:05"),
            context("関連タグ: 自治体、調達"),
            context("別名: 名0、名1、名2、名3、名4、名5、名6、名7、ほか2件"),
            actions(button("次へ", "page_after", value='{"of":"tag","q":"LLM","total":6,"at":5}')),
            actions(button("フォローする", "follow", value='{"tag":"LLM"}')),
        ],
    }


def test_an_alias_that_calls_everybody_calls_nobody() -> None:
    text = "「<!here>」を「*A*」の別名にし、記事2本のタグを「*A*」にまとめました。"
    inert = text.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\u2060*\u2060")
    assert lookup.alias_changed(AliasChange(Alias("<!here>", "*A*", "U0SATO001", AT), 2)) == {
        "text": text.replace("<", "&lt;").replace(">", "&gt;"),
        "blocks": [section(inert)],
    }


def test_a_list_of_aliases_that_is_too_long_says_what_is_left_out() -> None:
    made = lookup.aliases(tuple(Alias("&" * 100, "<" * 100, "U" * 40, AT) for _ in range(75)), TOKYO)
    assert [len(b["text"]["text"].splitlines()) for b in made["blocks"][:-1]] == [1, 15, 15, 15, 15]
    assert made["blocks"][-1] == context("ほか15件。全件は「kawaraban tag --aliases」で見られます。")
    assert all(len(b["text"]["text"]) <= 3_000 for b in made["blocks"][:-1])
