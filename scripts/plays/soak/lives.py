"""The people of a soak: rounds of whole purchases side by side, from falling stock to payment, in spite of everything.

Nobody waits for the bridge to be quiet: each step waits for the documents that it needs. Meanwhile people send each other
tokens and finance approves budgets, so that there is always something on its way.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bridge.errors import Retryable as BridgeRetryable
from bridge.ports.port import Document
from erp.budget.schemas import ApproveBudget
from erp.kernel.errors import Retryable as ErpRetryable
from erp.kernel.schema import Command

from ..acts.buying import BUYER, DAY, POLICY
from ..acts.spans import Spans, Wait
from ..scenarios.model import BUYS, SUPPLIES, Party, Scenario
from ..scenarios.stage import Stage
from ..stage.errors import Broken

SUPPLIER, RIVAL = "SUPPLIER", "RIVAL"
ITEMS = ("COPPER", "TIN", "ZINC", "LEAD", "NICKEL", "SILVER")
TOKENS = 10**12
BUDGET = 10**12
BOND = int(POLICY["bond_minor"])
UNITS = int(POLICY["reorder_quantity"])
PRICES = (500_000, 1_000_000)
EVEN = 0.5  # a chance
FIRST_PART = (1, UNITS - 1)
WAIT_SECONDS = 300.0  # for the bridge, in one step; longer is a failure
LOOK_SECONDS = 0.25
CHANGES_MAX = 1_000  # documents read at once
TRIES_MAX = 20  # of a clerk whose database is busy, or of somebody whose node is
PAUSE_SECONDS = 0.5
CAST = (
    Party(BUYER, "Buyer 采购方", BUYS, TOKENS, ("PurchaseOrders",), house=True, budget_minor=BUDGET),
    *(Party(code, f"{code.title()} 供应商", SUPPLIES, TOKENS, ("Tenders",)) for code in (SUPPLIER, RIVAL)),
)  # fmt: skip


def nothing(_stage: Stage) -> None:
    """Rounds are lived by `People`, not played."""


def no_wait(_spans: Spans) -> tuple[Wait, ...]:
    """A soak moves the clock of its own chain as its rounds need it."""
    return ()


SOAK = Scenario(
    "soak", "soak", "浸泡测试", "whole purchases, while processes die", CAST, nothing, no_wait
)


@dataclass(slots=True)
class Life:
    """One purchase of a round."""

    item: str
    price: int  # what the supplier asks, minor units
    parts: tuple[int, ...]  # quantities that are shipped one after the other
    rival_reveals: bool


@dataclass(slots=True)
class Expected:
    """What must have come of all that people did so far, counted from their acts alone."""

    documents: Counter[str] = field(default_factory=Counter)  # of each type that a life makes
    tokens: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((BUYER, SUPPLIER, RIVAL), TOKENS)
    )


class People:
    """Lives rounds in a thread of its own until it is told to stop; rests where it is asked to."""

    def __init__(self, stage: Stage, calm: threading.Lock, width: int, seed: int) -> None:
        self.expected = Expected()
        self.rounds = self.orders = 0
        self.longest_wait = 0.0
        self.at_rest = threading.Event()
        self.failure: BaseException | None = None
        self._stage, self._calm = stage, calm
        self._items = ITEMS[:width]
        self._dice = Random(f"people of {seed}")  # noqa: S311 - a lot
        self._seen: list[Document] = []
        self._go_on, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name="people", daemon=True)

    # ---- the conductor's side -----------------------------------------------------------------

    def begin(self) -> None:
        """Stocks the items, and starts to live."""
        for item in self._items:
            self._stage.stock_item(item)
        self._seen = list(self._stage.bridge.port.changes(0, CHANGES_MAX))
        approved = sum(document.type == "budget_approval" for document in self._seen)
        self.expected.documents["budget_approval"] = approved
        self._go_on.set()
        self._thread.start()

    def rest(self) -> None:
        """Asks for rest at the end of the round; `at_rest` tells when it has come."""
        self._go_on.clear()

    def go_on(self) -> None:
        """Ends the rest."""
        self.at_rest.clear()
        self._go_on.set()

    def stop(self) -> None:
        """The round is broken off where it is, at its next look."""
        self._stop.set()
        self._go_on.set()
        self._thread.join(WAIT_SECONDS)

    def _live(self) -> None:
        try:
            while not self._stop.is_set():
                if not self._go_on.is_set():
                    self.at_rest.set()
                    self._go_on.wait()
                    continue
                self._round()
        except BaseException as error:
            if not self._stop.is_set():
                self.failure = error
            self.at_rest.set()

    # ---- a round ------------------------------------------------------------------------------

    def _round(self) -> None:
        stage, lives = self._stage, [self._drawn(item) for item in self._items]
        count, start = len(lives), len(self._seen)
        for life in lives:
            quantity = 1 if self.rounds == 0 else UNITS
            self._clerk(lambda life=life, quantity=quantity: stage.issue(quantity, life.item))
        self._until("tender", start, count)
        tenders = {d.fields["item"]: d for d in self._of("tender", start)}
        for life in lives:
            self._act(lambda life=life: stage.commit(SUPPLIER, tenders[life.item], life.price))
            self._act(lambda life=life: stage.commit(RIVAL, tenders[life.item], life.price + 7))
        self._reach(max(t.fields["commit_end"] for t in tenders.values()))
        for life in lives:
            self._act(lambda life=life: stage.reveal(SUPPLIER, tenders[life.item]))
            if life.rival_reveals:
                self._act(lambda life=life: stage.reveal(RIVAL, tenders[life.item]))
        self._reach(max(t.fields["reveal_end"] for t in tenders.values()))
        self._until("escrow_deposit", start, count)
        orders = {d.fields["item"]: d for d in self._of("purchase_order", start)}
        shipped = paid = 0
        for number in (1, 2):
            parts = [(life, life.parts[number - 1]) for life in lives if len(life.parts) >= number]
            for life, quantity in parts:
                order = orders[life.item]
                self._act(
                    lambda order=order, quantity=quantity: stage.despatch(SUPPLIER, order, quantity)
                )
            shipped += len(parts)
            self._until("despatch", start, shipped)
            self._reach_in(DAY)
            for life, quantity in parts:
                self._take(orders[life.item], number, quantity, life)
            paid += len(parts)
            self._until("payment", start, paid)
        payments = self._of("payment", start)
        self._reach(max(d.fields["contestable_until"] or 0 for d in payments))
        self._until("order_close", start, count)
        self._until("bond_forfeit", start, sum(not life.rival_reveals for life in lives))
        self._expect(lives)

    def _drawn(self, item: str) -> Life:
        first = self._dice.randint(*FIRST_PART)
        parts = (UNITS,) if self._dice.random() < EVEN else (first, UNITS - first)
        return Life(item, self._dice.randint(*PRICES), parts, self._dice.random() < EVEN)

    def _take(self, order: Document, delivery: int, quantity: int, life: Life) -> None:
        """The warehouse receives a part, quality finds it good, and finance has the invoice."""
        stage = self._stage
        first = life.price * life.parts[0] // UNITS
        net = first if delivery == 1 else life.price - first
        receipt = self._clerk(lambda: stage.receive(order, delivery, quantity))
        self._clerk(lambda: stage.inspect(receipt, quantity))
        number = f"{order.number}-{delivery}"
        self._clerk(lambda: stage.invoice(order, delivery, quantity, net, number))

    def _expect(self, lives: list[Life]) -> None:
        parts = sum(len(life.parts) for life in lives)
        silent = sum(not life.rival_reveals for life in lives)
        worth = sum(life.price for life in lives)
        once = ("requisition", "tender", "purchase_order", "escrow_deposit", "order_close")
        self.expected.documents.update(dict.fromkeys(once, len(lives)))
        every = ("despatch", "goods_receipt", "inspection", "supplier_invoice", "match", "payment")
        self.expected.documents.update(dict.fromkeys(every, parts))
        self.expected.documents["bond_forfeit"] += silent
        self.expected.tokens[SUPPLIER] += worth
        self.expected.tokens[RIVAL] -= silent * BOND
        self.expected.tokens[BUYER] += silent * BOND - worth
        self.rounds += 1
        self.orders += len(lives)

    # ---- acts ---------------------------------------------------------------------------------

    def _act(self, deed: Callable[[], Any]) -> None:
        """Somebody acts on the chain, while the node stays where it is."""
        with self._calm:
            deed()

    def _clerk(self, deed: Callable[[], Any]) -> Any:
        """A clerk writes into the ERP, again where its database was busy. Raises Broken after TRIES_MAX."""
        for _ in range(TRIES_MAX):
            try:
                with self._calm:  # the ERP's clock is the chain's
                    return deed()
            except (ErpRetryable, BridgeRetryable):
                time.sleep(PAUSE_SECONDS)
        raise Broken(f"the database was busy {TRIES_MAX} times")

    def _reach(self, moment: int) -> None:
        self._act(lambda: self._stage.reach(moment))

    def _reach_in(self, seconds: int) -> None:
        self._act(lambda: self._stage.wait(seconds))

    def _beside(self) -> None:
        """What people do that no purchase waits for."""
        if self._dice.random() < EVEN:
            sender, receiver = self._dice.sample((SUPPLIER, RIVAL), 2)
            amount, to = self._dice.randint(1, 9), self._stage.people[receiver].address
            self._act(
                lambda: self._stage.transact(sender, "SettlementToken", "transfer", to, amount)
            )
            self.expected.tokens[sender] -= amount
            self.expected.tokens[receiver] += amount
            self.expected.documents["token_transfer"] += 1
            return
        command: Command = ApproveBudget(entity=BUYER, amount_minor=self._dice.randint(1, 9))
        self._clerk(lambda: self._stage.erp(command))
        self.expected.documents["budget_approval"] += 1

    # ---- eyes ---------------------------------------------------------------------------------

    def _of(self, kind: str, start: int) -> list[Document]:
        return [d for d in self._seen[start:] if d.type == kind]

    def _until(self, kind: str, start: int, count: int) -> None:
        """Waits until a round has so many documents of a type. Raises Broken after WAIT_SECONDS, or when there are more."""
        began = time.monotonic()
        while (found := len(self._look(kind, start))) < count:
            waited = time.monotonic() - began
            if self._stop.is_set() or waited > WAIT_SECONDS:
                raise Broken(f"{found} of {count} documents {kind!r} after {waited:.0f} s")
            self._beside()
            time.sleep(LOOK_SECONDS)
        self.longest_wait = max(self.longest_wait, time.monotonic() - began)
        if found > count:
            raise Broken(f"{found} documents {kind!r} came of {count} purchases")

    def _look(self, kind: str, start: int) -> list[Document]:
        with contextlib.suppress(BridgeRetryable):
            self._seen += self._stage.bridge.port.changes(len(self._seen), CHANGES_MAX)
        return self._of(kind, start)
