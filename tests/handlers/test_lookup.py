"""What an editor types, and reads."""

from typing import Any

import pytest

from bot.desk.lookup import Choice, Summary
from bot.fake_slack import SlackMessage
from handlers.messages import blocks, help, lookup
from tests.conftest import ANNA, BEN, NEWS, Office
from tests.handlers.articles import TEXT, article, number, on_sqlite, share

URL = "https://example.com/2026/01/13/2-sakuragawa-shishin/"
ONE = {  # each names #3
    "its number": "3",
    "its number with the sign": "#3",
    "full-width digits": "３",
    "a full-width sign, and full-width blanks around it": "　＃３　",
    "its address": URL,
    "its address with a campaign, and without the slash": f"{URL.rstrip('/')}?utm_source=x",
    "its address on http": URL.replace("https", "http"),
    "its address as Slack writes it": f"<{URL}>",
    "its address with a label": f"<{URL}|example.com/2026>",
    "its whole title": "桜川県、生成AIの調達指針を策定　「学習に使わせない」を契約の必須条項に",
    "words that no other post holds": "桜川県 22市町村 必須5項目",
}


def said(message: SlackMessage) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


def summary_of(office: Office, post: int, sentences: int = 3) -> dict[str, Any]:
    return lookup.summary(office.newsroom.desk.lookup.summary_of(post, sentences), office.newsroom.desk.zone)


@on_sqlite
@pytest.mark.parametrize("name", ONE)
def test_a_post_answers_to(office: Office, name: str) -> None:
    answer = office.types(f"/summary {ONE[name]}")
    assert (said(answer), answer.ephemeral_to) == (summary_of(office, 3), ANNA)


def test_a_link_to_a_slack_message_is_the_post_that_it_shows(office: Office) -> None:
    reply = office.morning()[1]
    shown = number(office, reply)
    assert said(office.types(f"/summary {office.slack.permalink(reply)}")) == summary_of(office, shown)


def test_a_link_to_a_message_with_several_posts_lets_one_choose(office: Office) -> None:
    parent = office.morning()[0]
    link = office.slack.permalink(parent)
    shown, _ = office.newsroom.store.messages.shown(NEWS, parent.ts)
    answer = office.types(f"/summary {link}")
    posts = tuple(office.newsroom.desk.lookup.post(n)[0] for n in shown)
    assert len(posts) > 1
    assert said(answer) == lookup.choice(Choice(link, posts), office.newsroom.desk.zone)


@on_sqlite
@pytest.mark.parametrize(("typed", "post", "sentences"), [
    ("3 1", 3, 1), ("#3 10", 3, 8), ("３　５", 3, 5), (f"{URL} 2", 3, 2), ("3 5文", 3, 5),
    ("桜川県 22市町村 必須5項目 4文", 3, 4),
])  # fmt: skip
def test_a_summary_is_as_long_as_asked_if_enough_deserve_it(
    office: Office, typed: str, post: int, sentences: int
) -> None:
    answer = office.types(f"/summary {typed}")
    assert said(answer) == summary_of(office, post, sentences)
    assert len(office.newsroom.desk.lookup.summary_of(post, sentences).sentences) == sentences


@on_sqlite
@pytest.mark.parametrize("length", ["0", "11", "999"])
def test_no_summary_has_fewer_sentences_than_one_or_more_than_ten(office: Office, length: str) -> None:
    answer = office.types(f"/summary 3 {length}")
    assert answer.text == "文数は1から10の間で指定してください。例:「/summary 12 5」"


def test_words_of_several_posts_give_five_to_choose_from_and_a_press_shows_one(office: Office) -> None:
    choice = office.types("/summary 量子")
    found = office.newsroom.desk.lookup.search("量子").hits
    assert len(found) == 5
    assert said(choice) == lookup.choice(Choice("量子", tuple(h.post for h in found)), office.newsroom.desk.zone)
    summary = office.presses(choice, "pick_3")
    assert (said(summary), summary.ephemeral_to) == (summary_of(office, found[3].post.id), ANNA)
    assert said(office.slack.message(NEWS, choice.ts)) == said(choice)  # the list stays


