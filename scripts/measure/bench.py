"""`make bench`: how fast the ring is, each figure beside its floor measured in the same run on the same machine.

    orders        the demo, seconds an order       floor: as many transactions on the raw node, as many rows in raw SQLite
    transactions  outbox to confirmed, a second    floor: as many signed transactions sent to the raw node in batches
    events        chain to booked document         floor: the same receipts fetched, decoded, and written to raw SQLite

A ratio says how many times the floor's time we take. Figures of different machines do not compare; ratios roughly do.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bridge.bootstrap import build
from bridge.capabilities import FOLLOWED
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import encode_call
from bridge.config import Config
from bridge.intents import Call
from bridge.ring.confirm import Confirm
from bridge.ring.submit import Submit
from bridge.store.tables import Outbox
from erp.database import open_engine, transaction, upgrade
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.rooms import execute

from ..deployment.accounts import Person, send_together
from ..deployment.deploy import Offices, deploy_to_file
from ..deployment.workdir import write_keys
from ..devchain.devchain import KINDS, DevChain

ORDERS = 30
TRANSACTIONS = 500
EVENTS = 1_000
BATCH = 100  # signed transactions in one request to the raw node
CHAIN = "hardhat"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the printed table: a figure of ours beside its floor."""

    name: str
    unit: str
    ours: float
    floor: float
    ratio: float  # our time over the floor's time
    what: str


@dataclass(slots=True)
class Bench:
    """A deployed system with an idle bridge, for the two throughput figures."""

    node: DevChain
    home: Path
    deployment: Deployment
    attester: Person
    treasurer: Person
    config: Config

    @classmethod
    def prepare(cls, node: DevChain, home: Path) -> Bench:
        """Deploys, registers one party in the ERP and on chain, and runs the bridge until it has booked that."""
        client = Client([node.url])
        people = [Person(client, account.private_key) for account in node.accounts[:6]]
        deployer, registrar, treasurer, attester, guardian, party = people
        offices = Offices(
            registrar.address, treasurer.address, (attester.address,), guardian.address
        )
        path = home / "deployment.json"
        deployment = deploy_to_file(
            client, deployer.account.key.to_0x_hex(), "bench", offices, path
        )
        folder, password = write_keys(home, "bench", {"attester": attester.account.key.to_0x_hex()})
        config = Config(
            db=f"sqlite:///{home / 'bench.db'}",
            deployment=path,
            keystores=folder,
            password_file=password,
            anchor_wait_seconds=1e9,
        )
        engine = open_engine(config.db)
        upgrade(engine)
        with transaction(engine) as session:
            for command in (
                RegisterParty(code="P", name="P", kind=PartyKind.INTERNAL, account=party.address),
                ContributeCapital(entity="P", amount_minor=10**12),
            ):
                execute(session, command, at=node.head_time(), salt=os.urandom(32), actor="bench")
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
                    signer=self.attester.address,
                    contract="DocumentRegistry",
                    function="openStream",
                    args=("0x" + index.to_bytes(32, "big").hex(),),
                )
                bridge.store.add_call(session, call, None)
        submit = Submit(bridge.store, bridge.gateway, bridge.attester, _object_to_none, time.time)
        confirm = Confirm(bridge.store, bridge.gateway, 0, time.time)

        def send_all() -> None:
            while submit.run() or bridge.store.is_under_way():
                confirm.run()

        ours = _timed(send_all)
        sender = Person(self.attester.client, self.node.accounts[7].private_key)
        to = self.deployment.address("SettlementToken")
        data = encode_call("SettlementToken", "approve", (self.treasurer.address, 1))
        signed = [sender.sign(self.deployment.chain_id, to, data) for _ in range(count)]
        floor = _timed(lambda: _send_raw(sender.client, signed))
        return Figure(
            "transactions", "1/s", count / ours, count / floor, ours / floor, "outbox to confirmed"
        )

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
        _send_raw(self.treasurer.client, signed)
        bridge = build(self.config)
        ours = _timed(bridge.daemon.until_quiet)
        posted = bridge.port.last_sequence()
        if posted < count:
            raise RuntimeError(f"only {posted} of {count} events were booked")
        floor = _timed(lambda: self._raw_events(int(first, 16) + 1))
        return Figure(
            "events", "1/s", count / ours, count / floor, ours / floor, "chain to booked document"
        )

    def _raw_events(self, first: int) -> None:
        """Headers and receipts fetched, logs decoded, one row of event and one of document each; one commit."""
        client, decoder = self.treasurer.client, EventDecoder(FOLLOWED)
        last = int(client.head()["number"], 16)
        headers = client.batch_all(
            [("eth_getBlockByNumber", [hex(n), False]) for n in range(first, last + 1)]
        )
        receipts = client.batch_all(
            [("eth_getTransactionReceipt", [tx]) for h in headers for tx in h["transactions"]]
        )
        with sqlite3.connect(self.home / "floor.db") as database:
            _raw_tables(database)
            for receipt in receipts:
                for log in receipt["logs"]:
                    event = decoder.decode("SettlementToken", log)
                    _raw_row(database, repr(event))


