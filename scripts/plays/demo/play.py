"""Plays a plan through the ring: from falling stock to payment, day by day, then proves the result."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bridge.audit import AuditReport
from bridge.bootstrap import build
from erp.database import open_engine

from ...deployment.consensus import Named
from ...deployment.deploy import ONE_NODE, deploy_to_file
from ...network.network import VALIDATORS
from ..stage.database import check_empty
from ..stage.errors import Broken
from ..stage.flushing import flush
from ..stage.keys import address, development_key
from ..stage.node import Clock, Node, open_by_the_clock, open_node
from ..stage.ring import AWAY_BY_THE_CLOCK_SECONDS, QUIET_BY_THE_CLOCK_SECONDS, Ring
from ..stage.staff import hire
from ..stage.workdir import Workdir, by_the_clock, new_workdir, store_keys
from . import names
from .at_once import Wave
from .clerks import Clerks
from .figures import read_books, read_chain, read_scores
from .following import Following
from .people import Market
from .plan import (
    WINDOW_SECONDS_MIN,
    AwardMode,
    Day,
    Plan,
    days_to_shift,
    make_plan,
    make_plan_at_once,
    noon,
)
from .purchases import History
from .report import Result
from .story import read_story


class Viewer(Protocol):
    """Receives the progress of a play, to show it."""

    def step(self, what: str) -> None:
        """Is called when a step begins, with its description."""

    def day(self, day: Day, done: int, days: int, paid: int) -> None:
        """Is called after each day, with the days played and the lines paid so far."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Award mode, chain, database and folder of a play, its source of randomness, and when orders are paid."""

    mode: AwardMode
    chain: str
    db: str | None
    home: Path
    randomness: Callable[[int], bytes] = os.urandom
    payment_days: int = 0  # every order is paid so long after acceptance, by a claim; 0: at once
    by_the_clock: bool = False  # the chain's own: all lines at once, as nobody can move its time
    consensus: Named = ONE_NODE  # of a chain that runs already
    validators: int = VALIDATORS  # of a network that is started
    window_seconds: int = WINDOW_SECONDS_MIN  # by the clock: for bids, and again for reveals


class Stopwatch:
    """Measures how long each step takes, in seconds."""

    def __init__(self, viewer: Viewer) -> None:
        self.seconds: dict[str, float] = {}
        self._viewer = viewer

    @contextmanager
    def step(self, name: str, what: str) -> Iterator[None]:
        """Times a step and announces it."""
        self._viewer.step(what)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - began


def play(history: History, setting: Setting, viewer: Viewer) -> Result:
    """Plays a history to its end and returns the result. Stops everything that it started, however it ends.

    Raises Unusable before anything is started, Broken and BridgeError with what went wrong afterwards.
    """
    if setting.by_the_clock:
        return _play_at_once(history, setting, viewer)
    plan = make_plan(history.purchases, setting.mode, payment_days=setting.payment_days)
    watch = Stopwatch(viewer)
    with ExitStack() as stack:
        with watch.step("start", f"starting {setting.chain}, deploying"):
            home = stack.enter_context(new_workdir(setting.home, setting.db))
            check_empty(home.db, setting.randomness)
            node = stack.enter_context(open_node(setting.chain, plan.genesis_at))
            clock = Clock(node.client)
            if shift := days_to_shift(plan, clock.now()):
                plan = make_plan(history.purchases, setting.mode, shift, setting.payment_days)
            clock.reach(plan.begins_at)
            world = World(home, node, clock, plan, setting)
        restarts = world.perform(watch, viewer)
        return _prove(world, home, history, restarts, watch, viewer)


def _play_at_once(history: History, setting: Setting, viewer: Viewer) -> Result:
    """The same by the chain's own clock: all lines at once, in windows of the contract's minimum."""
    watch = Stopwatch(viewer)
    with ExitStack() as stack:
        with watch.step("start", f"starting {setting.chain}, deploying"):
            home, node, clock, plan = stack.enter_context(opened_at_once(history, setting))
            world = World(home, node, clock, plan, setting)
        restarts = world.perform(watch, viewer)
        return _prove(world, home, history, restarts, watch, viewer)


@contextmanager
def opened_at_once(
    history: History,
    setting: Setting,
    nodes: Callable[[Node], Sequence[str]] = lambda node: node.urls,
) -> Iterator[tuple[Workdir, Node, Clock, Plan]]:
    """The folder, the chain with its own clock, and the plan for today; a network is started here and gone at the end.

    `nodes`: where the bridge asks, the one of its own last.
    """
    with ExitStack() as stack:
        home = stack.enter_context(new_workdir(setting.home, setting.db))
        check_empty(home.db, setting.randomness)
        opening = open_by_the_clock(
            setting.chain, home.folder, setting.consensus, setting.validators
        )
        node = stack.enter_context(opening)
        home = by_the_clock(home, nodes(node))
        clock = Clock(node.client)
        today = datetime.fromtimestamp(clock.now(), UTC).date()
        plan = make_plan_at_once(history.purchases, setting.mode, today, setting.window_seconds)
        yield home, node, clock, plan


