"""What people do beside the disasters: small orders in parts, and transfers, remembered to be done again in peace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.ports.port import Document
from tests.world import BUYER, DAY, World

ITEMS = ("LEAD", "ZINC", "NICKEL")
UNITS = 100  # of an order; as many as stock has to fall short
PATIENT: dict[str, Any] = {  # nothing runs out while a bridge is down
    "sourcing": "direct",
    "reorder_quantity": UNITS,
    "fund_seconds": 30 * DAY,
    "lead_seconds": 50 * DAY,
    "silence_seconds": 30 * DAY,
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does, by its name and arguments."""

    name: str
    item: str
    number: int = 0


class People:
    """Acts on a world. What an act needs is read off the ERP alone, so that it can be asked before."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done: list[Act] = []

    def do(self, act: Act) -> None:
        """Somebody acts, and it is remembered."""
        ACTS[act.name](self, act)
        self.done.append(act)

    def can(self, act: Act) -> bool:
        """Whether the ERP has what this act needs, and it was not done before."""
        if act.name == "transfer":
            return True
        done = sum((a.name, a.item) == (act.name, act.item) for a in self.done)
        if act.name == "need":
            return not done
        if act.name == "sign":
            return not done and self._count("requisition", act.item) == 1
        if act.name == "ship":
            shipped = sum(a.number for a in self.done if (a.name, a.item) == ("ship", act.item))
            return shipped + act.number <= UNITS and self._count("escrow_deposit", act.item) == 1
        return done < {
            "receive": self._count("despatch", act.item),
            "inspect": self._count("goods_receipt", act.item),
            "invoice": self._count("inspection", act.item),
        }[act.name]  # fmt: skip

    # ---- acts ---------------------------------------------------------------------------------

    def _need(self, act: Act) -> None:
        self.world.stock_item(act.item, **PATIENT)
        self.world.issue(item=act.item)

    def _sign(self, act: Act) -> None:
        (asked,) = self._of("requisition", act.item)
        self.world.sign_direct("RIVAL", asked, act.number)

    def _ship(self, act: Act) -> None:
        self.world.despatch("SUPPLIER", self._order(act.item), act.number)

    def _receive(self, act: Act) -> None:
        delivery, quantity = self._next("receive", act.item)
        self.world.receive(self._order(act.item), delivery, quantity)

    def _inspect(self, act: Act) -> None:
        done = sum((a.name, a.item) == ("inspect", act.item) for a in self.done)
        receipt = self._of("goods_receipt", act.item)[done]
        self.world.inspect(receipt, receipt.fields["quantity"])

    def _invoice(self, act: Act) -> None:
        """By the parts of the price that their quantities stand for; the last has what is left."""
        delivery, quantity = self._next("invoice", act.item)
        order = self._order(act.item)
        price = order.fields["amount_minor"]
        before = sum(self._shipped(act.item)[: delivery - 1])
        net = price * (before + quantity) // UNITS - price * before // UNITS
        self.world.invoice(order, delivery, quantity, net, f"{act.item}-{delivery}")

    def _transfer(self, act: Act) -> None:
        """By the buyer's own hand, with the key that the bridge signs with too; or by somebody else's."""
        to = self.world.people["RIVAL" if act.item == BUYER else BUYER].address
        self.world.transact(act.item, "SettlementToken", "transfer", to, act.number)

    # ---- eyes ---------------------------------------------------------------------------------

    def _next(self, name: str, item: str) -> tuple[int, int]:
        """Number and quantity of the delivery whose turn it is."""
        done = sum((a.name, a.item) == (name, item) for a in self.done)
        return done + 1, self._shipped(item)[done]

    def _shipped(self, item: str) -> list[int]:
        return [a.number for a in self.done if (a.name, a.item) == ("ship", item)]

    def _order(self, item: str) -> Document:
        (order,) = self._of("purchase_order", item)
        return order

    def _of(self, kind: str, item: str) -> list[Document]:
        """Documents of a type that concern the one order of an item."""
        if kind in ("requisition", "purchase_order"):
            return [d for d in self.world.documents(kind) if d.fields["item"] == item]
        orders = [d for d in self.world.documents("purchase_order") if d.fields["item"] == item]
        if not orders:
            return []
        (order,) = orders
        mine = (order.number, order.fields["order_id"])
        found = self.world.documents(kind)
        if kind == "inspection":
            receipts = {d.number for d in self._of("goods_receipt", item)}
            return [d for d in found if d.fields["receipt"] in receipts]
        return [
            d for d in found if d.fields.get("order") in mine or d.fields.get("order_id") in mine
        ]

    def _count(self, kind: str, item: str) -> int:
        return len(self._of(kind, item))


ACTS: dict[str, Callable[[People, Act], None]] = {
    "need": People._need,
    "sign": People._sign,
    "ship": People._ship,
    "receive": People._receive,
    "inspect": People._inspect,
    "invoice": People._invoice,
    "transfer": People._transfer,
}
