"""What acceptance and match change in order, delivery, stock and journal. Used by inspection, match and silence."""

from __future__ import annotations

from erp.kernel.amounts import delivery_amount
from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.procurement.rules import DeliveryStatus
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.service import move


def next_delivery_amount(order: PurchaseOrder, accepted: int) -> int:
    """What the next accepted quantity of the order is worth, minor units."""
    return delivery_amount(order.amount_minor, order.quantity, order.accepted, accepted)


def book_acceptance(
    context: Context, order: PurchaseOrder, delivery: Delivery, accepted: int, rejected: int
) -> int:
    """Values the accepted quantity at the order's price, takes it into stock, and returns that amount, minor units.

    Buyer Dr raw materials, Cr goods received; BUD Dr encumbered, Cr expended. Rejected units are counted, never valued.
    """
    amount = next_delivery_amount(order, accepted)
    delivery.accepted, delivery.rejected, delivery.accepted_amount_minor = (
        accepted,
        rejected,
        amount,
    )
    delivery.inspection = context.number
    delivery.status = (DeliveryStatus.INSPECTED if accepted else DeliveryStatus.REJECTED).value
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
    shared = {"counterparty": order.supplier, "order": order.number}
    context.post(
        entry(
            order.buyer,
            Ledger.GENERAL,
            {chart.STOCK: amount},
            {chart.GOODS_RECEIVED: amount},
            **shared,
        ),
        entry(
            order.buyer,
            Ledger.BUDGET,
            {chart.ENCUMBERED: amount},
            {chart.EXPENDED: amount},
            **shared,
        ),
    )
    return amount


def book_match(
    context: Context, order: PurchaseOrder, delivery: Delivery, net: int, tax: int
) -> None:
    """Turns goods received into a payable at the invoiced amount; the supplier books its revenue.

    Buyer Dr goods received, price variance, input tax; Cr payables. Supplier Dr receivables; Cr revenue, output tax.
    BUD Dr available, Cr expended the variance (the other way round when it is negative).
    """
    accepted, gross = delivery.accepted_amount_minor, net + tax
    variance = net - accepted
    delivery.net_minor, delivery.tax_minor, delivery.match = net, tax, context.number
    delivery.status = DeliveryStatus.MATCHED.value
    order.matched_minor += net
    order.tax_minor += tax
    shared = {"counterparty": order.supplier, "order": order.number}
    context.post(
        entry(
            order.buyer,
            Ledger.GENERAL,
            {chart.GOODS_RECEIVED: accepted, chart.PRICE_VARIANCE: variance, chart.INPUT_TAX: tax},
            {chart.PAYABLES: gross},
            **shared,
        ),
        entry(
            order.buyer,
            Ledger.BUDGET,
            {chart.AVAILABLE: variance},
            {chart.EXPENDED: variance},
            **shared,
        ),
        entry(
            order.supplier,
            Ledger.GENERAL,
            {chart.RECEIVABLES: gross},
            {chart.REVENUE: net, chart.OUTPUT_TAX: tax},
            counterparty=order.buyer,
            order=order.number,
        ),
    )
