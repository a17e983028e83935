"""In which language commands speak: as `--lang` says, else as the environment does; and help that follows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bridge.operator.reasons import Lang
from bridge.operator.saying import VARIABLES, language

OPTION = "--lang"
WITH_VALUE = frozenset({"-c", "--config", OPTION})  # options of `interlock` itself that take a word
NAMES = {Lang.ZH: "zh_CN.UTF-8", Lang.EN: "C.UTF-8"}  # as environments name them


def asked(words: Sequence[str]) -> Lang | None:
    """The language that was typed in front of the command; None where none was, or none that there is."""
    left = list(words)
    while left and left[0].startswith("-"):
        name, equals, value = left.pop(0).partition("=")
        if name in WITH_VALUE and not equals:
            value = left.pop(0) if left else ""
        if name == OPTION:
            return Lang(value) if value in tuple(Lang) else None
    return None


def choose(words: Sequence[str]) -> None:
    """Has this program, and all that it starts, speak the language that was typed."""
    wanted = asked(words)
    if wanted is not None:
        os.environ[VARIABLES[0]] = NAMES[wanted]


def in_own_language(command: Any) -> None:
    """Has a command and all below it show their help in the language of whoever types."""
    if language() is Lang.ZH:
        _chinese_when_shown(command)


def _chinese_when_shown(command: Any) -> None:
    command.format_help = partial(_shown, command, command.format_help)
    for each in getattr(command, "commands", {}).values():
        _chinese_when_shown(each)


def _shown(command: Any, show: Callable[..., None], context: Any, formatter: Any) -> None:
    from .helping import speak_chinese  # loads what only help needs

    speak_chinese(command, context)
    show(context, formatter)
