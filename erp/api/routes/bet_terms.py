"""Routes of terms of bets (对赌条款): proposed by a sponsor, approved by each whom the bet may cost something.

Whoever approves sees what each party has in the worst, the base and the expected case, and its own budget beside it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.budget_view import BudgetView, budget_shown
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.outlook_view import BetOutlookView, outlook_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.sides import decides, expect_own
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.bets import terms_queries as queries
from erp.bets.errors import UnknownBetTerms
from erp.bets.paper_queries import parties_in
from erp.bets.queries import terms_seen_by
from erp.bets.terms_rules import BetTermsStatus
from erp.bets.terms_schemas import ApproveBetTerms, ProposeBetTerms, WithdrawBetTerms
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.needs.errors import OthersDecide
from erp.rights.objects import bet_terms_of
from erp.rights.table import Action, may

ROUTES = RoomRoutes("bets")
TERMS = Listing(BetTerms, "number", parties=("sponsor",), chain_group="chain_group")
Number = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["BTP-2026-00001"])]
DAY = 86_400


def refuse_other_sponsor(session: Session, caller: Principal, command: ProposeBetTerms) -> None:
    """A node proposes for itself, finance for the house. Raises UnknownParty, OutsideBooks."""
    expect_own(session, caller, command.sponsor)


def refuse_other_terms(session: Session, caller: Principal, command: WithdrawBetTerms) -> None:
    """The sponsor withdraws its terms. Raises UnknownBetTerms, UnknownParty; OutsideBooks for finance and a partner's."""
    found = visible_terms(session, caller, command.bet_terms)
    expect_own(session, caller, found.sponsor)


def refuse_other_approval(session: Session, caller: Principal, command: ApproveBetTerms) -> None:
    """Finance approves for parties of the house, a partner for itself.

    Raises UnknownBetTerms, UnknownParty, OthersDecide.
    """
    found = visible_terms(session, caller, command.bet_terms)
    if not decides(session, caller, command.party):
        raise OthersDecide(found.number, command.party)
    expect_own(session, caller, command.party)


def visible_terms(session: Session, caller: Principal, number: str) -> BetTerms:
    """The terms with a number, as far as a caller may know of them. Raises UnknownBetTerms."""
    rows = Rows.of(session)
    found = queries.bet_terms(rows, number)
    if may(caller, Action.READ, bet_terms_of(rows, found)) is not None:
        raise UnknownBetTerms(number)
    return found


PLEDGE = {
    "stake_minor": 2_000_000,
    "share_bps": 5_000,
    "tolerance_bps": 500,
    "slope_bps": 10_000,
    "cap_bps": 5_000,
}
ROUTES.write(
    Write(
        "/bet-terms",
        ProposeBetTerms,
        "Propose the terms of a bet",
        "A sponsor wants to bet with others: with all who hold a role of its group, where it names one. Refused with the "
        "reason when no contract would take such terms. `GET /bets/terms/{number}` shows what each party may win and lose; "
        "nothing stands on chain before the sponsor and each party approved it.",
        {
            "sponsor": "APPLIANCE",
            "pool_minor": 10_000_000,
            "expected_value_minor": 4_000_000,
            "reporter_post": 2,
            "arbiter_post": 3,
            "sign_by": 1_790_000_000,
            "start": 1_790_000_000,
            "periods": 2,
            "period_seconds": 30 * DAY,
            "report_seconds": 2 * DAY,
            "dispute_seconds": DAY,
            "ruling_seconds": DAY,
            "parties": [
                {
                    "party": "HEFEI",
                    **PLEDGE,
                    "targets": [
                        {
                            "metric": 101,
                            "weight_bps": 10_000,
                            "floor": 10,
                            "base": 0,
                            "stretch": 0,
                            "expected": 2,
                        }
                    ],
                },
                {
                    "party": "SHANGHAI",
                    **PLEDGE,
                    "targets": [
                        {
                            "metric": 104,
                            "weight_bps": 10_000,
                            "floor": 600,
                            "base": 1_000,
                            "stretch": 1_500,
                            "expected": 1_100,
                        }
                    ],
                },
            ],
        },
        guard=refuse_other_sponsor,
    )
)
ROUTES.write(
    Write(
        "/bet-approvals",
        ApproveBetTerms,
        "Approve the terms of a bet for one party",
        "Another person than the proposer: finance, for the sponsor or a party of the house; another person of an outside "
        "partner. Sets aside what the bet can cost it, BUD Dr 9003, Cr 9002; refused with the figures when the budget is "
        "short. The last one approves the terms: the sponsor proposes the bet by the act `propose_bet`.",
        {"bet_terms": "BTP-2026-00001", "party": "HEFEI"},
        guard=refuse_other_approval,
    )
)
ROUTES.write(
    Write(
        "/bet-terms-withdrawals",
        WithdrawBetTerms,
        "Withdraw the terms of a bet",
        "Frees what was set aside for terms on which no bet stands: BUD Dr 9002, Cr 9003.",
        {"bet_terms": "BTP-2026-00001", "reason": "the season is over"},
        guard=refuse_other_terms,
    )
)


