"""The budget behind an order: what is set aside for it, what is spent, and the entry by which a change of it moves both."""

from __future__ import annotations

from dataclasses import dataclass

from erp.budget.queries import available
from erp.kernel.context import Context
from erp.kernel.entry import Entry
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.procurement import journals
from erp.procurement.rules import to_supplier
from erp.procurement.tables import PurchaseOrder


@dataclass(frozen=True)
class Budgeted:
    """What the budget carries of an order, minor units. What nobody set budget aside for is in neither."""

    encumbered: int
    expended: int


def budgeted(order: PurchaseOrder) -> Budgeted:
    """What the budget carries of the order as it stands now: what is accepted is spent, as far as it is covered."""
    covered = order.amount_minor - order.unbudgeted_minor
    expended = min(order.accepted_amount_minor, covered)
    return Budgeted(covered - expended, expended)


def reprice(rows: Rows, order: PurchaseOrder, amount: int) -> int:
    """Gives the order another amount and returns how much of it has no budget that was not without before, minor units.

    More is taken from what is available, and marked as far as that does not suffice: the parties have agreed to it all
    the same. Less frees first what is not covered.
    """
    more = amount - order.amount_minor
    short = max(more - available(rows, order.buyer), 0) if more > 0 else 0
    order.amount_minor = amount
    order.unbudgeted_minor = max(order.unbudgeted_minor + (short if more > 0 else more), 0)
    return short


def budget_entry(order: PurchaseOrder, before: Budgeted) -> Entry | None:
    """The entry that takes the budget from what it carried of the order before to what it carries now."""
    now = budgeted(order)
    freed, spent = before.encumbered - now.encumbered, now.expended - before.expended
    return journals.REBUDGETED.entry(
        order.buyer,
        {"no longer encumbered": freed, "spent": spent, "freed": freed - spent},
        **to_supplier(order),
    )


def post_variance(context: Context, order: PurchaseOrder, grown: int) -> int:
    """Books by how much variances of matches grew, as far as budget is there: BUD Dr available, Cr expended.

    What shrinks gives back no more than a budget has spent. Returns what has no budget, minor units. To be called after what
    else the document posts.
    """
    posted = sum(
        line.credit - line.debit
        for entry in context.entries
        if entry.entity == order.buyer
        for line in entry.lines
        if line.account == chart.AVAILABLE
    )
    covered = min(grown, available(context.rows, order.buyer) + posted)
    covered = max(covered, min(-budgeted(order).expended, 0))
    context.post(journals.VARIED.entry(order.buyer, {"variance": covered}, **to_supplier(order)))
    return max(grown - covered, 0)
