"""Routes of claims: who holds them, at what they stand, what is due. Told by events, read here; people explain."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from erp.api.access import BOOKS, Roles
from erp.api.flows import CLAIM, FlowsView, documents_of, flows_view, told_to_partners
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.receivables import queries
from erp.receivables.rules import ClaimStatus
from erp.receivables.schemas import ExplainClaimTransfer
from erp.receivables.tables import Claim

ROUTES = RoomRoutes("receivables")
CLAIMS = Listing(
    Claim, "claim_id", parties=("holder", "supplier", "buyer"), at="due_at", sorts={"amount": "amount_minor"},
    about_at="when it is due", withheld=classed(money="amount_minor"),
)  # fmt: skip
HOLDERS: Roles = BOOKS | PARTNERS

ClaimName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["RCV-2026-00001"])
]

ROUTES.write(
    Write(
        "/claim-explanations",
        ExplainClaimTransfer,
        "Explain a transfer of a claim",
        "Says why a claim was handed on, and takes it out of suspense on both sides. Sold: name the direct transfer that "
        "paid; the difference is discount. Returned: name the transfer that brought it back. For something else: name the "
        "accounts of both sides.",
        {
            "transfer": "RCT-2026-00001",
            "paid_by": "TKT-2026-00001",
            "reason": "sold to our bank by telephone",
        },
    )
)


class ClaimView(Row):
    """A payable that is due later, as a claim that its holder splits, passes on or sells. Minor units, unix seconds."""

    classes = classed(
        "claim_id number origin_id order_id delivery_id supplier buyer holder due_at revision status offered_to "
        "offer_expires_at",
        money="amount_minor price_minor",
        confidential="carrying_minor",
    )

    claim_id: int
    number: str
    origin_id: int = Field(
        description="the claim it was split from at first; its own id when issued"
    )
    order_id: int
    delivery_id: int
    supplier: str = Field(description="the first holder")
    buyer: str = Field(description="who owes it")
    holder: str
    amount_minor: Amount
    carrying_minor: Amount = Field(description="what it stands at in the holder's books")
    due_at: int
    revision: int = Field(description="what its holders decided so far; an offer holds for one")
    status: str
    price_minor: Amount = Field(description="of the offer that stands; 0: none")
    offered_to: str | None = Field(description="null: any financier")
    offer_expires_at: int


def _own(caller: Principal) -> str | None:
    """The party whose claims alone a caller may see; None: everybody's."""
    return caller.party if caller.role in PARTNERS else None


@ROUTES.read("/claims", "List claims", HOLDERS)
def list_claims(
    context: ContextDep,
    caller: Caller,
    status: Several[ClaimStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(CLAIMS)] = ALL,
) -> Page[ClaimView]:
    """Claims by id, of one status or all. Another firm sees those that it holds, held first or owes."""
    with context.reading() as session:
        return CLAIMS.page(
            session, asked, ClaimView.model_validate, after=after, limit=limit, own=_own(caller), role=caller.role,
            status=status,
        )  # fmt: skip


@ROUTES.read("/claims/{claim}", "Read one claim", HOLDERS, 404)
def read_claim(context: ContextDep, caller: Caller, claim: ClaimName) -> ClaimView:
    """The claim with this number or id. Another firm sees those that it holds, held first or owes."""
    with context.reading() as session:
        found = queries.claim_of(Rows.of(session), key_of(claim), _own(caller))
        return ClaimView.model_validate(found)


@ROUTES.read("/claims/{claim}/flows", "Read a claim's time line", HOLDERS, 404)
def read_claim_flows(context: ContextDep, caller: Caller, claim: ClaimName) -> FlowsView:
    """Cash and information of one claim on one time line, each step with document, transaction and anchor.

    A supplier sees the claims that it holds, held first or owes, what events told of them, and its own side of entries.
    """
    with context.reading() as session:
        found = queries.claim_of(Rows.of(session), key_of(claim), _own(caller))
        documents = documents_of(session, CLAIM, found.claim_id)
    return flows_view(
        context.witness, CLAIM, found.claim_id, documents, caller, told_to_partners(documents)
    )
