"""Invariants 2 and 3: the money of each order, and the tokens of each participant, agree on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.capabilities import CALLS, MONEY_KEPT, MONEY_TOLD
from bridge.capabilities.model import Entries, Measure
from bridge.ports.port import Document

# What the difference between billed and penalties must equal, and in which words it is told.
PAID = (
    ("released on chain", Measure.RELEASED),
    ("cleared in payables", Measure.CLEARED),
    ("left the escrow account", Measure.LEFT_ESCROW),
)
# What both sides say of the same movement: on chain, in the ledger.
MOVED = (
    ("deposited", Measure.DEPOSITED, Measure.LEDGER_DEPOSITED),
    ("refunded", Measure.REFUNDED, Measure.LEDGER_REFUNDED),
)

Orders = dict[int, Counter[Measure]]  # minor units, by order


def check_orders(material: Material) -> InvariantReport:
    """Invariant 2: accepted − penalties = released on chain = cleared in payables = left the escrow account."""
    findings = Findings(2, "per order: accepted − penalties = released = cleared = left escrow")
    orders: Orders = defaultdict(Counter)
    _add_events(material, orders)
    _add_documents(material, orders)
    for order_id, amounts in sorted(orders.items()):
        row = f"order {order_id}"
        due = amounts[Measure.BILLED] - amounts[Measure.PENALTIES]
        for what, measure in PAID:
            amount = amounts[measure]
            detail = f"accepted less penalties {due}, {what} {amount} minor units"
            findings.check(due == amount, Kind.MISMATCH, row, detail, order_id)
        for what, told, kept in MOVED:
            chain, ledger = amounts[told], amounts[kept]
            detail = f"{what} on chain {chain}, in the ledger {ledger} minor units"
            findings.check(chain == ledger, Kind.MISMATCH, row, detail, order_id)
    return findings.report()


def _add_events(material: Material, orders: Orders) -> None:
    """Amounts that the chain says, from the fields of its events."""
    for logged in material.events:
        for measure, name in MONEY_TOLD.get(type(logged.event), {}).items():
            order_id = int(logged.event.order_id)  # type: ignore[attr-defined]
            orders[order_id][measure] += int(getattr(logged.event, name))


def _add_documents(material: Material, orders: Orders) -> None:
    """Amounts that the ledger says, from documents that count already: not those whose call is still on its way."""
    for document in material.documents:
        order_id = document.fields.get("order_id")
        if order_id is None or document.number in material.in_flight:
            continue
        amounts = orders[order_id]  # an order without any amount is checked as well
        if document.type in MONEY_KEPT and _counts(material, document):
            for measure, amount in MONEY_KEPT[document.type](
                Entries(document, material.roles)
            ).items():
                amounts[measure] += amount


def _counts(material: Material, document: Document) -> bool:
    """False for what asks nothing of the chain, and for what an event has overtaken: another document counts for it."""
    asks = CALLS.get(document.type)
    return asks is None or (asks.is_asked(document) and not material.is_overtaken(document))


def check_balances(
    material: Material,
    tokens: Mapping[str, int],
    wallets: Mapping[str, int],
    kept: Mapping[str, int],
) -> InvariantReport:
    """Invariant 3: token balances of every participant and contract = wallet, escrow and stake accounts, at one block.

    `tokens` and `wallets` are by account, `kept` is what the ledger says that each contract holds, by its name; minor units.
    """
    findings = Findings(3, "token balances = wallet, escrow and stake accounts")
    contracts = set(material.addresses.values())
    for account in sorted(set(tokens) | set(wallets)):
        if account in contracts:
            continue
        on_chain, in_ledger = tokens.get(account, 0), wallets.get(account, 0)
        detail = f"on chain {on_chain}, in the ledger {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"wallet of {account}", detail)
    for name, address in material.addresses.items():
        on_chain, in_ledger = tokens.get(address, 0), kept.get(name, 0)
        detail = f"holds {on_chain} on chain, the ledger says {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"contract {name}", detail)
    return findings.report()
