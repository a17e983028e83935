"""What a reader hears of what changed: a clerk of everything, a partner of what it may read and of what names it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.live.topics import Change, told_to_partner
from erp.api.own_orders import seen_order
from erp.api.tokens import Principal
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.procurement.errors import UnknownOrder


def names_of(session: Session, caller: Principal) -> frozenset[str]:
    """Code and account of a partner's party, lower case."""
    if caller.role not in PARTNERS or caller.party is None:
        return frozenset()
    account = party(Rows.of(session), caller.party).account
    return frozenset(name.lower() for name in (caller.party, account) if name)


def owns(session: Session, caller: Principal, order: str) -> bool:
    """Whether an order is the caller's to read."""
    try:
        seen_order(session, caller, order)
    except UnknownOrder:
        return False
    return True


def heard(session: Session, caller: Principal, change: Change) -> Change | None:
    """The change as the caller hears of it; None when it is none of its business."""
    if caller.role not in PARTNERS:
        return change
    order = change.order
    own = order is not None and owns(session, caller, order)
    orders = frozenset({order}) if own and order is not None else frozenset()
    return told_to_partner(change, names_of(session, caller), orders)
