"""How a read prints: a table for people; `--json`, `--jsonl`, `--csv`, each whole or some fields, for machines."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand

from bridge.operator.printing import a_table, printer, put
from bridge.operator.saying import say
from erp.exits import Exit

from ..shell.telling import CommandError

FORMATS = ("--json", "--jsonl", "--csv")
FIELDS = re.compile(r"[a-z_][a-z0-9_.]*(,[a-z_][a-z0-9_.]*)*")
MINOR = "_minor"  # how fields of money end
MOMENTS = re.compile(r"(?:^|_)(?:at|end|since|until)$")
EARLIEST = 100_000_000  # unix seconds; smaller numbers are spans
CENTS = 100

Row = Mapping[str, Any]


class Reading(TyperCommand):
    """A command whose formats may name fields: `--json number,status`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Makes `--json a,b` of the command line what the options are: `--json --fields a,b`."""
        given, parsed = list(args), []
        while given:
            word = given.pop(0)
            name, equals, value = word.partition("=")
            if name in FORMATS and (equals or (given and FIELDS.fullmatch(given[0]))):
                parsed += [name, "--fields", value if equals else given.pop(0)]
            else:
                parsed.append(word)
        return super().parse_args(ctx, parsed)


@dataclass(frozen=True, slots=True)
class Output:
    """The chosen format, and the fields of it; none: all of them."""

    form: str = ""  # one of FORMATS; empty: for people
    fields: tuple[str, ...] = ()

    def rows(self, rows: Iterable[Row], columns: Sequence[str], title: str = "") -> None:
        """Prints rows. People see `columns` of them, machines all fields or those that were asked for."""
        if self.form == "--jsonl":
            for row in rows:
                typer.echo(json.dumps(self._of(row), ensure_ascii=False))
            return
        every = list(rows)
        if self.form == "--json":
            typer.echo(json.dumps([self._of(row) for row in every], ensure_ascii=False, indent=2))
        elif self.form == "--csv":
            self._csv(every)
        else:
            show_rows(every, self.fields or columns, title)

    def one(self, found: Row, text: Iterable[str]) -> None:
        """Prints one thing: `text` for people."""
        if self.form == "--json":
            typer.echo(json.dumps(self._of(found), ensure_ascii=False, indent=2))
        elif self.form:
            self.rows([found], ())
        else:
            for line in text:
                typer.echo(line)

    def _of(self, row: Row) -> Any:
        return {name: picked(row, name) for name in self.fields} if self.fields else row

    def _csv(self, rows: Sequence[Row]) -> None:
        names = self.fields or tuple(dict.fromkeys(name for row in rows for name in row))
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow(_cell(picked(row, name)) for name in names)


def picked(row: Row, path: str) -> Any:
    """The value of a field, or of one within it: `fields.quantity`. Raises CommandError that names the fields there are."""
    value: Any = row
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            known = ", ".join(value) if isinstance(value, Mapping) else "none within it"
            raise CommandError(
                say("there is no field {name}; there are: {known}", name=path, known=known),
                hint="--json without fields shows all of them",
                code="no-such-field", exit_code=Exit.USAGE,
            )  # fmt: skip
        value = value[name]
    return value


def _cell(value: Any) -> Any:
    """A value as a cell of CSV; one that is no plain value as JSON. Text that a spreadsheet would run is quoted."""
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value


def show_rows(rows: Sequence[Row], columns: Sequence[str], title: str) -> None:
    """A table of some columns, whole in a file or a pipe."""
    if not rows:
        typer.echo(say("none"))
        return
    console = printer()
    table = a_table(console, *columns, title=title)
    for row in rows:
        table.add_row(*(escape(text_of(name, picked(row, name))) for name in columns))
    put(console, table)


def text_of(name: str, value: Any) -> str:
    """A value for people: money with its decimals, moments in UTC."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int) and name.endswith(MINOR):
        whole, cents = divmod(abs(value), CENTS)
        return f"{'-' if value < 0 else ''}{whole:,}.{cents:02}"
    if isinstance(value, int) and MOMENTS.search(name) and value > EARLIEST:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, int):
        return f"{value:,}"
    return (
        json.dumps(value, ensure_ascii=False) if isinstance(value, (Mapping, list)) else str(value)
    )


def lines_of(found: Row, indent: str = "") -> Iterable[str]:
    """One thing as lines, name and value; what it holds in turn below it, indented."""
    width = max((len(name) for name in found), default=0)
    for name, value in found.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}"
            yield from lines_of(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{name} ({len(value)})"
            for each in value:
                cells = (f"{n} {text_of(n, v)}" for n, v in each.items() if v not in (None, "", []))
                yield f"{indent}  - " + "  ".join(cells)
        else:
            yield f"{indent}{name:<{width}}  {text_of(name, value)}"
