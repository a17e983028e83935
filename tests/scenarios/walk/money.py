"""Steps of money, stock and days: tokens issued, sent, explained and redeemed; mistakes reversed; force majeure."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from erp.payments.purposes import SIDES, TransferPurpose
from erp.payments.schemas import ContributeCapital, ExplainTransfer
from erp.reversals.schemas import ReverseDocument
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import PEOPLE
from tests.world import BUYER, DAY

TOKEN, DAYS = "SettlementToken", "ForceMajeure"
REVERSED = "'capital', 'budget_approval', 'goods_issue'"


class MoneySteps(Hand):
    """What happens beside any purchase."""

    region = b"\x07" * 32

    def tokens(self) -> None:
        """The treasurer issues tokens, or somebody redeems some."""
        who, amount = self.dice.choice(PEOPLE), self.number(1, 1_000_000)
        if self.rarely(2):
            self.act("treasurer", TOKEN, "issue", self.address(who), amount, self.ref())
        else:
            self.act(who, TOKEN, "redeem", amount, self.ref())

    def transfer(self) -> None:
        """Somebody sends tokens for a reason that the chain does not tell."""
        sender, receiver = self.dice.sample(PEOPLE, 2)
        amount = self.number(1, 90_000) + self.rarely(12) * 2**61
        self.act(sender, TOKEN, "transfer", self.address(receiver), amount)

    def explain(self) -> None:
        """Finance says what a transfer was for, now and then a second time."""
        items = "SELECT * FROM suspense_item WHERE explained_by IS NULL OR :again = 1 ORDER BY number DESC"
        item = self.pick(items, again=int(self.rarely(8)))
        if item is None:
            return
        purpose = self.dice.choice(list(TransferPurpose))
        sides = SIDES[purpose]
        told = ExplainTransfer(
            transfer=item["number"], purpose=purpose, reason="asked the sender",
            sender_account=None if sides.sent else "6711.01", receiver_account=None if sides.received else "6301",
        )  # fmt: skip
        self.tell(told)

    def capital(self) -> None:
        """An owner pays capital in."""
        self.tell(ContributeCapital(entity=BUYER, amount_minor=self.number(1, 900_000)))

    def reverse(self) -> None:
        """A typing mistake is taken back, or something that cannot be."""
        typed = f"WHERE type IN ({REVERSED})" if not self.rarely(5) else ""
        found = self.pick(f"SELECT number FROM document_log {typed} ORDER BY sequence DESC")
        if found:
            self.tell(ReverseDocument(number=found["number"], reason="typing mistake"))

    def storm(self) -> None:
        """The reporter declares days; somebody disputes, takes back, or the arbiter grants fewer."""
        found = self.pick(
            "SELECT payload, number FROM document_log WHERE type = 'force_majeure_declaration' ORDER BY sequence DESC"
        )
        told = self.document(found["number"]).fields if found else {"dispute_by": 0}
        if told["dispute_by"] < self.world.now and not self.rarely(9):
            count = self.number(1, 3)
            first = self.world.now // DAY - count + 1
            self.act("reporter", DAYS, "declare", self.region, first, count, self.ref())
            return
        if found is None:
            return
        number = told["declaration_id"]
        match self.number(1, 5):
            case 1 | 5:
                self.act(
                    self.dice.choice(("SUPPLIER", "RIVAL")), DAYS, "dispute", number, self.ref()
                )
            case 2:
                self.act(self.dice.choice(("SUPPLIER", "RIVAL")), DAYS, "withdrawDispute", number)
            case 3:
                granted = self.number(0, told["count"])
                self.act("arbiter", DAYS, "rule", number, told["from_day"], granted, self.ref())
            case _:
                self.act("RIVAL", DAYS, "applyDeclaration", number)

    def suspend(self) -> None:
        """The registrar suspends somebody, who tries to act, and reinstates it."""
        who = self.dice.choice(("N1", "NODE-1", "FINANCIER"))
        self.act("registrar", "Participants", "suspend", self.address(who), self.ref())
        self.act(who, TOKEN, "transfer", self.address(BUYER), 1)
        self.act("registrar", "Participants", "reinstate", self.address(who))
