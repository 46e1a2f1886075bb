"""A digest that is out follows its posts: edited in place, said when, never deleted."""

from pathlib import Path

import pytest

from bot.domain.reviews import ReviewCommand
from bot.fake_slack import SlackMessage
from handlers.messages import digest as messages
from tests.conftest import ANNA, BEN, NEWS, Clock, Office
from tests.handlers.articles import on_sqlite

TITLE = "霧島研究所、要約モデル「こだま」を公開"
TEXT = (
    "霧島研究所は30日、生成AIで議事録を要約する大規模言語モデル「こだま」を公開した。学習に使った議事録は県内12町村の8年分である。\n\n"
    "こだまは1時間の会議を約400字にまとめる。町村の職員が書いた要約と比べる試験では、決定事項の漏れが100件に3件だった。\n\n"
    "研究所は4月から町村に無償で配り、誤りの報告を受け付ける。報告された誤りは四半期ごとに公表し、直した版を改めて配るという。\n"
)


class Paper:
    """A folder with one article, which the desk edits and withdraws."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        (folder / "_posts").mkdir(parents=True)
        (folder / "_config.yml").write_text("title: 霧島新報\nurl: https://news.example\ntimezone: Asia/Tokyo\n")
        self.write()

    def write(self, title: str = TITLE, text: str = TEXT, tags: str = "LLM") -> None:
        front = f"title: {title}\ndate: 2026-01-31 12:00:00 +0900\ntags: [{tags}]\n"
        (self.folder / "_posts" / "2026-01-31-kodama.md").write_text(f"---\n{front}---\n\n{text}")
        self.read()

    def withdraw(self) -> None:
        (self.folder / "_posts" / "2026-01-31-kodama.md").unlink()
        self.read()

    def read(self) -> None:
        self.office.newsroom.desk.intake.import_path(self.folder)

    @property
    def number(self) -> int:
        digest = self.office.newsroom.store.digests.get(1)
        return next(e.post.id for e in digest.entries if "こだま" in e.post.title)

    @property
    def place(self) -> int:
        return [e.post.id for e in self.office.newsroom.store.digests.get(1).entries].index(self.number) + 1

    def shown(self) -> tuple[SlackMessage, SlackMessage]:
        """The digest and this article's reply, as they stand now."""
        said = {m.metadata["event_payload"]["key"]: m for m in self.office.slack.messages(NEWS) if m.metadata}
        return said["digest:1"], said[f"digest:1:{self.number}"]


@pytest.fixture
def paper(office: Office, tmp_path: Path) -> Paper:
    """The article, told by the morning's digest."""
    made = Paper(office, tmp_path / "paper")
    office.morning()
    office.clock.forward(hours=2, minutes=32)
    return made


def facts(message: SlackMessage) -> str:
    """The last line of what an entry's reply says."""
    return str(message.blocks[0]["text"]["text"].splitlines()[-1])


def told(office: Office) -> int:
    """How many messages the bot said by itself in the channel."""
    return len([m for m in office.slack.messages(NEWS) if m.metadata])


def test_a_new_title_is_put_right_in_the_digest_and_in_the_reply(office: Office, paper: Paper) -> None:
    before = told(office)
    paper.write("霧島研究所、議事録の要約モデル「こだま」を公開")
    office.newsroom.tick()
    parent, reply = paper.shown()
    assert told(office) == before
    assert parent.blocks[1]["elements"][1]["text"] == f"訂正 10:32（{paper.place}番）"
    assert parent.text.splitlines()[1] == f"訂正 10:32（{paper.place}番）"
    assert reply.text == f"{paper.place}. 霧島研究所、議事録の要約モデル「こだま」を公開"
    assert facts(reply).endswith(" · 訂正 10:32")
    whole = office.newsroom.store.digests.get(1)
    assert {"text": parent.text, "blocks": parent.blocks} == messages.digest(whole)
    office.clock.forward(days=1)
    assert facts(paper.shown()[1]).endswith(" · 訂正 10:32"), "the time is kept, not taken when it is shown"


