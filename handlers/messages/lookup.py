"""Answers to /summary, /tag and /search."""

from zoneinfo import ZoneInfo

from bot.desk.lookup import Choice, SearchHits, Summary, TagPage, TagTable
from bot.domain.findings import SEVERITIES, Finding
from bot.domain.posts import Post
from bot.domain.readings import Reading, Sentence
from bot.domain.stories import Story
from bot.domain.tags import Alias, AliasChange, Tag
from bot.wording import day, when
from handlers.messages import blocks as b

QUOTE = 60
ALIASES = 60
LONGEST = 200
"""A tag with a longer name cannot be followed: its button values could not contain it."""


def found(answer: Summary | Choice, zone: ZoneInfo) -> b.Message:
    """The answer to `/summary`: the post, or the candidates."""
    return choice(answer, zone) if isinstance(answer, Choice) else summary(answer, zone)


def summary(s: Summary, zone: ZoneInfo) -> b.Message:
    """A post with its summary, tags, findings and buttons."""
    post = s.post
    body = [b.section(f"*{b.link(post.url, post.title)}*"), b.context(byline(post, s.reading, zone))]
    if s.sentences:
        body.append(b.section(sentences(s.sentences)))
    else:
        lead = f"\n{b.escape(s.lead, 600)}" if s.lead else ""
        body.append(b.section(f"本文が短いため要約できません。{lead}"))
    facts = [tags(s.reading.tags), findings_line(s.reading.findings)]
    if s.review is not None:
        facts.append(f"レビュー中（レビュー #{s.review.id}、🚩{len(s.review.flags)}人）")
    if post.withdrawn_at is not None:
        facts.append(f"{when(post.withdrawn_at, zone)}に配信元から取り下げられました")
    body += [b.context(f) for f in facts if f]
    count = len(s.reading.findings)
    body.append(
        b.actions(
            b.button("チャンネルに共有", "share", {"post": post.id, "sentences": len(s.sentences)}),
            b.button("レビューに回す", "flag", {"post": post.id}),
            b.button(f"同じ話題 {s.alike}本", "story", {"post": post.id}) if s.alike else None,
            b.button(f"要確認 {count}件", "findings", {"post": post.id}) if count else None,
            b.button("変更点", "changes", {"post": post.id}) if post.revision > 1 else None,
            b.openable(post.url),
        )
    )
    spoken = "".join(t.text for t in s.sentences) or f"本文が短いため要約できません。{s.lead}"
    return b.message(f"{post.title}\n{spoken}", body)


def shared(s: Summary, user: str, zone: ZoneInfo) -> b.Message:
    """A summary shared with the channel: without the buttons for the person who asked."""
    answer = summary(s, zone)
    kept = [block for block in answer["blocks"] if block["type"] != "actions"]
    row = [b.button("レビューに回す", "flag", {"post": s.post.id}), b.openable(s.post.url)]
    return {**answer, "blocks": [*kept, b.context(f"<@{user}>さんが共有しました"), b.actions(*row)]}


def unfurled(s: Summary, zone: ZoneInfo) -> b.Block:
    """The unfurl of a link to the post."""
    blocks = [block for block in summary(s, zone)["blocks"] if block["type"] != "actions"]
    return {"blocks": [*blocks, b.actions(b.button("レビューに回す", "flag", {"post": s.post.id}))]}


def choice(c: Choice, zone: ZoneInfo, label: str = "要約", action: str = "pick") -> b.Message:
    """The posts that may have been meant, at most five, each with a button; the next step to take if there are none."""
    if c.url is not None:
        text = "このURLの記事はまだ保存されていません。"
        take_in = b.button("取り込む", "take_in", {"url": c.url}, style="primary")
        if len(take_in["value"]) > b.VALUE:
            text = "このURLは長すぎるため取り込めません。短いURLでお試しください。"
            return b.message(text, [b.section(text)])
        return b.message(text, [b.section(text), b.context(b.escape(c.url, 500)), b.actions(take_in)])
    if not c.posts:
        text = f"「{c.asked[:100]}」に当たる記事はありません。番号、URL、または「/search 語」でお探しください。"
        return b.message(text, [b.section(b.escape(text))])
    lead = f"「{c.asked[:100]}」" + ("に近い記事です。" if c.near else "に当たる記事が複数あります。お選びください。")
    rows = [
        b.section(
            f"*#{p.id}* {b.link(p.url, p.title)}\n{when(p.published_at, zone)}",
            b.button(label, f"{action}_{n}", {"post": p.id}),
        )
        for n, p in enumerate(c.posts)
    ]
    return b.message("\n".join([lead, *(f"#{p.id} {p.title}" for p in c.posts)]), [b.section(b.escape(lead)), *rows])


