"""A Jekyll folder: which files are posts, what their front matter says, where readers find them."""

import os.path
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import yaml

from bot.errors import NotFound, Unreadable
from bot.posts import TAG_LIMIT, Dated, Draft, address, is_openable
from bot.sources.dates import YEARS, parse_date
from bot.sources.encodings import decode

FILE_LIMIT = 5_000_000
FRONT_LIMIT = 64_000
DEPTH_LIMIT = 20
_ENDINGS = (".md", ".markdown", ".mkd")
_NAME = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})-(.+)$")
# Jekyll's built-in styles (https://jekyllrb.com/docs/permalinks/)
_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "none": "/:categories/:title.html",
}
_Front = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A Jekyll site on disk: its root, and of its _config.yml what makes an address.

    `url` is empty where no _config.yml names one; then posts have no address.
    """

    root: Path
    name: str
    url: str = ""
    permalink: str = _STYLES["date"]
    zone: tzinfo = UTC

    def draft(self, file: Path, now: datetime) -> Draft | None:
        """Read one file; None for one that is marked `published: false`. Raises Unreadable with the reason."""
        try:
            str(file).encode()
        except UnicodeEncodeError as e:
            raise Unreadable("ファイル名の文字コードがUTF-8ではありません。名前を付け直してください。") from e
        try:
            if file.stat().st_size > FILE_LIMIT:
                raise Unreadable(f"ファイルが大きすぎます（上限{FILE_LIMIT // 1_000_000}MB）。分割してください。")
            data = file.read_bytes()
        except OSError as e:
            raise Unreadable(f"ファイルを開けません（{e.strerror}）。読み取り権限を確認してください。") from e
        draft = parse(data, file.name, now, self)
        return replace(draft, path=path_in(self, file), file=str(file)) if draft else None


def site(path: Path, zone: tzinfo) -> Site:
    """The site that `path` (a folder or file) belongs to: the nearest folder upwards with a _config.yml.

    Without one, the folder above `_posts`, or else the folder itself. `zone` is used where the site names none.
    Raises NotFound for a path that does not exist, Unreadable for a broken _config.yml.
    """
    path = _whole(path)
    if not path.exists():
        raise NotFound(f"「{path}」が見つかりません。パスを確認してください。")
    start = path if path.is_dir() else path.parent
    # no further up than the folder above the posts: a stranger's _config.yml in a parent folder is not this site's
    for folder in (start, *list(start.parents)[:2]):
        if (folder / "_config.yml").is_file():
            return _configured(folder, zone)
    above = next((p.parent for p in (start, *start.parents) if p.name == "_posts"), start)
    return Site(root=above, name=above.name, zone=zone)


def path_in(site: Site, file: Path) -> str:
    """A file's path inside its site, with composed kana: what a post is known by."""
    return unicodedata.normalize("NFC", _whole(file).relative_to(site.root).as_posix())


def posts(path: Path) -> Iterator[Path]:
    """The post files under `path`, in the order of their names: those in `_posts` folders where there are any."""
    if path.is_file():
        yield path
        return
    files = [f for f in path.rglob("*") if f.suffix.lower() in _ENDINGS and f.is_file() and not _hidden(f, path)]
    inside = [f for f in files if "_posts" in _whole(f).parts]
    yield from sorted(inside or files, key=lambda f: (unicodedata.normalize("NFC", f.name), str(f)))


def parse(data: bytes, name: str, now: datetime, site: Site) -> Draft | None:
    """Make a draft of a file's bytes; None for one that is marked `published: false`.

    `name` is the file's name, `now` the date of last resort. Raises Unreadable with the reason.
    """
    if len(data) > FILE_LIMIT:
        raise Unreadable(f"ファイルが大きすぎます（上限{FILE_LIMIT // 1_000_000}MB）。分割してください。")
    raw = decode(data)
    front, body_line = split(raw)
    if _text(front.get("published")).lower() == "false":
        return None
    stem, day = _dated_name(name)
    published, dated_by = _published(front, day, now, site.zone)
    url, addresses = _addresses(front, stem, day, published, site)
    return Draft(
        title=_text(front.get("title")) or _heading(raw, body_line) or stem.replace("-", " "),
        raw=raw,
        published_at=published,
        dated_by=dated_by,
        body_line=body_line,
        url=url,
        addresses=addresses,
        author=_text(front.get("author")) or None,
        tags=_list(front.get("tags"), front.get("tag")),
        categories=_list(front.get("categories"), front.get("category")),
        excerpt=_text(front.get("excerpt")),
        description=_text(front.get("description")),
        reading_minutes=_minutes(front.get("reading_time")),
    )


def split(raw: str) -> tuple[_Front, int]:
    """The front matter as strings and lists, and the line on which the body begins. No front matter: ({}, 1).

    Every scalar stays the string it was written as, so that `title: 007` and dates keep their form.
    """
    lines = raw.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return {}, 1
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise Unreadable("フロントマターが「---」で閉じられていません。閉じる行を加えてください。")
    text = "".join(lines[1:end])
    if len(text) > FRONT_LIMIT:
        raise Unreadable(
            f"フロントマターが長すぎます（上限{FRONT_LIMIT // 1000}KB）。本文との区切りを確認してください。"
        )
    front = _yaml(text, first_line=2)
    if front is not None and not isinstance(front, dict):
        raise Unreadable("フロントマターが「項目: 値」の形になっていません（2行目）。")
    return front or {}, end + 2


