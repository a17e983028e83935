"""What the room of reviews refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownReview(NotFound):
    code = "unknown-review"
    template = "There is no review {key}."


class ReviewedBefore(Conflict):
    code = "reviewed-before"
    template = "{key} was already reviewed by this customer. A sale is reviewed once for each role."


class PayAccrued(Conflict):
    code = "pay-accrued"
    template = "Review pay {key} was already accrued."


@dataclass(eq=False)
class NotInAGroup(Rejected):
    """A role is reviewed, and the sale belongs to no chain group."""

    sales_order: str
    code: ClassVar[str] = "not-in-a-group"
    template: ClassVar[str] = (
        "{sales_order} belongs to no chain group, so no role served its customer. Review the seller: role 0."
    )


@dataclass(eq=False)
class NobodyServes(Rejected):
    """A role without a holder is reviewed."""

    chain_group: str
    role_id: int
    code: ClassVar[str] = "nobody-serves"
    template: ClassVar[str] = (
        "Nobody holds role {role_id} of {chain_group} now; no one is reviewed."
    )


@dataclass(eq=False)
class NoReviews(Rejected):
    """Pay hangs on reviews, and there are none."""

    entity: str
    month: str
    code: ClassVar[str] = "no-reviews"
    template: ClassVar[str] = "Nobody reviewed {entity} in {month}; nothing can be paid by reviews."


@dataclass(eq=False)
class MonthNotBegun(Rejected):
    """Pay for a month that has not begun."""

    month: str
    current: str
    code: ClassVar[str] = "month-not-begun"
    template: ClassVar[str] = (
        "{month} has not begun; pay by reviews up to {current} can be accrued."
    )
