"""Routes of bets: their terms, parties, reports and changes. Events tell them all."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.flows import BET, FlowsView, documents_of, flows_view, told_to_partners
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.bets import queries
from erp.bets.errors import UnknownBet
from erp.bets.rules import BetStatus
from erp.bets.tables import Bet
from erp.kernel.field_class import Classes, classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.rights.objects import bet_of
from erp.rights.table import Action, may

ROUTES = RoomRoutes("bets")
BETS = Listing(
    Bet,
    "bet_id",
    parties=("sponsor",),
    chain_group="chain_group",
    at="start",
    about_at="when it starts",
)

BetName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["BET-2026-00001"])
]


class BetView(Row):
    """A bet. Minor units, unix seconds; sums are as reported so far, fixed once it is settled."""

    classes = classed(
        "number bet_id sponsor terms group_id chain_group status signed party_count periods first_periods start "
        "period_seconds sign_by weight settled_at",
        money="pool_minor staked_minor penalties_minor value_added_minor rounding_minor remainder_minor",
    )

    number: str
    bet_id: int
    sponsor: str
    terms: str | None = Field(
        description="number of the document with its terms; null: unknown here"
    )
    group_id: int = Field(description="0: of no group")
    chain_group: str
    status: BetStatus
    signed: int
    party_count: int
    periods: int
    first_periods: int
    start: int
    period_seconds: int
    sign_by: int
    weight: int
    settled_at: int | None
    pool_minor: Amount
    staked_minor: Amount
    penalties_minor: Amount
    value_added_minor: Amount
    rounding_minor: Amount
    remainder_minor: Amount


class BetPartyView(Row):
    """A party of a bet: what it staked, how it stands, what it got."""

    classes = classed(
        "party from_period left_after measured shortfall contribution tolerance_bps slope_bps cap_bps paid_by",
        money="stake_minor penalty_minor share_minor",
    )

    party: str
    from_period: int
    left_after: int | None = Field(
        description="its last period; null: it goes on, or stayed to the end"
    )
    measured: int
    shortfall: int
    contribution: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    paid_by: str | None
    stake_minor: Amount
    penalty_minor: Amount
    share_minor: Amount


class BetMeasureView(Row):
    """What was reported or ruled; of party '' the index of a period, or at period 0 the value added."""

    classes: ClassVar[Classes] = classed(
        "party period ruled disputed_by rule_by shortfall_bps attainment_bps factor_bps reported_by",
        money="value_minor",
    )

    party: str
    period: int
    ruled: bool
    disputed_by: str | None
    rule_by: int | None
    shortfall_bps: int
    attainment_bps: int
    factor_bps: int
    reported_by: str | None
    value_minor: Amount


class BetPage(ClassedView):
    """A bet with its parties and what was reported of each."""

    classes = classed("bet parties measures")

    bet: BetView
    parties: list[BetPartyView]
    measures: list[BetMeasureView]


@ROUTES.read("/bets", "List bets", EVERYBODY)
def list_bets(
    context: ContextDep,
    caller: Caller,
    status: Several[BetStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(BETS)] = ALL,
) -> Page[BetView]:
    """Bets by id. Whoever speaks for a party sees those that it sponsors or is a party of, for ever."""
    with context.reading() as session:
        return BETS.page(
            session, asked, BetView.model_validate, *queries.bets_seen_by(_own(caller)), after=after, limit=limit,
            status=status,
        )  # fmt: skip


@ROUTES.read("/bets/{bet}", "Read one bet", EVERYBODY, 404)
def read_bet(context: ContextDep, caller: Caller, bet: BetName) -> BetPage:
    """The bet with this number or id. Whose party has no part in it is answered as if there were none."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = visible_bet(session, caller, key_of(bet))
        return BetPage(
            bet=BetView.model_validate(found),
            parties=[BetPartyView.model_validate(m) for m in queries.parties(rows, found)],
            measures=[BetMeasureView.model_validate(m) for m in queries.all_measures(rows, found)],
        )


def visible_bet(session: Session, caller: Principal, key: int | str) -> Bet:
    """The bet with an id or number, as far as a caller may know of it. Raises UnknownBet."""
    rows = Rows.of(session)
    found = queries.bet(rows, key)
    if may(caller, Action.READ, bet_of(rows, found)) is not None:
        raise UnknownBet(key)
    return found


def _own(caller: Principal) -> frozenset[str] | None:
    """The parties that a caller speaks for; None: it sees all."""
    return None if caller.role is Role.AUDITOR else caller.parties


@ROUTES.read("/bets/{bet}/flows", "Read a bet's time line", EVERYBODY, 404)
def read_bet_flows(context: ContextDep, caller: Caller, bet: BetName) -> FlowsView:
    """Goods, cash and information of one bet on one time line, each step with document, transaction and anchor.

    Another firm sees bets that it has part in, what events told of them, and its own side of entries.
    """
    with context.reading() as session:
        found = visible_bet(session, caller, key_of(bet))
        documents = documents_of(session, BET, found.bet_id)
    return flows_view(
        context.witness, BET, found.bet_id, documents, caller, told_to_partners(documents)
    )
