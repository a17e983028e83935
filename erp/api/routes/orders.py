"""Routes of purchase orders, and the page that shows an order's three flows as one (三流合一)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.document_view import SUPPLIER_TYPES, DocumentView, views
from erp.api.flows import MAX_DOCUMENTS, ORDER, FlowsView, documents_with, flows_view
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.next_view import (
    NextStepView,
    TimeView,
    reports_of,
    steps_of_order,
    times_of_order,
)
from erp.api.order_bids import OrderBidView, order_bids
from erp.api.own_orders import seen_order, sides_and_groups
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.deliveries import DeliveryView
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.routes.invoices import InvoiceView, invoice_view
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.items import queries as items
from erp.kernel.field_class import Classes, classed
from erp.kernel.log.model import Document
from erp.kernel.log.queries import by_number, select_documents
from erp.kernel.rows import Rows
from erp.procurement import queries
from erp.procurement.rules import OrderStatus
from erp.procurement.schemas import RequestOrderClose
from erp.procurement.tables import PurchaseOrder

ROUTES = RoomRoutes("procurement")
ORDERS = Listing(
    PurchaseOrder, "order_id", parties=("buyer", "supplier"), item="item", chain_group="chain_group", at="opened_at",
    sorts={"due": "promised_at", "amount": "amount_minor"}, about_at="when it was opened",
    withheld=classed(money="amount_minor"),
)  # fmt: skip
# What documents that came before an order name it by, beside its requisition.
FIRST, PLACES = "requisition", ("tender_id", "auction_id", "direct_order_id")

OrderName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["PO-2026-00001"])
]

ROUTES.write(
    Write(
        "/order-close-requests",
        RequestOrderClose,
        "Ask to close an order",
        "Asks for the end of an order whose time has run out; the rest of the escrow returns when "
        "an external event says that it has ended.",
        {"order": "PO-2026-00001"},
    )
)


class OrderRow(Row):
    """An order and its terms."""

    classes = classed(
        "number order_id status requisition tender_id auction_id direct_order_id buyer supplier item chain_group quantity "
        "opened_at promised_at fund_seconds grace_seconds silence_seconds payment_seconds lateness_bps_per_day "
        "lateness_cap_bps tax_bps tolerance_bps revision accepted close_request",
        money="amount_minor",
    )

    number: str
    order_id: int
    status: str
    requisition: str | None = Field(description="null: nobody here asked for it")
    tender_id: int | None = Field(
        description="of what it came of: a tender, an auction, or a signed purchase"
    )
    auction_id: int | None
    direct_order_id: int | None
    buyer: str
    supplier: str
    item: str
    chain_group: ChainGroup
    quantity: int
    amount_minor: Amount
    opened_at: int
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    revision: int = Field(description="how often both sides amended it, or a part was given up")
    accepted: int
    close_request: str | None


class OrderView(OrderRow):
    """An order and its terms, with the number of its tender and the unit of its item.

    Minor units, smallest units, unix seconds.
    """

    classes: ClassVar[Classes] = {**OrderRow.classes, **classed("tender unit")}

    tender: str | None = Field(description="number of its tender; null: it came of none")
    unit: str = Field(description="in which its item is counted, here and in its deliveries")


class MoneyView(ClassedView):
    """An order's money in minor units.

    What was ordered, must be deposited, is in escrow now, was accepted, was matched (net and tax), was kept as penalty,
    was paid, and was refunded.
    """

    classes = classed(
        money=(
            "ordered_minor required_deposit_minor escrowed_minor accepted_minor matched_net_minor "
            "matched_tax_minor penalty_minor paid_minor refunded_minor"
        )
    )

    ordered_minor: Amount
    required_deposit_minor: Amount
    escrowed_minor: Amount
    accepted_minor: Amount
    matched_net_minor: Amount
    matched_tax_minor: Amount
    penalty_minor: Amount
    paid_minor: Amount
    refunded_minor: Amount

    @classmethod
    def of(cls, order: PurchaseOrder) -> MoneyView:
        """The money of an order, from its row of `purchase_order`."""
        return cls(
            ordered_minor=order.amount_minor,
            required_deposit_minor=order.deposit_minor,
            escrowed_minor=order.escrowed_minor,
            accepted_minor=order.accepted_amount_minor,
            matched_net_minor=order.matched_minor,
            matched_tax_minor=order.tax_minor,
            penalty_minor=order.penalty_minor,
            paid_minor=order.paid_minor,
            refunded_minor=order.refunded_minor,
        )


class ThreeFlows(ClassedView):
    """Order flow, goods flow and cash flow of one order, what comes next, and every document behind them."""

    classes = classed("order bids goods money invoices next_steps times documents")

    order: OrderView
    bids: list[OrderBidView] | None = Field(
        description="of its tender or auction; null: it came of none, or you were not invited"
    )
    goods: list[DeliveryView]
    money: MoneyView
    invoices: list[InvoiceView]
    next_steps: list[NextStepView] = Field(description="who has to do what")
    times: list[TimeView] = Field(description="what time alone will do, the nearest first")
    documents: list[DocumentView] = Field(description="in sequence, as the caller may see them")


def order_view(row: PurchaseOrder, tender: str | None, units: Mapping[str, str]) -> OrderView:
    """The order as it is shown, with the number of its tender. `units`: of items, by their codes."""
    shown = OrderRow.model_validate(row).model_dump()
    return OrderView(**shown, tender=tender, unit=units[row.item])


@ROUTES.read("/orders", "List orders", EVERYBODY)
def list_orders(
    context: ContextDep,
    caller: Caller,
    status: Several[OrderStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(ORDERS)] = ALL,
) -> Page[OrderView]:
    """Orders by id. Who speaks for a party sees those it buys or supplies, and those of groups it is a member of."""
    with context.reading() as session:
        sides, groups = sides_and_groups(session, caller)

        def shown(found: list[PurchaseOrder]) -> list[OrderView]:
            tenders = queries.tender_numbers(session, {o.tender_id for o in found if o.tender_id})
            units = items.units_of(session, {row.item for row in found})
            return [order_view(row, tenders.get(row.tender_id or 0), units) for row in found]

        return ORDERS.page(
            session, asked, shown, *queries.orders_of(sides, groups), whole=True, after=after, limit=limit,
            role=caller.role, status=status,
        )  # fmt: skip


@ROUTES.read("/orders/{order}", "Read an order: three flows in one", EVERYBODY, 404)
def read_order(context: ContextDep, caller: Caller, order: OrderName) -> ThreeFlows:
    """One page for the order with this number or id.

    Its terms, the bids it came of, its goods delivery by delivery, its money from escrow to refund, who has to do what next
    and what time alone will do, and every document of it, from requisition to close. Whoever speaks for a party reads an
    order that it buys or supplies, or that is for a group it is a member of; of the entries a partner is shown its own
    side, and the bids where it was invited.
    """
    with context.reading() as session:
        found = seen_order(session, caller, order)
        rows = Rows.of(session)
        tender = queries.tender(rows, found.tender_id).number if found.tender_id else None
        goods = queries.deliveries(rows, found.order_id)
        invoices = queries.invoices_of_order(rows, found.order_id)
        reported, now = reports_of(session, goods), context.clock()
        return ThreeFlows(
            order=order_view(found, tender, items.units_of(session, [found.item])),
            bids=order_bids(session, caller, found, now),
            goods=[DeliveryView.model_validate(delivery) for delivery in goods],
            money=MoneyView.of(found),
            invoices=[invoice_view(row, found.number, caller) for row in invoices],
            next_steps=steps_of_order(caller, found, goods, invoices, reported),
            times=times_of_order(found, goods, reported, now),
            documents=order_documents(session, found, tender, caller),
        )


def order_documents(
    session: Session, order: PurchaseOrder, tender: str | None, caller: Principal
) -> list[DocumentView]:
    """The documents of an order that the caller may see, those before it (requisition, tender) first."""
    before = [by_number(session, number) for number in (order.requisition, tender) if number]
    since = select_documents(session, order=order.number, limit=MAX_DOCUMENTS + 1)
    found = {document.sequence: document for document in [*before, *since] if document}
    return views([found[sequence] for sequence in sorted(found)], caller)


@ROUTES.read("/orders/{order}/flows", "Read an order's time line", EVERYBODY, 404)
def read_order_flows(context: ContextDep, caller: Caller, order: OrderName) -> FlowsView:
    """Goods, cash and information of one order on one time line, from its requisition to its close.

    Each step names its document, its transaction and its anchor; what is missing is a step of its own, where it is missing.
    A supplier sees its own orders, the documents that it sees of them, and its own side of their entries.
    """
    with context.reading() as session:
        found = seen_order(session, caller, order)
        documents = order_story(session, found)
    partners_see = frozenset(d.number for d in documents if d.type in SUPPLIER_TYPES)
    return flows_view(
        context.witness, ORDER, found.order_id, documents, caller, partners_see=partners_see
    )


def order_story(session: Session, order: PurchaseOrder) -> list[Document]:
    """The documents of an order, those before it first: its requisition, and all that was tendered or auctioned for it."""
    found = select_documents(session, order=order.number, limit=MAX_DOCUMENTS + 1)
    if order.requisition is not None:
        asked = by_number(session, order.requisition)
        found += [*([asked] if asked else []), *documents_with(session, FIRST, order.requisition)]
    for place in PLACES:
        id_ = getattr(order, place)
        found += documents_with(session, place, id_) if id_ is not None else []
    own = {d.sequence: d for d in found if d.fields.get("order") in (None, order.number)}
    return [own[sequence] for sequence in sorted(own)]