def _object_to_none(row: Outbox) -> None:
    """The bench's rows have no documents behind them."""


def _send_raw(client: Client, signed: list[tuple[str, str]]) -> None:
    for start in range(0, len(signed), BATCH):
        send_together(client, signed[start : start + BATCH])


def _raw_tables(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT)")
    database.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, body TEXT)")


def _raw_row(database: sqlite3.Connection, body: str) -> None:
    database.execute("INSERT INTO event (body) VALUES (?)", (body,))
    database.execute("INSERT INTO document (body) VALUES (?)", (body,))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def orders(count: int, home: Path) -> Figure:
    """Measures orders a second of the demo; floor: as many transactions and documents written directly."""
    out = home / "demo.json"
    command = [
        sys.executable,
        "-m",
        "scripts.interlock",
        "demo",
        "--lines",
        str(count),
        "--chain",
        CHAIN,
    ]
    command += ["--home", str(home / "demo"), "--json", str(out), "--quiet"]
    ours = _timed(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True))
    told = json.loads(out.read_text())
    played = told["purchases"]["lines_played"]
    with DevChain(CHAIN) as node:
        sender = Person(Client([node.url]), node.accounts[0].private_key)
        signed = [
            sender.sign(node.chain_id, sender.address, "0x")
            for _ in range(told["chain"]["transactions"])
        ]
        floor = _timed(lambda: _send_raw(sender.client, signed))
    with sqlite3.connect(home / "rows.db") as database:
        _raw_tables(database)
        documents = told["erp"]["documents"]
        floor += _timed(lambda: [_raw_row(database, "x" * 500) for _ in range(documents)])
    return Figure(
        "orders",
        "s/order",
        ours / played,
        floor / played,
        ours / floor,
        f"{played} orders, start to audit",
    )


def main() -> int:
    """Measures and prints the table; removes everything that it started or wrote."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--transactions", type=int, default=TRANSACTIONS)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument(
        "--chain", choices=KINDS, default=CHAIN, help="node of the two throughput figures"
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args()
    console = Console()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, console.status("bench") as line:
        home = Path(folder)
        with DevChain(options.chain) as node:
            line.update("preparing")
            bench = Bench.prepare(node, home)
            line.update(f"{options.transactions} transactions")
            figures.append(bench.transactions(options.transactions))
            line.update(f"{options.events} events")
            figures.append(bench.events(options.events))
        line.update(f"{options.orders} orders of the demo")
        figures.insert(0, orders(options.orders, home))
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
        return 0
    table = Table(
        "what", "ours", "floor", "unit", "time ÷ floor", "measured", title="interlock bench"
    )
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.ours:,.2f}",
            f"{figure.floor:,.3f}" if figure.floor < 1 else f"{figure.floor:,.0f}",
            figure.unit,
            f"{figure.ratio:,.1f}",
            figure.what,
        )
    console.print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
