"""Findings are shown where they are asked for, silenced with a press, and told in the review channel."""

from dataclasses import replace

import pytest

from bot.fake_slack import SlackMessage
from storage.engine import writing
from storage.store import Store
from tests.conftest import ANNA, BEN, NEWS, REVIEW, Office
from tests.handlers.articles import TEXT, article, on_sqlite

DEFECTIVE = 9
QUOTED = "引受先は[企業名]を筆頭とする5社で、累計の資金調達額は4"
PLACEHOLDER = (
    f"🛑 *プレースホルダー* 「{QUOTED}」（¶1・14行目）\n"
    "差し込むはずの言葉が入らないまま残っている可能性があります。\n"
    "→ 実際の名前や数値に置き換えるか、その文を削除してください。"
)
DRAFT = "発表したのは[企業名]です。案内端末は八つの言語で答えます。"


def sections(message: SlackMessage) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def listed(office: Office) -> SlackMessage:
    """What 要確認 under a summary shows."""
    return office.presses(office.types(f"/summary {DEFECTIVE}"), "findings")


def test_every_finding_of_a_post_is_listed_with_quotation_place_reason_and_remedy(office: Office) -> None:
    message = listed(office)
    assert message.ephemeral_to == ANNA
    head, first, second = sections(message)
    assert head.startswith(f"*#{DEFECTIVE} の要確認 2件*\n")
    assert first == PLACEHOLDER
    assert second.startswith("⚠️ *題名と同じ抜粋* 「契約書確認のコトワリ法務、32億円を調達」（8行目）\n")


def test_a_finding_said_to_be_none_is_gone_until_that_is_taken_back(office: Office) -> None:
    said = office.presses(listed(office), "dismiss_0")
    assert said.text == (
        f"誤検知として記録しました。#{DEFECTIVE} では「プレースホルダー」の指摘（1件）を、"
        "引用した箇所が残っている間は表示しません。"
    )
    again = listed(office)
    assert [PLACEHOLDER in text for text in sections(again)] == [False, False, False]
    assert sections(again)[-1] == "🔕 「プレースホルダー」は、誤検知としてこの記事では表示していません。"
    back = office.presses(again, "restore_0")
    assert back.text == f"誤検知の記録を取り消しました。#{DEFECTIVE} の「プレースホルダー」の指摘（1件）を表示します。"
    assert sections(listed(office))[1] == PLACEHOLDER


@pytest.mark.both_engines
def test_two_who_press_at_once_are_both_answered(office: Office) -> None:
    first, second = listed(office), listed(office)
    office.presses(first, "dismiss_0")
    assert office.presses(second, "dismiss_0").text.startswith("誤検知として記録済みです。")


@on_sqlite
def test_a_finding_that_was_mended_meanwhile_says_so(office: Office) -> None:
    message = listed(office)
    store = office.newsroom.store
    with writing(store.engine) as c:
        c.exec_driver_sql("DELETE FROM findings")
    assert office.presses(message, "dismiss_0").text == (
        f"この指摘（プレースホルダー）は、#{DEFECTIVE} にはもうありません。記事が直された可能性があります。"
    )


def test_the_record_of_each_rule_is_a_table(office: Office) -> None:
    office.presses(listed(office), "dismiss_0")
    for typed in ("/kawaraban ルール", "/kawaraban　rules"):
        message = office.types(typed.replace("　", " "))
        table = next(block for block in message.blocks if block["type"] == "table")
        rows = [[cell["text"] for cell in row] for row in table["rows"]]
        assert rows[0] == ["規則", "重さ", "該当", "誤検知", "適合率", "通知"]
        assert ["プレースホルダー", "止める", "2本", "1本", "50%", "個別"] in rows
        assert ["一人称", "注意", "0本", "0本", "–", "停止中"] in rows
        assert ["宣伝めいた言葉", "参考", "0本", "0本", "–", "–"] in rows


# ---- 校閲する
def checks(office: Office, message: SlackMessage) -> SlackMessage:
    assert office.slack.shortcut(BEN, "check_message", message).status == 200
    return office.slack.messages(message.channel)[-1]


def test_a_text_in_a_message_is_checked_for_the_asker_alone(office: Office) -> None:
    office.slack.say(ANNA, NEWS, DRAFT)
    answer = checks(office, office.slack.said)
    assert (answer.ephemeral_to, sections(answer)) == (
        BEN,
        [
            "*要確認 1件（止める1）*",
            "🛑 *プレースホルダー* 「発表したのは[企業名]です。」（¶1・1行目）\n"
            "差し込むはずの言葉が入らないまま残っている可能性があります。\n"
            "→ 実際の名前や数値に置き換えるか、その文を削除してください。",
        ],
    )


