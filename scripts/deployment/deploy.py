"""Deploys the contracts, creates posts, gives out offices, and writes the deployment file. The same on every chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.capabilities import CUSTODIANS, UNFOLLOWED
from bridge.capabilities.model import ZERO_ACCOUNT
from bridge.capabilities.participants import CUSTODIAN
from bridge.chain.artifact import artifact
from bridge.chain.client import Client
from bridge.chain.decode import abi_type
from bridge.chain.deployment import Deployed, Deployment, NamedPost, save

from .accounts import Person
from .consensus import Named, check_chain, pinned
from .pipeline import Pipeline

# Offices that contracts hold.
OFFICES_OF_CONTRACTS = (
    ("SCORER", "PurchaseOrders"),
    ("SCORER", "Guarantees"),
    ("SCORER", "BetContracts"),
    ("SCORER", "UserReviews"),
    ("SCORER", "PeerRatings"),
    ("SCORER", "CapacityMarket"),
    ("AWARDER", "Tenders"),
    ("AWARDER", "ReverseAuctions"),
    ("AWARDER", "DirectOrders"),
    ("CLAIM_ISSUER", "PurchaseOrders"),
    ("MARKET", "CapacityMarket"),
)
ONE_NODE = Named()  # without forks: a development chain
ADMIN_DELAY_SECONDS = 2 * 86_400  # a change of the default admin waits two days
NEWCOMER_BPS = 6_000  # score of a participant without outcomes
NEWCOMER_VALUE_MINOR = 10_000_000  # that score counts like outcomes worth 100,000.00
RATING_SECONDS = 3 * 86_400  # members of a settled group seal their ratings, then reveal them
RATING_VALUE_MINOR = (
    5_000_000  # what all ratings of a group, or all reviews of a role, weigh in credit at most
)
MINUTE_VALUE_MINOR = 5_000  # a machine-minute weighs its price in credit, at most 50.00
FORCE_MAJEURE_DISPUTE_SECONDS = 3 * 86_400  # any participant may dispute declared days
FORCE_MAJEURE_RULING_SECONDS = 7 * 86_400  # and then an arbiter may rule
TOKEN_NAME = "Interlock Settlement Token"  # noqa: S105 - a name, not a secret
TOKEN_SYMBOL = "IST"  # noqa: S105
# Rooms (房间): what is replaced together by a new edition beside the old one. All other contracts are lasting.
_SETTLEMENT = (
    *("OrderRules", "PurchaseOrders", "OrderLens", "Guarantees"),
    *("Tenders", "ReverseAuctions", "DirectOrders"),
)
ROOMS: dict[str, tuple[str, ...]] = {
    "settlement": _SETTLEMENT,
    "bets": (
        *("BetRules", "BetAmendments", "BetContracts", "BetLens"),
        *("GroupRules", "GroupPay", "UserReviews", "ChainGroups", "GroupLens", "PeerRatings"),
    ),
    "capacity": ("CapacityMarket",),
    # PurchaseOrders issues its claims in one Receivables for good, so that a new one comes with a new settlement room.
    "receivables": ("Receivables", *_SETTLEMENT),
}
# Constructor arguments of each contract, in the order of deployment: contracts before it by name, or a value of ours.
# "edition" is the last of every room's, whether it stands here or not; "arbiter post" … are numbers of the first posts.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Participants": ("delay", "admin"),
    "CreditRegistry": ("Participants", "newcomer bps", "newcomer value", "predecessor"),
    "SettlementToken": ("Participants", "token name", "token symbol"),
    "ForceMajeure": (
        *("Participants", "reporter post", "arbiter post"),
        *("force majeure dispute window", "force majeure ruling window"),
    ),
    "Receivables": ("Participants", "SettlementToken", "edition"),
    "OrderRules": ("Participants",),
    "PurchaseOrders": (
        *("Participants", "CreditRegistry", "SettlementToken", "Receivables", "OrderRules"),
        *("ForceMajeure", "edition"),
    ),
    "OrderLens": ("PurchaseOrders",),
    "Guarantees": (
        "Participants",
        "CreditRegistry",
        "SettlementToken",
        "PurchaseOrders",
        "edition",
    ),
    "Tenders": ("Participants", "CreditRegistry", "SettlementToken", "PurchaseOrders", "edition"),
    "ReverseAuctions": (
        "Participants",
        "CreditRegistry",
        "SettlementToken",
        "PurchaseOrders",
        "edition",
    ),
    "DirectOrders": ("Participants", "PurchaseOrders", "edition"),
    "DocumentRegistry": ("Participants", "no predecessor"),
    "BetRules": (),
    "BetAmendments": ("Participants", "BetRules", "edition"),
    "BetContracts": (
        *("Participants", "CreditRegistry", "SettlementToken", "BetRules", "BetAmendments"),
        *("ForceMajeure", "edition"),
    ),
    "BetLens": ("BetContracts", "BetAmendments", "BetRules"),
    "GroupRules": ("Participants", "edition"),
    # Both are bound by the constructor of ChainGroups, which comes after them, and never again.
    "GroupPay": ("Participants", "SettlementToken", "edition"),
    "UserReviews": ("Participants", "CreditRegistry", "rating value", "edition"),
    "ChainGroups": (
        *("Participants", "CreditRegistry", "BetContracts", "ForceMajeure"),
        *("GroupRules", "GroupPay", "UserReviews", "edition"),
    ),
    "GroupLens": ("ChainGroups", "GroupPay", "UserReviews"),
    "PeerRatings": (
        *("Participants", "CreditRegistry", "ChainGroups", "rating window", "rating window"),
        *("rating value", "edition"),
    ),
    "CapacityTokens": ("Participants",),
    "CapacityMarket": (
        *("Participants", "CreditRegistry", "SettlementToken", "CapacityTokens", "ForceMajeure"),
        *("minute value", "edition"),
    ),
}


@dataclass(frozen=True, slots=True)
class Offices:
    """Which accounts hold which office of operators, lower-case hex."""

    registrar: str
    treasurer: str
    attesters: tuple[str, ...]
    guardian: str
    reporters: tuple[str, ...]  # one at least: force majeure is declared from a reporter's post
    arbiters: tuple[str, ...]  # one at least: the terms of every order name an arbiter's post
    anchorers: tuple[str, ...]  # of the bridges: each owns the stream of its ERP's documents
    names: Mapping[str, str] = field(default_factory=dict)  # of whom an account acts: "ERP north"

    def grants(self) -> list[tuple[str, str]]:
        """Returns the roles to grant in Participants, as pairs of office and account."""
        return [
            ("REGISTRAR", self.registrar),
            ("TREASURER", self.treasurer),
            ("GUARDIAN", self.guardian),
            *(("ANCHORER", anchorer) for anchorer in self.anchorers),
        ]

    def posts(self) -> list[tuple[str, str, str]]:
        """Returns the posts to create: name, office, first holder. Their numbers follow this order, from 1 on."""
        held = [("ATTESTER", account) for account in self.attesters]
        held += [("REPORTER", account) for account in self.reporters]
        held += [("ARBITER", account) for account in self.arbiters]
        counted: dict[str, int] = {}
        made = []
        for office, account in held:
            counted[office] = counted.get(office, 0) + 1
            whose = self.names.get(account, str(counted[office]))
            of = " of " if account in self.names else " "
            made.append((f"{office.lower()}{of}{whose}", office, account))
        return made


def role(office: str) -> str:
    """Returns the id of a role in Participants: the keccak-256 of its name."""
    return "0x" + keccak(text=office).hex()


def name_ref(post: str) -> str:
    """Returns the commitment to a post's name that stands on chain."""
    return "0x" + keccak(text=post).hex()


