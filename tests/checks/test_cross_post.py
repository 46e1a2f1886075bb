from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.checks import BETWEEN, CrossPostContext, check, comparable
from bot.checks.claims import claims
from bot.checks.corpus import among, dead_link_test
from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.domain.cross_post import Copy, CrossPostRules
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.japanese import read
from bot.sources import jekyll
from tests.conftest import ROOT
from tests.japanese.drafts import draft

OPENING = "潮見ラボは4日、案内端末の中身となるモデル「さざなみ7B」を公開した。さざなみ7Bは魚の名前に強い。"
TWICE = "さざなみ7Bの処理速度は前のモデルの2倍になった。"
BY_35 = "さざなみ7Bの処理速度は前のモデルより35%速くなった。"
TITLE = "潮見ラボ、案内のモデル「さざなみ7B」を公開"


def post(body: str, day: int = 1, **more: object) -> Draft:
    made = draft(f"{OPENING}\n\n{body}", title=TITLE, **more)  # type: ignore[arg-type]
    return replace(
        made,
        path=f"_posts/2026-02-{day:02}-sazanami.md",
        url=f"https://example.org/2026/02/{day:02}/sazanami/",
        published_at=datetime(2026, 2, day, tzinfo=UTC),
    )


def found(new: Draft, others: CrossPostContext) -> list[Finding]:
    return list(check(new, comparable(new, read(new)), others, BETWEEN))


def of(old: Draft, label: str) -> CrossPostContext:
    return CrossPostContext(claims=tuple((label, claim) for claim in claims(old, read(old))))


def test_another_figure_for_the_same_thing_is_noted_with_both_quoted() -> None:
    [finding] = found(post(BY_35), of(post(TWICE), "#12"))
    assert (finding.rule, finding.severity, finding.quote, finding.line) == ("conflicting-figure", "note", BY_35, 6)
    said = f"この記事では35%、#12では2倍（「{TWICE.rstrip('。')}」）となっています。"
    assert finding.message == f"さざなみ7Bの処理速度が、{said}"


def test_the_same_figure_in_other_words_is_no_conflict() -> None:
    assert found(post("さざなみ7Bの処理速度は100%向上した。"), of(post(TWICE), "#12")) == []
    assert found(post("さざなみ7Bの処理速度は2.05倍だ。"), of(post(TWICE), "#12")) == []


def test_figures_of_other_things_are_no_conflict() -> None:
    assert found(post("さざなみ7Bの消費電力は35%減った。"), of(post(TWICE), "#12")) == []
    assert found(post("さざなみ7Bの処理速度は最大35%向上した。"), of(post(TWICE), "#12")) == []


def test_where_most_agree_the_odd_one_is_not_this() -> None:
    one, other = of(post(BY_35), "#12").claims, of(post(TWICE), "#13").claims
    assert found(post(TWICE), CrossPostContext(claims=(*one, *other))) == []
    assert (
        len(found(post(TWICE), CrossPostContext(claims=(*one, *((f"#{n}", c) for n in (14, 15) for _, c in one))))) == 1
    )


def test_a_post_that_gives_two_figures_itself_is_held_to_none() -> None:
    assert found(post(f"{BY_35}\n\n{TWICE}"), of(post("さざなみ7Bの処理速度は9倍だ。"), "#12")) == []


def test_a_near_copy_warns_with_the_nearest_older_post() -> None:
    copies = (Copy("#3", "端末の話", 0.5), Copy("#7", "案内の話", 0.93), Copy("#9", "別の話", 0.2))
    [finding] = found(post(TWICE), CrossPostContext(copies=copies))
    assert (finding.rule, finding.severity, finding.paragraph, finding.line) == ("near-copy", "warn", 1, 4)
    assert finding.quote == OPENING
    assert finding.message == "#7「案内の話」と本文のおよそ93%が重なっています（ほか1か所）。"


def test_a_post_somewhat_alike_is_no_copy() -> None:
    assert found(post(TWICE), CrossPostContext(copies=(Copy("#9", "別の話", 0.3),))) == []


def linked(new: Draft) -> list[str]:
    return [link.to for link in comparable(new, read(new)).links]


def dead(*addresses: str) -> CrossPostContext:
    return CrossPostContext(dead=lambda to: to in addresses)


def test_a_dead_link_warns_once_for_each_address_and_in_the_footer_too() -> None:
    body = "[前の話](/2026/01/09/old/)もある。\n\n## 関連記事\n\n- [前の話](/2026/01/09/old)\n- [他](https://example.org/2026/01/08/b/)"
    gone = dead("example.org/2026/01/09/old", "example.org/2026/01/08/b")
    first, second = found(post(body), gone)
    assert (first.rule, first.severity, first.quote) == ("dead-link", "warn", "[前の話](/2026/01/09/old/)")
    assert (first.paragraph, first.line) == (2, 6)
    assert first.message == "リンク先の記事が見つからず、読者がたどれない可能性があります（ほか1か所）。"
    assert (second.quote, second.paragraph, second.line) == ("[他](https://example.org/2026/01/08/b/)", None, 11)


def test_images_code_and_other_sites_are_no_links_of_ours() -> None:
    body = "![図](/2026/01/09/old/)\n\n```\n[前](/2026/01/09/old/)\n```\n\n[他社](https://example.com/2026/01/09/old/)"
    assert linked(post(body)) == []
    assert linked(post("[前](/2026/01/09/old/?utm_source=x#a)")) == ["example.org/2026/01/09/old"]
    assert linked(replace(post("[前](/2026/01/09/old/)"), url=None)) == []


