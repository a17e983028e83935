"""Routes of sales: customers, their orders, deliveries, returns and money; signals; provision for bad debts."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from erp.api.access import BOOKS, STAFF, Roles
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.api.side_text import MAX_BODY_BYTES, named_text
from erp.api.tokens import Principal
from erp.api.writes import Upload, Write
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.kernel.schema import Code, Text
from erp.sales import queries
from erp.sales.customers import exposure, score_now
from erp.sales.rules import CustomerKind, SaleStatus, allowed
from erp.sales.schemas import (
    CancelSalesOrder,
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    ProvideBadDebt,
    RecordReceipt,
    RefundCustomer,
    RegisterCustomer,
    ReleaseSalesOrder,
    ReturnSale,
    SetCreditLimit,
)
from erp.sales.tables import Customer, SalesOrder

ROUTES = RoomRoutes("sales")
SALES = Listing(
    SalesOrder, "number", parties=("entity",), item="item", chain_group="chain_group", at="ordered_at",
    sorts={"due": "promised_at"}, about_at="when it was ordered",
)  # fmt: skip
SELLERS: Roles = STAFF | {Role.NODE}  # a node sees its own


class CustomerUpload(BaseModel):
    """Who buys. The name is personal data: it stands beside the log and can be erased."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    kind: CustomerKind
    name: Text | None = None


def kept_name(
    session: Session, randomness: Callable[[int], bytes], upload: CustomerUpload
) -> RegisterCustomer:
    """Keeps the name beside the log and returns the command that names it by its digest."""
    named = named_text(session, randomness, upload.name)
    return RegisterCustomer(code=upload.code, kind=upload.kind, **named)


ROUTES.write(
    Write(
        "/customers",
        RegisterCustomer,
        "Register a customer",
        "Somebody who buys and has no account on the chain. The name is attached to the document as personal data; the "
        "document keeps its digest. A newcomer's score is 8,000, and no limit: its orders are held until finance sets one.",
        {"code": "C-0001", "kind": "person", "name": "Li Na"},
        upload=Upload(CustomerUpload, kept_name, MAX_BODY_BYTES),
    )
)
ROUTES.write(
    Write(
        "/credit-limits",
        SetCreditLimit,
        "Set a credit limit",
        "How much a customer may owe and have on order, over all entities, at a score of 100 %.",
        {"customer": "C-0001", "limit_minor": 1_000_000},
    )
)
ROUTES.write(
    Write(
        "/sales-orders",
        OpenSalesOrder,
        "Open a sales order",
        "Confirmed when what the customer owes, has on order and now orders stays within its limit times its score; else "
        "a hold is among `follow_ups`, and finance releases it. Goods earn 6001, services 6051.04.",
        {
            "entity": "HEFEI",
            "customer": "C-0001",
            "item": "STEEL-3MM",
            "kind": "goods",
            "quantity": 10,
            "net_minor": 200_000,
            "tax_bps": 1_300,
            "payment_seconds": 2_592_000,
            "promised_at": 1_780_500_000,
            "chain_group": None,
        },
    )
)
ROUTES.write(
    Write(
        "/sales-releases",
        ReleaseSalesOrder,
        "Release a held sales order",
        "The order goes on above its customer's limit, for a reason.",
        {"sales_order": "SO-2026-00001", "reason": "the bank vouches for them"},
    )
)
ROUTES.write(
    Write(
        "/sales-cancellations",
        CancelSalesOrder,
        "Cancel a sales order",
        "Ends an order that is held or confirmed and of which nothing has left.",
        {"sales_order": "SO-2026-00001", "reason": "ordered by mistake"},
    )
)
ROUTES.write(
    Write(
        "/sales-despatches",
        DespatchSale,
        "Despatch a sales order",
        "All units leave the stock at moving average cost: Dr 1406, Cr 1405 or 1403. The reorder check follows.",
        {"sales_order": "SO-2026-00001"},
    )
)
ROUTES.write(
    Write(
        "/sales-deliveries",
        DeliverSale,
        "Deliver a sales order",
        "The customer has it: Dr 1122.01, Cr 6001 (goods) or 6051.04 (service) and 2221.01.06; Dr 6401, Cr 1406. A service "
        "says what it took of production cost: Dr 6401, Cr 5001.",
        {"sales_order": "SO-2026-00001", "cost_minor": 0, "delivered_at": 1_780_000_000},
    )
)
ROUTES.write(
    Write(
        "/sales-returns",
        ReturnSale,
        "Take back what was sold",
        "Income, tax and receivable fall by the share of the units; good ones are in stock again: Dr 1405 or 1403, Cr 6401.",
        {"sales_order": "SO-2026-00001", "quantity": 2, "good": 1, "reason": "scratched"},
    )
)
ROUTES.write(
    Write(
        "/customer-receipts",
        RecordReceipt,
        "Book money of a customer",
        "Dr 1002, Cr 1122.01, once for each reference of the bank. How late the money came counts for the customer's score.",
        {
            "sales_order": "SO-2026-00001",
            "amount_minor": 226_000,
            "received_at": 1_780_000_000,
            "bank_ref": "20260528-0017",
        },
    )
)
ROUTES.write(
    Write(
        "/customer-refunds",
        RefundCustomer,
        "Pay a customer back",
        "What was paid above the price that is left after a return: Dr 1122.01, Cr 1002.",
        {"sales_order": "SO-2026-00001", "amount_minor": 45_200},
    )
)
ROUTES.write(
    Write(
        "/bad-debt-provisions",
        ProvideBadDebt,
        "Provide for bad debts",
        "At the end of a month: what each unpaid sale needs by its age and its customer's score, less what stands: Dr 6702, "
        "Cr 1231, or back. Told again it changes nothing.",
        {"entity": "HEFEI"},
    )
)


