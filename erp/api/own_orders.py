"""Names of orders in requests, and the rule that a supplier sees and invoices its own orders only.

A supplier that asks for another's order is answered as if there were none.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.tokens import Principal
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_ID
from erp.procurement.errors import UnknownOrder
from erp.procurement.queries import order_of
from erp.procurement.schemas import RecordRedLetterInvoice, RecordSupplierInvoice
from erp.procurement.tables import PurchaseOrder


def key_of(name: str) -> int | str:
    """The id or the number that a request names an order or a tender by: 1, or PO-2026-00001."""
    if name.isascii() and name.isdigit() and int(name) <= MAX_ID:
        return int(name)
    return name


def own_order(session: Session, caller: Principal, name: str) -> PurchaseOrder:
    """The order with this number or id. Raises UnknownOrder when there is none, or a supplier asks for another's."""
    found = order_of(Rows.of(session), key_of(name))
    if caller.role in PARTNERS and found.supplier != caller.party:
        raise UnknownOrder(name)
    return found


def refuse_foreign_order(
    session: Session, caller: Principal, command: RecordSupplierInvoice | RecordRedLetterInvoice
) -> None:
    """Raises UnknownOrder when a supplier invoices an order that is not its own."""
    if caller.role in PARTNERS:
        own_order(session, caller, command.order)
