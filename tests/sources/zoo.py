"""A zoo of feeds: the same two articles in every format, encoding and state of repair that newsrooms meet.

Everything is in our own words. `FEEDS` are to be read, whole; `OTHERS` are no feeds, each with its sentence.
"""

import gzip
import json
from dataclasses import dataclass, field

SITE = "https://news.example/"
TITLES = ("水族館、八つの言葉で答える案内AI", "朝市に冷蔵の新しい棚")
LINKS = (f"{SITE}a", f"{SITE}b")
TEXTS = (
    "港町の水族館は十五日、来館者の質問に答える案内AIの運用を始めた。日本語のほか英語など八つの言語に対応し、"
    "大水槽の前の画面で話しかけると答える。\n\n館長は「いちばん多いのは魚の名前を尋ねる質問だ」と話す。",
    "港の朝市は十四日、冷蔵の棚を入れ替えた。消費する電力はこれまでの半分ほどで、夏でも昼すぎまで氷を足さずに"
    "済むという。\n\n組合は「手ぶらで来られる朝市にしたい」と話す。",
)
TIMES = ("2026-01-15T01:30:00+00:00", "2026-01-14T00:00:00+00:00")
HTML = tuple("".join(f"<p>{p}</p>" for p in text.split("\n\n")) for text in TEXTS)
RFC = ("Thu, 15 Jan 2026 10:30:00 +0900", "Wed, 14 Jan 2026 09:00:00 +0900")
ISO = ("2026-01-15T10:30:00+09:00", "2026-01-14T09:00:00+09:00")
_CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_XML = "application/xml"


@dataclass(frozen=True)
class Animal:
    """A feed as it is served. `failed` are the entries that cannot be read, with their sentences.

    `missing` are things the entries lack: "time", "link", "second" (the second article), "text".
    """

    name: str
    data: bytes
    content_type: str = _XML
    failed: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _item(n: int, *, date: str = "", title: str = "", link: str = "", body: str = "", more: str = "") -> str:
    date = date or f"<pubDate>{RFC[n]}</pubDate>"
    body = body or f"<content:encoded>{_cdata(HTML[n])}</content:encoded>"
    return f"<item><title>{title or TITLES[n]}</title><link>{link or LINKS[n]}</link>{more}{date}{body}</item>"


