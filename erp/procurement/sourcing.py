"""What a purchase outside stands on: the requisition that it names, when that one asked for just this. Never commits.

Bonds and deposits move whoever opened the purchase and whatever it names, so it is booked in any case. One that stands on
no requisition has no budget, and its document says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from erp.items.service import unlisted
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import Rejected, WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import MAX_TEXT, Command
from erp.procurement import queries
from erp.procurement.errors import OtherSourcing
from erp.procurement.planning import set_aside
from erp.procurement.rules import RequisitionStatus
from erp.procurement.tables import Requisition

ORDER_TERMS = (
    "promised_at",
    "fund_seconds",
    "grace_seconds",
    "silence_seconds",
    "payment_seconds",
    "lateness_bps_per_day",
    "lateness_cap_bps",
    "tax_bps",
    "tolerance_bps",
)
UNKNOWN = "the reference is that of no requisition here"


@dataclass(frozen=True)
class Ground:
    """What a purchase stands on."""

    requisition: Requisition | None
    item: str
    chain_group: str = NO_GROUP
    again: bool = False  # the requisition was cancelled meanwhile: it stands again, with its budget
    unasked: str | None = None  # why it stands on no requisition

    @property
    def number(self) -> str | None:
        """The requisition's number."""
        return None if self.requisition is None else self.requisition.number

    def fields(self) -> Fields:
        """What the document says of it."""
        return {
            "item": self.item,
            "chain_group": self.chain_group or None,
            "set_aside_again": self.again,
            "unasked": self.unasked,
        }


def stand_on(
    context: Context,
    named: str | None,
    becomes: RequisitionStatus,
    fits: Callable[[Requisition], None],
) -> Ground:
    """Takes up the requisition that a purchase names, or says why it does not stand on it.

    `fits` raises what disagrees. A requisition that was cancelled while its purchase was on the way stands again: BUD Dr
    available, Cr pre-encumbered, unless the budget is short by now.
    """
    if named is None:
        return Ground(None, unlisted(context.rows), unasked=UNKNOWN)
    item: str | None = None
    try:
        requisition = queries.requisition(context.rows, named)
        item = requisition.item
        again = _expect_free(requisition)
        fits(requisition)
        if again:
            set_aside(context, requisition, 1)
    except Rejected as why:
        return Ground(None, item or unlisted(context.rows), unasked=str(why)[:MAX_TEXT])
    requisition.status = becomes.value
    return Ground(requisition, requisition.item, requisition.chain_group, again)


def terms_of(told: Command, requisition: Requisition, *names: str) -> dict[str, tuple[int, int]]:
    """Terms of these names and of its order, as a purchase tells them and as its requisition has them: see `agree`."""
    return {
        name: (getattr(told, name), getattr(requisition, name)) for name in (*names, *ORDER_TERMS)
    }


def give_up(context: Context, number: str | None, standing: RequisitionStatus) -> None:
    """Ends a requisition whose purchase found no supplier: BUD Dr pre-encumbered, Cr available. None: there is none."""
    if number is None:
        return
    requisition = queries.requisition(context.rows, number)
    if requisition.status != standing:
        raise WrongStatus("Requisition", number, requisition.status, standing.value)
    requisition.status = RequisitionStatus.VOID.value
    set_aside(context, requisition, -1)


def expect_sourcing(requisition: Requisition, *sourcing: str) -> None:
    """Raises OtherSourcing when the requisition is to be bought in none of these ways."""
    if requisition.sourcing not in sourcing:
        raise OtherSourcing(requisition.number, requisition.sourcing, " or ".join(sourcing))


def _expect_free(requisition: Requisition) -> bool:
    """True when the requisition was cancelled. Raises WrongStatus when another purchase stands on it."""
    cancelled = requisition.status == RequisitionStatus.CANCELLED
    if requisition.status != RequisitionStatus.RAISED and not cancelled:
        raise WrongStatus(
            "Requisition", requisition.number, requisition.status, RequisitionStatus.RAISED.value
        )
    return cancelled
