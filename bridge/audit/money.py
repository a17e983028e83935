"""Invariants 2 and 3: the money of each order, and the tokens of each participant, agree on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge import events as e
from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.ports.port import Document

PAYABLES = "2202.01"
WALLET = "1012.01"
ESCROW = "1012.02"
STAKES = "1012.03"
MATCHED = "MATCHED"  # status of a match that is not blocked


@dataclass(slots=True)
class _Money:
    """What one side says of an order, minor units."""

    billed: int = 0  # net and tax of accepted deliveries
    penalties: int = 0
    released: int = 0  # on chain
    cleared: int = 0  # in payables, by payment
    left_escrow: int = 0  # out of the escrow account, by payment
    deposited: int = 0
    refunded: int = 0
    ledger_deposited: int = 0
    ledger_refunded: int = 0


def check_orders(material: Material) -> InvariantReport:
    """Invariant 2: accepted − penalties = released on chain = cleared in payables = left the escrow account."""
    findings = Findings(2, "per order: accepted − penalties = released = cleared = left escrow")
    orders: dict[int, _Money] = defaultdict(_Money)
    _add_events(material, orders)
    for document in material.documents:
        if document.number not in material.in_flight:
            _add_document(material, document, orders)
    for order_id, money in sorted(orders.items()):
        row = f"order {order_id}"
        due = money.billed - money.penalties
        for what, amount in (
            ("released on chain", money.released),
            ("cleared in payables", money.cleared),
            ("left the escrow account", money.left_escrow),
        ):
            detail = f"accepted less penalties {due}, {what} {amount} minor units"
            findings.check(due == amount, Kind.MISMATCH, row, detail, order_id)
        for what, chain, ledger in (
            ("deposited", money.deposited, money.ledger_deposited),
            ("refunded", money.refunded, money.ledger_refunded),
        ):
            detail = f"{what} on chain {chain}, in the ledger {ledger} minor units"
            findings.check(chain == ledger, Kind.MISMATCH, row, detail, order_id)
    return findings.report()


def _add_events(material: Material, orders: dict[int, _Money]) -> None:
    for _, funded in material.each(e.OrderFunded):
        orders[funded.order_id].deposited += funded.deposit
    for _, paid in material.each(e.PaymentReleased):
        orders[paid.order_id].released += paid.paid
    for _, closed in material.each(e.OrderClosed):
        orders[closed.order_id].refunded += closed.refunded


def _is_billed(material: Material, document: Document) -> bool:
    """True for the one document that makes a delivery payable: its match, or the claim that stands for it."""
    if document.type == "silent_acceptance":
        return True
    delivery = document.fields["order_id"], document.fields["delivery_id"]
    return document.fields["status"] == MATCHED and delivery not in material.claimed


def _add_document(material: Material, document: Document, orders: dict[int, _Money]) -> None:
    order_id = document.fields.get("order_id")
    if order_id is None:
        return
    money, fields = orders[order_id], document.fields
    if document.type in ("match", "silent_acceptance"):
        if not _is_billed(material, document):
            return
        money.billed += fields["net_minor"] + fields["tax_minor"]
    elif document.type == "payment":
        money.penalties += fields["penalty_minor"]
        money.left_escrow += _sum(document, ESCROW, "credit")
        money.cleared += _sum(document, PAYABLES, "debit") - fields["penalty_minor"]
    elif document.type == "escrow_deposit":
        money.ledger_deposited += _sum(document, ESCROW, "debit")
    elif document.type == "order_close":
        money.ledger_refunded += _sum(document, ESCROW, "credit")


def _lines(document: Document) -> Iterator[dict[str, object]]:
    for entry in document.entries:
        yield from entry["lines"]


def _sum(document: Document, account: str, side: str) -> int:
    return sum(int(str(line[side])) for line in _lines(document) if line["account"] == account)


def check_balances(
    material: Material,
    tokens: Mapping[str, int],
    wallets: Mapping[str, int],
    escrow: int,
    stakes: int,
) -> InvariantReport:
    """Invariant 3: token balances of every participant and contract = wallet, escrow and stake accounts, at one block."""
    findings = Findings(3, "token balances = wallet, escrow and stake accounts")
    contracts = {address: name for name, address in material.addresses.items()}
    for account in sorted(set(tokens) | set(wallets)):
        on_chain = tokens.get(account, 0)
        if account in contracts:
            continue
        in_ledger = wallets.get(account, 0)
        detail = f"on chain {on_chain}, in the ledger {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"wallet of {account}", detail)
    held_for = {"PurchaseOrders": escrow, "Tenders": stakes}
    for name, address in material.addresses.items():
        on_chain, in_ledger = tokens.get(address, 0), held_for.get(name, 0)
        detail = f"holds {on_chain} on chain, the ledger says {in_ledger} minor units"
        findings.check(on_chain == in_ledger, Kind.MISMATCH, f"contract {name}", detail)
    return findings.report()


def holders(material: Material) -> set[str]:
    """Every account that may hold tokens: all that were ever registered."""
    return {event.account for _, event in material.each(e.ParticipantRegistered)}
