"""Every step a clerk does by hand, as a table.

What the settlement side says has no row here, and must never get one.
"""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRouter

from erp.api.own_orders import refuse_foreign_order
from erp.api.planning import add_planning_run
from erp.api.writes import Write, add_write
from erp.budget.schemas import ApproveBudget
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.ledger.schemas import ClosePeriod
from erp.parties.schemas import RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import (
    RaiseRequisition,
    RecordGoodsReceipt,
    RecordSupplierInvoice,
    RequestOrderClose,
)
from erp.quality.schemas import RecordInspection
from erp.reversals.schemas import ReverseDocument
from erp.stock.schemas import IssueStock, OpenStock

DAY = 86_400
EXAMPLE_TIME = 1_780_000_000

POLICY_EXAMPLE: dict[str, Any] = {
    "item": "STEEL-3MM",
    "buyer": "HEFEI",
    "reorder_point": 200,
    "reorder_quantity": 100,
    "estimate_minor": 1_200_000,
    "candidates": ["ACME", "NORTH-STEEL"],
    "commit_seconds": DAY,
    "reveal_seconds": DAY,
    "lead_seconds": 30 * DAY,
    "bond_minor": 10_000,
    "min_credit_bps": 5_000,
    "lateness_bps_per_day": 10,
    "lateness_cap_bps": 500,
    "tax_bps": 1_300,
    "tolerance_bps": 200,
    "fund_seconds": 2 * DAY,
    "grace_seconds": 14 * DAY,
    "silence_seconds": 7 * DAY,
}

MASTER_DATA: tuple[Write[Any], ...] = (
    Write(
        "/parties",
        RegisterParty,
        "master data",
        "Register a party",
        "A micro-enterprise of the group (`internal`) or an outside partner (`external`) gets its "
        "own books, under a code, with the settlement account it is paid on (0x and 40 lower-case "
        "hex digits). It can buy or sell once the settlement side has enrolled that account.",
        {
            "code": "ACME",
            "name": "Acme Steel Ltd",
            "kind": "external",
            "account": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
        },
    ),
    Write(
        "/items",
        RegisterItem,
        "master data",
        "Register an item",
        "A thing that is stocked, counted in its smallest unit: quantities are whole numbers "
        "everywhere.",
        {"code": "STEEL-3MM", "name": "Steel sheet 3 mm", "unit": "sheet"},
    ),
    Write(
        "/sourcing-policies",
        SetSourcingPolicy,
        "master data",
        "Say how an item is reordered",
        "When (on hand + on order below `reorder_point`), how much, from whom (no candidates: "
        "every supplier may bid), and on which terms. Replaces the item's former policy and "
        "checks at once whether a reorder is due: the requisition, or the hold with its reason, "
        "is among `follow_ups`.",
        POLICY_EXAMPLE,
    ),
)
STOCK: tuple[Write[Any], ...] = (
    Write(
        "/stock-openings",
        OpenStock,
        "stock",
        "Book opening stock",
        "Stock that was there before the books began, at its total value: Dr 1403, Cr 4001.",
        {"entity": "HEFEI", "item": "STEEL-3MM", "quantity": 250, "value_minor": 2_875_000},
    ),
    Write(
        "/goods-issues",
        IssueStock,
        "stock",
        "Issue stock",
        "Goods leave the stock for use, at moving average cost: Dr 5001, Cr 1403. The reorder "
        "check follows: a requisition, or a hold with its reason, is among `follow_ups`.",
        {
            "entity": "HEFEI",
            "item": "STEEL-3MM",
            "quantity": 60,
            "purpose": "production order 4711",
        },
    ),
)
LEDGER: tuple[Write[Any], ...] = (
    Write(
        "/capital-contributions",
        ContributeCapital,
        "ledger",
        "Book a capital contribution",
        "Owners pay money into an entity's bank account: Dr 1002, Cr 4001.",
        {"entity": "HEFEI", "amount_minor": 5_000_000},
    ),
    Write(
        "/budget-approvals",
        ApproveBudget,
        "ledger",
        "Approve budget",
        "An entity may commit this much more: BUD Dr 9000, Cr 9003. Reorders that waited for "
        "budget are checked again: what they raise is among `follow_ups`.",
        {"entity": "HEFEI", "amount_minor": 2_000_000},
    ),
    Write(
        "/period-closes",
        ClosePeriod,
        "ledger",
        "Close a month",
        "Nothing posts into the month any more.",
        {"period": "2026-05"},
    ),
    Write(
        "/reversals",
        ReverseDocument,
        "ledger",
        "Reverse a document",
        "Undoes a document of purely internal effect (capital, budget approval, stock opening, "
        "goods issue) by its mirror image, once. Posted documents are never changed or deleted.",
        {"number": "CAP-2026-00001", "reason": "booked for the wrong entity"},
    ),
)
PROCUREMENT: tuple[Write[Any], ...] = (
    Write(
        "/requisitions",
        RaiseRequisition,
        "planning",
        "Raise a requisition",
        "Asks for an item on the terms of its sourcing policy and sets budget aside: BUD Dr 9003, "
        "Cr 9002. Leave quantity or estimate out to take the policy's. The tender follows by "
        "itself.",
        {"item": "STEEL-3MM", "quantity": 100, "estimate_minor": 1_200_000},
    ),
    Write(
        "/goods-receipts",
        RecordGoodsReceipt,
        "procurement",
        "Receive goods",
        "What arrived of a despatch, and when. A quantity memo: nothing is valued before "
        "inspection. Never more than was despatched, once per delivery.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "quantity": 90,
            "received_at": EXAMPLE_TIME,
        },
    ),
    Write(
        "/inspections",
        RecordInspection,
        "procurement",
        "Inspect a receipt",
        "What of a receipt is good and what is not; accepted + rejected = received. Acceptance is "
        "valued at order price: Dr 1403, Cr 2202.02. Rejections need a reason. When the invoice "
        "is there, the three-way match follows.",
        {"receipt": "GR-2026-00001", "accepted": 86, "rejected": 4, "reason": "bent edges"},
    ),
    Write(
        "/supplier-invoices",
        RecordSupplierInvoice,
        "procurement",
        "Enter a supplier's invoice",
        "The supplier's claim for a delivery, matched at once when the inspection is there. "
        "Beyond tolerance it is booked as blocked, with the reason and without an entry; another "
        "invoice may follow. A supplier enters its own invoices, for its own orders.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "invoice_number": "INV-778",
            "quantity": 86,
            "net_minor": 997_600,
            "tax_minor": 129_688,
        },
        guard=refuse_foreign_order,
    ),
    Write(
        "/order-close-requests",
        RequestOrderClose,
        "procurement",
        "Ask to close an order",
        "Asks the settlement side to end an order whose time has run out; the rest of the escrow "
        "returns when it has.",
        {"order": "PO-2026-00001"},
    ),
)
WRITES: tuple[Write[Any], ...] = MASTER_DATA + STOCK + LEDGER + PROCUREMENT


def write_router() -> APIRouter:
    """A router that answers all writes."""
    router = APIRouter()
    for write in WRITES:
        add_write(router, write)
    add_planning_run(router)
    return router
