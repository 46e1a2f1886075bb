"""Tags: how many posts have each, which posts, and the aliases that the desk has made."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, delete, func, insert, select, update

from bot.domain.posts import Post
from bot.domain.tags import Alias, AliasChange, TagCount
from bot.errors import NotFound, WrongUse
from bot.japanese.tags import fold
from bot.japanese.vocabulary import vocabulary
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.mapping import post_query, to_post
from storage.tables import aliases, post_tags, posts, readings

MONTH = timedelta(days=30)
LONGEST = 100


class TagStore(StorePart):
    """The part of the Store that knows tags. Any key may be that of an alias; it then means the alias's tag."""

    def counts(self, until: datetime, key: str | None = None) -> tuple[TagCount, ...]:
        """Return every tag with its counts up to `until`, the busiest of the last 30 days first; with `key` only that
        one."""
        days30 = func.sum(case((posts.c.news_at > until - MONTH, 1), else_=0))
        before = func.sum(
            case((and_(posts.c.news_at <= until - MONTH, posts.c.news_at > until - 2 * MONTH), 1), else_=0)
        )
        query = (
            select(
                post_tags.c.key,
                shown_name(post_tags),
                func.count().label("posts"),
                days30.label("days30"),
                before.label("before"),
            )
            .select_from(post_tags)
            .join(posts, posts.c.id == post_tags.c.post_id)
            .where(posts.c.withdrawn_at.is_(None), posts.c.news_at <= until)
            .group_by(post_tags.c.key)
        )
        if key is not None:
            query = query.where(post_tags.c.key == resolve_alias(key))
        with self.reading() as c:
            counts = [TagCount(r.name, r.posts, r.days30, r.days30 - r.before) for r in c.execute(query)]
        return tuple(sorted(counts, key=lambda t: (-t.days30, -t.posts, t.name)))

    def posts(self, key: str, limit: int, offset: int = 0) -> tuple[Post, ...]:
        """Return the posts that have a tag, newest first."""
        query = (
            post_query()
            .join(post_tags, post_tags.c.post_id == posts.c.id)
            .where(post_tags.c.key == resolve_alias(key), posts.c.withdrawn_at.is_(None))
            .order_by(posts.c.news_at.desc(), posts.c.id.desc())
        )
        with self.reading() as c:
            return tuple(to_post(row) for row in c.execute(query.limit(limit).offset(offset)))

    def related(self, key: str, limit: int = 6) -> tuple[str, ...]:
        """Return the tags that occur most often together with this one, relative to their own frequency."""
        other, total = post_tags.alias(), post_tags.alias()
        frequency = select(func.count()).where(total.c.key == other.c.key).scalar_subquery()
        together = func.count()
        query = (
            select(shown_name(other))
            .select_from(other)
            .join(post_tags, and_(post_tags.c.post_id == other.c.post_id, post_tags.c.key == resolve_alias(key)))
            .join(posts, posts.c.id == other.c.post_id)
            .where(other.c.key != resolve_alias(key), posts.c.withdrawn_at.is_(None))
            .group_by(other.c.key)
            .having(together >= 2)
            .order_by((together * together * 1.0 / frequency).desc(), other.c.key)
        )
        with self.reading() as c:
            return tuple(c.scalars(query.limit(limit)))

    def aliases(self, key: str | None = None) -> tuple[Alias, ...]:
        """Return the desk's own aliases, sorted by tag; with `key` those of one tag."""
        query = select(aliases).order_by(aliases.c.tag_name, aliases.c.name)
        if key is not None:
            query = query.where(aliases.c.tag_key == resolve_alias(key))
        with self.reading() as c:
            return tuple(_alias(row) for row in c.execute(query))

    def merge(self, name: str, into: str, by: str) -> AliasChange:
        """Make `name` an alias of the tag `into`: its posts have that tag from now on, and so will new ones.

        If `into` is an alias, its tag is meant. Aliases of `name` move along; an alias of another tag leaves that one.
        Raises WrongUse if the two are the same tag anyway, and if `into` is an alias of `name`.
        """
        key, other = _key(name), _key(into)
        if key == other:
            raise WrongUse(f"「{name}」と「{into}」はもともと同じタグです。")
        with self.writing() as c:
            serialise(c, Lock.NEWS)  # a delivery reads the aliases once for all its posts
            known, target = _at(c, key), _at(c, other)
            tag_key, tag = (target.tag_key, target.tag_name) if target else (other, _name_of(c, other, into))
            if tag_key == key:
                raise WrongUse(
                    f"「{into}」は「{tag}」の別名のため、「{tag}」をその別名にはできません。"
                    f"先に「/tag 別名 削除 {into}」で外してください。"
                )
            if known and known.tag_key == tag_key:
                return AliasChange(_alias(known), 0, changed=False)
            if known:
                _part(c, key, known.tag_key)
            c.execute(update(aliases).where(aliases.c.tag_key == key).values(tag_key=tag_key, tag_name=tag))
            values = {"key": key, "name": name, "tag_key": tag_key, "tag_name": tag, "added_by": by}
            c.execute(insert(aliases).values(**values, added_at=self.now()))
            moved = _bearing(c, key)
            _move(c, key, tag_key)
            return AliasChange(Alias(name, tag, by, self.now()), moved)

    def unmerge(self, name: str) -> AliasChange:
        """Undo `merge` for this alias. Raises NotFound if the desk has no such alias.

        Posts whose tag was written this way have it again at once. A post that had both tags kept only one, so every
        post of the tag is marked to be read again, which brings back what it lost.
        """
        key = _key(name)
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            known = _at(c, key)
            if known is None:
                raise NotFound(f"「{name}」は編集部の別名にありません。「/tag 別名」で一覧を確認できます。")
            again = _bearing(c, known.tag_key)
            _part(c, key, known.tag_key)
            return AliasChange(_alias(known), _bearing(c, key), parted=True, again=again)


