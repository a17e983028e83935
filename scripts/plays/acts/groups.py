"""Chain groups: a leader opens one, nodes grab its roles, reporters tell progress and reviews, members rate each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.kernel.schema import MAX_AMOUNT
from erp.needs.rules import NeedSource
from erp.needs.schemas import ApproveGroup, ProposedRole, ProposeGroup, RaiseNeed

from .acts import Acts

DAY = 86_400
NODE = 8  # capability
LEADER = "LEADER"
MOST = 2**60  # above what an amount of the ERP may be: a pledge is a promise
STAKE = 10_000


EARNING = ("milestones", "share")  # how a role earns its pay: in the proposal, and not on chain


def role_terms(pay: int, **changed: Any) -> dict[str, Any]:
    """What the leader publishes for a role; with `milestones` or `share`, how it earns."""
    return {
        "roleRef": b"\x01" * 32, "floor": 1, "most": MOST, "stake": STAKE, "pay": pay, "minReviews": 0,
        "minCreditBps": 0, "reviewMarkBps": 0, "shortfallMarkBps": 0, "creditWeightBps": 5_000,
        "stakeBpsOfPledge": 0, **changed,
    }  # fmt: skip


def raised_need(acts: Acts, item: str | None = None, scene: str | None = None) -> Document:
    """A need of a user, of an item in a scene where one is named."""
    text = "ovens that clean themselves"
    return acts.erp(RaiseNeed(source=NeedSource.USER, text=text, item=item, scene=scene))


def proposed_group(
    acts: Acts,
    need: str,
    terms: Mapping[str, Any],
    roles: Sequence[Mapping[str, Any]],
    leader: str = LEADER,
    base_margin_minor: int = 0,
) -> Document:
    """A group that a leader proposes for a need, with the terms that it will have on chain."""
    spans = ("grab", "select", "work", "report", "review", "bet")
    proposal = ProposeGroup(
        leader=leader, need=need, target_minor=terms["target"], base_margin_minor=base_margin_minor,
        region="0x" + terms["region"].hex(), reporter_post=terms["reporterPost"],
        roles=tuple(_proposed(role) for role in roles),
        **{f"{name}_seconds": terms[f"{name}Seconds"] for name in spans},
    )  # fmt: skip
    return acts.erp(proposal, actor=f"node:{leader}")


def _proposed(role: Mapping[str, Any]) -> ProposedRole:
    return ProposedRole(
        title="maker", title_zh="制造", floor_minor=role["floor"], most_minor=MAX_AMOUNT, stake_minor=role["stake"],
        pay_minor=role["pay"], min_reviews=role["minReviews"], min_credit_bps=role["minCreditBps"],
        review_mark_bps=role["reviewMarkBps"], shortfall_mark_bps=role["shortfallMarkBps"],
        credit_weight_bps=role["creditWeightBps"], stake_bps_of_pledge=role["stakeBpsOfPledge"],
        **{name: role[name] for name in EARNING if name in role},
    )  # fmt: skip


def approved_group(
    acts: Acts,
    need: str,
    terms: Mapping[str, Any],
    roles: Sequence[Mapping[str, Any]],
    leader: str = LEADER,
    base_margin_minor: int = 0,
) -> Document:
    """The same, approved by finance and seen by the bridge: its proposal."""
    proposal = proposed_group(acts, need, terms, roles, leader, base_margin_minor)
    acts.erp(ApproveGroup(proposal=proposal.number), actor="finance:cfo")
    acts.settle()
    return proposal


class Group:
    """A group that a leader opens."""

    def __init__(
        self,
        acts: Acts,
        pays: Sequence[int | Mapping[str, Any]],
        *,
        proposed: bool = False,
        leader: str = LEADER,
        need: Document | None = None,
        base_margin_minor: int = 0,
        **changed: Any,
    ) -> None:
        """`proposed`: it was proposed and approved in the ERP, for this need or a new one, and names these papers.

        `base_margin_minor`: what finance approved as the margin that is reached without it.
        """
        self.acts, self.leader = acts, leader
        roles = [dict(p) if isinstance(p, Mapping) else role_terms(p) for p in pays]
        self.terms = {**self.terms_of(acts), **changed}
        if proposed:
            self.need = need or raised_need(acts)
            self.proposal = approved_group(
                acts, self.need.number, self.terms, roles, leader, base_margin_minor
            )
            self.terms["needRef"] = document_root(self.need)
            role_ref = document_root(self.proposal)
            roles = [{**role, "most": MAX_AMOUNT, "roleRef": role_ref} for role in roles]
        roles = [{k: told for k, told in role.items() if k not in EARNING} for role in roles]
        self.opened_at = acts.now
        receipt = acts.transact(leader, "ChainGroups", "openGroup", self.terms, roles)
        self.id = acts.number_in(receipt, "ChainGroups")

    @staticmethod
    def terms_of(acts: Acts) -> dict[str, Any]:
        """What is published of a group beside its roles, unless told otherwise."""
        return {
            "needRef": acts.reference(), "region": b"\x00" * 32, "target": 1, "reporterPost": 2,
            "grabSeconds": acts.spans.grabs, "selectSeconds": acts.spans.selects, "workSeconds": acts.spans.work,
            "reportSeconds": acts.spans.group_reports, "reviewSeconds": acts.spans.reviews, "betSeconds": 0,
        }  # fmt: skip

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
