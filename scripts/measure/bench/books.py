"""Books to measure with: parties, an item in stock, and funded orders whose goods are on their way."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.amounts import required_deposit
from erp.kernel.log.model import SALT_BYTES, Document
from erp.kernel.log.queries import last_sequence
from erp.kernel.schema import Command
from erp.parties.schemas import EnrolParty, PartyKind, RegisterParty
from erp.payments.schemas import RecordEscrowDeposit, RecordTokenIssue
from erp.procurement.schemas import (
    OpenPurchaseOrder,
    RaiseRequisition,
    RecordBid,
    RecordDespatch,
    RecordQuotation,
    RecordTender,
)
from erp.rooms import execute
from erp.stock.schemas import OpenStock

BUYER, SUPPLIER, ITEM = "BUYER", "SUPPLIER", "BOLT"
BUYS, SELLS = 1, 2  # capabilities
DELIVERIES = 4  # of an order
QUANTITY = 10  # of a delivery
PRICE_MINOR = 1_250  # of a unit, net
TAX_BPS = 1_300
TOLERANCE_BPS = 0
BPS = 10_000
STOCK = 10**8  # units there from the beginning, more than any run issues
MONEY_MINOR = 10**13
DAY = 86_400
AGO_SECONDS = 3_600  # so long before the run the orders began
COMMANDS_TOGETHER = 200  # in one transaction
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
        self.all_of(self._beginning())

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def documents(self) -> int:
        """How many documents the log has."""
        with transaction(self.engine) as session:
            return last_sequence(session)

    def all_of(self, commands: Sequence[Command]) -> None:
        """Carries out commands, COMMANDS_TOGETHER in a transaction."""
        for start in range(0, len(commands), COMMANDS_TOGETHER):
            with transaction(self.engine) as session:
                for command in commands[start : start + COMMANDS_TOGETHER]:
                    self.tell(session, command)

    def tell(self, session: Session, command: Command, actor: str = "bridge") -> Document:
        """Carries out one command within an open transaction."""
        return execute(session, command, at=self.now, salt=os.urandom(SALT_BYTES), actor=actor)

    def despatched(self, count: int) -> list[Delivery]:
        """At least `count` new deliveries that were despatched and not received, of new orders."""
        found: list[Delivery] = []
        while len(found) < count:
            with transaction(self.engine) as session:
                found += self._order(lambda c, by="bridge": self.tell(session, c, by))
        return found[:count]

    def _order(self, tell: Callable[..., Document]) -> list[Delivery]:
        """Plays an order from its requisition to the despatch of all its deliveries."""
        order_id = next(self._orders)
        quantity, amount = QUANTITY * DELIVERIES, QUANTITY * DELIVERIES * PRICE_MINOR
        raised = tell(RaiseRequisition(item=ITEM), "planner:bench")
        asked = raised.fields
        deposit = required_deposit(amount, TAX_BPS, TOLERANCE_BPS)
        tell(
            RecordTender(
                tender_id=order_id,
                requisition=raised.number,
                buyer=account(BUYER),
                quantity=quantity,
                ceiling_minor=asked["estimate_minor"],
                bond_minor=0,
                min_credit_bps=0,
                commit_end=self.now + asked["commit_seconds"],
                reveal_end=self.now + asked["commit_seconds"] + asked["reveal_seconds"],
                invited_root=REFERENCE,
                invited=(account(SUPPLIER),),
            )
        )
        tell(
            RecordBid(
                tender_id=order_id,
                supplier=account(SUPPLIER),
                index=1,
                commitment=REFERENCE,
                bond_minor=0,
                credit_bps=BPS,
            )
        )
        tell(
            RecordQuotation(
                tender_id=order_id,
                supplier=account(SUPPLIER),
                amount_minor=amount,
                bond_returned_minor=0,
                within_ceiling=True,
            )
        )
        opened = tell(
            OpenPurchaseOrder(
                order_id=order_id,
                tender_id=order_id,
                requisition=raised.number,
                buyer=account(BUYER),
                supplier=account(SUPPLIER),
                quantity=quantity,
                amount_minor=amount,
                deposit_minor=deposit,
                promised_at=asked["promised_at"],
                **TERMS,
            )
        )
        tell(RecordEscrowDeposit(order_id=order_id, buyer=account(BUYER), amount_minor=deposit))
        deliveries = range(1, DELIVERIES + 1)
        for delivery_id in deliveries:
            tell(
                RecordDespatch(
                    order_id=order_id,
                    delivery_id=delivery_id,
                    supplier=account(SUPPLIER),
                    quantity=QUANTITY,
                    shipped_at=self.now,
                    despatch_ref=REFERENCE,
                )
            )
        return [Delivery(opened.number, delivery_id) for delivery_id in deliveries]

    def _beginning(self) -> list[Command]:
        commands: list[Command] = []
        for code, capability in ((BUYER, BUYS), (SUPPLIER, SELLS)):
            own = account(code)
            commands += [
                RegisterParty(code=code, name=code, kind=PartyKind.INTERNAL, account=own),
                EnrolParty(account=own, capabilities=capability),
                RecordTokenIssue(account=own, amount_minor=MONEY_MINOR, bank_ref=REFERENCE),
            ]
        return [
            *commands,
            RegisterItem(code=ITEM, name="Bolt", unit="piece"),
            OpenStock(entity=BUYER, item=ITEM, quantity=STOCK, value_minor=STOCK * PRICE_MINOR),
            self._policy(),
            ApproveBudget(entity=BUYER, amount_minor=MONEY_MINOR),
        ]

    def _policy(self) -> SetSourcingPolicy:
        quantity = QUANTITY * DELIVERIES
        return SetSourcingPolicy(
            item=ITEM,
            buyer=BUYER,
            reorder_point=0,  # goods issues look, and never reorder
            reorder_quantity=quantity,
            estimate_minor=quantity * PRICE_MINOR,
            candidates=(SUPPLIER,),
            commit_seconds=DAY,
            reveal_seconds=DAY,
            lead_seconds=30 * DAY,
            bond_minor=0,
            min_credit_bps=0,
            **TERMS,
        )


def account(code: str) -> str:
    """The settlement account of a party of the bench."""
    return "0x" + hashlib.sha256(code.encode()).hexdigest()[:40]
