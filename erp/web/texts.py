"""What pages say, in English and in Chinese: an English text is its own name, `texts.zh.json` has the Chinese of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def chinese() -> Mapping[str, str]:
    """Chinese text by English text."""
    found = files("erp.web").joinpath("texts.zh.json").read_text(encoding="utf-8")
    return {str(english): str(text) for english, text in json.loads(found).items()}


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
