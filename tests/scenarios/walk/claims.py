"""Steps of claims: split, offered, bought by published or signed offers, handed on and paid for outside, paid when due."""

from __future__ import annotations

from sqlalchemy import RowMapping

from bridge.capabilities.model import ZERO_ACCOUNT
from erp.receivables.schemas import ExplainClaimTransfer
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import FINANCIER
from tests.world import DAY

ROOM = "Receivables"
OPEN = "SELECT * FROM claim WHERE status = 'OPEN' ORDER BY claim_id DESC"
HOLDERS = ("SUPPLIER", "RIVAL", FINANCIER)


class ClaimSteps(Hand):
    """What becomes of payments that are due later."""

    def decide_claim(self) -> None:
        """A holder splits, offers, takes back, sells or hands on; somebody has a claim paid, mostly too early."""
        found = self.pick(OPEN)
        if found:
            ways = (
                self._split,
                self._offer,
                self._offer,
                self._take_back,
                self._hand_on,
                self._pay,
            )
            self.dice.choice(ways)(found)

    def _split(self, claim: RowMapping) -> None:
        part = self.number(1, max(1, claim["amount_minor"] - 1 + self.rarely(9)))
        self.act(claim["holder"], ROOM, "split", claim["claim_id"], part)

    def _offer(self, claim: RowMapping) -> None:
        price = claim["amount_minor"] * self.number(80, 100) // 100 + self.rarely(12)
        to = self.dice.choice((ZERO_ACCOUNT, self.address(FINANCIER)))
        until = self.world.now + self.number(1, 5) * DAY
        self.act(claim["holder"], ROOM, "offer", claim["claim_id"], to, price, until)

    def _take_back(self, claim: RowMapping) -> None:
        self.act(claim["holder"], ROOM, "withdrawOffer", claim["claim_id"])

    def _hand_on(self, claim: RowMapping) -> None:
        to = self.dice.choice(HOLDERS)
        if self.act(
            claim["holder"], ROOM, "transfer", claim["claim_id"], self.address(to)
        ) and self.rarely(2):
            price = claim["amount_minor"] * self.number(90, 100) // 100
            self.act(to, "SettlementToken", "transfer", self.address(claim["holder"]), price)

    def _pay(self, claim: RowMapping) -> None:
        self.act("RIVAL", ROOM, "pay", claim["claim_id"])

    def buy_claim(self) -> None:
        """The financier buys what is offered, now and then at a price that it is not offered at."""
        claim = self.pick(
            "SELECT * FROM claim WHERE status = 'OPEN' AND price_minor > 0 ORDER BY claim_id DESC"
        )
        if claim:
            price = claim["price_minor"] - self.rarely(8)
            self.act(FINANCIER, ROOM, "buy", claim["claim_id"], claim["amount_minor"], price)

    def explain_claim(self) -> None:
        """Finance says why a claim changed hands."""
        moved = self.pick("SELECT * FROM claim_transfer WHERE explained_by IS NULL ORDER BY number")
        if moved is None:
            return
        paid = self.pick(
            "SELECT number FROM suspense_item WHERE explained_by IS NULL AND sender = :by AND receiver = :to",
            by=moved["receiver"], to=moved["sender"],
        )  # fmt: skip
        back = self.pick(
            "SELECT number FROM claim_transfer WHERE explained_by IS NULL AND sender = :by AND receiver = :to "
            "AND claim_id = :claim", by=moved["receiver"], to=moved["sender"], claim=moved["claim_id"],
        )  # fmt: skip
        if paid:
            how = {"paid_by": paid["number"]}
        elif back:
            how = {"returned_by": back["number"]}
        else:
            how = {"sender_account": "6711.01", "receiver_account": "2203"}
        told = ExplainClaimTransfer(transfer=moved["number"], reason="as both wrote", **how)
        self.tell(told)
