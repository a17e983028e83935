"""Steps of the work of groups: milestones that are said, reports that the chain confirms, processes that wait for facts."""

from __future__ import annotations

from typing import Any

from erp.groups import rules as groups
from erp.groups import schemas as s
from erp.work import schemas as w
from erp.work.rules import OF_A_ROLE, WITH_A_MEASURE, ChainFact
from tests.erp.walk.dice import ITEMS, Dice, Stroke
from tests.erp.world import REF, account

HELD = (
    "SELECT t.*, g.code FROM group_role t JOIN chain_group g ON g.code = t.chain_group JOIN role_round r "
    "ON r.chain_group = t.chain_group AND r.role_id = t.role_id AND r.round = t.round "
    "WHERE g.status = 'FORMED' AND r.seated_at IS NOT NULL AND r.ended_at IS NULL ORDER BY g.group_id DESC"
)


class WorkSteps(Dice):
    """What is reached, and what that starts."""

    def reach(self) -> Stroke | None:
        """Somebody of the leader says how far a role's work is; now and then what documents have to say."""
        at = self.pick(HELD)
        if at is None:
            return None
        told = w.ReachMilestone(
            chain_group=at["code"], role_id=at["role_id"], earned_bps=self.number(1, 10_000), text="done"
        )  # fmt: skip
        return Stroke((told,))

    def confirm(self) -> Stroke | None:
        """The reporter tells the chain what was reported; now and then something else."""
        at = self.pick(
            "SELECT p.*, g.group_id, t.pay_minor, t.earned_minor FROM role_progress p "
            "JOIN chain_group g ON g.code = p.chain_group "
            "JOIN group_role t ON t.chain_group = p.chain_group AND t.role_id = p.role_id "
            "WHERE p.status = 'OPEN' ORDER BY p.number"
        )
        if at is None:
            return None
        bps = min(10_000, at["earned_bps"] + self.rarely(6))
        earned = groups.earned_down(at["pay_minor"], bps) - at["earned_minor"]
        return Stroke((
            s.RecordProgressAttestation(
                group_id=at["group_id"], role_id=at["role_id"], round=at["round"], holder=account(at["party"]),
                earned_bps=bps, amount_minor=max(earned, 0), evidence_ref=REF, evidence=at["number"],
            ),
        ))  # fmt: skip

    def plan_process(self) -> Stroke | None:
        """Goods are asked for, or a held sale is to go, as soon as a fact is there."""
        sale = self.pick(
            "SELECT number FROM sales_order WHERE status = 'HELD' AND chain_group <> '' ORDER BY number DESC"
        )
        if sale is not None and not self.rarely(3):
            return Stroke((w.PlanRelease(sales_order=sale["number"], when=self._condition()),))
        at = self.pick(
            "SELECT code FROM chain_group WHERE status IN ('OPEN', 'FORMED') ORDER BY group_id DESC"
        )
        if at is None:
            return None
        quantity = self.number(1, 60)
        asked = w.PlanRequisition(
            chain_group=at["code"], when=self._condition(), item=self.dice.choice(ITEMS), quantity=quantity,
            estimate_minor=self.dice.choice([quantity * 1_000, 10**12]),
        )  # fmt: skip
        return Stroke((asked,))

    def _condition(self) -> w.Condition:
        fact = self.dice.choice(list(ChainFact))
        told: dict[str, Any] = {"fact": fact}
        if fact in OF_A_ROLE:
            told["role_id"] = 1
        if fact in WITH_A_MEASURE:
            told["at_least_bps"] = self.number(1, 10_000)
        return w.Condition(**told)

    def drop_process(self) -> Stroke | None:
        """Somebody takes back what waits."""
        at = self.pick(
            "SELECT number FROM planned_process WHERE status IN ('WAITING', 'HELD') ORDER BY number DESC"
        )
        if at is None:
            return None
        return Stroke((w.DropPlannedProcess(planned=at["number"], reason="bought elsewhere"),))
