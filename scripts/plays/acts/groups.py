"""Chain groups: a leader opens one, nodes grab its roles, reporters tell progress and reviews, members rate each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.groups.schemas import ProposeGroup

from .acts import Acts

DAY = 86_400
NODE = 8  # capability
LEADER = "LEADER"
MOST = 2**60  # above what an amount of the ERP may be: a pledge is a promise
STAKE = 10_000


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
        acts: Acts,
        pays: Sequence[int | Mapping[str, Any]],
        *,
        proposed: int = 0,
        leader: str = LEADER,
        need: str = "ovens that clean themselves",
        **changed: Any,
    ) -> None:
        """`proposed`: the leader proposes the group in the ERP with this budget, and names that document."""
        self.acts, self.leader, self.need = acts, leader, need
        ref: bytes = acts.reference()
        if proposed:
            self.proposal = self._propose(proposed)
            ref = document_root(self.proposal)
        roles = [dict(p) if isinstance(p, Mapping) else role_terms(p) for p in pays]
        self.terms = {
            "needRef": ref, "region": b"\x00" * 32, "target": 1, "reporterPost": 2, "grabSeconds": DAY,
            "selectSeconds": DAY, "workSeconds": 30 * DAY, "reportSeconds": 2 * DAY, "reviewSeconds": DAY,
            "betSeconds": 0, **changed,
        }  # fmt: skip
        self.opened_at = acts.now
        receipt = acts.transact(leader, "ChainGroups", "openGroup", self.terms, roles)
        self.id = acts.number_in(receipt, "ChainGroups")

    def _propose(self, budget: int) -> Document:
        self.acts.erp(ProposeGroup(leader=self.leader, need=self.need, budget_minor=budget))
        proposal = self.acts.last("group_proposal")
        self.acts.settle()
        return proposal

    def grab(self, who: str, role: int, pledge: int) -> None:
        """A node pledges for a role."""
        values = (self.id, role, pledge, self.acts.reference())
        self.acts.transact(who, "ChainGroups", "grabRole", *values)

    def tell(self, who: str, function: str, *args: Any) -> None:
        """Somebody calls the groups about this one."""
        self.acts.transact(who, "ChainGroups", function, self.id, *args)

    def progress(self, role: int, round_: int, bps: int) -> None:
        """The reporter tells how much of a role's pay is earned."""
        values = (self.id, role, round_, bps, self.acts.reference())
        self.acts.transact("reporter", "GroupPay", "reportProgress", *values)

    def review(self, role: int, round_: int, score: int, weight: int = 50_000) -> None:
        """The reporter tells what a user says of the holder of a role."""
        values = (self.id, role, round_, score, weight, self.acts.reference())
        self.acts.transact("reporter", "UserReviews", "recordReview", *values)

    def rate(self, who: str, scores: Mapping[str, int]) -> tuple[Any, ...]:
        """A member of the settled group seals what it says of others; the arguments that open it again."""
        people = self.acts.people
        told = sorted((people[code].address, score, b"\x00" * 32) for code, score in scores.items())
        salt = self.acts.reference()
        values = (self.id, people[who].address, told, salt)
        sealed = self.acts.view("PeerRatings", "sealRatings", *values)
        self.acts.transact(who, "PeerRatings", "commitRatings", self.id, sealed)
        return self.id, told, salt

    def until(self, moment: str, ahead: int = 0) -> None:
        """Time passes to a moment of the group as the chain has it, less `ahead`, and a second more; the bridge sees it."""
        (found,) = self.acts.bridge.gateway.records([("ChainGroups", "group", (self.id,))])
        self.acts.reach(int(found[moment]) - ahead + 1)
        self.acts.settle()

    def until_ratings(self, end: int) -> None:
        """Time passes to the end of sealing ratings (0) or of opening them (1)."""
        windows = self.acts.bridge.gateway.view("PeerRatings", "windowsOf", self.id)
        self.acts.reach(int(windows[end]) + 1)
        self.acts.settle()
