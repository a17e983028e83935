"""Books to measure with: parties, an item in stock, and funded orders whose goods are on their way."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.execute import MAX_BATCH, Submission
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.amounts import required_deposit
from erp.kernel.log.model import SALT_BYTES, Document
from erp.kernel.log.queries import last_sequence
from erp.kernel.schema import Command
from erp.parties.schemas import EnrolParty, PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital, RecordEscrowDeposit, RecordTokenIssue
from erp.procurement.schemas import (
    OpenPurchaseOrder,
    RaiseRequisition,
    RecordBid,
    RecordDespatch,
    RecordQuotation,
    RecordTender,
)
from erp.rooms import execute_many
from erp.second_person import tell
from erp.stock.schemas import OpenStock

BUYER, SUPPLIER, TREASURY, ITEM = "BUYER", "SUPPLIER", "TREASURY", "BOLT"
BUYS, SELLS = 1, 2  # capabilities
DELIVERIES = 4  # of an order
QUANTITY = 10  # of a delivery
PRICE_MINOR = 1_250  # of a unit, net
TAX_BPS = 1_300
TOLERANCE_BPS = 0
BPS = 10_000
ORDER_QUANTITY = QUANTITY * DELIVERIES
ORDER_MINOR = ORDER_QUANTITY * PRICE_MINOR
DEPOSIT_MINOR = required_deposit(ORDER_MINOR, TAX_BPS, TOLERANCE_BPS)
STOCK = 10**8  # units there from the beginning, more than any run issues
MONEY_MINOR = 10**13
DAY = 86_400
AGO_SECONDS = 3_600  # so long before the run the orders began
NO_REFERENCE = "0x" + "00" * 32
REFERENCE = "0x" + "ab" * 32
TERMS = {
    "fund_seconds": 2 * DAY,
    "grace_seconds": 30 * DAY,
    "silence_seconds": 30 * DAY,
    "lateness_bps_per_day": 50,
    "lateness_cap_bps": 500,
    "tax_bps": TAX_BPS,
    "tolerance_bps": TOLERANCE_BPS,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods on their way: the order's number, and which of its deliveries."""

    order: str
    delivery_id: int

    @property
    def net_minor(self) -> int:
        """What is asked for it, without tax."""
        return QUANTITY * PRICE_MINOR

    @property
    def tax_minor(self) -> int:
        """The tax on it, rounded down."""
        return self.net_minor * TAX_BPS // BPS