def deploy(
    deployer: Person,
    network: str,
    rpc_url: str,
    offices: Offices,
    *,
    seal: bool = True,
    depth: int = 0,
) -> Deployment:
    """Deploys all contracts, creates the posts, grants all offices, registers the custodians, seals the contracts' offices.

    All is sent in a row and waited for once; `depth`: blocks that must follow on a chain that forks, so that the file names
    blocks that stay. The deployer is and stays default admin. It acts as registrar only for the contracts that hold money,
    and gives that office up again. Unsealed (`seal=False`, for chains on which one wants to play with offices) it goes on
    granting offices of contracts at once.
    """
    client = deployer.client
    chain_id = client.chain_id()
    genesis = client.header(0).hash
    sent = Pipeline(deployer, chain_id)
    posts: dict[str, NamedPost] = {}
    contracts: dict[str, str] = {}
    creations: dict[str, int] = {}  # which of the transactions
    for name in ARGUMENTS:
        values = arguments(name, contracts, fixed_values(deployer.address, posts, edition=0))
        creations[name] = sent.count
        contracts[name] = sent.create(creation_code(name, values))
        if name == "Participants":
            posts = _create_posts(sent, contracts[name], offices)
    grants = offices.grants()
    grants += [(office, contracts[name]) for office, name in OFFICES_OF_CONTRACTS]
    _grant(sent, deployer.address, contracts, grants)
    if seal:
        sent.call(contracts["Participants"], "Participants", "sealContractOffices")
    receipts = sent.finish(depth)
    placed = {name: deployed(client, name, receipts[at], 0) for name, at in creations.items()}
    return Deployment(
        network=network,
        chain_id=chain_id,
        rpc_url=rpc_url,
        genesis_hash=genesis,
        start_block=min(each.block for each in placed.values()),
        contracts={name: (each,) for name, each in placed.items()},
        posts=posts,
    )


def _create_posts(sent: Pipeline, participants: str, offices: Offices) -> dict[str, NamedPost]:
    posts: dict[str, NamedPost] = {}
    for number, (name, office, holder) in enumerate(offices.posts(), start=1):
        values = (role(office), holder, name_ref(name))
        sent.call(participants, "Participants", "createPost", *values)
        posts[name] = NamedPost(number, office)
    return posts


