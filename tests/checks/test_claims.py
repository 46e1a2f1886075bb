import pytest

from bot.checks.claims import claims
from bot.japanese import read
from tests.japanese.drafts import draft

OPENING = "潮見ラボは4日、案内端末の中身となるモデル「さざなみ7B」を公開した。さざなみ7Bは魚の名前に強い。"


def stated(body: str) -> list[tuple[str, float, str]]:
    post = draft(f"{OPENING}\n\n{body}", title="潮見ラボ、案内のモデル「さざなみ7B」を公開")
    return [(claim.key, claim.value, claim.figure) for claim in claims(post, read(post))]


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("さざなみ7Bの処理速度は前のモデルの2倍になった。", ("さざなみ7b|処理速度|変化", 100, "2倍")),
        ("同社によると、処理速度は前モデル「さざなみ3B」の2倍だ。", ("さざなみ7b|処理速度|変化", 100, "2倍")),
        ("処理速度の向上は前モデル比で35%だった。", ("さざなみ7b|処理速度|変化", 35, "35%")),
        ("さざなみ7Bは、消費電力を3割削減した。", ("さざなみ7b|消費電力|変化", -30, "3割")),
        ("さざなみ7Bは3倍の推論速度を誇る。", ("さざなみ7b|推論速度|変化", 200, "3倍")),
        ("さざなみ7Bの利用料金は月額480円だ。", ("さざなみ7b|利用料金|円", 480, "480円")),
        ("さざなみ7Bの開発費は1億2000万円だった。", ("さざなみ7b|開発費|円", 120_000_000, "1億2000万円")),
        ("国内の案内端末市場は2030年に4,200億円に達する。", ("日本案内端末市場|2030年の規模|円", 420e9, "4,200億円")),
    ],
)
def test_a_figure_of_the_subject_is_a_claim(said: str, claim: tuple[str, float, str]) -> None:
    assert stated(said) == [claim]


@pytest.mark.parametrize(
    "said",
    [
        "さざなみ7Bの処理速度を2倍にする計画だ。",
        "もしさざなみ7Bの処理速度が2倍なら、列は消える。",
        "他社のモデルの処理速度は2倍だった。",
        "Minatoのモデルの処理速度は2倍だった。",
        "さざなみ7BやMinatoなどの利用料金は480円だ。",
        "さざなみ7Bの総合点は100点満点で測る。",
        "利用料金は480円だ。",
        "さざなみ7Bの処理速度は2倍になるのか。",
    ],
)
def test_a_plan_a_supposition_and_a_figure_of_something_else_are_no_claims(said: str) -> None:
    assert stated(said) == []


def test_a_year_and_a_bound_are_part_of_what_is_measured() -> None:
    keys = [key for key, _, _ in stated("さざなみ7Bの処理速度は最大2倍だ。\n\nさざなみ7Bの2025年の売上高は3億円だ。")]
    assert keys == ["さざなみ7b|処理速度最大|変化", "さざなみ7b|売上高2025年|円"]


def test_a_claim_is_quoted_with_its_place_and_named_as_the_post_names_it() -> None:
    said = "さざなみ7Bの処理速度は2倍だ。"
    post = draft(f"{OPENING}\n\n前置き。{said}", title="潮見ラボ、「さざなみ7B」を公開")
    [claim] = claims(post, read(post))
    assert (claim.name, claim.quote, claim.paragraph, claim.line) == ("さざなみ7Bの処理速度", said, 2, 6)
