"""What several operations on bets share: states, seats, and sums that follow from all that was reported."""

from __future__ import annotations

import json
from dataclasses import dataclass

from erp.bets import journals, queries
from erp.bets.rules import BetStatus, penalty_up
from erp.bets.schemas import BetTarget, RecordBetAmendmentSignature, RecordBetSignature
from erp.bets.tables import Bet, BetParty, BetPledge
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical


@dataclass(frozen=True, slots=True)
class Kept:
    """A pledge as it was kept when it was signed."""

    stake_minor: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[BetTarget, ...]


Pledge = RecordBetSignature | RecordBetAmendmentSignature | Kept


def kept(pledge: BetPledge) -> Kept:
    """What a signature carried, read back."""
    return Kept(
        pledge.stake_minor,
        pledge.share_bps,
        pledge.tolerance_bps,
        pledge.slope_bps,
        pledge.cap_bps,
        tuple(BetTarget(**each) for each in json.loads(pledge.targets)),
    )


def about(found: Bet) -> Fields:
    """Fields of every document of a bet."""
    return {"bet": found.number, "chain_group": found.chain_group}


def expect(found: Bet, *allowed: BetStatus) -> None:
    """Raises WrongStatus unless the bet is in one of these states."""
    if found.status not in allowed:
        expected = " or ".join(status.value for status in allowed)
        raise WrongStatus("Bet", found.number, found.status, expected)


def keep_pledge(
    context: Context,
    found: Bet,
    code: str,
    pledge: Pledge,
    amendment_id: int,
    from_period: int,
    *,
    in_force: bool,
) -> BetPledge:
    """Keeps what a party pledges from a period on."""
    targets = canonical([target.model_dump(mode="json") for target in pledge.targets])
    return context.rows.put(
        BetPledge,
        bet=found.number,
        party=code,
        amendment_id=amendment_id,
        from_period=from_period,
        share_bps=pledge.share_bps,
        targets=targets,
        stake_minor=pledge.stake_minor,
        tolerance_bps=pledge.tolerance_bps,
        slope_bps=pledge.slope_bps,
        cap_bps=pledge.cap_bps,
        in_force=in_force,
    )


def seat(
    context: Context,
    found: Bet,
    code: str,
    pledge: Pledge,
    amendment_id: int,
    from_period: int,
    *,
    in_force: bool,
) -> None:
    """Makes a party of somebody that pledged, and pays its stake in: Dr bet stakes, Cr wallet."""
    keep_pledge(context, found, code, pledge, amendment_id, from_period, in_force=in_force)
    member = context.rows.add(
        BetParty,
        bet=found.number,
        party=code,
        stake_minor=pledge.stake_minor,
        tolerance_bps=pledge.tolerance_bps,
        slope_bps=pledge.slope_bps,
        cap_bps=pledge.cap_bps,
        from_period=from_period,
        joined_by=context.number,
    )
    found.staked_minor += pledge.stake_minor
    count(context, found, member)
    stake = {"stake": pledge.stake_minor}
    context.post(journals.STAKE_PAID_IN.entry(code, stake, chain_group=found.chain_group))


def count(context: Context, found: Bet, member: BetParty) -> None:
    """Counts anew what a party contributed, missed and loses, and the sums of the bet with it."""
    rows = context.rows
    reported = [m for m in queries.measures(rows, found, member.party) if m.reported_by is not None]
    contribution = queries.contribution(rows, found, member)
    member.measured = len(reported)
    member.shortfall = sum(each.shortfall_bps for each in reported)
    penalty = penalty_up(
        member.stake_minor,
        member.shortfall,
        found.first_periods,
        member.tolerance_bps,
        member.slope_bps,
        member.cap_bps,
    )
    found.weight += contribution - member.contribution
    found.penalties_minor += penalty - member.penalty_minor
    member.contribution, member.penalty_minor = contribution, penalty