def _grant(
    sent: Pipeline, admin: str, contracts: Mapping[str, str], grants: Sequence[tuple[str, str]]
) -> None:
    participants = contracts["Participants"]
    for office, holder in [*grants, ("REGISTRAR", admin)]:
        sent.call(participants, "Participants", "grantRole", role(office), holder)
    for name in CUSTODIANS:
        sent.call(participants, "Participants", "register", contracts[name], CUSTODIAN)
    if ("REGISTRAR", admin) not in grants:
        sent.call(participants, "Participants", "renounceRole", role("REGISTRAR"), admin)


def fixed_values(admin: str, posts: Mapping[str, NamedPost], edition: int) -> dict[str, Any]:
    """Returns the values of ARGUMENTS that are no contracts; a post's is 0 where there is none of its office."""
    first = {post.office: post.id for post in reversed(list(posts.values()))}
    return {
        "admin": admin,
        "edition": edition,
        "no predecessor": "0x" + "00" * 20,  # of a lasting contract that begins anew
        "attester post": first.get("ATTESTER", 0),
        "reporter post": first.get("REPORTER", 0),
        "arbiter post": first.get("ARBITER", 0),
        "delay": ADMIN_DELAY_SECONDS,
        "newcomer bps": NEWCOMER_BPS,
        "newcomer value": NEWCOMER_VALUE_MINOR,
        "predecessor": ZERO_ACCOUNT,
        "force majeure dispute window": FORCE_MAJEURE_DISPUTE_SECONDS,
        "force majeure ruling window": FORCE_MAJEURE_RULING_SECONDS,
        "minute value": MINUTE_VALUE_MINOR,
        "token name": TOKEN_NAME,
        "token symbol": TOKEN_SYMBOL,
        "rating window": RATING_SECONDS,
        "rating value": RATING_VALUE_MINOR,
    }


def is_room(name: str) -> bool:
    """Returns True for a contract that takes its edition, as its last constructor argument."""
    inputs = _constructor(name)
    return bool(inputs) and inputs[-1]["name"] == "edition"


def arguments(name: str, contracts: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
    """Returns the constructor arguments of a contract, of the contracts before it and the values of ours."""
    wanted = [argument for argument in ARGUMENTS[name] if argument != "edition"]
    wanted += ["edition"] if is_room(name) else []
    return [contracts[a] if a in contracts else values[a] for a in wanted]


def _constructor(name: str) -> list[dict[str, Any]]:
    return next((e["inputs"] for e in artifact(name).abi if e["type"] == "constructor"), [])


def creation_code(name: str, values: Sequence[Any]) -> str:
    """Returns what creates a contract with these constructor arguments, 0x-hex."""
    return artifact(name).bytecode + encode([abi_type(p) for p in _constructor(name)], values).hex()


def place(
    deployer: Person, chain_id: int, name: str, values: Sequence[Any], edition: int = 0
) -> Deployed:
    """Creates a contract with these constructor arguments and returns where it is."""
    receipt = deployer.create(chain_id, creation_code(name, values))
    return deployed(deployer.client, name, receipt, edition)


def deployed(client: Client, name: str, receipt: Mapping[str, Any], edition: int) -> Deployed:
    """Returns where a contract is, of the receipt of its creation."""
    address = str(receipt["contractAddress"]).lower()
    runtime = client.call("eth_getCode", address, "latest")
    return Deployed(
        address,
        receipt["transactionHash"],
        int(receipt["blockNumber"], 16),
        artifact(name).abi_hash,
        "0x" + keccak(hexstr=runtime).hex(),
        edition,
        artifact(name).events_hash,
    )


def unfollowed_custodians(deployment: Deployment) -> dict[str, str]:
    """Returns the contracts that hold money and that the ERP does not book yet, address by name.

    Each edition needs a party of its own in the ERP: what a participant pays in waits in suspense between the two. A later
    edition is named `BetContracts-1`.
    """
    return {
        f"{name}-{each.edition}" if each.edition else name: each.address
        for name in CUSTODIANS
        if name in UNFOLLOWED
        for each in deployment.contracts.get(name, ())
    }


def deploy_to_file(
    client: Client,
    key: str,
    network: str,
    offices: Offices,
    path: Path,
    *,
    seal: bool = True,
    consensus: Named = ONE_NODE,
) -> Deployment:
    """Deploys with a key, writes the deployment file at `path` and returns the deployment.

    Raises BadConfiguration when the chain's blocks are not those of the named consensus.
    """
    check_chain(client, consensus)
    person = Person(client, key)
    deployment = deploy(person, network, client.url, offices, seal=seal, depth=consensus.depth)
    deployment = pinned(client, deployment, consensus)
    save(deployment, path)
    return deployment
