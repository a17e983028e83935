"""Plays a drill: steps of disturbance under the load of the main job, and after each a look at chain, bridge and books."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bridge.audit import AuditReport
from bridge.bootstrap import Access, Bridge, build
from bridge.errors import BridgeError, Retryable
from bridge.operator.status import status

from ..demo.figures import read_books, read_chain
from ..demo.plan import WINDOW_SECONDS_MIN, AwardMode
from ..demo.play import Setting, World, opened_at_once
from ..demo.purchases import CARRIED, read_history
from ..stage.errors import Broken, PlayError
from ..stage.flushing import flush
from ..stage.node import Node
from ..stage.workdir import Workdir
from .liar import Liar
from .load import Load
from .steps import STEPS, Scene, agree

LINES_AT_ONCE = 2
LINES_MAX = 60
AUDIT_TRIES_MAX = 20
AUDIT_PAUSE_SECONDS = 1.0
SHOWN_MAX = 5  # differences
TRACE_MAX = 4  # parts of a traceback that a report tells
NOT_ANCHORED_YET = "is not anchored yet"  # what the bridge still works at is nothing lost
FORKED = "Chain reorg detected"  # as geth says it
LAST = "the last wave ends, everything is anchored"


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one step. `reorgs`: times that a validator left a block; `reversed`: times that the books followed."""

    step: str
    holds: bool
    seconds: float
    blocks: int
    orders_paid: int  # so far
    reorgs: int
    reversed: int
    unlocked: int  # times that Clique had locked itself
    told: str = ""  # why it does not hold


