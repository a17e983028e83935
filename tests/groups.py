"""A chain group on a world's chain: a leader with a budget, nodes that grab its roles, from the order to the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.budget.schemas import ApproveBudget
from erp.groups.schemas import ProposeGroup
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from scripts.deployment.accounts import Person
from tests.world import DAY, UNLIMITED, World

NODE = 8
LEADER = "LEADER"
PLACES = {LEADER: 14, "N1": 15, "N2": 16, "N3": 17}  # in the development accounts
TOKENS = 1_000_000  # of each
BUDGET = 1_000_000  # approved for the leader, minor units
MOST = 2**60  # above what an amount of the ERP may be: a pledge is a promise
STAKE = 10_000


def enrol_nodes(world: World) -> None:
    """A leader of the house and three partners, known on both sides, that let the group's purse draw their tokens."""
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        own = code == LEADER
        kind = PartyKind.INTERNAL if own else PartyKind.EXTERNAL
        world.erp(RegisterParty(code=code, name=code, kind=kind, account=person.address))
        if own:
            world.erp(ContributeCapital(entity=code, amount_minor=TOKENS))
            world.erp(ApproveBudget(entity=code, amount_minor=BUDGET))
        world.transact("registrar", "Participants", "register", person.address, NODE)
        ref = "0x" + code.encode().hex().ljust(64, "0")
        world.transact("treasurer", "SettlementToken", "issue", person.address, TOKENS, ref)
        spender = world.deployment.address("GroupPay")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)
    world.settle()


def role_terms(pay: int, **changed: int) -> dict[str, Any]:
    """What the leader publishes for a role."""
    return {
        "roleRef": b"\x01" * 32, "floor": 1, "most": MOST, "stake": STAKE, "pay": pay, "minReviews": 0,
        "minCreditBps": 0, "reviewMarkBps": 0, "shortfallMarkBps": 0, "creditWeightBps": 5_000,
        "stakeBpsOfPledge": 0, **changed,
    }  # fmt: skip


class Group:
    """A group that a leader opens."""

    def __init__(
        self,
        world: World,
        pays: Sequence[int | Mapping[str, Any]],
        *,
        proposed: int = 0,
        **changed: Any,
    ) -> None:
        """`proposed`: the leader proposes the group in the ERP with this budget, and names that document."""
        self.world = world
        ref: bytes = world.reference()
        if proposed:
            self.proposal = self._propose(proposed)
            ref = document_root(self.proposal)
        roles = [dict(p) if isinstance(p, Mapping) else role_terms(p) for p in pays]
        self.terms = {
            "needRef": ref, "region": b"\x00" * 32, "target": 1, "reporterPost": 2, "grabSeconds": DAY,
            "selectSeconds": DAY, "workSeconds": 30 * DAY, "reportSeconds": 2 * DAY, "reviewSeconds": DAY,
            "betSeconds": 0, **changed,
        }  # fmt: skip
        self.opened_at = world.now
        receipt = world.transact(LEADER, "ChainGroups", "openGroup", self.terms, roles)
        contracts = set(world.deployment.addresses(("ChainGroups",))["ChainGroups"])
        (log,) = (log for log in receipt["logs"] if log["address"].lower() in contracts)
        self.id = int(log["topics"][1], 16)

    def _propose(self, budget: int) -> Document:
        need = "ovens that clean themselves"
        self.world.erp(ProposeGroup(leader=LEADER, need=need, budget_minor=budget))
        proposal = self.world.last("group_proposal")
        self.world.settle()
        return proposal

    def grab(self, who: str, role: int, pledge: int) -> None:
        """A node pledges for a role."""
        values = (self.id, role, pledge, self.world.reference())
        self.world.transact(who, "ChainGroups", "grabRole", *values)

    def tell(self, who: str, function: str, *args: Any) -> None:
        """Somebody calls the groups about this one."""
        self.world.transact(who, "ChainGroups", function, self.id, *args)

    def progress(self, role: int, round_: int, bps: int) -> None:
        """The reporter tells how much of a role's pay is earned."""
        values = (self.id, role, round_, bps, self.world.reference())
        self.world.transact("reporter", "GroupPay", "reportProgress", *values)

    def review(self, role: int, round_: int, score: int, weight: int = 50_000) -> None:
        """The reporter tells what a user says of the holder of a role."""
        values = (self.id, role, round_, score, weight, self.world.reference())
        self.world.transact("reporter", "UserReviews", "recordReview", *values)

    def rate(self, who: str, scores: Mapping[str, int]) -> tuple[Any, ...]:
        """A member of the settled group seals what it says of others; the arguments that open it again."""
        people = self.world.people
        told = sorted((people[code].address, score, b"\x00" * 32) for code, score in scores.items())
        salt = self.world.reference()
        values = (self.id, people[who].address, told, salt)
        (sealed,) = self.world.bridge.gateway.view("PeerRatings", "sealRatings", *values)
        self.world.transact(who, "PeerRatings", "commitRatings", self.id, sealed)
        return self.id, told, salt

    def until(self, moment: str, ahead: int = 0) -> None:
        """Time passes to a moment of the group as the chain has it, less `ahead`, and a second more; the bridge sees it."""
        (found,) = self.world.bridge.gateway.records([("ChainGroups", "group", (self.id,))])
        self.world.node.reach_time(int(found[moment]) - ahead + 1)
        self.world.settle()

    def until_ratings(self, end: int) -> None:
        """Time passes to the end of sealing ratings (0) or of opening them (1)."""
        windows = self.world.bridge.gateway.view("PeerRatings", "windowsOf", self.id)
        self.world.node.reach_time(int(windows[end]) + 1)
        self.world.settle()
