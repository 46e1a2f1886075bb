"""The counts of weeks, and the message that tells them once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from bot.domain.outbox_messages import WeeklyChart, WeeklyReportMessage
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.posts.tags import shown_name
from storage.slack import outbox
from storage.tables import post_tags, posts


class WeeklyReportStore(StorePart):
    """The part of the Store that looks back on the week."""

    def announce(self, channel: str, last: date, *, chart: bool) -> bool:
        """Decide that a channel is told of the week from that Monday on, with a picture in the thread where `chart` is
        set; False where that was decided before."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            if not outbox.add(c, self.now(), WeeklyReportMessage(last, chart).to(channel)):
                return False
            if chart:
                outbox.add(c, self.now(), WeeklyChart(last).to(channel))
            return True

    def tag_weeks(self, edges: Sequence[datetime]) -> tuple[tuple[int, ...], dict[str, list[int]]]:
        """How many posts were news between each edge and the next, and for each tag how many of them bore it. Withdrawn
        ones do not count."""
        weeks = len(edges) - 1
        span = (posts.c.news_at >= edges[0], posts.c.news_at < edges[-1], posts.c.withdrawn_at.is_(None))
        borne = (
            select(post_tags.c.key, posts.c.news_at).join(posts, posts.c.id == post_tags.c.post_id).where(*span)
        )  # fmt: skip
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * weeks)
        total = [0] * weeks
        with self.reading() as c:
            for at in c.scalars(select(posts.c.news_at).where(*span)):
                total[bisect_right(edges, at) - 1] += 1
            for row in c.execute(borne):
                counts[row.key][bisect_right(edges, row.news_at) - 1] += 1
            names = select(post_tags.c.key, shown_name(post_tags)).group_by(post_tags.c.key)
            busy = sorted(counts, key=lambda key: (-counts[key][-1], -sum(counts[key]), key))[:50]
            found = {row.key: row.name for row in c.execute(names.where(post_tags.c.key.in_(busy)))}
        return tuple(total), {found[key]: counts[key] for key in busy}
