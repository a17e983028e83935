"""Routes of machine-minutes: what was sold, who holds it, what was run. Told by events, read here; people explain."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from erp.api.access import BOOKS, EVERYBODY, STAFF, Roles
from erp.api.flows import CAPACITY, FlowsView, documents_of, flows_view, told_to_partners
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterId,
    AfterKey,
    Limit,
    Page,
    PlainInt,
    joined_key,
    number_in,
    page_of,
    split_key,
)
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.capacity import queries
from erp.capacity.rules import RedemptionStatus
from erp.capacity.schemas import ExplainCapacityTransfer
from erp.capacity.tables import CapacityDevice, CapacityRedemption, CapacitySale, CapacitySlot
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_ID

ROUTES = RoomRoutes("capacity")
SALES = Listing(
    CapacitySale, "sale_id", parties=("plant",), at="opens_at", about_at="when it opens"
)
REDEMPTIONS = Listing(
    CapacityRedemption, "redemption_id", parties=("holder", "plant"), at="decides_at", about_at="when it is decided"
)  # fmt: skip
HOLDERS: Roles = BOOKS | PARTNERS

RedemptionName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["CRD-2026-00001"])
]

TokenName = Annotated[
    str,
    Path(
        pattern=r"^[0-9]{1,78}$",
        description="decimal: device, slot, market and price, 64, 64, 32, 96 bits",
    ),
]

ROUTES.write(
    Write(
        "/capacity-explanations",
        ExplainCapacityTransfer,
        "Explain a transfer of machine-minutes",
        "Says why minutes moved from holder to holder, and takes them out of suspense on both sides. Sold: name the direct "
        "transfer that paid; the sender's gain goes to 6111.01. Returned: name the transfer that brought them back. "
        "Neither: they were given for nothing.",
        {
            "transfer": "CTR-2026-00001",
            "paid_by": "TKT-2026-00001",
            "reason": "twenty minutes that we did not need",
        },
    )
)


class DeviceView(Row):
    """A machine whose minutes its plant sells. Unix seconds."""

    classes = classed(
        "device_id number plant device_ref grid_start slot_seconds notice_seconds report_seconds dispute_seconds "
        "ruling_seconds"
    )

    device_id: int
    number: str
    plant: str
    device_ref: str = Field(description="commitment to the device's record in the plant's books")
    grid_start: int = Field(description="slot 0 begins here")
    slot_seconds: int
    notice_seconds: int = Field(description="tokens expire so long before their slot")
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int


class SlotView(Row):
    """A slot of a machine: minutes found free by its attester, and how many of them were sold. Unix seconds."""

    classes = classed(
        "device_id slot_index plant starts_at ends_at expires_at attested issued attestation failed"
    )

    device_id: int
    slot_index: int
    plant: str
    starts_at: int
    ends_at: int
    expires_at: int = Field(description="until then a token of it is redeemed")
    attested: int = Field(description="minutes found free")
    issued: int = Field(description="of them, sold")
    attestation: str = Field(description="the newest document of what is free")
    failed: str | None = Field(description="the document of its failure; null: none")


class SaleView(Row):
    """Minutes of a slot, offered at a fixed or falling price."""

    classes = classed(
        "sale_id number device_id slot_index plant quantity sold opens_at closes_at status",
        money="start_minor floor_minor",
    )

    sale_id: int
    number: str
    device_id: int
    slot_index: int
    plant: str
    quantity: int
    sold: int
    start_minor: Amount
    floor_minor: Amount
    opens_at: int
    closes_at: int
    status: str


class HoldingView(Row):
    """Minutes that a party holds, and what they stand at in its books."""

    classes = classed("token_id party minutes", money="carrying_minor")

    token_id: str = Field(
        description="decimal: device, slot, market and price, 64, 64, 32, 96 bits"
    )
    party: str
    minutes: int
    carrying_minor: Amount


class RedemptionView(Row):
    """Minutes that their holder asked to be run, and what became of them."""

    classes = classed(
        "redemption_id number token_id holder plant minutes work_order status ran decides_at holder_disputes plant_disputes",
        money="amount_minor",
        confidential="carrying_minor",
    )

    redemption_id: int
    number: str
    token_id: str
    holder: str
    plant: str
    minutes: int
    amount_minor: Amount
    carrying_minor: Amount = Field(description="what they stood at in the holder's books")
    work_order: str | None = Field(description="null: the reference is of no document here")
    status: str
    ran: int = Field(description="minutes, by what stands")
    decides_at: int = Field(description="from then on anybody settles it")
    holder_disputes: bool
    plant_disputes: bool


def _own(caller: Principal) -> str | None:
    """The party whose rows alone a caller may see; None: everybody's."""
    return caller.party if caller.role in PARTNERS else None


