"""The article of a page, and whether the page is one at all."""

import re
from typing import Any

from bot.errors import Unreadable
from bot.sources.markup import markdown_of
from bot.sources.page_metadata import PageMetadata

LEAST = 80
"""Characters; a page with less has no article."""
LEAD = 600
"""Characters up to which the text of a page that is not free is taken for the lead before its paywall."""
_CLASSES = (
    "entry-content", "post-content", "article-content", "article-body", "article_body", "articlebody", "post-body",
    "asset-content", "note-common-styles__textnote-body", "amp-wp-article-content", "znc", "e-content", "entry-body",
    "news-body", "news_body", "story-body", "rich-text",
)  # fmt: skip
# what stands inside of an article's element and is none of it
_AROUND = (
    "sharedaddy", "share", "sns", "social", "related", "relation", "navigation", "pager", "comments", "comment-respond",
    "trackbacks", "toc", "author-box", "profile", "advertisement", "ad-", "newsletter", "breadcrumb", "entry-footer",
    "postmetadata", "jp-relatedposts", "wp-block-button", "paywall",
)  # fmt: skip
_JUNK = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(map(re.escape, _AROUND))})(?:[\s_-]|$)", re.I)
_MEMBERS = re.compile(
    r"(?:この(?:記事|続き|先)[はを]?.{0,20}(?:有料|会員|購読)|(?:有料|会員|購読者)(?:会員)?限定"
    r"|残り\s*[\d,]+\s*(?:文字|字)|ここから先は|続きを(?:読む|見る)(?:に|ため)は|(?:ログイン|会員登録)(?:して|すると)続き"
    r"|記事を購入する|subscribers? only|subscribe to (?:continue|read))",
    re.I,
)
_MISSING = re.compile(
    r"^\W*(?:404|(?:お探しの|ご指定の|指定された)?(?:ページ|記事)(?:は|が)(?:見つかりません|存在しません|ありません)"
    r"|お探しの(?:ページ|記事)|(?:page )?not found)",
    re.I,
)
_ROBOT = re.compile(
    r"^(?:just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|アクセスが拒否)", re.I
)
_DATE_LINE = re.compile(r".{0,12}(?:20\d\d|令和\s?\d+)\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?.{0,20}")
_SCRIPTED = re.compile(r"javascript", re.I)


def article(html: Any, said: PageMetadata) -> str:
    """The article's text in Markdown. Raises Unreadable with a sentence if the page has none."""
    everything = " ".join(html.text_content().split())
    _refuse_no_article(html, said, everything)
    text = _without_head(_text(html, said), said.title)
    members = said.free is False or bool(_MEMBERS.search(everything[-20_000:]) and len(text) < LEAD)
    if members and len(text) < LEAD:
        raise Unreadable("会員限定または有料の記事のため、本文を読み取れません。記事の本文を貼り付けてください。")
    if len(text) < LEAST:
        _refuse_list(html, everything)
        if _SCRIPTED.search(" ".join(html.xpath("//noscript//text()"))) or html.xpath("//script[@src]"):
            raise Unreadable("画面上で組み立てられるページのため、本文がありません。記事の本文を貼り付けてください。")
        raise Unreadable("本文が見つかりません。記事のURLか確認するか、記事の本文を貼り付けてください。")
    return text


def _refuse_no_article(html: Any, said: PageMetadata, everything: str) -> None:
    heading = next((" ".join(h.text_content().split()) for h in html.xpath("//h1")), "")
    if _ROBOT.match(said.title):
        raise Unreadable("配信元が自動の取得を断っています。記事の本文を貼り付けてください。")
    if len(everything) < 2 * LEAD and (_MISSING.match(said.title) or _MISSING.match(heading)):
        raise Unreadable("ページが見つかりません（配信元がエラーのページを返しました）。URLを確認してください。")


def _text(html: Any, said: PageMetadata) -> str:
    _remove_what_is_around(html)
    for element in _bodies(html):
        text = markdown_of(element)
        if len(text) >= LEAST:
            _refuse_list(element, text)
            return text
    text = _readable(html)
    return said.body if len(said.body) > 1.5 * len(text) else text


def _bodies(html: Any) -> list[Any]:
    """The elements that say of themselves that they hold the article, the longest first."""
    marked = html.xpath("//*[@itemprop='articleBody' and not(self::meta)]")
    if not marked:
        names = " or ".join(f"contains(concat(' ', translate(@class, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', "
                            f"'abcdefghijklmnopqrstuvwxyz'), ' '), ' {name} ')" for name in _CLASSES)  # fmt: skip
        marked = html.xpath(f"//*[{names}]")
    return sorted(marked, key=lambda e: -len(e.text_content()))[:3]


def _readable(html: Any) -> str:
    import lxml.html  # not before there is a page
    from readability import Document

    try:
        summary = Document(lxml.html.tostring(html, encoding="unicode")).summary(html_partial=True)
        element = lxml.html.fromstring(summary)
    except (lxml.etree.LxmlError, ValueError, TypeError, KeyError, RecursionError):
        return ""
    text = markdown_of(element)
    if len(text) >= LEAST:
        _refuse_list(element, text)
    return text


def _refuse_list(element: Any, text: str) -> None:
    linked = sum(len("".join(a.text_content().split())) for a in element.iter("a"))
    if linked > max(LEAST, 0.7 * len("".join(text.split()))):
        raise Unreadable("記事ではなく一覧のページのようです。記事そのもののURLを共有してください。")


def _without_head(text: str, title: str) -> str:
    """The text from its first paragraph on: above it the title may stand once more, and a line with the date."""
    blocks = text.split("\n\n")
    while len(blocks) > 1 and (_DATE_LINE.fullmatch(blocks[0]) or _repeats(blocks[0], title)):
        del blocks[0]
    return "\n\n".join(blocks)


def _repeats(block: str, title: str) -> bool:
    words = block.lstrip("# ")
    return words in title and len(words) > len(title) / 2


def _remove_what_is_around(html: Any) -> None:
    whole = len(html.text_content())
    for e in html.xpath("//nav|//aside|//footer|//form|//*[@class or @id]"):
        if e.tag in ("html", "body", "main", "article") or e.getparent() is None:
            continue
        about = f"{e.get('class', '')} {e.get('id', '')}"
        if (e.tag in ("nav", "aside", "footer", "form") or _JUNK.search(about)) and len(e.text_content()) < whole / 2:
            e.drop_tree()