@on_sqlite
@pytest.mark.both_engines
def test_a_correction_of_another_day_says_which(office: Office, paper: Paper) -> None:
    office.clock.forward(days=1)
    paper.write("霧島研究所、議事録の要約モデル「こだま」を公開")
    office.newsroom.tick()
    assert facts(paper.shown()[1]).endswith(" · 訂正 2月2日(月) 10:32")


@on_sqlite
def test_an_edit_that_the_digest_does_not_show_corrects_nothing(office: Office, paper: Paper) -> None:
    calls = len(office.slack.calls_of("chat.update"))
    paper.write(tags="LLM, 自治体")
    office.newsroom.tick()
    assert len(office.slack.calls_of("chat.update")) == calls


@pytest.mark.both_engines
def test_a_withdrawn_article_stays_named_without_its_link_and_words(office: Office, paper: Paper) -> None:
    paper.withdraw()
    office.newsroom.tick()
    _, reply = paper.shown()
    assert reply.text == f"{paper.place}. 【取り下げ】{TITLE}"
    title, said, _ = reply.blocks[0]["text"]["text"].splitlines()
    assert title == f"*{paper.place}. 【取り下げ】{TITLE}*"
    assert said == "配信元がこの記事を取り下げました（10:32）。"
    assert len(reply.blocks) == 1, "there is nothing to press on it"


@on_sqlite
def test_an_article_that_comes_back_reads_as_before(office: Office, paper: Paper) -> None:
    paper.withdraw()
    office.newsroom.tick()
    office.clock.forward(minutes=1)
    paper.write()
    office.newsroom.tick()
    _, reply = paper.shown()
    assert (reply.text, facts(reply)[-8:]) == (f"{paper.place}. {TITLE}", "訂正 10:33")


def test_a_review_shows_in_the_entry_and_so_does_what_came_of_it(office: Office, paper: Paper) -> None:
    desk = office.newsroom.desk
    office.flags(paper.shown()[1])
    office.newsroom.tick()
    assert [facts(paper.shown()[1])[-5:], "👀 確認中" in str(paper.shown()[0].blocks)] == ["👀 確認中", True]
    review = office.newsroom.store.reviews.current(paper.number)
    assert review is not None
    office.clock.forward(minutes=5)
    desk.reviews.act(review.id, ReviewCommand(action="fixed", user=BEN, via="button"))
    office.newsroom.tick()
    assert facts(paper.shown()[1]).endswith(" · ✅ 修正済み")
    desk.reviews.act(review.id, ReviewCommand(action="undo", user=BEN, via="button"))
    desk.reviews.act(review.id, ReviewCommand(action="fine", user=BEN, via="button"))
    office.newsroom.tick()
    assert not facts(paper.shown()[1]).endswith("済み")


@on_sqlite
def test_a_preview_shows_an_open_review_as_the_digest_will(office: Office, tmp_path: Path) -> None:
    Paper(office, tmp_path / "paper")
    upcoming = office.newsroom.desk.digests.preview(NEWS)
    (post,) = (e.post for e in upcoming.entries if e.post.title == TITLE)
    office.newsroom.desk.reviews.flag_by_button(post.id, ANNA, NEWS, None)
    office.newsroom.tick()
    preview = office.types("/digest 確認")
    sent = next(m for m in office.morning() if m.metadata and m.metadata["event_payload"]["key"] == "digest:1")
    assert "👀 確認中" in str(sent.blocks)
    assert preview.blocks == sent.blocks


@on_sqlite
def test_what_changes_before_the_digest_is_out_is_no_correction(office: Office, tmp_path: Path) -> None:
    paper = Paper(office, tmp_path / "paper")
    office.clock.forward(minutes=1)
    office.newsroom.desk.digests.due()
    paper.write("霧島研究所、議事録の要約モデル「こだま」を公開")
    office.newsroom.tick()
    parent, reply = paper.shown()
    assert ("訂正" in str(parent.blocks), "訂正" in facts(reply), bool(parent.edited_ts)) == (False, False, False)


@on_sqlite
def test_a_digest_older_than_a_week_is_left_alone(office: Office, paper: Paper, clock: Clock) -> None:
    clock.forward(days=7)
    office.newsroom.tick()
    calls = len(office.slack.calls_of("chat.update"))
    paper.withdraw()
    office.newsroom.tick()
    assert len(office.slack.calls_of("chat.update")) == calls
