"""A Jekyll folder: which files are posts, what their front matter says, where readers find them."""

import os.path
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.posts import TAG_LIMIT, Dated, Draft, address, is_openable, with_newlines
from bot.errors import NotFound, Unreadable
from bot.sources.dates import YEARS, parse_date
from bot.sources.encodings import decode
from bot.sources.front_matter import (
    Front,
    is_false,
    is_true,
    load,
    minutes,
    people,
    prose,
    split,
    text_of,
    words,
)
from bot.sources.permalinks import STYLES, PermalinkParts, filled, of_collection

FILE_LIMIT = 5_000_000
CONFIG_LIMIT = 500_000
_CONFIGS = ("_config.yml", "_config.yaml")
_ENDINGS = (".md", ".markdown", ".mkd")
_NAME = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})-(.+)$")
# when a post came out, in the words of Jekyll, Zenn, Hugo, Astro and Qiita; and what is better than no date
_PUBLISHED = (
    "date",
    "published_at",
    "publishDate",
    "pubDate",
    "publishedAt",
    "published_date",
    "created_at",
    "createdAt",
)
_LATER = ("updated_at", "lastmod", "updated", "last_modified_at", "updatedAt", "modified")
_NO_POSTS = ("node_modules", "_site", "_drafts")
_EXCLUDED = ("vendor/bundle", "vendor/cache", "vendor/gems", "vendor/ruby")


@dataclass(frozen=True)
class Site:
    """A Jekyll site on disk: its root, and of its _config.yml what decides which posts there are and where.

    `url` is empty if no _config.yml names one; then posts have no address. `future` is whether a post is out before
    its time. `collections` are those with pages, beside the posts: (name, permalink). `defaults` are (path, type,
    values) for front matter that leaves them out; `excluded` are the paths that are no part of the site, `within` is
    the folder that holds the collections, "" for the root.
    """

    root: Path
    name: str
    url: str = ""
    permalink: str = STYLES["date"]
    zone: tzinfo = UTC
    future: bool = True
    collections: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str, Front], ...] = ()
    excluded: tuple[str, ...] = ()
    within: str = ""

    def draft(self, file: Path, now: datetime) -> Draft | None:
        """Read one file; None for one that is no post (`parse`). Raises Unreadable with the reason."""
        try:
            str(file).encode()
        except UnicodeEncodeError as e:
            raise Unreadable("ファイル名の文字コードがUTF-8ではありません。名前を付け直してください。") from e
        if file.is_symlink() and not file.resolve().is_relative_to(self.root.resolve()):
            raise Unreadable("フォルダーの外を指すリンクのため、取り込みません。ファイルそのものを置いてください。")
        try:
            data = _read(file, FILE_LIMIT)
        except OSError as e:
            raise Unreadable(f"ファイルを開けません（{e.strerror}）。読み取り権限を確認してください。") from e
        path = path_in(self, file)
        draft = parse(data, path, now, self)
        return replace(draft, path=path, file=str(file)) if draft else None

    def is_out(self, draft: Draft, now: datetime) -> bool:
        """Whether readers can see a post yet. One dated in the future is taken in when its time comes, unless the site
        says `future: true`."""
        return self.future or draft.published_at <= now


def site(path: Path, zone: tzinfo) -> Site:
    """The site that `path` (a folder or file) belongs to: the nearest folder upwards with a _config.yml.

    Without one, the folder above `_posts`, or else the folder itself. `zone` is used if the site names none.
    Raises NotFound for a path that does not exist, Unreadable for a broken _config.yml.
    """
    path = _whole(path)
    if not path.exists():
        raise NotFound(f"「{path}」が見つかりません。パスを確認してください。")
    start = path if path.is_dir() else path.parent
    # no further up than the folder above the posts: a stranger's _config.yml in a parent folder is not this site's
    for folder in (start, *list(start.parents)[:2]):
        if file := next((folder / name for name in _CONFIGS if (folder / name).is_file()), None):
            return _configured(folder, file, zone)
    above = next((p.parent for p in (start, *start.parents) if p.name == "_posts"), start)
    return Site(root=above, name=above.name, zone=zone)


def path_in(site: Site, file: Path) -> str:
    """A file's path inside its site, with composed kana: what a post is known by."""
    return unicodedata.normalize("NFC", _whole(file).relative_to(site.root).as_posix())


