"""A small whole system on a development chain: one buyer, three suppliers, one item at its threshold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.capabilities import CUSTODIANS
from bridge.chain import keys
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.store import schema
from erp.api.tokens import SECRET_BYTES, create_token
from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell
from erp.stock.schemas import OpenStock

from ..deployment.accounts import Person
from ..deployment.deploy import Offices, deploy_to_file, unfollowed_custodians
from ..deployment.workdir import SECRET_MODE, fresh, write_keys, write_settings
from ..devchain.devchain import DevChain
from .windows import WINDOW_SECONDS

BUYER, SUPPLIER, NODE, FINANCIER = 1, 2, 8, 16  # capabilities
DAY = 86_400
UNLIMITED = 2**256 - 1  # allowance
BUYER_MONEY_MINOR = 100_000_000
SUPPLIER_MONEY_MINOR = 1_000_000
NODE_MONEY_MINOR = 20_000_000
BANK_MONEY_MINOR = 100_000_000
BUDGET_MINOR = 50_000_000
ITEM = "STEEL-3MM"
THRESHOLD = 100
# names of tokens; the second clerk of finance confirms what the first proposes
CLERKS = {role.value: role for role in Role} | {
    "finance-2": Role.FINANCE,
    "supplier-2": Role.SUPPLIER,
    "supplier-3": Role.SUPPLIER,
    "node-2": Role.NODE,
    "node-3": Role.NODE,
}
# the party of a clerk outside the house
SPEAKS_FOR = {
    "supplier": "S1",
    "supplier-2": "S2",
    "supplier-3": "S3",
    "node": "N1",
    "node-2": "N2",
    "node-3": "N3",
}
# Keystore files of the parties, for whoever signs in a browser. The keys are those of the development mnemonic, which
# everybody knows: the password hides nothing, and the files open quickly.
PARTY_KEYS = "parties"
PARTY_PASSWORD = "sandbox"  # noqa: S105
PARTY_SCRYPT_WORK = 2**12


@dataclass(frozen=True, slots=True)
class SandboxParty:
    """Code, name and account of a seeded party."""

    code: str
    name: str
    address: str
    what: str


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where a sandbox keeps its database, settings and tokens; its parties, and a goods issue that starts a purchase."""

    home: Path
    db: str
    config: Path
    tokens: Path
    party_keys: Path  # folder of the parties' keystore files, opened by PARTY_PASSWORD
    parties: tuple[SandboxParty, ...]
    example: dict[str, Any]  # body of a goods issue that sets the ring going


# Places in the development mnemonic; the console helpers use the same (scripts.console.ops.calls.SANDBOX_NAMES).
DEPLOYER, REGISTRAR, TREASURER, ATTESTER, GUARDIAN, FIRST_PARTY = range(6)
ARBITER, REPORTER, FIRST_NODE = range(9, 12)
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Party:
    place: int
    code: str
    name: str
    kind: PartyKind
    capabilities: int
    what: str
    tokens_minor: int  # issued at the start
    capital_minor: int  # of its books; 0: an outside partner, or none


