"""Routes of the two-person rule: proposing, confirming and withdrawing, and the proposals so far."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator

from erp.api.access import BOOKS
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.rows import Rows
from erp.proposals import queries
from erp.proposals.rules import ProposalStatus
from erp.proposals.schemas import ConfirmProposal, Propose, WithdrawProposal
from erp.proposals.tables import Proposal

ROUTES = RoomRoutes("ledger")
PROPOSALS = Listing(Proposal, "number", at="proposed_at", about_at="when it was proposed")

ROUTES.write(
    Write(
        "/proposals",
        Propose,
        "Propose a command",
        "Asks for a command that takes effect only when a second person confirms it. The route of the command "
        "itself does the same. Nothing is posted yet.",
        {"command": "ApproveBudget", "fields": {"entity": "HEFEI", "amount_minor": 2_000_000}},
    )
)
ROUTES.write(
    Write(
        "/confirmations",
        ConfirmProposal,
        "Confirm a proposal",
        "Lets a proposal take effect: the document of its command is the first of `follow_ups`. Refused to whoever "
        "proposed it. What refuses the command refuses the confirmation, and the proposal stays open.",
        {"proposal": "PRP-2026-00001"},
    )
)
ROUTES.write(
    Write(
        "/proposal-withdrawals",
        WithdrawProposal,
        "Withdraw a proposal",
        "Ends a proposal that was not confirmed. Its proposer may, and whoever could confirm it.",
        {"proposal": "PRP-2026-00001", "reason": "the wrong entity"},
    )
)


class ProposalView(Row):
    """A command that one person proposed. `decided_by` is the document that confirmed or withdrew it."""

    classes = classed(
        "number command status decided_by decided_at proposed_at",
        confidential="fields",
        personal="proposed_by",
    )

    number: str
    command: str
    fields: Annotated[dict[str, Any], BeforeValidator(json.loads)]
    proposed_by: str
    proposed_at: int
    status: ProposalStatus
    decided_by: str | None
    decided_at: int | None


@ROUTES.read("/proposals", "List proposals", BOOKS)
def list_proposals(
    context: ContextDep,
    status: Several[ProposalStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(PROPOSALS)] = ALL,
) -> Page[ProposalView]:
    """What was proposed, by number: who proposed it, and what became of it."""
    with context.reading() as session:
        return PROPOSALS.page(
            session, asked, ProposalView.model_validate, after=after, limit=limit, status=status
        )


ProposalNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["PRP-2026-00001"])]


@ROUTES.read("/proposals/{number}", "Read one proposal", BOOKS, 404)
def read_proposal(context: ContextDep, number: ProposalNumber) -> ProposalView:
    """The proposal with this number."""
    with context.reading() as session:
        return ProposalView.model_validate(queries.proposal(Rows.of(session), number))