class CustomerView(Row):
    """A customer, what was seen of it, and what it may owe now."""

    classes = classed(
        "code number kind name_digest",
        price="limit_minor owing_minor allowed_minor",
        internal="score_bps score_now_bps",
    )

    code: str
    number: str = Field(description="of its document, to which the name is attached")
    kind: str
    name_digest: str | None
    limit_minor: Amount
    score_bps: int | None = Field(description="by payments and reviews so far")
    score_now_bps: int | None = Field(description="and by what is overdue now")
    owing_minor: Amount = Field(description="owed and on order, over all entities")
    allowed_minor: Amount = Field(description="limit times score now")


class SaleView(Row):
    """A sales order and where it stands. Unix seconds."""

    classes = classed(
        "number entity customer item kind chain_group quantity payment_seconds promised_at ordered_at status "
        "despatched_at delivered_at due_at returned",
        money="cost_minor",
        price="net_minor tax_minor received_minor owed_minor",
    )

    number: str
    entity: str
    customer: str
    item: str
    kind: str
    chain_group: ChainGroup
    quantity: int
    net_minor: Amount
    tax_minor: Amount
    cost_minor: Amount
    payment_seconds: int
    promised_at: int
    ordered_at: int
    status: str
    despatched_at: int | None
    delivered_at: int | None
    due_at: int | None
    returned: int
    received_minor: Amount
    owed_minor: Amount = Field(description="zero before it is delivered; below zero: paid too much")


class SalesSignalView(ClassedView):
    """An item whose orders of seven days exceed 1.5 times the mean week of the four weeks before (销售信号)."""

    classes = classed("entity item week weeks_before")

    entity: str
    item: str
    week: int = Field(description="ordered in the last seven days")
    weeks_before: int = Field(description="ordered in the four weeks before these")


class ProvisionView(Row):
    """What an entity has provided for the debts of a customer."""

    classes = classed("entity customer chain_group document", money="owed_minor amount_minor")

    entity: str
    customer: str
    chain_group: ChainGroup
    owed_minor: Amount
    amount_minor: Amount
    document: str


