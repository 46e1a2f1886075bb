"""The house's own rules: what they find, where they let it stand, and what is said of a bad file."""

from pathlib import Path

import pytest

from bot.checks import RULES, check, house_rules
from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.errors import WrongUse
from bot.japanese import read
from tests.conftest import ROOT
from tests.japanese.drafts import draft
from tests.processor import seconds

OPENING = "市立水族館は4日、案内端末を12台に増やした。声で尋ねると、魚の名前や餌の時間を八つの言語で答える。"
SAMPLE = house_rules.rules(ROOT / "docs" / "house-rules.yml")
WHY = "社の決まりで使わない言葉です。"
REMEDY = "言い換えてください。"


def rule_of(section: str, *more: str) -> str:
    """A file of one rule, whose last line is the sixth or what `more` adds."""
    return "\n".join([f"{section}:", "  - name: 決まり", f"    why: {WHY}", f"    remedy: {REMEDY}", *more])


def found(text: str, body: str, front: str = "", **more: object) -> list[Finding]:
    post = draft(f"{OPENING}\n\n{body}", front=front, **more)  # type: ignore[arg-type]
    return [
        f for f in check(post, read(post), rules=house_rules.parse(text, "house.yml")) if f.rule.startswith("house/")
    ]


def quotes(text: str, body: str) -> list[str]:
    return [f.quote for f in found(text, body)]


def of_sample(body: str, **more: object) -> list[tuple[str, str, str, int]]:
    post: Draft = draft(f"{OPENING}\n\n{body}", **more)  # type: ignore[arg-type]
    ours = {rule.name for rule in SAMPLE} - {rule.name for rule in RULES} | {"first-person"}
    return [(f.rule, f.severity, f.quote, f.line) for f in check(post, read(post), rules=SAMPLE) if f.rule in ours]


# ---- what is found
def test_a_banned_word_is_a_finding_with_the_reason_and_remedy_of_the_house() -> None:
    text = rule_of("banned", "    words: [お客様各位, 御社]")
    assert found(text, "端末は好評だ。御社でも使える。\n\nお客様各位に配る。また、御社の声を待つ。") == [
        Finding(
            "house/決まり", "warn", "御社でも使える。", 2, 6, "社の決まりで使わない言葉です（ほか1か所）。", REMEDY
        ),
        Finding("house/決まり", "warn", "お客様各位に配る。", 3, 8, WHY, REMEDY),
    ]


def test_the_sample_finds_what_it_says() -> None:
    assert of_sample(
        "看護婦の案内にも使う。\n\nこの端末は業界No.1の速さで、必ず作業の削減につながる。\n\n私は驚いた。いかがでしたか。\n\n"
        "`urashima-internal` に090-1234-5678で尋ねる。"
    ) == [
        ("house/差別語", "block", "看護婦の案内にも使う。", 6),
        ("house/社外秘", "block", "`●●●●●●●●●●●●●●●●●` に●●●●●●●●●●●●●で尋ねる。", 12),
        ("house/社外秘", "block", "`●●●●●●●●●●●●●●●●●` に●●●●●●●●●●●●●で尋ねる。", 12),
        ("house/景品表示", "warn", "この端末は業界No.1の速さで、必ず作業の削減につながる。", 8),
        ("house/景品表示", "warn", "この端末は業界No.1の速さで、必ず作業の削減につながる。", 8),
        ("first-person", "warn", "私は驚いた。", 10),
        ("house/決まり文句", "note", "いかがでしたか。", 10),
    ]


@pytest.mark.parametrize(
    "fine",
    [
        "館長は「看護婦と呼ばれた時代もあった」と話す。",
        "> 外人という言葉が残る。",
        "`看護婦` という項目名を改めた。",
        "```\n看護婦\n```",
        "海外人材の案内にも使う。",
        "業界No.1の速さだ[^1]。",
        "業界No.1の速さだ（港の調査社調べ）。",
        "業界No.1の速さだ。\n※港の調査社、2025年12月",
        "港の調査社によると、国内シェア第1位の端末だ。",
        "必ず成果が出るとは限らない。",
        "必ずしも効果は出ない。",
        "- [業界初の端末、世界一の水槽へ](/2026/01/01/x/)",
        "国内シェア1位ではなく10位だ。",
    ],
)
def test_quotations_code_sources_and_other_words_are_let_stand(fine: str) -> None:
    assert of_sample(fine) == []


def test_a_rule_may_make_no_exceptions_and_one_may_be_made_for_a_word_beside_it() -> None:
    strict = rule_of("banned", "    words: [御社]", "    except: []")
    assert quotes(strict, "「御社の声だ」と話す。`御社`") == ["「御社の声だ」と話す。"]
    assert quotes(rule_of("banned", "    words: 御社", "    unless: [声]"), "御社の声だ。御社の耳だ。") == [
        "御社の耳だ。"
    ]


