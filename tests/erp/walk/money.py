"""Steps of people with money and stock, and of tokens."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import text

from erp.budget.schemas import ApproveBudget
from erp.payments.purposes import SIDES, TransferPurpose
from erp.payments.schemas import (
    ContributeCapital,
    ExplainTransfer,
    RecordTokenIssue,
    RecordTokenRedemption,
    RecordTokenTransfer,
)
from erp.proposals.schemas import ConfirmProposal, WithdrawProposal
from erp.reversals.schemas import ReverseDocument
from erp.stock.rules import Purpose, StockKind
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.walk.dice import (
    BUYERS,
    ITEMS,
    NEWEST,
    PRICE,
    SECOND,
    Dice,
    Stroke,
)
from tests.erp.world import REF, account


class MoneySteps(Dice):
    """Budgets, capital, stock, reversals, confirmations, tokens."""

    def budget(self) -> Stroke:
        entity = self.dice.choice(BUYERS)
        return Stroke((ApproveBudget(entity=entity, amount_minor=self.number(1, 2_000_000)),))

    def capital(self) -> Stroke:
        entity = self.dice.choice([*BUYERS, *BUYERS, "rival"])  # not into an outside firm
        return Stroke((ContributeCapital(entity=entity, amount_minor=self.number(1, 10**6)),))

    def opening(self) -> Stroke:
        quantity = self.number(1, 130)
        return Stroke(
            (
                OpenStock(
                    entity=self.dice.choice(BUYERS),
                    item=self.dice.choice(ITEMS),
                    quantity=quantity,
                    value_minor=quantity * self.number(0, PRICE) + self.number(0, 99),
                    kind=self.dice.choice([StockKind.RAW, StockKind.RAW, StockKind.FINISHED]),
                ),
            )
        )

    def issue(self) -> Stroke:
        """Some of what is there, all of it, or more than there is."""
        stock = self.pick("SELECT * FROM stock_level WHERE on_hand > 0 ORDER BY on_hand DESC")
        if stock is None:
            return self.opening()
        quantity = self.dice.choice(
            [self.number(1, stock["on_hand"]), self.number(1, 9), stock["on_hand"] + 1 - self.number(0, 1)]
        )  # fmt: skip
        commands = [
            IssueStock(
                entity=stock["entity"],
                item=stock["item"],
                quantity=quantity,
                purpose=self.dice.choice(list(Purpose)),
            )
            for _ in range(self.number(1, 3))
        ]
        return Stroke(tuple(commands))

    def reversal(self) -> Stroke | None:
        document = self.pick(
            "SELECT number FROM document_log WHERE type IN ('capital', 'budget_approval', 'stock_opening', "
            "'goods_issue') ORDER BY sequence DESC"
        )
        if document is None or self.rarely(9):
            document = self.pick("SELECT number FROM document_log ORDER BY sequence DESC")
        assert document is not None
        return Stroke((ReverseDocument(number=document["number"], reason="typo"),))

    def decision(self) -> Stroke | None:
        """What was proposed is confirmed by a second person, now and then withdrawn, or tried by its proposer."""
        found = self.session.scalars(
            text(
                f"SELECT number FROM proposal WHERE status = 'OPEN' ORDER BY number LIMIT {NEWEST}"
            )
        ).all()
        if not found:
            return None
        commands = tuple(
            WithdrawProposal(proposal=number, reason="typo")
            if self.rarely(12)
            else ConfirmProposal(proposal=number)
            for number in found
        )
        return Stroke(commands, "" if self.rarely(15) else SECOND)

    def tokens(self) -> Stroke:
        holder = account(self.dice.choice(["buyer", "buyer", "maker", "rival", "supplier"]))
        amount = self.number(1, 3_000_000)
        if self.rarely(3):
            redeem = RecordTokenRedemption(
                account=holder, amount_minor=amount // 4 + 1, bank_ref=REF
            )
            return Stroke((redeem,), "bridge")
        return Stroke(
            (RecordTokenIssue(account=holder, amount_minor=amount, bank_ref=REF),), "bridge"
        )

    def transfer(self) -> Stroke:
        sender, receiver = self.dice.sample(["buyer", "maker", "rival", "supplier"], 2)
        amount = self.number(1, 20_000)
        there = RecordTokenTransfer(
            sender=account(sender), receiver=account(receiver), amount_minor=amount
        )
        back = RecordTokenTransfer(
            sender=account(receiver), receiver=account(sender), amount_minor=amount
        )
        return Stroke((there, back) if self.rarely(3) else (there,), "bridge")

    def explain(self) -> Stroke | None:
        """Finance says what a transfer was for; sometimes the second time, or for what it cannot have been."""
        open_ones = "" if self.rarely(6) else "WHERE explained_by IS NULL"
        item = self.pick(f"SELECT * FROM suspense_item {open_ones} ORDER BY number DESC")
        if item is None:
            return None
        purpose = self.dice.choice(list(TransferPurpose))
        returned = None
        if purpose is TransferPurpose.ERROR_RETURNED and item["sender"] is not None:
            other = self.pick(
                "SELECT number FROM suspense_item WHERE explained_by IS NULL AND sender = :receiver "
                "AND receiver = :sender AND amount_minor = :amount AND number <> :number ORDER BY number DESC",
                receiver=item["receiver"], sender=item["sender"], amount=item["amount_minor"],
                number=item["number"],
            )  # fmt: skip
            returned = other["number"] if other else None
        sides = SIDES[purpose]
        return Stroke(
            (
                ExplainTransfer(
                    transfer=item["number"],
                    purpose=purpose,
                    returned_by=returned,
                    sender_account=None if sides.sent else self.dice.choice(["6711.01", "1123.01", "1002"]),
                    receiver_account=None if sides.received else self.dice.choice(["6301", "2203", "1002"]),
                    reason="asked the sender",
                ),
            )
        )  # fmt: skip
