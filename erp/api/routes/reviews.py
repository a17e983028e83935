"""Routes of reviews: what customers say, and pay by reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from erp.api.access import BOOKS, STAFF, Roles
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount
from erp.api.side_text import MAX_BODY_BYTES, named_text
from erp.api.writes import Upload, Write
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.schema import Bps, Number, Text
from erp.reviews import queries
from erp.reviews.rules import ReviewStatus
from erp.reviews.schemas import AccrueReviewPay, RecordReview, RoleOrSeller
from erp.reviews.tables import Review

ROUTES = RoomRoutes("reviews")
REVIEWS = Listing(
    Review, "number", parties=("party",), chain_group="chain_group", at="reviewed_at", about_at="when it was said"
)  # fmt: skip
SPOKEN_OF: Roles = STAFF | {Role.NODE}  # a node sees what is said of it


class ReviewUpload(BaseModel):
    """What a customer says. The text is personal data: it stands beside the log and can be erased."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sales_order: Number
    role_id: RoleOrSeller = Field(
        default=0, description="whose holder serves the customer; 0: the seller"
    )
    score_bps: Bps
    text: Text | None = None


def kept_text(
    session: Session, randomness: Callable[[int], bytes], upload: ReviewUpload
) -> RecordReview:
    """Keeps the text beside the log and returns the command that names it by its digest."""
    named = named_text(session, randomness, upload.text)
    return RecordReview(**upload.model_dump(exclude={"text"}), **named)


ROUTES.write(
    Write(
        "/reviews",
        RecordReview,
        "Record a review",
        "What a customer says of a delivered sale, once for each role of its chain group, or of the seller. It weighs the "
        "sale's net. Of a role's holder it is reported to the chain, where a mean below the mark opens the role anew.",
        {"sales_order": "SO-2026-00001", "role_id": 1, "score_bps": 9_000, "text": "spotless"},
        upload=Upload(ReviewUpload, kept_text, MAX_BODY_BYTES),
    )
)
ROUTES.write(
    Write(
        "/review-pays",
        AccrueReviewPay,
        "Accrue pay by reviews",
        "A person's pay for a month: the base times the weighted mean of the month's reviews of the entity, rounded down. "
        "Dr 6602.02, Cr 2211.",
        {"entity": "HEFEI", "person": "P-0001", "month": "2026-05", "base_minor": 100_000},
    )
)


class ReviewView(Row):
    """A review and where it stands. Unix seconds."""

    classes = classed(
        "number sales_order chain_group role_id round party score_bps text_digest reviewed_at month status",
        price="weight_minor",
    )

    number: str
    sales_order: str
    chain_group: ChainGroup
    role_id: int = Field(description="0: of the seller")
    round: int
    party: str = Field(description="who is spoken of")
    score_bps: int
    weight_minor: Amount
    text_digest: str | None
    reviewed_at: int
    month: str
    status: str


class ReviewPayView(Row):
    """What the reviews of a month made of a person's pay."""

    classes = classed(
        "entity month score_bps document", money="base_minor amount_minor", personal="person"
    )

    entity: str
    person: str | None
    month: str
    base_minor: Amount
    score_bps: int
    amount_minor: Amount
    document: str


@ROUTES.read("/reviews", "List reviews", SPOKEN_OF)
def list_reviews(
    context: ContextDep,
    caller: Caller,
    status: Several[ReviewStatus] = None,
    sales_order: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(REVIEWS)] = ALL,
) -> Page[ReviewView]:
    """Reviews by number, of one party, one sale, or all. A node sees what is said of it."""
    own = caller.party if caller.role is Role.NODE else None
    with context.reading() as session:
        return REVIEWS.page(
            session,
            asked,
            ReviewView.model_validate,
            after=after,
            limit=limit,
            own=own,
            status=status,
            sales_order=sales_order,
        )


@ROUTES.read("/review-pays/{entity}", "List pay by reviews", BOOKS)
def list_review_pays(context: ContextDep, entity: str) -> Page[ReviewPayView]:
    """What the reviews of its months made of an entity's pay, newest months last."""
    with context.reading() as session:
        found = queries.pays_of(session, entity)
        return Page(items=[ReviewPayView.model_validate(row) for row in found])