def test_words_are_found_in_any_width_and_case_and_never_within_a_longer_one() -> None:
    text = rule_of("banned", "    words: [AI大臣, api, '100%', ＢＩＧ]")
    assert quotes(text, "ＡＩ大臣が語る。") == ["ＡＩ大臣が語る。"]
    assert quotes(text, "Apiを使う。") == ["Apiを使う。"]
    assert quotes(text, "１００％だ。") == ["１００％だ。"]
    assert quotes(text, "bigな話だ。") == ["bigな話だ。"]
    assert quotes(text, "https://example.org/api/v1を見る。APIの話だ。") == ["APIの話だ。"]
    assert quotes(text, "https://example.org/api/v1を見る。") == []
    assert quotes(text, "rapidとcapiとapis、2,100%と1100%、bigger。") == []


def test_title_excerpt_and_description_are_read_too_at_their_lines() -> None:
    text = rule_of("banned", "    words: [御社]")
    head = "excerpt: 御社の抜粋\ndescription: 御社の説明\n"
    places = found(text, "本文。", head, title="御社の端末", excerpt="御社の抜粋", description="御社の説明")
    assert [(f.quote, f.paragraph, f.line, f.message) for f in places] == [
        ("御社の端末", None, 2, "社の決まりで使わない言葉です（ほか2か所）。")
    ]


def test_what_must_be_masked_is_found_in_every_corner_and_never_repeated() -> None:
    text = rule_of("masked", "    words: [浦島]")
    corners = "<!-- 浦島 -->\n[端末](https://example.org/浦島)\n```\n浦島\n```\n> 浦島"
    [finding] = found(text, corners, "tags: [浦島]\n")
    assert (finding.severity, finding.quote, finding.paragraph, finding.line) == ("block", "tags: [●●]", None, 3)
    assert finding.message == "社の決まりで使わない言葉です（ほか4か所）。"


def test_five_words_of_a_rule_are_shown_and_the_rest_counted() -> None:
    text = rule_of("phrases", "    words: [甲虫, 乙姫, 丙午, 丁稚, 戊辰, 己巳, 庚申]")
    shown = found(text, "甲虫。\n\n乙姫。\n\n丙午。\n\n丁稚。\n\n戊辰。\n\n己巳。\n\n庚申。庚申。")
    assert [f.quote for f in shown] == ["甲虫。", "乙姫。", "丙午。", "丁稚。", "戊辰。"]
    assert [f.message for f in shown] == [WHY] * 4 + ["社の決まりで使わない言葉です（ほか3か所）。"]


def test_the_first_person_is_on_with_the_words_of_the_house() -> None:
    post = draft(f"{OPENING}\n\n当方は知らない。私は驚いた。")

    def said(text: str) -> list[str]:
        rules = house_rules.parse(text, "house.yml")
        assert [rule.name for rule in rules] == [rule.name for rule in RULES]
        return [f.quote for f in check(post, read(post), rules=rules) if f.rule == "first-person"]

    assert said("first-person: [当方]") == ["当方は知らない。"]
    assert said("first-person: true") == ["私は驚いた。"]
    assert said("first-person: false") == said("") == []


