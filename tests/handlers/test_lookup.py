"""What an editor types, and reads."""

from tests.conftest import Office


def test_a_summary_shows_title_place_sentences_tags_and_buttons(office: Office) -> None:
    answer = office.types("/summary 3")
    assert answer.text
