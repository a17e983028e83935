"""Deploys the contracts, gives out the offices, and writes the deployment file. The same on every chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.capabilities import CUSTODIANS, UNFOLLOWED
from bridge.capabilities.participants import CUSTODIAN
from bridge.chain.artifact import artifact
from bridge.chain.client import Client
from bridge.chain.decode import abi_type
from bridge.chain.deployment import Deployed, Deployment, save

from .accounts import Person

# Offices that contracts hold.
OFFICES_OF_CONTRACTS = (
    ("SCORER", "PurchaseOrders"),
    ("SCORER", "Guarantees"),
    ("SCORER", "BetContracts"),
    ("SCORER", "PeerRatings"),
    ("AWARDER", "Tenders"),
    ("AWARDER", "ReverseAuctions"),
    ("AMENDER", "OrderAmendments"),
    ("CLAIM_ISSUER", "PurchaseOrders"),
    ("MARKET", "CapacityMarket"),
)
ADMIN_DELAY_SECONDS = 2 * 86_400  # a change of the default admin waits two days
NEWCOMER_BPS = 6_000  # score of a participant without outcomes
NEWCOMER_VALUE_MINOR = 10_000_000  # that score counts like outcomes worth 100,000.00
RATING_SECONDS = 3 * 86_400  # members of a settled group seal their ratings, then reveal them
RATING_VALUE_MINOR = (
    5_000_000  # what all ratings of a group, or all reviews of a role, weigh in credit at most
)
TOKEN_NAME = "Interlock Settlement Token"  # noqa: S105 - a name, not a secret
TOKEN_SYMBOL = "IST"  # noqa: S105
# Constructor arguments of each contract, in the order of deployment: contracts before it by name, or a value of ours.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Participants": ("delay", "admin"),
    "CreditRegistry": ("Participants", "newcomer bps", "newcomer value"),
    "SettlementToken": ("Participants", "token name", "token symbol"),
    "Receivables": ("Participants", "SettlementToken"),
    "PurchaseOrders": ("Participants", "CreditRegistry", "SettlementToken", "Receivables"),
    "OrderAmendments": ("PurchaseOrders",),
    "Guarantees": ("Participants", "CreditRegistry", "SettlementToken", "PurchaseOrders"),
    "Tenders": ("Participants", "CreditRegistry", "SettlementToken", "PurchaseOrders"),
    "ReverseAuctions": ("Participants", "CreditRegistry", "SettlementToken", "PurchaseOrders"),
    "DocumentRegistry": ("Participants", "no predecessor"),
    "BetRules": ("Participants",),
    "BetContracts": ("Participants", "CreditRegistry", "SettlementToken", "BetRules"),
    "ChainGroups": ("Participants", "CreditRegistry", "SettlementToken", "BetContracts"),
    "PeerRatings": (
        *("Participants", "CreditRegistry", "ChainGroups", "rating window", "rating window"),
        *("rating value", "rating value"),
    ),
    "CapacityTokens": ("Participants",),
    "CapacityMarket": ("Participants", "SettlementToken", "CapacityTokens"),
}


@dataclass(frozen=True, slots=True)
class Offices:
    """Which accounts hold which office of operators, lower-case hex."""

    registrar: str
    treasurer: str
    attesters: tuple[str, ...]
    guardian: str
    reporters: tuple[str, ...] = ()
    arbiters: tuple[str, ...] = ()

    def grants(self) -> list[tuple[str, str]]:
        """Returns the roles to grant in Participants, as pairs of office and account."""
        named = [
            ("REGISTRAR", self.registrar),
            ("TREASURER", self.treasurer),
            ("GUARDIAN", self.guardian),
        ]
        for attester in self.attesters:
            named += [("ATTESTER", attester), ("ANCHORER", attester)]
        named += [("REPORTER", reporter) for reporter in self.reporters]
        named += [("ARBITER", arbiter) for arbiter in self.arbiters]
        return named


def role(office: str) -> str:
    """Returns the id of a role in Participants: the keccak-256 of its name."""
    return "0x" + keccak(text=office).hex()


def deploy(deployer: Person, network: str, rpc_url: str, offices: Offices) -> Deployment:
    """Deploys all contracts, grants all offices, registers the custodians; the deployer is and stays default admin.

    The deployer acts as registrar only for the contracts that hold money, and gives that office up again.
    """
    client = deployer.client
    chain_id = client.chain_id()
    placed: dict[str, Deployed] = {}
    for name in ARGUMENTS:
        placed[name] = _place(deployer, chain_id, name, _arguments(name, placed, deployer.address))
    deployment = Deployment(
        network=network,
        chain_id=chain_id,
        rpc_url=rpc_url,
        genesis_hash=client.genesis_hash(),
        start_block=min(d.block for d in placed.values()),
        contracts=placed,
    )
    grants = offices.grants()
    grants += [(office, placed[name].address) for office, name in OFFICES_OF_CONTRACTS]
    _grant(deployer, deployment, grants)
    return deployment


def _grant(deployer: Person, deployment: Deployment, grants: Sequence[tuple[str, str]]) -> None:
    for office, holder in [*grants, ("REGISTRAR", deployer.address)]:
        deployer.transact(deployment, "Participants", "grantRole", role(office), holder)
    for name in CUSTODIANS:
        deployer.transact(
            deployment, "Participants", "register", deployment.address(name), CUSTODIAN
        )
    if ("REGISTRAR", deployer.address) not in grants:
        registrar = role("REGISTRAR")
        deployer.transact(deployment, "Participants", "renounceRole", registrar, deployer.address)


def _arguments(name: str, placed: Mapping[str, Deployed], admin: str) -> list[Any]:
    fixed = {"admin": admin} | {
        "delay": ADMIN_DELAY_SECONDS,
        "newcomer bps": NEWCOMER_BPS,
        "newcomer value": NEWCOMER_VALUE_MINOR,
        "token name": TOKEN_NAME,
        "token symbol": TOKEN_SYMBOL,
        "rating window": RATING_SECONDS,
        "rating value": RATING_VALUE_MINOR,
    }
    return [placed[a].address if a in placed else fixed[a] for a in ARGUMENTS[name]]


def _place(deployer: Person, chain_id: int, name: str, arguments: Sequence[Any]) -> Deployed:
    compiled = artifact(name)
    inputs = next((e["inputs"] for e in compiled.abi if e["type"] == "constructor"), [])
    code = compiled.bytecode + encode([abi_type(p) for p in inputs], arguments).hex()
    receipt = deployer.create(chain_id, code)
    address = str(receipt["contractAddress"]).lower()
    runtime = deployer.client.call("eth_getCode", address, "latest")
    return Deployed(
        address,
        receipt["transactionHash"],
        int(receipt["blockNumber"], 16),
        compiled.abi_hash,
        "0x" + keccak(hexstr=runtime).hex(),
    )


def unfollowed_custodians(deployment: Deployment) -> dict[str, str]:
    """Returns the contracts that hold money and that the ERP does not book yet, address by name.

    Each needs a party of its own in the ERP: what a participant pays in waits in suspense between the two.
    """
    return {name: deployment.address(name) for name in CUSTODIANS if name in UNFOLLOWED}


def deploy_to_file(
    client: Client, key: str, network: str, offices: Offices, path: Path
) -> Deployment:
    """Deploys with a key, writes the deployment file at `path` and returns the deployment."""
    deployment = deploy(Person(client, key), network, client.url, offices)
    save(deployment, path)
    return deployment
