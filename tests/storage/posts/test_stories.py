"""Posts are grouped as they come, and near-copies are found among all that is stored, on either engine."""

from datetime import UTC, date
from pathlib import Path

import pytest

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk.analysis import read
from bot.sources import jekyll
from storage.engine import reading
from storage.posts.stories import copies
from storage.store import Store
from tests.conftest import SAMPLES, StoredDesk
from tests.storage.articles import newsroom

LLAMA = [
    (
        "2026-01-05",
        "Metaが「Llama 4」を公開、200の言語で話す",
        "少数言語の話者と作った辞書で学び、アイヌ語の文も訳す。",
    ),
    ("2026-01-06", "Llama 4、手元の機械で前作の2倍の速さ", "1秒に90語を返す。冷却の水は前作の半分で足りた。"),
    ("2026-01-07", "数学の試験でLlama 4が首位に", "採点した大学は、出題が漏れた疑いはないと話している。"),
]


def publish(folder: Path, number: int, *, title: str = "", body: str = "", withdrawn: bool = False) -> None:
    day, headline, told = LLAMA[number]
    file = folder / "_posts" / f"{day}-llama-{number}.md"
    file.parent.mkdir(exist_ok=True)
    if withdrawn:
        file.unlink()
        return
    told = body or f"MetaのLlama 4を確かめた。{told}Llama 4は誰でも無料で使える。" * 3
    file.write_text(f"---\ntitle: {title or headline}\ndate: {day} 09:00:00 +0900\n---\n\n{told}\n", encoding="utf-8")


@pytest.fixture
def told(desk: StoredDesk, tmp_path: Path) -> Path:
    """A newsroom whose three posts on Llama 4 are stored, and one on something else."""
    folder = newsroom(tmp_path / "desk", 1)
    for number in range(3):
        publish(folder, number)
    desk.intake.import_path(folder)
    return folder


def titles(desk: StoredDesk, *days: date) -> list[list[str]]:
    return [[post.title[:8] for post in story.posts] for story in desk.lookup.stories(*days)]


def lead(desk: StoredDesk) -> str:
    [story] = [story for story in desk.lookup.stories() if len(story.posts) > 1]
    assert story.lead is not None
    return desk.lookup.post(story.lead)[0].title


@pytest.mark.usefixtures("told")
def test_a_week_on_one_product_is_one_story(desk: StoredDesk) -> None:
    assert titles(desk) == [["駅前の水族館、案"], ["Metaが「Ll", "Llama 4、", "数学の試験でLl"]]
    assert titles(desk, date(2026, 1, 6)) == [["Llama 4、", "数学の試験でLl"]]
    assert titles(desk, date(2026, 1, 5), date(2026, 1, 5)) == [["Metaが「Ll"]]
    assert titles(desk, date(2026, 1, 8)) == []
    [story] = desk.lookup.stories(date(2026, 1, 7))
    assert story.lead == story.posts[0].id, "where the lead is of another day the oldest of these stands for it"


def test_the_lead_is_chosen_anew_when_it_gets_a_defect_or_is_withdrawn(desk: StoredDesk, told: Path) -> None:
    first = lead(desk)
    number = next(n for n, (_, title, _) in enumerate(LLAMA) if title == first)
    publish(told, number, body="MetaのLlama 4を確かめた。「〇〇（会社名を入れてください）」が使う。Llama 4は速い。" * 3)
    desk.intake.import_path(told)
    second = lead(desk)
    assert second != first
    number = next(n for n, (_, title, _) in enumerate(LLAMA) if title == second)
    publish(told, number, withdrawn=True)
    desk.intake.import_path(told)
    assert lead(desk) not in (first, second)


def test_an_edited_post_stays_in_its_story(desk: StoredDesk, told: Path) -> None:
    before = {post.id: post.story_id for post, _ in desk.store.posts.all()}
    publish(told, 1, title="釣り人の朝", body="港の朝は早い。釣り人は四時に来る。")
    desk.intake.import_path(told)
    assert {post.id: post.story_id for post, _ in desk.store.posts.all()} == before


def test_stories_are_the_same_whether_posts_come_at_once_or_one_by_one(desk: StoredDesk, database: str) -> None:
    site = jekyll.site(SAMPLES, UTC)
    drafts = [draft for file in jekyll.posts(SAMPLES) if (draft := site.draft(file, desk.now()))]
    source = desk.store.sources.ensure("jekyll", "one", "one by one")
    for draft in drafts:
        started = Store.at(database, desk.now, rules=CROSS_POST_RULES)
        started.posts.save(source, [(draft, read(draft))])  # as if started anew each time
    one_by_one = [[post.path for post in story.posts] for story in desk.lookup.stories()]
    desk.store.posts.finish(source, frozenset(draft.path or "" for draft in drafts))
    other = desk.store.sources.ensure("jekyll", "two", "at once")
    later = [(draft, read(draft)) for draft in drafts]
    desk.store.posts.save(other, later[:10])
    desk.store.posts.save(other, later[10:])
    assert len(one_by_one) == len(drafts) - 4
    assert [[post.path for post in story.posts] for story in desk.lookup.stories()] == one_by_one


def test_a_delivery_that_failed_leaves_no_trace_in_the_stories(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    site = jekyll.site(folder, UTC)
    for number in range(3):
        publish(folder, number)
    first, second, third = ((d, read(d)) for f in jekyll.posts(folder) if (d := site.draft(f, desk.now())))
    source = desk.store.sources.ensure("jekyll", "x", "x")
    desk.store.posts.save(source, [first])
    with pytest.raises(AttributeError):
        desk.store.posts.save(source, [second, (None, None)])  # type: ignore[list-item]
    desk.store.posts.save(source, [third])
    assert titles(desk) == [["Metaが「Ll", "数学の試験でLl"]]


def test_a_near_copy_is_found_among_all_that_is_stored(desk: StoredDesk, tmp_path: Path) -> None:
    desk.intake.import_path(SAMPLES)
    site = jekyll.site(tmp_path, UTC)
    original = next(post for post, _ in desk.store.posts.all() if "minato-hozen" in (post.path or ""))
    whole = "。".join(p.text for p in desk.store.posts.paragraphs([original.id])[original.id]).split("。")
    cut = "。".join(sentence for n, sentence in enumerate(whole) if n % 3)
    text = jekyll.parse(cut.encode(), "copy.md", desk.now(), site)
    other = jekyll.parse("釣り人の朝。港に船が着く。".encode() * 20, "x.md", desk.now(), site)
    assert text
    assert other
    with reading(desk.store.engine) as c:
        [(found, share)] = copies(c, read(text).signature)
        assert (found, 0.5 < share < 0.9) == (original.id, True)
        assert copies(c, read(text).signature, before=original.id) == []
        assert copies(c, read(other).signature) == []
        assert copies(c, ()) == []
