"""The ring: intents from OUTBOX until proved, and events from the chain to booked documents, each in a second.

out      floor: as many transactions, signed before, sent to the bare node in batches
events   floor: the same receipts fetched, decoded, and written to raw SQLite
"""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from sqlmodel import col, select

from bridge.bootstrap import build
from bridge.capabilities import FOLLOWED
from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import encode_call
from bridge.config import Config
from bridge.intents import ANCHORER, Call, OutboxStatus
from bridge.ring.confirm import Confirm
from bridge.ring.submit import Submit
from bridge.ring.telling import Telling
from bridge.store.store import Store
from bridge.store.tables import Outbox
from erp.database import open_engine, transaction, upgrade
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell

from ...deployment.accounts import Person, send_together
from ...deployment.consensus import Named
from ...deployment.deploy import ONE_NODE, Offices, deploy_to_file
from ...deployment.workdir import write_keys
from ...devchain.devchain import DevAccount, DevChain, Kind
from .figure import Figure, rate

TRANSACTIONS = 1_000  # of a round
ROUNDS = 5
EVENTS = 1_000
# The most that the bridge's setting takes: the nodes that are measured take more of a key than its default lets through.
IN_FLIGHT = 1_000
REST_SECONDS = 0.005  # before the node is asked again for a block: it works on one
FINAL_POLL_SECONDS = 0.02  # between two looks whether enough blocks follow
BATCH = 100  # signed transactions in one request to the raw node
STUCK_SECONDS = 120.0  # for all calls of a round, after which the node has forgotten to mine: Anvil sometimes does
KIND: Kind = "hardhat"


class Chain(Protocol):
    """A node with accounts of the test phrase."""

    @property
    def url(self) -> str: ...

    @property
    def accounts(self) -> tuple[DevAccount, ...]: ...

    def head_time(self) -> int: ...

    def rpc(self, method: str, params: Sequence[object] = ()) -> Any: ...


@dataclass(slots=True)
class Ring:
    """A deployed system with an idle bridge, for the two throughput figures."""

    node: Chain
    home: Path
    deployment: Deployment
    attester: Person
    treasurer: Person
    config: Config

    @classmethod
    def prepare(
        cls, node: Chain, home: Path, db: str | None = None, consensus: Named = ONE_NODE
    ) -> Ring:
        """Deploys, registers one party in the ERP and on chain, and runs the bridge until it has booked that.

        `db`: URL of an empty database; without it an SQLite file in `home`.
        """
        client = Client([node.url])
        people = [Person(client, account.private_key) for account in node.accounts[:10]]
        deployer, registrar, treasurer, attester, guardian, party, arbiter, reporter = people[:8]
        anchorer, keeper = people[8:]
        offices = Offices(
            *(registrar.address, treasurer.address, (attester.address,), guardian.address),
            *((reporter.address,), (arbiter.address,), (anchorer.address,)),
        )
        path = home / "deployment.json"
        deployment = deploy_to_file(
            *(client, deployer.account.key.to_0x_hex(), "bench", offices, path),
            consensus=consensus,
        )
        house = {"attester": attester, "anchorer": anchorer, "keeper": keeper}
        folder, password = write_keys(
            home, "bench", {name: each.account.key.to_0x_hex() for name, each in house.items()}
        )
        config = Config(
            db=db or f"sqlite:///{home / 'bench.db'}",
            deployment=path,
            keystores=folder,
            password_file=password,
            anchor_wait_seconds=1e9,
        )
        seed(config.db, treasurer.address, party.address, node.head_time())
        registrar.transact(deployment, "Participants", "register", party.address, 1)
        build(config).daemon.until_quiet()
        return cls(node, home, deployment, attester, treasurer, config)

    # ---- out ----------------------------------------------------------------------------------

    def out(self, count: int, rounds: int, batch: int = BATCH, rest_seconds: float = 0.0) -> Figure:
        """Measures intents a second, from OUTBOX until ingest has proved them; floor: signed batches, sent to the bare node.

        Both take turns, `rounds` times each, and the medians count. `batch`: sent together and waited for until they are
        mined and, where the chain forks, as many blocks follow as ours waits for; `rest_seconds`: of a ring that has to wait
        for the next block.
        """
        bridge = build(self.config)
        submit = Submit(
            *(bridge.store, bridge.gateway, bridge.house, _object_to_none),
            *(time.time, time.monotonic, _post_is_held),
            Telling(bridge.store, bridge.port, joined=True),
            IN_FLIGHT,
        )
        confirm = Confirm(bridge.store, bridge.gateway, bridge.depth, time.time)

        def send_all() -> None:
            until = time.monotonic() + STUCK_SECONDS
            while time.monotonic() < until:
                done = bridge.daemon.ring.ingest.run() + submit.run() + confirm.run()
                if not done:
                    if not _unproved(bridge.store):
                        return
                    time.sleep(rest_seconds)
            raise RuntimeError(f"not all of {count} calls were proved within {STUCK_SECONDS:.0f} s")

        sender = Person(self.attester.client, self.node.accounts[7].private_key)
        to = self.deployment.address("SettlementToken")
        data = encode_call("SettlementToken", "approve", (self.treasurer.address, 1))
        ours, cpu, floor = [], [], []
        gc.collect()
        gc.freeze()  # as the daemon does
        for number in range(rounds):
            bridge.daemon.until_quiet()  # the floor's transactions are none of ours: they are read before
            self._ask(bridge.store, range(number * count, (number + 1) * count))
            began = time.process_time()
            ours.append(timed(send_all))
            cpu.append(time.process_time() - began)
            signed = [sender.sign(self.deployment.chain_id, to, data) for _ in range(count)]
            floor.append(
                timed(partial(send_until_final, sender.client, signed, batch, bridge.depth))
            )
        gc.unfreeze()
        with bridge.store.view() as session:
            keys = [f"bench:{index}" for index in range(count * rounds)]
            ended = Counter(status for _, status, *_ in bridge.store.ends(session, keys))
            reasons = Counter(str(reason) for _, _, reason, *_ in bridge.store.ends(session, keys))
        bridge.close()
        if ended != {OutboxStatus.CONFIRMED: count * rounds}:
            said = f"{dict(ended)}; {reasons.most_common(3)}"
            raise RuntimeError(f"not all {count * rounds} were confirmed: {said}")
        told = f"{rounds} × {count} intents of one key, from OUTBOX until proved; floor: signed before, {batch} in a batch"
        return rate("out", count, median(ours), median(floor), told, median(cpu))

    @staticmethod
    def _ask(store: Store, numbers: range) -> None:
        """Puts as many calls into OUTBOX."""
        with store.unit() as session:
            for index in numbers:
                call = Call(
                    key=f"bench:{index}",
                    aggregate=f"bench:{index}",
                    signer=ANCHORER,
                    contract="DocumentRegistry",
                    function="openStream",
                    args=("0x" + index.to_bytes(32, "big").hex(),),
                )
                store.add_call(session, call, None)

    # ---- events -------------------------------------------------------------------------------

    def events(self, count: int) -> Figure:
        """Measures events a second, from chain to posted document; floor: fetch, decode and insert into SQLite directly."""
        first = self.node.rpc("eth_blockNumber")
        party = self.node.accounts[5].address.lower()
        to = self.deployment.address("SettlementToken")
        signed = [
            self.treasurer.sign(
                self.deployment.chain_id,
                to,
                encode_call(
                    "SettlementToken", "issue", (party, 100, "0x" + index.to_bytes(32, "big").hex())
                ),
            )
            for index in range(1, count + 1)
        ]
        send_raw(self.treasurer.client, signed)
        bridge = build(self.config)
        ours = timed(bridge.daemon.until_quiet)
        posted = bridge.port.last_sequence()
        if posted < count:
            raise RuntimeError(f"only {posted} of {count} events were booked")
        floor = timed(lambda: self._raw_events(int(first, 16) + 1))
        return rate("events", count, ours, floor, "chain to booked document")

    def _raw_events(self, first: int) -> None:
        """Headers and receipts fetched, logs decoded, one row of event and one of document each; one commit."""
        client, decoder = self.treasurer.client, EventDecoder(FOLLOWED)
        last = client.head().number
        headers = client.batch_all(
            [("eth_getBlockByNumber", [hex(n), False]) for n in range(first, last + 1)]
        )
        receipts = client.batch_all(
            [("eth_getTransactionReceipt", [tx]) for h in headers for tx in h["transactions"]]
        )
        with sqlite3.connect(self.home / "floor.db") as database:
            raw_tables(database)
            logs = [log for receipt in receipts for log in wire.receipt(receipt).logs]
            raw_rows(database, (repr(decoder.decode("SettlementToken", log)) for log in logs))


