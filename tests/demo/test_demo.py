"""The newsroom in a terminal: what a visitor without Slack sees of it."""

import io
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo import demo
from bot.demo.mrkdwn import mrkdwn, wrapped
from bot.demo.start_time import folder, morning

POST = "---\ntitle: {title}\ndate: {date}\ntags: [LLM]\n---\n{body}\n"
BODY = (
    "青葉市は31日、市民の問い合わせに生成AIが答える窓口を開いた。LLMが住民票や税の手続きを案内し、答えには根拠となる市の資料を添える。\n\n"
    "窓口は平日の9時から17時まで使える。答えは職員が毎日読み直し、誤りがあれば資料のほうを改める。試行した3カ月で、電話の問い合わせは2割減った。\n\n"
    "市は4月から対象を子育ての手続きに広げる。個人情報は入力しないよう画面で案内し、記録は30日で消す。\n\n"
    "開発は市内の3社が受け持ち、費用は年2,400万円になる。市は半年ごとに答えの正しさを調べて公表し、9割を下回ったときは対象を狭める。\n\n"
    "担当の職員は「窓口の行列が短くなれば、対面でしかできない相談に時間を使える」と話す。夜間の利用は、見守りの体制が整ってから決める。"
)


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


def seen(posts: Path | None = None, *typed: str) -> tuple[int, str]:
    """The exit code and what stood on the screen: of the tour, or of a session in which this was typed."""
    console = Console(file=io.StringIO(), width=100, highlight=False, record=True)
    stdin = Terminal("\n".join(typed) + "\n") if typed else io.StringIO()
    return demo(posts, console, stdin), console.export_text()


