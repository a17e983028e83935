"""Reading guarantees and defects."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.guarantees.errors import UnknownDefect, UnknownGuarantee
from erp.guarantees.rules import OPEN_DEFECTS, DefectStatus
from erp.guarantees.tables import Defect, Guarantee
from erp.kernel.queries import page
from erp.kernel.rows import Rows


def find_guarantee(rows: Rows, order_id: int) -> Guarantee | None:
    """The guarantee of an order; None when nobody spoke of one."""
    return rows.get(Guarantee, order_id)


def guarantee(rows: Rows, order_id: int) -> Guarantee:
    """The guarantee of an order. Raises UnknownGuarantee."""
    found = find_guarantee(rows, order_id)
    if found is None:
        raise UnknownGuarantee(order_id)
    return found


def guarantees(
    session: Session, *, supplier: str | None = None, after: int = 0, limit: int
) -> list[Guarantee]:
    """Guarantees by order, of one supplier or of all."""
    return page(session, Guarantee, ["order_id"], [after], limit, supplier=supplier)


def defect(rows: Rows, number: str) -> Defect:
    """The defect with a number, DFR-2026-00001. Raises UnknownDefect."""
    found = rows.get(Defect, number)
    if found is None:
        raise UnknownDefect(number)
    return found


def defects_of(rows: Rows, order_id: int, delivery_id: int) -> list[Defect]:
    """Defects of a delivery, by number."""
    return rows.select(Defect, "number", order_id=order_id, delivery_id=delivery_id)


def open_defect(rows: Rows, order_id: int, delivery_id: int) -> Defect | None:
    """The defect of a delivery that is not settled; None when there is none."""
    found = (d for d in defects_of(rows, order_id, delivery_id) if d.status in OPEN_DEFECTS)
    return next(found, None)


def found_defective(rows: Rows, order_id: int, delivery_id: int) -> int:
    """How many units of a delivery were found defective for good."""
    return sum(d.settled_quantity for d in defects_of(rows, order_id, delivery_id))


def paid_for_defects(rows: Rows, order_id: int) -> int:
    """What a guarantee paid for all defects of its order, minor units."""
    return sum(d.paid_minor for d in rows.select(Defect, order_id=order_id))


def pending(rows: Rows, order_id: int) -> int:
    """How many defects of an order stand outside and are not settled."""
    waiting = (DefectStatus.PENDING, DefectStatus.DISPUTED)
    return sum(d.status in waiting for d in rows.select(Defect, order_id=order_id))


def defects_of_supplier(supplier: str | None) -> list[ColumnElement[bool]]:
    """What a list of defects is narrowed to: those of what a supplier delivered, where one is named."""
    if supplier is None:
        return []
    own = select(Guarantee.order_id).where(col(Guarantee.supplier) == supplier)
    return [col(Defect.order_id).in_(own)]
