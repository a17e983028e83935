"""Steps from a requisition to an order."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import text

from erp.kernel.log.queries import by_number
from erp.kernel.schema import Command
from erp.payments.schemas import (
    RecordEscrowDeposit,
)
from erp.procurement.schemas import (
    CancelOrder,
    CancelRequisition,
    RaiseRequisition,
    RecordAward,
    RecordBondForfeit,
    RecordTenderVoid,
)
from tests.erp.walk.dice import (
    ITEMS,
    PRICE,
    Dice,
    Stroke,
)
from tests.erp.world import account


class PurchaseSteps(Dice):
    """Requisitions, tenders, bids, orders and their escrow."""

    def requisition(self) -> Stroke:
        quantity = self.number(1, 130)
        estimate = quantity * PRICE
        return Stroke(
            (
                RaiseRequisition(
                    item=self.dice.choice(ITEMS), quantity=quantity, estimate_minor=estimate
                ),
            )
        )

    def cancel_requisition(self) -> Stroke | None:
        asked = self.pick(
            "SELECT number FROM requisition WHERE status <> 'ORDERED' ORDER BY number DESC"
        )
        return asked and Stroke(
            (CancelRequisition(requisition=asked["number"], reason="not needed"),)
        )

    def tender(self) -> Stroke | None:
        """A tender with its bids, some of which stay sealed; now and then of a requisition that was cancelled."""
        states = "'RAISED', 'CANCELLED'" if self.rarely(5) else "'RAISED'"
        asked = self.pick(
            f"SELECT number FROM requisition WHERE status IN ({states}) ORDER BY number DESC"
        )
        requisition = asked and by_number(self.session, asked["number"])
        if not requisition:
            return None
        tender_id = self.new_id()
        commands: list[Command] = [self.world.tender(tender_id, requisition)]
        names = [one["party"] for one in requisition.fields["candidates"]]
        bidders = self.dice.sample(names, self.number(0, len(names)))
        ceiling = requisition.fields["estimate_minor"]
        commands += [
            self.world.bid(tender_id, name, index, credit_bps=self.number(5_000, 9_999))
            for index, name in enumerate(bidders, start=1)
        ]
        for name in bidders:
            if not self.rarely(6):
                amount = max(1, ceiling * self.number(40, 105) // 100)
                commands.append(
                    self.world.quotation(amount, tender_id, name, within_ceiling=amount <= ceiling)
                )
        return Stroke(tuple(commands), "bridge")

    def settle_tender(self) -> Stroke | None:
        """The award and the order of the best bid, in either order; or no award at all."""
        tender = self.pick(
            "SELECT * FROM tender WHERE status = 'OPEN' AND requisition IS NOT NULL ORDER BY tender_id DESC"
        )
        if tender is None:
            return None
        tender_id = tender["tender_id"]
        best = (
            self.session.execute(
                text(
                    "SELECT * FROM tender_bid WHERE tender_id = :tender AND within_ceiling "
                    "ORDER BY amount_minor, credit_bps DESC, bid_index LIMIT 1"
                ),
                {"tender": tender_id},
            )
            .mappings()
            .first()
        )
        if best is None:
            void = RecordTenderVoid(
                tender_id=tender_id, requisition=tender["requisition"], bids=tender["bids"]
            )
            return Stroke((void,), "bridge")
        requisition = by_number(self.session, tender["requisition"])
        assert requisition is not None
        supplier, amount = account(best["supplier"]), best["amount_minor"]
        order = self.world.order(
            tender_id,
            requisition,
            buyer=account(tender["buyer"]),
            supplier=supplier,
            amount_minor=amount,
        )
        award = RecordAward(
            tender_id=tender_id,
            supplier=supplier,
            order_id=tender_id,
            amount_minor=amount,
            bids=tender["bids"],
        )
        return Stroke((award, order) if self.rarely(2) else (order, award), "bridge")

    def forfeit(self) -> Stroke | None:
        bid = self.pick(
            "SELECT b.*, t.buyer FROM tender_bid b JOIN tender t ON t.tender_id = b.tender_id "
            "WHERE t.status <> 'OPEN' AND b.status = 'COMMITTED' ORDER BY b.tender_id DESC"
        )
        return bid and Stroke(
            (
                RecordBondForfeit(
                    tender_id=bid["tender_id"],
                    supplier=account(bid["supplier"]),
                    buyer=account(bid["buyer"]),
                    bond_minor=bid["bond_minor"],
                ),
            ),
            "bridge",
        )

    def fund(self) -> Stroke | None:
        order = self.order_in("OPENED")
        if order is None:
            return None
        amount = max(1, order["deposit_minor"] + self.dice.choice([0, 0, 0, 7, -1]))
        deposit = RecordEscrowDeposit(
            order_id=order["order_id"], buyer=account(order["buyer"]), amount_minor=amount
        )
        return Stroke((deposit,), "bridge")

    def cancel_order(self) -> Stroke | None:
        order = self.order_in("OPENED", *(["FUNDED"] if self.rarely(4) else []))
        return order and Stroke(
            (CancelOrder(order_id=order["order_id"], caller=account(order["supplier"])),), "bridge"
        )
