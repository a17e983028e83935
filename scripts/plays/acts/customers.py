"""Customers of a group: who bought a service says how it was served."""

from __future__ import annotations

from bridge.ports.port import Document
from erp.items.schemas import RegisterItem
from erp.reviews.schemas import RecordReview
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import DeliverSale, OpenSalesOrder, RegisterCustomer, SetCreditLimit

from .acts import Acts
from .groups import DAY, Group

WASH = "WASH"  # what is sold: a service of the group's leader
LIMIT = 10_000_000  # each customer may owe so much, minor units
VAT_BPS = 600
PAID_WITHIN = 30 * DAY


class Counter:
    """Where a group's leader sells washes, each to a customer who was never there before."""

    def __init__(self, acts: Acts, group: Group) -> None:
        self.acts, self.group = acts, group

    def open(self) -> None:
        """There is something to sell."""
        self.acts.erp(RegisterItem(code=WASH, name="Wash", unit="piece"))

    @property
    def code(self) -> str:
        """The group's code in the ERP."""
        orders = self.acts.documents("group_order")
        return next(order.number for order in orders if order.fields["group_id"] == self.group.id)

    def sell(self, net: int, quantity: int = 1, cost: int = 0) -> str:
        """Washes for so much before VAT, which cost so much, delivered now to a new customer; the sale's number."""
        acts = self.acts
        customer = f"C-{len(acts.documents('customer')) + 1}"
        acts.erp(RegisterCustomer(code=customer, kind=CustomerKind.PERSON))
        acts.erp(SetCreditLimit(customer=customer, limit_minor=LIMIT))
        ordered = acts.erp(
            OpenSalesOrder(
                entity=self.group.leader, customer=customer, item=WASH, kind=SaleKind.SERVICE,
                quantity=quantity, net_minor=net, tax_bps=VAT_BPS, payment_seconds=PAID_WITHIN, promised_at=acts.now,
                chain_group=self.code,
            )
        )  # fmt: skip
        acts.erp(DeliverSale(sales_order=ordered.number, delivered_at=acts.now, cost_minor=cost))
        return ordered.number

    def review(self, role: int, net: int, score: int) -> Document:
        """A customer bought a wash for so much, and says how whoever holds the role served."""
        return self.say(self.sell(net), role, score)

    def say(self, sale: str, role: int, score: int) -> Document:
        """The customer of a sale says how whoever holds the role served."""
        return self.acts.erp(RecordReview(sales_order=sale, role_id=role, score_bps=score))
