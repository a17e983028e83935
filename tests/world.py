"""A whole system for tests: a chain, the contracts, an ERP database and a bridge, driven step by step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.bootstrap import Bridge, build
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.commitments import invitation_proof
from bridge.config import Config
from bridge.ports.port import Document, DocumentQuery
from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.ledger.schemas import ContributeCapital
from erp.operations import execute
from erp.parties.schemas import PartyKind, RegisterParty
from erp.procurement.schemas import RecordGoodsReceipt, RecordSupplierInvoice
from erp.quality.schemas import RecordInspection
from erp.schema import Command
from erp.stock.schemas import IssueStock, OpenStock
from scripts.accounts import Person
from scripts.deploy import Offices, deploy_to_file
from scripts.devchain import DevChain
from scripts.home import write_keys

DAY = 86_400
HOUR = 3_600
UNLIMITED = 2**256 - 1
PASSWORD = "test"  # noqa: S105 - guards development keys
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
class World:
    """Everything, and the acts of each role."""

    node: DevChain
    home: Path
    db: str
    deployment: Deployment
    bridge: Bridge
    people: dict[str, Person]
    config: Config
    salts: dict[tuple[int, str], tuple[int, bytes]] = field(default_factory=dict)

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

    # ---- clerks -------------------------------------------------------------------------------

    def erp(self, command: Command, actor: str = "clerk") -> Document:
        """A clerk does something in the ERP, now."""
        with transaction(self.bridge.port.engine) as session:
            document = execute(session, command, at=self.now, salt=os.urandom(32), actor=actor)
            number = document.number
        (found,) = self.bridge.port.documents(DocumentQuery(number=number, limit=1))
        return found

    def documents(self, *types: str) -> list[Document]:
        """Documents of these types, in sequence."""
        return list(self.bridge.port.documents(DocumentQuery(types=frozenset(types))))

    def last(self, type_: str) -> Document:
        """The newest document of a type."""
        return self.documents(type_)[-1]

    def issue(self, quantity: int = 1) -> Document:
        """The warehouse issues stock."""
        return self.erp(
            IssueStock(entity=BUYER, item=ITEM, quantity=quantity, purpose="use"), "warehouse"
        )

    # ---- suppliers ----------------------------------------------------------------------------

    def transact(self, who: str, contract: str, function: str, *args: Any) -> dict[str, Any]:
        """Somebody calls a contract."""
        return self.people[who].transact(self.deployment, contract, function, *args)

    def commit(self, who: str, tender: Document, amount: int) -> None:
        """A supplier commits to a bid."""
        tender_id, person = tender.fields["tender_id"], self.people[who]
        salt = os.urandom(32)
        self.salts[tender_id, who] = (amount, salt)
        (sealed,) = self.bridge.gateway.view(
            "Tenders", "sealBid", tender_id, person.address, amount, salt
        )
        proof = invitation_proof(tender.fields["invited"], person.address)
        self.transact(who, "Tenders", "commitBid", tender_id, sealed, proof)

    def reveal(self, who: str, tender: Document) -> None:
        """A supplier reveals its bid."""
        amount, salt = self.salts[tender.fields["tender_id"], who]
        self.transact(who, "Tenders", "revealBid", tender.fields["tender_id"], amount, salt)

    def tender(self, bids: dict[str, int], quantity: int = 1) -> Document:
        """Stock falls, a tender opens, these bid and reveal, the bridge awards; the purchase order."""
        self.issue(quantity)
        self.settle()
        tender = self.last("tender")
        for who, amount in bids.items():
            self.commit(who, tender, amount)
        self.node.reach_time(tender.fields["commit_end"])
        for who in bids:
            self.reveal(who, tender)
        self.node.reach_time(tender.fields["reveal_end"])
        self.settle()
        return self.last("purchase_order")

    def ship(self, who: str, order: Document, quantity: int) -> int:
        """A supplier ships; the delivery's number."""
        self.transact(
            who, "PurchaseOrders", "ship", order.fields["order_id"], quantity, os.urandom(32)
        )
        self.settle()
        return int(self.last("despatch").fields["delivery_id"])

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
        receipt = self.erp(
            RecordGoodsReceipt(
                order=order.number, delivery_id=delivery, quantity=received, received_at=self.now
            ),
            "warehouse",
        )
        reason = "damaged" if accepted < received else None
        self.erp(
            RecordInspection(
                receipt=receipt.number,
                accepted=accepted,
                rejected=received - accepted,
                reason=reason,
            ),
            "quality",
        )
        if accepted:
            self.erp(
                RecordSupplierInvoice(
                    order=order.number,
                    delivery_id=delivery,
                    invoice_number=number,
                    quantity=accepted,
                    net_minor=net,
                    tax_minor=0,
                ),
                "finance",
            )
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


