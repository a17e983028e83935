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

from bridge.capabilities import TOLD_OPERATIONS
from bridge.ports.embedded import COMMANDS
from bridge.ports.port import Document
from bridge.ports.vocabulary import DOCUMENTS, OPERATIONS, Entry, MatchStatus, document_type
from erp.procurement.schemas import CancelRequisition, RaiseRequisition, RequestOrderClose
from erp.rooms import OPERATIONS as MADE
from tests.world import DAY, World

ALWAYS_POSTED = {"escrow_deposit", "payment"}  # a close posts only when money is left


def plain(kind: Any) -> Any:
    """A type without the bounds that the ERP's door checks."""
    if get_origin(kind) is Annotated:
        return plain(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return frozenset(plain(part) for part in get_args(kind))
    if get_origin(kind) is tuple:
        return tuple, plain(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return frozenset(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return frozenset(member.value for member in kind)
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
    if get_origin(kind) in (tuple, list):  # JSON knows lists only
        return isinstance(value, list) and all(fits(item, get_args(kind)[0]) for item in value)
    return type(value) is kind


def test_the_operations_are_those_that_the_bridge_tells() -> None:
    assert OPERATIONS.keys() == TOLD_OPERATIONS


def test_an_operation_makes_documents_of_the_erps_type_and_of_no_others() -> None:
    made = {name: document_type(name) for name in OPERATIONS}
    assert made == {name: MADE[COMMANDS[name]].doc_type for name in OPERATIONS}
    assert len(set(made.values())) == len(made)
    with pytest.raises(KeyError):
        document_type("PayTwice")


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_has_the_fields_and_types_of_the_erps_command(name: str) -> None:
    assert fields_of(OPERATIONS[name]) == fields_of(COMMANDS[name])


def test_documents_as_the_erp_writes_them_have_the_fields_and_types_of_the_vocabulary(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": 1_000_003})
    first = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, first, received=60, accepted=60, net=600_001)
    second = world.ship("SUPPLIER", order, 40)
    world.receive(order, second, 40)
    world.settle()
    world.wait(int(order.fields["silence_seconds"]) + 1)
    world.transact("SUPPLIER", "PurchaseOrders", "claim", order.fields["order_id"], second)
    world.settle()
    world.stock_item("COPPER")
    never_shipped = world.tender({"RIVAL": 900_001}, "COPPER")
    world.wait(100 * DAY)
    world.erp(RequestOrderClose(order=never_shipped.number))
    taken_back = world.erp(RaiseRequisition(item="COPPER", quantity=1, estimate_minor=1))
    world.erp(CancelRequisition(requisition=taken_back.number, reason="a slip"))
    written = {document.type: document for document in world.bridge.port.changes(0, 10_000)}
    assert DOCUMENTS.keys() <= written.keys()
    for kind, cls in DOCUMENTS.items():
        assert_fits(written[kind], cls)
    assert written["match"].fields["status"] == MatchStatus.MATCHED


def assert_fits(document: Document, cls: type) -> None:
    """Names the field that is missing or of another type."""
    for name, kind in get_type_hints(cls).items():
        assert fits(document.fields.get(name), kind), (document.type, name)
    assert document.entries or document.type not in ALWAYS_POSTED
    assert all(fits(entry, Entry) for entry in document.entries), document.entries
