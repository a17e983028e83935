"""Routes of suppliers' invoices: entering one, and those that are blocked."""

from __future__ import annotations

from typing import Annotated, ClassVar

from sqlalchemy.orm import Session

from erp.api.access import MONEY
from erp.api.document_view import told_reason
from erp.api.listing import ALL, Asked, Listing, taken_by
from erp.api.own_orders import refuse_foreign_order
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.field_class import Classes, classed
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.procurement import queries
from erp.procurement.errors import UnknownInvoice
from erp.procurement.rules import InvoiceStatus
from erp.procurement.schemas import (
    CertifyInputVat,
    RecordRedLetterInvoice,
    RecordSupplierInvoice,
    ReleaseInvoice,
    WithdrawInvoice,
)
from erp.procurement.tables import SupplierInvoice

ROUTES = RoomRoutes("procurement")
INVOICES = Listing(SupplierInvoice, "number", parties=("supplier",))

ROUTES.write(
    Write(
        "/supplier-invoices",
        RecordSupplierInvoice,
        "Enter a supplier's invoice",
        "The supplier's claim for a delivery, matched at once when the inspection is there. "
        "Beyond tolerance it is booked as blocked, with the reason and without an entry; another "
        "invoice may follow. A supplier enters its own invoices, for its own orders.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "invoice_number": "INV-778",
            "quantity": 86,
            "net_minor": 997_600,
            "tax_minor": 129_688,
        },
        guard=refuse_foreign_order,
    )
)


def refuse_foreign_invoice(session: Session, caller: Principal, command: WithdrawInvoice) -> None:
    """Raises UnknownInvoice when a supplier names an invoice that is not its own."""
    if caller.role not in PARTNERS:
        return
    if queries.invoice(Rows.of(session), command.invoice).supplier != caller.party:
        raise UnknownInvoice(command.invoice)


ROUTES.write(
    Write(
        "/invoice-releases",
        ReleaseInvoice,
        "Release a blocked invoice",
        "Lets a blocked invoice be paid, and matches it at once. Leave net and tax out to release it as "
        "invoiced; beyond the order's tolerance or tax rate it can only be released at less. Refused to "
        "whoever entered the invoice.",
        {
            "invoice": "SI-2026-00001",
            "net_minor": 997_600,
            "tax_minor": 129_688,
            "reason": "the supplier agreed to the order's price",
        },
    )
)
ROUTES.write(
    Write(
        "/invoice-withdrawals",
        WithdrawInvoice,
        "Withdraw an invoice",
        "Takes back an invoice that waits or is blocked; its number may be used again. A supplier "
        "withdraws its own.",
        {"invoice": "SI-2026-00001", "reason": "entered for another delivery"},
        guard=refuse_foreign_invoice,
    )
)


ROUTES.write(
    Write(
        "/vat-certifications",
        CertifyInputVat,
        "Certify input VAT",
        "The tax office accepted the input VAT of matched invoices: Dr 2221.01.01, Cr 2221.05, an entry an "
        "invoice. What a penalty took off the tax is not certified.",
        {"entity": "HEFEI", "invoices": ["SI-2026-00001"]},
    )
)
ROUTES.write(
    Write(
        "/red-letter-invoices",
        RecordRedLetterInvoice,
        "Enter a red-letter invoice",
        "The supplier corrected its invoice by the penalty kept from its payment: supplier Dr 2221.01.06, "
        "Cr 2221.09. Amounts are told as positive numbers. A supplier enters those of its own orders.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "invoice_number": "RED-778",
            "net_minor": 8_584,
            "tax_minor": 1_116,
        },
        guard=refuse_foreign_order,
    )
)


class InvoiceRow(Row):
    """A supplier's invoice in minor units; `reason` says why it is blocked or withdrawn."""

    classes = classed(
        "number supplier invoice_number order_id delivery_id quantity status release",
        money="net_minor tax_minor reason released_net_minor released_tax_minor",
    )

    number: str
    supplier: str
    invoice_number: str
    order_id: int
    delivery_id: int
    quantity: int
    net_minor: Amount
    tax_minor: Amount
    status: str
    reason: str | None
    release: str | None
    released_net_minor: Amount | None
    released_tax_minor: Amount | None


class InvoiceView(InvoiceRow):
    """A supplier's invoice in minor units, with the number of its order; `reason` says why it is blocked or withdrawn.

    `release` is the document that released it, on the released amounts.
    """

    classes: ClassVar[Classes] = {**InvoiceRow.classes, **classed("order")}

    order: str


def invoice_view(row: SupplierInvoice, order: str, caller: Principal | None = None) -> InvoiceView:
    """The invoice of the order with this number; a caller that is a supplier is not told of the buyer's budget."""
    shown = InvoiceView(**InvoiceRow.model_validate(row).model_dump(), order=order)
    if caller is not None:
        shown.reason = told_reason(shown.reason, caller)
    return shown


@ROUTES.read("/blocked-invoices", "List blocked invoices", MONEY)
def list_blocked_invoices(
    context: ContextDep,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(INVOICES)] = ALL,
) -> Page[InvoiceView]:
    """Invoices that disagree with their order or acceptance, by number, each with the reason. None is paid as it is."""
    with context.reading() as session:

        def shown(found: list[SupplierInvoice]) -> list[InvoiceView]:
            orders = queries.order_numbers(session, {row.order_id for row in found})
            return [invoice_view(row, orders[row.order_id]) for row in found]

        return INVOICES.page(
            session,
            asked,
            shown,
            whole=True,
            after=after,
            limit=limit,
            status=InvoiceStatus.BLOCKED,
        )
