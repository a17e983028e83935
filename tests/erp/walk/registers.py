"""Steps that change registers, months and scores."""

from __future__ import annotations

from sqlalchemy import text

from erp.credit.schemas import CreditComponent, RecordCreditComponent, RecordCreditOutcome
from erp.items.schemas import RegisterItem
from erp.kernel.schema import Command
from erp.ledger.closing import CheckName
from erp.ledger.schemas import AddAccount, ClosePeriod, ReopenPeriod
from erp.parties.schemas import ExtendParty, ReinstateParty, SuspendParty
from tests.erp.walk.dice import (
    LEAD_SECONDS,
    PRICE,
    SUPPLIERS,
    Dice,
    Stroke,
)
from tests.erp.world import REF, account


class RegisterSteps(Dice):
    """Parties, accounts, policies, closed months, credit."""

    def register(self) -> Stroke:
        name = f"{self.dice.choice(['pin', 'cog', 'cap'])}-{self.new_id()}"
        return Stroke((RegisterItem(code=name, name=name, unit="piece"),))

    def account(self) -> Stroke:
        parent = self.dice.choice(["6602", "6601", "6602.02", "1002", "5001"])
        code = f"{parent}.{self.number(10, 99)}"
        return Stroke(
            (AddAccount(code=code, parent=parent, name=f"Own {code}", name_zh=f"自设{code}"),)
        )

    def policy(self) -> Stroke:
        point = self.number(0, 90)
        quantity = self.number(10, 120)
        changed = {
            "reorder_point": point,
            "reorder_quantity": quantity,
            "estimate_minor": quantity * PRICE,
            "lead_seconds": LEAD_SECONDS,
        }
        return Stroke((self.world.policy(candidates=SUPPLIERS, **changed),))

    def suspension(self) -> Stroke:
        """A rival is barred for a while: often for no longer than this stroke."""
        bar = SuspendParty(account=account("rival"), reason_ref=REF)
        free = ReinstateParty(account=account("rival"))
        more = ExtendParty(account=account("rival"), added=8, capabilities=10)
        bars: tuple[Command, ...] = (bar, free) if self.rarely(2) else (free,)
        return Stroke((more, *bars) if self.rarely(4) else bars, "bridge")

    def month(self) -> Stroke:
        """A month is closed, or the newest closed one opened again."""
        entity = self.dice.choice(["buyer", "maker", "supplier", "rival"])
        newest = self.pick(
            "SELECT period FROM ledger_period WHERE entity = :entity ORDER BY period DESC",
            entity=entity,
        )
        if newest and self.rarely(4):
            return Stroke(
                (ReopenPeriod(entity=entity, period=newest["period"], reason="a late bill"),)
            )
        begun = self.session.scalar(
            text(
                "SELECT min(period) FROM journal_entry WHERE entity = :entity AND period > :after"
            ),
            {"entity": entity, "after": newest["period"] if newest else ""},
        )
        points = [
            CheckName.SUSPENSE_SENT,
            CheckName.SUSPENSE_RECEIVED,
            CheckName.UNSETTLED_PROPERTY,
        ]
        waived = tuple(self.dice.sample(points, self.number(0, 2)))
        reason = "known" if waived else None
        period = begun or "2026-01"
        return Stroke((ClosePeriod(entity=entity, period=period, waived=waived, reason=reason),))

    def credit(self) -> Stroke | None:
        order = self.order_in("FUNDED", "CLOSED")
        if order is None:
            return None
        owner = account(order["supplier"])
        score = self.number(0, 10_000)
        outcome = RecordCreditOutcome(
            account=owner, order_id=order["order_id"], delivery_id=1, value_minor=self.number(1, 10**6),
            delivery_bps=score, quality_bps=score, score_bps=score,
        )  # fmt: skip
        component = RecordCreditComponent(
            account=owner, subject_id=order["order_id"], component=self.dice.choice(list(CreditComponent)),
            value_minor=self.number(1, 10**6), outcome_bps=score, score_bps=score,
        )  # fmt: skip
        return Stroke((outcome, component), "bridge")
