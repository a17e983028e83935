"""Any disasters in any order, drawn by Hypothesis: at the end everything is as if nothing had happened.

`EXAMPLES` says how many walks (8 by default), `SEED` which. Longer:
`EXAMPLES=300 SEED=9 .venv/bin/python -m pytest -n 0 -s tests/faults/test_state_machine.py`.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from bridge.errors import BridgeError, Retryable
from bridge.operator.status import is_quiet
from bridge.ring.confirm import Confirm
from bridge.ring.ingest import Ingest
from bridge.ring.submit import DOUBT_SECONDS
from bridge.store.store import Store
from tests.faults.books import books
from tests.faults.crashes import Died
from tests.faults.machine.acts import ITEMS, UNITS, Act, People
from tests.faults.machine.instants import instants
from tests.faults.machine.lies import TOLD, swears_success
from tests.proxy import NodeProxy, honest
from tests.world import BUYER, World
from tests.worlds import Worlds

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 30  # of a walk
DEPTHS = (0, 2)  # blocks until one is final
BUSY_MS = 20  # that a bridge waits for a locked database: it is asked again anyway
INSTANTS = 150  # the most that a death is drawn from; a pass of all stages has fewer
ROUNDS_MAX = 60  # of passes, until all is done
SENT_AGAIN_SECONDS = 10.0
QUIET_CHAIN_SECONDS = 20.0
AMOUNTS = st.integers(1, 9_999)
SENT = (
    "SELECT outbox_id, tx_hash FROM bridge_attempt WHERE outbox_id IN "
    "(SELECT outbox_id FROM bridge_attempt GROUP BY outbox_id HAVING count(*) > 1)"
)
BOOKED_TWICE = (
    "SELECT origin FROM document_log WHERE origin IS NOT NULL GROUP BY origin HAVING count(*) > 1"
)
STORED_TWICE = (
    "SELECT tx_hash, log_index FROM bridge_inbox GROUP BY tx_hash, log_index HAVING count(*) > 1"
)


class Disasters(RuleBasedStateMachine):
    """A world whose bridge stands behind a node that can be told to lie."""

    worlds: Worlds
    homes: Path

    @initialize(depth=st.sampled_from(DEPTHS))
    def begins(self, depth: int) -> None:
        """A fresh world."""
        self.depth = depth
        self.world = self._fresh()
        self.proxy = NodeProxy(self.world.node.url)
        self._comes_back()
        self.people = People(self.world)

    # ---- people -------------------------------------------------------------------------------

    @rule(item=st.sampled_from(ITEMS), price=st.integers(100, 900_000))
    def order(self, item: str, price: int) -> None:
        """Stock falls short, and both sides sign."""
        for act in (Act("need", item), Act("sign", item, price)):
            if self.people.can(act):
                self.people.do(act)

    @rule(
        acts=st.integers(1, 4), pick=st.integers(0, 999), quantity=st.sampled_from((UNITS, 50, 30))
    )
    def goods_move(self, acts: int, pick: int, quantity: int) -> None:
        """Parts are shipped, received, inspected and invoiced, as far as documents of the bridge allow it."""
        for _ in range(acts):
            steps = [Act("ship", item, quantity) for item in ITEMS]
            steps += [
                Act(name, item) for item in ITEMS for name in ("receive", "inspect", "invoice")
            ]
            possible = [act for act in steps if self.people.can(act)]
            if possible:
                self.people.do(possible[pick % len(possible)])

    @rule(who=st.sampled_from((BUYER, "SUPPLIER", "RIVAL")), amount=AMOUNTS)
    def transfer(self, who: str, amount: int) -> None:
        """Somebody sends tokens: where it is the buyer, with a nonce that the bridge may have meant to use."""
        self.people.do(Act("transfer", who, amount))

    # ---- the bridge walks, and dies -----------------------------------------------------------

    @rule(passes=st.integers(1, 4), blocks=st.integers(0, 3))
    def walks(self, passes: int, blocks: int) -> None:
        """Blocks come, and passes of the ring."""
        self.world.node.mine(blocks)
        self._passes(passes)

    @rule(name=st.sampled_from(("ingest", "dispatch", "report", "submit", "mailbox", "confirm")))
    def one_stage(self, name: str) -> None:
        """A stage by itself, whatever came before."""
        with suppress(Retryable):
            dict(self.world.bridge.daemon.ring.stages())[name].run()

    @rule(after=st.integers(1, INSTANTS))
    def dies(self, after: int) -> None:
        """After any statement or request of any stage."""
        died = False
        try:
            with instants(self.world.bridge.store.engine, after):
                self._passes(2)
        except Died:
            died = True
        if died:
            gc.collect()  # its frames go, and with them what they had open: no process would leave that
            self._comes_back()

    # ---- the node -----------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(TOLD)), passes=st.integers(1, 3))
    def is_lied_to(self, name: str, passes: int) -> None:
        """The only node lies for a while."""
        self.proxy.change = TOLD[name](self.proxy, self.world)
        self._passes(passes)
        self.proxy.change = honest

    @rule(passes=st.integers(1, 2))
    def node_is_away(self, passes: int) -> None:
        """The node answers nobody."""
        self.proxy.down = True
        self._passes(passes)
        self.proxy.down = False

    @rule(passes=st.integers(1, 3), lost=st.booleans(), clock=st.booleans(), sworn=st.booleans())
    def chain_pauses(self, passes: int, lost: bool, clock: bool, sworn: bool) -> None:
        """No block comes, and the node may swear that it does; then what waited is mined, or the node has lost it."""
        node = self.world.node
        node.rpc("evm_setAutomine", [False])
        if sworn:
            self.proxy.change = swears_success(self.proxy, self.world)
        self._passes(passes)
        if clock:
            self.world.clock.ahead += QUIET_CHAIN_SECONDS
            self._passes(1)
        self.proxy.change = honest
        if lost:
            node.rpc("anvil_dropAllTransactions")
        node.rpc("evm_setAutomine", [True])
        node.mine()

    @precondition(lambda self: self.depth)
    @rule(amount=AMOUNTS, passes=st.integers(0, 3), who=st.sampled_from((BUYER, "RIVAL")))
    def forks(self, amount: int, passes: int, who: str) -> None:
        """What the newest blocks held never was: they are above finality, whatever the bridge sent meanwhile."""
        node = self.world.node
        with suppress(BridgeError):
            self._final()
        before, height = node.rpc("evm_snapshot"), int(node.rpc("eth_blockNumber"), 16)
        self.world.transact(
            who, "SettlementToken", "transfer", self.world.people["SUPPLIER"].address, amount
        )
        for _ in range(passes):
            if int(node.rpc("eth_blockNumber"), 16) - height >= self.depth:
                break
            _guarded_pass(self.world)
        assert int(node.rpc("eth_blockNumber"), 16) - height <= self.depth + 1
        node.rpc("evm_revert", [before])
        for person in self.world.people.values():
            person.ask_nonce()

    # ---- the machine --------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((-3_600.0, -5.0, SENT_AGAIN_SECONDS, 60.0, 7_200.0)))
    def clock_jumps(self, seconds: float) -> None:
        """This machine's clock is put back, or forward."""
        self.world.clock.ahead += seconds

    @rule(passes=st.integers(1, 2))
    def database_is_locked(self, passes: int) -> None:
        """Somebody else holds the lock of all writers."""
        with self.world.engine.connect() as holder, holder.begin() as held:
            self._passes(passes)
            held.rollback()

    # ---- what holds at any time ----------------------------------------------------------------

    @invariant()
    def nothing_is_doubled(self) -> None:
        """No event is stored or booked twice; of two transactions of an intent one succeeded at most."""
        if not hasattr(self, "people"):
            return
        world = self.world
        assert world.sql(STORED_TWICE) == []
        assert world.sql(BOOKED_TWICE) == []
        succeeded: dict[int, list[str]] = {}
        for intent, tx_hash in world.sql(SENT):
            receipt = world.node.rpc("eth_getTransactionReceipt", [tx_hash])
            if receipt and receipt["status"] == "0x1":
                succeeded.setdefault(intent, []).append(tx_hash)
        assert [sent for sent in succeeded.values() if len(sent) > 1] == []

    def teardown(self) -> None:
        """Everything heals; nothing is lost, and the books are those of the same acts in peace."""
        if not hasattr(self, "people"):
            return
        try:
            if sys.exc_info()[0] is None:
                self._ends_well()
        finally:
            self.world.close()
            self.proxy.close()

    def _ends_well(self) -> None:
        world = self.world
        for _ in DOUBT_SECONDS:
            self._settle(world)
            world.clock.ahead += 2 * max(DOUBT_SECONDS)
        self._settle(world)
        world.assert_nothing_waits()
        world.assert_audit_holds()
        found = books(world)
        expected = self._in_peace()
        assert found == expected, {
            k: (found[k], expected[k]) for k in found if found[k] != expected[k]
        }
        self.nothing_is_doubled()

    def _in_peace(self) -> dict[str, Any]:
        """The books after the same acts with nothing between them."""
        quiet = self._fresh()
        again = People(quiet)
        for act in self.people.done:
            self._settle(quiet)
            assert again.can(act), f"{act} was possible in spite of disasters, and is not in peace"
            again.do(act)
        self._settle(quiet)
        quiet.assert_nothing_waits()
        found = books(quiet)
        quiet.close()
        return found

    # ---- tools --------------------------------------------------------------------------------

    def _fresh(self) -> World:
        home = Path(tempfile.mkdtemp(dir=self.homes))
        world = self.worlds.fresh(home)
        world.reopen(finality=self.depth)
        return world

    def _comes_back(self) -> None:
        """The daemon is started again, with an honest node."""
        self.proxy.change, self.proxy.down = honest, False
        self.world.reopen(rpc=(self.proxy.url,))
        engine = self.world.bridge.store.engine
        engine.dispose()
        event.listen(engine, "connect", _hardly_waits)

    def _passes(self, count: int) -> None:
        for _ in range(count):
            _guarded_pass(self.world)

    def _final(self) -> None:
        """All that is on the chain is final."""
        self.world.node.mine(self.depth)

    def _settle(self, world: World) -> None:
        """The bridge walks, blocks come, time passes, until all is done."""
        for _ in range(ROUNDS_MAX):
            world.node.mine(self.depth)
            _guarded_pass(world)
            _guarded_pass(world)
            head = int(world.node.rpc("eth_blockNumber"), 16) - self.depth
            if _is_done(world, head):
                return
            world.clock.ahead += SENT_AGAIN_SECONDS
        gone = _blocks_gone(world)
        pytest.fail(f"not done after {ROUNDS_MAX} rounds, node lacks {gone}: {world.status()}")


