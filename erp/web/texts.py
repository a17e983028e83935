"""What pages say in English and Chinese: an English text is its own name, the files of `chinese/` have the Chinese."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def chinese() -> Mapping[str, str]:
    """Chinese text by English text. Raises ValueError when two files say the same text."""
    found: dict[str, str] = {}
    for name, texts in chinese_files().items():
        twice = sorted(texts.keys() & found.keys())
        if twice:
            raise ValueError(f"{name} has the Chinese of what another file has: {twice}")
        found |= texts
    return found


def chinese_files() -> Mapping[str, Mapping[str, str]]:
    """Chinese text by English text, of each file: one for each group of pages."""
    places = sorted(
        (place for place in files("erp.web").joinpath("chinese").iterdir()),
        key=lambda place: place.name,
    )
    return {place.name: json.loads(place.read_text(encoding="utf-8")) for place in places}


class Texts:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, english: str, **facts: object) -> str:
        """The text in this language, its facts in braces; in English where there is no other."""
        text = chinese().get(english, english) if self.language == "zh" else english
        return text.format(**facts) if facts else text

    def kind(self, name: str) -> str:
        """What a type of document, a status or an office is called: `goods_receipt` is Goods receipt, or 收货单."""
        return self(name.replace("_", " ").capitalize())