def hits(h: SearchHits, zone: ZoneInfo) -> b.Message:
    """One page of search hits, each with the matching passage."""
    asked = h.asked[:100]
    if not h.hits:
        text = f"「{asked}」に当たる記事はありません。語を減らすか、別の語でお試しください。"
        return b.message(text, [b.section(b.escape(text))])
    whole = len(h.hits) == h.total
    count = f"全{h.total}件" if whole else f"{h.offset + 1}–{h.offset + len(h.hits)}件 / 全{h.total}件"
    near = f"「{asked}」をすべて含む記事はありません。近い記事です。" if h.near else ""
    body = [b.section(f"*{b.escape(asked)}* の検索結果　{count}")]
    if near:
        body.append(b.context(b.escape(near)))
    for hit in h.hits:
        body.append(b.section(f"*#{hit.post.id}* *{b.link(hit.post.url, hit.post.title)}*"))
        if hit.passage.text:
            body.append(b.rich(*b.marked(hit.passage.text, hit.passage.matches)))
        where = f"　¶{hit.passage.paragraph}" if hit.passage.paragraph else ""
        body.append(b.context(f"{b.escape(hit.post.source)} · {when(hit.post.published_at, zone)}{where}"))
    body += pages("search", h.asked, h.offset, len(h.hits), h.total)
    said = [f"{near}{asked} {count}", *(f"#{hit.post.id} {hit.post.title}" for hit in h.hits)]
    return b.message("\n".join(said), body)


def tag_table(t: TagTable) -> b.Message:
    """One page of the tags of the last 30 days."""
    if not t.tags:
        text = "この30日に記事の付いたタグはありません。"
        return b.message(text, [b.section(text)])
    head = f"直近30日のタグ　{t.offset + 1}–{t.offset + len(t.tags)}件 / 全{t.total}件"
    cells = [[b.cell("タグ"), b.cell("30日"), b.cell("前の30日比"), b.cell("全期間")]]
    cells += [
        [b.cell(c.name), b.cell(f"{c.days30}本"), b.cell(change(c.change)), b.cell(f"{c.posts}本")] for c in t.tags
    ]
    table = {
        "type": "table",
        "rows": cells,
        "column_settings": [{"is_wrapped": True}, {"align": "right"}, {"align": "right"}, {"align": "right"}],
    }
    said = [head, *(f"{c.name} {c.days30}本（{change(c.change)}）" for c in t.tags)]
    return b.message(
        "\n".join(said), [b.section(f"*{head}*"), table, *pages("tags", "", t.offset, len(t.tags), t.total)]
    )


def tag_page(t: TagPage, zone: ZoneInfo, *, followed: bool = False) -> b.Message:
    """One tag: counts, newest posts, related tags, aliases; `followed` if the person asking follows it."""
    c = t.count
    counts = f"全{c.posts}本・直近30日 {c.days30}本（前の30日比 {change(c.change)}）"
    rows = [
        b.section(f"*#{p.id}* {b.link(p.url, p.title)}\n{b.escape(p.source)} · {when(p.published_at, zone)}")
        for p in t.posts
    ]
    body = [b.section(f"*{b.escape(c.name)}*　{counts}"), *rows]
    if t.related:
        body.append(b.context("関連タグ: " + "、".join(b.escape(r, 60) for r in t.related)))
    if t.aliases:
        rest = f"、ほか{len(t.aliases) - 8}件" if len(t.aliases) > 8 else ""
        body.append(b.context("別名: " + "、".join(b.escape(a, 60) for a in t.aliases[:8]) + rest))
    body += pages("tag", c.name, t.offset, len(t.posts), c.posts)
    if len(c.name) <= LONGEST:
        body.append(b.actions(follow_button(c.name, followed)))
    return b.message("\n".join([f"{c.name} {counts}", *(f"#{p.id} {p.title}" for p in t.posts)]), body)


def follow_button(tag: str, followed: bool) -> b.Block:
    """The button under a tag: follow or unfollow it."""
    if followed:
        return b.button("フォローをやめる", "unfollow", {"tag": tag})
    return b.button("フォローする", "follow", {"tag": tag})


def aliases(all_aliases: tuple[Alias, ...], zone: ZoneInfo) -> b.Message:
    """The desk's aliases, each with its tag, who added it and when; at most sixty."""
    if not all_aliases:
        text = "編集部の別名はまだありません。「/tag 別名 大規模LM = LLM」で追加できます。"
        return b.message(text, [b.section(text)])
    shown = all_aliases[:ALIASES]
    rows = [
        f"{b.escape(a.name, 60)} → *{b.escape(a.tag, 60)}*（{f'<@{a.by}>' if a.by else '端末'}、{day(a.at, zone)}）"
        for a in shown
    ]
    head = f"編集部の別名　{len(all_aliases)}件"
    body = [b.section("\n".join(rows[at : at + 15])) for at in range(0, len(rows), 15)]
    rest = len(all_aliases) - len(shown)
    more = [b.context(f"ほか{rest}件。全件は「kawaraban tag --aliases」で見られます。")] if rest else []
    said = [head, *(f"{a.name} → {a.tag}" for a in shown)]
    return b.message("\n".join(said), [b.section(f"*{head}*"), *body, *more])


