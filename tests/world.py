"""A whole system for tests: a chain, the contracts, an ERP database and a bridge, driven step by step."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from opentelemetry.trace import Tracer
from sqlalchemy import Engine

from bridge.audit import AuditReport
from bridge.bootstrap import Bridge, build
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.config import DAEMON, Config
from bridge.intents import InboxStatus, OutboxStatus
from bridge.operator.status import status
from bridge.store import quarantine
from bridge.store.quarantine import Operator
from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell
from erp.stock.schemas import OpenStock
from scripts.deployment.accounts import Person
from scripts.deployment.consensus import Named
from scripts.deployment.deploy import ONE_NODE, Offices, deploy_to_file
from scripts.deployment.firms import firm_of, open_firm
from scripts.devchain.devchain import DevChain
from scripts.plays.acts.acts import UNLIMITED
from scripts.plays.acts.buying import BUYER, DAY, HOUR, ITEM, POLICY, STOCK, STOCK_VALUE, Buying

__all__ = ["BUYER", "DAY", "HOUR", "ITEM", "POLICY", "UNLIMITED", "World", "build_world"]

SCRYPT_ITERATIONS = 2  # a real keystore, without the second that a strong one takes
PASSWORD = "test"
TOKENS = 10_000_000  # of each
KEEPER_KEY = "0x" + "77" * 32  # has no office and no money
ANCHORER_KEY = "0x" + "88" * 32  # owns the stream of documents


@dataclass
class Clock:
    """This machine's clock, which a test may push forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.ahead += seconds


@dataclass
class World(Buying):
    """Everything, and the acts of each role."""

    node: DevChain
    home: Path
    db: str
    deployment: Deployment
    bridge: Bridge
    people: dict[str, Person]
    config: Config
    clock: Clock = field(default_factory=Clock)
    salts: dict[tuple[int, str], tuple[int, int, bytes]] = field(default_factory=dict)
    randomness: Callable[[int], bytes] = os.urandom
    tracer: Tracer | None = None
    clerks_name = "test"

    @cached_property
    def engine(self) -> Engine:
        """The ERP's database, opened by somebody beside the bridge."""
        return open_engine(self.db)

    def close(self) -> None:
        """Nobody has a connection to the databases any more."""
        self.bridge.close()
        self.engine.dispose()

    # ---- time and ring ------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Chain time."""
        return self.node.head_time()

    def reach(self, moment: int) -> None:
        """Chain time passes to this moment, where it is not over already."""
        self.node.reach_time(moment)

    def settle(self) -> None:
        """The bridge walks until it finds nothing to do."""
        self.bridge.daemon.until_quiet()

    def settle_passes(self, count: int) -> None:
        """The bridge walks the ring so many times."""
        for _ in range(count):
            self.bridge.daemon.once()

    def reopen(self, **changed: Any) -> None:
        """The bridge of before is dead; a new one stands on the same database, with these settings changed."""
        self.bridge.close()
        self.config = replace(self.config, **changed)
        self.bridge = build(
            self.config, clock=self.clock, sleep=self.clock.sleep, tracer=self.tracer
        )

    # ---- what an operator does ----------------------------------------------------------------

    def retry(self, key: str) -> str:
        """Puts what is parked under a key back in line; what it is now."""
        return self.bridge.report.retry(key, Operator("tester", "its cause is gone"))

    def resolve(self, key: str, why: str) -> str:
        """Marks what is parked under a key as dealt with; what it is now."""
        with self.bridge.store.unit() as session:
            return quarantine.resolve(self.bridge.store, session, key, Operator("tester", why))

    # ---- what everybody can see ---------------------------------------------------------------

    def audit(self) -> AuditReport:
        """What an audit finds now."""
        return self.bridge.audit.run()

    def assert_audit_holds(self) -> None:
        """The audit holds, and each of its seven invariants looked at something."""
        report = self.audit()
        found = [d for invariant in report.invariants for d in invariant.differences]
        assert found == [], found[:5]
        assert report.holds
        assert [i.id for i in report.invariants] == [1, 2, 3, 4, 5, 6, 7]
        ordered = bool(self.documents("purchase_order"))
        assert all(i.checked > 0 or (i.id in (2, 7) and not ordered) for i in report.invariants)

    def assert_audit_names_only(self, *said: str) -> None:
        """The audit finds these differences, which begin so, and no others."""
        found = [d.detail for i in self.audit().invariants for d in i.differences]
        assert len(found) == len(said), found[:5]
        assert all(detail.startswith(each) for detail, each in zip(found, said, strict=True)), found

    def status(self) -> dict[str, Any]:
        """The ring as its operator sees it."""
        head = self.bridge.client.head().number
        return status(self.bridge.store, head, self.bridge.port.last_sequence())

    def alarms(self) -> dict[str, str]:
        """The newest alarm of each kind."""
        return {alarm["kind"]: alarm["message"] for alarm in self.status()["alarms"]}

    def assert_nothing_waits(self) -> None:
        """Every event is booked and every call has ended well."""
        seen = self.status()
        held = seen["quarantined"], seen["stuck"], seen["holds"]
        assert held == ([], [], []), held
        assert InboxStatus.WAITING not in seen["inbox"], seen["inbox"]
        ended = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT)
        assert sum(seen["outbox"].values()) == seen["waiting_for_time"] + sum(
            seen["outbox"].get(status, 0) for status in ended
        ), seen["outbox"]