def _rss(items: str = "", *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', version: str = "2.0") -> str:
    items = items or _item(0) + _item(1)
    return (
        f'{head}\n<rss version="{version}" {_CONTENT}><channel><title>港の新聞</title><link>{SITE}</link>'
        f"<description>港のできごと</description>{items}</channel></rss>\n"
    )


def _both(**parts: str) -> str:
    return _rss("".join(_item(n, **{k: v.format(n=n) for k, v in parts.items()}) for n in (0, 1)))


def _rdf(body: str = "content:encoded") -> str:
    listed = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in LINKS)
    items = "".join(
        f'<item rdf:about="{LINKS[n]}"><title>{TITLES[n]}</title><link>{LINKS[n]}</link>'
        f"<{body}>{_cdata(HTML[n])}</{body}><dc:date>{ISO[n]}</dc:date></item>"
        for n in (0, 1)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/" {_CONTENT}><channel rdf:about="{SITE}"><title>港の新聞</title>'
        f"<link>{SITE}</link><items><rdf:Seq>{listed}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _atom(kind: str = "html", *, base: str = "", links: tuple[str, ...] = LINKS, version: str = "1.0") -> str:
    def content(n: int) -> str:
        if kind == "xhtml":
            return f'<div xmlns="http://www.w3.org/1999/xhtml">{HTML[n]}</div>'
        return _escaped(HTML[n]) if kind == "html" else TEXTS[n]

    old = version == "0.3"
    namespace = "http://purl.org/atom/ns#" if old else "http://www.w3.org/2005/Atom"
    published, mode = ("issued", ' mode="escaped"') if old else ("published", "")
    named = "text/html" if old else kind
    entries = "".join(
        f'<entry><title>{TITLES[n]}</title><link rel="alternate" type="text/html" href="{links[n]}"/>'
        f'<link rel="edit" href="https://news.example/edit/{n}"/><id>tag:news.example,2026:{n}</id>'
        f"<{published}>{ISO[n]}</{published}><updated>2026-01-20T00:00:00Z</updated>"
        f'<content type="{named}"{mode}>{content(n)}</content></entry>'
        for n in (0, 1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="{namespace}" version="{version}"'
        f'{f""" xml:base="{base}" """ if base else ""}><title>港の新聞</title><link rel="alternate" href="{SITE}"/>'
        f'<link rel="self" href="atom.xml"/><id>{SITE}</id>{entries}</feed>'
    )


def _json(version: str = "1.1", kind: str = "content_html", **more: object) -> str:
    items = [
        {
            "id": f"{n}",
            "url": LINKS[n],
            "title": TITLES[n],
            kind: HTML[n] if kind == "content_html" else TEXTS[n],
            "date_published": ISO[n],
            **more,
        }
        for n in (0, 1)
    ]
    feed = {"version": f"https://jsonfeed.org/version/{version}", "title": "港の新聞", "home_page_url": SITE}
    return json.dumps({**feed, "items": items}, ensure_ascii=version != "1.1")


def _declared(name: str) -> str:
    return _rss(head=f'<?xml version="1.0" encoding="{name}"?>' if name else '<?xml version="1.0"?>')


_CUT = "配信が途中で切れているため、この項目は取り込みませんでした。次の取得で読み直します。"
_NOTHING = "題名も本文もURLもない項目のため、取り込めません。"
_BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

FEEDS = (
    # formats
    Animal("rss20", _rss().encode(), "application/rss+xml; charset=utf-8"),
    Animal("rss20-served-as-html", _rss().encode(), "text/html"),
    Animal("rss20-with-guid", _both(more='<guid isPermaLink="false">{n}</guid>').encode()),
    Animal("rss20-guid-is-the-link", _both(link=" ", more=f'<guid isPermaLink="true">{SITE}{{n}}</guid>')
           .replace(f"{SITE}0", LINKS[0]).replace(f"{SITE}1", LINKS[1]).encode()),
    Animal("rss20-description-holds-all", _rss("".join(
        _item(n, body=f"<description>{_escaped(HTML[n] * 8)}</description>") for n in (0, 1))).encode(),
        missing=("text",)),
    Animal("rss092", _rss(version="0.92").encode()),
    Animal("rss091-with-doctype", _rss(
        head='<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">', version="0.91").encode()),
    Animal("rss10", _rdf().encode(), "application/rdf+xml"),
    Animal("rss10-description", _rdf("description").encode(), missing=("whole",)),
    Animal("atom10", _atom().encode(), "application/atom+xml"),
    Animal("atom10-xhtml", _atom("xhtml").encode()),
    Animal("atom10-text", _atom("text").encode()),
    Animal("atom10-relative-to-base", _atom(base=SITE, links=("a", "/b")).encode()),
    Animal("atom10-relative", _atom(links=("/a", "b")).encode()),
    Animal("atom03", _atom(version="0.3").encode()),
    Animal("json11", _json().encode(), "application/feed+json"),
    Animal("json10", _json("1", author={"name": "宮里航"}).encode(), "application/json"),
    Animal("json-text", _json(kind="content_text").encode(), "text/plain"),
    Animal("json-odd-values", _json(tags=[1, None, "海"], authors="x", summary=None, image=3).encode()),
    Animal("json-one-broken-item", _json().replace('"items": [', '"items": [null, "x", {}, ').encode(),
           failed=(*((f"{n}番目の項目", "JSON Feedの項目の形になっていないため、取り込めません。") for n in (1, 2)),
                   ("1番目の項目", _NOTHING))),
    # encodings
    Animal("utf8-with-mark", _rss().encode("utf-8-sig")),
    Animal("utf16", _declared("UTF-16").encode("utf-16")),
    Animal("utf16-no-mark", _declared("UTF-16").encode("utf-16-le")),
    Animal("shift-jis", _declared("Shift_JIS").encode("cp932")),
    Animal("shift-jis-x", _declared("x-sjis").encode("cp932"), "text/xml"),
    Animal("euc-jp", _declared("EUC-JP").encode("euc_jp")),
    Animal("iso-2022-jp", _declared("ISO-2022-JP").encode("iso2022_jp")),
    Animal("shift-jis-by-header", _declared("").encode("cp932"), "text/xml; charset=Shift_JIS"),
    Animal("shift-jis-undeclared", _declared("").encode("cp932")),
    Animal("euc-jp-undeclared", _declared("").encode("euc_jp")),
    Animal("iso-2022-jp-undeclared", _declared("").encode("iso2022_jp")),
    Animal("shift-jis-called-utf8", _declared("UTF-8").encode("cp932"), "text/xml; charset=utf-8"),
    Animal("euc-jp-called-shift-jis", _declared("Shift_JIS").encode("euc_jp")),
    Animal("utf8-called-shift-jis", _declared("Shift_JIS").encode()),
    Animal("utf8-called-latin", _declared("ISO-8859-1").encode(), "text/xml; charset=iso-8859-1"),
    Animal("shift-jis-called-latin", _declared("ISO-8859-1").encode("cp932"), "text/xml; charset=iso-8859-1"),
    Animal("header-and-document-differ", _declared("Shift_JIS").encode("cp932"), "text/xml; charset=euc-jp"),
    Animal("no-such-encoding", _declared("x-minato").encode(), "text/xml; charset=rot13"),
    Animal("one-broken-byte", _rss().encode().replace("港のできごと".encode(), b"\xe6\xb8\xff\xe3\x81\xae")),
    Animal("json-with-mark", _json().encode("utf-8-sig")),
    Animal("gzipped", gzip.compress(_rss().encode()), headers={"Content-Encoding": "gzip"}),
    # defects
    Animal("bare-ampersand", _both(more="<category>R&D & AT&T</category>").encode()),
    Animal("html-entities", _both(more="<category>A&nbsp;B&hellip;&copy;&minato;</category>").encode()),
    Animal("control-characters", _rss().replace("港の新聞", "港\x0bの\x00新\x1f聞").encode()),
    Animal("references-to-control-characters", _rss().replace("できごと", "で&#x0B;き&#0;ご&#xD800;と").encode()),
    Animal("space-before-the-declaration", ("\n\n \t" + _rss()).encode()),
    Animal("a-warning-before-the-declaration", ("<br />\n<b>Warning</b>: Undefined in x.php\n" + _rss()).encode()),
    Animal("a-comment-first", _rss(head='<?xml version="1.0"?>\n<!-- 自動生成 -->').encode()),
    Animal("a-stray-less-than", _rss().replace("港のできごと", "1 < 2 です").encode()),
    Animal("unclosed-at-the-end", _rss().replace("</channel></rss>", "").encode()),
    Animal("cut-in-an-entry", _rss(_item(0) + _item(1)[:200]).split("</channel>")[0].encode(),
           failed=((TITLES[1], _CUT),), missing=("second",)),
    Animal("markup-in-the-description", _rss("".join(
        _item(n, more=f"<description>{HTML[n]}<br></description>") for n in (0, 1))).encode()),
    Animal("no-namespace-for-content", _rss().replace(_CONTENT, "").encode()),
    Animal("upper-case-and-attributes", _rss().replace("<channel>", '<channel xml:lang="ja" foo="1">').encode()),
    Animal("markup-in-titles", _rss("".join(
        _item(n, title=f"&lt;b&gt;{TITLES[n]}&lt;/b&gt;&lt;br&gt;") for n in (0, 1))).encode()),
    Animal("titles-in-cdata-over-lines", _rss("".join(
        _item(n, title=f"\n  {_cdata(' ' + TITLES[n] + chr(10))}  ") for n in (0, 1))).encode()),
    Animal("links-over-lines", _rss("".join(_item(n, link=f"\n {LINKS[n]}\n ") for n in (0, 1))).encode()),
    Animal("relative-links", _rss(_item(0, link="/a") + _item(1, link="b")).encode()),
    Animal("tracked-links", _rss("".join(_item(n, link=f"{LINKS[n]}#x") for n in (0, 1)))
           .replace("#x", "").encode()),
    Animal("duplicate-entries", _rss(_item(0) + _item(1) + _item(0) + _item(1)).encode()),
    Animal("an-empty-entry", _rss(_item(0) + "<item></item>" + _item(1)).encode(), failed=(("2番目の項目", _NOTHING),)),
    Animal("a-link-nobody-can-open", _rss(_item(0) + _item(1)
           + "<item><link>javascript:alert(1)</link></item><item><link>https://[::1</link></item>").encode(),
           failed=(("3番目の項目", _NOTHING), ("4番目の項目", _NOTHING))),
    Animal("podcast", _both(more='<enclosure url="/{n}.mp3" type="audio/mpeg" length="1"/>').encode()),
    # dates
    *(Animal(f"dates-{name}", _rss("".join(
        _item(n, date=f"<pubDate>{day}</pubDate>") for n, day in enumerate(days))).encode())
      for name, days in {
          "jst": ("Thu, 15 Jan 2026 10:30:00 JST", "Wed, 14 Jan 2026 09:00:00 JST"),
          "without-a-zone": ("Thu, 15 Jan 2026 10:30:00", "2026-01-14 09:00:00"),
          "wrong-weekday": ("Mon, 15 Jan 2026 10:30:00 +0900", "Fri, 14 Jan 26 09:00 +0900"),
          "japanese": ("2026年1月15日 10時30分", "令和8年1月14日(水) 9:00"),
          "slashes": ("2026/01/15 10:30:00", "2026/1/14 9:00"),
          "of-a-browser": ("Thu Jan 15 2026 10:30:00 GMT+0900 (日本標準時)", "Wed Jan 14 2026 09:00:00 GMT+0900 (JST)"),
          "zone-with-colon": ("Thu, 15 Jan 2026 10:30:00 +09:00", "Wed, 14 Jan 2026 09:00:00 +9:00"),
      }.items()),
    Animal("dates-broken", _rss("".join(_item(n, date="<pubDate>きのう</pubDate>") for n in (0, 1))).encode(),
           missing=("time",)),
    Animal("dates-missing", _rss("".join(_item(n, date=" ") for n in (0, 1))).encode(), missing=("time",)),
    Animal("dates-first-broken-then-dublin-core", _rss("".join(
        _item(n, date=f"<pubDate>?</pubDate><dc:date>{ISO[n]}</dc:date>") for n in (0, 1))).encode()),
    # attacks
    Animal("entity-bomb", _rss(head=f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "x">{_BOMB}]>')
           .replace("港のできごと", "&l9;").encode()),
    Animal("entity-of-a-file", _rss(
        head='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>')
           .replace("港のできごと", "&f;").encode()),
)  # fmt: skip

_NO_FEED = "フィードとして読み取れません。URLがRSS、Atom、JSON Feedのいずれかを指しているか確認してください。"
OTHERS = (
    ("page", b"<!DOCTYPE html><html><head><title>x</title></head><body><p>y</p></body></html>",
     "フィードではなくウェブページです。フィードのURL（RSS、Atom、JSON Feed）を確認してください。"),
    ("empty", b"", "フィードの中身が空です。配信元の設定を確認してください。"),
    ("spaces", b" \n\t", "フィードの中身が空です。配信元の設定を確認してください。"),
    ("text", "港の新聞".encode(), _NO_FEED),
    ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", _NO_FEED),
    ("sitemap", b'<?xml version="1.0"?><urlset><url><loc>https://news.example/a</loc></url></urlset>', _NO_FEED),
    ("opml", b'<?xml version="1.0"?><opml version="2.0"><body><outline text="rss"/></body></opml>', _NO_FEED),
    ("json", b'{"items": [1, 2]}', _NO_FEED),
    ("json-no-items", b'{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}', _NO_FEED),
    ("json-broken", b'{"version": "https://jsonfeed.org/version/1.1", "items": [',
     "JSON Feedとして読み取れません（JSONの形が壊れています）。配信元に確認してください。"),
    ("json-deep", b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000,
     "JSON Feedとして読み取れません（JSONの形が壊れています）。配信元に確認してください。"),
)  # fmt: skip
