"""`interlock config`: each setting, its value, and where it was said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from bridge.config import DEFAULT, SECRETS, Origin, origins, settings_file
from bridge.operator.options import Settings, with_settings
from bridge.operator.printing import a_table, printer, put
from bridge.operator.saying import say

PASSWORD = re.compile(r"(//[^:/@]*):[^@/]*@")


@with_settings
def config(
    settings: Settings,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Show each setting, its value and where it was said: option, environment, file, or default. Passwords are not shown."""
    file = settings.file or settings_file()
    found = settings.origins()
    if as_json:
        told = [{"name": o.name, "value": shown(o), "whence": o.whence} for o in found]
        typer.echo(json.dumps({"file": file and str(file), "settings": told}, indent=2))
        return
    console = printer()
    title = say("settings file: {file}", file=file or say("none, here or in a folder above"))
    table = a_table(console, say("name"), say("value"), say("whence"), title=escape(title))
    for each in found:
        table.add_row(each.name, escape(_text(shown(each))), escape(say(each.whence)))
    put(console, table)


def shown(origin: Origin) -> Any:
    """The value of a setting as data, a password in a URL left out."""
    value = origin.value
    if isinstance(value, Path):
        return str(value)
    if origin.name in SECRETS:
        return PASSWORD.sub(r"\1:…@", str(value))
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in ("", None) else str(value)


def database_of(file: Path | None) -> str:
    """The ERP's database as a settings file names it; empty where none does. Raises BadConfiguration."""
    named = next(each for each in origins({}, file=file) if each.name == "db")
    return "" if named.whence == DEFAULT else str(named.value)
