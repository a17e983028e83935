"""How a command of `interlock erp` ends: its exit codes, and what it says about a missing database."""

from __future__ import annotations

from enum import IntEnum
from typing import NoReturn

import typer

URL_HELP = "write sqlite:///books.db or postgresql+psycopg://user@host/name"
NO_DATABASE = (
    "which database? Type `export INTERLOCK_DB=sqlite:///books.db`, or add `--db sqlite:///books.db` "
    "(or postgresql+psycopg://user@host/name)"
)


class Exit(IntEnum):
    """Exit codes of `interlock erp`. The same numbers mean the same at `interlock bridge`."""

    DONE = 0  # it was done
    REFUSED = (
        1  # a rule said no; the same command is refused again. A bug ends so too, with a traceback
    )
    USAGE = (
        2  # a person has to change the command line, the settings or the database; nothing was done
    )
    BUSY = 3  # the database is locked or away, or the port is taken; the same command may succeed later


def fail(message: str, code: Exit) -> NoReturn:
    """Says why in one line on standard error and ends with `code`."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(int(code))


def database_named(context: typer.Context, url: str) -> str:
    """The URL of the database, given by `--db` or INTERLOCK_DB. Ends with USAGE and says what to type when it is empty."""
    if not url and not context.resilient_parsing:
        fail(NO_DATABASE, Exit.USAGE)
    return url
