"""Steps of buying: stock runs low or a clerk asks; tenders of all kinds, auctions, lots, and what both sides sign."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from bridge.ports.port import Document
from erp.budget.schemas import ApproveBudget
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.procurement.schemas import (
    CancelRequisition,
    DisqualifyBid,
    RaiseRequisition,
    RequestLots,
)
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from scripts.plays.acts.buying import AUCTION
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import SUPPLIERS
from tests.world import BUYER, DAY, ITEM, POLICY

TERMS: dict[str, Any] = {
    "commit_seconds": 2 * DAY, "reveal_seconds": 2 * DAY, "lead_seconds": 12 * DAY, "grace_seconds": 10 * DAY,
    "silence_seconds": 4 * DAY,
}  # fmt: skip
POLICIES: dict[str, dict[str, Any]] = {
    ITEM: {},
    "COPPER": {"payment_seconds": 20 * DAY},
    "TIN": {"review_seconds": DAY, "day_value_minor": 10_000, "max_days": 5, "credit_weight_bps": 2_000},
    "ZINC": {"sourcing": "lots", "lots": 2},
    "LEAD": {"sourcing": "direct"},
    "NICKEL": AUCTION,
    "SILVER": {"second_price": True, "tax_bps": 1_300, "tolerance_bps": 100},
}  # fmt: skip
PIECE = 12_000  # what one costs, at most
STOCK = 200


class BuyingSteps(Hand):
    """From the need to the award."""

    def stock_up(self) -> None:
        """Items with stock and a policy of their own, before the walk begins."""
        for item, terms in POLICIES.items():
            if item != ITEM:
                self.world.erp(RegisterItem(code=item, name=item.title(), unit="kg"))
                stock = OpenStock(
                    entity=BUYER, item=item, quantity=STOCK, value_minor=STOCK * 9_000
                )
                self.world.erp(stock)
            self.world.erp(SetSourcingPolicy(**{**POLICY, **TERMS, "item": item, **terms}))

    def issue(self) -> None:
        """The warehouse gives stock to production, now and then more than there is."""
        level = self.pick(
            "SELECT item, on_hand FROM stock_level WHERE entity = 'BUYER' AND on_hand > 0"
        )
        if level is None:
            return
        quantity = level["on_hand"] + 1 if self.rarely(25) else self.number(1, level["on_hand"])
        told = {"entity": BUYER, "item": level["item"], "quantity": quantity}
        self.tell(IssueStock(**told, purpose=Purpose.PRODUCTION))

    def ask(self) -> None:
        """A clerk asks for an item by hand."""
        item, quantity = self.dice.choice([*POLICIES, "COPPER", "TIN"]), self.number(1, 90)
        asked = {"item": item, "quantity": quantity, "estimate_minor": quantity * PIECE}
        lots = POLICIES[item].get("sourcing") == "lots"
        self.tell(RequestLots(**asked) if lots else RaiseRequisition(**asked))

    def take_back(self) -> None:
        """A clerk takes a need back, or comes too late."""
        found = self.pick(
            "SELECT number FROM requisition WHERE status IN ('RAISED', 'TENDERED') ORDER BY number DESC"
        )
        if found:
            self.tell(CancelRequisition(requisition=found["number"], reason="not needed"))

    def budget(self) -> None:
        """More budget."""
        self.tell(ApproveBudget(entity=BUYER, amount_minor=self.number(1, 1_000_000)))

    # ---- tenders ------------------------------------------------------------------------------

    def bid(self) -> None:
        """Suppliers seal their bids, now and then one twice, above the ceiling, or too late."""
        open_ones = (
            "SELECT * FROM tender WHERE status = 'OPEN' AND bids < 2 AND (commit_end > :now OR :late = 1) "
            "ORDER BY commit_end DESC"
        )
        for tender in self.some(open_ones, now=self.world.now, late=int(self.rarely(12))):
            self._bid_for(tender)

    def _bid_for(self, tender: RowMapping) -> None:
        made = self.document(tender["number"])
        for who in self.dice.sample(SUPPLIERS, self.number(1, 2)):
            if (tender["tender_id"], who) in self.world.salts:
                continue
            least = tender["ceiling_minor"] // 2
            amount = self.number(least, tender["ceiling_minor"] + self.rarely(9))
            days = self.number(0, tender["max_days"] or 0)
            self.attempt(
                "Tenders.commitBid", f"{who} {tender['number']} {amount} {days}",
                lambda who=who, amount=amount, days=days: self.world.commit(who, made, amount, days),
            )  # fmt: skip

    def reveal(self) -> None:
        """Suppliers open their bids; some forget to, some come too early."""
        early = int(self.rarely(12))
        sealed_ones = (
            "SELECT DISTINCT t.* FROM tender t JOIN tender_bid b ON b.tender_id = t.tender_id WHERE t.status = 'OPEN' "
            "AND b.status = 'COMMITTED' AND t.reveal_end > :now AND (t.commit_end <= :now OR :early = 1) "
            "ORDER BY t.reveal_end"
        )
        for tender in self.some(sealed_ones, now=self.world.now, early=early):
            self._reveal_of(tender)

    def _reveal_of(self, tender: RowMapping) -> None:
        made = self.document(tender["number"])
        hidden = self.rows(
            "SELECT supplier FROM tender_bid WHERE tender_id = :id AND status = 'COMMITTED' ORDER BY supplier",
            id=tender["tender_id"],
        )  # fmt: skip
        for who in (row["supplier"] for row in hidden):
            if not self.rarely(10):
                self.attempt(
                    "Tenders.revealBid", f"{who} {tender['number']}",
                    lambda who=who: self.world.reveal(who, made),
                )  # fmt: skip

    def strike(self) -> None:
        """The buyer has a bid struck, while the tender is reviewed or too late."""
        bid = self.pick(
            "SELECT b.supplier, t.number FROM tender_bid b JOIN tender t ON t.tender_id = b.tender_id "
            "WHERE b.status = 'REVEALED' AND b.strike IS NULL AND ((t.status = 'OPEN' AND t.reveal_end <= :now "
            "AND t.reveal_end + t.review_seconds > :now) OR :late = 1) ORDER BY t.tender_id DESC",
            now=self.world.now,
            late=int(self.rarely(9)),
        )
        if bid:
            told = {"tender": bid["number"], "supplier": bid["supplier"]}
            self.tell(DisqualifyBid(**told, reason="its certificate ran out"))

    def award(self) -> None:
        """Somebody else than the keeper awards a tender or an auction; often too early."""
        found = self.pick(
            "SELECT tender_id FROM tender WHERE status = 'OPEN' AND bids > 0 ORDER BY reveal_end"
        )
        if found and self.rarely(2):
            tender = found["tender_id"]
            self.act("RIVAL", "Tenders", "award", tender, self.world.terms(tender))
            return
        auction = self.pick("SELECT auction_id FROM auction WHERE status = 'OPEN'")
        if auction:
            number = auction["auction_id"]
            terms = self.world.auction_terms(number)
            self.act("RIVAL", "ReverseAuctions", "award", number, terms)

    # ---- auctions and what both sides sign -------------------------------------------------------

    def underbid(self) -> None:
        """A supplier bids in an auction, now and then not low enough."""
        auction = self.pick("SELECT * FROM auction WHERE status = 'OPEN' ORDER BY auction_id DESC")
        if auction is None:
            return
        made = self.document(auction["number"])
        for who in self.dice.sample(SUPPLIERS, self.number(1, 2)):
            leading = self._leading(auction)
            amount = max(1, leading * self.number(70, 100) // 100)
            self.attempt(
                "ReverseAuctions.placeBid", f"{who} {auction['number']} {amount}",
                lambda who=who, amount=amount: self.world.underbid(who, made, amount),
            )  # fmt: skip

    def _leading(self, auction: RowMapping) -> int:
        return int(auction["leading_minor"] or auction["ceiling_minor"])

    def sign_direct(self) -> None:
        """Buyer and supplier sign what a requisition asks for, now and then a second time."""
        asked = self.pick(
            "SELECT number FROM requisition WHERE sourcing = 'direct' "
            "AND ((status IN ('RAISED', 'CANCELLED') AND promised_at > :now) OR :again = 1) ORDER BY number DESC",
            again=int(self.rarely(10)),
            now=self.world.now,
        )
        if asked is None:
            return
        made: Document = self.document(asked["number"])
        amount = int(made.fields["estimate_minor"]) * self.number(60, 110) // 100
        self.attempt(
            "DirectOrders.openDirect", f"{asked['number']} {amount}",
            lambda: self.world.sign_direct("RIVAL", made, amount),
        )  # fmt: skip
