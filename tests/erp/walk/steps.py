"""What people and events may do next: commands that fit the books as they stand, and some that must be refused.

A step reads the books, throws dice, and returns the commands of one stroke, in order. With several walkers the books may
have moved on by the time the commands are told: then they are refused, which is an answer too.
"""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.credit.schemas import CreditComponent, RecordCreditComponent, RecordCreditOutcome
from erp.items.schemas import RegisterItem
from erp.kernel import amounts
from erp.kernel.log.queries import by_number
from erp.kernel.schema import Command
from erp.ledger.closing import CheckName
from erp.ledger.schemas import AddAccount, ClosePeriod, ReopenPeriod
from erp.parties.schemas import EnrolParty, RegisterParty, ReinstateParty, SuspendParty
from erp.payments.purposes import SIDES, TransferPurpose
from erp.payments.schemas import (
    ContributeCapital,
    ExplainTransfer,
    RecordEscrowDeposit,
    RecordTokenIssue,
    RecordTokenRedemption,
    RecordTokenTransfer,
)
from erp.procurement.schemas import (
    AttestReceipt,
    CancelOrder,
    CancelRequisition,
    CertifyInputVat,
    MatchInvoice,
    RaiseRequisition,
    RecordAward,
    RecordBondForfeit,
    RecordDespatch,
    RecordGoodsReceipt,
    RecordRedLetterInvoice,
    RecordSilentAcceptance,
    RecordSupplierInvoice,
    RecordTenderVoid,
    ReleaseInvoice,
    RequestOrderClose,
    WithdrawInvoice,
)
from erp.proposals.schemas import ConfirmProposal, WithdrawProposal
from erp.quality.schemas import AttestInspection, RecordInspection
from erp.reversals.schemas import ReverseDocument
from erp.stock.rules import Purpose, StockKind
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.world import DAY, REF, World, account

SECOND = "finance:second"
NEWEST = 12  # of which a step picks one
SUPPLIERS = ("supplier", "rival", "maker")
BUYERS = ("buyer", "maker")
ITEMS = ("bolt", "nut")
PRICE = 12_000  # a piece, at most
LEAD_SECONDS = 2 * DAY  # so short that much is late


@dataclass(frozen=True)
class Stroke:
    """Commands to be told one after the other, and by whom: a clerk of each command's role, when nobody is named."""

    commands: tuple[Command, ...]
    actor: str = ""


def policies(world: World) -> list[Command]:
    """Beside the world's own: a maker that buys nuts and sells bolts of its own stock, and reorder points above zero."""
    terms = {"estimate_minor": 60 * PRICE, "lead_seconds": LEAD_SECONDS}
    return [
        RegisterParty(
            code="maker", name="maker", kind="internal", account=account("maker"), platform="P2",
            time_zone="America/New_York",
        ),
        EnrolParty(account=account("maker"), capabilities=3),
        RegisterItem(code="nut", name="Nut", unit="piece"),
        world.policy(candidates=SUPPLIERS, reorder_point=40, reorder_quantity=60, **terms),
        world.policy(item="nut", buyer="maker", candidates=("supplier", "rival"), **terms),
    ]  # fmt: skip


