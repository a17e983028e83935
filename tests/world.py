"""A whole system for tests: a chain, the contracts, an ERP database and a bridge, driven step by step."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from bridge.audit import AuditReport
from bridge.bootstrap import Bridge, build
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.commitments.invitations import invitation_proof
from bridge.config import Config
from bridge.intents import OutboxStatus
from bridge.operator.status import status
from bridge.ports.port import Document, DocumentQuery
from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import RecordGoodsReceipt, RecordSupplierInvoice
from erp.quality.schemas import RecordInspection
from erp.second_person import tell
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import Offices, deploy_to_file
from scripts.deployment.firms import firm_of, open_firm
from scripts.deployment.sealing import place, seal_bid
from scripts.devchain.devchain import DevChain
from tests.clerks import clerk_of

DAY = 86_400
HOUR = 3_600
UNLIMITED = 2**256 - 1
SCRYPT_ITERATIONS = 2  # a real keystore, without the second that a strong one takes
PASSWORD = "test"
KEEPER_KEY = "0x" + "77" * 32  # has no office and no money
ITEM = "STEEL"
BUYER = "BUYER"
POLICY: dict[str, Any] = {
    "item": ITEM,
    "buyer": BUYER,
    "reorder_point": 10,
    "reorder_quantity": 100,
    "estimate_minor": 1_200_000,
    "candidates": ("SUPPLIER", "RIVAL"),
    "commit_seconds": DAY,
    "reveal_seconds": DAY,
    "lead_seconds": 30 * DAY,
    "bond_minor": 1_000,
    "min_credit_bps": 5_000,
    "lateness_bps_per_day": 50,
    "lateness_cap_bps": 1_000,
    "tax_bps": 0,
    "tolerance_bps": 0,
    "fund_seconds": DAY,
    "grace_seconds": 60 * DAY,
    "silence_seconds": 10 * DAY,
}


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
class World:
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

    def wait(self, seconds: int) -> None:
        """Chain time passes."""
        self.node.reach_time(self.now + seconds)

    def settle(self) -> None:
        """The bridge walks until it finds nothing to do."""
        self.bridge.daemon.until_quiet()

    def settle_passes(self, count: int) -> None:
        """The bridge walks the ring so many times."""
        for _ in range(count):
            self.bridge.daemon.once()

    @staticmethod
    def reference() -> bytes:
        """The commitment of a document in somebody else's books."""
        return os.urandom(32)

    def reopen(self, **changed: Any) -> None:
        """The bridge of before is dead; a new one stands on the same database, with these settings changed."""
        self.bridge.close()
        self.config = replace(self.config, **changed)
        self.bridge = build(self.config, clock=self.clock, sleep=self.clock.sleep)

    # ---- clerks -------------------------------------------------------------------------------

    def erp(self, command: Command, actor: str | None = None) -> Document:
        """A clerk of the command's role does something in the ERP, now; a second one confirms it where two are needed."""
        actor = actor or clerk_of(command)
        with transaction(self.engine) as session:
            document = tell(
                session,
                command,
                at=self.now,
                salt=os.urandom(32),
                actor=actor,
                second=f"{actor}-2",
            )
            number = document.number
        (found,) = self.bridge.port.documents(DocumentQuery(number=number, limit=1))
        return found

    def documents(self, *types: str) -> list[Document]:
        """Documents of these types, in sequence."""
        return list(self.bridge.port.documents(DocumentQuery(types=frozenset(types))))

    def last(self, type_: str) -> Document:
        """The newest document of a type."""
        return self.documents(type_)[-1]

    def issue(self, quantity: int = 1, item: str = ITEM) -> Document:
        """The warehouse issues stock."""
        return self.erp(
            IssueStock(entity=BUYER, item=item, quantity=quantity, purpose=Purpose.PRODUCTION),
            "warehouse",
        )

    def stock_item(self, code: str, **changed: Any) -> None:
        """Another item with stock at its reorder point and a policy of its own."""
        self.erp(RegisterItem(code=code, name=code.title(), unit="kg"))
        self.erp(OpenStock(entity=BUYER, item=code, quantity=10, value_minor=100_000))
        self.erp(SetSourcingPolicy(**{**POLICY, "item": code, **changed}))

    # ---- suppliers ----------------------------------------------------------------------------

    def transact(self, who: str, contract: str, function: str, *args: Any) -> dict[str, Any]:
        """Somebody calls a contract."""
        person = self.people[who]
        person.ask_nonce()  # the bridge signs with some of their keys, too
        return person.transact(self.deployment, contract, function, *args)

    def commit(self, who: str, tender: Document, amount: int, days: int = 0) -> None:
        """A supplier commits to a bid, and to so many days where they are worth something."""
        tender_id, person = tender.fields["tender_id"], self.people[who]
        salt = os.urandom(32)
        self.salts[tender_id, who] = (amount, days, salt)
        sealed = seal_bid(
            place(self.deployment, "Tenders"), tender_id, person.address, amount, days, salt
        )
        invited = tender.fields["invited"]
        proof = invitation_proof(invited, person.address) if invited else []
        self.transact(who, "Tenders", "commitBid", tender_id, self.terms(tender_id), sealed, proof)

    def reveal(self, who: str, tender: Document) -> None:
        """A supplier reveals its bid."""
        tender_id = tender.fields["tender_id"]
        amount, days, salt = self.salts[tender_id, who]
        self.transact(
            who, "Tenders", "revealBid", tender_id, self.terms(tender_id), amount, days, salt
        )

    def terms(self, tender_id: int) -> dict[str, Any]:
        """What was published with a tender: every later call brings it along."""
        (opened,) = self.bridge.gateway.logged("Tenders", "TenderOpened", tender_id)
        return dict(opened["terms"])

    def auction_terms(self, auction_id: int) -> dict[str, Any]:
        """What was published with an auction: every later call brings it along."""
        (opened,) = self.bridge.gateway.logged(
            "ReverseAuctions", "ReverseAuctionOpened", auction_id
        )
        return dict(opened["terms"])

    def underbid(self, who: str, auction: Document, amount: int) -> None:
        """A supplier bids below the leading bid of an open auction."""
        auction_id, person = auction.fields["auction_id"], self.people[who]
        invited = auction.fields["invited"]
        proof = invitation_proof(invited, person.address) if invited else []
        terms = self.auction_terms(auction_id)
        self.transact(who, "ReverseAuctions", "placeBid", auction_id, terms, amount, proof)

    def open_tender(self, item: str = ITEM) -> Document:
        """Stock falls and a tender opens; the tender."""
        self.issue(item=item)
        self.settle()
        tender = self.last("tender")
        assert tender.fields["item"] == item
        return tender

    def bid(self, tender: Document, bids: Mapping[str, int]) -> None:
        """These bid and reveal; then the tender may be awarded."""
        for who, amount in bids.items():
            self.commit(who, tender, amount)
        self.node.reach_time(tender.fields["commit_end"])
        for who in bids:
            self.reveal(who, tender)
        self.node.reach_time(tender.fields["reveal_end"])

    def tender(self, bids: Mapping[str, int], item: str = ITEM) -> Document:
        """Stock falls, a tender opens, these bid and reveal, the bridge awards; the purchase order."""
        self.bid(self.open_tender(item), bids)
        self.settle()
        return self.last("purchase_order")

    def ship(self, who: str, order: Document, quantity: int) -> int:
        """A supplier ships; the delivery's number."""
        self.despatch(who, order, quantity)
        self.settle()
        return int(self.last("despatch").fields["delivery_id"])

    def despatch(self, who: str, order: Document, quantity: int) -> None:
        """A supplier ships, under the order's next number; the bridge has not looked yet."""
        order_id = order.fields["order_id"]
        (found,) = self.bridge.gateway.records([("PurchaseOrders", "order", (order_id,))])
        number = int(found["deliveries"]) + 1
        values = (order_id, number, quantity, self.reference())
        self.transact(who, "PurchaseOrders", "ship", *values)

    def deliver(
        self,
        order: Document,
        delivery: int,
        received: int,
        accepted: int,
        net: int,
        number: str = "INV-1",
    ) -> None:
        """Receipt, inspection and invoice of a delivery, and what the bridge makes of them."""
        self.inspect(self.receive(order, delivery, received), accepted)
        if accepted:
            self.invoice(order, delivery, accepted, net, number)
        self.settle()

    def receive(self, order: Document, delivery: int, quantity: int) -> Document:
        """The warehouse books what arrived, now."""
        return self.erp(
            RecordGoodsReceipt(
                order=order.number, delivery_id=delivery, quantity=quantity, received_at=self.now
            ),
            "warehouse",
        )

    def inspect(self, receipt: Document, accepted: int) -> Document:
        """Quality books what is good; the rest is rejected."""
        rejected = receipt.fields["quantity"] - accepted
        reason = "damaged" if rejected > 0 else None
        command = RecordInspection(
            receipt=receipt.number, accepted=accepted, rejected=rejected, reason=reason
        )
        return self.erp(command, "quality")

    def invoice(
        self, order: Document, delivery: int, quantity: int, net: int, number: str = "INV-1"
    ) -> Document:
        """Finance books the supplier's invoice."""
        command = RecordSupplierInvoice(
            order=order.number,
            delivery_id=delivery,
            invoice_number=number,
            quantity=quantity,
            net_minor=net,
            tax_minor=0,
        )
        return self.erp(command, "finance")

    def let_it_stand(self) -> None:
        """Nobody contests the newest payment: the time for it passes, and the bridge closes the order."""
        self.node.reach_time(self.last("payment").fields["contestable_until"])
        self.settle()

    def balance(self, who: str) -> int:
        """Settlement tokens of somebody, minor units."""
        return int(
            self.bridge.gateway.view("SettlementToken", "balanceOf", self.people[who].address)[0]
        )

    def score(self, who: str) -> int:
        """Credit score in basis points."""
        return int(
            self.bridge.gateway.view("CreditRegistry", "scoreOf", self.people[who].address)[0]
        )

    # ---- what everybody can see ---------------------------------------------------------------

    def audit(self) -> AuditReport:
        """What an audit finds now."""
        return self.bridge.audit.run()

    def assert_audit_holds(self) -> None:
        """The audit holds, and each of its six invariants looked at something."""
        report = self.audit()
        found = [d for invariant in report.invariants for d in invariant.differences]
        assert found == [], found[:5]
        assert report.holds
        assert [i.id for i in report.invariants] == [1, 2, 3, 4, 5, 6]
        ordered = bool(self.documents("purchase_order"))
        assert all(i.checked > 0 or (i.id == 2 and not ordered) for i in report.invariants)

    def status(self) -> dict[str, Any]:
        """The ring as its operator sees it."""
        head = int(self.bridge.client.head()["number"], 16)
        return status(self.bridge.store, head, self.bridge.port.last_sequence())

    def alarms(self) -> dict[str, str]:
        """The newest alarm of each kind."""
        return {alarm["kind"]: alarm["message"] for alarm in self.status()["alarms"]}

    def assert_nothing_waits(self) -> None:
        """Every event is booked and every call has ended well."""
        seen = self.status()
        held = seen["quarantined"], seen["stuck"], seen["holds"]
        assert held == ([], [], []), held
        ended = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT)
        assert sum(seen["outbox"].values()) == seen["waiting_for_time"] + sum(
            seen["outbox"].get(status, 0) for status in ended
        ), seen["outbox"]

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Somebody with the database's password at work; the rows, when there are any."""
        bridges = "bridge_" in statement  # its tables may stand in a database of their own
        with (self.bridge.store.engine if bridges else self.engine).begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    def account(self, entity: str, account: str) -> int:
        """Debits less credits of an account, minor units."""
        rows = self.sql(
            "SELECT balance_minor FROM ledger_balance "
            "WHERE entity = :entity AND account = :account",
            entity=entity,
            account=account,
        )
        return int(rows[0][0]) if rows else 0

    def available(self) -> int:
        """What the buyer's budget still allows, minor units."""
        return -self.account(BUYER, "9003")