def test_words_of_no_post_say_what_to_do_next(office: Office) -> None:
    assert office.types("/summary ヴォイニッチ").text == (
        "「ヴォイニッチ」に当たる記事はありません。番号、URL、または「/search 語」でお探しください。"
    )


def test_a_number_that_was_never_given_says_what_to_do_next(office: Office) -> None:
    assert office.types("/summary #999999").text == (
        "「#999999」に当たる記事はありません。番号、URL、または「/search 語」でお探しください。"
    )


def test_a_post_with_hardly_a_word_is_not_summarised_but_quoted(office: Office) -> None:
    shared = share(office, article("こだま、4月に公開", text="詳細は追って掲載します。\n"))
    answer = office.types(f"/summary {number(office, shared)}")
    assert answer.text == "こだま、4月に公開\n本文が短いため要約できません。詳細は追って掲載します。"
    assert answer.blocks[2] == blocks.section("本文が短いため要約できません。\n詳細は追って掲載します。")


@on_sqlite
def test_an_address_that_is_not_stored_is_offered_to_be_taken_in(office: Office) -> None:
    url = "https://example.com/none?a=1&b=2"
    answer = office.types(f"/summary {url}")
    assert said(answer) == {
        "text": "このURLの記事はまだ保存されていません。",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "このURLの記事はまだ保存されていません。"}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "https://example.com/none?a=1&amp;b=2"}]},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "取り込む", "emoji": True},
                        "action_id": "take_in",
                        "value": '{"url":"https://example.com/none?a=1&b=2"}',
                        "style": "primary",
                    }
                ],
            },
        ],
    }


# ---- tags
def test_the_table_of_tags_counts_thirty_days_and_turns_its_pages_in_place(office: Office) -> None:
    table = office.types("/tag")
    first, second = office.newsroom.desk.lookup.tags(), office.newsroom.desk.lookup.tags(15)
    assert said(table) == lookup.tag_table(first)
    assert [t.name for t in first.tags[:2]] == ["LLM", "生成AI"]
    assert len(first.tags) == 15 < first.total
    assert said(office.presses(table, "次へ")) == lookup.tag_table(second)
    assert said(office.presses(table, "前へ")) == lookup.tag_table(first)
    assert office.slack.messages(NEWS) == [office.slack.message(NEWS, table.ts)]


def test_tags_older_than_thirty_days_leave_the_table(office: Office) -> None:
    office.clock.forward(days=60)
    assert office.types("/tag").text == "この30日に記事の付いたタグはありません。"


@on_sqlite
@pytest.mark.parametrize("typed", ["LLM", "ＬＬＭ", "#LLM", "大規模言語モデル", "　llm　"])
def test_a_tag_answers_to_all_its_names(office: Office, typed: str) -> None:
    page = office.newsroom.desk.lookup.tag("LLM")
    answer = office.types(f"/tag {typed}")
    assert page.count.name == "LLM"
    assert said(answer) == lookup.tag_page(page, office.newsroom.desk.zone)


def test_the_posts_of_a_tag_come_five_at_a_time(office: Office) -> None:
    answer = office.types("/tag LLM")
    zone = office.newsroom.desk.zone
    assert said(office.presses(answer, "次へ")) == lookup.tag_page(office.newsroom.desk.lookup.tag("LLM", 5), zone)
    assert said(office.presses(answer, "前へ")) == lookup.tag_page(office.newsroom.desk.lookup.tag("LLM"), zone)
    assert len(office.slack.messages(NEWS)) == 1


