"""Steps from a requisition to an order."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import RowMapping

from erp.kernel.log.queries import by_number
from erp.kernel.schema import Command
from erp.payments.schemas import (
    RecordEscrowDeposit,
)
from erp.procurement import scoring
from erp.procurement.schemas import (
    CancelOrder,
    CancelRequisition,
    RaiseRequisition,
    RecordAward,
    RecordBondForfeit,
    RecordTenderVoid,
)
from erp.procurement.scoring import Bid, Weighing
from tests.erp.walk.dice import (
    ITEMS,
    PRICE,
    Dice,
    Stroke,
)
from tests.erp.world import DAY, account
from tests.reference import bid_scoring as model


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
        credit_of = {name: self.number(5_000, 9_999) for name in bidders}
        commands += [
            self.world.bid(tender_id, name, index, credit_bps=credit_of[name])
            for index, name in enumerate(bidders, start=1)
        ]
        fields = requisition.fields
        rule = Weighing(fields["day_value_minor"], fields["credit_weight_bps"])
        for index, name in enumerate(bidders, start=1):
            if not self.rarely(6):
                amount = max(1, ceiling * self.number(40, 105) // 100)
                days = self.number(1, fields["max_days"]) if fields["max_days"] else 0
                bid = Bid(name, amount, credit_of[name], index, days)
                commands.append(
                    self.world.quotation(
                        amount,
                        tender_id,
                        name,
                        within_ceiling=amount <= ceiling,
                        offered_days=days,
                        score=str(scoring.score(bid, rule)),
                    )
                )
        return Stroke(tuple(commands), "bridge")

    def settle_tender(self) -> Stroke | None:
        """The award and the order of the best bid, in either order; or no award at all."""
        tender = self.pick(
            "SELECT * FROM tender WHERE status IN ('OPEN', 'RANKING') ORDER BY tender_id DESC"
        )
        opened = tender and by_number(self.session, tender["number"])
        if tender is None or not opened:
            return None
        tender_id = tender["tender_id"]
        if tender["leader"] is None:
            void = RecordTenderVoid(
                tender_id=tender_id, requisition=tender["requisition"], bids=tender["bids"]
            )
            return Stroke((void,), "bridge")
        supplier, amount = account(tender["leader"]), self._price(tender)
        changed = {"requisition": tender["requisition"], **self._promise(tender)}
        order = self.world.order(
            tender_id,
            opened,
            buyer=account(tender["buyer"]),
            supplier=supplier,
            amount_minor=amount,
        ).model_copy(update=changed)
        award = RecordAward(
            tender_id=tender_id,
            supplier=supplier,
            order_id=tender_id,
            amount_minor=amount,
            bids=tender["bids"],
        )
        return Stroke((award, order) if self.rarely(2) else (order, award), "bridge")

    def _bids(self, tender: RowMapping) -> list[model.Bid]:
        rows = self.rows_of(
            "SELECT * FROM tender_bid WHERE tender_id = :tender AND supplier IN (:leader, :next)",
            tender=tender["tender_id"],
            leader=tender["leader"],
            next=tender["runner_up"] or "",
        )
        rows.sort(key=lambda row: row["supplier"] != tender["leader"])
        return [
            model.Bid(row["amount_minor"], row["offered_days"], row["credit_bps"], row["bid_index"])
            for row in rows
        ]

    def _price(self, tender: RowMapping) -> int:
        """What the leader is paid, by the model that the contracts are held to."""
        rule = model.Rule(tender["day_value_minor"], tender["credit_weight_bps"])
        won, *others = self._bids(tender)
        if not tender["second_price"]:
            return won.amount
        if not others:
            return int(tender["ceiling_minor"])
        return min(tender["ceiling_minor"], model.matching(model.score(others[0], rule), won, rule))

    def _promise(self, tender: RowMapping) -> dict[str, int]:
        if not tender["day_value_minor"]:
            return {}
        reviews = 2 if tender["status"] == "RANKING" else 1
        opens = tender["reveal_end"] + reviews * tender["review_seconds"]
        return {"promised_at": opens + self._bids(tender)[0].offered_days * DAY}

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