class Steps:
    """The steps of one walker. Ids that it gives are its own: `index` of `walkers`."""

    def __init__(self, world: World, dice: random.Random, index: int, walkers: int) -> None:
        self.world = world
        self.dice = dice
        self._index, self._walkers = index, walkers
        self._ids = 0
        self.session: Session  # set for each stroke

    def next_stroke(self, session: Session) -> Stroke | None:
        """A stroke that the books of this session allow, more or less; None when the dice found nothing to do."""
        self.session = session
        (step,) = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        made: Stroke | None = step(self)
        return made

    # ---- dice and reading ----

    def number(self, low: int, high: int) -> int:
        return self.dice.randint(low, high)

    def rarely(self, one_in: int) -> bool:
        return self.dice.randrange(one_in) == 0

    def new_id(self) -> int:
        self._ids += 1
        return self._ids * self._walkers + self._index

    def pick(self, statement: str, **values: Any) -> RowMapping | None:
        """One of the newest rows of a statement."""
        found = self.session.execute(text(f"{statement} LIMIT {NEWEST}"), values).mappings().all()
        return self.dice.choice(found) if found else None

    def order_in(self, *statuses: str) -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            f"SELECT * FROM purchase_order WHERE status IN ({wanted}) ORDER BY order_id DESC"
        )

    def delivery_in(self, *statuses: str, more: str = "") -> RowMapping | None:
        """A delivery in one of these states, with its order's terms."""
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            "SELECT o.*, d.*, o.number AS order_number, o.accepted AS order_accepted, o.supplier AS seller "
            "FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id "
            f"WHERE d.status IN ({wanted}) {more} ORDER BY d.order_id DESC"
        )

    # ---- people and money ----

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

    # ---- registers and months ----

    def register(self) -> Stroke:
        name = f"{self.dice.choice(['pin', 'cog', 'cap'])}-{self.new_id()}"
        return Stroke((RegisterItem(code=name, name=name, unit="piece"),))

    def account(self) -> Stroke:
        parent = self.dice.choice(["6602", "6601", "6602.02", "1002", "5001"])
        code = f"{parent}.{self.number(10, 99)}"
        return Stroke(
            (AddAccount(code=code, parent=parent, name=f"Own {code}", name_zh=f"自设{code}"),)
        )

    def policy(self) -> Stroke:
        point = self.number(0, 90)
        quantity = self.number(10, 120)
        changed = {
            "reorder_point": point,
            "reorder_quantity": quantity,
            "estimate_minor": quantity * PRICE,
            "lead_seconds": LEAD_SECONDS,
        }
        return Stroke((self.world.policy(candidates=SUPPLIERS, **changed),))

    def suspension(self) -> Stroke:
        """A rival is barred for a while: often for no longer than this stroke."""
        bar = SuspendParty(account=account("rival"), reason_ref=REF)
        free = ReinstateParty(account=account("rival"))
        return Stroke((bar, free) if self.rarely(2) else (free,), "bridge")

    def month(self) -> Stroke:
        """A month is closed, or the newest closed one opened again."""
        entity = self.dice.choice(["buyer", "maker", "supplier", "rival"])
        newest = self.pick(
            "SELECT period FROM ledger_period WHERE entity = :entity ORDER BY period DESC",
            entity=entity,
        )
        if newest and self.rarely(4):
            return Stroke(
                (ReopenPeriod(entity=entity, period=newest["period"], reason="a late bill"),)
            )
        begun = self.session.scalar(
            text(
                "SELECT min(period) FROM journal_entry WHERE entity = :entity AND period > :after"
            ),
            {"entity": entity, "after": newest["period"] if newest else ""},
        )
        points = [
            CheckName.SUSPENSE_SENT,
            CheckName.SUSPENSE_RECEIVED,
            CheckName.UNSETTLED_PROPERTY,
        ]
        waived = tuple(self.dice.sample(points, self.number(0, 2)))
        reason = "known" if waived else None
        period = begun or "2026-01"
        return Stroke((ClosePeriod(entity=entity, period=period, waived=waived, reason=reason),))

    def credit(self) -> Stroke | None:
        order = self.order_in("FUNDED", "CLOSED")
        if order is None:
            return None
        owner = account(order["supplier"])
        score = self.number(0, 10_000)
        outcome = RecordCreditOutcome(
            account=owner, order_id=order["order_id"], delivery_id=1, value_minor=self.number(1, 10**6),
            delivery_bps=score, quality_bps=score, score_bps=score,
        )  # fmt: skip
        component = RecordCreditComponent(
            account=owner, subject_id=order["order_id"], component=self.dice.choice(list(CreditComponent)),
            value_minor=self.number(1, 10**6), outcome_bps=score, score_bps=score,
        )  # fmt: skip
        return Stroke((outcome, component), "bridge")

    # ---- requisition to order ----

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
        commands += [
            self.world.bid(tender_id, name, index, credit_bps=self.number(5_000, 9_999))
            for index, name in enumerate(bidders, start=1)
        ]
        for name in bidders:
            if not self.rarely(6):
                amount = max(1, ceiling * self.number(40, 105) // 100)
                commands.append(
                    self.world.quotation(amount, tender_id, name, within_ceiling=amount <= ceiling)
                )
        return Stroke(tuple(commands), "bridge")

    def settle_tender(self) -> Stroke | None:
        """The award and the order of the best bid, in either order; or no award at all."""
        tender = self.pick("SELECT * FROM tender WHERE status = 'OPEN' ORDER BY tender_id DESC")
        if tender is None:
            return None
        tender_id = tender["tender_id"]
        best = (
            self.session.execute(
                text(
                    "SELECT * FROM tender_bid WHERE tender_id = :tender AND within_ceiling "
                    "ORDER BY amount_minor, credit_bps DESC, bid_index LIMIT 1"
                ),
                {"tender": tender_id},
            )
            .mappings()
            .first()
        )
        if best is None:
            void = RecordTenderVoid(
                tender_id=tender_id, requisition=tender["requisition"], bids=tender["bids"]
            )
            return Stroke((void,), "bridge")
        requisition = by_number(self.session, tender["requisition"])
        assert requisition is not None
        supplier, amount = account(best["supplier"]), best["amount_minor"]
        order = self.world.order(
            tender_id,
            requisition,
            buyer=account(tender["buyer"]),
            supplier=supplier,
            amount_minor=amount,
        )
        award = RecordAward(
            tender_id=tender_id,
            supplier=supplier,
            order_id=tender_id,
            amount_minor=amount,
            bids=tender["bids"],
        )
        return Stroke((award, order) if self.rarely(2) else (order, award), "bridge")

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

    # ---- order to end ----

    def despatch(self) -> Stroke | None:
        """Goods leave; sometimes they arrive and are billed in the same stroke."""
        order = self.order_in("FUNDED")
        if order is None:
            return None
        left = order["quantity"] - order["underway"]
        quantity = self.number(1, max(1, left)) if not self.rarely(9) else left + 1
        delivery = order["deliveries"] + 1
        sent = RecordDespatch(
            order_id=order["order_id"], delivery_id=delivery, supplier=account(order["supplier"]),
            quantity=quantity, shipped_at=self.world.now, despatch_ref=REF,
        )  # fmt: skip
        if self.rarely(3):
            return Stroke((sent, self._receipt(order["number"], delivery, quantity)), "bridge")
        return Stroke((sent,), "bridge")

    def _receipt(self, order: str, delivery: int, quantity: int) -> Command:
        received = max(1, quantity - self.dice.choice([0, 0, 0, 1, 5, -1]))
        return RecordGoodsReceipt(
            order=order, delivery_id=delivery, quantity=received, received_at=self.world.now
        )

    def receive(self) -> Stroke | None:
        part = self.delivery_in("SHIPPED")
        return part and Stroke(
            (self._receipt(part["order_number"], part["delivery_id"], part["shipped"]),)
        )

    def inspect(self) -> Stroke | None:
        part = self.delivery_in("RECEIVED")
        if part is None:
            return None
        rejected = min(self.dice.choice([0, 0, 0, 1, 7, 200]), part["received"])
        accepted = part["received"] - rejected + self.dice.choice([0, 0, 0, 0, 1])
        found = RecordInspection(
            receipt=part["receipt"], accepted=accepted, rejected=rejected,
            reason="scratched" if rejected else None,
        )  # fmt: skip
        if not self.rarely(3):
            return Stroke((found,), "inspector")
        worth = part["accepted_amount_minor"] or amounts.delivery_amount(
            part["amount_minor"], part["quantity"], part["order_accepted"], accepted
        )
        return Stroke((found, self._bill(part, max(1, accepted), worth)), "inspector")

    def attest(self) -> Stroke | None:
        """An event tells what the ERP has reported: receipts and inspections, once."""
        part = self.delivery_in("RECEIVED", "INSPECTED", "REJECTED", "MATCHED", "PAID")
        if part is None:
            return None
        ids = {"order_id": part["order_id"], "delivery_id": part["delivery_id"]}
        commands: list[Command] = [
            AttestReceipt(
                **ids, receipt=part["receipt"], quantity=part["received"],
                received_at=part["received_at"], days_late=part["days_late"],
            )
        ]  # fmt: skip
        if part["inspection"] is not None:
            commands.append(
                AttestInspection(
                    **ids, inspection=part["inspection"], accepted=part["accepted"],
                    rejected=part["rejected"], accepted_amount_minor=part["accepted_amount_minor"],
                )
            )  # fmt: skip
        return Stroke(tuple(commands), "bridge")

    def bill(self) -> Stroke | None:
        """Early, in time, over tolerance, of a wrong quantity, or of goods that were all rejected."""
        states = (
            ("SHIPPED", "RECEIVED", "INSPECTED", "REJECTED") if self.rarely(4) else ("INSPECTED",)
        )
        part = self.delivery_in(*states)
        if part is None:
            return None
        quantity = part["accepted"] or part["shipped"]
        return Stroke((self._bill(part, quantity, part["accepted_amount_minor"] or 1_000),))

    def _bill(self, part: RowMapping, quantity: int, worth: int) -> Command:
        net = max(1, worth * (10_000 + self.dice.choice([0, 0, 50, 100, 101, -300])) // 10_000)
        return RecordSupplierInvoice(
            order=part["order_number"],
            delivery_id=part["delivery_id"],
            invoice_number=f"INV-{self.new_id()}",
            quantity=max(1, quantity - self.dice.choice([0, 0, 0, 0, 1])),
            net_minor=net,
            tax_minor=amounts.claim_tax(net, 1_300),
        )

    def invoice_in(self, *statuses: str) -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            "SELECT i.*, d.accepted_amount_minor FROM supplier_invoice i JOIN delivery d "
            f"ON d.order_id = i.order_id AND d.delivery_id = i.delivery_id WHERE i.status IN ({wanted}) "
            "ORDER BY i.number DESC"
        )

    def match(self) -> Stroke | None:
        invoice = self.invoice_in("OPEN", "BLOCKED", "MATCHED")
        return invoice and Stroke((MatchInvoice(invoice=invoice["number"]),))

    def release(self) -> Stroke | None:
        """Somebody else releases a blocked invoice, as it stands or near the order's price; or it is taken back."""
        invoice = self.invoice_in("BLOCKED", "OPEN")
        if invoice is None:
            return None
        if self.rarely(3):
            return Stroke((WithdrawInvoice(invoice=invoice["number"], reason="wrong"),), "another")
        net = max(
            1,
            invoice["accepted_amount_minor"] * (10_000 + self.dice.choice([0, 50, -300])) // 10_000,
        )
        terms = (
            {"net_minor": net, "tax_minor": amounts.claim_tax(net, 1_300)} if self.rarely(2) else {}
        )
        return Stroke(
            (ReleaseInvoice(invoice=invoice["number"], reason="agreed", **terms),), "another"
        )

    def claim(self) -> Stroke | None:
        part = self.delivery_in("RECEIVED", "INSPECTED", "MATCHED", more="AND d.claimed IS NULL")
        if part is None:
            return None
        inspected = part["status"] != "RECEIVED"
        accepted = part["accepted"] if inspected else part["received"]
        worth = part["accepted_amount_minor"] if inspected else amounts.delivery_amount(
            part["amount_minor"], part["quantity"], part["order_accepted"], accepted
        )  # fmt: skip
        net, tax = worth, amounts.claim_tax(worth, part["tax_bps"])
        if part["match"] is not None:
            net, tax = part["net_minor"], part["tax_minor"]
        return Stroke(
            (
                RecordSilentAcceptance(
                    order_id=part["order_id"], delivery_id=part["delivery_id"], accepted=accepted,
                    accepted_amount_minor=worth, net_minor=net, tax_minor=tax,
                ),
            ),
            "bridge",
        )  # fmt: skip

    def pay(self) -> Stroke | None:
        """Once; now and then twice, which must be refused."""
        part = self.delivery_in("MATCHED")
        if part is None:
            return None
        gross = part["net_minor"] + part["tax_minor"]
        penalty = min(
            amounts.penalty(part["accepted_amount_minor"], part["days_late"], 50, 500), gross
        )
        payment = self.world.payment_of(
            order_id=part["order_id"],
            delivery_id=part["delivery_id"],
            match=None if part["claimed"] else part["match"],
            supplier=account(part["seller"]),
            accepted_amount_minor=part["accepted_amount_minor"],
            net_minor=part["net_minor"],
            tax_minor=part["tax_minor"],
            penalty_minor=penalty,
            paid_minor=gross - penalty,
        )
        return Stroke((payment,) * (1 + self.rarely(5)), "bridge")

    def certify(self) -> Stroke | None:
        """The input VAT of one or two invoices, some certified before."""
        one, two = (
            self.delivery_in("MATCHED", "PAID", more="AND d.invoice IS NOT NULL") for _ in range(2)
        )
        if one is None or two is None:
            return None
        invoices = {one["invoice"]} | ({two["invoice"]} if two["buyer"] == one["buyer"] else set())
        return Stroke((CertifyInputVat(entity=one["buyer"], invoices=tuple(sorted(invoices))),))

    def red_letter(self) -> Stroke | None:
        part = self.delivery_in("PAID", more="AND d.penalty_minor > 0 AND d.invoice IS NOT NULL")
        return part and Stroke(
            (
                RecordRedLetterInvoice(
                    order=part["order_number"],
                    delivery_id=part["delivery_id"],
                    invoice_number=f"RED-{self.new_id()}",
                    net_minor=part["penalty_minor"] - part["penalty_tax_minor"],
                    tax_minor=part["penalty_tax_minor"],
                ),
            )
        )

    def close(self) -> Stroke | None:
        order = self.pick(
            "SELECT * FROM purchase_order WHERE status = 'FUNDED' AND accepted >= quantity / 2 ORDER BY order_id"
        )
        if order is None:
            return None
        ask = RequestOrderClose(order=order["number"])
        end = self.world.closing(
            order["accepted"],
            order["accepted_amount_minor"],
            order["escrowed_minor"],
            order["order_id"],
        ).model_copy(update={"buyer": account(order["buyer"])})
        return Stroke((ask,)) if self.rarely(3) else Stroke((end,), "bridge")


WEIGHTS: dict[Callable[[Steps], Any], int] = {
    Steps.budget: 6,
    Steps.capital: 3,
    Steps.opening: 4,
    Steps.issue: 10,
    Steps.reversal: 4,
    Steps.decision: 14,
    Steps.tokens: 6,
    Steps.transfer: 3,
    Steps.explain: 4,
    Steps.register: 1,
    Steps.account: 1,
    Steps.policy: 1,
    Steps.suspension: 1,
    Steps.month: 4,
    Steps.credit: 2,
    Steps.requisition: 6,
    Steps.cancel_requisition: 3,
    Steps.tender: 12,
    Steps.settle_tender: 14,
    Steps.forfeit: 3,
    Steps.fund: 12,
    Steps.cancel_order: 5,
    Steps.despatch: 18,
    Steps.receive: 16,
    Steps.inspect: 18,
    Steps.attest: 4,
    Steps.bill: 14,
    Steps.match: 3,
    Steps.release: 8,
    Steps.claim: 3,
    Steps.pay: 18,
    Steps.certify: 6,
    Steps.red_letter: 4,
    Steps.close: 4,
}
