"""A group whose roles earn by themselves: as its leader says, by what customers get, and by what the chain says first."""

from __future__ import annotations

from erp.items.schemas import RegisterItem
from erp.needs.public import WorkMeasure
from erp.needs.schemas import Counted, Milestone
from erp.work.schemas import ReachMilestone
from scripts.plays.acts.customers import WASH, Counter
from tests.groups import LEADER, Group, enrol_nodes, role_terms
from tests.world import World

MAKES = frozenset({"role_progress", "progress_lateness"})
MAKER, CARRIER = 1, 2
PAY = {MAKER: 300_000, CARRIER: 100_001}
MADE, SOLD = 10, 30  # washes: of the maker's last milestone, and of the carrier's whole share


def live(world: World) -> None:
    """Plays it."""
    group = opened(world)
    overtaken(world, group)


def opened(world: World) -> Group:
    """A group that works, of N1 that earns by milestones, and N2 by a share; and a thing to sell."""
    enrol_nodes(world)
    world.erp(RegisterItem(code=WASH, name="Wash", unit="piece"))
    washes = {"measure": WorkMeasure.DELIVERED, "item": WASH}
    steps = (
        Milestone(text="the machine stands", earned_bps=4_000),
        Milestone(text="ten washes", earned_bps=10_000, counted=Counted(quantity=MADE, **washes)),
    )
    share = Counted(quantity=SOLD, **washes)
    roles = [
        role_terms(PAY[MAKER], milestones=steps),
        role_terms(PAY[CARRIER], share=share),
    ]
    group = Group(world, roles, proposed=True)
    for who, role in (("N1", MAKER), ("N2", CARRIER)):
        group.grab(who, role, 500)
    group.until("selectEnd")
    return group


def said(world: World, group: Group) -> str:
    """Somebody of the leader says that the machine stands; the document."""
    command = ReachMilestone(
        chain_group=Counter(world, group).code, role_id=MAKER, earned_bps=4_000, text="it runs"
    )
    return world.erp(command, actor=f"node:{LEADER}").number


def overtaken(world: World, group: Group) -> None:
    """The reporter tells more from its console before our report is anchored: ours is not wanted any more."""
    said(world, group)
    world.settle_passes(1)
    group.progress(MAKER, 1, 5_000)
    world.settle()
