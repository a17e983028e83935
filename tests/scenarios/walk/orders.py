"""Steps of orders: goods, their papers, silence, disputes and rulings, changes by both sides, and the end."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from erp.procurement.schemas import (
    CertifyInputVat,
    RecordGoodsReceipt,
    RecordRedLetterInvoice,
    RecordSupplierInvoice,
    ReleaseInvoice,
    RequestOrderClose,
    WithdrawInvoice,
)
from erp.quality.schemas import RecordInspection
from tests.amendments import amend
from tests.scenarios.walk.hand import Hand
from tests.world import BUYER, DAY

ORDERS = "PurchaseOrders"
PARTS = (
    "SELECT d.*, o.number AS order_number, o.supplier AS seller, o.tax_bps, o.status AS order_status, "
    "o.quantity AS order_quantity, o.underway AS order_underway, o.promised_at AS order_promised FROM delivery d "
    "JOIN purchase_order o ON o.order_id = d.order_id WHERE o.status = 'FUNDED' AND "
)


class OrderSteps(Hand):
    """From the despatch to the close."""

    def _order(self, more: str = "1 = 1", newest: str = "DESC") -> RowMapping | None:
        return self.pick(
            f"SELECT * FROM purchase_order WHERE status = 'FUNDED' AND {more} ORDER BY order_id {newest}"
        )

    def _parts(self, wanted: str) -> list[RowMapping]:
        return self.some(f"{PARTS} {wanted} ORDER BY d.order_id DESC, d.delivery_id DESC")

    def _part(self, wanted: str) -> RowMapping | None:
        return self.pick(f"{PARTS} {wanted} ORDER BY d.order_id DESC, d.delivery_id DESC")

    # ---- goods and papers ---------------------------------------------------------------------

    def despatch(self) -> None:
        """A supplier ships, now and then more than is left."""
        found = (
            "SELECT * FROM purchase_order WHERE status = 'FUNDED' AND quantity > underway "
            "AND promised_at + grace_seconds > :by ORDER BY order_id DESC"
        )
        late = self.world.now - int(self.rarely(9)) * DAY * 30
        for order in self.some(found, by=late):
            self._despatch_of(order)

    def _despatch_of(self, order: RowMapping) -> None:
        left = order["quantity"] - order["underway"]
        whole = self.rarely(2)
        quantity = left + 1 if self.rarely(15) else left if whole else self.number(1, left)
        place = order["order_id"], order["deliveries"] + 1
        self.act(order["supplier"], ORDERS, "ship", *place, quantity, self.ref())

    def receive(self) -> None:
        """The warehouse counts what came, now and then more than was sent, or of an order that is lost."""
        for part in self._parts("d.status = 'SHIPPED'"):
            self._receive_of(part)

    def _receive_of(self, part: RowMapping) -> None:
        short = self.number(0, part["shipped"] // 3) if self.rarely(3) else 0
        quantity = part["shipped"] + 1 if self.rarely(20) else max(1, part["shipped"] - short)
        receipt = RecordGoodsReceipt(
            order=part["order_number"], delivery_id=part["delivery_id"], quantity=quantity,
            received_at=max(part["shipped_at"], self.world.now - self.number(0, DAY)),
        )  # fmt: skip
        self.tell(receipt, "warehouse")

    def inspect(self) -> None:
        """Quality accepts all, some or nothing."""
        for part in self._parts(
            "d.status = 'RECEIVED' AND d.inspection IS NULL AND d.receipt IS NOT NULL"
        ):
            self._inspect_of(part)

    def _inspect_of(self, part: RowMapping) -> None:
        bad = self.number(0, part["received"]) if self.rarely(3) else 0
        told = RecordInspection(
            receipt=part["receipt"], accepted=part["received"] - bad, rejected=bad, reason="damaged" if bad else None
        )  # fmt: skip
        self.tell(told, "quality")

    def bill(self) -> None:
        """Finance books an invoice: right, or a little or far too low or high."""
        for part in self._parts("d.status = 'INSPECTED' AND d.match IS NULL"):
            net = part["accepted_amount_minor"]
            if self.rarely(4):
                net = max(1, net * self.dice.choice((90, 99, 101, 150)) // 100)
            self.tell(self._invoice(part, net), "finance")

    def _invoice(self, part: RowMapping, net: int) -> RecordSupplierInvoice:
        return RecordSupplierInvoice(
            order=part["order_number"], delivery_id=part["delivery_id"], invoice_number=self.new_name("INV"),
            quantity=part["accepted"], net_minor=net, tax_minor=net * part["tax_bps"] // 10_000,
        )  # fmt: skip

    def unblock(self) -> None:
        """What was blocked is released, withdrawn, or allowed by the supplier who grants the lower price."""
        found = self.pick(
            "SELECT i.*, d.accepted_amount_minor FROM supplier_invoice i JOIN delivery d ON d.order_id = i.order_id "
            "AND d.delivery_id = i.delivery_id WHERE i.status = 'BLOCKED' "
            "AND (d.status = 'INSPECTED' OR :late = 1) ORDER BY i.number DESC",
            late=int(self.rarely(9)),
        )
        if found is None:
            return
        number, way = found["number"], self.number(1, 3)
        if way == 1:
            self.tell(WithdrawInvoice(invoice=number, reason="it was wrong"), "finance")
        elif way == 2:
            told = ReleaseInvoice(invoice=number, reason="the goods are worth it")
            self.tell(told)
        else:
            place = found["order_id"], found["delivery_id"]
            told_of = *place, found["net_minor"], self.ref()
            self.act(found["supplier"], ORDERS, "grantDiscount", *told_of)

    def certify(self) -> None:
        """Input VAT is certified; a penalty is corrected by a red-letter invoice."""
        billed = self.pick(
            "SELECT invoice FROM delivery WHERE invoice IS NOT NULL AND certified IS NULL AND tax_minor > 0"
        )
        if billed and self.rarely(2):
            self.tell(CertifyInputVat(entity=BUYER, invoices=(billed["invoice"],)))
            return
        late = self.pick(
            "SELECT d.*, o.number AS order_number FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id "
            "WHERE d.penalty_minor > 0 AND d.payment IS NOT NULL AND d.red_letter IS NULL"
        )
        if late:
            tax = late["penalty_tax_minor"]
            told = RecordRedLetterInvoice(
                order=late["order_number"], delivery_id=late["delivery_id"], invoice_number=self.new_name("RED"),
                net_minor=late["penalty_minor"] - tax, tax_minor=tax,
            )  # fmt: skip
            self.tell(told)

    # ---- silence, disputes, rulings ---------------------------------------------------------------

    def claim_silence(self) -> None:
        """Somebody has a delivery paid about which the buyer keeps silent, or keeps not."""
        part = self._part("d.status IN ('RECEIVED', 'INSPECTED', 'REJECTED', 'MATCHED')")
        if part:
            self.act("RIVAL", ORDERS, "claim", part["order_id"], part["delivery_id"])
            self.world.settle()

    def dispute(self) -> None:
        """A party disputes a delivery."""
        part = self._part(
            "d.status NOT IN ('LOST', 'SHIPPED') AND d.dispute IS NULL AND d.ruling IS NULL"
        )
        if part:
            who = self.dice.choice((BUYER, part["seller"]))
            place = part["order_id"], part["delivery_id"]
            self.act(who, ORDERS, "disputeDelivery", *place, self.ref())

    def end_dispute(self) -> None:
        """The arbiter rules, more or less; or the dispute is taken back."""
        part = self._part("d.dispute IS NOT NULL")
        if part is None:
            return
        place = part["order_id"], part["delivery_id"]
        if self.rarely(5):
            self.act(part["disputed_by"], ORDERS, "withdrawDispute", *place)
            return
        received = self.dice.choice((part["received"] or part["shipped"], part["shipped"]))
        if part["status"] == "SHIPPED" and self.rarely(3):
            received = 0
        least = part["accepted"] if part["payment"] else 0
        accepted = self.number(min(least, received), received)
        at = part["received_at"] or self.world.now
        at = max(part["shipped_at"], at - self.number(0, 3) * DAY)
        self.act("arbiter", ORDERS, "ruleDelivery", *place, received, accepted, at, self.ref())

    # ---- changes and ends --------------------------------------------------------------------

    def amend(self) -> None:
        """Both sides sign more or less, dearer or cheaper, later or not."""
        found = self._order()
        if found is None:
            return
        order = self.document(found["number"])
        changed: dict[str, Any] = {}
        if self.rarely(2):
            least = max(1, found["underway"] - self.rarely(9))
            changed["quantity"] = max(least, found["quantity"] + self.number(-20, 20))
        rest = changed.get("quantity", found["quantity"]) - found["accepted"]
        if self.rarely(2) or rest != found["quantity"] - found["accepted"]:
            changed["amount"] = found["accepted_amount_minor"] + rest * self.number(5_000, 13_000)
        if self.rarely(3) or not changed:
            changed["promisedAt"] = self.world.now + self.number(2, 20) * DAY
        self.attempt(
            f"{ORDERS}.amend",
            f"{found['number']} {changed}",
            lambda: amend(self.world, order, **changed),
        )

    def give_up(self) -> None:
        """The supplier gives up a part of what it has not sent."""
        order = self._order("quantity > underway")
        if order:
            quantity = self.number(1, order["quantity"] - order["underway"] + self.rarely(9))
            self.act(order["supplier"], ORDERS, "cancelPart", order["order_id"], quantity)

    def close(self) -> None:
        """The buyer asks for the end of an order, or its supplier ends it."""
        order = self._order(newest="ASC")
        if order is None:
            return
        if self.rarely(3):
            self.act(order["supplier"], ORDERS, "close", order["order_id"])
        elif self.world.now > order["promised_at"] + order["grace_seconds"] or self.rarely(4):
            self.tell(RequestOrderClose(order=order["number"]))

    def walk_away(self) -> None:
        """A party ends an order that is not funded, or is."""
        order = self.pick(
            "SELECT * FROM purchase_order WHERE status IN ('OPENED', 'FUNDED') ORDER BY status DESC, order_id DESC"
        )
        if order:
            who = self.dice.choice((BUYER, order["supplier"]))
            self.act(who, ORDERS, "cancel", order["order_id"])