def _prove(
    world: World,
    home: Workdir,
    history: History,
    restarts: int,
    watch: Stopwatch,
    viewer: Viewer,
) -> Result:
    with watch.step("flush", "anchoring the last documents"):
        flushed = flush(home)
    with watch.step("audit", "proving that ERP and chain tell one story"):
        audit = flushed.audit.run(lambda what: viewer.step(f"audit: {what}"))
    with watch.step("figures", "reading the figures back"):
        return world.result(history, audit, restarts, watch.seconds)


class World:
    """Chain, contracts, bridge, clerks and vendors of a running play."""

    def __init__(
        self, home: Workdir, node: Node, clock: Clock, plan: Plan, setting: Setting
    ) -> None:
        attester_key, anchorer_key, buyer_key = map(
            development_key, ("attester", "anchorer", names.BUYER_NAME)
        )
        self.plan = plan
        self._home = home
        self._node = node
        self._clock = clock
        self._staff = hire(node.client, address(attester_key), address(anchorer_key))
        store_keys(home, {"attester": attester_key, "anchorer": anchorer_key, "buyer": buyer_key})
        self._deployment = deploy_to_file(
            node.client,
            self._staff.deployer.account.key.to_0x_hex(),
            "demo",
            self._staff.offices,
            home.deployment,
            consensus=node.consensus,
        )
        self._bridge = build(home.config())
        self._market = Market(node.client, self._deployment, plan, setting.randomness)
        self._clerks = Clerks(open_engine(home.db), plan, setting.randomness)
        self._following = Following(plan, self._bridge.port)

    def perform(self, watch: Stopwatch, viewer: Viewer) -> int:
        """Onboards everybody and plays every day; returns how often the bridge was started again."""
        ring = self.ring()
        with ring:
            with watch.step("onboarding", "registering buyer and vendors"):
                self.onboard(ring)
            with watch.step("play", "playing"):
                if self.plan.at_once:
                    for step in self.wave(ring, range(len(self.plan.lines))).steps():
                        viewer.step(step.name)
                        step.act()
                else:
                    self._days(ring, viewer)
        watch.seconds["waiting for the ring"] = ring.waited_seconds
        return ring.restarts

    def ring(self) -> Ring:
        """The bridge's daemon, which starts where this is entered."""
        parts = self._bridge, self._home.bridge_arguments(), self._home.folder
        if not self.plan.at_once:
            return Ring(*parts)
        slow = self._home.idle_seconds, QUIET_BY_THE_CLOCK_SECONDS, AWAY_BY_THE_CLOCK_SECONDS
        return Ring(*parts, *slow)

    def onboard(self, ring: Ring) -> None:
        """Registers buyer and vendors, in the books and on the chain, with what they need to begin."""
        self._clerks.begin(self._market, self._staff.treasurer.address, self._clock.now())
        self._market.onboard(self._staff)
        ring.wait()

    def wave(self, ring: Ring, lines: Sequence[int]) -> Wave:
        """Lines of a plan for one day, by their positions, to be bought at the same time."""
        parts = self._clerks, self._market, self._following, self._clock

        def catch_up() -> None:
            self._catch_up(ring)
            ring.require_unhindered()

        return Wave(*parts, catch_up, lines)

    @property
    def paid(self) -> int:
        """How many lines are paid so far, as the books tell."""
        return self._following.paid

    def _days(self, ring: Ring, viewer: Viewer) -> None:
        days = self.plan.days()
        for done, day in enumerate(days, start=1):
            try:
                if not self._following.ready(day):
                    self._catch_up(ring)
                self._day(day)
            except Broken as error:
                raise Broken(f"{day.day}: {error}\n{ring.describe()}") from error
            if day.in_step:
                self._catch_up(ring)
            viewer.day(day, done, len(days), self._following.paid)
        self._catch_up(ring)
        unpaid = [s.line.purchase.id for s in self._following.states if s.is_open]
        if unpaid:
            raise Broken(f"{len(unpaid)} lines were not paid: {unpaid[:20]}\n{ring.describe()}")

    def _catch_up(self, ring: Ring) -> None:
        ring.wait()
        self._following.read()

    def _day(self, day: Day) -> None:
        """Clerks first, then suppliers; what either does today waits for nothing that the other does today."""
        at = noon(day.day)
        self._clock.reach(at)
        self._clerks.day(day, self._following.states, at)
        self._market.day(day, self._following.states)

    def result(
        self, history: History, audit: AuditReport, restarts: int, seconds: dict[str, float]
    ) -> Result:
        """Reads all figures back from the ERP and the chain."""
        accounts = {name: person.address for name, person in self._market.vendors.items()}
        scores = read_scores(self._bridge, list(accounts.values()))
        (newcomer,) = self._bridge.gateway.view("CreditRegistry", "newcomerBps")
        return Result(
            history=history,
            plan=self.plan,
            chain_kind=self._node.kind,
            chain=read_chain(self._node.client, self._deployment),
            books=read_books(self._bridge),
            audit=audit,
            scores={name: scores[account] for name, account in accounts.items()},
            newcomer_bps=int(newcomer),
            bridge_restarts=restarts,
            durations=seconds,
            story=read_story(self._bridge.port),
        )
