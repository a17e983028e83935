"""Finding papers that change a bet, and how a bet stands that they would change."""

from __future__ import annotations

import json
from typing import Any

from erp.bets import queries
from erp.bets.change_rules import CURVE, BetPaperStatus, Running, Seated
from erp.bets.change_tables import BetChange, BetChangeApproval, PoolTopUp
from erp.bets.errors import UnknownBetChange, UnknownTopUp
from erp.bets.paper_queries import numbered, parties_in
from erp.bets.rules import AmendmentStatus
from erp.bets.tables import Bet, BetAmendment
from erp.kernel.rows import Rows

LIVING = (BetPaperStatus.PROPOSED, BetPaperStatus.APPROVED, BetPaperStatus.STANDING)


def bet_change(rows: Rows, number: str) -> BetChange:
    """The change with a number. Raises UnknownBetChange."""
    return numbered(rows, BetChange, number, UnknownBetChange)


def approvals(rows: Rows, of: BetChange) -> list[BetChangeApproval]:
    """All who have to agree to a change, by party."""
    return rows.select(BetChangeApproval, "party", bet_change=of.number)


def dates_in(of: BetChange) -> dict[str, int]:
    """The dates of a bet as a change would have them."""
    return dict(json.loads(of.dates))


def told_in(of: BetChange) -> dict[str, Any]:
    """A change as it was told: its dates, who leaves and joins, and what all who go on would sign."""
    who = {"leaver": of.leaver, "newcomer": of.newcomer, "parties": parties_in(of)}
    return dates_in(of) | who


def changes_of(rows: Rows, bet: str) -> list[BetChange]:
    """All papers that change a bet, by number."""
    return rows.select(BetChange, "number", bet=bet)


def top_up(rows: Rows, number: str) -> PoolTopUp:
    """The top-up with a number. Raises UnknownTopUp."""
    return numbered(rows, PoolTopUp, number, UnknownTopUp)


def top_ups_of(rows: Rows, bet: str) -> list[PoolTopUp]:
    """All top-ups of a bet's pool, by number."""
    return rows.select(PoolTopUp, "number", bet=bet)


def running(rows: Rows, bet: Bet) -> Running:
    """A bet as far as a change of it is concerned."""
    members = queries.parties(rows, bet)
    agreed = [
        each
        for each in rows.select(BetAmendment, "amendment_id", bet=bet.number)
        if each.status == AmendmentStatus.AGREED
    ]
    seated = {}
    for member in members:
        if member.left_after is not None:
            continue
        newest = [p for p in queries.pledges(rows, bet, member.party) if p.in_force][-1]
        curve = {name: getattr(member, name) for name in CURVE}
        seated[member.party] = Seated(curve, newest.share_bps)
    return Running(
        sponsor=bet.sponsor,
        start=bet.start,
        periods=bet.periods,
        period_seconds=bet.period_seconds,
        indexed=int(bet.index_baseline) > 0,
        last_from=max((each.from_period for each in agreed), default=0),
        amendments=len(agreed),
        seated=seated,
        ever=frozenset(member.party for member in members),
    )