def seed(db: str, treasury: str, party: str, at: int) -> None:
    """Makes the books of an empty database at unix seconds `at`: a treasury and a party with these accounts, and capital."""
    engine = open_engine(db)
    upgrade(engine)
    with transaction(engine) as session:
        for command in (
            RegisterParty(code="T", name="T", kind=PartyKind.TREASURY, account=treasury),
            RegisterParty(code="P", name="P", kind=PartyKind.INTERNAL, account=party),
            ContributeCapital(entity="P", amount_minor=10**12),
        ):
            tell(
                *(session, command), at=at, salt=os.urandom(32), actor="bench", second="bench-2"
            )  # fmt: skip
    engine.dispose()


def _unproved(store: Store) -> bool:
    """Whether calls wait to be sent, mined, final or proved."""
    unended = select(col(Outbox.id)).where(
        col(Outbox.status).in_((OutboxStatus.PENDING, OutboxStatus.SUBMITTED))
    )
    with store.view() as session:
        waits = session.scalar(unended.limit(1)) is not None
        return waits or bool(store.unwitnessed(session, 1))


def _object_to_none(row: Outbox) -> None:
    """The bench's rows have no documents behind them."""


def _post_is_held() -> None:
    """Nobody takes the attester's post from the bench."""


def send_raw(client: Client, signed: list[tuple[str, str]], batch: int = BATCH) -> None:
    """Sends signed transactions, `batch` together, and waits until they are mined."""
    for start in range(0, len(signed), batch):
        send_together(client, signed[start : start + batch])


def send_until_final(client: Client, signed: list[tuple[str, str]], batch: int, depth: int) -> None:
    """As `send_raw`, and waits until `depth` blocks follow the last one."""
    send_raw(client, signed, batch)
    final = client.height() + depth
    while depth and client.height() < final:
        time.sleep(FINAL_POLL_SECONDS)


def raw_tables(database: sqlite3.Connection) -> None:
    """Makes a table of events and one of documents."""
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT)")
    database.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, body TEXT)")


def raw_rows(database: sqlite3.Connection, bodies: Iterable[str]) -> None:
    """One row of event and one of document each."""
    for body in bodies:
        database.execute("INSERT INTO event (body) VALUES (?)", (body,))
        database.execute("INSERT INTO document (body) VALUES (?)", (body,))


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_out(home: Path) -> Figure:
    """Measures `out` on a fresh chain of the fastest node."""
    with DevChain("anvil") as node:
        return Ring.prepare(node, home).out(TRANSACTIONS, ROUNDS, rest_seconds=REST_SECONDS)


def measure_events(home: Path) -> Figure:
    """Measures `events` on a fresh chain."""
    with DevChain(KIND) as node:
        return Ring.prepare(node, home).events(EVENTS)
