"""Steps of orders that change, of claims by silence, disputes, rulings and what they add, and of days of force majeure."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import RowMapping, text

from erp.forcemajeure.schemas import RecordForceMajeure, RecordForceMajeureDeclaration
from erp.kernel import amounts
from erp.kernel.schema import Command
from erp.payments.schemas import RecordSupplement
from erp.procurement.schemas import (
    RecordDeliveryDispute,
    RecordDeliveryRuling,
    RecordDisputeLapse,
    RecordDisputeWithdrawal,
    RecordMatchVoid,
    RecordOrderAmendment,
    RecordOrderPartCancel,
    RecordSilentAcceptance,
)
from tests.erp.walk.dice import LEAD_SECONDS, PRICE, Dice, Stroke
from tests.erp.world import DAY, POSTED, REF, account

AHEAD = (
    "FROM delivery WHERE order_id = :order AND inspection_attestation IS NULL AND claimed IS NULL "
    "AND ruling IS NULL AND payment IS NULL"
)

# Matched here, and settled nowhere; at a net price that the order's terms do not let pass.
OVERTAKEN = (
    "SELECT d.* FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id WHERE o.status = 'FUNDED' "
    "AND d.status = 'MATCHED' AND d.claimed IS NULL AND d.ruling IS NULL "
)
OUT_OF_BOUNDS = (
    "AND (d.net_minor * 10000 > d.accepted_amount_minor * (10000 + o.tolerance_bps) "
    "OR (d.net_minor * 10000 < d.accepted_amount_minor * (10000 - o.tolerance_bps) AND d.discount_minor IS NULL)) "
)


class ChangeSteps(Dice):
    """Amendments, part cancels, claims by silence, disputes, rulings, supplements; declared days."""

    def _sums(self, order: RowMapping) -> tuple[int, int, int, int]:
        """What was reported of an order: accepted and its amount; the rest since the last change, and its amount."""
        found = text(
            f"SELECT coalesce(sum(accepted), 0), coalesce(sum(accepted_amount_minor), 0) {AHEAD}"
        )
        ahead, apart = self.session.execute(found, {"order": order["order_id"]}).one()
        rest = order["order_quantity"] - order["base_quantity"]
        worth = order["amount_minor"] - order["base_amount_minor"]
        accepted = order["order_accepted"] - int(ahead)
        amount = order["order_accepted_minor"] - int(apart)
        return accepted, amount, rest, worth

    def _open_order(self, order_id: int = 0) -> RowMapping | None:
        return self.pick(
            "SELECT *, accepted AS order_accepted, quantity AS order_quantity, "
            "accepted_amount_minor AS order_accepted_minor FROM purchase_order "
            "WHERE status = 'FUNDED' AND :order IN (0, order_id) ORDER BY order_id DESC",
            order=order_id,
        )

    def _deposit(self, order: RowMapping, amount: int) -> int:
        return amounts.required_deposit(amount, order["tax_bps"], order["tolerance_bps"])

    def _parties(self, order: RowMapping) -> dict[str, Any]:
        return {
            "order_id": order["order_id"],
            "buyer": account(order["buyer"]),
            "supplier": account(order["supplier"]),
            "revision": order["revision"] + 1 + self.rarely(12),
        }

    def amend(self) -> Stroke | None:
        """More or less, dearer or cheaper, later or not."""
        order = self._open_order()
        return order and Stroke((self._amendment(order),), "bridge")

    def _amendment(self, order: RowMapping) -> RecordOrderAmendment:
        quantity = max(order["underway"], order["order_quantity"] + self.number(-9, 9), 1)
        rest = quantity - order["order_accepted"]
        amount = order["accepted_amount_minor"] + rest * self.number(PRICE // 2, PRICE)
        change = self._deposit(order, amount) - self._deposit(order, order["amount_minor"])
        return RecordOrderAmendment(
            **self._parties(order), quantity=quantity, amount_minor=amount,
            promised_at=self.world.now + LEAD_SECONDS if self.rarely(2) else order["promised_at"],
            schedule_root=POSTED["schedule_root"], topped_up_minor=max(change, 0), refunded_minor=max(-change, 0),
        )  # fmt: skip

    def unmatch(self) -> Stroke | None:
        """A match at a price that its delivery is not worth any more; one that is overtaken now, or stands all the same."""
        part = self.pick(OVERTAKEN + OUT_OF_BOUNDS + "ORDER BY d.order_id DESC, d.delivery_id")
        first: list[Command] = []
        if part is None:
            part = self.pick(OVERTAKEN + "ORDER BY d.order_id DESC, d.delivery_id")
            order = part and self._open_order(part["order_id"])
            if part is None or order is None:
                return None
            first = [self._amendment(order)]
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        return Stroke((*first, RecordMatchVoid(**ids, match=part["match"])), "bridge")

    def give_up(self) -> Stroke | None:
        """A part of what was not sent."""
        order = self._open_order()
        if order is None or order["order_quantity"] == order["underway"]:
            return None
        quantity = self.number(1, order["order_quantity"] - order["underway"])
        accepted, amount, _, _ = self._sums(order)
        rest, worth = order["order_quantity"] - accepted, order["amount_minor"] - amount
        lost = worth - worth * (rest - quantity) // rest
        before = self._deposit(order, order["amount_minor"])
        told = RecordOrderPartCancel(
            **self._parties(order), quantity=quantity, amount_minor=lost,
            refunded_minor=before - self._deposit(order, order["amount_minor"] - lost),
        )  # fmt: skip
        return Stroke((told,), "bridge")

    def _part(self, *statuses: str, more: str = "") -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            "SELECT o.*, d.*, o.accepted AS order_accepted, o.quantity AS order_quantity, o.supplier AS seller, "
            "o.accepted_amount_minor AS order_accepted_minor FROM delivery d JOIN purchase_order o "
            f"ON o.order_id = d.order_id WHERE o.status = 'FUNDED' AND d.status IN ({wanted}) {more} "
            "ORDER BY d.order_id DESC"
        )

    def dispute(self) -> Stroke | None:
        """Raised by a party, taken back, or lapsed."""
        part = self._part("SHIPPED", "RECEIVED", "INSPECTED", "PAID", "REJECTED")
        if part is None:
            return None
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        who = account(self.dice.choice([part["seller"], part["buyer"]]))
        if part["dispute"] is None:
            until = self.world.now + 40 * DAY
            told = RecordDeliveryDispute(
                **ids, disputant=who, reason_ref=REF, reason=None, rule_by=until
            )
            return Stroke((told,), "bridge")
        over = RecordDisputeWithdrawal(**ids, disputant=who)
        return Stroke((over if self.rarely(2) else RecordDisputeLapse(**ids),), "bridge")

    def claim(self) -> Stroke | None:
        """By silence, of what was received or inspected, whatever the clerks have booked; now and then at a wrong amount.

        Now and then of what was ruled, which is settled.
        """
        settled = "" if self.rarely(8) else "AND d.ruling IS NULL"
        part = self._part(
            *("RECEIVED", "INSPECTED", "MATCHED", "REJECTED"),
            more=f"AND d.claimed IS NULL {settled}",
        )
        if part is None:
            return None
        accepted, worth = part["accepted"], part["accepted_amount_minor"]
        if part["inspection_attestation"] is None:
            accepted, worth = part["received"], self._next_worth(part, part["received"])
        if worth < 0 or not accepted:  # reported in another order than valued, or settled
            return None
        worth += self.rarely(12)
        claimed = RecordSilentAcceptance(
            order_id=part["order_id"], delivery_id=part["delivery_id"], accepted=accepted,
            accepted_amount_minor=worth, net_minor=worth, tax_minor=amounts.claim_tax(worth, part["tax_bps"]),
        )  # fmt: skip
        return Stroke((claimed,), "bridge")

    def _next_worth(self, part: RowMapping, more: int) -> int:
        """What so much more is worth, by what was reported of the order; below zero when that is unlike what is booked.

        Of an order that has no room for it, nothing.
        """
        total, amount, rest, whole = self._sums(part)
        after = total + more - part["base_quantity"]
        since = whole * after // rest if after and rest else 0
        return int(part["base_amount_minor"]) + since - amount

    def rule(self) -> Stroke | None:
        """More or less than was accepted, before the payment or after it."""
        part = self._part(
            "SHIPPED", "RECEIVED", "INSPECTED", "MATCHED", "PAID", "REJECTED", more="AND d.ruling IS NULL"
        )  # fmt: skip
        if part is None:
            return None
        told_of = part["claimed"] is not None or part["payment"] is not None
        inspected = told_of or part["inspection_attestation"] is not None
        reported = told_of or part["receipt_attestation"] is not None
        settled = part["payment"] is not None or (inspected and not part["accepted"])
        before = part["accepted"] if inspected else 0
        worth_before = part["accepted_amount_minor"] if inspected else 0
        underway = {"SHIPPED": part["shipped"], "RECEIVED": part["received"]}.get(
            part["status"], part["accepted"]
        )
        most = min(part["shipped"], underway + part["order_quantity"] - part["underway"])
        accepted = self.number(before if settled else 0, max(most, before))
        if accepted < before:
            worth = worth_before * accepted // before
        else:
            worth = worth_before + self._next_worth(part, accepted - before)
        if worth < 0:  # of goods that were reported in another order than they were valued in
            return None
        at = part["received_at"] if part["received_at"] is not None else part["shipped_at"]
        late = amounts.days_late(at, part["promised_at"])
        if reported:
            late = min(late, part["days_late"])
        ruled = RecordDeliveryRuling(
            order_id=part["order_id"], delivery_id=part["delivery_id"], ruling_ref=REF, ruling=None,
            arbiter=account("arbiter"), received=self.number(accepted, part["shipped"]), accepted=accepted,
            accepted_amount_minor=worth + self.rarely(12), received_at=at, days_late=late,
        )  # fmt: skip
        return Stroke((ruled,), "bridge")

    def supplement(self) -> Stroke | None:
        """What a ruling added to a delivery that was settled, once, now and then twice."""
        part = self._part(
            "PAID", "MATCHED", more="AND d.ruling IS NOT NULL AND d.supplement IS NULL"
        )
        if part is None:
            return None
        found = text("SELECT payload FROM document_log WHERE number = :number")
        row = self.session.execute(found, {"number": part["ruling"]}).scalar_one()
        ruled = json.loads(row)["fields"]
        net, tax = ruled["net_minor"], ruled["tax_minor"]
        returned, added = ruled["penalty_returned_minor"], ruled["penalty_added_minor"]
        paid = net + tax + returned - added
        if not ruled["settled_before"] or not ruled["added_minor"] + paid:
            return None
        told = RecordSupplement(
            order_id=part["order_id"], delivery_id=part["delivery_id"], ruling_ref=REF,
            supplier=account(part["seller"]), accepted_amount_minor=ruled["added_minor"], net_minor=net, tax_minor=tax,
            penalty_returned_minor=returned, penalty_minor=added, paid_minor=paid,
        )  # fmt: skip
        return Stroke((told,) * (1 + self.rarely(6)), "bridge")

    def storm(self) -> Stroke | None:
        """Days are declared; days stand, some of them for the second time."""
        first, number = self.world.now // DAY - self.number(0, 3), self.new_id()
        count = self.number(1, 3)
        days = {"declaration_id": number, "region": REF, "from_day": first, "count": count}
        declared = RecordForceMajeureDeclaration(
            **days, evidence_ref=REF, evidence=None, reporter=account("reporter"), dispute_by=self.world.now + DAY
        )  # fmt: skip
        known = self.session.execute(
            text("SELECT count(*) FROM force_majeure_day WHERE day >= :low AND day < :high"),
            {"low": first, "high": first + count},
        ).scalar_one()
        return Stroke((declared, RecordForceMajeure(**days, added=count - int(known))), "bridge")
