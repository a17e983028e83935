"""Faults in the ERP's own code, planted where an operation posts: what the audit must find by the chain alone.

The log rebuilds such books as they are, since the same code does it: only a comparison with the chain, or of the books
with themselves, can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from erp.kernel.context import Context
from erp.kernel.entry import Entry, Line
from erp.kernel.log.model import Fields
from erp.rooms import COMMANDS, OPERATIONS

Spoil = Callable[[list[Entry]], list[Entry]]
Plant = Callable[[pytest.MonkeyPatch], None]


def plant(patch: pytest.MonkeyPatch, command: str, spoil: Spoil) -> None:
    """From now on the entries of an operation are spoiled, each time."""
    operation = OPERATIONS[COMMANDS[command]]

    def function(context: Context, told: Any) -> Any:
        made = operation.function(context, told)
        context.entries[:] = spoil(context.entries)
        return made

    patch.setitem(OPERATIONS, COMMANDS[command], replace(operation, function=function))


def told_otherwise(command: str, change: Callable[[Any], Any]) -> Plant:
    """An operation takes what it is told for something else, each time; its document says what was told."""

    def planted(patch: pytest.MonkeyPatch) -> None:
        operation = OPERATIONS[COMMANDS[command]]
        spoiled = replace(
            operation, function=lambda context, told: operation.function(context, change(told))
        )
        patch.setitem(OPERATIONS, COMMANDS[command], spoiled)

    return planted


def written_otherwise(command: str, change: Callable[[Fields], Fields]) -> Plant:
    """An operation does what it should, and its document says something else of it, each time."""

    def planted(patch: pytest.MonkeyPatch) -> None:
        operation = OPERATIONS[COMMANDS[command]]
        spoiled = replace(
            operation, function=lambda context, told: change(operation.function(context, told))
        )
        patch.setitem(OPERATIONS, COMMANDS[command], spoiled)

    return planted


def undone(command: str, undo: Callable[[Context, Any], None]) -> Plant:
    """An operation takes back in its rows part of what it did, each time; its document says what was done."""

    def planted(patch: pytest.MonkeyPatch) -> None:
        operation = OPERATIONS[COMMANDS[command]]

        def function(context: Context, told: Any) -> Any:
            made = operation.function(context, told)
            undo(context, told)
            return made

        patch.setitem(OPERATIONS, COMMANDS[command], replace(operation, function=function))

    return planted


def nothing(entries: list[Entry]) -> list[Entry]:
    """Nothing is posted."""
    return []


def twice(entries: list[Entry]) -> list[Entry]:
    """All of it is posted twice."""
    return [*entries, *entries]


def without(place: int) -> Spoil:
    """One side's entry is forgotten."""
    return lambda entries: entries[:place] + entries[place + 1 :]


def onto(account: str, other: str) -> Spoil:
    """A line goes to another account."""

    def moved(line: Line) -> Line:
        return replace(line, account=other) if line.account == account else line

    return lambda entries: [_with(entry, [*map(moved, entry.lines)]) for entry in entries]


def one_more(entries: list[Entry]) -> list[Entry]:
    """The first debit and the first credit of each entry are a fen too much."""
    return [_with(entry, _grown(entry.lines)) for entry in entries]


def _grown(lines: tuple[Line, ...]) -> list[Line]:
    debit = next(place for place, line in enumerate(lines) if line.debit)
    credit = next(place for place, line in enumerate(lines) if line.credit)
    return [
        replace(line, debit=line.debit + (place == debit), credit=line.credit + (place == credit))
        for place, line in enumerate(lines)
    ]


def _with(entry: Entry, lines: list[Line]) -> Entry:
    return replace(entry, lines=tuple(lines))