def test_an_unknown_tag_names_those_spelt_alike_and_the_next_step(office: Office) -> None:
    assert office.types("/tag オープンソー").text == (
        "タグ「オープンソー」の付いた記事はありません。近いタグ: オープンソース。"
        "「/search オープンソー」で本文を探せます。"
    )
    assert office.types("/tag ヴォイニッチ").text == (
        "タグ「ヴォイニッチ」の付いた記事はありません。「/search ヴォイニッチ」で本文を探せます。"
    )


# ---- the desk's own aliases
def answer(sentence: str) -> dict[str, Any]:
    return {"text": sentence, "blocks": [blocks.section(sentence)]}


@pytest.mark.parametrize(
    "typed", ["別名 大規模LM = LLM", "alias 大規模LM=大規模言語モデル", "　別名　大規模ＬＭ　＝　#ＬＬＭ"]
)
def test_an_editor_joins_two_tags_and_each_name_finds_the_posts_of_both(office: Office, typed: str) -> None:
    shared = share(office, article("こだま、4月に公開", tags="大規模LM", text="こだまは町村に配られる。\n"))
    before = office.newsroom.desk.lookup.tag("LLM").count.posts
    joined = office.types(f"/tag {typed}")
    assert (said(joined), joined.ephemeral_to) == (
        answer("「大規模LM」を「LLM」の別名にし、記事1本のタグを「LLM」にまとめました。"), ANNA
    )  # fmt: skip
    page = office.newsroom.desk.lookup.tag("LLM")
    assert (page.count.posts, page.aliases[0], page.posts[0].id) == (before + 1, "大規模LM", number(office, shared))
    for name in ("大規模LM", "LLM"):
        assert said(office.types(f"/tag {name}")) == lookup.tag_page(page, office.newsroom.desk.zone)
    assert office.newsroom.desk.lookup.search("タグ:大規模LM").total == page.count.posts
    assert said(office.types(f"/tag {typed}")) == answer(
        "「大規模LM」はすでに「LLM」の別名のため、変更した記事はありません。"
    )


@pytest.mark.parametrize("typed", ["別名 削除 大規模LM", "alias remove 大規模LM", "ALIAS　Remove　大規模ＬＭ"])
def test_an_editor_parts_them_again(office: Office, typed: str) -> None:
    share(office, article("こだま、4月に公開", tags="大規模LM", text="こだまは町村に配られる。\n"))
    before = office.newsroom.desk.lookup.tag("LLM")
    office.types("/tag 別名 大規模LM = LLM")
    assert said(office.types(f"/tag {typed}")) == answer(
        "「大規模LM」を「LLM」の別名から外し、記事1本のタグを「大規模LM」に戻しました"
        f"（「LLM」の記事{before.count.posts + 1}本は読み直して確かめます）。"
    )
    assert office.newsroom.desk.lookup.tag("LLM") == before
    assert office.newsroom.desk.lookup.tag("大規模LM").count.posts == 1
    assert said(office.types(f"/tag {typed}")) == answer(
        "「大規模LM」は編集部の別名にありません。「/tag 別名」で一覧を確認できます。"
    )


def test_the_desk_s_aliases_are_listed_with_who_added_them(office: Office) -> None:
    empty = "編集部の別名はまだありません。「/tag 別名 大規模LM = LLM」で追加できます。"
    assert said(office.types("/tag 別名")) == answer(empty)
    office.types("/tag 別名 大規模LM = LLM")
    office.newsroom.desk.lookup.merge_tags("言語の模型", "LLM")
    assert said(office.types("/tag alias")) == {
        "text": "編集部の別名　2件\n大規模LM → LLM\n言語の模型 → LLM",
        "blocks": [
            blocks.section("*編集部の別名　2件*"),
            blocks.section(f"大規模LM → *LLM*（<@{ANNA}>、2月1日(日)）\n言語の模型 → *LLM*（端末、2月1日(日)）"),
        ],
    }