# ---- a bad file
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# 注\nbanned: [", "2: YAMLとして読めません"),
        ("banned:\n\t- name: x", "2: YAMLとして読めません"),
        ("banned:\n  - name: \x07", "2: 使えない制御文字があります。削除してください。"),
        ("- 甲\n- 乙", "1: 「項目: 値」の形で書いてください"),
        ("# 注\nband: []", "2: 項目「band」はありません。banned のことですか。"),
        ("鯨: []", "1: 項目「鯨」はありません。使えるのは first-person、banned、phrases、claims、masked です。"),
        ("banned: []\nbanned: []", "2: 項目「banned」が重なっています。一つにまとめてください。"),
        ("banned: 御社", "1: 規則を「- name: …」の形で並べてください。"),
        ("banned:\n  - name: 甲\n", "2: why、remedy がありません。規則には name、why、remedy が必要です。"),
        (rule_of("banned"), "2: words（探す言葉）か patterns（正規表現）のどちらかを書いてください。"),
        (rule_of("banned", "    wrods: [御社]"), "5: 項目「wrods」はありません。words のことですか。"),
        (rule_of("banned", "    words: [御社, '']"), "5: 言葉を書いてください（空や入れ子は使えません）。"),
        (rule_of("banned", "    words:", "      - 御社", "      - [甲]"), "7: 言葉を書いてください"),
        (
            rule_of("banned", "    words: 甲", "    severity: error"),
            "6: 重さ「error」はありません。block、warn、note のどれかにしてください。",
        ),
        (
            rule_of("banned", "    words: 甲", "    except: [quotes]"),
            "6: except に「quotes」は書けません。quotation、code、source から選んでください。",
        ),
        (
            "banned:\n  - {name: 甲/乙, why: x, remedy: y, words: z}",
            "2: name は空白と「/」を含まない34文字までの名前にしてください。",
        ),
        (
            "banned:\n- &a {name: 甲, why: x, remedy: y, words: z}\nphrases:\n- *a",
            "2: 規則「house/甲」は前にもあります。別の name を付けてください。",
        ),
        (rule_of("phrases", "    patterns:", "      - '甲{1,3}'", "      - '[甲'"), "7: 正規表現を読み取れません"),
        ("甲: " + "[" * 5000, "1: 入れ子が深すぎます。"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(WrongUse) as e:
        house_rules.parse(text, "house.yml")
    assert str(e.value).startswith(f"house.yml:{said}")
    assert str(e.value).endswith("。")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a+)+$", "「*」「+」には上限がありません。{0,20} のように上限を書いてください。"),
        ("甲.*乙", "「*」「+」には上限がありません。{0,20} のように上限を書いてください。"),
        ("甲{2,}", "「*」「+」には上限がありません。{0,20} のように上限を書いてください。"),
        ("(甲{0,9}){0,9}乙", "「(…){2,5}」のようなまとまりの繰り返しは使えません。「?」だけ使えます。"),
        ("(?i)甲", "(?: (?= (?! (?<= (?<! 以外の「(?」は使えません。"),
        ("(?#[)(a{0,9}){0,9}]x", "(?: (?= (?! (?<= (?<! 以外の「(?」は使えません。"),
        ("甲{101}", "繰り返しの上限が大きすぎます（100まで）。"),
        ("(?:甲?丙|丙丁)" * 10, "正規表現の繰り返しと選択肢が多く、時間がかかりすぎます。いくつかに分けてください。"),
        ("(?:甲|甲)" * 20, "正規表現の繰り返しと選択肢が多く、時間がかかりすぎます。いくつかに分けてください。"),
        (
            "甲{0,30}乙{0,30}丙{0,30}丁",
            "正規表現の繰り返しと選択肢が多く、時間がかかりすぎます。いくつかに分けてください。",
        ),
        ("甲?", "正規表現が空の文字列にも一致します。探す言葉を少なくとも一つ含めてください。"),
        ("甲" * 201, "正規表現が長すぎます（上限200文字）。いくつかに分けてください。"),
    ],
)
def test_a_pattern_that_could_run_away_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(WrongUse) as e:
        house_rules.parse(rule_of("phrases", f"    patterns: ['{pattern}']"), "house.yml")
    assert str(e.value) == f"house.yml:5: {said}"


@pytest.mark.parametrize(
    "pattern", ["[*+]甲", r"甲\+乙", "(?<!必ず)甲{0,20}乙", "甲{2}(?:乙|丙)?", "(?=甲).{1,5}?乙", "(?:甲|乙|丙)" * 20]
)
def test_a_pattern_in_bounds_is_taken(pattern: str) -> None:
    assert len(house_rules.parse(rule_of("phrases", f"    patterns: ['{pattern}']"), "house.yml")) == len(RULES) + 1


def test_the_worst_pattern_that_is_taken_is_done_with_an_endless_line_in_seconds() -> None:
    text = rule_of("phrases", "    patterns: ['甲{0,69}甲{0,69}丙']", "    words: [乙]", "    unless: [丁]")
    hits: list[object] = []
    assert seconds(lambda: hits.extend(found(text, "甲" * 20_000 + "乙" * 200_000))) < 30
    assert len(hits) == 1


def test_a_file_that_is_not_there_or_not_utf_8_is_said(tmp_path: Path) -> None:
    file = tmp_path / "house.yml"
    with pytest.raises(WrongUse, match=r"を開けません（No such file or directory）。パスを確認してください。$"):
        house_rules.rules(file)
    file.write_bytes("banned:\n- name: 水族館".encode("cp932"))
    with pytest.raises(WrongUse, match=r"house.yml:2: UTF-8として読めません。UTF-8で保存し直してください。$"):
        house_rules.rules(file)
    file.write_text("# " + "長" * house_rules.LIMIT)
    with pytest.raises(WrongUse, match=r"ファイルが大きすぎます（上限100KB）。$"):
        house_rules.rules(file)
