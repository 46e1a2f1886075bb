import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.japanese.sentences import spans

SIGNS = st.text(alphabet="あ漢AZ9。！？!?「」『』（） \n、", max_size=60)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("朝です。昼です。", ["朝です。", "昼です。"]),
        ("本当に？ 本当です！", ["本当に？", "本当です！"]),
        ("「待って。すぐ行く。」と彼は言った。夜だ。", ["「待って。すぐ行く。」と彼は言った。", "夜だ。"]),
        ("彼は「行く。」", ["彼は「行く。」"]),
        ("新型（試作。非売品）を公開。次へ。", ["新型（試作。非売品）を公開。", "次へ。"]),
        ("「閉じ忘れた。次の文です。", ["「閉じ忘れた。", "次の文です。"]),
        ("Yahoo!ニュースが3.5倍。v1.2です", ["Yahoo!ニュースが3.5倍。", "v1.2です"]),
        ("売れるのか？という声。", ["売れるのか？という声。"]),
        ("一行め\n二行め", ["一行め", "二行め"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_pauses(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


@given(SIGNS)
def test_sentences_are_verbatim_in_order_and_lose_only_whitespace(text: str) -> None:
    end = 0
    for first, last in spans(text):
        assert end <= first < last
        assert text[end:first].strip() == ""
        end = last
    assert text[end:].strip() == ""
