"""Metrics 101 and 102: what of a supplier's deliveries was rejected, and how late they came."""

from __future__ import annotations

from collections.abc import Sequence

from erp.kernel.log.model import Document
from erp.performance.asked import DAY_SECONDS, Asked

INSPECTION, ATTESTATION = "inspection", "receipt_attestation"
RULING, DEFECT, SILENCE = "delivery_ruling", "defect_settlement", "silent_acceptance"
ORDER, AMENDMENT = "purchase_order", "order_amendment"
VOID, CLOSE = "receipt_void", "order_close"

Place = tuple[str, int]  # order and delivery


def place_of(document: Document) -> Place:
    """Which delivery a document is about."""
    return str(document.fields["order"]), int(document.fields["delivery_id"])


def voided_by(document: Document) -> list[Place]:
    """The deliveries whose receipts count no more by a void, or by the end of their order."""
    f = document.fields
    if document.type == VOID:
        return [place_of(document)]
    return [(str(f["order"]), int(one)) for one in f["lost"]] if f["voided"] else []


def rejected_units(documents: Sequence[Document], asked: Asked) -> int:
    """Units rejected in the window, as the newest ruling on the delivery has it, and units of defects settled in it.

    Nothing is rejected by an inspection that a claim counts instead of.
    """
    ruled, claimed = _newest(documents, RULING), _newest(documents, SILENCE)
    units = 0
    for document in documents:
        f = document.fields
        if document.type == INSPECTION and asked.window.holds(document.at):
            ruling, claim = ruled.get(place_of(document)), claimed.get(place_of(document))
            overtaken = claim is not None and claim.fields["instead_of"] == document.number
            said = 0 if overtaken else f["rejected"]
            units += said if ruling is None else _missing(ruling)
        elif document.type == DEFECT and asked.window.holds(document.at):
            units += f["quantity"]
    return units


def _missing(ruling: Document) -> int:
    return int(ruling.fields["received"]) - int(ruling.fields["accepted"])


def late_days(documents: Sequence[Document], asked: Asked) -> int:
    """Days that deliveries received in the window were late, as the newest ruling has it; and begun days of open orders.

    An order listed as evidence is not complete at the window's end: it counts from its promise, or from the window's start
    where that is later.
    """
    ruled, window = _newest(documents, RULING), asked.window
    promised = {
        d.fields["order"]: d.fields["promised_at"] for d in documents if d.type == AMENDMENT
    }
    days = 0
    for document in documents:
        f = document.fields
        if document.type == ATTESTATION and window.holds(f["received_at"]):
            ruling = ruled.get(place_of(document))
            days += (f if ruling is None else ruling.fields)["days_late"]
        elif document.type == ORDER:
            since = max(int(promised.get(document.number) or f["promised_at"]), window.start)
            days += max(0, -(-(window.end - since) // DAY_SECONDS))
    return days


def _newest(documents: Sequence[Document], type_: str) -> dict[Place, Document]:
    """The newest document of a type of each delivery."""
    return {place_of(document): document for document in documents if document.type == type_}