@dataclass(frozen=True, slots=True)
class Report:
    """A whole drill."""

    consensus: str
    validators: int
    steps: tuple[Played, ...]

    @property
    def holds(self) -> bool:
        """True when every step held."""
        return all(step.holds for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        told = {"holds": self.holds, "consensus": self.consensus, "validators": self.validators}
        return told | {"steps": [asdict(step) for step in self.steps]}


def drill(
    consensus: str,
    validators: int,
    home: Path,
    steps: Sequence[str],
    waves: int | None = None,
    tell: Callable[[str], object] = str,
    window_seconds: int = WINDOW_SECONDS_MIN,
) -> Report:
    """Plays these steps of STEPS on a network made for it, which is gone at the end. It ends with the first that fails.

    `waves`: of lines that are bought, one after the other; None: as long as the steps last. Raises PlayError where the
    network or the play cannot be set up at all.
    """
    lines = LINES_AT_ONCE * (waves or LINES_MAX // LINES_AT_ONCE)
    history = read_history(CARRIED, lines)
    setting = Setting(
        *(AwardMode.HISTORY, consensus, None, home),
        by_the_clock=True,
        validators=validators,
        window_seconds=window_seconds,
    )
    liars: list[Liar] = []

    def through_a_liar(node: Node) -> Sequence[str]:
        """The bridge asks its own validator by somebody who may lie, and the others directly."""
        liar = Liar(node.urls[-1])
        liars.append(liar)
        return (*node.urls[:-1], liar.url)

    with opened_at_once(history, setting, through_a_liar) as (workdir, node, clock, plan):
        tell("the network runs")
        with liars[0] as liar:
            world = World(workdir, node, clock, plan, setting)
            tell("everything is deployed")
            every = range(len(plan.lines))
            chunks = [every[at : at + LINES_AT_ONCE] for at in every[::LINES_AT_ONCE]]
            played = _Drill(world, workdir, node, liar, chunks, tell).play(steps)
    return Report(consensus, validators, tuple(played))


class _Drill:
    """A drill under way."""

    def __init__(
        self,
        world: World,
        workdir: Workdir,
        node: Node,
        liar: Liar,
        waves: Sequence[Sequence[int]],
        tell: Callable[[str], object],
    ) -> None:
        if node.network is None:
            raise Broken("a drill needs a network of its own")
        self._world = world
        self._workdir = workdir
        self._node = node
        self._scene = Scene(node.network, liar)
        self._waves = waves
        self._tell = tell

    def play(self, steps: Sequence[str]) -> list[Played]:
        """All steps, or those up to the first that does not hold."""
        played: list[Played] = []
        ring = self._world.ring()
        with ring:
            self._world.onboard(ring)
            load = Load(self._world, ring, self._waves)
            load.start()
            for name in steps:
                self._tell(name)
                played.append(self._step(name, partial(STEPS[name], self._scene), load))
                if not played[-1].holds:
                    return played
            self._tell(LAST)
            played.append(self._step(LAST, lambda: self._end(load, ring.stop), load))
        return played

    def _step(self, name: str, act: Callable[[], None], load: Load) -> Played:
        """Does it, looks whether all is well, and says so."""
        began, head, forks = time.monotonic(), self._newest(), self._forks()
        unlocked = self._scene.network.unlocked
        told, reversed_blocks = "", 0
        try:
            act()
            agree(self._scene.network)
            load.check()
            reversed_blocks = self._look()
        except (
            Exception
        ) as error:  # whatever it was: the report says it, and the drill ends with this step
            told = f"{type(error).__name__}: {error} (the load was at: {load.doing})"
            if not isinstance(error, BridgeError | PlayError | TimeoutError):
                told += "\n" + "".join(traceback.format_exception(error)[-TRACE_MAX:])
        return Played(
            step=name,
            holds=not told,
            seconds=round(time.monotonic() - began, 1),
            blocks=self._newest() - head,
            orders_paid=self._world.paid,
            reorgs=self._forks() - forks,
            reversed=reversed_blocks,
            unlocked=self._scene.network.unlocked - unlocked,
            told=told,
        )

    def _newest(self) -> int:
        """The newest block of any validator, 0 when none answers."""
        network = self._scene.network
        heads = (network.head(number) for number in network.numbers)
        return max((head for head in heads if head is not None), default=0)

    def _look(self) -> int:
        """Audits chain and books from the beginning; times that blocks were reversed.

        Raises Broken when it does not hold.
        """
        bridge = build(self._workdir.config(), access=Access.READ)
        try:
            _check(_audited(bridge), but=NOT_ANCHORED_YET)
            now = status(bridge.store, bridge.client.height(), bridge.port.last_sequence())
        finally:
            bridge.close()
        if now["quarantined"] or now["stuck"] or now["holds"]:
            raise Broken(f"something waits for a person: {now}")
        return len(now["reorganisations"])

    def _end(self, load: Load, stop: Callable[[], None]) -> None:
        """The load ends its wave, the ring its work; books and chain have the same money, each line's once."""
        load.finish()
        stop()
        bridge = flush(self._workdir)
        try:
            _check(_audited(bridge))
            books = read_books(bridge)
            chain = read_chain(self._node.client, bridge.deployment)
        finally:
            bridge.close()
        lines = [self._world.plan.lines[at].purchase.value_minor for at in load.begun]
        if books.money != chain.money():
            raise Broken(f"the books have {books.money}, the chain {chain.money()}")
        if (self._world.paid, books.money.ordered_minor) != (len(lines), sum(lines)):
            raise Broken(
                f"{self._world.paid} lines are paid, {books.money.ordered_minor} was ordered: it had to be {len(lines)} "
                f"lines and {sum(lines)}"
            )
        if books.trial_balance_minor:
            raise Broken(f"the trial balance is off by {books.trial_balance_minor}")

    def _forks(self) -> int:
        """Times that a validator says it left a block for another one."""
        network = self._scene.network
        logs = [network.log(number) for number in network.numbers]
        return sum(log.read_bytes().count(FORKED.encode()) for log in logs if log.exists())


def _audited(bridge: Bridge) -> AuditReport:
    """An audit beside the working bridge; begun anew while the ring moves or a node is away. Raises Retryable."""
    for _ in range(AUDIT_TRIES_MAX - 1):
        try:
            return bridge.audit.run()
        except Retryable:
            bridge.client.rotate()
            time.sleep(AUDIT_PAUSE_SECONDS)
    return bridge.audit.run()


def _check(report: AuditReport, but: str = "") -> None:
    """Raises Broken when the audit finds any difference; `but`: save those that say this."""
    found = [
        f"{each.row}: {each.detail}"
        for invariant in report.invariants
        for each in invariant.differences
        if each.detail != but
    ]
    if found:
        raise Broken(f"the audit finds {len(found)} differences: {'; '.join(found[:SHOWN_MAX])}")
