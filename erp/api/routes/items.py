"""Routes of items and of how each is reordered."""

from __future__ import annotations

from typing import Annotated, ClassVar

from sqlalchemy.orm import Session

from erp.api.access import STAFF
from erp.api.listing import ALL, Asked, Listing, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.writes import Write
from erp.items import queries
from erp.items.operations import OPERATIONS
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.items.tables import Item, SourcingPolicy
from erp.kernel.field_class import Classes, classed
from erp.kernel.rows import Rows

ROUTES = RoomRoutes("master data")
ITEMS = Listing(Item, "code", number=None)
DAY = 86_400  # seconds

ROUTES.write(
    Write(
        "/items",
        RegisterItem,
        "Register an item",
        "A thing that is stocked, counted in its smallest unit: quantities are whole numbers "
        "everywhere.",
        {"code": "STEEL-3MM", "name": "Steel sheet 3 mm", "unit": "sheet"},
    )
)
ROUTES.write(
    Write(
        "/sourcing-policies",
        SetSourcingPolicy,
        "Say how an item is reordered",
        "When (on hand + on order below `reorder_point`), how much, from whom (no candidates: "
        "every supplier may bid), on which terms, and how it is bought (`sourcing`): by sealed bids, in lots, in an "
        "open auction, or of a supplier with whom both sides sign. Replaces the item's former policy and "
        "checks at once whether a reorder is due: the requisition, or the hold with its reason, "
        "is among `follow_ups`.",
        {
            "item": "STEEL-3MM",
            "buyer": "HEFEI",
            "reorder_point": 200,
            "reorder_quantity": 100,
            "estimate_minor": 1_200_000,
            "candidates": ["ACME", "NORTH-STEEL"],
            "commit_seconds": DAY,
            "reveal_seconds": DAY,
            "lead_seconds": 30 * DAY,
            "bond_minor": 10_000,
            "min_credit_bps": 5_000,
            "lateness_bps_per_day": 10,
            "lateness_cap_bps": 500,
            "tax_bps": 1_300,
            "tolerance_bps": 200,
            "fund_seconds": 2 * DAY,
            "grace_seconds": 14 * DAY,
            "silence_seconds": 7 * DAY,
            "payment_seconds": 0,
            "sourcing": "sealed",
            "review_seconds": 2 * DAY,
            "day_value_minor": 5_000,
            "max_days": 14,
        },
    )
)


class ItemView(Row):
    """An item and the unit its quantities are counted in."""

    classes = classed("code name unit")

    code: str
    name: str
    unit: str


class PolicyView(Row):
    """How an item is reordered, in the shape of the command that would set it again."""

    classes: ClassVar[Classes] = {
        name: OPERATIONS[SetSourcingPolicy].fields[name] for name in SetSourcingPolicy.model_fields
    }

    item: str
    buyer: str
    reorder_point: int
    reorder_quantity: int
    estimate_minor: Amount
    candidates: list[str]
    commit_seconds: int
    reveal_seconds: int
    lead_seconds: int
    bond_minor: Amount
    min_credit_bps: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int
    sourcing: str
    lots: int
    review_seconds: int
    second_price: bool
    day_value_minor: Amount
    max_days: int
    credit_weight_bps: int
    min_decrement_bps: int
    extension_seconds: int
    max_extensions: int


@ROUTES.read("/items", "List items", STAFF)
def list_items(
    context: ContextDep,
    code: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(ITEMS)] = ALL,
) -> Page[ItemView]:
    """Items by code, each with the unit its quantities are counted in; `code` picks one."""
    with context.reading() as session:
        return ITEMS.page(
            session, asked, ItemView.model_validate, after=after, limit=limit, code=code
        )


@ROUTES.read("/sourcing-policies", "List sourcing policies", STAFF)
def list_sourcing_policies(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[PolicyView]:
    """How each item is reordered, by item: the policy in force, in the shape in which it was set."""
    with context.reading() as session:
        found = queries.policies_by_item(session, after=after, limit=limit)
        return page_of(found, lambda row: policy_view(session, row), lambda row: row.item, limit)


def policy_view(session: Session, row: SourcingPolicy) -> PolicyView:
    """The policy as it is shown, with the suppliers that it invites."""
    return PolicyView(**row.model_dump(), candidates=queries.candidates(Rows.of(session), row.item))