def missing(text: str, *parts: str) -> list[str]:
    """The parts that do not stand in the text after those before them."""
    at, lost = 0, []
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            lost.append(part)
        else:
            at = found + len(part)
    return lost


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A folder with one good post."""
    good = POST.format(title="青葉市、生成AIの窓口を開く", date="2026-01-31 10:00:00 +0900", body=BODY)
    (tmp_path / "2026-01-31-aoba.md").write_text(good, encoding="utf-8")
    return tmp_path


def left_behind() -> set[str]:
    return {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("kawaraban-demo-")}


def test_the_tour_shows_a_whole_morning_in_order_and_leaves_nothing_behind() -> None:
    before = left_behind()

    code, text = seen()

    assert code == 0
    assert missing(
        text,
        "28/28", "28本の記事を読み", "#ai-news　2月1日(日) 8:00", "AIニュース ダイジェスト 2月1日(日) 8:00", "件の返信",
        "↳ ▎ 瓦版", "[1 要約]",
        "佐藤アンナ› /summary", "あなただけに表示されています", "[1 チャンネルに共有]", "@佐藤アンナさんが共有しました",
        "佐藤アンナ› /tag\n", "前の30日比", "佐藤アンナ› /tag ", "関連タグ", "（編集済み）",
        "佐藤アンナ› /search 量子\n", "量子 の検索結果", "期間:2026-01",
        "佐藤アンナ› flag", "🚩 2", "レビュー #1　未対応", "@佐藤アンナ", "要確認", "誤検知]", "担当する]",
        "鈴木ベン› press", "👀 1", "レビュー #1　対応中", "担当 @鈴木ベン", "@鈴木ベン 担当になりました",
        "鈴木ベン› press", "✅ 1", "レビュー #1　修正済み", "元に戻す]", "@鈴木ベン 「修正済み」にしました",
        "📎 2026-02-01-koho-tebiki.md", "📰 1", "/news/kenpin-ai", "📰 1",
        "169.254.169.254", "⚠️ 1", "あなただけに表示されています", "取り込みを断りました",
        "佐藤アンナ› /digest 確認", "佐藤アンナ› /digest 送信", "を送信します", "AIニュース ダイジェスト 2月1日(日) 8:",
        "白樺町", "佐藤アンナ› /summary", "⚠️ 要確認", "uv run kawaraban demo",
    ) == []  # fmt: skip
    assert "\x1b" not in text
    assert left_behind() == before


def test_a_person_at_the_prompt_asks_flags_presses_and_becomes_somebody_else(posts: Path) -> None:
    code, text = seen(
        posts,
        "／ｓｕｍｍａｒｙ　1", "press 1", "press 77", "flag 1", "flag 1", "unflag ＃1", "なにか", "/nothing", "flag 99",
        "as だれか", "as 鈴木さん", "say 読みました <b>", "thread", "channel", "help", "quit", "as anna",
    )  # fmt: skip

    assert code == 0
    assert missing(
        text,
        "佐藤アンナ› ／ｓｕｍｍａｒｙ　1", "青葉市、生成AIの窓口を開く", "[1 チャンネルに共有]",
        "press 1", "@佐藤アンナさんが共有しました", "press 77", "画面のボタンの番号を付けてください",
        "flag 1", "🚩 2", "レビュー #1　未対応", "flag 1", "すでに🚩を付けています", "unflag", "取り下げました",
        "なにか", "you can type", "/nothing", "you can type", "flag 99", "#99 の記事はありません",
        "as だれか", "anna（佐藤アンナ）", "as 鈴木さん", "鈴木ベンさんになりました",
        "鈴木ベン› say", "読みました <b>", "鈴木ベン› thread", "↳ ▎ 瓦版", "鈴木ベン› channel", "💬", "become", "quit",
    ) == []  # fmt: skip
    assert "佐藤アンナ› as anna" not in text  # after quit nothing is read


def test_a_button_is_pressed_by_the_number_it_has_on_the_screen_and_by_nobody_who_does_not_see_it(posts: Path) -> None:
    _, text = seen(posts, "thread", "press 1", "as ben", "press 1")

    assert missing(
        text,
        "› thread", "[1 要約]", "› press 1", "あなただけに表示されています", "[1 チャンネルに共有]",
        "鈴木ベン› press 1", "ここにはありません",
    ) == []  # fmt: skip


def test_a_review_is_taken_noted_snoozed_and_resolved_at_the_prompt(posts: Path) -> None:
    _, text = seen(
        posts,
        "flag 1", "as ben", "press 5", "press 8", "send", "send 出典を確認中です", "press 5", "press 5 1時間",
        "press 6", "send 何か",
    )  # fmt: skip

    assert missing(
        text,
        "› flag 1", "レビュー #1　未対応", "[5 担当する]", "鈴木ベンさんになりました",
        "press 5", "レビュー #1　対応中", "[8 メモ]", "press 8", "🪟 メモ", "メモ　＿＿＿＿", "「send 文」 で 「残す」",
        "› send", "空の欄があります", "@鈴木ベン メモ: 出典を確認中です", "[5 スヌーズ ▾]",
        "press 5", "どれかを付けてください: 1時間、今日の夕方、明日の朝、来週", "press 5 1時間",
        "レビュー #1　スヌーズ中", "[6 修正済み]", "press 6", "レビュー #1　修正済み", "開いている画面はありません",
    ) == []  # fmt: skip


def test_a_flag_on_a_post_nobody_has_shown_lets_a_colleague_share_it_first() -> None:
    _, text = seen(None, "flag 4")

    assert (
        missing(text, "flag 4", "鈴木ベン", "https://example.com/2026/01/14/", "📰 1  🚩 2", "レビュー #1　未対応")
        == []
    )


def test_what_one_person_alone_sees_is_not_on_anothers_screen(posts: Path) -> None:
    _, text = seen(posts, "as chika", "say http://169.254.169.254/x", "as ben", "channel")

    chika, ben = text.split("鈴木ベンさんになりました")
    assert "取り込みを断りました" in chika
    assert "取り込みを断りました" not in ben
    assert "169.254.169.254" in ben


def test_the_tour_plays_on_one_post_and_names_the_file_that_is_broken(posts: Path) -> None:
    (posts / "2026-01-30-broken.md").write_text("---\ntitle: [壊れた\n---\n本文\n", encoding="utf-8")
    (posts / "2026-05-01-withdrawn.md").write_text("---\ntitle: 先の話\npublished: false\n---\n", encoding="utf-8")

    code, text = seen(posts)

    assert code == 0
    assert missing(
        text, "2026-01-30-broken.md: フロントマター", "ダイジェスト 2月1日(日) 8:00", "#1", "/summary 1", "uv run"
    ) == []  # fmt: skip


@pytest.mark.parametrize("body", ["", "ひとこと。"])
def test_the_tour_never_stumbles_over_a_post_with_next_to_nothing_in_it(tmp_path: Path, body: str) -> None:
    (tmp_path / "2026-03-01-x.md").write_text(body, encoding="utf-8")

    code, text = seen(tmp_path)

    assert (code, missing(text, "3月1日(日) 8:00", "uv run kawaraban demo")) == (0, [])


def test_a_folder_with_no_readable_post_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "2026-01-30-broken.md").write_text("---\ntitle: [壊れた\n---\n本文\n", encoding="utf-8")

    for place, sentence in ((tmp_path, "読める記事がありません"), (tmp_path / "nowhere", "見つかりません")):
        code, text = seen(place)
        assert code == 1
        assert sentence in text.replace("\n", "")


def test_the_environment_and_its_env_file_change_nothing(posts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = seen(posts, "/digest 確認")
    (posts / ".env").write_text("KAWARABAN_DIGEST_LIMIT=no number\nKAWARABAN_TIMEZONE=Europe/Paris\n")
    monkeypatch.chdir(posts)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("KAWARABAN_TIMEZONE", "America/New_York")
    monkeypatch.setenv("KAWARABAN_FLAG_EMOJI", "thumbsup")
    for name in ("http_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert seen(posts, "/digest 確認") == plain
    assert os.environ["http_proxy"] == "http://127.0.0.1:1"  # only the demo itself does without


def test_the_morning_is_the_one_after_the_newest_post_that_readers_see(posts: Path) -> None:
    dates = {"a": "2026-02-03 08:00:00 +0900", "b": "9999-12-31 23:59:59", "c": ""}
    for name, date in dates.items():
        (posts / f"{name}.md").write_text(POST.format(title=name, date=date, body=BODY), encoding="utf-8")

    assert morning(posts, datetime.now(UTC))[0] == datetime(2026, 2, 2, 23, tzinfo=UTC)
    assert morning(folder(), datetime.now(UTC))[0] == datetime(2026, 1, 31, 23, tzinfo=UTC)


def test_nothing_in_a_post_steers_the_terminal_or_passes_for_formatting() -> None:
    shown = mrkdwn(
        "*<https://example.com/a_b|\x1b[31m題\u2060*\u2060印>* `¶1` &lt;!channel&gt; <@U1> a*b*c", {"U1": "@佐藤"}
    )

    assert shown.plain == "[31m題*印 ¶1 <!channel> @佐藤 a*b*c"
    assert [str(span.style) for span in shown.spans if span.start == 0] == [
        "bold",
        "bright_blue link https://example.com/a_b",
    ]


def test_japanese_lines_break_where_they_may_and_hang_under_their_bullet() -> None:
    text = mrkdwn("• 「量子」の計算は、Python 3.11で書く。", {})

    lines = [line.plain for line in wrapped(text, 14)]

    assert lines == ["• 「量子」の計", "  算は、Python", "  3.11で書く。"]
