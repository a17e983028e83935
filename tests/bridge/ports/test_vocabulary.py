"""The vocabulary that an adapter is written from says what the embedded ERP really takes and writes."""

from __future__ import annotations

import types
from enum import StrEnum
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
from pydantic import BaseModel

from bridge.capabilities import OWN_OPERATIONS, REORGANISATION, REORGANISE, TOLD_OPERATIONS
from bridge.ports.embedded import COMMANDS
from bridge.ports.port import Document
from bridge.ports.vocabulary import DOCUMENTS, OPERATIONS, Entry, MatchStatus, document_type
from erp.kernel.schema import Command
from erp.rooms import OPERATIONS as MADE
from tests.lives import (
    bets,
    capacity,
    groups,
    guarantees,
    market,
    orders,
    performance,
    procurement,
    receivables,
    reviews,
    signing,
    sourcing,
    work,
)
from tests.world import World

LIVES: dict[str, types.ModuleType] = {
    "procurement": procurement,
    "orders": orders,
    "capacity": capacity,
    "groups": groups,
    "reviews": reviews,
    "work": work,
    "signing": signing,
    "receivables": receivables,
    "guarantees": guarantees,
    "sourcing": sourcing,
    "bets": bets,
    "performance": performance,
    "market": market,
}

ALWAYS_POSTED = {"escrow_deposit", "payment"}  # a close posts only when money is left


def plain(kind: Any) -> Any:
    """A type without the bounds that the ERP's door checks."""
    if get_origin(kind) is Annotated:
        return plain(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return frozenset(plain(part) for part in get_args(kind))
    origin = get_origin(kind)
    if origin in (
        dict,
        tuple,
    ):  # of one kind, however long: its first argument says all but of a dict
        return origin, *map(plain, get_args(kind)[: 2 if origin is dict else 1])
    if is_typeddict(kind) or (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return frozenset(fields_of(kind).items())
    if get_origin(kind) is Literal:
        return frozenset(get_args(kind))
    return named(kind) if isinstance(kind, type) else kind


def named(kind: type) -> Any:
    """The values of a set of words, the fields of a record; any other type is itself."""
    if issubclass(kind, StrEnum):
        return frozenset(member.value for member in kind)
    if is_typeddict(kind) or issubclass(kind, Command):
        return frozenset(fields_of(kind).items())
    return kind


def fields_of(cls: type) -> dict[str, Any]:
    """Names and types of a class of the vocabulary or of a command."""
    hints = get_type_hints(cls, include_extras=True)
    return {
        name: plain(hint) for name, hint in hints.items() if not name.startswith(("_", "model_"))
    }


def fits(value: Any, kind: Any) -> bool:
    """True when a value as stored is of this type of the vocabulary."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        return isinstance(value, dict) and all(fits(value.get(k), t) for k, t in hints.items())
    if get_origin(kind) in (Union, types.UnionType):
        return any(fits(value, part) for part in get_args(kind))
    if get_origin(kind) is dict:
        return isinstance(value, dict)
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) in (tuple, list):  # JSON knows lists only
        return isinstance(value, list) and all(fits(item, get_args(kind)[0]) for item in value)
    return type(value) is kind


def test_the_operations_are_those_that_the_bridge_tells() -> None:
    assert OPERATIONS.keys() == {*TOLD_OPERATIONS, *OWN_OPERATIONS, REORGANISE}


def test_an_operation_makes_documents_of_the_erps_type_and_of_no_others() -> None:
    made = {name: document_type(name) for name in OPERATIONS}
    assert made == {name: MADE[COMMANDS[name]].doc_type for name in OPERATIONS}
    assert len(set(made.values())) == len(made)
    with pytest.raises(KeyError):
        document_type("PayTwice")


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_has_the_fields_and_types_of_the_erps_command(name: str) -> None:
    assert fields_of(OPERATIONS[name]) == fields_of(COMMANDS[name])


@pytest.mark.parametrize("noun", sorted(LIVES))
def test_documents_as_the_erp_writes_them_have_the_fields_and_types_of_the_vocabulary(
    world: World, noun: str
) -> None:
    life = LIVES[noun]
    life.live(world)
    written = {document.type: document for document in world.bridge.port.changes(0, 10_000)}
    assert written.keys() >= life.MAKES
    for kind in life.MAKES:
        assert_fits(written[kind], DOCUMENTS[kind])
    if "match" in life.MAKES:
        assert written["match"].fields["status"] == MatchStatus.MATCHED


def test_each_document_that_the_bridge_reads_is_made_in_a_life() -> None:
    made = set().union(*(life.MAKES for life in LIVES.values()))
    assert made == DOCUMENTS.keys() - {
        REORGANISATION
    }  # of that see tests/faults/test_deep_reorg.py


def assert_fits(document: Document, cls: type) -> None:
    """Names the field that is missing or of another type."""
    for name, kind in get_type_hints(cls).items():
        assert fits(document.fields.get(name), kind), (document.type, name)
    assert document.entries or document.type not in ALWAYS_POSTED
    assert all(fits(entry, Entry) for entry in document.entries), document.entries
