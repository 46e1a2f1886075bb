"""What an edit changed, for people to read."""

from bot.domain.revisions import (
    CHANGES,
    CHARACTERS,
    LINES,
    Change,
    changes,
    sentences,
)
from tests.processor import seconds

BEFORE = "---\ntitle: 港の水族館\n---\n\n水槽は三つある。魚は百匹いる。\n\n開館は9時だ。\n"


def test_a_footer_that_was_added_is_one_change() -> None:
    assert changes(BEFORE, BEFORE + "\n関連記事\n\n- 北町の図書館\n") == (Change(9, "", "関連記事\n- 北町の図書館"),)


def test_a_footer_that_was_taken_away_is_one_change_where_the_text_now_ends() -> None:
    after, before = BEFORE.replace("\n\n開館は9時だ。\n", "\n"), BEFORE
    assert changes(before, after) == (Change(5, "開館は9時だ。", ""),)


def test_a_new_title_and_a_new_figure_are_two_changes() -> None:
    after = BEFORE.replace("港の水族館", "港の水族館が開館").replace("百匹", "二百匹")
    assert changes(BEFORE, after) == (
        Change(2, "title: 港の水族館", "title: 港の水族館が開館"),
        Change(5, "水槽は三つある。魚は百匹いる。", "水槽は三つある。魚は二百匹いる。"),
    )


def test_line_endings_and_blank_lines_are_no_change() -> None:
    assert changes(BEFORE, BEFORE.replace("\n", "\r\n") + "\n\n") == ()


def test_a_changed_paragraph_is_shown_sentence_by_sentence() -> None:
    change = Change(5, "水槽は三つある。魚は百匹いる。", "水槽は三つある。魚は二百匹いる。")
    assert list(sentences(change)) == [
        ("=", "水槽は三つある。"), ("-", "魚は百匹いる。"), ("+", "魚は二百匹いる。")
    ]  # fmt: skip


def test_a_file_written_anew_is_one_change_cut_short_and_found_at_once() -> None:
    old, new = "\n".join(f"あ{n % 3}" for n in range(50_000)), "\n".join(f"い{n % 3}" for n in range(LINES))
    found: list[Change] = []
    assert seconds(lambda: found.extend(changes(old, new))) < 5
    (change,) = found
    assert (len(change.before), len(change.after)) == (CHARACTERS, CHARACTERS)


def test_no_more_changes_are_kept_than_people_read() -> None:
    old = "\n".join(f"{n}行目\n同じ{n}" for n in range(200))
    assert len(changes(old, old.replace("行目", "行"))) == CHANGES
