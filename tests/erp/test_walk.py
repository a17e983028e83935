"""A random walk over all operations: after each step, in whatever order, every invariant of the books holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.database import create_schema, open_engine, transaction
from erp.kernel import amounts
from erp.kernel.base import metadata
from erp.kernel.errors import Rejected
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.ledger.turnover.queries import trial_balance
from erp.payments.schemas import RecordEscrowDeposit, RecordTokenIssue, RecordTokenRedemption
from erp.procurement.queries import deliveries, orders, tenders
from erp.procurement.schemas import (
    CancelOrder,
    CancelRequisition,
    MatchInvoice,
    RaiseRequisition,
    RecordAward,
    RecordBondForfeit,
    RecordDespatch,
    RecordSilentAcceptance,
    RecordTenderVoid,
    ReleaseInvoice,
    WithdrawInvoice,
)
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.quality.schemas import RecordInspection
from erp.replay import differences
from erp.reversals.schemas import ReverseDocument
from erp.rooms import command_of, execute
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.books import EVERYTHING, check_books
from tests.erp.world import DAY, REF, START, World, account

QUANTITY = st.integers(min_value=1, max_value=130)
PICK = st.integers(min_value=0, max_value=10**6)
STARTING_TOKENS = 5_200_000
LATE = 60  # steps after which orders may be closed


class Walk(RuleBasedStateMachine):
    """Steps of buyer, suppliers, clerks and external events, some of them nonsense that must be refused."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = open_engine("sqlite://")
        create_schema(self.engine)
        self.world = World(self.engine)
        self.tokens = 0
        self.steps = 0

    def teardown(self) -> None:
        try:
            self.end()
        finally:
            self.engine.dispose()

    @initialize(
        reorder_point=st.sampled_from([0, 80]),
        parts=st.lists(st.integers(min_value=1, max_value=50), min_size=2, max_size=4),
    )
    def begin(self, reorder_point: int, parts: list[int]) -> None:
        self.world.prepare(6_000_000)
        self.tokens = STARTING_TOKENS
        for order_id in (1, 2):
            self.world.funded(order_id)
            for delivery_id, quantity in enumerate(parts, start=1):
                self.swallow(partial(self.world.despatch, quantity, delivery_id, order_id))
        if reorder_point:
            self.attempt(self.world.policy(reorder_point=reorder_point, estimate_minor=1_200_000))

    def attempt(self, command: Command, actor: str = "test") -> bool:
        """Tells a command; a refusal is an answer too, and changes nothing."""
        self.steps += 1
        before = len(self.world.log())
        try:
            self.world.do(command, origin=f"step {self.steps}", actor=actor)
        except Rejected:
            assert len(self.world.log()) == before
            return False
        return True

    def choose(self, rows: list[Any], pick: int) -> Any:
        return rows[pick % len(rows)] if rows else None

    def order_in(self, pick: int, *statuses: str) -> PurchaseOrder | None:
        with transaction(self.engine) as session:
            found = [one for one in orders(session, limit=EVERYTHING) if one.status in statuses]
        return self.choose(found, pick)

    def delivery_in(self, pick: int, *statuses: str) -> Delivery | None:
        with transaction(self.engine) as session:
            found = [
                part
                for one in orders(session, limit=EVERYTHING)
                for part in deliveries(Rows.of(session), one.order_id)
                if part.status in statuses
            ]
        return self.choose(found, pick)

    # ---- people ----

    @rule(seconds=st.integers(min_value=1, max_value=3 * DAY))
    def wait(self, seconds: int) -> None:
        self.world.wait(seconds)

    @rule(
        what=st.sampled_from(["budget", "opening", "issue", "reversal", "tokens"]),
        quantity=QUANTITY,
        pick=PICK,
    )
    def aside(self, what: str, quantity: int, pick: int) -> None:
        """Something of purely internal effect."""
        if what == "tokens":
            return self.tokens_move(quantity * 20_000)
        document = self.choose(self.world.log(), pick)
        self.attempt(
            {
                "budget": ApproveBudget(entity="buyer", amount_minor=quantity * 9_000),
                "opening": OpenStock(
                    entity="buyer", item="bolt", quantity=quantity, value_minor=pick % 999
                ),
                "issue": IssueStock(
                    entity="buyer", item="bolt", quantity=quantity, purpose=Purpose.PRODUCTION
                ),
                "reversal": ReverseDocument(number=document.number, reason="typo"),
            }[what]
        )
        return None

    def requisition(self, quantity: int) -> None:
        self.attempt(
            RaiseRequisition(item="bolt", quantity=quantity, estimate_minor=quantity * 12_000)
        )

    def tokens_move(self, amount: int) -> None:
        if self.attempt(
            RecordTokenIssue(account=account("buyer"), amount_minor=amount, bank_ref=REF)
        ):
            self.tokens += amount
        redeemed = amount // 2 + 1
        if self.attempt(
            RecordTokenRedemption(account=account("rival"), amount_minor=redeemed, bank_ref=REF)
        ):
            self.tokens -= redeemed

    # ---- tender to order ----

    @rule(
        quantity=QUANTITY,
        bids=st.sampled_from([["supplier"], ["rival", "supplier"], ["supplier", "rival"], []]),
        price=st.integers(min_value=1, max_value=105),
        hidden=st.booleans(),
        award_first=st.booleans(),
        extra=st.integers(min_value=-1, max_value=9),
        pick=PICK,
    )
    def buy(
        self,
        quantity: int,
        bids: list[str],
        price: int,
        hidden: bool,
        award_first: bool,
        extra: int,
        pick: int,
    ) -> None:
        """From requisition to funded order, or to whatever end it takes."""
        self.requisition(quantity)
        if pick % 5 == 0:
            self.cancel_requisition(pick)  # and its tender may open all the same
        self.tender(bids, price, hidden)
        self.settle_tender(pick, award_first)
        self.forfeit(pick, "rival")
        self.cancel(pick) if pick % 4 == 0 else self.fund(pick, extra)

    def cancel_requisition(self, pick: int) -> None:
        requisitions = [d for d in self.world.log() if d.type == "requisition"]
        if requisitions:
            number = self.choose(requisitions[::-1], pick % 3).number
            self.attempt(CancelRequisition(requisition=number, reason="not needed"))

    def tender(self, bids: list[str], price: int, hidden: bool) -> None:
        taken = {row.fields["requisition"] for row in self.world.log() if row.type == "tender"}
        waiting = [r for r in self.world.log() if r.type == "requisition" and r.number not in taken]
        tender_id = len(taken) + 1
        opened = (r for r in waiting if self.attempt(self.world.tender(tender_id, r)))
        requisition = next(opened, None)  # of a cancelled one only while its budget is there
        if requisition is None:
            return
        for index, name in enumerate(bids, start=1):
            self.attempt(self.world.bid(tender_id, name, index))
        ceiling = requisition.fields["estimate_minor"]
        for index, name in enumerate(bids[hidden:], start=1):
            amount = max(1, ceiling * price // 100 + index)
            quotation = self.world.quotation(
                amount, tender_id, name, within_ceiling=amount <= ceiling
            )
            self.attempt(quotation)

    def settle_tender(self, pick: int, award_first: bool) -> None:
        with transaction(self.engine) as session:
            tender = self.choose(
                [t for t in tenders(session, limit=EVERYTHING) if t.status == "OPEN"], pick
            )
            if tender is None:
                return
            best = best_bid(session, tender.tender_id)
        if best is None:
            self.attempt(
                RecordTenderVoid(
                    tender_id=tender.tender_id, requisition=tender.requisition, bids=tender.bids
                )
            )
            return
        requisition = next(d for d in self.world.log() if d.number == tender.requisition)
        order = self.world.order(
            tender.tender_id,
            requisition,
            supplier=account(best.supplier),
            amount_minor=best.amount_minor,
        )
        award = RecordAward(
            tender_id=tender.tender_id,
            supplier=account(best.supplier),
            order_id=tender.tender_id,
            amount_minor=best.amount_minor,
            bids=tender.bids,
        )
        for command in (award, order) if award_first else (order, award):
            assert self.attempt(command)

    def forfeit(self, pick: int, name: str) -> None:
        with transaction(self.engine) as session:
            tender = self.choose(tenders(session, limit=EVERYTHING), pick)
        if tender is not None:
            self.attempt(
                RecordBondForfeit(
                    tender_id=tender.tender_id,
                    supplier=account(name),
                    buyer=account("buyer"),
                    bond_minor=tender.bond_minor,
                )
            )

    # ---- order to end ----

    def fund(self, pick: int, extra: int) -> None:
        order = self.order_in(pick, "OPENED")
        if order is not None:
            amount = max(1, order.deposit_minor + extra)
            self.attempt(
                RecordEscrowDeposit(
                    order_id=order.order_id, buyer=account("buyer"), amount_minor=amount
                )
            )

    def cancel(self, pick: int) -> None:
        order = self.order_in(pick, "OPENED", "FUNDED")
        if order is not None:
            self.attempt(CancelOrder(order_id=order.order_id, caller=account("supplier")))

    @rule(pick=PICK, quantity=QUANTITY)
    def despatch(self, pick: int, quantity: int) -> None:
        order = self.order_in(pick, "FUNDED")
        if order is not None:
            self.attempt(
                RecordDespatch(
                    order_id=order.order_id,
                    delivery_id=order.deliveries + 1,
                    supplier=account(order.supplier),
                    quantity=quantity,
                    shipped_at=self.world.now,
                    despatch_ref=REF,
                )
            )

    def receive(self, pick: int, missing: int) -> None:
        part = self.delivery_in(pick, "SHIPPED")
        if part is not None:
            number = self.number_of(part.order_id)
            quantity = max(1, part.shipped - missing)
            self.swallow(partial(self.world.receive, number, quantity, part.delivery_id))

    def inspect(self, pick: int, rejected: int, wrong: int) -> None:
        part = self.delivery_in(pick, "RECEIVED")
        if part is not None:
            rejected = min(rejected, part.received)
            self.attempt(
                RecordInspection(
                    receipt=part.receipt or "",
                    accepted=part.received - rejected + wrong,
                    rejected=rejected,
                    reason="scratched",
                )
            )

    def invoice(self, pick: int, over: int, short: int) -> None:
        part = self.delivery_in(pick, "SHIPPED", "RECEIVED", "INSPECTED", "REJECTED")
        if part is None:
            return
        worth = part.accepted_amount_minor or 1_000
        net = max(1, worth * (10_000 + over) // 10_000)
        quantity = max(1, (part.accepted or part.shipped) - short)
        number = self.number_of(part.order_id)
        label = f"INV-{self.steps}"
        self.steps += 1
        tax = amounts.claim_tax(net, 1_300)
        self.swallow(
            partial(self.world.invoice, number, quantity, net, tax, part.delivery_id, label)
        )

    def match_again(self, pick: int) -> None:
        invoices = [
            document for document in self.world.log() if document.type == "supplier_invoice"
        ]
        if invoices:
            self.attempt(MatchInvoice(invoice=self.choose(invoices, pick).number))

    def mend(self, pick: int, over: int) -> None:
        """Somebody else releases an invoice, as it stands or near the order's price, or takes it back."""
        blocked = [d for d in self.world.log() if d.type == "match" and d.fields["reason"]]
        match = self.choose(blocked, pick)
        if match is None:
            return
        invoice = match.fields["invoice"]
        if pick % 3 == 0:
            self.attempt(WithdrawInvoice(invoice=invoice, reason="wrong"), "somebody else")
            return
        net = max(1, match.fields["accepted_amount_minor"] * (10_000 + over) // 10_000)
        terms = {"net_minor": net, "tax_minor": amounts.claim_tax(net, 1_300)}
        self.attempt(
            ReleaseInvoice(invoice=invoice, reason="agreed", **(terms if pick % 3 == 1 else {})),
            "somebody else",
        )

    def claim(self, pick: int) -> None:
        part = self.delivery_in(pick, "RECEIVED", "INSPECTED")
        if part is None:
            return
        order = self.order_of(part.order_id)
        accepted = part.accepted or part.received
        worth = part.accepted_amount_minor or amounts.delivery_amount(
            order.amount_minor, order.quantity, order.accepted, accepted
        )
        self.attempt(
            RecordSilentAcceptance(
                order_id=part.order_id,
                delivery_id=part.delivery_id,
                accepted=accepted,
                accepted_amount_minor=worth,
                net_minor=worth,
                tax_minor=amounts.claim_tax(worth, order.tax_bps),
            )
        )

    def pay(self, pick: int) -> None:
        part = self.delivery_in(pick, "MATCHED")
        if part is None:
            return
        order = self.order_of(part.order_id)
        gross = part.net_minor + part.tax_minor
        penalty = amounts.penalty(part.accepted_amount_minor, part.days_late, 50, 500)
        penalty = min(penalty, gross)
        from_match = {
            "order_id": part.order_id,
            "delivery_id": part.delivery_id,
            "penalty_minor": penalty,
        }
        paid = self.attempt(
            self.world.payment_of(
                **from_match,
                match=None if part.claimed else part.match,
                supplier=account(order.supplier),
                accepted_amount_minor=part.accepted_amount_minor,
                net_minor=part.net_minor,
                tax_minor=part.tax_minor,
                paid_minor=gross - penalty,
            )
        )
        assert paid, "what is matched can be paid"

    @precondition(lambda self: self.steps > LATE)
    @rule(pick=PICK)
    def close(self, pick: int) -> None:
        order = self.order_in(pick, "FUNDED")
        if order is not None:
            self.attempt(
                self.world.closing(
                    order.accepted,
                    order.accepted_amount_minor,
                    order.escrowed_minor,
                    order.order_id,
                )
            )

    @rule(
        picks=st.lists(PICK, min_size=4, max_size=10),
        missing=st.sampled_from([0, 0, 1, 5, -1]),
        rejected=st.sampled_from([0, 0, 0, 1, 7, 200]),
        wrong=st.sampled_from([0, 0, 0, 1]),
        over=st.sampled_from([0, 0, 50, 100, 101, -300]),
        short=st.sampled_from([0, 0, 0, 1]),
    )
    def advance(
        self, picks: list[int], missing: int, rejected: int, wrong: int, over: int, short: int
    ) -> None:
        """The next steps of some deliveries, right or wrong."""
        for pick in picks:
            self.advance_one(pick, missing, rejected, wrong, over, short)

    def advance_one(
        self, pick: int, missing: int, rejected: int, wrong: int, over: int, short: int
    ) -> None:
        part = self.delivery_in(pick, "SHIPPED", "RECEIVED", "INSPECTED", "MATCHED", "REJECTED")
        if part is None:
            return
        if pick % 5 == 0:
            self.invoice(pick, over, short)  # early
        if part.status == "SHIPPED":
            self.receive(pick, missing)
        elif part.status == "RECEIVED":
            self.claim(pick) if pick % 7 == 0 else self.inspect(pick, rejected, wrong)
        elif part.status == "MATCHED":
            self.pay(pick)
        elif pick % 6 == 0:
            self.claim(pick)
        elif pick % 6 == 1:
            self.match_again(pick)
        elif pick % 6 in (2, 3):
            self.mend(pick, over)
        else:
            self.invoice(pick, over, short)

    # ---- helpers and checks ----

    def swallow(self, step: Callable[[], object]) -> None:
        before = len(self.world.log())
        try:
            step()
        except Rejected:
            assert len(self.world.log()) == before

    def order_of(self, order_id: int) -> PurchaseOrder:
        with transaction(self.engine) as session:
            return next(
                one for one in orders(session, limit=EVERYTHING) if one.order_id == order_id
            )

    def number_of(self, order_id: int) -> str:
        return self.order_of(order_id).number

    @invariant()
    def books_are_sound(self) -> None:
        with transaction(self.engine) as session:
            check_books(session, self.tokens)

    def end(self) -> None:
        """The log rebuilds the books, and telling everything again changes nothing (I12)."""
        with transaction(self.engine) as session:
            assert differences(session) == []
            before = trial_balance(session)
        told = [document for document in self.world.log() if document.origin is not None]
        with transaction(self.engine) as session:
            for document in told:
                again = execute(
                    session,
                    command_of(document),
                    at=START,
                    salt=bytes(32),
                    origin=document.origin,
                    actor="replay",
                )
                assert again == document
            assert trial_balance(session) == before


def best_bid(session: Session, tender_id: int) -> Any:
    """The bid that must win, found another way than the ERP does."""
    bid = metadata.tables["tender_bid"]
    statement = (
        select(bid)
        .where(bid.c.tender_id == tender_id, bid.c.within_ceiling)
        .order_by(bid.c.amount_minor, bid.c.credit_bps.desc(), bid.c.bid_index)
    )
    return session.execute(statement).first()


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=6,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # shrinking a walk takes minutes
    suppress_health_check=list(HealthCheck),
)