def joined_tags(c: Connection) -> dict[str, str]:
    """Return the desk's own aliases: key of the alias -> key of its tag."""
    return {row.key: row.tag_key for row in c.execute(select(aliases.c.key, aliases.c.tag_key))}


def resolve_alias(key: str) -> ColumnElement[str]:
    """Return the key of the tag that a key means: the tag of an alias, else the key itself."""
    own = select(aliases.c.tag_key).where(aliases.c.key == key).scalar_subquery()
    return func.coalesce(own, key)


def _key(name: str) -> str:
    key = fold(name)
    if not key or len(name) > LONGEST:
        raise WrongUse(f"タグの名前は、文字か数字を含む{LONGEST}字までで書いてください。")
    return key


def _at(c: Connection, key: str) -> Any:
    return c.execute(select(aliases).where(aliases.c.key == key)).first()


def _alias(row: Any) -> Alias:
    return Alias(row.name, row.tag_name, row.added_by, row.added_at)


def _name_of(c: Connection, key: str, typed: str) -> str:
    """Return how a tag is shown: as in the desk's aliases, in posts, in the vocabulary, else as typed."""
    of_aliases = select(func.min(aliases.c.tag_name)).where(aliases.c.tag_key == key)
    of_posts = select(shown_name(post_tags)).where(post_tags.c.key == key).group_by(post_tags.c.key)
    entry = vocabulary().entry(typed)
    return c.scalar(of_aliases) or c.scalar(of_posts) or (entry.name if entry else typed)


def _bearing(c: Connection, key: str) -> int:
    query = select(func.count()).select_from(post_tags).join(posts, posts.c.id == post_tags.c.post_id)
    return c.scalar(query.where(post_tags.c.key == key, posts.c.withdrawn_at.is_(None))) or 0


def _move(c: Connection, key: str, tag_key: str) -> None:
    """Give the posts of one tag another. If a post has both, keep one, an author's rather than one from the text."""
    own, old, new = post_tags.alias(), post_tags.c.key == key, post_tags.c.key == tag_key
    authors = select(own.c.post_id).where(own.c.key == key, own.c.origin == "author")
    c.execute(delete(post_tags).where(new, post_tags.c.origin != "author", post_tags.c.post_id.in_(authors)))
    c.execute(delete(post_tags).where(old, post_tags.c.post_id.in_(select(own.c.post_id).where(own.c.key == tag_key))))
    c.execute(update(post_tags).where(old).values(key=tag_key))


def _part(c: Connection, key: str, tag_key: str) -> None:
    """Delete an alias. The names in its tag's rows tell which of them are its own."""
    c.execute(delete(aliases).where(aliases.c.key == key))
    bearing = select(post_tags.c.post_id).where(post_tags.c.key == tag_key)
    c.execute(update(readings).where(readings.c.post_id.in_(bearing)).values(version=0))
    names = c.scalars(select(post_tags.c.name).where(post_tags.c.key == tag_key).distinct())
    own = [name for name in names if fold(name) == key]
    c.execute(update(post_tags).where(post_tags.c.key == tag_key, post_tags.c.name.in_(own)).values(key=key))


def shown_name(tags: FromClause) -> Any:
    # the desk's choice first, then an author's own spelling; min() makes the choice the same every time
    chosen = select(func.min(aliases.c.tag_name)).where(aliases.c.tag_key == tags.c.key).correlate(tags)
    author = func.min(case((tags.c.origin == "author", tags.c.name)))
    return func.coalesce(chosen.scalar_subquery(), author, func.min(tags.c.name)).label("name")
