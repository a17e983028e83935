"""Routes of the progress of a bet (对赌进度) and of what-ifs: party by period, and what each has by now, or would have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from erp.api.access import EVERYBODY
from erp.api.own_orders import key_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.bets import BetName, visible_bet
from erp.api.row import Row
from erp.api.shown import Amount
from erp.bets.rules import SURPASSED, BetStatus
from erp.boards.bet_progress import ReportState, bet_progress
from erp.boards.what_if import Supposed, what_if
from erp.kernel.field_class import classed

ROUTES = RoomRoutes("boards")


class TargetReachedView(Row):
    """A pledged figure of a period: its tiers after the index, rounded down, and what was reached so far."""

    classes = classed("metric name name_zh unit weight_bps follows_index floor base stretch value")

    metric: int
    name: str | None
    name_zh: str | None
    unit: str | None
    weight_bps: int
    follows_index: bool
    floor: int
    base: int
    stretch: int
    value: int | None = Field(
        description="null: the period has not begun, or the books do not measure it"
    )


class PeriodReachedView(Row):
    """A party in one period. Unix seconds."""

    classes = classed(
        "period start end factor_bps state report disputed_by kept_bps attainment_bps targets",
        internal="evidence",
    )

    period: int
    start: int
    end: int
    factor_bps: int = Field(description="by which the index moves what follows it")
    state: ReportState
    report: str | None = Field(description="the document by which it was reported, or prepared")
    disputed_by: str | None
    kept_bps: int | None = Field(description="as reported or ruled, else live; null: not measured")
    attainment_bps: int | None
    evidence: list[int] | None = Field(description="sequences of the documents that show it")
    targets: list[TargetReachedView]


class PartyProgressView(Row):
    """A party with its periods, and what it would have if the bet were settled now."""

    classes = classed("party periods shortfall contribution", money="penalty_minor share_minor")

    party: str
    periods: list[PeriodReachedView]
    shortfall: int = Field(description="basis points, over the periods that were reported")
    contribution: int
    penalty_minor: Amount
    share_minor: Amount


class BetProgressView(Row):
    """The matrix of a bet, party by period, as of a document of the log. Sums by what was reported so far."""

    classes = classed(
        "bet status at as_of weight parties",
        money="pool_minor value_added_minor penalties_minor pot_minor rounding_minor",
    )

    bet: str
    status: BetStatus
    at: int = Field(description="unix seconds")
    as_of: int = Field(description="sequence of the newest document")
    weight: int
    pool_minor: Amount
    value_added_minor: Amount
    penalties_minor: Amount
    pot_minor: Amount
    rounding_minor: Amount = Field(description="of the pot, that no share takes")
    parties: list[PartyProgressView]


@ROUTES.read("/bets/{bet}/progress", "Read how the parties stand", EVERYBODY, 404)
def read_bet_progress(context: ContextDep, caller: Caller, bet: BetName) -> BetProgressView:
    """Each party in each period, measured now, and what it would have. Another firm: bets that it has a part in."""
    with context.reading() as session:
        found = visible_bet(session, caller, key_of(bet))
        return BetProgressView.model_validate(
            bet_progress(session, found.number, context.desk.now())
        )


class PartyThenView(Row):
    """What a party would have at the end. Minor units."""

    classes = classed(
        "party kept_bps attainment_bps", money="stake_minor penalty_minor share_minor paid_minor"
    )

    party: str
    stake_minor: Amount
    kept_bps: int = Field(description="on average of its periods, as attainment_bps")
    attainment_bps: int
    penalty_minor: Amount
    share_minor: Amount
    paid_minor: Amount = Field(description="stake less penalty, and share")


class WhatIfView(Row):
    """What all parties would have if one attained so much in each period that is open. Minor units."""

    classes = classed("bet party attainment_bps parties", money="value_minor")

    bet: str
    party: str
    attainment_bps: int
    value_minor: Amount = Field(description="as reported, else as supposed, at most the pool")
    parties: list[PartyThenView]


@ROUTES.read("/bets/{bet}/what-if", "Read what an attainment would mean", EVERYBODY, 404, 409)
def read_bet_what_if(
    context: ContextDep,
    caller: Caller,
    bet: BetName,
    party: Annotated[str, Query(max_length=64, examples=["HEFEI"])],
    attainment_bps: Annotated[
        int, Query(ge=0, le=SURPASSED, description="in each open period; 10000: all is kept")
    ],
    value_minor: Annotated[
        int | None, Query(ge=0, description="value added; else the whole pool")
    ] = None,
) -> WhatIfView:
    """What each would have by the contract's arithmetic, while the bet runs; all others keep what they promise."""
    with context.reading() as session:
        found = visible_bet(session, caller, key_of(bet))
        asked = Supposed(party, attainment_bps, value_minor)
        return WhatIfView.model_validate(what_if(session, found.number, asked, context.desk.now()))