class Signals(ClassedView):
    """All signals of one moment."""

    classes = classed("at signals")

    at: int
    signals: list[SalesSignalView]


def _own(caller: Principal) -> str | None:
    """The entity whose sales alone a caller may see; None: everybody's."""
    return caller.party if caller.role is Role.NODE else None


def sale_view(order: SalesOrder) -> SaleView:
    """The order as the API shows it."""
    delivered = order.status in (
        SaleStatus.DELIVERED,
        SaleStatus.PAID,
        SaleStatus.RETURNED,
    )
    fields = {name: getattr(order, name) for name in SaleView.model_fields if name != "owed_minor"}
    return SaleView(**fields, owed_minor=queries.owed(order) if delivered else 0)


def customer_view(rows: Rows, found: Customer, at: int) -> CustomerView:
    """The customer as the API shows it at unix seconds `at`."""
    score = score_now(rows, found, at)
    return CustomerView(
        code=found.code,
        number=found.number,
        kind=found.kind,
        name_digest=found.name_digest,
        limit_minor=found.limit_minor,
        score_bps=found.score_bps,
        score_now_bps=score,
        owing_minor=exposure(rows, found),
        allowed_minor=allowed(found.limit_minor, score),
    )


@ROUTES.read("/customers", "List customers", STAFF)
def list_customers(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[CustomerView]:
    """Customers by code, each with what it owes, its score and what it may owe now."""
    with context.reading() as session:
        rows, found = Rows.of(session), queries.customers(session, after=after, limit=limit)
        now = context.clock()
        return page_of(found, lambda row: customer_view(rows, row, now), attrgetter("code"), limit)


@ROUTES.read("/sales-orders", "List sales orders", SELLERS)
def list_sales_orders(
    context: ContextDep,
    caller: Caller,
    entity: CodeFilter = None,
    customer: CodeFilter = None,
    status: Several[SaleStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(SALES)] = ALL,
) -> Page[SaleView]:
    """Sales orders by number, of one entity, customer and status, or all. A node sees its own."""
    with context.reading() as session:
        return SALES.page(
            session, asked, sale_view, after=after, limit=limit, own=_own(caller), entity=entity, customer=customer,
            status=status,
        )  # fmt: skip


SaleNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["SO-2026-00001"])]


@ROUTES.read("/sales-orders/{number}", "Read one sales order", SELLERS, 404)
def read_sales_order(context: ContextDep, caller: Caller, number: SaleNumber) -> SaleView:
    """The sales order with this number. A node sees its own."""
    with context.reading() as session:
        return sale_view(queries.sale(Rows.of(session), number, _own(caller)))


@ROUTES.read("/sales-signals", "Read sales signals", SELLERS)
def read_sales_signals(
    context: ContextDep,
    caller: Caller,
    at: Annotated[int | None, Query(ge=0, description="unix seconds; now unless given")] = None,
) -> Signals:
    """Items that are asked for far more than before: what a need may be raised for. A node sees its own."""
    moment = context.clock() if at is None else at
    with context.reading() as session:
        found = queries.sales_signals(session, moment, _own(caller))
    views = [
        SalesSignalView(
            entity=one.entity, item=one.item, week=one.week, weeks_before=one.weeks_before
        )
        for one in found
    ]
    return Signals(at=moment, signals=views)


@ROUTES.read("/bad-debt-provisions/{entity}", "Read provisions for bad debts", BOOKS)
def list_provisions(
    context: ContextDep,
    entity: Annotated[str, Path(max_length=64, examples=["HEFEI"])],
) -> Page[ProvisionView]:
    """What an entity has provided for, by customer and chain group."""
    with context.reading() as session:
        found = queries.provisions_of(Rows.of(session), entity)
        views = [ProvisionView.model_validate(row) for row in found]
    return Page(items=views)
