"""The prompt: a person at the terminal acts in the fake Slack."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TextIO

from bot.demo.mrkdwn import plain
from bot.demo.newsroom import ANNA, PEOPLE, SHORT, DemoNewsroom
from bot.demo.screen import Screen
from bot.errors import KawarabanError
from bot.fake_slack import Refused

with suppress(ImportError):  # not on Windows
    import readline  # noqa: F401 - gives input() its history and editing

USAGE = "/summary 3・/tag・/search 量子・/digest 確認・flag 3・press 1・as ben・say 文・thread・channel・help・quit"
HELP = """\
/summary 3   要約　　　　　　　　　　　a post's summary (its number, URL or words)
/tag LLM     タグ（/tag で一覧）　　　 a tag; /tag alone lists them
/search 量子 検索　　　　　　　　　　　search
/digest 確認 次の下見（送信 で送信）　 preview the next digest; 送信 sends it now
/kawaraban   瓦版のヘルプ　　　　　　　the bot's own help
flag 3       記事3に🚩（unflag で外す）flag a post for review; unflag takes it back
press 2      画面の [2 …] を押す　　　 press a button by its number
press 7 来週 メニューから選ぶ　　　　　choose in a menu
send …       開いた画面に書いて送る　　fill in the open modal and send it
say …        発言、リンクの共有　　　　say something, or share a link
as ben       人を替える　　　　　　　　become anna, ben or chika
thread       ダイジェストのスレッド　　the digest's thread
channel      チャンネルを見る　　　　　the channel again
quit         終了（Ctrl-D）　　　　　　leave"""


class Prompt:
    """Reads one line after the other until `quit` or the end of the input."""

    def __init__(self, newsroom: DemoNewsroom, screen: Screen) -> None:
        self.newsroom = newsroom
        self.screen = screen
        self.person = ANNA
        self._words: dict[str, Callable[[str], None]] = {
            "flag": self._flag, "unflag": self._unflag, "press": self._press, "send": self._send, "as": self._as,
            "say": self._say, "thread": self._thread, "channel": self._channel, "help": self._help, "?": self._help,
            "ヘルプ": self._help,
        }  # fmt: skip

    def run(self, stdin: TextIO) -> None:
        """Read and execute lines until the end."""
        self.screen.line(f"何か入力してください。例: {USAGE}", "dim")
        for line in self._lines(stdin):
            if not self.do(line):
                return
        self.screen.console.print()

    def do(self, line: str) -> bool:
        """Execute one line; return False if it ends the session."""
        word, _, rest = line.strip().replace("\u3000", " ").partition(" ")
        word, rest = unicodedata.normalize("NFKC", word).lower(), rest.strip()
        if word in ("quit", "exit", "終了"):
            return False
        try:
            if word.startswith("/"):
                self._command(f"{word} {rest}".strip())
            elif word in self._words:
                self._words[word](rest)
            elif word:
                self._unknown()
        except KawarabanError as error:
            self.screen.line(str(error), "yellow")
        return True

    def _lines(self, stdin: TextIO) -> Iterator[str]:
        while True:
            prompt = f"{PEOPLE[self.person]}› "
            try:
                line = input(prompt) if stdin is sys.stdin else self._read(stdin, prompt)
            except EOFError:
                return
            except KeyboardInterrupt:  # as in a shell: drop the line and prompt again
                self.screen.console.print()
                continue
            if line.strip():
                self.screen.console.print()
            yield line

    def _read(self, stdin: TextIO, prompt: str) -> str:
        line = stdin.readline()
        if not line:
            raise EOFError
        self.screen.console.print(f"{prompt}{plain(line.rstrip())}", markup=False, highlight=False)
        return line

    def _unknown(self) -> None:
        self.screen.line(f"入力できるもの / you can type: {USAGE}", "yellow")

    def _command(self, line: str) -> None:
        status = self.newsroom.command(self.person, line)
        self.screen.news(self.person)
        self.screen.modal(self.person)
        if status == 404:
            self._unknown()

    def _flag(self, rest: str) -> None:
        if (post := _number(rest)) is None:
            self.screen.line("記事の番号を付けてください。例: flag 3", "yellow")
            return
        try:
            self.newsroom.flag(self.person, post)
        except Refused:
            self.screen.line(f"#{post} にはすでに🚩を付けています。「unflag {post}」 で外せます。", "yellow")
        self.screen.news(self.person)

    def _unflag(self, rest: str) -> None:
        if (post := _number(rest)) is None:
            self.screen.line("記事の番号を付けてください。例: unflag 3", "yellow")
            return
        self.newsroom.unflag(self.person, post)
        self.screen.news(self.person)

    def _press(self, rest: str) -> None:
        which, _, value = rest.partition(" ")
        place = _number(which)
        if place is None or not 1 <= place <= len(self.screen.controls):
            there = f"1から{len(self.screen.controls)}まで" if self.screen.controls else "いまはありません"
            self.screen.line(f"画面のボタンの番号を付けてください（{there}）。例: press 1", "yellow")
            return
        pressed = self.screen.controls[place - 1]
        options = [option["text"]["text"] for option in pressed.control.get("options", ())]
        if options and not value.strip():
            self.screen.line(f"どれかを付けてください: {'、'.join(options)}。例: press {place} {options[0]}", "yellow")
            return
        try:
            if pressed.message.ephemeral_to not in (None, self.person):
                raise LookupError("somebody else's")
            self.newsroom.press(self.person, pressed.message, pressed.control, value.strip() or None)
        except (LookupError, Refused):
            self.screen.line("このボタンはここにはありません。「channel」 か 「thread」 で描き直せます。", "yellow")
            return
        if url := pressed.control.get("url"):
            self.screen.line(f"ブラウザーで開きます: {url}", "dim")
        self.screen.news(self.person)
        self.screen.modal(self.person)

    def _send(self, rest: str) -> None:
        view = self.newsroom.slack.modal(self.person)
        if view is None:
            self.screen.line("開いている画面はありません。", "yellow")
            return
        try:
            self.newsroom.send(self.person, view, rest)
        except ValueError:
            self.screen.line("空の欄があります。例: send 出典を確認中です", "yellow")
            return
        self.screen.news(self.person)
        if self.newsroom.slack.modal(self.person):
            self.screen.line("画面はまだ開いています。書き直して送ってください。", "yellow")

    def _as(self, rest: str) -> None:
        asked = unicodedata.normalize("NFKC", rest).lower().removesuffix("さん")
        by_name = (user for user, name in PEOPLE.items() if asked and asked in name)
        found = SHORT.get(asked) or next(by_name, None)
        if found is None:
            people = "、".join(f"{short}（{PEOPLE[user]}）" for short, user in SHORT.items())
            self.screen.line(f"この編集部にいるのは {people} です。例: as ben", "yellow")
            return
        self.person = found
        self.screen.line(f"{PEOPLE[found]}さんになりました。", "dim")

    def _say(self, rest: str) -> None:
        if not rest:
            self.screen.line("言葉を付けてください。例: say https://example.com/article", "yellow")
            return
        self.newsroom.say(self.person, rest)
        self.screen.news(self.person)

    def _thread(self, rest: str) -> None:
        if digest := self.newsroom.digest():
            self.screen.thread(digest)

    def _channel(self, rest: str) -> None:
        self.screen.channel(self.person)

    def _help(self, rest: str) -> None:
        self.screen.console.print(HELP, markup=False, highlight=False)
        self.screen.console.print()


def _number(text: str) -> int | None:
    folded = unicodedata.normalize("NFKC", text).strip().lstrip("#")
    return int(folded) if folded.isascii() and folded.isdigit() and len(folded) < 10 else None
