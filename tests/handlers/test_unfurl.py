"""Links to stored posts show what they are."""

from dataclasses import replace

from bot.fake_slack import SlackMessage
from handlers import manifest
from handlers.messages import lookup
from handlers.unfurl import SENTENCES
from tests.conftest import ANNA, NEWS, Office
from tests.handlers.articles import on_sqlite

URL = "https://example.com/2026/01/13/2-sakuragawa-shishin/"


def says(office: Office, text: str) -> SlackMessage:
    office.slack.unfurl_domains = ("example.com",)
    office.slack.say(ANNA, NEWS, text)
    return office.slack.said


def test_a_link_to_a_stored_post_shows_its_summary_tags_and_state(office: Office) -> None:
    desk = office.newsroom.desk
    shown = says(office, f"{URL}?utm_source=slack を読みました").unfurls
    expected = lookup.unfurled(desk.lookup.summary_of(3, SENTENCES), desk.zone)
    assert shown == {f"{URL}?utm_source=slack": expected}
    texts = [block["text"]["text"] for block in expected["blocks"] if block["type"] == "section"]
    assert texts[0].startswith(f"*<{URL}|桜川県、生成AIの調達指針を策定")
    assert texts[1].count("¶") == SENTENCES
    assert [e["action_id"] for e in expected["blocks"][-1]["elements"]] == ["flag"]


def test_a_post_under_review_says_so_in_its_unfurl(office: Office) -> None:
    office.flags(says(office, URL))
    office.slack.say(ANNA, NEWS, f"もう一度 {URL}")
    contexts = [b["elements"][0]["text"] for b in office.slack.said.unfurls[URL]["blocks"] if b["type"] == "context"]
    assert any(text.startswith("レビュー中（レビュー #1、🚩1人）") for text in contexts)


@on_sqlite
def test_a_link_that_is_not_stored_stays_a_link(office: Office) -> None:
    assert says(office, "https://example.com/about/").unfurls == {}
    assert office.slack.calls_of("chat.unfurl") == []


@on_sqlite
def test_the_manifest_names_the_domains_of_the_settings(office: Office) -> None:
    features = manifest.manifest("", ("example.com", "news.example"))["features"]
    assert features["unfurl_domains"] == ["example.com", "news.example"]
    assert "unfurl_domains" not in manifest.manifest()["features"]
    assert replace(says(office, URL), unfurls={}).text == f"<{URL}>"
