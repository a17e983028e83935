"""What acceptance and match change in order, delivery, stock and journal. Used by inspection, match and silence."""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel.amounts import cumulative_amount
from erp.kernel.context import Context
from erp.kernel.entry import Entry
from erp.procurement import journals
from erp.procurement.budgeting import budgeted
from erp.procurement.goods import deliver
from erp.procurement.rules import DeliveryStatus, to_buyer, to_supplier
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.journals import STOCK, USE
from erp.stock.rules import CostShare
from erp.stock.service import change_cost, move, stock_account, use_account


def next_delivery_amount(order: PurchaseOrder, accepted: int) -> int:
    """What the next accepted quantity of the order is worth, minor units: its part of what is left since the last change."""
    if not accepted:
        return 0
    since = cumulative_amount(
        order.amount_minor - order.base_amount_minor,
        order.accepted - order.base_quantity + accepted,
        order.quantity - order.base_quantity,
    )
    return order.base_amount_minor + since - order.accepted_amount_minor


def book_acceptance(
    context: Context, order: PurchaseOrder, delivery: Delivery, accepted: int, rejected: int
) -> int:
    """Values the accepted quantity at the order's price on both sides, and returns that amount, minor units.

    Buyer Dr stock, Cr goods received; BUD Dr encumbered, Cr expended. Supplier Dr unbilled receivables, Cr revenue, and
    the cost of what it delivered (`goods.deliver`). Rejected units are counted, never valued.
    """
    amount = next_delivery_amount(order, accepted)
    delivery.accepted, delivery.rejected, delivery.accepted_amount_minor = (
        accepted,
        rejected,
        amount,
    )
    delivery.inspection = context.number
    delivery.status = (DeliveryStatus.INSPECTED if accepted else DeliveryStatus.REJECTED).value
    before = budgeted(order)
    order.accepted += accepted
    order.accepted_amount_minor += amount
    order.underway -= rejected
    if accepted:
        move(
            context.rows,
            order.buyer,
            order.item,
            quantity=accepted,
            value=amount,
            on_order=-accepted,
        )
    context.post(
        journals.ACCEPTED.entry(
            order.buyer,
            {"accepted": amount},
            chosen={STOCK: stock_account(context.rows, order.buyer, order.item)},
            **to_supplier(order),
        ),
        journals.EXPENDED.entry(
            order.buyer,
            {"accepted": budgeted(order).expended - before.expended},
            **to_supplier(order),
        ),
        journals.EARNED.entry(order.supplier, {"accepted": amount}, **to_buyer(order)),
    )
    deliver(context, order, delivery)
    return amount


@dataclass(frozen=True)
class Worth:
    """What the books say of a delivery at some moment: minor units."""

    accepted_minor: int
    net_minor: int
    tax_minor: int
    matched: bool

    @property
    def variance(self) -> int:
        """By how much it was invoiced above what it is worth; 0 before the match."""
        return self.net_minor - self.accepted_minor if self.matched else 0

    @property
    def billed(self) -> int:
        """What of its worth is a payable already."""
        return self.accepted_minor if self.matched else 0


def worth_of(delivery: Delivery) -> Worth:
    """What the books say of it now."""
    matched = delivery.match is not None
    return Worth(delivery.accepted_amount_minor, delivery.net_minor, delivery.tax_minor, matched)


def book_match(
    context: Context, order: PurchaseOrder, delivery: Delivery, net: int, tax: int
) -> None:
    """Turns goods received into a payable, and the supplier's unbilled receivable into a billed one, at these amounts.

    Buyer Dr goods received, stock or use of goods (the price variance), input tax to certify; Cr payables. BUD Dr
    available, Cr expended the variance. Supplier Dr receivables; Cr unbilled, revenue (the variance), output tax. A
    variance below zero the other way round.
    """
    before = worth_of(delivery)
    delivery.net_minor, delivery.tax_minor, delivery.match = net, tax, context.number
    delivery.status = DeliveryStatus.MATCHED.value
    matched, billed = billing(context, order, delivery, before)
    # below the price nothing is given back that no budget has spent
    variance = max(net - delivery.accepted_amount_minor, -budgeted(order).expended)
    context.post(
        matched,
        journals.VARIED.entry(order.buyer, {"variance": variance}, **to_supplier(order)),
        billed,
    )


def billing(
    context: Context, order: PurchaseOrder, delivery: Delivery, before: Worth
) -> tuple[Entry | None, Entry | None]:
    """The entries of buyer and supplier that take what is billed of a delivery from what it was to what it is now."""
    now = worth_of(delivery)
    variance, accepted = now.variance - before.variance, now.billed - before.billed
    tax = now.tax_minor - before.tax_minor
    gross = accepted + variance + tax
    order.matched_minor += accepted + variance
    order.tax_minor += tax
    share = (
        change_cost(context.rows, order.buyer, order.item, delivery.accepted, variance)
        if delivery.accepted
        else CostShare(0, variance)
    )
    matched = journals.MATCHED.entry(
        order.buyer,
        {
            "accepted": accepted,
            "variance on hand": share.kept,
            "variance gone": share.gone,
            "tax": tax,
            "gross": gross,
        },
        chosen={
            STOCK: stock_account(context.rows, order.buyer, order.item),
            USE: use_account(context.rows, order.buyer, order.item),
        },
        **to_supplier(order),
    )
    billed = journals.BILLED.entry(
        order.supplier,
        {"accepted": accepted, "variance": variance, "tax": tax, "gross": gross},
        **to_buyer(order),
    )
    return matched, billed
