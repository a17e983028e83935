"""Purchases: stock runs low, suppliers bid in one of the ways there are, ship, and clerks receive, inspect and invoice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.capabilities.model import ZERO_REF
from bridge.commitments.documents import document_root
from bridge.commitments.invitations import invitation_proof
from bridge.ports.port import Document
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.procurement.schemas import RecordGoodsReceipt, RecordSupplierInvoice
from erp.quality.schemas import RecordInspection
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock

from ...deployment.sealing import place, seal_bid
from ..stage.errors import Broken
from .acts import Acts
from .spans import Spans

DAY, HOUR = 86_400, 3_600
DELIVERY_SECONDS = (
    900  # from an award to the promised day, at least: for funding, shipping and receiving
)
BUYER, ITEM = "BUYER", "STEEL"
POLICY: dict[str, Any] = {
    "item": ITEM,
    "buyer": BUYER,
    "reorder_point": 10,
    "reorder_quantity": 100,
    "estimate_minor": 1_200_000,
    "candidates": ("SUPPLIER", "RIVAL"),
    "commit_seconds": DAY,
    "reveal_seconds": DAY,
    "lead_seconds": 30 * DAY,
    "bond_minor": 1_000,
    "min_credit_bps": 5_000,
    "lateness_bps_per_day": 50,
    "lateness_cap_bps": 1_000,
    "tax_bps": 0,
    "tolerance_bps": 0,
    "fund_seconds": DAY,
    "grace_seconds": 60 * DAY,
    "silence_seconds": 10 * DAY,
}
AUCTION: dict[str, Any] = {  # what a policy that auctions has beside
    "sourcing": "auction",
    "min_decrement_bps": 100,
    "extension_seconds": HOUR,
    "max_extensions": 2,
}
STOCK, STOCK_VALUE = 10, 100_000  # at the threshold; minor units


def in_spans(policy: Mapping[str, Any], spans: Spans) -> dict[str, Any]:
    """The same policy with the windows of a play. A bond that is no part of its story is the play's, too."""
    bond = policy["bond_minor"]
    if bond == POLICY["bond_minor"]:
        bond = spans.bond_minor
    window = spans.bonded_bids if bond else spans.bids
    lead = max(spans.lead, 2 * window + spans.transit + DELIVERY_SECONDS)
    windows = {"commit_seconds": window, "reveal_seconds": window, "lead_seconds": lead}
    return {**policy, **windows, "bond_minor": bond, "silence_seconds": spans.silence}