KNOWN = frozenset(f"example.org/2026/01/{day:02}/a" for day in range(1, 21))


def test_a_link_is_dead_where_its_neighbours_are_alive() -> None:
    at = dead_link_test(KNOWN, KNOWN)
    assert at("example.org/2026/01/25/a")
    assert not at("example.org/2026/01/20/a")


def test_where_the_posts_are_not_at_hand_no_link_is_dead() -> None:
    december = {f"example.org/2025/12/{day:02}/a" for day in range(1, 21)}
    at = dead_link_test(KNOWN, KNOWN | december)
    assert not at("example.org/2025/12/25/a")
    assert at("example.org/2026/01/25/a")
    assert not dead_link_test(KNOWN, december)("example.org/2025/12/25/a")
    assert dead_link_test(KNOWN, december, whole=True)("example.org/2025/12/25/a")


def test_pages_that_are_no_posts_are_never_dead() -> None:
    at = dead_link_test(KNOWN, KNOWN, whole=True)
    pages = ("about", "tags/ai", "2026/01", "2026/01/25", "2026/01/25/a.png", "assets/2026/01/25/a", "page2")
    assert [page for page in pages if at(f"example.org/{page}")] == []


def test_posts_are_held_against_the_older_ones_among_them() -> None:
    text = "".join(f"端末は第{n}水槽の{n * 7}匹の魚に名前を付け、係員{n}人が餌の時間を知らせる。" for n in range(1, 30))
    new, old, other = post(f"{text}\n\n{BY_35}", 9), post(f"{TWICE}\n\n{text}", 2), post("別の話だ。", 5)
    drafts = [new, old, other]
    readings = [comparable(each, read(each)) for each in drafts]
    results = among(list(zip(drafts, readings, strict=True)))
    assert [
        sorted(f.rule for f in check(d, r, o, BETWEEN)) for d, r, o in zip(drafts, readings, results, strict=True)
    ] == [
        ["conflicting-figure", "near-copy"],
        [],
        [],
    ]
    assert [copy.label for copy in results[0].copies] == ["_posts/2026-02-02-sazanami.md"]


# ---- as the store applies them
def test_every_rule_that_compares_posts_is_applied_by_the_store() -> None:
    assert CROSS_POST_RULES.earlier | CROSS_POST_RULES.links == BETWEEN
    assert not CROSS_POST_RULES.earlier & CROSS_POST_RULES.links


COPIES = (Copy("#7", "案内の話", 0.93),)


@pytest.mark.parametrize(
    ("others", "rules"),
    [
        (CrossPostContext(), []),
        (CrossPostContext(copies=COPIES), ["near-copy"]),
        (of(post(TWICE), "#12"), ["conflicting-figure"]),
        (of(post(BY_35), "#12"), []),
        (replace(of(post(TWICE), "#12"), copies=COPIES), ["near-copy", "conflicting-figure"]),
        (CrossPostContext(dead=lambda to: True), []),
    ],
)
def test_a_post_is_compared_with_what_the_store_has_loaded(others: CrossPostContext, rules: list[str]) -> None:
    new = post(f"{BY_35}\n\n[前の話](/2026/01/09/old/)もある。")
    reading = comparable(new, read(new))
    assert [finding.rule for finding in CROSS_POST_RULES.compare(new, reading, others)] == rules
    assert CrossPostRules().compare(new, reading, others) == ()


@pytest.mark.parametrize(
    ("to", "alive", "is_dead"),
    [
        ("/2026/01/09/old/", set(), True),
        ("/2026/01/09/old/", {"example.org/2026/01/09/old"}, False),
        ("/2026/01/09/old/", {"example.org/2026/01/09/other"}, True),
        ("/about/", set(), False),
        ("/2026/01/", set(), False),
        ("/2026/01/09/old.html", set(), False),
        ("/news/2026/01/09/old/", set(), False),
        ("/news/2026/01/09/old/", {"example.org/news/2026/01/08/new"}, True),
    ],
)
def test_a_link_is_dead_if_it_has_the_shape_of_a_post_and_none_stands_there(
    to: str, alive: set[str], is_dead: bool
) -> None:
    new = post(f"[前の話]({to})と[次の話](/news/2026/01/08/new/)もある。")
    links = comparable(new, read(new)).links
    found = CROSS_POST_RULES.check_links(new, links, alive)
    assert [finding.quote for finding in found] == ([f"[前の話]({to})"] if is_dead else [])
    assert CrossPostRules().check_links(new, links, alive) == ()


def test_the_links_of_a_post_without_an_address_lead_nowhere_that_can_be_told() -> None:
    links = comparable(post("[前](/2026/01/09/old/)"), read(post("[前](/2026/01/09/old/)"))).links
    assert CROSS_POST_RULES.check_links(replace(post("本文。"), url=None), links, set()) == ()


def test_the_samples_show_just_what_was_planted() -> None:
    site = jekyll.site(ROOT / "samples", ZoneInfo("Asia/Tokyo"))
    drafts = [site.draft(file, datetime(2026, 2, 1, tzinfo=UTC)) for file in jekyll.posts(ROOT / "samples")]
    posts = [(each, comparable(each, read(each))) for each in drafts if each]
    hits = [(d.path, f.rule) for (d, r), o in zip(posts, among(posts), strict=True) for f in check(d, r, o, BETWEEN)]
    assert hits == [
        ("_posts/2026-01-22-2-dokuei-shien.md", "dead-link"),
        ("_posts/2026-01-28-1-kotaenai-madoguchi.md", "near-copy"),
        ("_posts/2026-01-31-1-aoba-saiten.md", "conflicting-figure"),
    ]