def build_world(
    node: DevChain, home: Path, db: str | None = None, policy: dict[str, Any] | None = None,
    parties: Sequence[str] = (BUYER, "SUPPLIER", "RIVAL"), bridge_db: str = "",
    firms: Sequence[str] = (),
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
    people |= {code: Person(client, key[5 + index]) for index, code in enumerate(parties)}
    offices = Offices(
        people["registrar"].address,
        people["treasurer"].address,
        (people["attester"].address,),
        people["guardian"].address,
        (people["reporter"].address,),
        (people["arbiter"].address,),
    )
    path = home / "deployment.json"
    deployment = deploy_to_file(client, key[0], "test", offices, path)
    folder, password_file = write_light_keys(
        home,
        {name: people[name] for name in ("attester", "keeper", "reporter")}
        | {"buyer": people[BUYER]},
    )
    config = Config(
        db=db,
        bridge_db=bridge_db,
        deployment=path,
        keystores=folder,
        password_file=password_file,
        anchor_wait_seconds=0.0,
    )
    for code in firms:
        bits = 1 if code == BUYER else 2
        account = open_firm(people["registrar"], deployment, people[code].address, bits)
        people[code] = firm_of(people[code], account)
    seed_books(db, people, parties, node.head_time(), policy or POLICY)
    bridge = build(config, clock=clock, sleep=clock.sleep)
    world = World(node, home, db, deployment, bridge, people, config, clock)
    for code in parties:
        if code not in firms:
            bits = 1 if code == BUYER else 2
            world.transact("registrar", "Participants", "register", people[code].address, bits)
        ref = "0x" + code.encode().hex().ljust(64, "0")
        world.transact(
            "treasurer", "SettlementToken", "issue", people[code].address, 10_000_000, ref
        )
        spender = deployment.address("PurchaseOrders" if code == BUYER else "Tenders")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)
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
        OpenStock(entity=BUYER, item=ITEM, quantity=10, value_minor=100_000),
        SetSourcingPolicy(**policy),
    ]
    with transaction(engine) as session:
        for command in commands:
            tell(session, command, at=at, salt=os.urandom(32), actor="seed", second="seed-2")
    engine.dispose()
