"""Steps of sales for tests: a shop with stock, a customer with a limit, an order from its opening to its money."""

from __future__ import annotations

from typing import Any

from erp.items.schemas import RegisterItem
from erp.kernel.calendar import HOUSE_ZONE, month_of
from erp.kernel.log.model import Document
from erp.reviews.schemas import AccrueReviewPay, RecordReview
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import (
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    ProvideBadDebt,
    RecordReceipt,
    RegisterCustomer,
    ReturnSale,
    SetCreditLimit,
)
from erp.stock.rules import StockKind
from erp.stock.schemas import OpenStock
from tests.erp.world import DAY, World

SHOP, USER, OVEN, WASH = "buyer", "C-1", "oven", "wash"
LIMIT = 1_000_000
UNITS, WORTH = 100, 600_000  # in stock: 60.00 a piece


class Shop:
    """An entity that sells ovens out of stock, and washes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.receipts = 0

    def open(self, limit: int = LIMIT) -> None:
        """Stock, two things to sell, and a customer with a limit."""
        world = self.world
        for code in (OVEN, WASH):
            world.do(RegisterItem(code=code, name=code.title(), unit="piece"))
        world.do(
            OpenStock(
                entity=SHOP, item=OVEN, quantity=UNITS, value_minor=WORTH, kind=StockKind.FINISHED
            )
        )
        self.customer(USER, limit)

    def customer(self, code: str, limit: int = LIMIT) -> None:
        """Somebody who may owe so much at a score of 100 %."""
        self.world.do(RegisterCustomer(code=code, kind=CustomerKind.PERSON))
        self.world.do(SetCreditLimit(customer=code, limit_minor=limit))

    def order(self, **changed: Any) -> Document:
        """Ten ovens at 100.00 net, VAT 13 %, due 30 days after delivery."""
        stated: dict[str, Any] = {
            "entity": SHOP,
            "customer": USER,
            "item": OVEN,
            "kind": SaleKind.GOODS,
            "quantity": 10,
            "net_minor": 100_000,
            "tax_bps": 1_300,
            "payment_seconds": 30 * DAY,
            "promised_at": self.world.now + 5 * DAY,
        }
        return self.world.do(OpenSalesOrder(**{**stated, **changed}))

    def deliver(self, number: str, **changed: Any) -> Document:
        """The customer has it now."""
        stated = {"sales_order": number, "delivered_at": self.world.now, **changed}
        return self.world.do(DeliverSale(**stated))

    def delivered(self, **changed: Any) -> str:
        """An order that left and arrived; its number."""
        number = self.order(**changed).number
        if changed.get("kind", SaleKind.GOODS) is SaleKind.GOODS:
            self.world.do(DespatchSale(sales_order=number))
        self.deliver(number)
        return number

    def pay(self, number: str, amount: int, **changed: Any) -> Document:
        """The customer's money is on the bank account now."""
        self.receipts += 1
        stated: dict[str, Any] = {
            "sales_order": number,
            "amount_minor": amount,
            "received_at": self.world.now,
            "bank_ref": f"bank {self.receipts}",
        }
        return self.world.do(RecordReceipt(**{**stated, **changed}))

    def take_back(self, number: str, quantity: int, good: int) -> Document:
        """Units come back."""
        return self.world.do(
            ReturnSale(sales_order=number, quantity=quantity, good=good, reason="it hums")
        )


def fill_tables(world: World) -> None:
    """At least one row in every table of sales and reviews."""
    shop = Shop(world)
    shop.open()
    number = shop.delivered()
    shop.pay(number, 50_000)
    shop.take_back(number, 1, 1)
    world.do(ProvideBadDebt(entity=SHOP))
    world.do(RecordReview(sales_order=number, score_bps=9_000))
    month = month_of(world.now, HOUSE_ZONE)
    world.do(AccrueReviewPay(entity=SHOP, person="P-1", month=month, base_minor=100_000))
