"""The draft of a digest, and why a post is in one."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.digests import (
    Considered,
    DigestTrace,
    Removed,
    Schedule,
    Step,
    Told,
    select,
)
from handlers.messages import digest_trace, draft
from tests.handlers.messages.digests import (
    AT,
    PLACEHOLDER,
    SLOT,
    TOKYO,
    digest,
    entry,
    post,
)

DRAFT = replace(
    digest(entry(12), entry(13), removed=(Removed(post(14), "U0SUZUKI1"),)),
    state="draft", id=7, edits=2, until=SLOT - timedelta(minutes=30),
)  # fmt: skip


def menus(message: dict[str, object]) -> list[list[tuple[str, str]]]:
    """The menus of a message, each with its options and what they carry."""
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    beside = [b["accessory"] for b in blocks if "accessory" in b]
    return [[(option["text"]["text"], option["value"]) for option in menu["options"]] for menu in beside]


def test_a_draft_offers_what_can_be_done_to_each_entry_and_the_way_back() -> None:
    made = draft.draft(DRAFT)
    assert made["text"] == (
        "*下書き* 2月1日(日) 8:00 に <#C0AINEWS1> へ送ります。2月1日(日) 7:30 までの新着です。\n"
        "AIニュース ダイジェスト 2月1日(日) 8:00\n1. こだまを公開\n2. こだまを公開"
    )
    value = '{{"digest":7,"post":{},"move":"{}","edits":2}}'.format
    assert menus(made) == [
        [("↓ 下へ", value(12, "down")), ("外す", value(12, "out"))],
        [("↑ 上へ", value(13, "up")), ("外す", value(13, "out"))],
        [("戻す", value(14, "back"))],
    ]
    assert [b["elements"][0]["action_id"] for b in made["blocks"] if b["type"] == "actions"] == ["draft_send"]


def test_a_draft_that_was_decided_offers_nothing_more() -> None:
    decided = replace(DRAFT, state="approved", decided_by="U0SATO001", decided_at=SLOT - timedelta(minutes=9))
    made = draft.draft(decided)
    assert made["text"].splitlines()[0] == (
        "*下書き（2月1日(日) 8:00 の回）* <@U0SATO001>さんが 2月1日(日) 7:51 に承認しました。"
        "<#C0AINEWS1> へ2月1日(日) 8:00 に送信します。"
    )
    assert (menus(made), [b for b in made["blocks"] if b["type"] == "actions"]) == ([], [])


# ---- why
SPAN = (SLOT - timedelta(days=1), SLOT)
SCHEDULE = Schedule("C0AINEWS1", limit=1, tags=("LLM",), id=1)


def reasons(*posts: Considered, schedule: Schedule = SCHEDULE, told: tuple[Told, ...] = ()) -> str:
    """What is said of the first of these posts."""
    chosen = select(schedule, SPAN, posts, leads={})
    first = posts[0].post
    return str(digest_trace.why(DigestTrace(first, schedule, SLOT, chosen.steps(first.id), told))["text"])


def test_a_post_that_goes_out_shows_every_rule_with_what_it_saw() -> None:
    assert reasons(Considered(post(12, story_id=3), 1, 0.82, frozenset({"LLM"}))) == (
        "#12「こだまを公開」は、2月1日(日) 8:00 のダイジェストに1番目で載ります。\n"
        "○ 配信元: 配信元にあります\n"
        "○ 期間: 新着の時刻 1月31日(土) 12:05（期間は 1月31日(土) 8:00 より後、2月1日(日) 8:00 まで）\n"
        "○ 既報: まだ届けていません\n"
        "○ ソース: 霧島新報（ソースでの絞り込みなし）\n"
        "○ タグ: LLM（予定が選ぶタグ: LLM）\n"
        "○ カテゴリー: なし（カテゴリーでの絞り込みなし）\n"
        "○ AI記事: スコア 0.82（0.50以上がAI記事）\n"
        "○ 保留: 止める要確認はありません\n"
        "○ 話題: この記事だけの話題\n"
        "○ 順位: 1件中1番目。0.17 = （新しさ 0.17 + 本数 0.00）× 重み 1\n"
        "○ 件数: 上限は1件"
    )


def test_the_ai_score_shows_where_it_comes_from() -> None:
    reasons_found = (
        {"place": "題名", "terms": ("LLM", "生成AI"), "score": 0.35}, {"place": "タグ", "terms": (), "score": 0.0},
        {"place": "本文", "terms": ("<!channel>",), "score": 0.4},
    )  # fmt: skip
    step = Step("ai", True, {"score": 0.75, "threshold": 0.5, "wanted": True, "reasons": reasons_found})
    assert digest_trace.said(step, TOKYO) == (
        "スコア 0.75（0.50以上がAI記事）。題名 0.35（LLM、生成AI） + 本文 0.40（&lt;!channel&gt;）"
    )


def test_every_rule_that_fails_is_shown_not_only_the_first() -> None:
    old = Considered(post(12, news_at=AT - timedelta(days=3)), 1, 0.3, blocking=(PLACEHOLDER,))
    assert [line for line in reasons(old).splitlines() if not line.startswith("○")] == [
        "#12「こだまを公開」は、2月1日(日) 8:00 のダイジェストに載りません（保留）。",
        "× 期間: 新着の時刻 1月28日(水) 12:05（期間は 1月31日(土) 8:00 より後、2月1日(日) 8:00 まで）",
        "× タグ: 該当なし（予定が選ぶタグ: LLM）",
        "× AI記事: スコア 0.30（0.50以上がAI記事）",
        "× 保留: プレースホルダー: 埋められていない箇所です。「〇〇町村」(¶2)",
    ]


def test_the_other_posts_of_a_story_name_its_lead() -> None:
    lead = Considered(post(13, story_id=3, title="代表の記事"), 1, 1.0, frozenset({"LLM"}), characters=900)
    other = Considered(post(12, story_id=3), 1, 1.0, frozenset({"LLM"}))
    said = reasons(other, lead).splitlines()
    assert said[0] == "#12「こだまを公開」は、2月1日(日) 8:00 のダイジェストに1番目の話題の1本として載ります。"
    assert said[9:11] == [
        "○ 話題: 2本の話題。代表は #13「代表の記事」",
        "○ 順位: 1件中1番目。1.17 = （新しさ 0.17 + 本数 1.00）× 重み 1",
    ]


def test_a_post_over_the_limit_and_the_digests_before_are_named() -> None:
    mine = Considered(post(12), 1, 1.0, frozenset({"LLM"}))
    newer = Considered(post(13, news_at=SLOT), 1, 1.0, frozenset({"LLM"}))
    held = Told(1, SLOT - timedelta(days=1), SLOT - timedelta(days=1), "sent", "held", 2)
    said = reasons(mine, newer, told=(held,)).splitlines()
    assert [said[0], *said[-2:]] == [
        "#12「こだまを公開」は、2月1日(日) 8:00 のダイジェストに載りません（件数の上限）。",
        "× 件数: 2番目は上限の1件を超えます",
        "これまで: 1月31日(土) 8:00（送信済み、保留）",
    ]
