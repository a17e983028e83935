"""A figure with what it was made of: documents of the log, or entries of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SOURCES_MAX = 64  # named of one figure; the rest is counted


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, the numbers of the documents or the ids of the entries that it stands on, and how many more there are."""

    value: int | str | None
    documents: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
    more: int = 0


def told_by(value: int | str | None, documents: Iterable[str | None]) -> Figure:
    """A figure that documents tell."""
    found = tuple(dict.fromkeys(number for number in documents if number is not None))
    return Figure(value, found[-SOURCES_MAX:], (), max(len(found) - SOURCES_MAX, 0))


def posted_in(value: int, entries: Iterable[int]) -> Figure:
    """A figure that journal entries sum up to."""
    found = tuple(dict.fromkeys(entries))
    return Figure(value, (), found[-SOURCES_MAX:], max(len(found) - SOURCES_MAX, 0))
