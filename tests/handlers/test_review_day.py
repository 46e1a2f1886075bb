"""A day of flags and reviews in which everything goes wrong that can; benchmarks/review_day.py plays longer ones."""

from pathlib import Path

import pytest

from tests.handlers.review_day import play


@pytest.mark.parametrize("seed", [1])
@pytest.mark.both_engines
def test_at_the_end_of_a_bad_day_the_store_the_cards_and_the_emoji_agree(
    database: str, tmp_path: Path, seed: int
) -> None:
    day, wrong = play(database, tmp_path / "site", seed, flags=15)
    assert wrong == []
    assert min(day.done[what] for what in ("killed", "at once", "delivered twice", "wrong order", "fault")) > 0
