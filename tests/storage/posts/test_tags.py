"""Tags and their counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.domain.tags import Alias, AliasChange, Tag, TagCount
from bot.errors import KawarabanError, NotFound, WrongUse
from storage.engine import reading as reading_from
from storage.engine import writing
from storage.store import Store
from storage.tables import post_tags, readings
from tests.conftest import ANNA, BEN, Clock, StoredDesk
from tests.handlers.messages.digests import reading
from tests.storage.articles import newsroom
from tests.storage.rush import together

SHORT = "本文は短い。"


@pytest.fixture
def tagged(desk: StoredDesk, tmp_path: Path, clock: Clock) -> StoredDesk:
    """A desk on 31 January with posts that bear tags of their authors."""
    clock.at = datetime(2026, 1, 31, 3, tzinfo=UTC)
    folder = newsroom(tmp_path / "desk") / "_posts"
    folder.mkdir()
    posts = [
        ("2026-01-30", "[帆船, 灯台]"), ("2026-01-29", "[帆船, 灯台]"), ("2026-01-02", "[帆船, 灯台, 潮見]"),
        ("2026-01-01", "[帆船]"), ("2025-12-02", "[灯台]"), ("2025-11-01", "[潮見]"),
    ]  # fmt: skip
    for number, (day, tags) in enumerate(posts):
        text = f"---\ntitle: 便り{number}\ndate: {day} 09:00:00 +0900\ntags: {tags}\n---\n{SHORT}\n"
        (folder / f"{day}-{number}.md").write_text(text)
    desk.intake.import_path(folder)
    return desk


def test_tags_are_counted_over_thirty_days_and_against_the_thirty_before(tagged: StoredDesk) -> None:
    assert tagged.store.tags.counts(tagged.now()) == (
        TagCount("帆船", posts=4, days30=3, change=2),
        TagCount("灯台", posts=4, days30=3, change=3),  # the one of 2 December is three hours too old to count
        TagCount("潮見", posts=2, days30=1, change=1),
    )


def test_the_table_of_tags_is_paged(tagged: StoredDesk) -> None:
    assert [t.name for t in tagged.lookup.tags(offset=1, limit=1).tags] == ["灯台"]
    assert tagged.lookup.tags(offset=1, limit=1).total == 3


@pytest.mark.parametrize("typed", ["帆船", "#帆船", "＃帆船", "  帆船 "])
def test_a_tag_shows_its_counts_its_newest_posts_and_what_stands_beside_it(typed: str, tagged: StoredDesk) -> None:
    page = tagged.lookup.tag(typed, limit=2)
    assert (page.count, page.related) == (TagCount("帆船", posts=4, days30=3, change=2), ("灯台",))
    assert [p.title for p in page.posts] == ["便り0", "便り1"]
    assert [p.title for p in tagged.lookup.tag(typed, offset=2, limit=2).posts] == ["便り2", "便り3"]


def test_spellings_of_one_tag_are_counted_together(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk") / "_posts"
    folder.mkdir()
    for number, tag in enumerate(["Ｏｐｅｎ Ｓｈｉｐ", "open ship", "OPEN SHIP"]):
        (folder / f"2026-01-1{number}-{number}.md").write_text(f"---\ntitle: {number}\ntags: ['{tag}']\n---\n{SHORT}\n")
    desk.intake.import_path(folder)
    assert [t.posts for t in desk.store.tags.counts(desk.now())] == [3]
    assert desk.lookup.tag("Open Ship").count.posts == 3


def test_an_unknown_tag_is_answered_with_those_spelt_alike(tagged: StoredDesk) -> None:
    with pytest.raises(NotFound) as unknown:
        tagged.lookup.tag("帆")
    assert str(unknown.value) == (
        "タグ「帆」の付いた記事はありません。近いタグ: 帆船。「/search 帆」で本文を探せます。"
    )
    for nothing in ("", "#", "'\"", "鯨"):
        with pytest.raises(NotFound):
            tagged.lookup.tag(nothing)


def test_withdrawn_posts_count_nowhere(tagged: StoredDesk, tmp_path: Path) -> None:
    for name in ("2026-01-30-0", "2026-01-29-1"):
        (tmp_path / "desk" / "_posts" / f"{name}.md").unlink()
    tagged.intake.import_path(tmp_path / "desk")
    page = tagged.lookup.tag("帆船")
    assert (page.count.posts, page.related) == (2, ())
    assert [p.title for p in page.posts] == ["便り2", "便り3"]


# ---- the desk's own aliases
def borne(desk: StoredDesk) -> dict[str, int]:
    return {tag.name: tag.posts for tag in desk.store.tags.counts(desk.now())}


def test_an_alias_joins_the_posts_of_two_tags_and_answers_to_both_names(tagged: StoredDesk) -> None:
    alias = Alias("灯台", "帆船", ANNA, tagged.now())
    assert tagged.lookup.merge_tags("灯台", "帆船", ANNA) == AliasChange(alias, posts=4)
    assert borne(tagged) == {"帆船": 5, "潮見": 2}
    page = tagged.lookup.tag("灯台")
    assert (page.count, page.aliases) == (TagCount("帆船", posts=5, days30=3, change=2), ("灯台",))
    assert page == tagged.lookup.tag("帆船")
    assert tagged.lookup.search("タグ:灯台") == replace(tagged.lookup.search("タグ:帆船"), asked="タグ:灯台")
    assert tagged.lookup.search("タグ:灯台").total == 5
    assert tagged.lookup.aliases() == (alias,)


def test_the_vocabulary_s_names_and_the_desk_s_stand_side_by_side(tagged: StoredDesk) -> None:
    tagged.lookup.merge_tags("帆船", "RLHF")
    page = tagged.lookup.tag("帆船")
    assert (page.count.name, page.aliases) == ("RLHF", ("帆船", "人間のフィードバックによる強化学習"))
    assert tagged.lookup.tag("人間のフィードバックによる強化学習") == page


def test_joining_twice_changes_nothing(tagged: StoredDesk, clock: Clock) -> None:
    first = tagged.lookup.merge_tags("灯台", "帆船", ANNA)
    clock.forward(hours=1)
    assert tagged.lookup.merge_tags("灯台", "帆船", BEN) == AliasChange(first.alias, posts=0, changed=False)
    assert tagged.lookup.aliases() == (first.alias,)


def test_new_and_changed_posts_bear_the_tag_that_an_alias_means(tagged: StoredDesk, tmp_path: Path) -> None:
    tagged.lookup.merge_tags("灯台", "帆船")
    folder = tmp_path / "desk" / "_posts"
    for name in ("2026-01-30-9", "2025-11-01-5"):
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\ntags: [灯台]\n---\n{SHORT}\n")
    tagged.intake.import_path(folder)
    assert borne(tagged) == {"帆船": 7, "潮見": 1}


def test_of_two_joined_tags_of_a_post_the_author_s_stays(store: Store) -> None:
    kept = {1: ("甲", "author"), 2: ("乙", "author"), 3: ("乙", "author"), 4: ("乙", "text")}
    origins = {1: ("author", "text"), 2: ("text", "author"), 3: ("author", "author"), 4: ("text", "text")}
    save(store, {n: [Tag("甲", one, 0.5, True), Tag("乙", other, 0.5, True)] for n, (one, other) in origins.items()})  # type: ignore[arg-type]
    store.tags.merge("甲", "乙", ANNA)
    assert {p.id: [(t.name, t.origin) for t in r.tags] for p, r in store.posts.all()} == {
        n: [t] for n, t in kept.items()
    }


def test_parting_gives_the_posts_back_and_has_those_of_the_tag_read_again(tagged: StoredDesk, store: Store) -> None:
    before = {name: tagged.lookup.tag(name) for name in ("潮見", "帆船", "灯台")}
    tagged.lookup.merge_tags("潮見", "帆船", ANNA)
    versions(store, 7)
    alias = Alias("潮見", "帆船", ANNA, tagged.now())
    assert tagged.lookup.unmerge_tags("潮見") == AliasChange(alias, posts=1, parted=True, again=5)
    assert (tagged.lookup.aliases(), tagged.lookup.tag("灯台").count) == ((), before["灯台"].count)
    assert tagged.lookup.tag("帆船").count == before["帆船"].count
    assert [p.title for p in tagged.lookup.tag("潮見").posts] == ["便り5"]
    lost = {p.id for p in before["潮見"].posts} - {p.id for p in tagged.lookup.tag("潮見").posts}
    assert lost < {number for number, version in versions(store).items() if version == 0}
    assert {versions(store)[p.id] for p in before["灯台"].posts} == {0, 7}


def test_once_they_are_read_again_parted_posts_bear_all_their_tags(tagged: StoredDesk) -> None:
    before = {name: tagged.lookup.tag(name) for name in ("潮見", "帆船", "灯台")}
    for name in ("潮見", "灯台"):
        tagged.lookup.merge_tags(name, "帆船")
    for name in ("灯台", "潮見"):
        tagged.lookup.unmerge_tags(name)
    while tagged.intake.reprocess():
        pass
    assert {name: tagged.lookup.tag(name) for name in before} == before


@pytest.mark.parametrize(("joins", "found"), [
    (["甲=乙", "乙=丙"], {"甲": "丙", "乙": "丙"}),  # a chain is drawn together
    (["乙=丙", "甲=乙"], {"甲": "丙", "乙": "丙"}),  # who joins an alias joins its tag
    (["甲=乙", "甲=丙"], {"甲": "丙"}),  # an alias may change its tag
    (["甲=乙", "乙=丙", "-乙"], {"甲": "丙"}),
    (["甲=乙", "-甲", "乙=甲"], {"乙": "甲"}),
    (["Ｋｏｄａｍａ=LLM", "kodama=大規模言語モデル"], {"Kodama": "LLM"}),
    (["#甲=#乙", "甲 = 乙"], {"甲": "乙"}),
])  # fmt: skip
def test_aliases_never_point_to_an_alias(joins: list[str], found: dict[str, str], desk: StoredDesk) -> None:
    for join in joins:
        desk.lookup.unmerge_tags(join[1:]) if join[0] == "-" else desk.lookup.merge_tags(*join.split("="))
    assert {a.name: a.tag for a in desk.lookup.aliases()} == found


@pytest.mark.parametrize(("name", "into", "refusal"), [
    ("LLM", "大規模言語モデル", "「LLM」と「大規模言語モデル」はもともと同じタグです。"),
    ("甲", "甲", "「甲」と「甲」はもともと同じタグです。"),
    (
        "乙", "甲",
        "「甲」は「乙」の別名のため、「乙」をその別名にはできません。先に「/tag 別名 削除 甲」で外してください。",
    ),
    ("---", "甲", "タグの名前は、文字か数字を含む100字までで書いてください。"),
    ("甲", "", "タグの名前は、文字か数字を含む100字までで書いてください。"),
    ("長" * 101, "甲", "タグの名前は、文字か数字を含む100字までで書いてください。"),
])  # fmt: skip
def test_what_cannot_be_joined_is_said(name: str, into: str, refusal: str, desk: StoredDesk) -> None:
    desk.lookup.merge_tags("甲", "乙")
    before = desk.lookup.aliases()
    with pytest.raises(WrongUse) as refused:
        desk.lookup.merge_tags(name, into)
    assert (str(refused.value), desk.lookup.aliases()) == (refusal, before)


def test_what_is_no_alias_cannot_be_parted(desk: StoredDesk) -> None:
    for name in ("甲", "大規模言語モデル"):
        with pytest.raises(NotFound) as unknown:
            desk.lookup.unmerge_tags(name)
        assert str(unknown.value) == f"「{name}」は編集部の別名にありません。「/tag 別名」で一覧を確認できます。"


def test_of_many_who_join_at_once_one_does(tagged: StoredDesk) -> None:
    done = together(lambda: tagged.lookup.merge_tags("灯台", "帆船"))
    assert sorted((j.posts, j.changed) for j in done) == [(0, False)] * 7 + [(4, True)]
    assert borne(tagged) == {"帆船": 5, "潮見": 2}


def test_two_who_join_two_tags_each_way_make_no_circle(tagged: StoredDesk) -> None:
    ways = iter([("灯台", "帆船"), ("帆船", "灯台")] * 4)

    def join() -> bool:
        try:
            return tagged.lookup.merge_tags(*next(ways)).changed
        except WrongUse:
            return False

    assert sorted(together(join)) == [False] * 7 + [True]
    [alias] = tagged.lookup.aliases()
    assert borne(tagged) == {alias.tag: 5, "潮見": 2}


def test_posts_that_come_in_while_tags_are_joined_bear_the_tag(tagged: StoredDesk, tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "_posts"
    for number in range(30):
        (folder / f"2026-01-30-n{number}.md").write_text(f"---\ntitle: {number}\ntags: [灯台]\n---\n{SHORT}\n")
    works: list[Callable[[], object]] = [
        lambda: tagged.intake.import_path(folder),
        lambda: tagged.lookup.merge_tags("灯台", "帆船"),
    ]
    turns = iter(works)

    def work() -> object:
        return next(turns)()

    together(work, 2)
    assert borne(tagged) == {"帆船": 35, "潮見": 2}


NAMES = "甲乙丙丁"
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(f"{NAMES}-")), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_joined_and_parted_posts_end_where_a_fresh_intake_would_put_them(
    store: Store, steps: list[tuple[str, str]]
) -> None:
    posts = {n: [Tag(t, "author", 0.5, True) for t in some] for n, some in enumerate(bearers(), 1)}
    for alias in store.tags.aliases():
        store.tags.unmerge(alias.name)
    save(store, posts)
    versions(store, 1)
    expected: dict[str, str] = {}
    for name, into in steps:
        refused = not carried_out(name, into, expected)
        try:
            store.tags.unmerge(name) if into == "-" else store.tags.merge(name, into, ANNA)
            assert not refused
        except KawarabanError:
            assert refused
    assert {a.name: a.tag for a in store.tags.aliases()} == expected
    meant = {n: {expected.get(t.name, t.name) for t in tags} for n, tags in posts.items()}
    fresh = [n for n, version in versions(store).items() if version]
    assert {n: keys(store)[n] for n in fresh} == {n: meant[n] for n in fresh}
    save(store, posts)
    assert keys(store) == meant


def carried_out(name: str, into: str, aliases: dict[str, str]) -> bool:
    """The rule, written again: what joining (or with "-" parting) makes of all aliases; False where it is refused."""
    if into == "-":
        return bool(aliases.pop(name, None))
    tag = aliases.get(into, into)
    if name in (into, tag):
        return False
    aliases |= {other: tag for other, of in aliases.items() if of == name} | {name: tag}
    return True


def bearers() -> list[tuple[str, ...]]:
    return [some for size in (1, 2, 4) for some in combinations(NAMES, size)]


_COPIES = iter(range(10_000))


def save(store: Store, posts: dict[int, list[Tag]]) -> None:
    """Posts with these tags; those that are there already are taken in again."""
    source = store.sources.ensure("jekyll", "/desk", "港の新聞")
    batch: list[tuple[Draft, Reading]] = []
    for number, tags in posts.items():
        at = datetime(2026, 1, 20, tzinfo=UTC)
        draft = Draft(title=f"{number}", raw=f"{next(_COPIES)}", published_at=at, path=f"_posts/{number}.md")
        batch.append((draft, reading(tags=tuple(tags))))
    store.posts.save(source, batch)


def versions(store: Store, version: int | None = None) -> dict[int, int]:
    """The version of each post's reading; with `version` it is made that one before."""
    with writing(store.engine) as c:
        if version is not None:
            c.execute(update(readings).values(version=version))
        return {row.post_id: row.version for row in c.execute(select(readings.c.post_id, readings.c.version))}


def keys(store: Store) -> dict[int, set[str]]:
    """The keys of each post's tags."""
    found: dict[int, set[str]] = {}
    with reading_from(store.engine) as c:
        for row in c.execute(select(post_tags)):
            found.setdefault(row.post_id, set()).add(row.key)
    return found
