"""The messages of a digest that goes out: itself, and a reply for each story and for what is held back."""

from bot.domain.digests.digest import Digest
from bot.domain.outbox_messages import DigestEntry, DigestMessage, HeldPosts, NewMessage, PersonalDigest


def digest_messages(digest_id: int, digest: Digest) -> tuple[NewMessage, ...]:
    """Return the messages to write, in their order. `digest_id` is the number under which the digest is stored."""
    channel = digest.schedule.channel
    if digest.schedule.is_personal:  # one message; what is in it can be chosen there
        return (PersonalDigest(digest_id).to(channel),)
    entries = (DigestEntry(digest_id, entry.post.id).to(channel) for entry in digest.entries)
    held = (HeldPosts(digest_id).to(channel),) if digest.held else ()
    return (DigestMessage(digest_id).to(channel), *entries, *held)
