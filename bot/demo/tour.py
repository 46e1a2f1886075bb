"""The tour: a morning's work from the digest to the review, on any set of posts."""

from collections.abc import Callable

from bot.demo.fixtures import HOSTILE, manuscript
from bot.demo.newsroom import ANNA, BEN, CHANNEL, CHIKA, DemoNewsroom
from bot.demo.screen import Control, Screen
from bot.domain.findings import SEVERITIES
from bot.domain.posts import Post
from bot.domain.readings import Reading

_WORDS = ("量子", "規制", "学習", "半導体", "研究", "記事", "AI")
_MANY = 500
"""The number of newest posts in which the tour looks for examples."""


class Tour:
    """Plays itself once. A step without anything to show is skipped."""

    def __init__(self, newsroom: DemoNewsroom, screen: Screen) -> None:
        self.newsroom = newsroom
        self.screen = screen
        self.posts: list[tuple[Post, Reading]] = list(newsroom.bot.store.posts.all())[-_MANY:]

    def run(self) -> None:
        """Run every step in the order of a morning."""
        steps: tuple[Callable[[], None], ...] = (
            self._thread, self._summary, self._tag, self._search, self._flag, self._share, self._hostile,
            self._send, self._doubtful,
        )  # fmt: skip
        for step in steps:
            step()
        self._tell("ひととおりです。端末で 「uv run kawaraban demo」 を実行すると、ご自分で試せます。")
        self.screen.line(
            "ご自身の記事は 「uv run kawaraban demo --posts フォルダー」 で。設置のしかたは docs/ にあります。"
        )

    def _thread(self) -> None:
        digest = self.newsroom.digest()
        if digest and self._entries():
            self._tell("スレッドには記事ごとの返信があります。1本に付けた🚩は、その1本だけに届きます。")
            self.screen.thread(digest, briefly=True)

    def _summary(self) -> None:
        post = self._first(lambda p, r: bool(r.ranked) and self._alike(p) and p.id in self._entries())
        post = post or self._first(lambda p, r: bool(r.ranked))
        if post is None:
            return
        self._tell("気になる1本を要約で読みます。文はすべて記事のもので、¶は段落の番号です。")
        self._type(ANNA, f"/summary {post.id}")
        asked = [c for c in self.screen.controls if c.control["action_id"] in ("story", "share")]
        tell = {"story": "同じ話題のほかの記事を見ます。", "share": "要約をチャンネルの全員に共有します。"}
        for control in sorted(asked, key=lambda c: c.control["action_id"], reverse=True):
            self._tell(tell[control.control["action_id"]])
            self._press(ANNA, control)

    def _tag(self) -> None:
        tags = self.newsroom.bot.desk.lookup.tags().tags
        if not tags:
            return
        self._tell("この30日に何が書かれたかを、タグで見ます。")
        self._type(ANNA, "/tag")
        self._tell("1つのタグを開きます。最新の記事と、一緒に付くタグが出ます。")
        self._type(ANNA, f"/tag {tags[0].name}")
        if following := self._control("page_after"):
            self._tell("続きを見ます。同じメッセージがその場で書き換わります。")
            self._press(ANNA, following)

    def _search(self) -> None:
        desk = self.newsroom.bot.desk
        word = next(
            (w for w in _WORDS if desk.lookup.search(w, limit=1).total and not desk.lookup.search(w, limit=1).near),
            None,
        )
        if word is None:
            return
        self._tell("2文字の語でも、本文から探せます。当たった一節が太字で出ます。")
        self._type(ANNA, f"/search {word}")
        hit = desk.lookup.search(word, limit=1).hits[0].post
        local = hit.published_at.astimezone(self.newsroom.zone)
        self._tell("媒体、著者、タグ、期間で絞り込みます。")
        self._type(ANNA, f"/search {word} 期間:{local:%Y-%m}-{local:%d}")

    def _flag(self) -> None:
        replies = self._replies()
        post = self._first(lambda p, r: p.id in replies and bool(r.findings))
        post = post or self._first(lambda p, r: any(f.severity == "block" for f in r.findings))
        post = post or self._first(lambda p, r: p.id in replies) or self._first(lambda p, r: True)
        if post is None:
            return
        self._tell("読んで引っかかった記事に🚩を付けると、レビューが開きます。その記事の要確認が根拠として並びます。")
        self._does(ANNA, f"flag {post.id}")
        self.newsroom.flag(ANNA, post.id)
        self.screen.news(ANNA)
        self._tell("鈴木ベンが担当します。カードはその場で書き換わり、経緯はスレッドに残ります。")
        self._press_on(BEN, "review_take")
        self._tell("直し終えたら「修正済み」に。瓦版の絵文字も🚩から👀、✅へと替わります。")
        self._press_on(BEN, "review_fixed")

    def _share(self) -> None:
        house = self.newsroom.house
        self._tell(
            "新しい記事が届きます。田中千佳が原稿のファイルと、許可してある社内サイトのリンクを共有します。📰は取り込みの合図です。"
        )
        name, data = manuscript(self.newsroom.clock().astimezone(self.newsroom.zone))
        self._does(CHIKA, f"📎 {name}")
        self.newsroom.say(CHIKA, "今朝の原稿です。", (name, data))
        self.screen.news(ANNA)
        self._does(CHIKA, f"say これも今日の分です {house.article}")
        self.newsroom.say(CHIKA, f"これも今日の分です {house.article}")
        self.screen.news(ANNA)

    def _hostile(self) -> None:
        self._tell("許可のない社内のアドレスは、開かずに断ります。理由は、共有した本人にだけ見えます。")
        self._does(CHIKA, f"say これは？ {HOSTILE}")
        self.newsroom.say(CHIKA, f"これは？ {HOSTILE}")
        self.screen.news(CHIKA)

    def _send(self) -> None:
        self._tell("8時のあとに届いた分を、いま送ります。まず下見です。")
        self._type(ANNA, "/digest 確認")
        self._type(ANNA, "/digest 送信")

    def _doubtful(self) -> None:
        worst = [(p, r) for p, r in self.posts if r.findings]
        if not worst:
            return
        post, _ = min(worst, key=lambda pr: (SEVERITIES.index(pr[1].findings[0].severity), -pr[0].id))
        self._tell("穴埋めの残りや生成AIの発言など、出す前に直したいところには⚠️が付きます。")
        self._type(ANNA, f"/summary {post.id}")

    # ---- what can be seen
    def _entries(self) -> tuple[int, ...]:
        """The posts in the digest."""
        digest = self.newsroom.digest()
        return self.newsroom.bot.store.messages.shown(CHANNEL, digest.ts)[0] if digest else ()

    def _replies(self) -> set[int]:
        """The posts with a reply of their own in the digest's thread, including a single held one."""
        digest = self.newsroom.digest()
        messages = self.newsroom.slack.thread(CHANNEL, digest.ts)[1:] if digest else []
        shown = [self.newsroom.bot.store.messages.shown(CHANNEL, m.ts)[0] for m in messages]
        return {posts[0] for posts in shown if len(posts) == 1}

    def _first(self, wanted: Callable[[Post, Reading], bool]) -> Post | None:
        """The newest post that matches."""
        return next((p for p, r in reversed(self.posts) if wanted(p, r)), None)

    def _alike(self, post: Post) -> bool:
        return post.story_id is not None and self.newsroom.bot.store.stories.sizes([post.story_id])[post.story_id] > 1

    def _control(self, action: str) -> Control | None:
        return next((c for c in self.screen.controls if c.control["action_id"] == action), None)

    # ---- actions
    def _tell(self, sentence: str) -> None:
        self.screen.line(f"◆ {sentence}", "bold yellow")

    def _does(self, person: str, words: str) -> None:
        self.screen.typed(person, words)

    def _type(self, person: str, line: str) -> None:
        self._does(person, line)
        self.newsroom.command(person, line)
        self.screen.news(person)

    def _press_on(self, person: str, action: str) -> None:
        if control := self._control(action):
            self._press(person, control)

    def _press(self, person: str, pressed: Control) -> None:
        number = self.screen.controls.index(pressed) + 1
        self._does(person, f"press {number}")
        self.newsroom.press(person, pressed.message, pressed.control)
        self.screen.news(person)
