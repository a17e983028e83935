"""Steps of guarantees: asked for and pledged before the order is funded, defects, their disputes and rulings."""

from __future__ import annotations

from bridge.chain.decode import event_topic
from erp.guarantees.schemas import ReportDefect, RequestGuarantee
from tests.scenarios.walk.hand import Hand
from tests.world import BUYER, DAY

ROOM = "Guarantees"


class GuaranteeSteps(Hand):
    """Deposits of suppliers, and what is found wrong later."""

    def award_and_pledge(self) -> None:
        """A tender is awarded by hand, and before the buyer's bridge looks the supplier pledges, asked for or not."""
        tender = self.pick(
            "SELECT t.* FROM tender t JOIN tender_bid b ON b.tender_id = t.tender_id WHERE t.status = 'OPEN' "
            "AND b.status = 'REVEALED' AND t.reveal_end + t.review_seconds - :now < :soon ORDER BY t.reveal_end",
            now=self.world.now, soon=DAY,
        )  # fmt: skip
        if tender is None:
            return
        self.world.node.reach_time(
            max(self.world.now, tender["reveal_end"] + tender["review_seconds"]) + 1
        )
        number = tender["tender_id"]
        awarded = self.act("RIVAL", "Tenders", "award", number, self.world.terms(number))
        opened = event_topic("PurchaseOrders", "PurchaseOrderOpened")
        topics = [
            log["topics"] for log in (awarded or {"logs": []})["logs"] if log["topics"][0] == opened
        ]
        if not topics:  # refused, or void: nobody had a valid bid
            return
        order_id = int(topics[0][1], 16)
        (order,) = self.world.bridge.gateway.records([("PurchaseOrders", "order", (order_id,))])
        supplier = self._code(order["supplier"])
        amount, warranty = self.number(1_000, 200_000), self.number(1, 30) * DAY
        if self.rarely(2):
            self.act(BUYER, ROOM, "requestGuarantee", order_id, amount, warranty)
        self.act(supplier, ROOM, "pledge", order_id, amount - self.rarely(6), warranty)

    def _code(self, account: str) -> str:
        return next(c for c, p in self.world.people.items() if p.address.lower() == account.lower())

    def ask_guarantee(self) -> None:
        """The buyer asks in the ERP, mostly after it has funded."""
        order = self.pick("SELECT number FROM purchase_order ORDER BY order_id DESC")
        if order:
            asked = RequestGuarantee(
                order=order["number"], amount_minor=self.number(1, 100_000), warranty_seconds=DAY
            )
            self.tell(asked)

    def find_defect(self) -> None:
        """Quality finds accepted goods defective, now and then more than there were."""
        part = self.pick(
            "SELECT d.*, o.number AS order_number FROM delivery d JOIN guarantee g ON g.order_id = d.order_id "
            "JOIN purchase_order o ON o.order_id = d.order_id WHERE g.status = 'PLEDGED' AND d.payment IS NOT NULL "
            "ORDER BY d.order_id DESC"
        )
        if part:
            quantity = (
                self.number(1, max(1, part["accepted"] // 2)) + self.rarely(12) * part["accepted"]
            )
            place = {"order": part["order_number"], "delivery_id": part["delivery_id"]}
            self.tell(ReportDefect(**place, quantity=quantity, reason="cracks"))

    def decide_defect(self) -> None:
        """The supplier disputes, takes back, or the arbiter rules; anybody has it settled, mostly too early."""
        found = self.pick(
            "SELECT f.*, g.supplier FROM defect f JOIN guarantee g ON g.order_id = f.order_id "
            "WHERE f.status <> 'SETTLED' AND f.attestation IS NOT NULL ORDER BY f.number DESC"
        )
        if found is None:
            return
        place = found["order_id"], found["delivery_id"]
        way = self.number(1, 5)
        if found["rule_by"] == 0 and way < 5:
            self.act(found["supplier"], ROOM, "disputeDefect", *place, self.ref())
        elif way == 1:
            self.act(found["supplier"], ROOM, "withdrawDefectDispute", *place)
        elif way < 5:
            most = found["quantity"] + self.rarely(9)
            self.act("arbiter", ROOM, "ruleDefect", *place, self.number(0, most), self.ref())
        else:
            self.act("RIVAL", ROOM, "settleDefect", *place)

    def end_guarantee(self) -> None:
        """Anybody has the share of what was not delivered paid, or the rest returned; mostly too early."""
        found = self.pick("SELECT * FROM guarantee WHERE status = 'PLEDGED' ORDER BY order_id")
        if found:
            function = self.dice.choice(("claimUndelivered", "release"))
            self.act("RIVAL", ROOM, function, found["order_id"])
