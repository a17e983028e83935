"""Names of orders in requests, who reads an order, and the rule that a supplier invoices its own orders only.

Who asks for an order that is not its to read is answered as if there were none.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.tokens import Principal
from erp.groups.queries import joined_by
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_ID
from erp.procurement.errors import UnknownOrder
from erp.procurement.queries import order_of
from erp.procurement.schemas import RecordRedLetterInvoice, RecordSupplierInvoice
from erp.procurement.tables import PurchaseOrder
from erp.rights.objects import order_of_group
from erp.rights.table import Action, may


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


def seen_order(session: Session, caller: Principal, name: str) -> PurchaseOrder:
    """The order with this number or id, for its supplier, its buyer, members of its group, and clerks of the whole house.

    Raises UnknownOrder otherwise: it is answered as if there were none.
    """
    rows = Rows.of(session)
    found = order_of(rows, key_of(name))
    about = order_of_group(rows, found.chain_group, found.buyer, found.supplier)
    if may(caller, Action.READ, about) is not None:
        raise UnknownOrder(name)
    return found


def sides_and_groups(
    session: Session, caller: Principal
) -> tuple[frozenset[str] | None, list[str]]:
    """The parties whose orders a caller is shown in a list, None for all, and the groups whose orders it is shown too."""
    if caller.parties is None or caller.role is Role.AUDITOR:
        return None, []
    return caller.parties, joined_by(session, caller.parties)


def refuse_foreign_order(
    session: Session, caller: Principal, command: RecordSupplierInvoice | RecordRedLetterInvoice
) -> None:
    """Raises UnknownOrder when a supplier invoices an order that is not its own."""
    if caller.role in PARTNERS:
        own_order(session, caller, command.order)
