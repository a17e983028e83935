"""How a command ends: its exit codes, and the three lines that say why it did not do what was asked.

    error: what was wrong
    try: what to type, or to change
    code: the error's name, for whoever searches the documentation

A person whose LANG says Chinese reads them in Chinese.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import IntEnum
from typing import NoReturn

import typer

URL_HELP = "write sqlite:///books.db or postgresql+psycopg://user@host/name"
NO_DATABASE = "which database?"
NAME_DATABASE = (
    "export INTERLOCK_DB=sqlite:///books.db, or add --db sqlite:///books.db "
    "(or postgresql+psycopg://user@host/name)"
)
SETTINGS_DATABASE = (
    "interlock.database"  # key of a command's context: a function that reads it from the settings
)
LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts
ENGLISH, CHINESE = "en", "zh"
HEADS = {
    ENGLISH: ("error: ", "try: ", "code: "),
    CHINESE: ("错误：", "请试：", "代码："),
}


class Exit(IntEnum):
    """Exit codes of `interlock erp`. The same numbers mean the same at every command."""

    DONE = 0  # it was done
    REFUSED = (
        1  # a rule said no; the same command is refused again. A bug ends so too, with a traceback
    )
    USAGE = (
        2  # a person has to change the command line, the settings or the database; nothing was done
    )
    BUSY = 3  # the database is locked or away, or the port is taken; the same command may succeed later


# What to do where the error itself has no better advice.
ADVICE = {
    Exit.REFUSED: ("change what the text names: the same command is refused again", "改正所述之处：原样重试仍会被拒绝"),
    Exit.USAGE: ("interlock --help", "interlock --help"),
    Exit.BUSY: ("the same command again, later", "稍后原样重试"),
}  # fmt: skip


def language(environment: Mapping[str, str] = os.environ) -> str:
    """`zh` where the environment asks for Chinese, otherwise `en`."""
    for name in LANGUAGE_VARIABLES:
        if environment.get(name):
            return CHINESE if environment[name].lower().startswith(CHINESE) else ENGLISH
    return ENGLISH


def is_chinese() -> bool:
    """True when whoever types reads Chinese."""
    return language() == CHINESE


def three_lines(message: str, hint: str, code: str, lang: str | None = None) -> str:
    """What was wrong, what to try, and the error's name, a line each."""
    heads = HEADS[lang or language()]
    texts = (" ".join(text.split()) for text in (message, hint, code))
    return "\n".join(head + text for head, text in zip(heads, texts, strict=True))


def fail(message: str, code: Exit, *, hint: str = "", name: str = "") -> NoReturn:
    """Says why in three lines on standard error and ends with `code`."""
    lang = language()
    advice = ADVICE.get(code, ("", ""))[lang == CHINESE]
    typer.echo(three_lines(message, hint or advice, name or code.name.lower(), lang), err=True)
    raise typer.Exit(int(code))


def database_named(context: typer.Context, url: str) -> str:
    """The URL of the database: of `--db`, of INTERLOCK_DB, or of the settings file where whoever mounts this reads one.

    Ends with USAGE and says what to type when there is none.
    """
    if url or context.resilient_parsing:
        return url
    of_settings = context.meta.get(SETTINGS_DATABASE)
    found = str(of_settings() or "") if of_settings is not None else ""
    if not found:
        fail(NO_DATABASE, Exit.USAGE, hint=NAME_DATABASE, name="no-database")
    return found
