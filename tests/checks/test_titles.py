import pytest

from bot.checks import check
from bot.checks.titles import broken_title, excerpt_is_title, markdown_in_excerpt
from bot.japanese import read
from tests.japanese.drafts import draft
from tests.processor import seconds

BODY = "".join(f"水槽{n}には案内端末が置かれ、質問に答えます。" for n in range(12))


def found(rule: str, title: str, **more: str) -> list[tuple[str, int | None, int]]:
    front = "".join(f"{key}: {value}\n" for key, value in more.items())
    post = draft(BODY, title=title, front=front, **more)
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == rule]


@pytest.mark.parametrize(
    "title",
    [
        "水族館の案内AI、その狙いは何か？がもたらす港町の変化",
        "水族館の案内AI、その狙いとは？の最新動向",
        "水族館の案内AIは誰のためか？による業務の見直し",
        "水族館の案内AI、その狙いは？（音声・翻訳）が変える観光",
        "水族館の案内AIを読み解くによる観光の変化",
        "水族館の案内AI、その狙いを探るの全貌",
        "水族館の案内AIが何をもたらすのか。の注目点",
        "水族館の「案内AI」はの可能性",
        "水族館の案内AIの可（音声・翻訳）",
        "水族館の案内AI、その真意と？",
        "水族館の案内AI「さかな",
        "水族館の新しい案内AI、",
    ],
)
def test_a_title_that_does_not_join_warns(title: str) -> None:
    assert found("broken-title", title) == [(title, None, 2)]


@pytest.mark.parametrize(
    "title",
    [
        "水族館の案内AI、その狙いは何か？",
        "水族館の案内AI、その狙いとは？観光への影響を読み解く",
        "水族館の案内AIは役に立つのか？ 館長に聞いた",
        "「案内AIは本当に要る？」という声に館長が答える",
        "「なぜ魚は群れる？」がわかる端末",
        "なぜ？の声に答える案内AI",
        "どうする？に答える水族館の端末",
        "Yahoo!の検索で一位、港町の水族館",
        "水族館の案内AI（音声・翻訳）の仕組み",
        "案内AIを使うのは誰か",
        "読み解く力を育てる水族館",
        "案内AIの可能性と課題",
        "多くの水族館がまねる案内AI",
        "近くの公園でも使える案内AI",
        "案内AIの可否を問う",
        "誰と？どこで？案内AIの使い方",
        "水族館の三つの工夫 1)声 2)文字 3)光",
        "【速報】水族館『港の海』に案内AI",
        "向こうの世界へ——案内AIの一年",
    ],
)
def test_a_title_that_reads_well_is_left_alone(title: str) -> None:
    assert found("broken-title", title) == []


def test_an_excerpt_that_is_the_title_warns() -> None:
    title = "港町の水族館、案内AIを導入"
    assert found("excerpt-is-title", title, excerpt=f"{title}。") == [(f"{title}。", None, 3)]
    assert found("excerpt-is-title", title, author="編集部", description=title) == [(title, None, 4)]
    longer = f"2026年{title}した背景と効果"
    assert found("excerpt-is-title", longer, excerpt=title) == [(title, None, 3)]


def test_an_excerpt_that_says_more_or_is_a_mere_word_does_not() -> None:
    title = "港町の水族館、案内AIを導入"
    for said in (f"{title}した理由を館長に聞きました。", "水族館", "", "窓口の列が短くなりました。"):
        assert found("excerpt-is-title", title, excerpt=said) == []


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("水族館が**案内AI**を入れた。", "水族館が**案内AI**を入れた。"),
        ("## 案内AIの導入", "## 案内AIの導入"),
        ("詳しくは[水族館](https://example.org/a)へ。", "詳しくは[水族館](https://example.org/a)へ。"),
        ("`ask`で魚を呼ぶ。", "`ask`で魚を呼ぶ。"),
        ("案内AI<br>八つの言語", "案内AI<br>八つの言語"),
        ("- 声で答える", "- 声で答える"),
        ("案内AIを*すぐに*入れた。", "案内AIを*すぐに*入れた。"),
    ],
)
def test_markdown_in_an_excerpt_warns(said: str, quoted: str) -> None:
    assert found("markdown-in-excerpt", "案内AIを導入", excerpt=said) == [(quoted, None, 3)]


@pytest.mark.parametrize(
    "said",
    [
        "水族館が案内AIを入れた。",
        "C#と.NETで作った案内AI。評価は★★★。",
        "2*3*4メートルの水槽。",
        "snake_caseの名前と__init__の話。",
        "魚は1 < 2、3 > 2匹。",
        "費用は-30%になった。",
        "[速報] 案内AIを導入。",
        "#水族館 のイベント",
        "音声|文字の二つ。",
    ],
)
def test_signs_that_are_no_markdown_are_left_alone(said: str) -> None:
    assert found("markdown-in-excerpt", "案内AIを導入", excerpt=said) == []


@pytest.mark.parametrize("sign", ["？", "？（", "の可", "*", "**", "`", "[", "[a](", "<p ", "|", "「", "_"])
def test_an_endless_title_or_excerpt_takes_no_time(sign: str) -> None:
    long = sign * 200_000
    post = draft(BODY, title=long, excerpt=long, description=f"a{long}")
    reading = read(draft(BODY))
    rules = (broken_title, excerpt_is_title, markdown_in_excerpt)
    assert seconds(lambda: [list(rule(post, reading)) for rule in rules]) < 10