def alias_changed(j: AliasChange) -> b.Message:
    """The outcome of merging or unmerging two tags."""
    return b.message(text := alias_sentence(j), [b.section(b.escape(text))])


def alias_sentence(j: AliasChange) -> str:
    """The same as one plain sentence."""
    name, tag = f"「{j.alias.name}」", f"「{j.alias.tag}」"
    if not j.changed:
        return f"{name}はすでに{tag}の別名のため、変更した記事はありません。"
    if j.parted:
        again = f"（{tag}の記事{j.again}本は読み直して確かめます）" if j.again else ""
        return f"{name}を{tag}の別名から外し、記事{j.posts}本のタグを{name}に戻しました{again}。"
    return f"{name}を{tag}の別名にし、記事{j.posts}本のタグを{tag}にまとめました。"


def story(s: Story, zone: ZoneInfo) -> b.Message:
    """The posts on one story, newest first, at most twenty."""
    rows = [
        b.section(
            f"*#{p.id}* {b.link(p.url, p.title)}{'　★代表' if p.id == s.lead else ''}\n{when(p.published_at, zone)}"
        )
        for p in s.posts[:20]
    ]
    rest = [b.context(f"ほか{len(s.posts) - 20}本")] if len(s.posts) > 20 else []
    head = f"同じ話題 {len(s.posts)}本"
    said = [head, *(f"#{p.id} {p.title}" for p in s.posts[:20])]
    return b.message("\n".join(said), [b.section(f"*{head}*"), *rows, *rest])


def pages(of: str, asked: str, offset: int, shown: int, total: int) -> list[b.Block]:
    """前へ and 次へ if there is a page before or after. Their values contain the total, so that a changed list is
    noticed."""
    step = 15 if of == "tags" else 5
    value = {"of": of, "q": asked, "total": total}
    before = b.button("前へ", "page_before", value | {"at": max(0, offset - step)}) if offset else None
    after = b.button("次へ", "page_after", value | {"at": offset + step}) if offset + shown < total else None
    turns = [turn for turn in (before, after) if turn]
    if any(len(turn["value"]) > b.VALUE for turn in turns):
        return [b.context("検索する語が長いため、続きは表示できません。語を減らしてお試しください。")]
    return [b.actions(*turns)] if turns else []


def stale() -> b.Message:
    """The answer to a button of a list that has changed since."""
    text = "この一覧は古くなりました。もう一度検索してください。"
    return b.message(text, [b.section(text)])


def byline(post: Post, reading: Reading, zone: ZoneInfo) -> str:
    """Number, source, time and reading time of a post, escaped."""
    dated = {"file name": "（日付はファイル名から）", "arrival": "（日付の記載なし、取り込み時刻）"}.get(
        post.dated_by, ""
    )
    parts = [
        f"#{post.id}",
        b.escape(post.source, 80),
        f"{when(post.published_at, zone)}{dated}",
        f"約{reading.minutes}分",
    ]
    return " · ".join(parts)


def sentences(chosen: tuple[Sentence, ...], limit: int = b.SECTION) -> str:
    """Sentences as a list, each with its paragraph number, escaped."""
    each = max(80, limit // max(1, len(chosen)) - 12)
    return "\n".join(f"• {b.escape(s.text, each)} `¶{s.paragraph}`" for s in chosen)


def tags(all_tags: tuple[Tag, ...], limit: int = 6) -> str:
    """A post's tags on one line, the author's first, escaped."""
    shown = "　".join(f"#{b.escape(t.name, 40)}" for t in all_tags[:limit])
    return f"{shown}　ほか{len(all_tags) - limit}件" if len(all_tags) > limit else shown


def findings_line(found_: tuple[Finding, ...]) -> str:
    """「要確認 3件」 with the worst finding; empty if there is none."""
    if not found_:
        return ""
    worst = min(found_, key=lambda f: SEVERITIES.index(f.severity))
    return f"⚠️ 要確認 {len(found_)}件: {finding(worst)}"


def finding(f: Finding) -> str:
    """One finding: the reason, the quotation, its place; escaped."""
    place = f"¶{f.paragraph}" if f.paragraph else f"{f.line}行目"
    quote = f.quote if len(f.quote) <= QUOTE else f.quote[:QUOTE] + "…"
    return f"{b.escape(f.message, 300)}「{b.escape(' '.join(quote.split()), 200)}」({place})"


def change(difference: int) -> str:
    """A difference with its sign: +3, ±0, −2."""
    return f"+{difference}" if difference > 0 else f"−{-difference}" if difference else "±0"
