"""Steps of sales: customers, orders that are held, sent, delivered, paid and returned; bad debts provided for."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import RowMapping

from erp.kernel.schema import Command
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import (
    CancelSalesOrder,
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    ProvideBadDebt,
    RecordReceipt,
    RefundCustomer,
    RegisterCustomer,
    ReleaseSalesOrder,
    ReturnSale,
    SetCreditLimit,
)
from tests.erp.walk.dice import BUYERS, ITEMS, Dice, Stroke
from tests.erp.world import DAY

MOST = 2_000_000  # a customer's limit
OWED = (
    "net_minor + tax_minor - returned_net_minor - returned_tax_minor - received_minor AS owed_minor"
)


class SalesSteps(Dice):
    """What entities sell out of their stock, and services."""

    def customer(self) -> Stroke:
        """Somebody who buys, most with a limit."""
        code = f"C-{self.new_id()}"
        made: list[Command] = [
            RegisterCustomer(code=code, kind=self.dice.choice(list(CustomerKind)))
        ]
        if not self.rarely(4):
            made.append(SetCreditLimit(customer=code, limit_minor=self.number(0, MOST)))
        return Stroke(tuple(made))

    def sell(self) -> Stroke | None:
        """A customer orders goods of a stock, more than there is of it now and then, or a service."""
        buyer = self.pick("SELECT * FROM customer ORDER BY number DESC")
        stock = self.pick("SELECT * FROM stock_level WHERE on_hand > 0 ORDER BY entity, item")
        if buyer is None:
            return None
        serves = stock is None or stock["entity"] not in BUYERS or self.rarely(4)
        entity = self.dice.choice(BUYERS) if serves or stock is None else stock["entity"]
        item = self.dice.choice(ITEMS) if serves or stock is None else stock["item"]
        most = 9 if serves or stock is None else min(stock["on_hand"], 20) + self.rarely(20)
        group = self.pick("SELECT code FROM chain_group WHERE status = 'FORMED' ORDER BY group_id")
        return Stroke((
            OpenSalesOrder(
                entity=entity, customer=buyer["code"], item=item,
                kind=SaleKind.SERVICE if serves else SaleKind.GOODS, quantity=self.number(1, most),
                net_minor=self.number(1, MOST // 4), tax_bps=self.dice.choice([0, 600, 1_300]),
                payment_seconds=self.number(0, 20) * DAY, promised_at=self.world.now + self.number(0, 9) * DAY,
                chain_group=group["code"] if group is not None and not self.rarely(3) else None,
            ),
        ))  # fmt: skip

    def decide_sale(self) -> Stroke | None:
        """Finance lets a held order go, or it is cancelled; a confirmed one is cancelled now and then."""
        order = self._sale("HELD", "CONFIRMED") if self.rarely(6) else self._sale("HELD")
        if order is None:
            return None
        if order["status"] == "HELD" and not self.rarely(4):
            return Stroke((ReleaseSalesOrder(sales_order=order["number"], reason="known to us"),))
        return Stroke((CancelSalesOrder(sales_order=order["number"], reason="not wanted"),))

    def send_sale(self) -> Stroke | None:
        """Goods leave, or a service is done."""
        order = self._sale("CONFIRMED")
        if order is None:
            return None
        if order["kind"] == "goods":
            return Stroke((DespatchSale(sales_order=order["number"]),))
        return Stroke((self._delivery(order),))

    def deliver_sale(self) -> Stroke | None:
        """Goods reach the customer."""
        order = self._sale("DESPATCHED")
        return Stroke((self._delivery(order),)) if order is not None else None

    def _delivery(self, order: RowMapping) -> DeliverSale:
        cost = self.number(0, 5_000) if order["kind"] == "service" else 0
        return DeliverSale(
            sales_order=order["number"], cost_minor=cost, delivered_at=self.world.now
        )

    def pay_sale(self) -> Stroke | None:
        """A customer pays all or a part, a fen too much now and then; or has back what it paid too much."""
        order = self._sale("DELIVERED")
        if order is None or self.rarely(4):
            over = self._sale("PAID", "RETURNED", more="AND received_minor > 0")
            if over is not None and over["owed_minor"] < 0:
                back = -over["owed_minor"] + self.rarely(10)
                return Stroke((RefundCustomer(sales_order=over["number"], amount_minor=back),))
        if order is None or order["owed_minor"] <= 0:
            return None
        owed = order["owed_minor"]
        amount = owed + self.rarely(20) if self.rarely(2) else self.number(1, owed)
        return Stroke((
            RecordReceipt(
                sales_order=order["number"], amount_minor=amount, received_at=self.world.now,
                bank_ref=f"bank {self.new_id()}",
            ),
        ))  # fmt: skip

    def return_sale(self) -> Stroke | None:
        """Units come back, some good."""
        order = self._sale("DELIVERED", "PAID")
        if order is None:
            return None
        units = self.number(1, order["quantity"] - order["returned"] + self.rarely(20))
        good = self.number(0, units) if order["kind"] == "goods" else 0
        return Stroke((
            ReturnSale(sales_order=order["number"], quantity=units, good=good, reason="it hums"),
        ))  # fmt: skip

    def provide(self) -> Stroke:
        """An entity provides for what its customers may never pay."""
        return Stroke((ProvideBadDebt(entity=self.dice.choice(BUYERS)),))

    def _sale(self, *statuses: str, more: str = "") -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            f"SELECT *, {OWED} FROM sales_order WHERE status IN ({wanted}) {more} "
            f"ORDER BY {self.dice.choice(['number', 'chain_group'])} DESC, number"
        )
