"""The clerks in the ERP: planner, warehouse, quality, finance. Each day is one transaction of the ERP's database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.errors import Rejected, Retryable
from erp.kernel.log.model import SALT_BYTES, Document
from erp.kernel.log.queries import changes
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import RecordGoodsReceipt, RecordSupplierInvoice
from erp.quality.schemas import RecordInspection
from erp.second_person import tell
from erp.stock.queries import level
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock

from ..stage.errors import Broken
from . import plan as terms
from .following import LineState
from .names import BUYER_CODE, BUYER_NAME, FINANCIER_CODE, FINANCIER_NAME, code
from .people import Market
from .plan import Day, Plan, PlannedLine

UNIT = "pack"
FOLLOWING_MAX = 4  # documents that can follow a goods issue
BUSY_TRIES_MAX = 5
BUDGET_BPS = 12_000  # approved, of all estimates


class Clerks:
    """Planner, warehouse, quality and finance of the buyer: they write ERP documents and use no contract."""

    def __init__(self, engine: Engine, plan: Plan, randomness: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._plan = plan
        self._randomness = randomness

    def begin(self, market: Market, treasurer: str, at: int) -> None:
        """Books parties, capital, the budget, items and opening stock in the ERP."""
        buyer = market.buyer.address
        commands: list[Command] = [
            RegisterParty(
                code="TREASURY",
                name="Treasury",
                kind=PartyKind.TREASURY,
                account=treasurer,
            ),
            RegisterParty(code=BUYER_CODE, name=BUYER_NAME, kind=PartyKind.INTERNAL, account=buyer),
            ContributeCapital(entity=BUYER_CODE, amount_minor=market.buyer_money),
            ApproveBudget(entity=BUYER_CODE, amount_minor=self._budget()),
        ]
        for name, person in market.vendors.items():
            vendor = code(name)
            commands += [
                RegisterParty(
                    code=vendor, name=name, kind=PartyKind.EXTERNAL, account=person.address
                ),
            ]
        if market.financier is not None:
            commands.append(
                RegisterParty(
                    code=FINANCIER_CODE,
                    name=FINANCIER_NAME,
                    kind=PartyKind.EXTERNAL,
                    account=market.financier.address,
                )
            )
        for name, lines in self._plan.items.items():
            item = code(name)
            commands += [
                RegisterItem(code=item, name=name, unit=UNIT),
                OpenStock(entity=BUYER_CODE, item=item, quantity=lines, value_minor=0),
            ]
        self._in_one(lambda session: [self._do(session, c, at, "finance") for c in commands])

    def day(self, day: Day, states: Sequence[LineState], at: int) -> None:
        """Books the day's arrivals and goods issues in one transaction; requisitions and matches follow by themselves."""
        opens, receives = [states[i] for i in day.opens], [states[i] for i in day.receives]
        if opens or receives:
            self._in_one(lambda session: self._day(session, at, opens, receives))

    def _day(
        self, session: Session, at: int, opens: Iterable[LineState], receives: Iterable[LineState]
    ) -> None:
        for state in receives:
            self._receive(session, at, state)
        for state in opens:
            self._use(session, at, state)

    def _use(self, session: Session, at: int, state: LineState) -> None:
        """Sets the reorder point at the stock, issues one unit, and finds the requisition that follows. Raises Broken."""
        item = code(state.line.purchase.item)
        stock = level(Rows.of(session), BUYER_CODE, item)
        threshold = (stock.on_hand or 0) + (stock.on_order or 0)
        self._do(session, self._policy(state.line, threshold), at, "planner")
        issue = IssueStock(
            entity=BUYER_CODE,
            item=item,
            quantity=terms.ISSUE_QUANTITY,
            purpose=Purpose.ADMINISTRATION,
        )
        issued = self._do(session, issue, at, "warehouse")
        followed = [
            d
            for d in changes(session, issued.sequence, FOLLOWING_MAX)
            if d.caused_by == issued.sequence
        ]
        raised = [d for d in followed if d.type == "requisition"]
        if not raised:
            why = "; ".join(str(d.fields.get("reason")) for d in followed) or "nothing followed"
            raise Broken(f"line {state.line.purchase.id}: no requisition was raised: {why}")
        state.requisition = raised[0].number

    def _policy(self, line: PlannedLine, threshold: int) -> SetSourcingPolicy:
        return SetSourcingPolicy(
            item=code(line.purchase.item),
            buyer=BUYER_CODE,
            reorder_point=threshold,
            reorder_quantity=line.purchase.quantity,
            estimate_minor=line.estimate_minor,
            candidates=tuple(code(vendor) for vendor in line.candidates),
            commit_seconds=self._plan.commit_seconds,
            reveal_seconds=self._plan.reveal_seconds,
            lead_seconds=line.lead_seconds,
            bond_minor=line.bond_minor,
            min_credit_bps=terms.MIN_CREDIT_BPS,
            lateness_bps_per_day=terms.LATENESS_BPS_PER_DAY,
            lateness_cap_bps=terms.LATENESS_CAP_BPS,
            tax_bps=0,
            tolerance_bps=0,
            fund_seconds=terms.FUND_SECONDS,
            grace_seconds=self._plan.grace_seconds,
            silence_seconds=terms.SILENCE_SECONDS,
            payment_seconds=self._plan.payment_days * terms.DAY_SECONDS,
        )

    def _receive(self, session: Session, at: int, state: LineState) -> None:
        """Books receipt, inspection without rejects and the supplier's invoice of a line."""
        order, delivery_id = state.ordered().number, state.despatched()
        quantity = state.line.purchase.quantity
        receipt = RecordGoodsReceipt(
            order=order,
            delivery_id=delivery_id,
            quantity=quantity,
            received_at=at,
        )
        received = self._do(session, receipt, at, "warehouse")
        inspection = RecordInspection(receipt=received.number, accepted=quantity, rejected=0)
        self._do(session, inspection, at, "quality")
        invoice = RecordSupplierInvoice(
            order=order,
            delivery_id=delivery_id,
            invoice_number=f"SCMS-{state.line.purchase.id}"[:64],
            quantity=quantity,
            net_minor=state.ordered().amount_minor,
            tax_minor=0,
        )
        self._do(session, invoice, at, "finance")

    def _do(self, session: Session, command: Command, at: int, actor: str) -> Document:
        try:
            return tell(
                session,
                command,
                at=at,
                salt=self._randomness(SALT_BYTES),
                actor=actor,
                second=f"{actor}-2",
            )
        except Rejected as refusal:
            told = type(command).__name__
            raise Broken(f"the ERP refused {told} by {actor}: {refusal}") from refusal

    def _in_one(self, work: Callable[[Session], object]) -> None:
        """Runs `work` in one transaction; tries up to BUSY_TRIES_MAX times while the database is busy. Raises Broken."""
        for tried in range(1, BUSY_TRIES_MAX + 1):
            try:
                with transaction(self._engine) as session:
                    work(session)
            except Retryable as busy:
                if tried == BUSY_TRIES_MAX:
                    raise Broken(f"the database stays busy: {busy}") from busy
            else:
                return

    def _budget(self) -> int:
        return -(-sum(line.estimate_minor for line in self._plan.lines) * BUDGET_BPS // 10_000)
