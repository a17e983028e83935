"""Reading reviews and what they made of pay."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.reviews.errors import UnknownReview
from erp.reviews.rules import ReviewStatus
from erp.reviews.tables import Review, ReviewPay


def review(rows: Rows, number: str) -> Review:
    """The review with a number. Raises UnknownReview."""
    found = rows.get(Review, number)
    if found is None:
        raise UnknownReview(number)
    return found


def of_sale(rows: Rows, sales_order: str) -> list[Review]:
    """All reviews of a sale, by number."""
    return rows.select(Review, "number", sales_order=sales_order)


def open_of(rows: Rows, chain_group: str) -> list[Review]:
    """The reviews of a group that are not on chain yet, by number."""
    return rows.select(Review, "number", chain_group=chain_group, status=ReviewStatus.OPEN.value)


def of_month(rows: Rows, party: str, month: str) -> list[Review]:
    """What was said of a party in a month, by number."""
    return rows.select(Review, "number", party=party, month=month)


def pay_of(rows: Rows, entity: str, person: str, month: str) -> ReviewPay | None:
    """A person's pay by the reviews of a month; None when none was accrued."""
    return rows.get(ReviewPay, entity, person, month)


# ---- for readers --------------------------------------------------------------------------------


def reviews(
    session: Session, *, party: str | None = None, after: str = "", limit: int
) -> list[Review]:
    """A page of reviews by number, of one party or all."""
    return page(session, Review, ["number"], [after], limit, party=party)


def pays_of(session: Session, entity: str) -> list[ReviewPay]:
    """All pay by reviews of an entity, by month and person."""
    return sorted(
        Rows.of(session).select(ReviewPay, entity=entity), key=lambda row: (row.month, row.person)
    )
