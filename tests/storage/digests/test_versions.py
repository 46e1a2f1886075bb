"""A digest is loaded once, and again as soon as something in it has changed."""

import pytest
from sqlalchemy import text

from bot.domain.digests import Digest
from storage.digests.records import load_digest
from tests.conftest import ANNA, NEWS, Office
from tests.handlers.articles import article, share

UNFINISHED = (
    "霧島研究所は30日、生成AIで議事録を要約する大規模言語モデル「こだま」を公開した。詳しくは〇〇町の発表を参照。\n"
)


@pytest.fixture
def digest(office: Office) -> Digest:
    """The morning's digest, which was loaded."""
    share(office, article("霧島研究所、要約モデル「こだま」を公開", text=UNFINISHED))
    office.morning()
    return office.newsroom.store.digests.get(1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE posts SET title = '改題', revision = revision + 1 WHERE id = :post",
        "UPDATE posts SET withdrawn_at = checked_at FROM sources WHERE posts.id = :post AND sources.id = source_id",
        "UPDATE digest_posts SET corrected_at = claimed_at FROM digests WHERE post_id = :post",
        "UPDATE digest_posts SET removed_by = 'U1' WHERE post_id = :post",
        "UPDATE post_tags SET name = '別の名' WHERE post_id = :post",
        "UPDATE findings SET dismissed = (1 = 1) WHERE severity = 'block' AND post_id = :held",
        "UPDATE schedules SET name = '朝刊'",
        "UPDATE digests SET edits = edits + 1",
        "UPDATE sources SET error = 'HTTP 500', state = 'active', checked_at = first_contact_at",
    ],
)
def test_a_change_of_what_it_reads_is_seen_at_once(office: Office, digest: Digest, change: str) -> None:
    store, ids = office.newsroom.store, {"post": digest.entries[0].post.id, "held": digest.held[0].post.id}
    with store.engine.begin() as c:
        assert c.execute(text(change), {n: v for n, v in ids.items() if f":{n}" in change}).rowcount
    with store.engine.connect() as c:
        fresh = load_digest(c, 1)
    assert (store.digests.get(1), fresh == digest) == (fresh, False)


def test_a_review_of_one_of_its_posts_is_seen_at_once(office: Office, digest: Digest) -> None:
    store, post = office.newsroom.store, digest.entries[0].post.id
    for stands, review in ((True, "open"), (False, "")):
        office.clock.forward(minutes=1)
        store.reactions.flag(
            post,
            user=ANNA,
            emoji="button",
            stands=stands,
            channel=NEWS,
            ts="",
            event_ts=f"{office.clock().timestamp()}",
        )
        assert store.digests.get(1).entries[0].review == review


def test_it_is_the_same_object_while_nothing_changes(office: Office, digest: Digest) -> None:
    office.clock.forward(hours=1)
    assert office.newsroom.store.digests.get(1) is digest
