"""The operations of sales."""

from __future__ import annotations

from collections.abc import Iterator

from erp.attachments.service import after_text
from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.procurement.public import reorder_after
from erp.sales import customers, deliveries, money, orders, queries, schemas

TEXT = "text_digest text_bytes "
SALE = "sales_order entity customer "


def after_despatch(context: Context, command: schemas.DespatchSale) -> Iterator[Command]:
    """Yields the reorder of the item that left stock, if one is due."""
    order = queries.sale(context.rows, command.sales_order)
    yield from reorder_after(context.rows, order.entity, order.item)


OPERATIONS: Operations = {
    schemas.RegisterCustomer: Operation(
        "customer",
        "CUS",
        customers.register_customer,
        Told.BY_PEOPLE,
        frozenset({Role.SALES}),
        fields=classed(TEXT + "code kind"),
    ),
    schemas.SetCreditLimit: Operation(
        "credit_limit",
        "CLM",
        customers.set_credit_limit,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("customer", price="limit_minor former_minor"),
    ),
    schemas.OpenSalesOrder: Operation(
        "sales_order",
        "SO",
        orders.open_sales_order,
        Told.BY_PEOPLE,
        frozenset({Role.SALES}),
        fields=classed(
            "entity customer item kind quantity tax_bps payment_seconds promised_at chain_group within_limit",
            price="net_minor tax_minor owing_minor allowed_minor",
            internal="score_bps",
        ),
    ),
    schemas.HoldSalesOrder: Operation(
        "sales_hold",
        "SOH",
        orders.hold_sales_order,
        Told.BY_FOLLOW_UP,
        fields=classed(SALE, price="gross_minor"),
    ),
    schemas.ReleaseSalesOrder: Operation(
        "sales_release",
        "SOR",
        orders.release_sales_order,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.FINANCE}),
        fields=classed(SALE, price="reason gross_minor owing_minor"),
    ),
    schemas.CancelSalesOrder: Operation(
        "sales_cancellation",
        "SOX",
        orders.cancel_sales_order,
        Told.BY_PEOPLE,
        frozenset({Role.SALES, Role.FINANCE}),
        fields=classed(SALE, price="reason gross_minor"),
    ),
    schemas.DespatchSale: Operation(
        "sales_despatch",
        "SDS",
        deliveries.despatch_sale,
        Told.BY_PEOPLE,
        frozenset({Role.WAREHOUSE}),
        fields=classed(SALE + "item quantity chain_group", money="cost_minor"),
    ),
    schemas.DeliverSale: Operation(
        "sales_delivery",
        "SDL",
        deliveries.deliver_sale,
        Told.BY_PEOPLE,
        frozenset({Role.SALES}),
        fields=classed(
            SALE + "quantity chain_group delivered_at due_at",
            money="cost_minor booked_cost_minor",
            price="net_minor tax_minor",
        ),
    ),
    schemas.ReturnSale: Operation(
        "sales_return",
        "SRT",
        deliveries.return_sale,
        Told.BY_PEOPLE,
        frozenset({Role.SERVICE}),
        fields=classed(
            SALE + "quantity good chain_group reason",
            money="cost_minor",
            price="net_minor tax_minor owed_minor",
        ),
    ),
    schemas.RecordReceipt: Operation(
        "customer_receipt",
        "REC",
        money.record_receipt,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed(
            SALE + "received_at bank_ref days_late",
            price="amount_minor owed_minor",
            internal="score_bps",
        ),
    ),
    schemas.RefundCustomer: Operation(
        "customer_refund",
        "RFC",
        money.refund_customer,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed(SALE, price="amount_minor"),
    ),
    schemas.ProvideBadDebt: Operation(
        "bad_debt_provision",
        "BDP",
        money.provide_bad_debt,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity", money="lines provision_minor change_minor"),
    ),
}

FOLLOW_UPS: FollowUps = {
    schemas.RegisterCustomer: after_text,
    schemas.OpenSalesOrder: orders.after_order,
    schemas.DespatchSale: after_despatch,
}
