import random
import subprocess
import sys

from bot.japanese.similarity import overlap, sketch

WORDS = [
    "水族館",
    "案内",
    "端末",
    "港",
    "朝",
    "市場",
    "魚",
    "船",
    "来館者",
    "質問",
    "言語",
    "導入",
    "費用",
    "館長",
    "夏",
]


def text(seed: int, sentences: int = 60) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(WORDS, k=9)) + "。" for _ in range(sentences)]


def test_a_copy_with_a_third_cut_is_still_near_and_another_text_is_far() -> None:
    whole = text(1)
    kept = [sentence for i, sentence in enumerate(whole) if i % 3]
    assert overlap(sketch("".join(whole)), sketch("".join(whole))) == 1
    assert overlap(sketch("".join(whole)), sketch("".join(kept))) > 0.5
    assert overlap(sketch("".join(whole)), sketch("".join(text(2)))) < 0.2


def test_nothing_is_like_an_empty_text() -> None:
    assert sketch("短い") == ()
    assert overlap((), sketch("少し長い文章です")) == 0


def test_a_sketch_is_the_same_in_every_process() -> None:
    code = "from bot.japanese.similarity import sketch; print(sketch('港の水族館に案内AI'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(sketch("港の水族館に案内AI"))
