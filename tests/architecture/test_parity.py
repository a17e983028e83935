"""ABI, event classes, capabilities, the port's vocabulary and the ERP's operations are held against each other by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic import BaseModel

from bridge.capabilities import (
    ACT_TYPES,
    ASKED,
    CALLS,
    FOLLOWED,
    HANDLERS,
    MAIN,
    OWN_CALLS,
    RULES,
    asked_by,
)
from bridge.capabilities.model import (
    Asks,
    Booked,
    CallContext,
    Emitted,
    EventContext,
    Parked,
    Posts,
    SupplierRecord,
)
from bridge.chain.artifact import artifact, names
from bridge.chain.decode import EventDecoder
from bridge.chain.gateway import encode_call
from bridge.commitments.documents import document_root
from bridge.errors import NotBookedYet
from bridge.events.base import Logged, snake
from bridge.events.generated import EMITTED, EVENTS, OrderFunded
from bridge.operator.map import bridge_map
from bridge.ports.embedded import COMMANDS
from bridge.ports.vocabulary import MatchStatus
from scripts.toolchain import events as generator
from tests.samples import ACCOUNT, REF, document, sample


def entries(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Contract and ABI entry of everything of one kind that is shipped."""
    for contract in names():
        for entry in artifact(contract).abi:
            if entry["type"] == kind:
                yield contract, entry


