"""CALLS: what the bridge asks of the chain for each ERP document. One pure function per document type.

With HANDLERS (bridge/handlers) this dict is the whole behaviour of the bridge. A document type that is not here asks
nothing of the chain; it is committed there all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.commitments.documents import document_root
from bridge.commitments.invitations import invitation_tree
from bridge.errors import NoSupplierQualifies
from bridge.intents import ATTESTER, Call, SupplierRecord
from bridge.ports.port import Document

MATCHED = "MATCHED"  # status of a match that is not blocked
ZERO_ROOT = "0x" + "00" * 32
FIRST_PRICE = 0  # ITenders.Pricing: the winner is paid its bid
T_PLUS_ZERO = 0  # paid in the transaction that accepts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Facts fixed before a call is made."""

    attester: str
    records: Mapping[str, SupplierRecord]  # of the accounts that `candidates_of` named
    terms: Mapping[str, Any] = field(
        default_factory=dict
    )  # published with the tender that `tender_of` named


CallMaker = Callable[[Document, Surroundings], Call]


def candidates_of(document: Document) -> list[str]:
    """Accounts whose chain records must be known before the document's call can be made."""
    if document.type != "requisition":
        return []
    return [str(candidate["account"]) for candidate in document.fields["candidates"]]


def tender_of(document: Document) -> int | None:
    """The tender whose terms the document's call has to bring along: the contract holds only their hash."""
    return int(document.fields["tender_id"]) if document.type in ("tender", "bid") else None


def _ref(document: Document) -> str:
    return "0x" + document_root(document).hex()


def _key(document: Document) -> str:
    return f"{document.type}:{document.number}"


def screen(
    candidates: list[str], records: Mapping[str, SupplierRecord], min_credit_bps: int
) -> tuple[list[str], dict[str, str]]:
    """Those who may bid, and why each of the others may not."""
    invited, excluded = [], {}
    for account in candidates:
        record = records[account]
        if not record.active:
            excluded[account] = "not registered as a supplier, or suspended"
        elif record.score_bps < min_credit_bps:
            excluded[account] = f"credit {record.score_bps} bps, {min_credit_bps} asked for"
        else:
            invited.append(account)
    return invited, excluded


def open_tender(document: Document, around: Surroundings) -> Call:
    """A requisition becomes a tender among the candidates whose records hold. Raises NoSupplierQualifies."""
    f = document.fields
    candidates = candidates_of(document)
    invited, excluded = screen(candidates, around.records, f["min_credit_bps"])
    if candidates and not invited:
        reasons = "; ".join(f"{account}: {why}" for account, why in excluded.items())
        raise NoSupplierQualifies(f"no candidate of {document.number} may bid: {reasons}")
    terms = {
        "buyer": f["buyer_account"],
        "requisitionRef": _ref(document),
        "invitedRoot": "0x" + invitation_tree(invited).root.hex() if invited else ZERO_ROOT,
        "quantity": f["quantity"],
        "ceiling": f["estimate_minor"],
        "bond": f["bond_minor"],
        "commitSeconds": f["commit_seconds"],
        "revealSeconds": f["reveal_seconds"],
        "reviewSeconds": 0,
        "minCreditBps": f["min_credit_bps"],
        "pricing": FIRST_PRICE,
        "dayValue": 0,
        "maxDays": 0,
        "creditWeightBps": 0,
        "order": {
            "attester": around.attester,
            "promisedAt": f["promised_at"],
            "fundSeconds": f["fund_seconds"],
            "graceSeconds": f["grace_seconds"],
            "silenceSeconds": f["silence_seconds"],
            "latenessBpsPerDay": f["lateness_bps_per_day"],
            "latenessCapBps": f["lateness_cap_bps"],
            "taxBps": f["tax_bps"],
            "toleranceBps": f["tolerance_bps"],
            "paymentSeconds": T_PLUS_ZERO,
        },
    }
    return Call(
        key=_key(document),
        aggregate=f"requisition:{document.number}",
        signer=f["buyer_account"],
        contract="Tenders",
        function="openTender",
        args=(terms, invited),
        settled_by=frozenset({"Tenders_ReferenceSeen"}),
        note={"excluded": excluded} if excluded else {},
    )


