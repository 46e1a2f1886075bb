"""What the checks find is kept with the post: silenced where somebody says so, and told only where it is new."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.domain.findings import Finding, Silenced
from bot.domain.outbox import NotificationSettings
from bot.errors import WrongUse
from bot.settings import Settings
from storage.engine import reading, writing
from storage.store import Store
from storage.tables import outbox, readings, stories
from tests.conftest import ANNA, NEWS, REVIEW, Clock, StoredDesk, desk_on, no_network
from tests.storage.articles import newsroom

BLANK = "取材に応じたのは〇〇（担当者の名前を入れてください）だ。"
OTHER = "窓口の名前は[企業名]に変わった。"


_WHERE = ["港", "駅前", "山手", "川沿い", "丘の上", "湖畔", "城下", "峠", "岬", "谷間", "浜辺", "森"]
_WHO = ["水族館", "図書館", "診療所", "製材所", "大学", "役場", "果樹園", "灯台", "劇場", "書店", "温泉宿", "酒蔵"]
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロ"
_WHAT = [
    *(
        "生成AIに問い合わせを任せ始めた",
        "古い台帳を読み取らせている",
        "案内板の文を三つの言葉に直した",
        "夜の見回りを減らした",
    ),
    *("若い職員の手ほどきに使う", "苦情の手紙を仕分けする", "来月の献立を考えさせた", "屋根の傷みを写真で調べた"),
]


def publish(folder: Path, number: int, *, day: int = 5, tail: str = "", told_like: int = 0) -> Path:
    """Put a post of its own words into the folder; one `told_like` another tells the same thing."""
    chance = random.Random(told_like or number)
    said = [
        f"{chance.choice(_WHERE)}の{chance.choice(_WHO)}{''.join(chance.choices(_KANA, k=8))}は{chance.choice(_WHAT)}。"
        for _ in range(12)
    ]
    text = "\n\n".join("".join(said[at : at + 3]) for at in range(0, 12, 3))
    file = folder / "_posts" / f"2026-01-{day:02}-{number}.md"
    file.parent.mkdir(exist_ok=True)
    front = f"title: {said[0].rstrip('。')} その{number}\ndate: 2026-01-{day:02} 09:00:00 +0900\ntags: [生成AI]"
    file.write_text(f"---\n{front}\n---\n\n{text}\n\n係の人は毎日の記録を残している。\n\n{tail}\n")
    return file


@pytest.fixture
def watched(database: str, clock: Clock) -> StoredDesk:
    """A desk that is told of new findings in the review channel, and knows its folder's backlog."""
    store = Store.at(database, clock, NotificationSettings(REVIEW), CROSS_POST_RULES)
    return desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)


def of(desk: StoredDesk, number: int, rule: str = "placeholder") -> list[Finding]:
    return [finding for finding in desk.lookup.post(number)[1].findings if finding.rule == rule]


def told(desk: StoredDesk) -> list[tuple[str, object]]:
    """What waits to be posted: its kind, and the rules or the rule it speaks of."""
    with reading(desk.store.engine) as c:
        rows = c.execute(select(outbox).order_by(outbox.c.id)).all()
    return [(r.kind, r.ids.get("rule") or [rule for rule, _ in r.ids.get("findings", ())]) for r in rows]


