"""ABI, event classes, HANDLERS, CALLS and the ERP's operations are held against each other, name by name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic import BaseModel

from bridge import calls as call_makers
from bridge import handlers
from bridge.calls import CALLS, Surroundings
from bridge.chain.artifact import CONTRACTS, artifact
from bridge.chain.decode import EventDecoder, snake
from bridge.chain.gateway import encode_call
from bridge.errors import NotBookedYet
from bridge.events import EVENTS, NOT_BOOKED, Event, Logged
from bridge.handlers import HANDLERS, Context, changes
from bridge.intents import SupplierRecord
from bridge.ports.embedded import COMMANDS
from bridge.ports.port import Document
from erp.rooms import OPERATIONS

ACCOUNT, REF = "0x" + "11" * 20, "0x" + "22" * 32


def abi_events() -> Iterator[tuple[str, dict[str, Any]]]:
    for contract in CONTRACTS:
        for entry in artifact(contract).abi:
            if entry["type"] == "event":
                yield contract, entry


def flattened(parameters: list[dict[str, Any]]) -> list[str]:
    names: list[str] = []
    for parameter in parameters:
        if parameter["type"] == "tuple":
            names += flattened(parameter["components"])
        else:
            names.append(snake(parameter["name"]))
    return names


def test_every_event_of_every_contract_is_booked_or_named_as_not_booked() -> None:
    emitted = {entry["name"] for _, entry in abi_events()}
    assert emitted == EVENTS.keys() | NOT_BOOKED.keys()
    assert not EVENTS.keys() & NOT_BOOKED.keys()
    assert all(len(why) > 10 for why in NOT_BOOKED.values())


def test_every_event_has_its_handler() -> None:
    assert EVENTS.keys() == HANDLERS.keys()
    assert len({id(handler) for handler in HANDLERS.values()}) == len(HANDLERS)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_class_has_the_fields_of_its_abi(name: str) -> None:
    for _, entry in abi_events():
        if entry["name"] == name:
            assert {f.name for f in fields(EVENTS[name])} == set(flattened(entry["inputs"]))


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_aggregate_is_made_of_the_events_own_fields(name: str) -> None:
    used = set(re.findall(r"{(\w+)}", EVENTS[name].AGGREGATE))
    assert used
    assert used <= {f.name for f in fields(EVENTS[name])}


def sample(cls: type[Event]) -> Event:
    values: dict[str, Any] = {}
    for field in fields(cls):
        kind = str(field.type)
        if kind.startswith("tuple"):
            values[field.name] = (ACCOUNT,)
        elif kind == "int":
            values[field.name] = 1
        elif kind == "bool":
            values[field.name] = True
        else:
            reference = field.name.endswith(("_ref", "_root", "commitment", "root", "head", "_id"))
            values[field.name] = REF if reference else ACCOUNT
    return cls(**values)


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_what_a_handler_asks_for_is_an_operation_with_valid_fields(name: str) -> None:
    logged = Logged(sample(EVENTS[name]), "Tenders", 1, REF, 1_767_225_600, REF, 0, 0, 31337)
    context = Context(frozenset(), lambda _ref: "GR-2026-00001")
    if HANDLERS[name].__module__ == changes.__name__:
        with pytest.raises(NotBookedYet, match="no document for it yet"):
            HANDLERS[name](logged, context)
        return
    instruction = HANDLERS[name](logged, context)
    if name in ("Transfer", "DocumentsAnchored"):
        assert instruction is None  # from oneself to oneself; evidence about documents
        return
    assert instruction is not None
    operation, values = instruction
    assert values.keys() == COMMANDS[operation].model_fields.keys()
    assert isinstance(COMMANDS[operation](**values), BaseModel)


def test_the_ports_commands_are_the_erps_operations() -> None:
    assert {command.__name__ for command in OPERATIONS} == COMMANDS.keys()


DOCUMENTS: dict[str, dict[str, Any]] = {
    "requisition": {
        "buyer_account": ACCOUNT, "candidates": [{"party": "S", "account": ACCOUNT}], "quantity": 1,
        "estimate_minor": 1, "bond_minor": 1, "commit_seconds": 60, "reveal_seconds": 60, "min_credit_bps": 0,
        "promised_at": 1, "fund_seconds": 1, "grace_seconds": 1, "silence_seconds": 1, "lateness_bps_per_day": 1,
        "lateness_cap_bps": 1, "tax_bps": 1, "tolerance_bps": 1,
    },
    "tender": {"tender_id": 1, "reveal_end": 5},
    "bid": {"tender_id": 1, "supplier": ACCOUNT, "bond_minor": 1, "reveal_end": 5},
    "purchase_order": {"order_id": 1, "buyer": ACCOUNT, "deposit_minor": 1},
    "goods_receipt": {"order_id": 1, "delivery_id": 1, "quantity": 1, "received_at": 1},
    "inspection": {"order_id": 1, "delivery_id": 1, "accepted": 1},
    "match": {"order_id": 1, "delivery_id": 1, "status": "MATCHED", "net_minor": 1, "tax_minor": 0},
    "order_close_request": {"order_id": 1, "closable_at": 9},
}  # fmt: skip


def document(kind: str, **changed: Any) -> Document:
    values = {**DOCUMENTS[kind], **changed}
    return Document(1, kind, "XX-2026-00001", None, 1, "clerk", values, [], b"\x01" * 32)


@pytest.mark.parametrize("kind", sorted(CALLS))
def test_a_call_fits_the_abi_of_its_contract(kind: str) -> None:
    around = Surroundings(ACCOUNT, {ACCOUNT: SupplierRecord(ACCOUNT, True, 6_000)})
    opening = CALLS["requisition"](document("requisition"), around)
    assert opening is not None
    around = replace(around, terms=opening.args[0])  # the terms that were published
    call = CALLS[kind](document(kind), around)
    assert call is not None
    assert encode_call(call.contract, call.function, call.args).startswith("0x")
    errors = {e["name"] for c in CONTRACTS for e in artifact(c).abi if e["type"] == "error"}
    assert call.settled_by <= errors
    assert call.key == f"{kind}:XX-2026-00001"


def test_a_blocked_invoice_and_a_bid_without_bond_ask_nothing_of_the_chain() -> None:
    around = Surroundings(ACCOUNT, {})
    assert CALLS["match"](document("match", status="BLOCKED"), around) is None
    assert CALLS["bid"](document("bid", bond_minor=0), around) is None


def test_each_call_is_made_for_a_document_type_that_the_erp_writes() -> None:
    assert CALLS.keys() <= {operation.doc_type for operation in OPERATIONS.values()}
    assert CALLS.keys() == DOCUMENTS.keys()


def test_the_decoder_knows_every_booked_event_of_every_contract() -> None:
    decoder = EventDecoder()
    known = {layout.cls for layouts in decoder._by_contract.values() for layout in layouts.values()}
    assert known == set(EVENTS.values())


def test_handlers_and_calls_are_plain_functions_with_a_docstring() -> None:
    for function in (*HANDLERS.values(), *CALLS.values()):
        assert inspect.isfunction(function)
        assert function.__doc__
        assert function.__module__.startswith((handlers.__name__, call_makers.__name__))
