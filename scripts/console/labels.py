"""What the console calls the parts of what it shows, in English or Chinese: `ops.lang("zh")`."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .errors import BadArgument

LANGUAGES = ("en", "zh")
FILE = Path(__file__).with_name("labels.zh.json")
WIDE = frozenset("WF")  # East Asian widths that take two columns

_chosen = ["en"]


@cache
def chinese() -> Mapping[str, str]:
    """Chinese label by the key of a part."""
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def choose(language: str) -> None:
    """From now on labels are shown in this language. Raises BadArgument."""
    if language not in LANGUAGES:
        raise BadArgument(f"there are labels in {' and '.join(LANGUAGES)}, not in {language!r}")
    _chosen[:] = [language]


def chosen() -> str:
    """The language of the labels."""
    return _chosen[0]


def label(key: str) -> str:
    """What a part is called; its key where it has no other name."""
    return chinese().get(key, key) if chosen() == "zh" else key


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    """A text and so many blanks that it takes these columns."""
    return text + " " * (columns - width(text))