def build_world(
    node: DevChain, home: Path, db: str | None = None, policy: dict[str, Any] | None = None,
    parties: Sequence[str] = (BUYER, "SUPPLIER", "RIVAL"),
) -> World:  # fmt: skip
    """A deployed, seeded, onboarded system with its bridge in this process."""
    db = db or f"sqlite:///{home / 'interlock.db'}"
    key = [account.private_key for account in node.accounts]
    client = Client([node.url])
    offices_of = {"deployer": 0, "registrar": 1, "treasurer": 2, "attester": 3, "guardian": 4}
    people = {role: Person(client, key[index]) for role, index in offices_of.items()}
    people |= {code: Person(client, key[5 + index]) for index, code in enumerate(parties)}
    offices = Offices(
        people["registrar"].address,
        people["treasurer"].address,
        (people["attester"].address,),
        people["guardian"].address,
    )
    path = home / "deployment.json"
    deployment = deploy_to_file(client, key[0], "test", offices, path)
    folder, password_file = write_keys(
        home, PASSWORD, {"attester": people["attester"].account.key.to_0x_hex(),
                         "buyer": people[BUYER].account.key.to_0x_hex()}
    )  # fmt: skip
    config = Config(
        db=db,
        deployment=path,
        keystores=folder,
        password_file=password_file,
        anchor_wait_seconds=0.0,
    )
    seed_books(db, people, parties, node.head_time(), policy or POLICY)
    bridge = build(config, with_keys=True)
    world = World(node, home, db, deployment, bridge, people, config)
    for code in parties:
        world.transact(
            "registrar", "Participants", "register", people[code].address, 1 if code == BUYER else 2
        )
        ref = "0x" + code.encode().hex().ljust(64, "0")
        world.transact(
            "treasurer", "SettlementToken", "issue", people[code].address, 10_000_000, ref
        )
        spender = deployment.address("PurchaseOrders" if code == BUYER else "Tenders")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)
    world.settle()
    return world


def seed_books(
    db: str, people: dict[str, Person], parties: Sequence[str], at: int, policy: dict[str, Any]
) -> None:
    """Parties, capital, budget, the item and its stock."""
    engine = open_engine(db)
    upgrade(engine)
    commands: list[Command] = []
    for code in parties:
        kind = PartyKind.INTERNAL if code == BUYER else PartyKind.EXTERNAL
        commands.append(
            RegisterParty(code=code, name=code.title(), kind=kind, account=people[code].address)
        )
        commands.append(ContributeCapital(entity=code, amount_minor=20_000_000))
    commands += [
        ApproveBudget(entity=BUYER, amount_minor=5_000_000),
        RegisterItem(code=ITEM, name="Steel", unit="kg"),
        OpenStock(entity=BUYER, item=ITEM, quantity=10, value_minor=100_000),
        SetSourcingPolicy(**policy),
    ]
    with transaction(engine) as session:
        for command in commands:
            execute(session, command, at=at, salt=os.urandom(32), actor="seed")
    engine.dispose()
