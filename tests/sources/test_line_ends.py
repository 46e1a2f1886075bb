"""Files from Windows, from old Macs and from both: read like their twins, on the file's own lines."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.desk.analysis import read
from bot.domain.posts import Draft, with_newlines
from bot.domain.readings import Reading
from bot.domain.revisions import changes
from bot.sources import jekyll

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 2, 1, tzinfo=UTC)
ENDS = {"windows": "\r\n", "old mac": "\r"}
FRONTS = {
    "yaml": ("---", "title: 堤防の点検に小型機", "date: 2026-01-17 09:00:00 +0900", "tags: [点検]", "---"),
    "toml": ("+++", 'title = "堤防の点検に小型機"', "date = 2026-01-17T09:00:00+09:00", 'tags = ["点検"]', "+++"),
    "json": ("{", '"title": "堤防の点検に小型機",', '"date": "2026-01-17T09:00:00+09:00",', '"tags": ["点検"]', "}"),
}
LEAD = "県は十七日、堤防の点検に小型機を使い始めた。歩いて三日かかった区間が、半日で終わる。"
END = "担当者は「増水の前に見て回れる」と話す。来年度は二つの川でも試す。"
HIDDEN = {
    "a fence": ("```yaml", "speed: 3", "```"),
    "a fence of tildes": ("~~~", "speed: 3", "", "height: 20", "~~~"),
    "two fences": ("```", "a", "```", "", "```sh", "b", "```"),
    "a comment": ("<!-- 下書きの", "覚え書き -->"),
    "a script": ("<script>", "let a = 1;", "", "</script>"),
    "liquid": ("{% highlight yaml %}", "speed: 3", "{% endhighlight %}"),
    "a fence that never closes": ("```yaml", "speed: 3"),
    "nothing": ("",),
}


def lines(front: str, hidden: str) -> list[str]:
    """A post whose placeholder stands on the line below what is hidden."""
    return [*FRONTS[front], "", LEAD, "", *HIDDEN[hidden], "", "機体は〇〇株式会社が作った。", "", END, ""]


def made(text: str) -> tuple[Draft, Reading]:
    site = jekyll.Site(Path(), "港", zone=TOKYO)
    draft = jekyll.parse(text.encode(), "_posts/2026-01-17-teibo.md", NOW, site)
    assert draft is not None
    return draft, read(draft)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("end", ENDS)
def test_a_file_is_read_like_its_twin(end: str, front: str, hidden: str) -> None:
    written = lines(front, hidden)
    twin, reading = made("\n".join(written))
    draft, same = made(ENDS[end].join(written))
    assert draft.raw == ENDS[end].join(written)
    assert (draft.title, draft.tags, draft.published_at) == ("堤防の点検に小型機", ("点検",), twin.published_at)
    assert (draft.body_line, draft.front, draft.body, draft.lines) == (6, twin.front, twin.body, tuple(written))
    assert same == reading


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("end", ENDS)
def test_a_finding_stands_on_the_line_of_the_file(end: str, front: str, hidden: str) -> None:
    written = lines(front, hidden)
    found = [f.line for f in made(ENDS[end].join(written))[1].findings if f.rule == "placeholder"]
    assert found == [written.index("機体は〇〇株式会社が作った。") + 1]


def test_a_file_with_both_ends_has_the_lines_of_an_editor() -> None:
    assert with_newlines("a\r\nb\nc\rd\r\n\r\ne") == "a\nb\nc\nd\n\ne"
    draft, reading = made("\r\n".join(lines("yaml", "a fence")[:9]) + "\n" + "\n".join(lines("yaml", "a fence")[9:]))
    assert [f.line for f in reading.findings if f.rule == "placeholder"] == [13]
    assert draft.lines == tuple(lines("yaml", "a fence"))


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_what_only_looks_like_a_line_end_moves_no_line(sign: str) -> None:
    written = lines("yaml", "a fence")
    written[6] = LEAD.replace("。", f"。{sign}", 1)
    draft, reading = made("\r\n".join(written))
    assert len(draft.lines) == len(written)
    assert [f.line for f in reading.findings if f.rule == "placeholder"] == [13]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_a_pasted_line_separator_in_the_front_matter_is_a_blank(sign: str) -> None:
    draft, _ = made(f"---\ntitle: 堤防の点検{sign}に小型機\ndate: 2026-01-17\n---\n{LEAD}\n")
    assert (draft.title, draft.body_line, draft.dated_by) == ("堤防の点検 に小型機", 5, "front matter")


def test_another_line_end_is_no_edit() -> None:
    text = "\n".join(lines("yaml", "two fences"))
    assert changes(text, text.replace("\n", "\r\n")) == ()
    assert [c.line for c in changes(text, text.replace("\n", "\r\n").replace("三日", "四日"))] == [7]
