"""What commands say, in English or Chinese: an English text is its own name, `saying.zh.json` has the Chinese.

The language is that of the environment, as for every program of a shell: LC_ALL, LC_MESSAGES or LANG.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bridge.operator.reasons import Lang

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts


def language(environment: Mapping[str, str] = os.environ) -> Lang:
    """The language of whoever types: Chinese where the environment asks for it, otherwise English."""
    for name in VARIABLES:
        if environment.get(name):
            return Lang.ZH if environment[name].lower().startswith(Lang.ZH) else Lang.EN
    return Lang.EN


@cache
def chinese() -> Mapping[str, str]:
    """Chinese text by English text."""
    text = files("bridge.operator").joinpath("saying.zh.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def say(english: str, **facts: object) -> str:
    """The text in the language of whoever types, its facts in braces; in English where there is no other."""
    text = chinese().get(english, english) if language() is Lang.ZH else english
    return text.format(**facts) if facts else text
