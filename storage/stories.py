"""Stories as they are kept: a new post joins one or founds one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot import stories as rules
from bot.posts import Draft
from bot.readings import Reading
from bot.stories import Member, Story
from storage.engine import add
from storage.tables import findings, posts, readings, stories


class Shelf:
    """The posts around a batch's dates with their stories, loaded once for the whole batch."""

    def __init__(self, members: dict[int, list[Member]]) -> None:
        self.members = members

    @classmethod
    def around(cls, c: Connection, times: Sequence[datetime]) -> "Shelf":
        if not times:
            return cls({})
        span = rules.WINDOW
        defects = select(func.count()).where(findings.c.post_id == posts.c.id).scalar_subquery()
        query = (
            select(
                posts.c.id,
                posts.c.title,
                posts.c.published_at,
                posts.c.story_id,
                readings.c.terms,
                readings.c.characters,
                defects.label("defects"),
            )
            .join(readings, readings.c.post_id == posts.c.id)
            .where(posts.c.published_at.between(min(times) - span, max(times) + span), posts.c.story_id.is_not(None))
            .order_by(posts.c.id)
        )
        members: dict[int, list[Member]] = {}
        for row in c.execute(query):
            terms = tuple((term, weight) for term, weight in row.terms)
            member = Member(row.id, row.title, row.published_at, terms, row.defects, row.characters)
            members.setdefault(row.story_id, []).append(member)
        return cls(members)

    def place(self, c: Connection, number: int, draft: Draft, reading: Reading) -> None:
        """Let a new post join its story or found one, and choose the story's lead anew."""
        characters = sum(len(p.text) for p in reading.paragraphs)
        member = Member(number, draft.title, draft.published_at, reading.terms, len(reading.findings), characters)
        story = rules.join(member, [Story(number, tuple(ms)) for number, ms in self.members.items()])
        if story is None:
            story = add(c, stories, lead_post_id=number)
        self.members.setdefault(story, []).append(member)
        c.execute(update(posts).where(posts.c.id == number).values(story_id=story))
        lead = rules.lead(self.members[story]).post_id
        c.execute(update(stories).where(stories.c.id == story).values(lead_post_id=lead))
