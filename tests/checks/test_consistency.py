from bot.checks import check
from bot.japanese import read
from tests.japanese.drafts import draft

POLITE = ["案内端末は入り口にあります。", "答えは八つの言語です。", "子どもにも人気です。", "餌の時間も答えます。"]


def found(rule: str, *lines: str) -> list[tuple[str, str]]:
    post = draft("\n\n".join(lines))
    return [(f.quote, f.message) for f in check(post, read(post), only=frozenset({rule}))]


def test_plain_sentences_in_a_polite_text_are_one_finding() -> None:
    plain = ["魚は三百種だ。", "館は海辺である。", "端末は八台だった。", "展示は無料だ。"]
    [(quoted, message)] = found("mixed-style", *POLITE * 3, *plain)
    assert quoted == "魚は三百種だ。"
    assert message.endswith("（ほか3か所）。")


def test_quotations_few_of_them_or_a_plain_text_are_no_mixture() -> None:
    assert (
        found(
            "mixed-style",
            *POLITE * 3,
            "館長は「魚は三百種だ。館は海辺である。端末は八台だった。展示は無料だ。」と話します。",
        )
        == []
    )
    assert found("mixed-style", *POLITE * 3, "魚は三百種だ。") == []
    assert found("mixed-style", *["魚は三百種だ。"] * 8, "展示は無料です。") == []


def test_two_words_for_the_writer_are_found() -> None:
    assert len(found("mixed-style", "私は館に通っています。", "僕は魚が好きです。", "私も好きです。")) == 1
    assert found("mixed-style", "私は館に通っています。", "弟は「僕は魚が好き」と言います。") == []


def test_one_word_in_two_spellings_is_found_with_the_commoner_one() -> None:
    [(quoted, message)] = found("mixed-spelling", "サーバーは二台ある。", "サーバーは地下にある。", "サーバは古い。")
    assert quoted == "サーバは古い。"
    assert "多いほうは「サーバー」です" in message
    assert len(found("mixed-spelling", "全ての魚に名がある。", "すべての魚に餌をやる。")) == 1


def test_parts_of_longer_words_are_no_other_spelling() -> None:
    assert found("mixed-spelling", "サーバーは二台ある。", "サーバールームは地下にある。") == []
    assert found("mixed-spelling", "館長は「全ての魚」と言う。", "すべての魚に餌をやる。") == []
