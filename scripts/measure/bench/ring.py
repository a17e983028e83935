"""The ring: transactions from outbox to confirmed, and events from the chain to booked documents, each in a second.

transactions  floor: as many signed transactions sent to the raw node in batches
events        floor: the same receipts fetched, decoded, and written to raw SQLite
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from bridge.store.tables import Outbox
from erp.database import open_engine, transaction, upgrade
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell

from ...deployment.accounts import Person, send_together
from ...deployment.deploy import Offices, deploy_to_file
from ...deployment.workdir import write_keys
from ...devchain.devchain import DevChain, Kind
from .figure import Figure, rate

TRANSACTIONS = 500
EVENTS = 1_000
BATCH = 100  # signed transactions in one request to the raw node
KIND: Kind = "hardhat"


@dataclass(slots=True)
class Ring:
    """A deployed system with an idle bridge, for the two throughput figures."""

    node: DevChain
    home: Path
    deployment: Deployment
    attester: Person
    treasurer: Person
    config: Config

    @classmethod
    def prepare(cls, node: DevChain, home: Path, db: str | None = None) -> Ring:
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
            client, deployer.account.key.to_0x_hex(), "bench", offices, path
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
        engine = open_engine(config.db)
        upgrade(engine)
        with transaction(engine) as session:
            for command in (
                RegisterParty(
                    code="T", name="T", kind=PartyKind.TREASURY, account=treasurer.address
                ),
                RegisterParty(code="P", name="P", kind=PartyKind.INTERNAL, account=party.address),
                ContributeCapital(entity="P", amount_minor=10**12),
            ):
                tell(
                    session,
                    command,
                    at=node.head_time(),
                    salt=os.urandom(32),
                    actor="bench",
                    second="bench-2",
                )
        engine.dispose()
        registrar.transact(deployment, "Participants", "register", party.address, 1)
        build(config).daemon.until_quiet()
        return cls(node, home, deployment, attester, treasurer, config)

    # ---- transactions -------------------------------------------------------------------------

    def transactions(self, count: int) -> Figure:
        """Measures intents a second, from outbox to confirmed; floor: the same transactions sent to the node directly."""
        bridge = build(self.config)
        with bridge.store.unit() as session:
            for index in range(count):
                call = Call(
                    key=f"bench:{index}",
                    aggregate=f"bench:{index}",
                    signer=ANCHORER,
                    contract="DocumentRegistry",
                    function="openStream",
                    args=("0x" + index.to_bytes(32, "big").hex(),),
                )
                bridge.store.add_call(session, call, None)
        submit = Submit(
            *(bridge.store, bridge.gateway, bridge.house, _object_to_none),
            *(time.time, time.monotonic, _post_is_held),
            Telling(bridge.store, bridge.port, joined=True),
        )
        confirm = Confirm(bridge.store, bridge.gateway, 0, time.time)

        def send_all() -> None:
            while submit.run() or bridge.store.is_under_way():
                confirm.run()

        ours = timed(send_all)
        with bridge.store.view() as session:
            keys = [f"bench:{index}" for index in range(count)]
            ended = Counter(status for _, status, *_ in bridge.store.ends(session, keys))
        if ended != {OutboxStatus.CONFIRMED: count}:
            raise RuntimeError(f"not all {count} transactions were confirmed: {dict(ended)}")
        sender = Person(self.attester.client, self.node.accounts[7].private_key)
        to = self.deployment.address("SettlementToken")
        data = encode_call("SettlementToken", "approve", (self.treasurer.address, 1))
        signed = [sender.sign(self.deployment.chain_id, to, data) for _ in range(count)]
        floor = timed(lambda: send_raw(sender.client, signed))
        return rate("transactions", count, ours, floor, "outbox to confirmed")

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


def _object_to_none(row: Outbox) -> None:
    """The bench's rows have no documents behind them."""


def _post_is_held() -> None:
    """Nobody takes the attester's post from the bench."""


def send_raw(client: Client, signed: list[tuple[str, str]]) -> None:
    """Sends signed transactions, BATCH together, and waits until they are mined."""
    for start in range(0, len(signed), BATCH):
        send_together(client, signed[start : start + BATCH])


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


def measure(names: Sequence[str], home: Path) -> list[Figure]:
    """Measures `transactions` and `events`, or one of them, on a fresh chain."""
    with DevChain(KIND) as node:
        ring = Ring.prepare(node, home)
        figures = []
        if "transactions" in names:
            figures.append(ring.transactions(TRANSACTIONS))
        if "events" in names:
            figures.append(ring.events(EVENTS))
    return figures
