"""What came out, read back from the ERP's ledger and from the chain: never from the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.bootstrap import Bridge
from bridge.capabilities import FOLLOWED
from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.wire import Log
from bridge.events import generated as e
from bridge.events.base import Event
from erp.database import open_engine, snapshot
from erp.kernel.base import metadata
from erp.ledger.chart import (
    CLAIMS_ISSUED,
    DISCOUNT_INCOME,
    ENCUMBERED,
    ESCROW,
    PAYABLES,
    STOCK,
    WALLET,
)
from erp.ledger.queries import entry_count
from erp.ledger.turnover.model import TrialBalanceRow
from erp.ledger.turnover.queries import trial_balance

from .names import BUYER_CODE, FINANCIER_CODE
from .plan import DAY_SECONDS

WINDOW_BLOCKS = 500  # asked for at once

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of money over all orders, minor units."""

    ordered_minor: int = 0
    accepted_minor: int = 0
    penalties_minor: int = 0
    paid_minor: int = 0
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class Claims:
    """Sums of money over all claims, minor units, where orders are paid later."""

    issued_minor: int = 0
    sold_minor: int = 0  # at their amounts
    price_minor: int = 0  # what the financier paid for them
    collected_minor: int = 0  # paid when due, to whoever held them


@dataclass(frozen=True, slots=True)
class Lateness:
    """How many lines arrived early, on their day and late."""

    late_lines: int = 0
    on_time_lines: int = 0
    early_lines: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """One order as the events of PurchaseOrders tell it."""

    supplier: str  # account
    amount_minor: int


@dataclass(slots=True)
class ChainFigures:
    """Blocks, transactions, gas and events since the deployment."""

    transactions: int = 0
    blocks: int = 0
    gas: int = 0
    events: list[Event] = field(default_factory=list)

    def each(self, cls: type[E]) -> list[E]:
        """Returns the events of one class, in the order of the chain."""
        return [event for event in self.events if isinstance(event, cls)]

    def money(self) -> Money:
        """Adds up the money of all orders from the events of the contracts."""
        payments = self.each(e.PaymentReleased)
        return Money(
            ordered_minor=sum(o.amount for o in self.each(e.PurchaseOrderOpened)),
            accepted_minor=sum(p.accepted_amount for p in payments),
            penalties_minor=sum(p.penalty for p in payments),
            paid_minor=sum(p.paid for p in payments),
            refunded_minor=sum(c.refunded for c in self.each(e.OrderClosed)),
        )

    def claims(self) -> Claims:
        """Adds up the money of all claims from the events of the contracts."""
        sold = self.each(e.ClaimSold)
        return Claims(
            issued_minor=sum(c.amount for c in self.each(e.ClaimIssued)),
            sold_minor=sum(s.amount for s in sold),
            price_minor=sum(s.price for s in sold),
            collected_minor=sum(p.amount for p in self.each(e.ClaimPaid)),
        )

    def lateness(self) -> Lateness:
        """Late by the contract's own count; early when received on a day before the promised one."""
        promised = {o.order_id: o.promised_at for o in self.each(e.PurchaseOrderOpened)}
        kinds: Counter[str] = Counter()
        for receipt in self.each(e.DeliveryReceived):
            days_before = (
                promised[receipt.order_id] // DAY_SECONDS - receipt.received_at // DAY_SECONDS
            )
            kinds["late" if receipt.days_late else "early" if days_before > 0 else "on time"] += 1
        return Lateness(kinds["late"], kinds["on time"], kinds["early"])

    def orders(self) -> dict[int, Settled]:
        """Returns supplier and amount of every order, by order id."""
        return {o.order_id: Settled(o.supplier, o.amount) for o in self.each(e.PurchaseOrderOpened)}


@dataclass(frozen=True, slots=True)
class BookFigures:
    """Documents, trial balance and money as the ERP's ledger has them."""

    documents: int
    entries: int
    trial_balance: list[TrialBalanceRow]
    money: Money
    claims: Claims = Claims()

    @property
    def trial_balance_minor(self) -> int:
        """Debits less credits over all entities, minor units: zero when the books balance."""
        return sum(row.debit_minor - row.credit_minor for row in self.trial_balance)