def build_world(
    node: DevChain, home: Path, db: str | None = None, policy: dict[str, Any] | None = None,
    parties: Sequence[str] = (BUYER, "SUPPLIER", "RIVAL"), bridge_db: str = "",
    firms: Sequence[str] = (), consensus: Named = ONE_NODE,
) -> World:  # fmt: skip
    """A deployed, seeded, onboarded system with its bridge in this process. `firms`: whose accounts are contracts."""
    db = db or f"sqlite:///{home / 'interlock.db'}"
    clock = Clock()
    key = [account.private_key for account in node.accounts]
    client = Client([node.url])
    offices_of = {"deployer": 0, "registrar": 1, "treasurer": 2, "attester": 3, "guardian": 4}
    offices_of |= {"arbiter": 9, "reporter": 10}
    people = {role: Person(client, key[index]) for role, index in offices_of.items()}
    people["keeper"] = Person(client, KEEPER_KEY)
    people["anchorer"] = Person(client, ANCHORER_KEY)
    people |= {code: Person(client, key[5 + index]) for index, code in enumerate(parties)}
    offices = Offices(
        people["registrar"].address,
        people["treasurer"].address,
        (people["attester"].address,),
        people["guardian"].address,
        (people["reporter"].address,),
        (people["arbiter"].address,),
        (people["anchorer"].address,),
    )
    path = home / "deployment.json"
    deployment = deploy_to_file(client, key[0], "test", offices, path, consensus=consensus)
    folder, password_file = write_light_keys(
        home,
        {name: people[name] for name in ("attester", "anchorer", "keeper", "reporter")}
        | {"buyer": people[BUYER]},
    )
    config = Config(
        db=db,
        bridge_db=bridge_db,
        deployment=path,
        keystores=folder,
        password_file=password_file,
        anchor_wait_seconds=0.0,
        keys_in=DAEMON,
    )
    for code in firms:
        bits = 1 if code == BUYER else 2
        account = open_firm(people["registrar"], deployment, people[code].address, bits)
        people[code] = firm_of(people[code], account)
    seed_books(db, people, parties, node.head_time(), policy or POLICY)
    bridge = build(config, clock=clock, sleep=clock.sleep)
    world = World(node, home, db, deployment, bridge, people, config, clock)
    for code in parties:
        drawn_by = "PurchaseOrders" if code == BUYER else "Tenders"
        if code in firms:
            world.give_tokens(code, TOKENS, drawn_by)
        else:
            world.enrol(code, 1 if code == BUYER else 2, TOKENS, drawn_by)
    world.settle()
    return world


def write_light_keys(home: Path, people: Mapping[str, Person]) -> tuple[Path, Path]:
    """Keystores that open at once, and their password file."""
    folder, password_file = home / "keys", home / "password"
    folder.mkdir()
    password_file.write_text(PASSWORD)
    for name, person in people.items():
        light = person.account.encrypt(PASSWORD, iterations=SCRYPT_ITERATIONS)
        (folder / f"{name}.json").write_text(json.dumps(dict(light)))
    return folder, password_file


def seed_books(
    db: str, people: dict[str, Person], parties: Sequence[str], at: int, policy: dict[str, Any]
) -> None:
    """Parties, capital, budget, the item and its stock."""
    engine = open_engine(db)
    upgrade(engine)
    commands: list[Command] = [
        RegisterParty(
            code="TREASURY",
            name="Treasury",
            kind=PartyKind.TREASURY,
            account=people["treasurer"].address,
        )
    ]
    for code in parties:
        kind = PartyKind.INTERNAL if code == BUYER else PartyKind.EXTERNAL
        commands.append(
            RegisterParty(code=code, name=code.title(), kind=kind, account=people[code].address)
        )
        if kind is PartyKind.INTERNAL:
            commands.append(ContributeCapital(entity=code, amount_minor=20_000_000))
    commands += [
        ApproveBudget(entity=BUYER, amount_minor=5_000_000),
        RegisterItem(code=ITEM, name="Steel", unit="kg"),
        OpenStock(entity=BUYER, item=ITEM, quantity=STOCK, value_minor=STOCK_VALUE),
        SetSourcingPolicy(**policy),
    ]
    with transaction(engine) as session:
        for command in commands:
            tell(session, command, at=at, salt=os.urandom(32), actor="seed", second="seed-2")
    engine.dispose()
