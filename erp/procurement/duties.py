"""Duties that one person does not do two of on one order (不相容职务分离)."""

from __future__ import annotations

from erp.kernel.log.model import Document
from erp.kernel.unit import Unit
from erp.procurement.errors import DutyConflict
from erp.procurement.tables import PurchaseOrder

# types of documents: who asks, who receives, who inspects, who enters the claim, who releases it for payment
DUTIES = frozenset(
    {"requisition", "goods_receipt", "inspection", "supplier_invoice", "invoice_release"}
)


def refuse_second_duty(unit: Unit, document: Document) -> None:
    """Raises DutyConflict when the actor of a document has done another of the DUTIES on its order.

    What followed by itself and what events told counts for nobody.
    """
    order = document.fields.get("order")
    if document.type not in DUTIES or order is None:
        return
    found = unit.rows.find(PurchaseOrder, number=order)
    requisition = (found.requisition if found is not None else None) or ""
    for number, doc_type in unit.told_by(document.actor, order, requisition):
        if doc_type in DUTIES and doc_type != document.type:
            raise DutyConflict(order, document.type, number, document.actor)