def _whole(path: Path) -> Path:
    # `..` resolved, links kept: a file that a link puts into the folder belongs to the folder
    return Path(os.path.abspath(path))


def _configured(folder: Path, zone: tzinfo) -> Site:
    file = folder / "_config.yml"
    config = _yaml(decode(file.read_bytes()), first_line=1, name=str(file))
    if not isinstance(config, dict):
        raise Unreadable(f"{file} が「項目: 値」の形になっていません。")
    permalink = _text(config.get("permalink")) or "date"
    collections = config.get("collections")
    if isinstance(collections, dict) and isinstance(collections.get("posts"), dict):
        permalink = _text(collections["posts"].get("permalink")) or permalink
    url = _text(config.get("url")).rstrip("/")
    return Site(
        root=folder,
        name=_text(config.get("short_title")) or _text(config.get("title")) or folder.name,
        url=url and url + ("/" + base.strip("/") if (base := _text(config.get("baseurl"))).strip("/") else ""),
        permalink=_STYLES.get(permalink, permalink),
        zone=_zone(_text(config.get("timezone"))) or zone,
    )


def _yaml(text: str, *, first_line: int, name: str = "フロントマター") -> Any:
    # CBaseLoader: no scalar is interpreted, no object built; aliases are shared, never expanded (see _list and _text)
    try:
        _refuse_deep(text)
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as e:
        line = (e.problem_mark.line if e.problem_mark else 0) + first_line
        raise Unreadable(
            f"{name}をYAMLとして読めません（{line}行目）: {e.problem}。引用符と字下げを確認してください。"
        ) from e
    except (yaml.YAMLError, RecursionError) as e:
        raise Unreadable(f"{name}をYAMLとして読めません。使えない文字や深い入れ子がないか確認してください。") from e


def _refuse_deep(text: str) -> None:
    # libyaml composes by recursion in C: some thousand brackets would end the process, not raise
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise yaml.YAMLError("too deep")


def _addresses(
    front: _Front, stem: str, day: date | None, published: datetime, site: Site
) -> tuple[str | None, frozenset[str]]:
    canonical = _text(front.get("canonical_url"))
    if not site.url:
        return (canonical, frozenset({address(canonical)})) if is_openable(canonical) else (None, frozenset())
    local = published.astimezone(site.zone).date()
    pattern = _text(front.get("permalink")) or site.permalink
    slug = _text(front.get("slug")) or stem
    links = [_permalink(pattern, d, slug, front) for d in (local, day or local)]
    urls = [site.url + quote(link, safe="/:@!$&'()*+,;=~%") for link in links]
    return urls[0], frozenset(address(u) for u in urls)


def _permalink(pattern: str, day: date, slug: str, front: _Front) -> str:
    values = {
        "year": f"{day.year:04}", "month": f"{day.month:02}", "i_month": str(day.month), "day": f"{day.day:02}",
        "i_day": str(day.day), "short_year": f"{day.year % 100:02}", "y_day": f"{day.timetuple().tm_yday:03}",
        "title": slug, "slug": slug, "output_ext": ".html",
        "categories": "/".join(_list(front.get("categories"), front.get("category"))).lower(),
    }  # fmt: skip
    link = re.sub(r":([a-z_]+)", lambda m: values.get(m[1], m[0]), pattern)
    return re.sub(r"/{2,}", "/", "/" + link)


def _published(front: _Front, day: date | None, now: datetime, zone: tzinfo) -> tuple[datetime, Dated]:
    if written := parse_date(_text(front.get("date")), zone):
        return written, "front matter"
    if day:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC), "file name"
    return now, "arrival"


def _dated_name(name: str) -> tuple[str, date | None]:
    stem = unicodedata.normalize("NFC", Path(name).stem)
    found = _NAME.match(stem)
    if not found:
        return stem, None
    if int(found[1]) not in YEARS:
        return found[4], None
    try:
        return found[4], date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[4], None


def _hidden(file: Path, folder: Path) -> bool:
    return any(p.startswith(".") or p in ("node_modules", "_site", "_drafts") for p in file.relative_to(folder).parts)


def _heading(raw: str, body_line: int) -> str:
    body = "".join(raw.splitlines(keepends=True)[body_line - 1 :])
    found = re.search(r"^#{1,2}[ \t]+(\S.*)$", body, re.M)
    return found[1].rstrip().rstrip("#").rstrip() if found else ""


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _text(value: Any) -> str:
    # YAML can write what no database keeps: "\0"
    text = value.replace("\0", "\ufffd").strip() if isinstance(value, str) else ""
    return "" if text in ("~", "null") else text


def _list(*values: Any) -> tuple[str, ...]:
    """Jekyll's lists: a YAML list, or words in one string; only plain strings of at most TAG_LIMIT count."""
    for value in values:
        words = value if isinstance(value, list) else _text(value).replace(",", " ").split()
        if words or isinstance(value, list):
            return tuple(dict.fromkeys(t for w in words if 0 < len(t := _text(w)) <= TAG_LIMIT))
    return ()


def _minutes(value: Any) -> int | None:
    found = re.match(r"\d{1,4}", _text(value))
    return int(found[0]) if found else None