# ---- what is told
def test_the_backlog_of_a_folder_is_no_news(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    publish(folder, 3, tail=BLANK)
    watched.intake.import_path(folder)
    assert len(of(watched, 3)) == 1
    assert told(watched) == []


def test_a_new_post_with_a_defect_is_told_once(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    watched.intake.import_path(folder)
    publish(folder, 3, tail=BLANK)
    watched.intake.import_path(folder)
    watched.intake.import_path(folder)
    assert told(watched) == [("findings", ["placeholder"])]


def test_a_new_post_without_a_defect_is_not_told(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    watched.intake.import_path(folder)
    publish(folder, 3)
    watched.intake.import_path(folder)
    assert told(watched) == []


def test_what_was_told_is_shown_anew_when_an_edit_mends_it(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    watched.intake.import_path(folder)
    file = publish(folder, 1, tail=BLANK)
    watched.intake.import_path(folder)
    letter = watched.store.outbox.claim_next()
    assert letter
    watched.store.outbox.mark_sent(letter, "1.1")
    file.write_text(file.read_text().replace(BLANK, "担当者が取材に応じた。"))
    watched.intake.import_path(folder)
    again = watched.store.outbox.claim_next()
    assert again
    assert (again.payload, again.edits_ts) == (letter.payload, "1.1")
    assert of(watched, 1) == []


def test_an_edit_tells_only_what_is_new(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    file = publish(folder, 3, tail=BLANK)
    watched.intake.import_path(folder)
    file.write_text(file.read_text().replace("毎日の記録", "毎週の記録"))
    watched.intake.import_path(folder)
    assert told(watched) == []
    file.write_text(file.read_text() + f"\n{OTHER}\n")
    watched.intake.import_path(folder)
    assert len(of(watched, 3)) == 2
    assert told(watched) == [("findings", ["placeholder"])]


def test_what_an_old_post_held_before_a_rule_was_there_is_not_told(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    file = publish(folder, 3, tail=BLANK)
    watched.intake.import_path(folder)
    forget_rule(watched)
    file.write_text(file.read_text().replace("毎日の記録", "毎週の記録"))
    watched.intake.import_path(folder)
    assert len(of(watched, 3)) == 1
    assert told(watched) == []
    forget_rule(watched)
    file.write_text(file.read_text() + f"\n{OTHER}\n")
    watched.intake.import_path(folder)
    assert told(watched) == [("findings", ["placeholder"])]


def forget_rule(desk: StoredDesk) -> None:
    """The stored readings are of the time before there was the rule."""
    with writing(desk.store.engine) as c:
        c.exec_driver_sql("DELETE FROM findings")
        c.execute(update(readings).values(version=0))


def test_reading_stored_posts_again_tells_nothing(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    publish(folder, 2)
    publish(folder, 3, tail=BLANK)
    watched.intake.import_path(folder)
    forget_rule(watched)
    assert watched.intake.reprocess() == 3
    assert len(of(watched, 3)) == 1
    assert told(watched) == []


# ---- too often
def test_a_rule_that_fires_too_often_becomes_a_weekly_count_and_says_so(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    for number in range(1, 13):
        publish(folder, number, day=31, tail="" if number > 3 else CUT)
    watched.intake.import_path(folder)
    publish(folder, 13, day=31, tail=CUT)
    publish(folder, 14, day=31, tail=CUT)
    watched.intake.import_path(folder)
    assert [len(of(watched, n, "cut-ending")) for n in (13, 14)] == [1, 1]
    assert told(watched) == [("rule-demoted", "cut-ending")]


def test_what_blocks_is_told_however_often_it_comes(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    for number in range(1, 13):
        publish(folder, number, day=31, tail=BLANK)
    watched.intake.import_path(folder)
    publish(folder, 13, day=31, tail=BLANK)
    watched.intake.import_path(folder)
    assert told(watched) == [("findings", ["placeholder"])]


CUT = "\n町の人は新しい窓口の使い方を覚えながら、これからの\n"


# ---- 誤検知
def test_a_dismissed_finding_silences_its_rule_for_the_post(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1, tail=f"{BLANK}\n\n{OTHER}\n")
    publish(folder, 2, tail=BLANK)
    desk.intake.import_path(folder)
    first, second = of(desk, 1)
    assert desk.store.findings.dismiss(1, "placeholder", first.quote, ANNA) == Silenced("placeholder", 2)
    assert desk.store.findings.dismiss(1, "placeholder", first.quote, ANNA) == Silenced("placeholder", 2, changed=False)
    assert of(desk, 1) == []
    assert len(of(desk, 2)) == 1
    assert desk.store.findings.restore(1, "placeholder") == Silenced("placeholder", 2)
    assert desk.store.findings.restore(1, "placeholder") == Silenced("placeholder", 2, changed=False)
    assert of(desk, 1) == [first, second]


def test_a_finding_that_is_not_there_cannot_be_dismissed(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    desk.intake.import_path(folder)
    assert desk.store.findings.dismiss(1, "placeholder", "〇〇", ANNA) is None


def test_the_silence_lasts_while_the_quotation_stands(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    file = publish(folder, 1, tail=BLANK)
    desk.intake.import_path(folder)
    desk.store.findings.dismiss(1, "placeholder", of(desk, 1)[0].quote, ANNA)
    file.write_text(file.read_text().replace("毎日の記録", "毎週の記録"))
    desk.intake.import_path(folder)
    assert of(desk, 1) == []
    file.write_text(file.read_text().replace(BLANK, OTHER))
    desk.intake.import_path(folder)
    assert len(of(desk, 1)) == 1


def test_a_dismissed_finding_is_not_told_with_the_next_edit(watched: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    file = publish(folder, 1, tail=BLANK)
    watched.intake.import_path(folder)
    watched.store.findings.dismiss(1, "placeholder", of(watched, 1)[0].quote, ANNA)
    file.write_text(file.read_text() + f"\n{OTHER}\n")
    watched.intake.import_path(folder)
    assert told(watched) == []


def test_a_post_whose_only_block_is_dismissed_is_held_no_longer(desk: StoredDesk, tmp_path: Path, clock: Clock) -> None:
    folder = newsroom(tmp_path / "desk")
    desk.intake.import_path(folder)
    publish(folder, 1, day=31, tail=BLANK)
    desk.intake.import_path(folder)
    assert [h.post.id for h in desk.digests.preview(NEWS, unscheduled=True).held] == [1]
    desk.store.findings.dismiss(1, "placeholder", of(desk, 1)[0].quote, ANNA)
    digest = desk.digests.preview(NEWS, unscheduled=True)
    assert (digest.held, [e.post.id for e in digest.entries]) == ((), [1])


def test_the_lead_of_a_story_is_chosen_by_the_findings_that_stand(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1, day=30, tail=f"{BLANK}\n\n{OTHER}\n")
    publish(folder, 2, day=30, told_like=1)
    desk.intake.import_path(folder)
    assert lead(desk) == 2
    quote = of(desk, 1)[0].quote
    desk.store.findings.dismiss(1, "placeholder", quote, ANNA)
    assert lead(desk) == 1
    desk.store.findings.restore(1, "placeholder")
    assert lead(desk) == 2


def lead(desk: StoredDesk) -> object:
    with reading(desk.store.engine) as c:
        return c.execute(select(stories.c.lead_post_id)).scalar_one()


# ---- the house's rules
def test_the_house_rules_hold_at_intake(store: Store, clock: Clock, tmp_path: Path) -> None:
    rules = tmp_path / "house.yml"
    rules.write_text(
        "banned:\n  - {name: 表記, words: [係の人], why: 使わない言葉です。, remedy: 言い換えてください。}\n"
    )
    desk = desk_on(store, Settings(_env_file=None, rules=str(rules)), now=clock, fetch=no_network)
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    desk.intake.import_path(folder)
    [finding] = of(desk, 1, "house/表記")
    assert (finding.severity, finding.message) == ("warn", "使わない言葉です。")


def test_a_broken_file_of_house_rules_stops_the_desk_with_its_line(store: Store, clock: Clock, tmp_path: Path) -> None:
    rules = tmp_path / "house.yml"
    rules.write_text("banned:\n  - name: 表記\n")
    with pytest.raises(WrongUse, match=r"house\.yml:2: "):
        desk_on(store, Settings(_env_file=None, rules=str(rules)), now=clock, fetch=no_network)


def test_the_longest_name_of_a_house_rule_fits(store: Store, clock: Clock, tmp_path: Path) -> None:
    rules = tmp_path / "house.yml"
    name = "長" * 34
    rules.write_text(f"banned:\n  - {{name: {name}, words: [係の人], why: 使わない。, remedy: 直す。}}\n")
    desk = desk_on(store, Settings(_env_file=None, rules=str(rules)), now=clock, fetch=no_network)
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    desk.intake.import_path(folder)
    assert len(of(desk, 1, f"house/{name}")) == 1


def test_other_house_rules_let_the_stored_posts_be_read_again_in_silence(
    database: str, clock: Clock, tmp_path: Path
) -> None:
    folder = newsroom(tmp_path / "desk")
    publish(folder, 1)
    rules = tmp_path / "house.yml"
    rules.write_text("banned:\n  - {name: 表記, words: [係の人], why: 使わない言葉です。, remedy: 直してください。}\n")
    store = Store.at(database, clock, NotificationSettings(REVIEW), CROSS_POST_RULES)
    plain = desk_on(store, Settings(_env_file=None), now=clock, fetch=no_network)
    assert plain.checks.sync_house_rules() == 0
    plain.intake.import_path(folder)
    house = desk_on(store, Settings(_env_file=None, rules=str(rules)), now=clock, fetch=no_network)
    assert (house.checks.sync_house_rules(), house.checks.sync_house_rules()) == (1, 0)
    assert house.intake.reprocess() == 1
    assert len(of(house, 1, "house/表記")) == 1
    assert (plain.checks.sync_house_rules(), plain.intake.reprocess(), of(plain, 1, "house/表記")) == (1, 1, [])
    assert told(house) == []
    store.close()


# ---- once a week
def test_on_monday_the_demoted_rules_are_counted_and_the_quiet_ones_speak_again(
    watched: StoredDesk, tmp_path: Path, clock: Clock
) -> None:
    folder = newsroom(tmp_path / "desk")
    for number in range(1, 13):
        publish(folder, number, day=31, tail="" if number > 3 else CUT)
    watched.intake.import_path(folder)
    publish(folder, 13, day=31, tail=CUT)
    watched.intake.import_path(folder)
    assert [record.demoted for record in watched.checks.records() if record.rule == "cut-ending"] == [True]
    assert not watched.checks.announce_weekly_rules()  # a Sunday
    clock.forward(hours=26)  # Monday, nine and later
    assert watched.checks.announce_weekly_rules()
    assert not watched.checks.announce_weekly_rules()
    assert week(watched) == [{"posts": 13, "rules": [["cut-ending", 4, False]]}]
    clock.forward(days=3)
    for number in range(20, 32):
        publish(folder, number, day=31)
    watched.intake.import_path(folder)
    clock.forward(days=4)
    assert watched.checks.announce_weekly_rules()
    assert week(watched)[1] == {"posts": 12, "rules": [["cut-ending", 0, True]]}
    assert [record.demoted for record in watched.checks.records() if record.rule == "cut-ending"] == [False]
    clock.forward(days=7)
    assert not watched.checks.announce_weekly_rules()


def week(desk: StoredDesk) -> list[object]:
    with reading(desk.store.engine) as c:
        return list(c.scalars(select(outbox.c.ids).where(outbox.c.kind == "rules-week").order_by(outbox.c.id)))
