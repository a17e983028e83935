"""Steps from a despatch to the end of an order."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import RowMapping, text

from erp.kernel import amounts
from erp.kernel.schema import Command
from erp.procurement.schemas import (
    AttestReceipt,
    CertifyInputVat,
    MatchInvoice,
    RecordDespatch,
    RecordDiscount,
    RecordGoodsReceipt,
    RecordReceiptVoid,
    RecordRedLetterInvoice,
    RecordSupplierInvoice,
    ReleaseInvoice,
    RequestOrderClose,
    WithdrawInvoice,
)
from erp.quality.schemas import AttestInspection, RecordInspection
from tests.erp.walk.dice import (
    Dice,
    Stroke,
)
from tests.erp.world import REF, account

# What came too late for the outside, and is taken back with the order's end.
LATE = """
    SELECT coalesce(sum(d.accepted), 0), coalesce(sum(d.accepted_amount_minor), 0)
    FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id
    WHERE d.order_id = :order AND d.dispute IS NULL AND o.promised_at + o.grace_seconds + 2 * o.silence_seconds <= :now
    AND d.receipt_attestation IS NULL AND d.inspection_attestation IS NULL AND d.claimed IS NULL AND d.ruling IS NULL
    AND d.payment IS NULL
"""


class DeliverySteps(Dice):
    """Despatch, receipt, inspection, invoice, payment, close."""

    def despatch(self) -> Stroke | None:
        """Goods leave; sometimes they arrive and are billed in the same stroke."""
        order = self.order_in("FUNDED")
        if order is None:
            return None
        left = order["quantity"] - order["underway"]
        quantity = self.number(1, max(1, left)) if not self.rarely(9) else left + 1
        delivery = order["deliveries"] + 1
        sent = RecordDespatch(
            order_id=order["order_id"], delivery_id=delivery, supplier=account(order["supplier"]),
            quantity=quantity, shipped_at=self.world.now, promised_at=order["promised_at"], despatch_ref=REF,
        )  # fmt: skip
        if self.rarely(3):
            return Stroke((sent, self._receipt(order["number"], delivery, quantity)), "bridge")
        return Stroke((sent,), "bridge")

    def _receipt(self, order: str, delivery: int, quantity: int) -> Command:
        received = max(1, quantity - self.dice.choice([0, 0, 0, 1, 5, -1]))
        return RecordGoodsReceipt(
            order=order, delivery_id=delivery, quantity=received, received_at=self.world.now
        )

    def receive(self) -> Stroke | None:
        part = self.delivery_in("SHIPPED")
        return part and Stroke(
            (self._receipt(part["order_number"], part["delivery_id"], part["shipped"]),)
        )

    def void(self) -> Stroke | None:
        """A receipt that came too late for the outside, now and then one that did not."""
        lost = "AND o.promised_at + o.grace_seconds + 2 * o.silence_seconds <= :now"
        part = self.pick(
            "SELECT d.* FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id "
            "WHERE o.status = 'FUNDED' AND d.receipt IS NOT NULL AND d.receipt_attestation IS NULL "
            f"AND :now > 0 {'' if self.rarely(5) else lost} ORDER BY d.order_id",
            now=self.world.now,
        )
        if part is None:
            return None
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        return Stroke((RecordReceiptVoid(**ids, receipt=part["receipt"]),), "bridge")

    def inspect(self) -> Stroke | None:
        part = self.delivery_in("RECEIVED")
        if part is None:
            return None
        rejected = min(self.dice.choice([0, 0, 0, 1, 7, 200]), part["received"])
        accepted = part["received"] - rejected + self.dice.choice([0, 0, 0, 0, 1])
        found = RecordInspection(
            receipt=part["receipt"], accepted=accepted, rejected=rejected,
            reason="scratched" if rejected else None,
        )  # fmt: skip
        if not self.rarely(3):
            return Stroke((found,), "inspector")
        worth = part["accepted_amount_minor"] or self._worth(part, accepted)
        return Stroke((found, self._bill(part, max(1, accepted), worth)), "inspector")

    def _worth(self, part: RowMapping, accepted: int) -> int:
        """What the next accepted units of the order are worth."""
        before = part["order_accepted"] - part["base_quantity"]
        rest = part["quantity"] - part["base_quantity"]
        worth = part["amount_minor"] - part["base_amount_minor"]
        return amounts.delivery_amount(worth, rest, before, accepted) if rest else 0

    def attest(self) -> Stroke | None:
        """An event tells what the ERP has reported: receipts and inspections, once."""
        part = self.delivery_in(
            "RECEIVED", "INSPECTED", "REJECTED", "MATCHED", "PAID", more="AND d.ruling IS NULL"
        )
        if part is None:
            return None
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        commands: list[Command] = [
            AttestReceipt(
                **ids, receipt=part["receipt"], quantity=part["received"],
                received_at=part["received_at"], days_late=part["days_late"],
            )
        ]  # fmt: skip
        if part["inspection"] is not None:
            commands.append(
                AttestInspection(
                    **ids, inspection=part["inspection"], accepted=part["accepted"],
                    rejected=part["rejected"], accepted_amount_minor=part["accepted_amount_minor"],
                )
            )  # fmt: skip
        return Stroke(tuple(commands), "bridge")

    def bill(self) -> Stroke | None:
        """Early, in time, over tolerance, of a wrong quantity, or of goods that were all rejected."""
        states = (
            ("SHIPPED", "RECEIVED", "INSPECTED", "REJECTED") if self.rarely(4) else ("INSPECTED",)
        )
        part = self.delivery_in(*states)
        if part is None:
            return None
        quantity = part["accepted"] or part["shipped"]
        return Stroke((self._bill(part, quantity, part["accepted_amount_minor"] or 1_000),))

    def _bill(self, part: RowMapping, quantity: int, worth: int) -> Command:
        net = max(1, worth * (10_000 + self.dice.choice([0, 0, 50, 100, 101, -300])) // 10_000)
        return RecordSupplierInvoice(
            order=part["order_number"],
            delivery_id=part["delivery_id"],
            invoice_number=f"INV-{self.new_id()}",
            quantity=max(1, quantity - self.dice.choice([0, 0, 0, 0, 1])),
            net_minor=net,
            tax_minor=amounts.claim_tax(net, 1_300),
        )

    def invoice_in(self, *statuses: str) -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            "SELECT i.*, d.accepted_amount_minor FROM supplier_invoice i JOIN delivery d "
            f"ON d.order_id = i.order_id AND d.delivery_id = i.delivery_id WHERE i.status IN ({wanted}) "
            "ORDER BY i.number DESC"
        )

    def match(self) -> Stroke | None:
        invoice = self.invoice_in("OPEN", "BLOCKED", "MATCHED")
        return invoice and Stroke((MatchInvoice(invoice=invoice["number"]),))

    def release(self) -> Stroke | None:
        """Somebody else releases a blocked invoice, as it stands or near the order's price; or it is taken back."""
        invoice = self.invoice_in("BLOCKED", "OPEN")
        if invoice is None:
            return None
        if self.rarely(3):
            return Stroke((WithdrawInvoice(invoice=invoice["number"], reason="wrong"),), "another")
        net = max(
            1,
            invoice["accepted_amount_minor"] * (10_000 + self.dice.choice([0, 50, -300])) // 10_000,
        )
        terms = (
            {"net_minor": net, "tax_minor": amounts.claim_tax(net, 1_300)} if self.rarely(2) else {}
        )
        return Stroke(
            (ReleaseInvoice(invoice=invoice["number"], reason="agreed", **terms),), "another"
        )

    def grant(self) -> Stroke | None:
        """The supplier lets a delivery be matched below the floor: what an invoice that waits for it asks, or nearly."""
        part = self.delivery_in("RECEIVED", "INSPECTED", "SHIPPED")
        if part is None:
            return None
        worth = part["accepted_amount_minor"] or 1_000
        net = worth * self.dice.choice([9_700, 9_700, 9_699, 9_701]) // 10_000
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        supplier = account(part["seller"] if not self.rarely(9) else part["buyer"])
        granted = RecordDiscount(**ids, supplier=supplier, net_minor=net, grant_ref=REF)
        return Stroke((granted,), "bridge")

    def pay(self) -> Stroke | None:
        """Once; now and then twice, which must be refused."""
        part = self.delivery_in("MATCHED")
        if part is None:
            return None
        gross = part["net_minor"] + part["tax_minor"]
        penalty = min(
            amounts.penalty(part["accepted_amount_minor"], part["days_late"], 50, 500), gross
        )
        payment = self.world.payment_of(
            order_id=part["order_id"],
            delivery_id=part["delivery_id"],
            match=None if part["claimed"] or part["ruling"] else part["match"],
            supplier=account(part["seller"]),
            accepted_amount_minor=part["accepted_amount_minor"],
            net_minor=part["net_minor"],
            tax_minor=part["tax_minor"],
            penalty_minor=penalty,
            paid_minor=gross - penalty,
        )
        return Stroke((payment,) * (1 + self.rarely(5)), "bridge")

    def certify(self) -> Stroke | None:
        """The input VAT of one or two invoices, some certified before."""
        one, two = (
            self.delivery_in("MATCHED", "PAID", more="AND d.invoice IS NOT NULL") for _ in range(2)
        )
        if one is None or two is None:
            return None
        invoices = {one["invoice"]} | ({two["invoice"]} if two["buyer"] == one["buyer"] else set())
        return Stroke((CertifyInputVat(entity=one["buyer"], invoices=tuple(sorted(invoices))),))

    def red_letter(self) -> Stroke | None:
        part = self.delivery_in("PAID", more="AND d.penalty_minor > 0 AND d.invoice IS NOT NULL")
        return part and Stroke(
            (
                RecordRedLetterInvoice(
                    order=part["order_number"],
                    delivery_id=part["delivery_id"],
                    invoice_number=f"RED-{self.new_id()}",
                    net_minor=part["penalty_minor"] - part["penalty_tax_minor"],
                    tax_minor=part["penalty_tax_minor"],
                ),
            )
        )

    def close(self) -> Stroke | None:
        order = self.pick(
            "SELECT * FROM purchase_order WHERE status = 'FUNDED' AND accepted >= quantity / 2 ORDER BY order_id"
        )
        if order is None:
            return None
        ask = RequestOrderClose(order=order["number"])
        late = self.session.execute(
            text(LATE), {"order": order["order_id"], "now": self.world.now}
        ).one()
        end = self.world.closing(
            order["accepted"] - int(late[0]),
            order["accepted_amount_minor"] - int(late[1]),
            order["escrowed_minor"],
            order["order_id"],
        ).model_copy(update={"buyer": account(order["buyer"])})
        return Stroke((ask,)) if self.rarely(3) else Stroke((end,), "bridge")