def posts(path: Path) -> Iterator[Path]:
    """The post files under `path`, in the order of their names: those in `_posts` folders and in the folders of
    collections if there are any, else every Markdown file. Drafts are none. Raises as `site` does."""
    if path.is_file():
        yield path
        return
    of_site = site(path, UTC)
    places = {"_posts", *(f"_{name}" for name, _ in of_site.collections)}
    files = [f for f in path.rglob("*") if f.suffix.lower() in _ENDINGS and f.is_file() and not _hidden(f, of_site)]
    inside = [f for f in files if places & set(_whole(f).parts)]
    yield from sorted(inside or files, key=lambda f: (unicodedata.normalize("NFC", f.name), str(f)))


def parse(data: bytes, path: str, now: datetime, site: Site) -> Draft | None:
    """Make a draft of a file's bytes; None for one that is no post: marked as a draft, or without a date in a
    collection that is not the posts'.

    `path` is the file's path inside the site, `now` the date of last resort. Raises Unreadable with the reason.
    """
    if len(data) > FILE_LIMIT:
        raise Unreadable(f"ファイルが大きすぎます（上限{FILE_LIMIT // 1_000_000}MB）。分割してください。")
    raw = decode(data)
    written, body_line = split(raw)
    collection = next((name for name, _ in site.collections if f"_{name}" in PurePosixPath(path).parts), "posts")
    front = _with_defaults(written, path, collection, site)
    if _is_unpublished(front):
        return None
    stem, day = _dated_name(PurePosixPath(path))
    published, dated_by = _published(front, day, now, site.zone)
    if collection != "posts" and dated_by == "arrival":
        return None  # a page about a product or an author
    above = _categories_above(path, site) if collection == "posts" else ()
    categories = tuple(dict.fromkeys((*above, *words(front.get("categories"), front.get("category")))))
    slug = text_of(front.get("slug"))
    named = PermalinkParts(stem, slug, categories, collection, _inside(path, collection))
    url, addresses = _addresses(front, named, day, published, site)
    return Draft(
        title=prose(front.get("title")) or _heading(raw, body_line) or stem.replace("-", " "),
        raw=raw,
        published_at=published,
        dated_by=dated_by,
        body_line=body_line,
        url=url,
        addresses=addresses,
        author=people(front.get("author"), front.get("authors"))[:TAG_LIMIT] or None,
        tags=words(front.get("tags"), front.get("tag"), front.get("topics"), _inner(front, "taxonomies").get("tags")),
        categories=categories,
        excerpt=prose(front.get("excerpt")),
        description=prose(front.get("description")),
        reading_minutes=minutes(front.get("reading_time")),
    )


# ---- the site
def _configured(folder: Path, file: Path, zone: tzinfo) -> Site:
    try:
        data = _read(file, CONFIG_LIMIT)
    except OSError as e:
        raise Unreadable(f"{file} を開けません（{e.strerror}）。読み取り権限を確認してください。") from e
    if len(data) > CONFIG_LIMIT:
        raise Unreadable(f"{file} が大きすぎます（上限{CONFIG_LIMIT // 1000}KB）。設定だけを残してください。")
    config = load(decode(data), first_line=1, name=str(file))
    if config is not None and not isinstance(config, dict):
        raise Unreadable(f"{file} が「項目: 値」の形になっていません。")
    config = config or {}
    style = text_of(config.get("permalink")) or "date"
    collections = _collections(config.get("collections"), style)
    url = text_of(config.get("url")).rstrip("/")
    base = text_of(config.get("baseurl")).strip("/")
    excluded = config.get("exclude")
    return Site(
        root=folder,
        name=text_of(config.get("short_title")) or text_of(config.get("title")) or folder.name,
        url=url and url + (f"/{base}" if base else ""),
        permalink=collections.pop("posts", "") or STYLES.get(style, style),
        zone=_zone(text_of(config.get("timezone"))) or zone,
        future=text_of(config.get("future")).lower() in ("true", "yes", "on"),
        collections=tuple(collections.items()),
        defaults=tuple(_defaults(config.get("defaults"))),
        excluded=tuple(t for e in excluded if (t := text_of(e).strip("/"))) if isinstance(excluded, list) else (),
        within=text_of(config.get("collections_dir")).strip("/"),
    )


def _collections(named: Any, style: str) -> dict[str, str]:
    """The permalinks of the collections that have pages, by their names."""
    if not isinstance(named, dict):
        return {}
    return {
        name: STYLES.get(own := text_of(values.get("permalink")), own)
        or ("" if name == "posts" else of_collection(style))
        for name, values in named.items()
        if isinstance(values, dict) and (name == "posts" or text_of(values.get("output")).lower() == "true")
    }