class Books:
    """A database of the ERP that this process writes directly, as clerks and bridge would."""

    def __init__(self, url: str, now: int) -> None:
        """Brings the empty database at `url` up to date and registers who and what the orders are about."""
        self.engine: Engine = open_engine(url)
        self.now = now - AGO_SECONDS
        self._orders = itertools.count(1)
        upgrade(self.engine)
        for command in self._beginning():
            self.tell(command, "bridge")

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def documents(self) -> int:
        """How many documents the log has."""
        with transaction(self.engine) as session:
            return last_sequence(session)

    def all_of(self, commands: Sequence[Command], actor: str = "bridge") -> list[Document]:
        """Carries out commands, MAX_BATCH in a transaction; their documents in order. Raises BatchRefused."""
        made: list[Document] = []
        for start in range(0, len(commands), MAX_BATCH):
            told = [self._submission(each, actor) for each in commands[start : start + MAX_BATCH]]
            with transaction(self.engine) as session:
                made += execute_many(session, told, atomic=True)  # type: ignore[arg-type]
        return made

    def tell(self, command: Command, actor: str) -> Document:
        """Carries out one command in a transaction of its own."""
        told = self._submission(command, actor)
        with transaction(self.engine) as session:
            return tell(
                session, command, at=told.at, salt=told.salt, actor=actor, second=f"{actor}-2"
            )

    def despatched(self, count: int) -> list[Delivery]:
        """`count` new deliveries that were despatched and not received, of new orders."""
        ids = [next(self._orders) for _ in range(-(-count // DELIVERIES))]
        raised = self.all_of([RaiseRequisition(item=ITEM)] * len(ids), "planner:bench")
        asked = dict(zip(ids, raised, strict=True))
        self.all_of([self._tender(id_, asked[id_]) for id_ in ids])
        self.all_of([_bid(id_) for id_ in ids])
        self.all_of([_quotation(id_) for id_ in ids])
        opened = self.all_of([_order(id_, asked[id_]) for id_ in ids])
        self.all_of([_deposit(id_) for id_ in ids])
        shares = range(1, DELIVERIES + 1)
        self.all_of([self._despatch(id_, share, asked[id_]) for id_ in ids for share in shares])
        return [Delivery(order.number, share) for order in opened for share in shares][:count]

    def _submission(self, command: Command, actor: str) -> Submission:
        return Submission(command, self.now, os.urandom(SALT_BYTES), actor)

    def _tender(self, tender_id: int, requisition: Document) -> RecordTender:
        asked = requisition.fields
        return RecordTender(
            tender_id=tender_id,
            requisition=requisition.number,
            requisition_ref=REFERENCE,
            buyer=account(BUYER),
            quantity=asked["quantity"],
            ceiling_minor=asked["estimate_minor"],
            bond_minor=0,
            min_credit_bps=0,
            commit_end=self.now + asked["commit_seconds"],
            reveal_end=self.now + asked["commit_seconds"] + asked["reveal_seconds"],
            review_seconds=0,
            second_price=False,
            day_value_minor=0,
            max_days=0,
            credit_weight_bps=0,
            promised_at=asked["promised_at"],
            payment_seconds=0,
            **TERMS,
            invited_root=REFERENCE,
            invited=(account(SUPPLIER),),
        )

    def _despatch(self, order_id: int, delivery_id: int, requisition: Document) -> RecordDespatch:
        return RecordDespatch(
            order_id=order_id,
            delivery_id=delivery_id,
            supplier=account(SUPPLIER),
            quantity=QUANTITY,
            shipped_at=self.now,
            promised_at=requisition.fields["promised_at"],
            despatch_ref=REFERENCE,
        )

    def _beginning(self) -> list[Command]:
        commands: list[Command] = [
            RegisterParty(
                code=TREASURY, name=TREASURY, kind=PartyKind.TREASURY, account=account(TREASURY)
            )
        ]
        for code, capability in ((BUYER, BUYS), (SUPPLIER, SELLS)):
            own = account(code)
            commands += [
                RegisterParty(code=code, name=code, kind=PartyKind.INTERNAL, account=own),
                EnrolParty(account=own, capabilities=capability),
                ContributeCapital(entity=code, amount_minor=MONEY_MINOR),
                RecordTokenIssue(account=own, amount_minor=MONEY_MINOR, bank_ref=REFERENCE),
            ]
        return [
            *commands,
            RegisterItem(code=ITEM, name="Bolt", unit="piece"),
            OpenStock(entity=BUYER, item=ITEM, quantity=STOCK, value_minor=STOCK * PRICE_MINOR),
            _policy(),
            ApproveBudget(entity=BUYER, amount_minor=MONEY_MINOR),
        ]


def account(code: str) -> str:
    """The settlement account of a party of the bench."""
    return "0x" + hashlib.sha256(code.encode()).hexdigest()[:40]


def _policy() -> SetSourcingPolicy:
    return SetSourcingPolicy(
        item=ITEM,
        buyer=BUYER,
        reorder_point=0,  # goods issues look, and never reorder
        reorder_quantity=ORDER_QUANTITY,
        estimate_minor=ORDER_MINOR,
        candidates=(SUPPLIER,),
        commit_seconds=DAY,
        reveal_seconds=DAY,
        lead_seconds=30 * DAY,
        bond_minor=0,
        min_credit_bps=0,
        **TERMS,
    )


def _bid(tender_id: int) -> RecordBid:
    return RecordBid(
        tender_id=tender_id,
        supplier=account(SUPPLIER),
        index=1,
        commitment=REFERENCE,
        bond_minor=0,
        credit_bps=BPS,
    )


def _quotation(tender_id: int) -> RecordQuotation:
    return RecordQuotation(
        tender_id=tender_id,
        supplier=account(SUPPLIER),
        amount_minor=ORDER_MINOR,
        bond_returned_minor=0,
        within_ceiling=True,
        offered_days=0,
        score=str(ORDER_MINOR),
    )


def _order(order_id: int, requisition: Document) -> OpenPurchaseOrder:
    return OpenPurchaseOrder(
        order_id=order_id,
        tender_id=order_id,
        requisition=requisition.number,
        requisition_ref=NO_REFERENCE,
        buyer=account(BUYER),
        supplier=account(SUPPLIER),
        quantity=ORDER_QUANTITY,
        amount_minor=ORDER_MINOR,
        deposit_minor=DEPOSIT_MINOR,
        promised_at=requisition.fields["promised_at"],
        awarder=account("TENDERS"),
        attester_post=1,
        arbiter_post=2,
        region=NO_REFERENCE,
        schedule_root=NO_REFERENCE,
        **TERMS,
    )


def _deposit(order_id: int) -> RecordEscrowDeposit:
    return RecordEscrowDeposit(order_id=order_id, buyer=account(BUYER), amount_minor=DEPOSIT_MINOR)
