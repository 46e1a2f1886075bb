"""What a summary shows of a post."""

from dataclasses import dataclass

from bot.domain.posts import Post
from bot.domain.readings import Reading
from bot.domain.reviews import Review


@dataclass(frozen=True)
class SummaryFacts:
    """A post with everything that a summary of it shows, as stored.

    `alike` counts the other posts of its story that are not withdrawn; `review` is its open one, None if it has none;
    `lead` is the first paragraph of a post that is too short to summarise, empty for any other.
    """

    post: Post
    reading: Reading
    alike: int
    review: Review | None
    lead: str
