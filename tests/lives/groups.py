"""A group that nobody joins; one that selects, rejects, loses a holder, adds a role, is ended by consent, and is rated."""

from __future__ import annotations

from unittest.mock import patch

from bridge.capabilities.groups import EXTENDED_AHEAD_SECONDS
from erp.groups import standing
from erp.groups.schemas import Plan, SubmitPlan
from erp.needs.schemas import WithdrawGroupProposal
from scripts.plays.acts.groups import proposed_group, raised_need
from tests.groups import LEADER, Group, enrol_nodes, role_terms
from tests.world import DAY, World

MAKES = frozenset({
    "group_order", "role_addition", "role_grab", "candidate_selection", "candidate_rejection", "group_forming",
    "group_dissolution", "group_settlement", "role_reopening", "role_seating", "stake_release_batch", "consented_end",
    "work_extension", "progress_attestation", "stake_release", "role_payment", "budget_return", "review_attestation",
    "peer_rating", "group_proposal", "group_approval", "group_withdrawal",
})  # fmt: skip
MARK_BPS = 6_000


def live(world: World) -> None:
    """Plays it."""
    enrol_nodes(world)
    nobody_opens_it(world)
    with patch.object(
        standing, "MAX_STAKES_NAMED", 1
    ):  # so that two stakes are more than one document names
        nobody_comes(world)
        days_are_lost(world)
        rate_each_other(world, a_life(world))


def nobody_opens_it(world: World) -> None:
    """A group is proposed, and its leader takes that back."""
    world.settle()  # the books know the leader as a node
    found = Group.terms_of(world)
    proposal = proposed_group(world, raised_need(world).number, found, [role_terms(10_000)])
    world.erp(WithdrawGroupProposal(proposal=proposal.number, reason="the need is served already"))


def nobody_comes(world: World) -> None:
    """A group without candidates is given up, and its budget goes back."""
    Group(world, [10_000]).until("selectEnd")


def days_are_lost(world: World) -> Group:
    """A group in a region that loses two days: its work is extended by them."""
    region = b"\x07" * 32
    group = Group(world, [1_000], region=region)
    group.grab("N1", 1, 10)
    group.until("selectEnd")
    world.wait(3 * DAY)
    values = (region, world.now // DAY - 1, 2, world.reference())
    world.transact("reporter", "ForceMajeure", "declare", *values)
    (stands,) = world.bridge.gateway.view("ForceMajeure", "standsAt", 1)
    world.node.reach_time(int(stands))
    world.transact("RIVAL", "ForceMajeure", "applyDeclaration", 1)
    group.until("workEnd", ahead=EXTENDED_AHEAD_SECONDS)
    return group


def a_life(world: World) -> Group:
    """From the order to the settlement."""
    reviewed = role_terms(200_000, reviewMarkBps=MARK_BPS, minReviews=1)
    group = Group(world, [300_000, reviewed], proposed=True)
    world.settle()
    plan = Plan(text="by hand", price_minor=100, ready_at=world.now)
    order = world.last("group_order").number
    world.erp(SubmitPlan(party="N1", group=order, role_id=1, plan=plan), "node:N1")
    for who, role, pledge in (("N1", 1, 500), ("N2", 1, 400), ("N3", 2, 300)):
        group.grab(who, role, pledge)
    group.until("grabEnd")
    address = {code: person.address for code, person in world.people.items()}
    group.tell(LEADER, "rejectCandidate", 1, address["N2"])
    group.tell(LEADER, "selectCandidate", 1, address["N1"])
    group.tell(LEADER, "selectCandidate", 2, address["N3"])
    world.settle()  # the keeper forms it
    group.progress(1, 1, 3_333)
    group.review(2, 1, MARK_BPS - 1)
    world.settle()  # the keeper pays N1, and opens role 2 anew
    group.grab("N2", 2, 250)
    group.tell(LEADER, "addRole", role_terms(50_000))
    world.settle()
    world.wait(2 * DAY + 1)
    world.settle()  # the keeper seats N2
    group.progress(2, 2, 10_000)
    group.tell(LEADER, "consentToEnd", 0, True)
    group.tell("N1", "consentToEnd", 1, True)
    group.tell("N2", "consentToEnd", 2, True)
    world.settle()
    group.until("reportEnd")  # the keeper closes it, and sends everything back
    return group


def rate_each_other(world: World, group: Group) -> None:
    """Members seal and open what they say of each other; the keeper has it counted."""
    opened = {
        who: group.rate(who, scores)
        for who, scores in {
            "N1": {LEADER: 9_000, "N2": 7_000},
            "N2": {LEADER: 8_000, "N1": 9_500},
        }.items()
    }
    group.until_ratings(0)
    for who, told in opened.items():
        world.transact(who, "PeerRatings", "revealRatings", *told)
    world.settle()
    group.until_ratings(1)
