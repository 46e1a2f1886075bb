"""Block Kit in a terminal: each kind of block as an object that rich can draw."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.demo.mrkdwn import (
    CODE,
    MENTION,
    Flow,
    link,
    mrkdwn,
    plain,
)

Json = dict[str, Any]
EMOJI = {"newspaper": "📰", "warning": "⚠️", "triangular_flag_on_post": "🚩", "eyes": "👀", "white_check_mark": "✅"}
DIM = Style(dim=True)
_BUTTONS = {"primary": Style(color="green", bold=True), "danger": Style(color="red", bold=True)}
_BUTTON = Style(color="cyan", bold=True)


def emoji(name: str) -> str:
    """An emoji by its name in Slack."""
    return EMOJI.get(name.split("::")[0], f":{name}:")


class Blocks:
    """Draws the blocks of messages. `names` maps ids of people and channels to names; `number` returns the number by
    which a control is pressed."""

    def __init__(self, names: Mapping[str, str], number: Callable[[Json], int]) -> None:
        self.names = names
        self._number = number

    def drawn(self, blocks: list[Json], text: str) -> Iterator[RenderableType]:
        """Each block, with a blank line before each section; the text if there are no blocks."""
        for place, block in enumerate(blocks):
            if place and block.get("type") == "section":
                yield Text()
            draw = getattr(self, f"_{block.get('type')}", self._unknown)
            yield draw(block)
        if not blocks and text:
            yield Flow(mrkdwn(text, self.names))

    def _text(self, part: Json | None) -> Text:
        part = part or {}
        words = str(part.get("text", ""))
        return mrkdwn(words, self.names) if part.get("type") == "mrkdwn" else Text(plain_text(words))

    def _header(self, block: Json) -> RenderableType:
        shown = self._text(block["text"])
        shown.stylize(Style(bold=True, color="bright_red"))
        return Flow(shown)

    def _section(self, block: Json) -> RenderableType:
        parts = [self._text(part) for part in (block.get("text"), *block.get("fields", ())) if part]
        body = Flow(Text("\n").join(parts))
        accessory = block.get("accessory")
        if not accessory:
            return body
        row = Table.grid(expand=True, padding=(0, 1))
        row.add_column(ratio=1)
        row.add_column(justify="right", no_wrap=True)
        row.add_row(body, self._control(accessory))
        return row

    def _context(self, block: Json) -> RenderableType:
        shown = Text("  ").join(self._element(e) for e in block["elements"])
        shown.stylize_before(DIM)
        return Flow(shown)

    def _divider(self, block: Json) -> RenderableType:
        return Text("─" * 24, DIM)

    def _actions(self, block: Json) -> RenderableType:
        return ScreenRow([self._control(e) for e in block["elements"]])

    def _input(self, block: Json) -> RenderableType:
        element = block["element"]
        begun = element.get("initial_value") or (element.get("initial_option") or {}).get("text", {}).get("text")
        begun = begun or "、".join(option["text"]["text"] for option in element.get("initial_options") or ())
        return Flow(self._text(block["label"]) + Text(f"　{plain_text(str(begun or '＿＿＿＿'))}", DIM))

    def _image(self, block: Json) -> RenderableType:
        return Flow(self._element(block))

    def _rich_text(self, block: Json) -> RenderableType:
        return Flow(Text("\n").join(self._rich(e) for e in block["elements"]))

    def _table(self, block: Json) -> RenderableType:
        settings = [*(block.get("column_settings") or ())]
        head, *rows = block["rows"]
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="bold", show_edge=False)
        for place, cell in enumerate(head):
            setting = (settings[place] if place < len(settings) else None) or {}
            table.add_column(self._cell(cell), justify=setting.get("align", "left"))
        for row in rows:
            table.add_row(*(self._cell(cell) for cell in row))
        return table

    def _unknown(self, block: Json) -> RenderableType:
        return Flow(Text(plain(_words(block)) or f"（{block.get('type')}）"))

    def _cell(self, cell: Json) -> Text:
        if cell.get("type") == "rich_text":
            return Text("\n").join(self._rich(e) for e in cell["elements"])
        return Text(plain_text(str(cell.get("text", ""))))

    def _element(self, element: Json) -> Text:
        if element.get("type") == "image":
            return Text(f"🖼 {plain_text(element.get('alt_text', ''))}", DIM)
        return self._text(element)

    def _control(self, control: Json) -> Text:
        label = (control.get("text") or control.get("placeholder") or {}).get("text") or control["type"]
        mark = " ▾" if control["type"] != "button" else ""
        style = _BUTTONS.get(control.get("style", ""), _BUTTON)
        return Text(f"[{self._number(control)} {plain_text(label)}{mark}]", style, no_wrap=True)

    def _rich(self, element: Json) -> Text:
        """An element of rich_text: a run of text, or a part with such runs."""
        kind = element["type"]
        inner = [self._rich(e) for e in element.get("elements", ())]
        if kind == "rich_text_list":
            return Text("\n").join(Text("• ") + item for item in inner)
        if kind == "rich_text_quote":
            return Text("▏ ") + Text("").join(inner)
        if inner:
            return Text("").join(inner)
        return self._run(element)

    def _run(self, run: Json) -> Text:
        kind = run["type"]
        if kind == "link":
            return link(run["url"], run.get("text", ""))
        if kind in ("user", "channel"):
            return Text(self.names.get(run[f"{kind}_id"], run[f"{kind}_id"]), MENTION)
        if kind == "emoji":
            return Text(emoji(run["name"]))
        style = run.get("style") or {}
        shown = Text(plain_text(str(run.get("text", ""))), CODE if style.get("code") else "")
        shown.stylize(Style(bold=style.get("bold"), italic=style.get("italic"), strike=style.get("strike")))
        return shown


class ScreenRow:
    """Controls side by side, in as many lines as needed."""

    def __init__(self, controls: list[Text]) -> None:
        self._controls = controls

    def __rich_console__(self, console: Any, options: Any) -> Iterator[RenderableType]:
        line = Text(no_wrap=True)
        for control in self._controls:
            if line.plain and cell_len(line.plain) + 2 + cell_len(control.plain) > options.max_width:
                yield line
                line = Text(no_wrap=True)
            line = line + Text("  ") + control if line.plain else line + control
        yield line


def plain_text(words: str) -> str:
    """The text of a plain_text object: nothing in it is escaped, so `&lt;` means itself."""
    return plain(words.replace("&", "&amp;"))


def stacked(parts: list[RenderableType]) -> Group:
    """The parts, one below the other."""
    return Group(*parts)


def _words(part: Any) -> str:
    """All text in a block of an unknown kind."""
    if isinstance(part, dict):
        own = part.get("text")
        return own if isinstance(own, str) else " ".join(filter(None, (_words(v) for v in part.values())))
    return " ".join(filter(None, map(_words, part))) if isinstance(part, list) else ""
