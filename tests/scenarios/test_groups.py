"""Chain groups from their order to the end, on a chain: every amount is booked, and what time decides happens by itself."""

from __future__ import annotations

from tests.groups import BUDGET, LEADER, STAKE, TOKENS, Group, enrol_nodes
from tests.world import World

FUNDS, WALLET, INCOME, COST = "1012.08", "1012.01", "6051.03", "6602.03"
AVAILABLE, ENCUMBERED = "9003", "9001"


def custody(world: World) -> int:
    """What all parties have in the custody of groups, minor units."""
    parties = (LEADER, "N1", "N2", "N3")
    return sum(world.account(code, FUNDS) for code in parties)


def test_a_group_that_is_not_covered_gives_everybody_their_money_back(world: World) -> None:
    enrol_nodes(world)
    group = Group(world, [300_000, 200_000, 100_000], proposed=600_000)
    group.grab("N1", 1, 500)
    group.grab("N2", 1, 400)
    group.grab("N3", 2, 400)
    world.settle()
    assert custody(world) == 630_000
    assert -world.account(LEADER, AVAILABLE) == BUDGET - 600_000
    assert -world.account(LEADER, ENCUMBERED) == 600_000
    group.until("selectEnd")
    made = [d.type for d in world.documents("stake_release", "budget_return")]
    assert sorted(made) == ["budget_return", "stake_release", "stake_release", "stake_release"]
    assert custody(world) == 0
    assert world.balance("N1") == world.account("N1", WALLET) == TOKENS
    assert -world.account(LEADER, AVAILABLE) == BUDGET
    assert STAKE * 3 == 30_000
    world.assert_nothing_waits()
    world.assert_audit_holds()
