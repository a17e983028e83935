"""Routes of money that people book themselves. Escrow and payment are told by external events and have no route."""

from __future__ import annotations

from operator import attrgetter

from pydantic import Field

from erp.api.access import BOOKS, MONEY
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.payments.queries import unexplained
from erp.payments.schemas import ContributeCapital, ExplainTransfer
from erp.procurement.queries import payment_times

ROUTES = RoomRoutes("ledger")

ROUTES.write(
    Write(
        "/capital-contributions",
        ContributeCapital,
        "Book a capital contribution",
        "Owners pay money into an entity's bank account: Dr 1002, Cr 4001.",
        {"entity": "HEFEI", "amount_minor": 5_000_000},
    )
)
ROUTES.write(
    Write(
        "/transfer-explanations",
        ExplainTransfer,
        "Explain a transfer",
        "Says what tokens were for that moved outside of any contract, and takes them out of suspense on both "
        "sides: sender Cr 1221.09, receiver Dr 2241.09. Name the transfer that returned it for an error, and "
        "the accounts where the purpose is another.",
        {
            "transfer": "TKT-2026-00001",
            "purpose": "advance",
            "reason": "half of the price of the next order",
        },
    )
)


class UnexplainedView(Row):
    """Tokens that moved outside of any contract, and that nobody has said the purpose of."""

    classes = classed("number sender receiver chain_group", money="amount_minor")

    number: str = Field(description="of the document that booked it", examples=["TKT-2026-00001"])
    sender: str | None = Field(description="null: a bank account that is unknown here")
    receiver: str
    amount_minor: Amount
    chain_group: ChainGroup


class PaymentTimeView(Row):
    """When a delivery was matched and when its money moved, unix seconds."""

    classes = classed("order delivery_id payment matched_at paid_at")

    order: str
    delivery_id: int
    payment: str = Field(description="number of the document")
    matched_at: int
    paid_at: int


class PaymentTimes(ClassedView):
    """The newest payments, newest first."""

    classes = classed("items")

    items: list[PaymentTimeView]


@ROUTES.read("/unexplained-transfers", "List unexplained transfers", BOOKS)
def list_unexplained_transfers(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[UnexplainedView]:
    """Transfers in suspense, by number. `POST /transfer-explanations` takes one out."""
    with context.reading() as session:
        found = unexplained(session, after=after, limit=limit)
        return page_of(found, UnexplainedView.model_validate, attrgetter("number"), limit)


@ROUTES.read("/payment-times", "Read how long payments took", MONEY)
def list_payment_times(context: ContextDep, limit: Limit = DEFAULT_PAGE) -> PaymentTimes:
    """From the three-way match to the money, of the newest payments."""
    with context.reading() as session:
        found = payment_times(session, limit)
    return PaymentTimes(items=[PaymentTimeView.model_validate(each) for each in found])