def read_books(bridge: Bridge) -> BookFigures:
    """Reads the figures of the ERP's ledger and document log."""
    with snapshot(open_engine(bridge.config.db)) as session:
        return BookFigures(
            documents=bridge.port.last_sequence(),
            entries=entry_count(session),
            trial_balance=trial_balance(session),
            money=_ledger_money(session),
            claims=_ledger_claims(session),
        )


def _ledger_money(session: Session) -> Money:
    """Adds up the money from the journal lines of the buyer alone, by the type of the document that posted them."""
    turnover = _turnover(session)

    def debit(document: str, account: str) -> int:
        return turnover.get((document, account), (0, 0))[0]

    def credit(document: str, account: str) -> int:
        return turnover.get((document, account), (0, 0))[1]

    paid = credit("payment", ESCROW)
    return Money(
        ordered_minor=credit("purchase_order", ENCUMBERED),
        accepted_minor=debit("inspection", STOCK),
        penalties_minor=debit("payment", PAYABLES) - paid,  # what was owed and not paid
        paid_minor=paid,
        refunded_minor=credit("order_close", ESCROW),
    )


def _ledger_claims(session: Session) -> Claims:
    """Adds up the money of claims: what the buyer owes by them, and what the financier paid and earned."""
    buyer, bank = _turnover(session), _turnover(session, FINANCIER_CODE)
    nothing = (0, 0)
    price = bank.get(("discounting", WALLET), nothing)[1]
    earned = bank.get(("receivable_payment", DISCOUNT_INCOME), nothing)[1]
    return Claims(
        issued_minor=buyer.get(("payment", CLAIMS_ISSUED), nothing)[1],
        sold_minor=price + earned,
        price_minor=price,
        collected_minor=buyer.get(("receivable_payment", CLAIMS_ISSUED), nothing)[0],
    )


def _turnover(session: Session, entity: str = BUYER_CODE) -> dict[tuple[str, str], tuple[int, int]]:
    log, entry, line = (
        metadata.tables[name] for name in ("document_log", "journal_entry", "journal_line")
    )
    statement = (
        select(
            log.c.type,
            line.c.account,
            func.sum(line.c.debit_minor).label("debit"),
            func.sum(line.c.credit_minor).label("credit"),
        )
        .join(entry, entry.c.id == line.c.entry)
        .join(log, log.c.sequence == entry.c.document_sequence)
        .where(line.c.entity == entity)
        .group_by(log.c.type, line.c.account)
    )
    return {
        (row.type, row.account): (int(row.debit), int(row.credit))
        for row in session.execute(statement)
    }


def read_chain(client: Client, deployment: Deployment) -> ChainFigures:
    """Reads the figures of the chain from the node again, not from the bridge's tables."""
    figures, decoder = ChainFigures(), EventDecoder(FOLLOWED)
    head = client.head().number
    addresses = [a for every in deployment.addresses(FOLLOWED).values() for a in every]
    for first in range(deployment.start_block, head + 1, WINDOW_BLOCKS):
        last = min(first + WINDOW_BLOCKS - 1, head)
        numbers = range(first, last + 1)
        blocks = client.batch_all([("eth_getBlockByNumber", [hex(n), False]) for n in numbers])
        figures.blocks += len(blocks)
        figures.gas += sum(int(block["gasUsed"], 16) for block in blocks)
        figures.transactions += sum(len(block["transactions"]) for block in blocks)
        wanted = {"fromBlock": hex(first), "toBlock": hex(last), "address": addresses}
        figures.events += _decoded(
            decoder, deployment, wire.logs(client.call("eth_getLogs", wanted))
        )
    return figures


def _decoded(decoder: EventDecoder, deployment: Deployment, logs: Sequence[Log]) -> list[Event]:
    found = []
    for log in logs:
        contract = deployment.name_of(log.address)
        event = decoder.decode(contract, log) if contract is not None else None
        if event is not None:
            found.append(event)
    return found


def read_scores(bridge: Bridge, accounts: Sequence[str]) -> dict[str, int]:
    """Reads the score of each account from CreditRegistry, basis points."""
    answers = bridge.gateway.views([("CreditRegistry", "scoreOf", (a,)) for a in accounts])
    return {account: int(answer[0]) for account, answer in zip(accounts, answers, strict=True)}
