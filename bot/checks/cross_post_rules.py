"""The rules that compare posts, as the store applies them: pure functions over the data that it loads."""

from collections.abc import Set

from bot.checks import check
from bot.checks.corpus import dead_link_test
from bot.domain.cross_post import CrossPostContext, CrossPostRules
from bot.domain.findings import Finding
from bot.domain.posts import Draft, address
from bot.domain.readings import Link, Reading, SearchText

EARLIER = frozenset({"near-copy", "conflicting-figure"})
LINKS = frozenset({"dead-link"})


def compare(draft: Draft, reading: Reading, others: CrossPostContext) -> tuple[Finding, ...]:
    """Return what the rules of EARLIER find in a post. Its reading has paragraphs and claims."""
    return check(draft, reading, others, EARLIER) if others.claims or others.copies else ()


def check_links(draft: Draft, links: tuple[Link, ...], alive: Set[str]) -> tuple[Finding, ...]:
    """Return what the rules of LINKS find among a post's links. `alive` are the addresses at which a post stands.

    Every post of the source is stored, so each link to a post that is not alive is dead. A link whose address is shaped
    otherwise than this post's and those of the posts it links to leads to another kind of page.
    """
    own = {address(draft.url)} if draft.url else set()
    dead = dead_link_test(own | {link.to for link in links if link.to in alive}, (), whole=True)
    reading = Reading((), (), (), (), SearchText("", "", ""), (), 0, 1, links=links)
    return check(draft, reading, CrossPostContext(dead=dead), LINKS)


CROSS_POST_RULES = CrossPostRules(EARLIER, LINKS, compare, check_links)
