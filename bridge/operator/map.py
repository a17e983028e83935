"""`interlock bridge map`: every event of every contract and what becomes of it, and every call and what asks for it.

Read off the capabilities and the generated event classes, so it cannot say anything but what the bridge does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bridge.capabilities import CAPABILITIES, SILENT
from bridge.capabilities.model import Asks, Booked, Capability, Contract, Fate, Noted, Rule
from bridge.events.generated import EMITTED, EVENTS
from bridge.intents import ANCHORER, OFFICES
from bridge.ports.vocabulary import document_type

Row = dict[str, Any]


def bridge_map() -> dict[str, list[Row]]:
    """Rows of `events` and of `calls`, in the order of capabilities."""
    return {
        "events": [row for capability in CAPABILITIES for row in _events(capability)],
        "calls": [row for capability in CAPABILITIES for row in _calls(capability)],
    }


def _events(capability: Capability) -> Iterator[Row]:
    for contract in capability.contracts:
        for name in EMITTED[contract.name]:
            yield {
                "capability": capability.noun,
                "contract": contract.name,
                "event": name,
                "aggregate": EVENTS[name].AGGREGATE,
                **_fate(contract, name),
            }


def _fate(contract: Contract, name: str) -> Row:
    """State (booked, parked or silent), whether it is stored in INBOX, and what it becomes or why it does not."""
    fate: Fate | None = contract.events.get(name)
    if isinstance(fate, Booked):
        made = document_type(fate.operation)
        return _state("booked", True, fate.operation, made, fate.otherwise or None)
    if fate is None or isinstance(fate, Noted):
        reason = fate.reason if fate is not None else SILENT[contract.name, name]
        return _state("silent", fate is not None, None, None, reason)
    return _state("parked", True, None, None, fate.what)


def _state(
    state: str, stored: bool, operation: str | None, document: str | None, reason: str | None
) -> Row:
    return {
        "state": state,
        "stored": stored,
        "operation": operation,
        "document": document,
        "reason": reason,  # of a booked event: why nothing is booked in some cases
    }


def _calls(capability: Capability) -> Iterator[Row]:
    for kind, asked in capability.calls.items():
        for asks in asked if isinstance(asked, tuple) else (asked,):
            yield _call(capability, kind, asks, asks.aggregate, _signer(asks), _due(asks))
    for kind, rule in capability.own_calls.items():
        yield _call(capability, f"({kind})", rule, kind, ANCHORER, None)


def _signer(asks: Asks) -> str:
    return asks.signer if asks.signer in OFFICES else f"account in {asks.signer}"


def _due(asks: Asks) -> str | None:
    """The document's field with the time before which it is not sent, or what the function that computes it says."""
    if asks.due is None or isinstance(asks.due, str):
        return asks.due
    return (asks.due.__doc__ or "").partition("\n")[0].rstrip(".")


def _call(
    capability: Capability, kind: str, rule: Rule, aggregate: str, signer: str, due: str | None
) -> Row:
    return {
        "capability": capability.noun,
        "document": kind,  # in brackets: the bridge asks for itself
        "contract": rule.contract,
        "function": rule.function,
        "signer": signer,
        "aggregate": aggregate,
        "due": due,  # the document's field with the chain time before which it is not sent
        "each": isinstance(rule, Asks)
        and rule.each is not None,  # one call for each of several items
        "moot_on": sorted(rule.moot_on),
        "later_on": sorted(rule.later_by),  # refusals that name the time to try again
        "held_by_audit": rule.held_by_audit,
    }


def map_as_json() -> str:
    """The map as JSON."""
    return json.dumps(bridge_map(), indent=2, ensure_ascii=False)


def map_as_table() -> str:
    """The map as two Markdown tables, events and calls."""
    return "\n\n".join(_markdown(*table) for table in _tables())


def map_as_text() -> str:
    """The map for a terminal: the same two tables, columns in line, nothing cut off."""
    return "\n\n".join(_aligned(*table) for table in _tables())


Table = tuple[tuple[str, ...], list[tuple[str, ...]]]  # head and rows


def _tables() -> tuple[Table, Table]:
    found = bridge_map()
    events: list[tuple[str, ...]] = [
        (row["contract"], row["event"], row["aggregate"], row["state"], _becomes(row))
        for row in found["events"]
    ]
    calls: list[tuple[str, ...]] = [
        (
            row["document"],
            f"{row['contract']}.{row['function']}{' for each' if row['each'] else ''}",
            row["signer"],
            row["due"] or "–",
            ", ".join(row["moot_on"]) or "–",
            ", ".join(row["later_on"]) or "–",
        )
        for row in found["calls"]
    ]
    return (
        (("contract", "event", "aggregate", "state", "becomes, or why not"), events),
        (("document", "call", "signer", "not before", "moot on", "later on"), calls),
    )


def _becomes(row: Row) -> str:
    if row["state"] == "booked":
        unless = f"; else {row['reason']}" if row["reason"] else ""
        return f"{row['operation']} → {row['document']}{unless}"
    return str(row["reason"])


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _aligned(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )
