"""Rooms as namespaces: `ops.tenders.bid(...)` beside the flat `ops.bid(...)`, so that Tab shows a room at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

Helper = Callable[..., Any]


class Room:
    """One room of the contracts, with its helpers as attributes."""

    def __init__(self, name: str, told: str, helpers: Mapping[str, Helper]) -> None:
        self.__doc__ = told
        self._name = name
        self.__dict__.update(helpers)

    def __dir__(self) -> list[str]:
        return sorted(name for name in self.__dict__ if not name.startswith("_"))

    def __repr__(self) -> str:
        return f"{self.__doc__}\n  " + "\n  ".join(f"ops.{self._name}.{name}" for name in dir(self))


def namespaces(rooms: tuple[ModuleType, ...], helpers: Mapping[str, Helper]) -> dict[str, Any]:
    """Each room by its name. Where a helper bears that name it stays what it is, and the others hang on it."""
    found: dict[str, Any] = {}
    for room in rooms:
        name = room.__name__.rpartition(".")[2]
        own = {each: helpers[each] for each in room.__all__}
        if name not in helpers:
            found[name] = Room(name, str(room.__doc__).strip().splitlines()[0], own)
            continue
        for each, helper in own.items():
            setattr(helpers[name], each, helper)
    return found