def award_tender(document: Document, around: Surroundings) -> Call:
    """A tender is awarded when its reveal window has ended."""
    tender_id = document.fields["tender_id"]
    return Call(
        key=_key(document),
        aggregate=f"tender:{tender_id}",
        signer=ATTESTER,
        contract="Tenders",
        function="award",
        args=(tender_id, dict(around.terms)),
        not_before=document.fields["reveal_end"],
        settled_by=frozenset({"Tenders_AlreadySettled"}),
    )


def forfeit_bond(document: Document, around: Surroundings) -> Call | None:
    """The bond of a bid that is still sealed when the reveal window has ended goes to the buyer."""
    f = document.fields
    if f["bond_minor"] == 0:
        return None
    return Call(
        key=_key(document),
        aggregate=f"bond:{f['tender_id']}:{f['supplier']}",
        signer=ATTESTER,
        contract="Tenders",
        function="forfeitBond",
        args=(f["tender_id"], dict(around.terms), f["supplier"]),
        not_before=f["reveal_end"],
        settled_by=frozenset({"Tenders_AlreadyRevealed", "Tenders_BondNotHeld"}),
    )


def fund_order(document: Document, around: Surroundings) -> Call:
    """A new order's money goes into escrow."""
    f = document.fields
    return Call(
        key=_key(document),
        aggregate=f"order:{f['order_id']}",
        signer=f["buyer"],
        contract="PurchaseOrders",
        function="fund",
        args=(f["order_id"], f["deposit_minor"]),
        settled_by=frozenset({"PurchaseOrders_WrongStatus"}),
    )


def report_receipt(document: Document, around: Surroundings) -> Call:
    """What arrived, and when."""
    f = document.fields
    rest = (f["quantity"], f["received_at"], _ref(document))
    return _report(document, "receiveDelivery", rest, not_before=f["received_at"])


def report_inspection(document: Document, around: Surroundings) -> Call:
    """What passed."""
    return _report(document, "inspectDelivery", (document.fields["accepted"], _ref(document)))


def accept_delivery(document: Document, around: Surroundings) -> Call | None:
    """Order, receipt and invoice match: the goods are accepted and paid. A blocked invoice asks nothing."""
    f = document.fields
    if f["status"] != MATCHED:
        return None
    return _report(document, "acceptDelivery", (f["net_minor"], f["tax_minor"], _ref(document)))


def _report(document: Document, function: str, rest: tuple[Any, ...], not_before: int = 0) -> Call:
    f = document.fields
    return Call(
        key=_key(document),
        aggregate=f"order:{f['order_id']}",
        signer=ATTESTER,
        contract="PurchaseOrders",
        function=function,
        args=(f["order_id"], f["delivery_id"], *rest),
        not_before=not_before,
    )


def close_order(document: Document, around: Surroundings) -> Call:
    """A clerk asks to end an order whose time has run out."""
    order_id = document.fields["order_id"]
    return Call(
        key=_key(document),
        aggregate=f"order:{order_id}",
        signer=ATTESTER,
        contract="PurchaseOrders",
        function="close",
        args=(order_id,),
        not_before=document.fields["closable_at"],
        settled_by=frozenset({"PurchaseOrders_WrongStatus"}),
    )


CALLS: dict[str, Callable[[Document, Surroundings], Call | None]] = {
    "requisition": open_tender,
    "tender": award_tender,
    "bid": forfeit_bond,
    "purchase_order": fund_order,
    "goods_receipt": report_receipt,
    "inspection": report_inspection,
    "match": accept_delivery,
    "order_close_request": close_order,
}
