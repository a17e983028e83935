"""The stage of a scenario: its chain, books, daemon and people; every step is heard, every figure is held to its rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Engine

from bridge.audit import AuditReport
from bridge.bootstrap import Bridge
from bridge.chain.deployment import Deployment
from bridge.errors import NodeUnavailable, Retryable
from bridge.operator.status import status
from erp.database import open_engine

from ...deployment.accounts import Person
from ..acts.buying import Buying
from ..acts.spans import TOLD, Spans
from ..stage.errors import Broken
from ..stage.node import Clock, Node
from ..stage.ring import Ring
from .killing import Killer
from .model import Figure, Step

ANCHOR_TIMEOUT_SECONDS = 60.0
ANCHOR_BY_THE_CLOCK_SECONDS = 600.0
ANCHOR_PAUSE_SECONDS = 0.02
FOLLOWS_PAUSE_SECONDS = 0.1
FOLLOWS_TRIES_MAX = 3_000  # until the bridge's own node has what the people's node has
AUDIT_TRIES_MAX = 10  # where blocks come while it looks


class Teller(Protocol):
    """Hears what happens on the stage while it happens."""

    def began(self, step: Step) -> None:
        """Is called when somebody begins to act."""

    def done(self, step: Step) -> None:
        """Is called when both sides have made of it what there is to make."""

    def figured(self, figure: Figure) -> None:
        """Is called with each figure."""


class Stage(Buying):
    """Where a scenario is played."""

    clerks_name = "clerk"

    def __init__(
        self,
        node: Node,
        clock: Clock,
        db: str,
        deployment: Deployment,
        bridge: Bridge,
        ring: Ring,
        people: dict[str, Person],
        randomness: Callable[[int], bytes],
        teller: Teller,
        spans: Spans = TOLD,
        *,
        by_the_clock: bool = False,
    ) -> None:
        """`by_the_clock`: nobody moves the chain's time, and blocks come whatever anybody does."""
        self.node, self.clock, self.db = node, clock, db
        self.deployment, self.bridge, self.ring = deployment, bridge, ring
        self.people, self.randomness = people, randomness
        self.salts = {}
        self.steps: list[Step] = []
        self.figures: list[Figure] = []
        self.killer: Killer | None = None
        self._teller = teller
        self.spans, self._by_the_clock = spans, by_the_clock

    @cached_property
    def engine(self) -> Engine:
        """The ERP's database, opened by somebody beside the bridge."""
        return open_engine(self.db)

    @property
    def now(self) -> int:
        """Chain time, unix seconds."""
        return self.clock.now()

    def reach(self, moment: int) -> None:
        """Chain time passes to this moment, where it is not over already."""
        if self._by_the_clock:
            self.clock.wait(moment)
        else:
            self.clock.reach(moment)

    def settle(self) -> None:
        """Returns when the bridge has nothing left to do."""
        if self._by_the_clock:
            self._follow()
        self.ring.wait()

    def _follow(self) -> None:
        """Returns when the bridge's own node has all that the people's node has. Raises Broken when it does not come."""
        newest = self.node.client.height()
        for _ in range(FOLLOWS_TRIES_MAX):
            try:
                if self._height() >= newest:
                    return
            except NodeUnavailable:
                self.bridge.client.rotate()
            time.sleep(FOLLOWS_PAUSE_SECONDS)
        raise Broken(f"the bridge's node does not reach block {newest}\n{self.ring.describe()}")

    def close(self) -> None:
        """Nobody has a connection to the databases any more."""
        self.bridge.close()
        self.engine.dispose()

    # ---- telling ------------------------------------------------------------------------------

    @contextmanager
    def step(self, who: str, what: str) -> Iterator[Step]:
        """Somebody does something; at its end the bridge has done what follows, and the step names all of it."""
        step = Step(who, what)
        self._teller.began(step)
        if self.killer is not None:
            self.killer.step_begins()
        after, block = self.bridge.port.last_sequence(), self._height()
        yield step
        self.settle()
        step.documents = [
            document.number
            for document in self.bridge.port.changes(after, self.bridge.port.last_sequence())
        ]
        step.transactions = list(self._mined(block + 1))
        self.steps.append(step)
        self._teller.done(step)

    def figure(self, name: str, value: Any, expected: Any) -> None:
        """A figure of the play, and what it has to be by the rules."""
        figure = Figure(name, value, expected)
        self.figures.append(figure)
        self._teller.figured(figure)

    def _height(self) -> int:
        return int(self.bridge.client.call("eth_blockNumber"), 16)

    def _mined(self, first: int) -> Iterator[str]:
        """Hashes of the transactions from this block on. Anchors are left out: they take together whatever was written."""
        registry = self.deployment.address("DocumentRegistry").lower()
        for number in range(first, self._height() + 1):
            block = self.bridge.client.call("eth_getBlockByNumber", hex(number), True)
            yield from (
                sent["hash"]
                for sent in block["transactions"]
                if (sent["to"] or "").lower()
                != registry  # some nodes write addresses with capitals
            )

    # ---- the end ------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How many documents of each type there are."""
        rows = self.sql("SELECT type, COUNT(*) FROM document_log GROUP BY type ORDER BY type")
        return {str(type_): int(count) for type_, count in rows}

    def holds(self) -> list[Any]:
        """Payments that wait for an auditor."""
        return list(self._status()["holds"])

    def _status(self) -> dict[str, Any]:
        head = self.bridge.client.head().number
        return status(self.bridge.store, head, self.bridge.port.last_sequence())

    def waiting(self) -> tuple[str, ...]:
        """What the bridge could not do: events that are parked, calls that are stuck, payments that are held."""
        seen = self._status()
        return tuple(
            f"{kind}: {row}" for kind in ("quarantined", "stuck", "holds") for row in seen[kind]
        )

    def audit(self) -> AuditReport:
        """What an audit finds once all that was written is anchored. Raises Broken when the bridge does not finish."""
        self.settle_anchored()
        for _ in range(AUDIT_TRIES_MAX - 1):
            try:
                return self.bridge.audit.run()
            except Retryable:  # the ring moved meanwhile
                self.settle_anchored()
        return self.bridge.audit.run()

    def settle_anchored(self) -> None:
        """Returns when all that was written is anchored, and what waited for that is done. Raises Broken when it is not."""
        deadline = time.monotonic() + (
            ANCHOR_BY_THE_CLOCK_SECONDS if self._by_the_clock else ANCHOR_TIMEOUT_SECONDS
        )
        self.settle()
        while self._status()["unanchored"]:
            if time.monotonic() > deadline:
                raise Broken(f"the log is not anchored\n{self.ring.describe()}")
            time.sleep(ANCHOR_PAUSE_SECONDS)
            self.settle()
        self.settle()  # the last anchor may have been made since, and is on its way
