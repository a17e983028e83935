"""Routes of papers that change a bet that runs (对赌变更): amendments, and more in the pool.

Whoever approves sees what each who goes on would sign, what each party has in the worst, the base and the expected case by
then, and its own budget beside it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.budget_view import BudgetView, budget_shown
from erp.api.outlook_view import BetOutlookView, outlook_of
from erp.api.own_orders import key_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.sides import decides, expect_own
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.bets import change_queries as queries
from erp.bets import queries as bets
from erp.bets.change_outlooks import outlooks_of
from erp.bets.change_rules import BetPaperStatus
from erp.bets.change_schemas import (
    ApproveBetChange,
    ApproveTopUp,
    ProposeBetChange,
    ProposeTopUp,
    WithdrawBetChange,
    WithdrawTopUp,
)
from erp.bets.change_tables import BetChange, BetChangeApproval, PoolTopUp
from erp.bets.errors import UnknownBet, UnknownBetChange, UnknownTopUp
from erp.bets.paper_queries import parties_in
from erp.bets.tables import Bet
from erp.kernel.field_class import classed
from erp.kernel.rows import Rows
from erp.needs.errors import OthersDecide
from erp.rights.objects import bet_change_of, bet_of
from erp.rights.table import Action, may

ROUTES = RoomRoutes("bets")
Number = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["BTC-2026-00001"])]
BetName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["BET-2026-00001"])
]


# ---- who may ------------------------------------------------------------------------------------


def visible_bet(session: Session, caller: Principal, name: str) -> Bet:
    """The bet of this number or id, as far as a caller may know of it. Raises UnknownBet."""
    rows = Rows.of(session)
    found = bets.bet(rows, key_of(name))
    if may(caller, Action.READ, bet_of(rows, found)) is not None:
        raise UnknownBet(name)
    return found


def visible_change(session: Session, caller: Principal, number: str) -> BetChange:
    """The change of this number, as far as a caller may know of it. Raises UnknownBetChange."""
    rows = Rows.of(session)
    found = queries.bet_change(rows, number)
    if may(caller, Action.READ, bet_change_of(rows, found)) is not None:
        raise UnknownBetChange(number)
    return found


def visible_top_up(session: Session, caller: Principal, number: str) -> PoolTopUp:
    """The top-up of this number, as far as a caller may know of it. Raises UnknownTopUp."""
    rows = Rows.of(session)
    found = queries.top_up(rows, number)
    if may(caller, Action.READ, bet_of(rows, bets.bet(rows, found.bet))) is not None:
        raise UnknownTopUp(number)
    return found


def refuse_other_proposer(session: Session, caller: Principal, command: ProposeBetChange) -> None:
    """A node proposes for itself, finance for the house. Raises UnknownBet, UnknownParty, OutsideBooks."""
    visible_bet(session, caller, command.bet)
    expect_own(session, caller, command.proposer)


def refuse_other_approval(session: Session, caller: Principal, command: ApproveBetChange) -> None:
    """Finance approves for the house, a partner for itself. Raises UnknownBetChange, UnknownParty, OthersDecide."""
    found = visible_change(session, caller, command.bet_change)
    if not decides(session, caller, command.party):
        raise OthersDecide(found.number, command.party)
    expect_own(session, caller, command.party)


def refuse_other_withdrawal(
    session: Session, caller: Principal, command: WithdrawBetChange
) -> None:
    """Its proposer withdraws a change. Raises UnknownBetChange, UnknownParty, OutsideBooks."""
    expect_own(session, caller, visible_change(session, caller, command.bet_change).proposer)


def refuse_other_payer(session: Session, caller: Principal, command: ProposeTopUp) -> None:
    """A node proposes for itself, finance for the house. Raises UnknownBet, UnknownParty, OutsideBooks."""
    visible_bet(session, caller, command.bet)
    expect_own(session, caller, command.payer)


def refuse_other_top_up(session: Session, caller: Principal, command: ApproveTopUp) -> None:
    """Finance approves for the house, a partner for itself. Raises UnknownTopUp, UnknownParty, OthersDecide."""
    found = visible_top_up(session, caller, command.top_up)
    if not decides(session, caller, found.payer):
        raise OthersDecide(found.number, found.payer)
    expect_own(session, caller, found.payer)


def refuse_other_taking_back(session: Session, caller: Principal, command: WithdrawTopUp) -> None:
    """The sponsor withdraws its top-up. Raises UnknownTopUp, UnknownParty, OutsideBooks."""
    expect_own(session, caller, visible_top_up(session, caller, command.top_up).payer)


# ---- writes -------------------------------------------------------------------------------------

PLEDGE = {
    "stake_minor": 2_000_000, "share_bps": 5_000, "tolerance_bps": 500, "slope_bps": 10_000, "cap_bps": 5_000,
    "targets": [{"metric": 101, "weight_bps": 10_000, "floor": 12, "base": 1, "stretch": 0, "expected": 2}],
}  # fmt: skip
ROUTES.write(
    Write(
        "/bet-changes",
        ProposeBetChange,
        "Propose a change of a bet",
        "Sponsor or a party wants a running bet to be otherwise from a period on: targets, shares, dates, who leaves, who "
        "joins. Refused with the reason when no contract would take it. All who go on and who joins approve it before the "
        "proposer proposes it on chain by the act `propose_bet_change`.",
        {
            "bet": "BET-2026-00001",
            "proposer": "APPLIANCE",
            "from_period": 2,
            "periods": 3,
            "start": 1_790_000_000,
            "sign_by": 1_792_000_000,
            "parties": [{"party": "HEFEI", **PLEDGE}, {"party": "SHANGHAI", **PLEDGE}],
        },
        guard=refuse_other_proposer,
    )
)
ROUTES.write(
    Write(
        "/bet-change-approvals",
        ApproveBetChange,
        "Approve a change of a bet for one party",
        "Another person than the proposer: finance for a party of the house, another person of an outside partner. Sets "
        "aside the most that a newcomer can lose, BUD Dr 9003, Cr 9002; refused with the figures when its budget is short.",
        {"bet_change": "BTC-2026-00001", "party": "HEFEI"},
        guard=refuse_other_approval,
    )
)
ROUTES.write(
    Write(
        "/bet-change-withdrawals",
        WithdrawBetChange,
        "Withdraw a change of a bet",
        "Frees what was set aside: BUD Dr 9002, Cr 9003. One that stands on chain is withdrawn once nobody can sign it.",
        {"bet_change": "BTC-2026-00001", "reason": "the market came back"},
        guard=refuse_other_withdrawal,
    )
)
ROUTES.write(
    Write(
        "/pool-top-ups",
        ProposeTopUp,
        "Propose to add to a pool",
        "The sponsor of a running bet wants to add to its pool. Once finance approved it the sponsor pays by the act "
        "`top_up_bet`.",
        {
            "bet": "BET-2026-00001",
            "payer": "APPLIANCE",
            "amount_minor": 1_000_000,
            "reason": "the season runs better than the pool",
        },
        guard=refuse_other_payer,
    )
)
ROUTES.write(
    Write(
        "/pool-top-up-approvals",
        ApproveTopUp,
        "Approve to add to a pool",
        "Another person than the proposer. Sets the amount aside, BUD Dr 9003, Cr 9002; refused with the figures when the "
        "budget is short.",
        {"top_up": "PTU-2026-00001"},
        guard=refuse_other_top_up,
    )
)
ROUTES.write(
    Write(
        "/pool-top-up-withdrawals",
        WithdrawTopUp,
        "Withdraw a top-up",
        "Frees what was set aside for a top-up that was not paid: BUD Dr 9002, Cr 9003.",
        {"top_up": "PTU-2026-00001", "reason": "the pool is enough"},
        guard=refuse_other_taking_back,
    )
)


# ---- reads --------------------------------------------------------------------------------------


class BetChangeView(Row):
    """A change that somebody wants of a bet. Unix seconds."""

    classes = classed(
        "number bet proposer leaver newcomer sign_by status amendment_id", personal="proposed_by"
    )

    number: str
    bet: str
    proposer: str
    leaver: str | None
    newcomer: str | None
    sign_by: int
    status: BetPaperStatus
    amendment_id: int | None = Field(description="by which it was proposed on chain")
    proposed_by: str | None


class ChangeApprovalView(ClassedView):
    """Who has to agree, by which document it did, and its budget."""

    classes = classed("party approval budget", confidential="at_most_minor set_aside_minor")

    party: str
    approval: str | None = Field(description="null: not yet")
    at_most_minor: Amount = Field(description="that it newly can lose")
    set_aside_minor: Amount = Field(description="of its budget now")
    budget: BudgetView | None = Field(description="null: an outside partner's is not known here")


class BetChangePage(ClassedView):
    """A change with all that whoever approves it has to see."""

    classes = classed("change dates outlooks approvals", money="pledges")

    change: BetChangeView
    dates: dict[str, int]
    pledges: list[dict[str, object]] | None = Field(
        description="what each who goes on would sign, and what it expects to reach"
    )
    outlooks: list[BetOutlookView] = Field(
        description="each who shares, as of now; empty once the change binds or is off"
    )
    approvals: list[ChangeApprovalView]


class PoolTopUpView(Row):
    """What a sponsor wants to add to a pool. Minor units."""

    classes = classed(
        "number bet payer status approval",
        money="amount_minor",
        confidential="aside_minor",
        personal="proposed_by",
    )

    number: str
    bet: str
    payer: str
    amount_minor: Amount
    aside_minor: Amount = Field(description="of its budget now")
    status: BetPaperStatus
    approval: str | None
    proposed_by: str | None


class BetPapersView(ClassedView):
    """The papers that would change, or changed, a bet."""

    classes = classed("changes top_ups")

    changes: list[BetChangeView]
    top_ups: list[PoolTopUpView]


@ROUTES.read("/bets/changes/{number}", "Read one change of a bet", EVERYBODY, 404)
def read_bet_change(context: ContextDep, caller: Caller, number: Number) -> BetChangePage:
    """A change with what each would sign. Whose party has no part in it is answered as if there were none."""
    with context.reading() as session:
        found = visible_change(session, caller, number)
        return BetChangePage(
            change=BetChangeView.model_validate(found),
            dates=queries.dates_in(found),
            pledges=parties_in(found),
            outlooks=_outlooks(session, found, context.desk.now()),
            approvals=[
                _approval(session, caller, each)
                for each in queries.approvals(Rows.of(session), found)
            ],
        )


@ROUTES.read("/bets/{bet}/papers", "Read what would change a bet", EVERYBODY, 404)
def read_bet_papers(context: ContextDep, caller: Caller, bet: BetName) -> BetPapersView:
    """All changes of a bet and top-ups of its pool, by number. For its sponsor and parties."""
    with context.reading() as session:
        found = visible_bet(session, caller, bet)
        rows = Rows.of(session)
        return BetPapersView(
            changes=[
                BetChangeView.model_validate(each)
                for each in queries.changes_of(rows, found.number)
            ],
            top_ups=[
                PoolTopUpView.model_validate(each)
                for each in queries.top_ups_of(rows, found.number)
            ],
        )


def _outlooks(session: Session, found: BetChange, now: int) -> list[BetOutlookView]:
    if found.status not in queries.LIVING:
        return []
    return [outlook_of(each) for each in outlooks_of(Rows.of(session), found, now)]


def _approval(session: Session, caller: Principal, each: BetChangeApproval) -> ChangeApprovalView:
    return ChangeApprovalView(
        party=each.party,
        approval=each.approval,
        at_most_minor=each.at_most_minor,
        set_aside_minor=each.aside_minor,
        budget=budget_shown(session, caller, each.party),
    )