def flattened(parameters: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for parameter in parameters:
        if parameter["type"] == "tuple":
            found += flattened(parameter["components"])
        else:
            found.append(snake(parameter["name"]))
    return found


# ---- events ---------------------------------------------------------------------------------------


def test_the_event_classes_are_those_of_the_shipped_abis() -> None:
    assert not generator.is_stale(), "run `make artifacts`"
    assert {(c, name) for c, emitted in EMITTED.items() for name in emitted} == {
        (contract, entry["name"]) for contract, entry in entries("event")
    }


def test_an_event_class_has_the_fields_of_its_abi_and_a_sentence() -> None:
    for _, entry in entries("event"):
        cls = EVENTS[entry["name"]]
        assert {f.name for f in fields(cls)} == set(flattened(entry["inputs"])), entry["name"]
        assert (cls.__doc__ or "").endswith("."), entry["name"]
        assert cls.AGGREGATE.format(**{f.name: 1 for f in fields(cls)})


def test_the_map_names_every_event_once_as_booked_parked_or_silent_with_its_reason() -> None:
    rows = bridge_map()["events"]
    assert sorted((r["contract"], r["event"]) for r in rows) == sorted(
        (contract, entry["name"]) for contract, entry in entries("event")
    )
    for row in rows:
        if row["state"] == "booked":
            assert row["operation"] in COMMANDS
            assert row["document"]
        else:
            assert row["state"] in ("parked", "silent")
            assert len(row["reason"]) > 10, row
        assert row["stored"] == (row["event"] in FOLLOWED.get(row["contract"], ()))


def test_the_decoder_knows_every_event_that_is_read_and_no_other() -> None:
    decoder = EventDecoder(FOLLOWED)
    known = {layout.cls for layouts in decoder._by_contract.values() for layout in layouts.values()}
    assert known == {EVENTS[name] for name in HANDLERS}


# ---- what becomes of them -------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_what_an_event_becomes_is_an_operation_with_valid_fields(name: str) -> None:
    logged = Logged(sample(EVENTS[name]), "Tenders", 1, REF, 1_767_225_600, REF, 0, 0, 31337)
    context = EventContext({ACCOUNT: "Tenders"}, lambda _ref: "GR-2026-00001", lambda _logged: None)
    handler = HANDLERS[name]
    if isinstance(handler, Parked):
        with pytest.raises(NotBookedYet, match="no document for it yet"):
            handler(logged, context)
        return
    booking = handler(logged, context)
    if not isinstance(handler, Booked):
        assert booking is None
        return
    if booking is None:  # the sample moves tokens from an account to itself
        assert handler.when is not None
        booking = Booked(handler.operation, handler.sources)(logged, context)
    assert booking is not None
    operation, values = booking
    assert values.keys() == COMMANDS[operation].model_fields.keys()
    assert isinstance(COMMANDS[operation](**values), BaseModel)


# ---- what documents ask for -----------------------------------------------------------------------


def context_of(asks: Asks) -> CallContext:
    published = sample(asks.published) if asks.published is not None else None
    records = {ACCOUNT: SupplierRecord(ACCOUNT, True, 6_000)}
    return CallContext(Posts(1, 3), records, published, refs={ACCOUNT: REF})


@pytest.mark.parametrize(
    ("kind", "asks"),
    # acts of people have fields of their own: tests/bridge/test_acts.py
    [(k, asks) for k in sorted(CALLS) for asks in CALLS[k] if k not in ACT_TYPES],
)
def test_a_call_fits_the_abi_of_its_contract(kind: str, asks: Asks) -> None:
    asking = {"sourcing": asks.what} if (kind, asks.what) == ("requisition", "auction") else {}
    calls = asks.calls(document(kind, **asking), context_of(asks))
    assert calls
    for place, call in enumerate(calls, start=1):
        assert encode_call(call.contract, call.function, call.args).startswith("0x")
        key = asks.key_of("XX-2026-00001", kind)
        assert call.key == (key if asks.each is None else f"{key}:{place}")
        assert asked_by(call.key) == asks
        if asks.due is None or isinstance(asks.due, str):
            assert call.not_before == (1 if asks.due else 0)
        else:
            assert asks.due.__doc__
    assert asks.args.__doc__


def test_what_a_call_is_recognised_by_stands_in_the_abi() -> None:
    errors = {entry["name"] for _, entry in entries("error")}
    views = {(c, e["name"]) for c, e in entries("function") if e["stateMutability"] == "view"}
    indexed = {
        (contract, entry["name"]): sum(p["indexed"] for p in entry["inputs"])
        for contract, entry in entries("event")
    }
    times = {
        entry["name"]: {n for n, p in enumerate(entry["inputs"]) if p["type"].startswith("uint")}
        for _, entry in entries("error")
    }
    for rule in (*ASKED, *OWN_CALLS.values()):
        contract = rule.contract
        assert rule.moot_on <= errors
        assert all(place in times[error] for error, place in rule.later_by.items())
        for probe in rule.done:
            if isinstance(probe, Emitted):
                assert indexed[contract, probe.event.__name__] == len(probe.indexed((1, 2, REF)))
            else:
                assert (contract, probe.function) in views


def test_a_blocked_invoice_and_a_bid_without_bond_ask_nothing_of_the_chain() -> None:
    blocked = document("match", status=str(MatchStatus.BLOCKED))
    assert not MAIN["match"].calls(blocked, CallContext(Posts(1, 3)))
    assert not MAIN["bid"].calls(document("bid", bond_minor=0), CallContext(Posts(1, 3)))


def test_d3_a_match_after_a_blocked_one_of_the_same_delivery_asks_with_its_own_number_and_commitment() -> (
    None
):
    blocked = document("match", status=str(MatchStatus.BLOCKED))
    matched = replace(
        blocked,
        number="MAT-2026-00002",
        fields={**blocked.fields, "status": str(MatchStatus.MATCHED)},
    )
    assert not MAIN["match"].calls(blocked, CallContext(Posts(1, 3)))
    (call,) = MAIN["match"].calls(matched, CallContext(Posts(1, 3)))
    assert (call.function, call.key) == ("acceptDelivery", "match:MAT-2026-00002")
    assert call.args[-1] == "0x" + document_root(matched).hex()


def test_every_call_goes_to_a_function_of_the_abi_and_the_map_names_it() -> None:
    functions = {(contract, entry["name"]) for contract, entry in entries("function")}
    assert RULES.keys() <= functions
    rows = {(r["contract"], r["function"]) for r in bridge_map()["calls"]}
    assert rows == RULES.keys()
    asked = [*ASKED, *OWN_CALLS.values()]
    assert RULES.keys() == {(rule.contract, rule.function) for rule in asked}


def test_a_document_that_must_be_on_chain_is_named_there_by_its_commitment() -> None:
    for asks in ASKED:
        if asks.reported is not None:
            known = {f.name for f in fields(asks.reported.event)}
            assert {asks.reported.ref, *asks.reported.same} <= known
    assert OrderFunded.__name__ in HANDLERS  # money is told by events that are read