def _guarded_pass(world: World) -> None:
    """A pass as the daemon makes it: stages fail apart, and only a Halt would end it."""
    once = iter((False, True))
    world.bridge.daemon._sleep = lambda _: None
    world.bridge.daemon.run(lambda: next(once))


def _blocks_gone(world: World) -> list[int]:
    """Blocks below its newest that the node itself has not: no bridge can read what follows."""
    newest = int(world.node.rpc("eth_blockNumber"), 16)
    block = "eth_getBlockByNumber"
    return [n for n in range(newest) if world.node.rpc(block, [hex(n), False]) is None]


def _is_done(world: World, head: int) -> bool:
    store, newest = world.bridge.store, world.bridge.port.last_sequence()
    return (
        is_quiet(store, head, newest)
        and not store.is_under_way()
        and not world.status()["unanchored"]
    )


def _hardly_waits(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def walk(worlds: Worlds, homes: Path, examples: int) -> None:
    """Draws so many walks. Raises what the first that fails raises."""
    machine = type("Disasters", (Disasters,), {"worlds": worlds, "homes": homes})
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=examples, stateful_step_count=STEPS, phases=[Phase.generate], deadline=None, database=None,
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300 + 30 * EXAMPLES)
def test_any_disasters_in_any_order_change_nothing_at_the_end(
    worlds: Worlds, tmp_path: Path
) -> None:
    walk(worlds, tmp_path, EXAMPLES)


