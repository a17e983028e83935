"""A supplier sees and invoices its own orders.

Of any other it learns no more than of one that is not there.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.tokens import Principal
from erp.kernel.roles import Role
from erp.procurement.errors import UnknownOrder
from erp.procurement.queries import order_by_number
from erp.procurement.schemas import RecordSupplierInvoice
from erp.procurement.tables import PurchaseOrder


def own_order(session: Session, caller: Principal, number: str) -> PurchaseOrder:
    """The order with this number.

    Raises UnknownOrder when there is none, or a supplier asks for another's.
    """
    found = order_by_number(session, number)
    if caller.role is Role.SUPPLIER and found.supplier != caller.party:
        raise UnknownOrder(number)
    return found


def refuse_foreign_order(
    session: Session, caller: Principal, command: RecordSupplierInvoice
) -> None:
    """Raises UnknownOrder when a supplier invoices an order that is not its own."""
    own_order(session, caller, command.order)
