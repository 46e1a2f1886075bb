"""The messages of a digest that goes out, in their order."""

from dataclasses import replace

import pytest

from bot.domain.digests import Digest, Entry, HeldPost, Schedule
from bot.domain.digests.digest_messages import digest_messages
from bot.domain.outbox_messages import DigestEntry, DigestMessage, HeldPosts, NewMessage, PersonalDigest
from tests.handlers.messages.digests import SLOT, post

NEWS, ANNA = "C0AINEWS1", "U0SATO001"
ENTRIES = (Entry(post(5), (), ()), Entry(post(2), (), ()))
HELD = (HeldPost(post(9), ()),)
REPLIES = (DigestEntry(4, 5).to(NEWS), DigestEntry(4, 2).to(NEWS))


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        (Digest(Schedule(NEWS), SLOT, ENTRIES), (DigestMessage(4).to(NEWS), *REPLIES)),
        (Digest(Schedule(NEWS), SLOT, ENTRIES, HELD), (DigestMessage(4).to(NEWS), *REPLIES, HeldPosts(4).to(NEWS))),
        (Digest(Schedule(NEWS), SLOT, (), HELD), (DigestMessage(4).to(NEWS), HeldPosts(4).to(NEWS))),
        (Digest(Schedule(NEWS), SLOT, ()), (DigestMessage(4).to(NEWS),)),
        (Digest(Schedule(ANNA), SLOT, ENTRIES, HELD), (PersonalDigest(4).to(ANNA),)),
    ],
)
def test_a_digest_has_a_reply_for_each_entry_and_a_persons_own_is_one_message(
    digest: Digest, expected: tuple[NewMessage, ...]
) -> None:
    assert digest_messages(4, digest) == expected
    assert digest_messages(4, replace(digest, id=8)) == expected, "the number is the one that is given"