@on_sqlite
def test_a_message_with_a_stored_post_shows_its_findings(office: Office) -> None:
    url = office.newsroom.desk.lookup.post(DEFECTIVE)[0].url
    office.slack.say(ANNA, NEWS, f"{url}")
    assert sections(checks(office, office.slack.said))[1] == PLACEHOLDER


@on_sqlite
def test_a_message_with_several_posts_asks_which(office: Office) -> None:
    urls = [office.newsroom.desk.lookup.post(number)[0].url for number in (DEFECTIVE, 3)]
    office.slack.say(ANNA, NEWS, f"{urls[0]} {urls[1]}")
    asked = checks(office, office.slack.said)
    assert asked.text == "このメッセージの記事です。要確認を見る記事を選んでください。"
    assert sections(office.presses(asked, "要確認 2件", user=BEN))[1] == PLACEHOLDER


@on_sqlite
def test_a_file_in_a_channel_without_the_bot_s_intake_is_checked_and_not_stored(office: Office) -> None:
    before = office.newsroom.store.health.counts()["posts"]
    data = f"---\ntitle: 端末\npublished: false\n---\n\n{DRAFT}\n".encode()
    office.slack.say(ANNA, NEWS, "見て", files=[office.slack.file("draft.md", data)])
    answer = checks(office, office.slack.said)
    assert sections(answer)[1].startswith("🛑 *プレースホルダー* 「発表したのは[企業名]です。」（¶1・6行目）")
    assert office.newsroom.store.health.counts()["posts"] == before


@on_sqlite
def test_an_empty_message_has_nothing_to_check(office: Office) -> None:
    office.slack.say(ANNA, NEWS, " ")
    assert checks(office, office.slack.said).text == "このメッセージには、校閲できる本文も .md ファイルもありません。"


def pastes(office: Office, text: str) -> list[str]:
    """What the modal shows once the draft was sent."""
    assert office.slack.shortcut(BEN, "check_draft").status == 200
    form = office.slack.modal(BEN)
    assert form
    assert office.slack.submit(BEN, form, {"draft": text}).status == 200
    result = office.slack.modal(BEN)
    assert result
    return [block["text"]["text"] for block in result["blocks"] if block["type"] == "section"]


def test_a_pasted_draft_is_checked_in_the_modal(office: Office) -> None:
    assert [text.split("\n")[0] for text in pastes(office, f"# 端末\n\n{DRAFT}\n\n---END---")] == [
        "*要確認 2件（止める2）*",
        "🛑 *プレースホルダー* 「発表したのは[企業名]です。」（¶1・3行目）",
        "🛑 *終了マーカー* 「---END---」（¶1・5行目）",
    ]


@on_sqlite
def test_a_clean_draft_hears_that_nothing_was_found(office: Office) -> None:
    assert pastes(office, "案内端末は八つの言語で答えます。") == ["*要確認はありません。*"]


@on_sqlite
@pytest.mark.parametrize("length", [3_000])
def test_a_draft_full_of_defects_stays_within_slack_s_limits(office: Office, length: int) -> None:
    lines = pastes(office, ("〇〇は&<社>である。\n\n" * 400)[:length])
    assert lines[0].startswith("*要確認 ")
    assert len(lines) == 21


# ---- what the review channel is told
@pytest.fixture
def watched(office: Office) -> Office:
    """The newsroom is told of new findings in the review channel; no review is opened by the checks."""
    store = office.newsroom.store
    assert isinstance(store, Store)
    store.posts.notifications = replace(store.posts.notifications, channel=REVIEW, opens_reviews=False)
    return office


def test_a_new_post_with_a_defect_is_told_and_follows_what_is_said_of_it(watched: Office) -> None:
    office = watched
    data = article("霧島研究所の案内端末", text=f"発表したのは[企業名]です。\n\n{TEXT}")
    desk = office.newsroom.desk
    taken = desk.intake.take_in_file(data, "2026-01-31-a.md", channel="", ts="")
    office.newsroom.sender.deliver()
    [told] = office.slack.messages(REVIEW)
    assert told.text.startswith(f"新しい記事 #{taken.post_id}に要確認 1件 霧島研究所の案内端末\n")
    said = office.presses(told, "dismiss_0")
    assert said.ephemeral_to == ANNA
    [mended] = [m for m in office.slack.messages(REVIEW) if m.ephemeral_to is None]
    assert mended.text == f"#{taken.post_id} の要確認はなくなりました。 霧島研究所の案内端末"