@ROUTES.read("/capacity-devices", "List devices", EVERYBODY)
def list_capacity_devices(
    context: ContextDep, after: AfterId = 0, limit: Limit = DEFAULT_PAGE
) -> Page[DeviceView]:
    """Devices whose minutes can be sold, by id. They stand on the chain for everybody to see."""
    with context.reading() as session:
        found = queries.devices(session, after=after, limit=limit)
        return page_of(found, DeviceView.model_validate, lambda row: row.device_id, limit)


@ROUTES.read("/capacity-slots", "List slots of machines", EVERYBODY)
def list_capacity_slots(
    context: ContextDep,
    since: Annotated[PlainInt, Query(ge=0, le=MAX_ID, description="unix seconds")] = 0,
    until: Annotated[PlainInt, Query(ge=0, le=MAX_ID, description="unix seconds")] = MAX_ID,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[SlotView]:
    """Slots by device and number, those of which a part lies in a time. They stand on the chain for everybody to see."""
    device_id, slot_index = (number_in(each, -1) for each in split_key(after))
    with context.reading() as session:
        place = device_id, slot_index
        found = queries.slots(session, since=since, until=until, after=place, limit=limit)
        rows = Rows.of(session)
        return page_of(
            found,
            lambda row: slot_view(queries.device(rows, row.device_id), row),
            lambda row: joined_key(str(row.device_id), str(row.slot_index)),
            limit,
        )


def slot_view(machine: CapacityDevice, found: CapacitySlot) -> SlotView:
    """A slot with its times."""
    starts_at = queries.starts_at(machine, found.slot_index)
    return SlotView(
        device_id=found.device_id,
        slot_index=found.slot_index,
        plant=machine.plant,
        starts_at=starts_at,
        ends_at=starts_at + machine.slot_seconds,
        expires_at=queries.expires_at(machine, found.slot_index),
        attested=found.attested,
        issued=found.issued,
        attestation=found.attestation,
        failed=found.failed,
    )


@ROUTES.read("/capacity-sales", "List sales of machine-minutes", STAFF)
def list_capacity_sales(
    context: ContextDep,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(SALES)] = ALL,
) -> Page[SaleView]:
    """Sales by id."""
    with context.reading() as session:
        return SALES.page(session, asked, SaleView.model_validate, after=after, limit=limit)


@ROUTES.read("/capacity-holdings", "List who holds machine-minutes", HOLDERS)
def list_capacity_holdings(
    context: ContextDep, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[HoldingView]:
    """Holdings by token and party. A partner sees its own."""
    with context.reading() as session:
        found = queries.holdings(session, party=_own(caller), after=split_key(after), limit=limit)
        return page_of(
            found,
            HoldingView.model_validate,
            lambda row: joined_key(row.token_id, row.party),
            limit,
        )


@ROUTES.read("/capacity-redemptions", "List redemptions of machine-minutes", HOLDERS)
def list_capacity_redemptions(
    context: ContextDep,
    caller: Caller,
    status: Several[RedemptionStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(REDEMPTIONS)] = ALL,
) -> Page[RedemptionView]:
    """Redemptions by id. A partner sees those of which it is plant or holder."""
    with context.reading() as session:
        return REDEMPTIONS.page(
            session, asked, RedemptionView.model_validate, after=after, limit=limit, own=_own(caller), status=status
        )  # fmt: skip


@ROUTES.read("/capacity-redemptions/{redemption}", "Read one redemption", HOLDERS, 404)
def read_capacity_redemption(
    context: ContextDep, caller: Caller, redemption: RedemptionName
) -> RedemptionView:
    """The redemption with this number or id. A partner sees those of which it is plant or holder."""
    with context.reading() as session:
        found = queries.redemption_of(Rows.of(session), key_of(redemption), _own(caller))
        return RedemptionView.model_validate(found)


@ROUTES.read(
    "/capacity-tokens/{token}/flows", "Read the time line of machine-minutes", HOLDERS, 404
)
def read_capacity_flows(context: ContextDep, caller: Caller, token: TokenName) -> FlowsView:
    """Minutes, cash and information of one token on one time line, each step with document, transaction and anchor.

    A partner sees tokens of its own machines and those that it ever held: what events told, and its own side of entries.
    """
    with context.reading() as session:
        found = queries.token_of(Rows.of(session), token, _own(caller))
        documents = documents_of(session, CAPACITY, found.token_id)
    return flows_view(
        context.witness, CAPACITY, found.token_id, documents, caller, told_to_partners(documents)
    )
