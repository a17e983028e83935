"""Performance on the books: a group's bet whose only party pledged no defect, measured when its period is over."""

from __future__ import annotations

from erp.bets import schemas as s
from erp.performance.schemas import ReportPerformance, ReportValue
from tests.erp.groups import GROUP_ID
from tests.erp.test_bets import SHARE, STAKE, proposal
from tests.erp.world import DAY, World, account

BET_ID, POOL_MINOR = 7, 5_000
TARGET = s.BetTarget(
    metric=101, follows_index=False, weight_bps=10_000, floor="10", base="0", stretch="0"
)


def fill_tables(world: World) -> None:
    """A report of a period, and one of the value added, in the group that was booked before."""
    contract = world.do(
        proposal(
            world,
            bet_id=BET_ID,
            party_count=1,
            period_seconds=DAY,
            pool_minor=POOL_MINOR,
            group_id=GROUP_ID,
        )
    )
    told = {"tolerance_bps": 0, "slope_bps": 10_000, "cap_bps": 5_000, "targets": (TARGET,)}
    world.do(
        s.RecordBetSignature(
            bet_id=BET_ID, party=account("n1"), stake_minor=STAKE["n1"], share_bps=SHARE["n1"],
            signed=1, staked_minor=STAKE["n1"], weight=SHARE["n1"] * 10_000, **told,
        )
    )  # fmt: skip
    world.do(s.RecordBetActivation(bet_id=BET_ID, parties=1))
    world.wait(2 * DAY)
    world.do(ReportPerformance(bet=contract.number, party="n1", period=1))
    world.do(ReportValue(bet=contract.number))
