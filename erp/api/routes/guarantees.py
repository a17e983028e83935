"""Routes of guarantees: asked for and reported by people, read by finance, quality and the supplier they are about."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from erp.api.access import BOOKS, MONEY, Roles
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import own_order
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, PlainInt
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.guarantees import queries
from erp.guarantees.rules import DefectStatus, GuaranteeStatus
from erp.guarantees.schemas import ReportDefect, RequestGuarantee
from erp.guarantees.tables import Defect, Guarantee
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows

ROUTES = RoomRoutes("guarantees")
GUARANTEES = Listing(
    Guarantee,
    "order_id",
    parties=("buyer", "supplier"),
    at="release_at",
    about_at="when it is released",
)
DEFECTS = Listing(Defect, "number", at="dispute_by", about_at="until when it may be disputed")
READERS: Roles = MONEY | {Role.SUPPLIER, Role.QUALITY}
DEFECT_READERS: Roles = BOOKS | {Role.BUYER, Role.QUALITY, Role.SUPPLIER}

OrderName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["PO-2026-00001"])
]

ROUTES.write(
    Write(
        "/guarantee-requests",
        RequestGuarantee,
        "Ask for a guarantee",
        "The buyer wants to see a performance deposit before it funds the order. Binds nobody; the order is funded when the "
        "deposit is there.",
        {"order": "PO-2026-00001", "amount_minor": 100_000, "warranty_seconds": 31_536_000},
    )
)
ROUTES.write(
    Write(
        "/defect-reports",
        ReportDefect,
        "Report a defect",
        "Goods that were accepted and paid for are defective. The supplier may dispute it; what stands is paid out of its "
        "guarantee at the order's price.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "quantity": 4,
            "reason": "cracks after a week in the store",
        },
    )
)


class GuaranteeView(Row):
    """A supplier's performance deposit for an order. Minor units, unix seconds."""

    classes = classed(
        "order_id number buyer supplier status asked_seconds warranty_seconds share_claimed release_at ask",
        money="asked_minor requested_minor amount_minor left_minor",
    )

    order_id: int
    number: str
    buyer: str
    supplier: str
    status: str
    asked_minor: Amount = Field(description="by the buyer, as a document says; 0: nothing")
    asked_seconds: int = Field(description="of warranty, by the buyer, as a document says")
    requested_minor: Amount = Field(description="by the buyer, outside")
    amount_minor: Amount = Field(description="pledged")
    left_minor: Amount = Field(description="held now")
    warranty_seconds: int = Field(
        description="as requested or pledged outside, from the order's end"
    )
    share_claimed: bool = Field(description="the share of what was not delivered is paid")
    release_at: int = Field(description="when the rest returns; 0: the order has not ended")
    ask: str | None = Field(description="the document by which the buyer asked for it")


class DefectView(Row):
    """Goods found defective after acceptance. Minor units, unix seconds."""

    classes = classed(
        "number order_id delivery_id quantity status attestation dispute_by rule_by settled_quantity",
        money="amount_minor paid_minor",
    )

    number: str
    order_id: int
    delivery_id: int
    quantity: int
    status: str
    attestation: str | None
    dispute_by: int
    rule_by: int = Field(description="of a dispute that stands; 0: none")
    settled_quantity: int = Field(description="found defective for good")
    amount_minor: Amount = Field(description="what it was worth at the order's price")
    paid_minor: Amount


def _own(caller: Principal) -> str | None:
    """The supplier whose rows alone a caller may see; None: everybody's."""
    return caller.party if caller.role is Role.SUPPLIER else None


@ROUTES.read("/guarantees", "List guarantees", READERS)
def list_guarantees(
    context: ContextDep,
    caller: Caller,
    status: Several[GuaranteeStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(GUARANTEES)] = ALL,
) -> Page[GuaranteeView]:
    """Guarantees by order. A supplier sees its own."""
    with context.reading() as session:
        return GUARANTEES.page(
            session, asked, GuaranteeView.model_validate, after=after, limit=limit, supplier=_own(caller),
            status=status,
        )  # fmt: skip


@ROUTES.read("/orders/{order}/guarantee", "Read the guarantee of an order", READERS, 404)
def read_guarantee(context: ContextDep, caller: Caller, order: OrderName) -> GuaranteeView:
    """The guarantee of the order with this number or id. A supplier sees its own."""
    with context.reading() as session:
        found = own_order(session, caller, order)
        return GuaranteeView.model_validate(queries.guarantee(Rows.of(session), found.order_id))


@ROUTES.read("/defects", "List defects", DEFECT_READERS)
def list_defects(
    context: ContextDep,
    caller: Caller,
    order_id: PlainInt | None = None,
    status: Several[DefectStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(DEFECTS)] = ALL,
) -> Page[DefectView]:
    """Defects by number, of one order or of all. A supplier sees those of what it delivered."""
    with context.reading() as session:
        return DEFECTS.page(
            session, asked, DefectView.model_validate, *queries.defects_of_supplier(_own(caller)), after=after,
            limit=limit, order_id=order_id, status=status,
        )  # fmt: skip