_SUPPLIED = (SUPPLIER, "supplier", SUPPLIER_MONEY_MINOR // 2, 0)
_NODE = (NODE, "node", NODE_MONEY_MINOR, 2 * NODE_MONEY_MINOR)
PARTIES = (
    _Party(
        *(FIRST_PARTY, "HEFEI", "Hefei plant 合肥工厂", PartyKind.INTERNAL),
        *(BUYER | NODE, "buyer", BUYER_MONEY_MINOR, 2 * BUYER_MONEY_MINOR),
    ),
    _Party(FIRST_PARTY + 1, "S1", "First supplier", PartyKind.EXTERNAL, *_SUPPLIED),
    _Party(FIRST_PARTY + 2, "S2", "Second supplier", PartyKind.EXTERNAL, *_SUPPLIED),
    _Party(FIRST_PARTY + 3, "S3", "Third supplier", PartyKind.EXTERNAL, *_SUPPLIED),
    _Party(
        *(FIRST_NODE, "BANK", "Financier 资金方", PartyKind.EXTERNAL),
        *(FINANCIER, "financier", BANK_MONEY_MINOR, 0),
    ),
    _Party(FIRST_NODE + 1, "SHANGHAI", "Shanghai market 上海市场", PartyKind.INTERNAL, *_NODE),
    _Party(FIRST_NODE + 2, "N1", "First node 小微", PartyKind.INTERNAL, *_NODE),
    _Party(FIRST_NODE + 3, "N2", "Second node 小微", PartyKind.INTERNAL, *_NODE),
    _Party(FIRST_NODE + 4, "N3", "Third node 小微", PartyKind.INTERNAL, *_NODE),
)
BONDED_SECONDS = 3_600  # the least window where a bond is at stake
POLICY: dict[str, Any] = {
    "item": ITEM,
    "buyer": "HEFEI",
    "reorder_point": THRESHOLD,
    "reorder_quantity": 500,
    "estimate_minor": 6_000_000,
    "candidates": ("S1", "S2", "S3"),
    "lead_seconds": 7 * DAY,
    "bond_minor": 10_000,
    "min_credit_bps": 5_000,
    "lateness_bps_per_day": 10,
    "lateness_cap_bps": 1_000,
    "tax_bps": 1_300,
    "tolerance_bps": 100,
    "fund_seconds": DAY,
    "grace_seconds": 30 * DAY,
    "silence_seconds": 7 * DAY,
}


def build_sandbox(
    node: DevChain,
    home: Path,
    deployment_file: Path,
    password: str,
    randomness: Callable[[int], bytes],
    window_seconds: int = WINDOW_SECONDS,
) -> Sandbox:
    """Deploys the contracts, registers the parties on both sides, and seeds the ERP, in a folder that is made anew."""
    home = fresh(home)
    key = [account.private_key for account in node.accounts]
    address = [account.address.lower() for account in node.accounts]
    client = Client([node.url])
    # The bridge's stream is its anchorer's; a person at the console opens streams with the attester's account.
    anchorer = "0x" + randomness(KEY_BYTES).hex()
    offices = Offices(
        address[REGISTRAR], address[TREASURER], (address[ATTESTER],), address[GUARDIAN],
        (address[REPORTER],), (address[ARBITER],), (Person(client, anchorer).address, address[ATTESTER]),
    )  # fmt: skip
    deployment = deploy_to_file(
        client, key[DEPLOYER], deployment_file.stem, offices, deployment_file
    )
    keeper = "0x" + randomness(KEY_BYTES).hex()  # nobody's account: it has no office and no money
    folder, password_file = write_keys(
        *(home, password),
        {
            "attester": key[ATTESTER],
            "anchorer": anchorer,
            "keeper": keeper,
            "reporter": key[REPORTER],
            "buyer": key[FIRST_PARTY],
        },
    )
    db = f"sqlite:///{home / 'interlock.db'}"
    config = write_settings(
        home,
        {
            "db": db,
            "deployment": str(deployment_file.resolve()),
            "keystores": str(folder),
            "password_file": str(password_file),
            "notebook": str(home / "notebook"),
            "idle_seconds": 0.2,
            "anchor_wait_seconds": 10.0,
        },
    )
    people = [Person(client, key[party.place]) for party in PARTIES]
    for party in PARTIES:
        keys.create(
            home / PARTY_KEYS / f"{party.code}.json",
            PARTY_PASSWORD,
            bytes.fromhex(key[party.place].removeprefix("0x")),
            PARTY_SCRYPT_WORK,
        )
    windows = {"commit_seconds": window_seconds, "reveal_seconds": window_seconds}
    # Bonds need windows of an hour, and nobody waits so long to try something out.
    bond = POLICY["bond_minor"] if window_seconds >= BONDED_SECONDS else 0
    policy = SetSourcingPolicy(**POLICY | windows | {"bond_minor": bond})
    custodians = unfollowed_custodians(deployment)
    tokens = _seed_books(
        db,
        home,
        people,
        custodians,
        address[TREASURER],
        policy,
        node.head_time(),
        randomness,
    )
    _seed_chain(deployment, Person(client, key[REGISTRAR]), Person(client, key[TREASURER]), people)
    parties = tuple(
        SandboxParty(party.code, party.name, person.address, party.what)
        for party, person in zip(PARTIES, people, strict=True)
    )
    example = {"entity": "HEFEI", "item": ITEM, "quantity": 1, "purpose": "production"}
    return Sandbox(home, db, config, tokens, home / PARTY_KEYS, parties, example)


def _seed_books(
    db: str,
    home: Path,
    people: list[Person],
    custodians: dict[str, str],
    treasurer: str,
    policy: SetSourcingPolicy,
    at: int,
    randomness: Callable[[int], bytes],
) -> Path:
    engine = open_engine(db)
    upgrade(engine)
    schema.upgrade(engine)
    commands: list[Command] = [
        RegisterParty(
            code="TREASURY", name="Treasury 资金中心", kind=PartyKind.TREASURY, account=treasurer
        )
    ]
    commands += [
        RegisterParty(code=party.code, name=party.name, kind=party.kind, account=person.address)
        for party, person in zip(PARTIES, people, strict=True)
    ]
    commands += [
        RegisterParty(code=name, name=f"{name} 合约", kind=PartyKind.EXTERNAL, account=account)
        for name, account in custodians.items()
    ]
    commands += [
        *(
            ContributeCapital(entity=party.code, amount_minor=party.capital_minor)
            for party in PARTIES
            if party.capital_minor
        ),
        ApproveBudget(entity="HEFEI", amount_minor=BUDGET_MINOR),
        RegisterItem(code=ITEM, name="Steel sheet 3 mm", unit="sheet"),
        OpenStock(entity="HEFEI", item=ITEM, quantity=THRESHOLD, value_minor=1_200_000),
        policy,
    ]
    tokens: dict[str, str] = {}
    with transaction(engine) as session:
        for command in commands:
            tell(session, command, at=at, salt=randomness(32), actor="seed", second="seed-2")
        for name, role in CLERKS.items():
            tokens[name] = create_token(
                session,
                name=name,
                role=role,
                party=SPEAKS_FOR.get(name),
                at=at,
                secret=randomness(SECRET_BYTES),
            )
    engine.dispose()
    path = home / "tokens.json"
    path.touch(mode=SECRET_MODE)
    path.write_text(json.dumps(tokens, indent=2) + "\n")
    return path


def _seed_chain(
    deployment: Deployment,
    registrar: Person,
    treasurer: Person,
    people: list[Person],
) -> None:
    for party, person in zip(PARTIES, people, strict=True):
        registrar.transact(
            deployment, "Participants", "register", person.address, party.capabilities
        )
        bank_ref = "0x" + party.code.encode().hex().ljust(64, "0")
        treasurer.transact(
            deployment, "SettlementToken", "issue", person.address, party.tokens_minor, bank_ref
        )
        for name in CUSTODIANS:
            spender = deployment.address(name)
            person.transact(deployment, "SettlementToken", "approve", spender, UNLIMITED)