class Buying(Acts):
    """The acts of a buyer's clerks and of suppliers. `salts`: what each sealed bid was sealed with, by tender and bidder."""

    salts: dict[tuple[int, str], tuple[int, int, bytes]]

    # ---- stock --------------------------------------------------------------------------------

    def stock_item(self, code: str, **changed: Any) -> None:
        """Another item with stock at its reorder point and a policy of its own."""
        self.erp(RegisterItem(code=code, name=code.title(), unit="kg"))
        self.erp(OpenStock(entity=BUYER, item=code, quantity=STOCK, value_minor=STOCK_VALUE))
        self.erp(SetSourcingPolicy(**{**in_spans(POLICY, self.spans), "item": code, **changed}))

    def issue(self, quantity: int = 1, item: str = ITEM) -> Document:
        """The warehouse issues stock."""
        return self.erp(
            IssueStock(entity=BUYER, item=item, quantity=quantity, purpose=Purpose.PRODUCTION),
            "warehouse",
        )

    def available(self) -> int:
        """What the buyer's budget still allows, minor units."""
        return -self.account(BUYER, "9003")

    # ---- sealed bids --------------------------------------------------------------------------

    def open_tender(self, item: str = ITEM) -> Document:
        """Stock falls and a tender opens; the tender."""
        self.issue(item=item)
        self.settle()
        tender = self.last("tender")
        if tender.fields["item"] != item:
            raise Broken(f"no tender was opened for {item}: the newest is {tender.number}")
        return tender

    def terms(self, tender_id: int) -> dict[str, Any]:
        """What was published with a tender: every later call brings it along."""
        (opened,) = self.bridge.gateway.logged("Tenders", "TenderOpened", tender_id)
        return dict(opened["terms"])

    def commit(self, who: str, tender: Document, amount: int, days: int = 0) -> None:
        """A supplier commits to a bid, and to so many days where they are worth something."""
        tender_id, person = tender.fields["tender_id"], self.people[who]
        salt = self.reference()
        self.salts[tender_id, who] = (amount, days, salt)
        sealed = seal_bid(
            place(self.deployment, "Tenders"), tender_id, person.address, amount, days, salt
        )
        self.transact(
            who, "Tenders", "commitBid", tender_id, self.terms(tender_id), sealed,
            self._invitation(who, tender),
        )  # fmt: skip

    def reveal(self, who: str, tender: Document) -> None:
        """A supplier reveals its bid."""
        tender_id = tender.fields["tender_id"]
        amount, days, salt = self.salts[tender_id, who]
        self.transact(
            who, "Tenders", "revealBid", tender_id, self.terms(tender_id), amount, days, salt
        )

    def bid(self, tender: Document, bids: Mapping[str, int]) -> None:
        """These bid and reveal; then the tender may be awarded."""
        self.bid_days(tender, {who: (amount, 0) for who, amount in bids.items()})

    def bid_days(self, tender: Document, bids: Mapping[str, tuple[int, int]]) -> None:
        """These bid an amount and days, and reveal; the reveals are over."""
        for who, (amount, days) in bids.items():
            self.commit(who, tender, amount, days)
        self.reach(tender.fields["commit_end"])
        for who in bids:
            self.reveal(who, tender)
        self.reach(tender.fields["reveal_end"])

    def tender(self, bids: Mapping[str, int], item: str = ITEM) -> Document:
        """Stock falls, a tender opens, these bid and reveal, the bridge awards; the purchase order."""
        self.bid(self.open_tender(item), bids)
        self.settle()
        return self.last("purchase_order")

    # ---- open auctions ------------------------------------------------------------------------

    def auction_terms(self, auction_id: int) -> dict[str, Any]:
        """What was published with an auction: every later call brings it along."""
        (opened,) = self.bridge.gateway.logged(
            "ReverseAuctions", "ReverseAuctionOpened", auction_id
        )
        return dict(opened["terms"])

    def underbid(self, who: str, auction: Document, amount: int) -> None:
        """A supplier bids below the leading bid of an open auction."""
        auction_id = auction.fields["auction_id"]
        terms, proof = self.auction_terms(auction_id), self._invitation(who, auction)
        self.transact(who, "ReverseAuctions", "placeBid", auction_id, terms, amount, proof)

    def _invitation(self, who: str, opened: Document) -> list[bytes]:
        """The proof that somebody was invited; none is needed where all are."""
        invited = opened.fields["invited"]
        return invitation_proof(invited, self.people[who].address) if invited else []

    # ---- what both sides signed ---------------------------------------------------------------

    def sign_direct(
        self, brings: str, asked: Document, amount: int, quantity: int | None = None
    ) -> None:
        """Buyer and supplier sign the purchase of what a requisition asks for, and somebody brings it on chain."""
        f = asked.fields
        direct = {
            "buyer": self.people[BUYER].address,
            "supplier": self.people["SUPPLIER"].address,
            "requisitionRef": "0x" + document_root(asked).hex(),
            "quantity": quantity or f["quantity"],
            "amount": amount,
            "deadline": self.now + HOUR,
            "order": {
                "attesterPost": 1, "arbiterPost": 3, "region": ZERO_REF, "scheduleRoot": ZERO_REF,
                "promisedAt": f["promised_at"], "fundSeconds": f["fund_seconds"],
                "graceSeconds": f["grace_seconds"], "silenceSeconds": f["silence_seconds"],
                "latenessBpsPerDay": f["lateness_bps_per_day"], "latenessCapBps": f["lateness_cap_bps"],
                "taxBps": f["tax_bps"], "toleranceBps": f["tolerance_bps"], "paymentSeconds": 0,
            },
        }  # fmt: skip
        digest = self.view("DirectOrders", "directOrderDigest", direct)
        signatures = [
            bytes(self.people[who].account.unsafe_sign_hash(digest).signature)
            for who in (BUYER, "SUPPLIER")
        ]
        self.transact(brings, "DirectOrders", "openDirect", direct, *signatures)

    # ---- goods --------------------------------------------------------------------------------

    def despatch(self, who: str, order: Document, quantity: int) -> None:
        """A supplier ships, under the order's next number; the bridge has not looked yet."""
        order_id = order.fields["order_id"]
        (found,) = self.bridge.gateway.records([("PurchaseOrders", "order", (order_id,))])
        number = int(found["deliveries"]) + 1
        values = (order_id, number, quantity, self.reference())
        self.transact(who, "PurchaseOrders", "ship", *values)

    def ship(self, who: str, order: Document, quantity: int) -> int:
        """A supplier ships; the delivery's number."""
        self.despatch(who, order, quantity)
        self.settle()
        return int(self.last("despatch").fields["delivery_id"])

    def receive(self, order: Document, delivery: int, quantity: int) -> Document:
        """The warehouse books what arrived, now."""
        return self.erp(
            RecordGoodsReceipt(
                order=order.number, delivery_id=delivery, quantity=quantity, received_at=self.now
            ),
            "warehouse",
        )

    def inspect(self, receipt: Document, accepted: int) -> Document:
        """Quality books what is good; the rest is rejected."""
        rejected = receipt.fields["quantity"] - accepted
        reason = "damaged" if rejected > 0 else None
        command = RecordInspection(
            receipt=receipt.number, accepted=accepted, rejected=rejected, reason=reason
        )
        return self.erp(command, "quality")

    def invoice(
        self, order: Document, delivery: int, quantity: int, net: int, number: str = "INV-1"
    ) -> Document:
        """Finance books the supplier's invoice."""
        command = RecordSupplierInvoice(
            order=order.number,
            delivery_id=delivery,
            invoice_number=number,
            quantity=quantity,
            net_minor=net,
            tax_minor=0,
        )
        return self.erp(command, "finance")

    def deliver(
        self,
        order: Document,
        delivery: int,
        received: int,
        accepted: int,
        net: int,
        number: str = "INV-1",
    ) -> None:
        """Receipt, inspection and invoice of a delivery, and what the bridge makes of them."""
        self.inspect(self.receive(order, delivery, received), accepted)
        if accepted:
            self.invoice(order, delivery, accepted, net, number)
        self.settle()

    def let_it_stand(self) -> None:
        """Nobody contests the newest payment: the time for it passes, and the bridge closes the order."""
        self.reach(self.last("payment").fields["contestable_until"])
        self.settle()