class TermsView(Row):
    """What a sponsor wants to bet. Minor units."""

    classes = classed(
        "number sponsor chain_group status bet",
        money="pool_minor expected_value_minor",
        personal="proposed_by",
    )

    number: str
    sponsor: str
    chain_group: str | None = Field(description="whose members bet; null: no group's")
    status: BetTermsStatus
    bet: str | None = Field(description="that stands on them")
    pool_minor: Amount
    expected_value_minor: Amount
    proposed_by: str | None


class BetApprovalView(ClassedView):
    """Whom the bet may cost something, by which document it agreed, and its budget."""

    classes = classed(
        "party approval budget", confidential="pool_minor at_most_minor set_aside_minor"
    )

    party: str
    approval: str | None = Field(description="null: not yet")
    pool_minor: Amount = Field(description="that it pays in as the sponsor")
    at_most_minor: Amount
    set_aside_minor: Amount = Field(description="of its budget now")
    budget: BudgetView | None = Field(description="null: an outside partner's is not known here")


class TermsPage(ClassedView):
    """Terms of a bet with all that whoever approves them has to see (对赌测算)."""

    classes = classed("terms published outlooks approvals", money="pledges")

    terms: TermsView
    published: dict[str, int | str] = Field(
        description="posts, dates, windows, index: as the contract takes them"
    )
    pledges: list[dict[str, object]] | None = Field(
        description="what each party would sign, and what it expects to reach"
    )
    outlooks: list[BetOutlookView]
    approvals: list[BetApprovalView]


@ROUTES.read("/bet-terms", "List terms of bets", EVERYBODY)
def list_bet_terms(
    context: ContextDep,
    caller: Caller,
    status: Several[BetTermsStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(TERMS)] = ALL,
) -> Page[TermsView]:
    """Terms by number. Whoever speaks for a party sees those that it sponsors or would be a party of."""
    of = None if caller.role is Role.AUDITOR else caller.parties
    with context.reading() as session:
        return TERMS.page(
            session, asked, TermsView.model_validate, *terms_seen_by(of), after=after, limit=limit, status=status
        )  # fmt: skip


@ROUTES.read("/bets/terms/{number}", "Read the terms of one bet", EVERYBODY, 404)
def read_bet_terms(context: ContextDep, caller: Caller, number: Number) -> TermsPage:
    """Terms with the cases of each party. Whose party has no part in them is answered as if there were none."""
    with context.reading() as session:
        found = visible_terms(session, caller, number)
        published = queries.published_in(found)
        published.pop("pool_minor")
        return TermsPage(
            terms=TermsView.model_validate(found),
            published=published,
            pledges=parties_in(found),
            outlooks=[outlook_of(each) for each in queries.outlooks_of(found)],
            approvals=[
                _approval(session, caller, each)
                for each in queries.approvals(Rows.of(session), found)
            ],
        )


def _approval(session: Session, caller: Principal, each: BetApproval) -> BetApprovalView:
    return BetApprovalView(
        party=each.party,
        approval=each.approval,
        pool_minor=each.pool_minor,
        at_most_minor=each.at_most_minor,
        set_aside_minor=each.pool_aside_minor + each.stake_aside_minor,
        budget=budget_shown(session, caller, each.party),
    )