@on_sqlite
@pytest.mark.parametrize("typed", ["大規模LM", "=", "大規模LM =", "= LLM", "a = b = c", "削除"])
def test_an_alias_written_in_another_way_is_explained(office: Office, typed: str) -> None:
    assert said(office.types(f"/tag 別名 {typed}")) == answer(
        "別名は「/tag 別名 大規模LM = LLM」の形で書いてください。外すときは「/tag 別名 削除 大規模LM」です。"
    )
    assert office.newsroom.desk.lookup.aliases() == ()


@on_sqlite
def test_a_tag_that_is_called_alias_is_asked_for_with_its_sign(office: Office) -> None:
    assert office.types("/tag #別名").text == (
        "タグ「別名」の付いた記事はありません。「/search 別名」で本文を探せます。"
    )


# ---- search
def test_hits_come_five_at_a_time_and_pages_turn_in_place(office: Office) -> None:
    answer = office.types("/search AI")
    desk, zone = office.newsroom.desk, office.newsroom.desk.zone
    assert desk.lookup.search("AI").total > 10
    assert said(answer) == lookup.hits(desk.lookup.search("AI"), zone)
    assert said(office.presses(answer, "次へ")) == lookup.hits(desk.lookup.search("AI", 5), zone)
    assert said(office.presses(answer, "次へ")) == lookup.hits(desk.lookup.search("AI", 10), zone)
    assert said(office.presses(answer, "前へ")) == lookup.hits(desk.lookup.search("AI", 5), zone)
    assert len(office.slack.messages(NEWS)) == 1