def _defaults(written: Any) -> Iterator[tuple[str, str, Front]]:
    """Front matter defaults, the most particular last."""
    found = []
    for each in written if isinstance(written, list) else ():
        scope, values = (each.get("scope"), each.get("values")) if isinstance(each, dict) else (None, None)
        if isinstance(values, dict):
            scope = scope if isinstance(scope, dict) else {}
            found.append((text_of(scope.get("path")).strip("/"), text_of(scope.get("type")), values))
    yield from sorted(found, key=lambda d: (len(d[0]), bool(d[1])))


def _with_defaults(front: Front, path: str, collection: str, site: Site) -> Front:
    merged: Front = {}
    for scope, kind, values in site.defaults:
        in_scope = not scope or path == scope or path.startswith(f"{scope}/") or ("*" in scope and fnmatch(path, scope))
        if in_scope and kind in ("", collection):
            merged |= values
    return merged | front


def _hidden(file: Path, site: Site) -> bool:
    parts = _whole(file).relative_to(site.root).parts
    if any(p.startswith(".") or p in _NO_POSTS for p in parts) or parts[-1:] == ("_index.md",):
        return True  # Hugo's _index.md is the page of a list
    path = "/".join(parts)
    return any(path == e or path.startswith(f"{e}/") or fnmatch(path, e) for e in (*_EXCLUDED, *site.excluded))


def _whole(path: Path) -> Path:
    # `..` resolved, links kept: a folder that is reached by a link is that folder
    return Path(os.path.abspath(path))


def _read(file: Path, limit: int) -> bytes:
    # one byte more than the limit tells that there is more
    with file.open("rb") as opened:
        return opened.read(limit + 1)


# ---- the post
def _addresses(
    front: Front, named: PermalinkParts, day: date | None, published: datetime, site: Site
) -> tuple[str | None, frozenset[str]]:
    canonical = text_of(front.get("canonical_url"))
    if not site.url:
        return (canonical, frozenset({address(canonical)})) if is_openable(canonical) else (None, frozenset())
    pattern = text_of(front.get("permalink")) or dict(site.collections).get(named.collection, site.permalink)
    local = published.astimezone(site.zone)
    days = (local.date(), day or local.date())
    urls = [site.url + filled(pattern, named, datetime.combine(d, local.timetz())) for d in days]
    before = front.get("redirect_from")
    earlier = [text_of(v) for v in (before if isinstance(before, list) else [before])]
    moved = [site.url + "/" + e.lstrip("/") if not is_openable(e) else e for e in earlier if e]
    return urls[0], frozenset(address(u) for u in (*urls, *moved))


def _published(front: Front, day: date | None, now: datetime, zone: tzinfo) -> tuple[datetime, Dated]:
    if written := _first_date(front, _PUBLISHED, zone):
        return written, "front matter"
    if day:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC), "file name"
    if written := _first_date(front, _LATER, zone):
        return written, "front matter"
    return now, "arrival"


def _first_date(front: Front, keys: Sequence[str], zone: tzinfo) -> datetime | None:
    return next((at for key in keys if (at := parse_date(text_of(front.get(key)), zone))), None)


def _is_unpublished(front: Front) -> bool:
    """Whether the front matter keeps the post from readers, in the words of Jekyll, Zenn, Hugo, Qiita and Pelican."""
    kept_back = any(is_true(front.get(key)) for key in ("draft", "private", "ignorePublish"))
    return is_false(front.get("published")) or kept_back or text_of(front.get("status")).lower() == "draft"


def _inner(front: Front, key: str) -> Front:
    value = front.get(key)
    return value if isinstance(value, dict) else {}


def _dated_name(path: PurePosixPath) -> tuple[str, date | None]:
    """The name of a file, or of the folder that holds it as `index.md`, without its day; and that day."""
    name = path.parent.name if path.stem == "index" and path.parent.name else path.stem
    stem = unicodedata.normalize("NFC", name)
    found = _NAME.match(stem)
    if not found:
        return stem, None
    if int(found[1]) not in YEARS:
        return found[4], None
    try:
        return found[4], date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[4], None


def _categories_above(path: str, site: Site) -> tuple[str, ...]:
    """Folders above `_posts` are categories too."""
    parts = PurePosixPath(path.removeprefix(f"{site.within}/")).parts
    return parts[: parts.index("_posts")] if "_posts" in parts else ()


def _inside(path: str, collection: str) -> str:
    parts = PurePosixPath(os.path.splitext(path)[0]).parts
    place = f"_{collection}"
    return "/".join(parts[parts.index(place) + 1 :] if place in parts else parts)


def _heading(raw: str, body_line: int) -> str:
    body = "\n".join(with_newlines(raw).split("\n")[body_line - 1 :])
    found = re.search(r"^#{1,2}[ \t]+(\S.*)$", body, re.M)
    return found[1].rstrip().rstrip("#").rstrip() if found else ""


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
