"""Reading stored posts again: find those read by older rules, and replace their readings."""

from sqlalchemy import Connection, select, update

from bot.domain.intake import StalePost
from bot.domain.posts import Draft
from bot.domain.readings import VERSION, Reading
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.posts import cross_checks, findings, search_index, stored_readings
from storage.posts.tags import joined_tags
from storage.reviews import announcements
from storage.tables import addresses, post_tags, posts, readings, sources


class ReprocessingStore(StorePart):
    """The part of the Store that has stored posts read again."""

    def stale(self, limit: int) -> tuple[StalePost, ...]:
        """Return at most `limit` posts that were read by older rules, the last taken in first; withdrawn ones too,
        since they can still be looked up by number."""
        # not "another version": two programs side by side would undo each other's readings without end
        older = select(readings.c.post_id).where(readings.c.version < VERSION)
        with self.reading() as c:
            # by the number's negative: for the number itself SQLite would walk the table, not the version's index
            numbers = c.scalars(older.order_by(-readings.c.post_id).limit(limit)).all()
            return tuple(_outdated(c, number) for number in numbers)

    def drafts(self, after: int, limit: int) -> tuple[StalePost, ...]:
        """Return at most `limit` posts with numbers above `after`, in their order, without withdrawn ones."""
        query = select(posts.c.id).where(posts.c.id > after, posts.c.withdrawn_at.is_(None)).order_by(posts.c.id)
        with self.reading() as c:
            return tuple(_outdated(c, number) for number in c.scalars(query.limit(limit)).all())

    def replace(self, post: StalePost, reading: Reading | None) -> bool:
        """Replace the reading of a post; None keeps the old one and marks it as read by these rules.

        It is no revision: the post's own row is not touched. Return False, and write nothing, if the post has changed
        meanwhile or another process was first.
        """
        with self.writing() as c:
            serialise(c, Lock.NEWS)  # like everyone who stores or withdraws posts
            row = c.execute(
                select(posts.c.revision, posts.c.withdrawn_at).where(posts.c.id == post.post_id).with_for_update()
            ).one()
            version = c.scalar(select(readings.c.version).where(readings.c.post_id == post.post_id))
            if row.revision != post.revision or version is None or version >= VERSION:
                return False
            if reading is None:
                c.execute(update(readings).where(readings.c.post_id == post.post_id).values(version=VERSION))
                return True
            before = findings.earlier(c, post.post_id)
            stored_readings.replace(c, self.rules, post.post_id, post.draft, reading, joined_tags(c), before)
            announcements.refresh_post(c, self.now(), post.post_id)
            known_whole = sources.c.first_contact_at.is_not(None)
            cross_checks.check_links(c, self.rules, (posts.c.id == post.post_id) & known_whole)
            if row.withdrawn_at is not None:
                search_index.forget(c, post.post_id)
            return True


def _outdated(c: Connection, number: int) -> StalePost:
    row = c.execute(
        select(posts, sources.c.kind).join(sources, sources.c.id == posts.c.source_id).where(posts.c.id == number)
    ).one()
    given = select(post_tags.c.name).where(post_tags.c.post_id == number, post_tags.c.origin == "author")
    draft = Draft(
        title=row.title,
        raw=row.raw,
        published_at=row.published_at,
        dated_by=row.dated_by,
        path=row.path,
        file=row.file,
        url=row.url,
        addresses=frozenset(c.scalars(select(addresses.c.address).where(addresses.c.post_id == number))),
        author=row.author,
        tags=tuple(c.scalars(given.order_by(post_tags.c.score.desc(), post_tags.c.name))),
        categories=tuple(row.categories),
        excerpt=row.excerpt,
    )
    return StalePost(number, row.revision, row.kind, draft)
