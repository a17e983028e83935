"""An event and a document of any kind, with values that fit: made from the event classes and the port's vocabulary."""

from __future__ import annotations

from dataclasses import fields
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from bridge.events.base import Event
from bridge.ports.port import Document
from bridge.ports.vocabulary import DOCUMENTS, MatchStatus

ACCOUNT, REF = "0x" + "11" * 20, "0x" + "22" * 32
REFERENCES = (  # ends of the names of 32 bytes
    "_ref",
    "_root",
    "commitment",
    "root",
    "head",
    "_hash",
    "_id",
    "region",
)

# Members of the tuple that an event has a list of; the class keeps no names of them.
TARGET = (1, True, 10_000, 0, 1, 2)
TUPLES: dict[str, tuple[Any, ...]] = {
    "GroupOpened": (REF, *([1] * 10)),
    "BetSigned": TARGET,
    "BetAmendmentSigned": TARGET,
}


def sample(cls: type[Event]) -> Event:
    values: dict[str, Any] = {}
    for field in fields(cls):
        kind = str(field.type)
        if kind.startswith("tuple[tuple"):
            values[field.name] = (TUPLES[cls.__name__],)
        elif kind.startswith("tuple"):
            values[field.name] = (1,) if kind.startswith("tuple[int") else (ACCOUNT,)
        elif kind in ("int", "bool"):
            values[field.name] = 1 if kind == "int" else True
        else:
            values[field.name] = REF if field.name.endswith(REFERENCES) else ACCOUNT
    return cls(**values)


def value(name: str, kind: Any) -> Any:
    """A value for a field of the vocabulary."""
    if is_typeddict(kind):
        return {key: value(key, inner) for key, inner in get_type_hints(kind).items()}
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (list, tuple, dict):
        return {} if origin is dict else [value(name, inside[0])]
    if origin is Literal:
        return inside[0]
    if kind is str:
        return text(name)
    if isinstance(kind, UnionType):  # `int | None`
        return value(name, get_args(kind)[0])
    return None if kind is type(None) else kind(1)


def text(name: str) -> str:
    """A text for a field of the vocabulary."""
    known = {
        "status": str(MatchStatus.MATCHED),
        "token_id": "1",
        "sourcing": "sealed",
        "floor": "50",
        "base": "100",
        "stretch": "150",
    }  # a number wider than an int
    return known.get(name) or (REF if name.endswith(REFERENCES) else ACCOUNT)


def document(kind: str, **changed: Any) -> Document:
    values = {name: value(name, type_) for name, type_ in get_type_hints(DOCUMENTS[kind]).items()}
    return Document(
        1, kind, "XX-2026-00001", None, 1, "clerk", {**values, **changed}, [], b"\x01" * 32, 1
    )