@pytest.mark.parametrize("line", ["/search AI", "/tag 自治体"])
def test_a_list_that_changed_says_so_instead_of_turning(office: Office, line: str) -> None:
    for n in range(3):
        share(office, article(f"町村の議事録AI {n}", text=f"{n}。{TEXT}"), f"2026-01-31-{n}.md")
    answer = office.types(line)
    share(office, article("町村の議事録AIが増える"), "2026-01-31-9.md")
    office.slack.press(ANNA, answer, "次へ")
    text = "この一覧は古くなりました。もう一度検索してください。"
    assert said(office.slack.message(NEWS, answer.ts)) == {
        "text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    }  # fmt: skip


def test_where_no_post_holds_every_word_those_that_hold_some_are_shown_as_near(office: Office) -> None:
    answer = office.types("/search りんご ヴォイニッチ")
    hits = office.newsroom.desk.lookup.search("りんご ヴォイニッチ")
    assert hits.near
    assert said(answer) == lookup.hits(hits, office.newsroom.desk.zone)
    assert answer.blocks[1] == blocks.context("「りんご ヴォイニッチ」をすべて含む記事はありません。近い記事です。")


def test_a_search_without_a_hit_says_what_to_do_next(office: Office) -> None:
    assert office.types("/search ヴォイニッチ").text == (
        "「ヴォイニッチ」に当たる記事はありません。語を減らすか、別の語でお試しください。"
    )


@on_sqlite
def test_a_filter_that_cannot_be_read_is_explained(office: Office) -> None:
    assert office.types("/search LLM 期間:去年").text == (
        "期間「去年」を読み取れませんでした。2025、2025-12、2025-12-01、"
        "2025-12-01..2025-12-31 のいずれかの形で書いてください。"
    )


@pytest.mark.parametrize("state", ["状態:レビュー中", "状態:レビュー中 桜川県"])
def test_a_search_can_be_narrowed_to_posts_under_review(office: Office, state: str) -> None:
    assert office.types(f"/search {state}").text == (
        f"「{state}」に当たる記事はありません。語を減らすか、別の語でお試しください。"
    )
    office.presses(office.types("/summary 3"), "レビューに回す")
    assert [hit.post.id for hit in office.newsroom.desk.lookup.search(state).hits] == [3]


# ---- help
@on_sqlite
@pytest.mark.parametrize("word", ["ヘルプ", "help", "ＨＥＬＰ", "　ﾍﾙﾌﾟ　", "?"])
@pytest.mark.parametrize("command", ["/summary", "/tag", "/search", "/digest"])
def test_help_shows_the_command_with_examples(office: Office, command: str, word: str) -> None:
    assert said(office.types(f"{command} {word}")) == help.command_help(command)


@on_sqlite
@pytest.mark.parametrize("command", ["/summary", "/search", "/digest"])
@pytest.mark.parametrize("nothing", ["", " 　"])
def test_a_command_with_nothing_after_it_shows_its_help(office: Office, command: str, nothing: str) -> None:
    assert said(office.types(f"{command}{nothing}")) == help.command_help(command)


@on_sqlite
@pytest.mark.parametrize("line", ["/kawaraban", "/kawaraban ヘルプ", "/kawaraban help"])
def test_kawaraban_shows_every_command(office: Office, line: str) -> None:
    posts = sum(1 for _ in office.newsroom.store.posts.all())
    assert said(office.types(line)) == help.overview("0.1.0", posts)


# ---- sharing
@pytest.mark.both_engines
def test_a_summary_is_shared_with_the_channel_once_however_often_and_whoever_presses(office: Office) -> None:
    answer = office.types("/summary 3 2")
    for _ in range(3):
        office.slack.press(ANNA, answer, "share")
    everybody = [m for m in office.slack.messages(NEWS) if m.ephemeral_to is None]
    summary = office.newsroom.desk.lookup.summary_of(3, 2)
    assert [said(m) for m in everybody] == [lookup.shared(summary, ANNA, office.newsroom.desk.zone)]
    told = [m.text for m in office.slack.messages(NEWS) if m.ephemeral_to == ANNA][1:]
    assert told == ["このチャンネルには共有済みです。"] * 2


@pytest.mark.both_engines
def test_two_people_who_share_the_same_post_are_both_heard(office: Office) -> None:
    for user in (ANNA, BEN):
        office.slack.press(user, office.types("/summary 3", user), "share")
    assert len([m for m in office.slack.messages(NEWS) if m.ephemeral_to is None]) == 2


def test_where_the_bot_is_not_invited_sharing_says_so_and_works_once_it_is(office: Office) -> None:
    office.slack.leave("U0KAWARAB", NEWS)
    answer = office.types("/summary 3")
    refused = office.presses(answer, "share")
    sentence, _, reference = refused.text.partition("ID: ")
    assert sentence == "このチャンネルに瓦版がいません。/invite @kawaraban を実行してから、もう一度お試しください。"
    assert len(reference) == 4
    office.slack.join("U0KAWARAB", NEWS)
    shared = office.presses(answer, "share")
    assert said(shared) == lookup.shared(office.newsroom.desk.lookup.summary_of(3), ANNA, office.newsroom.desk.zone)


# ---- the same story
def test_the_posts_of_a_story_are_listed_for_the_asker_alone(office: Office) -> None:
    first = share(office, article("議事録を要約するモデル「こだま」、霧島研究所が公開"), "2026-01-31-a.md")
    second = share(
        office, article("霧島研究所の要約モデル「こだま」を町村に配布", text="続報。" + TEXT), "2026-01-31-b.md"
    )
    answer = office.types(f"/summary {number(office, second)}")
    listed = office.presses(answer, "同じ話題 1本")
    desk = office.newsroom.desk
    assert (said(listed), listed.ephemeral_to) == (
        lookup.story(desk.lookup.story(number(office, first)), desk.zone),
        ANNA,
    )
    assert {p.id for p in desk.lookup.story(number(office, first)).posts} == {
        number(office, first),
        number(office, second),
    }


def test_a_summary_says_that_the_post_is_under_review_and_by_how_many(office: Office) -> None:
    answer = office.types("/summary 3")
    office.slack.press(BEN, answer, "flag")
    office.slack.press(ANNA, answer, "flag")
    again = office.types("/summary 3")
    assert isinstance(office.newsroom.desk.lookup.summary("3"), Summary)
    assert blocks.context("レビュー中（レビュー #1、🚩2人）") == again.blocks[-2]