# ---- what the end of a walk finds: faults planted in the bridge itself -----------------------------


def forgets_an_event(patch: pytest.MonkeyPatch) -> None:
    """The last event of each window is left out."""
    take = Ingest._take
    patch.setattr(
        Ingest,
        "_take",
        lambda ingest, window, dissenting: take(
            ingest, replace(window, events=window.events[:-1]), dissenting
        ),
    )


def believes_receipts(patch: pytest.MonkeyPatch) -> None:
    """A node's receipt confirms a call, with no proof of it."""
    unwitnessed = Store.unwitnessed
    patch.setattr(
        Store,
        "unwitnessed",
        lambda store, session, limit: [
            (row, attempt, True) for row, attempt, _ in unwitnessed(store, session, limit)
        ],
    )


def sends_once(patch: pytest.MonkeyPatch) -> None:
    """What a node lost is not sent again."""
    patch.setattr(Confirm, "_chase", lambda *_: None)
    patch.setattr(Confirm, "_refill", lambda *_: None)


def as_it_is(_patch: pytest.MonkeyPatch) -> None:
    """Nothing is planted."""


def known_walk(worlds: Worlds, homes: Path) -> Disasters:
    """An order is signed, and a node without blocks swears that all went well before it loses what it was sent."""
    machine = type("Disasters", (Disasters,), {"worlds": worlds, "homes": homes})()
    machine.begins(depth=0)
    machine.order(item=ITEMS[0], price=5_000)
    machine.chain_pauses(passes=4, lost=True, clock=True, sworn=True)
    return machine


@pytest.mark.parametrize("plant", [as_it_is, forgets_an_event, believes_receipts, sends_once])
def test_a_planted_fault_is_found_at_the_end_of_a_walk(
    worlds: Worlds,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)
    machine = known_walk(worlds, tmp_path)
    try:
        if plant is as_it_is:
            machine._ends_well()
        else:
            with pytest.raises((AssertionError, pytest.fail.Exception)):
                machine._ends_well()
    finally:
        machine.world.close()
        machine.proxy.close()
