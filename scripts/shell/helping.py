"""Help in Chinese: each paragraph of a command's help is its own name, `help.zh.json` has the Chinese.

Typer takes help when a module is loaded, so the texts in the code are English, and a command whose help is asked for in
Chinese is given others before it is shown. Imported when help is shown: it loads what only that needs.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import rich.text
from rich._wrap import divide_line
from rich.cells import cell_len, chop_cells
from typer import rich_utils
from typer._click.core import Context
from typer._click.formatting import HelpFormatter

CODE = re.compile(r"(?:`[^`]+`(?:, |; )?)+\.?")  # what is typed, as it stands in a text
EXAMPLE = re.compile(rf"Examples?: (?P<code>{CODE.pattern})")
# What Typer itself says, by the name under which it keeps it.
OF_TYPER = {
    "DEPRECATED_STRING": "（已弃用）",
    "DEFAULT_STRING": "[默认：{}]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "错误",
    "ABORTED_TEXT": "已中止。",
    "RICH_HELP": "说明：[blue]'{command_path} {help_option}'[/]",
}
HAN, OPENING, CLOSING = "\u3400-\u9fff", "（《“", "，。；：、！？）》”…"
# A word of a line: a line ends between two characters of Chinese, and never before what closes a clause.
WORD = re.compile(rf"(?:[{OPENING}]*(?:[{HAN}]|[^\s{HAN}{OPENING}{CLOSING}]+)[{CLOSING}]*|\S)\s*")


class Formatter(HelpFormatter):
    """Says how a command is used, in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """One line: what is typed."""
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)


def divide(text: str, width: int, fold: bool = True) -> list[int]:
    """Where a text is broken into lines so many cells wide. Rich knows no words of Chinese: it has one for each clause."""
    if cell_len(text) == len(text):
        return divide_line(text, width, fold)
    places, used = [], 0
    for word in WORD.finditer(text):
        start, wide = word.start(), cell_len(word[0])
        if used and used + wide > width:
            places.append(start)
            used = 0
        if fold:
            for part in chop_cells(word[0], width)[:-1]:
                start += len(part)
                places.append(start)
                wide -= cell_len(part)
        used += wide
    return places


@cache
def chinese() -> Mapping[str, str]:
    """Chinese paragraph by English paragraph, whose words are parted by one space."""
    text = files(__package__).joinpath("help.zh.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, as they stand."""
    return inspect.cleandoc(text).split("\n\n")


def in_chinese(text: str) -> str:
    """A help text in Chinese; a paragraph that has none stays as it is."""
    return "\n\n".join(_paragraph(each) for each in paragraphs(text))


def _paragraph(text: str) -> str:
    said = " ".join(text.split())
    found = chinese().get(said)
    if found is not None:
        return text[: len(text) - len(text.lstrip())] + found
    example = EXAMPLE.fullmatch(said)
    return text if example is None else f"例：{example['code']}"


def speak_chinese(command: Any, context: Any) -> None:
    """Gives the help of one command its Chinese: its own texts, those of its options, and what is told of those below."""
    for name, said in OF_TYPER.items():
        setattr(rich_utils, name, said)
    rich.text.divide_line = divide
    Context.formatter_class = Formatter
    below = getattr(command, "commands", {}).values()
    for holder in (command, *command.get_params(context), *below):
        for name in ("help", "short_help", "epilog", "rich_help_panel"):
            text = getattr(holder, name, None)
            if isinstance(text, str):
                setattr(holder, name, in_chinese(text))
